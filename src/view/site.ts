/**
 * The plant on the ground: for every element its place, its footprint and the spots where parts stand; for every link its way.
 * Made once a plan; drawing, motion and picking all read it. Metres; x east, y south, z up.
 */
import type { FloorNode, FloorPlan } from '../engine/trace.ts';
import { type Extent, type Place, layOut } from './layout.ts';
import { type Footprint, type Point, route } from './routing.ts';

/** Edge of a part. */
export const PART = 0.34;
/** Distance between neighbouring places of a lane. */
export const PITCH = 0.5;
/** Heights at which parts stand. */
export const BED = 0.16;
export const LANE = 0.12;

/** One machine of a station: a bed on the flow line and a body north of it. */
export const MACHINE = { width: 1.5, bed: 0.62, body: 0.74, gap: 0.08, height: 0.8, pitch: 2.0 } as const;

const LANE_COLUMNS = 6;
/** Places drawn of a lane; what stands beyond is a number. */
const LANE_PLACES = 24;
const UNLIMITED_PLACES = 12;
/** From here on the servers of a station stand in several columns. */
const COLUMN_SERVERS = 4;

export interface Site {
  plan: FloorPlan;
  places: Place[];
  boxes: Footprint[];
  /** Height of the tallest thing an element consists of. */
  heights: number[];
  /** Spots of element n: `slots[4 * (firstSlot[n] + k)]` … x, y, z of a part's middle. A buffer's spot 0 is its head; a station has one a server. */
  slots: Float32Array<ArrayBuffer>;
  firstSlot: Uint32Array;
  /** Spots drawn; a buffer may hold more. */
  slotCount: Uint32Array;
  /** The way of each edge of the plan, at the height of parts: x, y, z a point. */
  ways: Float32Array[];
  bounds: { left: number; right: number; north: number; south: number; height: number };
}

interface Shape extends Extent {
  height: number;
  /** Relative to the middle of the flow line, for flow east. */
  spots: [x: number, y: number, z: number][];
}

function shapeOf(node: FloorNode): Shape {
  switch (node.kind) {
    case 'station': {
      const columns = node.servers <= COLUMN_SERVERS ? 1 : Math.ceil(Math.sqrt(node.servers * 0.8));
      const rows = Math.ceil(node.servers / columns);
      const pitchX = MACHINE.width + 0.5;
      const spots: Shape['spots'] = [];
      for (let server = 0; server < node.servers; server++) {
        const column = Math.floor(server / rows);
        spots.push([(column - (columns - 1) / 2) * pitchX, ((server % rows) - (rows - 1) / 2) * MACHINE.pitch, BED + PART / 2]);
      }
      const half = ((rows - 1) / 2) * MACHINE.pitch;
      return {
        width: (columns - 1) * pitchX + MACHINE.width + 0.5,
        above: half + MACHINE.bed / 2 + MACHINE.gap + MACHINE.body + 0.25,
        below: half + MACHINE.bed / 2 + 0.25,
        height: MACHINE.height,
        spots,
      };
    }
    case 'buffer': {
      const shown = Number.isFinite(node.capacity) ? Math.min(node.capacity, LANE_PLACES) : UNLIMITED_PLACES;
      const columns = Math.min(shown, LANE_COLUMNS);
      const rows = Math.ceil(shown / columns);
      const spots: Shape['spots'] = [];
      for (let k = 0; k < shown; k++) {
        const row = Math.floor(k / columns);
        // To and fro, so that neighbours in the queue are neighbours on the floor.
        const column = row % 2 === 0 ? k % columns : columns - 1 - (k % columns);
        spots.push([((columns - 1) / 2 - column) * PITCH, (row - (rows - 1) / 2) * PITCH, LANE + PART / 2]);
      }
      const half = (rows * PITCH) / 2 + 0.1;
      return { width: columns * PITCH + 0.2, above: half, below: half, height: LANE + PART, spots };
    }
    case 'source':
      return { width: 1.2, above: 0.6, below: 0.6, height: 0.6, spots: [[0.25, 0, LANE + PART / 2]] };
    case 'sink':
      return { width: 1.2, above: 0.6, below: 0.6, height: 0.6, spots: [[0, 0, LANE + PART / 2]] };
  }
}

/** Sets the plan out on the ground: where the scene gives positions there, everything else tidily south of those, `aspect` times as wide as deep. */
export function setOut(plan: FloorPlan, aspect: number): Site {
  const shapes = plan.nodes.map(shapeOf);
  const places = placesOf(plan, shapes, aspect);
  const boxes = places.map((place, n): Footprint => {
    const shape = shapes[n]!;
    return {
      left: place.x - shape.width / 2,
      right: place.x + shape.width / 2,
      north: place.y - shape.above,
      south: place.y + shape.below,
      y: place.y,
      flow: place.flow,
    };
  });
  const firstSlot = new Uint32Array(plan.nodes.length);
  const slotCount = new Uint32Array(plan.nodes.length);
  const slots: number[] = [];
  shapes.forEach((shape, n) => {
    firstSlot[n] = slots.length / 4;
    slotCount[n] = shape.spots.length;
    const place = places[n]!;
    for (const [x, y, z] of shape.spots) slots.push(place.x + place.flow * x, place.y + y, z, 0);
  });
  const bounds = { left: Infinity, right: -Infinity, north: Infinity, south: -Infinity, height: MACHINE.height };
  const include = ([x, y]: Point) => {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.north = Math.min(bounds.north, y);
    bounds.south = Math.max(bounds.south, y);
  };
  for (const box of boxes) {
    include([box.left, box.north]);
    // Room for the name that stands before it.
    include([box.right, box.south + 0.5]);
  }
  const ways = route(boxes, plan.edges).map((points) => {
    points.forEach(include);
    return Float32Array.from(points.flatMap(([x, y]) => [x, y, LANE + PART / 2]));
  });
  if (plan.nodes.length === 0) Object.assign(bounds, { left: -5, right: 5, north: -5, south: 5 });
  return {
    plan,
    places,
    boxes,
    heights: shapes.map((shape) => shape.height),
    slots: Float32Array.from(slots),
    firstSlot,
    slotCount,
    ways,
    bounds,
  };
}

function placesOf(plan: FloorPlan, shapes: Shape[], aspect: number): Place[] {
  const free = plan.nodes.flatMap((node, n) => (node.position ? [] : [n]));
  const local = new Map(free.map((n, i) => [n, i]));
  const edges: [number, number][] = [];
  for (const [from, to] of plan.edges) if (local.has(from) && local.has(to)) edges.push([local.get(from)!, local.get(to)!]);
  const laidOut = layOut(
    free.map((n) => shapes[n]!),
    edges,
    aspect,
  );
  let left = 0;
  let south = 0;
  if (free.length < plan.nodes.length) {
    const given = plan.nodes.flatMap((node, n) => (node.position ? [{ at: node.position, shape: shapes[n]! }] : []));
    left = Math.min(...given.map(({ at, shape }) => at[0] - shape.width / 2));
    south = Math.max(...given.map(({ at, shape }) => at[1] + shape.below)) + 3;
  }
  return plan.nodes.map((node, n) => {
    const found = local.get(n);
    if (found !== undefined) return { ...laidOut[found]!, x: laidOut[found]!.x + left, y: laidOut[found]!.y + south };
    const [x, y] = node.position!;
    return { x, y, flow: flowAt(plan, n) };
  });
}

/** The direction in which most of an element's given neighbours say that parts travel. */
function flowAt(plan: FloorPlan, n: number): 1 | -1 {
  const x = plan.nodes[n]!.position![0];
  let vote = 0;
  for (const [from, to] of plan.edges) {
    const other = from === n ? plan.nodes[to]!.position : to === n ? plan.nodes[from]!.position : undefined;
    if (other) vote += Math.sign(from === n ? other[0] - x : x - other[0]);
  }
  return vote < 0 ? -1 : 1;
}

/** The element that a ray meets first, taking each as the box around it; undefined where it meets none. */
export function pick(site: Site, origin: ArrayLike<number>, direction: ArrayLike<number>): number | undefined {
  let nearest = Infinity;
  let found: number | undefined;
  site.boxes.forEach((box, n) => {
    let enter = -Infinity;
    let leave = Infinity;
    const slab = (axis: number, low: number, high: number) => {
      if (direction[axis] === 0) {
        if (origin[axis]! < low || origin[axis]! > high) leave = -Infinity;
        return;
      }
      const a = (low - origin[axis]!) / direction[axis]!;
      const b = (high - origin[axis]!) / direction[axis]!;
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    };
    slab(0, box.left, box.right);
    slab(1, box.north, box.south);
    slab(2, 0, site.heights[n]!);
    if (enter <= leave && enter < nearest) {
      nearest = enter;
      found = n;
    }
  });
  return found;
}
