/** A round of orders under way: cut into pieces for whoever runs them, and put together again into outcomes that are whole. */
import type { Order, Outcome, Point } from '../search/search.ts';
import type { Family } from './family.ts';
import type { Design } from './shape.ts';

/** A figure of a twin by its name in `Readout.metrics`, or a number that follows from the design alone (its cost). */
export type Response = { metric: string } | { of: (point: Point) => number };

/** Replications of one order that are run together. */
export interface Piece {
  design: Design;
  /** The order's number in the round. */
  order: number;
  first: number;
  count: number;
}

export class Round {
  /** Figures that are read off each twin. */
  readonly metrics: string[];
  private readonly orders: readonly Order[];
  private readonly family: Family;
  private readonly responses: readonly Response[];
  /** Where each response is among the metrics; −1: it follows from the design. */
  private readonly columns: number[];
  private readonly outcomes: (Outcome | undefined)[];
  private readonly missing: Float64Array;
  private readonly returned: Piece[] = [];
  private next = 0;
  private begun = 0;
  private design: Design | undefined;
  private left: number;
  private done = 0;
  private readonly onProgress: ((twins: number) => void) | undefined;

  constructor(family: Family, responses: readonly Response[], orders: readonly Order[], onProgress?: (twins: number) => void) {
    this.family = family;
    this.responses = responses;
    this.orders = orders;
    this.onProgress = onProgress;
    this.metrics = [...new Set(responses.flatMap((response) => ('metric' in response ? [response.metric] : [])))];
    this.columns = responses.map((response) => ('metric' in response ? this.metrics.indexOf(response.metric) : -1));
    this.outcomes = orders.map(() => undefined);
    this.missing = Float64Array.from(orders, ({ count }) => count);
    this.left = orders.reduce((sum, { count }) => sum + count, 0);
    orders.forEach((order, i) => {
      // Nothing to run: no replications, or all that is asked follows from the design.
      if (this.metrics.length > 0 && order.count > 0) return;
      this.answer(i);
      this.missing[i] = 0;
      this.left -= order.count;
      this.done += order.count;
    });
  }

  /** Twins that nobody has taken yet. */
  get open(): number {
    return this.left;
  }

  /** The next pieces, of so many twins together at most; designs are put together here, as they are needed. */
  take(twins: number): Piece[] {
    const pieces: Piece[] = [];
    let room = twins;
    for (let last = this.returned.at(-1); last !== undefined && room > 0; last = this.returned.at(-1)) {
      const count = Math.min(room, last.count);
      pieces.push({ ...last, count });
      this.returned.pop();
      if (count < last.count) this.returned.push({ ...last, first: last.first + count, count: last.count - count });
      this.left -= count;
      room -= count;
    }
    while (room > 0 && this.next < this.orders.length) {
      const order = this.orders[this.next] as Order;
      const rest = this.missing[this.next] === 0 ? 0 : order.count - this.begun;
      if (rest > 0) {
        this.design ??= this.family.design(order.point);
        const count = Math.min(room, rest);
        pieces.push({ design: this.design, order: this.next, first: order.first + this.begun, count });
        this.begun += count;
        this.left -= count;
        room -= count;
        if (count < rest) break;
      }
      this.next++;
      this.begun = 0;
      this.design = undefined;
    }
    return pieces;
  }

  /** Takes back pieces that cannot be run by whoever took them. */
  giveBack(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.returned.push(piece);
      this.left += piece.count;
    }
  }

  /** Takes in the figures of the first so many twins of a piece: metric m of twin r is at `[from + r × metrics + m]`. */
  put({ order, first, count }: Piece, twins: number, values: Float64Array, from: number): void {
    const outcome = this.answer(order);
    const width = this.columns.length;
    const start = first - (this.orders[order] as Order).first;
    for (let r = 0; r < twins; r++) {
      for (let j = 0; j < width; j++) {
        const column = this.columns[j] as number;
        if (column >= 0) outcome[(start + r) * width + j] = values[from + r * this.metrics.length + column] as number;
      }
    }
    // What is only begun is not there.
    if (twins === count) this.missing[order] = (this.missing[order] as number) - count;
    this.done += twins;
  }

  /** Tells how far the round is. @param more twins under way, in fractions */
  tell(more = 0): void {
    this.onProgress?.(this.done + more);
  }

  /** By order its outcome; undefined where it is not whole. */
  result(): (Outcome | undefined)[] {
    return this.outcomes.map((outcome, i) => (this.missing[i] === 0 ? outcome : undefined));
  }

  /** An order's outcome, with what follows from its design in its place. */
  private answer(i: number): Outcome {
    const known = this.outcomes[i];
    if (known !== undefined) return known;
    const { point, count } = this.orders[i] as Order;
    const width = this.responses.length;
    const outcome = new Float64Array(count * width).fill(Number.NaN);
    this.responses.forEach((response, j) => {
      if ('metric' in response) return;
      const value = response.of(point);
      for (let r = 0; r < count; r++) outcome[r * width + j] = value;
    });
    this.outcomes[i] = outcome;
    return outcome;
  }
}
