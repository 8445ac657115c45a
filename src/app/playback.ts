/** A floor without a picture: where WebGPU is missing, the twin's clock still runs, and the states and the chart of parts inside still follow it. */
import type { FloorPlan, Trace } from '../engine/trace.ts';
import type { Floor } from '../view/floor.ts';
import type { Thing, Viewpoint } from '../view/things.ts';
import { nextEvent } from './chronicle.ts';

/** What the page needs of a floor, drawn or not. */
export type Playback = Omit<Floor, 'tick' | 'loseDevice'>;

export class UndrawnFloor implements Playback {
  speed = 1;
  onTick?: (tick: number) => void;
  onPick?: (thing: Thing | undefined) => void;
  onHover?: (thing: Thing | undefined) => void;
  onFollow?: (thing: Thing | undefined) => void;
  onError?: (message: string) => void;
  #plan: FloorPlan | undefined;
  #trace: Trace | undefined;
  #tick = 0;
  #frame = 0;
  #last = 0;

  get playing(): boolean {
    return this.#frame !== 0;
  }

  show(plan: FloorPlan, trace: Trace | undefined): void {
    this.#plan = plan;
    this.#trace = trace;
    if (!trace) this.pause();
  }

  play(): void {
    if (this.playing || !this.#trace) return;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(this.#step);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  seek(tick: number): void {
    this.#tick = Math.max(0, Math.min(tick, this.#trace?.end ?? 0));
    this.onTick?.(this.#tick);
  }

  #step = (now: number): void => {
    const seconds = Math.min(0.25, (now - this.#last) / 1000);
    this.#last = now;
    const end = this.#trace?.end ?? 0;
    this.#tick = Math.min(end, this.#tick + (seconds * this.speed) / (this.#plan?.tickSeconds ?? 1));
    this.#frame = this.#tick < end ? requestAnimationFrame(this.#step) : 0;
    this.onTick?.(this.#tick);
  };

  step(direction: 1 | -1): void {
    this.pause();
    const next = this.#trace && nextEvent(this.#trace, this.#tick, direction);
    this.seek(next ?? this.#tick);
  }

  select(): void {}
  follow(): void {}
  flyTo(): void {}
  viewpoint(): Promise<Viewpoint> {
    return Promise.reject(new Error('There is no picture of the floor here.'));
  }
  goTo(): void {}
  fit(): void {}
  theme(): void {}
  heat(): void {}
  style(): void {}
  picture(): Promise<Blob> {
    return Promise.reject(new Error('There is no picture of the floor here.'));
  }
  film(): Promise<Blob> {
    return Promise.reject(new Error('There is no picture of the floor here.'));
  }

  giveWay(): void {}
  resize(): void {}

  dispose(): void {
    this.pause();
    this.#trace = undefined;
  }
}
