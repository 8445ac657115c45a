/** The oracles against published numbers and against each other, so that no claim rests on one derivation. */
import { describe, expect, test } from 'vitest';
import { knownLines } from '../theory/lines.ts';
import { availability, constantTime, erlangTime, perParts, restarted, resumed, scrapping } from './failures.ts';
import { serialLine } from './lines.ts';
import { expectation, stationary } from './markov.ts';
import { anyService, erlangLoss, everySecondArrival, finiteQueue, jackson, manyServers, shorterOfTwo } from './queues.ts';

/** M/M/c/K as a birth and death chain. */
function birthAndDeath(arrivalRate: number, serviceRate: number, servers: number, places: number) {
  return stationary(0, (n) => [
    ...(n < places ? [[n + 1, arrivalRate] as [number, number]] : []),
    ...(n > 0 ? [[n - 1, Math.min(n, servers) * serviceRate] as [number, number]] : []),
  ]);
}

describe('lines', () => {
  test('two equal machines: (B + 2) / (B + 3)', () => {
    for (let places = 0; places <= 8; places++)
      expect(serialLine([{ rate: 1 }, { rate: 1 }], [places]).throughput).toBeCloseTo((places + 2) / (places + 3), 12);
  });

  test('three equal machines without buffers: 22/39 (Hillier and Boling 1967)', () => {
    expect(serialLine([{ rate: 1 }, { rate: 1 }, { rate: 1 }], [0, 0]).throughput).toBeCloseTo(22 / 39, 12);
  });

  test('the chain agrees with every line of serial-lines.csv, to its last digit, in as many states', () => {
    for (const { machines, capacities, throughput, states } of knownLines()) {
      const answer = serialLine(machines, capacities);
      expect(answer.throughput).toBeCloseTo(throughput, 7);
      expect(answer.size).toBe(states);
    }
  });

  test('what goes into a failing line comes out of it', () => {
    const machines = [
      { rate: 1, failureRate: 0.1, repairRate: 0.3 },
      { rate: 1.2, failureRate: 0.02, repairRate: 0.2 },
      { rate: 0.9, failureRate: 0.05, repairRate: 0.5 },
    ];
    const { throughput, shares } = serialLine(machines, [2, 3]);
    machines.forEach(({ rate, failureRate, repairRate }, i) => {
      const { working, starved, blocked, failed } = shares[i];
      expect(rate * working).toBeCloseTo(throughput, 12);
      expect(failed * repairRate).toBeCloseTo(working * failureRate, 12);
      expect(working + starved + blocked + failed).toBeCloseTo(1, 12);
    });
  });

  test('a failing machine that feeds another through a long buffer works at its own pace, MTTF / (MTTF + MTTR)', () => {
    const { throughput } = serialLine([{ rate: 0.5, failureRate: 0.1, repairRate: 0.4 }, { rate: 3 }], [40]);
    expect(throughput).toBeCloseTo(0.5 * 0.8, 9);
  });
});

describe('queues', () => {
  test('Erlang loss as tabulated: B(5, 10) = 0.0184, B(10, 10) = 0.2146', () => {
    expect(erlangLoss(5, 10)).toBeCloseTo(0.0184, 4);
    expect(erlangLoss(10, 10)).toBeCloseTo(0.2146, 4);
  });

  test('M/M/1 in three ways', () => {
    expect(manyServers(0.8, 1, 1).wait).toBeCloseTo(4, 12);
    expect(anyService(0.8, 1, 1).wait).toBeCloseTo(4, 12);
    expect(finiteQueue(0.8, 1, 1, 400).wait).toBeCloseTo(4, 9);
  });

  test('M/M/c and M/M/c/K agree with their Markov chains', () => {
    const long = birthAndDeath(1.8, 1, 3, 300);
    expect(manyServers(1.8, 1, 3).length).toBeCloseTo(
      expectation(long, (n) => Math.max(0, n - 3)),
      9,
    );
    const short = birthAndDeath(2.2, 1, 2, 6);
    const answer = finiteQueue(2.2, 1, 2, 6);
    expect(answer.length).toBeCloseTo(
      expectation(short, (n) => Math.max(0, n - 2)),
      12,
    );
    expect(answer.loss).toBeCloseTo(
      expectation(short, (n) => (n === 6 ? 1 : 0)),
      12,
    );
  });

  test('E2/M/1 agrees with its Markov chain', () => {
    const chain = stationary<[number, number]>([0, 0], ([stage, n]) => [
      [stage === 0 ? [1, n] : [0, Math.min(200, n + 1)], 1.6],
      ...(n > 0 ? [[[stage, n - 1], 1] as [[number, number], number]] : []),
    ]);
    expect(everySecondArrival(1.6, 1).length).toBeCloseTo(
      expectation(chain, ([, n]) => Math.max(0, n - 1)),
      9,
    );
  });

  test('the shorter of two queues lies between one shared queue and two in turn', () => {
    const shorter = shorterOfTwo(1.6, 1).wait;
    expect(shorter).toBeGreaterThan(manyServers(1.6, 1, 2).wait);
    expect(shorter).toBeLessThan(everySecondArrival(1.6, 1).wait);
  });

  test('a Jackson network of one node with feedback is an M/M/1 visited 1/(1 − p) times', () => {
    const { nodes, flowTime } = jackson([{ arrivalRate: 0.5, serviceRate: 1, servers: 1, to: [0.25] }]);
    expect(nodes[0].throughput).toBeCloseTo(2 / 3, 12);
    expect(flowTime).toBeCloseTo(manyServers(2 / 3, 1, 1).flowTime / 0.75, 12);
  });
});

describe('failures', () => {
  /** E over an Erlang time of mean 4 in 3 stages, by Simpson's rule. */
  const overErlang = (figure: (time: number) => number): number => {
    const steps = 40_000;
    const width = 200 / steps;
    let sum = 0;
    for (let i = 0; i <= steps; i++) {
      const s = i * width;
      const density = (0.75 ** 3 * s * s * Math.exp(-0.75 * s)) / 2;
      sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * figure(s) * density;
    }
    return (sum * width) / 3;
  };

  test('a job of known length restarts until an attempt outlasts the clock', () => {
    // The attempts that fail are geometric with chance e^(−λs); each takes the mean of an exponential cut at s.
    const known = (s: number): number => {
      const survives = Math.exp(-s / 20);
      const failures = 1 / survives - 1;
      const attempt = 20 - (s * survives) / (1 - survives);
      return failures * (attempt + 5) + s;
    };
    expect(restarted(constantTime(4), 1 / 20, 5)).toBeCloseTo(known(4), 12);
    expect(restarted(erlangTime(4, 3), 1 / 20, 5)).toBeCloseTo(
      overErlang((s) => (s === 0 ? 0 : known(s))),
      8,
    );
  });

  test('scrap: shares of time and parts agree with the mean job', () => {
    const { good, scrapped, working, failed } = scrapping(erlangTime(4, 3), 1 / 20, 5);
    const survives = overErlang((s) => Math.exp(-s / 20));
    expect(good / (good + scrapped)).toBeCloseTo(survives, 9);
    expect(working + failed).toBeCloseTo(1, 12);
    expect(failed / working).toBeCloseTo(5 / 20, 12);
  });

  test('rare failures change nothing', () => {
    expect(resumed(4, 1e-9, 5)).toBeCloseTo(4, 6);
    expect(restarted(constantTime(4), 1e-6, 5)).toBeCloseTo(4, 4);
    expect(perParts(2, 1e9, 5)).toBeCloseTo(0.5, 6);
    expect(availability(1e9, 5)).toBeCloseTo(1, 6);
  });
});
