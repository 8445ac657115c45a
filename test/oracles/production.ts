/** What follows from a few lines of arithmetic: conveyors, quality, due dates. */

export interface Belt {
  /** Time from one end to the other without a stop. */
  travel: number;
  /** Parts that have room at the same time. */
  capacity: number;
  /** Most parts per unit of time. */
  rate: number;
}

/** A conveyor of `length` and `speed` whose parts stand `pitch` apart; all in the same unit of length. */
export function conveyor(length: number, speed: number, pitch: number): Belt {
  return { travel: length / speed, capacity: Math.floor(length / pitch), rate: speed / pitch };
}

/**
 * Parts at equal distances of `gap` in time on a belt whose end is served in `service` (constant) each: an accumulating belt hands over one a
 * service and never stops while it is fed; parts inside grow to its capacity if service is slower than the feed.
 */
export function fedBelt(belt: Belt, gap: number, service: number): { throughput: number; inside: number } {
  const every = Math.max(gap, service, 1 / belt.rate);
  return { throughput: 1 / every, inside: service > gap ? belt.capacity : belt.travel / every };
}

export interface Quality {
  /** Mean passes of a part. */
  passes: number;
  /** Shares of the parts that enter. */
  good: number;
  scrapped: number;
}

/** Rework: each pass is good with probability `good`; a bad part goes through again, at most `loops` times, then it is scrapped. */
export function rework(good: number, loops: number): Quality {
  const bad = (1 - good) ** (loops + 1);
  return { passes: (1 - bad) / good, good: 1 - bad, scrapped: bad };
}

/** Stations in a row with a yield each: what comes out, and what comes into each, as shares of what comes in. */
export function yields(shares: number[]): { out: number; into: number[] } {
  const into = [1];
  for (const share of shares) into.push(into[into.length - 1] * share);
  return { out: into[shares.length], into: into.slice(0, -1) };
}

/** A share `inspected` of the parts is looked at; a bad one is then found with probability `found`, and scrapped. */
export function sampling(bad: number, inspected: number, found = 1): { scrapped: number; outgoingBad: number } {
  const scrapped = bad * inspected * found;
  return { scrapped, outgoingBad: (bad - scrapped) / (1 - scrapped) };
}

/** M/M/1 in turn, where every part is due `allowance` after it came: the flow time is exponential with mean 1/(μ − λ). */
export function dueDates(
  arrivalRate: number,
  serviceRate: number,
  allowance: number,
): { serviceLevel: number; lateness: number; tardiness: number } {
  const rate = serviceRate - arrivalRate;
  const late = Math.exp(-rate * allowance);
  return { serviceLevel: 1 - late, lateness: 1 / rate - allowance, tardiness: late / rate };
}
