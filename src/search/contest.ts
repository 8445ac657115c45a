/** What all procedures of ranking and selection share: the contest they decide, how they sample it in rounds, and what they answer. */
import { Moments } from './moments.ts';
import type { Goal, Order, Outcome, Point, Search } from './search.ts';

/** The designs to choose from. An array of points is one; a million designs may be computed when they are asked for. */
export interface Designs {
  readonly length: number;
  at(index: number): Point | undefined;
}

export interface Contest {
  designs: Designs;
  /** Its mean decides. */
  goal: Goal;
  /**
   * Replications share their luck where they share their number. `common`: replication r of all designs is the same luck (common random
   * numbers), so differences vary less; `own`: no two replications of the search have a number in common, so designs are independent.
   */
  luck: 'common' | 'own';
  /** The first replication to use; those before it are left to others. 0 where not given. */
  first?: number | undefined;
  /** Most orders a round; more are cut into several rounds, so that the orders and outcomes of a million designs never lie in memory at once. */
  widest?: number | undefined;
}

/** What a selection promises, and on what grounds. */
export interface Vow {
  /** Of all runs of the procedure, the share at least that keeps it. NaN: nothing is promised. */
  confidence: number;
  /** In the unit of the response. NaN where nothing is promised. */
  indifference: number;
  /**
   * `good`: the selected mean is within the indifference of the best. `correct`: the selected is the best, if the best leads all others by the
   * indifference; nothing is said where it does not.
   */
  what: 'good' | 'correct' | 'nothing';
  /** A sentence. */
  assumes: string;
}

export interface Selection {
  /** By its index; −1 where all designs were dropped. */
  selected: number;
  /** Those not ruled out when the search ended, the selected one among them, ascending. */
  survivors: number[];
  /** Designs of which too many replications broke off. They are out of the contest. */
  dropped: number[];
  /** By design, the replications behind its mean and variance. */
  replications: Uint32Array;
  mean: Float64Array;
  /** NaN of fewer than two replications. */
  variance: Float64Array;
  /** All replications ordered. */
  twins: number;
  rounds: number;
  procedure: string;
  promise: Vow;
  /** OCBA's approximate posterior probability that the selected design is the best; NaN of other procedures. */
  probability: number;
}

/** Orders a round may hold where the contest does not say: on a GPU a full batch, in memory some tens of megabytes with their outcomes. */
const WIDEST = 2 ** 16;
/** Designs of which all pairs may be kept. A round takes as many whole, or pairs would be torn apart. */
export const MOST_PAIRED = 256;
/** A design of which more than this share of the replications broke off is dropped: the mean of the others would speak of other plants. */
const MOST_BROKEN = 0.1;

/** Samples the designs of a contest, and keeps the moments of what came back. */
export class Sampling {
  readonly moments: Moments;
  rounds = 0;
  twins = 0;
  /** 1, or −1 where the goal is to be made small: sense × mean is to be made large. */
  readonly sense: 1 | -1;
  private readonly contest: Contest;
  private readonly widest: number;
  /** By design, the replications ordered since its last start. */
  readonly asked: Uint32Array;
  private readonly broken: Uint32Array;
  private readonly out: Uint8Array;
  /** The first replication that nobody has used. */
  private fresh: number;
  /** Where common luck begins. */
  private start: number;

  /** @throws RangeError for an empty contest, or one for anything but a mean. */
  constructor(contest: Contest) {
    const { designs, goal } = contest;
    if (designs.length < 1) throw new RangeError('There is no design to choose from.');
    if (goal.of.kind !== 'mean') throw new RangeError('Ranking and selection compare means, not quantiles or worst shares.');
    this.contest = contest;
    this.sense = goal.sense === 'maximise' ? 1 : -1;
    this.widest = Math.max(MOST_PAIRED, contest.widest ?? WIDEST);
    this.start = contest.first ?? 0;
    this.fresh = this.start;
    this.moments = new Moments(designs.length);
    this.asked = new Uint32Array(designs.length);
    this.broken = new Uint32Array(designs.length);
    this.out = new Uint8Array(designs.length);
  }

  /**
   * Orders replications until each member has been asked for `target` of them, and takes them in.
   * @param target one for all, or by design.
   * @param kept told the designs and the values of the response, of each round.
   */
  *raise(
    members: ArrayLike<number>,
    target: number | ArrayLike<number>,
    kept?: (members: readonly number[], values: readonly Float64Array[]) => void,
  ): Generator<Order[], void, Outcome[]> {
    const { designs, luck, goal } = this.contest;
    for (let done = 0; done < members.length; ) {
      const orders: Order[] = [];
      const owners: number[] = [];
      for (; done < members.length && orders.length < this.widest; done++) {
        const i = members[done];
        const count = (typeof target === 'number' ? target : target[i]) - this.asked[i];
        if (count <= 0) continue;
        const first = luck === 'common' ? this.start + this.asked[i] : this.fresh;
        orders.push({ point: designs.at(i) as Point, first, count });
        owners.push(i);
        this.asked[i] += count;
        this.twins += count;
        this.fresh = Math.max(this.fresh, first + count);
      }
      if (orders.length === 0) continue;
      const outcomes = yield orders;
      this.rounds++;
      const values: Float64Array[] = [];
      owners.forEach((i, at) => {
        const outcome = outcomes[at] as Outcome;
        const stride = outcome.length / (orders[at] as Order).count;
        this.broken[i] += this.moments.take(i, outcome, goal.response, stride);
        if (kept !== undefined) values.push(stride === 1 ? outcome : outcome.filter((_, place) => place % stride === goal.response));
      });
      kept?.(owners, values);
    }
  }

  /** Those of the members with two replications or more of which not too many broke off. The others are out. */
  sound(members: ArrayLike<number>): number[] {
    const left: number[] = [];
    for (let at = 0; at < members.length; at++) {
      const i = members[at];
      if (this.moments.n[i] < 2 || this.broken[i] > MOST_BROKEN * this.asked[i]) this.out[i] = 1;
      else left.push(i);
    }
    return left;
  }

  /** Forgets the replications of the members: what follows has fresh luck. The moments of the others stay as they are. */
  restart(members: readonly number[]): void {
    this.start = this.fresh;
    for (const i of members) {
      this.asked[i] = 0;
      this.broken[i] = 0;
      this.moments.n[i] = 0;
      this.moments.mean[i] = 0;
      this.moments.m2[i] = 0;
    }
  }

  /** The member with the best mean, the first of several; −1 of none. */
  leader(members: readonly number[]): number {
    const { mean } = this.moments;
    let best = -1;
    for (const i of members) if (best < 0 || this.sense * mean[i] > this.sense * mean[best]) best = i;
    return best;
  }

  /** The answer: the leader of the survivors. */
  select(survivors: number[], procedure: string, promise: Vow, probability = Number.NaN): Selection {
    return {
      selected: this.leader(survivors),
      survivors,
      dropped: Array.from(this.out.keys()).filter((i) => this.out[i] === 1),
      replications: this.moments.n,
      mean: this.moments.mean,
      variance: this.moments.variances(),
      twins: this.twins,
      rounds: this.rounds,
      procedure,
      promise,
      probability,
    };
  }
}

/** 0 … count − 1. */
export function everyone(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** @throws RangeError unless 1/2 < confidence < 1 and the indifference is above 0. */
export function checkPromise(confidence: number, indifference: number): void {
  if (!(confidence > 0.5 && confidence < 1)) throw new RangeError(`A confidence lies between 1/2 and 1, not at ${confidence}.`);
  if (!(indifference > 0 && Number.isFinite(indifference)))
    throw new RangeError(`An indifference is a number above 0, not ${indifference}.`);
}

/** One round: the same replications, hence the same luck, of all points. @returns by point its outcome. */
export function* commonLuck(points: readonly Point[], count: number, first = 0): Search<Outcome[]> {
  if (points.length === 0) return [];
  return yield points.map((point) => ({ point, first, count }));
}
