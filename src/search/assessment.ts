/**
 * What all optimisers share: a book of the designs tried and what came of them, which of two is better where there are limits, and the last stage,
 * in which the best few are run afresh so that the answer is not the luckiest draw.
 */
import type { Assessed, Effort, Optimum, Problem } from './optimum.ts';
import type { Goal, Order, Outcome, Point, Search } from './search.ts';

export type { Effort, Optimum } from './optimum.ts';

/** A score of a design: of one round, or of all its rounds. */
export interface Score {
  /** By goal, less is better; Infinity where every twin broke off. */
  losses: number[];
  /** By response. */
  means: number[];
}

/** A design in the book. */
export interface Design extends Score {
  point: Point;
  key: string;
  /** By response: replications that did not break off, and sums of squared deviations. */
  counts: number[];
  squares: number[];
  twins: number;
}

/** Equal of equal points, and of no others: the numbers' bits as characters, for writing them as digits takes ten times as long. */
export function keyOf(point: Point): string {
  const numbers = new Float64Array(point.length);
  // −0 becomes 0, to which it is equal.
  for (let i = 0; i < point.length; i++) numbers[i] = point[i] + 0;
  let key = '';
  for (const bits of new Uint32Array(numbers.buffer)) key += String.fromCharCode(bits >>> 16, bits & 0xffff);
  return key;
}

/** Of values in any order: what a goal asks for. Quantiles interpolate between order statistics (type 7 of Hyndman and Fan 1996). NaN of none. */
export function goalValue(values: Float64Array, goal: Goal): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  if (goal.of.kind === 'mean') {
    let sum = 0;
    for (const value of values) sum += value;
    return sum / n;
  }
  const sorted = values.toSorted();
  if (goal.of.kind === 'quantile') {
    const at = goal.of.p * (n - 1);
    const below = Math.floor(at);
    const above = Math.min(n - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
  // The mean of the worst share: the last value in it counts by the part that lies inside.
  const inside = Math.max(1, goal.of.share * n);
  if (goal.sense === 'minimise') sorted.reverse();
  let sum = 0;
  for (let i = 0; i < Math.ceil(inside); i++) sum += sorted[i] * Math.min(1, inside - i);
  return sum / inside;
}

/** The replications of one response that did not break off. */
export function column(outcome: Outcome, responses: number, response: number): Float64Array {
  const values = new Float64Array(outcome.length / responses);
  let n = 0;
  for (let i = response; i < outcome.length; i += responses) if (!Number.isNaN(outcome[i])) values[n++] = outcome[i];
  return values.subarray(0, n);
}

/** Designs that a book keeps: beyond twice as many, the worst are forgotten. */
const KEPT = 10_000;

export class Book {
  readonly problem: Problem;
  readonly effort: Effort;
  readonly designs = new Map<string, Design>();
  /** Replications from here on no design has had. */
  fresh = 0;
  rounds = 0;
  orders = 0;
  twins = 0;
  readonly trace: Optimum['trace'] = [];
  /** Of the feasible the best so far, of the others the nearest to feasible. */
  best: Design | undefined;
  /** By limit: least and largest mean seen, which violations are measured by. */
  private readonly range: { low: number; high: number }[];
  /** False once replications of the same design were seen that differ, or where there is only one. */
  private still: boolean;

  /** @throws RangeError if the effort has no end, or less than one replication. */
  constructor(problem: Problem, effort: Effort) {
    if (!(effort.replications >= 1)) throw new RangeError(`A design needs 1 replication or more, not ${effort.replications}.`);
    if (!((effort.twins ?? Infinity) < Infinity || (effort.orders ?? Infinity) < Infinity)) {
      throw new RangeError('A search needs a budget of twins or of orders.');
    }
    this.problem = problem;
    this.effort = effort;
    this.still = effort.replications > 1;
    this.range = problem.limits.map(() => ({ low: Infinity, high: -Infinity }));
  }

  /** How many designs of so many replications the budget still holds, beside the last stage. */
  room(replications: number): number {
    const { finalists, finalReplications } = this.last();
    const reports = this.problem.goals.length > 1 ? finalists : 1;
    const last = finalists === 0 ? 0 : finalists + reports;
    const orders = (this.effort.orders ?? Infinity) - last - this.orders;
    const twins = (this.effort.twins ?? Infinity) - last * finalReplications - this.twins;
    return Math.max(0, Math.min(orders, Math.floor(twins / replications)));
  }

  /** Whether the target is reached. */
  get reached(): boolean {
    const { target } = this.effort;
    if (target === undefined || this.best === undefined || this.violation(this.best) > 0) return false;
    return this.problem.goals[0].sense === 'minimise' ? this.best.losses[0] <= target : -this.best.losses[0] >= target;
  }

  /**
   * Runs one round: all points with the replications `first` … `first + count − 1` (common random numbers). A point that occurs twice is run once.
   * @param outcomes filled with the outcomes by point, where they are wanted.
   * @returns by point, what this round alone says of it.
   */
  *run(points: readonly Point[], first: number, count: number, outcomes: Outcome[] = []): Generator<Order[], Score[], Outcome[]> {
    const unique = new Map<string, number>();
    const orders: Order[] = [];
    const places = points.map((point) => {
      const key = keyOf(point);
      const known = unique.get(key);
      if (known !== undefined) return known;
      unique.set(key, orders.length);
      return orders.push({ point, first, count }) - 1;
    });
    const answers = yield orders;
    this.rounds++;
    this.orders += orders.length;
    this.twins += orders.length * count;
    this.fresh = Math.max(this.fresh, first + count);
    const scores: Score[] = [];
    const entered: Design[] = [];
    for (const key of unique.keys()) {
      const i = scores.length;
      const { score, design } = this.enter(key, orders[i], answers[i]);
      scores.push(score);
      entered.push(design);
    }
    // Only now, as the ranges that violations are measured by have taken in the whole round.
    for (const design of entered) if (this.best === undefined || this.compare(design, this.best) < 0) this.best = design;
    if (this.best !== undefined) {
      const value = this.value(this.best.losses[0], 0);
      const feasible = this.violation(this.best) === 0;
      this.trace.push({ round: this.rounds, evaluations: this.orders, twins: this.twins, value, feasible });
    }
    if (this.problem.goals.length === 1 && this.designs.size > 2 * KEPT) this.forget();
    return places.map((index) => {
      outcomes.push(answers[index]);
      return scores[index];
    });
  }

  /** By how much the means miss the limits, each in shares of the range seen of it, added up; 0: feasible. Infinity where every twin broke off. */
  violation(score: Score): number {
    let sum = score.losses.every((loss) => loss < Infinity) ? 0 : Infinity;
    this.problem.limits.forEach(({ response, least, most }, i) => {
      const mean = score.means[response];
      const { low, high } = this.range[i];
      const miss = Number.isNaN(mean) ? Infinity : Math.max(0, least - mean, mean - most);
      if (miss > 0) sum += miss / (high > low ? high - low : 1);
    });
    return sum;
  }

  /**
   * Deb's rules (2000, "An efficient constraint handling method for genetic algorithms"): feasible before infeasible, among the infeasible the one
   * that misses by less, among the feasible the one with the lesser loss in the first goal. Negative: a before b.
   */
  compare(a: Score, b: Score): number {
    const [va, vb] = [this.violation(a), this.violation(b)];
    if (va !== vb) return va < vb ? -1 : 1;
    return a.losses[0] === b.losses[0] ? 0 : a.losses[0] < b.losses[0] ? -1 : 1;
  }

  /** A loss as the value of its goal. */
  value(loss: number, goal: number): number {
    return this.problem.goals[goal].sense === 'minimise' ? loss : -loss;
  }

  /** The designs of the book, best first. Under noise each counts as a standard error worse than it looks, or few replications would be an advantage. */
  ranked(): Design[] {
    const { response } = this.problem.goals[0];
    const careful = [...this.designs.values()].map((design) => {
      const n = design.counts[response];
      const error = n > 1 ? Math.sqrt(design.squares[response] / (n - 1) / n) : 0;
      return { design, losses: [design.losses[0] + error], means: design.means };
    });
    return careful.sort((a, b) => this.compare(a, b)).map(({ design }) => design);
  }

  /**
   * The last stage. The candidates are run with replications that no design has had (all the same ones), `choose` picks among them by these alone, and
   * what it picked is run once more with others again, which give what is reported: neither the search's luck nor that of the pick is in it.
   * Without noise (replications that never differ), or without finalists, the candidates are chosen among and told of as they are known.
   * @param candidates best first; as many as the budget of the last stage allows are taken.
   * @param also points that come before them, where there are fresh replications: they need not have been run.
   * @param choose handed the candidates as the fresh replications show them; returns indices, best first.
   */
  *conclude(
    candidates: readonly Design[],
    choose: (designs: readonly Design[], book: Book) => number[],
    ended: string,
    also: readonly Point[] = [],
  ): Search<Optimum> {
    const { finalists, finalReplications } = this.last();
    let told: readonly Design[] = candidates;
    if (finalists === 0 || this.still) {
      told = choose(told, this).map((i) => told[i]);
    } else {
      let points = [...also, ...told.map(({ point }) => point)];
      points = [...new Map(points.map((point) => [keyOf(point), point])).values()].slice(0, finalists);
      if (points.length > 1) {
        const again = yield* this.again(points, finalReplications);
        points = choose(again, this).map((i) => points[i]);
      }
      told = yield* this.again(points, finalReplications);
    }
    const known = told.map((design) => this.assess(design));
    return {
      best: known[0].point,
      known: known[0],
      front: this.problem.goals.length > 1 ? known : [],
      evaluations: this.orders,
      twins: this.twins,
      rounds: this.rounds,
      trace: this.trace,
      ended,
    };
  }

  /** The designs by fresh replications alone. */
  private *again(points: readonly Point[], count: number): Generator<Order[], Design[], Outcome[]> {
    const page = new Book(this.problem, { ...this.effort, replications: count });
    yield* page.run(points, this.fresh, count);
    this.rounds++;
    this.orders += page.orders;
    this.twins += page.twins;
    this.fresh = page.fresh;
    return points.map((point) => page.designs.get(keyOf(point)) as Design);
  }

  private last(): { finalists: number; finalReplications: number } {
    const { effort } = this;
    const wanted = effort.finalists ?? 10;
    const finalReplications = effort.finalReplications ?? 4 * effort.replications;
    if (wanted === 0) return { finalists: 0, finalReplications };
    // At most a third of what may be run, and at least the one design that is told of.
    const twins = Math.floor((effort.twins ?? Infinity) / 3 / finalReplications) - 1;
    const orders = Math.floor((effort.orders ?? Infinity) / 3) - 1;
    return { finalists: Math.max(1, Math.min(wanted, twins, orders)), finalReplications };
  }

  private assess(design: Design): Assessed {
    const { point, losses, means, counts, squares, twins } = design;
    const sds = squares.map((square, i) => (counts[i] > 1 ? Math.sqrt(square / (counts[i] - 1)) : Number.NaN));
    return {
      point,
      values: losses.map((loss, goal) => this.value(loss, goal)),
      means: [...means],
      sds,
      counts: [...counts],
      twins,
      feasible: this.violation(design) === 0,
    };
  }

  /** Enters an outcome. @returns what it says by itself, and the design with all that is known of it. */
  private enter(key: string, { point, count }: Order, outcome: Outcome): { score: Score; design: Design } {
    const responses = Math.round(outcome.length / count);
    const means: number[] = [];
    const counts: number[] = [];
    const squares: number[] = [];
    const columns: Float64Array[] = [];
    for (let j = 0; j < responses; j++) {
      const values = column(outcome, responses, j);
      columns.push(values);
      let sum = 0;
      for (const value of values) sum += value;
      const mean = values.length === 0 ? Number.NaN : sum / values.length;
      let square = 0;
      for (const value of values) square += (value - mean) * (value - mean);
      means.push(mean);
      counts.push(values.length);
      squares.push(square);
      if (square > 0) this.still = false;
    }
    const losses = this.problem.goals.map((goal) => {
      const value = goalValue(columns[goal.response] as Float64Array, goal);
      return Number.isNaN(value) ? Infinity : goal.sense === 'minimise' ? value : -value;
    });
    this.problem.limits.forEach(({ response }, i) => {
      const range = this.range[i];
      // NaN changes neither.
      if (means[response] < range.low) range.low = means[response];
      if (means[response] > range.high) range.high = means[response];
    });
    let design = this.designs.get(key);
    if (design === undefined) {
      design = { point, key, losses: [...losses], means: [...means], counts, squares, twins: count };
      this.designs.set(key, design);
    } else {
      design.losses = merged(design, losses, counts, this.problem.goals);
      merge(design, means, counts, squares);
      design.twins += count;
    }
    return { score: { losses, means }, design };
  }

  /** Keeps the best designs only, or a long search over real axes would fill the memory. */
  private forget(): void {
    const kept = this.ranked().slice(0, KEPT);
    this.designs.clear();
    for (const design of kept) this.designs.set(design.key, design);
  }
}

/**
 * Picks the one best by Deb's rules among the designs that meet every limit surely (one-sidedly at 95 %, each limit by itself); where none does, among
 * all: a best design tends to lie at a limit, where the means of half of its likes are beyond it by chance.
 */
export function bestOne(designs: readonly Design[], book: Book): number[] {
  const sure = designs.map(({ means, counts, squares }) =>
    book.problem.limits.every(({ response, least, most }) => {
      const n = counts[response];
      const slack = n > 1 ? 1.645 * Math.sqrt(squares[response] / (n - 1) / n) : 0;
      return means[response] - slack >= least && means[response] + slack <= most;
    }),
  );
  const order = designs.map((_, i) => i);
  return order.sort((a, b) => Number(sure[b]) - Number(sure[a]) || book.compare(designs[a], designs[b])).slice(0, 1);
}

/** Losses of all rounds: exact of a mean; of a quantile or the mean of the worst, the rounds' own values weighted by their replications. */
function merged(known: Design, losses: readonly number[], counts: readonly number[], goals: readonly Goal[]): number[] {
  return known.losses.map((loss, g) => {
    const old = known.counts[goals[g].response];
    const now = counts[goals[g].response];
    if (now === 0 || old === 0) return now === 0 ? loss : losses[g];
    return (loss * old + losses[g] * now) / (old + now);
  });
}

/** Merges means and squared deviations (Chan, Golub and LeVeque 1979). */
function merge(known: Design, means: readonly number[], counts: readonly number[], squares: readonly number[]): void {
  for (let j = 0; j < means.length; j++) {
    const [old, now] = [known.counts[j], counts[j]];
    if (now === 0) continue;
    if (old === 0) {
      known.means[j] = means[j];
      known.squares[j] = squares[j];
    } else {
      const gap = means[j] - known.means[j];
      known.means[j] += (gap * now) / (old + now);
      known.squares[j] += squares[j] + (gap * gap * old * now) / (old + now);
    }
    known.counts[j] += now;
  }
}
