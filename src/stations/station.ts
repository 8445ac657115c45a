/** Stations: parallel servers that work on parts, and fail; groups of stations that can do the same step. */
import { z } from 'zod';
import { distribution, position, reference, rule, weight, whole } from './duration.ts';

const failure = z
  .strictObject({
    clock: z.enum(['calendar', 'operating', 'processing', 'parts']).meta({
      description:
        'What counts towards the next failure. calendar: all time but repair. operating: working or setting up. processing: working on a part. parts: finished operations (timeToFailure is then a plain number of parts).',
    }),
    timeToFailure: distribution.meta({
      description:
        'Time from the end of a repair to the next failure (MTTF), on the clock: a duration or distribution; in parts where clock is "parts".',
    }),
    repair: distribution.meta({ description: 'Time to repair (MTTR), a duration or distribution.' }),
    interruptedJob: z
      .enum(['resume', 'restart', 'scrap'])
      .optional()
      .meta({ description: 'The part in work. resume (default): goes on with what remained. restart: begins again. scrap: is removed.' }),
  })
  .meta({ id: 'failure', description: 'Every server of the station fails on its own.' });

export const station = z
  .strictObject({
    servers: whole(1, 10_000).optional().meta({ description: 'Parallel servers, each with at most one part: 1 (default) to 10,000.' }),
    processing: distribution.optional().meta({
      description:
        'Processing time of one part, a duration or distribution. May be left out where every step that comes here gives its own.',
    }),
    failures: z
      .array(failure, 'a list of failures')
      .max(1, 'at most one failure in this version')
      .optional()
      .meta({ description: 'At most one in this version.' }),
    position: position.optional(),
  })
  .meta({ id: 'station', description: 'One or more equal servers.' });

export const group = z
  .strictObject({
    stations: z
      .array(reference('a station'), 'a list of station names')
      .min(1, 'a list with at least one station')
      .meta({ description: 'Stations that can do the same step.' }),
    rule: rule.optional().meta({ description: 'Which station takes the part. Default: "shortest queue".' }),
    weights: z
      .array(weight, 'a list of weights')
      .optional()
      .meta({ description: 'One a station; where rule is "probability", and only there.' }),
  })
  .meta({ id: 'group', description: 'Stations that a step may name together.' });
