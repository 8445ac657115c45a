/**
 * When the next frame comes, and how much it may cost. A device that is slow to draw (an emulated one) gets hasty frames while the view changes,
 * and a full one as soon as it rests; one that has not finished the last frames gets no more until it has.
 */

/** Frames that take longer than this, ms, are a burden; how far apart they are while giving way; and how long a view rests before it is drawn in full. */
const SLOW_MS = 30;
const YIELDING_MS = 600;
const REST_MS = 120;
/** Frames that may be on their way at once. */
const AHEAD = 2;

export class Pacing {
  private readonly draw: (time: number) => void;
  private visible = true;
  private yielding = false;
  private stopped = false;
  private scheduled: 'frame' | 'later' | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private onTheWay = 0;
  private missed = false;
  /** What a full frame takes, ms, smoothed. */
  private fullMs = 0;

  constructor(draw: (time: number) => void) {
    this.draw = draw;
  }

  get isSlow(): boolean {
    return this.fullMs > SLOW_MS;
  }

  get givesWay(): boolean {
    return this.yielding;
  }

  get isVisible(): boolean {
    return this.visible;
  }

  show(visible: boolean): void {
    this.visible = visible;
    if (visible) this.wake();
  }

  giveWay(yes: boolean): void {
    this.yielding = yes;
    if (!yes) this.wake(true);
  }

  /** Puts off a frame that gives way, because somebody acts elsewhere. */
  holdBack(): void {
    if (this.scheduled !== 'later') return;
    clearTimeout(this.timer);
    this.scheduled = undefined;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.resting);
  }

  /** Sees to a next frame; `soon`: without giving way, because a hand moves. */
  wake(soon = false): void {
    if (this.stopped || !this.visible) return;
    if (soon && this.scheduled === 'later') {
      clearTimeout(this.timer);
      this.scheduled = undefined;
    }
    if (this.scheduled) return;
    const patient = !soon && this.yielding && this.isSlow;
    this.scheduled = patient ? 'later' : 'frame';
    const frame = (time: number) => {
      this.scheduled = undefined;
      if (this.stopped || !this.visible) return;
      if (this.onTheWay >= AHEAD) this.missed = true;
      else this.draw(time);
    };
    if (patient) this.timer = setTimeout(() => frame(performance.now()), YIELDING_MS);
    else if (typeof requestAnimationFrame === 'function') requestAnimationFrame(frame);
    else this.timer = setTimeout(() => frame(performance.now()), 16);
  }

  /** Sees to a full frame as soon as the view has rested for a moment. */
  wakeAtRest(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.wake(true), REST_MS);
  }

  /** A frame has been handed to the device: `full` ones tell how fast it is. */
  async drawn(device: GPUDevice, full: boolean): Promise<void> {
    const begun = performance.now();
    const alone = this.onTheWay === 0;
    this.onTheWay++;
    await device.queue.onSubmittedWorkDone().catch(() => undefined);
    this.onTheWay--;
    if (full && alone) this.fullMs += (performance.now() - begun - this.fullMs) / (this.fullMs === 0 ? 1 : 4);
    if (!this.missed) return;
    this.missed = false;
    this.wake(true);
  }
}
