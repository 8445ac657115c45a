/**
 * Good selection among up to millions of designs in some ten wide rounds: heats that screen, then a final with fresh luck.
 *
 * It has the frame of GSP (Ni, Ciocan, Henderson and Hunter 2017, "Efficient ranking and selection in parallel computing environments"):
 * screening of all against the bests of all, a promise split among the stages, good selection without an indifference zone. Two parts differ,
 * because here a round is one batch and few rounds matter more than few replications a round. (a) GSP's Brownian boundary and Rinott stage
 * rest on the variances of the first stage alone, which must therefore be long (50 replications of each design). Here every look
 * uses the variances of all replications so far, at counts that are fixed beforehand, so a first stage of a dozen does and the hopeless cost no more.
 * (b) The survivors start again with fresh luck, so the final is a contest among hundreds, not a million: its critical value is that
 * much smaller, which is worth far more than the replications left behind. The knock-out tournament of Zhong and Hong (2022) was the other
 * choice: it needs log2 k stages of sequential pairs one after the other, and its promise is correct selection.
 *
 * **Theorem.** Let replications of a design be independent and normal, means and variances unknown. Let designs be independent, or, under common
 * luck, the covariance of no two be negative (in the heats; in a paired final any covariance will do). Then P(best mean − selected mean ≤ δ) ≥ confidence.
 *
 * *Proof.* Let b be a best design and α1 + α2 = 1 − confidence. Look r = 0, 1, … of the heats is at n(r) replications, a number fixed
 * beforehand, and has the error p(r) with Σ p(r) ≤ α1 / (k − 1). For another design j let E(j, r) be: X̄j − X̄b − (μj − μb) ≤ t √(Sj²/n + Sb²/n), t being
 * the (1 − p(r))-quantile of Student with n − 1 degrees of freedom. Means and variances of the same n replications are independent, so given the variances
 * E fails with a probability of at most Φ(−t √(w uj + (1 − w) ub)), where u = S²/σ² and w = σj² / (σj² + σb²); a covariance that is not negative only helps.
 * Φ(−t √u) is convex in u, so by Jensen this is on average at most w P(T > t) + (1 − w) P(T > t) = p(r). By Bonferroni all E hold with 1 − α1. Where
 * they do, b is never ruled out (that needs X̄j − X̄b > t √…), and a leader i that stops the search because X̄j − X̄i + t √… ≤ δ for all j
 * left is good: b is one of these, and by E(i, r) μb − μi ≤ X̄b − X̄i + t √… Which pairs are looked at, and when the heats end, may therefore depend on the data. Given the heats, the same
 * holds of the final among m designs, with fresh replications and Σ p(r) ≤ α2 / (m − 1); its schedule may rest on the heats' variances. ∎
 */
import { exp, log } from '../elementary.ts';
import { studentT } from '../experiment/statistics.ts';
import { checkPromise, type Contest, everyone, MOST_PAIRED, Sampling, type Selection } from './contest.ts';
import { Differences, type Moments } from './moments.ts';
import type { Search } from './search.ts';

export interface TournamentOptions {
  confidence: number;
  /** Designs within so much of the best count as good, in the unit of the response. */
  indifference: number;
  /** Replications of each design in the first heat, at least 4; 12 where not given. Each further heat doubles them. */
  first?: number | undefined;
  /** Replications at which the search gives up its promise and answers with the leader. */
  most?: number | undefined;
}

/** α1 as a share of α. The heats' critical value hardly feels it: it is a quantile at α1 / k. */
const HEATS_SHARE = 0.2;
/** Of the replications that the final will need of a design; heats beyond that would cost as much as the final that they save. */
const LONGEST_HEAT = 0.25;
/** Those with the best lower bounds: all others are held against them, as each of GSP's groups against the bests of all. */
const RIVALS = 128;
const FINAL_FIRST = 16;
/** By which a look of the final is later than the one before, about: more looks end sooner, but each is a round. */
const FINAL_GROWTH = 1.6;
/** Of the final's error, what is left for looks after the last planned one. */
const RESERVE = 0.1;

/** What a look knows: the lead of one design over another, and the margin within which it may be chance. */
interface Look {
  /** How far i may lead j at most: its lead and the margin. */
  most(i: number, j: number): number;
  /** Whether some rival leads i by more than the margin. */
  beaten(i: number, rivals: readonly number[]): boolean;
}

/** The procedure above. @throws RangeError for options out of range. */
export function* tournament(contest: Contest, options: TournamentOptions): Search<Selection> {
  const { confidence, indifference: delta, first = 12, most = Number.POSITIVE_INFINITY } = options;
  checkPromise(confidence, delta);
  if (!(first >= 4)) throw new RangeError(`The first heat takes 4 replications of each design or more, not ${first}.`);
  const k = contest.designs.length;
  const sampling = new Sampling(contest);
  const { moments, sense } = sampling;
  const decided = (alive: readonly number[], look: Look): boolean => {
    const best = sampling.leader(alive);
    return alive.every((i) => i === best || look.most(i, best) <= delta);
  };
  const answer = (alive: number[], kept = true): Selection =>
    sampling.select(alive, 'screening tournament (heats and a final, after GSP of Ni et al. 2017)', {
      confidence: kept ? confidence : Number.NaN,
      indifference: kept ? delta : Number.NaN,
      what: kept ? 'good' : 'nothing',
      assumes: !kept
        ? 'The search reached its limit of replications before it could tell.'
        : contest.luck === 'own'
          ? 'Replications are nearly normal; designs have luck of their own.'
          : 'Replications are nearly normal; what is good luck for one design is not bad luck for another.',
    });

  let alive: number[] = [];
  let reached = 0;
  const error = (1 - confidence) * HEATS_SHARE;
  for (let heat = 0, n = first; ; heat++, n *= 2) {
    const entrants = heat === 0 ? everyone(k) : alive;
    if (sampling.twins + entrants.length * (n - reached) > most) {
      if (heat === 0) throw new RangeError(`The first heat alone takes ${k * n} replications, more than ${most}.`);
      return answer(alive, false);
    }
    yield* sampling.raise(entrants, n);
    reached = n;
    alive = sampling.sound(entrants);
    if (alive.length < 2) return answer(alive);
    const look = apart(alive, moments, sense, error / ((heat + 1) * (heat + 2) * (k - 1)));
    alive = unbeaten(alive, best(alive, look.floor), look);
    if (alive.length === 1 || decided(alive, look)) return answer(alive);
    if (alive.length <= MOST_PAIRED || 2 * n > LONGEST_HEAT * finalNeed(alive, moments, delta, 1 - confidence)) break;
  }

  const m = alive.length;
  // Fewer replications than in the heats before can hardly tell more than these did.
  const schedule = finalSchedule(Math.max(FINAL_FIRST, reached / 2), finalNeed(alive, moments, delta, 1 - confidence));
  const paired = contest.luck === 'common' && m <= MOST_PAIRED;
  const differences = new Differences(paired ? m : 0);
  const seat = new Map(alive.map((i, at) => [i, at]));
  const seatOf = (i: number): number => seat.get(i) as number;
  let had = 0;
  for (let round = 0; ; round++) {
    const { n, share } = schedule(round);
    if (sampling.twins + alive.length * (n - had) > most) return answer(alive, false);
    if (round === 0) sampling.restart(alive);
    had = n;
    yield* sampling.raise(alive, n, paired ? (members, values) => differences.take(members.map(seatOf), values) : undefined);
    alive = sampling.sound(alive);
    if (alive.length < 2) return answer(alive);
    const p = ((1 - confidence) * (1 - HEATS_SHARE) * share) / (m - 1);
    if (paired) {
      const look = together(differences, seatOf, sense, p);
      alive = unbeaten(alive, alive, look);
      if (alive.length === 1 || decided(alive, look)) return answer(alive);
    } else {
      const look = apart(alive, moments, sense, p);
      alive = unbeaten(alive, best(alive, look.floor), look);
      if (alive.length === 1 || decided(alive, look)) return answer(alive);
    }
  }
}

/** Those that no rival leads by more than the margin. */
function unbeaten(alive: readonly number[], rivals: readonly number[], look: Look): number[] {
  return alive.filter((i) => !look.beaten(i, rivals));
}

/** Student's quantiles at one tail, each computed once. */
function tails(p: number): (df: number) => number {
  const known = new Map<number, number>();
  return (df) => {
    let t = known.get(df);
    if (t === undefined) known.set(df, (t = -studentT(p, df)));
    return t;
  };
}

/** Design against design by their own variances. `floor` is by design its mean less its own margin: how sure a rival it is. */
function apart(alive: readonly number[], moments: Moments, sense: number, p: number): Look & { floor: Float64Array } {
  const { n, mean } = moments;
  const t = tails(p);
  const reach = new Float64Array(n.length);
  const square = new Float64Array(n.length);
  const floor = new Float64Array(n.length);
  for (const i of alive) {
    reach[i] = t(n[i] - 1);
    square[i] = moments.variance(i) / n[i];
    floor[i] = sense * mean[i] - reach[i] * Math.sqrt(square[i]);
  }
  return {
    floor,
    // Counts differ only where replications broke off: the fewer degrees of freedom count.
    most: (i, j) => sense * (mean[i] - mean[j]) + Math.max(reach[i], reach[j]) * Math.sqrt(square[i] + square[j]),
    beaten: (i, rivals) => {
      const [mine, t, s] = [mean[i], reach[i], square[i]];
      for (const j of rivals) {
        const lead = sense * (mean[j] - mine);
        const widest = t > reach[j] ? t : reach[j];
        if (lead > 0 && lead * lead > widest * widest * (s + square[j])) return true;
      }
      return false;
    },
  };
}

/** Pairs under common luck: the t-interval of their differences. */
function together(differences: Differences, seatOf: (i: number) => number, sense: number, p: number): Look {
  const t = tails(p);
  const lead = (i: number, j: number): number => sense * differences.mean(seatOf(i), seatOf(j));
  const margin = (i: number, j: number): number => {
    const [a, b] = [seatOf(i), seatOf(j)];
    const n = differences.n(a, b);
    return n < 2 ? Number.POSITIVE_INFINITY : t(n - 1) * Math.sqrt(differences.variance(a, b) / n);
  };
  return {
    most: (i, j) => lead(i, j) + margin(i, j),
    beaten: (i, rivals) => rivals.some((j) => i !== j && lead(j, i) > margin(j, i)),
  };
}

/** The `RIVALS` with the highest floors, highest first: most designs fall to the very first. */
function best(alive: readonly number[], floor: Float64Array): number[] {
  const found: number[] = [];
  for (const i of alive) {
    if (found.length === RIVALS && floor[i] <= floor[found[RIVALS - 1]]) continue;
    let at = found.length;
    while (at > 0 && floor[found[at - 1]] < floor[i]) at--;
    found.splice(at, 0, i);
    if (found.length > RIVALS) found.pop();
  }
  return found;
}

/** Replications of each design after which designs with equal means would be told good, by the variances known: 2 t² σ² / δ². */
function finalNeed(alive: readonly number[], moments: Moments, delta: number, error: number): number {
  let variance = 0;
  for (const i of alive) variance += moments.variance(i) / alive.length;
  const last = (1 - RESERVE) * (1 - 1 / FINAL_GROWTH) * (1 - HEATS_SHARE);
  const t = -studentT((error * last) / (alive.length - 1), 1e6);
  return (2 * t * t * variance) / (delta * delta);
}

/**
 * The looks of the final: replications in all, and the look's share of the error. Shares grow as the replications do, so that most is
 * there for the look that is likely to be the last; later ones live on the reserve.
 */
function finalSchedule(first: number, need: number): (round: number) => { n: number; share: number } {
  const planned = Math.max(0, Math.ceil(log(need / first) / log(FINAL_GROWTH)));
  const growth = planned === 0 ? FINAL_GROWTH : exp(log(need / first) / planned);
  let sum = 0;
  for (let round = 0, weight = 1; round <= planned; round++, weight *= growth) sum += weight;
  return (round) => {
    const weight = exp(round * log(growth));
    const after = round - planned;
    return {
      n: Math.ceil(first * weight),
      share: after <= 0 ? ((1 - RESERVE) * weight) / sum : RESERVE / (after * (after + 1)),
    };
  };
}
