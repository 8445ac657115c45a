/**
 * Lines of an experiment on a GPU by recursion on departure times, where nothing but throughput is asked for. All designs of a round that have the same
 * stations run in one series of dispatches, by one kernel, whether a buffer is there or not: a gap without one has no places.
 */
import { DESIGN_ARRIVALS, DESIGN_STATIONS, designOf, designWords, type Line, lineOf, stretchOf } from '../engine/line.ts';
import { LineGpu, UNFINISHED, UNTOLD } from '../engine/line-gpu.ts';
import type { Plant } from '../scene/plant.ts';
import {
  DIST_BASE,
  DIST_KIND,
  DIST_WORDS,
  ENDLESS,
  NODE_STREAM,
  RUN_END,
  RUN_WARMUP,
  SAMPLING_CONSTANT,
  STREAM_HI,
  STREAM_LO,
} from '../stations/words.ts';
import type { GpuTwins } from './gpu-twins.ts';
import { type Design, Pool, type Shape, Stand } from './shape.ts';
import type { Piece, Round } from './trial-round.ts';
import { throughput } from './trial-twins.ts';

/** Twins that are run at once: a guess for the first time, then as many as take about so many ms. */
const FIRST_TWINS = { hardware: 32_768, software: 1024 };
const MOST_TWINS = 2 ** 19;
const BATCH_MS = 500;
/** Milliseconds after a stop for which the slice under way is waited for; kernels may still be at the compiler's. */
const GRACE_MS = 100;
/** Sets of designs that are kept ready to run. */
const MOST_HOSTS = 8;
/** Memory for the state of twins that run at once. */
const STATE_BYTES = 2 ** 29;

/** A shape that is a line, with its designs one after another in its tables. */
interface View {
  line: Line;
  stand: Stand;
  /** What the stand was told of the shape. */
  used: number;
  words: number;
  /** By which streams its elements draw. */
  streams: string;
}

export class TrialLines {
  private readonly gpu: GpuTwins;
  private readonly views = new WeakMap<Shape, View | 'none'>();
  /** By what designs must share to run together. */
  private readonly hosts = new Map<string, Host>();
  private readonly full: Host[] = [];
  private twins: number | undefined;
  private stopped = false;
  private stopping: Promise<undefined> = new Promise(() => undefined);
  private endWaiting: () => void = () => undefined;
  /** What a stop has left on the device; nothing else may begin before it has ended. */
  private leaving: Promise<unknown> = Promise.resolve();

  constructor(gpu: GpuTwins) {
    this.gpu = gpu;
  }

  /** Whether designs of a shape are lines. */
  takes(shape: Shape): boolean {
    return this.view(shape) !== undefined;
  }

  /** Makes ready to run, until `stop`. @returns twins that should be run at once */
  async begin(): Promise<number> {
    this.stopped = false;
    this.stopping = new Promise((resolve) => {
      this.endWaiting = () => setTimeout(resolve, GRACE_MS);
    });
    await this.leaving;
    for (const [key, host] of this.hosts) {
      if (this.hosts.size <= MOST_HOSTS) break;
      this.hosts.delete(key);
      this.full.push(host);
    }
    for (const host of this.full.splice(0)) await host.close();
    const { software } = await this.gpu.device();
    return this.gpu.batchTwins ?? (this.twins ??= software ? FIRST_TWINS.software : FIRST_TWINS.hardware);
  }

  /**
   * Runs pieces of designs that are lines, and puts what came of them into their round.
   * @returns pieces that only the event engine can tell
   */
  async run(round: Round, pieces: readonly Piece[], seed: number): Promise<Piece[]> {
    const untold: Piece[] = [];
    const parties = new Map<Host, Party>();
    for (const piece of pieces) {
      const host = this.hostOf(piece.design);
      let party = parties.get(host);
      if (party === undefined) parties.set(host, (party = { pieces: [], rows: [], twins: [], places: 0 }));
      const view = this.view(piece.design.shape) as View;
      if (party.pieces.at(-1)?.design !== piece.design) {
        const row = host.row(view, piece.design.shape);
        party.places = Math.max(party.places, placesOf(row, view.line));
        party.rows.push(row);
      }
      party.pieces.push(piece);
      for (let r = 0; r < piece.count; r++) party.twins.push(party.rows.length - 1, piece.first + r);
    }
    const start = performance.now();
    for (const [host, party] of parties) {
      if (this.stopped) break;
      const results = await this.party(round, host, party, seed);
      put(round, host, party, results, untold);
    }
    this.adapt(
      pieces.reduce((sum, piece) => sum + piece.count, 0),
      Math.max(1, performance.now() - start),
    );
    return untold;
  }

  /** The first time kernels are compiled, so that the size only slowly shrinks. What is shorter than it may be says nothing of more. */
  private adapt(count: number, ms: number): void {
    const most = this.twins as number;
    if (this.stopped || (count < most && ms < BATCH_MS)) return;
    this.twins = Math.ceil(Math.min(MOST_TWINS, 4 * most, Math.max(most / 2, (count * BATCH_MS) / ms)));
  }

  /** Ends `run` after the slice it is in. */
  stop(): void {
    this.stopped = true;
    this.endWaiting();
  }

  private async party(round: Round, host: Host, { rows, twins, places }: Party, seed: number): Promise<Uint32Array> {
    const designs = new Uint32Array(rows.length * (rows[0] as Uint32Array).length);
    rows.forEach((row, i) => {
      designs.set(row, i * row.length);
    });
    const count = twins.length / 2;
    const results = new Uint32Array(count).fill(UNFINISHED);
    // A ring is as long as all places, rounded up to a power of two.
    const words = 3 * host.stations + 2 * (places + host.stations) + 4;
    const atOnce = Math.max(1024, Math.floor(STATE_BYTES / (4 * words)));
    for (let from = 0; from < count && !this.stopped; from += atOnce) {
      const pairs = Uint32Array.from(twins.slice(2 * from, 2 * (from + atOnce)));
      const some = await this.gpu.retrying(
        async ({ targetMs, pause, events }) => {
          let given = false;
          const engine = await host.engine(await this.gpu.opened());
          const control = {
            targetMs,
            jobs: events === undefined ? undefined : 4 * Math.max(1, Math.floor(events / 4 / (host.stations + 1))),
            pause: async (running: number) => (await pause(running, 1 - running / (pairs.length / 2))) || given,
          };
          const work = engine.run({ designs, twins: pairs, seed }, control);
          this.leaving = work.catch(() => undefined);
          const done = await Promise.race([work, this.stopping]);
          given = true;
          return done;
        },
        (fraction) => round.tell(from + (fraction * pairs.length) / 2),
      );
      if (some !== undefined) results.set(some, from);
    }
    return results;
  }

  private view(shape: Shape): View | undefined {
    let view = this.views.get(shape);
    if (view === undefined) {
      const line = lineOf(shape.plant);
      const streams = line && streamsOf(line, shape.plant);
      const stand = new Stand(shape.news(0));
      view = line === undefined ? 'none' : { line, stand, used: shape.used, words: shape.words.length, streams: streams as string };
      this.views.set(shape, view);
    }
    if (view === 'none') return undefined;
    if (view.used !== shape.used || view.words !== shape.words.length) {
      view.stand.hear(shape.news(view.used));
      view.used = shape.used;
      view.words = shape.words.length;
    }
    return view;
  }

  /** Puts a design into the tables of its shape; says with whom it can run together. */
  private hostOf({ shape, row }: Design): Host {
    const { line, stand, streams } = this.view(shape) as View;
    stand.take(row);
    const { plant } = stand;
    const { tables, at, counts } = plant;
    const run = [tables[at.run + RUN_WARMUP], tables[at.run + RUN_END], counts.parts, stretchOf(plant, line.stations.length, 0)];
    const key = `${streams} ${run.join(' ')}`;
    let host = this.hosts.get(key);
    if (host?.full) this.full.push(host);
    if (host === undefined || host.full) host = new Host(plant, line);
    // Behind the others, as the one used last: a Map keeps its order.
    this.hosts.delete(key);
    this.hosts.set(key, host);
    return host;
  }
}

/** What runs together: rows of designs, and pairs of a row and a replication. */
interface Party {
  pieces: Piece[];
  rows: Uint32Array[];
  twins: number[];
  /** In all gaps of a design together, at most. */
  places: number;
}

/** A plant that stands for all whose elements draw by the same streams and which run for the same time, with all their tables of distributions. */
class Host {
  readonly stations: number;
  readonly plant: Plant;
  private readonly pool: Pool;
  /** Where tables of shapes stand in the pool, by shape and place there. */
  private readonly known = new Map<string, number>();
  private gpu: { engine: Promise<LineGpu>; device: GPUDevice; used: number } | undefined;

  constructor(plant: Plant, line: Line) {
    this.plant = { ...plant, tables: plant.tables.slice(0, plant.at.shape) };
    this.stations = line.stations.length;
    this.pool = new Pool(this.plant.tables);
  }

  /** Whether so many tables have come together that another should take its place. */
  get full(): boolean {
    return this.pool.full;
  }

  async close(): Promise<void> {
    (await this.gpu?.engine)?.destroy();
  }

  /** The words of the design that stands in a view, with its tables in the pool. */
  row({ line, stand }: View, shape: Shape): Uint32Array {
    const row = designOf(line, stand.plant.tables);
    for (let at = DESIGN_ARRIVALS; at < DESIGN_STATIONS + this.stations * DIST_WORDS; at += DIST_WORDS) {
      if (row[at + DIST_KIND] !== SAMPLING_CONSTANT) row[at + DIST_BASE] = this.place(shape, row[at + DIST_BASE] as number);
    }
    return row;
  }

  private place(shape: Shape, base: number): number {
    const key = `${shape.id} ${base}`;
    let place = this.known.get(key);
    if (place === undefined) this.known.set(key, (place = this.pool.place(shape.table(base))));
    return place;
  }

  /** What runs it, on this device and with all tables that there are. */
  async engine(device: GPUDevice): Promise<LineGpu> {
    const { gpu, pool } = this;
    if (gpu?.device === device && gpu.used === pool.used) return gpu.engine;
    await this.close();
    const engine = LineGpu.open(device, { ...this.plant, tables: pool.words.slice(0, pool.used) });
    this.gpu = { engine, device, used: pool.used };
    return engine;
  }
}

/** Which streams the elements of a line draw from, in its order. */
function streamsOf({ source, stations, saturated }: Line, { tables }: Plant): string {
  const drawing = saturated ? stations : [source, ...stations];
  const words = drawing.map(({ node }) => {
    const stream = tables[node + NODE_STREAM] as number;
    return `${tables[stream + STREAM_LO]}:${tables[stream + STREAM_HI]}`;
  });
  return `${saturated} ${words.join(' ')}`;
}

function placesOf(row: Uint32Array, { stations }: Line): number {
  let sum = 0;
  for (const places of row.subarray(designWords(stations.length) - stations.length)) if (places !== ENDLESS) sum += places;
  return sum;
}

/** Hands results to a round; notes what is to be run by others. */
function put(round: Round, host: Host, { pieces }: Party, results: Uint32Array, untold: Piece[]): void {
  let twin = 0;
  for (const piece of pieces) {
    // The time it runs for is of the host, for it may be a factor of the design.
    const plant = { ...host.plant, scene: piece.design.shape.plant.scene };
    for (let r = 0, next = 0; r < piece.count; r = next) {
      const kind = kindOf(results[twin + r] as number);
      next = r + 1;
      while (next < piece.count && kindOf(results[twin + next] as number) === kind) next++;
      const part = { ...piece, first: piece.first + r, count: next - r };
      if (kind === UNTOLD) untold.push(part);
      if (kind === 0) {
        const width = round.metrics.length;
        const values = new Float64Array(part.count * width);
        for (let k = 0; k < part.count; k++) values.fill(throughput(plant, results[twin + r + k] as number), k * width, (k + 1) * width);
        round.put(part, part.count, values, 0);
      }
    }
    twin += piece.count;
  }
  round.tell();
}

/** UNTOLD, UNFINISHED, or 0 for a number of parts. */
function kindOf(result: number): number {
  return result >= UNFINISHED ? result : 0;
}
