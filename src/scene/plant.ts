/**
 * The frozen plant: the scene as flat `u32` tables that both engines read. What decides the *shape* of a kernel (how many of
 * everything, where each table begins) is in `counts` and `at`; what is only a number (a mean, a horizon, a weight) is in `tables`,
 * so that plants which differ in numbers alone share one compiled kernel.
 */
import type { Kind, TableName } from '../stations/words.ts';
import type { Scene } from './scene.ts';

/** Counts of everything that gives the block its shape. */
export interface Counts {
  nodes: number;
  buffers: number;
  places: number;
  slots: number;
  queues: number;
  streams: number;
  roundRobins: number;
  products: number;
  parts: number;
  /** log2 of the histogram bins an octave of flow time has. */
  histogramSubBits: number;
}

/** Where each part of a twin's block begins, in words, and its size. Hot words first. */
export interface Layout {
  dirty: number;
  dirtyWords: number;
  slot: number;
  /** Tournament tree over the slots; 0 leaves where a scan serves. */
  tree: number;
  leaves: number;
  room: number;
  /** QUEUE records. */
  queue: number;
  drawn: number;
  turn: number;
  /** SERVER records. */
  place: number;
  sums: number;
  sumsEnd: number;
  counters: number;
  countersEnd: number;
  /** PART records. */
  part: number;
  /** Counters as they stood at the warm-up. */
  before: number;
  histogram: number;
  histogramBins: number;
  words: number;
}

/** Which branches a kernel needs at all. */
export interface Features {
  failures: boolean;
  /** Ways that are decided by a rule at all … */
  choices: boolean;
  /** The same at the head of a buffer's line, and for the product a source makes. */
  linesChoose: boolean;
  sourcesChoose: boolean;
  /** … by each of the rules, and those that stay open. */
  probability: boolean;
  roundRobin: boolean;
  shortest: boolean;
  open: boolean;
  /** Some element takes from several queues. */
  merges: boolean;
  /** Some buffer feeds another. */
  chains: boolean;
  /** Some station has several servers. */
  parallel: boolean;
  /** Distributions of each kind of table, and those that need none. */
  segments: boolean;
  octaves: boolean;
  constants: boolean;
  /** Sources of each kind; `losing`: some part without room is lost. */
  timed: boolean;
  saturated: boolean;
  losing: boolean;
  goal: boolean;
}

export interface Plant {
  scene: Scene;
  tables: Uint32Array;
  at: Record<TableName, number>;
  counts: Counts;
  layout: Layout;
  features: Features;
  /** Nodes in element-name order. */
  nodes: { name: string; kind: Kind; index: number }[];
  /** Pairs of nodes between which parts can move, each once. */
  edges: [from: number, to: number][];
}
