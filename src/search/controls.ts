/** Control variates: what is known of a run's luck takes its share out of the result. */
import { type Interval, studentT } from '../experiment/statistics.ts';
import { Moments } from './moments.ts';
import { tInterval } from './replications.ts';

export interface Control {
  /** By replication, a figure of the same twin, such as the mean of the processing times that it drew. */
  values: ArrayLike<number>;
  /** Its true mean, which is known. */
  mean: number;
}

export interface Controlled extends Interval {
  /** The interval without controls. */
  plain: Interval;
  /** By index; those that are constant, or follow from the ones before, are of no use. */
  used: number[];
  /** Squared multiple correlation of the response with the controls, in the sample. */
  explained: number;
  /** (n − 2) / (n − q − 2) for q controls: what their coefficients, being estimated, cost (Lavenberg, Moeller and Welch 1982). */
  lossFactor: number;
  /** Share of the variance of the mean that is gone, the loss counted: 1 − lossFactor × (1 − explained). Negative: the controls do harm. */
  reduction: number;
}

/** A control of which less than this share is its own is left out. */
const OWN_SHARE = 1e-10;

/**
 * The mean of y with controls, its interval by linear regression: ȳ − β (c̄ − μ), t with n − q − 1 degrees of freedom (Lavenberg and Welch
 * 1981, "A perspective on the use of control variables to increase the efficiency of Monte Carlo simulations", section 3). Exact where y and the controls are
 * jointly normal. Replications with anything that is not finite are left out. `sd` is that of the residuals.
 * @throws RangeError where there are fewer than q + 3 replications.
 */
export function controlled(y: ArrayLike<number>, controls: readonly Control[], level = 0.95): Controlled {
  const whole = Array.from({ length: y.length }, (_, r) => r).filter(
    (r) => Number.isFinite(y[r]) && controls.every(({ values }) => Number.isFinite(values[r])),
  );
  const n = whole.length;
  if (n < controls.length + 3)
    throw new RangeError(`${controls.length} controls want ${controls.length + 3} replications or more, not ${n}.`);
  const centred = (values: ArrayLike<number>): { mean: number; column: Float64Array; m2: number } => {
    const moments = new Moments(1);
    const column = Float64Array.from(whole, (r) => values[r]);
    moments.take(0, column);
    const mean = moments.mean[0];
    return { mean, column: column.map((x) => x - mean), m2: moments.m2[0] };
  };
  const response = centred(y);
  const residual = response.column;
  // Gram and Schmidt: each control is freed of those before, and so is the distance of its mean from the truth.
  const basis: { column: Float64Array; m2: number; off: number }[] = [];
  const used: number[] = [];
  let estimate = response.mean;
  let leverage = 1 / n;
  controls.forEach((control, index) => {
    const { mean, column, m2 } = centred(control.values);
    let off = mean - control.mean;
    for (const earlier of basis) {
      const share = dot(column, earlier.column) / earlier.m2;
      subtract(column, share, earlier.column);
      off -= share * earlier.off;
    }
    const own = dot(column, column);
    if (!(own > OWN_SHARE * m2)) return;
    basis.push({ column, m2: own, off });
    used.push(index);
    const slope = dot(residual, column) / own;
    subtract(residual, slope, column);
    estimate -= slope * off;
    leverage += (off * off) / own;
  });
  const q = used.length;
  const left = dot(residual, residual);
  const explained = response.m2 > 0 ? 1 - left / response.m2 : 0;
  const lossFactor = n > q + 2 ? (n - 2) / (n - q - 2) : Number.POSITIVE_INFINITY;
  const variance = left / (n - q - 1);
  const reach = -studentT((1 - level) / 2, n - q - 1) * Math.sqrt(variance * leverage);
  return {
    mean: estimate,
    sd: Math.sqrt(variance),
    low: estimate - reach,
    high: estimate + reach,
    n,
    plain: tInterval(n, response.mean, response.m2 / (n - 1), level),
    used,
    explained,
    lossFactor,
    reduction: 1 - lossFactor * (1 - explained),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function subtract(from: Float64Array, share: number, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] -= share * what[i];
}
