/** Designs of one shape put together from what each level changes: a plant to begin with, and patches to its words. */
import type { Plant } from '../scene/plant.ts';
import type { Point } from '../search/search.ts';
import type { Design, Shape } from './shape.ts';

/** A compiled design, and the room for parts that it needs. */
export interface Made {
  plant: Plant;
  needs: number;
}

/** What a kin needs of its family. */
export interface Patched {
  /** Compiles a design; throws where the point makes no valid scene. */
  make(point: Point): Made;
  sameShape(plant: Plant, shape: Shape): boolean;
  /** Room for parts of the shape, more than which no design may need. */
  room: number;
}

/** What the levels of some factors change: words by their number in `shape.words`. Undefined: another shape, or no valid scene. */
interface Patch {
  at: number[];
  values: number[];
  /** More room for parts than the kin's base needs. */
  needs: number;
}

/** Patches kept; of factors that act together there may be any number. */
const MOST_PATCHES = 100_000;

export class Kin {
  readonly shape: Shape;
  /** Points that it is learnt and tested by. */
  samples: () => { single: Point[]; random: Point[] } = () => ({ single: [], random: [] });
  private readonly patched: Patched;
  private readonly base: Point;
  private readonly made: Made;
  private readonly tables: Uint32Array;
  /** Of each axis, which axes act on the same words; it among them. */
  private readonly groups: number[][];
  /** By word: an axis that acts on it. */
  private readonly actors = new Map<number, number>();
  /** By the axes of a group and their levels. */
  private readonly patches = new Map<string, Patch | undefined>();
  /** Base values of the shape's words, as far as they are looked up. */
  private row: Uint32Array = new Uint32Array(0);
  private asked = 0;
  private learnt = false;
  /** False: what was put together was not what the compiler makes; all are compiled from then on. */
  private sound = true;

  constructor(patched: Patched, base: Point, made: Made, shape: Shape) {
    this.patched = patched;
    this.base = base;
    this.made = made;
    this.shape = shape;
    this.tables = shape.moved(made.plant);
    this.groups = base.map((_, i) => [i]);
    shape.differences(this.tables, shape.plant.tables);
  }

  /** Whether a level of an axis, alone, makes another shape. */
  isStructural(axis: number, level: number): boolean {
    const point = this.base.map((x, i) => (i === axis ? level : x));
    const key = `${axis}=${level}`;
    if (!this.patches.has(key)) this.learn([axis], point, key);
    return this.patches.get(key) === undefined;
  }

  /** The design of a point whose structural levels are the base's; undefined where it must be compiled. */
  design(point: Point): Design | undefined {
    this.asked++;
    if (!this.learnt) this.study();
    if (!this.sound) return undefined;
    const row = this.put(point);
    // Every now and then what is handed out is compared with what the compiler makes.
    if (row !== undefined && (this.asked & (this.asked - 1)) === 0 && !this.holds(point, row)) {
      this.sound = false;
      return undefined;
    }
    return row === undefined ? undefined : { shape: this.shape, row };
  }

  /** Learns some levels one at a time, which shows what factors act together, then compares some points at random. */
  private study(): void {
    this.learnt = true;
    const { single, random } = this.samples();
    for (const point of single) this.put(point);
    for (const point of random) {
      // Levels with a structure of their own stay as they are here.
      const mixed = point.map((x, i) => (x === this.base[i] || this.isStructural(i, x) ? (this.base[i] as number) : x));
      const row = this.put(mixed);
      if (row !== undefined && !this.holds(mixed, row)) this.sound = false;
    }
  }

  /** Whether the compiler makes the same of a point. Where that makes no valid scene, nothing is said against it. */
  private holds(point: Point, row: Uint32Array): boolean {
    let made: Made;
    try {
      made = this.patched.make(point);
    } catch {
      return true;
    }
    if (!this.patched.sameShape(made.plant, this.shape)) return false;
    const moved = this.shape.moved(made.plant);
    // What differs only from here on differs from what was put together too.
    this.shape.differences(moved, this.shape.plant.tables);
    return this.shape.words.every((word, k) => (k < row.length ? row[k] : this.shape.plant.tables[word]) === moved[word]);
  }

  /** The words of a point, put together; undefined where some level makes another shape after all. */
  private put(point: Point): Uint32Array | undefined {
    const patches: Patch[] = [];
    let needs = this.made.needs;
    for (let i = 0; i < point.length; i++) {
      const group = this.groups[i] as number[];
      if (group[0] !== i || !group.some((axis) => point[axis] !== this.base[axis])) continue;
      let key = '';
      for (const axis of group) key += key === '' ? `${axis}=${point[axis]}` : ` ${axis}=${point[axis]}`;
      if (!this.patches.has(key)) {
        const grown = this.learn(
          group,
          this.base.map((x, axis) => (group.includes(axis) ? (point[axis] as number) : x)),
          key,
        );
        // Factors were found to act together: begin again with those that do.
        if (grown) return this.put(point);
      }
      const patch = this.patches.get(key);
      if (patch === undefined) return undefined;
      patches.push(patch);
      needs += patch.needs;
    }
    if (needs > this.patched.room && this.made.plant.scene.run.maxParts === undefined) return undefined;
    const { words } = this.shape;
    if (this.row.length < words.length) this.row = Uint32Array.from(words, (word) => this.tables[word] as number);
    const row = this.row.slice();
    for (const { at, values } of patches) for (let k = 0; k < at.length; k++) row[at[k] as number] = values[k] as number;
    return row;
  }

  /** Compiles the base with the levels of a group; says whether that brought groups together. */
  private learn(group: readonly number[], point: Point, key: string): boolean {
    if (this.patches.size >= MOST_PATCHES) this.patches.clear();
    let patch: Patch | undefined;
    try {
      const { plant, needs } = this.patched.make(point);
      if (this.patched.sameShape(plant, this.shape)) {
        const moved = this.shape.moved(plant);
        const at = this.shape.differences(moved, this.tables);
        patch = { at, values: at.map((k) => moved[this.shape.words[k] as number] as number), needs: needs - this.made.needs };
      }
    } catch {
      // No valid scene: what has this level is compiled, and whoever asks for it is told.
    }
    this.patches.set(key, patch);
    let grown = false;
    const first = group[0] as number;
    for (const k of patch?.at ?? []) {
      const other = this.actors.get(k);
      this.actors.set(k, first);
      if (other === undefined || (this.groups[first] as number[]).includes(other)) continue;
      const together = [...(this.groups[first] as number[]), ...(this.groups[other] as number[])].sort((a, b) => a - b);
      for (const axis of together) this.groups[axis] = together;
      grown = true;
    }
    return grown;
  }
}
