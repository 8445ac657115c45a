/** When an interval says more than it knows: each caution is a sentence with its number. */
import { studentT } from '../experiment/statistics.ts';
import { normalQuantile } from '../quantiles.ts';
import type { Warmup } from './warmup.ts';

export interface Caution {
  kind: 'few' | 'broken off' | 'skewed' | 'autocorrelated' | 'warm-up' | 'short run';
  /** A sentence for a person to read; the number is in it. */
  text: string;
  /** The number that made it: twins, skewness, lag-1 correlation, observations. */
  figure: number;
}

/** Below this a t-interval leans on its normal distribution more than on data. */
const FEW = 10;
/** Cochran's rule (1977, "Sampling Techniques", section 2.15): a 95 % interval errs in 6 % at most where n > 25 G1², G1 being the skewness. */
const COCHRAN = 25;
/** The chance of a warning about batches that are independent. */
const FALSE_ALARM = 0.01;
/** Fewer batches than this tell nothing of their correlation. */
const FEWEST_BATCHES = 10;

/**
 * Of values that replications gave, whose mean gets a t-interval: too few, broken off, or skewed, so that the interval lies to the side of
 * the truth (Johnson 1978, "Modified t tests and confidence intervals for asymmetrical populations").
 */
export function cautionsOfReplications(values: ArrayLike<number>, level = 0.95): Caution[] {
  const found: Caution[] = [];
  const whole = Array.from(values).filter(Number.isFinite);
  const n = whole.length;
  const broken = values.length - n;
  if (broken > 0) {
    found.push({
      kind: 'broken off',
      figure: broken,
      text: `${broken} of ${values.length} twins gave no figure; the mean is that of the other ${n}.`,
    });
  }
  if (n < 2) {
    found.push({ kind: 'few', figure: n, text: `${n === 1 ? '1 twin' : 'No twin'} gave a figure: there is no interval.` });
    return found;
  }
  if (n < FEW) {
    const wider = studentT((1 + level) / 2, n - 1) / normalQuantile((1 + level) / 2, (1 - level) / 2);
    found.push({
      kind: 'few',
      figure: n,
      text: `An interval from ${n} twins is ${short(wider)} times as wide as one that knew the spread, and true only if the figures are normally distributed: take ${FEW} or more.`,
    });
    return found;
  }
  const mean = whole.reduce((sum, x) => sum + x, 0) / n;
  let m2 = 0;
  let m3 = 0;
  for (const x of whole) {
    m2 += (x - mean) ** 2;
    m3 += (x - mean) ** 3;
  }
  const skewness = m2 > 0 ? (Math.sqrt(n) * m3) / (m2 * Math.sqrt(m2)) : 0;
  const need = Math.ceil(COCHRAN * skewness * skewness);
  if (n < need) {
    found.push({
      kind: 'skewed',
      figure: skewness,
      text: `The figures of ${n} twins are skewed (${short(skewness)}): for an interval to hold what it says it takes about ${need} of them.`,
    });
  }
  return found;
}

/** Von Neumann's test on means of successive batches, and what it found. */
export interface SerialTest {
  /** The lag-1 correlation of the means, by their mean square successive difference. */
  correlation: number;
  /** Standard normal if the means are independent. */
  statistic: number;
}

/**
 * C = 1 − Σ (y(i) − y(i+1))² / (2 Σ (y − ȳ)²), which has the mean 0 and the variance (n − 2) / (n² − 1) for independent normal values (von Neumann
 * 1941; Fishman 1978, "Grouping observations in digital simulation"). NaN of fewer than 3 values, or of equal ones.
 */
export function vonNeumann(means: ArrayLike<number>): SerialTest {
  const n = means.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += means[i] / n;
  let steps = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    spread += (means[i] - mean) ** 2;
    if (i > 0) steps += (means[i] - means[i - 1]) ** 2;
  }
  // Without a step all values are equal, whatever rounding has left in their spread.
  const correlation = n < 3 || steps === 0 ? Number.NaN : 1 - steps / (2 * spread);
  return { correlation, statistic: correlation * Math.sqrt((n * n - 1) / (n - 2)) };
}

/** Of the batch means of one long run that are to give an interval. */
export function cautionsOfBatches(means: ArrayLike<number>): Caution[] {
  const n = means.length;
  if (n < FEWEST_BATCHES) {
    return [
      {
        kind: 'few',
        figure: n,
        text: `${n} batches are too few to tell whether they depend on each other: take ${FEWEST_BATCHES} or more.`,
      },
    ];
  }
  const { correlation, statistic } = vonNeumann(means);
  if (!(statistic > normalQuantile(1 - FALSE_ALARM, FALSE_ALARM))) return [];
  // Of a first-order autoregression; for short memories that is what batches look like.
  const narrow = Math.sqrt((1 + correlation) / (1 - correlation));
  return [
    {
      kind: 'autocorrelated',
      figure: correlation,
      text: `Successive batches depend on each other (correlation ${short(correlation)}): their interval is about ${short(narrow)} times too narrow. Take longer batches, or replications.`,
    },
  ];
}

/** Of a run whose first `cut` observations are thrown away as warm-up. */
export function cautionsOfWarmup(found: Warmup, cut: number): Caution[] {
  const { means, truncation, trusted, batch } = found;
  if (found.cut < 0) {
    return [{ kind: 'short run', figure: means.length, text: `${means.length} batches of ${batch} are too few to find the warm-up in.` }];
  }
  if (!trusted) {
    return [
      {
        kind: 'short run',
        figure: truncation,
        text: `The warm-up seems to last for ${found.cut} of ${means.length} batches: the run is too short to show its steady state.`,
      },
    ];
  }
  if (truncation <= cut) return [];
  return [
    {
      kind: 'warm-up',
      figure: truncation,
      text: `The warm-up looks too short: ${cut} observations are cut, MSER-${batch} would cut ${truncation}.`,
    },
  ];
}

/** Two digits behind the point. */
function short(x: number): string {
  return x.toFixed(2);
}
