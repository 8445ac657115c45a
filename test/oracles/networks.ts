/** Batches, forks, closed loops and pull: stations that depend on each other. Rates are per unit of time. */
import { expectation, stationary, type Transition } from './markov.ts';

export interface BatchQueue {
  /** Mean parts that wait, those in service not counted. */
  length: number;
  wait: number;
  flowTime: number;
  /** Mean parts in a batch. */
  batch: number;
  utilization: number;
}

/**
 * M/M^[a,b]/1 (Bailey 1954; Neuts 1967): an idle server starts as soon as `least` parts wait, takes all of them up to `most`, and lets nobody join
 * later; one exponential time serves the batch. A chain cut at `places` waiting parts.
 */
export function batchService(arrivalRate: number, serviceRate: number, least: number, most: number, places: number): BatchQueue {
  const take = (waiting: number): [number, number] => (waiting >= least ? [waiting - Math.min(most, waiting), 1] : [waiting, 0]);
  const chain = stationary<[waiting: number, busy: number]>([0, 0], ([waiting, busy]) => {
    const moves: Transition<[number, number]>[] = [];
    if (waiting < places) moves.push([busy ? [waiting + 1, 1] : take(waiting + 1), arrivalRate]);
    if (busy) moves.push([take(waiting), serviceRate]);
    return moves;
  });
  const length = expectation(chain, ([waiting]) => waiting);
  const utilization = expectation(chain, ([, busy]) => busy);
  const wait = length / arrivalRate;
  return { length, wait, flowTime: wait + 1 / serviceRate, batch: arrivalRate / (serviceRate * utilization), utilization };
}

/** One queue for two exponential servers of their own rates; who finds both free takes the first. By the chain of parts inside, cut at 400. */
export function unlikeServers(
  arrivalRate: number,
  first: number,
  second: number,
): { wait: number; flowTime: number; utilizations: [number, number] } {
  type State = [first: number, second: number, waiting: number];
  const chain = stationary<State>([0, 0, 0], ([a, b, waiting]) => {
    const moves: Transition<State>[] = [];
    if (a === 0) moves.push([[1, b, 0], arrivalRate]);
    else if (b === 0) moves.push([[1, 1, 0], arrivalRate]);
    else if (waiting < 400) moves.push([[1, 1, waiting + 1], arrivalRate]);
    if (a === 1) moves.push([waiting > 0 ? [1, b, waiting - 1] : [0, b, 0], first]);
    if (b === 1) moves.push([waiting > 0 ? [a, 1, waiting - 1] : [a, 0, 0], second]);
    return moves;
  });
  return {
    wait: expectation(chain, ([, , waiting]) => waiting) / arrivalRate,
    flowTime: expectation(chain, ([a, b, waiting]) => a + b + waiting) / arrivalRate,
    utilizations: [expectation(chain, ([a]) => a), expectation(chain, ([, b]) => b)],
  };
}

/**
 * Every arrival is split in two, one for each of two exponential servers of the same rate with a queue each, and is done when both are: the mean
 * flow time is (12 − ρ)/8 times that of an M/M/1, exactly (Flatto and Hahn 1984; Nelson and Tantawi 1988).
 */
export function forkJoin(arrivalRate: number, serviceRate: number): number {
  return (12 - arrivalRate / serviceRate) / 8 / (serviceRate - arrivalRate);
}

export interface LoopNode {
  /** Visits of a part per round. */
  visits: number;
  /** Mean service time of a visit, exponential. */
  mean: number;
  /** Parallel servers; Infinity: a delay where nobody waits. */
  servers: number;
}

export interface LoopAnswer {
  /** Rounds per unit of time. */
  throughput: number;
  /** Mean of a round. */
  roundTime: number;
  nodes: { flowTime: number; parts: number; utilization: number }[];
}

/** A closed Jackson network with a fixed number of parts, by exact mean value analysis (Reiser and Lavenberg 1980), marginal probabilities carried for nodes of several servers. */
export function closedNetwork(nodes: LoopNode[], parts: number): LoopAnswer {
  // at[i][j]: probability of j parts at node i when there are n in all.
  const at = nodes.map(() => [1, ...Array<number>(parts).fill(0)]);
  let flowTimes = nodes.map(() => 0);
  let throughput = 0;
  for (let n = 1; n <= parts; n++) {
    flowTimes = nodes.map(({ mean, servers }, i) => {
      if (servers === Number.POSITIVE_INFINITY) return mean;
      let time = 0;
      for (let j = 1; j <= n; j++) time += (j * mean * at[i][j - 1]) / Math.min(j, servers);
      return time;
    });
    throughput = n / nodes.reduce((sum, { visits }, i) => sum + visits * flowTimes[i], 0);
    nodes.forEach(({ visits, mean, servers }, i) => {
      let rest = 1;
      for (let j = n; j >= 1; j--) {
        at[i][j] = (throughput * visits * mean * at[i][j - 1]) / Math.min(j, servers);
        rest -= at[i][j];
      }
      at[i][0] = rest;
    });
  }
  return {
    throughput,
    roundTime: parts / throughput,
    nodes: nodes.map(({ visits, mean, servers }, i) => ({
      flowTime: flowTimes[i],
      parts: throughput * visits * flowTimes[i],
      utilization: (throughput * visits * mean) / servers,
    })),
  };
}

export interface PullAnswer {
  throughput: number;
  /** Mean finished parts of the first stage that wait for a card of the second. */
  between: number;
  /** Mean finished parts in store, and mean demands that wait. */
  stock: number;
  backorders: number;
  /** Share of demands served at once. */
  fillRate: number;
}

/**
 * Kanban of two stages with one exponential server each: a part holds one of the stage's cards from the start of the stage until the next stage
 * (or the demand) takes it, and needs a card to enter. Raw parts never lack. Demands come at `demandRate` and wait (at most `places` of
 * them) when the store is empty; without a demand rate every finished part is taken at once.
 */
export function kanban(serviceRates: [number, number], cards: [number, number], demandRate = 0, places = 0): PullAnswer {
  // first: finished parts of stage 1 with its cards; second: parts that hold cards of stage 2, not finished; stock: finished; demands that wait.
  type Loop = [first: number, second: number, stock: number, waiting: number];
  const settle = ([first, second, stock, waiting]: Loop): Loop => {
    const shipped = demandRate > 0 ? Math.min(stock, waiting) : stock;
    const left = stock - shipped;
    const moved = Math.min(first, cards[1] - second - left);
    return [first - moved, second + moved, left, demandRate > 0 ? waiting - shipped : 0];
  };
  const chain = stationary<Loop>(settle([0, 0, 0, 0]), (state) => {
    const [first, second, stock, waiting] = state;
    const moves: Transition<Loop>[] = [];
    if (first < cards[0]) moves.push([settle([first + 1, second, stock, waiting]), serviceRates[0]]);
    if (second > 0) moves.push([settle([first, second - 1, stock + 1, waiting]), serviceRates[1]]);
    if (demandRate > 0 && waiting < places) moves.push([settle([first, second, stock, waiting + 1]), demandRate]);
    return moves;
  });
  return {
    throughput: serviceRates[1] * expectation(chain, ([, second]) => (second > 0 ? 1 : 0)),
    between: expectation(chain, ([first]) => first),
    stock: expectation(chain, ([, , stock]) => stock),
    backorders: expectation(chain, ([, , , waiting]) => waiting),
    fillRate: expectation(chain, ([, , stock]) => (stock > 0 ? 1 : 0)),
  };
}

/** Make-to-stock with base stock S at one exponential server, demands one at a time, backordered (Buzacott and Shanthikumar 1993, ch. 4): shortfall is the M/M/1's number inside. */
export function baseStock(demandRate: number, serviceRate: number, level: number): Omit<PullAnswer, 'throughput' | 'between'> {
  const utilization = demandRate / serviceRate;
  const short = utilization ** level;
  return {
    fillRate: 1 - short,
    backorders: (short * utilization) / (1 - utilization),
    stock: level - (utilization * (1 - short)) / (1 - utilization),
  };
}

/** Mean arrivals of a Poisson process whose rate is constant within each period of a repeated table, from the beginning to `end`. */
export function arrivalsUntil(periods: { length: number; rate: number }[], end: number): number {
  let expected = 0;
  for (let at = 0, i = 0; at < end; i = (i + 1) % periods.length) {
    expected += periods[i].rate * Math.min(periods[i].length, end - at);
    at += periods[i].length;
  }
  return expected;
}

/**
 * M(t)/M/c whose rate follows a repeated table: the mean flow time over the cycle into which the plant settles, by the Kolmogorov equations (RK4),
 * cut at `places` parts inside. Mean parts inside / mean arrival rate (Little's law over a cycle).
 */
export function periodicQueue(
  periods: { length: number; rate: number }[],
  serviceRate: number,
  servers: number,
  places: number,
): { inside: number; flowTime: number } {
  const fastest = Math.max(...periods.map(({ rate }) => rate)) + servers * serviceRate;
  let p = Array.from({ length: places + 1 }, (_, n): number => (n === 0 ? 1 : 0));
  const change = (q: number[], rate: number): number[] =>
    q.map((_, n) => {
      const up = n < places ? rate * q[n] : 0;
      const down = Math.min(n, servers) * serviceRate * q[n];
      const fromBelow = n > 0 ? rate * q[n - 1] : 0;
      const fromAbove = n < places ? Math.min(n + 1, servers) * serviceRate * q[n + 1] : 0;
      return fromBelow + fromAbove - up - down;
    });
  const mean = (q: number[]): number => q.reduce((sum, share, n) => sum + n * share, 0);
  const cycle = periods.reduce((sum, { length }) => sum + length, 0);
  const perCycle = arrivalsUntil(periods, cycle);
  let inside = 0;
  for (let round = 0; round < 10_000; round++) {
    const before = inside;
    inside = 0;
    for (const { length, rate } of periods) {
      const steps = Math.ceil(length * fastest * 8);
      const h = length / steps;
      for (let i = 0; i < steps; i++) {
        const k1 = change(p, rate);
        const middle = p.map((x, n) => x + (h / 2) * k1[n]);
        const k2 = change(middle, rate);
        const k3 = change(
          p.map((x, n) => x + (h / 2) * k2[n]),
          rate,
        );
        const k4 = change(
          p.map((x, n) => x + h * k3[n]),
          rate,
        );
        const next = p.map((x, n) => x + (h / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n]));
        inside += (h / 6 / cycle) * (mean(p) + 4 * mean(middle) + mean(next));
        p = next;
      }
    }
    if (Math.abs(inside - before) < 1e-10 * inside) break;
  }
  return { inside, flowTime: (inside * cycle) / perCycle };
}
