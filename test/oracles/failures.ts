/** A single machine that never lacks parts and is never blocked, with exponential times to failure: renewal arguments in closed form. */

/** E[e^{s·S}] of the processing time S; s may be negative. */
export type Transform = (s: number) => number;

export const constantTime =
  (value: number): Transform =>
  (s) =>
    Math.exp(s * value);

/** Erlang with k stages; defined for s < k / mean. */
export const erlangTime =
  (mean: number, k: number): Transform =>
  (s) =>
    (1 - (s * mean) / k) ** -k;

/** Mean time on the machine, repairs included, where an interrupted job goes on with what remained: E[S] (1 + λ·MTTR). */
export function resumed(mean: number, failureRate: number, repair: number): number {
  return mean * (1 + failureRate * repair);
}

/**
 * The same where an interrupted job begins again with the same processing time (preemptive-repeat-identical; Gaver 1962; Conway, Maxwell and
 * Miller 1967): (1/λ + MTTR) (E[e^{λS}] − 1).
 */
export function restarted(time: Transform, failureRate: number, repair: number): number {
  return (1 / failureRate + repair) * (time(failureRate) - 1);
}

/**
 * The same where a failure scraps the part. A job survives with probability p = E[e^{−λS}], occupies the machine for (1 − p)/λ on average, and
 * costs a repair with probability 1 − p. Rates are per unit of time.
 */
export function scrapping(
  time: Transform,
  failureRate: number,
  repair: number,
): { good: number; scrapped: number; working: number; failed: number } {
  const survives = time(-failureRate);
  const work = (1 - survives) / failureRate;
  const down = (1 - survives) * repair;
  const cycle = work + down;
  return { good: survives / cycle, scrapped: (1 - survives) / cycle, working: work / cycle, failed: down / cycle };
}

/** Share of time in order of a machine whose clock to failure always runs, except in repair: MTTF / (MTTF + MTTR), for all distributions. */
export function availability(timeToFailure: number, repair: number): number {
  return timeToFailure / (timeToFailure + repair);
}

/** Throughput of a machine that is down for a repair after every `parts` parts on average. */
export function perParts(mean: number, parts: number, repair: number): number {
  return parts / (parts * mean + repair);
}
