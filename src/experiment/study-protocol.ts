/** What crosses between the page and the laboratory about experiments: plain data only. A *study* is an experiment of a scene that is run. */
import type { Problem } from '../scene/problems.ts';
import type { EngineChoice, EngineReport } from './protocol.ts';

/** What an experiment asks, as the scene file says it. */
export const QUESTIONS = ['compare', 'best', 'trade-off', 'what limits', 'sensitivity', 'uncertainty'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Simulates by events, or where the plant allows it by recursion on departure times: to the same figures. */
export type Path = 'auto' | 'events' | 'recursion';

export interface StudyRequest {
  /** The scene file's text; it holds the experiment. */
  scene: string;
  experiment: string;
  seed?: number | undefined;
  engine?: EngineChoice | undefined;
  path?: Path | undefined;
  /** Forget what is kept of an earlier run of the same experiment. */
  afresh?: boolean | undefined;
}

/** A factor as the experiment has it. */
export interface FactorShown {
  name: string;
  /** Of its place in the scene; several, where one factor sets several; '' for one that only stands in expressions. */
  paths: string[];
  /** '' for a pure number. */
  unit: string;
  kind: 'real' | 'steps' | 'choice' | 'sequence';
  low: number;
  high: number;
  /** Of a choice: what stands in the scene, shown as text, by index. */
  options: string[];
  /** Its value in the scene as it is; undefined where the scene does not say, or says something that is no level of it. */
  now: number | undefined;
}

export interface ResponseShown {
  /** `element.metric`, or `cost`. */
  name: string;
  unit: string;
  /** Where it is an objective … */
  sense?: 'maximise' | 'minimise';
  /** … what of it: 'mean', '10 % quantile', 'mean of the worst 10 %'. */
  of?: string;
  /** Where it is limited, in its unit. */
  least?: number;
  most?: number;
}

/** What is known of one response of one design. */
export interface Known {
  mean: number;
  /** 95 % interval of the mean (or of what the objective says), by replications. NaN with fewer than two. */
  low: number;
  high: number;
  sd: number;
}

export interface DesignRow {
  /** In the order of first trial; it never changes. */
  id: number;
  /** By factor, as in `Point`. */
  point: number[];
  twins: number;
  /** By response. */
  known: Known[];
  /** Whether the means meet every limit. */
  feasible: boolean;
  /** Nothing else that is feasible is better in every objective. */
  front: boolean;
  /** The scene as it is now. */
  base: boolean;
  chosen: boolean;
}

/** A sentence that a tested number stands behind, and where to see it. */
export interface Insight {
  text: string;
  /** What was compared, over how many pairs of twins, and the interval's level: for the evidence line below the sentence. */
  evidence: string;
  mean: number;
  low: number;
  high: number;
  unit: string;
  pairs: number;
  /** Twins to watch: the worst before and after. `scene` is the text to replay (undefined: the scene of the study). */
  replay: { label: string; scene: string | undefined; seed: number; replication: number }[];
  /** Elements it is about. */
  elements: string[];
  /** The design that it speaks of, to be applied; −1: none. */
  design: number;
}

/** One small change of one parameter under common random numbers. */
export interface Intervention {
  element: string;
  /** In words: "one more place", "processing 5 % faster". */
  change: string;
  path: string;
  /** Gain in the first objective for the change, in its unit, with its interval (all interventions together at the level), over pairs of twins. */
  gain: number;
  low: number;
  high: number;
  /** The same as a share of the base's mean. */
  share: number;
  shareLow: number;
  shareHigh: number;
  pairs: number;
  /** For the element's state times, percentage points of the time: blocked and starved before and after. */
  blockedBefore: number;
  blockedAfter: number;
  starvedBefore: number;
  starvedAfter: number;
  design: number;
}

/** Shifting bottleneck (Roser, Nakano, Tanaka 2002): share of the time in which an element's active period is the longest of all. */
export interface ActivePeriod {
  element: string;
  /** Alone, and while handing over to another, as shares of the time. */
  sole: number;
  shifting: number;
}

export interface Effect {
  factor: string;
  /** Mean of the response by level (steps, choices) or in five bands (real), with intervals. */
  levels: { label: string; value: number; mean: number; low: number; high: number; designs: number }[];
  /** Largest less smallest of the level means. */
  range: number;
}

export interface SensitivityRow {
  factor: string;
  /** Morris: mean of |elementary effects| and their sd, in the response's unit; NaN where not asked. */
  muStar: number;
  muStarLow: number;
  muStarHigh: number;
  sigma: number;
  /** Sobol' indices (Jansen) with 95 % bootstrap intervals; NaN where not asked. */
  first: number;
  firstLow: number;
  firstHigh: number;
  total: number;
  totalLow: number;
  totalHigh: number;
}

/** How the variance of the output splits: by what we do not know, and by chance. */
export interface UncertaintySplit {
  response: string;
  unit: string;
  mean: number;
  /** Interval of the mean over what we do not know and chance together. */
  low: number;
  high: number;
  /** Standard deviations. */
  bySelf: { known: number; chance: number };
  /** Share of the variance that is due to what we do not know, with its interval. */
  share: number;
  shareLow: number;
  shareHigh: number;
  /** 5, 50 and 95 % quantiles of the mean output over what we do not know. */
  quantiles: [number, number, number];
  /** By uncertain parameter, share of the variance of the mean output (rank correlation squared). */
  causes: { parameter: string; share: number }[];
  samples: number;
  twins: number;
}

export interface Guarantee {
  /** In words: the procedure and its promise. */
  text: string;
  procedure: string;
  /** Probability of good selection that is promised; NaN: none is. */
  confidence: number;
  /** Designs within so much of the best count as good, in the first objective's unit. */
  indifference: number;
}

/** MSER-5 on the plant as it is: where its warm-up ends. */
export interface WarmupCheck {
  /** Of what the batches are means, and its unit. */
  name: string;
  unit: string;
  /** Batch means in the order of time, from the very beginning of the run. */
  means: number[];
  /** The statistic when the first i batches are cut; NaN where it is not asked. */
  curve: number[];
  /** Batches that it would cut; −1: no cut is trusted. */
  cut: number;
  /** Length of one batch in `timeUnit`. */
  batch: number;
  timeUnit: string;
}

/** A study, whole or so far. */
export interface StudyReport {
  engine: EngineReport;
  /** Which path the twins ran by, and why. */
  path: { taken: 'events' | 'recursion' | 'both'; reason: string };
  experiment: string;
  question: Question;
  /** The text it ran, so that a report can be run again. */
  scene: string;
  seed: number;
  /** 16 hex digits over all outcomes; equal on every machine, and however the study was split or broken off. */
  digest: string;
  complete: boolean;
  /** In the scene's time unit. */
  warmup: number;
  horizon: number;
  timeUnit: string;
  twins: number;
  rounds: number;
  /** Wall seconds, in this session. */
  seconds: number;
  /** Of the twins, how many came from the journal of an earlier session. */
  recalled: number;
  method: string;
  factors: FactorShown[];
  responses: ResponseShown[];
  /** At most `MOST_ROWS` of them: the best, the front, the base and a sample of the rest. */
  designs: DesignRow[];
  /** How many there are in all. */
  tried: number;
  /** The design to take, by id; −1: none yet, or none was asked for. */
  chosen: number;
  guarantee: Guarantee | undefined;
  insights: Insight[];
  interventions: Intervention[];
  activePeriods: ActivePeriod[];
  effects: Effect[];
  sensitivity: SensitivityRow[];
  uncertainty: UncertaintySplit[];
  /** Hypervolume of the front between the worst and the best values seen, 0 … 1; NaN with fewer than two objectives. */
  hypervolume: number;
  /** Of a study that is complete; undefined where no twin of the plant as it is ran to its end. */
  warmupCheck?: WarmupCheck | undefined;
  warnings: string[];
}

/** Rows of designs that cross to the page. */
export const MOST_ROWS = 5000;

export interface StudyProgress {
  /** Twins so far, and about how many in all (NaN: not known). */
  twins: number;
  total: number;
  round: number;
  seconds: number;
  secondsLeft: number;
  /** What is being done, in words. */
  stage: string;
  /** Sent about once a second. */
  partial: StudyReport | undefined;
}

/** What a study would be, told before it runs. */
export type StudyPlan =
  | {
      ok: true;
      question: Question;
      method: string;
      factors: FactorShown[];
      responses: ResponseShown[];
      /** Designs that can be tried at all; Infinity where a factor is real. */
      designs: number;
      /** Twins that it would take, at most, and about how long, in seconds. */
      twins: number;
      seconds: number;
      /** Long enough that it should be asked first: the question, in words; '' for none. */
      ask: string;
      /** Twins of an earlier session that broke off, which it would go on with. */
      recalled: number;
      warnings: string[];
    }
  | { ok: false; problems: Problem[] };

/** The scene with a design applied: its text, and what changed, for a person to read before it is taken. */
export interface Applied {
  scene: string;
  changes: { path: string; from: string; to: string }[];
}

/** What the laboratory does for experiments. */
export interface StudyLaboratory {
  /** Names of the scene's experiments are in its text; this checks one and says what it would take. */
  plan(request: StudyRequest): Promise<StudyPlan>;
  /** Runs it; resolves with the whole (or, when cancelled, what was reached; it stays in the journal, to be gone on with). */
  explore(request: StudyRequest, onProgress: (progress: StudyProgress) => void): Promise<StudyReport>;
  /** The scene with a point of an experiment set in it. */
  apply(scene: string, experiment: string, point: readonly number[]): Promise<Applied>;
  /** A file of the report: bytes to save. */
  exportStudy(report: StudyReport, format: 'csv' | 'parquet' | 'html'): Promise<Blob>;
  /** Studies that broke off and are kept: for an offer to go on. */
  kept(): Promise<{ experiment: string; scene: string; at: number; twins: number }[]>;
  /** Acts within 200 ms. */
  cancel(): void;
}
