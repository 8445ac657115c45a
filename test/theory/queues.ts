/** Queues whose answers are in the books. Rates are a minute; each plant holds several shops that have nothing to do with each other. */
import { anyService, erlangLoss, everySecondArrival, finiteQueue, jackson, type JacksonNode, manyServers } from '../oracles/queues.ts';
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

function singleQueue(title: string, replications: number, arrivalRate: number, processing: unknown, mean: number, cv: number): Experiment {
  const answer = anyService(arrivalRate, mean, cv);
  return {
    title,
    scene: plant(shop('S', arrivalRate, processing), { warmup: 2000, horizon: 50_000 }),
    replications,
    claims: {
      'S queue.length': answer.length,
      'S queue.wait': answer.wait,
      'part.flowTime': answer.flowTime,
      'S.utilization': arrivalRate * mean,
    },
  };
}

function manyServerQueue(): Experiment {
  const answer = manyServers(1.8, 1, 3);
  return {
    title: 'M/M/3',
    scene: plant(shop('S', 1.8, exponential(1), 3), { warmup: 2000, horizon: 50_000 }),
    replications: 160,
    claims: { 'S queue.length': answer.length, 'S queue.wait': answer.wait, 'part.flowTime': answer.flowTime, 'S.utilization': 0.6 },
  };
}

function finite(): Experiment {
  const answer = finiteQueue(2.2, 1, 2, 6);
  return {
    title: 'M/M/2/6',
    scene: plant(shop('S', 2.2, exponential(1), 2, 4), { warmup: 500, horizon: 20_000 }),
    replications: 64,
    claims: {
      'S in.lossShare': answer.loss,
      'S out.throughput': answer.throughput,
      'S queue.length': answer.length,
      'S queue.wait': answer.wait,
      'part.flowTime': answer.flowTime,
      'S.utilization': answer.throughput / 2,
    },
  };
}

/** Erlang's loss formula asks for nothing but the mean of the service time. */
function loss(): Experiment {
  const expected = erlangLoss(4, 5);
  const shops = {
    exponential: exponential(0.25),
    constant: 4,
    lognormal: { lognormal: { mean: 4, cv: 1.5 } },
  };
  return {
    title: 'M/M/5/5, M/D/5/5, M/G/5/5',
    scene: plant(...Object.entries(shops).map(([name, processing]) => lossShop(name, 1, processing, 5)), { warmup: 500, horizon: 20_000 }),
    replications: 96,
    claims: Object.fromEntries(
      Object.keys(shops).flatMap((name) => [
        [`${name} in.lossShare`, expected],
        [`${name}.utilization`, (4 * (1 - expected)) / 5],
      ]),
    ),
  };
}

function jacksonNetwork(): Experiment {
  const answer = jackson(NETWORK);
  return {
    title: 'open Jackson network of five nodes with feedback',
    scene: plant(network(), { warmup: 2000, horizon: 40_000 }),
    replications: 400,
    claims: {
      'part.flowTime': answer.flowTime,
      'out.throughput': 0.7,
      ...Object.fromEntries(
        NETWORK.flatMap(({ name, servers, serviceRate }, i) => {
          const { length, wait, throughput } = answer.nodes[i];
          return [
            [`${name} queue.length`, length],
            [`${name} queue.wait`, wait],
            [`${name}.utilization`, throughput / serviceRate / servers],
          ];
        }),
      ),
    },
  };
}

/** Every second arrival goes to the one queue, every second to the other: two queues E2/M/1. */
function inTurn(): Experiment {
  const answer = everySecondArrival(1.2, 1);
  return {
    title: 'E2/M/1 by round robin',
    scene: plant(
      {
        sources: { in: { interarrival: exponential(1.2) } },
        buffers: { 'left queue': {}, 'right queue': {} },
        stations: { left: { processing: exponential(1) }, right: { processing: exponential(1) } },
        sinks: { out: {} },
        links: [
          { from: 'in', to: ['left queue', 'right queue'], rule: 'round robin' },
          { from: 'left queue', to: 'left' },
          { from: 'right queue', to: 'right' },
          { from: 'left', to: 'out' },
          { from: 'right', to: 'out' },
        ],
      },
      { warmup: 2000, horizon: 50_000 },
    ),
    replications: 200,
    claims: { 'left queue.wait': answer.wait, 'right queue.wait': answer.wait, 'part.flowTime': answer.flowTime },
  };
}

export const QUEUES: Experiment[] = [
  singleQueue('M/M/1', 400, 0.6, exponential(1), 1, 1),
  singleQueue('M/D/1', 200, 0.6, 1, 1, 0),
  singleQueue('M/G/1, lognormal of cv 0.5', 250, 0.6, { lognormal: { mean: 1, cv: 0.5 } }, 1, 0.5),
  singleQueue('M/G/1, lognormal of cv 1.5', 700, 0.5, { lognormal: { mean: 1, cv: 1.5 } }, 1, 1.5),
  singleQueue('M/G/1, gamma of cv 1.2', 400, 0.5, { gamma: { mean: 1, cv: 1.2 } }, 1, 1.2),
  manyServerQueue(),
  finite(),
  loss(),
  jacksonNetwork(),
  inTurn(),
];
