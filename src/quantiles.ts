/**
 * Quantile functions of the standard shapes, in plain arithmetic (see `elementary.ts` for why), accurate into both tails.
 * A probability p comes with its complement q = 1 − p, so that both tails can be followed to the smallest double.
 */
import { exp, log, logGamma, logOnePlus } from './elementary.ts';

/** Coefficients of a polynomial, highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

// Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", PPND16: numerators and denominators of the
// centre (|p − ½| ≤ 0.425), the shoulders, and the far tails (beyond e^−25).
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
    3.3871328727963665,
  ],
  [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091,
    1,
  ],
] as const;
const SHOULDER = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1,
  ],
] as const;
const FAR = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
    5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
    0.599832206555888, 1,
  ],
] as const;

/** The standard normal's quantile, −∞ at p = 0 and ∞ at q = 0; relative error about 1e-16. */
export function normalQuantile(p: number, q: number): number {
  if (p > q) return -normalQuantile(q, p);
  if (p <= 0) return -Infinity;
  const centred = p - 0.5;
  if (centred >= -0.425) {
    const r = 0.180625 - centred * centred;
    return (centred * polynomial(r, CENTRE[0])) / polynomial(r, CENTRE[1]);
  }
  const r = Math.sqrt(-log(p));
  return r <= 5
    ? -polynomial(r - 1.6, SHOULDER[0]) / polynomial(r - 1.6, SHOULDER[1])
    : -polynomial(r - 5, FAR[0]) / polynomial(r - 5, FAR[1]);
}

/** The exponential's quantile, of mean 1: 0 at p = 0, ∞ at q = 0. */
export function exponentialQuantile(p: number, q: number): number {
  return p < 0.25 ? -logOnePlus(-p) : -log(q);
}

/** The standard normal's probability above z, for z ≥ 0: half of Q(½, z² / 2). */
export function normalAbove(z: number): number {
  return z === 0 ? 0.5 : 0.5 * exp(gammaTail(0.5, 2 * log(z) - Math.LN2, logGamma(0.5), true).log);
}

const TINY = 1e-300;
const EPSILON = 1e-16;
const MAX_TERMS = 100_000;

/** A tail probability T at t: ln T, and |dT/dt| / T. Logarithms, because the tails of a narrow distribution leave the range of doubles. */
interface Tail {
  log: number;
  slope: number;
}

/** From the logarithm of a density (over t), T or its complement as a multiple `factor` of that density, to the tail. */
function tailOf(logDensity: number, factor: number, complement: boolean): Tail {
  if (!complement) return { log: logDensity + log(factor), slope: 1 / factor };
  const density = exp(logDensity);
  const rest = 1 - density * factor;
  return { log: log(rest), slope: density / rest };
}

/**
 * The regularised incomplete gamma functions P(a, x) (`above` false) and Q(a, x) (true) over t = ln x: the series below a + 1, Lentz's
 * continued fraction from there on (Press et al. 2007, chapter 6.2).
 */
function gammaTail(a: number, t: number, logGammaA: number, above: boolean): Tail {
  const x = exp(t);
  const logDensity = a * t - x - logGammaA;
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MAX_TERMS && term > sum * EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return tailOf(logDensity, sum, above);
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) <= 2 * EPSILON) break;
  }
  return tailOf(logDensity, h, !above);
}

/**
 * The root of T(t) = target by Newton's method on ln T, for a tail T of a density that is log-concave in t. Then ln T is concave and
 * nearly straight far out, so Newton's method converges from the thin side of the root without a bracket, and from the
 * other side after one step too far. `sign` is +1 for a tail that grows with t.
 */
function solveTail(target: number, start: number, sign: 1 | -1, tail: (t: number) => Tail): number {
  const logTarget = log(target);
  let t = start;
  for (let i = 0; i < 200; i++) {
    const { log: logTail, slope } = tail(t);
    const step = (sign * (logTarget - logTail)) / slope;
    t += step;
    // Convergence is quadratic: the error left is of the order of the square of the last step.
    if (Math.abs(step) < 1e-9) break;
  }
  return t;
}

/** From this shape on a Cornish–Fisher expansion of the gamma's quantile is within 1e-9 standard deviations, as far out as 6 of them. */
const NEARLY_NORMAL = 1e5;

/** Cornish and Fisher's expansion of the gamma's quantile about the normal's (Johnson, Kotz, Balakrishnan 1994, volume 1). */
function nearlyNormalGamma(a: number, p: number, q: number): number {
  const z = normalQuantile(p, q);
  const z2 = z * z;
  const root = Math.sqrt(a);
  return a + root * z + (z2 - 1) / 3 + (z * (z2 - 7)) / (36 * root) - (3 * z2 * z2 + 7 * z2 - 16) / (810 * a);
}

/**
 * The quantile function of the gamma distribution of shape a > 0 and scale 1. The function returned remembers its last roots as
 * starts for the next call, which is fast where p runs from a tail to the middle.
 */
export function gammaQuantile(a: number): (p: number, q: number) => number {
  const logGammaA = logGamma(a);
  let low = { p: 1, t: 0 };
  let high = { q: 1, t: 0 };
  return (p, q) => {
    if (p <= 0) return 0;
    if (q <= 0) return Infinity;
    if (a >= NEARLY_NORMAL) return nearlyNormalGamma(a, p, q);
    if (p <= q) {
      // P(a, x) < x^a / Γ(a + 1), so this start lies on the thin side.
      const start = low.p <= p ? low.t : (log(p) + logGammaA + log(a)) / a;
      low = { p, t: solveTail(p, start, 1, (t) => gammaTail(a, t, logGammaA, false)) };
      return exp(low.t);
    }
    const l = -log(q);
    // Laurent and Massart's bound (2000) on the gamma's upper tail: again the thin side.
    const start = high.q <= q ? high.t : log(a + Math.sqrt(2 * a * l) + l);
    high = { q, t: solveTail(q, start, -1, (t) => gammaTail(a, t, logGammaA, true)) };
    return exp(high.t);
  };
}

/** The continued fraction of the incomplete beta function by Lentz's method (Press et al. 2007, chapter 6.4); fast for x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  const clear = (v: number): number => (Math.abs(v) < TINY ? TINY : v);
  let c = 1;
  let d = 1 / clear(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / clear(1 + even * d);
    c = clear(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / clear(1 + odd * d);
    c = clear(1 + odd / c);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) <= 2 * EPSILON) break;
  }
  return h;
}

/** The regularised incomplete beta function I_x(a, b) over the logit t = ln(x / (1 − x)). */
function betaTail(a: number, b: number, t: number, logBeta: number): Tail {
  // x and 1 − x, neither of them by a subtraction.
  const e = exp(-Math.abs(t));
  const small = e / (1 + e);
  const large = 1 / (1 + e);
  const logX = (t < 0 ? t : 0) - logOnePlus(e);
  const logDensity = a * logX + b * (logX - t) - logBeta;
  const x = t < 0 ? small : large;
  return x < (a + 1) / (a + b + 2)
    ? tailOf(logDensity, betaFraction(a, b, x) / a, false)
    : tailOf(logDensity, betaFraction(b, a, t < 0 ? large : small) / b, true);
}

/** The lower tail of the beta distribution as a logit: the root of I_x(a, b) = p, for p ≤ ½. */
function betaLogit(a: number, b: number): (p: number) => number {
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const mode = log(a / b);
  let last = { p: 1, t: 0 };
  return (p) => {
    const start = last.p <= p ? last.t : Math.min(mode, (log(p) + log(a) + logBeta) / a);
    last = { p, t: solveTail(p, start, 1, (t) => betaTail(a, b, t, logBeta)) };
    return last.t;
  };
}

/** The quantile function of the beta distribution on [0, 1] with shapes a, b > 0. Remembers its last roots, as `gammaQuantile` does. */
export function betaQuantile(a: number, b: number): (p: number, q: number) => number {
  const lower = betaLogit(a, b);
  const upper = betaLogit(b, a);
  return (p, q) => {
    if (p <= 0) return 0;
    if (q <= 0) return 1;
    return p <= q ? 1 / (1 + exp(-lower(p))) : 1 / (1 + exp(upper(q)));
  };
}
