/** A setup as the bytes of `Setting` in shaders/bulk/matter.wgsl. */
import { dampingOf } from './contact.ts';
import { NEVER, type Packing } from './packing.ts';
import type { BulkSetup, Vector, Wall } from './setup.ts';

const SOURCES_AT = 112;
const SOURCE_BYTES = 64;
const SINKS_AT = SOURCES_AT + 4 * SOURCE_BYTES;
const SINK_BYTES = 32;
const WALLS_AT = SINKS_AT + 8 * SINK_BYTES;
const WALL_BYTES = 112;
const SETTING_BYTES = WALLS_AT + 32 * WALL_BYTES;

const PLANE = 0;
const PANEL = 1;
const REVOLVED = 2;
const BLOCK = 3;

/** What the solver has reckoned besides the setup. */
export interface Numbers {
  /** Step, s; equal to an f32. */
  dt: number;
  /** Edge of a cell and distance of neighbours, m. */
  cell: number;
  skin: number;
  cells: Vector;
  slots: number;
  /** Entries of the ring of departures. */
  log: number;
  seed: number;
}

const unit = (v: Vector): Vector => {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
};

/** What of a wall differs by shape: code, point, axis, u, v. */
function shapeOf(wall: Wall): { code: number; point: Vector; axis: Vector; u: Vector; v: Vector } {
  const none: Vector = [0, 0, 0];
  switch (wall.shape) {
    case 'plane':
      return { code: PLANE, point: wall.point, axis: unit(wall.normal), u: none, v: none };
    case 'panel':
      return { code: PANEL, point: wall.centre, axis: none, u: wall.u, v: wall.v };
    case 'disc':
      return { code: REVOLVED, point: wall.centre, axis: unit(wall.axis), u: [wall.inner, 0, wall.outer], v: none };
    case 'cone':
      return { code: REVOLVED, point: wall.base, axis: unit(wall.axis), u: [wall.radii[0], 0, wall.radii[1]], v: [wall.height, 0, 0] };
    case 'block':
      return { code: BLOCK, point: wall.centre, axis: wall.w, u: wall.u, v: wall.v };
  }
}

/** The bytes of the uniform buffer. */
export function settingBytes(setup: BulkSetup, packing: Packing, numbers: Numbers): ArrayBuffer {
  const bytes = new ArrayBuffer(SETTING_BYTES);
  const f = new Float32Array(bytes);
  const w = new Uint32Array(bytes);
  const { contact } = setup;
  const planar = setup.dimension === 2;
  const flat = (v: Vector): Vector => (planar ? [v[0], 0, v[2]] : v);
  f.set([...flat(setup.gravity), numbers.dt, ...setup.bounds.min, numbers.cell, ...setup.bounds.max, contact.stiffness]);
  w.set([...numbers.cells, packing.masses.length], 12);
  f.set([dampingOf(contact.restitution), contact.friction, contact.rolling, numbers.skin], 16);
  const cellCount = numbers.cells[0] * numbers.cells[1] * numbers.cells[2];
  const lists = [setup.walls.length, setup.sources?.length ?? 0, setup.sinks?.length ?? 0, numbers.slots];
  w.set([...lists, planar ? 1 : 0, numbers.log, numbers.seed, cellCount], 20);

  let firstSite = 0;
  for (const [s, source] of (setup.sources ?? []).entries()) {
    const at = (SOURCES_AT + s * SOURCE_BYTES) / 4;
    const { spacing, sites, jitter } = packing.sites[s];
    const low = source.region.min;
    // In the plane the only layer of sites stands at y = 0.
    f.set([low[0], planar ? -spacing[1] / 2 : low[1], low[2]], at);
    w[at + 3] = firstSite;
    f.set([...spacing, jitter], at + 4);
    w.set([...sites, packing.ends[s]], at + 8);
    f.set(flat(source.velocity ?? [0, 0, 0]), at + 12);
    firstSite += sites[0] * sites[1] * sites[2];
  }
  for (const [s, sink] of (setup.sinks ?? []).entries()) {
    const at = (SINKS_AT + s * SINK_BYTES) / 4;
    f.set(sink.region.min, at);
    w[at + 3] = sink.recirculate ? 1 : 0;
    f.set(sink.region.max, at + 4);
  }
  for (const [n, wall] of setup.walls.entries()) {
    const at = (WALLS_AT + n * WALL_BYTES) / 4;
    const { code, point, axis, u, v } = shapeOf(wall);
    const { amplitude = 0, frequency = 0, direction = [0, 0, 1] as Vector, phase = 0 } = wall.vibration ?? {};
    const until = wall.until === undefined ? NEVER : Math.min(NEVER, Math.round(wall.until / numbers.dt));
    // A turn of 2^32; what is over a whole one falls away.
    const turns = (share: number): number => Math.round((share - Math.floor(share)) * 2 ** 32) >>> 0;
    w.set([code, until, turns(frequency * numbers.dt), turns(phase)], at);
    const swing = unit(direction).map((x) => x * amplitude) as unknown as Vector;
    f.set([...point, wall.friction ?? contact.friction], at + 4);
    f.set([...axis, dampingOf(wall.restitution ?? contact.restitution)], at + 8);
    f.set([...u, wall.rolling ?? contact.rolling], at + 12);
    f.set([...v, amplitude], at + 16);
    f.set([...flat(swing), 2 * Math.PI * frequency], at + 20);
    f.set(flat(wall.drift ?? [0, 0, 0]), at + 24);
  }
  return bytes;
}
