/** The floor of one twin on a canvas: the page's side. Drawing happens in a worker; here are only the page's events. */
import type { FloorPlan, Trace } from '../engine/trace.ts';
import { proxy, transfer, wrap } from 'comlink';
import { listen } from './gestures.ts';
import { KEYS } from './hands.ts';
import type { Heat, ModelSource, Thing, Viewpoint } from './things.ts';
import type { FilmRequest, Report, Viewer } from './view-worker.ts';

export interface Floor {
  /** Shows a plan, and what happens on it where there is a trace: from its warm-up on, playing unless it was paused. The camera stays where the plan is the same. */
  show(plan: FloorPlan, trace: Trace | undefined, models?: ModelSource): void;
  /** Plays on, from the beginning where it had reached the end. */
  play(): void;
  pause(): void;
  /** Simulated seconds a second of the wall clock; 60 at first. */
  speed: number;
  seek(tick: number): void;
  readonly playing: boolean;
  readonly tick: number;
  /** After every frame that played, and whenever playing starts, stops or jumps. */
  onTick?: (tick: number) => void;
  onPick?: (thing: Thing | undefined) => void;
  onHover?: (thing: Thing | undefined) => void;
  /** What went wrong after opening, in words. */
  onError?: (message: string) => void;
  /** The camera goes with this thing no longer: a hand has moved it, or the thing has left. */
  onFollow?: (thing: Thing | undefined) => void;
  /** Goes to the next (1) or the last (−1) tick at which anything happens, and pauses. */
  step(direction: 1 | -1): void;
  select(thing: Thing | undefined): void;
  /** Keeps the camera on a thing that moves; undefined: no longer. */
  follow(thing: Thing | undefined): void;
  flyTo(thing: Thing): void;
  /** Where the camera stands, or is flying to. */
  viewpoint(): Promise<Viewpoint>;
  goTo(viewpoint: Viewpoint): void;
  /** Shows the whole plant. */
  fit(): void;
  heat(heat: Heat | undefined): void;
  /** Models, or plain shapes in their place. */
  style(style: 'models' | 'plain'): void;
  /** What is to be seen now, as PNG; `width` and `height` in pixels, else those of the screen. */
  picture(size?: { width: number; height: number }): Promise<Blob>;
  /** A film of the view from the present moment on, at the present speed, one drawn frame after the other; rejects with the signal's reason. */
  film(request: FilmRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<Blob>;
  theme(dark: boolean): void;
  /** Whether the processor is needed elsewhere: a floor that is slow to draw then shows fewer frames. */
  giveWay(yes: boolean): void;
  /** CSS pixels, and device pixels in one. */
  resize(width: number, height: number, devicePixelRatio: number): void;
  /** Destroys the graphics device, to see that the floor comes back. */
  loseDevice(): void;
  dispose(): void;
}

/** Between two words that somebody acts on the page, ms. */
const ACTING_MS = 100;

/** Takes over a canvas (once: it cannot be given back). Rejects with an Error whose message says why there is no WebGPU. */
export async function openFloor(canvas: HTMLCanvasElement): Promise<Floor> {
  // Asked here first: a canvas that has been handed over can show nothing else.
  if (!navigator.gpu)
    throw new Error('This browser offers no WebGPU here; it needs a recent browser, and a page served over https or from localhost.');
  if (!(await navigator.gpu.requestAdapter())) {
    throw new Error('WebGPU is there, but it found no graphics adapter: the driver may be missing or switched off in the browser.');
  }
  const worker = new Worker(new URL('./view-worker.ts', import.meta.url), { type: 'module', name: 'view' });
  const viewer = wrap<Viewer>(worker);
  const state = { tick: 0, playing: false, speed: 60 };
  const listening = new AbortController();
  let acting = new AbortController();

  const floor: Floor = {
    show: (plan, trace, models) => void viewer.show(plan, trace, models),
    play() {
      state.playing = true;
      void viewer.play();
    },
    pause() {
      state.playing = false;
      void viewer.pause();
    },
    get speed() {
      return state.speed;
    },
    set speed(speed) {
      state.speed = speed;
      void viewer.setSpeed(speed);
    },
    seek(tick) {
      state.tick = tick;
      void viewer.seek(tick);
    },
    get playing() {
      return state.playing;
    },
    get tick() {
      return state.tick;
    },
    step(direction) {
      state.playing = false;
      void viewer.step(direction);
    },
    select: (thing) => void viewer.select(thing),
    follow: (thing) => void viewer.follow(thing),
    flyTo: (thing) => void viewer.flyTo(thing),
    viewpoint: () => viewer.viewpoint(),
    goTo: (viewpoint) => void viewer.goTo(viewpoint),
    fit: () => void viewer.fit(),
    heat: (heat) => void viewer.heat(heat),
    style: (style) => void viewer.style(style),
    picture: (size) => viewer.picture(size),
    film(request, onProgress, signal) {
      signal.addEventListener('abort', () => void viewer.cancelFilm(), { once: true });
      return viewer.film(request, proxy(onProgress)).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : error;
      });
    },
    theme: (dark) => void viewer.theme(dark),
    giveWay(yes) {
      void viewer.giveWay(yes);
      acting.abort();
      if (!yes) return;
      acting = new AbortController();
      let last = 0;
      // Whoever acts on the page waits for its frame, not for one of the floor.
      const holdBack = ({ timeStamp }: Event): void => {
        if (timeStamp - last < ACTING_MS) return;
        last = timeStamp;
        void viewer.holdBack();
      };
      for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
        addEventListener(kind, holdBack, { capture: true, passive: true, signal: acting.signal });
      }
    },
    resize(width, height, devicePixelRatio) {
      ratio = devicePixelRatio;
      void viewer.resize(width, height, devicePixelRatio);
    },
    loseDevice: () => void viewer.loseDevice(),
    dispose() {
      listening.abort();
      acting.abort();
      void viewer.dispose().then(() => worker.terminate());
    },
  };
  const hear = (report: Report) => {
    switch (report.type) {
      case 'tick':
        state.tick = report.tick;
        state.playing = report.playing;
        floor.onTick?.(report.tick);
        break;
      case 'hover':
        canvas.style.cursor = report.thing === undefined ? '' : 'pointer';
        floor.onHover?.(report.thing);
        break;
      case 'pick':
        floor.onPick?.(report.thing);
        break;
      case 'follow':
        floor.onFollow?.(report.thing);
        break;
      case 'error':
        floor.onError?.(report.message);
        break;
    }
  };

  let ratio = globalThis.devicePixelRatio;
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const opening = {
    canvas: canvas.transferControlToOffscreen(),
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    ratio,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    reducedMotion,
  };
  state.playing = !reducedMotion;
  try {
    await viewer.open(transfer(opening, [opening.canvas]), proxy(hear));
  } catch (error) {
    worker.terminate();
    throw error;
  }
  listen(canvas, (gesture) => void viewer.gesture(gesture), {
    ratio: () => ratio,
    keys: KEYS,
    turns: true,
    signal: listening.signal,
  });
  document.addEventListener('visibilitychange', () => void viewer.setVisible(!document.hidden), { signal: listening.signal });
  return floor;
}
