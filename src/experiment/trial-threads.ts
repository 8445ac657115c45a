/** Threads of the reference engine that run a round: pieces of orders handed out span by span, as long as a thread takes about a tenth of a second for. */
import type { Piece, Round } from './trial-round.ts';
import type { Shape } from './shape.ts';
import type { Path } from './study-protocol.ts';
import type { ShapeSpan, TrialResult, TrialSpan } from './trial-twins.ts';

/** What a thread must be able to do: `Twins`, here or behind a worker. */
export interface TrialThread {
  trial(span: TrialSpan, seed: number): Promise<TrialResult>;
  stop(): unknown;
}

/** Milliseconds that a span should take: long enough to amortise its message. */
const SPAN_MS = 100;
/** Twins in a span at most: what they bring back is 1 MB for each response. */
const MOST_TWINS = 131_072;
/** Shapes that a thread keeps. */
const MOST_SHAPES = 32;

export class TrialThreads {
  /** Fixed twins a span, for tests. */
  spanTwins: number | undefined;
  /** By what the twins so far were run. */
  readonly taken = { events: false, recursion: false };
  readonly threads: readonly TrialThread[];
  /** Of each thread, by shape: how many words in use it has heard of, and how many in which designs differ. The shape used last stands last. */
  private readonly heard: Map<number, { used: number; words: number }>[];
  private stopped = false;

  constructor(threads: readonly TrialThread[]) {
    this.threads = threads;
    this.heard = threads.map(() => new Map());
  }

  /** Runs what is open of a round, until it is done or `stop` is called. Rejects with what a thread or a design threw. */
  async run(round: Round, seed: number, path: Path): Promise<void> {
    this.stopped = false;
    let failure: unknown;
    await Promise.all(
      this.threads.map(async (thread, i) => {
        try {
          await this.work(thread, i, round, seed, path);
        } catch (error) {
          failure ??= error;
          this.stop();
        }
      }),
    );
    if (failure !== undefined) throw failure;
  }

  /** Ends `run` after the spells that the threads are in. */
  stop(): void {
    this.stopped = true;
    for (const thread of this.threads) thread.stop();
  }

  private async work(thread: TrialThread, i: number, round: Round, seed: number, path: Path): Promise<void> {
    // A guess: the first span tells.
    let size = 1;
    while (!this.stopped && round.open > 0) {
      // Near the end spans get shorter, so that all threads end together.
      const fair = Math.ceil(round.open / this.threads.length);
      const pieces = round.take(this.spanTwins ?? Math.max(1, Math.min(size, fair, MOST_TWINS)));
      const byShape = groups(pieces);
      const span: TrialSpan = { ...this.tell(i, byShape.keys()), parts: [], metrics: round.metrics, path };
      for (const [shape, of] of byShape) span.parts.push(pack(shape, of));
      const start = performance.now();
      const result = await thread.trial(span, seed);
      const ms = Math.max(performance.now() - start, 0.01);
      size = Math.max(1, Math.min(8 * size, Math.round((result.twins * SPAN_MS) / ms)));
      for (const recursion of result.recursion) this.taken[recursion ? 'recursion' : 'events'] = true;
      let twin = 0;
      for (const of of byShape.values()) {
        for (const piece of of) {
          const done = Math.max(0, Math.min(piece.count, result.twins - twin));
          round.put(piece, done, result.values, twin * round.metrics.length);
          twin += piece.count;
        }
      }
      round.tell();
    }
  }

  /** What a thread is to be told before it can run designs of these shapes, and what it may forget. */
  private tell(i: number, shapes: Iterable<Shape>): Pick<TrialSpan, 'news' | 'forget'> {
    const heard = this.heard[i] as Map<number, { used: number; words: number }>;
    const news: TrialSpan['news'] = [];
    const now = new Set<number>();
    for (const shape of shapes) {
      now.add(shape.id);
      const { used, words } = heard.get(shape.id) ?? { used: 0, words: 0 };
      if (used !== shape.used || words !== shape.words.length || used === 0) news.push(shape.news(used));
      heard.delete(shape.id);
      heard.set(shape.id, { used: shape.used, words: shape.words.length });
    }
    const forget: number[] = [];
    for (const id of heard.keys()) {
      if (heard.size <= MOST_SHAPES || now.has(id)) break;
      heard.delete(id);
      forget.push(id);
    }
    return { news, forget };
  }
}

/** Pieces by the shapes of their designs. */
export function groups(pieces: readonly Piece[]): Map<Shape, Piece[]> {
  const byShape = new Map<Shape, Piece[]>();
  for (const piece of pieces) {
    const { shape } = piece.design;
    const group = byShape.get(shape);
    if (group === undefined) byShape.set(shape, [piece]);
    else group.push(piece);
  }
  return byShape;
}

/** Designs of one shape in one message. Rows made before the shape grew are filled up with its own words. */
function pack(shape: Shape, pieces: readonly Piece[]): ShapeSpan {
  const width = shape.words.length;
  const rows = new Uint32Array(pieces.length * width);
  pieces.forEach(({ design }, n) => {
    rows.set(shape.row(design), n * width);
  });
  return {
    shape: shape.id,
    width,
    rows,
    firsts: Uint32Array.from(pieces, ({ first }) => first),
    counts: Uint32Array.from(pieces, ({ count }) => count),
  };
}
