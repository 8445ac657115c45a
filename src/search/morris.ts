/**
 * Screening by elementary effects (Morris 1991, "Factorial sampling plans for preliminary computational experiments"): many factors, few runs.
 * A trajectory goes through the space by changing one factor at a time; each change is an elementary effect. Of many trajectories those that lie
 * far apart are run (Campolongo, Cariboni and Saltelli 2007), picked greedily (Ruano, Ribes, Seco and Ferrer 2012).
 */
import { interval, Tally } from '../experiment/statistics.ts';
import { Crossed, lostPoints } from './crossed.ts';
import { Dice } from './dice.ts';
import type { Point, Search } from './search.ts';
import type { Axis, Space } from './space.ts';

export interface MorrisOptions {
  space: Space;
  /** Runs are trajectories × (free axes + 1) points × replications. 10 to 30 are usual. */
  trajectories: number;
  /** The same ones of every point. From 2 on chance can be told from effects. */
  replications: number;
  /** Numbers in an outcome, per replication. */
  responses: number;
  seed: number;
  /** Levels of a real axis, even; 4 unless told. */
  levels?: number;
  /** Of the intervals; 0.95 unless told. */
  level?: number;
}

/** Of one factor on one response, in the response's unit for the whole range of the factor (for a choice: for a change of option). */
interface ElementaryEffect {
  /** The number of the axis in the space. */
  axis: number;
  /** Mean of the elementary effects; of a choice of more than two options its sign says nothing. */
  mu: number;
  muLow: number;
  muHigh: number;
  /** Mean of their magnitudes, with its t-interval over trajectories. */
  muStar: number;
  muStarLow: number;
  muStarHigh: number;
  /** Their standard deviation over the space, less what chance adds: large where the factor acts in bends or together with others. */
  sigma: number;
  /** The muStar that chance alone would give a factor without effect; NaN with one replication. A muStar near it proves nothing. */
  chance: number;
  /** Elementary effects that were had. */
  n: number;
}

export interface MorrisResult {
  /** By response, by free axis. */
  effects: ElementaryEffect[][];
  trajectories: number;
  points: number;
  warnings: string[];
}

/** Where an axis stands before and after its change: in the unit interval of the space, and as a share of its range, for distances. */
interface Move {
  low: number;
  high: number;
  lowShare: number;
  highShare: number;
  /** The change as a share of the range; 0 where the axis has one value only. */
  reach: number;
}

interface Trajectory {
  points: Point[];
  /** Corners as shares of the ranges. */
  corners: number[][];
  /** By step, the free axis that changes and the signed share of its range. */
  steps: { k: number; reach: number }[];
}

/** Candidates for each trajectory that is run, as many as the work allows, counted in coordinate differences. */
const CANDIDATES = 10;
const WORK = 5e7;
/** Where constraints bar trajectories their steps are halved, so many times. */
const HALVINGS = 5;

export function* morris(options: MorrisOptions): Search<MorrisResult> {
  const { space, trajectories: wanted, responses, replications } = options;
  const levels = options.levels ?? 4;
  if (!(Number.isInteger(levels) && levels >= 2 && levels % 2 === 0))
    throw new RangeError(`Levels must be an even number from 2 on, not ${levels}.`);
  if (!(Number.isInteger(wanted) && wanted >= 1)) throw new RangeError(`Trajectories must be a whole number from 1 on, not ${wanted}.`);
  const warnings: string[] = [];
  const trajectories = spread(candidates(space, wanted, levels, new Dice(options.seed, 0x305515), warnings), wanted);
  if (trajectories.length < wanted)
    warnings.push(`Only ${trajectories.length} of ${wanted} trajectories were found that meet the constraints.`);

  const round = new Crossed(replications, responses);
  const corners = trajectories.map((trajectory) => trajectory.points.map((point) => round.add(point)));
  yield* round.run();

  if (replications === 1) warnings.push('With one replication an effect cannot be told from chance.');
  const effects = Array.from({ length: responses }, (_, response) => {
    const found = space.free.map(() => ({ effects: [] as number[], errors: [] as number[] }));
    trajectories.forEach(({ steps }, t) => {
      steps.forEach(({ k, reach }, i) => {
        const [from, to] = [(corners[t] as number[])[i] as number, (corners[t] as number[])[i + 1] as number];
        const { mean, error, n } = round.difference(from, to, response);
        if (n === 0) return;
        found[k]?.effects.push(mean / reach);
        found[k]?.errors.push(Math.sqrt(error) / Math.abs(reach));
      });
    });
    for (const warning of lostPoints(round.lost(response), round.orders.length)) if (!warnings.includes(warning)) warnings.push(warning);
    return found.map(({ effects, errors }, k) => summary(space.free[k] as number, effects, errors, options.level ?? 0.95));
  });
  return { effects, trajectories: trajectories.length, points: round.orders.length, warnings };
}

function summary(axis: number, effects: number[], errors: number[], level: number): ElementaryEffect {
  const [plain, magnitude] = [new Tally(), new Tally()];
  for (const effect of effects) {
    plain.add(effect);
    magnitude.add(Math.abs(effect));
  }
  const [mu, muStar] = [interval(plain, level), interval(magnitude, level)];
  const known = errors.filter((error) => !Number.isNaN(error));
  const noise = known.reduce((sum, error) => sum + error * error, 0) / known.length;
  return {
    axis,
    mu: mu.mean,
    muLow: mu.low,
    muHigh: mu.high,
    muStar: muStar.mean,
    muStarLow: Math.max(0, muStar.low),
    muStarHigh: muStar.high,
    sigma: Math.sqrt(Math.max(0, mu.sd * mu.sd - (known.length === 0 ? 0 : noise))),
    // The mean magnitude of a normal deviate is √(2 / π) standard deviations.
    chance: (Math.sqrt(2 / Math.PI) * known.reduce((sum, error) => sum + error, 0)) / known.length,
    n: effects.length,
  };
}

/** Random trajectories that meet every constraint. Where too few do, the steps are made smaller: p levels and a step of p / (2 (p − 1)) to begin with. */
function candidates(space: Space, wanted: number, levels: number, dice: Dice, warnings: string[]): Trajectory[] {
  const d = space.free.length;
  const most = Math.max(wanted, Math.min(CANDIDATES * wanted, Math.floor(Math.sqrt((2 * WORK) / ((d + 1) * (d + 1) * Math.max(1, d))))));
  const found: Trajectory[] = [];
  for (let halving = 0; halving <= HALVINGS; halving++) {
    const step = levels / (2 * (levels - 1)) / 2 ** halving;
    const bases = (levels / 2) * 2 ** halving;
    for (let tries = 0; tries < 20 * most && found.length < most; tries++) {
      const trajectory = draw(space, step, bases, dice);
      if (trajectory !== undefined) found.push(trajectory);
    }
    if (found.length >= wanted) {
      if (halving > 0)
        warnings.push(
          `Constraints leave little room: elementary effects are taken over steps down to ${Math.round(100 * step)} % of a range.`,
        );
      break;
    }
  }
  return found;
}

function draw(space: Space, step: number, bases: number, dice: Dice): Trajectory | undefined {
  const moves = space.free.map((axis) => moveOf(space.axes[axis] as Axis, step, bases, dice));
  const up = moves.map(() => dice.whole(2) === 0);
  const unit = moves.map((move, k) => (up[k] ? move.low : move.high));
  const corner = moves.map((move, k) => (up[k] ? move.lowShare : move.highShare));
  const order = dice.shuffle(moves.flatMap((move, k) => (move.reach > 0 ? [k] : [])));
  const start = space.at(unit);
  if (start === undefined) return undefined;
  const trajectory: Trajectory = { points: [start], corners: [corner.slice()], steps: [] };
  for (const k of order) {
    const move = moves[k] as Move;
    unit[k] = up[k] ? move.high : move.low;
    corner[k] = up[k] ? move.highShare : move.lowShare;
    const next = space.at(unit);
    if (next === undefined) return undefined;
    trajectory.points.push(next);
    trajectory.corners.push(corner.slice());
    trajectory.steps.push({ k, reach: up[k] ? move.reach : -move.reach });
  }
  return trajectory;
}

/** Two values of an axis a step apart. On steps axes it is the nearest there is, at least to the next value; of a choice any two options. */
function moveOf(axis: Axis, step: number, bases: number, dice: Dice): Move {
  const base = bases === 1 ? 0 : (dice.whole(bases) / (bases - 1)) * (1 - step);
  if (axis.kind === 'real') {
    if (axis.low === axis.high) return { low: 0.5, high: 0.5, lowShare: 0.5, highShare: 0.5, reach: 0 };
    return { low: base, high: base + step, lowShare: base, highShare: base + step, reach: step };
  }
  const count = axis.kind === 'choice' ? axis.count : axis.values.length;
  const middle = (index: number): number => (index + 0.5) / count;
  if (count === 1) return { low: 0.5, high: 0.5, lowShare: 0.5, highShare: 0.5, reach: 0 };
  if (axis.kind === 'choice') {
    const one = dice.whole(count);
    const other = (one + 1 + dice.whole(count - 1)) % count;
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    return { low: middle(low), high: middle(high), lowShare: low / (count - 1), highShare: high / (count - 1), reach: 1 };
  }
  const low = Math.min(count - 2, Math.round(base * (count - 1)));
  const high = Math.max(low + 1, Math.round((base + step) * (count - 1)));
  const least = axis.values[0] as number;
  const range = (axis.values[count - 1] as number) - least;
  const share = (index: number): number => ((axis.values[index] as number) - least) / range;
  return { low: middle(low), high: middle(high), lowShare: share(low), highShare: share(high), reach: share(high) - share(low) };
}

/** So many of the trajectories that lie far apart: the two farthest, then one by one the one with the largest sum of squared distances to those taken. */
function spread(all: Trajectory[], wanted: number): Trajectory[] {
  if (all.length <= wanted) return all;
  const squared = all.map(() => new Float64Array(all.length));
  let start = [0, 0] as [number, number];
  let farthest = -1;
  for (let a = 0; a < all.length; a++) {
    for (let b = 0; b < a; b++) {
      const gap = distance((all[a] as Trajectory).corners, (all[b] as Trajectory).corners) ** 2;
      (squared[a] as Float64Array)[b] = gap;
      (squared[b] as Float64Array)[a] = gap;
      if (gap > farthest) {
        farthest = gap;
        start = [b, a];
      }
    }
  }
  const taken = start.slice(0, wanted);
  while (taken.length < wanted) {
    let best = -1;
    let most = -1;
    for (let a = 0; a < all.length; a++) {
      if (taken.includes(a)) continue;
      const sum = taken.reduce((total, b) => total + ((squared[a] as Float64Array)[b] as number), 0);
      if (sum > most) {
        most = sum;
        best = a;
      }
    }
    taken.push(best);
  }
  return taken.map((a) => all[a] as Trajectory);
}

/** Between trajectories: the sum of the distances of all pairs of their corners (Campolongo et al. 2007, equation 10). */
function distance(a: number[][], b: number[][]): number {
  let sum = 0;
  for (const p of a) {
    for (const q of b) {
      let square = 0;
      for (let k = 0; k < p.length; k++) square += ((p[k] as number) - (q[k] as number)) ** 2;
      sum += Math.sqrt(square);
    }
  }
  return sum;
}
