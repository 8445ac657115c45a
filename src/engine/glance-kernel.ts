/** The WGSL of `shaders/glance-twins.wgsl` for a plant. */
import glanceTwins from '../../shaders/glance-twins.wgsl?link';
import type { Plant } from '../scene/plant.ts';
import { constants } from './constants.ts';
import { GLANCE, GLANCE_STATUS } from './glance.ts';
import { glanceLayoutOf } from './glance-of.ts';

/** Whether parts can come back to an element where they have been: elsewhere none wait for each other. */
function hasRing({ nodes, edges }: Plant): boolean {
  const into = nodes.map(() => 0);
  for (const [, to] of edges) into[to] = (into[to] as number) + 1;
  // Kahn (1962): what is never free of edges that lead to it lies on a ring or behind one.
  const free = into.flatMap((count, node) => (count === 0 ? [node] : []));
  let taken = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    taken++;
    for (const [from, to] of edges) {
      if (from === node && --(into[to] as number) === 0) free.push(to);
    }
  }
  return taken < nodes.length;
}

/** @param workgroup invocations a workgroup */
export function glanceKernel(plant: Plant, workgroup: number): string {
  const { states, lengths, words } = glanceLayoutOf(plant);
  const whole: Record<string, number> = {
    WORKGROUP: workgroup,
    HOT_WORDS: 0,
    GLANCE_STATUS: GLANCE.status,
    GLANCE_NOW: GLANCE.now,
    GLANCE_METRICS: GLANCE.metrics,
    GLANCE_STATES: states,
    GLANCE_LENGTHS: lengths,
    GLANCE_WORDS: words,
    GLANCE_STATUS_RUNNING: GLANCE_STATUS.running,
    GLANCE_STATUS_DONE: GLANCE_STATUS.done,
    GLANCE_STATUS_BAD: GLANCE_STATUS['ended badly'],
  };
  return [
    constants(plant, 'u32', false, true),
    ...Object.entries(whole).map(([name, value]) => `const ${name}: u32 = ${value}u;`),
    `const TICK_SECONDS: f32 = ${plant.scene.time.tickSeconds.toExponential()};`,
    `const HAS_RINGS: bool = ${hasRing(plant)};`,
    glanceTwins,
  ].join('\n');
}
