/**
 * Ways of links over the floor: from one element's exit to another's entrance, in straight runs along the floor's axes with
 * rounded corners, around whatever stands between. Links that share a corridor get tracks of their own.
 */
import { GAP } from './layout.ts';

/** A point of the floor in metres. */
export type Point = [x: number, y: number];

/** The floor an element covers, and where parts enter and leave it. */
export interface Footprint {
  left: number;
  right: number;
  north: number;
  south: number;
  /** The flow line. */
  y: number;
  flow: 1 | -1;
  /** Of a belt that does not lie along the axes of the floor: its ends; of all else the middles of the sides. */
  entrance?: Point;
  exit?: Point;
}

const STUB = GAP.along / 2;
/** Free floor beside an element, and the distance between tracks in one corridor. */
const MARGIN = 0.55;
const TRACK = 0.34;
/** Exits and entrances nearer than this are joined as they lie: less than any element is wide. */
const TOUCHING = 1.15;
const CORNER = 0.3;
const ARC_STEPS = 5;

export const exitOf = (box: Footprint): Point => box.exit ?? [box.flow > 0 ? box.right : box.left, box.y];
export const entranceOf = (box: Footprint): Point => box.entrance ?? [box.flow > 0 ? box.left : box.right, box.y];

/** One polyline a link, first point at the exit, last at the entrance. */
export function route(boxes: Footprint[], links: [from: number, to: number][]): Point[][] {
  const ground = new Ground(boxes);
  return links.map(([from, to]) => rounded(way(ground, from, to)));
}

/** Side of the squares by which the ground is indexed, in metres. */
const SQUARE = 8;

/** What stands on the ground, found by place; and the tracks taken in its corridors. */
class Ground {
  readonly boxes: Footprint[];
  /** Of each corridor (its side and line) the runs in it. */
  readonly corridors = new Map<string, [low: number, high: number][]>();
  private readonly squares = new Map<number, number[]>();

  constructor(boxes: Footprint[]) {
    this.boxes = boxes;
    boxes.forEach((box, n) => {
      for (const key of keysOf(box.left, box.right, box.north - MARGIN, box.south + MARGIN)) {
        const list = this.squares.get(key);
        if (list) list.push(n);
        else this.squares.set(key, [n]);
      }
    });
  }

  /** The first box near a rectangle for which `hit` holds. */
  find(left: number, right: number, north: number, south: number, hit: (box: Footprint, n: number) => boolean): Footprint | undefined {
    for (const key of keysOf(left, right, north, south)) {
      const n = this.squares.get(key)?.find((candidate) => hit(this.boxes[candidate]!, candidate));
      if (n !== undefined) return this.boxes[n];
    }
    return undefined;
  }
}

/** The squares that a rectangle touches, each as one number. */
function keysOf(left: number, right: number, north: number, south: number): number[] {
  const keys: number[] = [];
  for (let row = Math.floor(north / SQUARE); row <= Math.floor(south / SQUARE); row++) {
    for (let column = Math.floor(left / SQUARE); column <= Math.floor(right / SQUARE); column++) keys.push(row * 1e6 + column);
  }
  return keys;
}

function way(ground: Ground, from: number, to: number): Point[] {
  const a = ground.boxes[from]!;
  const b = ground.boxes[to]!;
  const [ax, ay] = exitOf(a);
  const [bx, by] = entranceOf(b);
  const ahead = (bx - ax) * a.flow;
  const candidates: Point[][] = [];
  // Where the scene puts two side by side, or a belt's end into the place it feeds, there is nothing to go round.
  if (a.flow === b.flow && ahead <= 0.2 && Math.hypot(bx - ax, by - ay) < TOUCHING) {
    return [
      [ax, ay],
      [bx, by],
    ];
  }
  if (a.flow === b.flow && ahead > 0.2) {
    if (Math.abs(ay - by) < 0.05)
      candidates.push([
        [ax, ay],
        [bx, by],
      ]);
    else {
      const reach = Math.min(STUB, ahead / 2);
      for (const x of [bx - a.flow * reach, ax + a.flow * reach])
        candidates.push([
          [ax, ay],
          [x, ay],
          [x, by],
          [bx, by],
        ]);
    }
  } else if (a.flow !== b.flow) {
    const x = a.flow > 0 ? Math.max(ax, bx) + STUB : Math.min(ax, bx) - STUB;
    candidates.push([
      [ax, ay],
      [x, ay],
      [x, by],
      [bx, by],
    ]);
  }
  const clear = candidates.find((points) => isClear(points, ground, from, to));
  return clear ?? around(ground, from, to);
}

/** Out of the exit, along the nearest free corridor north or south, and back to the entrance. */
function around(ground: Ground, from: number, to: number): Point[] {
  const a = ground.boxes[from]!;
  const b = ground.boxes[to]!;
  const [ax, ay] = exitOf(a);
  const [bx, by] = entranceOf(b);
  // A little off the middle of the gap, so that the way back does not lie on the way out.
  const outX = ax + a.flow * STUB * 0.7;
  const inX = bx - b.flow * STUB * 0.7;
  const low = Math.min(outX, inX);
  const high = Math.max(outX, inX);
  const blocked = (y: number) =>
    ground.find(low - 0.1, high + 0.1, y, y, (box) => {
      const crosses = box.left < high + 0.1 && box.right > low - 0.1;
      return crosses && box.north - MARGIN + 0.01 < y && box.south + MARGIN - 0.01 > y;
    });
  const search = (start: number, side: 1 | -1) => {
    let y = start;
    for (let hit = blocked(y); hit; hit = blocked(y)) y = side > 0 ? hit.south + MARGIN : hit.north - MARGIN;
    return y;
  };
  const south = search(Math.max(ay, by), 1);
  const north = search(Math.min(ay, by), -1);
  const side = south - Math.max(ay, by) <= Math.min(ay, by) - north + 0.6 ? 1 : -1;
  const base = side > 0 ? south : north;
  const key = `${side} ${base.toFixed(2)}`;
  const taken = ground.corridors.get(key) ?? [];
  ground.corridors.set(key, taken);
  const track = taken.filter(([l, h]) => l < high && h > low).length;
  taken.push([low, high]);
  const y = base + side * track * TRACK;
  const shift = track * 0.12;
  return [
    [ax, ay],
    [outX - a.flow * shift, ay],
    [outX - a.flow * shift, y],
    [inX + b.flow * shift, y],
    [inX + b.flow * shift, by],
    [bx, by],
  ];
}

function isClear(points: Point[], ground: Ground, from: number, to: number): boolean {
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1]!;
    const [x1, y1] = points[i]!;
    const low = Math.min(x0, x1);
    const high = Math.max(x0, x1);
    const top = Math.min(y0, y1) - 0.1;
    const bottom = Math.max(y0, y1) + 0.1;
    const hit = ground.find(low, high, top, bottom, (box, n) => {
      // The first and last run touch their own elements by design.
      if ((n === from && i === 1) || (n === to && i === points.length - 1)) return false;
      return box.left < high && box.right > low && box.north < bottom && box.south > top;
    });
    if (hit) return false;
  }
  return true;
}

/** Replaces every corner by a short arc, and drops points that do not turn. */
function rounded(points: Point[]): Point[] {
  const path: Point[] = [points[0]!];
  for (let i = 1; i < points.length - 1; i++) {
    const before = points[i - 1]!;
    const corner = points[i]!;
    const after = points[i + 1]!;
    const d0 = Math.hypot(corner[0] - before[0], corner[1] - before[1]);
    const d1 = Math.hypot(after[0] - corner[0], after[1] - corner[1]);
    const radius = Math.min(CORNER, d0 / 2, d1 / 2);
    if (radius < 1e-3) continue;
    const u0: Point = [(before[0] - corner[0]) / d0, (before[1] - corner[1]) / d0];
    const u1: Point = [(after[0] - corner[0]) / d1, (after[1] - corner[1]) / d1];
    if (u0[0] * u1[0] + u0[1] * u1[1] < -0.999) continue;
    // A quarter circle about the point at `radius` along both legs.
    for (let step = 0; step <= ARC_STEPS; step++) {
      const angle = (step / ARC_STEPS) * (Math.PI / 2);
      const s = radius * (1 - Math.sin(angle));
      const c = radius * (1 - Math.cos(angle));
      path.push([corner[0] + u0[0] * s + u1[0] * c, corner[1] + u0[1] * s + u1[1] * c]);
    }
  }
  path.push(points[points.length - 1]!);
  return path;
}
