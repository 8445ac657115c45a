/** The unit cube over the free axes of a space, as the optimisers move in it. */
import type { Dice } from './dice.ts';
import type { Space } from './space.ts';

/** A free axis: its kind, and its levels (Infinity of a real axis, 1 of an axis that leaves no choice). */
export interface Side {
  kind: 'real' | 'steps' | 'choice';
  levels: number;
}

/** By free axis of a space. */
export function sidesOf(space: Space): Side[] {
  return space.free.map((index) => {
    const axis = space.axes[index];
    if (axis.kind === 'real') return { kind: 'real', levels: axis.low === axis.high ? 1 : Number.POSITIVE_INFINITY };
    return { kind: axis.kind, levels: axis.kind === 'steps' ? axis.values.length : axis.count };
  });
}

/** The level of a step or choice at a place of its side, 0 … levels − 1. */
export function levelAt(u: number, levels: number): number {
  return Math.min(levels - 1, Math.max(0, Math.floor(u * levels)));
}

/** Draws after which a space is taken to be empty. */
const MOST_DRAWS = 100_000;

/**
 * A uniformly drawn place that meets the constraints.
 * @throws Error where none of 100,000 draws does.
 */
export function admissible(space: Space, dice: Dice): number[] {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const unit = space.free.map(() => dice.uniform());
    if (space.at(unit) !== undefined) return unit;
  }
  throw new Error(`None of ${MOST_DRAWS} designs drawn at random meets the constraints.`);
}

/**
 * The last place that meets the constraints on the way from `home`, which does, towards `unit`, which does not: found by halving, to a 4096th of
 * the way. Options are taken from `unit` where they can be, or else from `home`.
 */
export function pulled(space: Space, sides: readonly Side[], unit: ArrayLike<number>, home: ArrayLike<number>): number[] {
  const between = (share: number, options: ArrayLike<number>): number[] =>
    sides.map((side, i) => (side.kind === 'choice' ? options[i] : home[i] + share * (unit[i] - home[i])));
  const options = space.at(between(0, unit)) === undefined ? home : unit;
  let good = 0;
  let step = 0.5;
  if (options === home && space.at(between(1, home)) !== undefined) return between(1, home);
  for (let i = 0; i < 12; i++, step /= 2) {
    if (space.at(between(good + step, options)) !== undefined) good += step;
  }
  return between(good, options);
}

/**
 * A Latin hypercube of `count` places (McKay, Beckman and Conover 1979), of 20 drawn the one whose nearest places are farthest apart. A place
 * that breaks a constraint is drawn again, uniformly.
 * @throws Error where no design is found that meets the constraints.
 */
export function spread(space: Space, count: number, dice: Dice): number[][] {
  let best: number[][] = [];
  let widest = -1;
  for (let turn = 0; turn < 20; turn++) {
    const columns = space.free.map(() =>
      dice.shuffle(Array.from({ length: count }, (_, i) => i)).map((stratum) => (stratum + dice.uniform()) / count),
    );
    const places = Array.from({ length: count }, (_, i) => columns.map((column) => column[i]));
    const nearest = leastDistance(places);
    if (nearest <= widest) continue;
    widest = nearest;
    best = places;
  }
  return best.map((place) => (space.at(place) === undefined ? admissible(space, dice) : place));
}

function leastDistance(places: readonly number[][]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < places.length; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < places[i].length; k++) sum += (places[i][k] - places[j][k]) * (places[i][k] - places[j][k]);
      if (sum < least) least = sum;
    }
  }
  return least;
}
