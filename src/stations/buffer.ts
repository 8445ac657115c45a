/** Buffers: where parts wait, first in, first out. */
import { z } from 'zod';
import type { Floor } from '../engine/floor.ts';
import { name, position, reference, whole } from './duration.ts';
import { looks } from './looks.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  BUFFER_SUMS_WAIT,
  LEG_PRODUCT,
  NODE_COUNTERS,
  NODE_INDEX,
  NODE_LINE,
  NODE_SUMS,
  PART_LEG,
  PART_SINCE,
} from './words.ts';

const CAPACITY_WORDS = 'a whole number of places from 1 to 16,777,216, or "unlimited"';

const STOCK_WORDS = 'an object: product → how many, or a list of { "product": …, "count": …, "step": … }';

const stock = z.strictObject({
  product: reference('a product').meta({ description: 'What lies here.' }),
  count: whole(0, 16_777_216).meta({ description: 'How many, 0 to 16,777,216.' }),
  step: z.string('the name of a step').optional().meta({ description: 'The step that they stand before. Default: the first.' }),
});

export const buffer = z
  .strictObject({
    capacity: z
      .union(
        [
          z
            .int(CAPACITY_WORDS)
            .min(1, `${CAPACITY_WORDS} (a buffer needs at least one place; to have none, link the stations directly)`)
            .max(16_777_216, CAPACITY_WORDS),
          z.enum(['unlimited', 'none'], CAPACITY_WORDS),
        ],
        CAPACITY_WORDS,
      )
      .optional()
      .meta({
        description: 'Places, 1 to 16,777,216 parts, or "unlimited" (default), or "none": no buffer at all, parts go straight through.',
      }),
    initial: z
      .union(
        [z.array(stock, STOCK_WORDS).max(100_000, 'at most 100,000 entries'), z.record(name, whole(0, 16_777_216), STOCK_WORDS)],
        STOCK_WORDS,
      )
      .optional()
      .meta({ description: 'Parts that lie here at the start: product → how many, or a list that names steps too. Default: none.' }),
    position: position.optional(),
    look: looks.buffer,
  })
  .meta({ id: 'buffer', description: 'A queue, first in, first out.' });

// ── What it does ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A part comes in at the end of the line; if it is alone there it decides its way at once. */
export function enterBuffer(f: Floor, node: number, part: number): void {
  const { t, w } = f;
  const counters = t[node + NODE_COUNTERS] as number;
  if (f.recorder !== undefined) {
    const product = t[(w[part + PART_LEG] as number) + LEG_PRODUCT] as number;
    f.recorder.enter(f.now, part, t[node + NODE_INDEX] as number, w[counters + BUFFER_COUNTERS_ENTERED] as number, product);
  }
  f.fill(node);
  f.count(counters + BUFFER_COUNTERS_ENTERED);
  if (f.append(t[node + NODE_LINE] as number, part)) f.decideAtHead(part);
}

/** The head of the line has been taken: its wait is booked and a place is free. */
export function leaveBuffer(f: Floor, node: number, part: number): void {
  const { t } = f;
  f.add((t[node + NODE_SUMS] as number) + BUFFER_SUMS_WAIT, f.now - (f.ticks[part + PART_SINCE] as number));
  f.count((t[node + NODE_COUNTERS] as number) + BUFFER_COUNTERS_LEFT);
  f.vacate(node);
}

/** Whoever is at the head of the line now decides its way. Comes after the move, so that "shortest queue" sees where the last one went. */
export function nextInLine(f: Floor, node: number): void {
  const next = f.head(f.t[node + NODE_LINE] as number);
  if (next >= 0) f.decideAtHead(next);
}
