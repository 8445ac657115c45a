/** Queues whose answers are in the books. Rates are a minute; each plant holds several shops that have nothing to do with each other. */
import {
  anyService,
  erlangLoss,
  everySecondArrival,
  finiteQueue,
  jackson,
  type JacksonNode,
  manyServers,
  shorterOfTwo,
} from '../oracles/queues.ts';
import { type Experiment, plant } from './experiment.ts';

const exponential = (rate: number): object => ({ exponential: { rate } });

/** One queue in front of one station. */
function shop(name: string, arrivalRate: number, processing: unknown, servers = 1, capacity: number | 'unlimited' = 'unlimited'): object {
  return {
    sources: { [`${name} in`]: { interarrival: exponential(arrivalRate), ...(capacity === 'unlimited' ? {} : { whenFull: 'lose' }) } },
    buffers: { [`${name} queue`]: { capacity } },
    stations: { [name]: { processing, servers } },
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: `${name} queue` },
      { from: `${name} queue`, to: name },
      { from: name, to: `${name} out` },
    ],
  };
}

/** A station with no place to wait: who finds all servers busy is lost. */
function lossShop(name: string, arrivalRate: number, processing: unknown, servers: number): object {
  return {
    sources: { [`${name} in`]: { interarrival: exponential(arrivalRate), whenFull: 'lose' } },
    stations: { [name]: { processing, servers } },
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: name },
      { from: name, to: `${name} out` },
    ],
  };
}

/** Five nodes, two of them with several servers, feedback from the fourth to the first and from the fifth to itself and the third. */
const NETWORK: (JacksonNode & { name: string })[] = [
  { name: 'N1', arrivalRate: 0.5, serviceRate: 1.1, servers: 1, to: [0, 0.6, 0.4, 0, 0] },
  { name: 'N2', arrivalRate: 0.2, serviceRate: 0.5, servers: 2, to: [0, 0, 0, 0.7, 0.3] },
  { name: 'N3', arrivalRate: 0, serviceRate: 0.3, servers: 3, to: [0, 0, 0, 0.5, 0.5] },
  { name: 'N4', arrivalRate: 0, serviceRate: 1.2, servers: 1, to: [0.2, 0, 0, 0, 0] },
  { name: 'N5', arrivalRate: 0, serviceRate: 1.1, servers: 1, to: [0, 0, 0.25, 0, 0.1] },
];

function network(): object {
  const outside = NETWORK.filter((node) => node.arrivalRate > 0);
  return {
    sources: Object.fromEntries(outside.map(({ name, arrivalRate }) => [`${name} in`, { interarrival: exponential(arrivalRate) }])),
    buffers: Object.fromEntries(NETWORK.map(({ name }) => [`${name} queue`, {}])),
    stations: Object.fromEntries(
      NETWORK.map(({ name, serviceRate, servers }) => [name, { processing: exponential(serviceRate), servers }]),
    ),
    sinks: { out: {} },
    links: [
      ...outside.map(({ name }) => ({ from: `${name} in`, to: `${name} queue` })),
      ...NETWORK.map(({ name }) => ({ from: `${name} queue`, to: name })),
      ...NETWORK.map(({ name, to }) => ({
        from: name,
        to: [...NETWORK.map((node) => `${node.name} queue`), 'out'],
        rule: 'probability',
        weights: [...to, 1 - to.reduce((sum, p) => sum + p, 0)],
      })),
    ],
  };
}

/** A service time of mean 1 and its coefficient of variation. */
function singleQueue(title: string, replications: number, arrivalRate: number, processing: unknown, cv: number): Experiment {
  const answer = anyService(arrivalRate, 1, cv);
  // Streams of draws belong to names: under one name all these queues would have the same arrivals, and one accident would count five times.
  const name = title.replace(/[^A-Za-z0-9]/g, '');
  return {
    title,
    scene: plant(shop(name, arrivalRate, processing), { warmup: 2000, horizon: 50_000 }),
    replications,
    claims: {
      'part.flowTime': answer.flowTime,
      [`${name}.utilization`]: arrivalRate,
      // Long services are rare and decide the wait: beyond a cv of 1.3 a half-width of 0.5 % of the wait itself would take minutes.
      ...(cv < 1.3 ? { [`${name} queue.length`]: answer.length, [`${name} queue.wait`]: answer.wait } : {}),
    },
  };
}

function manyServerQueue(): Experiment {
  const answer = manyServers(1.8, 1, 3);
  return {
    title: 'M/M/3',
    scene: plant(shop('MM3', 1.8, exponential(1), 3), { warmup: 2000, horizon: 50_000 }),
    replications: 310,
    claims: { 'MM3 queue.length': answer.length, 'MM3 queue.wait': answer.wait, 'part.flowTime': answer.flowTime, 'MM3.utilization': 0.6 },
  };
}

function finite(): Experiment {
  const answer = finiteQueue(2.2, 1, 2, 6);
  return {
    title: 'M/M/2/6',
    scene: plant(shop('MM26', 2.2, exponential(1), 2, 4), { warmup: 500, horizon: 20_000 }),
    replications: 120,
    claims: {
      'MM26 in.lossShare': answer.loss,
      'MM26 out.throughput': answer.throughput,
      'MM26 queue.length': answer.length,
      'MM26 queue.wait': answer.wait,
      'part.flowTime': answer.flowTime,
      'MM26.utilization': answer.throughput / 2,
    },
  };
}

/** Erlang's loss formula asks for nothing but the mean of the service time. */
function loss(): Experiment {
  const expected = erlangLoss(6, 5);
  const shops = {
    exponential: exponential(0.25),
    constant: 4,
    lognormal: { lognormal: { mean: 4, cv: 1.5 } },
  };
  return {
    title: 'M/M/5/5, M/D/5/5, M/G/5/5',
    scene: plant(...Object.entries(shops).map(([name, processing]) => lossShop(name, 1.5, processing, 5)), {
      warmup: 500,
      horizon: 20_000,
    }),
    replications: 55,
    claims: Object.fromEntries(
      Object.keys(shops).flatMap((name) => [
        [`${name} in.lossShare`, expected],
        [`${name}.utilization`, (6 * (1 - expected)) / 5],
      ]),
    ),
  };
}

function jacksonNetwork(): Experiment {
  const answer = jackson(NETWORK);
  return {
    title: 'open Jackson network of five nodes with feedback',
    scene: plant(network(), { warmup: 2000, horizon: 40_000 }),
    replications: 460,
    claims: {
      'part.flowTime': answer.flowTime,
      'out.throughput': 0.7,
      'N1 queue.wait': answer.nodes[0].wait,
      'N4 queue.wait': answer.nodes[3].wait,
      ...Object.fromEntries(
        NETWORK.map(({ name, servers, serviceRate }, i) => [`${name}.utilization`, answer.nodes[i].throughput / serviceRate / servers]),
      ),
    },
  };
}

/** One stream of parts to two queues with a server each. */
function twoQueues(name: string, rule: string): object {
  const sides = ['left', 'right'].map((side) => `${name} ${side}`);
  return {
    sources: { [`${name} in`]: { interarrival: exponential(1.2) } },
    buffers: Object.fromEntries(sides.map((side) => [`${side} queue`, {}])),
    stations: Object.fromEntries(sides.map((side) => [side, { processing: exponential(1) }])),
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: sides.map((side) => `${side} queue`), rule },
      ...sides.flatMap((side) => [
        { from: `${side} queue`, to: side },
        { from: side, to: `${name} out` },
      ]),
    ],
  };
}

/** In turn, each queue sees every second arrival: two E2/M/1. */
function inTurn(): Experiment {
  return {
    title: 'E2/M/1 by round robin',
    scene: plant(twoQueues('turn', 'round robin'), { warmup: 2000, horizon: 50_000 }),
    replications: 95,
    claims: { 'part.flowTime': everySecondArrival(1.2, 1).flowTime, 'turn left.utilization': 0.6, 'turn right.utilization': 0.6 },
  };
}

function shorterQueue(): Experiment {
  return {
    title: 'the shorter of two queues',
    scene: plant(twoQueues('short', 'shortest queue'), { warmup: 2000, horizon: 50_000 }),
    replications: 45,
    claims: { 'part.flowTime': shorterOfTwo(1.2, 1).flowTime, 'short out.throughput': 1.2 },
  };
}

export const QUEUES: Experiment[] = [
  singleQueue('M/M/1', 420, 0.6, exponential(1), 1),
  singleQueue('M/D/1', 280, 0.6, 1, 0),
  singleQueue('M/G/1, lognormal of cv 0.5', 300, 0.6, { lognormal: { mean: 1, cv: 0.5 } }, 0.5),
  singleQueue('M/G/1, gamma of cv 1.2', 420, 0.5, { gamma: { mean: 1, cv: 1.2 } }, 1.2),
  singleQueue('M/G/1, lognormal of cv 1.5', 700, 0.4, { lognormal: { mean: 1, cv: 1.5 } }, 1.5),
  manyServerQueue(),
  finite(),
  loss(),
  jacksonNetwork(),
  inTurn(),
  shorterQueue(),
];
