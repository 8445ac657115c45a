/** Buffers: where parts wait, first in, first out. */
import { z } from 'zod';
import { position } from './duration.ts';

const CAPACITY_WORDS = 'a whole number of places from 1 to 16,777,216, or "unlimited"';

export const buffer = z
  .strictObject({
    capacity: z
      .union(
        [
          z
            .int(CAPACITY_WORDS)
            .min(1, `${CAPACITY_WORDS} (a buffer needs at least one place; to have none, link the stations directly)`)
            .max(16_777_216, CAPACITY_WORDS),
          z.literal('unlimited', CAPACITY_WORDS),
        ],
        CAPACITY_WORDS,
      )
      .optional()
      .meta({ description: 'Places, 1 to 16,777,216 parts, or "unlimited" (default).' }),
    position: position.optional(),
  })
  .meta({ id: 'buffer', description: 'A queue, first in, first out.' });
