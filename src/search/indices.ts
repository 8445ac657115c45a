/**
 * Sobol' indices: which share of the variance of a response, over the space, goes back to each factor, alone (*first order*) and
 * together with others (*total*). Factors are uniform on their axes and independent of one another.
 *
 * Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola 2010 ("Variance based sensitivity analysis of model output"): rows j of two samples A
 * and B, and for each factor i the sample ABᵢ, which is A but for factor i, taken from B; estimators of Jansen 1999 (there table 2, b and f):
 *
 *     Vᵢ = V − ½ mean (f(B) − f(ABᵢ))²,   Tᵢ = ½ mean (f(A) − f(ABᵢ))²,   Sᵢ = Vᵢ / V,   STᵢ = Tᵢ / V
 *
 * **Chance is not an effect.** All points are run with the same replications, so luck they share drops out of differences. What luck
 * remains would still count as an effect, in every factor's total index: the square of a mean difference D over R replications is too
 * large by its error, and by just that, s² / R with the variance s² of the R paired differences, it is lessened; V is lessened alike by
 * the residual of the two-way layout (points by replications). So V, Vᵢ and Tᵢ are unbiased for the mean response's, and indices may come out a
 * little below 0. `chance` says what share of the variance of the points' means was taken away. With one replication nothing can be.
 */
import { Crossed, lostPoints } from './crossed.ts';
import { Dice } from './dice.ts';
import { bootstrapIntervals } from './resampling.ts';
import type { Point, Search } from './search.ts';
import { MOST_DIMENSIONS, SobolSequence } from './sobol.ts';
import type { Space } from './space.ts';

export interface IndicesOptions {
  space: Space;
  /** Rows of A; points are rows × (free axes + 2). A power of two is best; some hundreds at least. */
  rows: number;
  /** The same ones of every point. From 2 on chance can be told from effects. */
  replications: number;
  /** Numbers in an outcome, per replication. */
  responses: number;
  seed: number;
  /** Of the intervals; 0.95 unless told. */
  level?: number;
  /** Scrambled Sobol' points (unless told), or independent ones. */
  sampling?: 'sobol' | 'random';
}

interface SobolIndex {
  /** The number of the axis in the space. */
  axis: number;
  /**
   * With percentile bootstrap intervals over rows. Measured on Ishigami's function with noise, 128 rows, 400 runs: 95 % intervals cover 92
   * to 97 % of the time with random points, and 92 to 100 % with Sobol' points, which are more even than the bootstrap knows.
   */
  first: number;
  firstLow: number;
  firstHigh: number;
  total: number;
  totalLow: number;
  totalHigh: number;
}

interface ResponseIndices {
  /** By free axis; all NaN where the response does not vary more than by chance. */
  factors: SobolIndex[];
  mean: number;
  /** Of the mean response over the space. */
  variance: number;
  /** Share of the variance of the points' means that is chance, and taken off; NaN with one replication. */
  chance: number;
}

export interface IndicesResult {
  /** By response. */
  responses: ResponseIndices[];
  /** Rows that were run. */
  rows: number;
  points: number;
  warnings: string[];
}

/** Rows tried per row wanted, where constraints bar some. */
const MOST_TRIES = 16;
const BOOTSTRAPS = 1000;
/** Products that a bootstrap may take; of very many rows fewer resamples are drawn. */
const WORK = 5e8;

export function* sobolIndices(options: IndicesOptions): Search<IndicesResult> {
  const { space, rows: wanted, replications, responses, seed } = options;
  if (!(Number.isInteger(wanted) && wanted >= 2)) throw new RangeError(`Rows must be a whole number from 2 on, not ${wanted}.`);
  const warnings: string[] = [];
  const round = new Crossed(replications, responses);
  /** By row: A, B, then ABᵢ by free axis. */
  const rows: number[][] = [];
  let tried = 0;
  for (const [a, b] of pairs(space.free.length, options)) {
    if (rows.length === wanted || tried === MOST_TRIES * wanted) break;
    tried++;
    const row = [a, b, ...a.map((_, i) => a.map((x, k) => (k === i ? (b[k] as number) : x)))].map((unit) => space.at(unit));
    if (row.every((point) => point !== undefined)) rows.push((row as Point[]).map((point) => round.add(point)));
  }
  if (tried > rows.length) {
    warnings.push(
      `Constraints bar ${tried - rows.length} of ${tried} rows: factors are not independent of one another, and their indices only a rough guide.`,
    );
  }
  if (rows.length < wanted) warnings.push(`Only ${rows.length} of ${wanted} rows were found that meet the constraints.`);
  yield* round.run();
  if (replications === 1) warnings.push('With one replication chance counts as an effect.');
  const found = Array.from({ length: responses }, (_, response) => {
    for (const warning of lostPoints(round.lost(response), round.orders.length)) if (!warnings.includes(warning)) warnings.push(warning);
    const name = responses === 1 ? 'The response' : `Response ${response + 1}`;
    return indicesOf(space, new Rows(round, rows, response, replications), options, new Dice(seed, 0xb007 + response), name, warnings);
  });
  return { responses: found, rows: rows.length, points: round.orders.length, warnings };
}

/** Places of A and B in the unit cube, row by row, without end. */
function* pairs(d: number, { seed, sampling }: IndicesOptions): Generator<[number[], number[]]> {
  const dice = new Dice(seed, 0x5a17e111);
  const sequence = sampling !== 'random' && d > 0 && 2 * d <= MOST_DIMENSIONS ? new SobolSequence(2 * d, seed) : undefined;
  for (;;) {
    const both = sequence?.next() ?? Array.from({ length: 2 * d }, () => dice.uniform());
    yield [both.slice(0, d), both.slice(d)];
  }
}

/** What the estimators need of each row that is whole, in one response. */
class Rows {
  n = 0;
  /** Means of f(A) and f(B) over replications, less luck that all points share, and less the mean of all. */
  readonly a: number[] = [];
  readonly b: number[] = [];
  /** Squared error of these means, of A's and B's together. */
  readonly error: number[] = [];
  /** By row, by factor: corrected squares of f(A) − f(ABᵢ) and f(B) − f(ABᵢ). */
  readonly fromA: Float64Array[] = [];
  readonly fromB: Float64Array[] = [];
  mean = 0;

  constructor(round: Crossed, rows: number[][], response: number, replications: number) {
    const noisy = replications > 1;
    const square = (from: number, to: number): number => {
      if (from === to) return 0;
      const { mean, error } = round.difference(from, to, response);
      return mean * mean - (noisy ? error : 0);
    };
    const both = rows.flatMap(([a, b]) => [a as number, b as number]);
    const values = new Map(both.map((point) => [point, round.values(point, response)]));
    const luck = columnMeans(values, both, replications);
    for (const [a, b, ...others] of rows as [number, number, ...number[]][]) {
      const fromA = Float64Array.from(others, (other) => square(a, other));
      const fromB = Float64Array.from(others, (other) => square(b, other));
      const [ofA, ofB] = [a, b].map((point) => centred(values.get(point) as Float64Array, luck)) as [Mean, Mean];
      const error = noisy ? ofA.error + ofB.error : 0;
      // A row with a point of which too few twins are left is no row.
      if ([...fromA, ...fromB, ofA.mean, ofB.mean, error].some((x) => Number.isNaN(x))) continue;
      this.a.push(ofA.mean);
      this.b.push(ofB.mean);
      this.error.push(error);
      this.fromA.push(fromA);
      this.fromB.push(fromB);
    }
    this.n = this.a.length;
    const centre = (this.a.reduce((x, y) => x + y, 0) + this.b.reduce((x, y) => x + y, 0)) / (2 * this.n);
    this.mean = centre + luck.reduce((x, y) => x + y, 0) / luck.length;
    for (const means of [this.a, this.b]) means.forEach((mean, j) => (means[j] = mean - centre));
  }

  /** Variance, its part by chance (taken off), and by factor V − Vᵢ and Tᵢ, of rows that count so often. */
  estimate(counts: ArrayLike<number>): { variance: number; chance: number; rest: Float64Array; totals: Float64Array } {
    const factors = this.fromA[0]?.length ?? 0;
    const rest = new Float64Array(factors);
    const totals = new Float64Array(factors);
    let [sum, squares, errors] = [0, 0, 0];
    for (let j = 0; j < this.n; j++) {
      const count = counts[j] as number;
      if (count === 0) continue;
      const [a, b] = [this.a[j] as number, this.b[j] as number];
      sum += count * (a + b);
      squares += count * (a * a + b * b);
      errors += count * (this.error[j] as number);
      const [fromA, fromB] = [this.fromA[j] as Float64Array, this.fromB[j] as Float64Array];
      for (let i = 0; i < factors; i++) {
        totals[i] = (totals[i] as number) + count * (fromA[i] as number);
        rest[i] = (rest[i] as number) + count * (fromB[i] as number);
      }
    }
    const n = 2 * this.n;
    // Residuals about column means have n − 1 degrees of freedom for n points.
    const chance = errors / (n - 1);
    const half = (x: number): number => x / n;
    return { variance: (squares - (sum * sum) / n) / (n - 1) - chance, chance, rest: rest.map(half), totals: totals.map(half) };
  }
}

interface Mean {
  mean: number;
  /** Its squared standard error; NaN of one value. */
  error: number;
}

/** By replication, the mean over all points that finished it: the luck that they share. */
function columnMeans(values: Map<number, Float64Array>, points: number[], replications: number): Float64Array {
  const means = new Float64Array(replications);
  for (let r = 0; r < replications; r++) {
    let n = 0;
    for (const point of points) {
      const y = (values.get(point) as Float64Array)[r] as number;
      if (Number.isNaN(y)) continue;
      means[r] = (means[r] as number) + (y - (means[r] as number)) / ++n;
    }
  }
  return means;
}

function centred(values: Float64Array, luck: Float64Array): Mean {
  const left = Array.from(values, (y, r) => y - (luck[r] as number)).filter((y) => !Number.isNaN(y));
  const mean = left.reduce((sum, y) => sum + y, 0) / left.length;
  const squares = left.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  return { mean, error: left.length < 2 ? Number.NaN : squares / (left.length - 1) / left.length };
}

function indicesOf(space: Space, rows: Rows, options: IndicesOptions, dice: Dice, name: string, warnings: string[]): ResponseIndices {
  const none = {
    first: Number.NaN,
    firstLow: Number.NaN,
    firstHigh: Number.NaN,
    total: Number.NaN,
    totalLow: Number.NaN,
    totalHigh: Number.NaN,
  };
  const { variance, chance, rest, totals } = rows.estimate(new Uint32Array(rows.n).fill(1));
  const result: ResponseIndices = {
    factors: space.free.map((axis) => ({ axis, ...none })),
    mean: rows.mean,
    variance,
    chance: options.replications > 1 ? chance / (variance + chance) : Number.NaN,
  };
  if (!(variance > 1e-24 * rows.mean * rows.mean)) {
    warnings.push(
      rows.n < 2 ? `${name} has too few whole rows for indices.` : `${name} does not vary more than by chance: it has no indices.`,
    );
    return result;
  }
  const d = space.free.length;
  const draws = Math.max(200, Math.min(BOOTSTRAPS, Math.floor(WORK / (rows.n * (2 * d + 4)))));
  const intervals = bootstrapIntervals(rows.n, draws, options.level ?? 0.95, dice, (counts) => {
    const again = rows.estimate(counts);
    if (!(again.variance > 0)) return new Array<number>(2 * d).fill(Number.NaN);
    return [...again.rest.map((x) => 1 - x / again.variance), ...again.totals.map((x) => x / again.variance)];
  });
  result.factors = space.free.map((axis, i) => ({
    axis,
    first: 1 - (rest[i] as number) / variance,
    firstLow: intervals[i]?.low ?? Number.NaN,
    firstHigh: intervals[i]?.high ?? Number.NaN,
    total: (totals[i] as number) / variance,
    totalLow: intervals[d + i]?.low ?? Number.NaN,
    totalHigh: intervals[d + i]?.high ?? Number.NaN,
  }));
  return result;
}
