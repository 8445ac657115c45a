/**
 * Statistics over replications that merge exactly. A `Tally` keeps the sum and the sum of squares without any rounding, so its mean and
 * standard deviation are the same to the last bit however the replications were ordered, batched or shared among machines.
 */
import { binaryExponent, powerOfTwo } from '../elementary.ts';
import { betaQuantile, normalQuantile } from '../quantiles.ts';

// ── Exact sums ──────────────────────────────────────────────────────────────────────────────────────────────────────

/*
 * A superaccumulator (Kulisch; Neal 2015, "Fast exact summation using small and large superaccumulators"): one wide fixed-point number in
 * limbs of 32 bits, limb k a whole number of units of 2^(32k − 384), each held in a double with 21 bits to spare so that carries can wait.
 * It needs no sorting, has no worst case, and after its carries is the same words for the same sum, which expansions of
 * partial sums (Shewchuk 1997, Python's fsum) are not.
 */
const LIMB_BITS = 32;
const LIMB = 2 ** LIMB_BITS;
/** The lowest bit of the square of the smallest magnitude, 2^(2 × (−128 − 52)), is above 2^−384; 2^53 squares of the largest stay below 2^320. */
const LOWEST_BIT = 384;
const LIMBS = (LOWEST_BIT + 320) / LIMB_BITS;
/** Magnitudes a tally can hold, besides 0. */
const SMALLEST = 2 ** -128;
const LARGEST = 2 ** 128;
/** One value changes a limb by less than 2^33 (the two parts of its square), so this many stay far below 2^53. */
const CARRY_EVERY = 2 ** 19;

/** By limb, what takes a value to that limb's units. */
const TO_LIMB = Float64Array.from({ length: LIMBS }, (_, k) => powerOfTwo(LOWEST_BIT - LIMB_BITS * k));

/** Adds x, with all its bits between 2^−384 and 2^320, to the sum in `limbs`. */
function accumulate(limbs: Float64Array, x: number): void {
  if (x === 0) return;
  let k = (binaryExponent(x) - 1 + LOWEST_BIT) >> 5;
  let rest = x * TO_LIMB[k];
  // Scaling by powers of two and taking the whole part are exact: at most three rounds use up the 53 bits.
  do {
    const whole = Math.trunc(rest);
    limbs[k--] += whole;
    rest = (rest - whole) * LIMB;
  } while (rest !== 0);
}

/** Brings all limbs but the last, which carries the sign, into 0 … 2^32 − 1: the one such form of the number. */
function carryOver(limbs: Float64Array): void {
  for (let k = 0; k < LIMBS - 1; k++) {
    const over = Math.floor(limbs[k] / LIMB);
    limbs[k] -= over * LIMB;
    limbs[k + 1] += over;
  }
}

/** The sum in units of 2^−384. */
function whole(limbs: Float64Array): bigint {
  let sum = 0n;
  for (let k = LIMBS - 1; k >= 0; k--) sum = (sum << 32n) + BigInt(limbs[k]);
  return sum;
}

/** numerator / denominator × 2^exponent, rounded once, to the nearest double. The denominator is positive. */
function rounded(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator < 0n) return -rounded(-numerator, denominator, exponent);
  if (numerator === 0n) return 0;
  const length = (n: bigint): number => n.toString(16).length * 4;
  // Some 64 bits of quotient; a set last bit for whatever is left keeps the rounding of `Number` from seeing a tie where there is none.
  const shift = 66 + length(denominator) - length(numerator);
  const dividend = shift > 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift > 0 ? denominator : denominator << BigInt(-shift);
  const quotient = dividend / divisor;
  const sticky = quotient * divisor === dividend ? 0n : 1n;
  return Number(quotient | sticky) * powerOfTwo(exponent - shift);
}

/** A tally as plain data (JSON, structured clone): equal for equal values in any order. */
export interface TallyState {
  n: number;
  /** null of no values. */
  min: number | null;
  max: number | null;
  /** Σx and Σx² in 32-bit limbs, limb k in units of 2^(32k − 384), the last one signed. */
  sum: number[];
  squares: number[];
}

/**
 * Count, mean, standard deviation and range of values, each 0 or of a magnitude from 2^−128 to 2^128 (3e-39 … 3e38), at most 2^53 of them.
 * Σx and Σx² are exact, so every property is a function of the values alone, not of their order or of how they were merged.
 */
export class Tally {
  private count = 0;
  private least = Infinity;
  private most = -Infinity;
  private readonly sum = new Float64Array(LIMBS);
  private readonly squares = new Float64Array(LIMBS);
  /** Values since the last carry. */
  private pending = 0;

  /** @throws RangeError if x is not finite or its magnitude is outside of what a tally holds. */
  add(x: number): void {
    const magnitude = Math.abs(x);
    if (!(magnitude <= LARGEST && (magnitude >= SMALLEST || magnitude === 0))) {
      throw new RangeError(`A tally takes 0 and magnitudes from 2^-128 to 2^128, not ${x}.`);
    }
    this.count++;
    // −0 becomes 0, or the range would depend on which of them came first.
    if (x < this.least) this.least = x + 0;
    if (x > this.most) this.most = x + 0;
    accumulate(this.sum, x);
    // Veltkamp's split in two halves of 26 bits and Dekker's product (1971): square + error = x² without rounding.
    const spread = 134217729 * x;
    const high = spread - (spread - x);
    const low = x - high;
    const square = x * x;
    accumulate(this.squares, square);
    accumulate(this.squares, high * high - square + 2 * high * low + low * low);
    if (++this.pending === CARRY_EVERY) this.carry();
  }

  /** Takes over the values of another tally, which keeps its own. */
  merge(other: Tally): void {
    this.carry();
    for (let k = 0; k < LIMBS; k++) {
      this.sum[k] += other.sum[k];
      this.squares[k] += other.squares[k];
    }
    this.carry();
    this.count += other.count;
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
  }

  get n(): number {
    return this.count;
  }

  /** The arithmetic mean, correctly rounded; NaN of no values. */
  get mean(): number {
    return this.count === 0 ? NaN : rounded(whole(this.sum), BigInt(this.count), -LOWEST_BIT);
  }

  /** The standard deviation of a sample (divisor n − 1), of a correctly rounded variance; NaN of fewer than two values. */
  get sd(): number {
    if (this.count < 2) return NaN;
    const n = BigInt(this.count);
    const sum = whole(this.sum);
    // n Σx² − (Σx)² in units of 2^−768: the cancellation happens among whole numbers.
    const spread = n * (whole(this.squares) << BigInt(LOWEST_BIT)) - sum * sum;
    return Math.sqrt(rounded(spread, n * (n - 1n), -2 * LOWEST_BIT));
  }

  /** The least value; NaN of no values. */
  get min(): number {
    return this.count === 0 ? NaN : this.least;
  }

  /** The greatest value; NaN of no values. */
  get max(): number {
    return this.count === 0 ? NaN : this.most;
  }

  /** The tally as plain data, for another thread or a file. */
  get state(): TallyState {
    this.carry();
    const none = this.count === 0;
    return {
      n: this.count,
      min: none ? null : this.least,
      max: none ? null : this.most,
      sum: Array.from(this.sum),
      squares: Array.from(this.squares),
    };
  }

  toJSON(): TallyState {
    return this.state;
  }

  /** The tally of a `state`. @throws RangeError if the state has another number of limbs. */
  static from(state: TallyState): Tally {
    if (state.sum.length !== LIMBS || state.squares.length !== LIMBS) throw new RangeError(`The sums of a tally have ${LIMBS} limbs.`);
    const tally = new Tally();
    tally.count = state.n;
    tally.least = state.min ?? Infinity;
    tally.most = state.max ?? -Infinity;
    tally.sum.set(state.sum);
    tally.squares.set(state.squares);
    return tally;
  }

  private carry(): void {
    carryOver(this.sum);
    carryOver(this.squares);
    this.pending = 0;
  }
}

// ── Confidence ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** From this many degrees of freedom on the expansion below is within 1e-9 of the quantile, to ten standard deviations. */
const NEARLY_NORMAL = 1000;

/** Student's t about the normal's quantile (Abramowitz and Stegun 1964, 26.7.5). */
function expandedT(tail: number, df: number): number {
  const z = normalQuantile(1 - tail, tail);
  const s = z * z;
  const g1 = (s + 1) / 4;
  const g2 = ((5 * s + 16) * s + 3) / 96;
  const g3 = (((3 * s + 19) * s + 17) * s - 15) / 384;
  const g4 = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;
  return z * (1 + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df);
}

/** The t > 0 that is exceeded with the probability `tail` < ½. */
function upperT(tail: number, df: number): number {
  if (df >= NEARLY_NORMAL) return expandedT(tail, df);
  const outside = 2 * tail;
  // The share t² / (df + t²) has the beta distribution (½, df / 2). Of it and its complement the smaller is computed, so that neither loses digits.
  if (outside > 0.5) {
    const share = betaQuantile(0.5, df / 2)(1 - outside, outside);
    return Math.sqrt((df * share) / (1 - share));
  }
  const rest = betaQuantile(df / 2, 0.5)(outside, 1 - outside);
  return Math.sqrt((df * (1 - rest)) / rest);
}

/** The quantile function of Student's t with df > 0 degrees of freedom, within 1e-8 of the truth: −∞ at p = 0, ∞ at p = 1, NaN where not defined. */
export function studentT(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return NaN;
  if (p === 0.5) return 0;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  return p < 0.5 ? -upperT(p, df) : upperT(1 - p, df);
}

export interface Interval {
  mean: number;
  sd: number;
  low: number;
  high: number;
  n: number;
}

/**
 * Mean and its two-sided t-interval, mean ± t(½ + level / 2; n − 1) × sd / √n, of independent values at a level between 0 and 1.
 * `sd`, `low` and `high` are NaN of fewer than two values, the mean too of none.
 */
export function interval(tally: Tally, level = 0.95): Interval {
  const { n, mean, sd } = tally;
  const reach = n < 2 ? NaN : (-studentT((1 - level) / 2, n - 1) * sd) / Math.sqrt(n);
  return { mean, sd, low: mean - reach, high: mean + reach, n };
}
