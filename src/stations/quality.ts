/** Quality: what becomes of parts that turn out defective. */
import { z } from 'zod';
import { fraction, reference, whole } from './duration.ts';

const ON_DEFECT = '"scrap", "pass", or an object { "rework": … }';
const FATE = z.enum(['scrap', 'pass']);

const rework = z
  .strictObject({
    rework: reference('a step of the routing, or an element').meta({
      description: 'Where it goes: a step of its routing, or for products without a routing an element.',
    }),
    limit: whole(1, 1_000_000).optional().meta({ description: 'Loops that one part may make at most, 1 to 1,000,000. Default: no limit.' }),
    // oxlint-disable-next-line unicorn/no-thenable -- the format's word; nobody awaits it
    then: FATE.optional().meta({ description: 'What happens to it after that: scrap (default) or pass.' }),
  })
  .meta({ id: 'rework', description: 'The part is sent back.' });

export const onDefect = z.union([z.enum(['scrap', 'pass'], ON_DEFECT), rework], ON_DEFECT).meta({
  id: 'onDefect',
  description:
    'What happens to a defective part. scrap (default): it is removed. pass: it goes on, marked defective. rework: it is sent back.',
});

export const inspection = z
  .strictObject({
    share: fraction.optional().meta({ description: 'Share of the parts that are inspected, 0 to 1. Default: 1.' }),
    detects: fraction.optional().meta({ description: 'Share of the defective among them that are found, 0 to 1. Default: 1.' }),
    onDefect: onDefect.optional().meta({ description: 'What happens to those that are found. Default: scrap.' }),
  })
  .meta({ id: 'inspection', description: 'Finds parts that were marked defective before, or made so here.' });
