/** Everything that stands on the floor: three bevelled meshes, and the machines, rails, sources and sinks made of them. */
import { isWay } from './plan.ts';
import { BED, BELT_HALF, LANE, MACHINE, type Site } from './site.ts';
import { type Paint, paint } from './theme.ts';

/** Words of one `Solid` in solid-instance.wgsl. */
export const SOLID_WORDS = 12;
const NOBODY = 0xffffffff;

type ShapeName = 'box' | 'drum' | 'wedge';

export interface Solid {
  shape: ShapeName;
  centre: [x: number, y: number, z: number];
  yaw?: number;
  half: [x: number, y: number, z: number];
  chamfer: number;
  /** By name, or by its number in the palette. */
  paint: Paint | number;
  place?: number;
}

/** Solids as the shader reads them, grouped by shape. */
export interface Solids {
  words: Uint32Array<ArrayBuffer>;
  groups: { shape: ShapeName; first: number; count: number }[];
}

export function buildSolids(site: Site): Solids {
  const solids: Solid[] = [];
  site.plan.nodes.forEach((node, n) => {
    const { x, y, flow } = site.places[n]!;
    const box = site.boxes[n]!;
    const yaw = flow > 0 ? 0 : Math.PI;
    switch (node.kind) {
      case 'station':
        for (let server = 0; server < node.servers; server++) {
          const spot = 4 * (site.firstSlot[n]! + server);
          solids.push(...machine(site.slots[spot]!, site.slots[spot + 1]!, node.firstPlace + server));
        }
        break;
      case 'conveyor':
        solids.push(...conveyor(site, n));
        break;
      case 'transfer':
      case 'buffer':
        if (isWay(node)) break;
        for (const edge of [box.north + 0.03, box.south - 0.03]) {
          solids.push({
            shape: 'box',
            centre: [x, edge, 0.08],
            half: [(box.right - box.left) / 2, 0.03, 0.08],
            chamfer: 0.02,
            paint: 'laneEdge',
          });
        }
        break;
      case 'source':
        solids.push({ shape: 'wedge', centre: [x - 0.12 * flow, y, 0.03], yaw, half: [0.52, 0.5, 0.03], chamfer: 0.02, paint: 'source' });
        solids.push({ shape: 'box', centre: [x - 0.38 * flow, y, 0.25], half: [0.14, 0.5, 0.25], chamfer: 0.05, paint: 'source' });
        break;
      case 'sink':
        solids.push({ shape: 'drum', centre: [x, y, 0.03], half: [0.56, 0.56, 0.03], chamfer: 0.02, paint: 'sink' });
        solids.push({ shape: 'box', centre: [x + 0.4 * flow, y, 0.25], half: [0.1, 0.42, 0.25], chamfer: 0.05, paint: 'sink' });
        break;
    }
  });
  return encodeSolids(solids);
}

export function encodeSolids(solids: Solid[]): Solids {
  const words = new Uint32Array(Math.max(1, solids.length) * SOLID_WORDS);
  const floats = new Float32Array(words.buffer);
  const groups: Solids['groups'] = [];
  let written = 0;
  for (const shape of ['box', 'drum', 'wedge'] as const) {
    const first = written;
    for (const solid of solids) {
      if (solid.shape !== shape) continue;
      const at = written++ * SOLID_WORDS;
      floats.set([...solid.centre, solid.yaw ?? 0, ...solid.half, solid.chamfer], at);
      words.set([typeof solid.paint === 'number' ? solid.paint : paint(solid.paint), solid.place ?? NOBODY], at + 8);
    }
    groups.push({ shape, first, count: written - first });
  }
  return { words, groups };
}

/** A belt between two rails, with arrows on it that say which way it runs. */
function conveyor(site: Site, n: number): Solid[] {
  const { start, axis, drawn } = site.belts[n]!;
  const yaw = Math.atan2(axis[1], axis[0]);
  const at = (along: number, across: number, z: number): Solid['centre'] => [
    start[0] + axis[0] * along - axis[1] * across,
    start[1] + axis[1] * along + axis[0] * across,
    z,
  ];
  const bed = BELT_HALF - 0.06;
  const arrows = Math.max(1, Math.floor(drawn / 1.2));
  return [
    { shape: 'box', centre: at(drawn / 2, 0, LANE / 2), yaw, half: [drawn / 2, bed, LANE / 2], chamfer: 0.02, paint: 'bed' },
    ...[-1, 1].map(
      (side): Solid => ({
        shape: 'box',
        centre: at(drawn / 2, side * (BELT_HALF - 0.03), 0.09),
        yaw,
        half: [drawn / 2, 0.03, 0.09],
        chamfer: 0.02,
        paint: 'laneEdge',
      }),
    ),
    ...Array.from(
      { length: arrows },
      (_, i): Solid => ({
        shape: 'wedge',
        centre: at((drawn * (i + 0.5)) / arrows, 0, LANE + 0.006),
        yaw,
        half: [0.13, 0.12, 0.006],
        chamfer: 0.002,
        paint: 'arrow',
      }),
    ),
  ];
}

/** A bed on the flow line, and north of it the body that shows the state. */
function machine(x: number, y: number, place: number): Solid[] {
  const body = y - MACHINE.bed / 2 - MACHINE.gap - MACHINE.body / 2;
  return [
    { shape: 'box', centre: [x, y, BED / 2], half: [MACHINE.width / 2, MACHINE.bed / 2, BED / 2], chamfer: 0.05, paint: 'bed' },
    {
      shape: 'box',
      centre: [x, body, MACHINE.height / 2],
      half: [MACHINE.width / 2, MACHINE.body / 2, MACHINE.height / 2],
      chamfer: 0.07,
      paint: 'starved',
      place,
    },
  ];
}
