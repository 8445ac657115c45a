/** How many parts of one twin went from where to where, read from its trace. */
import { type FloorPlan, type Trace, VISIT } from './trace.ts';

/** Parts that came to `to` and were at `from` before; `products` by product of the plan, as they came. */
interface Flow {
  from: number;
  to: number;
  parts: number;
  products: number[];
}

export interface Flows {
  /** Ticks of the time that is counted: from the warm-up to the end of the record. */
  from: number;
  until: number;
  /** By `from`, then `to`; pairs that no part went between are not there. */
  edges: Flow[];
}

/**
 * Comings in the time after the warm-up. `keep`: elements between which parts are counted, all others being passed through; all where it is
 * left out. A part that is made at an element comes from nowhere, and is not counted there.
 */
export function flowsOf(trace: Trace, plan: FloorPlan, keep: (node: number) => boolean = () => true): Flows {
  const { visits, warmup, end } = trace;
  const kept = Uint8Array.from(plan.nodes, (_, node) => (keep(node) ? 1 : 0));
  // The cut is the last event of its tick: what happens then lies before the window.
  const first = warmup > 0 ? warmup + 1 : 0;
  const count = plan.nodes.length;
  const products = plan.products.length;
  let parts = 0;
  for (let at = VISIT.part; at < visits.length; at += VISIT.words) parts = Math.max(parts, visits[at]! + 1);
  /** By part: the last element that is kept, plus one. */
  const last = new Uint32Array(parts);
  const edges = new Map<number, Flow>();
  for (let at = 0; at < visits.length; at += VISIT.words) {
    const node = visits[at + VISIT.node]!;
    if (kept[node] === 0) continue;
    const part = visits[at + VISIT.part]!;
    const from = last[part]! - 1;
    last[part] = node + 1;
    if (from < 0 || visits[at + VISIT.enter]! < first) continue;
    const key = from * count + node;
    let edge = edges.get(key);
    if (!edge) edges.set(key, (edge = { from, to: node, parts: 0, products: Array.from({ length: products }, () => 0) }));
    edge.parts += 1;
    edge.products[visits[at + VISIT.product]!]! += 1;
  }
  const sorted = [...edges].sort(([a], [b]) => a - b).map(([, edge]) => edge);
  return { from: warmup, until: end, edges: sorted };
}
