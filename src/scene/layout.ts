import { COUNTERS_PER_NODE, HEAD_WORDS, PART_WORDS, PRODUCT_COUNTERS_WORDS, QUEUE_WORDS, SERVER_WORDS } from '../stations/words.ts';
import type { Counts, Layout } from './plant.ts';

/** Slots beyond which a tournament tree finds the next event faster than a scan. */
const SCAN_LIMIT = 64;
/** Flow times are kept to this many bits in the histogram (`RUN_HISTOGRAM_SHIFT` drops the rest). */
export const HISTOGRAM_BITS = 20;

/**
 * The words of one twin's block. Hot words (touched by most events) come first, so that a small twin's can be held in fast memory.
 * .param sums words of all 64-bit sums, elements' and products'.
 */
export function layoutOf(counts: Counts, sums: number): Layout {
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
  const place = take(counts.places * SERVER_WORDS);
  const sumsAt = take(sums);
  const counterWords = counts.nodes * COUNTERS_PER_NODE + counts.products * PRODUCT_COUNTERS_WORDS;
  const counters = take(counterWords);
  const part = take(counts.parts * PART_WORDS);
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
    sums: sumsAt,
    sumsEnd: sumsAt + sums,
    counters,
    countersEnd: counters + counterWords,
    part,
    before,
    histogram,
    histogramBins,
    words: next,
  };
}
