/** Saturated serial lines with exponential times and finite buffers, as Markov chains: blocking after service, operation-dependent failures. */
import { type Chain, expectation, stationary } from './markov.ts';

export interface Machine {
  /** Parts per unit of time while working. */
  rate: number;
  /** Failures per unit of working time, and repairs per unit of down time; the interrupted part goes on where it stopped. */
  failureRate?: number;
  repairRate?: number;
}

type Doing = 'working' | 'starved' | 'blocked' | 'failed';

/** What each machine does, and how many parts wait in the buffer after it. */
interface LineState {
  doing: Doing[];
  buffered: number[];
}

export interface LineAnswer {
  /** Parts that leave the last machine per unit of time. */
  throughput: number;
  /** Mean number of parts in each buffer, the place on the machine not counted. */
  lengths: number[];
  /** Share of time of each state, machine by machine. */
  shares: Record<Doing, number>[];
  /** States of the chain. */
  size: number;
}

/**
 * The line's long-run figures. The first machine never lacks parts, the last is never blocked.
 * A finished part keeps its machine until the next buffer has a place, or the next machine is free.
 * @param capacities of the buffers between, places on machines not counted; one less than machines
 */
export function serialLine(machines: Machine[], capacities: number[]): LineAnswer {
  const n = machines.length;
  const start: LineState = { doing: machines.map((_, i) => (i === 0 ? 'working' : 'starved')), buffered: capacities.map(() => 0) };
  const chain: Chain<LineState> = stationary(start, (state) =>
    machines.flatMap(({ rate, failureRate = 0, repairRate = 0 }, i): [LineState, number][] => {
      if (state.doing[i] === 'failed') return [[changed(state, i, 'working'), repairRate]];
      if (state.doing[i] !== 'working') return [];
      const done: [LineState, number] = [finished(state, i, capacities), rate];
      return failureRate > 0 ? [done, [changed(state, i, 'failed'), failureRate]] : [done];
    }),
  );
  const share = (i: number, doing: Doing): number => expectation(chain, (state) => (state.doing[i] === doing ? 1 : 0));
  return {
    throughput: machines[n - 1].rate * share(n - 1, 'working'),
    lengths: capacities.map((_, i) => expectation(chain, (state) => state.buffered[i])),
    shares: machines.map((_, i) => ({
      working: share(i, 'working'),
      starved: share(i, 'starved'),
      blocked: share(i, 'blocked'),
      failed: share(i, 'failed'),
    })),
    size: chain.states.length,
  };
}

function changed(state: LineState, machine: number, doing: Doing): LineState {
  return { doing: state.doing.with(machine, doing), buffered: state.buffered };
}

/** The line after machine i has finished its part: the part moves on if it can, and every move that makes room is followed upstream. */
function finished(state: LineState, i: number, capacities: number[]): LineState {
  const doing = [...state.doing];
  const buffered = [...state.buffered];
  if (i === doing.length - 1) release(i);
  else if (doing[i + 1] === 'starved') {
    doing[i + 1] = 'working';
    release(i);
  } else if (buffered[i] < capacities[i]) {
    buffered[i]++;
    release(i);
  } else doing[i] = 'blocked';
  return { doing, buffered };

  /** Machine k has lost its part and takes the next. */
  function release(k: number): void {
    if (k === 0) doing[k] = 'working';
    else if (buffered[k - 1] > 0) {
      doing[k] = 'working';
      if (doing[k - 1] === 'blocked') release(k - 1);
      else buffered[k - 1]--;
    } else if (doing[k - 1] === 'blocked') {
      doing[k] = 'working';
      release(k - 1);
    } else doing[k] = 'starved';
  }
}
