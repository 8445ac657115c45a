/**
 * The trace of one twin: all that a view needs to show it, and nothing of the engine.
 * Times are ticks (u32). Node, place and product numbers index the lists of the plant's `FloorPlan`.
 */
import type { Look } from '../stations/looks.ts';
import type { ShopKind } from '../stations/shop-words.ts';

export type { Look };

/** `leave` of a part that is still there when the run ends; `from` of a part that was just made. */
export const NEVER = 0xffffffff;

/** Words of one visit record in `Trace.visits`. */
export const VISIT = { enter: 0, leave: 1, node: 2, where: 3, from: 4, product: 5, part: 6, words: 7 } as const;
/** Words of one state change in `Trace.states`. */
export const CHANGE = { tick: 0, place: 1, state: 2, words: 3 } as const;

/** Words of one record in `Trace.people`; `place` of somebody who is free, and of somebody off duty. */
export const MOVE = { tick: 0, worker: 1, place: 2, words: 3 } as const;
export const AT_HOME = 0xffffffff;
export const OFF_DUTY = 0xfffffffe;

/** Server states, in the order in which their times are kept. */
export const STATES = ['working', 'starved', 'blocked', 'failed', 'setup', 'maintained', 'waitingForPeople', 'offShift'] as const;
export type ServerState = (typeof STATES)[number];

export interface Trace {
  seed: number;
  replication: number;
  warmup: number;
  end: number;
  /**
   * One record a stay of a part at a node, ordered by `enter`. `where`: in a station the server's number (0-based); in a buffer, on a
   * conveyor and under way the number of the entry (0, 1, 2 …), so that its place in the queue at time t is `where` minus the departures from that buffer up to t;
   * in a source 0; a sink visit has leave = enter. `from` is the node it came from or NEVER. `part` is a serial number, unique in the trace.
   */
  visits: Uint32Array;
  /** State changes of servers, ordered by tick; `place` counts servers of all stations in node order (see `FloorPlan`). All are starved at 0. */
  states: Uint32Array;
  /** Who goes where, ordered by tick; workers are numbered through all pools of the plan in order, places as in `states`. Absent where nobody is needed. */
  people?: Uint32Array | undefined;
  /** Why the record stops before `end`, if it does (a limit on its size, or a twin that ended early). */
  note?: string;
}

/** The plant as a view sees it: nodes in element-name order, which is the order of all node numbers. */
export interface FloorPlan {
  name: string;
  /** Seconds in one tick. */
  tickSeconds: number;
  nodes: FloorNode[];
  /** Pairs of node numbers along which parts can move, each once. */
  edges: [from: number, to: number][];
  products: { name: string; color: string | undefined; look?: Look | undefined }[];
  /** By pool, in name order; absent where nobody is needed. */
  people?: { name: string; home: [x: number, y: number] | undefined; count: number }[] | undefined;
  /** Places to look from that the scene names, in name order: as a `Viewpoint` of the view. */
  viewpoints?: { name: string; at: [x: number, y: number, z: number]; distance: number; turn: number; tilt: number }[] | undefined;
  /** Models, or plain shapes in their place; models where nothing is said. */
  style?: 'models' | 'plain' | undefined;
}

export interface FloorNode {
  name: string;
  kind: ShopKind;
  /** Metres; undefined where the scene gives none (the view lays those out). */
  position: [x: number, y: number] | undefined;
  /** Stations: number of servers, and the place number of the first. */
  servers: number;
  firstPlace: number;
  /** Buffers and conveyors: places; Infinity if unlimited. */
  capacity: number;
  /** Conveyors: metres; the two ends, where the scene gives them; ticks from end to end and for one pitch. */
  length?: number | undefined;
  from?: [x: number, y: number] | undefined;
  to?: [x: number, y: number] | undefined;
  travel?: number | undefined;
  spacing?: number | undefined;
  accumulating?: boolean | undefined;
  look?: Look | undefined;
}
