/**
 * Every distribution becomes a table of u32 words, and one integer function turns a random word into ticks. The engines see only tables;
 * `shaders/shared/sampling.wgsl` is the same function in WGSL. What is in a table is written at `Sampler`.
 */
import { binaryExponent, exp, log, logGamma, logOnePlus, powerOfTwo } from './elementary.ts';
import { betaQuantile, exponentialQuantile, gammaQuantile, normalAbove, normalQuantile } from './quantiles.ts';
import { mulhi } from './random.ts';

/** A duration's distribution. All but dimensionless shapes are in ticks, as doubles, finite and not negative. */
export type Distribution =
  | { kind: 'constant'; value: number }
  | { kind: 'uniform'; min: number; max: number }
  | { kind: 'triangular'; min: number; mode: number; max: number }
  /** Mean and standard deviation of the parent; what is drawn is the parent given that it is not negative. */
  | { kind: 'normal'; mean: number; sd: number }
  | { kind: 'lognormal'; mean: number; cv: number }
  | { kind: 'exponential'; mean: number }
  /** Erlang too: a whole shape. */
  | { kind: 'gamma'; shape: number; scale: number }
  | { kind: 'weibull'; shape: number; scale: number }
  | { kind: 'beta'; alpha: number; beta: number; min: number; max: number }
  /** A histogram, uniform inside a bin: edges ascend, one more than weights. Weights need not sum to 1. */
  | { kind: 'empirical'; edges: number[]; weights: number[] }
  | { kind: 'discrete'; values: number[]; weights: number[] };

export const CONSTANT = 0;
export const OCTAVES = 1;
export const SEGMENTS = 2;

/**
 * A distribution as words. `mean` and `variance` (ticks, ticks²) are of what is drawn, rounding to ticks included; they are reckoned when first read.
 *
 * - kind CONSTANT: no table, and a simulation takes no draw: `value` ticks (also in `scale`).
 * - kind OCTAVES: `shape` is the inverse CDF of the distribution divided by its mean, so distributions that differ in their mean alone
 *   have equal words: 865 knots for the lower half of the probabilities, then 865 for the upper. Counting from either end of the range of
 *   a draw, each octave [2^n, 2^(n+1)) for n = 4 … 30 has 32 equal pieces, with a straight line in each; the last 16 draws at each end count as the 17th.
 *   `scale` and `shift` bring in the mean: ticks = x × scale / 2^32 / 2^shift, rounded.
 * - kind SEGMENTS: `shape` is the number of pieces n, then for each piece its first draw, the lowest value, the width and a shift that stretches the
 *   piece's draws to 32 bits. Values are ticks × 2^shift + 1; with scale 2^32 − 1 the last product takes the 1 off again, exactly.
 */
export interface Sampler {
  kind: 0 | 1 | 2;
  shape: Uint32Array;
  scale: number;
  shift: number;
  value: number;
  mean: number;
  variance: number;
}

/** Knots of one half of an OCTAVES table. */
const SIDE = 865;
const LAST = SIDE - 1;
/** The largest duration that is not `never`. */
const LONGEST = 0xfffffffe;
const WORD = 0x100000000;

/**
 * Draws from a table: `words[at]` on is the sampler's shape, `u` the random u32. Monotone in u. Result: ticks, 0 … 2^32 − 2.
 * A constant reads no words.
 */
export function sample(words: Uint32Array, at: number, kind: number, scale: number, shift: number, u: number): number {
  if (kind === OCTAVES) return sampleOctave(words, at, scale, shift, u);
  if (kind === SEGMENTS) return sampleSegments(words, at, scale, shift, u);
  return scale;
}

/** `sample` for kind OCTAVES. */
export function sampleOctave(words: Uint32Array, at: number, scale: number, shift: number, u: number): number {
  const upper = u >> 31; // 0 in the lower half, −1 in the upper
  const distance = u ^ upper; // from the end of the range
  const v = distance < 16 ? 16 : distance;
  const zeros = Math.clz32(v);
  const aligned = v << zeros;
  const knot = at + ((27 - zeros) << 5) + ((aligned << 1) >>> 27) + (upper & SIDE);
  const a = (words[knot] as number) | 0;
  // Knots fall with distance in the upper half; (x ^ −1) + 1 is −x. So the product sees no negative number.
  const rise = (((((words[knot + 1] as number) | 0) - a) | 0) ^ upper) - upper;
  const x = (a + ((mulhi(rise, aligned << 6) ^ upper) - upper)) | 0;
  return toTicks(x, scale, shift);
}

/** `sample` for kind SEGMENTS. */
export function sampleSegments(words: Uint32Array, at: number, scale: number, shift: number, u: number): number {
  const draw = u >>> 0;
  let low = 0;
  let high = words[at] as number;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((words[at + 1 + middle * 4] as number) <= draw) low = middle;
    else high = middle;
  }
  const piece = at + 1 + low * 4;
  const x =
    (words[piece + 1] as number) + mulhi((draw - (words[piece] as number)) << (words[piece + 3] as number), words[piece + 2] as number);
  return toTicks(x, scale, shift);
}

/** x × scale / 2^32 / 2^shift; rounded to nearest where shift > 0, in a form in which no sum exceeds 32 bits. */
function toTicks(x: number, scale: number, shift: number): number {
  const y = mulhi(x, scale);
  return shift === 0 ? y : ((y >>> (shift - 1)) + 1) >>> 1;
}

/** Tables made lately, by the distribution as text: an experiment compiles thousands of plants out of a few distributions. */
const made = new Map<string, Sampler>();
/** Most that are kept, of 7 kB each. */
const KEPT = 1000;

/**
 * The table of a distribution; not to be changed, as it is handed out again. Throws RangeError where a parameter is out of its range: the reader of
 * scenes has checked before, so this is a mistake in the program.
 */
export function tabulate(d: Distribution): Sampler {
  // What else stands in the object (src/experiment/family.ts marks where it is from) does not matter here.
  const key = JSON.stringify({ ...d, place: undefined });
  let sampler = made.get(key);
  if (sampler === undefined) {
    sampler = tabulated(d);
    if (made.size >= KEPT) made.clear();
    made.set(key, sampler);
  }
  return sampler;
}

function tabulated(d: Distribution): Sampler {
  if (d.kind === 'discrete') return tabulateDiscrete(d.values, d.weights);
  if (d.kind === 'empirical') return tabulateHistogram(d.edges, d.weights);
  // A straight line is exact as one piece, and small: a fab has a thousand uniform times.
  if (d.kind === 'uniform' && d.min < d.max) return tabulateHistogram([d.min, d.max], [1]);
  const { mean, shape, quantile } = unitMean(d);
  if (!(mean >= 0 && mean < Infinity)) throw new RangeError(`The mean of a ${d.kind} distribution is ${mean}.`);
  if (quantile === undefined || mean === 0) return constant(mean);
  return tabulateOctaves(Math.min(mean, powerOfTwo(64)), unitOf([d.kind, ...shape].join(' '), quantile));
}

/** The value in ticks below which a share p, 0 … 1, of the distribution lies (not rounded to ticks). */
export function quantile(d: Distribution, p: number): number {
  if (d.kind === 'discrete') {
    const values = byValue(d.values, d.weights);
    let rest = p * values.reduce((sum, v) => sum + v.weight, 0);
    return (values.find((v) => (rest -= v.weight) <= 0) ?? values[values.length - 1])?.value as number;
  }
  if (d.kind === 'empirical') {
    let rest = p * d.weights.reduce((sum, w) => sum + w, 0);
    let bin = 0;
    while (bin < d.weights.length - 1 && rest > (d.weights[bin] as number)) rest -= d.weights[bin++] as number;
    const weight = d.weights[bin] as number;
    return between(d.edges[bin] as number, d.edges[bin + 1] as number, weight > 0 ? Math.min(1, rest / weight) : 1);
  }
  const { mean, quantile } = unitMean(d);
  return quantile === undefined ? mean : mean * quantile(p, 1 - p);
}

function between(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

type Continuous = Exclude<Distribution, { kind: 'empirical' | 'discrete' }>;

/** The quantile function of a distribution of mean 1, of p and q = 1 − p. */
type Quantile = (p: number, q: number) => number;

interface UnitMean {
  /** Ticks. */
  mean: number;
  /** Parameters that the quantile function has, rounded as it has them: equal ones of one kind give equal functions. */
  shape: readonly number[];
  /** Of the distribution divided by its mean. Undefined where nothing varies. */
  quantile: Quantile | undefined;
}

function unitMean(d: Continuous): UnitMean {
  switch (d.kind) {
    case 'constant':
      return { mean: d.value, shape: [], quantile: undefined };
    case 'uniform': {
      const mean = (d.min + d.max) / 2;
      const min = shapeNumber(d.min / mean);
      return { mean, shape: [min], quantile: d.min === d.max ? undefined : (p) => between(min, 2 - min, p) };
    }
    case 'triangular': {
      const mean = (d.min + d.mode + d.max) / 3;
      const [min, mode, max] = [shapeNumber(d.min / mean), shapeNumber(d.mode / mean), shapeNumber(d.max / mean)];
      const rising = (max - min) * (mode - min);
      const falling = (max - min) * (max - mode);
      const atMode = (mode - min) / (max - min);
      return {
        mean,
        shape: [min, mode, max],
        quantile: d.min === d.max ? undefined : (p, q) => (p < atMode ? min + Math.sqrt(p * rising) : max - Math.sqrt(q * falling)),
      };
    }
    case 'normal':
      return truncatedNormal(d.mean, d.sd);
    case 'lognormal': {
      const variance = logOnePlus(shapeNumber(d.cv * d.cv));
      const sigma = Math.sqrt(variance);
      return {
        mean: d.mean,
        shape: [variance],
        quantile: d.cv === 0 ? undefined : (p, q) => exp(sigma * normalQuantile(p, q) - variance / 2),
      };
    }
    case 'exponential':
      return { mean: d.mean, shape: [], quantile: exponentialQuantile };
    case 'gamma': {
      const shape = shapeNumber(d.shape);
      const inverse = gammaQuantile(shape);
      return { mean: d.shape * d.scale, shape: [shape], quantile: (p, q) => inverse(p, q) / shape };
    }
    case 'weibull': {
      const inverse = 1 / shapeNumber(d.shape);
      const logMean = logGamma(1 + inverse);
      return {
        mean: d.scale * exp(logMean),
        shape: [inverse],
        quantile: (p, q) => exp(inverse * log(exponentialQuantile(p, q)) - logMean),
      };
    }
    case 'beta': {
      const alpha = shapeNumber(d.alpha);
      const beta = shapeNumber(d.beta);
      const mean = between(d.min, d.max, alpha / (alpha + beta));
      const [min, max] = [shapeNumber(d.min / mean), shapeNumber(d.max / mean)];
      const inverse = betaQuantile(alpha, beta);
      return {
        mean,
        shape: [alpha, beta, min, max],
        quantile: d.min === d.max ? undefined : (p, q) => between(min, max, inverse(p, q)),
      };
    }
  }
}

/** Mean of the truncated normal: Johnson, Kotz, Balakrishnan 1994, volume 1, chapter 13.10.1. */
function truncatedNormal(parentMean: number, sd: number): UnitMean {
  if (sd === 0) return { mean: parentMean, shape: [], quantile: undefined };
  const m = shapeNumber(parentMean / sd);
  const below = normalAbove(m);
  const kept = 1 - below;
  const mean = m + (exp((-m * m) / 2) * 0.3989422804014327) / kept;
  // The part that was cut off lies at the lower end: what is above a point is the parent's, times the share kept.
  return { mean: mean * sd, shape: [m], quantile: (p, q) => Math.max(0, m + normalQuantile(below + p * kept, q * kept)) / mean };
}

/**
 * A shape parameter rounded to 40 bits. Shapes reach us through divisions (sd / mean, min / mean), which differ in their last bits between
 * elements that mean the same; rounded, they share one table. (Veltkamp's splitting; the change is under 1e-12.)
 */
function shapeNumber(x: number): number {
  const c = x * 8193;
  return Number.isFinite(c) ? c - (c - x) : x;
}

function constant(value: number): Sampler {
  const ticks = Math.min(LONGEST, Math.round(value));
  return { kind: CONSTANT, shape: new Uint32Array(0), scale: ticks, shift: 0, value: ticks, mean: ticks, variance: 0 };
}

/** The draw, counted from its end of the range, at which knot k stands; a multiple of ½. */
function knotDraw(k: number): number {
  return powerOfTwo(4 + (k >>> 5)) * (1 + (k & 31) / 32);
}

/** Draws in the piece after knot k. In the first octave there are 16 draws for 32 pieces: every second piece has one. */
function pieceDraws(k: number): number {
  return k < 32 ? 1 - (k & 1) : powerOfTwo((k >>> 5) - 1);
}

/**
 * One value for all beyond the last knot, that is for a share `q` of all draws: so far from the mean that the variance keeps what the tail adds
 * to it. The integral of (x − 1)² over the tail, octave by octave of q, by Simpson's rule.
 */
function tailEnd(quantile: Quantile, q: number): number {
  const square = (q: number): number => (quantile(1 - q, q) - 1) * (quantile(1 - q, q) - 1);
  let integral = 0;
  let b = q;
  let atB = square(b);
  for (let octave = 0; octave < 900; octave++) {
    const a = b / 2;
    const atA = square(a);
    const part = ((b - a) / 6) * (atA + 4 * square((a + b) / 2) + atB);
    integral += part;
    if (!(part > integral * 1e-7)) break;
    b = a;
    atB = atA;
  }
  return 1 + Math.sqrt(integral / q);
}

/** What an OCTAVES table is made from: of a distribution of mean 1. */
interface Unit {
  knots: Float64Array;
  /** Words are knot × 2^fraction, as fine as the largest knot allows. */
  fraction: number;
  words: Uint32Array;
}

/** Units made lately, by kind and shape: an experiment asks for one distribution with many means, and the knots are nearly all of the work. */
const units = new Map<string, Unit>();
/** Most that are kept, of 21 kB each. */
const KEPT_UNITS = 250;

function unitOf(key: string, quantile: Quantile): Unit {
  let unit = units.get(key);
  if (unit === undefined) {
    const knots = unitKnots(quantile);
    const fraction = Math.max(0, 32 - binaryExponent(knots[SIDE] as number));
    unit = { knots, fraction, words: wordsOf(knots, powerOfTwo(fraction)) };
    if (units.size >= KEPT_UNITS) units.clear();
    units.set(key, unit);
  }
  return unit;
}

function unitKnots(quantile: Quantile): Float64Array {
  const knots = new Float64Array(2 * SIDE);
  for (let k = 0; k < LAST; k++) {
    const p = (knotDraw(k) + 0.5) / WORD;
    knots[k] = quantile(p, 1 - p);
  }
  knots[SIDE] = tailEnd(quantile, 17 / WORD);
  for (let k = 1; k < LAST; k++) {
    const q = (knotDraw(k) + 0.5) / WORD;
    knots[SIDE + k] = quantile(1 - q, q);
  }
  // Both halves end on the same number, so the table is monotone across the middle too.
  knots[LAST] = knots[SIDE + LAST] = quantile(0.5, 0.5);

  straighten(knots);
  const correction = 1 / meanOf(knots);
  for (let k = 0; k < knots.length; k++) knots[k] = (knots[k] as number) * correction;
  return knots;
}

function wordsOf(knots: Float64Array, unit: number): Uint32Array {
  const words = new Uint32Array(2 * SIDE);
  for (let k = 0; k < SIDE; k++) words[k] = Math.max(k > 0 ? (words[k - 1] as number) : 0, toWord((knots[k] as number) * unit));
  words[SIDE + LAST] = words[LAST] as number;
  for (let k = LAST - 1; k >= 0; k--) words[SIDE + k] = Math.max(words[SIDE + k + 1] as number, toWord((knots[SIDE + k] as number) * unit));
  return words;
}

function tabulateOctaves(mean: number, { knots, fraction, words }: Unit): Sampler {
  // mean × knot = word × scale / 2^32 / 2^shift.
  const exponent = binaryExponent(mean);
  // A mean so long that the tail leaves the range of ticks: then words are ticks, and the tail is cut at the longest duration.
  const cut = exponent > fraction;
  const shift = cut ? 0 : Math.min(31, fraction - exponent);
  const unit = cut ? mean : powerOfTwo(fraction);
  const scale = cut ? WORD - 1 : Math.min(WORD - 1, Math.round((mean / unit) * powerOfTwo(32 + shift)));
  const shape = cut ? wordsOf(knots, mean) : words;
  // Of thousands of means that are tried, hardly any is asked what it comes to.
  let moments: Moments | undefined;
  const known = (): Moments => (moments ??= octaveMoments(shape, scale, shift));
  return {
    kind: OCTAVES,
    shape,
    scale,
    shift,
    value: 0,
    get mean() {
      return known().mean;
    },
    get variance() {
      return known().variance;
    },
  };
}

/**
 * Moves knots off the curve, so that the straight lines between them run through it instead of along one side: where the curve bends
 * by Q″ a chord of width h lies h² Q″ / 12 off in the mean. This takes a third off the greatest error and nearly all off the moments.
 */
function straighten(knots: Float64Array): void {
  const curve = knots.slice();
  // Below knot 128 a piece has fewer than 8 draws, and hardly any line to be off the curve.
  for (let side = 0; side < 2 * SIDE; side += SIDE) {
    for (let k = 128; k < SIDE; k++) {
      const here = curve[side + k] as number;
      const before = curve[side + k - 1] as number;
      // After the middle comes the other half, backwards.
      const after = curve[k < LAST ? side + k + 1 : SIDE - side + LAST - 1] as number;
      const h = knotDraw(k) - knotDraw(k - 1);
      const g = k < LAST ? knotDraw(k + 1) - knotDraw(k) : h;
      const bend = (2 * ((after - here) / g - (here - before) / h)) / (g + h);
      const moved = here - (bend * (g * g + h * h)) / 24;
      knots[side + k] = Math.max(Math.min(before, after), Math.min(Math.max(before, after), moved));
    }
  }
}

function toWord(x: number): number {
  return Math.min(WORD - 1, Math.round(x));
}

/** The mean over all 2^32 draws of the straight lines between these knots. */
function meanOf(knots: Float64Array): number {
  let sum = 0;
  for (let side = 0; side < 2 * SIDE; side += SIDE) {
    sum += 16 * (knots[side] as number);
    for (let k = 0; k < LAST; k++) {
      const n = pieceDraws(k);
      if (n > 0) sum += n * between(knots[side + k] as number, knots[side + k + 1] as number, (n - 1) / (2 * n));
    }
  }
  return sum / WORD;
}

interface Moments {
  mean: number;
  variance: number;
}

/** Sums of what draws give, about a value near the mean so that nothing cancels. */
class Sums {
  origin: number;
  first = 0;
  second = 0;

  constructor(origin: number) {
    this.origin = origin;
  }

  /** `n` draws of exactly `ticks`. */
  add(n: number, ticks: number): void {
    const x = ticks - this.origin;
    this.first += n * x;
    this.second += n * x * x;
  }

  /** `n` draws spread evenly over the reals from a to b, each rounded to nearest. */
  spread(n: number, a: number, b: number): void {
    const base = Math.round(a);
    const width = b - a;
    if (width === 0 || Math.round(b) === base) return this.add(n, base);
    // Integrals of round(x) and its square from 0 to y, with x counted from `base`.
    const integral = (y: number): number => {
      const k = Math.round(y);
      return (k * (k - 1)) / 2 + k * (y - k + 0.5);
    };
    const squares = (y: number): number => {
      const k = Math.round(y);
      return ((k - 1) * k * (2 * k - 1)) / 6 + k * k * (y - k + 0.5);
    };
    const m1 = (integral(b - base) - integral(a - base)) / width;
    const m2 = (squares(b - base) - squares(a - base)) / width;
    const x = base - this.origin;
    this.first += n * (x + m1);
    this.second += n * (x * x + 2 * x * m1 + m2);
  }

  moments(): Moments {
    const mean = this.first / WORD;
    return { mean: this.origin + mean, variance: Math.max(0, this.second / WORD - mean * mean) };
  }
}

/** Octaves up to 2^9 have few draws a piece and are drawn one by one; in the others a piece is as good as continuous. */
const DRAWN = 1024;

function octaveMoments(shape: Uint32Array, scale: number, shift: number): Moments {
  const sums = new Sums(sampleOctave(shape, 0, scale, shift, 0x80000000));
  for (let v = 0; v < DRAWN; v++) {
    sums.add(1, sampleOctave(shape, 0, scale, shift, v));
    sums.add(1, sampleOctave(shape, 0, scale, shift, ~v));
  }
  const ticksPerUnit = scale / WORD / powerOfTwo(shift);
  // Without a shift the product is cut, not rounded.
  const cut = shift === 0 ? 0.5 : 0;
  for (let side = 0; side < 2 * SIDE; side += SIDE) {
    for (let k = 192; k < LAST; k++) {
      const n = pieceDraws(k);
      const a = (shape[side + k] as number) * ticksPerUnit - cut;
      const b = (shape[side + k + 1] as number) * ticksPerUnit - cut;
      // The draws stand at 0, 1/n … (n − 1)/n of the way from a to b: each as the middle of an n-th.
      const half = (b - a) / (2 * n);
      sums.spread(n, a - half, b - half);
    }
  }
  return sums.moments();
}

function byValue(values: number[], weights: number[]): { value: number; weight: number }[] {
  return values.map((value, i) => ({ value, weight: weights[i] as number })).sort((a, b) => a.value - b.value);
}

/** First draws of consecutive pieces with these weights, and 2^32 at the end. */
function starts(weights: number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (!(total > 0 && total < Infinity) || weights.some((w) => !(w >= 0)))
    throw new RangeError('Weights must not be negative and sum to more than 0.');
  const result = [0];
  let sum = 0;
  for (const w of weights) {
    sum += w;
    result.push(Math.round((sum / total) * WORD));
  }
  result[weights.length] = WORD;
  return result;
}

interface Piece {
  draws: number;
  words: [start: number, lowest: number, width: number, shift: number];
}

function segments(pieces: Piece[], shift: number, moments: Moments): Sampler {
  const shape = new Uint32Array(1 + 4 * pieces.length);
  shape[0] = pieces.length;
  pieces.forEach((piece, i) => shape.set(piece.words, 1 + 4 * i));
  return { kind: SEGMENTS, shape, scale: WORD - 1, shift, value: 0, ...moments };
}

function tabulateDiscrete(values: number[], weights: number[]): Sampler {
  const ascending = byValue(values, weights);
  const start = starts(ascending.map((v) => v.weight));
  const pieces: Piece[] = [];
  const sums = new Sums(Math.round(ascending[ascending.length >>> 1]?.value ?? 0));
  for (const [i, v] of ascending.entries()) {
    const first = start[i] as number;
    const draws = (start[i + 1] as number) - first;
    if (draws === 0) continue;
    const ticks = Math.min(LONGEST, Math.round(v.value));
    sums.add(draws, ticks);
    const last = pieces[pieces.length - 1];
    if (last && last.words[1] === ticks + 1) last.draws += draws;
    else pieces.push({ draws, words: [first, ticks + 1, 0, 0] });
  }
  const moments = sums.moments();
  return pieces.length === 1 ? constant((pieces[0] as Piece).words[1] - 1) : segments(pieces, 0, moments);
}

function tabulateHistogram(edges: number[], weights: number[]): Sampler {
  const last = Math.min(LONGEST, edges[edges.length - 1] as number);
  // Ticks are kept with as many binary places as leave the widest bin a width that fits once it is stretched, which may double it.
  const shift = last < 1 ? 31 : Math.max(0, Math.min(31, 31 - binaryExponent(last)));
  const unit = powerOfTwo(shift);
  const start = starts(weights);
  const pieces: Piece[] = [];
  const sums = new Sums(Math.round(last / 2));
  const add = (first: number, draws: number, a: number, b: number): void => {
    if (draws === 0) return;
    if ((b - a) * unit >= WORD / 2 && draws > 1) {
      const half = Math.floor(draws / 2);
      const middle = between(a, b, half / draws);
      add(first, half, a, middle);
      add(first + half, draws - half, middle, b);
      return;
    }
    const stretch = draws > 1 ? Math.clz32(draws - 1) : 0;
    const lowest = Math.min(LONGEST, shift === 0 ? Math.floor(a + 0.5) : Math.round(a * unit));
    const width = draws > 1 ? Math.round(((b - a) * unit * WORD) / (draws * powerOfTwo(stretch))) : 0;
    pieces.push({ draws, words: [first, lowest + 1, width, stretch] });
    sums.spread(draws, a, b);
  };
  weights.forEach((_, i) => {
    const first = start[i] as number;
    const draws = (start[i + 1] as number) - first;
    const a = Math.min(LONGEST, edges[i] as number);
    const b = edges[i + 1] as number;
    // What lies beyond the longest duration is drawn as that.
    const within = b <= LONGEST ? draws : Math.round((draws * (LONGEST - a)) / (b - a));
    add(first, within, a, Math.min(LONGEST, b));
    add(first + within, draws - within, LONGEST, LONGEST);
  });
  return segments(pieces, shift, sums.moments());
}
