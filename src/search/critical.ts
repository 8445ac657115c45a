/**
 * Critical values of multiple comparisons, by quadrature: in plain arithmetic, for what they decide must be decided alike on every machine.
 * All integrands are smooth and fall off on both sides, where the trapezoidal rule converges exponentially (Trefethen and Weideman 2014).
 */
import { exp, log, logGamma, logOnePlus } from '../elementary.ts';
import { normalAbove } from '../quantiles.ts';

/** Points of a quadrature and their weights, which hold the density. */
interface Nodes {
  x: number[];
  weight: number[];
}

/** Weights below this share of the whole are left out. */
const NEGLIGIBLE = 1e-14;

/** The chi-square distribution over even steps of ln x. */
function chiSquare(df: number, step: number): Nodes {
  const half = df / 2;
  const constant = half * log(2) + logGamma(half);
  const nodes: Nodes = { x: [], weight: [] };
  const collect = (t: number): boolean => {
    const x = exp(t);
    const weight = step * exp(half * t - x / 2 - constant);
    if (weight < NEGLIGIBLE * step) return false;
    nodes.x.push(x);
    nodes.weight.push(weight);
    return true;
  };
  const mode = log(df);
  for (let i = 0; collect(mode - i * step); i++);
  for (let i = 1; collect(mode + i * step); i++);
  return nodes;
}

/** Fine enough for the chi-square density alone. */
function evenStep(df: number): number {
  return 0.25 * Math.sqrt(2 / df);
}

/** The standard normal's probability above z, of either sign. */
function above(z: number): number {
  return z >= 0 ? normalAbove(z) : 1 - normalAbove(-z);
}

/** 1 − (1 − p)^k, exact for small p. */
function anyOf(p: number, k: number): number {
  const none = k * logOnePlus(-p);
  return none > -1e-5 ? -none * (1 + none / 2) : 1 - exp(none);
}

/**
 * The c > 0 where a falling error probability is `error`: regula falsi with Illinois' correction on its logarithm, which is nearly
 * a straight line over c².
 */
function solve(error: number, probability: (c: number) => number): number {
  const target = log(error);
  const gap = (square: number): number => log(probability(Math.sqrt(square))) - target;
  let low = 0;
  let gapLow = gap(0);
  if (gapLow <= 0) return 0;
  let high = 4;
  let gapHigh = gap(high);
  while (gapHigh > 0) {
    low = high;
    gapLow = gapHigh;
    high *= 2.5;
    gapHigh = gap(high);
  }
  let last = 0;
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low * gapHigh - high * gapLow) / (gapHigh - gapLow);
    const found = gap(middle);
    if (Math.abs(found) < 1e-10) return Math.sqrt(middle);
    // An end that stays twice is made to count for half, so that it moves too.
    if (found > 0) {
      low = middle;
      gapLow = found;
      if (last > 0) gapHigh /= 2;
    } else {
      high = middle;
      gapHigh = found;
      if (last < 0) gapLow /= 2;
    }
    last = found;
  }
  return Math.sqrt((low + high) / 2);
}

/** Constants found so far: each takes a tenth of a second. */
const constants = new Map<string, number>();

function remembered(key: string, find: () => number): number {
  const known = constants.get(key) ?? find();
  constants.set(key, known);
  return known;
}

/**
 * Rinott's constant h: with N = max(n0, ⌈(h S / δ)²⌉ replications of each of k designs (S² from the first n0) the largest mean is that of
 * the best with the confidence asked for, where the best leads by δ. The root of
 *
 *     ∫ [ ∫ Φ( h / √(ν (1/x + 1/y)) ) f(x) dx ]^(k − 1) f(y) dy = confidence,   f the chi-square density with ν = n0 − 1
 *
 * (Rinott 1978, "On two-stage selection procedures and related probability-inequalities"; Bechhofer, Santner, Goldsman 1995, section 2.8).
 * @param k 2 … 10^7. @param n0 at least 3. @throws RangeError outside of these.
 */
export function rinottConstant(k: number, n0: number, confidence: number): number {
  if (!(k >= 2 && n0 >= 3 && confidence > 1 / k && confidence < 1)) {
    throw new RangeError(
      `Rinott's constant wants 2 or more designs, 3 or more replications and a confidence between 1/k and 1, not ${k}, ${n0}, ${confidence}.`,
    );
  }
  return remembered(`Rinott ${k} ${n0} ${confidence}`, () => rinottRoot(k, n0 - 1, confidence));
}

function rinottRoot(k: number, df: number, confidence: number): number {
  const inner = chiSquare(df, evenStep(df));
  // The power of k − 1 is a step about as wide as 1 / z² in ln y, with z the normal quantile of 1 / k.
  const outer = chiSquare(df, Math.min(evenStep(df), 0.03));
  return solve(1 - confidence, (h) => {
    let error = 0;
    for (let j = 0; j < outer.x.length; j++) {
      let loses = 0;
      for (let i = 0; i < inner.x.length; i++) {
        loses += inner.weight[i] * above(h / Math.sqrt(df * (1 / inner.x[i] + 1 / outer.x[j])));
      }
      error += outer.weight[j] * anyOf(Math.min(1, loses), k - 1);
    }
    return error;
  });
}

/**
 * Dunnett's one-sided critical value d: the quantile of the largest of `count` t variables with `df` degrees of freedom that have the
 * correlation ½ in pairs, as the differences of `count` means to one and the same mean have (Dunnett 1955, "A multiple comparison procedure
 * for comparing several treatments with a control").
 * @throws RangeError for no variables, or a level that is not between ½ and 1.
 */
export function dunnettQuantile(count: number, df: number, level: number): number {
  if (!(count >= 1 && df >= 1 && level > 0.5 && level < 1)) throw new RangeError(`No such quantile: ${count}, ${df}, ${level}.`);
  return remembered(`Dunnett ${count} ${df} ${level}`, () => dunnettRoot(count, df, level));
}

function dunnettRoot(count: number, df: number, level: number): number {
  const step = 0.1;
  const z = Array.from({ length: 175 }, (_, i) => (i - 87) * step);
  const density = z.map((x) => step * exp(-0.5 * (x * x + log(2 * Math.PI))));
  const scale = chiSquare(df, evenStep(df));
  return solve(1 - level, (d) => {
    let error = 0;
    for (let j = 0; j < scale.x.length; j++) {
      const reach = d * Math.sqrt((2 * scale.x[j]) / df);
      let one = 0;
      for (let i = 0; i < z.length; i++) one += density[i] * anyOf(above(z[i] + reach), count);
      error += scale.weight[j] * one;
    }
    return error;
  });
}
