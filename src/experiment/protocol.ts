/** Everything that crosses between the page, the GPU worker and the CPU workers: plain data and transferables only. */
import type { FloorPlan, Trace } from '../engine/trace.ts';
import type { Problem } from '../scene/read.ts';
import type { Path, StudyLaboratory } from './study-protocol.ts';

/** Which engine runs, and why, in words for the user. */
export interface EngineReport {
  engine: 'gpu' | 'cpu';
  /** Adapter name, or "reference engine, N workers". */
  adapter: string;
  /** True where WebGPU is emulated on the CPU. */
  software: boolean;
  reason: string;
}

export type EngineChoice = 'auto' | 'gpu' | 'cpu';

export interface RunRequest {
  /** The scene file's text. */
  scene: string;
  /** Override of the scene's run settings. */
  replications?: number | undefined;
  seed?: number | undefined;
  engine?: EngineChoice | undefined;
  /** By events, or, where the plant is a line, by recursion on departure times: to the same figures and digest. Default: the faster. */
  path?: Path | undefined;
  /** Short slices (a few ms) while somebody watches, long ones otherwise. */
  watched?: boolean | undefined;
}

/** Over replications: mean, standard deviation and 95 % t-interval of one metric. NaN where it is not defined. */
export interface Estimate {
  mean: number;
  sd: number;
  low: number;
  high: number;
  /** Replications in which it is defined. */
  n: number;
  unit: string;
  /** Half-width of the histogram bins behind a quantile, as a share of its value; 0 for all else. */
  resolution: number;
}

export interface StatusCount {
  status: string;
  /** The element it names, or ''. */
  element: string;
  count: number;
  /** The lowest replication that ended so. */
  example: number;
}

/** The result of a batch, whole or so far. */
export interface Summary {
  report: EngineReport;
  seed: number;
  replications: number;
  /** Twins that ended so far; equals `replications` when complete. */
  finished: number;
  /** In the scene's time unit. */
  warmup: number;
  horizon: number;
  timeUnit: string;
  /** 16 hex digits; of the twins that ended so far. */
  digest: string;
  status: StatusCount[];
  /** `element.metric` → estimate, element by element. */
  metrics: Record<string, Estimate>;
  /** Per replication, NaN where not ended or not defined: `total.throughput` always, others if memory allows. */
  columns: Record<string, Float64Array>;
  events: number;
  operations: number;
  /** Wall seconds inside the simulation alone. */
  seconds: number;
}

export interface Progress {
  finished: number;
  total: number;
  /** 0 … 1, by simulated time over all twins. */
  fraction: number;
  /** Wall seconds so far and estimated left. */
  seconds: number;
  secondsLeft: number;
  /** Sent about twice a second, once there are two finished twins. */
  partial: Summary | undefined;
}

/** Parts that went over each way between two elements after the warm-up: mean and standard deviation over twins. */
export interface Traffic {
  /** Those that were counted: fewer than were asked for if it was cancelled. */
  twins: number;
  /** By `from`, then `to`: numbers of nodes in the plan. All its ways are there. */
  edges: { from: number; to: number; parts: number; sd: number }[];
  /** Simulated time in which they were counted: mean over the twins. */
  seconds: number;
}

export type { Problem };

export type Checked =
  | { ok: true; plan: FloorPlan; run: { warmup: number; horizon: number; replications: number; seed: number; timeUnit: string } }
  | { ok: false; problems: Problem[] };

/** What the page holds: the laboratory in which twins and experiments run. One of them at a time; `cancel` ends whichever it is. */
export interface Laboratory extends StudyLaboratory {
  readonly report: EngineReport;
  /** Reads and checks a scene without running it. */
  check(scene: string): Promise<Checked>;
  /** Runs a batch; resolves with the whole (or, when cancelled, the part that was reached). */
  run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<Summary>;
  pause(): void;
  resume(): void;
  /** Acts within 200 ms; the promise of `run` resolves with what there is. */
  cancel(): void;
  /** Runs one twin again on the reference engine, recording. */
  trace(scene: string, seed: number, replication: number): Promise<Trace>;
  /**
   * Runs twins again on the reference engine and counts the parts on each way. Beside a batch that runs; `cancel`, a new run or another call ends it,
   * with what there is.
   */
  flows(scene: string, seed: number, replications: number[], onProgress?: (share: number) => void): Promise<Traffic>;
}
