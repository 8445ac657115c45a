/** A study of nothing: searches and trials whose outcomes are drawn from a hash, to try journals and shares on. Runs in Node and in a page. */
import type { Journal, Trials } from '../../src/experiment/trials.ts';
import { textDigest } from '../../src/experiment/journal.ts';
import { type Entry, pack } from '../../src/experiment/journal-chunks.ts';
import { Dice } from '../../src/search/dice.ts';
import type { Order, Outcome, Search } from '../../src/search/search.ts';

const RESPONSES = 2;

/** A pure function of the order, replication by replication, as trials must be. Now and then a twin breaks off. */
export function outcomeOf({ point, first, count }: Order): Outcome {
  const outcome = new Float64Array(count * RESPONSES);
  for (let r = 0; r < count; r++) {
    const dice = new Dice(first + r, point.reduce((hash, x) => Math.imul(hash ^ Math.round(x * 1000), 0x9e3779b1), 7) >>> 0);
    const broke = dice.uniform() < 0.02;
    for (let j = 0; j < RESPONSES; j++) outcome[r * RESPONSES + j] = broke ? Number.NaN : (point[j] as number) + dice.normal();
  }
  return outcome;
}

export class StubTrials implements Trials {
  /** Everything that was run, in order. */
  readonly ran: Order[] = [];
  twins = 0;
  private readonly pause: number;
  private readonly bound: number;
  private stopped = false;

  /** @param pause ms that an order takes. @param bound replications after which it stops by itself. */
  constructor(pause = 0, bound = Infinity) {
    this.pause = pause;
    this.bound = bound;
  }

  async run(orders: readonly Order[], onProgress?: (twins: number) => void): Promise<(Outcome | undefined)[]> {
    this.stopped = false;
    const outcomes: (Outcome | undefined)[] = [];
    let twins = 0;
    for (const order of orders) {
      if (this.pause > 0) await new Promise((resolve) => setTimeout(resolve, this.pause));
      if (this.stopped || this.twins >= this.bound) {
        outcomes.push(undefined);
        continue;
      }
      this.ran.push(order);
      twins += order.count;
      this.twins += order.count;
      outcomes.push(outcomeOf(order));
      onProgress?.(twins);
    }
    return outcomes;
  }

  stop(): void {
    this.stopped = true;
  }
}

/** Keeps what it is given, as a browser or a file would. */
export class MemoryJournal implements Journal {
  entries: Entry[] = [];

  async *load(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield* pack(this.entries);
  }

  append(entries: readonly Entry[]): Promise<void> {
    this.entries = [...this.entries, ...entries];
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.entries = [];
    return Promise.resolve();
  }
}

const numbers = (outcomes: readonly Outcome[]): string => outcomes.map((outcome) => Array.from(outcome).join(' ')).join('\n');

/** All designs in one round. Returns a digest of all that it was told. */
export function* staticSearch(designs = 30, replications = 100): Search<string> {
  const outcomes = yield Array.from({ length: designs }, (_, i) => ({ point: [i / 7, (i * 5) % 11], first: 0, count: replications }));
  return textDigest(numbers(outcomes));
}

/** Halves the designs round by round and doubles their replications: which it goes on with depends on every outcome before. */
export function* adaptiveSearch(): Search<string> {
  let told = '';
  let points = Array.from({ length: 16 }, (_, i) => [i / 16, (i * 7) % 16]);
  for (let first = 0, count = 50; points.length > 1; first += count, count *= 2) {
    const orders: Order[] = points.map((point) => ({ point, first, count }));
    const outcomes: Outcome[] = yield orders;
    told = textDigest(told + numbers(outcomes));
    const means = outcomes.map((outcome) => {
      const firsts = outcome.filter((x, k) => k % RESPONSES === 0 && !Number.isNaN(x));
      return firsts.reduce((sum, x) => sum + x, 0) / firsts.length;
    });
    points = points
      .map((point, i) => ({ point, mean: means[i] as number }))
      .sort((a, b) => b.mean - a.mean)
      .slice(0, points.length / 2)
      .map(({ point }) => point);
  }
  return textDigest(`${told} ${points.join()}`);
}

/** Runs a search over trials to its end; undefined where a round did not come back whole. */
export async function explore(search: Search<string>, trials: Trials, onProgress?: (twins: number) => void): Promise<string | undefined> {
  for (let step = search.next(); ; ) {
    if (step.done === true) return step.value;
    const outcomes = await trials.run(step.value, onProgress);
    if (outcomes.includes(undefined)) return undefined;
    step = search.next(outcomes as Outcome[]);
  }
}
