/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm"): a population that spreads along the front of
 * what can be traded off. Simulated binary crossover and polynomial mutation, both within bounds (Deb and Agrawal 1995; Deb and Goyal 1996), on the unit
 * cube; options of a choice are exchanged and redrawn. Limits by constrained domination.
 *
 * Parents live on beside their children, so all designs of all generations have the same replications (common random numbers) and none is run
 * twice; what luck these hold, the last stage takes out again with fresh ones.
 */
import { log, exp } from '../elementary.ts';
import { Book, type Design, keyOf, type Score } from './assessment.ts';
import { levelAt, pulled, type Side, sidesOf, spread } from './cube.ts';
import { Dice } from './dice.ts';
import type { Effort, Optimum, Problem } from './optimum.ts';
import { crowding, front, ranks, thinned } from './pareto.ts';
import type { Point, Search } from './search.ts';
import type { Space } from './space.ts';

export interface NsgaOptions extends Effort {
  /** Designs a generation, 4 or more; by default 100. */
  population?: number | undefined;
}

/** Of the paper: share of pairs that are crossed, and the distribution indices of crossover and mutation. */
const CROSSED = 0.9;
const CROSSOVER_INDEX = 20;
const MUTATION_INDEX = 20;
/** Tries for a child that was not there before. */
const TRIES = 20;

interface Place {
  unit: number[];
  point: Point;
  key: string;
}

interface Individual extends Place, Score {
  rank: number;
  distance: number;
}

/**
 * The trace tells of the first goal alone.
 * @throws RangeError without a budget, or with one too small for 4 designs. Error where no design meets the constraints.
 */
export function* nsga2(problem: Problem, options: NsgaOptions): Search<Optimum> {
  const { space, start } = problem;
  const { replications, seed } = options;
  const wanted = Math.max(4, Math.floor(options.population ?? 100));
  const book = new Book(problem, { ...options, finalists: options.finalists ?? wanted });
  const size = Math.min(wanted, book.room(replications));
  if (size < 4) throw new RangeError('The budget is too small for a first generation of 4 designs.');
  const dice = new Dice(seed, 0x45a2);
  const sides = sidesOf(space);
  const seen = new Set<string>();

  const units = spread(space, size, dice);
  if (start !== undefined && space.admits(start)) units[0] = space.unit(start);
  let places = units.map((unit) => placed(unit, space.at(unit) as Point));
  let population: Individual[] = [];
  let ended = 'The budget is spent.';
  for (;;) {
    const points = places.map(({ point }) => point);
    for (const { key } of places) seen.add(key);
    const scores = yield* book.run(points, 0, replications);
    const born = scores.map((score, i) => ({ ...score, ...places[i], rank: 0, distance: 0 }));
    population = survivors(book, distinct([...population, ...born]), size);
    const room = book.room(replications);
    if (room < 1) break;
    places = children(space, sides, population, Math.min(size, room), seen, dice);
    if (places.length === 0) {
      ended = 'No design was left to try.';
      break;
    }
  }
  const found = population.map(({ key }) => book.designs.get(key) as Design);
  const best = bestFront(found, book).map((i) => found[i]);
  const finalists = options.finalists === 0 ? best.length : (options.finalists ?? wanted);
  const apart = thinned(
    best.map(({ losses }) => losses),
    finalists,
  );
  return yield* book.conclude(
    apart.map((i) => best[i]),
    bestFront,
    ended,
  );
}

/** Indices of the front of those that are feasible, the best compromise first; of none feasible, the one that misses by least. */
function bestFront(designs: readonly Design[], book: Book): number[] {
  const violations = designs.map((design) => book.violation(design));
  const least = Math.min(...violations);
  const chosen = designs.map((_, i) => i).filter((i) => violations[i] === least);
  if (least > 0) return chosen.slice(0, 1);
  const losses = chosen.map((i) => designs[i].losses);
  const { goals } = book.problem;
  const edge = front(
    losses,
    goals.map(() => ({ sense: 'minimise' })),
  );
  // The compromise: nearest to the best of every goal at once, ranges being equal.
  const low = goals.map((_, g) => Math.min(...edge.map((i) => losses[i][g])));
  const high = goals.map((_, g) => Math.max(...edge.map((i) => losses[i][g])));
  const far = (i: number): number =>
    losses[i].reduce((sum, loss, g) => sum + (high[g] > low[g] ? ((loss - low[g]) / (high[g] - low[g])) ** 2 : 0), 0);
  return edge.sort((a, b) => far(a) - far(b) || a - b).map((i) => chosen[i]);
}

/** The first of every point: the first generation may hold one twice. */
function distinct(individuals: readonly Individual[]): Individual[] {
  return [...new Map(individuals.toReversed().map((one) => [one.key, one])).values()].toReversed();
}

/** The best by rank and, within the last rank that still fits, the least crowded. */
function survivors(book: Book, individuals: Individual[], size: number): Individual[] {
  const rank = ranks(
    individuals.map(({ losses }) => losses),
    individuals.map((one) => book.violation(one)),
  );
  individuals.forEach((one, i) => {
    one.rank = rank[i];
  });
  const kept: Individual[] = [];
  for (let layer = 0; kept.length < Math.min(size, individuals.length); layer++) {
    const members = individuals.filter((one) => one.rank === layer);
    const distance = crowding(members.map(({ losses }) => losses));
    members.forEach((one, i) => {
      one.distance = distance[i];
    });
    const order = members.map((_, i) => i).sort((a, b) => (distance[a] === distance[b] ? a - b : distance[b] - distance[a]));
    kept.push(...order.slice(0, size - kept.length).map((i) => members[i]));
  }
  return kept;
}

/** Children that meet the constraints and are no design seen before; fewer, where no more are found. */
function children(
  space: Space,
  sides: readonly Side[],
  population: readonly Individual[],
  count: number,
  seen: ReadonlySet<string>,
  dice: Dice,
): Place[] {
  const born = new Map<string, Place>();
  for (let tries = 0; born.size < count && tries < TRIES * count; tries++) {
    const [mother, father] = [winner(population, dice), winner(population, dice)];
    const pair = crossed(sides, mother.unit, father.unit, dice);
    for (const unit of pair) {
      mutate(sides, unit, dice);
      const place = placeOf(space, sides, unit, mother.unit);
      if (!seen.has(place.key) && born.size < count) born.set(place.key, place);
    }
  }
  return [...born.values()];
}

/** The place itself or, where it breaks a constraint, the last one on the way to it from `home` that does not. */
function placeOf(space: Space, sides: readonly Side[], unit: number[], home: number[]): Place {
  const point = space.at(unit);
  if (point !== undefined) return placed(unit, point);
  const nearest = pulled(space, sides, unit, home);
  return placed(nearest, space.at(nearest) as Point);
}

function placed(unit: number[], point: Point): Place {
  return { unit, point, key: keyOf(point) };
}

/** Of two the one of the better rank, or of the same the less crowded. */
function winner(population: readonly Individual[], dice: Dice): Individual {
  const a = population[dice.whole(population.length)];
  const b = population[dice.whole(population.length)];
  if (a.rank !== b.rank) return a.rank < b.rank ? a : b;
  return b.distance > a.distance ? b : a;
}

function crossed(sides: readonly Side[], mother: readonly number[], father: readonly number[], dice: Dice): [number[], number[]] {
  const [a, b] = [[...mother], [...father]];
  if (dice.uniform() > CROSSED) return [a, b];
  sides.forEach(({ kind, levels }, i) => {
    if (dice.uniform() > 0.5) return;
    const [low, high] = [Math.min(a[i], b[i]), Math.max(a[i], b[i])];
    if (kind !== 'choice' && high - low > 1e-14) {
      const u = dice.uniform();
      const gap = high - low;
      const less = (low + high - stretch(u, 1 + (2 * low) / gap) * gap) / 2;
      const more = (low + high + stretch(u, 1 + (2 * (1 - high)) / gap) * gap) / 2;
      a[i] = snapped(less, kind, levels);
      b[i] = snapped(more, kind, levels);
    }
    if (dice.uniform() < 0.5) [a[i], b[i]] = [b[i], a[i]];
  });
  return [a, b];
}

/** The spread factor of simulated binary crossover that stays within a bound; `room`: the factor at which the bound is met. */
function stretch(u: number, room: number): number {
  const alpha = 2 - power(room, -(CROSSOVER_INDEX + 1));
  return power(u * alpha <= 1 ? u * alpha : 1 / (2 - u * alpha), 1 / (CROSSOVER_INDEX + 1));
}

/** Polynomial mutation in place, of one axis on average. A step or choice that mutates does change. */
function mutate(sides: readonly Side[], unit: number[], dice: Dice): void {
  const varying = sides.reduce((count, { levels }) => count + (levels > 1 ? 1 : 0), 0);
  sides.forEach(({ kind, levels }, i) => {
    if (levels === 1 || dice.uniform() > 1 / varying) return;
    const level = levelAt(unit[i], levels);
    if (kind === 'choice') {
      unit[i] = (((level + 1 + dice.whole(levels - 1)) % levels) + 0.5) / levels;
      return;
    }
    const u = dice.uniform();
    const rest = u <= 0.5 ? 1 - unit[i] : unit[i];
    const part = u <= 0.5 ? u : 1 - u;
    const size = 1 - power(2 * part + (1 - 2 * part) * power(rest, MUTATION_INDEX + 1), 1 / (MUTATION_INDEX + 1));
    const moved = snapped(unit[i] + (u <= 0.5 ? -size : size), kind, levels);
    if (kind === 'steps' && levelAt(moved, levels) === level) {
      const next = u <= 0.5 ? level - 1 : level + 1;
      unit[i] = ((next < 0 || next === levels ? 2 * level - next : next) + 0.5) / levels;
    } else {
      unit[i] = moved;
    }
  });
}

/** Within the cube; a step in its middle. */
function snapped(u: number, kind: Side['kind'], levels: number): number {
  return kind === 'steps' ? (levelAt(u, levels) + 0.5) / levels : Math.min(1, Math.max(0, u));
}

/** x^p for x ≥ 0, equal on every machine. */
function power(x: number, p: number): number {
  return x === 0 ? 0 : exp(p * log(x));
}
