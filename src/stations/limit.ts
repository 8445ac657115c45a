/** Limits: cards that keep the number of parts within some elements down. */
import { z } from 'zod';
import { reference, whole } from './duration.ts';

export const limit = z
  .strictObject({
    kind: z.enum(['CONWIP', 'kanban', 'base stock']).meta({
      description:
        'CONWIP, kanban: a card is free again when its part leaves the elements. base stock: it is not; each part that source "demand" makes brings one more card.',
    }),
    elements: z
      .array(reference('a buffer, station or conveyor'), 'a list of names')
      .min(1, 'a list with at least one name')
      .max(10_000, 'at most 10,000 names')
      .meta({ description: 'The buffers, stations and conveyors taken together. A part enters them from outside only with a card.' }),
    cards: whole(1, 16_777_216).meta({
      description: 'Parts within the elements at most, 1 to 16,777,216; for base stock: the stock aimed at.',
    }),
    demand: reference('a source')
      .optional()
      .meta({ description: 'The source whose parts bring a card each; for base stock, and only there.' }),
  })
  .meta({ id: 'limit', description: 'A limit on the parts within some elements: CONWIP, kanban or base stock.' });
