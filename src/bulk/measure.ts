/** From the times at which parts leave to what the event engine needs: the time between parts (or lots of parts), with how sure it is. */
import { betaQuantile } from '../quantiles.ts';

export interface Measured {
  /** Times between one part (or lot) and the next within the steady window, s, in their order. */
  intervals: number[];
  /** Parts in a lot; 1: every part by itself. */
  lot: number;
  /** Parts a second, with its 95 % confidence interval by batch means. */
  rate: number;
  ci: [number, number];
  /** Parts that left in the window, and where it begins and ends, s. */
  parts: number;
  from: number;
  until: number;
  /** Whether the window was found in the first half of the run; where it was not, the run is too short. */
  steady: boolean;
}

/** Bins that a run is cut into to see where it becomes steady, and batches for the interval. */
const BINS = 100;
const BATCHES = 20;
/** Parts below which no rate is told. */
const FEWEST = 40;

/** Student's t: two-sided 95 % quantile of n degrees of freedom, by the beta distribution (Abramowitz and Stegun 26.5.27). */
export function studentT(n: number): number {
  const x = betaQuantile(n / 2, 0.5)(0.05, 0.95);
  return Math.sqrt((n * (1 - x)) / x);
}

/** Bins to cut at the beginning: MSER (White 1997), the cut that makes Σ (y − ȳ)² / (n − d)² of the rest least; the last tenth is not asked. */
function warmup(bins: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (let cut = 0; cut < bins.length * 0.9; cut++) {
    const rest = bins.slice(cut);
    const mean = rest.reduce((sum, y) => sum + y, 0) / rest.length;
    const value = rest.reduce((sum, y) => sum + (y - mean) ** 2, 0) / rest.length ** 2;
    if (value < least) {
      least = value;
      best = cut;
    }
  }
  return best;
}

/**
 * Measures a stream of parts. Intervals run from part to part (or from the last of a lot to the last of the next) inside the window; simultaneous parts
 * give intervals of 0, which is what they are.
 * @param times of departure, s, ascending
 * @param end of the run, s: parts that did not come until then count too
 * @param lot parts an interval
 * @returns undefined of fewer than 40 parts (or two lots): nothing can be said yet
 */
export function measure(times: readonly number[], end: number, lot = 1): Measured | undefined {
  if (times.length < Math.max(FEWEST, 3 * lot) || !(end > 0)) return undefined;
  const bins = new Array<number>(BINS).fill(0);
  for (const t of times) bins[Math.min(BINS - 1, Math.floor((t / end) * BINS))]++;
  const cut = warmup(bins);
  const from = (cut / BINS) * end;
  const inside = times.filter((t) => t >= from);
  const span = end - from;
  const rate = inside.length / span;
  // Batches of equal time: means of rates, whose spread is that of the whole rate times √batches (Law and Carson 1979 have equal counts).
  const batches = new Array<number>(BATCHES).fill(0);
  for (const t of inside) batches[Math.min(BATCHES - 1, Math.floor(((t - from) / span) * BATCHES))]++;
  const mean = inside.length / BATCHES;
  const variance = batches.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (BATCHES - 1);
  const half = (studentT(BATCHES - 1) * Math.sqrt(variance / BATCHES) * BATCHES) / span;
  const ends = inside.filter((_, i) => i % lot === 0);
  const intervals = ends.slice(1).map((t, i) => t - ends[i]);
  if (intervals.length < 2) return undefined;
  return {
    intervals,
    lot,
    rate,
    ci: [Math.max(0, rate - half), rate + half],
    parts: inside.length,
    from,
    until: end,
    steady: cut <= BINS / 2,
  };
}

/** A distribution in the words of a scene. */
export interface EmpiricalDistribution {
  /** Durations, each equally likely. */
  empirical: { values: string[] };
}

/** Values that a distribution holds at most. */
const VALUES = 200;

/**
 * The intervals as a scene's distribution of the time between arrivals (of lots, where they were measured by lots). More than 200 are thinned to the
 * means of 200 equal shares of them in order of size, which keeps the mean.
 */
export function asDistribution({ intervals }: Measured): EmpiricalDistribution {
  const sorted = intervals.toSorted((a, b) => a - b);
  const n = Math.min(VALUES, sorted.length);
  const share = sorted.length / n;
  const values = Array.from({ length: n }, (_, i) => {
    const [low, high] = [i * share, (i + 1) * share];
    let sum = 0;
    for (let k = Math.floor(low); k < Math.min(sorted.length, Math.ceil(high)); k++)
      sum += sorted[k] * (Math.min(high, k + 1) - Math.max(low, k));
    return `${Number((sum / share).toPrecision(7))} s`;
  });
  return { empirical: { values } };
}
