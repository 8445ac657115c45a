/** Runs twins of a run that is over once more, whose glances somebody wants and nobody has: the same twins, in the background. */
import type { Runner } from './experiment.ts';
import type { GlanceBoard, GlancedRun } from './glance-board.ts';

/** `over` never rejects, and comes soon after `stop`. */
export interface Refill {
  stop(): void;
  over: Promise<void>;
}

/**
 * @param limit replications below it are wanted
 * @param open makes the runners, of the engine that the run was on
 */
export function startRefill(glances: GlanceBoard, run: GlancedRun, limit: number, open: () => Promise<Runner[]>): Refill {
  let stopped = false;
  let runners: Runner[] = [];
  let next = 0;
  const work = async (runner: Runner): Promise<void> => {
    for (;;) {
      const missing = stopped ? undefined : glances.missing(run, next, limit);
      if (missing === undefined) return;
      const { first } = missing;
      const count = Math.max(1, Math.min(missing.count, runner.span(limit - first, runners.length)));
      next = first + count;
      const start = performance.now();
      await runner.run(first, count, run.seed, () => undefined);
      runner.took(count, performance.now() - start);
    }
  };
  const fill = async (): Promise<void> => {
    for (;;) {
      const { buffers } = glances;
      next = 0;
      runners = await open();
      await Promise.all(runners.map(work));
      // Where there is another buffer meanwhile, what went to the old one is lost.
      if (stopped || buffers === glances.buffers) return;
    }
  };
  return {
    stop: () => {
      stopped = true;
      for (const runner of runners) runner.stop();
    },
    over: fill().catch((error: unknown) => glances.fail(run, `The twins of the last run cannot be shown: ${(error as Error).message}.`)),
  };
}
