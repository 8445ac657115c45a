/** The bench of loose parts on a canvas: the page's side. The worker simulates and draws; here are only the page's events. */
import { proxy, transfer, wrap } from 'comlink';
import { listen } from '../view/gestures.ts';
import { KEYS } from '../view/hands.ts';
import type { BulkBench, BulkReport } from './bulk-words.ts';

/** What a page can ask of the bench; all that comes of it is heard. */
export interface BulkClient extends Pick<BulkBench, 'pause' | 'resume' | 'cancel' | 'start' | 'put' | 'theme' | 'fit'> {
  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, devicePixelRatio: number): void;
  setVisible(visible: boolean): void;
  result(): Promise<ReturnType<BulkBench['result']>>;
  dispose(): void;
}

/** Takes over a canvas (once: it cannot be given back). Rejects with an Error whose message says why there is no WebGPU. */
export async function openBulk(start: () => Worker, canvas: HTMLCanvasElement, hear: (report: BulkReport) => void): Promise<BulkClient> {
  // Asked here first: a canvas that has been handed over can show nothing else.
  if (!navigator.gpu)
    throw new Error('This browser offers no WebGPU here; it needs a recent browser, and a page served over https or from localhost.');
  if (!(await navigator.gpu.requestAdapter()))
    throw new Error('WebGPU is there, but it found no graphics adapter: the driver may be missing or switched off in the browser.');
  const worker = start();
  const bench = wrap<BulkBench>(worker);
  const listening = new AbortController();
  let ratio = globalThis.devicePixelRatio;
  let shown = true;
  const opening = {
    canvas: canvas.transferControlToOffscreen(),
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    ratio,
    dark: document.documentElement.dataset['theme'] === 'dark',
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
  try {
    // A worker whose code cannot be loaded would never answer.
    const failed = new Promise<never>((_, reject) => {
      worker.addEventListener('error', ({ message }) => reject(new Error(message || 'The worker of loose parts could not be loaded.')), {
        once: true,
      });
    });
    await Promise.race([bench.open(transfer(opening, [opening.canvas]), proxy(hear)), failed]);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  listen(canvas, (gesture) => void bench.gesture(gesture), { ratio: () => ratio, keys: KEYS, turns: true, signal: listening.signal });
  document.addEventListener('visibilitychange', () => void bench.setVisible(shown && !document.hidden), { signal: listening.signal });
  return {
    put: (specimen) => bench.put(specimen),
    start: () => bench.start(),
    pause: () => void bench.pause(),
    resume: () => void bench.resume(),
    cancel: () => void bench.cancel(),
    result: () => bench.result(),
    theme: (dark) => void bench.theme(dark),
    fit: () => void bench.fit(),
    resize(width, height, devicePixelRatio) {
      ratio = devicePixelRatio;
      void bench.resize(width, height, devicePixelRatio);
    },
    setVisible(visible) {
      shown = visible;
      void bench.setVisible(visible && !document.hidden);
    },
    dispose() {
      listening.abort();
      worker.terminate();
    },
  };
}
