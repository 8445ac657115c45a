/**
 * A twin at a glance: the few words of it that a wall of thousands shows, kept on the GPU beside the simulation's blocks, so that drawing
 * needs no read-back. Word w of replication r lies at `[w × replications + r]`. All zero: the twin has not begun.
 */
import type { FloorNode, FloorPlan } from './trace.ts';

/** Of `GLANCE.status`. A twin that is stuck, or broke off, is `ended badly`. */
export const GLANCE_STATUS = { waiting: 0, running: 1, done: 2, 'ended badly': 3 } as const;

/** The first words of a glance; after them GLANCE_METRICS, then the states, then the lengths. */
export const GLANCE = { status: 0, /** Ticks. */ now: 1, metrics: 2 } as const;

/**
 * Figures so far, since the warm-up (before it: since 0), each a word of f32 bits, NaN where it is not defined: parts finished a second; parts inside on average; mean
 * flow time in seconds of parts that finished; of all servers' time the share working, starved, blocked, failed, and all other; and mean lateness in
 * seconds (NaN in plants without due dates). For drawing: exact figures are the read-out's.
 */
export const GLANCE_METRICS = ['throughput', 'wip', 'flowTime', 'working', 'starved', 'blocked', 'failed', 'other', 'lateness'] as const;
export type GlanceMetric = (typeof GLANCE_METRICS)[number];

/**
 * Servers' states, eight a word, four bits each, lowest first; a place is numbered as in `FloorPlan`. Numbers that no station has are those of
 * sources' outlets: blocked while a part stands there, else starved.
 */
export const STATES_A_WORD = 8;
/** Parts inside each node (what a saturated source offers is not made yet), two a word, 16 bits each, lowest first; 0xffff stands for all that is more. */
export const LENGTHS_A_WORD = 2;

/** Where the parts of a glance begin, in words, and its size. */
export interface GlanceLayout {
  states: number;
  lengths: number;
  words: number;
}

export function glanceLayout(plan: { nodes: Pick<FloorNode, 'kind' | 'servers' | 'firstPlace'>[] }): GlanceLayout {
  const places = plan.nodes.reduce((most, node) => (node.kind === 'station' ? Math.max(most, node.firstPlace + node.servers) : most), 0);
  const states = GLANCE.metrics + GLANCE_METRICS.length;
  const lengths = states + Math.ceil(places / STATES_A_WORD);
  return { states, lengths, words: lengths + Math.ceil(plan.nodes.length / LENGTHS_A_WORD) };
}

/** The glances of a run, where a kernel can read them. */
export interface Glances {
  device: GPUDevice;
  buffer: GPUBuffer;
  plan: FloorPlan;
  replications: number;
  seed: number;
  /** Ticks of the warm-up and of the end. */
  warmup: number;
  end: number;
}

/** Somebody who looks at glances. */
export interface GlanceListener {
  /**
   * There are others (a new run, another device). Undefined: there are none any more, or none yet; then `reason` says why, in words for a person,
   * unless they are only a matter of time. Buffers told before are gone when this returns.
   */
  glances(glances: Glances | undefined, reason?: string): void;
  /** Their words have changed. */
  changed(): void;
}

/** Who has glances, and tells when there are others or when their words have changed. */
export interface GlanceSource {
  /** Calls back at once, with what there is. Returns what ends the watching; while nobody watches, nothing is kept. */
  watch(listener: GlanceListener): () => void;
}
