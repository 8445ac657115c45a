/** The wall of twins on a canvas: the page's side. The simulation's worker draws; here are only the page's events. */
import { type ProxyMarked, proxy, transfer, wrap } from 'comlink';
import { listen } from '../gestures.ts';
import { WALL_KEYS } from './wall-hands.ts';
import type { TileFrame } from './wall-grid.ts';
import type { WallReport, WallRun } from './wall-report.ts';
import type { WallViewer } from './wall-viewer.ts';
import type { Showing, WallTold } from './words.ts';

export interface Wall {
  show(showing: Showing): void;
  /** Shows all twins. */
  fit(): void;
  theme(dark: boolean): void;
  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, devicePixelRatio: number): void;
  /** Whether anybody can see it; coming back from a twin, the camera is where it was. */
  setVisible(visible: boolean): void;
  /** While nobody watches, the simulation keeps no glances. */
  watch(yes: boolean): void;
  /** What the keyboard's keys do: as on the canvas. */
  key(key: string, shift?: boolean): void;
  /** The twins on the wall; undefined: none, and why, unless they are only a matter of time. */
  onRun?: (run: WallRun | undefined, reason: string | undefined) => void;
  onTold?: (told: WallTold, hovered: TileFrame | undefined, cursor: TileFrame | undefined) => void;
  onEnter?: (twin: number) => void;
  /** What went wrong after opening, in words. */
  onError?: (message: string) => void;
  /** Milliseconds of a frame, and of putting the twins in order, each the mean over some. */
  measure(frames: number): Promise<{ draw: number; arrange: number }>;
  dispose(): void;
}

/** What the worker must expose: the viewer comes when it is first asked for. */
export interface WallWorker {
  wall(): Promise<WallViewer & ProxyMarked>;
}

/**
 * Takes over a canvas (once: it cannot be given back), on which the worker of the simulation draws its twins, and begins to watch.
 * Rejects with an Error whose message says why there is no WebGPU.
 */
export async function openWall(worker: Worker, canvas: HTMLCanvasElement): Promise<Wall> {
  if (!navigator.gpu)
    throw new Error('This browser offers no WebGPU here; it needs a recent browser, and a page served over https or from localhost.');
  if (!(await navigator.gpu.requestAdapter()))
    throw new Error('WebGPU is there, but it found no graphics adapter: the driver may be missing or switched off in the browser.');
  const viewer = await wrap<WallWorker>(worker).wall();
  const listening = new AbortController();
  let ratio = globalThis.devicePixelRatio;

  const wall: Wall = {
    show: (showing) => void viewer.show(showing),
    fit: () => void viewer.fit(),
    theme: (dark) => void viewer.theme(dark),
    resize(width, height, devicePixelRatio) {
      ratio = devicePixelRatio;
      void viewer.resize(width, height, devicePixelRatio);
    },
    setVisible(visible) {
      shown = visible;
      void viewer.setVisible(visible && !document.hidden);
    },
    watch: (yes) => void viewer.watch(yes),
    key: (key, shift = false) => void viewer.gesture({ type: 'key', key, shift }),
    measure: (frames) => viewer.measure(frames),
    dispose() {
      listening.abort();
      void viewer.dispose();
    },
  };
  const hear = (report: WallReport) => {
    switch (report.type) {
      case 'run':
        wall.onRun?.(report.run, report.reason);
        break;
      case 'told':
        canvas.style.cursor = report.told.hovered ? 'pointer' : '';
        wall.onTold?.(report.told, report.hovered, report.cursor);
        break;
      case 'enter':
        wall.onEnter?.(report.twin);
        break;
      case 'error':
        wall.onError?.(report.message);
        break;
    }
  };
  let shown = true;
  const opening = {
    canvas: canvas.transferControlToOffscreen(),
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    ratio,
    dark: document.documentElement.dataset['theme'] === 'dark',
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
  // What is reported at once must find its listener, which the caller sets when it has the wall.
  const early: WallReport[] = [];
  let open = false;
  await viewer.open(
    transfer(opening, [opening.canvas]),
    proxy((report: WallReport) => {
      if (open) hear(report);
      else early.push(report);
    }),
  );
  setTimeout(() => {
    open = true;
    early.forEach(hear);
  }, 0);
  listen(canvas, (gesture) => void viewer.gesture(gesture), {
    ratio: () => ratio,
    keys: WALL_KEYS,
    turns: false,
    signal: listening.signal,
  });
  document.addEventListener('visibilitychange', () => void viewer.setVisible(shown && !document.hidden), { signal: listening.signal });
  return wall;
}
