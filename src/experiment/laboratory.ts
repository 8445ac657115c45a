/** The page's hand on the laboratory: everything runs behind a worker, so the page's thread is never held up. */
import { type ProxyMarked, proxy, wrap } from 'comlink';
import type { Lab } from './lab.ts';
import type { EngineReport, Laboratory } from './protocol.ts';

/** The laboratory in a worker that exposes it as `lab`; it looks for a GPU first. Rejects where the worker fails. */
export async function openLaboratory(worker: Worker): Promise<Laboratory> {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new Error(`The laboratory did not start: ${event.message || 'its worker failed'}.`)),
    );
  });
  const { lab } = wrap<{ lab: Lab & ProxyMarked }>(worker);
  const report: EngineReport = await Promise.race([lab.open(), failed]);
  return {
    report,
    check: (scene) => lab.check(scene),
    run: (request, onProgress) => lab.run(request, proxy(onProgress)),
    pause: () => void lab.pause(),
    resume: () => void lab.resume(),
    cancel: () => void lab.cancel(),
    trace: (scene, seed, replication) => lab.trace(scene, seed, replication),
    flows: (scene, seed, replications, onProgress) => lab.flows(scene, seed, replications, onProgress && proxy(onProgress)),
    plan: (request) => lab.plan(request),
    explore: (request, onProgress) => lab.explore(request, proxy(onProgress)),
    apply: (scene, experiment, point) => lab.apply(scene, experiment, point),
    exportStudy: (report, format) => lab.exportStudy(report, format, location.href.replace(/#.*$/, '')),
    kept: () => lab.kept(),
  };
}
