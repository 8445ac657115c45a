/**
 * Designs of an experiment on a GPU: lines by recursion where that is allowed, the others by events, those of one shape in one dispatch, by kernels
 * compiled once; a lost device is opened again and its batch run again.
 */
import { constants } from '../engine/constants.ts';
import { type DesignBatch, GpuEngine } from '../engine/gpu.ts';
import type { Plant } from '../scene/plant.ts';
import { HEAD_STATUS, STATUS_RUNNING } from '../stations/words.ts';
import type { GpuTwins } from './gpu-twins.ts';
import { TrialLines } from './trial-lines.ts';
import { groups } from './trial-threads.ts';
import type { Piece, Round } from './trial-round.ts';
import { type Shape, Stand } from './shape.ts';
import { Figures } from './trial-twins.ts';

/** Kernels that are kept; those least recently used go first. */
const MOST_ENGINES = 8;
/** Twins that are taken of a round at once, and sorted by shape. */
const TAKEN = 65_536;

interface Reader {
  stand: Stand;
  figures: Figures;
}

export class TrialGpu {
  /** By what the twins so far were run. */
  readonly taken = { events: false, recursion: false };
  private readonly gpu: GpuTwins;
  private readonly lines: TrialLines | undefined;
  readonly recursion: boolean;
  private device: GPUDevice | undefined;
  /** By kernel text; they may be still at the compiler's. */
  private readonly engines = new Map<string, Promise<GpuEngine>>();
  private stopped = false;
  /** Resolves when `stop` is called: kernels may take seconds to compile. */
  private stopping: Promise<undefined> = new Promise(() => undefined);
  private endWaiting: () => void = () => undefined;

  /**
   * @param gpu whose device is used; nothing else may run on it meanwhile
   * @param recursion whether lines run by recursion, which tells throughput alone
   */
  constructor(gpu: GpuTwins, recursion: boolean) {
    this.gpu = gpu;
    this.recursion = recursion;
    this.lines = recursion ? new TrialLines(gpu) : undefined;
  }

  /** Compiles what a shape needs and sees whether a twin fits at all. Rejects with the reason. */
  async open(shape: Shape): Promise<void> {
    if (this.lines?.takes(shape)) return;
    await this.engine(shape.plant);
    await this.gpu.room(shape.plant);
  }

  /**
   * Runs what is open of a round, until it is done or `stop` is called.
   * @returns pieces that are lines of which only the event engine can tell how they end
   */
  async run(round: Round, seed: number): Promise<Piece[]> {
    this.stopped = false;
    this.stopping = new Promise((resolve) => {
      this.endWaiting = () => resolve(undefined);
    });
    const { lines } = this;
    const untold: Piece[] = [];
    while (!this.stopped && round.open > 0) {
      const taken = round.take((await lines?.begin()) ?? TAKEN);
      const isLine = ({ design }: Piece): boolean => lines?.takes(design.shape) ?? false;
      const inLine = taken.filter(isLine);
      if (inLine.length > 0) this.taken.recursion = true;
      for (const piece of (await lines?.run(round, inLine, seed)) ?? []) untold.push(piece);
      for (const [shape, pieces] of groups(inLine.length === 0 ? taken : taken.filter((piece) => !isLine(piece)))) {
        if (this.stopped) break;
        this.taken.events = true;
        const room = await this.gpu.room(shape.plant);
        // One of a batch's twins is of which piece and which replication.
        for (let batch: Piece[] = [], twins = 0, i = 0; i < pieces.length && !this.stopped; ) {
          const piece = pieces[i] as Piece;
          const count = Math.min(piece.count, room - twins);
          batch.push({ ...piece, count });
          twins += count;
          if (count < piece.count) pieces[i] = { ...piece, first: piece.first + count, count: piece.count - count };
          else i++;
          if (twins < room && i < pieces.length) continue;
          await this.batch(round, shape, batch, twins, seed);
          batch = [];
          twins = 0;
        }
      }
    }
    return untold;
  }

  /** Ends `run` after the slice it is in. */
  stop(): void {
    this.stopped = true;
    this.endWaiting();
    this.lines?.stop();
    this.gpu.stop();
  }

  private async batch(round: Round, shape: Shape, pieces: readonly Piece[], twins: number, seed: number): Promise<void> {
    const batch = packed(shape, pieces, twins);
    const blocks = await this.gpu.retrying(
      async (control) => {
        const engine = await Promise.race([this.engine(shape.plant), this.stopping]);
        return this.stopped ? undefined : engine?.runDesigns(batch, seed, control);
      },
      (fraction) => round.tell(fraction * twins),
    );
    if (blocks === undefined) return;
    const width = round.metrics.length;
    const { stand, figures } = reader(shape, round.metrics);
    const block = new Uint32Array(shape.plant.layout.words);
    const values = new Float64Array(width * Math.max(...pieces.map(({ count }) => count)));
    let column = 0;
    for (const piece of pieces) {
      stand.take(shape.row(piece.design));
      let done = 0;
      for (let r = 0; r < piece.count; r++, column++) {
        // What follows a twin that was stopped is not whole either: its order will not be.
        if (blocks[HEAD_STATUS * twins + column] === STATUS_RUNNING || done < r) continue;
        for (let w = 0; w < block.length; w++) block[w] = blocks[w * twins + column] as number;
        figures.read(block, values, r * width);
        done++;
      }
      round.put(piece, done, values, 0);
    }
    round.tell();
  }

  /** The kernels of a plant's shape, on the device that there is now. */
  private async engine(plant: Plant): Promise<GpuEngine> {
    const device = await this.gpu.opened();
    if (device !== this.device) {
      this.engines.clear();
      this.device = device;
    }
    const key = constants(plant, 'u32', true);
    const engine = this.engines.get(key) ?? GpuEngine.open(device, plant, true);
    this.engines.delete(key);
    this.engines.set(key, engine);
    // A failure is told to whoever waits; if nobody does any more, it is no unhandled one.
    engine.catch(() => this.engines.delete(key));
    for (const oldest of this.engines.keys()) {
      if (this.engines.size <= MOST_ENGINES) break;
      this.engines.delete(oldest);
    }
    return engine;
  }
}

const readers = new WeakMap<Shape, Reader & { used: number; words: number; metrics: string }>();

/** What reads the blocks of a shape's twins. */
function reader(shape: Shape, metrics: readonly string[]): Reader {
  const key = metrics.join('\n');
  const known = readers.get(shape);
  if (known !== undefined && known.used === shape.used && known.words === shape.words.length && known.metrics === key) return known;
  const stand = new Stand(shape.news(0));
  const made = { stand, figures: new Figures(stand.plant, metrics), used: shape.used, words: shape.words.length, metrics: key };
  readers.set(shape, made);
  return made;
}

/** A batch as the engine takes it: each piece's design once. */
function packed(shape: Shape, pieces: readonly Piece[], twins: number): DesignBatch {
  const { words, used, plant } = shape;
  const count = pieces.length;
  const values = new Uint32Array(words.length * count);
  const designs = new Uint32Array(twins);
  const replications = new Uint32Array(twins);
  let column = 0;
  pieces.forEach((piece, d) => {
    const row = shape.row(piece.design);
    for (let k = 0; k < words.length; k++) values[k * count + d] = row[k] as number;
    for (let r = 0; r < piece.count; r++, column++) {
      designs[column] = d;
      replications[column] = piece.first + r;
    }
  });
  return { tables: plant.tables.subarray(0, used), words, values, count, designs, replications };
}
