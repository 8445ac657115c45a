/** The composition root of the worker of loose parts: one device that moves the grains and draws them, so that nothing of them crosses but news. */
import { expose } from 'comlink';
import type { Account, BulkBench, BulkNews, BulkOpening, BulkReport, Phase, Specimen } from './app/bulk-words.ts';
import { Bench, type Progress } from './bulk/bench.ts';
import { asDistribution, type Measured, measure } from './bulk/measure.ts';
import { SetupError } from './bulk/setup.ts';
import { Bulk } from './bulk/solver.ts';
import { slopeOf } from './bulk/vessels.ts';
import { BulkPicture, type Matter, unitOf } from './view/bulk/picture.ts';
import { boxOf } from './view/bulk/sheets.ts';
import { Camera } from './view/camera.ts';
import { requestDevice } from './view/device.ts';
import type { Gesture } from './view/gestures.ts';
import { Hands } from './view/hands.ts';
import { canvasTarget, type Target } from './view/stage.ts';

/** Wall ms of a slice of steps at least, so many times what a picture takes, and between two reports. */
const SLICE = 60;
const LONGEST_SLICE = 400;
const SLICE_PICTURES = 3;
const REPORT = 300;
const POINTS = 200;
const BINS = 24;
/** Grains, and intervals, that a measurement takes at least: batches of fewer say too little of how sure it is. */
const FEWEST = { parts: 200, intervals: 60 };

interface Device {
  device: GPUDevice;
  target: Target;
  picture: BulkPicture;
}

class BulkWorker implements BulkBench {
  private canvas!: OffscreenCanvas;
  private hear!: (report: BulkReport) => void;
  private device: Device | undefined;
  private readonly camera = new Camera();
  private readonly hands = new Hands(this.camera, {
    hover: () => undefined,
    choose: () => undefined,
    fit: () => this.fit(),
    moved: () => (this.fitted = false),
  });
  private specimen: Specimen | undefined;
  private bench: Bench | undefined;
  private phase: Phase = 'ready';
  private progress: Progress | undefined;
  private slope: number | undefined;
  private dark = false;
  private visible = true;
  private fitted = true;
  private waiting = false;
  private drawing = false;
  /** Something changed while a picture was drawn. */
  private missed = false;
  private lastFrame: number | undefined;
  private pictureMs = 0;
  private reported = 0;
  /** Counts what was put on the bench: who runs an older one stops. */
  private turn = 0;
  private wake: (() => void) | undefined;

  async open(opening: BulkOpening, hear: (report: BulkReport) => void): Promise<void> {
    this.canvas = opening.canvas;
    this.hear = hear;
    this.dark = opening.dark;
    this.camera.still = opening.reducedMotion;
    this.resize(opening.width, opening.height, opening.ratio);
    await this.openDevice();
  }

  async put(specimen: Specimen): Promise<void> {
    const turn = ++this.turn;
    this.wake?.();
    this.specimen = specimen;
    const { device, picture } = this.device ?? (await this.openDevice());
    let bench: Bench;
    try {
      bench = await Bench.start(device, specimen.setup, specimen.seed);
    } catch (error) {
      // Comlink carries the message alone.
      throw error instanceof SetupError ? new Error(error.problems.join('\n')) : error;
    }
    if (turn !== this.turn) return bench.dispose();
    this.bench?.dispose();
    this.bench = bench;
    this.phase = 'ready';
    this.progress = undefined;
    this.slope = undefined;
    const { setup } = specimen;
    const bounds = seenOf(specimen);
    picture.show({
      grains: bench.bulk.particles,
      stride: Bulk.stride,
      count: bench.bulk.count,
      sheets: setup.walls,
      bounds,
      ground: bounds.min[2],
      fastest: fastestOf(specimen),
    });
    this.camera.bound(picture.box);
    if (this.fitted) this.fit(true);
    this.report();
    this.redraw();
  }

  async start(): Promise<void> {
    if (!this.specimen || this.isGoing) return this.resume();
    if (this.phase !== 'ready' || !this.bench) await this.put(this.specimen);
    const { turn, specimen, bench } = this;
    if (!bench) return;
    this.phase = 'running';
    this.report();
    try {
      while (turn === this.turn && this.isGoing) {
        if (this.isPaused) {
          await new Promise<void>((resolve) => (this.wake = resolve));
          continue;
        }
        const slice = Math.min(LONGEST_SLICE, Math.max(SLICE, SLICE_PICTURES * this.pictureMs));
        const progress = await bench.advance(slice, specimen.until);
        if (turn !== this.turn) return;
        this.progress = progress;
        if (this.isGoing && this.isReached(specimen, bench, progress)) {
          this.phase = 'done';
        }
        if (performance.now() - this.reported > REPORT || !this.isGoing) {
          // What is still poured has no slope worth telling.
          if (!this.isGoing) await this.measureSlope(specimen, bench);
          if (turn === this.turn) this.report();
        }
        await this.draw(performance.now());
      }
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  pause(): void {
    if (this.phase === 'running') this.become('paused');
  }

  resume(): void {
    if (this.phase === 'paused') this.become('running');
  }

  cancel(): void {
    if (this.isGoing) this.become('cancelled');
  }

  result(): ReturnType<BulkBench['result']> {
    const measured = this.measured();
    if (!measured) return undefined;
    return { distribution: asDistribution(measured), account: accountOf(measured), steps: this.progress?.counts.step ?? 0 };
  }

  theme(dark: boolean): void {
    this.dark = dark;
    this.device?.picture.theme(dark);
    this.redraw();
  }

  resize(width: number, height: number, ratio: number): void {
    this.camera.resize(width, height, ratio);
    if (this.fitted) this.fit(true);
    this.redraw();
  }

  gesture(gesture: Gesture): void {
    this.hands.take(gesture);
    this.redraw();
  }

  fit(at = false): void {
    this.fitted = true;
    if (this.device) this.camera.fit(this.device.picture.box, at);
    this.redraw();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.lastFrame = undefined;
    this.redraw();
  }

  dispose(): void {
    this.turn++;
    this.wake?.();
    this.bench?.dispose();
    this.device?.picture.dispose();
    this.device?.target.dispose();
    this.device?.device.destroy();
    this.device = undefined;
  }

  private get isGoing(): boolean {
    return this.phase === 'running' || this.phase === 'paused';
  }

  private get isPaused(): boolean {
    return this.phase === 'paused';
  }

  private become(phase: Phase): void {
    this.phase = phase;
    this.wake?.();
    this.wake = undefined;
    this.report();
  }

  private measured(): Measured | undefined {
    const { bench, progress, specimen } = this;
    if (!bench || !progress || specimen?.within === undefined) return undefined;
    return measure(bench.times, progress.counts.time, specimen.lot);
  }

  private isReached({ within, until }: Specimen, bench: Bench, { counts }: Progress): boolean {
    if (counts.time >= until - bench.bulk.dt) return true;
    // Measured now and then only: it goes over all that has left.
    if (within === undefined || performance.now() - this.reported <= REPORT) return false;
    const measured = this.measured();
    return measured !== undefined && isEnough(measured) && halfOf(measured) <= within;
  }

  private async measureSlope({ slope, setup }: Specimen, { bulk }: Bench): Promise<void> {
    if (slope) this.slope = slopeOf((await bulk.snapshot()).places, setup.particle.diameter);
  }

  private report(): void {
    const { bench, specimen, progress } = this;
    if (!bench || !specimen) return;
    this.reported = performance.now();
    const { counts } = progress ?? { counts: { step: 0, time: 0, present: 0, left: [0], escaped: 0, crowded: 0, late: 0, missed: 0 } };
    const measured = this.measured();
    const account = measured && accountOf(measured);
    const speed = progress?.speed ?? 0;
    const news: BulkNews = {
      phase: this.phase,
      grains: bench.bulk.count,
      steps: counts.step,
      time: counts.time,
      dt: bench.bulk.dt,
      inside: progress ? counts.present : bench.bulk.count - (specimen.setup.sources ?? []).reduce((sum, source) => sum + source.count, 0),
      left: counts.left[0] ?? 0,
      escaped: counts.escaped,
      doubts: { crowded: counts.crowded, late: counts.late, missed: counts.missed },
      stepsPerSecond: progress?.stepsPerSecond ?? 0,
      speed,
      account,
      ...wayOf(specimen, counts.time, speed, measured),
      discharge: dischargeOf(bench.times, counts.time),
      histogram: measured && histogramOf(measured.intervals),
      slope: this.slope,
      quiet: counts.time - (bench.times.at(-1) ?? 0),
      fastest: fastestOf(specimen),
      square: unitOf(seenOf(specimen)),
    };
    this.hear({ type: 'news', news });
  }

  private fail(error: unknown): void {
    this.phase = 'cancelled';
    this.hear({ type: 'error', message: error instanceof Error ? error.message : String(error) });
    this.report();
  }

  private async openDevice(): Promise<Device> {
    const device = await requestDevice();
    const target = canvasTarget(device, this.canvas);
    const opened = { device, target, picture: new BulkPicture(device, target.format) };
    opened.picture.theme(this.dark);
    this.device = opened;
    device.onuncapturederror = ({ error }) => this.hear({ type: 'error', message: error.message });
    void device.lost.then(({ message }) => this.lose(opened, message));
    return opened;
  }

  /** The grains were on the device and are gone with it: the same specimen is put on another, and waits to be started again. */
  private async lose(lost: Device, reason: string): Promise<void> {
    if (this.device !== lost) return;
    this.device = undefined;
    this.bench = undefined;
    this.turn++;
    this.wake?.();
    const ran = this.isGoing;
    try {
      if (this.specimen) await this.put(this.specimen);
      if (ran) this.hear({ type: 'error', message: 'The graphics device was lost, and the run with it. Start it again.' });
    } catch (error) {
      const again = error instanceof Error ? error.message : String(error);
      this.hear({ type: 'error', message: `The graphics device was lost (${reason}), and there is no other: ${again}` });
    }
  }

  /** While grains move, the run itself draws between its slices. */
  private redraw(): void {
    if (this.waiting || this.phase === 'running' || !this.visible || !this.device) return;
    this.waiting = true;
    requestAnimationFrame((now) => {
      this.waiting = false;
      void this.draw(now);
    });
  }

  private async draw(now: number): Promise<void> {
    const { device } = this;
    if (!device || !this.visible) return;
    if (this.drawing) {
      this.missed = true;
      return;
    }
    const seconds = this.lastFrame === undefined ? 0 : Math.min(0.2, (now - this.lastFrame) / 1000);
    const moves = this.camera.step(seconds);
    this.lastFrame = moves ? now : undefined;
    const begin = performance.now();
    this.drawing = true;
    device.picture.draw(device.target, this.camera, this.progress?.counts.time ?? 0);
    // One picture at a time.
    await device.device.queue.onSubmittedWorkDone().catch(() => undefined);
    this.drawing = false;
    this.pictureMs = performance.now() - begin;
    if (moves || this.missed) this.redraw();
    this.missed = false;
  }
}

const accountOf = (measured: Measured): Account => ({ ...measured, intervals: measured.intervals.length });

const halfOf = ({ rate, ci: [low, high] }: Measured): number => (high - low) / 2 / rate;

const isEnough = ({ parts, intervals, steady }: Measured): boolean =>
  steady && parts >= FEWEST.parts && intervals.length >= FEWEST.intervals;

/** How far a measurement has come: the interval shrinks with the root of the time, so what is missing follows from it. */
function wayOf(
  { within, until }: Specimen,
  time: number,
  speed: number,
  measured: Measured | undefined,
): Pick<BulkNews, 'share' | 'secondsLeft'> {
  const left = (seconds: number): number | undefined => (speed > 0 ? Math.max(0, seconds) / speed : undefined);
  if (within === undefined) return { share: Math.min(1, time / until), secondsLeft: left(until - time) };
  if (!measured) return { share: 0, secondsLeft: undefined };
  const window = measured.until - measured.from;
  const wanted = Math.max(
    window * (halfOf(measured) / within) ** 2,
    (window * FEWEST.parts) / measured.parts,
    (window * FEWEST.intervals) / measured.intervals.length,
    measured.steady ? 0 : measured.from,
  );
  return { share: wanted > 0 ? Math.min(1, window / wanted) : 1, secondsLeft: left(wanted - window) };
}

function dischargeOf(times: readonly number[], end: number): BulkNews['discharge'] {
  const time: number[] = [];
  const left: number[] = [];
  let at = 0;
  if (!(end > 0)) return { time, left };
  for (let point = 0; point <= POINTS; point++) {
    const until = (point / POINTS) * end;
    while (at < times.length && times[at]! <= until) at++;
    time.push(until);
    left.push(at);
  }
  return { time, left };
}

function histogramOf(intervals: readonly number[]): BulkNews['histogram'] {
  // To the longest but one in two hundred: one long pause would leave all others in the first bin. What is longer counts in the last.
  const sorted = intervals.toSorted((a, b) => a - b);
  const most = sorted[Math.ceil(0.995 * (sorted.length - 1))]!;
  if (!(most > 0)) return undefined;
  const edges = Array.from({ length: BINS + 1 }, (_, k) => (k / BINS) * most);
  const counts = new Array<number>(BINS).fill(0);
  for (const one of intervals) counts[Math.min(BINS - 1, Math.floor((one / most) * BINS))]!++;
  return { edges, counts };
}

/** The walls with what is in them, without the room that the grid keeps round them; the ground is where grains go into the sink. */
function seenOf({ setup }: Specimen): Matter['bounds'] {
  const { bounds, fill, sources, sinks, particle, walls } = setup;
  const box = boxOf(
    walls,
    [...(fill ?? []), ...(sources ?? [])].map(({ region }) => region),
  );
  const sink = sinks?.[0]?.region.max[2];
  const ground = sink === undefined ? bounds.min[2] : sink - 0.5 * particle.diameter * (1 + particle.spread);
  return { min: [box.min[0], box.min[1], ground], max: box.max };
}

/** The speed of a fall from ten diameters. */
const fastestOf = ({ setup }: Specimen): number => Math.sqrt(20 * Math.hypot(...setup.gravity) * setup.particle.diameter);

expose(new BulkWorker());
