/** What moves by joints, in plain shapes: a robot arm with six axes' looks and four that turn, and a person. */
import { mat4 } from 'gl-matrix';
import type { Model } from '../model.ts';
import { BED, BENCH, BODY_Y, LANE, MACHINE, PART } from '../looks/measures.ts';
import { MATERIALS as M } from './materials.ts';
import { Mesh, material } from './mesh.ts';
import { type Arm, armClip, clipOf, pickAndPlace } from './poses.ts';

/** Height of the pedestal that a robot stands on. */
export const PEDESTAL = 0.44;
/** Poses of a robot's cycle. */
const CYCLE = 96;

const up = (z: number, x = 0, y = 0): mat4 => mat4.fromTranslation(mat4.create(), [x, y, z]);

/** Where a robot takes its parts and puts them, seen from the middle of its foot: the tops of parts at the way in, and on the bed. */
const robotKeys = (flow: 1 | -1) =>
  pickAndPlace([flow * (0.1 - MACHINE.width / 2), -BODY_Y, LANE + PART - PEDESTAL], [0, -BODY_Y, BED + PART - PEDESTAL], 0.34);

const ARM: Arm = {
  joints: { turn: 'turntable', shoulder: 'upper', elbow: 'fore', wrist: 'wrist', claws: ['claw-a', 'claw-b'] },
  shoulder: 0.34,
  upper: 0.6,
  fore: 0.58,
  tool: 0.27,
  grip: 0.045,
};

export function robotArm(): Model {
  const mesh = new Mesh();
  mesh.link('base');
  mesh.cylinder(M.slate, [0, 0, 0], 0.2, 0.1, 18, 0.02);
  const turntable = mesh.link('turntable', 0, up(0.1));
  mesh.cylinder(M.orange, [0, 0, 0], 0.16, 0.12, 18, 0.02);
  for (const side of [-1, 1]) mesh.box(M.orange, [side * 0.12, 0, 0.22], [0.035, 0.09, 0.12], 0.025);
  mesh.rod(M.slate, [-0.17, 0, 0.24], [0.17, 0, 0.24], 0.075, 14);
  const upper = mesh.link('upper', turntable, up(ARM.shoulder - 0.1));
  mesh.box(M.orange, [0, 0, 0.3], [0.075, 0.075, 0.32], 0.03);
  mesh.rod(M.slate, [-0.11, 0, ARM.upper], [0.11, 0, ARM.upper], 0.07, 14);
  const fore = mesh.link('fore', upper, up(ARM.upper));
  mesh.box(M.orange, [0, -0.02, 0.1], [0.075, 0.09, 0.11], 0.03);
  mesh.cylinder(M.orange, [0, 0, 0.18], 0.055, ARM.fore - 0.22, 12);
  mesh.rod(M.slate, [-0.075, 0, ARM.fore], [0.075, 0, ARM.fore], 0.05, 12);
  const wrist = mesh.link('wrist', fore, up(ARM.fore));
  mesh.cylinder(M.orange, [0, 0, 0.02], 0.05, 0.08, 12, 0.01);
  mesh.box(M.slate, [0, 0, 0.12], [0.12, 0.04, 0.025], 0.01);
  for (const [name, side] of [
    ['claw-a', 1],
    ['claw-b', -1],
  ] as const) {
    mesh.link(name, wrist, up(0.14, side * 0.1));
    mesh.box(M.steel, [0, 0, 0.065], [0.014, 0.03, 0.065], 0.006);
  }
  const model = mesh.model();
  model.clips = armClips(model, ARM);
  return model;
}

/** The clips of an arm that stands on the pedestal of a robot's cell: its cycle where parts come from the west, and from the east. */
export function armClips(model: Pick<Model, 'links'>, arm: Arm): Model['clips'] {
  const keys = robotKeys(1);
  return {
    rest: armClip(model, arm, [keys[0]!, { ...keys[0]!, phase: 1 }], 1),
    work: armClip(model, arm, keys, CYCLE),
    workWest: armClip(model, arm, robotKeys(-1), CYCLE),
  };
}

/** Metres of the shapes of a person, who faces east; 1.8 high with the helmet. */
const HIP = 0.86;
const SHOULDER = 0.56;
/** From the hip to the knee. */
const THIGH = 0.41;
/** How far a thigh slopes down to the knee of who sits, radians. */
const SLOPE = 0.13;
/** From the ankle back to the heel, and forward to the toes. */
const HEEL = -0.08;
const TOE = 0.17;
/** Farthest turn of the legs when walking, radians; a cycle is two steps. */
const SWING = 0.48;

export function person(): Model {
  const mesh = new Mesh();
  const trousers = material([0.035, 0.05, 0.09], { roughness: 0.9 });
  mesh.link('hips', -1, up(HIP));
  mesh.box(trousers, [0, 0, 0.03], [0.1, 0.15, 0.09], 0.03);
  const torso = mesh.link('torso', 0, up(0.08));
  mesh.box(M.paint, [0, 0, 0.28], [0.115, 0.19, 0.3], 0.06);
  mesh.box(M.yellow, [0, 0, 0.3], [0.119, 0.194, 0.03], 0.01);
  mesh.link('head', torso, up(SHOULDER + 0.05));
  mesh.cylinder(M.skin, [0, 0, -0.04], 0.05, 0.08, 10);
  mesh.lathe(
    M.skin,
    [
      [0, 0.01],
      [0.07, 0.03],
      [0.095, 0.1],
      [0.095, 0.16],
      [0.08, 0.19],
    ],
    14,
  );
  // A helmet with a peak.
  mesh.lathe(
    M.yellow,
    [
      [0.11, 0.14],
      [0.112, 0.16],
      [0.095, 0.22],
      [0.055, 0.255],
      [0, 0.265],
    ],
    14,
  );
  mesh.box(M.yellow, [0.11, 0, 0.15], [0.05, 0.07, 0.008], 0.004);
  for (const [side, y] of [
    ['left', -1],
    ['right', 1],
  ] as const) {
    mesh.link(`arm-${side}`, torso, up(SHOULDER - 0.05, 0, y * 0.235));
    mesh.box(M.paint, [0, 0, -0.17], [0.05, 0.05, 0.2], 0.03);
    mesh.box(M.skin, [0.01, 0, -0.44], [0.038, 0.035, 0.1], 0.02);
  }
  for (const [side, y] of [
    ['left', -1],
    ['right', 1],
  ] as const) {
    const leg = mesh.link(`leg-${side}`, 0, up(0, 0, y * 0.085));
    mesh.box(trousers, [0, 0, -THIGH / 2 - 0.01], [0.072, 0.07, THIGH / 2 + 0.01], 0.03);
    mesh.link(`shin-${side}`, leg, up(-THIGH));
    mesh.box(trousers, [0, 0, -THIGH / 2 + 0.01], [0.068, 0.066, THIGH / 2], 0.03);
    mesh.box(M.rubber, [(HEEL + TOE) / 2, 0, THIGH - HIP + 0.05], [(TOE - HEEL) / 2, 0.062, 0.05], 0.025);
  }
  const model = mesh.model();
  const y: [number, number, number] = [0, 1, 0];
  const cycle = (phase: number) => Math.sin(2 * Math.PI * phase);
  const swing = (phase: number, most: number) => ({ axis: y, angle: most * cycle(phase) });
  /** Of heels and toes, seen from the hips, when the legs are turned by an angle and by its opposite. */
  const lowest = (angle: number) =>
    Math.min(...[-1, 1].flatMap((side) => [HEEL, TOE].map((x) => -Math.sin(side * angle) * x - Math.cos(angle) * HIP)));
  model.clips = {
    idle: clipOf(model, 40, (phase) => ({
      torso: swing(phase, 0.012),
      head: { axis: [0, 0, 1], angle: 0.15 * cycle(phase) },
      'arm-left': swing(phase, 0.03),
      'arm-right': swing(phase + 0.5, 0.03),
    })),
    walk: clipOf(model, 31, (phase) => ({
      hips: { axis: [0, 0, 1], angle: 0.08 * cycle(phase), shift: [0, 0, -HIP - lowest(SWING * cycle(phase))] },
      'leg-left': swing(phase, SWING),
      'leg-right': swing(phase, -SWING),
      'arm-left': swing(phase, -0.55),
      'arm-right': swing(phase, 0.55),
    })),
    // On the bench behind the place where they stand, the hands on the thighs.
    sit: clipOf(model, 40, (phase) => ({
      hips: { axis: y, angle: 0, shift: [-BENCH.behind, 0, BENCH.height + 0.06 - HIP] },
      torso: { axis: y, angle: 0.06 + 0.012 * cycle(phase) },
      head: { axis: [0, 0, 1], angle: 0.25 * cycle(phase) },
      ...Object.fromEntries(
        ['left', 'right'].flatMap((side) => [
          [`leg-${side}`, { axis: y, angle: SLOPE - Math.PI / 2 }],
          [`shin-${side}`, { axis: y, angle: Math.PI / 2 - SLOPE }],
          [`arm-${side}`, { axis: y, angle: -0.55 }],
        ]),
      ),
    })),
    // Both hands before them at the height of a bench, one after the other.
    work: clipOf(model, 46, (phase) => ({
      torso: { axis: y, angle: 0.16 + 0.03 * cycle(phase) },
      head: { axis: y, angle: 0.22 },
      'arm-left': { axis: y, angle: -0.85 + 0.25 * cycle(phase) },
      'arm-right': { axis: y, angle: -0.85 - 0.25 * cycle(2 * phase) },
    })),
  };
  return model;
}
