/** Joints, vehicles to come, what is seen, and what a ray meets: kernels on a real device (Dawn) against geometry done by hand. */
import { mat4, quat, vec3 } from 'gl-matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANGE, type FloorPlan, NEVER, type Trace, VISIT } from '../../src/engine/trace.ts';
import { prepare } from '../../src/view/kinematics.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { Mesh, material } from '../../src/view/models/mesh.ts';
import type { Clip, Model } from '../../src/view/model.ts';
import { ANYWHERE, LEG, NOWHERE } from '../../src/view/motion-legs.ts';
import { type Lens, Motion } from '../../src/view/motion.ts';
import { placeOf } from '../../src/view/place.ts';
import { setOut } from '../../src/view/site.ts';
import { openDevice } from '../gpu.ts';
import { placedAt, stageOf, WIDE } from './placed.ts';
import { GEARBOX, simulate } from './plant.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

const PACE = { travel: 0, share: 0.4 };
const node = (name: string, kind: FloorPlan['nodes'][number]['kind'], servers = 0) =>
  ({ name, kind, position: undefined, servers, firstPlace: 0, capacity: 3 }) as const;
const PLAN: FloorPlan = {
  name: 'one robot',
  tickSeconds: 0.001,
  nodes: [node('a source', 'source'), node('b station', 'station', 1)],
  edges: [[0, 1]],
  products: [{ name: 'part', color: undefined }],
};

/** An arm of a post, an arm on it and a hand on that, each a box; its clip turns the post about z and bends the arm. */
function arm(): Model {
  const mesh = new Mesh();
  const steel = material([0.5, 0.5, 0.5]);
  const joint = (name: string, parent: number, at: [number, number, number]) => {
    mesh.link(name, parent, mat4.fromTranslation(mat4.create(), at));
    mesh.box(steel, [0, 0, 0.1], [0.05, 0.05, 0.1]);
  };
  joint('post', -1, [0, 0, 0.2]);
  joint('arm', 0, [0, 0, 0.5]);
  joint('hand', 1, [0.7, 0, 0]);
  return mesh.model({ work: { frames: FRAMES, poses: posesOf() } });
}

const FRAMES = 4;
/** Of a link in a frame: degrees about an axis, and its place. */
const TURNS: [axis: vec3, degrees: number, at: vec3][][] = [
  [0, 80, 160, 80].map((degrees) => [[0, 0, 1], degrees, [0, 0, 0.2]]),
  [0, -30, -60, 20].map((degrees, i) => [[0, 1, 0], degrees, [0, 0.1 * i, 0.5]]),
  [10, 50, 90, 130].map((degrees) => [[1, 0, 0], degrees, [0.7, 0, 0]]),
];
function posesOf(): Clip['poses'] {
  return Float32Array.from(
    TURNS.flatMap((frames) =>
      frames.flatMap(([axis, degrees, at], i) => {
        const turn = quat.setAxisAngle(quat.create(), axis, (degrees * Math.PI) / 180);
        // The same turn, told the other way: it must not matter.
        return [...(i === 2 ? quat.scale(turn, turn, -1) : turn), ...at];
      }),
    ),
  );
}

/** World matrices of the links at a phase, by 4×4 matrices and quaternions of gl-matrix. */
function chainAt(root: mat4, phase: number): mat4[] {
  const frame = Math.floor(phase * FRAMES);
  const share = phase * FRAMES - frame;
  const world: mat4[] = [];
  TURNS.forEach((frames, l) => {
    const [[axis, from, a], [, to, b]] = [frames[frame]!, frames[(frame + 1) % FRAMES]!];
    const p = quat.setAxisAngle(quat.create(), axis, (from * Math.PI) / 180);
    const q = quat.setAxisAngle(quat.create(), axis, (to * Math.PI) / 180);
    const turn = quat.normalize(quat.create(), [0, 1, 2, 3].map((i) => p[i]! + share * (q[i]! - p[i]!)) as quat);
    const local = mat4.fromRotationTranslation(mat4.create(), turn, vec3.lerp(vec3.create(), a, b, share));
    world.push(mat4.multiply(mat4.create(), l === 0 ? root : world[l - 1]!, local));
  });
  return world;
}

describe('a robot', () => {
  it('goes through its cycle in step with the work of its server, holds where a failure breaks it off, and rests', async () => {
    const site = setOut(PLAN, 10);
    const changes = [
      [1000, 0, 0],
      [6000, 0, 3],
      [11_000, 0, 0],
      [16_000, 0, 2],
      [21_000, 0, 0],
      [29_000, 0, 1],
    ];
    expect(changes[0]).toHaveLength(CHANGE.words);
    const visits = [
      [0, 1000, 0, 0, NEVER, 0, 0],
      [1000, 21_000, 1, 0, 0, 0, 0],
      [21_000, 29_000, 1, 0, 0, 0, 1],
    ];
    expect(visits[0]).toHaveLength(VISIT.words);
    const trace: Trace = {
      seed: 1,
      replication: 0,
      warmup: 0,
      end: 40_000,
      states: Uint32Array.from(changes.flat()),
      visits: Uint32Array.from(visits.flat()),
    };
    const scenery = buildScenery(site, {}, 'plain');
    scenery.models.arm = arm();
    const transform = mat4.fromTranslation(mat4.create(), [3, -2, 0.4]);
    mat4.rotateZ(transform, transform, 0.7);
    scenery.machines.push({ model: 'arm', transform, paint: 3, place: 0, node: 1, clip: 'work' });
    const motion = new Motion(device, site, scenery, prepare(site, trace, 0));
    const moments: [tick: number, fraction: number, phase: number][] = [
      [500, 0, 0],
      [1000, 0, 0],
      [3500, 0, 0.25],
      [4321, 0.5, 3321.5 / 10_000],
      [6000, 0, 0.5],
      [9000, 0.25, 0.5],
      [13_500, 0, 0.75],
      [15_999, 0.9, 0.49999 + 0.5],
      [18_000, 0, 0],
      [23_000, 0, 0.25],
      [35_000, 0, 0],
    ];
    for (const [tick, fraction, phase] of moments) {
      const links = (await placedAt(device, motion, tick, fraction, PACE)).filter(({ list }) => list.kind === 'machine');
      expect(links.map(({ list }) => list.link).toSorted()).toEqual([0, 1, 2]);
      const wanted = chainAt(transform, Math.min(phase, 0.999999));
      for (const { list, rows, thing, paint } of links) {
        const matrix = wanted[list.link]!;
        const apart = rows.map((value, i) => Math.abs(value - matrix[4 * (i % 4) + Math.floor(i / 4)]!));
        expect(Math.max(...apart), `link ${list.link} at ${tick}`).toBeLessThan(2e-3);
        expect([thing, paint]).toEqual([1, 3]);
      }
    }
    motion.dispose();
  });
});

describe('a vehicle', () => {
  it('is only data: a stretch of a path in true time, and a part that rides on it', async () => {
    const site = setOut({ ...PLAN, people: [{ name: 'driver', count: 1, home: undefined }] }, 10);
    const kinematics = prepare(site, undefined, 0);
    const anywhere = 2 * site.plan.nodes.length;
    const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!;
    // East 6 m, then a ramp of 4 m to the south that climbs 3 m.
    const path = kinematics.points.length / 4;
    kinematics.points = Float32Array.from([...kinematics.points, 3, 11, 0, 0, 1, 1, 0, 0, 7, 1, 0, 6, 7, 5, 3, 11]);
    kinematics.legs = Uint32Array.from(
      [
        // The part, lifted by 0.5 m, from tick 4000 on; and the vehicle from 2 m to 9 m in 10 s.
        [4000, 12_000, anywhere + ANYWHERE.ride, 1, NOWHERE, bits(0.5), 9, 0],
        [2000, 12_000, anywhere + ANYWHERE.stretch, bits(9), path, bits(2), 0, 0],
      ].flat(),
    );
    expect(kinematics.legs).toHaveLength(2 * LEG.words);
    kinematics.partLegs = 1;
    kinematics.firstLeg = Uint32Array.of(1, 2);
    Object.assign(kinematics, { firstBegin: Uint32Array.of(4000), lastBegin: Uint32Array.of(4000), lastEnd: Uint32Array.of(12_000) });
    const scenery = buildScenery(site, {}, 'plain');
    const motion = new Motion(device, site, scenery, kinematics);
    // 1 m/s²: of the top speed v it is 7 = v (10 − v).
    const top = 5 - Math.sqrt(25 - 7);
    const gone = (s: number) => (s < top ? s ** 2 / 2 : s < 10 - top ? top ** 2 / 2 + top * (s - top) : 7 - (10 - s) ** 2 / 2);
    for (const [tick, fraction] of [
      [4000, 0],
      [5000, 0.5],
      [8123, 0.25],
      [11_999, 0.5],
    ] as const) {
      const metres = 2 + gone((tick + fraction - 2000) / 1000);
      const ramp = Math.max(0, metres - 6) / 5;
      const at = [Math.min(7, 1 + metres), 1 + 4 * ramp, 3 * ramp];
      const seen = await placedAt(device, motion, tick, fraction, PACE);
      const part = seen.find(({ list }) => list.kind === 'part')!;
      const pelvis = seen.find(({ list }) => list.kind === 'person' && list.link === 0)!;
      expect(part.thing).toBe(9);
      expect(Math.hypot(part.at[0] - at[0]!, part.at[1] - at[1]!, part.at[2] + 0.17 - 0.5 - at[2]!)).toBeLessThan(1e-3);
      expect(Math.hypot(pelvis.at[0] - at[0]!, pelvis.at[1] - at[1]!)).toBeLessThan(0.02);
      // It faces where it goes: south on the ramp. Hips swing a little in walking.
      expect(Math.abs(pelvis.yaw - (ramp > 0 ? Math.PI / 2 : 0))).toBeLessThan(0.1);
      const twin = placeOf(site, kinematics, { part: 9 }, tick, fraction, PACE)!;
      twin.at.forEach((value, axis) => expect(value).toBeCloseTo(part.at[axis]!, 3));
    }
    motion.dispose();
  });
});

describe('what is seen', () => {
  const { plan, trace } = simulate(GEARBOX, 2 * 3600, 5);
  const site = setOut(plan, 1.5);

  const lensAt = (eye: [number, number, number], to: [number, number, number], focal: number): Lens => {
    const [width, height] = [800, 600];
    const clip = mat4.perspectiveZO(mat4.create(), 2 * Math.atan(height / 2 / focal), width / height, 0.1, 1000);
    mat4.multiply(clip, clip, mat4.lookAt(mat4.create(), eye, to, [0, 0, 1]));
    return { clip: clip as Float32Array, eye, focal, width, height };
  };

  it('is what lies in the frustum and no more; small things are boxes, and those of less than half a pixel are fewer', async () => {
    const { motion } = stageOf(device, site, trace);
    const tick = 6_000_000;
    const all = await placedAt(device, motion, tick, 0, PACE);
    expect(all.length).toBeGreaterThan(15);
    expect(all.every(({ list }) => !list.model.endsWith('afar'))).toBe(true);
    const middle = all[Math.floor(all.length / 2)]!.at;
    const near = lensAt([middle[0], middle[1] + 6, 5], middle, 900);
    const seen = new Set((await placedAt(device, motion, tick, 0, PACE, near)).map(({ thing }) => thing));
    expect(seen.size).toBeGreaterThan(0);
    expect(seen.size).toBeLessThan(all.length);
    for (const { thing, at } of all) {
      const [x, y, z, w] = [0, 1, 2, 3].map((row) => {
        const point = [at[0], at[1], at[2] + 0.17, 1];
        return point.reduce((sum, value, column) => sum + near.clip[4 * column + row]! * value, 0);
      }) as [number, number, number, number];
      // Pixels outside the picture: below 0 inside. The ball about a part has 0.3 m.
      const outside = Math.max((Math.abs(x) / w - 1) * 400, (Math.abs(y) / w - 1) * 300);
      const radius = (0.32 * 900) / w;
      if (w > 0.1 && z > 0 && outside < 0) expect(seen.has(thing), `part ${thing}`).toBe(true);
      if (w < -1 || outside > 1.5 * radius) expect(seen.has(thing), `part ${thing}`).toBe(false);
    }
    const far = await placedAt(device, motion, tick, 0, PACE, { ...WIDE, focal: 4 * 500 });
    expect(far.map(({ list }) => list.model.endsWith('afar'))).toEqual(all.map(() => true));
    const fewer = await placedAt(device, motion, tick, 0, PACE, { ...WIDE, focal: 0.45 * 500 });
    expect(fewer.length).toBeLessThan(all.length);
    motion.dispose();
  });

  it('is met by a ray at its nearest, part or person', async () => {
    const people = [{ name: 'crew', count: 3, home: undefined }];
    const stage = setOut({ ...plan, people }, 1.5);
    const { motion, kinematics } = stageOf(device, stage, trace);
    const tick = 6_000_000;
    const seen = await placedAt(device, motion, tick, 0, PACE);
    const parts = seen.filter(({ list }) => list.kind === 'part');
    for (const { thing, at } of parts.slice(0, 5)) {
      const found = await motion.pick([at[0], at[1], 20], [0, 0, -1]);
      expect(found!.thing).toEqual({ part: thing });
      expect(Math.abs(20 - found!.distance - at[2] - 0.34)).toBeLessThan(0.05);
    }
    const home = placeOf(stage, kinematics, { person: 2 }, tick, 0, PACE)!.at;
    const level = await motion.pick([home[0], home[1] + 9, 1], [0, -1, 0]);
    expect(level!.thing).toEqual({ person: 2 });
    expect(level!.distance).toBeGreaterThan(8.5);
    expect(level!.distance).toBeLessThan(9);
    expect(await motion.pick([home[0], home[1], 20], [0, 0, 1])).toBeUndefined();
    expect(await motion.pick([-500, -500, 20], [0, 0, -1])).toBeUndefined();
    motion.dispose();
  });
});
