/**
 * Outcomes that outlive the session that ran them. A search is a pure function of outcomes (src/search/search.ts), so a study that broke off, or
 * that several machines share, is taken up by running its search again over what is kept: what the journal holds is not simulated a second time.
 *
 * Large orders are cut into pieces of at most `PIECE` replications, counted from the order's first. The cut knows nothing of machine, engine,
 * share or time, so pieces are the same everywhere; a piece is kept whole or not at all. A round goes to the engine in batches of some
 * seconds: that is what a crash can lose.
 */
import type { Order, Outcome } from '../search/search.ts';
import { Digest } from './digest.ts';
import { type Entry, Kept } from './journal-chunks.ts';
import type { Journal, Trials } from './trials.ts';

/** Raised whenever the same orders would give other outcomes, or chunks have another form: what was kept before is then no use. */
export const JOURNAL_VERSION = 1;

/** Replications of a piece: two warps of a GPU, and short work for a core unless a twin takes long. */
const PIECE = 64;

/** Seconds that a batch should take, and by what the next may be larger where the last was quick. */
const BATCH_SECONDS = 4;
const FIRST_BATCH = 256;
const GROWTH = 16;

/** A round's orders cut; one that is no longer than a piece is left as it is. */
function pieces(orders: readonly Order[]): { pieces: Order[]; ends: number[] } {
  const cut: Order[] = [];
  const ends = orders.map((order) => {
    if (order.count <= PIECE) return cut.push(order);
    for (let done = 0; done < order.count; done += PIECE) {
      cut.push({ point: order.point, first: order.first + done, count: Math.min(PIECE, order.count - done) });
    }
    return cut.length;
  });
  return { pieces: cut, ends };
}

/** A study's name among all studies, 16 hexadecimal digits: over the scene's text, the experiment's name, the seed and the journal's version. */
export function studyKey(scene: string, experiment: string, seed: number): string {
  return textDigest(JSON.stringify([JOURNAL_VERSION, experiment, seed, scene]));
}

/** 16 hexadecimal digits over a text, as UTF-8. */
export function textDigest(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = new Uint32Array(1 + Math.ceil(bytes.length / 4));
  words[0] = bytes.length;
  new Uint8Array(words.buffer).set(bytes, 4);
  const digest = new Digest();
  digest.add(0, words);
  return digest.toString();
}

/** Trials that a journal stands behind. */
export interface Journaled extends Trials {
  /** Replications that the journal answered so far. */
  readonly recalled: number;
  /** Replications of the last round that were neither kept nor run; 0 where it is whole. */
  readonly missing: number;
  /** Replications of the last round. */
  readonly ordered: number;
}

/**
 * Answers what the journal holds, has `trials` run the rest, and appends what came back.
 * @param mine which pieces of a round are to be run here, by their place among all of the round's pieces, kept ones counted too; an order with a
 * piece that is neither kept nor run stays undefined.
 */
export function journaled(trials: Trials, journal: Journal, mine: (piece: number) => boolean = () => true): Journaled {
  return new JournaledTrials(trials, journal, mine);
}

/** The i-th of n equal shares, counted from 1: every n-th piece, so that dear designs are spread. */
export function share(i: number, n: number): (piece: number) => boolean {
  return (piece) => piece % n === i - 1;
}

class JournaledTrials implements Journaled {
  recalled = 0;
  missing = 0;
  ordered = 0;
  private readonly trials: Trials;
  private readonly journal: Journal;
  private readonly mine: (piece: number) => boolean;
  /** What was kept when this session began. What it runs itself is not held a second time: searches hold what they need. */
  private kept: Promise<Kept> | undefined;
  private stopped = false;
  private batchTwins = FIRST_BATCH;

  constructor(trials: Trials, journal: Journal, mine: (piece: number) => boolean) {
    this.trials = trials;
    this.journal = journal;
    this.mine = mine;
  }

  async run(orders: readonly Order[], onProgress?: (twins: number) => void): Promise<(Outcome | undefined)[]> {
    this.stopped = false;
    this.kept ??= this.load();
    const kept = await this.kept;
    const { pieces: cut, ends } = pieces(orders);
    const outcomes: (Outcome | undefined)[] = new Array(cut.length);
    const wanted: number[] = [];
    this.ordered = 0;
    let recalled = 0;
    cut.forEach((piece, i) => {
      this.ordered += piece.count;
      const outcome = kept.outcomeOf(piece);
      outcomes[i] = outcome;
      if (outcome !== undefined) recalled += piece.count;
      else if (this.mine(i)) wanted.push(i);
    });
    this.recalled += recalled;
    if (recalled > 0) onProgress?.(recalled);
    const ran = await this.runAll(cut, wanted, outcomes, (twins) => onProgress?.(recalled + twins));
    this.missing = this.ordered - recalled - ran;
    let begin = 0;
    return ends.map((end) => {
      const parts = outcomes.slice(begin, end);
      begin = end;
      return joined(parts);
    });
  }

  stop(): void {
    this.stopped = true;
    this.trials.stop();
  }

  private async load(): Promise<Kept> {
    const kept = new Kept();
    for await (const chunk of this.journal.load()) kept.add(chunk);
    return kept;
  }

  /** Runs pieces batch by batch, keeping each batch while the next runs. @returns replications that came back whole. */
  private async runAll(
    cut: readonly Order[],
    wanted: readonly number[],
    outcomes: (Outcome | undefined)[],
    onProgress: (twins: number) => void,
  ): Promise<number> {
    let keeping: Promise<void> = Promise.resolve();
    let ran = 0;
    try {
      for (let next = 0; next < wanted.length && !this.stopped; ) {
        const batch: number[] = [];
        let twins = 0;
        while (next < wanted.length && (batch.length === 0 || twins < this.batchTwins)) {
          const piece = wanted[next++] as number;
          batch.push(piece);
          twins += (cut[piece] as Order).count;
        }
        const before = ran;
        const start = performance.now();
        const answers = await this.trials.run(
          batch.map((piece) => cut[piece] as Order),
          (done) => onProgress(before + done),
        );
        this.resize(twins, (performance.now() - start) / 1000);
        const entries: Entry[] = [];
        batch.forEach((piece, k) => {
          const outcome = answers[k];
          if (outcome === undefined) return;
          const order = cut[piece] as Order;
          outcomes[piece] = outcome;
          entries.push({ order, outcome });
          ran += order.count;
        });
        await keeping;
        if (entries.length > 0) keeping = this.journal.append(entries);
        // It is waited for a batch later; until then a refusal is not unheard of.
        keeping.catch(() => undefined);
        if (entries.length < batch.length) break;
      }
    } finally {
      await keeping;
    }
    return ran;
  }

  /** Only when a batch ends depends on the clock; its outcomes do not. */
  private resize(twins: number, seconds: number): void {
    const fit = (twins * BATCH_SECONDS) / Math.max(seconds, BATCH_SECONDS / GROWTH);
    this.batchTwins = Math.max(1, Math.round(fit));
  }
}

/** Pieces in the order of their replications, as one outcome; undefined unless all are there. */
function joined(parts: (Outcome | undefined)[]): Outcome | undefined {
  if (parts.length === 1) return parts[0];
  let length = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    length += part.length;
  }
  const whole = new Float64Array(length);
  let at = 0;
  for (const part of parts as Outcome[]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
