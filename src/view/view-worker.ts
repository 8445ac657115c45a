/** The worker behind a floor: owns the device, the renderer and the clock that plays a trace. Draws only when something changes. */
import type { FloorPlan, Trace } from '../engine/trace.ts';
import { expose } from 'comlink';
import { Camera } from './camera.ts';
import { type Gesture, Hands } from './hands.ts';
import { type Kinematics, prepare } from './kinematics.ts';
import { Renderer } from './renderer.ts';
import { pick, setOut, type Site } from './site.ts';
import { FIRST_PRODUCT } from './theme.ts';
import type { Heat, ModelSource, Thing, Viewpoint } from './things.ts';

export interface Opening {
  canvas: OffscreenCanvas;
  /** CSS pixels, and device pixels in one of them. */
  width: number;
  height: number;
  ratio: number;
  dark: boolean;
  reducedMotion: boolean;
}

/** What the worker tells the page. */
export type Report =
  | { type: 'tick'; tick: number; playing: boolean }
  | { type: 'hover' | 'pick' | 'follow'; thing: Thing | undefined }
  | { type: 'error'; message: string };

/** A film to be made: WebM, so many frames a second, for so many seconds of the wall clock. */
export interface FilmRequest {
  seconds: number;
  framesPerSecond: number;
  /** Pixels; else those of the screen. */
  width?: number;
  height?: number;
}

/** A move is drawn over this many seconds of the wall clock, and never over more than this share of the stay it leads to. */
const TRAVEL_SECONDS = 0.8;
const TRAVEL_SHARE = 0.4;
/** No frame stands for more than this much time, in seconds: after a pause of the browser the clock does not leap. */
const LONGEST_FRAME = 0.5;
/** Frames further apart than this, ms, are a burden; and how far apart they are while giving way. */
const SLOW_FRAME_MS = 25;
const YIELDING_FRAME_MS = 250;

class Viewer {
  private canvas!: OffscreenCanvas;
  private report!: (report: Report) => void;
  private device: GPUDevice | undefined;
  private renderer: Renderer | undefined;
  private readonly camera = new Camera();
  private readonly hands = new Hands(this.camera, {
    hover: (at) => this.hover(at && this.nodeAt(at.x, at.y)),
    choose: (at) => {
      const node = this.nodeAt(at.x, at.y);
      this.mark(node, this.hovered);
      this.report({ type: 'pick', thing: this.thingOf(node) });
    },
    fit: () => this.fit(),
    moved: () => {
      this.fitted = false;
    },
  });
  private shown: { plan: FloorPlan; trace: Trace | undefined; aspect: number } | undefined;
  private site: Site | undefined;
  private kinematics: Kinematics | undefined;
  private end = 0;
  private tickSeconds = 1;
  private selected: number | undefined;
  private hovered: number | undefined;
  private dark = false;
  private speed = 60;
  private playing = false;
  private visible = true;
  /** Ticks, with a fraction: a double holds both. */
  private now = 0;
  private yielding = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  /** Time between frames while nobody asks to give way, smoothed. */
  private frameMs = 16;
  private lastFrame: number | undefined;
  private scheduled = false;
  /** The whole plant is shown until somebody moves the camera. */
  private fitted = true;
  private disposed = false;

  /** Opens a device on the canvas. Rejects with the reason where there is none. */
  async open(opening: Opening, report: (report: Report) => void): Promise<void> {
    this.canvas = opening.canvas;
    this.report = report;
    this.dark = opening.dark;
    this.camera.still = opening.reducedMotion;
    this.playing = !opening.reducedMotion;
    await this.openDevice();
    this.resize(opening.width, opening.height, opening.ratio);
  }

  show(plan: FloorPlan, trace: Trace | undefined, _models?: ModelSource): void {
    const same = this.shown !== undefined && JSON.stringify(this.shown.plan) === JSON.stringify(plan);
    const aspect = same && this.shown ? this.shown.aspect : this.camera.floorAspect;
    this.shown = { plan, trace, aspect };
    if (!same || !this.site) {
      this.site = setOut(plan, aspect);
      this.selected = undefined;
      this.hovered = undefined;
      this.fitted = true;
    }
    this.kinematics = prepare(this.site, trace, FIRST_PRODUCT);
    this.end = trace?.end ?? 0;
    this.tickSeconds = plan.tickSeconds;
    // A plant that has been running shows more than one that is empty.
    this.now = trace && trace.warmup < trace.end ? trace.warmup : 0;
    this.renderer?.show(this.site, this.kinematics, this.dark);
    this.mark(this.selected, this.hovered);
    if (!same) this.fit(true);
    this.tell();
  }

  play(): void {
    if (this.now >= this.end) this.now = 0;
    this.playing = true;
    this.tell();
    this.wake();
  }

  pause(): void {
    this.playing = false;
    this.tell();
    this.wake();
  }

  setSpeed(speed: number): void {
    this.speed = Math.max(0, speed);
    this.wake();
  }

  seek(tick: number): void {
    this.now = Math.min(Math.max(0, tick), this.end);
    this.tell();
    this.wake();
  }

  select(thing: Thing | undefined): void {
    const name = thing !== undefined && 'element' in thing ? thing.element : undefined;
    const n = this.site?.plan.nodes.findIndex((node) => node.name === name) ?? -1;
    this.mark(n < 0 ? undefined : n, this.hovered);
  }

  // To be filled in by whoever builds the hall.
  step(_direction: 1 | -1): void {}
  follow(_thing: Thing | undefined): void {}
  flyTo(_thing: Thing): void {}
  viewpoint(): Viewpoint {
    return { at: [0, 0, 0], distance: 30, turn: 0, tilt: 45 };
  }
  goTo(_viewpoint: Viewpoint): void {}
  heat(_heat: Heat | undefined): void {}
  style(_style: 'models' | 'plain'): void {}
  picture(_size?: { width: number; height: number }): Promise<Blob> {
    return Promise.reject(new Error('not yet'));
  }
  film(_request: FilmRequest, _onProgress: (share: number) => void): Promise<Blob> {
    return Promise.reject(new Error('not yet'));
  }
  cancelFilm(): void {}

  fit(at = false): void {
    if (!this.site) return;
    this.fitted = true;
    this.camera.fit(this.site.bounds, at);
    this.wake();
  }

  theme(dark: boolean): void {
    this.dark = dark;
    this.renderer?.theme(dark);
    this.wake();
  }

  resize(width: number, height: number, ratio: number): void {
    this.camera.resize(width, height, ratio);
    if (this.fitted) {
      this.refold();
      this.fit(true);
    }
    this.wake();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.lastFrame = undefined;
    if (visible) this.wake();
  }

  gesture(gesture: Gesture): void {
    this.hands.take(gesture);
    this.wake(true);
  }

  /** Destroys the device, as a driver's crash would; the floor opens another. */
  loseDevice(): void {
    this.device?.destroy();
  }

  dispose(): void {
    this.disposed = true;
    this.renderer?.dispose();
    this.device?.destroy();
  }

  /** Sets the plant out anew where the screen has got quite another shape, as when a phone is turned. */
  private refold(): void {
    const { shown } = this;
    const aspect = this.camera.floorAspect;
    if (!shown || Math.max(shown.aspect / aspect, aspect / shown.aspect) < 1.4) return;
    shown.aspect = aspect;
    this.site = setOut(shown.plan, aspect);
    this.kinematics = prepare(this.site, shown.trace, FIRST_PRODUCT);
    this.renderer?.show(this.site, this.kinematics, this.dark);
    this.mark(this.selected, this.hovered);
  }

  private async openDevice(): Promise<void> {
    if (!navigator.gpu)
      throw new Error('This browser offers no WebGPU here; it needs a recent browser, and a page served over https or from localhost.');
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter)
      throw new Error('WebGPU is there, but it found no graphics adapter: the driver may be missing or switched off in the browser.');
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
    this.device = device;
    device.onuncapturederror = ({ error }) => this.report({ type: 'error', message: error.message });
    void device.lost.then(({ message }) => this.reopen(message));
    this.renderer = new Renderer(device, this.canvas);
    if (this.site && this.kinematics) this.renderer.show(this.site, this.kinematics, this.dark);
    this.renderer.theme(this.dark);
    this.renderer.mark(this.selected, this.hovered);
  }

  private async reopen(reason: string): Promise<void> {
    if (this.disposed) return;
    this.renderer = undefined;
    try {
      await this.openDevice();
      this.wake();
    } catch (error) {
      this.report({
        type: 'error',
        message: `The graphics device was lost (${reason}) and could not be opened again: ${(error as Error).message}`,
      });
    }
  }

  private mark(selected: number | undefined, hovered: number | undefined): void {
    this.selected = selected;
    this.hovered = hovered;
    this.renderer?.mark(selected, hovered);
    this.wake();
  }

  private hover(node: number | undefined): void {
    if (node === this.hovered) return;
    this.mark(this.selected, node);
    this.report({ type: 'hover', thing: this.thingOf(node) });
  }

  private nodeAt(x: number, y: number): number | undefined {
    if (!this.site) return undefined;
    const { origin, direction } = this.camera.rayAt(x, y);
    return pick(this.site, origin, direction);
  }

  private thingOf(node: number | undefined): Thing | undefined {
    return node === undefined || !this.site ? undefined : { element: this.site.plan.nodes[node]!.name };
  }

  private tell(): void {
    this.report({ type: 'tick', tick: Math.floor(this.now), playing: this.playing });
  }

  /** While somebody else needs the processor: a floor that is drawn slowly (an emulated adapter) then shows a few frames a second only. */
  giveWay(yes: boolean): void {
    this.yielding = yes;
    if (!yes) this.wake(true);
  }

  /** Sees to a next frame; `soon`: without giving way, because a hand moves. */
  private wake(soon = false): void {
    if (this.disposed || !this.visible) return;
    if (soon && this.waiting !== undefined) {
      clearTimeout(this.waiting);
      this.waiting = undefined;
      this.scheduled = false;
    }
    if (this.scheduled) return;
    this.scheduled = true;
    const patient = !soon && this.yielding && this.frameMs > SLOW_FRAME_MS;
    const frame = (time: number) => {
      this.scheduled = false;
      this.waiting = undefined;
      this.frame(time, !patient);
    };
    if (patient) this.waiting = setTimeout(() => frame(performance.now()), YIELDING_FRAME_MS);
    else if (typeof requestAnimationFrame === 'function') requestAnimationFrame(frame);
    else setTimeout(() => frame(performance.now()), 16);
  }

  /** @param prompt whether it came as soon as it could, so that its distance from the last one tells how long a frame takes. */
  private frame(time: number, prompt: boolean): void {
    if (!this.renderer || !this.visible) return;
    const apart = this.lastFrame === undefined ? 0 : time - this.lastFrame;
    if (prompt && apart > 0) this.frameMs += (apart - this.frameMs) / 4;
    const seconds = Math.min(LONGEST_FRAME, apart / 1000);
    const running = this.playing && this.end > 0;
    if (running) this.advance(seconds);
    const moving = this.camera.step(seconds);
    const tick = Math.floor(this.now);
    const pace = { travel: Math.min(0x7fffffff, (TRAVEL_SECONDS * this.speed) / this.tickSeconds), share: TRAVEL_SHARE };
    this.renderer.draw(this.camera, tick, this.now - tick, pace);
    // The first frame after a rest has no length.
    this.lastFrame = running || moving ? time : undefined;
    if (running || moving) this.wake();
  }

  private advance(seconds: number): void {
    this.now = Math.min(this.end, this.now + (seconds * this.speed) / this.tickSeconds);
    if (this.now >= this.end) this.playing = false;
    this.tell();
  }
}

export type { Viewer };

expose(new Viewer());
