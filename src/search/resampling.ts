/** What can be learned of a statistic by drawing from the sample again (Efron and Tibshirani 1993, "An Introduction to the Bootstrap"). */
import type { Dice } from './dice.ts';

/**
 * The p-quantile of values in ascending order, between neighbours by Hyndman and Fan's definition 8 (1996), which is about median-unbiased
 * whatever the distribution. NaN of no values.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const place = Math.min(n, Math.max(1, (n + 1 / 3) * p + 1 / 3));
  const below = Math.min(n - 1, Math.floor(place));
  const low = sorted[below - 1] ?? (sorted[0] as number);
  return low + (place - below) * ((sorted[below] ?? (sorted[n - 1] as number)) - low);
}

/**
 * Percentile intervals of some statistics: `draws` times n units are drawn from n with replacement, and `statistics` told how often each was.
 * Statistics that are not finite in a resample are left out of their interval; with less than half of them it is NaN to NaN.
 */
export function bootstrapIntervals(
  n: number,
  draws: number,
  level: number,
  dice: Dice,
  statistics: (counts: Uint32Array) => readonly number[],
): { low: number; high: number }[] {
  const columns: number[][] = [];
  const counts = new Uint32Array(n);
  for (let draw = 0; draw < draws; draw++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const at = dice.whole(n);
      counts[at] = (counts[at] as number) + 1;
    }
    statistics(counts).forEach((value, s) => {
      columns[s] ??= [];
      if (Number.isFinite(value)) (columns[s] as number[]).push(value);
    });
  }
  return columns.map((values) => {
    if (values.length * 2 < draws) return { low: Number.NaN, high: Number.NaN };
    const sorted = Float64Array.from(values).sort();
    return { low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2) };
  });
}
