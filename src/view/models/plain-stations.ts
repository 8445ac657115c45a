/**
 * Machines in plain shapes. The origin is on the ground under the spot where the part stands; the flow runs east, the body stands north
 * (−y) of it. Everything keeps inside the footprint of `MACHINE`, and clear of the part on its bed.
 */
import type { Material, Model } from '../model.ts';
import type { LookOf } from '../looks/names.ts';
import { BED, BODY_Y, MACHINE, OWN_MARKS } from '../looks/measures.ts';
import { MATERIALS as M, lamp, PLATE } from './materials.ts';
import { Mesh, type Vector } from './mesh.ts';

const HALF = MACHINE.width / 2;
const FRONT = BODY_Y + MACHINE.body / 2;
const BACK = BODY_Y - MACHINE.body / 2;

/** Where the state plate and the stack light of a look stand. */
export const MARKS: Record<LookOf<'station'>, { plate: Vector; lamp: Vector }> = {
  machine: { plate: [-0.12, BODY_Y + 0.02, 1.32], lamp: [0.62, BACK + 0.12, 1.3] },
  robot: { plate: [-0.3, BACK + 0.2, 1.3], lamp: [0.66, BACK + 0.1, 1.0] },
  furnace: { plate: [-0.12, BODY_Y + 0.02, 1.5], lamp: [0.62, BACK + 0.12, 1.42] },
  bench: { plate: [-0.18, BACK + 0.14, 1.18], lamp: [0.66, BACK + 0.1, 1.2] },
  inspection: { plate: [-0.12, BODY_Y + 0.02, 1.16], lamp: [0.62, BACK + 0.12, 1.12] },
  press: { plate: [-0.05, BODY_Y - 0.05, 1.72], lamp: [0.6, BACK + 0.1, 1.45] },
};

/** The table under the part: a plate on two feet. */
function bed(mesh: Mesh, top = M.steel): void {
  mesh.box(top, [0, 0, BED - 0.04], [HALF - 0.02, MACHINE.bed / 2, 0.04], 0.015);
  for (const x of [-0.5, 0.5]) mesh.box(M.slate, [x, 0, (BED - 0.08) / 2], [0.09, MACHINE.bed / 2 - 0.06, (BED - 0.08) / 2], 0.01);
  mesh.box(M.frame, [0, 0, 0.12], [0.42, 0.05, 0.05], 0.01);
}

/** A pole for the lamp, and a stand under the plate. */
function panel(mesh: Mesh, at: Vector): void {
  mesh.box(M.frame, [at[0], at[1], at[2]], [0.15, 0.035, 0.11], 0.02);
  mesh.face(
    M.screen,
    [
      [at[0] - 0.11, at[1] + 0.037, at[2] - 0.02],
      [at[0] + 0.11, at[1] + 0.037, at[2] - 0.02],
      [at[0] + 0.11, at[1] + 0.037, at[2] + 0.08],
      [at[0] - 0.11, at[1] + 0.037, at[2] + 0.08],
    ],
    [0, 1, 0],
  );
}

/** An enclosed machine tool: door with window, control panel on an arm. */
export function machine(): Model {
  const mesh = new Mesh();
  bed(mesh);
  mesh.box(M.slate, [0, BODY_Y, 0.06], [HALF - 0.03, MACHINE.body / 2 - 0.02, 0.06], 0.01);
  mesh.box(M.enamel, [0, BODY_Y, 0.71], [HALF, MACHINE.body / 2, 0.59], 0.05);
  // The door slides: it stands before the wall, with its rail above.
  mesh.box(M.frame, [-0.14, FRONT + 0.012, 0.74], [0.5, 0.016, 0.42], 0.012);
  mesh.box(M.glass, [-0.14, FRONT + 0.024, 0.82], [0.38, 0.012, 0.27], 0.01);
  mesh.box(M.steel, [-0.14, FRONT + 0.02, 1.2], [0.58, 0.02, 0.02]);
  mesh.box(M.steel, [0.31, FRONT + 0.04, 0.68], [0.014, 0.02, 0.14], 0.006);
  mesh.box(M.frame, [0.56, FRONT + 0.02, 1.14], [0.03, 0.03, 0.04]);
  panel(mesh, [0.56, FRONT + 0.05, 0.98]);
  // Louvres and a hood for mist on the roof.
  for (const y of [-0.12, 0, 0.12]) mesh.box(M.frame, [0.3, BODY_Y + y, 1.305], [0.1, 0.03, 0.008]);
  return mesh.model();
}

/** The pedestal of a robot, its bed, and the fence behind it. The arm itself moves: it is a model of its own. */
export function robotCell(): Model {
  const mesh = new Mesh();
  bed(mesh);
  mesh.box(M.slate, [0, BODY_Y, 0.05], [0.36, 0.34, 0.05], 0.02);
  mesh.box(M.enamel, [0, BODY_Y, 0.26], [0.24, 0.24, 0.18], 0.03);
  for (const x of [-HALF + 0.04, 0, HALF - 0.04]) mesh.box(M.yellow, [x, BACK + 0.04, 0.55], [0.03, 0.03, 0.55], 0.008);
  for (const z of [0.12, 0.6, 1.07]) mesh.box(M.yellow, [0, BACK + 0.04, z], [HALF - 0.03, 0.014, 0.02]);
  for (let x = -HALF + 0.12; x < HALF - 0.08; x += 0.125) mesh.box(M.frame, [x, BACK + 0.04, 0.6], [0.005, 0.005, 0.47]);
  mesh.box(M.enamel, [-0.52, BACK + 0.26, 0.48], [0.2, 0.16, 0.48], 0.03);
  mesh.box(M.frame, [-0.3, BACK + 0.06, 1.24], [0.1, 0.03, 0.16], 0.01);
  panel(mesh, [-0.52, BACK + 0.41, 0.75]);
  return mesh.model();
}

/** A chamber furnace: bricked hot mouth, door lifted over it, flue. */
export function furnace(): Model {
  const mesh = new Mesh();
  bed(mesh, M.iron);
  mesh.box(M.iron, [0, BODY_Y, 0.08], [HALF - 0.04, MACHINE.body / 2 - 0.03, 0.08], 0.01);
  mesh.box(M.slate, [0, BODY_Y, 0.78], [HALF, MACHINE.body / 2, 0.64], 0.04);
  for (const x of [-0.7, -0.55, 0.55, 0.7]) mesh.box(M.iron, [x, BODY_Y, 0.78], [0.035, MACHINE.body / 2 + 0.015, 0.65], 0.01);
  mesh.box(M.ember, [0, FRONT + 0.006, 0.68], [0.4, 0.008, 0.22]);
  mesh.box(M.iron, [0, FRONT + 0.02, 0.43], [0.46, 0.03, 0.04], 0.01);
  mesh.box(M.enamel, [0, FRONT + 0.03, 1.06], [0.46, 0.03, 0.17], 0.012);
  for (const x of [-0.49, 0.49]) mesh.box(M.steel, [x, FRONT + 0.025, 0.85], [0.018, 0.02, 0.42]);
  mesh.cylinder(M.steel, [0.4, BODY_Y - 0.1, 1.42], 0.11, 0.36, 14, 0.01);
  mesh.cylinder(M.iron, [0.4, BODY_Y - 0.1, 1.78], 0.15, 0.05, 14, 0.01);
  return mesh.model();
}

/** A bench for work by hand: wooden top, vise, tool board, lamp on an arm. */
export function bench(): Model {
  const mesh = new Mesh();
  mesh.box(M.beech, [0, -0.2, BED - 0.03], [HALF - 0.02, 0.51, 0.03], 0.012);
  for (const x of [-0.66, 0.66]) for (const y of [-0.64, 0.24]) mesh.box(M.slate, [x, y, (BED - 0.06) / 2], [0.04, 0.04, (BED - 0.06) / 2]);
  mesh.box(M.slate, [0.3, -0.4, BED - 0.17], [0.3, 0.25, 0.11], 0.015);
  for (const z of [BED - 0.12, BED - 0.21]) mesh.box(M.steel, [0.3, -0.14, z], [0.1, 0.012, 0.01]);
  mesh.box(M.frame, [0, BACK + 0.06, 0.6], [HALF - 0.04, 0.03, 0.6], 0.01);
  mesh.box(M.slate, [0, BACK + 0.1, 0.86], [HALF - 0.1, 0.012, 0.26]);
  // Tools on the board.
  for (let i = 0; i < 5; i++)
    mesh.box(i % 2 ? M.orange : M.steel, [0.05 + 0.12 * i, BACK + 0.125, 0.84 + 0.02 * (i % 3)], [0.016, 0.012, 0.13]);
  // The vise, west of the part.
  mesh.box(M.blue, [-0.52, -0.16, BED + 0.06], [0.08, 0.12, 0.06], 0.02);
  mesh.box(M.blue, [-0.52, 0.06, BED + 0.08], [0.08, 0.04, 0.08], 0.02);
  mesh.rod(M.steel, [-0.52, -0.2, BED + 0.06], [-0.52, 0.2, BED + 0.06], 0.018);
  mesh.rod(M.steel, [-0.6, 0.2, BED + 0.06], [-0.44, 0.2, BED + 0.06], 0.01);
  mesh.rod(M.steel, [-0.62, BACK + 0.16, BED], [-0.62, -0.6, 1.2], 0.015);
  mesh.rod(M.steel, [-0.62, -0.6, 1.2], [-0.3, -0.24, 1.24], 0.015);
  mesh.cylinder(M.frame, [-0.28, -0.22, 1.19], 0.1, 0.06, 12, 0.03);
  mesh.cylinder(M.light, [-0.28, -0.22, 1.175], 0.085, 0.014, 12);
  return mesh.model();
}

/** The cabinet behind a measuring portal, and its table. */
export function inspection(): Model {
  const mesh = new Mesh();
  bed(mesh);
  mesh.box(M.slate, [0, BODY_Y, 0.06], [HALF - 0.05, MACHINE.body / 2 - 0.04, 0.06], 0.01);
  mesh.box(M.enamel, [0, BODY_Y, 0.6], [HALF - 0.02, MACHINE.body / 2 - 0.02, 0.5], 0.04);
  mesh.box(M.glass, [-0.3, FRONT - 0.016, 0.8], [0.28, 0.012, 0.17], 0.008);
  panel(mesh, [0.4, FRONT + 0.03, 0.84]);
  return mesh.model();
}

/** The portal across the flow, through which parts come onto its table. */
export function portal(): Model {
  const mesh = new Mesh();
  for (const y of [-1, 1]) mesh.box(M.frame, [0, y * 0.345, 0.58], [0.12, 0.035, 0.58], 0.02);
  mesh.box(M.enamel, [0, 0, 1.14], [0.17, 0.385, 0.1], 0.04);
  mesh.box(M.screen, [0, 0, 1.03], [0.1, 0.22, 0.015]);
  for (const y of [-1, 1]) mesh.box(M.screen, [0, y * 0.306, 0.75], [0.04, 0.006, 0.14]);
  return mesh.model();
}

/** A C-frame press: a column behind, the head with its ram over the part. */
export function press(): Model {
  const mesh = new Mesh();
  bed(mesh, M.iron);
  mesh.box(M.slate, [0, BODY_Y, 0.1], [HALF - 0.1, MACHINE.body / 2, 0.1], 0.02);
  for (const x of [-0.46, 0.46]) mesh.box(M.enamel, [x, BODY_Y, 0.86], [0.13, MACHINE.body / 2 - 0.03, 0.78], 0.03);
  mesh.box(M.frame, [0, BODY_Y - 0.1, 0.8], [0.34, 0.22, 0.62], 0.02);
  mesh.box(M.enamel, [0, BODY_Y + 0.3, 1.42], [0.59, 0.66, 0.24], 0.05);
  mesh.cylinder(M.slate, [0, -0.02, 1.66], 0.2, 0.14, 16, 0.03);
  mesh.box(M.steel, [0, 0, 1.07], [0.22, 0.2, 0.11], 0.02);
  mesh.cylinder(M.steel, [0, 0, 1.17], 0.1, 0.04, 14);
  for (const x of [-0.4, 0.4]) mesh.cylinder(M.steel, [x, 0.2, BED], 0.03, 1.18 - BED + 0.02, 10);
  panel(mesh, [0.56, FRONT + 0.05, 0.9]);
  mesh.box(M.yellow, [0, FRONT + 0.02, 0.62], [0.34, 0.012, 0.03]);
  return mesh.model();
}

/** Red and green above and below amber, as IEC 60204-1 has them, and blue for what a person is needed for: their states by number. */
const SEGMENTS: { color: Vector; states: number[] }[] = [
  { color: [0.05, 0.1, 0.2], states: [4, 5, 6] },
  { color: [0.04, 0.15, 0.09], states: [0] },
  { color: [0.28, 0.16, 0.03], states: [1, 2] },
  { color: [0.22, 0.05, 0.03], states: [3] },
];

/** A stack light on its pole, from the foot on: red on top, then amber, green, blue. */
export function stackLight(): Model {
  const mesh = new Mesh();
  // Every server has one, drawn each frame: only what is to be seen of it, a third of the triangles that whole cylinders would have.
  const around = (of: Material, foot: number, profile: [radius: number, height: number][], sides = 10) =>
    mesh.lathe(of, profile, sides, [0, 0, foot]);
  const pole: [number, number][] = [
    [0.018, 0],
    [0.018, 0.16],
  ];
  const collar: [number, number][] = [
    [0.06, 0],
    [0.06, 0.04],
    [0, 0.04],
  ];
  const lens: [number, number][] = [
    [0.07, 0],
    [0.07, 0.125],
  ];
  around(M.steel, 0, pole, 6);
  around(M.slate, 0.16, collar);
  SEGMENTS.forEach(({ color, states }, i) => around(lamp(color, states), 0.2 + 0.125 * i, lens));
  around(M.slate, 0.7, [
    [0.07, 0],
    [0.05, 0.03],
    [0, 0.03],
  ]);
  return mesh.model();
}

/** A post for a plate and a stack light beside a body that has no place for them, a metre high: drawn out to the height that they want. */
export function statePost(): Model {
  const mesh = new Mesh();
  mesh.cylinder(M.frame, [0, 0, 0], 0.05, 1, 10);
  mesh.cylinder(M.slate, [0, 0, 0], 0.17, 0.03, 16);
  return mesh.model();
}

/** The arm across its head, from the plate to the stack light: see `OWN_MARKS`. */
export function stateArm(): Model {
  const mesh = new Mesh();
  const [from, to] = [OWN_MARKS.plate - 0.14, OWN_MARKS.lamp + 0.08];
  mesh.box(M.frame, [(from + to) / 2, 0, -0.03], [(to - from) / 2, 0.05, 0.03], 0.012);
  return mesh.model();
}

/** How far a plate is tilted up to the south, radians, and its edges. */
const TILT = (34 * Math.PI) / 180;
const PLATE_EDGE = 0.84;

/** The board with the mark of the state: its front edge lies at the origin's height. */
export function statePlate(): Model {
  const mesh = new Mesh();
  const half = PLATE_EDGE / 2;
  const [c, s] = [Math.cos(TILT) * half, Math.sin(TILT) * half];
  const lift = s + 0.02;
  // From its middle: east, and south along the board; and off it.
  const at = (u: number, v: number, off: number): Vector => [u * half, v * c + off * Math.sin(TILT), lift - v * s + off * Math.cos(TILT)];
  const corners: [number, number][] = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ];
  const normal: Vector = [0, Math.sin(TILT), Math.cos(TILT)];
  mesh.face(
    PLATE,
    corners.map(([u, v]) => at(u, v, 0.02)),
    normal,
    corners.map(([u, v]) => [(u + 1) / 2, (v + 1) / 2]),
  );
  mesh.face(
    M.slate,
    corners.map(([u, v]) => at(u, v, -0.02)),
    [-normal[0], -normal[1], -normal[2]],
  );
  corners.forEach(([u, v], i) => {
    const [p, q] = corners[(i + 1) % 4]!;
    const out: Vector = [u + p, ((v + q) / 2) * c, (-(v + q) / 2) * s];
    mesh.face(M.slate, [at(u, v, -0.02), at(p, q, -0.02), at(p, q, 0.02), at(u, v, 0.02)], out);
  });
  // Its feet reach down to what it stands on.
  mesh.box(M.frame, [0, -0.5 * c, lift * 0.6], [0.12, 0.02, lift * 0.6]);
  return mesh.model();
}
