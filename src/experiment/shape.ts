/** Plants of one shape: the tables that they share, and the words in which they differ. Plain data, so that threads can be told of it. */
import type { Plant } from '../scene/plant.ts';
import { DIST_BASE, DIST_KIND, DIST_WORDS, RUN_HISTOGRAM_SHIFT, SAMPLING_CONSTANT } from '../stations/words.ts';

/** Words of distributions that a shape holds before a new one takes its place: 16 MB. */
const POOL_WORDS = 2 ** 22;

/** A design as the engines take it: of its shape, with this in the words `shape.words`; what a row is too short for stands as in the shape's own plant. */
export interface Design {
  shape: Shape;
  row: Uint32Array;
}

/** What a thread has not heard yet of a shape. */
export interface ShapeNews {
  id: number;
  /** The first time: the plant, whose tables are all there is. */
  plant: Plant | undefined;
  /** Otherwise: more words of distributions, which stand from `from` on. */
  from: number;
  pool: Uint32Array;
  /** All words in which designs differ, and what the shape's own plant has there. */
  words: Uint32Array;
  own: Uint32Array;
}

/**
 * By which plants share kernels, engines and readers of their figures. Elements and the ways between them are in it: a line without its first buffer
 * has as many words as one without its second, but neither the recursion nor a figure's name may take one for the other.
 */
export function shapeKey({ at, counts, layout, features, tables, scene, nodes, edges }: Plant, readsScene: boolean): string {
  const { tickSeconds, unit } = scene.time;
  const read = readsScene ? [scene.products, scene.stations] : [];
  return JSON.stringify([at, counts, layout, features, nodes, edges, tables[at.run + RUN_HISTOGRAM_SHIFT], tickSeconds, unit, read]);
}

/** Words of distributions, each table once. */
export class Pool {
  /** With room for more than are there. */
  words: Uint32Array;
  used: number;
  private readonly first: number;
  /** Lengths of tables, by where they stand. */
  private readonly lengths = new Map<number, number>();
  /** Where tables stand, by their hash. */
  private readonly alike = new Map<number, number[]>();

  /** @param words what stands before the first table */
  constructor(words: Uint32Array) {
    this.words = words;
    this.first = words.length;
    this.used = words.length;
  }

  /** Whether so many distributions have come together that a new pool should take its place. */
  get full(): boolean {
    return this.used - this.first > POOL_WORDS;
  }

  /** Where a table stands; it is written down if it is new. */
  place(table: Uint32Array): number {
    let hash = table.length;
    for (let i = 0; i < table.length; i++) hash = Math.imul(hash ^ (table[i] as number), 0x01000193);
    let alike = this.alike.get(hash);
    if (alike === undefined) this.alike.set(hash, (alike = []));
    const { words } = this;
    const known = alike.find((from) => this.lengths.get(from) === table.length && table.every((word, i) => words[from + i] === word));
    if (known !== undefined) return known;
    const from = this.used;
    this.used += table.length;
    if (this.used > words.length) {
      this.words = new Uint32Array(Math.max(this.used, 2 * words.length - this.first));
      this.words.set(words);
    }
    this.words.set(table, from);
    this.lengths.set(from, table.length);
    alike.push(from);
    return from;
  }

  /** The table that stands at a place. */
  table(from: number): Uint32Array {
    return this.words.subarray(from, from + (this.lengths.get(from) ?? 0));
  }
}

export class Shape {
  /** No two shapes of a family have the same. */
  readonly id: number;
  readonly key: string;
  /** The first of its plants; `tables` has room for more words of distributions than are there. */
  readonly plant: Plant;
  /** In which words designs differ, by their place in the tables; it only ever grows. */
  readonly words: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly pool: Pool;

  constructor(id: number, key: string, plant: Plant) {
    this.id = id;
    this.key = key;
    this.pool = new Pool(new Uint32Array(plant.at.shape));
    this.plant = { ...plant, tables: this.pool.words };
    const moved = this.moved(plant);
    this.plant.tables.set(moved);
  }

  /** Words of `plant.tables` that are in use. */
  get used(): number {
    return this.pool.used;
  }

  /** Whether so many distributions have come together that a new shape should take its place. */
  get full(): boolean {
    return this.pool.full;
  }

  /** The words of a distribution that stands at `from` in the tables. */
  table(from: number): Uint32Array {
    return this.pool.table(from);
  }

  /** A plant's own words before those of distributions, which go to the pool that all plants of the shape share. */
  moved({ tables, at }: Plant): Uint32Array {
    const moved = tables.slice(0, at.shape);
    const rows: number[] = [];
    for (let row = at.dist; row < at.stream; row += DIST_WORDS) {
      if (moved[row + DIST_KIND] === SAMPLING_CONSTANT) moved[row + DIST_BASE] = at.shape;
      else rows.push(row);
    }
    // One table of a distribution ends where the next begins.
    const bases = [...new Set(rows.map((row) => tables[row + DIST_BASE] as number))].sort((a, b) => a - b);
    const to = new Map(bases.map((base, i) => [base, this.pool.place(tables.subarray(base, bases[i + 1] ?? tables.length))]));
    this.plant.tables = this.pool.words;
    for (const row of rows) moved[row + DIST_BASE] = to.get(tables[row + DIST_BASE] as number) as number;
    return moved;
  }

  /** What stands in `words` in these words of a plant, after noting where else they differ from the shape's own. */
  rowOf(moved: Uint32Array): Uint32Array {
    this.differences(moved, this.plant.tables);
    return Uint32Array.from(this.words, (word) => moved[word] as number);
  }

  /** All that stands in `words` for a design, whose row may be from before there were so many. */
  row({ row }: Design): Uint32Array {
    const { words } = this;
    if (row.length === words.length) return row;
    const { tables } = this.plant;
    return Uint32Array.from(words, (word, k) => (k < row.length ? row[k] : tables[word]) as number);
  }

  /** Numbers in `words` of those in which two plants of the shape differ. */
  differences(a: Uint32Array, b: Uint32Array): number[] {
    const found: number[] = [];
    for (let word = 0; word < this.plant.at.shape; word++) {
      if (a[word] === b[word]) continue;
      let place = this.places.get(word);
      if (place === undefined) {
        place = this.words.push(word) - 1;
        this.places.set(word, place);
      }
      found.push(place);
    }
    return found;
  }

  /** What a thread is to be told that has heard of so many words in use; 0: of nothing. */
  news(heard: number): ShapeNews {
    const { tables } = this.plant;
    const words = Uint32Array.from(this.words);
    return {
      id: this.id,
      plant: heard === 0 ? { ...this.plant, tables: tables.slice(0, this.used) } : undefined,
      from: heard,
      pool: heard === 0 ? new Uint32Array(0) : tables.slice(heard, this.used),
      words,
      own: words.map((word) => tables[word] as number),
    };
  }
}

/** A plant of a shape whose words are those of one design after another, on whichever thread. */
export class Stand {
  plant: Plant;
  /** Told anew: engines and readers of the plant before are of no use any more. */
  renewed = true;
  private words: Uint32Array = new Uint32Array(0);
  private own: Uint32Array = new Uint32Array(0);

  constructor(news: ShapeNews) {
    if (news.plant === undefined) throw new Error(`shape ${news.id} is not known`);
    this.plant = news.plant;
    this.hear(news);
  }

  /** Takes in what is new. */
  hear({ from, pool, words, own }: ShapeNews): void {
    // What an earlier design has left must not be taken for the shape's own.
    this.take(this.own);
    this.words = words;
    this.own = own;
    if (pool.length === 0) return;
    const { tables } = this.plant;
    if (from + pool.length > tables.length) {
      const larger = new Uint32Array(Math.max(from + pool.length, 2 * tables.length - this.plant.at.shape));
      larger.set(tables);
      this.plant = { ...this.plant, tables: larger };
      this.renewed = true;
    }
    this.plant.tables.set(pool, from);
  }

  /** Takes up a design. @param width words of a row; that of design number n begins at n × width */
  take(rows: Uint32Array, n = 0, width = rows.length): void {
    const { tables } = this.plant;
    const { words, own } = this;
    for (let k = 0; k < words.length; k++) tables[words[k] as number] = (k < width ? rows[n * width + k] : own[k]) as number;
  }
}
