/**
 * The ways of people over the ground: round what stands there, by A* on squares (Hart, Nilsson and Raphael 1968), then pulled straight where
 * nothing is between. Where a plant is too large for that, or there is no way round, as the crow flies.
 */
import type { Points } from './motion-ways.ts';
import { isWay } from './plan.ts';
import type { Site } from './site.ts';

/** Side of a square, and the room kept from what stands there, metres. */
const SQUARE = 0.5;
const ROOM = 0.2;
/** Free ground round the plant. */
const MARGIN = 1.5;
/** Squares of a plant that is small enough, and squares looked at for all ways together: a tenth of a second's work. */
const MOST_SQUARES = 500_000;
const MOST_STEPS = 400_000;

export class Walks {
  private readonly site: Site;
  private readonly points: Points;
  private readonly found = new Map<string, number>();
  private ground: Ground | undefined;

  constructor(site: Site, points: Points) {
    this.site = site;
    this.points = points;
  }

  /** The path from one spot to another, each by its index among the points. */
  find(start: number, goal: number): number {
    const key = `${start} ${goal}`;
    let known = this.found.get(key);
    if (known === undefined) {
      this.ground ??= new Ground(this.site);
      const [from, to] = [this.points.at(start), this.points.at(goal)];
      const corners = this.ground.way([from[0], from[1]], [to[0], to[1]]).flatMap(([x, y]) => [x, y, 0]);
      this.found.set(key, (known = this.points.path([...from, ...corners, ...to])));
    }
    return known;
  }
}

type Flat = [x: number, y: number];
/** Steps to the eight squares about one, and their lengths in squares. */
const STEPS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

class Ground {
  private readonly left: number;
  private readonly north: number;
  private readonly columns: number;
  private readonly rows: number;
  private readonly blocked: Uint8Array;
  private readonly length: Float32Array;
  private readonly before: Int32Array;
  private steps = MOST_STEPS;

  constructor(site: Site) {
    const { left, right, north, south } = site.bounds;
    this.left = left - MARGIN;
    this.north = north - MARGIN;
    this.columns = Math.ceil((right - left + 2 * MARGIN) / SQUARE);
    this.rows = Math.ceil((south - north + 2 * MARGIN) / SQUARE);
    const squares = this.columns * this.rows;
    if (!(squares <= MOST_SQUARES)) [this.columns, this.rows] = [0, 0];
    this.blocked = new Uint8Array(this.columns * this.rows);
    this.length = new Float32Array(this.columns * this.rows);
    this.before = new Int32Array(this.columns * this.rows);
    site.boxes.forEach((box, n) => {
      if (isWay(site.plan.nodes[n]!)) return;
      const belt = site.belts[n];
      // A belt that lies across covers less than the box about it.
      if (belt && Math.abs(belt.axis[0] * belt.axis[1]) > 1e-6) {
        for (let x = 0; x <= belt.drawn; x += SQUARE / 2) {
          const [px, py] = [belt.start[0] + belt.axis[0] * x, belt.start[1] + belt.axis[1] * x];
          this.block(px - 0.3, px + 0.3, py - 0.3, py + 0.3);
        }
      } else this.block(box.left, box.right, box.north, box.south);
    });
  }

  /** The corners between two points, which are not among them. */
  way(from: Flat, to: Flat): Flat[] {
    if (this.blocked.length === 0 || this.clear(from, to)) return [];
    const start = this.free(from);
    const goal = this.free(to);
    if (start === undefined || goal === undefined || !this.search(start, goal)) return [];
    const squares: Flat[] = [];
    for (let at = goal; ; at = this.before[at]!) {
      squares.push(this.middle(at));
      if (at === start) break;
    }
    return this.pulled(squares.toReversed());
  }

  private search(start: number, goal: number): boolean {
    const { length, before, blocked, columns, rows } = this;
    length.fill(Infinity);
    const [gx, gy] = [goal % columns, Math.floor(goal / columns)];
    const ahead = (at: number) => {
      const [dx, dy] = [Math.abs((at % columns) - gx), Math.abs(Math.floor(at / columns) - gy)];
      return Math.max(dx, dy) + (Math.SQRT2 - 1) * Math.min(dx, dy);
    };
    const open = new Heap();
    length[start] = 0;
    open.push(start, ahead(start));
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === goal) return true;
      if (--this.steps < 0) return false;
      const [x, y] = [at % columns, Math.floor(at / columns)];
      for (const [dx, dy] of STEPS) {
        const [nx, ny] = [x + dx, y + dy];
        if (nx < 0 || ny < 0 || nx >= columns || ny >= rows) continue;
        const next = ny * columns + nx;
        // Not over the corner of anything.
        if (blocked[next] || blocked[y * columns + nx] || blocked[ny * columns + x]) continue;
        const long = length[at]! + (dx !== 0 && dy !== 0 ? Math.SQRT2 : 1);
        if (long >= length[next]! - 1e-4) continue;
        length[next] = long;
        before[next] = at;
        open.push(next, long + ahead(next));
      }
    }
    return false;
  }

  /** Leaves out every square that can be cut off. */
  private pulled(squares: Flat[]): Flat[] {
    const corners: Flat[] = [];
    for (let i = 0; i < squares.length; ) {
      corners.push(squares[i]!);
      let next = i + 1;
      while (next + 1 < squares.length && this.clear(squares[i]!, squares[next + 1]!)) next++;
      i = next;
    }
    return corners;
  }

  private clear([x0, y0]: Flat, [x1, y1]: Flat): boolean {
    const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (SQUARE / 4));
    for (let i = 0; i <= steps; i++) {
      const share = steps > 0 ? i / steps : 0;
      if (this.blocked[this.squareAt(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)]) return false;
    }
    return true;
  }

  /** The nearest square about a point that is free, within two metres. */
  private free([x, y]: Flat): number | undefined {
    let best: number | undefined;
    let least = Infinity;
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const square = this.squareAt(x + dx * SQUARE, y + dy * SQUARE);
        const [mx, my] = this.middle(square);
        const away = Math.hypot(mx - x, my - y);
        if (!this.blocked[square] && away < least) [best, least] = [square, away];
      }
    return best;
  }

  private block(left: number, right: number, north: number, south: number): void {
    const first = (value: number, origin: number) => Math.max(0, Math.ceil((value - ROOM - origin) / SQUARE - 0.5));
    const last = (value: number, origin: number, most: number) => Math.min(most - 1, Math.floor((value + ROOM - origin) / SQUARE - 0.5));
    for (let row = first(north, this.north); row <= last(south, this.north, this.rows); row++) {
      for (let column = first(left, this.left); column <= last(right, this.left, this.columns); column++) {
        this.blocked[row * this.columns + column] = 1;
      }
    }
  }

  private squareAt(x: number, y: number): number {
    const column = Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.left) / SQUARE)));
    const row = Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.north) / SQUARE)));
    return row * this.columns + column;
  }

  private middle(square: number): Flat {
    return [this.left + ((square % this.columns) + 0.5) * SQUARE, this.north + (Math.floor(square / this.columns) + 0.5) * SQUARE];
  }
}

/** Numbers by rising keys: a binary heap. */
class Heap {
  private readonly items: number[] = [];
  private readonly keys: number[] = [];

  push(item: number, key: number): void {
    const { items, keys } = this;
    let at = items.push(item) - 1;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      [items[at], keys[at]] = [items[parent]!, keys[parent]!];
      at = parent;
    }
    [items[at], keys[at]] = [item, key];
  }

  pop(): number | undefined {
    const { items, keys } = this;
    const top = items[0];
    const item = items.pop();
    const key = keys.pop();
    if (item === undefined || key === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      [items[at], keys[at]] = [items[child]!, keys[child]!];
      at = child;
    }
    [items[at], keys[at]] = [item, key];
    return top;
  }
}
