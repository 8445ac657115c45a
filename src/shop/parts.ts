/** Parts: how they come to be, are finished, scrapped or used up, and the queues they stand in. */
import {
  GOODS_COUNTERS,
  GOODS_COUNTERS_CONSUMED,
  GOODS_COUNTERS_DUE,
  GOODS_COUNTERS_LATE,
  GOODS_DUE,
  GOODS_DUE_STREAM,
  GOODS_PRIORITY,
  GOODS_SIZE,
  GOODS_SUMS,
  GOODS_SUMS_EARLY,
  GOODS_SUMS_LATE,
  PART_DEADLINE,
  PART_DUE,
  PART_FLAGS,
  PART_FROM,
  PART_LEFT,
  PART_LINE,
  PART_LOOPS,
  PART_PRIORITY,
  PART_READY,
  PART_SIZE,
  PRODUCT_MORE,
} from '../stations/shop-words.ts';
import {
  CHOICE_FIRST_EDGE,
  EDGE_TARGET,
  HEAD_ELEMENT,
  HEAD_FREE,
  HEAD_LEFT,
  LEG_PRODUCT,
  NODE_INDEX,
  PART_BORN,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_MADE,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_HISTOGRAM,
  PRODUCT_SUMS,
  PRODUCT_SUMS_FLOW,
  PRODUCT_SUMS_SCRAPPED,
  QUEUE_HEAD,
  QUEUE_TAIL,
  RUN_GOAL,
  RUN_HISTOGRAM_SHIFT,
  RUN_WARMUP,
  STATUS_DONE,
  STATUS_OVERFLOW,
} from '../stations/words.ts';
import {
  add64,
  AT_RUN,
  count,
  earlier,
  HAS_DUE,
  HAS_GOAL,
  minus,
  N_HISTOGRAM_SUB_BITS,
  NEVER,
  NONE,
  now,
  plus,
  put,
  sample,
  setStatus,
  table,
  word,
} from './memory.ts';
import { tellGone } from './record.ts';

/** Takes the mark of an open choice off its address. */
export const ADDRESS = 0x7fffffff;

/** Ends the twin with a status that names an element. */
export function stopTwin(status: number, node: number): void {
  setStatus(status);
  put(HEAD_ELEMENT, table(node + NODE_INDEX));
}

/** A new part on a leg, made at a node; NONE (and the twin ends) when there is no more room for parts. */
export function makePart(leg: number, node: number): number {
  const part = word(HEAD_FREE);
  if (part === NONE) {
    stopTwin(STATUS_OVERFLOW, node);
  } else {
    put(HEAD_FREE, word(part + PART_NEXT));
    put(part + PART_LEG, leg);
    put(part + PART_FROM, node);
    put(part + PART_HOLDER, NONE);
    put(part + PART_LINE, NONE);
    put(part + PART_READY, NEVER);
    beginLife(part, productOf(part));
  }
  return part;
}

/** What a part of a product has at birth. */
export function beginLife(part: number, product: number): void {
  const goods = table(product + PRODUCT_MORE);
  put(part + PART_BORN, now);
  put(part + PART_FLAGS, 0);
  put(part + PART_LOOPS, 0);
  put(part + PART_LEFT, NONE);
  put(part + PART_DEADLINE, NEVER);
  put(part + PART_PRIORITY, table(goods + GOODS_PRIORITY));
  put(part + PART_SIZE, table(goods + GOODS_SIZE));
  put(part + PART_DUE, NEVER);
  if (HAS_DUE) {
    const due = table(goods + GOODS_DUE);
    if (due !== NONE) put(part + PART_DUE, plus(now, sample(due, table(goods + GOODS_DUE_STREAM))));
  }
}

/** Gives a part's words back. */
export function discard(part: number): void {
  put(part + PART_NEXT, word(HEAD_FREE));
  put(HEAD_FREE, part);
  tellGone(part);
}

/** The product of a part, whether or not it has decided its way. */
export function productOf(part: number): number {
  let leg = word(part + PART_LEG);
  while (leg < 0) leg = table(table((leg & ADDRESS) + CHOICE_FIRST_EDGE) + EDGE_TARGET);
  return table(leg + LEG_PRODUCT);
}

/** A part counts as made. */
export function countMade(product: number): void {
  count(table(product + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_MADE);
}

/** The part is finished: its flow time, and how late it is, go to its product's account. */
export function finish(part: number): void {
  const product = productOf(part);
  const flow = minus(now, word(part + PART_BORN));
  add64(table(product + PRODUCT_SUMS) + PRODUCT_SUMS_FLOW, flow);
  count(table(product + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_FINISHED);
  count(table(product + PRODUCT_HISTOGRAM) + binOf(flow));
  const due = word(part + PART_DUE);
  if (due !== NEVER) {
    const goods = table(product + PRODUCT_MORE);
    count(table(goods + GOODS_COUNTERS) + GOODS_COUNTERS_DUE);
    if (earlier(due, now)) {
      count(table(goods + GOODS_COUNTERS) + GOODS_COUNTERS_LATE);
      add64(table(goods + GOODS_SUMS) + GOODS_SUMS_LATE, minus(now, due));
    } else {
      add64(table(goods + GOODS_SUMS) + GOODS_SUMS_EARLY, minus(due, now));
    }
  }
  discard(part);
  if (HAS_GOAL) {
    const cut = table(AT_RUN + RUN_WARMUP);
    if (table(AT_RUN + RUN_GOAL) !== 0 && (cut === 0 || earlier(cut, now))) {
      put(HEAD_LEFT, word(HEAD_LEFT) - 1);
      if (word(HEAD_LEFT) === 0) setStatus(STATUS_DONE);
    }
  }
}

/** Log-linear bin of a flow time: 2^subBits bins to an octave (HdrHistogram's scheme), linear below the first. */
function binOf(flow: number): number {
  const v = flow >>> table(AT_RUN + RUN_HISTOGRAM_SHIFT);
  let bin = v;
  if (v >>> N_HISTOGRAM_SUB_BITS !== 0) {
    const e = 31 - Math.clz32(v);
    bin =
      ((e - N_HISTOGRAM_SUB_BITS + 1) << N_HISTOGRAM_SUB_BITS) + ((v >>> (e - N_HISTOGRAM_SUB_BITS)) & ((1 << N_HISTOGRAM_SUB_BITS) - 1));
  }
  return bin;
}

/** A part leaves the plant otherwise than finished: its time inside goes to the account of such parts. */
function bookOut(part: number, product: number): void {
  add64(table(product + PRODUCT_SUMS) + PRODUCT_SUMS_SCRAPPED, minus(now, word(part + PART_BORN)));
}

/** A part is thrown away. */
export function scrap(part: number): void {
  const product = productOf(part);
  count(table(product + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_SCRAPPED);
  bookOut(part, product);
  discard(part);
}

/** A part goes into another: counted, its words not yet given back. */
export function consume(part: number): void {
  const product = productOf(part);
  count(table(table(product + PRODUCT_MORE) + GOODS_COUNTERS) + GOODS_COUNTERS_CONSUMED);
  bookOut(part, product);
}

// ── Queues ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts a part at the end of a queue; says whether it is alone there. */
export function append(queue: number, part: number): boolean {
  put(part + PART_SINCE, now);
  put(part + PART_NEXT, NONE);
  const last = word(queue + QUEUE_TAIL);
  if (last === NONE) {
    put(queue + QUEUE_HEAD, part);
  } else {
    put(last + PART_NEXT, part);
  }
  put(queue + QUEUE_TAIL, part);
  return last === NONE;
}

/** Puts a part behind another in a queue; before all where that is NONE. Its waiting time goes on. */
export function insert(queue: number, before: number, part: number): void {
  let next = NONE;
  if (before === NONE) {
    next = word(queue + QUEUE_HEAD);
    put(queue + QUEUE_HEAD, part);
  } else {
    next = word(before + PART_NEXT);
    put(before + PART_NEXT, part);
  }
  put(part + PART_NEXT, next);
  if (next === NONE) put(queue + QUEUE_TAIL, part);
}

/** Puts a part behind all of its priority and above in a queue that stands by priority; says whether it is alone there. */
export function appendSorted(queue: number, part: number): boolean {
  const priority = word(part + PART_PRIORITY);
  let before = word(queue + QUEUE_TAIL);
  const alone = before === NONE;
  put(part + PART_SINCE, now);
  if (!alone && word(before + PART_PRIORITY) < priority) {
    before = NONE;
    let next = word(queue + QUEUE_HEAD);
    while (word(next + PART_PRIORITY) >= priority) {
      before = next;
      next = word(next + PART_NEXT);
    }
  }
  insert(queue, before, part);
  return alone;
}

/** Takes a part out of a queue; `before` stands before it (NONE: it is the head). */
export function unlink(queue: number, before: number, part: number): void {
  const next = word(part + PART_NEXT);
  if (before === NONE) {
    put(queue + QUEUE_HEAD, next);
  } else {
    put(before + PART_NEXT, next);
  }
  if (next === NONE) put(queue + QUEUE_TAIL, before);
}
