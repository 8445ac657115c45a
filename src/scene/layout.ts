import { STACK_WORDS } from '../stations/expression-words.ts';
import {
  BELT_WORDS,
  CURSOR_WORDS,
  GOODS_COUNTERS_WORDS,
  LIMIT_OWN_WORDS,
  MORE_COUNTERS_WORDS,
  POOL_OWN_WORDS,
  SHOP_PART_WORDS,
  SHOP_SERVER_WORDS,
  SHOP_STATE_COUNT,
  SUPPLY_OWN_WORDS,
  WORKER_OWN_WORDS,
} from '../stations/shop-words.ts';
import {
  COUNTERS_PER_NODE,
  HEAD_WORDS,
  PART_WORDS,
  PRODUCT_COUNTERS_WORDS,
  QUEUE_WORDS,
  SERVER_WORDS,
  STATE_COUNT,
} from '../stations/words.ts';
import type { Counts, Layout } from './plant.ts';

/** Most keys by which a station orders its parts: behind the stack stand those of the best part so far, and of the one compared with it. */
const MOST_KEYS = 8;
/** Slots beyond which a tournament tree finds the next event faster than a scan. */
const SCAN_LIMIT = 64;
/** Flow times are kept to this many bits in the histogram (`RUN_HISTOGRAM_SHIFT` drops the rest). */
export const HISTOGRAM_BITS = 20;

/**
 * The words of one twin's block. Hot words (touched by most events) come first, so that a small twin's can be held in fast memory.
 * Counters: of nodes, of products, then in shop plants of stations and of goods.
 * .param sums words of all 64-bit sums, elements' and products'.
 */
export function layoutOf(counts: Counts, sums: number, shop = false): Layout {
  const serverWords = shop ? SHOP_SERVER_WORDS : SERVER_WORDS;
  const partWords = shop ? SHOP_PART_WORDS : PART_WORDS;
  let next = HEAD_WORDS;
  const take = (words: number): number => {
    const start = next;
    next += words;
    return start;
  };
  const dirtyWords = Math.ceil(counts.nodes / 32);
  const leaves = counts.slots > SCAN_LIMIT ? 2 ** Math.ceil(Math.log2(counts.slots)) : 0;
  const dirty = take(dirtyWords);
  const slot = take(leaves || counts.slots);
  const tree = take(leaves);
  const room = take(counts.nodes);
  const queue = take(counts.queues * QUEUE_WORDS);
  const drawn = take(counts.streams);
  const turn = take(counts.roundRobins);
  const place = take(counts.places * serverWords);
  const lives = take(counts.modes);
  const belt = take(counts.belts * BELT_WORDS);
  const supply = take(counts.supplies * SUPPLY_OWN_WORDS);
  const cursor = take(counts.calendars * CURSOR_WORDS);
  const worker = take(counts.workers * WORKER_OWN_WORDS);
  const pool = take(counts.pools * POOL_OWN_WORDS);
  const limit = take(counts.limits * LIMIT_OWN_WORDS);
  const stack = take(shop ? STACK_WORDS + 2 * MOST_KEYS : 0);
  const sumsAt = take(sums);
  const goodsWords = shop ? counts.stations * MORE_COUNTERS_WORDS + counts.products * GOODS_COUNTERS_WORDS : 0;
  const counterWords = counts.nodes * COUNTERS_PER_NODE + counts.products * PRODUCT_COUNTERS_WORDS + goodsWords;
  const counters = take(counterWords);
  const part = take(counts.parts * partWords);
  const before = take(counterWords);
  const histogramBins = (HISTOGRAM_BITS - counts.histogramSubBits + 1) << counts.histogramSubBits;
  const histogram = take(histogramBins * counts.products);
  return {
    dirty,
    dirtyWords,
    slot,
    tree,
    leaves,
    room,
    queue,
    drawn,
    turn,
    place,
    serverWords,
    states: shop ? SHOP_STATE_COUNT : STATE_COUNT,
    lives,
    belt,
    supply,
    cursor,
    worker,
    pool,
    limit,
    stack,
    sums: sumsAt,
    sumsEnd: sumsAt + sums,
    counters,
    countersEnd: counters + counterWords,
    part,
    partWords,
    before,
    histogram,
    histogramBins,
    words: next,
  };
}
