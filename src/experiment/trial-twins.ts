/** Runs designs of any shapes on one thread: each design is a few words put into the tables of its shape's plant. */
import { SECONDS } from '../clock.ts';
import { verdict } from '../engine/inspect.ts';
import { LineEngine } from '../engine/line-engine.ts';
import { lineOf } from '../engine/line.ts';
import { Readout } from '../engine/readout.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import type { Plant } from '../scene/plant.ts';
import { RUN_END, RUN_WARMUP, STATUS_RUNNING } from '../stations/words.ts';
import type { Path } from './study-protocol.ts';
import { type ShapeNews, Stand } from './shape.ts';

/** Events of a twin between looks at the watch. */
const GLANCE = 4096;

/** Twins of designs of one shape, packed so that a message carries thousands. Design n has `rows` from n × width on, and replications from firsts[n] on. */
export interface ShapeSpan {
  shape: number;
  width: number;
  rows: Uint32Array;
  firsts: Uint32Array;
  counts: Uint32Array;
}

/** What one thread does before it is heard of again. */
export interface TrialSpan {
  /** Shapes that it has not heard of, or not all; and those that it may forget. */
  news: ShapeNews[];
  forget: number[];
  parts: ShapeSpan[];
  /** Names of `Readout.metrics`. */
  metrics: string[];
  path: Path;
}

export interface TrialResult {
  /** By twin, in the order of parts, designs, replications: its metrics; NaN where it broke off. */
  values: Float64Array;
  /** Twins that are done; fewer than asked where it was stopped. */
  twins: number;
  /** Of the parts: whether twins ran by recursion. */
  recursion: boolean[];
}

/** Whether no figure but throughput is asked for: a line knows that without any block. */
export function isLean(metrics: readonly string[]): boolean {
  return metrics.every((metric) => metric === 'total.throughput');
}

/** `total.throughput` of a twin that finished so many parts in its window, reckoned as `Readout` does, to the same bits. */
export function throughput({ tables, at, scene }: Plant, finished: number): number {
  const window = (tables[at.run + RUN_END] as number) - (tables[at.run + RUN_WARMUP] as number);
  const { tickSeconds, unit } = scene.time;
  return window > 0 ? finished / (window * (tickSeconds / SECONDS[unit])) : Number.NaN;
}

/** Reads some figures off final blocks of a plant whose tables change from design to design. */
export class Figures {
  private readonly plant: Plant;
  private readonly readout: Readout;
  private readonly places: number[];
  private readonly all: Float64Array;

  constructor(plant: Plant, metrics: readonly string[]) {
    this.plant = plant;
    this.readout = new Readout(plant);
    const names = this.readout.metrics.map(({ name }) => name);
    this.places = metrics.map((metric) => names.indexOf(metric));
    this.all = new Float64Array(names.length);
  }

  /** Writes the metrics of a twin to `into` from `at` on. Of twins that broke off (overflow, livelock) none is known; those in deadlock have ended. */
  read(block: Uint32Array, into: Float64Array, at: number): void {
    const { status } = verdict(this.plant, block);
    const ended = status === 'done' || status === 'deadlock';
    if (ended) this.readout.read(block, this.all);
    this.places.forEach((place, i) => {
      into[at + i] = ended && place >= 0 ? (this.all[place] as number) : Number.NaN;
    });
  }
}

/** A shape on this thread. */
class Bench {
  readonly stand: Stand;
  private metrics = '';
  private path: Path = 'auto';
  private events: ReferenceEngine | undefined;
  private line: LineEngine | undefined;
  private figures: Figures | undefined;
  private block: Uint32Array = new Uint32Array(0);
  private lean = false;

  constructor(news: ShapeNews) {
    this.stand = new Stand(news);
  }

  get recursion(): boolean {
    return this.line !== undefined;
  }

  /** Makes ready what runs and reads the twins. */
  open(metrics: readonly string[], path: Path): void {
    const key = metrics.join('\n');
    const { stand } = this;
    if (!stand.renewed && key === this.metrics && path === this.path) return;
    const { plant } = stand;
    this.line = path !== 'events' && lineOf(plant) !== undefined ? new LineEngine(plant) : undefined;
    this.events = this.line === undefined ? new ReferenceEngine(plant) : undefined;
    this.figures = new Figures(plant, metrics);
    this.block = new Uint32Array(plant.layout.words);
    this.lean = this.line !== undefined && isLean(metrics);
    this.metrics = key;
    this.path = path;
    stand.renewed = false;
  }

  /** Takes up a design. */
  take(rows: Uint32Array, n: number, width: number): void {
    this.stand.take(rows, n, width);
    this.line?.retune(this.stand.plant.tables);
  }

  /** Runs one twin. @param glance called every few thousand events; resolves to true where the twin is to be given up */
  async run(
    seed: number,
    replication: number,
    into: Float64Array,
    at: number,
    width: number,
    glance: () => boolean | Promise<boolean>,
  ): Promise<boolean> {
    const { line, events, block } = this;
    if (line !== undefined && this.lean) {
      const finished = line.lean(seed, replication);
      if (finished >= 0) {
        into.fill(throughput(this.stand.plant, finished), at, at + width);
        return true;
      }
    }
    const engine = (line ?? events) as LineEngine | ReferenceEngine;
    engine.begin(block, seed, replication);
    while (engine.run(block, seed, replication, GLANCE) === STATUS_RUNNING) {
      const stopped = glance();
      if (stopped === true || (stopped !== false && (await stopped))) return false;
    }
    (this.figures as Figures).read(block, into, at);
    return true;
  }
}

export class TrialTwins {
  private readonly benches = new Map<number, Bench>();

  /**
   * Runs a span.
   * @param rest says, every few thousand events, whether to stop; a promise where messages are heard meanwhile
   */
  async run({ news, forget, parts, metrics, path }: TrialSpan, seed: number, rest: () => boolean | Promise<boolean>): Promise<TrialResult> {
    for (const id of forget) this.benches.delete(id);
    for (const each of news) {
      const bench = this.benches.get(each.id);
      if (bench === undefined) this.benches.set(each.id, new Bench(each));
      else bench.stand.hear(each);
    }
    const total = parts.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0);
    const result: TrialResult = { values: new Float64Array(total * metrics.length), twins: 0, recursion: [] };
    for (const { shape, width, rows, firsts, counts } of parts) {
      const bench = this.benches.get(shape);
      if (bench === undefined) throw new Error(`shape ${shape} is not known`);
      bench.open(metrics, path);
      result.recursion.push(bench.recursion);
      for (let n = 0; n < counts.length; n++) {
        bench.take(rows, n, width);
        for (let r = 0; r < (counts[n] as number); r++) {
          const stop = rest();
          if (stop === true || (stop !== false && (await stop))) return result;
          // A twin that was given up in the middle is not among those that are done.
          if (!(await bench.run(seed, (firsts[n] as number) + r, result.values, result.twins * metrics.length, metrics.length, rest)))
            return result;
          result.twins++;
        }
      }
    }
    return result;
  }
}
