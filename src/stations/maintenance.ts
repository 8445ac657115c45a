/** Planned maintenance, and wear: a condition that drifts with use. */
import { z } from 'zod';
import { amount, distribution, duration, name } from './duration.ts';
import { need } from './people.ts';

export const clock = z.enum(['calendar', 'operating', 'processing', 'parts']).meta({
  description:
    'What counts towards the next one. calendar: all time but repair. operating: working or setting up. processing: working on a part. parts: finished operations (the interval is then a plain number of parts).',
});

const RENEWS = 'a list of names of failures and maintenance of this station, or "all"';

export const renews = z
  .union([z.literal('all', RENEWS), z.array(name, RENEWS).max(16, 'at most 16 names')], RENEWS)
  .meta({ id: 'renews', description: 'Failures and maintenance whose clocks begin anew afterwards, besides its own.' });

export const maintenance = z
  .strictObject({
    name: name.meta({ description: 'What it is called; once in a station.' }),
    every: z
      .strictObject({
        clock,
        interval: distribution.meta({
          description: 'From the end of one to the next, on the clock: a duration or distribution; plain numbers where clock is "parts".',
        }),
      })
      .optional()
      .meta({ description: 'When it is due. Without it, it is done only on condition (see wear).' }),
    duration: distribution.meta({ description: 'How long it takes, a duration or distribution.' }),
    people: need.optional().meta({ description: 'Who is needed for it.' }),
    interrupts: z.boolean('true or false').optional().meta({
      description: 'False (default): it waits until the server has no part. True: it interrupts the job, which goes on afterwards.',
    }),
    early: duration.optional().meta({
      description:
        'Done together with another stop when at most this much is left on its clock: a duration, a plain number where clock is "parts". Default: never.',
    }),
    renews: renews.optional().meta({ description: 'Clocks that begin anew afterwards. Default: all.' }),
    resetsWear: z.boolean('true or false').optional().meta({ description: 'Whether it sets the condition to 0. Default: true.' }),
  })
  .meta({ id: 'maintenance', description: 'Planned maintenance of each server.' });

const condition = (what: string) => amount('units of the condition', { above: true, most: 1e6 }).meta({ description: what });

export const wear = z
  .strictObject({
    per: z
      .union(
        [
          z.literal('part', '"part", or { "operating": duration }'),
          z.strictObject({ operating: duration.meta({ description: 'Time of operation between two increments.' }) }),
        ],
        '"part", or { "operating": duration }',
      )
      .meta({ description: 'When the condition grows: after each part, or each so much time of operation.' }),
    increment: z
      .union(
        [
          distribution,
          z.strictObject({
            drift: z
              .number('a number, in units of the condition')
              .min(-1e5, 'at least -100,000')
              .max(1e5, 'at most 100,000')
              .meta({ description: 'Mean of an increment, in units of the condition.' }),
            sd: amount('units of the condition', { above: true, most: 1e5 }).meta({ description: 'Its standard deviation, above 0.' }),
          }),
        ],
        'a plain number or distribution of plain numbers, or { "drift": …, "sd": … }',
      )
      .meta({
        description:
          'What is added each time, in units of the condition with 3 decimals: plain numbers or a distribution of them (gamma wear), or drift and sd (Wiener wear, which goes down too).',
      }),
    failAt: condition('The server fails when the condition comes to this; above 0.').optional(),
    failure: z
      .strictObject({
        repair: distribution.meta({ description: 'Time to repair, a duration or distribution. The condition is 0 afterwards.' }),
        people: need.optional().meta({ description: 'Who is needed for it.' }),
        interruptedJob: z
          .enum(['resume', 'restart', 'scrap'])
          .optional()
          .meta({ description: 'The part in work, as at failures. Default: resume.' }),
        name: name.optional().meta({ description: 'What it is called. Default: "wear-out".' }),
      })
      .optional()
      .meta({ description: 'The failure at failAt.' }),
    maintainAt: condition('Maintenance on condition is called when the reading comes to this; above 0.').optional(),
    maintenance: name.optional().meta({ description: 'Which maintenance is called, by its name.' }),
    sensor: z
      .strictObject({
        sd: amount('units of the condition', { above: true, most: 1e5 }).meta({ description: 'Standard deviation of a reading, above 0.' }),
      })
      .optional()
      .meta({ description: 'Normal noise on the reading. Default: it is exact.' }),
    scrap: amount('probability per unit of the condition', { most: 1e6 })
      .optional()
      .meta({ description: 'Added to the probability of a defect, per unit of condition. Default: 0.' }),
    failureRate: amount('1 per unit of the condition', { most: 1e6 })
      .optional()
      .meta({ description: "This station's failure clocks run (1 + x · condition) times as fast. Default: 0." }),
  })
  .meta({ id: 'wear', description: 'A condition of each server that begins at 0 and drifts with use.' });
