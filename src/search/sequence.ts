/**
 * The search over sequences: the order of jobs, of set-ups, of anything that is a list. It knows nothing of what a sequence is for.
 *
 * A memetic search: a population of walkers, each of which anneals (Kirkpatrick, Gelatt and Vecchi 1983) by moves of its own and by crossover with
 * the others; each generation is one round, a change of every walker's sequence. Now and then the worst walkers go on from where the best are ("go
 * with the winners", Aldous and Vazirani 1994). Which moves are tried follows from what they brought lately.
 *
 * Designs of one season have the same replications, so a walker is compared with its change under the same luck; each season has luck of its own, in
 * which all walkers are run again. Where that changes nothing, outcomes are taken to be without noise, and nothing is run twice from then on.
 * Where all sequences are fewer than the budget allows, all are run, and the better ones again.
 */
import { exp, log } from '../elementary.ts';
import { Book, bestOne, type Effort, keyOf, type Optimum, type Score } from './assessment.ts';
import { Dice } from './dice.ts';
import type { Goal, Limit, Order, Outcome, Point, Search } from './search.ts';
import { arrangements, countArrangements, MoveChoice } from './sequence-moves.ts';
import { Space } from './space.ts';

export interface SequenceProblem {
  /** Items 0 … items − 1, each once unless `repeats` says how often. A point has as many numbers as there are items, with their repetitions. */
  items: number;
  /** Exactly one. */
  goals: readonly Goal[];
  limits: readonly Limit[];
  /** A sequence to begin at. */
  start?: Point | undefined;
  /** By item: how often it occurs, 0 or more (permutation with repetition, Bierwirth 1995). */
  repeats?: readonly number[] | undefined;
}

/** Walkers are so many times the square root of the designs that the budget allows: longer searches are both wider and deeper. */
const WIDTH = 0.33;
const LEAST_WALKERS = 4;
const MOST_WALKERS = 256;
/** Sequences in all up to which all of them are run. */
const MOST_TRIED = 10_000;
/** Seasons of a search: between them walkers move to better places and, under noise, luck changes. */
const SEASONS = 12;
/** Temperatures at the beginning and at the end, in mean losses of a change for the worse. */
const HOT = 0.5;
const COLD = 0.03;
/** Draws of a change until one comes that was not tried. */
const REDRAWS = 10;
/** Sequences of which is remembered that they were tried. */
const REMEMBERED = 200_000;

/** @throws RangeError with other than one goal, without items or a budget, with repeats or a start that do not fit, or too small a budget for one design. */
export function* sequenceSearch(problem: SequenceProblem, effort: Effort): Search<Optimum> {
  const { goals, limits, start } = problem;
  if (goals.length !== 1) throw new RangeError(`The search over sequences seeks the best by one goal, not by ${goals.length}.`);
  const items = itemsOf(problem);
  const book = new Book({ goals, limits, space: new Space([]) }, effort);
  const room = book.room(effort.replications);
  if (room < 1) throw new RangeError('The budget is too small for one design.');
  const ended = countArrangements(items) <= Math.min(room, MOST_TRIED) ? yield* tryAll(book, items) : yield* anneal(book, items, start);
  return yield* book.conclude(book.ranked(), bestOne, ended);
}

/** The items with their repetitions, ascending. */
function itemsOf({ items, repeats, start }: SequenceProblem): number[] {
  if (repeats !== undefined && (repeats.length !== items || !repeats.every((times) => Number.isInteger(times) && times >= 0))) {
    throw new RangeError(`Repeats need a whole number, 0 or more, for each of ${items} items.`);
  }
  const list = Array.from({ length: items }, (_, item) => new Array<number>(repeats?.[item] ?? 1).fill(item)).flat();
  if (list.length === 0) throw new RangeError('There are no items to put in order.');
  if (start !== undefined) {
    const sorted = start.toSorted((a, b) => a - b);
    if (sorted.length !== list.length || sorted.some((item, i) => item !== list[i])) {
      throw new RangeError('The sequence to begin at does not hold each item as often as it occurs.');
    }
  }
  return list;
}

/** Runs all sequences; under noise then the better half of those run last, with fresh replications, as long as the budget lasts. */
function* tryAll(book: Book, items: readonly number[]): Generator<Order[], string, Outcome[]> {
  const { replications } = book.effort;
  let points: Point[] = [...arrangements(items)];
  const count = points.length;
  let scores = yield* book.run(points, 0, replications);
  for (;;) {
    const order = ranking(book, scores);
    const half = order.slice(0, Math.ceil(points.length / 2));
    if (points.length === 1 || book.room(replications) < half.length) break;
    points = half.map((i) => points[i] as Point);
    const before = half.map((i) => scores[i] as Score);
    scores = yield* book.run(points, book.fresh, replications);
    if (scores.every((score, i) => alike(score, before[i] as Score))) break;
  }
  return `All ${count} sequences are tried.`;
}

/** A sequence and what this season's replications say of it. */
interface Walker {
  sequence: Point;
  score: Score;
}

function* anneal(book: Book, items: readonly number[], start: Point | undefined): Generator<Order[], string, Outcome[]> {
  const { replications, seed } = book.effort;
  const dice = new Dice(seed, 0x5e9);
  const choice = new MoveChoice();
  const ascent = new Ascent();
  const tried = new Tried();
  const room = book.room(replications);
  const population = Math.min(room, MOST_WALKERS, Math.max(LEAST_WALKERS, Math.round(WIDTH * Math.sqrt(room))));
  const points = Array.from(
    { length: population },
    (_, i): Point => (i === 0 && start !== undefined ? [...start] : dice.shuffle([...items])),
  );
  for (const point of points) tried.add(point);
  let first = 0;
  let walkers = (yield* book.run(points, first, replications)).map((score, i): Walker => ({ sequence: points[i] as Point, score }));
  let noisy = true;
  let season = 0;
  for (;;) {
    if (book.reached) return 'The target is reached.';
    if (book.room(replications) < population) return 'The budget is spent.';
    const progress = 1 - book.room(replications) / room;
    if (Math.floor(progress * SEASONS) > season) {
      season = Math.floor(progress * SEASONS);
      walkers = regrouped(book, walkers);
      if (noisy) {
        first = book.fresh;
        const sequences = walkers.map(({ sequence }) => sequence);
        const scores = yield* book.run(sequences, first, replications);
        noisy = scores.some((score, i) => !alike(score, (walkers[i] as Walker).score));
        walkers = walkers.map(({ sequence }, i) => ({ sequence, score: scores[i] as Score }));
        if (noisy) tried.clear();
        continue;
      }
    }
    const temperature = HOT * exp(progress * log(COLD / HOT));
    const moves: number[] = [];
    const changed = walkers.map(({ sequence }, i): Point => {
      const mate = walkers[(i + 1 + dice.whole(Math.max(1, population - 1))) % population] as Walker;
      for (let redraw = 0; ; redraw++) {
        const move = choice.draw(dice);
        const next = choice.move(move)(sequence, mate.sequence, dice);
        if (!tried.add(next) && redraw < REDRAWS) continue;
        moves.push(move);
        return next;
      }
    });
    const scores = yield* book.run(changed, first, replications);
    walkers = walkers.map((walker, i) => {
      const score = scores[i] as Score;
      const worse = ascent.measure(book, score, walker.score);
      choice.learn(moves[i] as number, worse < 0);
      // A change that cannot be told from what was is taken: plateaus are crossed by that.
      return worse <= 0 || log(dice.uniform()) < -worse / temperature ? { sequence: changed[i] as Point, score } : walker;
    });
  }
}

/** The quarter that is best, once more in the places of the quarter that is worst. */
function regrouped(book: Book, walkers: readonly Walker[]): Walker[] {
  const order = ranking(
    book,
    walkers.map(({ score }) => score),
  );
  const next = [...walkers];
  for (let i = 0; i < walkers.length >> 2; i++) next[order[order.length - 1 - i] as number] = walkers[order[i] as number] as Walker;
  return next;
}

/** Indices, best first. */
function ranking(book: Book, scores: readonly Score[]): number[] {
  return scores.map((_, i) => i).sort((a, b) => book.compare(scores[a] as Score, scores[b] as Score));
}

function alike(a: Score, b: Score): boolean {
  return Object.is(a.losses[0], b.losses[0]) && a.means.every((mean, j) => Object.is(mean, b.means[j]));
}

/** Measures steps in the mean size of those for the worse, so that temperatures mean the same whatever the goal's unit; violations of limits likewise. */
class Ascent {
  private readonly losses = { mean: 0, count: 0 };
  private readonly violations = { mean: 0, count: 0 };

  /** By how much a is worse than b; negative where it is better (Deb's rules, as `Book.compare`). */
  measure(book: Book, a: Score, b: Score): number {
    const [va, vb] = [book.violation(a), book.violation(b)];
    if (va === vb && a.losses[0] === b.losses[0]) return 0;
    const scale = va === vb ? this.losses : this.violations;
    const step = va === vb ? (a.losses[0] as number) - (b.losses[0] as number) : va - vb;
    if (step > 0 && step < Infinity) {
      scale.count = Math.min(scale.count + 1, 500);
      scale.mean += (step - scale.mean) / scale.count;
    }
    return step > 0 ? step / scale.mean : step;
  }
}

/** Which sequences were run, as far as is remembered. Where noise came into it they may come again. */
class Tried {
  private readonly keys = new Set<string>();

  /** @returns whether it is new. */
  add(sequence: Point): boolean {
    // Code units are quicker than `keyOf`, where there are not too many for one call.
    const key = sequence.length > 10_000 ? keyOf(sequence) : String.fromCharCode(...sequence);
    if (this.keys.has(key)) return false;
    if (this.keys.size >= REMEMBERED) this.keys.clear();
    this.keys.add(key);
    return true;
  }

  clear(): void {
    this.keys.clear();
  }
}
