/**
 * The plants of an experiment: designs of one scene, told apart by their points. Designs that differ only in numbers share one *shape* (one set of
 * kernels, one engine on each thread), and a design is what stands in a few words of the tables. What a factor's level changes is learnt once, by
 * compiling the scene with that alone changed; then a design costs microseconds. Where factors act together, or one is a real number, designs are compiled.
 */
import type { Distribution } from '../distributions.ts';
import { compile } from '../scene/compile.ts';
import type { Plant } from '../scene/plant.ts';
import type { Scene } from '../scene/scene.ts';
import { Dice } from '../search/dice.ts';
import type { Point } from '../search/search.ts';
import type { Axis } from '../search/space.ts';
import { Kin, type Made, type Patched } from './kin.ts';
import { type Design, Shape, shapeKey } from './shape.ts';

/** Designs that are compiled before it is worth while to learn what levels change: in all, and of the same structural levels. */
const PATIENCE = 32;
const KIN_PATIENCE = 16;
/** Sets of structural levels that are kept. */
const MOST_KINS = 256;
/** Levels of an axis that are learnt; of more, hardly any comes twice. */
const MOST_LEVELS = 4096;
/** Levels of an axis that are looked at beforehand. */
const PROBES = 5;
/** Shapes that are kept; the one least recently used goes first. */
const MOST_SHAPES = 64;

const FAMILIES: Record<Distribution['kind'], true> = {
  constant: true,
  uniform: true,
  triangular: true,
  normal: true,
  lognormal: true,
  exponential: true,
  gamma: true,
  weibull: true,
  beta: true,
  empirical: true,
  discrete: true,
};
const SAMPLINGS = ['segments', 'octaves', 'constants'] as const;

export interface FamilyOptions {
  /** Responses that are reckoned from the scene's own numbers besides the tables (planned times): then designs share a shape only where those are equal. */
  readsScene?: boolean | undefined;
}

export class Family {
  /** Scenes compiled so far, for tests and measurements. */
  compiled = 0;
  private readonly sceneAt: (point: Point) => Scene;
  private readonly axes: readonly Axis[];
  private readonly readsScene: boolean;
  /** Whether designs can be put together from levels at all. */
  private readonly leveled: boolean;
  private readonly shapes = new Map<string, Shape>();
  /** By structural levels: how many designs have been asked for, then what they are put together from; undefined where that cannot be. */
  private readonly kins = new Map<string, number | Kin | undefined>();
  private base: Point = [];
  private root: Kin | undefined;
  private pinned = false;
  /** Room for parts of every plant that does not say itself … */
  private parts = 0;
  /** … and the kinds of distributions that all kernels are made for. */
  private readonly samplings = new Set<(typeof SAMPLINGS)[number]>();
  private shapeCount = 0;

  /**
   * @param sceneAt the checked scene with a design applied; may throw on points that make no valid scene
   * @param axes of the points; none for points of another length (sequences), which are all compiled
   */
  constructor(sceneAt: (point: Point) => Scene, axes: readonly Axis[], options: FamilyOptions = {}) {
    this.sceneAt = sceneAt;
    this.axes = axes;
    this.readsScene = options.readsScene ?? false;
    this.leveled = axes.length > 0 && axes.every((axis) => axis.kind !== 'real' || axis.low === axis.high);
  }

  /** The design of a point. Throws what `sceneAt` throws. */
  design(point: Point): Design {
    this.pin(point);
    if (!this.leveled || point.length !== this.axes.length || this.compiled < PATIENCE) return this.compileDesign(point);
    const design = this.kinOf(point)?.design(point);
    if (design === undefined) return this.compileDesign(point);
    this.touch(design.shape);
    return design;
  }

  private compileDesign(point: Point): Design {
    const plant = this.compile(this.sceneAt(point));
    const shape = this.shapeOf(plant);
    return { shape, row: shape.rowOf(shape.moved(plant)) };
  }

  // ── What all plants have in common ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Fixes, once, what must not depend on a design's numbers: the room for parts, as large as the largest levels of all axes together need (a design that
   * needs more gets a shape of its own), and the kinds of distributions.
   */
  private pin(first: Point): void {
    if (this.pinned) return;
    this.pinned = true;
    const whole = first.length === this.axes.length;
    const middle = this.axes.map(middleOf);
    const start = whole ? this.measure(middle) : undefined;
    this.base = start === undefined ? first : middle;
    const own = start ?? this.measure(first);
    if (own === undefined) {
      this.pinned = false;
      return; // whoever asks for the design is told what is wrong
    }
    let parts = own;
    if (whole) {
      this.axes.forEach((axis, i) => {
        let most = own;
        for (const level of probes(axis)) most = Math.max(most, this.measure(this.base.map((x, k) => (k === i ? level : x))) ?? 0);
        parts += most - own;
      });
    }
    this.parts = parts;
  }

  /** The room for parts that a point's plant needs; notes the kinds of its distributions. Undefined where the point makes no valid scene. */
  private measure(point: Point): number | undefined {
    try {
      const plant = compile(keepApart(this.sceneAt(point)));
      this.compiled++;
      for (const sampling of SAMPLINGS) if (plant.features[sampling]) this.samplings.add(sampling);
      return plant.counts.parts;
    } catch {
      return undefined;
    }
  }

  /** A plant with the room for parts and the kinds of distributions that all have. @param apart the scene with its distributions kept apart */
  private compile(scene: Scene, apart: Scene = keepApart(scene)): Plant {
    const plant = compile(apart, { room: this.parts });
    this.compiled++;
    const features = { ...plant.features };
    for (const sampling of this.samplings) features[sampling] = true;
    return { ...plant, scene, features };
  }

  /** The same, and what room it would need by itself. */
  private make(point: Point): Made {
    const scene = this.sceneAt(point);
    const apart = keepApart(scene);
    const plant = this.compile(scene, apart);
    const alone = plant.counts.parts > this.parts || scene.run.maxParts !== undefined ? plant : compile(apart);
    return { plant, needs: alone.counts.parts };
  }

  private shapeOf(plant: Plant): Shape {
    const key = shapeKey(plant, this.readsScene);
    let shape = this.shapes.get(key);
    if (shape?.full) {
      this.drop(shape);
      shape = undefined;
    }
    shape ??= new Shape(++this.shapeCount, key, plant);
    this.touch(shape);
    if (this.shapes.size > MOST_SHAPES) {
      const [oldest] = this.shapes.values();
      this.drop(oldest as Shape);
    }
    return shape;
  }

  /** Puts a shape behind the others, as the one used last: a Map keeps its order. */
  private touch(shape: Shape): void {
    this.shapes.delete(shape.key);
    this.shapes.set(shape.key, shape);
  }

  private drop(shape: Shape): void {
    this.shapes.delete(shape.key);
    for (const [name, kin] of this.kins) if (kin instanceof Kin && kin.shape === shape) this.kins.delete(name);
    if (this.root?.shape === shape) this.root = undefined;
  }

  // ── Levels ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Those that share a shape with a point because they have its structural levels; undefined where it must be compiled. */
  private kinOf(point: Point): Kin | undefined {
    const root = (this.root ??= this.kin(this.base));
    if (root === undefined) return undefined;
    let structural = '';
    const base = [...this.base];
    for (let i = 0; i < this.axes.length; i++) {
      const level = point[i] as number;
      if (level === this.base[i] || levelsOf(this.axes[i] as Axis) > MOST_LEVELS) {
        if (level !== this.base[i]) return undefined;
      } else if (root.isStructural(i, level)) {
        structural += `${i}:${level} `;
        base[i] = level;
      }
    }
    if (structural === '') return root;
    const known = this.kins.has(structural) ? this.kins.get(structural) : 0;
    if (typeof known !== 'number') return known;
    if (this.kins.size >= MOST_KINS) this.kins.clear();
    const kin = known < KIN_PATIENCE ? known + 1 : this.kin(base);
    this.kins.set(structural, kin);
    return typeof kin === 'number' ? undefined : kin;
  }

  private kin(base: Point): Kin | undefined {
    let made: Made;
    try {
      made = this.make(base);
    } catch {
      return undefined;
    }
    const patched: Patched = {
      make: (point) => this.make(point),
      sameShape: (plant, shape) => shapeKey(plant, this.readsScene) === shapeKey(shape.plant, this.readsScene),
      room: this.parts,
    };
    const shape = this.shapeOf(made.plant);
    const kin = new Kin(patched, base, made, shape);
    kin.samples = () => this.samples(base);
    return kin;
  }

  /** Levels one at a time, then some points at random, by which a kin is learnt and tested. */
  private samples(base: Point): { single: Point[]; random: Point[] } {
    const single = this.axes.flatMap((axis, i) => probes(axis).map((level) => base.map((x, k) => (k === i ? level : x))));
    const dice = new Dice(0xfa3117, 0);
    const random = Array.from({ length: 12 }, () => this.axes.map((axis) => levelAt(axis, dice.whole(levelsOf(axis)))));
    return { single, random };
  }
}

function levelsOf(axis: Axis): number {
  return axis.kind === 'steps' ? axis.values.length : axis.kind === 'choice' ? axis.count : 1;
}

function levelAt(axis: Axis, index: number): number {
  return axis.kind === 'steps' ? (axis.values[index] as number) : axis.kind === 'choice' ? index : axis.low;
}

/** A level like most: the ends of an axis (capacity 0) may have a structure of their own. */
function middleOf(axis: Axis): number {
  if (axis.kind === 'real') return axis.low + (axis.high - axis.low) / 2;
  return axis.kind === 'choice' ? 0 : (axis.values[axis.values.length >> 1] as number);
}

/** Some levels of an axis, both ends among them. */
function probes(axis: Axis): number[] {
  if (axis.kind === 'real') return axis.low === axis.high ? [] : [axis.low, axis.high];
  const count = levelsOf(axis);
  const some = Math.min(count, PROBES);
  const indices = Array.from({ length: some }, (_, i) => (some === 1 ? 0 : Math.round((i * (count - 1)) / (some - 1))));
  return [...new Set(indices)].map((index) => levelAt(axis, index));
}

/**
 * The scene with its place written into every distribution, crew and quality: the compiler writes equal ones down once, and how many it writes would
 * depend on numbers. The marks change nothing else.
 */
function keepApart<T>(value: T, place = ''): T {
  if (Array.isArray(value)) return value.map((each, i) => keepApart(each, `${place}.${i}`)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    copy[key] = typeof each === 'object' && each !== null ? keepApart(each, place === '' ? key : `${place}.${key}`) : each;
  }
  const { kind } = copy;
  const distribution = typeof kind === 'string' && Object.hasOwn(FAMILIES, kind);
  if (distribution || Array.isArray(copy.skills) || 'onDefect' in copy) copy.place = place;
  return copy as T;
}
