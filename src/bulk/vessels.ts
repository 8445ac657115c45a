/** Hoppers, bins, heaps, chutes and feeders: from a few engineering numbers to a setup. SI units throughout. */
import { sphereMass } from './contact.ts';
import type { BulkSetup, Region, Source, Vector, Wall } from './setup.ts';

/** What is poured. */
export interface Grain {
  /** Mean, m. */
  diameter: number;
  /** Half width of the uniform spread of diameters, as a share; 0.1 if left out, so that layers do not crystallise. */
  spread?: number;
  /** Of the solid, kg/m³; 2500 if left out. */
  density?: number;
  /** 0.5, 0.7 and 0 if left out. */
  friction?: number;
  restitution?: number;
  rolling?: number;
  /** Steps that a contact lasts; 20 if left out. */
  stepsPerContact?: number;
  /** Stiffness in weights of a grain over its diameter; 10,000 if left out. Flow rates depend on it little; the step goes with its root. */
  hardness?: number;
}

/** m/s². */
const G = 9.81;
/** Lattice distance of what is filled in, in largest diameters, as `pack` has it. */
const LATTICE = 1.1;

type Base = Pick<BulkSetup, 'particle' | 'contact' | 'gravity' | 'stepsPerContact'>;

function matter(grain: Grain): Base {
  const {
    diameter,
    spread = 0.1,
    density = 2500,
    friction = 0.5,
    restitution = 0.7,
    rolling = 0,
    hardness = 10_000,
    stepsPerContact = 20,
  } = grain;
  const stiffness = (hardness * sphereMass(diameter, density) * G) / diameter;
  return {
    particle: { diameter, spread, density },
    contact: { stiffness, restitution, friction, rolling },
    gravity: [0, 0, -G],
    stepsPerContact,
  };
}

const largestOf = ({ diameter, spread = 0.1 }: Grain): number => diameter * (1 + spread);

/** Height of the lattice that takes in so many grains over a base, m; in an upright cylinder those places alone that no jitter takes out of it. */
function fillHeight(grain: Grain, count: number, width: number, depth: number, round: boolean): number {
  const d = largestOf(grain);
  const across = Math.max(1, Math.floor(width / (LATTICE * d) + 1e-9));
  const along = Math.max(1, Math.floor(depth / (LATTICE * d) + 1e-9));
  const radius = Math.min(width, depth) / 2 - d / 2 - (width / across - d) * Math.SQRT1_2;
  let layer = 0;
  for (let x = 0; x < across; x++)
    for (let y = 0; y < along; y++)
      if (!round || Math.hypot(((x + 0.5) / across - 0.5) * width, ((y + 0.5) / along - 0.5) * depth) <= radius) layer++;
  return Math.ceil(count / Math.max(1, layer)) * LATTICE * d * 1.001;
}

const upright = (x: number, z: number, height: number, depth: number): Wall => ({
  shape: 'panel',
  centre: [x, 0, z + height / 2],
  u: [0, 0, height / 2],
  v: [0, depth / 2, 0],
});

/** A sheet across y, given by its two ends in the plane y = 0. */
function sheet(name: string, a: readonly [number, number], b: readonly [number, number], depth: number): Wall & { shape: 'panel' } {
  return {
    name,
    shape: 'panel',
    centre: [(a[0] + b[0]) / 2, 0, (a[1] + b[1]) / 2],
    u: [(b[0] - a[0]) / 2, 0, (b[1] - a[1]) / 2],
    v: [0, depth / 2, 0],
  };
}

export interface HopperNumbers {
  grain: Grain;
  count: number;
  /** Diameter of the round orifice, or, in the plane, width of the slot; m. */
  orifice: number;
  /** Diameter of the cylinder, or, in the plane, width; m. */
  width: number;
  /** Angle of the cone (or of the two sloping sheets) against the vertical, degrees; 90, a flat bottom, if left out. */
  halfAngle?: number;
  dimension?: 2 | 3;
  /** What has left comes in at the top again, so that it flows for ever; true if left out. */
  recirculate?: boolean;
  /** A lid on the orifice until then, s: to let the filling come to rest. */
  opens?: number;
}

/** A hopper with its orifice at z = 0, in the middle. Its sink `orifice` lies two diameters below. */
export function hopper({
  grain,
  count,
  orifice,
  width,
  halfAngle = 90,
  dimension = 3,
  recirculate = true,
  opens,
}: HopperNumbers): BulkSetup {
  const d = largestOf(grain);
  const [r, R] = [orifice / 2, width / 2];
  const flat = halfAngle >= 90;
  const rise = flat ? 0 : (R - r) / Math.tan((halfAngle * Math.PI) / 180);
  const planar = dimension === 2;
  const depth = planar ? 4 * d : width;
  const height = fillHeight(grain, count, width - 0.2 * d, planar ? d : width - 0.2 * d, !planar);
  // The cone is filled from above, so there is room over it for all; and on top of that, for what comes in again.
  const top = rise + height + d;
  const inflow = 2.5 * d;
  const walls: Wall[] = [];
  if (planar) {
    walls.push(sheet('left bottom', [-R, rise], [-r, 0], depth), sheet('right bottom', [r, 0], [R, rise], depth));
    for (const x of [-R, R]) walls.push(upright(x, rise, height + d + inflow, depth));
    if (opens !== undefined) walls.push({ ...sheet('lid', [-r, 0], [r, 0], depth), until: opens });
  } else {
    const axis: Vector = [0, 0, 1];
    if (flat) walls.push({ name: 'bottom', shape: 'disc', centre: [0, 0, 0], axis, inner: r, outer: R });
    else walls.push({ name: 'cone', shape: 'cone', base: [0, 0, 0], axis, radii: [r, R], height: rise });
    walls.push({ name: 'cylinder', shape: 'cone', base: [0, 0, rise], axis, radii: [R, R], height: height + d + inflow });
    if (opens !== undefined) walls.push({ name: 'lid', shape: 'disc', centre: [0, 0, 0], axis, inner: 0, outer: r, until: opens });
  }
  // The square in the circle; grains come in at rest all over it. What is poured in lies at half the height of its lattice: from not far above that they fall less.
  const inlet = rise + 0.65 * height;
  const half = (planar ? R : R / Math.SQRT2) - 0.1 * d;
  const source: Source = {
    region: { min: [-half, planar ? -d : -half, inlet], max: [half, planar ? d : half, inlet + inflow] },
    count: 0,
  };
  const side = R + 2 * d;
  const span = planar ? depth / 2 : side;
  const below: Region = { min: [-side, -span, -8 * d], max: [side, span, -2 * d] };
  return {
    name: `hopper, ${flat ? 'flat' : `${halfAngle}°`}, orifice ${orifice} m`,
    dimension,
    ...matter(grain),
    bounds: { min: [-side, -span, -9 * d], max: [side, span, top + inflow + d] },
    walls,
    fill: [
      {
        region: { min: [-R + 0.1 * d, planar ? -d : -R + 0.1 * d, rise], max: [R - 0.1 * d, planar ? d : R - 0.1 * d, rise + height] },
        count,
        round: !planar,
      },
    ],
    sources: [source],
    sinks: [{ name: 'orifice', region: below, recirculate }],
  };
}

export interface BinNumbers {
  grain: Grain;
  count: number;
  /** Inside, m; in the plane the depth is not asked. */
  width: number;
  depth?: number;
  height: number;
  dimension?: 2 | 3;
}

/** An open box that grains fall into from just above it: to see how they lie. Those that find no room spill over and fall past it into the sink `spilled`. */
export function bin({ grain, count, width, depth = width, height, dimension = 3 }: BinNumbers): BulkSetup {
  const d = largestOf(grain);
  const planar = dimension === 2;
  const y = planar ? 2 * d : depth / 2;
  const walls: Wall[] = [
    { name: 'bottom', shape: 'panel', centre: [0, 0, 0], u: [width / 2, 0, 0], v: [0, y, 0] },
    upright(-width / 2, 0, height, 2 * y),
    upright(width / 2, 0, height, 2 * y),
  ];
  if (!planar) {
    for (const side of [-y, y]) walls.push({ shape: 'panel', centre: [0, side, height / 2], u: [width / 2, 0, 0], v: [0, 0, height / 2] });
  }
  const fill = fillHeight(grain, count, width - 0.2 * d, planar ? d : 2 * y - 0.2 * d, false);
  const x = width / 2 - 0.1 * d;
  const deep = planar ? d : y - 0.1 * d;
  const [farX, farY] = [width / 2 + 6 * d, planar ? y : y + 6 * d];
  return {
    name: 'bin',
    dimension,
    ...matter(grain),
    bounds: { min: [-farX, -farY, -9 * d], max: [farX, farY, Math.max(fill, height) + 2 * d] },
    walls,
    fill: [{ region: { min: [-x, -deep, 0.1 * d], max: [x, deep, 0.1 * d + fill] }, count }],
    sinks: [{ name: 'spilled', region: { min: [-farX, -farY, -8 * d], max: [farX, farY, -2 * d] } }],
  };
}

export interface HeapNumbers {
  grain: Grain;
  count: number;
  /** Width of the plate, m, and height of a rim at both its ends; 0 if left out. */
  width: number;
  rim?: number;
  /** Grains a second that are poured onto its middle; left out: a column of so many grains side by side stands there and falls down. */
  rate?: number;
  column?: number;
}

/** A heap on a plate, in the plane: for the angle of repose. What rolls off the ends goes into the sink `off`. */
export function heap({ grain, count, width, rim = 0, rate, column = 10 }: HeapNumbers): BulkSetup {
  const d = largestOf(grain);
  const step = LATTICE * d;
  const top = rate === undefined ? (Math.ceil(count / column) + 1) * step : width * 0.45;
  const half = rate === undefined ? (column * step * 1.001) / 2 : 1.2 * step;
  const far = width / 2 + 8 * d;
  const walls: Wall[] = [sheet('plate', [-width / 2, 0], [width / 2, 0], 4 * d)];
  if (rim > 0) for (const x of [-width / 2, width / 2]) walls.push(upright(x, 0, rim, 4 * d));
  const setup: BulkSetup = {
    name: 'heap',
    dimension: 2,
    ...matter(grain),
    bounds: { min: [-far, -2 * d, -9 * d], max: [far, 2 * d, top + 4 * d] },
    walls,
    sinks: [{ name: 'off', region: { min: [-far, -2 * d, -8 * d], max: [far, 2 * d, -2 * d] } }],
  };
  if (rate === undefined) return { ...setup, fill: [{ region: { min: [-half, -d, 0], max: [half, d, top] }, count }] };
  return { ...setup, sources: [{ region: { min: [-half, -d, top], max: [half, d, top + 1.5 * d] }, count, rate, velocity: [0, 0, -0.1] }] };
}

/**
 * The slope of a heap in the plane, degrees: the surface is the highest grain in each column a diameter wide; it ends where grains lie in one layer.
 * Straight lines through the middle of both flanks (the highest and the lowest eighth are left out), and the mean of their slopes. 0 of a single layer.
 * @param places x, y, z, radius of each grain, as in a snapshot; the plate lies at z = 0
 */
export function slopeOf(places: Float32Array, diameter: number): number {
  const surface = new Map<number, { x: number; z: number }>();
  for (let i = 0; i < places.length; i += 4) {
    const [x, , z, radius] = places.subarray(i, i + 4);
    const column = Math.round(x / diameter);
    const known = surface.get(column);
    if (radius > 0 && z > 1.2 * diameter && (known === undefined || z > known.z)) surface.set(column, { x, z });
  }
  const line = [...surface.values()].sort((a, b) => a.x - b.x);
  if (line.length < 4) return 0;
  const ends = [line[0].x, line[line.length - 1].x];
  // A heap's top is one grain, its middle is that of its ends.
  const middle = (ends[0] + ends[1]) / 2;
  const slopes = ends.map((end) => {
    const flank = line.filter(({ x }) => (x - middle) / (end - middle) > 0.125 && (x - middle) / (end - middle) < 0.875);
    const mx = flank.reduce((sum, p) => sum + p.x, 0) / flank.length;
    const mz = flank.reduce((sum, p) => sum + p.z, 0) / flank.length;
    const sxx = flank.reduce((sum, p) => sum + (p.x - mx) ** 2, 0);
    const sxz = flank.reduce((sum, p) => sum + (p.x - mx) * (p.z - mz), 0);
    return sxx > 0 ? (sxz / sxx) * Math.sign(middle - end) : 0;
  });
  return (Math.atan((slopes[0] + slopes[1]) / 2) * 180) / Math.PI;
}

export interface ChuteNumbers {
  grain: Grain;
  count: number;
  /** Of the sheet, m. */
  length: number;
  width: number;
  /** Against the horizontal, degrees. */
  slope: number;
  /** Grains a second that come in at its upper end. */
  rate: number;
  recirculate?: boolean;
}

/** A straight chute with two sides, downwards along x; the sink `end` lies behind its lower end. */
export function chute({ grain, count, length, width, slope, rate, recirculate = true }: ChuteNumbers): BulkSetup {
  const d = largestOf(grain);
  const angle = (slope * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const side = 6 * d;
  const walls: Wall[] = [
    {
      name: 'sheet',
      shape: 'panel',
      centre: [(length * c) / 2, 0, (length * s) / 2],
      u: [(length * c) / 2, 0, (-length * s) / 2],
      v: [0, width / 2, 0],
    },
  ];
  for (const y of [-width / 2, width / 2]) {
    const centre: Vector = [(length * c) / 2 + (side / 2) * s, y, (length * s) / 2 + (side / 2) * c];
    walls.push({ shape: 'panel', centre, u: [(length * c) / 2, 0, (-length * s) / 2], v: [(side / 2) * s, 0, (side / 2) * c] });
  }
  // A back plate, so that nothing bounces off the upper end.
  walls.push({ name: 'back', shape: 'panel', centre: [0, 0, length * s + side / 2], u: [0, 0, side / 2], v: [0, width / 2, 0] });
  const inlet = length * s + d;
  const region: Region = { min: [0.6 * d, -width / 2 + 0.1 * d, inlet], max: [0.6 * d + 3 * d, width / 2 - 0.1 * d, inlet + 2.5 * d] };
  const far = length * c + 12 * d;
  return {
    name: `chute, ${slope}°`,
    dimension: 3,
    ...matter(grain),
    bounds: { min: [-8 * d, -width - 2 * d, -9 * d], max: [far, width + 2 * d, inlet + side + 2 * d] },
    walls,
    sources: [{ region, count, rate, velocity: [0, 0, -0.1] }],
    sinks: [{ name: 'end', region: { min: [-8 * d, -width - 2 * d, -8 * d], max: [far, width + 2 * d, -2 * d] }, recirculate }],
  };
}

export interface FeederNumbers {
  grain: Grain;
  count: number;
  /** Of the track, m. */
  length: number;
  width: number;
  /** Displacement amplitude of the vibration, m; Hz; its direction against the track, degrees: 20 … 30 as a rule. */
  amplitude: number;
  frequency: number;
  angle: number;
  /** Of the track upwards, degrees; 0 if left out. */
  climb?: number;
}

/**
 * A vibrating feeder: a straight track with sides that swings along a line inclined forwards, filled at its beginning and emptied at its end (the sink
 * `end`), from where parts go back. The track of a bowl, unrolled: what the curve of a bowl adds is left out. A wiper, 1.5 diameters above the track
 * at two thirds of its length, lets one layer pass.
 */
export function feeder({ grain, count, length, width, amplitude, frequency, angle, climb = 0 }: FeederNumbers): BulkSetup {
  const d = largestOf(grain);
  const tilt = (climb * Math.PI) / 180;
  const along: Vector = [Math.cos(tilt), 0, Math.sin(tilt)];
  const up: Vector = [-Math.sin(tilt), 0, Math.cos(tilt)];
  const throwing = (angle * Math.PI) / 180;
  const mix = (a: number, b: number): Vector => [a * along[0] + b * up[0], 0, a * along[2] + b * up[2]];
  const vibration = { amplitude, frequency, direction: mix(Math.cos(throwing), Math.sin(throwing)) };
  const times = (v: Vector, by: number): Vector => [v[0] * by, v[1] * by, v[2] * by];
  const bed = length / 3;
  const deep = fillHeight(grain, count, bed - 0.3 * d, width - 0.2 * d, false) + 2 * d;
  const walls: Wall[] = [
    { name: 'track', shape: 'panel', centre: times(along, length / 2), u: times(along, length / 2), v: [0, width / 2, 0], vibration },
    ...[-width / 2, width / 2].map((y): Wall => {
      const [x, , z] = mix(length / 2, deep / 2);
      return { name: 'side', shape: 'panel', centre: [x, y, z], u: times(along, length / 2), v: times(up, deep / 2), vibration };
    }),
    { name: 'back', shape: 'panel', centre: times(up, deep / 2), u: times(up, deep / 2), v: [0, width / 2, 0], vibration },
    {
      name: 'wiper',
      shape: 'panel',
      centre: mix((2 / 3) * length, 1.5 * d + deep / 2),
      u: times(up, deep / 2),
      v: [0, width / 2, 0],
      vibration,
    },
  ];
  // Above the highest point of the bed, level.
  const bottom = bed * Math.sin(tilt) + 0.5 * d + amplitude;
  const fillTop = bottom + deep - 2 * d;
  const source: Source = {
    region: { min: [0.3 * d, -width / 2 + 0.1 * d, fillTop + d], max: [bed, width / 2 - 0.1 * d, fillTop + 3.5 * d] },
    count: 0,
  };
  const [far, high] = [length + 14 * d, Math.max(fillTop + 5 * d, length * Math.sin(tilt) + deep + 4 * d)];
  const wide = width / 2 + 3 * d;
  return {
    name: `vibrating feeder, ${frequency} Hz`,
    dimension: 3,
    ...matter(grain),
    bounds: { min: [-6 * d, -wide, -9 * d], max: [far, wide, high] },
    walls,
    fill: [{ region: { min: [0.3 * d, -width / 2 + 0.1 * d, bottom], max: [bed, width / 2 - 0.1 * d, fillTop] }, count }],
    sources: [source],
    sinks: [{ name: 'end', region: { min: [-6 * d, -wide, -8 * d], max: [far, wide, -2 * d] }, recirculate: true }],
  };
}
