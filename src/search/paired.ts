/** Differences of designs that had the same luck. */
import type { Interval } from '../experiment/statistics.ts';
import { Differences, Moments } from './moments.ts';
import { tInterval } from './replications.ts';

/**
 * The t-interval of the mean of a − b, value by value: the r-th of both are replications of the same number. A pair of which one broke off (NaN) is
 * left out; `n` counts the others. Exact for normal differences, however the two are correlated (Law 2015, section 10.2.1).
 */
export function paired(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): Interval {
  const moments = new Moments(1);
  const apart = Float64Array.from({ length: Math.min(a.length, b.length) }, (_, r) => a[r] - b[r]);
  moments.take(0, apart);
  return tInterval(moments.n[0], moments.n[0] === 0 ? Number.NaN : moments.mean[0], moments.variance(0), level);
}

export interface PairDifference extends Interval {
  /** The difference is that of sample i less sample j; i < j. */
  i: number;
  j: number;
}

/**
 * All pairwise differences. By Bonferroni's inequality all k (k − 1) / 2 intervals hold *together* at the level: each is made at
 * 1 − (1 − level) / pairs (Law 2015, section 10.3.2).
 */
export function allPairs(samples: readonly ArrayLike<number>[], level = 0.95): PairDifference[] {
  const differences = new Differences(samples.length);
  differences.take(Array.from(samples.keys()), samples);
  const each = 1 - (1 - level) / Math.max(1, (samples.length * (samples.length - 1)) / 2);
  return samples.flatMap((_, i) =>
    samples.flatMap((_, j) => {
      if (j <= i) return [];
      const n = differences.n(i, j);
      return [{ i, j, ...tInterval(n, n === 0 ? Number.NaN : differences.mean(i, j), differences.variance(i, j), each) }];
    }),
  );
}
