/** Designs of experiments: the points of a space that are run to learn how the plant answers, all chosen before the first is run. */
import { type Fraction, fraction, type Resolution, sign } from './fractional.ts';
import { maximinLatinHypercube } from './latin.ts';
import type { Point } from './search.ts';
import { SobolSequence } from './sobol.ts';
import type { Axis, Space } from './space.ts';

export type DesignSpec =
  /** Every combination; real axes at so many levels (3 unless told), evenly from low to high. */
  | { kind: 'full'; levels?: number }
  /** Low and high only, of the fewest runs (at least `runs`) that reach the resolution (IV unless told). */
  | { kind: 'fractional'; resolution?: Resolution; runs?: number }
  /** Maximin. */
  | { kind: 'latin hypercube'; points: number }
  | { kind: 'sobol'; points: number; scrambled?: boolean }
  | { kind: 'table'; rows: readonly Point[] };

export interface DesignPoints {
  points: Point[];
  /** What became of the design that whoever asked for it should know, a sentence each. */
  warnings: string[];
}

/** More than this is taken for a mistake: they would not fit in memory. */
const MOST_POINTS = 2 ** 23;
/** A sample is drawn on past points that break a constraint, up to so many times its size. */
const MOST_TRIES = 64;

/** How many points a design has before constraints and merging: to be asked before a large one is made. @throws as `designPoints`. */
export function designSize(space: Space, spec: DesignSpec): number {
  switch (spec.kind) {
    case 'full':
      return levelsOf(space, spec.levels ?? 3).reduce((product, levels) => product * levels.length, 1);
    case 'fractional':
      return twoLevel(space, spec.resolution, spec.runs).fraction.runs;
    case 'table':
      return spec.rows.length;
    default:
      return whole(spec.points);
  }
}

/**
 * The points of a design: all different and all admitted by the space. Points that break a constraint are left out of full and fractional
 * designs and of tables; Latin hypercubes and Sobol' points are drawn on until there are enough, or too many tries were in vain. Points that
 * steps make equal are merged. The same seed gives the same points on every machine (but for real axes on a logarithmic scale).
 * @param seed u32; of Latin hypercubes and scrambled Sobol' points.
 * @throws RangeError for a size that is no whole number from 1 on, a design of more than 2^23 points, a choice of more than two options in
 * a fractional design, or more factors than its resolution, or a Sobol' sequence, is known for.
 */
export function designPoints(space: Space, spec: DesignSpec, seed: number): DesignPoints {
  const size = designSize(space, spec);
  if (size > MOST_POINTS) throw new RangeError(`A design of ${size} points is asked for; at most ${MOST_POINTS} are made at once.`);
  switch (spec.kind) {
    case 'full':
      return fullPoints(space, levelsOf(space, spec.levels ?? 3), size);
    case 'fractional':
      return fractionalPoints(space, spec.resolution, spec.runs);
    case 'latin hypercube':
      return latinPoints(space, size, seed);
    case 'sobol':
      return sobolPoints(space, size, spec.scrambled === true ? seed : undefined);
    case 'table':
      return tablePoints(space, spec.rows);
  }
}

/** Which fraction a space takes and which of its free axes are factors of it (the others have one value only), for its `aliases`. */
export function twoLevel(space: Space, resolution: Resolution = 4, runs = 1): { fraction: Fraction; factors: number[] } {
  const factors: number[] = [];
  space.free.forEach((axis, k) => {
    const { kind } = space.axes[axis] as Axis;
    const count = countOf(space.axes[axis] as Axis);
    if (count === 1) return;
    if (kind === 'choice' && count > 2) {
      throw new RangeError(
        `Factor ${axis + 1} has ${count} options; in a two-level design a choice has 2. Leave options out, or take another design.`,
      );
    }
    factors.push(k);
  });
  return { fraction: fraction(factors.length, resolution, runs), factors };
}

function whole(points: number): number {
  if (!(Number.isInteger(points) && points >= 1))
    throw new RangeError(`The number of points must be a whole number from 1 on, not ${points}.`);
  return points;
}

/** Values an axis has; Infinity of a real one. */
function countOf(axis: Axis): number {
  if (axis.kind === 'real') return axis.low === axis.high ? 1 : Number.POSITIVE_INFINITY;
  return axis.kind === 'steps' ? axis.values.length : axis.count;
}

/** By free axis, the places of its levels in the unit interval. */
function levelsOf(space: Space, levels: number): number[][] {
  whole(levels);
  return space.free.map((i) => {
    const count = countOf(space.axes[i] as Axis);
    if (Number.isFinite(count)) return Array.from({ length: count }, (_, k) => (k + 0.5) / count);
    return levels === 1 ? [0.5] : Array.from({ length: levels }, (_, k) => k / (levels - 1));
  });
}

/** All combinations, the last axis fastest. No two are equal, so none has to be looked for among a million. */
function fullPoints(space: Space, levels: number[][], size: number): DesignPoints {
  const points: Point[] = [];
  const index = levels.map(() => 0);
  const unit = levels.map((places) => places[0] as number);
  for (let k = 0; k >= 0; ) {
    const point = space.at(unit);
    if (point !== undefined) points.push(point);
    for (k = index.length - 1; k >= 0; k--) {
      const places = levels[k] as number[];
      const next = ((index[k] as number) + 1) % places.length;
      index[k] = next;
      unit[k] = places[next] as number;
      if (next !== 0) break;
    }
  }
  return { points, warnings: barredOf(size - points.length, size, 'combinations') };
}

function barredOf(barred: number, all: number, what: string, why = 'break a constraint'): string[] {
  return barred === 0 ? [] : [`${barred} of ${all} ${what} ${why} and are left out.`];
}

/** Points without those that are left out, and equal ones once; warns of both. `what` is what they are called, `why` they are barred. */
function collect(candidates: Iterable<Point | undefined>, what: string, why?: string): DesignPoints {
  const points = new Map<string, Point>();
  let all = 0;
  let barred = 0;
  for (const point of candidates) {
    all++;
    if (point === undefined) barred++;
    else points.set(point.join(' '), point);
  }
  const warnings = barredOf(barred, all, what, why);
  const merged = all - barred - points.size;
  if (merged > 0) warnings.push(`${merged} of ${all} ${what} are the same as others and are left out.`);
  return { points: [...points.values()], warnings };
}

function fractionalPoints(space: Space, resolution: Resolution | undefined, runs: number | undefined): DesignPoints {
  const design = twoLevel(space, resolution, runs);
  const unit = space.free.map(() => 0.5);
  const rows = Array.from({ length: design.fraction.runs }, (_, run) => {
    design.factors.forEach((k, factor) => {
      unit[k] = sign(design.fraction, run, factor) < 0 ? 0 : 1;
    });
    return space.at(unit);
  });
  const { points, warnings } = collect(rows, 'runs');
  if (points.length < rows.length)
    warnings.push('What is left of the fraction is no longer balanced: its effects are confused with one another in part.');
  if (design.fraction.resolution === 3) warnings.push('Main effects cannot be told from two-factor interactions (resolution III).');
  return { points, warnings };
}

/** Where constraints bar points, the hypercube is drawn larger until enough are admitted, and the closest of them are left out. */
function latinPoints(space: Space, size: number, seed: number): DesignPoints {
  let drawn = size;
  for (;;) {
    const rows = maximinLatinHypercube(drawn, space.free.length, seed);
    const admitted = rows.filter((row) => space.at(row) !== undefined);
    const enough = admitted.length >= size;
    if (!enough && drawn < MOST_TRIES * size) {
      const share = Math.max(admitted.length / drawn, 1 / MOST_TRIES);
      drawn = Math.min(MOST_TRIES * size, Math.ceil((1.1 * size) / share));
      continue;
    }
    const kept = enough ? thinned(admitted, size) : admitted;
    const { points, warnings } = collect(
      kept.map((row) => space.at(row)),
      'points',
    );
    if (!enough) warnings.unshift(scarce(kept.length, size, drawn));
    else if (drawn > size) warnings.unshift(`Constraints bar part of the space: the points are ${size} of a Latin hypercube of ${drawn}.`);
    return { points, warnings };
  }
}

function scarce(found: number, size: number, drawn: number): string {
  return `Only ${found} of ${size} points were found that meet the constraints, in ${drawn} tries.`;
}

/** So many of the rows: of the two closest the one that is closer to the rest goes, again and again. */
function thinned(rows: Float64Array[], size: number): Float64Array[] {
  // The work grows with the square of the rows; of very many, the first will do, as they are in random order.
  if (rows.length > 4 * 1024) return rows.slice(0, size);
  const left = [...rows];
  const gap = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, j) => sum + (x - (b[j] as number)) ** 2, 0);
  const nearest = (row: Float64Array): number =>
    left.reduce((least, other) => (other === row ? least : Math.min(least, gap(row, other))), Infinity);
  const near = new Map(left.map((row) => [row, nearest(row)]));
  while (left.length > size) {
    let worst = 0;
    left.forEach((row, i) => {
      if ((near.get(row) as number) < (near.get(left[worst] as Float64Array) as number)) worst = i;
    });
    const [gone] = left.splice(worst, 1) as [Float64Array];
    // Only rows whose nearest was the one that went need a new one.
    for (const row of left) if (gap(row, gone) <= (near.get(row) as number)) near.set(row, nearest(row));
  }
  return left;
}

function sobolPoints(space: Space, size: number, seed: number | undefined): DesignPoints {
  if (space.free.length === 0) return collect([space.at([])], 'points');
  const sequence = new SobolSequence(space.free.length, seed);
  const admitted: Point[] = [];
  let drawn = 0;
  for (; admitted.length < size && drawn < MOST_TRIES * size; drawn++) {
    const point = space.at(sequence.next());
    if (point !== undefined) admitted.push(point);
  }
  const { points, warnings } = collect(admitted, 'points');
  if (admitted.length < size) warnings.unshift(scarce(admitted.length, size, drawn));
  else if (drawn > size)
    warnings.unshift(`Constraints bar part of the space: the points are ${size} of the first ${drawn} of the sequence.`);
  return { points, warnings };
}

function tablePoints(space: Space, rows: readonly Point[]): DesignPoints {
  const off = rows.findIndex((row) => !space.admits(row));
  const { points, warnings } = collect(
    rows.map((row) => (space.admits(row) ? row : undefined)),
    'rows',
    'are not on the axes or break a constraint',
  );
  if (off >= 0) warnings.push(`The first row that is left out is row ${off + 1}: ${(rows[off] as Point).join(', ')}.`);
  return { points, warnings };
}
