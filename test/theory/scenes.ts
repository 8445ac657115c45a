/** What to expect of the scenes that ship: the same numbers as in scenes/README.md. */
import { readFileSync } from 'node:fs';
import { serialLine } from '../oracles/lines.ts';
import { everySecondArrival, jackson, manyServers, shorterOfTwo } from '../oracles/queues.ts';
import { tandemThroughput } from '../oracles/tandem.ts';
import type { Result } from './simulate.ts';

/** A value that is exact, or one that another program has estimated, with the half-width of its 95 % interval. */
type Known = number | { value: number; half95: number };

export interface Expectation {
  file: string;
  replications: number;
  /** Run settings under which the plant has long forgotten how it began; others than the scene's where that is made to be looked at. */
  run?: Record<string, unknown>;
  known?: Record<string, Known>;
  /** Figures in which there is no chance: the same in every twin, to the last digit of a double. */
  exact?: Record<string, number>;
  /** The widest half-width of a 99 % interval, as a share of the value, that the known figures may be measured to. Default 0.005. */
  within?: number;
  /** What some figures must be, given others: utilization = throughput × work, downtime = work × MTTR/MTTF. */
  laws?: (mean: (name: string) => number) => Record<string, number>;
}

/** Mean work a part, by size, and servers, at the stations behind the one that scraps. */
const GEARBOX_WORK: Record<string, [K40: number, K63: number, servers: number]> = {
  'Bore grinding': [5.2, 6.2, 1],
  'Gear grinding': [12, 15.6, 2],
  'Final wash': [3.5, 3.5, 1],
  Inspection: [5, 6, 1],
  Assembly: [16.8, 21.6, 3],
  // One test in twelve fails: one rework for eleven gearboxes.
  'Rework bench': [26.4 / 11, 33.6 / 11, 1],
  Packing: [4.2, 4.2, 1],
};

function gearboxLaws(mean: (name: string) => number): Record<string, number> {
  const working = Object.entries(GEARBOX_WORK).map(([name, [k40, k63, servers]]): [string, number] => [
    `${name}.working`,
    (k40 * mean('K40.throughput') + k63 * mean('K63.throughput')) / servers,
  ]);
  return {
    ...Object.fromEntries(working),
    'Rework bench.throughput': mean('total.throughput') / 11,
    'Sawing.failed': (mean('Sawing.throughput') * 7) / 60,
    'Turning.failed': (mean('Turning.working') * 18) / 300,
    'Hobbing.failed': (mean('Hobbing.working') * 30) / 480,
    'Bore grinding.failed': (mean('Bore grinding.working') * 20) / 360,
    'Gear grinding.failed': (mean('Gear grinding.working') * 22) / 240,
    'Hardening.failed': 40 / 1000,
    'Final wash.failed': 15 / 735,
    'Test stand.failed': 45 / 1245,
  };
}

const MACHINES = Array.from({ length: 10 }, (_, i) => `M${String(i + 1).padStart(2, '0')}`);

/** Busy share of the centres of M3 by arithmetic: arrival rates × mean work / machines. */
const CENTRES = [0.835, 0.52, 0.7825, 0.435, 0.78, 0.575, 0.81, 2.06 / 3];

const reworkLoop = jackson([
  { arrivalRate: 0.2, serviceRate: 1 / 3, servers: 1, to: [0, 0.2] },
  { arrivalRate: 0, serviceRate: 0.1, servers: 1, to: [1, 0] },
]);

/** Mean of the times between arrivals, ms in the file, that a source takes as they were measured; s. */
function meanInterval(file: string, source: string): number {
  const scene = JSON.parse(readFileSync(new URL(`../../scenes/${file}`, import.meta.url), 'utf8')) as {
    sources: Record<string, { interarrival: { empirical: { values: string[] } } }>;
  };
  const values = scene.sources[source]!.interarrival.empirical.values.map((value) => Number.parseFloat(value) / 1000);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const SHIPPED: Expectation[] = [
  { file: 'gearbox.json', replications: 48, run: { warmup: '160 h', horizon: '960 h' }, laws: gearboxLaws },
  // The Markov chain's, of rates (6, 7, 7) and nine places in either buffer.
  { file: 'throughput.json', replications: 48, known: { 'total.throughput': tandemThroughput([6, 7, 7], [10, 10]) } },
  {
    file: 'buffer-allocation.json',
    replications: 256,
    known: {
      'total.throughput': serialLine(
        Array.from({ length: 5 }, () => ({ rate: 1 })),
        [3, 0, 0, 0],
      ).throughput,
    },
  },
  {
    file: 'two-lathes.json',
    replications: 256,
    laws: (mean) => ({
      'lathe.working': (mean('total.throughput') * 3) / 2,
      'press.working': mean('total.throughput') * 1.5,
      'press.failed': (mean('total.throughput') * 1.5 * 20) / 240,
    }),
  },
  {
    file: 'loose-parts.json',
    replications: 128,
    // What was measured on the feeder is all that arrives: one part in the mean of the intervals.
    known: { 'total.throughput': 1 / meanInterval('loose-parts.json', 'Feeder') },
    exact: { 'Camera.blocked': 0 },
    laws: (mean) => ({ 'Camera.working': mean('total.throughput') * 0.045 }),
  },
  {
    file: 'rework.json',
    replications: 384,
    within: 0.02,
    known: {
      'total.flowTime': reworkLoop.flowTime,
      'total.throughput': 0.2,
      'To test.wait': reworkLoop.nodes[0].wait,
      'To repair.wait': reworkLoop.nodes[1].wait,
      'Test stand.utilization': 0.75,
      'Bench.utilization': 0.5,
    },
  },
  {
    file: 'shared-queue.json',
    replications: 128,
    within: 0.02,
    known: {
      'A.flowTime': 100 * manyServers(1.6, 1, 2).flowTime,
      'B.flowTime': 100 * shorterOfTwo(1.6, 1).flowTime,
      'C.flowTime': 100 * everySecondArrival(1.6, 1).flowTime,
      'D.flowTime': 100 * manyServers(0.8, 1, 1).flowTime,
    },
  },
  {
    file: 'm1-line10.json',
    replications: 64,
    known: { 'total.throughput': { value: 0.763418, half95: 0.00002 } },
    laws: (mean) => Object.fromEntries(MACHINES.map((name) => [`${name}.working`, mean('total.throughput')])),
  },
  {
    file: 'm2-line10f.json',
    replications: 64,
    known: { 'total.throughput': { value: 0.666933, half95: 0.000046 } },
    laws: (mean) =>
      Object.fromEntries(
        MACHINES.flatMap((name) => [
          [`${name}.working`, mean('total.throughput')],
          [`${name}.failed`, mean('total.throughput') * 0.05],
        ]),
      ),
  },
  {
    file: 'm3-jobshop.json',
    replications: 240,
    known: {
      'P1.flowTime': { value: 40.115, half95: 0.015 },
      'P2.flowTime': { value: 39.202, half95: 0.015 },
      'P3.flowTime': { value: 45.13, half95: 0.017 },
      'P4.flowTime': { value: 41.155, half95: 0.015 },
      'total.throughput': 0.55,
      ...Object.fromEntries(CENTRES.map((share, i) => [`C${i + 1}.utilization`, share])),
    },
  },
  {
    file: 'm4-mm1.json',
    replications: 360,
    // Exactly 4 in the long run; the empty start costs about 0.001 of it.
    known: { 'queue.wait': { value: 3.9993, half95: 0.002 } },
  },
  {
    file: 'assembly.json',
    replications: 96,
    within: 0.03,
    // Motors and screws are always there: an M/G/1 queue of bodies (Pollaczek and Khinchine).
    known: {
      'total.throughput': 0.2,
      'Assembly.working': 0.8,
      'Bodies.wait': ((0.8 / 0.2) * 4 * (1 + 0.3 ** 2)) / 2,
      'Unpacking.throughput': 0.2 * (4 / 25),
    },
    exact: { 'Motors.length': 10 },
  },
  {
    file: 'setups.json',
    replications: 64,
    // In A the colours of jobs that follow each other are independent: each ordered pair comes with 1/9.
    known: {
      'A paints.working': 0.4,
      'B paints.working': 0.4,
      'A paints.setup': (3 + 2 + 8 + 3 + 9 + 5) / 9 / 10,
      'A paints.setups': 2 / 3 / 10,
    },
    within: 0.02,
  },
  {
    file: 'people-shifts.json',
    replications: 32,
    // Five days of 4 + 7.5 + 3.5 hours, and five of eight, of the 168 hours of a week.
    exact: { 'operators.onDuty': (2 * 75) / 168, 'fitter.onDuty': 40 / 168 },
    laws: (mean) => ({ 'Press.working': (mean('Press.throughput') * 0.3) / 3 + (mean('Press.throughput') * (2 / 60)) / 3 }),
  },
  {
    file: 'maintenance-wear.json',
    replications: 160,
    within: 0.05,
    known: {
      // Mean of a Weibull distribution of shape 3: scale × Γ(4/3).
      'A run to failure.failed': 8 / (100 * 0.892979512 + 8),
      'B by age.failed': ageReplacement(60).failed,
      'B by age.maintained': ageReplacement(60).maintained,
    },
  },
  {
    file: 'conveyor-loop.json',
    replications: 4,
    exact: {
      'Press.throughput': 1,
      'Press.working': 40 / 60,
      'Belt 1.wait': 50 / 60,
      'Belt 2.length': 50 / 60,
      'total.wip': 4,
    },
  },
  {
    file: 'kanban.json',
    replications: 32,
    // A: the parts before the second machine's end make a walk on 0 … 4, all equally likely. B: a closed network of two machines and four parts.
    known: { 'A out.throughput': 4 / 5, 'B out.throughput': 4 / 5 },
  },
  {
    file: 'orders.json',
    replications: 4,
    // Jackson's rule, by hand: S 0–2, V 2–5, T 5–11, R 11–15, W 15–20.
    exact: {
      'S.lateness': -2,
      'V.lateness': -2,
      'T.lateness': 1,
      'R.lateness': -1,
      'W.lateness': 1,
      'total.flowTime': (2 + 5 + 11 + 15 + 20) / 5,
    },
  },
  {
    file: 'quality.json',
    replications: 128,
    within: 0.04,
    // Boards on their first, second and third loop are classes of a BCMP network: each queue is an M/M/1.
    known: {
      'Soldering.throughput': 0.2 * 1.24,
      'Soldering.working': 0.62,
      'Test.working': 0.496,
      'To solder.wait': (2.5 * 0.62) / 0.38,
      'To test.wait': (2 * 0.496) / 0.504,
      'Test.scrapShare': 0.2 ** 3 / 1.24,
      'Inspection.scrapShare': 0.05 * 0.5 * 0.9,
      'total.throughput': 0.2 * (1 - 0.2 ** 3) * (1 - 0.0225),
    },
  },
  {
    file: 'minifab.json',
    replications: 64,
    within: 0.01,
    // 84 lots a week of 10,080 minutes; furnaces take three at a time.
    known: {
      'total.throughput': 0.5,
      'Ma and Mb.working': (84 * (225 + 255)) / 3 / 2 / 10_080,
      'Mc and Md.working': (84 * (30 + 50)) / 2 / 10_080,
      'Me.working': (84 * (55 + 10)) / 10_080,
    },
  },
];

/** Share of the time in which a machine that always has work is overhauled or broken down: a renewal at the end of every stop. */
function ageReplacement(at: number): { failed: number; maintained: number } {
  const [scale, shape, repair, overhaul] = [100, 3, 8, 2];
  const steps = 10_000;
  let up = 0;
  for (let i = 0; i < steps; i++) up += (Math.exp(-((((i + 0.5) * at) / steps / scale) ** shape)) * at) / steps;
  const fails = 1 - Math.exp(-((at / scale) ** shape));
  const cycle = up + fails * repair + (1 - fails) * overhaul;
  return { failed: (fails * repair) / cycle, maintained: ((1 - fails) * overhaul) / cycle };
}

/** The mean of a metric, by name. */
export function meanOf(result: Result): (name: string) => number {
  return (name) => {
    const found = result.metrics[name];
    if (found === undefined) throw new Error(`no metric ${name}`);
    return found.mean;
  };
}
