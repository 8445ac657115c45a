/** What the kernels of motion have placed, read back as plain numbers. */
import type { Trace } from '../../src/engine/trace.ts';
import { type Kinematics, prepare } from '../../src/view/kinematics.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { INSTANCE_WORDS, type Scenery } from '../../src/view/model.ts';
import { type Lens, Motion, type MovingList, type Pace } from '../../src/view/motion.ts';
import type { Site } from '../../src/view/site.ts';

export type Vector = [x: number, y: number, z: number];

export interface Seen {
  list: MovingList;
  thing: number;
  at: Vector;
  /** Radians, and the height of a metre of it. */
  yaw: number;
  size: number;
  rows: number[];
  paint: number;
}

/** Sees everything within a kilometre, and all of it large. */
export const WIDE: Lens = {
  clip: Float32Array.of(1e-3, 0, 0, 0, 0, 1e-3, 0, 0, 0, 0, 5e-4, 0, 0, 0, 0.5, 1),
  eye: [0, 0, 500],
  focal: 1e9,
  width: 1000,
  height: 1000,
};

/** Runs one moment and reads what is listed. */
export async function placedAt(
  device: GPUDevice,
  motion: Motion,
  tick: number,
  fraction: number,
  pace: Pace,
  lens = WIDE,
): Promise<Seen[]> {
  const encoder = device.createCommandEncoder();
  motion.run(encoder, tick, fraction, pace, lens);
  const copies = motion.lists.map((list) => {
    const copy = (from: GPUBuffer, offset: number, size: number) => {
      const to = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
      encoder.copyBufferToBuffer(from, offset, to, 0, size);
      return to;
    };
    return {
      list,
      draw: copy(list.draw, list.offset, 20),
      order: copy(list.order, 0, list.order.size),
      instances: copy(list.instances, 0, list.instances.size),
    };
  });
  device.queue.submit([encoder.finish()]);
  const seen: Seen[] = [];
  for (const { list, draw, order, instances } of copies) {
    await Promise.all([draw, order, instances].map((buffer) => buffer.mapAsync(GPUMapMode.READ)));
    const count = new Uint32Array(draw.getMappedRange())[1]!;
    const indices = new Uint32Array(order.getMappedRange());
    const words = new Uint32Array(instances.getMappedRange());
    const floats = new Float32Array(words.buffer);
    for (let i = 0; i < count; i++) {
      const at = indices[i]! * INSTANCE_WORDS;
      seen.push({
        list,
        thing: words[at + 14]!,
        at: [floats[at + 3]!, floats[at + 7]!, floats[at + 11]!],
        yaw: Math.atan2(floats[at + 4]!, floats[at]!),
        size: floats[at + 10]!,
        rows: [...floats.subarray(at, at + 12)],
        paint: words[at + 12]!,
      });
    }
    for (const buffer of [draw, order, instances]) buffer.destroy();
  }
  return seen;
}

export interface Stage {
  kinematics: Kinematics;
  scenery: Scenery;
  motion: Motion;
}

/** A site with plain looks, and a trace on it. */
export function stageOf(device: GPUDevice, site: Site, trace: Trace | undefined): Stage {
  const kinematics = prepare(site, trace, 0);
  const scenery = buildScenery(site, {}, 'plain');
  return { kinematics, scenery, motion: new Motion(device, site, scenery, kinematics) };
}

export async function placed(
  device: GPUDevice,
  site: Site,
  trace: Trace,
  moments: [tick: number, fraction: number][],
  pace: Pace,
): Promise<Seen[][]> {
  const { motion } = stageOf(device, site, trace);
  const found: Seen[][] = [];
  for (const [tick, fraction] of moments) found.push(await placedAt(device, motion, tick, fraction, pace));
  motion.dispose();
  return found;
}
