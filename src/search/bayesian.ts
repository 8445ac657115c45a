/**
 * Bayesian optimisation for plants whose twins take long: a Gaussian process tells what the designs so far say of all others, and each round runs the batch
 * of which it expects the most.
 *
 * Expected improvement (Jones, Schonlau and Welch 1998) over the best mean of the process at a design that was run, which noise does not flatter
 * as it does the best outcome (Picheny, Wagner and Ginsbourger 2013); times the probability that all limits are met (Schonlau, Welch and Jones 1998). A
 * batch is chosen one by one, each as if those before had come out as expected (kriging believer; Ginsbourger, Le Riche and Carraro 2010).
 *
 * All designs have the same replications. What a replication adds to all designs alike tells none from another, so it is left out of their noise,
 * which else would hide from stochastic kriging what common random numbers gain (Chen, Ankenman and Nelson 2012).
 */
import { exp } from '../elementary.ts';
import { normalAbove } from '../quantiles.ts';
import { Book, bestOne, column, goalValue, keyOf } from './assessment.ts';
import { admissible, levelAt, pulled, type Side, sidesOf, spread } from './cube.ts';
import { Dice } from './dice.ts';
import type { Effort, Optimum, Problem } from './optimum.ts';
import { GaussianProcess, type Observations } from './gaussian-process.ts';
import type { Goal, Outcome, Point, Search } from './search.ts';
import type { Space } from './space.ts';

export interface BayesianOptions extends Effort {
  /** Designs a round; by default 8. */
  batch?: number | undefined;
  /** Designs of the first round, a Latin hypercube; by default 2 (n + 1) of n dimensions, at least 8. */
  initial?: number | undefined;
}

/** Designs that are modelled at most; of more, the best half and the newest half. */
const MOST = 500;

/** A response that is modelled: the goal's loss, or the mean of one that is limited. */
interface Model {
  response: number;
  goal: Goal | undefined;
  least: number;
  most: number;
  process: GaussianProcess | undefined;
}

interface Tried {
  point: Point;
  unit: number[];
  outcome: Outcome;
}

interface Candidate {
  point: Point;
  unit: number[];
  place: Float64Array;
  /** By model. */
  means: number[];
  variances: number[];
  projections: Float64Array[];
  /** Covariances with those chosen before in this batch, as further projections. */
  further: number[][];
}

/**
 * @throws RangeError with other than one goal, without a budget, or with one too small for 4 designs. Error where no design meets the constraints.
 */
export function* bayesian(problem: Problem, options: BayesianOptions): Search<Optimum> {
  const { space, start, goals, limits } = problem;
  const [goal] = goals;
  if (goals.length !== 1) throw new RangeError(`Bayesian optimisation seeks the best by one goal, not by ${goals.length}.`);
  const { replications } = options;
  const book = new Book(problem, options);
  const dice = new Dice(options.seed, 0xba7e5);
  const sides = sidesOf(space);
  const varying = sides.filter(({ levels }) => levels > 1).length;
  const first = Math.min(book.room(replications), Math.max(4, options.initial ?? Math.max(8, 2 * (varying + 1))));
  if (first < 4) throw new RangeError('The budget is too small for a first round of 4 designs.');

  let units = spread(space, first, dice);
  if (start !== undefined && space.admits(start)) units[0] = space.unit(start);
  const models: Model[] = [
    { response: goal.response, goal, least: -Infinity, most: Infinity, process: undefined },
    ...limits.map(({ response, least, most }) => ({ response, goal: undefined, least, most, process: undefined })),
  ];
  const tried = new Map<string, Tried>();
  let ended = 'The budget is spent.';
  for (;;) {
    const points = units.map((unit) => space.at(unit) as Point);
    const outcomes: Outcome[] = [];
    yield* book.run(points, 0, replications, outcomes);
    points.forEach((point, i) => tried.set(keyOf(point), { point, unit: units[i], outcome: outcomes[i] }));
    if (book.reached) {
      ended = 'The target is reached.';
      break;
    }
    const count = Math.min(options.batch ?? 8, book.room(replications));
    if (count < 1) break;
    const known = kept(book, [...tried.values()]);
    for (const model of models) learn(model, known, sides, replications);
    units = chooseBatch(space, sides, models, known, tried, count, dice);
    if (units.length === 0) {
      ended = 'No design was left to try.';
      break;
    }
  }
  const known = kept(book, [...tried.values()]);
  for (const model of models) learn(model, known, sides, replications);
  const candidates = judged(models, known, sides).flatMap(({ point }) => book.designs.get(keyOf(point)) ?? []);
  return yield* book.conclude(candidates, bestOne, ended);
}

/** What is modelled of all that was tried. */
function kept(book: Book, all: Tried[]): Tried[] {
  if (all.length <= MOST) return all;
  const newest = all.slice(-MOST / 2);
  const place = new Map(book.ranked().map(({ key }, i) => [key, i]));
  const older = all.slice(0, -MOST / 2).sort((a, b) => (place.get(keyOf(a.point)) ?? 0) - (place.get(keyOf(b.point)) ?? 0));
  return [...older.slice(0, MOST / 2), ...newest];
}

/** A design's features: its place along every axis that varies, of a choice the option. */
function featuresOf(sides: readonly Side[], unit: readonly number[]): Float64Array {
  const features: number[] = [];
  sides.forEach(({ kind, levels }, i) => {
    if (levels === 1) return;
    if (kind === 'real') features.push(unit[i]);
    else features.push(kind === 'choice' ? levelAt(unit[i], levels) : (levelAt(unit[i], levels) + 0.5) / levels);
  });
  return Float64Array.from(features);
}

/** Fits a model to what is known; leaves it without a process where fewer than two designs have a value. */
function learn(model: Model, known: readonly Tried[], sides: readonly Side[], replications: number): void {
  const nominal = sides.filter(({ levels }) => levels > 1).map(({ kind }) => kind === 'choice');
  const responses = known[0].outcome.length / replications;
  const rows = known.map(({ outcome }) => Float64Array.from({ length: replications }, (_, r) => outcome[r * responses + model.response]));
  const noise = noiseOf(rows, model.goal);
  const values = known.map(({ outcome }) => {
    const sample = column(outcome, responses, model.response);
    const value = goalValue(sample, model.goal ?? { response: model.response, sense: 'minimise', of: { kind: 'mean' } });
    return model.goal?.sense === 'maximise' ? -value : value;
  });
  const sound = values.filter((value) => !Number.isNaN(value));
  if (sound.length < 2) {
    model.process = undefined;
    return;
  }
  // A design all of whose twins broke off is taken to be as bad as the worst, so that the search keeps away from its like.
  const worst = Math.max(...sound);
  const observations: Observations = {
    features: Float64Array.from(known.flatMap(({ unit }) => [...featuresOf(sides, unit)])),
    nominal,
    values: Float64Array.from(values, (value) => (Number.isNaN(value) ? worst : value)),
    noise,
  };
  model.process = GaussianProcess.fit(observations, model.process?.parameters);
}

/** Degrees of freedom that the average variance of all designs counts for beside a design's own: of few replications a variance says little. */
const SHARED_FREEDOM = 4;

/**
 * By design the variance of its value, apart from what each replication adds to all designs alike: that of the residuals of y = design + replication, over
 * the number of replications, drawn towards the average of all designs. Of a quantile and of the mean of the worst share, as of a normal sample. NaN of
 * fewer than two replications.
 * @param rows by design its replications; NaN: broken off.
 */
export function noiseOf(rows: readonly Float64Array[], goal?: Goal): Float64Array {
  const count = rows[0].length;
  if (count < 2) return new Float64Array(rows.length).fill(Number.NaN);
  const means = rows.map((row) => meanOf(row));
  const common = Float64Array.from({ length: count }, (_, r) => {
    const mean = meanOf(rows.map((row, i) => row[r] - means[i]));
    return Number.isNaN(mean) ? 0 : mean;
  });
  const freedom: number[] = [];
  const variances = rows.map((row, i) => {
    let [sum, n] = [0, 0];
    row.forEach((value, r) => {
      if (Number.isNaN(value)) return;
      const rest = value - means[i] - common[r];
      sum += rest * rest;
      n++;
    });
    freedom.push(n);
    // The common part was estimated from these rows too, of which each is one.
    return n < 2 ? Number.NaN : (sum / (n - 1)) * (rows.length / Math.max(1, rows.length - 1));
  });
  const average = meanOf(variances);
  const inflation =
    goal === undefined || goal.of.kind === 'mean' ? 1 : goal.of.kind === 'worst' ? 1 / goal.of.share : quantileInflation(goal.of.p);
  return Float64Array.from(variances, (own, i) => {
    const n = freedom[i];
    const settled = Number.isNaN(own) ? average : ((n - 1) * own + SHARED_FREEDOM * average) / (n - 1 + SHARED_FREEDOM);
    return (settled * inflation) / Math.max(1, n);
  });
}

/** p (1 − p) / φ(z)² of the normal's quantile z: by how much its variance exceeds the mean's. */
function quantileInflation(p: number): number {
  const tail = Math.min(p, 1 - p);
  // Near enough for a variance: z from the tail by bisection of the normal's own.
  let [low, high] = [0, 8];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (normalAbove(middle) > tail) low = middle;
    else high = middle;
  }
  const density = exp(-0.5 * low * low) / Math.sqrt(2 * Math.PI);
  return (p * (1 - p)) / (density * density);
}

/** Of what is no NaN. */
function meanOf(values: ArrayLike<number>): number {
  let [sum, n] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    n++;
  }
  return n === 0 ? Number.NaN : sum / n;
}

/** What was tried, the best by the models first: likely feasible before others, then by the mean of the goal. */
function judged(models: readonly Model[], known: readonly Tried[], sides: readonly Side[]): Tried[] {
  const rows = known.map((one) => {
    const place = featuresOf(sides, one.unit);
    const predicted = models.map(({ process }) => process?.predict(place) ?? { mean: 0, variance: 1 });
    const chance = feasibleChance(
      models,
      predicted.map(({ mean }) => mean),
      predicted.map(({ variance }) => variance),
    );
    return { one, mean: predicted[0].mean, chance };
  });
  rows.sort((a, b) => Number(b.chance >= 0.5) - Number(a.chance >= 0.5) || (a.chance < 0.5 ? b.chance - a.chance : 0) || a.mean - b.mean);
  return rows.map(({ one }) => one);
}

/** The probability that all limits are met, taken to be independent. */
function feasibleChance(models: readonly Model[], means: readonly number[], variances: readonly number[]): number {
  let chance = 1;
  for (let m = 1; m < models.length; m++) {
    const sd = Math.sqrt(Math.max(1e-300, variances[m]));
    chance *= Math.max(0, below((models[m].most - means[m]) / sd) - below((models[m].least - means[m]) / sd));
  }
  return chance;
}

/** The standard normal's probability below z, of either sign. */
function below(z: number): number {
  if (z > 38) return 1;
  if (z < -38) return 0;
  return z < 0 ? normalAbove(-z) : 1 - normalAbove(z);
}

/** E max(0, target − X) of a normal X. */
export function expectedImprovement(mean: number, variance: number, target: number): number {
  const sd = Math.sqrt(variance);
  if (!(sd > 0)) return Math.max(0, target - mean);
  const z = (target - mean) / sd;
  return sd * (z * below(z) + exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
}

function chooseBatch(
  space: Space,
  sides: readonly Side[],
  models: readonly Model[],
  known: readonly Tried[],
  tried: ReadonlyMap<string, Tried>,
  count: number,
  dice: Dice,
): number[][] {
  const order = judged(models, known, sides);
  const [best] = order;
  const seat = candidateAt(space, sides, models, best.unit) as Candidate;
  // Without a feasible design there is nothing to improve on: the chance of feasibility alone is sought.
  let target = feasibleChance(models, seat.means, seat.variances) >= 0.5 ? seat.means[0] : undefined;
  const merit = (one: Candidate): number => {
    const chance = feasibleChance(models, one.means, one.variances);
    return target === undefined || models[0].process === undefined
      ? chance
      : chance * expectedImprovement(one.means[0], one.variances[0], target);
  };

  // Candidates from all over, and in ever narrower turns about the best of them.
  const pool = new Map<string, Candidate>();
  const offer = (unit: number[]): void => {
    const point = space.at(unit);
    if (point === undefined || tried.has(keyOf(point)) || pool.has(keyOf(point))) return;
    const candidate = candidateAt(space, sides, models, unit);
    if (candidate !== undefined) pool.set(keyOf(point), candidate);
  };
  const wide = Math.min(600, 150 + 50 * sides.length);
  for (let i = 0; i < wide; i++) offer(admissible(space, dice));
  for (const { unit } of order.slice(0, 4)) for (let i = 0; i < wide / 8; i++) offer(near(space, sides, unit, 0.1, dice));
  for (const reach of [0.1, 0.03, 0.01]) {
    const leaders = [...pool.values()].map((one) => ({ one, value: merit(one) }));
    leaders.sort((a, b) => b.value - a.value);
    for (const { one } of leaders.slice(0, count)) for (let i = 0; i < 12; i++) offer(near(space, sides, one.unit, reach, dice));
  }

  const chosen: Candidate[] = [];
  const left = [...pool.values()];
  while (chosen.length < count && left.length > 0) {
    let top = 0;
    let most = -1;
    left.forEach((one, i) => {
      const value = merit(one);
      if (value > most) [top, most] = [i, value];
    });
    const [one] = left.splice(top, 1);
    chosen.push(one);
    if (target !== undefined && feasibleChance(models, one.means, one.variances) >= 0.5) target = Math.min(target, one.means[0]);
    for (const other of left) believe(models, one, other);
  }
  return chosen.map(({ unit }) => unit);
}

function candidateAt(space: Space, sides: readonly Side[], models: readonly Model[], unit: number[]): Candidate | undefined {
  const point = space.at(unit);
  if (point === undefined) return undefined;
  const place = featuresOf(sides, unit);
  const [means, variances, projections]: [number[], number[], Float64Array[]] = [[], [], []];
  for (const { process } of models) {
    const { mean, weights } = process?.project(place) ?? { mean: 0, weights: new Float64Array(0) };
    let variance = process?.variance ?? 1;
    for (const w of weights) variance -= w * w;
    means.push(mean);
    variances.push(Math.max(0, variance));
    projections.push(weights);
  }
  return { point, unit, place, means, variances, projections, further: models.map(() => []) };
}

/** Narrows what is expected of `other`, as if `one` had been run and had come out at its mean: means stay, variances shrink. */
function believe(models: readonly Model[], one: Candidate, other: Candidate): void {
  models.forEach(({ process }, m) => {
    if (process === undefined) return;
    let covariance = process.kernel(one.place, other.place);
    const [a, b] = [one.projections[m], other.projections[m]];
    for (let i = 0; i < a.length; i++) covariance -= a[i] * b[i];
    const [c, d] = [one.further[m], other.further[m]];
    for (let i = 0; i < c.length; i++) covariance -= c[i] * d[i];
    const sd = Math.sqrt(Math.max(one.variances[m], 1e-12 * process.variance));
    const share = covariance / sd;
    other.further[m].push(share);
    other.variances[m] = Math.max(0, other.variances[m] - share * share);
  });
}

/** A place about another: of one axis in three or so, and one at least, moved; that meets the constraints. */
function near(space: Space, sides: readonly Side[], unit: readonly number[], reach: number, dice: Dice): number[] {
  const moved = [...unit];
  const sure = dice.whole(sides.length);
  sides.forEach(({ kind, levels }, i) => {
    if (levels === 1 || (i !== sure && dice.uniform() > 0.5)) return;
    if (kind === 'choice') {
      if (i === sure || dice.uniform() < 0.2) moved[i] = (dice.whole(levels) + 0.5) / levels;
      return;
    }
    // A step at the least, or whole numbers would stay where they are.
    const width = kind === 'steps' ? Math.max(reach, 1 / levels) : reach;
    moved[i] = Math.min(1, Math.max(0, moved[i] + width * dice.normal()));
  });
  return space.at(moved) === undefined ? pulled(space, sides, moved, unit) : moved;
}
