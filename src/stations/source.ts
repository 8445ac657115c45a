/** Sources: where parts come from. */
import { z } from 'zod';
import { NEVER } from '../clock.ts';
import type { Floor } from '../engine/floor.ts';
import { amount, distribution, duration, name, position, priority, reference, weight, whole } from './duration.ts';
import { looks } from './looks.ts';
import {
  NODE_COUNTERS,
  NODE_FIRST_PLACE,
  NODE_INDEX,
  NODE_INTERARRIVAL,
  NODE_LOSES,
  NODE_START,
  NODE_STREAM,
  OUTLET_EMPTY,
  OUTLET_HOLDING,
  PART_BORN,
  PLACE_OWN,
  PLACE_SLOT,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_LOST,
  PRODUCT_COUNTERS_MADE,
  SERVER_PART,
  SOURCE_COUNTERS_ARRIVED,
  SOURCE_COUNTERS_LOST,
} from './words.ts';

const ORDERS_WORDS = 'a list of orders, or a CSV text whose first line names the columns';

const order = z
  .strictObject({
    product: reference('a product').meta({ description: 'What is ordered.' }),
    quantity: whole(1, 1_000_000).optional().meta({ description: 'Parts, 1 to 1,000,000. Default: 1.' }),
    release: duration.optional().meta({ description: 'When it is released, a duration from the start. Default: 0.' }),
    due: duration.optional().meta({ description: "When it is due, a duration from the start. Default: by the product's own allowance." }),
    priority: priority.optional().meta({ description: "Larger is more urgent, −1000 to 1000. Default: the product's." }),
  })
  .meta({ id: 'order', description: 'So many parts of a product, at a time.' });

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
    batch: distribution.optional().meta({
      description: 'Parts at an arrival: a whole number, or a distribution of plain numbers. Default: 1.',
    }),
    rate: z
      .strictObject({
        cycle: duration.meta({ description: 'After this the periods repeat, a duration above 0.' }),
        periods: z
          .array(
            z.strictObject({
              from: duration.meta({ description: 'Begin, a duration from the start of the cycle; 0 in the first.' }),
              factor: amount('multiples of the rate', { most: 1000 }).meta({
                description: 'The rate is multiplied by this, 0 to 1000; 0: none arrive.',
              }),
            }),
            'a list of { "from": …, "factor": … }',
          )
          .min(1, 'a list with at least one period')
          .max(10_000, 'at most 10,000 periods')
          .meta({ description: 'Each lasts until the next begins.' }),
      })
      .optional()
      .meta({ description: 'How the rate of arrivals varies: the clock to the next arrival runs faster or slower.' }),
    orders: z
      .union(
        [
          z.string(ORDERS_WORDS),
          z.array(order, ORDERS_WORDS).min(1, 'a list with at least one order').max(1_000_000, 'at most 1,000,000 orders'),
        ],
        ORDERS_WORDS,
      )
      .optional()
      .meta({
        description: 'What is made when: a list, or a CSV text with these names in its first line. Instead of interarrival.',
      }),
    position: position.optional(),
    look: looks.source,
  })
  .meta({ id: 'source', description: 'Makes parts at random or fixed intervals, or whenever there is room, or by a list of orders.' });

// ── What it does ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** NIL as a signed word. */
const NONE = -1;

/** A part arrives (or, at a saturated source, is put on offer). It waits at the outlet until the next element takes it, or is lost. */
export function arrive(f: Floor, node: number): void {
  const { t, w } = f;
  const place = t[node + NODE_FIRST_PLACE] as number;
  const own = t[place + PLACE_OWN] as number;
  f.schedule(t[place + PLACE_SLOT] as number, NEVER);
  const start = t[node + NODE_START] as number;
  const part = f.make(start < 0 ? f.resolve(start) : start, node);
  if (part === NONE) return;
  if (t[node + NODE_INTERARRIVAL] !== NONE) countMade(f, node, part);
  w[own + SERVER_PART] = part;
  f.enterState(place, OUTLET_HOLDING);
  if (f.recorder !== undefined) f.recorder.enter(f.now, part, t[node + NODE_INDEX] as number, 0, f.productOf(part));
  const way = f.decide(part);
  if (t[node + NODE_LOSES] === 0 || f.hasRoom(way)) f.depart(part, way, place);
  else lose(f, node, place, part);
}

function lose(f: Floor, node: number, place: number, part: number): void {
  const { t } = f;
  f.count((t[node + NODE_COUNTERS] as number) + SOURCE_COUNTERS_LOST);
  f.count((t[f.productOf(part) + PRODUCT_COUNTERS] as number) + PRODUCT_COUNTERS_LOST);
  f.discard(part);
  f.w[(t[place + PLACE_OWN] as number) + SERVER_PART] = NONE;
  f.enterState(place, OUTLET_EMPTY);
  nextArrival(f, node, place);
}

/** The part at the outlet has gone: a timed source's clock runs again; a saturated one has made a part, and offers the next in the same tick. */
export function leaveSource(f: Floor, node: number, place: number, part: number): void {
  const { t, w } = f;
  w[(t[place + PLACE_OWN] as number) + SERVER_PART] = NONE;
  f.enterState(place, OUTLET_EMPTY);
  if (t[node + NODE_INTERARRIVAL] !== NONE) {
    nextArrival(f, node, place);
    return;
  }
  w[part + PART_BORN] = f.now;
  countMade(f, node, part);
  f.schedule(t[place + PLACE_SLOT] as number, f.now);
}

function nextArrival(f: Floor, node: number, place: number): void {
  const gap = f.sample(f.t[node + NODE_INTERARRIVAL] as number, f.t[node + NODE_STREAM] as number);
  f.schedule(f.t[place + PLACE_SLOT] as number, f.after(gap));
}

function countMade(f: Floor, node: number, part: number): void {
  f.count((f.t[node + NODE_COUNTERS] as number) + SOURCE_COUNTERS_ARRIVED);
  f.count((f.t[f.productOf(part) + PRODUCT_COUNTERS] as number) + PRODUCT_COUNTERS_MADE);
}
