/** The sequential procedure of Kim and Nelson: correct selection among up to some thousand designs, with common random numbers or without. */
import { exp, log } from '../elementary.ts';
import { checkPromise, type Contest, everyone, Sampling, type Selection } from './contest.ts';
import { Differences } from './moments.ts';
import type { Search } from './search.ts';

export interface KnOptions {
  confidence: number;
  /** The lead of the best that matters, in the unit of the response. */
  indifference: number;
  /** Replications of the first stage, at least 3; 16 where not given. Variances rest on these alone. */
  first?: number | undefined;
  /** Each round brings this share of the replications so far, at least; 0.25 where not given. Fewer rounds, more replications. */
  growth?: number | undefined;
}

/** All pairs of the first stage are kept. */
const MOST_DESIGNS = 2000;

/**
 * Kim and Nelson's η with c = 1 for an error 1 − confidence shared by k − 1 comparisons:
 * ½ ((2 (1 − confidence) / (k − 1))^(−2 / (n0 − 1)) − 1).
 */
export function knConstant(k: number, n0: number, confidence: number): number {
  return 0.5 * (exp((-2 / (n0 - 1)) * log((2 * (1 - confidence)) / (k - 1))) - 1);
}

/**
 * KN (Kim and Nelson 2001, "A fully sequential procedure for indifference-zone selection in simulation", section 3). Each design has r
 * replications; i is ruled out once some j leads it by more than W = max(0, δ / 2 × (h² S²ij / δ² − r)) / r, where h² = 2 η (n0 − 1) and S²ij is
 * the variance of the first n0 differences of i and j.
 *
 * It looks only at the ends of rounds that grow with r, not after every replication: a walk that is watched more seldom leaves
 * the region of indecision on the wrong side no more often (Jennison, Johnstone and Turnbull 1982). The bound is Bonferroni's over
 * pairs, so designs may be correlated in any way, and common luck shortens the search.
 * @throws RangeError for more than 2,000 designs (all pairs are kept), or options out of range.
 */
export function* kn(contest: Contest, options: KnOptions): Search<Selection> {
  const { confidence, indifference: delta, first = 16, growth = 0.25 } = options;
  checkPromise(confidence, delta);
  const k = contest.designs.length;
  if (k > MOST_DESIGNS) throw new RangeError(`KN takes up to ${MOST_DESIGNS} designs, not ${k}: a tournament takes more.`);
  if (!(first >= 3)) throw new RangeError(`KN begins with 3 replications or more, not ${first}.`);
  const sampling = new Sampling({ ...contest, widest: Math.max(k, contest.widest ?? k) });
  const differences = new Differences(k);
  let r = first;
  yield* sampling.raise(everyone(k), r, (members, values) => differences.take(members, values));
  let alive = sampling.sound(everyone(k));
  const { n, mean } = sampling.moments;
  const hSquared = k > 1 ? 2 * knConstant(k, first, confidence) * (first - 1) : 0;
  while (alive.length > 1) {
    alive = alive.filter((i) =>
      alive.every((j) => {
        const lead = sampling.sense * (mean[j] - mean[i]);
        if (lead <= 0 || i === j) return true;
        // Where a few replications broke off, the fewer count.
        const seen = Math.min(n[i], n[j]);
        return lead <= Math.max(0, (hSquared * differences.variance(i, j)) / delta - delta * seen) / (2 * seen);
      }),
    );
    if (alive.length === 1 || ended(alive, r, hSquared / (delta * delta), differences)) break;
    r += Math.max(1, Math.ceil(r * growth));
    yield* sampling.raise(alive, r);
    alive = sampling.sound(alive);
  }
  const survivors = alive.length > 1 ? [sampling.leader(alive)] : alive;
  return sampling.select(survivors, 'KN (Kim and Nelson 2001)', {
    confidence,
    indifference: delta,
    what: 'correct',
    assumes:
      'The means of replications are nearly normal and the best design leads all others by the indifference; designs may be correlated in any way.',
  });
}

/** Whether no pair is undecided any more: then the margins are 0 and only equal means are left. */
function ended(alive: readonly number[], r: number, scale: number, differences: Differences): boolean {
  return alive.every((i) => alive.every((j) => j >= i || scale * differences.variance(i, j) <= r));
}
