/**
 * The composition root of the GPU worker: it owns the device and the GPU engine, hands spans to the reference engine's workers, and merges; and
 * beside the blocks of the twins it draws the wall of them.
 */
import { expose, proxy, wrap } from 'comlink';
import { browserJournals } from './experiment/browser-journals.ts';
import { Lab, type RemoteTwins } from './experiment/lab.ts';
import type { Twins } from './experiment/twins.ts';
import type { WallViewer } from './view/wall/wall-viewer.ts';

/** Where a browser lets a worker start no workers, the reference engine runs in this one, and is loaded only there. */
function spawn(): RemoteTwins {
  if (typeof Worker === 'undefined') {
    const { port1, port2 } = new MessageChannel();
    void import('./experiment/twins.ts').then(({ Twins }) => expose(new Twins(), port1));
    return wrap<Twins>(port2) as unknown as RemoteTwins;
  }
  return wrap<Twins>(new Worker(new URL('./experiment/twins-worker.ts', import.meta.url), { type: 'module' })) as unknown as RemoteTwins;
}

const threads = typeof Worker === 'undefined' ? 1 : Math.max(1, navigator.hardwareConcurrency || 1);
const lab = new Lab({ gpu: navigator.gpu, spawn, threads, proxy, journals: browserJournals });

let viewer: WallViewer | undefined;
/** The wall of the latest run's twins: loaded when it is first asked for. */
async function wall(): Promise<WallViewer> {
  const { WallViewer } = await import('./view/wall/wall-viewer.ts');
  viewer ??= new WallViewer(lab.glances);
  return proxy(viewer);
}

expose({ lab, wall });
