/** Lanes, racks, bins, belts, pallets and docks in plain shapes, and the parts that stand on them. Metres; the flow runs east. */
import type { Model } from '../model.ts';
import { BELT_HALF, BELT_TOP, BENCH, BIN, LANE, PART, PITCH, RACK } from '../looks/measures.ts';
import { MATERIALS as M } from './materials.ts';
import { material, Mesh } from './mesh.ts';

/** The edge of a lane, one metre of it along x: to be stretched. */
export function laneEdge(): Model {
  const mesh = new Mesh();
  const outline: [number, number][] = [
    [-0.03, 0],
    [0.03, 0],
    [0.03, LANE + 0.02],
    [0.012, LANE + 0.04],
    [-0.012, LANE + 0.04],
    [-0.03, LANE + 0.02],
  ];
  mesh.prism(M.paint, outline, 'x', -0.5, 0.5);
  return mesh.model();
}

/** What a part on a lane stands on: a low carrier. */
export function laneSeat(): Model {
  const mesh = new Mesh();
  mesh.box(M.paint, [0, 0, LANE / 2], [PITCH / 2 - 0.03, PITCH / 2 - 0.03, LANE / 2], 0.02);
  return mesh.model();
}

/** One bay of a rack, one place wide: its back post and shelves; `end`: the posts that close a rack. */
export function rackBay(shelves: number): Model {
  const mesh = new Mesh();
  const half = RACK.deep / 2 - 0.02;
  for (let k = 0; k < shelves; k++) {
    const z = RACK.lowest + k * RACK.shelf;
    mesh.box(M.frame, [0, 0, z - 0.02], [PITCH / 2, half - 0.02, 0.02]);
    for (const side of [-1, 1]) mesh.box(M.orange, [0, side * half, z - 0.035], [PITCH / 2, 0.018, 0.035]);
  }
  return mesh.model();
}

export function rackPosts(shelves: number): Model {
  const mesh = new Mesh();
  const half = RACK.deep / 2 - 0.02;
  const top = RACK.lowest + (shelves - 1) * RACK.shelf + 0.42;
  for (const side of [-1, 1]) mesh.box(M.blue, [0, side * half, top / 2], [0.025, 0.025, top / 2], 0.006);
  for (let z = 0.1; z + 0.4 < top; z += 0.4) mesh.rod(M.frame, [0, -half, z], [0, half, z + 0.4], 0.01, 6);
  return mesh.model();
}

/** A steel box on feet, open on top, with low ribs. */
export function bin(): Model {
  const mesh = new Mesh();
  const [x, y] = [(BIN.columns * BIN.pitch) / 2 + 0.05, (BIN.rows * BIN.pitch) / 2 + 0.05];
  mesh.box(M.frame, [0, 0, LANE - 0.02], [x, y, 0.02]);
  for (const side of [-1, 1]) {
    mesh.box(M.blue, [0, side * y, LANE + BIN.wall / 2 - 0.02], [x + 0.02, 0.018, BIN.wall / 2], 0.006);
    mesh.box(M.blue, [side * x, 0, LANE + BIN.wall / 2 - 0.02], [0.018, y, BIN.wall / 2], 0.006);
    mesh.box(M.blue, [0, side * y, LANE + BIN.wall - 0.03], [x + 0.04, 0.03, 0.02], 0.006);
    mesh.box(M.blue, [side * x, 0, LANE + BIN.wall - 0.03], [0.03, y, 0.02], 0.006);
    for (const other of [-1, 1]) mesh.box(M.slate, [side * (x - 0.06), other * (y - 0.06), 0.05], [0.06, 0.06, 0.05]);
    for (const k of [-0.5, 0, 0.5]) mesh.box(M.blue, [k * x, side * (y + 0.02), LANE + BIN.wall / 2], [0.025, 0.014, BIN.wall / 2 - 0.05]);
  }
  return mesh.model();
}

/** One metre of a belt, its rails beside it: to be stretched along x. */
export function beltRun(): Model {
  const mesh = new Mesh();
  mesh.box(M.rubber, [0, 0, BELT_TOP - 0.05], [0.5, BELT_HALF - 0.05, 0.05]);
  for (const side of [-1, 1]) {
    mesh.box(M.enamel, [0, side * (BELT_HALF - 0.025), BELT_TOP - 0.045], [0.5, 0.022, 0.075]);
    mesh.box(M.steel, [0, side * (BELT_HALF - 0.025), BELT_TOP + 0.035], [0.5, 0.012, 0.012]);
  }
  return mesh.model();
}

/** One metre of the frame of a roller conveyor; the rollers are models of their own. */
export function rollerRun(): Model {
  const mesh = new Mesh();
  for (const side of [-1, 1]) mesh.box(M.blue, [0, side * (BELT_HALF - 0.025), BELT_TOP - 0.04], [0.5, 0.022, 0.08]);
  mesh.box(M.slate, [0, 0, BELT_TOP - 0.11], [0.5, BELT_HALF - 0.05, 0.008]);
  return mesh.model();
}

/** Distance between the rollers of a conveyor. */
export const ROLLER_PITCH = 0.125;

/** Four rollers: half a metre of them. */
export function rollers(): Model {
  const mesh = new Mesh();
  for (let k = 0; k < 4; k++) {
    const x = (k - 1.5) * ROLLER_PITCH;
    mesh.rod(M.steel, [x, -BELT_HALF + 0.045, BELT_TOP - 0.045], [x, BELT_HALF - 0.045, BELT_TOP - 0.045], 0.045, 10);
  }
  return mesh.model();
}

/** A pair of legs under a conveyor. */
export function trestle(): Model {
  const mesh = new Mesh();
  const half = BELT_HALF - 0.05;
  for (const side of [-1, 1]) {
    mesh.box(M.frame, [0, side * half, (BELT_TOP - 0.08) / 2], [0.025, 0.02, (BELT_TOP - 0.08) / 2]);
    mesh.box(M.slate, [0, side * half, 0.012], [0.05, 0.04, 0.012]);
  }
  mesh.box(M.frame, [0, 0, 0.12], [0.015, half, 0.02]);
  return mesh.model();
}

/** The drum at the end of a belt. */
export function beltEnd(): Model {
  const mesh = new Mesh();
  mesh.rod(M.rubber, [0, -BELT_HALF + 0.05, BELT_TOP - 0.05], [0, BELT_HALF - 0.05, BELT_TOP - 0.05], 0.05, 14);
  return mesh.model();
}

/** A chevron that lies on a belt and says which way it runs. */
export function chevron(): Model {
  const mesh = new Mesh();
  const z = BELT_TOP + 0.004;
  for (const side of [-1, 1]) {
    mesh.face(
      M.paint,
      [
        [0.12, 0, z],
        [0.02, 0, z],
        [-0.12, side * 0.14, z],
        [-0.02, side * 0.14, z],
      ],
      [0, 0, 1],
    );
  }
  return mesh.model();
}

/** A wooden pallet, 1.1 × 1.0 m, its top at the height of lanes. */
function pallet(mesh: Mesh): void {
  for (const y of [-0.42, 0, 0.42]) {
    mesh.box(M.wood, [0, y, 0.012], [0.55, 0.06, 0.012]);
    for (const x of [-0.48, 0, 0.48]) mesh.box(M.wood, [x, y, 0.054], [0.07, 0.06, 0.03]);
  }
  for (let k = 0; k < 7; k++) mesh.box(M.wood, [0, -0.435 + 0.145 * k, 0.102], [0.55, 0.058, 0.018]);
}

/** Where parts come from: a pallet with goods at its back. */
export function sourcePallet(): Model {
  const mesh = new Mesh();
  pallet(mesh);
  const edge = 0.148;
  for (const [x, y, z] of [
    [-0.36, -0.32, 0],
    [-0.36, 0, 0],
    [-0.36, 0.32, 0],
    [-0.36, -0.16, 1],
    [-0.36, 0.16, 1],
    [-0.06, -0.32, 0],
  ]) {
    const middle: [number, number, number] = [x!, y!, LANE + edge + 2 * edge * z!];
    mesh.box(M.cardboard, middle, [edge, edge, edge], 0.012);
    mesh.box(material0, [middle[0], middle[1], middle[2] + 0.001], [edge + 0.001, 0.028, edge]);
  }
  return mesh.model();
}
const material0 = material([0.62, 0.5, 0.36], { roughness: 0.5 });

/** Where parts go: a pallet inside a cage, open to the flow. */
export function sinkPallet(): Model {
  const mesh = new Mesh();
  pallet(mesh);
  const posts: [number, number][] = [
    [0.53, -0.47],
    [0.53, 0.47],
    [-0.53, -0.47],
    [-0.53, 0.47],
  ];
  for (const [x, y] of posts) mesh.box(M.blue, [x, y, 0.4], [0.022, 0.022, 0.38], 0.005);
  for (const z of [0.3, 0.52, 0.76]) {
    for (const side of [-1, 1]) mesh.box(M.blue, [0, side * 0.47, z], [0.53, 0.01, 0.014]);
    mesh.box(M.blue, [0.53, 0, z], [0.01, 0.47, 0.014]);
  }
  for (let k = -4; k <= 4; k++) {
    for (const side of [-1, 1]) mesh.box(M.frame, [k * 0.118, side * 0.47, 0.5], [0.006, 0.006, 0.27]);
    mesh.box(M.frame, [0.53, k * 0.104, 0.5], [0.006, 0.006, 0.27]);
  }
  return mesh.model();
}

/** A gate in the wall of the hall, with a leveller before it; for a source it opens to the flow, turned about for a sink. */
export function dock(): Model {
  const mesh = new Mesh();
  mesh.box(M.iron, [0.16, 0, LANE / 2], [0.4, 0.46, LANE / 2], 0.01);
  for (const side of [-1, 1]) {
    mesh.box(M.slate, [-0.4, side * 0.52, 0.85], [0.1, 0.07, 0.85], 0.02);
    mesh.box(M.yellow, [-0.28, side * 0.52, 0.4], [0.03, 0.06, 0.4], 0.02);
  }
  mesh.box(M.slate, [-0.4, 0, 1.58], [0.1, 0.52, 0.12], 0.02);
  mesh.box(M.enamel, [-0.44, 0, 1.18], [0.025, 0.45, 0.3]);
  for (const z of [0.98, 1.11, 1.24, 1.37]) mesh.box(M.frame, [-0.412, 0, z], [0.006, 0.45, 0.008]);
  // What lies behind the half-open door is dark; strips hang before it.
  mesh.box(M.rubber, [-0.47, 0, 0.5], [0.015, 0.45, 0.44]);
  return mesh.model();
}

/** Parts: one link, standing on z = 0, in the cube of `PART`. */
export function partBox(): Model {
  const mesh = new Mesh();
  const half = PART / 2;
  mesh.box(M.paint, [0, 0, half], [half - 0.003, half - 0.003, half], 0.02);
  mesh.box(M.shade, [0, 0, half + 0.0015], [half - 0.001, 0.03, half - 0.001], 0.02);
  return mesh.model();
}

export function partCrate(): Model {
  const mesh = new Mesh();
  const half = PART / 2;
  mesh.box(M.shade, [0, 0, half], [half - 0.02, half - 0.02, half - 0.015]);
  for (const z of [0.036, half, PART - 0.036]) {
    for (const side of [-1, 1]) {
      mesh.box(M.paint, [0, side * (half - 0.012), z], [half, 0.012, 0.036]);
      mesh.box(M.paint, [side * (half - 0.012), 0, z], [0.012, half - 0.024, 0.036]);
    }
  }
  for (const y of [-0.11, 0, 0.11]) mesh.box(M.paint, [0, y, PART - 0.01], [half - 0.02, 0.042, 0.01]);
  return mesh.model();
}

/** A gear blank: hub and rim, bored, teeth not yet cut. */
export function partGear(): Model {
  const mesh = new Mesh();
  const r = PART / 2;
  mesh.lathe(
    M.paint,
    [
      // Nobody sees its underside; half the triangles that it had show as much.
      [r, 0],
      [r, 0.14],
      [r - 0.012, 0.15],
      [r - 0.045, 0.15],
      [r - 0.05, 0.12],
      [0.085, 0.12],
      [0.08, 0.2],
      [0.055, 0.2],
      [0.05, 0.02],
    ],
    16,
  );
  return mesh.model();
}

export function partBin(): Model {
  const mesh = new Mesh();
  const half = PART / 2;
  mesh.box(M.shade, [0, 0, 0.015], [half - 0.02, half - 0.02, 0.015]);
  for (const side of [-1, 1]) {
    mesh.box(M.paint, [0, side * (half - 0.02), 0.13], [half - 0.01, 0.014, 0.13], 0.005);
    mesh.box(M.paint, [side * (half - 0.02), 0, 0.13], [0.014, half - 0.01, 0.13], 0.005);
    mesh.box(M.paint, [0, side * (half - 0.012), 0.25], [half, 0.012, 0.016], 0.004);
    mesh.box(M.paint, [side * (half - 0.012), 0, 0.25], [0.012, half, 0.016], 0.004);
  }
  mesh.box(M.shade, [0, 0, 0.17], [half - 0.035, half - 0.035, 0.03], 0.02);
  return mesh.model();
}

/** The seat of a bench, a metre of it about its middle, and a pair of its legs. */
export function restSeat(): Model {
  const mesh = new Mesh();
  for (const y of [-0.11, 0, 0.11]) mesh.box(M.beech, [0, y, BENCH.height - 0.02], [0.5, 0.048, 0.02]);
  mesh.box(M.frame, [0, 0, BENCH.height - 0.055], [0.5, 0.02, 0.015]);
  return mesh.model();
}

export function restLegs(): Model {
  const mesh = new Mesh();
  for (const y of [-0.12, 0.12]) mesh.box(M.slate, [0, y, (BENCH.height - 0.04) / 2], [0.025, 0.025, (BENCH.height - 0.04) / 2]);
  mesh.box(M.slate, [0, 0, BENCH.height - 0.06], [0.025, 0.145, 0.02]);
  return mesh.model();
}
