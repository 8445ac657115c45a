/**
 * Builds models from simple solids: boxes with bevelled edges, prisms over an outline, solids of revolution. Metres, in the frame of the
 * floor. Triangles turn so that (b − a) × (c − a), reckoned in its numbers, points outward; as y runs south this is clockwise to the eye.
 */
import { mat4, vec3 } from 'gl-matrix';
import { type Clip, type Link, type Material, type Model, VERTEX_WORDS } from '../model.ts';

export type Vector = [x: number, y: number, z: number];
type Flat = [number, number];

/** What a material is made of besides its colour; left out: a dull paint. */
export const material = (color: Vector, rest: Partial<Material> = {}): Material => ({
  color,
  metallic: 0,
  roughness: 0.6,
  glow: 0,
  tint: 'none',
  ...rest,
});

/** An axis along which a prism is drawn out: its outline lies in the other two, in the order x, y, z. */
type Axis = 'x' | 'y' | 'z';

export class Mesh {
  /** Places what is built from now on. */
  frame: mat4 = mat4.create();
  private readonly floats: number[] = [];
  private readonly kinds: number[] = [];
  private readonly indices: number[] = [];
  private readonly materials: Material[] = [];
  private readonly links: Link[] = [];

  /** Begins another rigid piece: what is built from now on belongs to it, and is measured in its frame. Returns its number. */
  link(name: string, parent = -1, rest: mat4 = mat4.create()): number {
    this.frame = mat4.create();
    this.links.push({ name, parent, rest, first: this.indices.length, count: 0 });
    return this.links.length - 1;
  }

  /** A flat face with convex outline, turned so that its normal points the way of `outward`. `uv` by corner, else 0. */
  face(of: Material, corners: Vector[], outward: Vector, uv?: Flat[]): void {
    const normal = newell(corners);
    const turned = vec3.dot(normal, outward) < 0;
    if (turned) vec3.negate(normal, normal);
    const order = corners.map((_, i) => (turned ? corners.length - 1 - i : i));
    const first = this.kinds.length;
    for (const i of order) this.vertex(of, corners[i]!, normal, uv?.[i]);
    for (let i = 2; i < corners.length; i++) this.indices.push(first, first + i - 1, first + i);
  }

  /** A box about its middle; `bevel`: how far its edges are cut off, metres. */
  box(of: Material, middle: Vector, half: Vector, bevel = 0): void {
    const cut = Math.min(bevel, ...half);
    const corner = (signs: Vector, flush: number): Vector =>
      [0, 1, 2].map((a) => middle[a]! + signs[a]! * (half[a]! - (a === flush ? 0 : cut))) as Vector;
    const signs: Vector[] = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z): Vector => [x, y, z])));
    for (let a = 0; a < 3; a++) {
      const [b, c] = [(a + 1) % 3, (a + 2) % 3];
      const round = [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ];
      for (const side of [-1, 1]) {
        const at = (v: number, w: number) => {
          const point: Vector = [0, 0, 0];
          point[a] = side;
          point[b] = v;
          point[c] = w;
          return point;
        };
        this.face(
          of,
          round.map(([v, w]) => corner(at(v!, w!), a)),
          at(0, 0),
        );
        if (cut === 0) continue;
        // The bevel between this side and the next axis' sides.
        for (const next of [-1, 1]) {
          const outward = at(next, 0);
          this.face(of, [corner(at(next, -1), a), corner(at(next, 1), a), corner(at(next, 1), b), corner(at(next, -1), b)], outward);
        }
      }
    }
    if (cut > 0) for (const s of signs) this.face(of, [corner(s, 0), corner(s, 1), corner(s, 2)], s);
  }

  /** A prism over a convex outline in the plane across `axis`. */
  prism(of: Material, outline: Flat[], axis: Axis, from: number, to: number): void {
    const a = 'xyz'.indexOf(axis);
    const [b, c] = [0, 1, 2].filter((other) => other !== a) as [number, number];
    const at = ([u, v]: Flat, along: number): Vector => {
      const point: Vector = [0, 0, 0];
      point[a] = along;
      point[b] = u;
      point[c] = v;
      return point;
    };
    const middle: Flat = [
      outline.reduce((sum, [u]) => sum + u, 0) / outline.length,
      outline.reduce((sum, [, v]) => sum + v, 0) / outline.length,
    ];
    for (const end of [from, to]) {
      this.face(
        of,
        outline.map((point) => at(point, end)),
        at([0, 0], end === Math.max(from, to) ? 1 : -1),
      );
    }
    outline.forEach((point, i) => {
      const next = outline[(i + 1) % outline.length]!;
      const outward = at([(point[0] + next[0]) / 2 - middle[0], (point[1] + next[1]) / 2 - middle[1]], 0);
      this.face(of, [at(point, from), at(next, from), at(next, to), at(point, to)], outward);
    });
  }

  /** A solid of revolution about z: the profile runs in radius and height, with the outside at its left hand as it goes (up the outside, in over the top). */
  lathe(of: Material, profile: [radius: number, height: number][], sides = 16, middle: Vector = [0, 0, 0]): void {
    for (let i = 1; i < profile.length; i++) {
      const [r0, z0] = profile[i - 1]!;
      const [r1, z1] = profile[i]!;
      const length = Math.hypot(r1 - r0, z1 - z0);
      if (length === 0) continue;
      const [out, up] = [(z1 - z0) / length, (r0 - r1) / length];
      const first = this.kinds.length;
      for (let k = 0; k <= sides; k++) {
        const angle = (k / sides) * 2 * Math.PI;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const normal: Vector = [out * c, out * s, up];
        this.vertex(of, [middle[0] + r0 * c, middle[1] + r0 * s, middle[2] + z0], normal);
        this.vertex(of, [middle[0] + r1 * c, middle[1] + r1 * s, middle[2] + z1], normal);
      }
      for (let k = 0; k < sides; k++) {
        const at = first + 2 * k;
        if (r0 > 0) this.indices.push(at, at + 2, at + 1);
        if (r1 > 0) this.indices.push(at + 1, at + 2, at + 3);
      }
    }
  }

  /** An upright cylinder from its foot on. */
  cylinder(of: Material, foot: Vector, radius: number, height: number, sides = 14, bevel = 0): void {
    this.lathe(
      of,
      [
        [0, 0],
        [radius, 0],
        [radius, height - bevel],
        [radius - bevel, height],
        [0, height],
      ],
      sides,
      foot,
    );
  }

  /** A bar with round section between two points. */
  rod(of: Material, from: Vector, to: Vector, radius: number, sides = 8): void {
    const along = vec3.sub(vec3.create(), to, from);
    const length = vec3.length(along);
    const before = this.frame;
    const up = vec3.scale(vec3.create(), along, 1 / length);
    const side = Math.abs(up[2]) > 0.99 ? vec3.fromValues(1, 0, 0) : vec3.cross(vec3.create(), [0, 0, 1], up);
    vec3.normalize(side, side);
    const third = vec3.cross(vec3.create(), up, side);
    const [[a, b, c], [d, e, f], [g, h, i]] = [side, third, up] as unknown as [Vector, Vector, Vector];
    const turn = mat4.fromValues(a, b, c, 0, d, e, f, 0, g, h, i, 0, ...from, 1);
    this.frame = mat4.multiply(mat4.create(), before, turn);
    this.cylinder(of, [0, 0, 0], radius, length, sides);
    this.frame = before;
  }

  model(clips: Record<string, Clip> = {}): Model {
    if (this.links.length === 0) this.links.push({ name: 'body', parent: -1, rest: mat4.create(), first: 0, count: 0 });
    this.links.forEach((link, i) => {
      link.count = (this.links[i + 1]?.first ?? this.indices.length) - link.first;
    });
    const vertices = new Uint32Array(this.kinds.length * VERTEX_WORDS);
    const floats = new Float32Array(vertices.buffer);
    this.kinds.forEach((kind, i) => {
      for (let k = 0; k < 8; k++) floats[i * VERTEX_WORDS + k] = this.floats[8 * i + k]!;
      vertices[i * VERTEX_WORDS + 8] = kind;
    });
    const shape = { vertices, indices: Uint32Array.from(this.indices), materials: this.materials, images: [], links: this.links, clips };
    return { ...shape, ...boxAround(shape) };
  }

  private vertex(of: Material, at: vec3 | Vector, normal: vec3 | Vector, uv: Flat = [0, 0]): void {
    let kind = this.materials.indexOf(of);
    if (kind < 0) kind = this.materials.push(of) - 1;
    const m = this.frame;
    const place = vec3.transformMat4(vec3.create(), at, m);
    // The frame turns and shifts, and never stretches: normals go with it.
    const [x, y, z] = normal as Vector;
    const turned = [0, 1, 2].map((row) => m[row]! * x + m[4 + row]! * y + m[8 + row]! * z);
    this.floats.push(...place, ...turned, ...uv);
    this.kinds.push(kind);
  }
}

/** Normal of a flat polygon by Newell's sums, of length 1. */
function newell(corners: readonly Vector[]): vec3 {
  const normal = vec3.create();
  corners.forEach(([x0, y0, z0], i) => {
    const [x1, y1, z1] = corners[(i + 1) % corners.length]!;
    normal[0] += (y0 - y1) * (z0 + z1);
    normal[1] += (z0 - z1) * (x0 + x1);
    normal[2] += (x0 - x1) * (y0 + y1);
  });
  return vec3.normalize(normal, normal);
}

/** Of each link, the model from its frame, at rest. */
export function restOf(links: readonly Link[]): mat4[] {
  const all: mat4[] = [];
  for (const { parent, rest } of links) all.push(parent < 0 ? rest : mat4.multiply(mat4.create(), all[parent]!, rest));
  return all;
}

/** The box around a model at rest; of an empty one, the origin. */
export function boxAround({ vertices, indices, links }: Pick<Model, 'vertices' | 'indices' | 'links'>): Pick<Model, 'low' | 'high'> {
  const floats = new Float32Array(vertices.buffer, vertices.byteOffset, vertices.length);
  const low: Vector = [Infinity, Infinity, Infinity];
  const high: Vector = [-Infinity, -Infinity, -Infinity];
  const point = vec3.create();
  restOf(links).forEach((matrix, l) => {
    const { first, count } = links[l]!;
    for (const i of new Set(indices.subarray(first, first + count))) {
      const at = i * VERTEX_WORDS;
      vec3.transformMat4(point, [floats[at]!, floats[at + 1]!, floats[at + 2]!], matrix);
      for (let a = 0; a < 3; a++) {
        low[a] = Math.min(low[a]!, point[a]!);
        high[a] = Math.max(high[a]!, point[a]!);
      }
    }
  });
  return low[0] === Infinity ? { low: [0, 0, 0], high: [0, 0, 0] } : { low, high };
}
