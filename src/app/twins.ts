/** One metric over the twins: a histogram with round edges, and the twin at any rank. In slices, so that millions of twins never hold up the page. */

export interface TwinBins {
  /** Edges of equal bins, one more than counts, in the unit of the column. */
  edges: Float64Array;
  counts: Uint32Array;
  /** Twins with a value. */
  n: number;
  low: number;
  high: number;
}

const SLICE = 500_000;
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function each(column: Float64Array, visit: (value: number, twin: number) => void): Promise<void> {
  for (let from = 0; from < column.length; from += SLICE) {
    if (from > 0) await breathe();
    const to = Math.min(column.length, from + SLICE);
    for (let twin = from; twin < to; twin++) {
      const value = column[twin]!;
      if (value === value) visit(value, twin);
    }
  }
}

/** The next of 1, 2, 5 × 10^k that is at least `width`. */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  for (const step of [1, 2, 5, 10]) if (step * power >= width * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/** At most `atMost` bins of a round width in the unit that `factor` leads to; undefined where no twin has a value. */
export async function binTwins(column: Float64Array, factor: number, atMost: number): Promise<TwinBins | undefined> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let n = 0;
  await each(column, (value) => {
    if (value < low) low = value;
    if (value > high) high = value;
    n++;
  });
  if (n === 0) return undefined;
  const range = (high - low) * factor;
  const width = (range > 0 ? roundWidth(range / Math.max(1, atMost - 1)) : roundWidth(Math.abs(high * factor) / 100 || 1)) / factor;
  const first = Math.floor((low / width) * (1 + 1e-12));
  const bins = Math.max(1, Math.floor(high / width - first) + 1);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (first + i) * width);
  const counts = new Uint32Array(bins);
  await each(column, (value) => {
    counts[Math.min(bins - 1, Math.max(0, Math.floor(value / width - first)))]! += 1;
  });
  return { edges, counts, n, low, high };
}

/** The twins of one bin, lowest numbers first, at most `atMost`. */
export async function twinsIn(column: Float64Array, from: number, to: number, last: boolean, atMost: number): Promise<number[]> {
  const found: number[] = [];
  await each(column, (value, twin) => {
    if (found.length < atMost && value >= from && (last ? value <= to : value < to)) found.push(twin);
  });
  return found;
}

/**
 * The twin whose value has the given share of twins below it (0 … 1), the lowest number among equals. Exact: bins narrow the search, and only
 * the bin that holds the rank is sorted.
 */
export async function twinAtShare(column: Float64Array, share: number): Promise<number | undefined> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let n = 0;
  await each(column, (value) => {
    if (value < low) low = value;
    if (value > high) high = value;
    n++;
  });
  if (n === 0) return undefined;
  let rank = Math.min(n - 1, Math.max(0, Math.round(share * (n - 1))));
  for (;;) {
    const bins = 1024;
    const counts = new Uint32Array(bins);
    const scale = high > low ? bins / (high - low) : 0;
    const from = low;
    const to = high;
    const binOf = (value: number) => Math.min(bins - 1, Math.floor((value - from) * scale));
    await each(column, (value) => {
      if (value >= from && value <= to) counts[binOf(value)]! += 1;
    });
    let bin = 0;
    while (rank >= counts[bin]!) rank -= counts[bin++]!;
    const narrow = scale === 0 || counts[bin]! <= 100_000;
    const members: { value: number; twin: number }[] = [];
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    await each(column, (value, twin) => {
      if (value < from || value > to || binOf(value) !== bin) return;
      if (value < least) least = value;
      if (value > most) most = value;
      if (narrow && members.length < 100_000) members.push({ value, twin });
    });
    if (least === most) {
      let first = -1;
      await each(column, (value, twin) => {
        if (first < 0 && value === least) first = twin;
      });
      return first;
    }
    if (narrow) {
      members.sort((a, b) => a.value - b.value || a.twin - b.twin);
      const value = members[rank]!.value;
      return members.find((member) => member.value === value)!.twin;
    }
    low = least;
    high = most;
  }
}
