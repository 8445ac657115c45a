/** The plan and the trace as the floor and the page read them: those of the engine, and what only plants with more vocabulary have. */
import type { FloorNode, FloorPlan, Trace } from '../engine/trace.ts';

export type SeenKind = FloorNode['kind'] | 'conveyor' | 'transfer';

export interface SeenNode extends Omit<FloorNode, 'kind'> {
  kind: SeenKind;
  /** Conveyors: metres; their two ends, where the scene gives them; ticks from end to end and for one pitch. */
  length?: number | undefined;
  from?: [x: number, y: number] | undefined;
  to?: [x: number, y: number] | undefined;
  travel?: number | undefined;
  spacing?: number | undefined;
  accumulating?: boolean | undefined;
}

/** People of one pool; workers are numbered through all pools in this order. */
export interface SeenPool {
  name: string;
  count: number;
  home: [x: number, y: number] | undefined;
}

export interface SeenPlan extends Omit<FloorPlan, 'nodes'> {
  nodes: SeenNode[];
  people?: SeenPool[] | undefined;
}

/** Words of one record in `SeenTrace.people`, ordered by tick. */
export const MOVE = { tick: 0, worker: 1, place: 2, words: 3 } as const;
/** `place` of somebody who is free, and of somebody off duty. */
export const AT_HOME = 0xffffffff;
export const OFF_DUTY = 0xfffffffe;

export interface SeenTrace extends Trace {
  people?: Uint32Array | undefined;
}

/** A transfer between elements is a way, not a place: its name holds an arrow. Stations with unlimited servers are places. */
export const isWay = (node: Pick<SeenNode, 'kind' | 'name'>): boolean => node.kind === 'transfer' && node.name.includes('→');
