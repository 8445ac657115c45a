/** People, crews, maintenance, wear. Times are minutes. */
import { ageReplacement, gammaPassage, machineRepair, wienerPassage } from '../oracles/maintenance.ts';
import { nonPreemptive } from '../oracles/priority.ts';
import { anyService, manyServers } from '../oracles/queues.ts';
import { type Experiment, plant } from './experiment.ts';

const exponential = (rate: number): object => ({ exponential: { rate } });

/** A machine that never lacks parts and is never blocked. */
function machine(name: string, station: object): object {
  return {
    sources: { [`${name} in`]: { saturated: true } },
    stations: { [name]: station },
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} in`, to: name },
      { from: name, to: `${name} out` },
    ],
  };
}

/** A queue of its own in front of a station. */
function queued(name: string, arrivalRate: number, station: object, product = 'part'): object {
  return {
    sources: { [`${name} in`]: { product, interarrival: exponential(arrivalRate) } },
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

/** More places than are ever needed, so that people are what is short. */
function peopleAsServers(): Experiment {
  return {
    title: 'three people at any number of places are an M/M/3',
    scene: plant(
      { people: { clerk: { count: 3 } } },
      queued('hall', 1.8, { servers: 12, processing: exponential(1), people: { processing: 'clerk' } }),
      { warmup: 2000, horizon: 20_000 },
    ),
    replications: 68,
    claims: { 'part.flowTime': manyServers(1.8, 1, 3).flowTime, 'clerk.busy': 0.6 },
  };
}

/** One person for two halls: who asks with priority is served first, and nobody is interrupted. */
function askedWithPriority(): Experiment {
  const streams = [
    { arrivalRate: 0.2, mean: 0.8, cv: 0.5 },
    { arrivalRate: 0.3, mean: 1, cv: 1 },
  ];
  const answers = nonPreemptive(streams);
  const hall = (priority: number, processing: unknown): object => ({
    servers: 25,
    processing,
    people: { processing: { skills: { doctor: 1 }, priority } },
  });
  return {
    title: 'one person asked from two places, one with priority',
    scene: plant(
      { products: { sick: {}, well: {} }, people: { doctor: { count: 1 } } },
      queued('ward', 0.2, hall(1, { erlang: { mean: 0.8, k: 4 } }), 'sick'),
      queued('practice', 0.3, hall(0, exponential(1)), 'well'),
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 200,
    claims: { 'sick.flowTime': answers[0].flowTime, 'well.flowTime': answers[1].flowTime, 'doctor.busy': 0.46 },
  };
}

/** Whoever is served next, one server that never idles while somebody waits keeps the mean number of an M/G/1. */
function oneOperator(): Experiment {
  const names = ['left', 'middle', 'right'];
  return {
    title: 'three machines and one operator: an M/G/1 taken together',
    scene: plant(
      { people: { operator: { count: 1 } } },
      ...names.map((name, i) =>
        queued(name, 0.1 + 0.05 * i, { processing: { erlang: { mean: 1, k: 4 } }, people: { processing: 'operator' } }),
      ),
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 70,
    claims: { 'part.flowTime': anyService(0.45, 1, 0.5).flowTime, 'operator.busy': 0.45 },
  };
}

/** An operator loads machines that then work alone. */
function loading(): Experiment {
  const { availability, utilization } = machineRepair(6, 1, 1 / 20, 1 / 4);
  const names = Array.from({ length: 6 }, (_, i) => `M${i + 1}`);
  return {
    title: 'machine interference: one loader for six machines',
    scene: plant(
      { people: { loader: { count: 1 } } },
      ...names.map((name) =>
        machine(name, { loading: exponential(1 / 4), processing: exponential(1 / 20), people: { loading: 'loader' } }),
      ),
      { warmup: 1000, horizon: 20_000 },
    ),
    replications: 44,
    claims: { 'total.throughput': (6 * availability) / 20, 'loader.busy': utilization },
  };
}

function crews(): Experiment {
  const { availability, utilization } = machineRepair(8, 2, 1 / 30, 1 / 6);
  const names = Array.from({ length: 8 }, (_, i) => `press ${i + 1}`);
  const failing = {
    processing: 2,
    failures: [
      { clock: 'processing', timeToFailure: { exponential: { mean: 30 } }, repair: { exponential: { mean: 6 } }, people: 'fitter' },
    ],
  };
  return {
    title: 'machine repair: eight machines, two crews',
    scene: plant({ people: { fitter: { count: 2 } } }, ...names.map((name) => machine(name, failing)), { warmup: 1000, horizon: 20_000 }),
    replications: 110,
    claims: {
      'total.throughput': (8 * availability) / 2,
      'fitter.busy': utilization,
      ...Object.fromEntries(names.slice(0, 4).map((name) => [`${name}.working`, availability])),
    },
  };
}

function shifts(): Experiment {
  return {
    title: 'a station open eight hours of twenty-four, the job suspended',
    scene: plant(
      { calendars: { day: { cycle: '24 h', open: [{ from: '6 h', to: '14 h' }] } } },
      machine('bench', { processing: exponential(0.5), shifts: 'day', onShiftEnd: 'suspend' }),
      { warmup: '10 d', horizon: '100 d' },
    ),
    replications: 16,
    claims: { 'bench out.throughput': 0.5 / 3 },
  };
}

function byAge(): Experiment {
  const life = { shape: 2.5, scale: 100 };
  const { availability, failures, replacements } = ageReplacement(life, 88, 20, 4);
  return {
    title: 'age replacement of a part of Weibull life',
    scene: plant(
      machine('saw', {
        processing: 25,
        failures: [
          { name: 'break', clock: 'processing', timeToFailure: { weibull: life }, repair: { gamma: { mean: 20, cv: 0.5 } }, renews: 'all' },
        ],
        maintenance: [
          {
            name: 'new blade',
            every: { clock: 'processing', interval: 88 },
            duration: { gamma: { mean: 4, cv: 0.5 } },
            interrupts: true,
            renews: 'all',
          },
        ],
      }),
      { warmup: 1000, horizon: 50_000 },
    ),
    replications: 900,
    claims: {
      'saw.working': availability,
      'saw.failed': failures * 20,
      'saw.maintained': replacements * 4,
    },
  };
}

/** Wear grows piece by piece until it is seen, or until the tool breaks. */
function wearing(): Experiment {
  const ground = gammaPassage(2, 0.3, 30);
  const broken = gammaPassage(0.5, 2, 25);
  const drifted = wienerPassage(0.5, 1, 15);
  const onCondition = (increment: object, limit: number, duration: number): object => ({
    processing: 1,
    wear: { per: 'part', increment, maintainAt: limit, maintenance: 'service' },
    maintenance: [{ name: 'service', duration }],
  });
  return {
    title: 'first passage of gamma and Wiener wear',
    scene: plant(
      machine('grinder', onCondition({ gamma: { shape: 2, scale: 0.3 } }, 30, 20)),
      machine('punch', {
        processing: 1,
        wear: {
          per: 'part',
          increment: { gamma: { shape: 0.5, scale: 2 } },
          failAt: 25,
          failure: { repair: { gamma: { mean: 15, cv: 0.5 } } },
        },
      }),
      machine('spindle', onCondition({ drift: 0.5, sd: 1 }, 15, 12)),
      { warmup: 1000, horizon: 50_000 },
    ),
    replications: 50,
    claims: {
      'grinder.maintained': 20 / (ground + 20),
      'punch.failed': 15 / (broken + 15),
      'spindle.maintained': 12 / (drifted + 12),
    },
  };
}

export const RESOURCES: Experiment[] = [
  peopleAsServers(),
  askedWithPriority(),
  oneOperator(),
  loading(),
  crews(),
  shifts(),
  byAge(),
  wearing(),
];
