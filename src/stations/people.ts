/** People: pools of workers with skills, and who is needed for a piece of work. */
import { z } from 'zod';
import { amount, counts, name, position, priority, reference, whole } from './duration.ts';

const skills = counts('a skill');
const NEED_WORDS = 'the name of a skill, or an object: skill → how many';

export const need = z
  .union(
    [
      name,
      z.strictObject({
        skills: skills.meta({ description: 'Skill → how many; all of them at once.' }),
        priority: priority.optional().meta({ description: 'Larger is served first, −1000 to 1000. Default: 0.' }),
      }),
      skills,
    ],
    NEED_WORDS,
  )
  .meta({ id: 'need', description: 'People needed at the same time: a skill (one person), or skills with numbers.' });

export const crew = z
  .strictObject({
    setup: need.optional().meta({ description: 'For a set-up.' }),
    loading: need.optional().meta({ description: 'For loading.' }),
    processing: need.optional().meta({ description: 'For processing.' }),
    unloading: need.optional().meta({ description: 'For unloading.' }),
  })
  .meta({ id: 'crew', description: 'Who is needed for what.' });

const shift = z.strictObject({
  calendar: reference('a calendar').meta({ description: 'When these people are on duty.' }),
  count: whole(1, 10_000).meta({ description: 'How many, 1 to 10,000.' }),
});

const SHIFTS_WORDS = 'the name of a calendar, or a list of { "calendar": …, "count": … }';

export const pool = z
  .strictObject({
    count: whole(1, 10_000).optional().meta({
      description: 'People in the pool, 1 to 10,000. Left out, and only then, where shifts is a list: the numbers stand there.',
    }),
    skills: z
      .array(name, 'a list of skills')
      .min(1, 'a list with at least one skill')
      .max(31, 'at most 31 skills')
      .optional()
      .meta({ description: "What each of them can do. Default: one skill, of the pool's name." }),
    shifts: z
      .union(
        [reference('a calendar'), z.array(shift, SHIFTS_WORDS).min(1, 'a list with at least one shift').max(100, 'at most 100 shifts')],
        SHIFTS_WORDS,
      )
      .optional()
      .meta({ description: 'When they are on duty: a calendar for all, or calendars with numbers, which add up. Default: always.' }),
    onShiftEnd: z.enum(['finish', 'suspend', 'hand over']).optional().meta({
      description:
        'The work in hand when the shift ends. finish (default): it is finished first. suspend: it waits for the next shift of this pool. hand over: others who are on duty may go on with it.',
    }),
    speed: amount('metres per second', { above: true, most: 1000 })
      .optional()
      .meta({ description: 'Walking speed in metres per second, above 0. Without it walking takes no time.' }),
    home: position.optional().meta({ description: 'Where they are at the start: [x, y] in metres.' }),
  })
  .meta({ id: 'pool', description: 'People who can do the same.' });
