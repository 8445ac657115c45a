/** Conveyors: belts that carry parts from one end to the other. */
import { z } from 'zod';
import { amount, position, whole } from './duration.ts';
import { looks } from './looks.ts';

export const conveyor = z
  .strictObject({
    length: amount('metres', { above: true, most: 1e6 }).meta({ description: 'From end to end, in metres; above 0, at least one pitch.' }),
    speed: amount('metres per second', { above: true, most: 1e6 }).meta({ description: 'In metres per second; above 0.' }),
    pitch: amount('metres', { above: true, most: 1e6 }).meta({
      description: 'From the front of a part to the front of the next where they stand closest, in metres; above 0.',
    }),
    accumulating: z.boolean('true or false').optional().meta({
      description: 'True (default): parts close up behind one that cannot leave. False: the whole belt stops until it has left.',
    }),
    capacity: whole(1, 1_000_000)
      .optional()
      .meta({ description: 'Parts on it at most, 1 to 1,000,000. Default: length / pitch, rounded down; not more than that.' }),
    position: position.optional(),
    look: looks.conveyor,
    from: position.optional().meta({ description: 'Where parts get on: [x, y] in metres.' }),
    to: position.optional().meta({ description: 'Where parts get off: [x, y] in metres.' }),
  })
  .meta({ id: 'conveyor', description: 'A belt. Parts get on at its entrance one pitch apart and keep their order.' });
