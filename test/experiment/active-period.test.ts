/** Active periods of traces made by hand, with shares worked out by hand from the definition of Roser, Nakano and Tanaka (2002). */
import { describe, expect, test } from 'vitest';
import { type FloorPlan, STATES, type Trace } from '../../src/engine/trace.ts';
import { activePeriods } from '../../src/experiment/active-period.ts';

type State = (typeof STATES)[number];

/** Stations A, B, C … with so many servers each. */
function planOf(...servers: number[]): FloorPlan {
  let firstPlace = 0;
  return {
    name: '',
    tickSeconds: 1,
    edges: [],
    products: [],
    nodes: servers.map((count, i) => {
      const node = { name: 'ABCDE'[i], kind: 'station' as const, position: undefined, servers: count, firstPlace, capacity: 0 };
      firstPlace += count;
      return node;
    }),
  };
}

/** Changes as [tick, place, state]. */
function traceOf(end: number, changes: [number, number, State][], warmup = 0): Trace {
  const ordered = [...changes].sort((a, b) => a[0] - b[0]);
  const states = Uint32Array.from(ordered.flatMap(([tick, place, state]) => [tick, place, STATES.indexOf(state)]));
  return { seed: 1, replication: 0, warmup, end, visits: new Uint32Array(), states };
}

/** Works from – to, once for each pair. */
const works = (place: number, ...spans: [number, number][]): [number, number, State][] =>
  spans.flatMap(([from, to], i): [number, number, State][] => [
    [from, place, 'working'],
    [to, place, i % 2 === 0 ? 'starved' : 'blocked'],
  ]);

const found = (plan: FloorPlan, ...traces: Trace[]) =>
  Object.fromEntries(activePeriods(plan, traces).map(({ element, sole, shifting }) => [element, [sole, shifting]]));

describe('sole and shifting', () => {
  test('the next bottleneck’s period overlaps that of the last', () => {
    // A leads up to 8, where B’s longer period begins; A’s lasts until 10, so both are it for two ticks.
    expect(found(planOf(1, 1), traceOf(40, [...works(0, [0, 10]), ...works(1, [8, 30])]))).toEqual({
      A: [8 / 40, 2 / 40],
      B: [20 / 40, 2 / 40],
    });
  });

  test('a period within a longer one is no bottleneck’s; of nothing active nothing is', () => {
    expect(found(planOf(1, 1), traceOf(100, [...works(0, [10, 50]), ...works(1, [20, 45], [60, 70])]))).toEqual({
      A: [40 / 100, 0],
      B: [10 / 100, 0],
    });
  });

  test('a chain: one that leads only between two others counts, though both its neighbours overlap it', () => {
    // B [5, 30] is the longest from 5 to 9, where C [9, 60] begins. A and B share 5 … 10, B and C 9 … 30.
    expect(found(planOf(1, 1, 1), traceOf(60, [...works(0, [0, 10]), ...works(1, [5, 30]), ...works(2, [9, 60])]))).toEqual({
      A: [5 / 60, 5 / 60],
      B: [0, 25 / 60],
      C: [30 / 60, 21 / 60],
    });
  });

  test('one after the other without overlap: no shifting', () => {
    expect(found(planOf(1, 1), traceOf(20, [...works(0, [0, 10]), ...works(1, [10, 20])]))).toEqual({ A: [0.5, 0], B: [0.5, 0] });
  });
});

describe('what is a period', () => {
  test('parts that follow at once, and a failure in between, make one period', () => {
    const changes: [number, number, State][] = [
      [0, 0, 'working'],
      [10, 0, 'starved'],
      [10, 0, 'working'],
      [14, 0, 'failed'],
      [20, 0, 'setup'],
      [22, 0, 'maintained'],
      [25, 0, 'working'],
      [30, 0, 'blocked'],
      // Were A’s parts single, B’s 12 would be the longest from 2 to 14.
      ...works(1, [2, 14]),
    ];
    expect(found(planOf(1, 1), traceOf(30, changes))).toEqual({ A: [1, 0], B: [0, 0] });
  });

  test('off shift and waiting for people are no activity', () => {
    const changes: [number, number, State][] = [
      [0, 0, 'working'],
      [10, 0, 'waitingForPeople'],
      [20, 0, 'working'],
      [30, 0, 'offShift'],
    ];
    expect(found(planOf(1), traceOf(40, changes))).toEqual({ A: [0.5, 0] });
  });

  test('a station of two servers is active while both are', () => {
    expect(found(planOf(2, 1), traceOf(40, [...works(0, [0, 30]), ...works(1, [20, 40]), ...works(2, [1, 9])]))).toEqual({
      A: [10 / 40, 0],
      B: [8 / 40, 0],
    });
  });

  test('the warm-up is left out of the shares, not of the periods; a period at the end lasts to the end', () => {
    // A’s period of 60 begins in the warm-up and is longer than B’s of 50, of which 15 ticks are left alone at the end.
    const trace = traceOf(100, [...works(0, [25, 85]), [50, 1, 'working']], 45);
    expect(found(planOf(1, 1), trace)).toEqual({ A: [5 / 55, 35 / 55], B: [15 / 55, 35 / 55] });
  });

  test('several twins: shares of all their time', () => {
    const [one, other] = [traceOf(10, works(0, [0, 10])), traceOf(10, works(1, [5, 10]))];
    expect(found(planOf(1, 1), one, other)).toEqual({ A: [0.5, 0], B: [0.25, 0] });
  });
});
