/** What the page and the worker of loose parts say to each other. */
import type { EmpiricalDistribution, Measured } from '../bulk/measure.ts';
import type { BulkSetup } from '../bulk/setup.ts';
import type { Gesture } from '../view/gestures.ts';

export interface BulkOpening {
  canvas: OffscreenCanvas;
  /** CSS pixels, and device pixels in one of them. */
  width: number;
  height: number;
  ratio: number;
  dark: boolean;
  reducedMotion: boolean;
}

/** What is put on the bench. */
export interface Specimen {
  setup: BulkSetup;
  seed: number;
  /** Grains of an interval. */
  lot: number;
  /** Half of the 95 % interval over the rate at which a measurement ends; undefined: nothing is measured. */
  within: number | undefined;
  /** Simulated s at which it ends at the latest. */
  until: number;
  /** Whether the slope of what lies there is told. */
  slope: boolean;
}

/** ready: nothing has moved yet. done: what was asked for is reached. */
export type Phase = 'ready' | 'running' | 'paused' | 'done' | 'cancelled';

/** Without the intervals themselves, of which there is the number. */
export type Account = Omit<Measured, 'intervals'> & { intervals: number };

export interface BulkNews {
  phase: Phase;
  grains: number;
  steps: number;
  /** Simulated, s; and of a step. */
  time: number;
  dt: number;
  inside: number;
  /** Through the sink that is measured. */
  left: number;
  escaped: number;
  /** Places for contacts that were missing, contacts that may have begun late, departures that were not read in time: 0, or the numbers are in doubt. */
  doubts: { crowded: number; late: number; missed: number };
  stepsPerSecond: number;
  /** Simulated seconds in one of the wall clock. */
  speed: number;
  account: Account | undefined;
  /** 0 … 1 of what is asked for, and wall seconds until then as far as can be told. */
  share: number;
  secondsLeft: number | undefined;
  /** Grains that had left by each time, s. */
  discharge: { time: number[]; left: number[] };
  /** How many intervals are in each of the bins between edges, s. */
  histogram: { edges: number[]; counts: number[] } | undefined;
  /** Degrees. */
  slope: number | undefined;
  /** Simulated s since a grain has left. */
  quiet: number;
  /** Colours run to this speed, m/s; a square of the grid, m. */
  fastest: number;
  square: number;
}

export type BulkReport = { type: 'news'; news: BulkNews } | { type: 'error'; message: string };

/** What the worker does. Everything is reported through `hear`. */
export interface BulkBench {
  /** Rejects with the reason where there is no device. */
  open(opening: BulkOpening, hear: (report: BulkReport) => void): Promise<void>;
  /** Puts a specimen on the bench, at rest; what was there is gone. Rejects where it cannot be run, with what is wrong a line each. */
  put(specimen: Specimen): Promise<void>;
  /** Runs what is there from its beginning. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends a run at once; what was reached stays. */
  cancel(): void;
  /** The intervals measured so far as a scene's distribution, with the account of just these. */
  result(): { distribution: EmpiricalDistribution; account: Account; steps: number } | undefined;
  theme(dark: boolean): void;
  resize(width: number, height: number, ratio: number): void;
  gesture(gesture: Gesture): void;
  fit(): void;
  setVisible(visible: boolean): void;
  dispose(): void;
}
