/** What the floor and the page read besides the plan and the trace of the engine. */
import type { FloorNode, Trace } from '../engine/trace.ts';

/** Words of one record in `SeenTrace.people`, ordered by tick; workers are numbered through all pools of the plan in order. */
export const MOVE = { tick: 0, worker: 1, place: 2, words: 3 } as const;
/** `place` of somebody who is free, and of somebody off duty. */
export const AT_HOME = 0xffffffff;
export const OFF_DUTY = 0xfffffffe;

/** Without `people` everybody stands at home. */
export interface SeenTrace extends Trace {
  people?: Uint32Array | undefined;
}

/** A transfer between elements is a way, not a place: its name holds an arrow. Stations with unlimited servers are places. */
export const isWay = (node: Pick<FloorNode, 'kind' | 'name'>): boolean => node.kind === 'transfer' && node.name.includes('→');
