/** What the floor and the page read besides the plan and the trace of the engine. */
import type { FloorNode, FloorPlan } from '../engine/trace.ts';

/** A transfer between elements is a way, not a place: its name holds an arrow. Stations with unlimited servers are places. */
export const isWay = (node: Pick<FloorNode, 'kind' | 'name'>): boolean => node.kind === 'transfer' && node.name.includes('→');

/** What of a plan is only how it is looked at. */
const LOOKS = new Set(['look', 'viewpoints', 'style', 'color']);

/** Whether two plans are the same but for looks: then a camera that looks at one may stay for the other. */
export const samePlaces = (a: FloorPlan, b: FloorPlan): boolean => {
  const places = (plan: FloorPlan) => JSON.stringify(plan, (key, value: unknown) => (LOOKS.has(key) ? undefined : value));
  return a === b || places(a) === places(b);
};
