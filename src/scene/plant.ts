/**
 * The frozen plant: the scene as flat `u32` tables that both engines read. What decides the *shape* of a kernel (how many of
 * everything, where each table begins) is in `counts` and `at`; what is only a number (a mean, a horizon, a weight) is in `tables`,
 * so that plants which differ in numbers alone share one compiled kernel.
 */
import type { ShopKind, ShopTableName } from '../stations/shop-words.ts';
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
  /** Of what only shop plants have. `belts`: conveyors, the first rows of the table `conveyor`; `transfers`: the others. `modes`: of all servers. */
  stations: number;
  belts: number;
  transfers: number;
  supplies: number;
  calendars: number;
  workers: number;
  pools: number;
  limits: number;
  stocks: number;
  blames: number;
  modes: number;
  /** log2 of the histogram bins an octave of flow time has. */
  histogramSubBits: number;
}

/** Where each part of a twin's block begins, in words, and its size. Hot words first. */
export interface Layout {
  dirty: number;
  dirtyWords: number;
  slot: number;
  /** Over the slots, for the next event: a tournament tree, in shop plants levels of least ticks; 0 leaves where a scan serves. */
  tree: number;
  leaves: number;
  room: number;
  /** QUEUE records. */
  queue: number;
  drawn: number;
  turn: number;
  /** SERVER records, of `serverWords` words, with the times of so many `states`. */
  place: number;
  serverWords: number;
  states: number;
  /** What is left on the clock of each mode of each server. */
  lives: number;
  /** BELT, SUPPLY, CURSOR, WORKER and POOL records; of each limit its room and since when its sum is not kept (LIMIT_OWN_WORDS). */
  belt: number;
  supply: number;
  cursor: number;
  worker: number;
  pool: number;
  limit: number;
  /** Where expressions are worked out. */
  stack: number;
  sums: number;
  sumsEnd: number;
  counters: number;
  countersEnd: number;
  /** PART records, of `partWords` words. */
  part: number;
  partWords: number;
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
  /** Run by the shop engine. All that follows is false in other plants. */
  shop: boolean;
  people: boolean;
  walking: boolean;
  calendars: boolean;
  conveyors: boolean;
  transfers: boolean;
  setups: boolean;
  batches: boolean;
  assembly: boolean;
  disassembly: boolean;
  /** Some station orders its parts by keys. */
  dispatch: boolean;
  quality: boolean;
  /** Any mode at all, modes that are no breakdown, those that the condition drives. */
  modes: boolean;
  planned: boolean;
  /** Some mode's clock runs at work alone; some counts parts. */
  workClocks: boolean;
  partClocks: boolean;
  wear: boolean;
  limits: boolean;
  /** Sources with batches, rates, orders or cards to give. */
  supplies: boolean;
  orders: boolean;
  rates: boolean;
  due: boolean;
  preemption: boolean;
  /** Times of blocked and starved by whom. */
  blame: boolean;
  /** Some buffer's parts decide when they come in, and leave in any order. */
  anyOrder: boolean;
  /** Steps that leave the server before the part is done. */
  intervals: boolean;
  /** Queue-time limits. */
  deadlines: boolean;
  /** Loading or unloading. */
  handling: boolean;
  perPiece: boolean;
  stock: boolean;
}

export interface Plant {
  scene: Scene;
  tables: Uint32Array;
  at: Record<ShopTableName, number>;
  counts: Counts;
  layout: Layout;
  features: Features;
  /** Nodes in element-name order. */
  nodes: { name: string; kind: ShopKind; index: number }[];
  /** Pairs of nodes between which parts can move, each once. */
  edges: [from: number, to: number][];
}

/** What a plant without any of the shop's vocabulary has of it. */
export const PLAIN_COUNTS = {
  stations: 0,
  belts: 0,
  transfers: 0,
  supplies: 0,
  calendars: 0,
  workers: 0,
  pools: 0,
  limits: 0,
  stocks: 0,
  blames: 0,
  modes: 0,
} as const satisfies Partial<Counts>;

export const PLAIN_FEATURES = {
  shop: false,
  people: false,
  walking: false,
  calendars: false,
  conveyors: false,
  transfers: false,
  setups: false,
  batches: false,
  assembly: false,
  disassembly: false,
  dispatch: false,
  quality: false,
  modes: false,
  planned: false,
  workClocks: false,
  partClocks: false,
  wear: false,
  limits: false,
  supplies: false,
  orders: false,
  rates: false,
  due: false,
  preemption: false,
  blame: false,
  anyOrder: false,
  intervals: false,
  deadlines: false,
  handling: false,
  perPiece: false,
  stock: false,
} as const satisfies Partial<Features>;
