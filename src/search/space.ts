/** The designs that may be tried: axes with bounds and steps, and constraints between them. */
import { exp, log } from '../elementary.ts';
import type { Point } from './search.ts';

export type Axis =
  /** Any number from low to high; `log`: even steps of its logarithm (low > 0). */
  | { kind: 'real'; low: number; high: number; log?: boolean }
  /** Some numbers, ascending: whole numbers, steps, a list. Near ones are alike. */
  | { kind: 'steps'; values: readonly number[] }
  /** Options without an order: 0 … count − 1. */
  | { kind: 'choice'; count: number };

export type Constraint =
  | { kind: 'linear'; weights: readonly number[]; sense: '<=' | '=' | '>='; bound: number }
  | { kind: 'test'; holds: (point: Point) => boolean };

/** A sum is met within this share of its size. */
const CLOSE = 1e-9;

export class Space {
  readonly axes: readonly Axis[];
  readonly constraints: readonly Constraint[];
  /** Axes that are chosen; the others follow from linear equations, each from one. A search works in the unit cube over these. */
  readonly free: readonly number[];
  private readonly dependent: { axis: number; weights: readonly number[]; bound: number }[] = [];

  constructor(axes: readonly Axis[], constraints: readonly Constraint[] = []) {
    this.axes = axes;
    this.constraints = constraints;
    const taken = new Set<number>();
    for (const constraint of constraints) {
      if (constraint.kind !== 'linear' || constraint.sense !== '=') continue;
      const { weights, bound } = constraint;
      // An equation that holds an axis which already follows from another is left as a test.
      if (weights.some((weight, i) => weight !== 0 && taken.has(i))) continue;
      const axis = weights.findLastIndex((weight, i) => weight !== 0 && axes[i]?.kind !== 'choice');
      if (axis < 0) continue;
      taken.add(axis);
      // Later equations hold no axis that follows from an earlier one, so they are completed first.
      this.dependent.unshift({ axis, weights, bound });
    }
    this.free = axes.flatMap((_, i) => (taken.has(i) ? [] : [i]));
  }

  /** Choices of the free axes; Infinity where one is real. Those that break a constraint are counted too. */
  get choices(): number {
    return this.free.reduce((product, i) => product * choicesOf(this.axes[i] as Axis), 1);
  }

  /** The point of a place in the unit cube over the free axes; undefined where it breaks a constraint. */
  at(unit: ArrayLike<number>): Point | undefined {
    const point = this.axes.map(() => 0);
    this.free.forEach((axis, k) => {
      point[axis] = fromUnit(this.axes[axis] as Axis, unit[k] as number);
    });
    return this.complete(point);
  }

  /** A point's place in the unit cube over the free axes: the middle of its step. */
  unit(point: Point): number[] {
    return this.free.map((axis) => toUnit(this.axes[axis] as Axis, point[axis] as number));
  }

  /** Whether a point lies on its axes and meets every constraint. */
  admits(point: Point): boolean {
    return point.length === this.axes.length && this.axes.every((axis, i) => lies(axis, point[i] as number)) && this.holds(point);
  }

  /** All points, the last free axis fastest. Only where no free axis is real. */
  *points(): Generator<Point> {
    const sizes = this.free.map((i) => choicesOf(this.axes[i] as Axis));
    if (sizes.some((size) => !Number.isFinite(size))) throw new RangeError('A real axis has no list of points.');
    const index = sizes.map(() => 0);
    for (;;) {
      const point = this.axes.map(() => 0);
      this.free.forEach((axis, k) => {
        point[axis] = level(this.axes[axis] as Axis, index[k] as number);
      });
      const whole = this.complete(point);
      if (whole !== undefined) yield whole;
      let k = index.length - 1;
      while (k >= 0 && (index[k] as number) + 1 === sizes[k]) index[k--] = 0;
      if (k < 0) return;
      index[k] = (index[k] as number) + 1;
    }
  }

  /**
   * The points one step away: a free axis up or down (any other option of a choice, a twentieth of a real axis), and pairs of steps axes one up
   * and the other down, which is how whole numbers with a fixed sum move. Only such as meet the constraints.
   */
  neighbours(point: Point): Point[] {
    const found = new Map<string, Point>();
    const add = (unit: (number | undefined)[]): void => {
      if (unit.some((x) => x === undefined)) return;
      const next = this.at(unit as number[]);
      if (next !== undefined && !same(next, point)) found.set(next.join(' '), next);
    };
    const here = this.unit(point);
    const moved = this.free.map((axis, k) => stepsFrom(this.axes[axis] as Axis, here[k] as number));
    moved.forEach((steps, k) => {
      for (const step of steps) add(here.map((x, i) => (i === k ? step : x)));
    });
    for (let a = 0; a < moved.length; a++) {
      for (let b = 0; b < moved.length; b++) {
        const [up, down] = [moved[a] as number[], moved[b] as number[]];
        if (a === b || up.length !== 2 || down.length !== 2) continue;
        add(here.map((x, i) => (i === a ? up[1] : i === b ? down[0] : x)));
      }
    }
    return [...found.values()];
  }

  /** Fills in what follows from equations; undefined where that, or anything else, is not admitted. */
  private complete(point: number[]): Point | undefined {
    for (const { axis, weights, bound } of this.dependent) {
      let rest = bound;
      weights.forEach((weight, i) => {
        if (i !== axis) rest -= weight * (point[i] as number);
      });
      const value = nearestOn(this.axes[axis] as Axis, rest / (weights[axis] as number));
      if (value === undefined) return undefined;
      point[axis] = value;
    }
    return this.holds(point) ? point : undefined;
  }

  private holds(point: Point): boolean {
    return this.constraints.every((constraint) => {
      if (constraint.kind === 'test') return constraint.holds(point);
      const { weights, sense, bound } = constraint;
      let sum = 0;
      let size = Math.abs(bound);
      weights.forEach((weight, i) => {
        sum += weight * (point[i] as number);
        size += Math.abs(weight * (point[i] as number));
      });
      const slack = CLOSE * size;
      return sense === '<=' ? sum <= bound + slack : sense === '>=' ? sum >= bound - slack : Math.abs(sum - bound) <= slack;
    });
  }
}

export function same(a: Point, b: Point): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

function choicesOf(axis: Axis): number {
  return axis.kind === 'real'
    ? axis.low === axis.high
      ? 1
      : Number.POSITIVE_INFINITY
    : axis.kind === 'steps'
      ? axis.values.length
      : axis.count;
}

function level(axis: Axis, index: number): number {
  return axis.kind === 'steps' ? (axis.values[index] as number) : axis.kind === 'real' ? axis.low : index;
}

function fromUnit(axis: Axis, u: number): number {
  const share = Math.min(1, Math.max(0, u));
  if (axis.kind === 'real') {
    return axis.log === true ? axis.low * exp(share * log(axis.high / axis.low)) : axis.low + (axis.high - axis.low) * share;
  }
  const count = choicesOf(axis);
  return level(axis, Math.min(count - 1, Math.floor(share * count)));
}

function toUnit(axis: Axis, value: number): number {
  if (axis.kind === 'real') {
    if (axis.low === axis.high) return 0.5;
    return axis.log === true ? log(value / axis.low) / log(axis.high / axis.low) : (value - axis.low) / (axis.high - axis.low);
  }
  const index = axis.kind === 'steps' ? axis.values.indexOf(value) : value;
  return (index + 0.5) / choicesOf(axis);
}

/** Places one step away: lower and higher of an ordered axis (undefined past the end), all others of a choice. */
function stepsFrom(axis: Axis, u: number): (number | undefined)[] {
  if (axis.kind === 'choice') {
    return Array.from({ length: axis.count }, (_, i) => (i + 0.5) / axis.count).filter((x) => Math.abs(x - u) > 0.25 / axis.count);
  }
  const step = axis.kind === 'real' ? 0.05 : 1 / axis.values.length;
  return [u - step, u + step].map((x) => (x > -1e-12 && x < 1 + 1e-12 ? x : undefined));
}

/** The value of an axis that a number is, up to rounding; undefined where it is none. */
function nearestOn(axis: Axis, value: number): number | undefined {
  const slack = 1e-9 * Math.max(1, Math.abs(value));
  if (axis.kind === 'real') {
    if (value < axis.low - slack || value > axis.high + slack) return undefined;
    return Math.min(axis.high, Math.max(axis.low, value));
  }
  if (axis.kind === 'choice') return undefined;
  const { values } = axis;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value - slack) low = middle + 1;
    else high = middle;
  }
  return Math.abs((values[low] as number) - value) <= slack ? (values[low] as number) : undefined;
}

function lies(axis: Axis, value: number): boolean {
  if (axis.kind === 'choice') return Number.isInteger(value) && value >= 0 && value < axis.count;
  return nearestOn(axis, value) !== undefined;
}
