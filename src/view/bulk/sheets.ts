/** Walls of a vessel as triangles and edges. */

type Vector = readonly [x: number, y: number, z: number];

/** A wall as a setup of loose parts describes it (m, s): what is drawn of it. */
export type Sheet = {
  vibration?: { amplitude: number; frequency: number; direction: Vector; phase?: number };
  /** s. */
  until?: number;
} & (
  | { shape: 'plane'; point: Vector; normal: Vector }
  | { shape: 'panel'; centre: Vector; u: Vector; v: Vector }
  | { shape: 'disc'; centre: Vector; axis: Vector; inner: number; outer: number }
  | { shape: 'cone'; base: Vector; axis: Vector; radii: readonly [number, number]; height: number }
  | { shape: 'block'; centre: Vector; u: Vector; v: Vector; w: Vector }
);

/** Bytes of a vertex: place, outward normal, number of the wall. */
export const SHEET_STRIDE = 28;
const SEGMENTS = 72;

/** Vertices, `SHEET_STRIDE` bytes each: triangles and lines. */
export interface Hung {
  triangles: ArrayBuffer;
  edges: ArrayBuffer;
}

const add = (a: Vector, b: Vector, by = 1): Vector => [a[0] + by * b[0], a[1] + by * b[1], a[2] + by * b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

export function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** Two directions at right angles to a third and to each other. */
function across(axis: Vector): [Vector, Vector] {
  const a = unit(cross(axis, Math.abs(axis[2]) > 0.9 ? [1, 0, 0] : [0, 0, 1]));
  return [a, cross(axis, a)];
}

function middleOf(sheet: Sheet): Vector | undefined {
  if (sheet.shape === 'plane') return undefined;
  return sheet.shape === 'cone' ? add(sheet.base, unit(sheet.axis), sheet.height / 2) : sheet.centre;
}

/** The box along the axes that holds all walls (but planes) and all regions, m. */
export function boxOf(sheets: readonly Sheet[], regions: readonly { min: Vector; max: Vector }[]): { min: Vector; max: Vector } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  const hold = (middle: Vector, reach: readonly number[]) =>
    middle.forEach((at, axis) => {
      min[axis] = Math.min(min[axis]!, at - reach[axis]!);
      max[axis] = Math.max(max[axis]!, at + reach[axis]!);
    });
  const sum = (vectors: readonly Vector[]) => [0, 1, 2].map((axis) => vectors.reduce((total, one) => total + Math.abs(one[axis]!), 0));
  // A circle reaches as far along an axis as its radius times the sine of the angle between the two.
  const round = (centre: Vector, axis: Vector, radius: number) =>
    hold(
      centre,
      axis.map((part) => radius * Math.sqrt(Math.max(0, 1 - part * part))),
    );
  for (const sheet of sheets) {
    if (sheet.shape === 'panel') hold(sheet.centre, sum([sheet.u, sheet.v]));
    else if (sheet.shape === 'block') hold(sheet.centre, sum([sheet.u, sheet.v, sheet.w]));
    else if (sheet.shape === 'disc') round(sheet.centre, unit(sheet.axis), sheet.outer);
    else if (sheet.shape === 'cone') {
      const axis = unit(sheet.axis);
      round(sheet.base, axis, sheet.radii[0]);
      round(add(sheet.base, axis, sheet.height), axis, sheet.radii[1]);
    }
  }
  for (const { min: low, max: high } of regions) for (const corner of [low, high]) hold(corner, [0, 0, 0]);
  return { min: [min[0]!, min[1]!, min[2]!], max: [max[0]!, max[1]!, max[2]!] };
}

/** Planes have no end and are not drawn: the ground stands for them. */
export function hang(sheets: readonly Sheet[], worldOf: (place: Vector) => Vector): Hung {
  const middles = sheets.map(middleOf).filter((middle) => middle !== undefined);
  const inside = middles.reduce<Vector>((sum, one) => add(sum, one, 1 / middles.length), [0, 0, 0]);
  const triangles: [Vector, Vector, number][] = [];
  const edges: [Vector, Vector, number][] = [];

  sheets.forEach((sheet, wall) => {
    const quad = (corners: readonly Vector[], normals: readonly Vector[]) => {
      for (const k of [0, 1, 2, 0, 2, 3]) triangles.push([corners[k]!, normals[k]!, wall]);
    };
    const line = (points: readonly Vector[], closed: boolean) =>
      points.forEach((point, k) => {
        const next = points[k + 1] ?? (closed ? points[0] : undefined);
        if (next) edges.push([point, [0, 0, 1], wall], [next, [0, 0, 1], wall]);
      });
    const panel = (centre: Vector, u: Vector, v: Vector, from: Vector) => {
      const normal = unit(cross(u, v));
      const side = dot(normal, add(centre, from, -1));
      const outward: Vector = add([0, 0, 0], normal, (Math.abs(side) > 1e-9 * Math.hypot(...u) ? side : -normal[2]) < 0 ? -1 : 1);
      const corners = [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ].map(([a, b]) => add(add(centre, u, a), v, b));
      quad(corners, [outward, outward, outward, outward]);
      line(corners, true);
    };
    // A line turned round an axis: from one radius and height to another.
    const turned = (
      base: Vector,
      axis: Vector,
      [r0, z0]: [number, number],
      [r1, z1]: [number, number],
      outwardOf: (out: Vector) => Vector,
    ) => {
      const [a, b] = across(axis);
      const out = Array.from({ length: SEGMENTS + 1 }, (_, k): Vector => {
        const angle = (2 * Math.PI * k) / SEGMENTS;
        return add(add([0, 0, 0], a, Math.cos(angle)), b, Math.sin(angle));
      });
      const ring = (radius: number, height: number) => out.map((one) => add(add(base, axis, height), one, radius));
      const [low, high] = [ring(r0, z0), ring(r1, z1)];
      for (let k = 0; k < SEGMENTS; k++) {
        const [m, n] = [outwardOf(out[k]!), outwardOf(out[k + 1]!)];
        quad([low[k]!, low[k + 1]!, high[k + 1]!, high[k]!], [m, n, n, m]);
      }
      for (const [radius, points] of [
        [r0, low],
        [r1, high],
      ] as const)
        if (radius > 0) line(points.slice(0, -1), true);
    };
    if (sheet.shape === 'panel') panel(sheet.centre, sheet.u, sheet.v, inside);
    else if (sheet.shape === 'block') {
      const { centre, u, v, w } = sheet;
      for (const [a, b, c] of [
        [u, v, w],
        [v, w, u],
        [w, u, v],
      ] as const)
        for (const side of [-1, 1]) panel(add(centre, c, side), a, b, centre);
    } else if (sheet.shape === 'disc') {
      const axis = unit(sheet.axis);
      const side = dot(axis, add(sheet.centre, inside, -1));
      const outward = add([0, 0, 0], axis, (Math.abs(side) > 1e-9 * sheet.outer ? side : -axis[2]) < 0 ? -1 : 1);
      turned(sheet.centre, axis, [sheet.inner, 0], [sheet.outer, 0], () => outward);
    } else if (sheet.shape === 'cone') {
      const axis = unit(sheet.axis);
      const widening = (sheet.radii[1] - sheet.radii[0]) / sheet.height;
      turned(sheet.base, axis, [sheet.radii[0], 0], [sheet.radii[1], sheet.height], (out) => unit(add(out, axis, -widening)));
    }
  });
  return { triangles: packed(triangles, worldOf), edges: packed(edges, worldOf) };
}

function packed(vertices: readonly [Vector, Vector, number][], worldOf: (place: Vector) => Vector): ArrayBuffer {
  const bytes = new ArrayBuffer(vertices.length * SHEET_STRIDE);
  const [floats, words] = [new Float32Array(bytes), new Uint32Array(bytes)];
  vertices.forEach(([place, [x, y, z], wall], i) => {
    const at = (i * SHEET_STRIDE) / 4;
    // The world's y runs south.
    floats.set([...worldOf(place), x, -y, z], at);
    words[at + 6] = wall;
  });
  return bytes;
}
