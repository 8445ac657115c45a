import type { Floor } from '../engine/floor.ts';
import { LEG, NODE, SINK_COUNTERS } from './words.ts';

/** A part leaves the plant, finished. */
export function enterSink(f: Floor, node: number, part: number): void {
  if (f.recorder !== undefined) f.recorder.enter(f.now, part, node, 0, f.leg(f.w[f.legOf + part] as number, LEG.product));
  f.count(f.node(node, NODE.counters) + SINK_COUNTERS.finished);
  f.finish(part);
}
