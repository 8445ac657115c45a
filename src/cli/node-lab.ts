/** The laboratory in Node: Dawn for the GPU, worker threads for the reference engine. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { proxy, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { GpuTwins } from '../experiment/gpu-twins.ts';
import { Lab, type RemoteTwins } from '../experiment/lab.ts';
import type { TrialMachines } from '../experiment/trials-run.ts';
import type { Twins } from '../experiment/twins.ts';

export interface NodeLab {
  lab: Lab;
  close(): Promise<void>;
}

/** Dawn's GPU object; undefined where the package or its native part is missing on this platform. Kept referenced: Node can crash otherwise. */
async function dawn(): Promise<GPU | undefined> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    return create([]);
  } catch {
    return undefined;
  }
}

/** @param gpu whether to look for a GPU at all. */
export async function openNodeLab(gpu: boolean, threads = availableParallelism()): Promise<NodeLab> {
  const workers: Worker[] = [];
  const lab = new Lab({ gpu: gpu ? await dawn() : undefined, spawn: () => thread(workers) as unknown as RemoteTwins, threads, proxy });
  await lab.open();
  return { lab, close: () => end(workers) };
}

/** What runs the rounds of a study: threads, and a GPU where there is one. */
export async function openNodeMachines(
  gpu: boolean,
  threads = availableParallelism(),
): Promise<TrialMachines & { close(): Promise<void> }> {
  const workers: Worker[] = [];
  return {
    gpu: gpu ? new GpuTwins(await dawn()) : undefined,
    threads: Array.from({ length: threads }, () => thread(workers)),
    close: () => end(workers),
  };
}

function thread(workers: Worker[]): ReturnType<typeof wrap<Twins>> {
  const worker = new Worker(new URL('./twins-worker.js', import.meta.url));
  workers.push(worker);
  return wrap<Twins>(nodeEndpoint(worker));
}

async function end(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}
