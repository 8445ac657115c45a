/** The order in which parts meet the elements of a plant: how people read a plant, where names are only sorted. */
import type { FloorNode, FloorPlan } from '../engine/trace.ts';

const natural = new Intl.Collator('en', { numeric: true });

/** Names of one kind of node by their least number of steps from a source; equals by name, numbers in names as numbers. */
export function inPlantOrder(plan: FloorPlan, kind: FloorNode['kind']): string[] {
  const next = plan.nodes.map((): number[] => []);
  for (const [from, to] of plan.edges) next[from]!.push(to);
  const steps = new Float64Array(plan.nodes.length).fill(Number.MAX_VALUE);
  let front = plan.nodes.flatMap((node, index) => (node.kind === 'source' ? [index] : []));
  for (let step = 0; front.length > 0; step++) {
    for (const node of front) steps[node] = step;
    front = [...new Set(front.flatMap((node) => next[node]!))].filter((node) => steps[node] === Number.MAX_VALUE);
  }
  return plan.nodes
    .map((node, index) => ({ node, steps: steps[index]! }))
    .filter(({ node }) => node.kind === kind)
    .sort((a, b) => a.steps - b.steps || natural.compare(a.node.name, b.node.name))
    .map(({ node }) => node.name);
}
