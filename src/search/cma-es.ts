/**
 * CMA-ES: a normal distribution over the unit cube that adapts its mean, its size and its shape to the better half of what it draws.
 *
 * Hansen 2016, "The CMA evolution strategy: a tutorial" (arXiv:1604.00772): rank-one and rank-µ updates with negative weights, cumulative step-size
 * adaptation. Restarts with a population twice as large: Auger and Hansen 2005 (IPOP). Steps: the margin of Hamano, Saito, Nomura and Shirakawa 2022
 * ("CMA-ES with margin"). Choices: learned probabilities of the options (PBIL, Baluja 1994) with a least one, beside the normal distribution as in
 * CatCMA (Hamano et al. 2024). Limits: by Deb's rules, which need ranks only.
 *
 * Every generation is one round with replications of its own, the same for all its designs: within a round luck is shared, and no luck lasts.
 */
import { Book, bestOne, type Score } from './assessment.ts';
import { Distribution, type Draw } from './cma-distribution.ts';
import { admissible, pulled, type Side, sidesOf } from './cube.ts';
import { Dice } from './dice.ts';
import { log } from '../elementary.ts';
import type { Effort, Optimum, Problem } from './optimum.ts';
import type { Order, Outcome, Search } from './search.ts';
import type { Space } from './space.ts';

export interface CmaOptions extends Effort {
  /** Designs a generation, 4 or more; by default 4 + 3 ln n of n dimensions. Where a round is a batch on a GPU, more come for little. */
  population?: number | undefined;
}

/** Redraws of a design that breaks a constraint, before it is moved to where the constraints hold. */
const REDRAWS = 30;
/** Where a run ends (Hansen 2016, appendix B.3), in the unit cube and relative to the losses. */
const TOL_X = 1e-12;
const TOL_LOSS = 1e-13;
const WORST_CONDITION = 1e14;

/**
 * @throws RangeError with other than one goal, without a budget, or with one too small for a first generation. Error where no design meets the
 * constraints.
 */
export function* cmaEs(problem: Problem, options: CmaOptions): Search<Optimum> {
  if (problem.goals.length !== 1) throw new RangeError(`CMA-ES seeks the best by one goal, not by ${problem.goals.length}.`);
  const { space, start } = problem;
  const { replications } = options;
  const book = new Book(problem, options);
  const dice = new Dice(options.seed, 0xc3a);
  const sides = sidesOf(space);
  const dimensions = sides.reduce((sum, side) => sum + (side.levels === 1 ? 0 : side.kind === 'choice' ? side.levels - 1 : 1), 0);
  const least = Math.max(4, Math.floor(options.population ?? 4 + 3 * log(Math.max(1, dimensions))));
  let population = Math.min(least, book.room(replications));
  if (population < 4) throw new RangeError('The budget is too small for a first generation of 4 designs.');
  let ended: string | undefined;
  let middle: number[] = [];
  for (let run = 0; ended === undefined; run++) {
    const begin = run === 0 && start !== undefined && space.admits(start) ? space.unit(start) : admissible(space, dice);
    const distribution = new Distribution(sides, population, begin);
    ended = yield* descend(book, distribution, begin, dice, sides);
    middle = distribution.middle;
    population = Math.min(2 * population, book.room(replications));
    if (population < least) ended ??= 'The budget is spent.';
  }
  // Under noise the mean of the distribution, which averages what many designs said, tends to be better than any single draw (Hansen 2016, B.3).
  const point = space.at(middle);
  return yield* book.conclude(book.ranked(), bestOne, ended, point === undefined ? [] : [point]);
}

/** One run of a distribution. @returns why the whole search ends; undefined where only this run does. */
function* descend(
  book: Book,
  distribution: Distribution,
  begin: number[],
  dice: Dice,
  sides: readonly Side[],
): Generator<Order[], string | undefined, Outcome[]> {
  const { space } = book.problem;
  const { replications } = book.effort;
  const course = new Course(distribution.population, sides.length);
  let home = begin;
  for (;;) {
    if (book.room(replications) < distribution.population) return 'The budget is spent.';
    const middle = distribution.middle;
    if (space.at(middle) !== undefined) home = middle;
    const draws = Array.from({ length: distribution.population }, (_, i) =>
      course.length === 0 && i === 0 ? distribution.taken(begin) : drawAdmissible(space, distribution, dice, sides, home),
    );
    const points = draws.map((draw) => space.at(draw.unit) as readonly number[]);
    const scores = yield* book.run(points, book.fresh, replications);
    const order = scores.map((_, i) => i).sort((a, b) => book.compare(scores[a], scores[b]));
    const best = order[0];
    home = draws[best].unit;
    distribution.update(order.map((i) => draws[i]));
    if (book.reached) return 'The target is reached.';
    course.add(order.map((i) => penalised(book, scores[i])));
    if (course.ended || distribution.widest < TOL_X || !(distribution.condition < WORST_CONDITION)) return undefined;
  }
}

/** A draw that meets the constraints: drawn again some times, then moved towards `home`, which does. */
function drawAdmissible(space: Space, distribution: Distribution, dice: Dice, sides: readonly Side[], home: number[]): Draw {
  let draw = distribution.draw(dice);
  for (let i = 0; i < REDRAWS && space.at(draw.unit) === undefined; i++) draw = distribution.draw(dice);
  return space.at(draw.unit) === undefined ? distribution.taken(pulled(space, sides, draw.unit, home)) : draw;
}

/** A number that falls as a search goes well: the loss, of an infeasible design its violation beyond all losses. */
function penalised(book: Book, score: Score): number {
  const violation = book.violation(score);
  return violation > 0 ? 1e100 * (1 + violation) : score.losses[0];
}

/** The course of a run by its losses, and whether it has come to rest. */
class Course {
  private readonly bests: number[] = [];
  private readonly medians: number[] = [];
  private readonly rest: number;
  private flat = false;

  constructor(population: number, n: number) {
    this.rest = Math.ceil((30 * n) / population);
  }

  get length(): number {
    return this.bests.length;
  }

  /** @param losses of one generation, ascending. */
  add(losses: readonly number[]): void {
    this.bests.push(losses[0]);
    this.medians.push(losses[losses.length >> 1]);
    const last = this.bests.slice(-(10 + this.rest));
    const [low, high] = [Math.min(...last), Math.max(...last)];
    const tolerance = TOL_LOSS * Math.max(1e-3, Math.abs(low));
    this.flat = this.length >= 10 + this.rest && high - low <= tolerance && losses[losses.length >> 1] - losses[0] <= tolerance;
  }

  /** Flat, or stagnating: the later part no better than the earlier, by the medians of the bests and of the medians (Hansen 2016, B.3). */
  get ended(): boolean {
    if (this.flat) return true;
    const g = this.length;
    if (g < 120 + 3 * this.rest || g % 10 !== 0) return false;
    const window = Math.min(20_000, Math.floor(120 + 0.2 * g + this.rest));
    const part = Math.floor(0.3 * window);
    return [this.bests, this.medians].every((history) => {
      const recent = history.slice(-window);
      return median(recent.slice(-part)) >= median(recent.slice(0, part));
    });
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
