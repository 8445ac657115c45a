/** Transfers: how long a part is on its way from one element to another. */
import { z } from 'zod';
import { distribution, reference } from './duration.ts';

const ENDS = 'the name of an element, a list of names, or "*" for any';

const end = z.union([z.string(ENDS), z.array(reference('an element'), ENDS).min(1, 'a list with at least one name')], ENDS);

export const transfer = z
  .strictObject({
    from: end.meta({ description: 'Where the part leaves: a source, buffer, station or conveyor, a list of them, or "*" for any.' }),
    to: end.meta({ description: 'Where it comes: a buffer, station, conveyor or sink, a list of them, or "*" for any.' }),
    time: distribution.meta({ description: 'Travelling time, a duration or distribution.' }),
  })
  .meta({
    id: 'transfer',
    description:
      'Travelling time from one element to another; any number of parts can be under way. Of several entries the most specific counts: both named, then from, then to, then both "*".',
  });
