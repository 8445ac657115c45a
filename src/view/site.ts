/**
 * The plant on the ground: for every element its place, its footprint and the spots where parts stand; for every link its way.
 * Made once a plan; drawing, motion and picking all read it. Metres; x east, y south, z up.
 */
import type { FloorNode, FloorPlan, Look } from '../engine/trace.ts';
import { type Place, layOut } from './layout.ts';
import { BELT_TOP, LANE, PART } from './looks/measures.ts';
import { type ModelBox, type Shape, shapeOf } from './looks/shapes.ts';
import { isWay } from './plan.ts';
import { type Footprint, type Point, entranceOf, route } from './routing.ts';

export { BELT_HALF, LANE, MACHINE, PART, PITCH } from './looks/measures.ts';

/** People of a pool whose places are drawn one by one, how far apart they stand, and how many in a row where they are not many more. */
export const CREW = { most: 48, pitch: 0.7, row: 12 };

/** A conveyor's middle line on the ground. */
export interface Belt {
  start: Point;
  /** Unit vector from start to end. */
  axis: Point;
  /** Metres as drawn. */
  drawn: number;
  /** Height at which parts stand on it. */
  top: number;
}

/** Where the people of a pool stand while nobody needs them. */
export interface CrewHome {
  name: string;
  /** Number of the first of them through all pools, and how many there are. */
  first: number;
  count: number;
  /** One each, in rows from the north; they face south, with a bench behind every row. */
  spots: Point[];
}

/** The box around a scene's own model, in its size and turn. */
export type OwnBox = (look: Exclude<Look, string>) => ModelBox | undefined;

export interface Site {
  plan: FloorPlan;
  /** The plan's edges, those over a transfer as one from where it begins to where it ends; `ways` and arrows follow these. */
  edges: [from: number, to: number][];
  /** Of a transfer that is a way: the element it leads to; else −1. */
  leadsTo: Int32Array;
  belts: (Belt | undefined)[];
  crews: CrewHome[];
  places: Place[];
  boxes: Footprint[];
  /** Height of the tallest thing an element consists of. */
  heights: number[];
  /** Half the width of what stands at one spot: of a station, of one of its machines. */
  halves: number[];
  /** Spots of element n: `slots[4 * (firstSlot[n] + k)]` … x, y, z of a part's middle. A buffer's spot 0 is its head; a station has one a server. */
  slots: Float32Array<ArrayBuffer>;
  firstSlot: Uint32Array;
  /** Spots drawn; a buffer may hold more. */
  slotCount: Uint32Array;
  /** Spot `firstEntrance + n`: where parts come to element n. */
  firstEntrance: number;
  /** The way of each of `edges`, at the height of parts: x, y, z a point. */
  ways: Float32Array[];
  bounds: { left: number; right: number; north: number; south: number; height: number };
}

/**
 * Sets the plan out on the ground: where the scene gives positions there, everything else tidily south of those, `aspect` times as wide as deep.
 * @param own the boxes of the scene's own models, where they are known: an element takes as much of the floor as its model
 */
export function setOut(plan: FloorPlan, aspect: number, own: OwnBox = () => undefined): Site {
  const shapes = plan.nodes.map((node) => shapeOf(node, typeof node.look === 'object' ? own(node.look) : undefined));
  const { edges, leadsTo } = contract(plan);
  const places = placesOf(plan, edges, shapes, aspect);
  const boxes = places.map((place, n): Footprint => {
    const shape = shapes[n]!;
    return {
      left: place.x - shape.width / 2,
      right: place.x + shape.width / 2,
      north: place.y - shape.above,
      south: place.y + shape.below,
      y: place.y,
      flow: place.flow,
      ...(shape.belt ? { entrance: on(place, shape.belt.from), exit: on(place, shape.belt.to) } : {}),
    };
  });
  const seen = plan.nodes.flatMap((node, n) => (isWay(node) ? [] : [n]));
  const ground = new Map(seen.map((n, i) => [n, i]));
  const routes = route(
    seen.map((n) => boxes[n]!),
    edges.map(([from, to]) => [ground.get(from)!, ground.get(to)!]),
  );
  putOnWays(plan, edges, leadsTo, routes, places, boxes);
  const firstSlot = new Uint32Array(plan.nodes.length);
  const slotCount = new Uint32Array(plan.nodes.length);
  const slots: number[] = [];
  shapes.forEach((shape, n) => {
    firstSlot[n] = slots.length / 4;
    slotCount[n] = shape.spots.length;
    const place = places[n]!;
    for (const [x, y, z] of shape.spots) slots.push(...on(place, [x, y]), z, 0);
  });
  const firstEntrance = slots.length / 4;
  for (const box of boxes) slots.push(...entranceOf(box), LANE + PART / 2, 0);
  const bounds = {
    left: Infinity,
    right: -Infinity,
    north: Infinity,
    south: -Infinity,
    height: Math.max(1, ...shapes.map(({ height }) => height)),
  };
  const include = ([x, y]: Point) => {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.north = Math.min(bounds.north, y);
    bounds.south = Math.max(bounds.south, y);
  };
  for (const n of seen) {
    const box = boxes[n]!;
    include([box.left, box.north]);
    // Room for the name that stands before it.
    include([box.right, box.south + 0.5]);
  }
  const ways = routes.map((points) => {
    points.forEach(include);
    return Float32Array.from(points.flatMap(([x, y]) => [x, y, LANE + PART / 2]));
  });
  if (plan.nodes.length === 0) Object.assign(bounds, { left: -5, right: 5, north: -5, south: 5 });
  const crews = homesOf(plan, bounds);
  for (const [x, y] of crews.flatMap(({ spots }) => spots)) {
    include([x - 0.3, y - 0.3]);
    include([x + 0.3, y + 0.8]);
  }
  return {
    plan,
    edges,
    leadsTo,
    belts: shapes.map(({ belt }, n) => belt && beltBetween(on(places[n]!, belt.from), on(places[n]!, belt.to))),
    crews,
    places,
    boxes,
    heights: shapes.map((shape) => shape.height),
    halves: shapes.map((shape) => shape.half ?? shape.width / 2),
    slots: Float32Array.from(slots),
    firstSlot,
    slotCount,
    firstEntrance,
    ways,
    bounds,
  };
}

const on = (place: Place, [x, y]: Point): Point => [place.x + place.flow * x, place.y + y];

function beltBetween(start: Point, end: Point): Belt {
  const drawn = Math.hypot(end[0] - start[0], end[1] - start[1]);
  return { start, drawn, top: BELT_TOP, axis: drawn > 0 ? [(end[0] - start[0]) / drawn, (end[1] - start[1]) / drawn] : [1, 0] };
}

/** The edges between elements that stand somewhere: a transfer is no place but the way from each element before it to the one behind it. */
function contract(plan: FloorPlan): Pick<Site, 'edges' | 'leadsTo'> {
  const leadsTo = new Int32Array(plan.nodes.length).fill(-1);
  const ways = plan.nodes.map(isWay);
  for (const [from, to] of plan.edges) if (ways[from] && leadsTo[from] === -1 && !ways[to]) leadsTo[from] = to;
  const edges: [number, number][] = [];
  const known = new Set<number>();
  for (const [from, to] of plan.edges) {
    const end = ways[to] ? leadsTo[to]! : to;
    const key = from * plan.nodes.length + end;
    if (ways[from] || end < 0 || known.has(key)) continue;
    known.add(key);
    edges.push([from, end]);
  }
  return { edges, leadsTo };
}

/** A transfer is chosen and named in the middle of its way: of the first of them, where several lead over it. */
function putOnWays(
  plan: FloorPlan,
  edges: Site['edges'],
  leadsTo: Int32Array,
  routes: Point[][],
  places: Place[],
  boxes: Footprint[],
): void {
  const first = new Map(plan.edges.flatMap(([from, to]) => (leadsTo[to]! >= 0 ? [[to, from] as const] : [])).toReversed());
  for (const [n, from] of first) {
    const points = routes[edges.findIndex((edge) => edge[0] === from && edge[1] === leadsTo[n])];
    const middle = points && middleOf(points);
    if (!middle) continue;
    const [x, y] = middle;
    places[n] = { x, y, flow: 1 };
    boxes[n] = { left: x - 0.15, right: x + 0.15, north: y - 0.15, south: y + 0.15, y, flow: 1 };
  }
}

function middleOf(points: Point[]): Point | undefined {
  const steps = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i]![0], y - points[i]![1]));
  let rest = steps.reduce((sum, step) => sum + step, 0) / 2;
  for (let i = 0; i < steps.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i]!, points[i + 1]!];
    if (rest <= steps[i]!) return steps[i] === 0 ? [x0, y0] : [x0 + ((x1 - x0) * rest) / steps[i]!, y0 + ((y1 - y0) * rest) / steps[i]!];
    rest -= steps[i]!;
  }
  return undefined;
}

/** Rows of standing places: round the pool's home, or south of all where it has none. No pool stands in the place of another. */
function homesOf(plan: FloorPlan, bounds: Site['bounds']): CrewHome[] {
  const pools = plan.people ?? [];
  const taken: Block[] = [];
  const blocks = new Map<number, Block>();
  const settle = (pool: number, left: number, north: number): void => {
    const { columns, rows } = rankOf(pools[pool]!.count);
    const block = { left, north, right: left + (columns - 1) * CREW.pitch, south: north + (rows - 1) * CREW.pitch };
    const inTheWay = () =>
      taken.find(
        (other) =>
          block.left <= other.right + APART &&
          block.right >= other.left - APART &&
          block.north <= other.south + APART &&
          block.south >= other.north - APART,
      );
    for (let other = inTheWay(); other; other = inTheWay()) {
      const down = other.south + APART + CREW.pitch - block.north;
      block.north += down;
      block.south += down;
    }
    taken.push(block);
    blocks.set(pool, block);
  };
  pools.forEach(({ count, home }, pool) => {
    if (home) settle(pool, home[0] - ((rankOf(count).columns - 1) / 2) * CREW.pitch, home[1]);
  });
  const free = Math.max(bounds.south, ...taken.map(({ south }) => south)) + 1.1;
  pools.forEach(({ home }, pool) => {
    if (!home) settle(pool, bounds.left + 0.5, free);
  });
  let first = 0;
  return pools.map(({ name, count }, pool) => {
    const { left, north } = blocks.get(pool)!;
    const { columns } = rankOf(count);
    const spots = Array.from(
      { length: count },
      (_, k): Point => [left + (k % columns) * CREW.pitch, north + Math.floor(k / columns) * CREW.pitch],
    );
    const crew = { name, first, count, spots };
    first += count;
    return crew;
  });
}

/** The middles of the outermost places of a pool. */
interface Block {
  left: number;
  right: number;
  north: number;
  south: number;
}

/** Least distance between places of two pools. */
const APART = 1;

/** How a pool lines up: a few rows, or where it is large about as wide again as deep. */
function rankOf(count: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.min(count, Math.max(CREW.row, Math.ceil(Math.sqrt(2 * count)))));
  return { columns, rows: Math.ceil(count / columns) };
}

/** Where the scene puts an element: the middle of a conveyor whose ends it gives. */
function given(node: FloorNode): [x: number, y: number] | undefined {
  if (node.kind === 'conveyor' && node.from && node.to) return [(node.from[0] + node.to[0]) / 2, (node.from[1] + node.to[1]) / 2];
  return node.position;
}

function placesOf(plan: FloorPlan, links: Site['edges'], shapes: Shape[], aspect: number): Place[] {
  const free = plan.nodes.flatMap((node, n) => (given(node) || isWay(node) ? [] : [n]));
  const local = new Map(free.map((n, i) => [n, i]));
  const edges: [number, number][] = [];
  for (const [from, to] of links) if (local.has(from) && local.has(to)) edges.push([local.get(from)!, local.get(to)!]);
  const laidOut = layOut(
    free.map((n) => shapes[n]!),
    edges,
    aspect,
  );
  const fixed = plan.nodes.flatMap((node, n) => {
    const at = given(node);
    return at ? [{ at, shape: shapes[n]! }] : [];
  });
  let left = 0;
  let south = 0;
  if (fixed.length > 0) {
    left = Math.min(...fixed.map(({ at, shape }) => at[0] - shape.width / 2));
    south = Math.max(...fixed.map(({ at, shape }) => at[1] + shape.below)) + 3;
  }
  return plan.nodes.map((node, n) => {
    const found = local.get(n);
    if (found !== undefined) return { ...laidOut[found]!, x: laidOut[found]!.x + left, y: laidOut[found]!.y + south };
    const at = given(node);
    // A transfer: see `putOnWays`.
    if (!at) return { x: left, y: south, flow: 1 };
    return { x: at[0], y: at[1], flow: flowAt(plan, links, n) };
  });
}

/** The direction in which most of an element's given neighbours say that parts travel; of a conveyor, from its one end to the other. */
function flowAt(plan: FloorPlan, edges: Site['edges'], n: number): 1 | -1 {
  const node = plan.nodes[n]!;
  if (node.kind === 'conveyor' && node.from && node.to) return node.to[0] < node.from[0] ? -1 : 1;
  const x = given(node)![0];
  let vote = 0;
  for (const [from, to] of edges) {
    const other = from === n ? given(plan.nodes[to]!) : to === n ? given(plan.nodes[from]!) : undefined;
    if (other) vote += Math.sign(from === n ? other[0] - x : x - other[0]);
  }
  return vote < 0 ? -1 : 1;
}
