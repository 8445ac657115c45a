/// <reference types="@webgpu/types" />
/** A test bench for loose parts: runs a setup in slices of time, keeps the times at which parts leave, and measures them. */
import { asDistribution, type EmpiricalDistribution, type Measured, measure } from './measure.ts';
import type { BulkSetup } from './setup.ts';
import { Bulk, type Counts } from './solver.ts';

/** Dawn's binding for Node waits by polling, which takes a processor that an emulated GPU would need. */
const POLLS = 'process' in globalThis;
const FIRST_STEPS = 16;
const MOST_STEPS = 4096;

/** Where a bench stands. */
export interface Progress {
  counts: Counts;
  /** Simulated seconds, and steps, a second of the wall clock, in the last slice. */
  speed: number;
  stepsPerSecond: number;
}

export interface Result {
  measured: Measured;
  /** Time between parts (or lots) for a scene. */
  distribution: EmpiricalDistribution;
}

export class Bench {
  readonly bulk: Bulk;
  /** Departures through the sink that is measured, s, ascending. */
  readonly times: number[] = [];
  private readonly sink: number;
  private msAStep = 0;
  private time = 0;

  private constructor(bulk: Bulk, sink: number) {
    this.bulk = bulk;
    this.sink = sink;
  }

  /**
   * Opens a setup on a device. @param sink index of the one whose stream is measured
   * @throws SetupError where the setup cannot be run
   */
  static async start(device: GPUDevice, setup: BulkSetup, seed = 1, sink = 0): Promise<Bench> {
    return new Bench(await Bulk.open(device, setup, seed), sink);
  }

  /** Runs for about so many milliseconds of the wall clock, 4 steps at least, and never past `until` (simulated s); then reads the counts. */
  async advance(ms: number, until = Infinity): Promise<Progress> {
    const begin = performance.now();
    const fit = this.msAStep === 0 ? FIRST_STEPS : Math.floor(ms / this.msAStep);
    const left = Math.ceil((until - this.time) / this.bulk.dt);
    const steps = Math.max(1, Math.min(MOST_STEPS, left, Math.max(4, fit)));
    this.bulk.step(steps);
    if (POLLS && this.msAStep > 0) await new Promise((resolve) => setTimeout(resolve, 0.9 * steps * this.msAStep));
    const { departures, counts } = await this.bulk.departures();
    const elapsed = performance.now() - begin;
    this.msAStep = elapsed / steps;
    for (const { time, sink } of departures) if (sink === this.sink) this.times.push(time);
    this.time = counts.time;
    return { counts, speed: (steps * this.bulk.dt) / (elapsed / 1000), stepsPerSecond: steps / (elapsed / 1000) };
  }

  /** Runs until the simulated time, s. @param look called between slices of about `ms`; true stops it */
  async runTo(until: number, look?: (progress: Progress) => boolean | undefined, ms = 250): Promise<void> {
    while (this.time < until - this.bulk.dt / 2) {
      const progress = await this.advance(ms, until);
      if (look?.(progress)) return;
    }
  }

  /** What the stream is like so far; undefined while too few parts have left. @param lot parts an interval */
  result(lot = 1): Result | undefined {
    const measured = measure(this.times, this.time, lot);
    return measured && { measured, distribution: asDistribution(measured) };
  }

  dispose(): void {
    this.bulk.dispose();
  }
}
