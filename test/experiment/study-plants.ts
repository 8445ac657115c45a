/** Small plants with experiments, and studies of them on one thread of the reference engine. */
import type { TrialThread } from '../../src/experiment/trial-threads.ts';
import { Study, type StudyOptions } from '../../src/experiment/study.ts';
import type { StudyProgress, StudyReport } from '../../src/experiment/study-protocol.ts';
import { PlantTrials } from '../../src/experiment/trials-run.ts';
import { Twins } from '../../src/experiment/twins.ts';

export type Loose = any;

/** A saturated line of stations s1, s2 … with exponential times of these rates a minute, and buffers b1, b2 … between (0: none). */
export function line(rates: readonly number[], capacities: readonly number[], experiment: Loose, run: Loose = {}): Loose {
  const chain = ['in', ...rates.flatMap((_, i) => (i < capacities.length ? [`s${i + 1}`, `b${i + 1}`] : [`s${i + 1}`])), 'out'];
  return {
    millwright: 1,
    time: { unit: 'min' },
    products: { job: {} },
    sources: { in: { product: 'job', saturated: true } },
    stations: Object.fromEntries(rates.map((rate, i) => [`s${i + 1}`, { processing: { exponential: { rate } } }])),
    buffers: Object.fromEntries(capacities.map((capacity, i) => [`b${i + 1}`, { capacity: capacity === 0 ? 'none' : capacity }])),
    sinks: { out: {} },
    links: chain.slice(1).map((to, i) => ({ from: chain[i], to })),
    run: { warmup: 200, horizon: 1000, replications: 16, seed: 1, ...run },
    experiments: { trial: experiment },
  };
}

/** Factors b1 … bn: places of the buffers of such a line. */
export function places(count: number, from: number, to: number): Loose {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`b${i + 1}`, { path: `buffers.b${i + 1}.capacity`, from, to }]));
}

export function studyOf(scene: Loose, options: Partial<StudyOptions> = {}, threads: readonly TrialThread[] = [new Twins()]): Study {
  return new Study({
    scene: typeof scene === 'string' ? scene : JSON.stringify(scene),
    experiment: 'trial',
    trials: async ({ sceneAt, space, metrics, seed, path, start }) => {
      const trials = await PlantTrials.open(
        { sceneAt, axes: space.axes, responses: metrics.map((metric) => ({ metric })), seed, engine: 'cpu', path, start },
        { gpu: undefined, threads },
      );
      return {
        run: (orders, told) => trials.run(orders, told),
        stop: () => trials.stop(),
        get report() {
          return trials.report;
        },
        get path() {
          return trials.taken;
        },
      };
    },
    ...options,
  });
}

export function run(scene: Loose, options: Partial<StudyOptions> = {}, told?: (progress: StudyProgress) => void): Promise<StudyReport> {
  return studyOf(scene, options).run(told);
}

/** What a study is refused for: "path: message", line by line; '' where it is not. */
export async function refusal(scene: Loose): Promise<string> {
  try {
    await run(scene);
    return '';
  } catch (error) {
    if ((error as Error).name !== 'StudyRefusal') throw error;
    return (error as Error).message;
  }
}
