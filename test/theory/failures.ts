/** Single machines that fail, side by side in one plant, against renewal theory. */
import { availability, constantTime, erlangTime, perParts, restarted, resumed, scrapping } from '../oracles/failures.ts';
import { type Experiment, plant } from './experiment.ts';

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

const MTTF = 20;
const MTTR = 5;

/** A failure after an exponential time at work. */
function atWork(interruptedJob: string, clock = 'processing'): object {
  return {
    clock,
    timeToFailure: { exponential: { mean: MTTF } },
    repair: { lognormal: { mean: MTTR, cv: 0.8 } },
    interruptedJob,
  };
}

function interruptedJobs(): Experiment {
  const constant = 4;
  const erlang = { erlang: { mean: 4, k: 3 } };
  const jobs: [name: string, processing: unknown, job: string][] = [
    ['resume constant', constant, 'resume'],
    ['resume erlang', erlang, 'resume'],
    ['restart constant', constant, 'restart'],
    ['restart erlang', erlang, 'restart'],
    ['scrap constant', constant, 'scrap'],
    ['scrap erlang', erlang, 'scrap'],
  ];
  const horizon = 50_000;
  const scrap = { constant: scrapping(constantTime(4), 1 / MTTF, MTTR), erlang: scrapping(erlangTime(4, 3), 1 / MTTF, MTTR) };
  return {
    title: 'resume, restart, scrap',
    scene: plant(...jobs.map(([name, processing, job]) => machine(name, { processing, failures: [atWork(job)] })), {
      warmup: 500,
      horizon,
    }),
    replications: 130,
    claims: {
      'resume constant out.throughput': 1 / resumed(4, 1 / MTTF, MTTR),
      'resume erlang out.throughput': 1 / resumed(4, 1 / MTTF, MTTR),
      'restart constant out.throughput': 1 / restarted(constantTime(4), 1 / MTTF, MTTR),
      'restart erlang out.throughput': 1 / restarted(erlangTime(4, 3), 1 / MTTF, MTTR),
      'scrap constant out.throughput': scrap.constant.good,
      'scrap constant.scrapped': scrap.constant.scrapped * horizon,
      'scrap constant.working': scrap.constant.working,
      'scrap erlang out.throughput': scrap.erlang.good,
      'scrap erlang.scrapped': scrap.erlang.scrapped * horizon,
      'scrap erlang.working': scrap.erlang.working,
    },
  };
}

/** The clock of the wall runs on whatever the machine does, and for any distributions; so it takes the same share of an idle machine. */
function clocks(): Experiment {
  const calendar = (interruptedJob: string): object => ({
    clock: 'calendar',
    timeToFailure: { weibull: { mean: 60, shape: 1.5 } },
    repair: { gamma: { mean: 15, cv: 0.7 } },
    interruptedJob,
  });
  const idle = machine('idle', { processing: 1, failures: [calendar('resume')] });
  const up = availability(60, 15);
  return {
    title: 'calendar, operating and parts clocks',
    scene: plant(
      machine('busy', { processing: { lognormal: { mean: 2, cv: 0.5 } }, failures: [calendar('resume')] }),
      machine('pair', { servers: 2, processing: 3, failures: [calendar('resume')] }),
      { ...idle, sources: { 'idle in': { interarrival: { exponential: { mean: 10 } } } } },
      machine('operating', { processing: 4, failures: [atWork('resume', 'operating')] }),
      machine('tool', {
        processing: { exponential: { mean: 2 } },
        failures: [{ clock: 'parts', timeToFailure: 20, repair: { lognormal: { mean: 12, cv: 0.5 } } }],
      }),
      machine('two tools', {
        processing: 2,
        failures: [{ clock: 'parts', timeToFailure: { discrete: { values: [10, 40], weights: [1, 1] } }, repair: 15 }],
      }),
      { warmup: 500, horizon: 50_000 },
    ),
    replications: 30,
    claims: {
      'busy.availability': up,
      'busy out.throughput': up / 2,
      'pair.availability': up,
      'pair out.throughput': (2 * up) / 3,
      'idle.availability': up,
      'operating.working': availability(MTTF, MTTR),
      'tool out.throughput': perParts(2, 20, 12),
      'tool.availability': 40 / 52,
      'two tools out.throughput': perParts(2, 25, 15),
      'two tools.working': 50 / 65,
    },
  };
}

export const FAILURES: Experiment[] = [interruptedJobs(), clocks()];
