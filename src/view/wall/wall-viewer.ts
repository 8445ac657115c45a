/**
 * The wall of twins, in the worker that owns the simulation's device: thousands of plants drawn straight from their glances. Draws only when
 * something has changed, one frame at a time, and where that is slow leaves the processor to the simulation.
 */
import type { Glances, GlanceSource } from '../../engine/glance.ts';
import { miniatureOf, type Miniature } from './miniature.ts';
import { type Pose, WallCamera } from './wall-camera.ts';
import { WallGrid } from './wall-grid.ts';
import type { Gesture } from '../gestures.ts';
import { WallHands } from './wall-hands.ts';
import { WallOrder } from './wall-order.ts';
import { WallRenderer } from './wall-renderer.ts';
import type { WallOpening, WallReport } from './wall-report.ts';
import { decodeTold, encodeWall, type Frame, type Showing, SHOWING, TOLD_WORDS, type TwinTold, type WallTold } from './words.ts';

/** Twins on one wall at most. */
const MOST = 65_536;
/** Wall seconds in which tiles come to new places. */
const GLIDE = 0.6;
/** No frame stands for more than this many seconds. */
const LONGEST_FRAME = 0.25;
/** ms between two readings of what is told, and between two orders of a wall that fills in: on an adapter that draws fast, and on one that does not. */
const TELL_MS = 500;
const ARRANGE_MS = { fast: 100, slow: 700 };
/** So many twins that have ended make a colour scale. */
const ENDED = 16;
/** Putting the twins in order takes at most one part in so many of an adapter's time: a batch may need it. */
const ARRANGE_SHARE = 6;
/** Frames that take longer than this, ms, are slow. */
const SLOW_FRAME_MS = 20;

export class WallViewer {
  private readonly source: GlanceSource;
  private canvas!: OffscreenCanvas;
  private report: (report: WallReport) => void = () => undefined;
  private readonly camera = new WallCamera();
  private readonly grid = new WallGrid(this.camera);
  private readonly hands = new WallHands(this.camera, {
    hover: (at) => this.point(at && this.grid.rankAt(at.x, at.y)),
    choose: (at) => this.enter(this.grid.rankAt(at.x, at.y)),
    fit: () => this.fit(),
    step: (columns, rows) => this.stepCursor(columns, rows),
    enter: () => this.enter(this.cursor ?? this.hovered),
    leave: () => this.leave(),
  });
  private showing: Showing = SHOWING;
  private glances: Glances | undefined;
  private order: WallOrder | undefined;
  private renderer: WallRenderer | undefined;
  private miniature: Miniature | undefined;
  /** The plan that the wall was last set out for, as text. */
  private plan = '';
  private unwatch: (() => void) | undefined;
  private staging: GPUBuffer | undefined;
  private told: WallTold | undefined;
  private hovered: number | undefined;
  private cursor: number | undefined;
  /** The tile that is flown into, and where the camera goes back to. */
  private entering: { rank: number; back: Pose; fitted: boolean } | undefined;
  private back: { pose: Pose; fitted: boolean } | undefined;
  private dark = false;
  private visible = true;
  private disposed = false;
  /** The whole wall is shown until somebody moves the camera. */
  private fitted = true;
  private fresh = true;
  private stale = false;
  /** By a person's choice, so at once, and gliding. */
  private asked = false;
  private gliding = 1;
  private arrangedAt = 0;
  private wantsTold = false;
  private toldAt = 0;
  private telling = false;
  private drawing = false;
  private scheduled = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private lastFrame: number | undefined;
  /** Smoothed: frames, and frames that put the twins in order before. */
  private frameMs = 8;
  private arrangeMs = 8;
  /** Something moved while a frame was being drawn. */
  private again = false;

  constructor(source: GlanceSource) {
    this.source = source;
  }

  /** Takes a canvas, and begins to watch. */
  open(opening: WallOpening, report: (report: WallReport) => void): void {
    this.canvas = opening.canvas;
    this.report = report;
    this.dark = opening.dark;
    this.camera.still = opening.reducedMotion;
    this.resize(opening.width, opening.height, opening.ratio);
    this.watch(true);
  }

  /** While nobody watches, no glances are kept for the wall. */
  watch(yes: boolean): void {
    if (yes === (this.unwatch !== undefined)) return;
    if (yes) {
      // A source calls back at once where it has glances, before it has returned.
      this.unwatch = () => undefined;
      this.unwatch = this.source.watch({ glances: (glances, reason) => this.take(glances, reason), changed: () => this.changed() });
    } else {
      this.unwatch?.();
      // The buffer is gone with it.
      [this.unwatch, this.glances] = [undefined, undefined];
    }
  }

  show(showing: Showing): void {
    const refits = showing.hides !== this.showing.hides && this.fitted;
    this.showing = showing;
    if (refits) {
      this.measureWall();
      this.camera.fit();
    }
    this.stale = true;
    this.asked = true;
    this.wantsTold = true;
    this.toldAt = 0;
    this.wake(true);
  }

  fit(): void {
    this.fitted = true;
    this.measureWall();
    this.camera.fit();
    this.wake(true);
  }

  theme(dark: boolean): void {
    this.dark = dark;
    this.renderer?.theme(dark);
    this.wake(true);
  }

  resize(width: number, height: number, ratio: number): void {
    if (width <= 0 || height <= 0) return;
    const relettered = ratio !== this.camera.ratio;
    this.camera.resize(width, height, ratio);
    if (this.glances && relettered) this.prepare();
    if (this.fitted) {
      this.fold();
      this.measureWall();
      this.camera.fit(true);
    }
    this.wake(true);
  }

  /** Draws nothing while nobody can see it. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.lastFrame = undefined;
    if (!visible) return;
    if (this.back) {
      this.camera.go(this.back.pose);
      this.fitted = this.back.fitted;
      this.back = undefined;
    }
    this.wake(true);
  }

  gesture(gesture: Gesture): void {
    if (this.entering && gesture.type !== 'key') return;
    const before = this.camera.destination;
    this.hands.take(gesture);
    const after = this.camera.destination;
    if (gesture.type !== 'key' || !/^f$/i.test(gesture.key)) {
      if (!this.entering && (before.x !== after.x || before.y !== after.y || before.scale !== after.scale)) this.fitted = false;
    }
    this.wake(true);
  }

  /** Milliseconds that a frame takes by itself, from its submission to its end; for measurements. */
  async measure(frames: number): Promise<{ draw: number; arrange: number }> {
    const { glances } = this;
    if (!glances) throw new Error('There are no twins on the wall.');
    const time = async (arranges: boolean) => {
      const start = performance.now();
      for (let i = 0; i < frames; i++) {
        this.submit(arranges);
        await glances.device.queue.onSubmittedWorkDone();
      }
      return (performance.now() - start) / frames;
    };
    await time(true);
    const draw = await time(false);
    return { draw, arrange: (await time(true)) - draw };
  }

  dispose(): void {
    this.disposed = true;
    this.watch(false);
    this.release();
  }

  private take(glances: Glances | undefined, reason?: string): void {
    if (this.disposed) return;
    this.glances = glances;
    // Whatever is under way was of other words.
    [this.telling, this.drawing] = [false, false];
    this.staging?.destroy();
    this.staging = undefined;
    if (!glances) {
      this.report({ type: 'run', run: undefined, reason });
      return;
    }
    const twins = Math.min(MOST, glances.replications);
    const plan = JSON.stringify(glances.plan);
    const same = this.plan === plan && this.grid.twins === twins;
    try {
      if (this.order?.device !== glances.device || !this.renderer) {
        this.release();
        this.order = new WallOrder(glances.device);
        this.renderer = new WallRenderer(glances.device, this.canvas);
        this.renderer.theme(this.dark);
        this.fresh = true;
      }
      if (this.plan !== plan || !this.miniature) this.miniature = miniatureOf(glances.plan);
      [this.grid.twins, this.grid.miniature] = [twins, this.miniature];
      this.plan = plan;
      this.prepare();
    } catch (error) {
      this.glances = undefined;
      this.report({ type: 'error', message: (error as Error).message });
      return;
    }
    if (!same) {
      this.fresh = true;
      [this.hovered, this.cursor, this.told, this.entering, this.back] = [undefined, undefined, undefined, undefined, undefined];
      this.fold();
      this.measureWall();
      this.fitted = true;
      this.camera.fit(true);
    }
    const { seed, replications, end } = glances;
    const { name, tickSeconds } = glances.plan;
    this.report({ type: 'run', run: { plant: name, seed, replications, twins, tickSeconds, end } });
    this.toldAt = 0;
    this.changed();
    this.wake(true);
  }

  private prepare(): void {
    const { glances, order, renderer, miniature } = this;
    if (!glances || !order || !renderer || !miniature) return;
    order.show(glances.buffer, this.grid.twins);
    renderer.show(glances.buffer, order, miniature, this.camera.ratio);
    this.stale = true;
  }

  private release(): void {
    this.order?.dispose();
    this.renderer?.dispose();
    this.staging?.destroy();
    [this.order, this.renderer, this.staging] = [undefined, undefined, undefined];
  }

  private changed(): void {
    this.stale = true;
    this.wantsTold = true;
    this.wake();
  }

  private fold(): void {
    if (this.grid.fold()) [this.stale, this.asked] = [true, true];
  }

  private measureWall(): void {
    this.grid.shown = this.showing.hides ? (this.told?.shown.twins ?? this.grid.twins) : this.grid.twins;
    this.grid.measure();
  }

  private point(rank: number | undefined): void {
    if (rank === this.hovered) return;
    this.hovered = rank;
    this.wantsTold = true;
    this.toldAt = 0;
    this.wake(true);
  }

  private stepCursor(columns: number, rows: number): void {
    const { camera, grid } = this;
    const from = this.cursor ?? this.hovered ?? grid.rankAt(camera.width / 2, camera.height / 2) ?? 0;
    const next = this.cursor === undefined ? from : from + columns + rows * grid.columns;
    if (next < 0 || next >= grid.shown) return;
    this.cursor = next;
    [this.wantsTold, this.toldAt] = [true, 0];
    const pose = grid.poseToRead(next);
    if (pose) camera.go(pose);
  }

  /** Flies into the tile of a rank, until it fills the canvas. */
  private enter(rank: number | undefined): void {
    if (rank === undefined || this.entering || !this.glances) return;
    this.entering = { rank, back: this.camera.destination, fitted: this.fitted };
    this.hovered = rank;
    this.wantsTold = true;
    this.toldAt = 0;
    this.fitted = false;
    this.camera.go(this.grid.poseAt(rank));
    this.wake(true);
  }

  private leave(): void {
    if (this.entering) {
      this.camera.go(this.entering.back);
      this.fitted = this.entering.fitted;
      this.entering = undefined;
    } else if (this.cursor !== undefined) {
      this.cursor = undefined;
      this.wantsTold = true;
      this.toldAt = 0;
    } else this.fit();
    this.wake(true);
  }

  /** The flight is over and the twin is known: tells the page, and keeps where the camera was. */
  private arrive(twin: TwinTold): void {
    const { entering } = this;
    if (!entering) return;
    this.back = { pose: entering.back, fitted: entering.fitted };
    [this.entering, this.hovered] = [undefined, undefined];
    [this.wantsTold, this.toldAt] = [true, 0];
    this.report({ type: 'enter', twin: twin.twin });
  }

  /** ms between two orders. As long as there is no scale, twins that have ended are all of one colour: that is soon to be over. */
  private get arrangeRest(): number {
    const least = this.slow ? ARRANGE_MS.slow : ARRANGE_MS.fast;
    return this.told?.scale.defined ? Math.max(least, ARRANGE_SHARE * this.arrangeMs) : least;
  }

  private get slow(): boolean {
    return Math.max(this.frameMs, this.arrangeMs) > SLOW_FRAME_MS;
  }

  /** Sees to a next frame; `soon`: a hand moves, or somebody has chosen. */
  private wake(soon = false): void {
    if (this.disposed || !this.visible || !this.glances) return;
    if (soon && this.waiting !== undefined) {
      clearTimeout(this.waiting);
      [this.waiting, this.scheduled] = [undefined, false];
    }
    if (this.scheduled || this.drawing) {
      this.again ||= soon;
      return;
    }
    this.scheduled = true;
    const due = this.stale ? this.arrangedAt + this.arrangeRest : this.toldAt + TELL_MS;
    const rest = soon ? 0 : due - performance.now();
    const frame = (time: number) => {
      [this.scheduled, this.waiting] = [false, undefined];
      this.frame(time);
    };
    if (rest > 0) this.waiting = setTimeout(() => frame(performance.now()), rest);
    else if (typeof requestAnimationFrame === 'function') requestAnimationFrame(frame);
    else setTimeout(() => frame(performance.now()), 16);
  }

  private frame(time: number): void {
    const { glances } = this;
    if (!glances || !this.visible || this.drawing) return;
    const seconds = this.lastFrame === undefined ? 0 : Math.min(LONGEST_FRAME, (time - this.lastFrame) / 1000);
    const flying = this.camera.step(seconds);
    this.gliding = Math.min(1, this.gliding + seconds / GLIDE);
    const now = performance.now();
    const due = this.asked || now - this.arrangedAt >= this.arrangeRest;
    // While somebody flies into a tile, no other twin takes its place.
    const arranges = this.stale && due && !this.entering;
    const tells = this.wantsTold && !this.telling && now - this.toldAt >= TELL_MS;
    if (arranges) this.arrangedAt = now;
    // What was told before this order is of the one before.
    if (arranges && !tells) this.wantsTold = true;
    this.drawing = true;
    const start = performance.now();
    this.submit(arranges, tells);
    if (arranges) {
      // Tiles glide where somebody asked for another order, or the adapter has time for it.
      const glides = !this.fresh && !this.camera.still && this.mayMove() && (this.asked || !this.slow);
      [this.stale, this.asked, this.fresh, this.gliding] = [false, false, false, glides ? 0 : 1];
    }
    const moving = flying || this.gliding < 1 || (arranges && this.gliding < 1);
    this.lastFrame = moving ? time : undefined;
    void glances.device.queue.onSubmittedWorkDone().then(() => {
      if (glances !== this.glances) return;
      this.drawing = false;
      const took = performance.now() - start;
      // The first compiles kernels, and says nothing of the next.
      if (arranges) this.arrangeMs += this.told ? (took - this.arrangeMs) / 2 : 0;
      else this.frameMs += (took - this.frameMs) / 4;
      if (this.entering && !flying) this.tryArrive();
      const more = moving || this.again || (this.entering !== undefined && !this.telling);
      this.again = false;
      if (more) this.wake(true);
      else if (this.stale || this.wantsTold) this.wake();
    });
  }

  /** Whether the colours are those of twins that have ended: as soon as they are enough, while others still run or were broken off. */
  private get ofEnded(): boolean {
    const { done = 0, 'ended badly': broken = 0, running = 0 } = this.told?.statuses ?? {};
    return running > 0 && done + broken >= ENDED;
  }

  /** Whether an order can put a tile elsewhere at all. */
  private mayMove(): boolean {
    return this.asked || this.showing.sortBy !== 'number' || this.showing.hides;
  }

  private tryArrive(): void {
    const hovered = this.told?.hovered;
    if (this.entering && hovered?.rank === this.entering.rank) this.arrive(hovered);
    else {
      this.wantsTold = true;
      this.toldAt = 0;
    }
  }

  /** One frame: places where they are due, what is told, and the picture. */
  private submit(arranges: boolean, tells = false): void {
    const { glances, order, renderer, miniature, camera } = this;
    if (!glances || !order || !renderer || !miniature) return;
    const { device } = glances;
    renderer.resize(this.canvas, camera.width, camera.height);
    const encoder = device.createCommandEncoder();
    // Tiles set out from where they are, so the glide so far counts once, in the order; then it begins anew.
    const write = (glide: number, fresh: boolean) =>
      device.queue.writeBuffer(order.wall, 0, encodeWall(this.frameOf(glide, fresh, miniature), this.showing, glances));
    if (arranges) {
      const glides = !this.fresh && !camera.still && this.mayMove() && (this.asked || !this.slow);
      write(ease(this.gliding), this.fresh || !glides);
      const first = device.createCommandEncoder();
      const pass = first.beginComputePass();
      order.arrange(pass, this.showing, this.ofEnded);
      pass.end();
      device.queue.submit([first.finish()]);
      write(glides ? 0 : 1, false);
    } else write(ease(this.gliding), false);
    if (tells) {
      const pass = encoder.beginComputePass();
      order.tell(pass);
      pass.end();
      this.staging ??= device.createBuffer({ size: TOLD_WORDS * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      encoder.copyBufferToBuffer(order.told, 0, this.staging, 0, TOLD_WORDS * 4);
    }
    renderer.draw(encoder, this.grid.twins, this.grid.details());
    device.queue.submit([encoder.finish()]);
    if (tells) void this.read(this.staging!);
  }

  private async read(staging: GPUBuffer): Promise<void> {
    [this.telling, this.wantsTold, this.toldAt] = [true, false, performance.now()];
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch {
      // The device is gone; the source tells of another.
      if (staging === this.staging) this.telling = false;
      return;
    }
    if (staging !== this.staging) return;
    const told = decodeTold(new Uint32Array(staging.getMappedRange().slice(0)));
    staging.unmap();
    this.telling = false;
    const fewer = this.told?.shown.twins !== told.shown.twins;
    const scaled = this.ofEnded;
    this.told = told;
    if (this.ofEnded !== scaled) this.stale = true;
    if (fewer && this.showing.hides) {
      this.measureWall();
      if (this.fitted) {
        this.camera.fit();
        this.wake(true);
      }
    }
    // A hand may have gone on meanwhile: what is told of another tile would be wrong.
    if (told.hovered?.rank !== this.hovered) told.hovered = undefined;
    if (told.cursor?.rank !== this.cursor) told.cursor = undefined;
    this.report({ type: 'told', told, hovered: this.grid.frameOf(told.hovered?.rank), cursor: this.grid.frameOf(told.cursor?.rank) });
    if (this.entering || this.toldAt === 0) this.wake(true);
    else if (this.stale) this.wake();
  }

  private frameOf(glide: number, fresh: boolean, miniature: Miniature): Frame {
    const { camera } = this;
    const { items, firstItem } = this.grid.details();
    const { first, across } = this.grid.inView();
    return {
      viewport: [camera.width, camera.height],
      origin: camera.wallAt(0, 0),
      scale: camera.pose.scale,
      depth: miniature.depth,
      ratio: camera.ratio,
      glide,
      columns: this.grid.columns,
      twins: this.grid.twins,
      fresh,
      first,
      across,
      items: Math.max(1, items),
      firstItem,
      hovered: this.hovered,
      cursor: this.cursor,
      header: miniature.header,
      ofEnded: this.ofEnded,
      glyph: this.renderer?.glyph ?? [1, 1],
    };
  }
}

const ease = (t: number): number => t * t * (3 - 2 * t);
