/** Points crossed with replications: every point is run with the same ones, so that a difference between two points holds no luck they share. */
import type { Order, Outcome, Point } from './search.ts';

export interface Difference {
  mean: number;
  /** Variance of that mean by the spread over replications; NaN of one replication. */
  error: number;
  /** Replications in which neither twin broke off. */
  n: number;
}

/** One round of a crossed design. Equal points are run once. */
export class Crossed {
  readonly orders: Order[] = [];
  private readonly replications: number;
  private readonly responses: number;
  private readonly places = new Map<string, number>();
  private outcomes: Outcome[] = [];

  /** @throws RangeError unless both are whole numbers from 1 on. */
  constructor(replications: number, responses: number) {
    if (!(Number.isInteger(replications) && replications >= 1 && Number.isInteger(responses) && responses >= 1)) {
      throw new RangeError(`Replications and responses must be whole numbers from 1 on, not ${replications} and ${responses}.`);
    }
    this.replications = replications;
    this.responses = responses;
  }

  /** Takes a point in; returns its number, for `values` and `difference`. */
  add(point: Point): number {
    const key = point.join(' ');
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.orders.length);
    return this.orders.push({ point, first: 0, count: this.replications }) - 1;
  }

  /** Yields the round and keeps what came. */
  *run(): Generator<Order[], void, Outcome[]> {
    if (this.orders.length > 0) this.outcomes = yield this.orders;
  }

  /** A response of a point by replication; NaN where the twin broke off. */
  values(point: number, response: number): Float64Array {
    const outcome = this.outcomes[point] as Outcome;
    return Float64Array.from({ length: this.replications }, (_, r) => outcome[r * this.responses + response] as number);
  }

  /** Points of which every twin broke off, in a response. */
  lost(response: number): number {
    return this.orders.filter((_, point) => this.values(point, response).every((y) => Number.isNaN(y))).length;
  }

  /** Response of b less that of a over the replications that both finished. */
  difference(a: number, b: number, response: number): Difference {
    const [from, to] = [this.outcomes[a] as Outcome, this.outcomes[b] as Outcome];
    let n = 0;
    let mean = 0;
    let squares = 0;
    for (let at = response; at < from.length; at += this.responses) {
      const gap = (to[at] as number) - (from[at] as number);
      if (Number.isNaN(gap)) continue;
      // Welford's update: equal differences have a variance of exactly 0.
      const off = gap - mean;
      mean += off / ++n;
      squares += off * (gap - mean);
    }
    return { mean: n === 0 ? Number.NaN : mean, error: n < 2 ? Number.NaN : squares / (n - 1) / n, n };
  }
}

/** Of points without any outcome, a warning; none of none. */
export function lostPoints(lost: number, all: number): string[] {
  return lost === 0 ? [] : [`All twins of ${lost} of ${all} points broke off: these points are left out.`];
}
