/** The points that motion goes by: spots, constants of belts, and paths with their metres. Metres; x east, y south, z up. */
import { LANE, PART, type Site } from './site.ts';
import { entranceOf, exitOf } from './routing.ts';

/** A list of four floats each that grows: `points` in legs.wgsl. */
export class Points {
  private words = new Float32Array(4096);
  count = 0;

  /** Returns its index. */
  add(x: number, y: number, z: number, w: number): number {
    const at = 4 * this.count;
    if (at + 4 > this.words.length) {
      const wider = new Float32Array(2 * this.words.length);
      wider.set(this.words);
      this.words = wider;
    }
    this.words[at] = x;
    this.words[at + 1] = y;
    this.words[at + 2] = z;
    this.words[at + 3] = w;
    return this.count++;
  }

  addAll(words: Float32Array): void {
    for (let i = 0; i < words.length; i += 4) this.add(words[i]!, words[i + 1]!, words[i + 2]!, words[i + 3]!);
  }

  at(index: number): [x: number, y: number, z: number] {
    return [this.words[4 * index]!, this.words[4 * index + 1]!, this.words[4 * index + 2]!];
  }

  /** A path through points (x, y, z each): its head, with their number and the metres in all, and each with its metres. Returns the head's index. */
  path(points: ArrayLike<number>): number {
    const head = this.add(0, 0, 0, 0);
    let metres = 0;
    let last: [number, number, number] | undefined;
    for (let i = 0; i + 2 < points.length; i += 3) {
      const next: [number, number, number] = [points[i]!, points[i + 1]!, points[i + 2]!];
      const step = last ? Math.hypot(next[0] - last[0], next[1] - last[1], next[2] - last[2]) : 0;
      // Points of no distance would divide by nothing.
      if (last && step < 1e-6) continue;
      metres += step;
      this.add(...next, metres);
      last = next;
    }
    this.words[4 * head] = this.count - head - 1;
    this.words[4 * head + 1] = metres;
    return head;
  }

  whole(): Float32Array<ArrayBuffer> {
    return this.words.slice(0, 4 * this.count);
  }
}

/** Spots that whoever comes takes the lowest free one of, and keeps. */
export class Spots {
  private readonly free = new Map<number, number[]>();

  /** The last of `most` has room for everybody. */
  take(where: number, enter: number, leave: number, most: number): number {
    let until = this.free.get(where);
    if (!until) this.free.set(where, (until = []));
    let spot = 0;
    while (spot < most - 1 && (until[spot] ?? 0) > enter) spot++;
    until[spot] = leave;
    return spot;
  }
}

/** Ways by the links they are made of, each once. A leg is a pair of nodes in one number. */
export class Ways {
  private readonly site: Site;
  private readonly points: Points;
  private readonly found = new Map<number | string, number>();
  private readonly edges: Map<number, number>;

  constructor(site: Site, points: Points) {
    this.site = site;
    this.points = points;
    this.edges = new Map(site.edges.map(([from, to], e) => [this.leg(from, to), e]));
  }

  leg(from: number, to: number): number {
    return from * this.site.plan.nodes.length + to;
  }

  /** The path over links one after the other. */
  find(legs: number[]): number {
    const key = legs.length === 1 ? legs[0]! : legs.join();
    let known = this.found.get(key);
    if (known === undefined) this.found.set(key, (known = this.points.path(legs.flatMap((leg) => Array.from(this.pointsOf(leg))))));
    return known;
  }

  /** The way of one link; straight, where the plan has no such link. */
  private pointsOf(leg: number): ArrayLike<number> {
    const edge = this.edges.get(leg);
    if (edge !== undefined) return this.site.ways[edge]!;
    const to = leg % this.site.plan.nodes.length;
    const from = (leg - to) / this.site.plan.nodes.length;
    const z = LANE + PART / 2;
    return [...exitOf(this.site.boxes[from]!), z, ...entranceOf(this.site.boxes[to]!), z];
  }
}
