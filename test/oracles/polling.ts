/** One server, several families, a set-up between them. Rates are per unit of time; times are means. */
import { expectation, stationary, type Transition } from './markov.ts';
import type { Stream } from './priority.ts';

export interface Family {
  arrivalRate: number;
  /** Of services, exponential. */
  serviceRate: number;
  /** Of set-ups to this family from the other, exponential. */
  setupRate: number;
}

export interface SetupAnswer {
  /** Mean from arrival to end of service, by family. */
  flowTimes: [number, number];
  /** Share of time. */
  working: number;
  settingUp: number;
  /** Set-ups of both families per unit of time. */
  setups: number;
  /** Probability of the cut states: a bound on what the cut leaves out. */
  cut: number;
}

/** `doing`: 0 idle, 1 serving, 2 setting up; for the family the server is set up for, or is being set up for. */
type ServerState = [first: number, second: number, family: number, doing: number];

/**
 * Two families. The server goes on with the family it is set up for as long as parts of it wait, then sets up for the other if parts of that
 * wait; with none at all it stays as it is, and sets up when a part of the other family comes. A Markov chain cut at `places` parts inside.
 */
export function twoFamilies(families: [Family, Family], places: number): SetupAnswer {
  const chain = stationary<ServerState>([0, 0, 0, 0], (state) => {
    const [first, second, family, doing] = state;
    const counts = [first, second];
    const moves: Transition<ServerState>[] = [];
    if (first + second < places) {
      for (const arriving of [0, 1]) {
        const now = counts.with(arriving, counts[arriving] + 1);
        const next = doing !== 0 ? [family, doing] : arriving === family ? [family, 1] : [arriving, 2];
        moves.push([[now[0], now[1], next[0], next[1]], families[arriving].arrivalRate]);
      }
    }
    if (doing === 2) moves.push([[first, second, family, 1], families[family].setupRate]);
    if (doing === 1) {
      const now = counts.with(family, counts[family] - 1);
      const other = 1 - family;
      const next = now[family] > 0 ? [family, 1] : now[other] > 0 ? [other, 2] : [family, 0];
      moves.push([[now[0], now[1], next[0], next[1]], families[family].serviceRate]);
    }
    return moves;
  });
  const flowTime = (family: 0 | 1): number => expectation(chain, (state) => state[family]) / families[family].arrivalRate;
  return {
    flowTimes: [flowTime(0), flowTime(1)],
    working: expectation(chain, ([, , , doing]) => (doing === 1 ? 1 : 0)),
    settingUp: expectation(chain, ([, , , doing]) => (doing === 2 ? 1 : 0)),
    setups: expectation(chain, ([, , family, doing]) => (doing === 2 ? families[family].setupRate : 0)),
    cut: expectation(chain, ([first, second]) => (first + second === places ? 1 : 0)),
  };
}

/**
 * The server of the law below for two families: it never rests, needs a set-up into each queue even if nobody waits there, and serves a queue
 * until it is empty. Mean flow times, by a chain cut at `places` parts inside.
 */
export function twoInTurn(families: [Family, Family], places: number): [number, number] {
  const chain = stationary<ServerState>([0, 0, 0, 2], (state) => {
    const [first, second, family, doing] = state;
    const counts = [first, second];
    const moves: Transition<ServerState>[] = [];
    if (first + second < places) {
      moves.push([[first + 1, second, family, doing], families[0].arrivalRate]);
      moves.push([[first, second + 1, family, doing], families[1].arrivalRate]);
    }
    if (doing === 2)
      moves.push([counts[family] > 0 ? [first, second, family, 1] : [first, second, 1 - family, 2], families[family].setupRate]);
    else {
      const left = counts.with(family, counts[family] - 1);
      moves.push([left[family] > 0 ? [left[0], left[1], family, 1] : [left[0], left[1], 1 - family, 2], families[family].serviceRate]);
    }
    return moves;
  });
  const flowTime = (family: 0 | 1): number => expectation(chain, (state) => state[family]) / families[family].arrivalRate;
  return [flowTime(0), flowTime(1)];
}

/** Time to switch over from one queue to the next, by mean and coefficient of variation. */
export interface Switch {
  mean: number;
  cv: number;
}

/**
 * Pseudo-conservation law of cyclic polling (Boxma and Groenendijk 1987), exhaustive service: the server goes round for ever, needs a switch-over
 * time into each queue even if nobody waits there, and leaves a queue when it is empty. Returns Σ ρi Wi. Where all queues are alike, each wait is
 * this sum / ρ.
 */
export function exhaustivePolling(streams: Stream[], switches: Switch[]): number {
  const shares = streams.map(({ arrivalRate, mean }) => arrivalRate * mean);
  const utilization = shares.reduce((a, b) => a + b, 0);
  const round = switches.reduce((sum, { mean }) => sum + mean, 0);
  const variance = switches.reduce((sum, { mean, cv }) => sum + (mean * cv) ** 2, 0);
  const work = streams.reduce((sum, { arrivalRate, mean, cv }) => sum + arrivalRate * mean * mean * (1 + cv * cv), 0);
  const squares = shares.reduce((sum, share) => sum + share * share, 0);
  return (
    (utilization * work) / (2 * (1 - utilization)) +
    (utilization * (variance + round * round)) / (2 * round) +
    (round * (utilization * utilization - squares)) / (2 * (1 - utilization))
  );
}
