/** Multiple comparisons with the best: of each design, how far it may be from the best of the others. */
import { studentT } from '../experiment/statistics.ts';
import { dunnettQuantile } from './critical.ts';
import { Differences, Moments } from './moments.ts';

/**
 * How the samples came about, and hence what is assumed of them, beside normality:
 * - `equal variances`: independent samples of one length and one variance (Hsu 1984, with Dunnett's critical value);
 * - `unequal variances`: independent samples of any length and variances (Bonferroni, t-quantiles of the shorter sample; conservative);
 * - `sphericity`: common luck, and all differences of two designs have the same variance (Nelson and Matejcik 1995): narrowest where it holds;
 * - `paired`: common luck, any correlation (Bonferroni over paired t; Clark and Yang 1986).
 */
export type Assumption = 'equal variances' | 'unequal variances' | 'sphericity' | 'paired';

export interface WithBest {
  /** The mean's lead over the best of the others, in the sense asked for: negative where it is worse. */
  lead: number;
  /** All intervals of all designs hold together at the level: low ≤ 0 ≤ high. low = 0: it is the best. high = 0: it is not. */
  low: number;
  high: number;
}

/**
 * MCB intervals (Hsu 1984, "Constrained simultaneous confidence intervals for multiple comparisons with the best"; the form for unequal margins is
 * that of Edwards and Hsu 1983) of μi − best of the other μj.
 * @param samples by design its replications, 2 designs or more. NaN: broke off; with common luck, such a replication is left out of all.
 * @throws RangeError for fewer than 2 designs or 2 replications, or lengths that differ where they must not.
 */
export function compareWithBest(
  samples: readonly ArrayLike<number>[],
  sense: 'maximise' | 'minimise',
  assumption: Assumption,
  level = 0.95,
): WithBest[] {
  const k = samples.length;
  if (k < 2) throw new RangeError(`A comparison with the best wants 2 designs or more, not ${k}.`);
  const common = assumption === 'sphericity' || assumption === 'paired';
  const values = common ? complete(samples) : samples.map((sample) => Array.from(sample).filter(Number.isFinite));
  const moments = new Moments(k);
  values.forEach((sample, i) => moments.take(i, sample));
  const fewest = Math.min(...moments.n);
  if (fewest < 2) throw new RangeError('A comparison with the best wants 2 replications of each design or more.');
  if (assumption === 'equal variances' && Math.max(...moments.n) !== fewest) {
    throw new RangeError('Hsu’s comparison takes samples of one length: take the one for unequal variances.');
  }
  const margin = margins(values, moments, assumption, 1 - level);
  const sign = sense === 'maximise' ? 1 : -1;
  const lead = (i: number, j: number): number => sign * (moments.mean[i] - moments.mean[j]);
  const others = (i: number): number[] => values.flatMap((_, j) => (j === i ? [] : [j]));
  const high = values.map((_, i) => Math.min(...others(i).map((j) => lead(i, j) + margin(i, j))));
  return values.map((_, i) => {
    // Only a design that may be the best can be the one that this one trails.
    const rivals = others(i).filter((j) => high[j] >= 0);
    return {
      lead: Math.min(...others(i).map((j) => lead(i, j))),
      low: Math.min(0, ...rivals.map((j) => lead(i, j) - margin(i, j))),
      high: Math.max(0, high[i]),
    };
  });
}

/** By pair, what their difference may be off by: with the probability 1 − error, the best's differences to all others are off by no more. */
function margins(
  values: readonly ArrayLike<number>[],
  moments: Moments,
  assumption: Assumption,
  error: number,
): (i: number, j: number) => number {
  const k = values.length;
  const n = moments.n[0];
  if (assumption === 'equal variances') {
    let pooled = 0;
    for (let i = 0; i < k; i++) pooled += moments.variance(i) / k;
    const reach = dunnettQuantile(k - 1, k * (n - 1), 1 - error) * Math.sqrt((2 * pooled) / n);
    return () => reach;
  }
  if (assumption === 'sphericity') {
    // The residual variance of a two-way layout, designs by replications; twice that is the variance of a difference.
    let residual = 0;
    for (let r = 0; r < n; r++) {
      let block = 0;
      for (let i = 0; i < k; i++) block += (values[i][r] - moments.mean[i]) / k;
      for (let i = 0; i < k; i++) residual += (values[i][r] - moments.mean[i] - block) ** 2;
    }
    const df = (k - 1) * (n - 1);
    const reach = dunnettQuantile(k - 1, df, 1 - error) * Math.sqrt((2 * residual) / df / n);
    return () => reach;
  }
  const each = error / (k - 1);
  if (assumption === 'paired') {
    const differences = new Differences(k);
    differences.take(Array.from(values.keys()), values);
    const t = -studentT(each, n - 1);
    return (i, j) => t * Math.sqrt(differences.variance(i, j) / n);
  }
  const t = Array.from(moments.n, (count) => -studentT(each, count - 1));
  const square = Array.from(moments.n, (count, i) => moments.variance(i) / count);
  // Of the two quantiles the larger: see the proof in tournament.ts, which holds for any two lengths.
  return (i, j) => Math.max(t[i], t[j]) * Math.sqrt(square[i] + square[j]);
}

/** The replications that are finite in all samples. @throws RangeError where lengths differ. */
function complete(samples: readonly ArrayLike<number>[]): number[][] {
  const length = samples[0].length;
  if (samples.some((sample) => sample.length !== length)) throw new RangeError('Samples with common luck have one length.');
  const whole = Array.from({ length }, (_, r) => r).filter((r) => samples.every((sample) => Number.isFinite(sample[r])));
  return samples.map((sample) => whole.map((r) => sample[r]));
}
