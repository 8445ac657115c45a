/** Sinks: where finished parts leave the plant. */
import { z } from 'zod';
import type { Floor } from '../engine/floor.ts';
import { position } from './duration.ts';
import { looks } from './looks.ts';
import { LEG_PRODUCT, NODE_COUNTERS, NODE_INDEX, PART_LEG, SINK_COUNTERS_FINISHED } from './words.ts';

export const sink = z
  .strictObject({ position: position.optional(), look: looks.sink })
  .meta({ id: 'sink', description: 'Where finished parts leave the plant.' });

// ── What it does ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A part leaves the plant, finished. */
export function enterSink(f: Floor, node: number, part: number): void {
  const { t, w } = f;
  if (f.recorder !== undefined) {
    const product = t[(w[part + PART_LEG] as number) + LEG_PRODUCT] as number;
    f.recorder.enter(f.now, part, t[node + NODE_INDEX] as number, 0, product);
  }
  f.count((t[node + NODE_COUNTERS] as number) + SINK_COUNTERS_FINISHED);
  f.finish(part);
}
