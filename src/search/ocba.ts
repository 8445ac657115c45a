/** Optimal computing budget allocation: no promise, but the likeliest selection for a given number of replications. */
import { normalAbove } from '../quantiles.ts';
import { type Contest, everyone, Sampling, type Selection } from './contest.ts';
import type { Search } from './search.ts';

export interface OcbaOptions {
  /** Replications in all. At least `first` for each design are taken. */
  budget: number;
  /** Of each design at first, at least 2; 10 where not given. Chen et al. advise 5 to 20. */
  first?: number | undefined;
  /** Rounds after the first among which the rest of the budget is shared evenly; 10 where not given. */
  rounds?: number | undefined;
}

/** Leads below this share of a standard deviation are taken for so much: a tie must not swallow the whole budget. */
const SMALLEST_LEAD = 1e-3;

/**
 * The shares of Chen's rule, with b the design of the best mean: N_i / N_j = ((σ_i / lead_i) / (σ_j / lead_j))², and
 * N_b = σ_b √Σ N_i² / σ_i². They sum to 1; even where no design varies.
 * @param lead of the best mean over each, above 0 but for b.
 */
export function ocbaShares(variance: readonly number[], lead: readonly number[], best: number): number[] {
  let squares = 0;
  const shares = variance.map((v, i) => {
    if (i === best || v === 0) return 0;
    const floor = SMALLEST_LEAD * SMALLEST_LEAD * (v + variance[best]);
    const share = v / Math.max(lead[i] * lead[i], floor);
    squares += (share * share) / v;
    return share;
  });
  shares[best] = Math.sqrt(variance[best] * squares);
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum > 0 ? shares.map((share) => share / sum) : shares.map(() => 1 / shares.length);
}

/**
 * OCBA (Chen, Lin, Yücesan and Chick 2000, "Simulation budget allocation for further enhancing the efficiency of ordinal optimization",
 * theorem 1): after each round the replications so far and those of the next are shared by what is known of means and variances; designs that
 * have more than their share already get none. `probability` is the paper's APCS, Bonferroni's lower bound on the posterior
 * probability that the selected design is the best; it takes the estimated variances for true.
 * @throws RangeError for a first stage of fewer than 2.
 */
export function* ocba(contest: Contest, options: OcbaOptions): Search<Selection> {
  const { budget, first = 10, rounds = 10 } = options;
  if (!(first >= 2)) throw new RangeError(`OCBA begins with 2 replications or more, not ${first}.`);
  const k = contest.designs.length;
  const sampling = new Sampling(contest);
  yield* sampling.raise(everyone(k), first);
  let alive = sampling.sound(everyone(k));
  const { n, mean, m2 } = sampling.moments;
  const varianceOf = (i: number): number => m2[i] / (n[i] - 1);
  const leadsOf = (best: number): number[] => alive.map((i) => Math.abs(mean[best] - mean[i]));
  const step = Math.ceil((budget - sampling.twins) / rounds);
  while (alive.length > 1 && sampling.twins < budget) {
    const best = sampling.leader(alive);
    const shares = ocbaShares(alive.map(varianceOf), leadsOf(best), alive.indexOf(best));
    const target = targets(
      shares,
      alive.map((i) => n[i]),
      Math.min(step, budget - sampling.twins),
    );
    const more = new Uint32Array(k);
    alive.forEach((i, at) => {
      more[i] = sampling.asked[i] + target[at] - n[i];
    });
    yield* sampling.raise(alive, more);
    alive = sampling.sound(alive);
  }
  const best = sampling.leader(alive);
  const leads = leadsOf(best);
  let probability = alive.length > 0 ? 1 : Number.NaN;
  alive.forEach((i, at) => {
    if (i === best) return;
    const spread = Math.sqrt(varianceOf(i) / n[i] + varianceOf(best) / n[best]);
    probability -= spread > 0 ? normalAbove(leads[at] / spread) : leads[at] > 0 ? 0 : 0.5;
  });
  return sampling.select(
    alive,
    'OCBA (Chen et al. 2000)',
    {
      confidence: Number.NaN,
      indifference: Number.NaN,
      what: 'nothing',
      assumes: 'The replications went where they say most, up to the budget.',
    },
    Math.max(0, probability),
  );
}

/** Whole targets: `more` replications in all go to those furthest below their share of the whole. */
function targets(shares: readonly number[], have: readonly number[], more: number): number[] {
  const total = have.reduce((sum, n) => sum + n, 0) + more;
  const wanted = shares.map((share, at) => Math.max(0, share * total - have[at]));
  const sum = wanted.reduce((all, x) => all + x, 0);
  // Cumulative rounding: the sum of the whole numbers is exact.
  let exact = 0;
  let given = 0;
  return have.map((n, at) => {
    exact += sum > 0 ? (wanted[at] * more) / sum : more / have.length;
    const now = Math.round(exact) - given;
    given += now;
    return n + now;
  });
}
