/** Products: what is made, and in which steps. */
import { z } from 'zod';
import { distribution, reference, weight } from './duration.ts';

const stepName = z.string('the name of a step of this product, or "done"');

const next = z
  .union(
    [
      stepName,
      z
        .array(
          z.strictObject({
            step: stepName.meta({ description: 'The name of a step of this product, or "done".' }),
            weight: weight.meta({ description: 'Drawn in proportion to this weight.' }),
          }),
        )
        .min(1, 'a list with at least one step'),
    ],
    'the name of a step, "done", or a list of { "step": …, "weight": … }',
  )
  .meta({
    description:
      'What follows: the name of a step, "done", or a list of steps with weights. Default: the next step in the list; after the last the part is finished.',
  });

const step = z
  .strictObject({
    station: reference('a station or group').meta({ description: 'The station, or the group of stations, where this step is done.' }),
    processing: distribution.optional().meta({ description: "Processing time, a duration or distribution. Default: the station's own." }),
    name: z
      .string('a text')
      .min(1, 'a text of 1 to 64 characters')
      .max(64, 'a text of 1 to 64 characters')
      .optional()
      .meta({ description: "Needed only where another step's next names this one." }),
    next: next.optional(),
  })
  .meta({ id: 'step', description: 'One step of a routing.' });

export const product = z
  .strictObject({
    routing: z
      .array(step, 'a list of steps')
      .min(1, 'at least one step (a product without a routing follows the links: leave "routing" out)')
      .max(100_000, 'at most 100,000 steps')
      .optional()
      .meta({ description: 'The steps in order. Without it the product follows the links from its source to a sink.' }),
    color: z
      .string('a colour such as "#3366cc"')
      .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as "#3366cc"')
      .optional()
      .meta({ description: 'Colour of its parts in the view, #rrggbb.' }),
    sink: reference('a sink')
      .optional()
      .meta({ description: 'Where finished parts go; needed only where there are several sinks and no link decides.' }),
  })
  .meta({ id: 'product', description: 'A kind of part.' });
