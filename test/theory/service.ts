/** Who is served when: arrivals, priorities, interruptions, set-ups, batches, due dates. Rates are a minute. */
import { arrivalsUntil, batchService, periodicQueue, unlikeServers } from '../oracles/networks.ts';
import { exhaustivePolling, type Family, twoFamilies, twoInTurn } from '../oracles/polling.ts';
import { batchArrivals, failingAlways, failingAtWork, nonPreemptive, preemptiveResume, type Stream } from '../oracles/priority.ts';
import { dueDates } from '../oracles/production.ts';
import { anyService } from '../oracles/queues.ts';
import { type Experiment, plant } from './experiment.ts';

const exponential = (rate: number): object => ({ exponential: { rate } });

/** A class of parts at a shared station: its stream for the oracle, its processing time and its words for the scene. */
interface Kind {
  stream: Stream;
  processing: unknown;
  product?: object;
}

const STEADY: Record<string, Kind> = {
  urgent: {
    stream: { arrivalRate: 0.12, mean: 0.8, cv: 0.5 },
    processing: { lognormal: { mean: 0.8, cv: 0.5 } },
    product: { priority: 10 },
  },
  normal: { stream: { arrivalRate: 0.16, mean: 1, cv: 1 }, processing: { exponential: { mean: 1 } } },
  slow: { stream: { arrivalRate: 0.12, mean: 1.6, cv: 0.5 }, processing: { erlang: { mean: 1.6, k: 4 } }, product: { priority: -5 } },
};

/** One queue and one station for several products, each with a processing time of its own. */
function shared(name: string, kinds: Record<string, Kind>, station: object): object {
  const products = Object.keys(kinds);
  return {
    products: Object.fromEntries(
      products.map((product) => [
        product,
        { ...kinds[product].product, routing: [{ station: name, processing: kinds[product].processing }] },
      ]),
    ),
    sources: Object.fromEntries(
      products.map((product) => [`${product} in`, { product, interarrival: exponential(kinds[product].stream.arrivalRate) }]),
    ),
    buffers: { [`${name} queue`]: {} },
    stations: { [name]: station },
    sinks: { [`${name} out`]: {} },
    links: [
      ...products.map((product) => ({ from: `${product} in`, to: `${name} queue` })),
      { from: `${name} queue`, to: name },
      { from: name, to: `${name} out`, products },
    ],
  };
}

const streams = (kinds: Record<string, Kind>): Stream[] => Object.values(kinds).map(({ stream }) => stream);

const busy = (kinds: Record<string, Kind>): number => streams(kinds).reduce((sum, { arrivalRate, mean }) => sum + arrivalRate * mean, 0);

function flowTimes(names: string[], answers: { flowTime: number }[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [`${name}.flowTime`, answers[i].flowTime]));
}

function priorities(): Experiment[] {
  const names = Object.keys(STEADY);
  const run = { warmup: 2000, horizon: 40_000 };
  return [
    {
      title: 'M/G/1 with priorities that do not interrupt, three classes',
      scene: plant(shared('desk', STEADY, { dispatch: 'priority' }), run),
      replications: 170,
      claims: { ...flowTimes(names, nonPreemptive(streams(STEADY))), 'desk.utilization': busy(STEADY) },
    },
    {
      title: 'the same order by an expression',
      scene: plant(shared('counter', STEADY, { dispatch: { expression: 'if(priority > 0, 0, if(priority == 0, 1, 2))' } }), run),
      replications: 78,
      claims: flowTimes(names.slice(0, 2), nonPreemptive(streams(STEADY))),
    },
    {
      title: 'M/G/1 with priorities that interrupt, three classes',
      scene: plant(shared('surgery', STEADY, { dispatch: 'priority', preemptive: true }), run),
      replications: 205,
      claims: { ...flowTimes(names, preemptiveResume(streams(STEADY))), 'surgery.utilization': busy(STEADY) },
    },
  ];
}

function shortestFirst(): Experiment {
  const kinds: Record<string, Kind> = {
    short: { stream: { arrivalRate: 0.4, mean: 0.5, cv: 0 }, processing: 0.5 },
    long: { stream: { arrivalRate: 0.2, mean: 2, cv: 0 }, processing: 2 },
  };
  return {
    title: 'shortest processing time first',
    scene: plant(shared('lathe', kinds, { dispatch: 'shortest processing time' }), { warmup: 2000, horizon: 40_000 }),
    replications: 150,
    claims: flowTimes(['short', 'long'], nonPreemptive(streams(kinds))),
  };
}

function lastFirst(): Experiment {
  const kinds: Record<string, Kind> = {
    any: { stream: { arrivalRate: 0.5, mean: 1, cv: 0.5 }, processing: { erlang: { mean: 1, k: 4 } } },
  };
  return {
    title: 'last in, first out: the mean of an M/G/1 knows no order',
    scene: plant(shared('stack', kinds, { dispatch: 'last in first out' }), { warmup: 2000, horizon: 40_000 }),
    replications: 68,
    claims: { 'any.flowTime': anyService(0.5, 1, 0.5).flowTime },
  };
}

/** The machine fails at work, or at any time; the job goes on with what remained. */
function breakdowns(): Experiment {
  const stream = { arrivalRate: 0.4, mean: 1, cv: 0.5 };
  const kind: Kind = { stream, processing: { erlang: { mean: 1, k: 4 } } };
  const failure = (clock: string): object => ({
    failures: [{ clock, timeToFailure: { exponential: { mean: 10 } }, repair: { erlang: { mean: 2, k: 2 } } }],
  });
  const repairs = { rate: 0.1, repair: 2, cv: Math.SQRT1_2 };
  const working = shared('weak', { steady: kind }, failure('processing'));
  const always = shared('moody', { patient: kind }, failure('calendar'));
  return {
    title: 'M/G/1 with breakdowns',
    scene: plant(
      { ...working, products: { ...(working as { products: object }).products, ...(always as { products: object }).products } },
      { ...always, products: {} },
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 132,
    claims: {
      'steady.flowTime': failingAtWork(stream, repairs).flowTime,
      'patient.flowTime': failingAlways(stream, repairs, (s) => (1 + s) ** -2).flowTime,
      'weak.utilization': 0.4,
      'moody.availability': 10 / 12,
    },
  };
}

const FAMILIES: [Family, Family] = [
  { arrivalRate: 0.15, serviceRate: 1 / 1.2, setupRate: 2 },
  { arrivalRate: 0.3, serviceRate: 1 / 0.7, setupRate: 1 / 0.9 },
];

function familyKinds(names: [string, string]): Record<string, Kind> {
  return Object.fromEntries(
    FAMILIES.map(({ arrivalRate, serviceRate }, i) => [
      names[i],
      { stream: { arrivalRate, mean: 1 / serviceRate, cv: 1 }, processing: exponential(serviceRate) },
    ]),
  );
}

/** Exponential set-ups whose length depends on where they lead to. */
const matrix = ([a, b]: [string, string]): object => ({
  matrix: { [a]: { [b]: exponential(FAMILIES[1].setupRate) }, [b]: { [a]: exponential(FAMILIES[0].setupRate) } },
});

function sameSetupFirst(): Experiment {
  const names: [string, string] = ['red', 'blue'];
  const answer = twoFamilies(FAMILIES, 40);
  return {
    title: 'two families with set-ups, the same set-up first',
    scene: plant(shared('paint', familyKinds(names), { dispatch: 'same set-up first', setup: matrix(names) }), {
      warmup: 2000,
      horizon: 40_000,
    }),
    replications: 200,
    claims: {
      'red.flowTime': answer.flowTimes[0],
      'blue.flowTime': answer.flowTimes[1],
      'paint.utilization': answer.working,
      'paint.setup': answer.settingUp,
      'paint.setups': answer.setups,
    },
  };
}

/**
 * A server that goes round for ever: a token that never leaves visits the families in turn, with a set-up but no work, whenever no part
 * of the present family waits.
 */
function goingRound(name: string, kinds: Record<string, Kind>, setup: object): object {
  const families = Object.keys(kinds);
  const token = `${name} round`;
  const shop = shared(name, kinds, {
    setup,
    dispatch: { expression: 'if(setup > 0 s, 10 - priority, 0)' },
  }) as Record<'products' | 'buffers', Record<string, object>> & { links: object[] };
  shop.products[token] = {
    priority: 5,
    routing: families.map((family, i) => ({
      station: name,
      processing: 0,
      family,
      name: `to ${family}`,
      next: `to ${families[(i + 1) % families.length]}`,
    })),
  };
  shop.buffers[`${name} queue`] = { initial: { [token]: 1 } };
  shop.links.push({ from: name, to: `${name} queue`, products: [token] });
  return shop;
}

function polling(): Experiment[] {
  const run = { warmup: 1000, horizon: 30_000 };
  const stream = { arrivalRate: 0.15, mean: 1, cv: 0.5 };
  const three = Object.fromEntries(['a', 'b', 'c'].map((family) => [family, { stream, processing: { erlang: { mean: 1, k: 4 } } }]));
  const wait = exhaustivePolling(
    [stream, stream, stream],
    [1, 2, 3].map(() => ({ mean: 0.4, cv: 0 })),
  );
  const [left, right] = twoInTurn(FAMILIES, 40);
  return [
    {
      title: 'polling of three queues that are alike (pseudo-conservation law)',
      scene: plant(goingRound('tour', three, { time: 0.4 }), run),
      replications: 64,
      claims: Object.fromEntries(['a', 'b', 'c'].map((family) => [`${family}.flowTime`, wait / 0.45 + 1])),
    },
    {
      title: 'polling of two queues that differ',
      scene: plant(goingRound('ferry', familyKinds(['west', 'east']), matrix(['west', 'east'])), run),
      replications: 130,
      claims: { 'west.flowTime': left, 'east.flowTime': right, 'ferry.utilization': 0.15 * 1.2 + 0.3 * 0.7 },
    },
  ];
}

/** One queue in front of one station, for the product `part`. */
function shop(name: string, source: object, station: object): object {
  return {
    sources: { [`${name} in`]: source },
    buffers: { [`${name} queue`]: {} },
    stations: { [name]: station },
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: `${name} queue` },
      { from: `${name} queue`, to: name },
      { from: name, to: `${name} out` },
    ],
  };
}

function batches(): Experiment[] {
  const partial = batchService(1, 0.6, 2, 5, 300);
  const full = batchService(1, 0.8, 4, 4, 300);
  const oven = (name: string, min: number, max: number, rate: number): object =>
    shop(name, { interarrival: exponential(1) }, { processing: exponential(rate), batch: { min, max } });
  const claims = (name: string, { wait, utilization }: typeof full): Record<string, number> => ({
    [`${name} queue.wait`]: wait,
    [`${name}.utilization`]: utilization,
  });
  return [
    {
      title: 'bulk service, batches of two to five and of four',
      scene: plant(oven('oven', 2, 5, 0.6), oven('kiln', 4, 4, 0.8), { warmup: 1000, horizon: 20_000 }),
      replications: 172,
      claims: { ...claims('oven', partial), 'oven.batchSize': partial.batch, ...claims('kiln', full) },
    },
    {
      title: 'arrivals in batches',
      scene: plant(
        shop('dock', { interarrival: exponential(0.08), batch: { discrete: { values: [2, 8], weights: [1, 1] } } }, { processing: 1 }),
        { warmup: 2000, horizon: 40_000 },
      ),
      replications: 195,
      claims: {
        'part.flowTime': batchArrivals({ arrivalRate: 0.08, mean: 1, cv: 0 }, 5, 34).flowTime,
        'dock.utilization': 0.4,
      },
    },
  ];
}

/** Quiet, rush, afternoon; the source's own rate is one a minute. */
const DAY = [
  { length: 20, rate: 0.2 },
  { length: 15, rate: 0.9 },
  { length: 25, rate: 0.4 },
];

function rushHour(): Experiment {
  const horizon = 39_000;
  const { flowTime } = periodicQueue(DAY, 1, 1, 90);
  const rate = {
    cycle: 60,
    periods: DAY.map(({ rate: factor }, i) => ({ from: DAY.slice(0, i).reduce((sum, { length }) => sum + length, 0), factor })),
  };
  return {
    title: 'arrivals by a table of rates',
    scene: plant(shop('canteen', { interarrival: exponential(1), rate }, { processing: exponential(1) }), { warmup: 1200, horizon }),
    replications: 220,
    claims: { 'canteen in.arrived': arrivalsUntil(DAY, horizon), 'part.flowTime': flowTime },
  };
}

/** One due date for all, so that nothing changes the order. */
function dueAfter(): Experiment {
  const { serviceLevel, lateness, tardiness } = dueDates(0.4, 1, 0.5);
  return {
    title: 'lateness in an M/M/1',
    scene: plant(
      { products: { part: { due: 0.5 } } },
      shop('post', { interarrival: exponential(0.4) }, { processing: exponential(1), dispatch: 'earliest due date' }),
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 285,
    claims: {
      'part.onTime': serviceLevel,
      'part.lateness': lateness,
      'part.tardiness': tardiness,
    },
  };
}

/** The first, and faster, of two stations that can do the step; then a step that three parts in ten need, after a way of four minutes. */
function choices(): Experiment {
  const { utilizations } = unlikeServers(1, 1.2, 0.6);
  return {
    title: 'alternatives of a step, a step by sample, a way that takes time',
    scene: {
      ...plant(
        {
          products: {
            part: {
              routing: [
                {
                  alternatives: [
                    { station: 'quick', processing: exponential(1.2) },
                    { station: 'slack', processing: exponential(0.6) },
                  ],
                },
                { station: 'audit', processing: exponential(0.6), share: 0.3 },
              ],
            },
          },
          sources: { 'choice in': { interarrival: exponential(1) } },
          buffers: { queue: {}, 'audit queue': {} },
          stations: { quick: {}, slack: {}, audit: {} },
          sinks: { out: {} },
          links: [
            { from: 'choice in', to: 'queue' },
            { from: 'queue', to: ['quick', 'slack'] },
            { from: 'quick', to: ['audit queue', 'out'] },
            { from: 'slack', to: ['audit queue', 'out'] },
            { from: 'audit queue', to: 'audit' },
            { from: 'audit', to: 'out' },
          ],
        },
        { warmup: 2000, horizon: 40_000 },
      ),
      transfers: [{ from: ['choice in'], to: ['queue'], time: { erlang: { mean: 4, k: 2 } } }],
    },
    replications: 52,
    claims: {
      'quick.utilization': utilizations[0],
      'slack.utilization': utilizations[1],
      'audit.utilization': 0.5,
      'choice in → queue.length': 4,
    },
  };
}

export const SERVICE: Experiment[] = [
  ...priorities(),
  shortestFirst(),
  lastFirst(),
  breakdowns(),
  sameSetupFirst(),
  ...polling(),
  ...batches(),
  rushHour(),
  dueAfter(),
  choices(),
];
