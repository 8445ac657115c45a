/**
 * Gaussian-process regression of noisy means: stochastic kriging (Ankenman, Nelson and Staum 2010, "Stochastic kriging for simulation metamodeling"),
 * in which every design brings the variance of its own mean. Matérn's kernel of smoothness 5/2 with a length for every dimension (Rasmussen and Williams
 * 2006, equation 4.17 with section 5.1), a constant mean by generalised least squares. Exact, so of the order of n³ steps: for some hundred designs.
 */
import { exp, log } from '../elementary.ts';
import { cholesky, inverse, solveLower, solveUpper } from './matrix.ts';

/** What is known: n designs of d features. */
export interface Observations {
  /** Row by row; each feature in 0 … 1, or of a nominal one the option. */
  features: Float64Array;
  /** By feature: whether options are either equal or at the distance 1 (one-hot, up to a factor). */
  nominal: readonly boolean[];
  values: Float64Array;
  /** Variance of each value about the truth; 0 where it is exact, NaN where it is not known: then one variance is estimated for all. */
  noise: Float64Array;
}

/** Logarithms of the lengths of the features, of the kernel's variance and of a variance that all designs have beside their noise; values standardised. */
type Parameters = Float64Array;

/** Bounds of the logarithms: lengths from 0.02 to 50 … */
const LENGTHS = [-3.9, 3.9] as const;
/** … variance, and variance of the noise where it is not known, or where it is: no more than rounding needs. */
const VARIANCE = [-6, 6] as const;
const UNKNOWN = [-16, 2] as const;
const JITTER = -18;

const ROOT5 = Math.sqrt(5);

export class GaussianProcess {
  readonly parameters: Parameters;
  /** Of the kernel, in the values' unit squared. */
  readonly variance: number;
  private readonly observations: Observations;
  private readonly n: number;
  private readonly d: number;
  private readonly rates: Float64Array;
  private readonly centre: number;
  private readonly scale: number;
  /** Cholesky factor of the covariances, standardised. */
  private readonly factor: Float64Array;
  private readonly alpha: Float64Array;
  private readonly mean: number;

  /**
   * With parameters that are known.
   * @param parameters as in `parameters`: d + 2 logarithms. @throws RangeError where the covariances are not positive definite.
   */
  constructor(observations: Observations, parameters: Parameters) {
    const standard = standardised(observations);
    const solved = solve(observations, standard, parameters);
    if (solved === undefined) throw new RangeError('The covariances of the designs are not positive definite.');
    this.observations = observations;
    this.parameters = parameters;
    this.n = observations.values.length;
    this.d = observations.nominal.length;
    this.rates = ratesOf(parameters, this.d);
    this.centre = standard.centre;
    this.scale = standard.scale;
    this.variance = exp(parameters[this.d]) * this.scale * this.scale;
    this.factor = solved.factor;
    this.alpha = solved.alpha;
    this.mean = solved.mean;
  }

  /**
   * Parameters by the largest posterior density: the likelihood, with wide log-normal priors that keep lengths of the cube's size where designs are few.
   * Climbed from several starts along its gradient by resilient steps (iRprop−, Igel and Hüsken 2003; for Gaussian processes Blum and Riedmiller 2013).
   * @param near parameters of an earlier fit, from which the climb begins.
   */
  static fit(observations: Observations, near?: Parameters): GaussianProcess {
    const d = observations.nominal.length;
    const n = observations.values.length;
    const standard = standardised(observations);
    const known = !observations.noise.some(Number.isNaN);
    const starts: Parameters[] = near === undefined ? [] : [near];
    if (near === undefined || n <= 40) {
      for (const length of near === undefined ? [-1.6, -0.4, 0.8] : [-0.4]) {
        const start = new Float64Array(d + 2).fill(length);
        start[d] = 0;
        start[d + 1] = known ? JITTER : -4;
        starts.push(start);
      }
    }
    // From an earlier fit it is not far, and of many designs each turn is dear.
    const turns = near === undefined && n <= 100 ? 30 : n <= 250 ? 15 : 8;
    let best: { parameters: Parameters; density: number } | undefined;
    for (const start of starts) {
      const top = climb(observations, standard, start, known, turns);
      if (best === undefined || top.density > best.density) best = top;
    }
    return new GaussianProcess(observations, (best as { parameters: Parameters }).parameters);
  }

  /** Lengths of the features, in the cube: how far a design tells of others. */
  get lengths(): number[] {
    return Array.from(this.parameters.subarray(0, this.d), exp);
  }

  /** Variance that all designs have beside their noise: the estimate of it, where it is not known. */
  get nugget(): number {
    return exp(this.parameters[this.d + 1]) * this.scale * this.scale;
  }

  /** Mean and variance of the truth at a place, in the values' unit. */
  predict(place: Float64Array): { mean: number; variance: number } {
    const { mean, weights } = this.project(place);
    let variance = this.variance;
    for (const w of weights) variance -= w * w;
    return { mean, variance: Math.max(0, variance) };
  }

  /**
   * The mean at a place and its projection on the designs, L⁻¹ k: the covariance of the truth at two places is their kernel less the product of
   * their projections.
   */
  project(place: Float64Array): { mean: number; weights: Float64Array } {
    const { n, d, rates } = this;
    const { features, nominal } = this.observations;
    const weights = new Float64Array(n);
    const variance = exp(this.parameters[d]);
    let mean = this.mean;
    for (let i = 0; i < n; i++) {
      weights[i] = variance * matern(distance2(features, i * d, place, 0, nominal, rates));
      mean += weights[i] * this.alpha[i];
    }
    solveLower(this.factor, n, weights);
    for (let i = 0; i < n; i++) weights[i] *= this.scale;
    return { mean: this.centre + this.scale * mean, weights };
  }

  /** The kernel between two places, in the values' unit squared. */
  kernel(a: Float64Array, b: Float64Array): number {
    return this.variance * matern(distance2(a, 0, b, 0, this.observations.nominal, this.rates));
  }
}

interface Standard {
  centre: number;
  scale: number;
  values: Float64Array;
  noise: Float64Array;
}

function standardised({ values, noise }: Observations): Standard {
  const n = values.length;
  let centre = 0;
  for (const value of values) centre += value / n;
  let square = 0;
  for (const value of values) square += ((value - centre) * (value - centre)) / Math.max(1, n - 1);
  const scale = square > 0 ? Math.sqrt(square) : 1;
  return {
    centre,
    scale,
    values: values.map((value) => (value - centre) / scale),
    noise: noise.map((variance) => (Number.isNaN(variance) ? 0 : variance / (scale * scale))),
  };
}

/** By feature 1 / length². */
function ratesOf(parameters: Parameters, d: number): Float64Array {
  return parameters.slice(0, d).map((x) => exp(-2 * x));
}

function distance2(
  some: Float64Array,
  a: number,
  other: Float64Array,
  b: number,
  nominal: readonly boolean[],
  rates: Float64Array,
): number {
  let sum = 0;
  for (let k = 0; k < rates.length; k++) {
    const gap = some[a + k] - other[b + k];
    sum += (nominal[k] ? (gap === 0 ? 0 : 1) : gap * gap) * rates[k];
  }
  return sum;
}

/** Matérn 5/2 of the squared scaled distance. */
function matern(r2: number): number {
  const r = ROOT5 * Math.sqrt(r2);
  return (1 + r + r * r * (1 / 3)) * exp(-r);
}

interface Solved {
  factor: Float64Array;
  alpha: Float64Array;
  mean: number;
  /** Logarithm of the likelihood, less its constant. */
  likelihood: number;
}

/** The covariances factored, and what follows from them; undefined where they are not positive definite. */
function solve(observations: Observations, { values, noise }: Standard, parameters: Parameters): Solved | undefined {
  const n = values.length;
  const { features, nominal } = observations;
  const d = nominal.length;
  const rates = ratesOf(parameters, d);
  const variance = exp(parameters[d]);
  const nugget = exp(parameters[d + 1]);
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) factor[i * n + j] = variance * matern(distance2(features, i * d, features, j * d, nominal, rates));
    factor[i * n + i] = variance + noise[i] + nugget;
  }
  if (!cholesky(factor, n)) return undefined;
  const ones = new Float64Array(n).fill(1);
  const alpha = values.slice();
  for (const b of [ones, alpha]) {
    solveLower(factor, n, b);
    solveUpper(factor, n, b);
  }
  let [top, bottom] = [0, 0];
  for (let i = 0; i < n; i++) {
    top += alpha[i];
    bottom += ones[i];
  }
  const mean = top / bottom;
  let likelihood = 0;
  for (let i = 0; i < n; i++) {
    alpha[i] -= mean * ones[i];
    likelihood -= 0.5 * (values[i] - mean) * alpha[i] + log(factor[i * n + i]);
  }
  return { factor, alpha, mean, likelihood };
}

/** Means and standard deviations of the normal priors of the logarithms: lengths about half the diagonal of the cube. */
function priors(d: number, known: boolean): { mean: Float64Array; sd: Float64Array } {
  const mean = new Float64Array(d + 2).fill(log(0.5 * Math.sqrt(d)));
  const sd = new Float64Array(d + 2).fill(1);
  mean[d] = 0;
  mean[d + 1] = known ? JITTER : -4;
  sd[d + 1] = 3;
  return { mean, sd };
}

function climb(
  observations: Observations,
  standard: Standard,
  start: Parameters,
  known: boolean,
  turns: number,
): { parameters: Parameters; density: number } {
  const d = observations.nominal.length;
  const at = start.slice();
  const steps = new Float64Array(d + 2).fill(0.2);
  let last = new Float64Array(d + 2);
  const best = { parameters: start, density: -Infinity };
  for (let turn = 0; turn < turns; turn++) {
    const here = density(observations, standard, at, known);
    if (here === undefined) break;
    if (here.density > best.density) {
      best.parameters = at.slice();
      best.density = here.density;
    }
    let longest = 0;
    for (let k = 0; k < at.length; k++) {
      if (k === d + 1 && known) continue;
      const agree = here.gradient[k] * last[k];
      steps[k] = agree > 0 ? Math.min(1, 1.2 * steps[k]) : agree < 0 ? 0.5 * steps[k] : steps[k];
      if (agree < 0) here.gradient[k] = 0;
      const [low, high] = k < d ? LENGTHS : k === d ? VARIANCE : UNKNOWN;
      at[k] = Math.min(high, Math.max(low, at[k] + Math.sign(here.gradient[k]) * steps[k]));
      longest = Math.max(longest, steps[k]);
    }
    last = here.gradient;
    if (longest < 0.01) break;
  }
  return best;
}

/** Logarithm of the posterior density of parameters, less a constant, and its gradient (Rasmussen and Williams 2006, equation 5.9). */
function density(
  observations: Observations,
  standard: Standard,
  parameters: Parameters,
  known: boolean,
): { density: number; gradient: Float64Array<ArrayBuffer> } | undefined {
  const solved = solve(observations, standard, parameters);
  if (solved === undefined) return undefined;
  const { factor, alpha } = solved;
  const n = alpha.length;
  const d = observations.nominal.length;
  const rates = ratesOf(parameters, d);
  const variance = exp(parameters[d]);
  const precision = inverse(factor, n);
  const gradient = new Float64Array(d + 2);
  const { features, nominal } = observations;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      // Twice, for (i, j) and (j, i): half of (α αᵀ − K⁻¹) times the derivative.
      const pull = alpha[i] * alpha[j] - precision[i * n + j];
      const r = ROOT5 * Math.sqrt(distance2(features, i * d, features, j * d, nominal, rates));
      const decay = variance * exp(-r);
      const slope = pull * decay * (5 / 3) * (1 + r);
      for (let k = 0; k < d; k++) {
        const gap = features[i * d + k] - features[j * d + k];
        gradient[k] += slope * (nominal[k] ? (gap === 0 ? 0 : 1) : gap * gap) * rates[k];
      }
      gradient[d] += pull * decay * (1 + r + (r * r) / 3);
    }
    const pull = 0.5 * (alpha[i] * alpha[i] - precision[i * n + i]);
    gradient[d] += pull * variance;
    gradient[d + 1] += pull * exp(parameters[d + 1]);
  }
  let sum = solved.likelihood;
  const { mean, sd } = priors(d, known);
  for (let k = 0; k < d + 2; k++) {
    const z = (parameters[k] - mean[k]) / sd[k];
    sum -= 0.5 * z * z;
    gradient[k] -= z / sd[k];
  }
  return { density: sum, gradient };
}
