/** The designs that a study has tried, in the order of their first trial, and what is known of each. */
import type { Order, Outcome, Point } from '../search/search.ts';
import { FRESH } from './questions/answer.ts';
import { studentT } from './statistics.ts';

/** Values kept one by one, over all designs and responses (64 MB); beyond that, of all but the last comparison, counts, means and variances only. */
const MOST_VALUES = 8_000_000;

export class Register {
  readonly responses: number;
  twins = 0;
  private readonly ids = new Map<string, number>();
  private readonly points: Point[] = [];
  /** By design: replications that count. By design and response: how many gave a number, mean, sum of squared deviations (Welford 1962). */
  private readonly counts: number[] = [];
  private readonly given: number[] = [];
  private readonly means: number[] = [];
  private readonly squares: number[] = [];
  private readonly pieces: { first: number; outcome: Outcome }[][] = [];
  private kept = 0;
  /** Designs of which only the last comparison is known. */
  private readonly late = new Set<number>();

  constructor(responses: number) {
    this.responses = responses;
  }

  get size(): number {
    return this.points.length;
  }

  take(order: Order, outcome: Outcome): void {
    const { responses: k } = this;
    const key = order.point.join(' ');
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.points.push(order.point) - 1;
      this.ids.set(key, id);
      this.counts.push(0);
      this.pieces.push([]);
      for (let j = 0; j < k; j++) {
        this.given.push(0);
        this.means.push(0);
        this.squares.push(0);
      }
    }
    this.twins += order.count;
    this.account(id, order, outcome);
    const whole = this.whole;
    this.kept += outcome.length;
    if (whole && !this.whole) this.pieces.forEach((list, i) => (this.pieces[i] = list.filter(({ first }) => first >= FRESH)));
    if (this.whole || order.first >= FRESH) this.pieces[id]?.push({ first: order.first, outcome });
  }

  /**
   * Adds to a design's count, means and variances. The last comparison runs two designs more often than all others: to be as good as these, their
   * means leave it out, unless there is nothing else.
   */
  private account(id: number, order: Order, outcome: Outcome): void {
    const { responses: k } = this;
    if (order.first >= FRESH) {
      if ((this.counts[id] as number) > 0 && !this.late.has(id)) return;
      this.late.add(id);
    } else if (this.late.delete(id)) {
      this.counts[id] = 0;
      for (let at = id * k; at < (id + 1) * k; at++) this.given[at] = this.means[at] = this.squares[at] = 0;
    }
    this.counts[id] = (this.counts[id] as number) + order.count;
    for (let r = 0; r < order.count; r++) {
      for (let j = 0; j < k; j++) {
        const value = outcome[r * k + j] as number;
        if (!Number.isFinite(value)) continue;
        const at = id * k + j;
        const n = (this.given[at] as number) + 1;
        const step = value - (this.means[at] as number);
        this.given[at] = n;
        this.means[at] = (this.means[at] as number) + step / n;
        this.squares[at] = (this.squares[at] as number) + step * (value - (this.means[at] as number));
      }
    }
  }

  /** Whether all values are kept one by one. */
  private get whole(): boolean {
    return this.kept <= MOST_VALUES;
  }

  idOf(point: Point): number | undefined {
    return this.ids.get(point.join(' '));
  }

  point(id: number): Point {
    return this.points[id] as Point;
  }

  /** Replications of a design that were run, those of the last comparison left out where there are others. */
  count(id: number): number {
    return this.counts[id] as number;
  }

  n(id: number, response: number): number {
    return this.given[id * this.responses + response] as number;
  }

  /** NaN where no replication gave a number. */
  mean(id: number, response: number): number {
    return this.n(id, response) === 0 ? Number.NaN : (this.means[id * this.responses + response] as number);
  }

  /** NaN of fewer than two. */
  sd(id: number, response: number): number {
    const n = this.n(id, response);
    return n < 2 ? Number.NaN : Math.sqrt((this.squares[id * this.responses + response] as number) / (n - 1));
  }

  /** Half-width of the t-interval of the mean. */
  reach(id: number, response: number, level = 0.95): number {
    const n = this.n(id, response);
    return n < 2 ? Number.NaN : (studentT((1 + level) / 2, n - 1) * this.sd(id, response)) / Math.sqrt(n);
  }

  /**
   * By replication number, those behind the mean, or those from `from` on; undefined where values were too many to be kept. A replication that was run
   * twice counts once, one that broke off not.
   */
  series(id: number, response: number, from?: number): Map<number, number> | undefined {
    const [least, most] = from === undefined ? (this.late.has(id) ? [FRESH, Infinity] : [0, FRESH]) : [from, Infinity];
    if (!this.whole && least < FRESH) return undefined;
    const { responses: k } = this;
    const series = new Map<number, number>();
    for (const { first, outcome } of this.pieces[id] ?? []) {
      for (let r = 0; r < outcome.length / k; r++) {
        const value = outcome[r * k + response] as number;
        if (first + r >= least && first + r < most && Number.isFinite(value)) series.set(first + r, value);
      }
    }
    return series;
  }

  /** Differences a − b of the replications, those behind the means or from `from` on, that both have: the same luck in both. */
  differences(a: number, b: number, response: number, from?: number): number[] {
    const [x, y] = [this.series(a, response, from), this.series(b, response, from)];
    const differences: number[] = [];
    for (const [replication, value] of x ?? []) {
      const other = y?.get(replication);
      if (other !== undefined) differences.push(value - other);
    }
    return differences;
  }
}
