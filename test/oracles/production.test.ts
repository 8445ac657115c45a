/** The oracles of production against published numbers, special cases and second derivations. */
import { describe, expect, test } from 'vitest';
import { ageReplacement, gammaPassage, gammaPassageVariance, machineRepair, wienerPassage } from './maintenance.ts';
import { expectation, stationary, type Transition } from './markov.ts';
import { arrivalsUntil, baseStock, batchService, closedNetwork, forkJoin, kanban, periodicQueue, unlikeServers } from './networks.ts';
import { exhaustivePolling, twoFamilies, twoInTurn } from './polling.ts';
import { batchArrivals, failingAlways, failingAtWork, nonPreemptive, preemptiveResume } from './priority.ts';
import { conveyor, dueDates, fedBelt, rework, sampling, yields } from './production.ts';
import { anyService, finiteQueue, manyServers } from './queues.ts';

const STREAMS = [
  { arrivalRate: 0.2, mean: 1, cv: 1 },
  { arrivalRate: 0.3, mean: 0.8, cv: 1 },
];

describe('priority', () => {
  /** Two classes at an exponential server, cut at 60 parts; `inService` tells which class is on the machine. */
  const twoClasses = (preemptive: boolean): number[] => {
    type State = [first: number, second: number, serving: number];
    const chain = stationary<State>([0, 0, 0], ([first, second, serving]) => {
      const pick = (a: number, b: number): number => (a > 0 ? 1 : b > 0 ? 2 : 0);
      const moves: Transition<State>[] = [];
      if (first + second < 60) {
        moves.push([[first + 1, second, serving === 0 || preemptive ? 1 : serving], STREAMS[0].arrivalRate]);
        moves.push([[first, second + 1, serving === 0 ? 2 : serving], STREAMS[1].arrivalRate]);
      }
      if (serving === 1) moves.push([[first - 1, second, pick(first - 1, second)], 1 / STREAMS[0].mean]);
      if (serving === 2) moves.push([[first, second - 1, pick(first, second - 1)], 1 / STREAMS[1].mean]);
      return moves;
    });
    return [0, 1].map((i) => expectation(chain, (state) => state[i]) / STREAMS[i].arrivalRate);
  };

  test('two exponential classes agree with their Markov chains, with and without interruption', () => {
    const never = twoClasses(false);
    const always = twoClasses(true);
    nonPreemptive(STREAMS).forEach(({ flowTime }, i) => expect(flowTime).toBeCloseTo(never[i], 6));
    preemptiveResume(STREAMS).forEach(({ flowTime }, i) => expect(flowTime).toBeCloseTo(always[i], 6));
  });

  test('three classes obey the conservation law Σ ρ W = ρ W0 / (1 − ρ) (Kleinrock 1965)', () => {
    const streams = [...STREAMS, { arrivalRate: 0.1, mean: 2, cv: 0.5 }];
    const waits = nonPreemptive(streams);
    const left = streams.reduce((sum, { arrivalRate, mean }, i) => sum + arrivalRate * mean * waits[i].wait, 0);
    const begun = (0.2 * 2 + 0.3 * 0.64 * 2 + 0.1 * 4 * 1.25) / 2;
    expect(left).toBeCloseTo((0.64 * begun) / 0.36, 12);
  });

  test('the first of classes that interrupt sees an M/G/1 of its own; one class is an M/G/1', () => {
    expect(preemptiveResume([{ arrivalRate: 0.4, mean: 1, cv: 0.5 }, STREAMS[1]])[0].flowTime).toBeCloseTo(
      anyService(0.4, 1, 0.5).flowTime,
      12,
    );
    expect(nonPreemptive([{ arrivalRate: 0.4, mean: 1, cv: 0.5 }])[0].wait).toBeCloseTo(anyService(0.4, 1, 0.5).wait, 12);
  });

  test('breakdowns at work, and at all times, agree with their Markov chains', () => {
    const inside = (idleToo: boolean): number => {
      const chain = stationary<[parts: number, up: number]>([0, 1], ([parts, up]) => {
        const moves: Transition<[number, number]>[] = [];
        if (parts < 150) moves.push([[parts + 1, up], 0.5]);
        if (up && parts > 0) moves.push([[parts - 1, 1], 1]);
        if (up && (parts > 0 || idleToo)) moves.push([[parts, 0], 0.1]);
        if (!up) moves.push([[parts, 1], 0.4]);
        return moves;
      });
      return expectation(chain, ([parts]) => parts);
    };
    const stream = { arrivalRate: 0.5, mean: 1, cv: 1 };
    const breakdowns = { rate: 0.1, repair: 2.5, cv: 1 };
    expect(failingAtWork(stream, breakdowns).flowTime * 0.5).toBeCloseTo(inside(false), 8);
    expect(failingAlways(stream, breakdowns, (s) => 0.4 / (0.4 + s)).flowTime * 0.5).toBeCloseTo(inside(true), 8);
  });

  test('arrivals in pairs agree with their Markov chain; batches of one are an M/G/1', () => {
    const chain = stationary<number>(0, (n) => [
      ...(n < 300 ? [[n + 2, 0.3] as Transition<number>] : []),
      ...(n > 0 ? [[n - 1, 1] as Transition<number>] : []),
    ]);
    expect(0.6 * batchArrivals({ arrivalRate: 0.3, mean: 1, cv: 1 }, 2, 4).flowTime).toBeCloseTo(
      expectation(chain, (n) => n),
      9,
    );
    expect(batchArrivals({ arrivalRate: 0.5, mean: 1, cv: 0.7 }, 1, 1).wait).toBeCloseTo(anyService(0.5, 1, 0.7).wait, 12);
  });
});

describe('polling', () => {
  test('set-ups that take no time leave an M/M/1', () => {
    const { flowTimes, working, cut } = twoFamilies(
      [
        { arrivalRate: 0.2, serviceRate: 1, setupRate: 1e7 },
        { arrivalRate: 0.3, serviceRate: 1, setupRate: 1e7 },
      ],
      30,
    );
    expect(cut).toBeLessThan(1e-7);
    expect(working).toBeCloseTo(0.5, 6);
    expect((0.2 * flowTimes[0] + 0.3 * flowTimes[1]) / 0.5).toBeCloseTo(2, 5);
  });

  test('two alike families have equal answers, and the shares of time are those of Little', () => {
    const alike = { arrivalRate: 0.25, serviceRate: 1, setupRate: 2 };
    const { flowTimes, working, settingUp, setups } = twoFamilies([alike, alike], 36);
    expect(flowTimes[0]).toBeCloseTo(flowTimes[1], 6);
    expect(working).toBeCloseTo(0.5, 6);
    expect(settingUp).toBeCloseTo(setups / 2, 9);
  });

  test('a cut twice as far changes nothing that is measured', () => {
    const families: Parameters<typeof twoFamilies>[0] = [
      { arrivalRate: 0.15, serviceRate: 0.8, setupRate: 1.5 },
      { arrivalRate: 0.3, serviceRate: 1.2, setupRate: 0.7 },
    ];
    const near = twoFamilies(families, 24);
    const far = twoFamilies(families, 36);
    near.flowTimes.forEach((flowTime, i) => expect(flowTime / far.flowTimes[i]).toBeCloseTo(1, 3));
  });

  test('queues that are alike: δ²/2r + (N λ b² + r (N − ρ)) / 2(1 − ρ) (Takagi 1988)', () => {
    const [n, rate, mean, cv, r, spread] = [3, 0.2, 1, 0.5, 0.4, 0.6];
    const expected = (r * spread) ** 2 / (2 * r) + (n * rate * mean * mean * (1 + cv * cv) + r * (n - 0.6)) / (2 * (1 - 0.6));
    const streams = Array.from({ length: n }, () => ({ arrivalRate: rate, mean, cv }));
    const switches = streams.map(() => ({ mean: r, cv: spread }));
    expect(exhaustivePolling(streams, switches) / 0.6).toBeCloseTo(expected, 12);
  });

  test('two different queues: the law against the Markov chain of a server that never rests', () => {
    const flowTimes = twoInTurn(
      [
        { arrivalRate: 0.15, serviceRate: 1 / 1.2, setupRate: 2 },
        { arrivalRate: 0.3, serviceRate: 1 / 0.7, setupRate: 1 / 0.9 },
      ],
      32,
    );
    const streams = [
      { arrivalRate: 0.15, mean: 1.2, cv: 1 },
      { arrivalRate: 0.3, mean: 0.7, cv: 1 },
    ];
    const switches = [
      { mean: 0.5, cv: 1 },
      { mean: 0.9, cv: 1 },
    ];
    const sum = streams.reduce((total, { arrivalRate, mean }, i) => total + arrivalRate * mean * (flowTimes[i] - mean), 0);
    expect(exhaustivePolling(streams, switches)).toBeCloseTo(sum, 4);
  });
});

describe('batches and networks', () => {
  test('full batches only: p0 (1 − r^{n+1})/(1 − r) below K, p0 λ/μ r^{n−K} from K on (Gross and Harris)', () => {
    const [rate, service, k] = [1, 0.4, 4];
    // r solves μ r^{K+1} − (λ + μ) r + λ = 0 between 0 and 1; n counts all inside.
    let r = 0.5;
    for (let i = 0; i < 10_000; i++) r = (rate + service * r ** (k + 1)) / (rate + service);
    const weights = Array.from({ length: 600 }, (_, n) => (n < k ? (1 - r ** (n + 1)) / (1 - r) : (rate / service) * r ** (n - k)));
    const sum = weights.reduce((a, b) => a + b, 0);
    const inside = weights.reduce((total, weight, n) => total + n * weight, 0) / sum;
    const answer = batchService(rate, service, k, k, 600);
    // Among those inside, the batch in service counts K.
    expect(answer.length + k * answer.utilization).toBeCloseTo(inside, 8);
    expect(answer.batch).toBeCloseTo(k, 9);
  });

  test('batches of one are an M/M/1', () => {
    const { wait, batch, utilization } = batchService(0.6, 1, 1, 1, 300);
    expect(wait).toBeCloseTo(manyServers(0.6, 1, 1).wait, 9);
    expect(batch).toBeCloseTo(1, 9);
    expect(utilization).toBeCloseTo(0.6, 9);
  });

  test('two unlike servers: alike they are an M/M/2, and the slow one works the less the faster the other', () => {
    const alike = unlikeServers(1.2, 1, 1);
    expect(alike.flowTime).toBeCloseTo(manyServers(1.2, 1, 2).flowTime, 12);
    expect(alike.utilizations[0] + alike.utilizations[1]).toBeCloseTo(1.2, 12);
    const { flowTime, utilizations } = unlikeServers(0.5, 1, 1e-6);
    // A server that never finishes takes its one part out of an M/M/1.
    expect(utilizations[0]).toBeCloseTo(0.5, 4);
    expect(utilizations[1]).toBeCloseTo(1, 4);
    expect(flowTime * 0.5 - 1).toBeCloseTo(manyServers(0.5, 1, 1).flowTime * 0.5, 3);
  });

  test('fork and join agrees with its Markov chain', () => {
    const chain = stationary<[number, number]>([0, 0], ([a, b]) => [
      ...(a < 36 && b < 36 ? [[[a + 1, b + 1], 0.4] as Transition<[number, number]>] : []),
      ...(a > 0 ? [[[a - 1, b], 1] as Transition<[number, number]>] : []),
      ...(b > 0 ? [[[a, b - 1], 1] as Transition<[number, number]>] : []),
    ]);
    expect(forkJoin(0.4, 1)).toBeCloseTo(expectation(chain, ([a, b]) => Math.max(a, b)) / 0.4, 6);
  });

  test('two exponential stations in a loop of N parts: (1 − r^N)/(1 − r^{N+1}) μ1', () => {
    const r = 0.8;
    const { throughput } = closedNetwork(
      [
        { visits: 1, mean: 1, servers: 1 },
        { visits: 1, mean: r, servers: 1 },
      ],
      7,
    );
    expect(throughput).toBeCloseTo((1 - r ** 7) / (1 - r ** 8), 12);
  });

  test('balanced loops: N / (N + M − 1), and the repair problem is a loop of a delay and a node of c servers', () => {
    const alike = Array.from({ length: 4 }, () => ({ visits: 1, mean: 1, servers: 1 }));
    expect(closedNetwork(alike, 6).throughput).toBeCloseTo(6 / 9, 12);
    const loop = closedNetwork(
      [
        { visits: 1, mean: 20, servers: Number.POSITIVE_INFINITY },
        { visits: 1, mean: 4, servers: 2 },
      ],
      8,
    );
    const shop = machineRepair(8, 2, 1 / 20, 1 / 4);
    expect(loop.nodes[1].parts).toBeCloseTo(shop.down, 10);
    expect(loop.nodes[1].flowTime).toBeCloseTo(shop.downTime, 10);
    expect(loop.nodes[1].utilization).toBeCloseTo(shop.utilization, 10);
  });

  test('a loop of three nodes, one with two servers, agrees with its Markov chain', () => {
    const nodes = [
      { visits: 1, mean: 1, servers: 1 },
      { visits: 0.6, mean: 3, servers: 2 },
      { visits: 0.4, mean: 1.5, servers: 1 },
    ];
    const chain = stationary<[number, number]>([5, 0], ([a, b]) => {
      const c = 5 - a - b;
      const moves: Transition<[number, number]>[] = [];
      if (a > 0) moves.push([[a - 1, b + 1], 0.6], [[a - 1, b], 0.4]);
      if (b > 0) moves.push([[a + 1, b - 1], Math.min(2, b) / 3]);
      if (c > 0) moves.push([[a + 1, b], 1 / 1.5]);
      return moves;
    });
    const answer = closedNetwork(nodes, 5);
    expect(answer.throughput).toBeCloseTo(
      expectation(chain, ([a]) => (a > 0 ? 1 : 0)),
      12,
    );
    expect(answer.nodes[1].parts).toBeCloseTo(
      expectation(chain, ([, b]) => b),
      12,
    );
  });

  test('kanban without demand is a line of two machines with K1 + K2 places: an M/M/1/K', () => {
    const { throughput } = kanban([1, 0.8], [3, 2]);
    expect(throughput).toBeCloseTo(finiteQueue(1, 0.8, 1, 5).throughput, 12);
  });

  test('kanban behind a fast first stage is a base stock; its figures sum up the M/M/1', () => {
    const pull = kanban([1e6, 1], [3, 4], 0.6, 120);
    const stock = baseStock(0.6, 1, 4);
    expect(pull.fillRate).toBeCloseTo(1 - 0.6 ** 4, 4);
    // In a kanban the orders that wait for a card are those beyond S: the same shortfall.
    expect(pull.backorders).toBeCloseTo(stock.backorders, 4);
    expect(pull.stock).toBeCloseTo(stock.stock, 4);
    const share = (n: number): number => 0.4 * 0.6 ** n;
    let [backorders, left] = [0, 0];
    for (let n = 0; n < 400; n++) {
      backorders += share(n) * Math.max(0, n - 4);
      left += share(n) * Math.max(0, 4 - n);
    }
    expect(stock.backorders).toBeCloseTo(backorders, 12);
    expect(stock.stock).toBeCloseTo(left, 12);
  });

  test('rates by table: a constant table is an M/M/c, and with a server for everybody the mean inside is that of the mean rate', () => {
    const table = [
      { length: 3, rate: 0.2 },
      { length: 5, rate: 0.9 },
    ];
    expect(arrivalsUntil(table, 20)).toBeCloseTo(2 * (0.6 + 4.5) + 0.6 + 0.9, 12);
    expect(periodicQueue([{ length: 2, rate: 1.2 }], 1, 2, 60).flowTime).toBeCloseTo(manyServers(1.2, 1, 2).flowTime, 6);
    expect(periodicQueue(table, 0.5, 30, 30).inside).toBeCloseTo((5.1 / 8) * 2, 6);
    // Bunching costs: the same parts in a steady stream wait less.
    expect(periodicQueue(table, 1, 1, 80).flowTime).toBeGreaterThan(manyServers(5.1 / 8, 1, 1).flowTime);
  });
});

describe('maintenance', () => {
  test('five machines, two crews, failures every 30 h, repairs of 3 h: 0.465 down (Gross and Harris, example 2.7)', () => {
    expect(machineRepair(5, 2, 1 / 30, 1 / 3).down).toBeCloseTo(0.465, 3);
  });

  test('a crew for each machine: MTTF / (MTTF + MTTR)', () => {
    expect(machineRepair(4, 4, 1 / 20, 1 / 5).availability).toBeCloseTo(0.8, 12);
  });

  test('age replacement: of exponential life a waste, of Weibull life of shape 2 by the error function', () => {
    const none = ageReplacement({ shape: 1, scale: 10 }, 1e3, 3, 1);
    expect(none.availability).toBeCloseTo(10 / 13, 9);
    expect(ageReplacement({ shape: 1, scale: 10 }, 5, 3, 3).failures).toBeLessThan(none.failures);
    const up = 0.746824132812427; // √π/2 · erf 1
    const lasts = Math.exp(-1);
    const { availability, costRate } = ageReplacement({ shape: 2, scale: 1 }, 1, 0.5, 0.1, { failure: 5, replacement: 1 });
    const cycle = up + (1 - lasts) * 0.5 + lasts * 0.1;
    expect(availability).toBeCloseTo(up / cycle, 12);
    expect(costRate).toBeCloseTo(((1 - lasts) * 5 + lasts) / cycle, 12);
  });

  test('exponential increments: the pieces are one more than a Poisson number', () => {
    expect(gammaPassage(1, 0.5, 12)).toBeCloseTo(25, 9);
    expect(gammaPassageVariance(1, 0.5, 12)).toBeCloseTo(24, 7);
  });

  test('gamma increments obey Wald: drift × pieces exceeds the limit by less than the renewal bound', () => {
    const pieces = gammaPassage(2, 0.3, 30);
    // Mean overshoot of a long renewal process: E[X²] / 2 E[X] = (mean² + variance) / (2 mean).
    expect(0.6 * pieces - 30).toBeCloseTo((0.36 + 0.18) / 1.2, 6);
  });

  test('a walk without noise takes ⌈limit / drift⌉ pieces; with little drift it overshoots by 0.5826 sd + drift / 4 (Siegmund 1979)', () => {
    expect(wienerPassage(1, 0.02, 9.5)).toBeCloseTo(10, 8);
    expect(0.2 * wienerPassage(0.2, 1, 10)).toBeCloseTo(10 + 0.5826 + 0.05, 2);
  });

  test('a floor under wear shortens the way, the less the stronger the drift', () => {
    const free = wienerPassage(0.5, 1, 15);
    const floored = wienerPassage(0.5, 1, 15, 0);
    expect(floored).toBeLessThan(free);
    // From Wald: what the floor adds, the pieces save; with drift 1 and sd 0.4 hardly a step falls below the start.
    expect(wienerPassage(1, 0.4, 30, 0) / wienerPassage(1, 0.4, 30)).toBeCloseTo(1, 4);
  });
});

describe('belts, quality, due dates', () => {
  test('a belt of 10 m at 0.5 m/s with a part every 0.8 m', () => {
    const belt = conveyor(10, 0.5, 0.8);
    expect(belt).toEqual({ travel: 20, capacity: 12, rate: 0.625 });
    expect(fedBelt(belt, 4, 3)).toEqual({ throughput: 0.25, inside: 5 });
    expect(fedBelt(belt, 4, 5)).toEqual({ throughput: 0.2, inside: 12 });
  });

  test('rework: geometric without a limit, scrap without loops', () => {
    expect(rework(0.8, 1000)).toEqual({ passes: 1.25, good: 1, scrapped: expect.closeTo(0, 12) });
    expect(rework(0.8, 0).scrapped).toBeCloseTo(0.2, 12);
    // Pass by pass: 1 + 0.2 + 0.04.
    expect(rework(0.8, 2).passes).toBeCloseTo(1.24, 12);
    expect(rework(0.8, 2).scrapped).toBeCloseTo(0.008, 12);
  });

  test('yields multiply; inspection of all parts lets none through, of none all', () => {
    expect(yields([0.9, 0.8]).out).toBeCloseTo(0.72, 12);
    expect(yields([0.9, 0.8]).into).toEqual([1, 0.9]);
    expect(sampling(0.1, 1)).toEqual({ scrapped: 0.1, outgoingBad: 0 });
    expect(sampling(0.1, 0).outgoingBad).toBeCloseTo(0.1, 12);
    // Of 1000 parts 100 are bad; 25 of them are inspected, 20 found: 80 bad among 980.
    expect(sampling(0.1, 0.25, 0.8).outgoingBad).toBeCloseTo(80 / 980, 12);
  });

  test('due dates: the exponential flow time, integrated', () => {
    const { serviceLevel, lateness, tardiness } = dueDates(0.6, 1, 3);
    const steps = 200_000;
    const h = 100 / steps;
    let [onTime, late, tardy] = [0, 0, 0];
    for (let i = 0; i < steps; i++) {
      const t = (i + 0.5) * h;
      const share = 0.4 * Math.exp(-0.4 * t) * h;
      if (t <= 3) onTime += share;
      late += share * (t - 3);
      tardy += share * Math.max(0, t - 3);
    }
    expect(serviceLevel).toBeCloseTo(onTime, 6);
    expect(lateness).toBeCloseTo(late, 6);
    expect(tardiness).toBeCloseTo(tardy, 6);
  });
});
