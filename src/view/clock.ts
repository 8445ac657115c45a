/** The time of a trace as it is watched: where it is, how fast it goes, and from event to event. */
import type { Trace } from '../engine/trace.ts';
import { momentsOf, nextMoment } from './moments.ts';
import type { Pace } from './motion.ts';
import type { Moment } from './renderer.ts';

/** A move is drawn over this many seconds of the wall clock, and never over more than this share of the stay it leads to. */
const TRAVEL_SECONDS = 0.8;
const TRAVEL_SHARE = 0.4;

export class Clock {
  playing = false;
  /** Simulated seconds a second of the wall clock. */
  speed = 60;
  /** Ticks, with a fraction: a double holds both. */
  now = 0;
  end = 0;
  private trace: Trace | undefined;
  private tickSeconds = 1;
  private moments: Uint32Array | undefined;

  /** Begins after the warm-up: a plant that has been running shows more than one that is empty. */
  load(trace: Trace | undefined, tickSeconds: number): void {
    this.trace = trace;
    this.moments = undefined;
    this.tickSeconds = tickSeconds;
    this.end = trace?.end ?? 0;
    this.now = trace && trace.warmup < trace.end ? trace.warmup : 0;
  }

  get runs(): boolean {
    return this.playing && this.end > 0;
  }

  get ticksASecond(): number {
    return this.speed / this.tickSeconds;
  }

  get pace(): Pace {
    return { travel: Math.min(0x7fffffff, TRAVEL_SECONDS * this.ticksASecond), share: TRAVEL_SHARE };
  }

  get moment(): Moment {
    const tick = Math.floor(this.now);
    return { tick, fraction: this.now - tick, pace: this.pace };
  }

  play(): void {
    if (this.now >= this.end) this.now = 0;
    this.playing = true;
  }

  seek(tick: number): void {
    this.now = Math.min(Math.max(0, tick), this.end);
  }

  /** To the next (1) or the last (−1) tick at which anything happens, and no further. */
  step(direction: 1 | -1): void {
    this.playing = false;
    if (!this.trace) return;
    this.moments ??= momentsOf(this.trace);
    // Between two ticks the one that has begun is the last.
    const from = direction > 0 ? Math.floor(this.now) : Math.ceil(this.now);
    this.now = nextMoment(this.moments, from, direction) ?? (direction > 0 ? this.end : 0);
  }

  /** Seconds of the wall clock go by. */
  advance(seconds: number): void {
    this.now = Math.min(this.end, this.now + seconds * this.ticksASecond);
    if (this.now >= this.end) this.playing = false;
  }
}
