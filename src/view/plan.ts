/** What the floor and the page read besides the plan and the trace of the engine. */
import type { FloorNode } from '../engine/trace.ts';

/** A transfer between elements is a way, not a place: its name holds an arrow. Stations with unlimited servers are places. */
export const isWay = (node: Pick<FloorNode, 'kind' | 'name'>): boolean => node.kind === 'transfer' && node.name.includes('→');
