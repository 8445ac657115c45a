/** Set-ups: what it takes to change a server over from one family of parts to another. */
import { z } from 'zod';
import { distribution, name, whole } from './duration.ts';

const FORMS = '"time", or "matrix"';

const common = {
  initial: name.optional().meta({ description: 'The family that every server is set up for at the start. Default: none yet.' }),
  first: distribution.optional().meta({ description: 'Set-up time of a server that has no family yet. Default: none is needed.' }),
  minimumRun: whole(1, 1_000_000)
    .optional()
    .meta({ description: 'Parts between two changeovers at least, as long as parts of the present family wait. Default: 1.' }),
};

export const setup = z
  .union(
    [
      z.strictObject({
        time: distribution.meta({ description: 'Time of every changeover, a duration or distribution.' }),
        ...common,
      }),
      z.strictObject({
        matrix: z
          .record(
            name,
            z.record(name, distribution, 'an object: family to which → time'),
            'an object: family from which → family to which → time',
          )
          .meta({ description: 'From family → to family → time. Every ordered pair of different families that come here.' }),
        ...common,
      }),
    ],
    FORMS,
  )
  .meta({ id: 'setup', description: 'Changeovers between set-up families. Within a family none is needed.' });
