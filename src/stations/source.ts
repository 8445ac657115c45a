/** Sources: where parts come from. */
import { z } from 'zod';
import { distribution, name, position, reference, weight } from './duration.ts';

export const source = z
  .strictObject({
    product: reference('a product')
      .optional()
      .meta({ description: 'What it makes. May be left out where the scene has one product only.' }),
    mix: z
      .record(name, weight, 'an object of product names with weights')
      .optional()
      .meta({ description: 'Several products, drawn in proportion to their weights (no unit).' }),
    interarrival: distribution.optional().meta({ description: 'Time between two arrivals, a duration or distribution.' }),
    saturated: z
      .boolean('true or false')
      .optional()
      .meta({ description: 'True: a part is always on offer, so what follows never starves. Instead of interarrival.' }),
    first: distribution
      .optional()
      .meta({ description: 'Time of the first arrival, a duration or distribution. Default: one inter-arrival time.' }),
    whenFull: z.enum(['wait', 'lose']).optional().meta({
      description:
        'What happens to a part that finds no place. wait (default): it stays and the source stands still. lose: it is counted as lost.',
    }),
    position: position.optional(),
  })
  .meta({ id: 'source', description: 'Makes parts at random or fixed intervals, or whenever there is room.' });
