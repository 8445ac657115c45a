/**
 * What every search here is: a generator that yields rounds of orders, is handed what came of them, and returns what it found.
 * It is a pure function of its problem and seed and of the outcomes, so the same outcomes lead it the same way on any machine: a search
 * that was broken off is taken up by running it again over a journal of outcomes. It knows points and numbers, neither plants nor engines.
 */

/** One number a factor: the value on a `real` or `steps` axis, the index of the option on a `choice`. Of a sequence: the items in their order. */
export type Point = readonly number[];

/** Replications `first` … `first + count − 1` of a design. The same replication of two designs has the same luck (common random numbers). */
export interface Order {
  point: Point;
  first: number;
  count: number;
}

/** Responses of one order, replication by replication: response j of replication first + r is at `[r × responses + j]`. NaN: that twin broke off. */
export type Outcome = Float64Array;

/** All orders of a round are run as one batch; the outcomes come back in the order of the orders. An empty round is not allowed. */
export type Search<Result> = Generator<Order[], Result, Outcome[]>;

/** One response to be made large or small. */
export interface Goal {
  response: number;
  sense: 'maximise' | 'minimise';
  /** What of the distribution over replications is meant; `worst`: the mean of the worst share (CVaR). */
  of: { kind: 'mean' } | { kind: 'quantile'; p: number } | { kind: 'worst'; share: number };
}

/** The mean of a response must lie from `least` to `most` (−∞, ∞: no bound). */
export interface Limit {
  response: number;
  least: number;
  most: number;
}

/** Runs a search to its end with a function that answers each round at once: for tests and for searches on formulas. */
export function conclude<Result>(search: Search<Result>, answer: (orders: Order[]) => Outcome[]): Result {
  for (let step = search.next(); ; ) {
    if (step.done) return step.value;
    step = search.next(answer(step.value));
  }
}
