/** A plant in miniature, for the tiles of the wall: the footprints of its floor as boxes, in widths of a tile. */
import type { FloorPlan } from '../../engine/trace.ts';
import { isWay } from '../plan.ts';
import { MACHINE, setOut } from '../site.ts';

/** Words of one `Item` in shaders/wall/item.wgsl. */
const ITEM_WORDS = 10;
const KIND = { way: 0, store: 1, machine: 2, entry: 3, exit: 4 } as const;
/** Free floor round the plant, metres, and round the tile, widths. */
const MARGIN = 0.5;
const EDGE = 0.05;
/** Width to depth that plants without positions are folded to. */
const ASPECT = 1.7;
/** Height of a tile over its width, at least and at most; and of the strip above the floor. */
const DEPTH = { least: 0.45, most: 1.5 };
const HEADER = 0.11;
/** Half the width of a way, metres. */
const WAY_HALF = 0.09;
/** Places drawn of a store without end, as on the floor. */
const UNLIMITED = 12;

export interface Miniature {
  /** Ways first, then what stands. */
  words: Uint32Array<ArrayBuffer>;
  count: number;
  ways: number;
  /** Height of a tile and of the strip above its floor, in widths. */
  depth: number;
  header: number;
}

export function miniatureOf(plan: FloorPlan): Miniature {
  const site = setOut(plan, ASPECT);
  const { left, right, north, south } = site.bounds;
  const [wide, deep] = [right - left + 2 * MARGIN, south - north + 2 * MARGIN];
  const inside = 1 - 2 * EDGE;
  const depth = Math.min(DEPTH.most, Math.max(DEPTH.least, HEADER + EDGE + (inside * deep) / wide + EDGE));
  const room = depth - HEADER - 2 * EDGE;
  const scale = Math.min(inside / wide, room / deep);
  const origin: [number, number] = [0.5 - ((left + right) / 2) * scale, HEADER + EDGE + room / 2 - ((north + south) / 2) * scale];

  const words: number[] = [];
  const bits = new DataView(new ArrayBuffer(4));
  const f32 = (value: number): number => {
    bits.setFloat32(0, value);
    return bits.getUint32(0);
  };
  const add = (centre: [number, number], half: [number, number], axis: [number, number], kind: number, index: number, capacity: number) => {
    words.push(
      f32(origin[0] + centre[0] * scale),
      f32(origin[1] + centre[1] * scale),
      f32(half[0] * scale),
      f32(half[1] * scale),
      f32(axis[0]),
      f32(axis[1]),
      kind,
      index,
      f32(capacity),
      0,
    );
  };
  for (const points of site.ways) {
    for (let i = 3; i < points.length; i += 3) {
      const [x0, y0, x1, y1] = [points[i - 3]!, points[i - 2]!, points[i]!, points[i + 1]!];
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (length < 1e-6) continue;
      // Longer by half its width, so that corners close.
      add([(x0 + x1) / 2, (y0 + y1) / 2], [length / 2 + WAY_HALF, WAY_HALF], [(x1 - x0) / length, (y1 - y0) / length], KIND.way, 0, 1);
    }
  }
  const ways = words.length / ITEM_WORDS;
  plan.nodes.forEach((node, n) => {
    if (isWay(node)) return;
    const box = site.boxes[n]!;
    const belt = site.belts[n];
    const middle: [number, number] = [(box.left + box.right) / 2, (box.north + box.south) / 2];
    const half: [number, number] = [(box.right - box.left) / 2, (box.south - box.north) / 2];
    const flow: [number, number] = [box.flow, 0];
    const capacity = Number.isFinite(node.capacity) ? Math.max(1, node.capacity) : UNLIMITED;
    if (node.kind === 'station') {
      for (let server = 0; server < node.servers; server++) {
        const slot = 4 * (site.firstSlot[n]! + server);
        // The bed with the body behind it.
        const y = site.slots[slot + 1]! - (MACHINE.gap + MACHINE.body) / 2;
        add(
          [site.slots[slot]!, y],
          [MACHINE.width / 2, (MACHINE.bed + MACHINE.gap + MACHINE.body) / 2],
          [1, 0],
          KIND.machine,
          node.firstPlace + server,
          1,
        );
      }
    } else if (belt && belt.drawn > 0) {
      const centre: [number, number] = [belt.start[0] + (belt.axis[0] * belt.drawn) / 2, belt.start[1] + (belt.axis[1] * belt.drawn) / 2];
      add(centre, [belt.drawn / 2, 0.3], belt.axis, KIND.store, n, capacity);
    } else if (node.kind === 'source') add(middle, half, flow, KIND.entry, n, 1);
    else if (node.kind === 'sink') add(middle, half, flow, KIND.exit, n, 1);
    else add(middle, half, flow, KIND.store, n, capacity);
  });
  const count = words.length / ITEM_WORDS;
  // A buffer of no size cannot be bound.
  return { words: Uint32Array.from(words.length > 0 ? words : new Array<number>(ITEM_WORDS).fill(0)), count, ways, depth, header: HEADER };
}
