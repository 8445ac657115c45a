/**
 * The models that come with the view (public/models, whose README says whose they are), made ready for the floor: in its materials, to its
 * measure, and able to do what is asked of them. They are coloured by a picture of plain cells, 16 × 4 on a side: a cell says which material.
 */
import type { Material, Model } from '../model.ts';
import { BELT_HALF, BELT_TOP, PART } from '../looks/measures.ts';
import { MATERIALS as M } from './materials.ts';
import { armClips } from './plain-movers.ts';
import type { Arm } from './poses.ts';
import { dressed, fused, grounded, reshaped, stretched } from './reshape.ts';

/** A material by the column (16) and row (4) of its cell; what is not told is enamel. */
const cells =
  (told: Record<string, Material>) =>
  (u: number, v: number): Material =>
    told[`${Math.floor(u * 16)} ${Math.floor(v * 4)}`] ?? M.enamel;

/** Metres that the robot's unit measures. */
const ARM_SCALE = 0.46;
const KENNEY_ARM: Arm = {
  joints: { turn: 'element-a', shoulder: 'element-b', elbow: 'element-d', claws: ['claw-a', 'claw-b'] },
  shoulder: 0.6 * ARM_SCALE,
  upper: 0.9 * ARM_SCALE,
  // To where the claws grip.
  fore: 1.62 * ARM_SCALE,
  tool: 0,
  grip: 0.1 * ARM_SCALE,
};

function robotArm(file: Model): Model {
  const model = reshaped(dressed(file, cells({ '5 3': M.orange, '3 3': M.slate, '2 3': M.frame, '1 3': M.rubber })), ARM_SCALE, 0);
  return { ...model, clips: armClips(model, KENNEY_ARM) };
}

const box = (file: Model): Model =>
  grounded(fused(dressed(file, cells({ '13 2': M.paint, '1 1': M.shade }))), PART / Math.max(file.high[2], file.high[0] - file.low[0]), 0);

/** The portal stands across the flow: as wide as the bed, and with room for a part under it. */
const scanner = (file: Model): Model => stretched(fused(dressed(file, cells({ '3 3': M.frame, '5 3': M.enamel }))), [0.8, 0.47, 1.1]);

/** Four rollers, half a metre of a conveyor: as long and as wide as `rollers` in plain shapes. */
function rollers(file: Model): Model {
  const made = fused(dressed(file, cells({ '3 3': M.steel, '1 3': M.rubber })));
  const scale = (2 * BELT_HALF - 0.09) / (file.high[1] - file.low[1]);
  return reshaped(made, scale, 0, [0, 0, BELT_TOP - scale * file.high[2]]);
}

export const SHIPPED = {
  robotArm: { file: 'kenney/robot-arm-a.glb', ready: robotArm },
  box: { file: 'kenney/box.glb', ready: box },
  scanner: { file: 'kenney/scanner-high.glb', ready: scanner },
  rollers: { file: 'kenney/conveyor-bars.glb', ready: rollers },
} satisfies Record<string, { file: string; ready: (file: Model) => Model }>;

export type ShippedName = keyof typeof SHIPPED;
