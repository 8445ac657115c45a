/** Two things in one tick, or where they should not meet: figures by hand, in the order that docs/semantics.md lays down. Times are minutes. */
import { type Experiment, plant } from './experiment.ts';
import type { SceneFile } from './simulate.ts';

const chain = (...names: string[]): object[] => names.slice(1).map((to, i) => ({ from: names[i], to }));

const saturated = (name: string, station: object): object => ({
  sources: { [`${name} in`]: { saturated: true } },
  stations: { [name]: station },
  sinks: { [`${name} out`]: {} },
  links: chain(`${name} in`, name, `${name} out`),
});

/** Jobs end at 5 and 10; the failure comes at 10 as well, and finds the next job, just begun. */
function failureAtCompletion(): Experiment {
  const failing = (interruptedJob: string): object => ({
    processing: 5,
    failures: [{ clock: 'calendar', timeToFailure: 10, repair: 2, interruptedJob }],
  });
  return {
    title: 'a failure in the tick of a completion: the job that ends is good, the one that begins is hit',
    scene: plant(saturated('resumes', failing('resume')), saturated('scraps', failing('scrap')), { horizon: 1200 }),
    replications: 1,
    claims: {
      'resumes out.throughput': 2 / 12,
      'scraps out.throughput': 2 / 12,
      // Three in each twelve minutes, and the one that enters in the last tick.
      'scraps in.arrived': 301,
      'resumes.failed': 2 / 12,
    },
  };
}

/** Jobs of four minutes; the 121st of a day begins in the tick in which the shift ends. */
function shiftAtStart(): Experiment {
  const bench = (onShiftEnd: string): object => ({ processing: 4, shifts: 'day', onShiftEnd });
  return {
    title: 'a shift that ends in the tick a job starts: the job has started',
    scene: plant(
      { calendars: { day: { cycle: '24 h', open: [{ from: 0, to: '8 h' }] } } },
      saturated('finishes', bench('finish')),
      saturated('suspends', bench('suspend')),
      { warmup: '1 d', horizon: '10 d' },
    ),
    replications: 1,
    claims: {
      'finishes out.throughput': 121 / 1440,
      'finishes.utilization': 484 / 1440,
      'suspends out.throughput': 120 / 1440,
      'suspends.utilization': 1 / 3,
    },
  };
}

/** The first machine is always blocked when it fails; its part leaves it during the repair. From 25 on, every 25 minutes alike. */
function blockedWhileBroken(): Experiment {
  return {
    title: 'blocked while broken: the finished part leaves during the repair',
    scene: plant(
      {
        sources: { in: { saturated: true } },
        stations: { a: { processing: 1, failures: [{ clock: 'calendar', timeToFailure: 5, repair: 20 }] }, b: { processing: 10 } },
        sinks: { out: {} },
        links: chain('in', 'a', 'b', 'out'),
      },
      { warmup: 100, horizon: 1000 },
    ),
    replications: 1,
    claims: {
      'out.throughput': 2 / 25,
      'a.failed': 20 / 25,
      'a.blocked': 3 / 25,
      'a.working': 2 / 25,
      'b.utilization': 20 / 25,
    },
  };
}

/** Both fail at 10; the one whose name sorts first is repaired until 13, the other until 16. */
function oneCrew(): Experiment {
  const failing = { processing: 1, failures: [{ clock: 'processing', timeToFailure: 10, repair: 3, people: 'fitter' }] };
  return {
    title: 'a crew called to two failures in one tick: one after the other',
    scene: plant({ people: { fitter: { count: 1 } } }, saturated('first', failing), saturated('second', failing), { horizon: 16 }),
    replications: 1,
    claims: { 'first.working': 13 / 16, 'second.working': 10 / 16, 'fitter.busy': 6 / 16 },
  };
}

/** A part every two minutes; a batch begins when its first has waited four. Slots go by name: an arrival at `early` comes before the end of the wait, one at `late` after it. */
function batchWait(): Experiment {
  const oven = (source: string, name: string): object => ({
    sources: { [source]: { interarrival: 2 } },
    buffers: { [`${name} queue`]: {} },
    stations: { [name]: { processing: 1, batch: { min: 2, max: 10, wait: 4 } } },
    sinks: { [`${name} out`]: {} },
    links: chain(source, `${name} queue`, name, `${name} out`),
  });
  return {
    title: "a batch whose longest wait ends as the last part arrives: the source's name decides",
    scene: plant(oven('early', 'oven'), oven('late', 'kiln'), { warmup: 120, horizon: 1200 }),
    replications: 1,
    claims: { 'oven.batchSize': 3, 'oven queue.wait': 2, 'kiln.batchSize': 2, 'kiln queue.wait': 3 },
  };
}

function zeroTime(): Experiment {
  return {
    title: 'a step that takes no time',
    scene: plant(
      {
        products: {
          part: {
            routing: [
              { station: 'saw', processing: 2 },
              { station: 'gate', processing: 0 },
              { station: 'drill', processing: 1 },
            ],
          },
        },
        sources: { in: { interarrival: 4 } },
        stations: { saw: {}, gate: {}, drill: {} },
        sinks: { out: {} },
      },
      { warmup: 100, horizon: 1000 },
    ),
    replications: 1,
    claims: { 'part.flowTime': 3, 'gate.throughput': 0.25, 'gate.starved': 1, 'out.throughput': 0.25 },
  };
}

export const EDGES: Experiment[] = [failureAtCompletion(), shiftAtStart(), blockedWhileBroken(), oneCrew(), batchWait(), zeroTime()];

/** A part that goes round without time ever passing; set-ups make it a plant of the whole vocabulary. */
export const ZERO_LOOP: SceneFile = plant(
  {
    products: {
      part: {
        routing: [
          { name: 'there', station: 'mirror', processing: 0 },
          {
            name: 'back',
            station: 'glass',
            processing: 0,
            next: [
              { step: 'there', weight: 1 },
              { step: 'done', weight: 1e-9 },
            ],
          },
        ],
      },
    },
    sources: { in: { interarrival: 4 } },
    stations: { mirror: { setup: { time: 1 } }, glass: {} },
    sinks: { out: {} },
  },
  { horizon: 1000 },
);
