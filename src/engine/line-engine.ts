/**
 * The engine for lines: no events, but a recursion on the times at which parts go on. A part that is ready at element e at tick C goes on at
 *
 *     D(e, n) = max(C(e, n), D(e + 1, n − 1 − places of gap e)),   C(e, n) = max(D(e − 1, n), D(e, n − 1)) + service
 *
 * (blocking after service; Buzacott & Shanthikumar 1993, *Stochastic Models of Manufacturing Systems*, section 5.2; as products of matrices in the
 * max-plus algebra: Baccelli, Cohen, Olsder & Quadrat 1992, *Synchronization and Linearity*). With the draws of the event engine it ends a twin in
 * the words of the event engine, in canonical form (`canonical.ts`).
 *
 * Where the event engine might break off (no record left for a part, too many events at one tick) the twin is run by the event engine.
 */
import type { Plant } from '../scene/plant.ts';
import {
  COUNTERS_PER_NODE,
  DIST_BASE,
  DIST_KIND,
  DIST_SCALE,
  DIST_SHIFT,
  DIST_WORDS,
  ENDLESS,
  HEAD_NOW,
  HEAD_STATUS,
  NODE_STREAM,
  PRODUCT_COUNTERS_FINISHED,
  RUN_STEP_LIMIT,
  SAMPLING_CONSTANT,
  STATUS_DONE,
  STATUS_RUNNING,
  STREAM_HI,
  STREAM_LO,
} from '../stations/words.ts';
import { sample } from '../distributions.ts';
import { draw } from '../random.ts';
import { canonical } from './canonical.ts';
import { DESIGN_ARRIVALS, DESIGN_FIRST, DESIGN_STATIONS, designOf, type Line, lineOf, stretchOf, whyNoLine } from './line.ts';
import { type Drawn, LineDraws, SPELL, toTicks } from './line-draws.ts';
import { LineLedger } from './line-ledger.ts';
import { ReferenceEngine } from './reference.ts';

/** Stands for the places of an unlimited gap. */
const UNLIMITED = -1;

export class LineEngine {
  readonly plant: Plant;
  readonly line: Line;
  private tables: Uint32Array;
  private readonly design: Uint32Array;
  /** The tables of distributions that the units in hand come from. */
  private readonly shapes: Uint32Array;
  private readonly stations: number;
  private readonly ledger: LineLedger;
  private events: ReferenceEngine | undefined;

  private readonly drawn: Drawn[];
  private readonly draws: LineDraws;
  private readonly scale: Int32Array;
  private readonly shift: Int32Array;
  private readonly gap: Int32Array;

  /** D(e, n) is at `(n & mask) × elements + e`, for as many n as a gap looks back. */
  private ring: Float64Array = new Float64Array(0);
  private mask = 0;
  /** When parts finished, for as many as the pool has records; empty where the pool cannot run out. */
  private exits: Float64Array = new Float64Array(0);
  /** When elements were done with the first part of the stretch in hand. */
  private readonly mark: Float64Array;
  private stretch = SPELL;
  private leanStretch = 0;

  // The twin in hand.
  private seed = 0;
  private replication = 0;
  private row = 0;
  private over = false;
  private byEvents = false;

  /** @param plant a line; RangeError if it is none (ask `lineOf` first). */
  constructor(plant: Plant) {
    const line = lineOf(plant);
    if (line === undefined) throw new RangeError(`the plant is no line, because ${whyNoLine(plant)}`);
    this.plant = plant;
    this.line = line;
    this.tables = plant.tables;
    this.stations = line.stations.length;
    this.ledger = new LineLedger(plant, line);
    const elements = this.stations + 1;
    this.scale = new Int32Array(elements);
    this.shift = new Int32Array(elements);
    this.gap = new Int32Array(this.stations);
    this.mark = new Float64Array(elements);
    const named = [line.source, ...line.stations].slice(line.saturated ? 1 : 0);
    this.drawn = named.map(({ node }) => {
      const stream = plant.tables[node + NODE_STREAM] as number;
      return {
        lo: plant.tables[stream + STREAM_LO] as number,
        hi: plant.tables[stream + STREAM_HI] as number,
        kind: SAMPLING_CONSTANT,
        base: 0,
        first: 0,
      };
    });
    this.draws = new LineDraws(this.drawn);
    this.design = designOf(line, plant.tables);
    this.shapes = plant.tables.slice(plant.at.shape);
    this.draws.reshape(this.shapes);
    this.tune();
  }

  /**
   * Takes up other numbers: the tables of a plant of the same shape (`counts`, `at` and `layout` equal). Units that were drawn are kept if
   * distributions differ in their means alone.
   */
  retune(tables: Uint32Array): void {
    // Perhaps it is the same array with other words in it.
    const { shapes } = this;
    const from = this.plant.at.shape;
    let same = 0;
    while (same < shapes.length && tables[from + same] === shapes[same]) same++;
    if (same < shapes.length) {
      shapes.set(tables.subarray(from, from + shapes.length));
      this.draws.reshape(shapes);
    }
    this.tables = tables;
    this.ledger.retune(tables);
    this.events = undefined;
    designOf(this.line, tables, this.design);
    this.tune();
  }

  /** Takes over what the design says. */
  private tune(): void {
    const { design, stations, drawn, scale, shift, gap } = this;
    let changed = false;
    const element = (e: number, row: number, first: number): void => {
      const kind = design[row + DIST_KIND] as number;
      const base = (design[row + DIST_BASE] as number) - this.plant.at.shape;
      // See the unit of a constant in `LineDraws`.
      scale[e] = (design[row + DIST_SCALE] as number) + (kind === SAMPLING_CONSTANT ? 1 : 0);
      shift[e] = kind === SAMPLING_CONSTANT ? 0 : (design[row + DIST_SHIFT] as number);
      const from = drawn[this.line.saturated ? e - 1 : e];
      if (from === undefined || (from.kind === kind && from.base === base && from.first === first)) return;
      Object.assign(from, { kind, base, first });
      changed = true;
    };
    element(0, DESIGN_ARRIVALS, design[DESIGN_FIRST + DIST_KIND] === SAMPLING_CONSTANT ? -1 : 0);
    for (let i = 0; i < stations; i++) element(i + 1, DESIGN_STATIONS + i * DIST_WORDS, 0);
    if (changed) this.draws.reshape(this.shapes);
    let most = 0;
    let inside = stations + 1;
    for (let i = 0; i < stations; i++) {
      const places = design[DESIGN_STATIONS + stations * DIST_WORDS + i] as number;
      gap[i] = places === ENDLESS ? UNLIMITED : places;
      if (places !== ENDLESS) most = Math.max(most, places);
      inside += places;
    }
    const rows = 2 ** Math.ceil(Math.log2(most + 2));
    if (rows !== this.mask + 1) {
      this.ring = new Float64Array(rows * (stations + 1));
      this.mask = rows - 1;
    }
    const { parts } = this.plant.counts;
    const kept = inside <= parts ? 0 : 2 ** Math.ceil(Math.log2(parts + 1));
    if (kept !== this.exits.length) this.exits = new Float64Array(kept);
    // Of more events at a tick than are allowed, some element has at least a share: so many parts that a whole stretch of them lies within.
    const share = Math.floor(((this.tables[this.plant.at.run + RUN_STEP_LIMIT] as number) - 2) / (stations + 1));
    this.stretch = SPELL;
    while (2 * this.stretch - 1 > share) this.stretch /= 2;
    this.leanStretch = stretchOf(this.plant, stations, inside - stations - 1);
  }

  /** Begins a twin; `run` goes on with it. */
  begin(_block: Uint32Array, seed: number, replication: number): void {
    this.seed = seed;
    this.replication = replication;
    this.row = 0;
    this.over = false;
    this.byEvents = false;
    this.ring.fill(0);
    this.draws.begin(seed, replication);
    this.ledger.begin();
  }

  /**
   * Runs the twin that was begun last on, for about so many events. The block is written when it ends; until then only how far it is.
   * @returns its status; `running` when the budget was used up first
   */
  run(block: Uint32Array, seed: number, replication: number, maxEvents: number): number {
    if (seed !== this.seed || replication !== this.replication) throw new RangeError('another twin was begun');
    if (!this.byEvents) {
      const rows = Math.max(SPELL, Math.min(maxEvents / (this.stations + 1), Number.MAX_SAFE_INTEGER));
      for (let done = 0; done < rows && !this.over && !this.byEvents; done += SPELL) this.spell();
      if (this.over) {
        this.ledger.write(block);
        return STATUS_DONE;
      }
      if (!this.byEvents) {
        block[HEAD_STATUS] = STATUS_RUNNING;
        block[HEAD_NOW] = Math.min(this.ledger.end, this.ledger.goes[this.stations] as number);
        return STATUS_RUNNING;
      }
      this.events ??= new ReferenceEngine({ ...this.plant, tables: this.tables });
      this.events.begin(block, seed, replication);
    }
    const status = (this.events as ReferenceEngine).run(block, seed, replication, maxEvents);
    if (status !== STATUS_RUNNING) canonical(this.plant, block);
    return status;
  }

  /** Begins a twin and runs it to its end: `block` gets its final words, in canonical form. */
  runWhole(block: Uint32Array, seed: number, replication: number): number {
    this.begin(block, seed, replication);
    return this.run(block, seed, replication, Number.POSITIVE_INFINITY);
  }

  /** Runs the parts of one spell, with all accounts. */
  private spell(): void {
    const { draws, ledger, ring, mask, gap, scale, shift, stations, stretch, mark, exits } = this;
    const { starts, ends, goes, were, end } = ledger;
    const { units } = draws;
    const elements = stations + 1;
    const timed = !this.line.saturated;
    const pool = this.plant.counts.parts;
    const exitMask = exits.length - 1;
    const from = this.row;
    const at = draws.spell(from / SPELL);
    for (let k = 0; k < SPELL; k++) {
      const n = from + k;
      const here = (n & mask) * elements;
      const before = ((n - 1) & mask) * elements;
      let unit = at + k;
      let go = 0;
      for (let e = 0; e < elements; e++) {
        const was = ring[before + e] as number;
        const start = go > was ? go : was;
        let ready = start;
        if (e > 0 || timed) {
          ready += n === 0 && e === 0 ? this.firstArrival() : toTicks(units[unit] as number, scale[e] as number, shift[e] as number);
          unit += SPELL;
        }
        go = ready;
        if (e < stations) {
          const places = gap[e] as number;
          if (places !== UNLIMITED) {
            const free = ring[((n - 1 - places) & mask) * elements + e + 1] as number;
            if (free > ready) go = free;
          }
        }
        were[e] = was;
        starts[e] = start;
        ends[e] = ready;
        goes[e] = go;
        ring[here + e] = go;
      }
      const made = ends[0] as number;
      if (exitMask > 0) {
        if (n >= pool && made <= end && (exits[(n - pool) & exitMask] as number) >= made) {
          this.byEvents = true;
          return;
        }
        exits[n & exitMask] = go;
      }
      const inStretch = n & (stretch - 1);
      if (inStretch === 0) mark.set(ends);
      if (inStretch === stretch - 1 && this.stood()) {
        this.byEvents = true;
        return;
      }
      ledger.book();
      if (made > end) {
        this.over = true;
        return;
      }
    }
    this.row = from + SPELL;
  }

  /** Whether some element was done with all parts of a stretch at one tick. */
  private stood(): boolean {
    const { mark, stations } = this;
    const { ends, end } = this.ledger;
    for (let e = 0; e <= stations; e++) {
      const tick = ends[e] as number;
      if (tick === mark[e] && tick <= end) return true;
    }
    return false;
  }

  /** Ticks to the first arrival of a timed source. */
  private firstArrival(): number {
    const { design, drawn, tables, seed, replication } = this;
    const { lo, hi } = drawn[0] as Drawn;
    const [kind, base, scale, shift] = design.subarray(DESIGN_FIRST, DESIGN_FIRST + DIST_WORDS) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return sample(tables, base, kind, scale, shift, kind === SAMPLING_CONSTANT ? 0 : draw(seed, replication, lo, hi, 0));
  }

  /** Parts that a twin finishes within the window: what a search asks a million times. No other twin may be in the middle of its run. */
  finished(seed: number, replication: number): number {
    const fast = this.lean(seed, replication);
    if (fast >= 0) return fast;
    const { layout, counts } = this.plant;
    const block = new Uint32Array(layout.words);
    const status = this.runWhole(block, seed, replication);
    if (status === STATUS_DONE && !this.byEvents) return this.ledger.finished;
    const word = counts.nodes * COUNTERS_PER_NODE + PRODUCT_COUNTERS_FINISHED;
    return (block[layout.counters + word] as number) - (block[layout.before + word] as number);
  }

  /** The same, without accounts; −1 where it takes those to know, which a twin that breaks off always does. */
  lean(seed: number, replication: number): number {
    const { draws, ring, mask, gap, scale, shift, stations, leanStretch: stretch, mark, ledger } = this;
    if (stretch === 0) return -1;
    const { cut, end } = ledger;
    const { units } = draws;
    const timed = !this.line.saturated;
    const last = stations - 1;
    this.seed = seed;
    this.replication = replication;
    ring.fill(0);
    draws.begin(seed, replication);
    let early = 0;
    // Station i's D(n) is at `(n & mask) × stations + i` here; the source's is `from`.
    let from = 0;
    for (let spell = 0; ; spell++) {
      let at = draws.spell(spell);
      for (let k = 0; k < SPELL; k++, at++) {
        const n = spell * SPELL + k;
        const here = (n & mask) * stations;
        const before = ((n - 1) & mask) * stations;
        let unit = at;
        let go = 0;
        if (timed) {
          go = from + (n === 0 ? this.firstArrival() : toTicks(units[unit] as number, scale[0] as number, shift[0] as number));
          unit += SPELL;
          const free = ring[((n - 1 - (gap[0] as number)) & mask) * stations] as number;
          if (free > go) go = free;
          from = go;
        }
        for (let i = 0; i < stations; i++) {
          const was = ring[before + i] as number;
          if (was > go) go = was;
          go += toTicks(units[unit] as number, scale[i + 1] as number, shift[i + 1] as number);
          unit += SPELL;
          if (i < last) {
            const free = ring[((n - 1 - (gap[i + 1] as number)) & mask) * stations + i + 1] as number;
            if (free > go) go = free;
          }
          ring[here + i] = go;
        }
        if (go > end) return n - early;
        if (go <= cut) early++;
        // Work that takes no time: who is done with a stretch of parts at one tick lets all but the last of them go at that tick.
        const inStretch = n & (stretch - 1);
        if (inStretch === 0) mark.set(ring.subarray(here, here + stations));
        if (inStretch === stretch - 2) for (let i = 0; i < stations; i++) if (ring[here + i] === mark[i]) return -1;
      }
    }
  }
}
