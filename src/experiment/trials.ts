/** How searches get their outcomes: orders of designs go in, responses come out. What runs them is told apart by nobody above. */
import type { Order, Outcome } from '../search/search.ts';

/** Runs rounds of orders. The outcomes are a pure function of the experiment, its seed and the orders. */
export interface Trials {
  /**
   * Runs one round as one batch.
   * @param onProgress told the twins done so far of this round.
   * @returns by order its outcome; undefined where `stop` came first (an outcome is whole or not there).
   */
  run(orders: readonly Order[], onProgress?: (twins: number) => void): Promise<(Outcome | undefined)[]>;
  /** Ends `run` early, within 200 ms. */
  stop(): void;
}

/** Keeps outcomes across reloads, crashes and machines. Orders are told apart by point, first and count. */
export interface Journal {
  /** All that is kept, in any order, as chunks of bytes (`pack` in journal-chunks.ts), so that a million orders need not be held as objects. */
  load(): AsyncIterable<Uint8Array<ArrayBuffer>>;
  append(entries: readonly { order: Order; outcome: Outcome }[]): Promise<void>;
  clear(): Promise<void>;
}
