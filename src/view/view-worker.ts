/** The worker behind a floor: owns the device, the renderer and the clock that plays a trace. Draws only when something changes. */
import type { FloorPlan, Trace } from '../engine/trace.ts';
import { expose } from 'comlink';
import { Camera } from './camera.ts';
import { Clock } from './clock.ts';
import { requestDevice } from './device.ts';
import { film } from './film.ts';
import type { Gesture } from './gestures.ts';
import { Hands } from './hands.ts';
import { buildHeat } from './heat.ts';
import { type Kinematics, prepare } from './kinematics.ts';
import { ownName } from './looks/names.ts';
import { buildScenery } from './looks/scenery.ts';
import type { Models } from './model.ts';
import { Library, shippedAt } from './models/library.ts';
import { Pacing } from './pacing.ts';
import { samePlaces } from './plan.ts';
import { pointAt } from './pointing.ts';
import { Renderer } from './renderer.ts';
import { setOut, type Site } from './site.ts';
import { canvasTarget, type Target } from './stage.ts';
import { openStudio, type Studio } from './studio.ts';
import { FIRST_PRODUCT } from './theme.ts';
import { type Heat, type ModelSource, sameThing, type Thing, type Viewpoint } from './things.ts';
import { Whereabouts } from './whereabouts.ts';

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

/** No frame stands for more than this much time, in seconds: after a pause of the browser the clock does not leap. */
const LONGEST_FRAME = 0.5;
/** Metres by which a part may stand out of the box of the element that it is on. */
const OVERHANG = 0.3;

class Viewer {
  private canvas!: OffscreenCanvas;
  private report!: (report: Report) => void;
  private device: GPUDevice | undefined;
  private renderer: Renderer | undefined;
  private target: Target | undefined;
  private readonly library = new Library(shippedAt());
  private readonly camera = new Camera();
  private readonly hands = new Hands(this.camera, {
    hover: (at) => this.hover(at && this.point(at.x, at.y)?.element?.node),
    choose: (at) => void this.choose(at.x, at.y),
    fit: () => this.fit(),
    moved: (away) => {
      this.fitted = false;
      if (away) this.follow(undefined);
    },
  });
  private readonly clock = new Clock();
  private readonly pacing = new Pacing((time) => this.frame(time));
  private shown: { plan: FloorPlan; trace: Trace | undefined; aspect: number } | undefined;
  private site: Site | undefined;
  private kinematics: Kinematics | undefined;
  private things: Whereabouts | undefined;
  private models: Models = {};
  private furnishing = 0;
  private look: 'models' | 'plain' = 'models';
  private selected: Thing | undefined;
  private hovered: number | undefined;
  private followed: Thing | undefined;
  private heated: Heat | undefined;
  private dark = false;
  private lastFrame: number | undefined;
  private lastView = '';
  private filming: AbortController | undefined;
  /** The whole plant is shown until somebody moves the camera. */
  private fitted = true;
  private disposed = false;

  /** Opens a device on the canvas. Rejects with the reason where there is none. */
  async open(opening: Opening, report: (report: Report) => void): Promise<void> {
    this.canvas = opening.canvas;
    this.report = report;
    this.dark = opening.dark;
    this.camera.still = opening.reducedMotion;
    this.clock.playing = !opening.reducedMotion;
    await this.openDevice();
    this.resize(opening.width, opening.height, opening.ratio);
  }

  show(plan: FloorPlan, trace: Trace | undefined, models?: ModelSource): void {
    const same = this.shown !== undefined && JSON.stringify(this.shown.plan) === JSON.stringify(plan);
    const stays = this.shown !== undefined && samePlaces(this.shown.plan, plan);
    const aspect = stays && this.shown ? this.shown.aspect : this.camera.floorAspect;
    this.shown = { plan, trace, aspect };
    if (!same || !this.site) {
      this.site = this.setOut(plan, aspect);
    }
    if (!stays) {
      this.selected = undefined;
      this.hovered = undefined;
      this.heated = undefined;
      this.follow(undefined);
      this.fitted = true;
    } else if (this.followed !== undefined && !('element' in this.followed)) this.follow(undefined);
    this.look = plan.style ?? this.look;
    this.prepare(trace);
    this.clock.load(trace, plan.tickSeconds);
    this.present();
    if (!stays) this.fit(true);
    this.tell();
    void this.furnish(plan, models);
  }

  play(): void {
    this.clock.play();
    this.tell();
    this.pacing.wake();
  }

  pause(): void {
    this.clock.playing = false;
    this.tell();
    this.pacing.wake();
  }

  setSpeed(speed: number): void {
    this.clock.speed = Math.max(0, speed);
    this.pacing.wake();
  }

  seek(tick: number): void {
    this.clock.seek(tick);
    this.tell();
    this.pacing.wake();
  }

  step(direction: 1 | -1): void {
    this.clock.step(direction);
    this.tell();
    this.pacing.wake(true);
  }

  select(thing: Thing | undefined): void {
    this.selected = thing;
    this.mark();
  }

  follow(thing: Thing | undefined): void {
    if (sameThing(thing, this.followed)) return;
    this.followed = thing;
    if (thing === undefined) this.report({ type: 'follow', thing });
    else this.fitted = false;
    this.pacing.wake(true);
  }

  flyTo(thing: Thing): void {
    const box = this.things?.boxOf(thing, this.clock.moment);
    if (!box) return;
    this.fitted = false;
    this.camera.flyTo(box);
    this.pacing.wake(true);
  }

  viewpoint(): Viewpoint {
    return this.camera.viewpoint();
  }

  goTo(viewpoint: Viewpoint): void {
    this.fitted = false;
    this.follow(undefined);
    this.camera.goTo(viewpoint);
    this.pacing.wake(true);
  }

  heat(heat: Heat | undefined): void {
    this.heated = heat;
    if (this.site) this.renderer?.overlay(heat ? buildHeat(this.site, heat) : []);
    this.pacing.wake();
  }

  style(style: 'models' | 'plain'): void {
    if (style === this.look) return;
    this.look = style;
    this.present();
  }

  /** What is to be seen now, as PNG, in pixels. */
  async picture(size = { width: this.camera.width, height: this.camera.height }): Promise<Blob> {
    const studio = this.studio(size.width, size.height);
    try {
      studio.draw(this.clock.moment);
      return await studio.canvas.convertToBlob({ type: 'image/png' });
    } finally {
      studio.close();
    }
  }

  async film(request: FilmRequest, onProgress: (share: number) => void): Promise<Blob> {
    const { width = this.camera.width, height = this.camera.height } = request;
    this.filming?.abort(new Error('Another film has been begun.'));
    const ending = new AbortController();
    this.filming = ending;
    let studio: Studio | undefined;
    const draw = (tick: number, fraction: number, w: number, h: number): ImageBitmap => {
      studio ??= this.studio(w, h);
      studio.draw({ tick, fraction, pace: this.clock.pace });
      return studio.canvas.transferToImageBitmap();
    };
    try {
      const reel = { from: this.clock.now, ticksASecond: this.clock.ticksASecond, end: this.clock.end };
      return await film({ ...request, width, height }, reel, draw, onProgress, ending.signal);
    } finally {
      studio?.close();
      if (this.filming === ending) this.filming = undefined;
      this.pacing.wake();
    }
  }

  cancelFilm(): void {
    this.filming?.abort(new Error('The film was cancelled.'));
  }

  fit(at = false): void {
    if (!this.site) return;
    this.fitted = true;
    this.follow(undefined);
    this.camera.fit(this.site.bounds, at);
    this.pacing.wake(true);
  }

  theme(dark: boolean): void {
    this.dark = dark;
    this.renderer?.theme(dark);
    this.pacing.wake();
  }

  resize(width: number, height: number, ratio: number): void {
    this.camera.resize(width, height, ratio);
    if (this.fitted) {
      this.refold();
      this.fit(true);
    }
    this.pacing.wake();
  }

  setVisible(visible: boolean): void {
    this.lastFrame = undefined;
    this.pacing.show(visible);
  }

  gesture(gesture: Gesture): void {
    this.hands.take(gesture);
    this.pacing.wake(true);
  }

  /** While somebody else needs the processor: a floor that is drawn slowly (an emulated adapter) then shows a few frames a second only. */
  giveWay(yes: boolean): void {
    this.pacing.giveWay(yes);
  }

  /** Somebody acts on the page: a floor that gives way waits a moment longer. */
  holdBack(): void {
    this.pacing.holdBack();
  }

  /** Destroys the device, as a driver's crash would; the floor opens another. */
  loseDevice(): void {
    this.device?.destroy();
  }

  dispose(): void {
    this.disposed = true;
    this.pacing.stop();
    this.renderer?.dispose();
    this.target?.dispose();
    this.device?.destroy();
  }

  /** Fetches the models that the plan asks for; what is there already is seen at once, the rest as it comes. */
  private async furnish(plan: FloorPlan, source: ModelSource = { base: undefined, files: {} }): Promise<void> {
    const turn = ++this.furnishing;
    try {
      const { models, problems } = await this.library.load(plan, source);
      if (turn !== this.furnishing || this.disposed) return;
      for (const message of problems) this.report({ type: 'error', message });
      const names = Object.keys(models);
      if (names.length === Object.keys(this.models).length && names.every((name) => this.models[name] === models[name])) return;
      this.models = models;
      this.makeRoom();
      this.present();
    } catch (error) {
      this.report({ type: 'error', message: `The models could not be loaded: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  private setOut(plan: FloorPlan, aspect: number): Site {
    return setOut(plan, aspect, (look) => this.models[ownName(look)]);
  }

  /** Sets the plant out anew where a model of the scene's own has come that takes more of the floor; the camera stays where it is. */
  private makeRoom(): void {
    const { shown, site } = this;
    if (!shown || !site || !shown.plan.nodes.some(({ look }) => typeof look === 'object')) return;
    const wider = this.setOut(shown.plan, shown.aspect);
    if (JSON.stringify(wider.boxes) === JSON.stringify(site.boxes)) return;
    this.site = wider;
    this.prepare(shown.trace);
  }

  private prepare(trace: Trace | undefined): void {
    this.kinematics = prepare(this.site!, trace, FIRST_PRODUCT);
    this.things = new Whereabouts(this.site!, this.kinematics);
  }

  /** Tells the renderer all that it shows. */
  private present(): void {
    const { site, kinematics } = this;
    if (!site || !kinematics || !this.renderer) return;
    this.renderer.show(site, buildScenery(site, this.models, this.look), kinematics, this.dark);
    this.camera.bound(site.bounds);
    this.renderer.overlay(this.heated ? buildHeat(site, this.heated) : []);
    this.mark();
  }

  /** Sets the plant out anew where the screen has got quite another shape, as when a phone is turned. */
  private refold(): void {
    const { shown } = this;
    const aspect = this.camera.floorAspect;
    if (!shown || Math.max(shown.aspect / aspect, aspect / shown.aspect) < 1.4) return;
    shown.aspect = aspect;
    this.site = this.setOut(shown.plan, aspect);
    this.prepare(shown.trace);
    this.present();
  }

  private async openDevice(): Promise<void> {
    const device = await requestDevice();
    this.device = device;
    device.onuncapturederror = ({ error }) => this.report({ type: 'error', message: error.message });
    void device.lost.then(({ message }) => this.reopen(message));
    this.target = canvasTarget(device, this.canvas);
    this.renderer = new Renderer(device, this.target.format);
    this.renderer.theme(this.dark);
    this.lastView = '';
    this.present();
  }

  private async reopen(reason: string): Promise<void> {
    if (this.disposed) return;
    this.renderer = undefined;
    try {
      await this.openDevice();
      this.pacing.wake();
    } catch (error) {
      const again = error instanceof Error ? error.message : String(error);
      this.report({ type: 'error', message: `The graphics device was lost (${reason}), and there is no other: ${again}` });
    }
  }

  private mark(): void {
    this.renderer?.mark(this.things?.nodeOf(this.selected), this.hovered);
    this.pacing.wake();
  }

  private hover(node: number | undefined): void {
    if (node === this.hovered) return;
    this.hovered = node;
    this.mark();
    this.report({ type: 'hover', thing: this.things?.elementAt(node) });
  }

  /** What stands or moves under a point of the screen: a part on a machine before the machine, one behind it not. */
  private async choose(x: number, y: number): Promise<void> {
    const met = this.point(x, y);
    if (!met || !this.renderer) return;
    const { element, origin, direction } = met;
    const moving = await this.renderer.pick(origin, direction).catch(() => undefined);
    const thing =
      moving && moving.distance <= (element?.leave ?? Infinity) + OVERHANG ? moving.thing : this.things?.elementAt(element?.node);
    this.select(thing);
    this.report({ type: 'pick', thing });
  }

  /** The ray through a point of the screen, and the element that it meets first. */
  private point(x: number, y: number) {
    if (!this.site) return undefined;
    const { origin, direction } = this.camera.rayAt(x, y);
    return { origin, direction, element: pointAt(this.site, origin, direction) };
  }

  private tell(): void {
    this.report({ type: 'tick', tick: Math.floor(this.clock.now), playing: this.clock.playing });
  }

  /** A canvas of its own for pictures, seen from where the camera stands. */
  private studio(width: number, height: number): Studio {
    const { device, renderer } = this;
    if (!device || !renderer) throw new Error('There is no picture while the graphics device is being opened.');
    return openStudio(device, renderer, this.camera, width, height);
  }

  private frame(time: number): void {
    if (!this.renderer || !this.target || !this.device || this.filming) return;
    const seconds = this.lastFrame === undefined ? 0 : Math.min(LONGEST_FRAME, (time - this.lastFrame) / 1000);
    const running = this.clock.runs;
    if (running) {
      this.clock.advance(seconds);
      this.tell();
    }
    this.chase();
    this.renderer.tagThing(this.things?.tagOf(this.selected, this.clock.moment));
    const moving = this.camera.step(seconds);
    // On a slow device a view that changes is drawn hastily, one that plays or gives way briskly, and in full once it rests.
    const view = `${this.camera.width} ${Array.from(this.camera.clip).join()}`;
    const changed = view !== this.lastView && this.lastView !== '';
    const detail = !this.pacing.isSlow ? 'full' : changed ? 'hasty' : running || this.pacing.givesWay ? 'brisk' : 'full';
    this.lastView = view;
    this.renderer.draw(this.target, this.camera, this.clock.moment, detail);
    void this.pacing.drawn(this.device, detail === 'full');
    // While it plays the next frame comes by itself, in its own time; and when it need give way no longer, one in full.
    const isDue = detail === 'hasty' || (detail === 'brisk' && !this.pacing.givesWay);
    if (isDue && !this.clock.runs) this.pacing.wakeAtRest();
    // The first frame after a rest has no length.
    this.lastFrame = running || moving ? time : undefined;
    if (running || moving) this.pacing.wake(moving);
  }

  /** Keeps the camera on what it follows, until that has left. */
  private chase(): void {
    if (this.followed === undefined) return;
    const at = this.things?.at(this.followed, this.clock.moment);
    if (at) this.camera.chase(at);
    else this.follow(undefined);
  }
}

export type { Viewer };

expose(new Viewer());
