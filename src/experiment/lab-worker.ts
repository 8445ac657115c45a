/** The GPU worker of the page: it owns the device and the GPU engine, hands spans to the reference engine's workers, and merges. */
import { expose, proxy, wrap } from 'comlink';
import { browserJournals } from './browser-journals.ts';
import { Lab, type RemoteTwins } from './lab.ts';
import { Twins } from './twins.ts';

/** Where a browser lets a worker start no workers, the reference engine runs in this one. */
function spawn(): RemoteTwins {
  if (typeof Worker === 'undefined') return new Twins();
  return wrap<Twins>(new Worker(new URL('./twins-worker.ts', import.meta.url), { type: 'module' })) as unknown as RemoteTwins;
}

const threads = typeof Worker === 'undefined' ? 1 : Math.max(1, navigator.hardwareConcurrency || 1);
expose(new Lab({ gpu: navigator.gpu, spawn, threads, proxy, journals: browserJournals }));
