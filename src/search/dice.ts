/** Random numbers for searches: Philox, addressed by seed and stream, so that a search takes the same turns on every machine. */
import { normalQuantile } from '../quantiles.ts';
import { philox } from '../random.ts';

/** Stands where a simulation's draws have their replication: searches share no draw with any twin. */
const SEARCH_KEY = 0x5eac4e5;

export class Dice {
  private readonly seed: number;
  private readonly stream: number;
  private readonly words = new Uint32Array(4);
  private drawn = 0;

  /** @param stream tells several dice of one seed apart; both are u32. */
  constructor(seed: number, stream = 0) {
    this.seed = seed;
    this.stream = stream;
  }

  /** The next u32. */
  word(): number {
    const at = this.drawn & 3;
    if (at === 0) philox(Math.floor(this.drawn / 4), this.stream, 0, 0xd1ce, this.seed, SEARCH_KEY, this.words, 0);
    this.drawn++;
    return this.words[at] as number;
  }

  /** Uniform in (0, 1), never 0 or 1; 32 bits. */
  uniform(): number {
    return (this.word() + 0.5) / 2 ** 32;
  }

  /** A whole number from 0 to n − 1, n up to 2^32. */
  whole(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal. */
  normal(): number {
    const u = this.uniform();
    return normalQuantile(u, 1 - u);
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.whole(i + 1);
      [items[i], items[j]] = [items[j] as T, items[i] as T];
    }
    return items;
  }
}
