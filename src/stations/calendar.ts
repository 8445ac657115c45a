/** Calendars: when work is done. */
import { z } from 'zod';
import { duration, interval } from './duration.ts';

export const calendar = z
  .strictObject({
    cycle: duration.meta({ description: 'After this the intervals repeat: "1 d", "1 w". A duration above 0.' }),
    open: z
      .array(interval, 'a list of intervals { "from": …, "to": … }')
      .min(1, 'a list with at least one interval')
      .max(10_000, 'at most 10,000 intervals')
      .meta({ description: 'When work is done, from the start of the cycle. Breaks are the gaps between.' }),
    closed: z
      .array(interval, 'a list of intervals { "from": …, "to": … }')
      .max(10_000, 'at most 10,000 intervals')
      .optional()
      .meta({ description: 'Holidays, from the start of the run: no work then, whatever the cycle says.' }),
  })
  .meta({ id: 'calendar', description: 'Shifts, breaks, weekends and holidays.' });
