/** The page's hand on the laboratory: everything runs behind a worker, so the page's thread is never held up. */
import { proxy, wrap } from 'comlink';
import type { Lab } from './lab.ts';
import type { EngineReport, Laboratory } from './protocol.ts';

/** Starts the laboratory's worker, which looks for a GPU. Rejects only where the browser starts no workers. */
export async function openLaboratory(): Promise<Laboratory> {
  const worker = new Worker(new URL('./lab-worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new Error(`The laboratory did not start: ${event.message || 'its worker failed'}.`)),
    );
  });
  const lab = wrap<Lab>(worker);
  const report: EngineReport = await Promise.race([lab.open(), failed]);
  return {
    report,
    check: (scene) => lab.check(scene),
    run: (request, onProgress) => lab.run(request, proxy(onProgress)),
    pause: () => void lab.pause(),
    resume: () => void lab.resume(),
    cancel: () => void lab.cancel(),
    trace: (scene, seed, replication) => lab.trace(scene, seed, replication),
    plan: (request) => lab.plan(request),
    explore: (request, onProgress) => lab.explore(request, proxy(onProgress)),
    apply: (scene, experiment, point) => lab.apply(scene, experiment, point),
    exportStudy: (report, format) => lab.exportStudy(report, format, location.href.replace(/#.*$/, '')),
    kept: () => lab.kept(),
  };
}
