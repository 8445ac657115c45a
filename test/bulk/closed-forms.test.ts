/** One particle alone against closed forms: falling, bouncing, sliding, rolling. All in one run, far from each other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench } from '../../src/bulk/bench.ts';
import { contactTime, dampingOf, restitutionOf, sphereMass } from '../../src/bulk/contact.ts';
import type { BulkSetup, Part, Vector, Wall } from '../../src/bulk/setup.ts';
import type { Bulk, Snapshot } from '../../src/bulk/solver.ts';
import { openDevice } from '../gpu.ts';

const G = 9.81;
const DIAMETER = 0.01;
const RADIUS = DIAMETER / 2;
const DENSITY = 2500;
const STIFFNESS = 1500;
const MASS = sphereMass(DIAMETER, DENSITY);
const DROP = 0.05;
const REBOUNDS = [0.95, 0.8, 0.6];
/** Slope (radians), friction. The last two roll: tan θ < 7/2 µ. */
const SLOPES = [
  { angle: 0.6, friction: 0.1 },
  { angle: 0.9, friction: 0.2 },
  { angle: 0.4, friction: 0.5 },
  { angle: 0.8, friction: 0.6 },
];
const LAUNCH: Vector = [0.3, -0.2, 1];
const LAUNCHED: Vector = [0, 0, 0.25];

const walls: Wall[] = [];
const parts: Part[] = [{ place: LAUNCHED, velocity: LAUNCH }];
REBOUNDS.forEach((restitution, n) => {
  const x = 0.1 * (n + 1);
  walls.push({ shape: 'panel', centre: [x, 0.3, 0], u: [0.03, 0, 0], v: [0, 0.03, 0], restitution, friction: 0 });
  parts.push({ place: [x, 0.3, RADIUS + DROP] });
});
SLOPES.forEach(({ angle, friction }, n) => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const y = 0.5 + 0.1 * n;
  walls.push({ shape: 'panel', centre: [0, y, 0], u: [0.2 * c, 0, -0.2 * s], v: [0, 0.04, 0], friction });
  // At the depth at which the spring carries the weight.
  const height = RADIUS - (MASS * G * c) / STIFFNESS;
  parts.push({ place: [-0.17 * c + height * s, y, 0.17 * s + height * c] });
});
const SETUP: BulkSetup = {
  name: 'closed forms',
  dimension: 3,
  particle: { diameter: DIAMETER, spread: 0, density: DENSITY },
  contact: { stiffness: STIFFNESS, restitution: 0.8, friction: 0.5, rolling: 0 },
  gravity: [0, 0, -G],
  bounds: { min: [-0.2, -0.05, -0.17], max: [0.34, 0.85, 0.32] },
  walls,
  parts,
  stepsPerContact: 30,
};

let device: GPUDevice;
let bulk: Bulk;
let early: Snapshot;
let late: Snapshot;
beforeAll(async () => {
  device = await openDevice();
  const bench = await Bench.start(device, SETUP);
  bulk = bench.bulk;
  await bench.runTo(0.1);
  early = await bulk.snapshot();
  await bench.runTo(0.15);
  late = await bulk.snapshot();
}, 180_000);
afterAll(() => {
  bulk?.dispose();
  device?.destroy();
});

const at = (list: Float32Array, i: number, width: number): number[] => [...list.subarray(i * width, i * width + 3)];

it('the step is the share of a contact of two that was asked for', () => {
  expect(bulk.dt).toBeCloseTo((Math.PI * Math.sqrt(MASS / 2 / STIFFNESS)) / 30, 9);
  expect(contactTime(STIFFNESS, MASS / 2)).toBeCloseTo(30 * bulk.dt, 6);
});

it('falls along the parabola but for rounding of velocities in f32: leapfrog has no error under a constant force', () => {
  for (const snapshot of [early, late]) {
    const t = snapshot.time;
    const path = LAUNCHED.map((x, axis) => x + LAUNCH[axis]! * t - (axis === 2 ? 0.5 * G * t * t : 0));
    at(snapshot.places, 0, 4).forEach((x, axis) => expect(Math.abs(x - path[axis]!)).toBeLessThan(1e-5));
    at(snapshot.velocities, 0, 3).forEach((v, axis) => expect(v).toBeCloseTo(LAUNCH[axis]! - (axis === 2 ? G * t : 0), 4));
  }
});

it.each(REBOUNDS.map((e, n) => ({ e, n })))('rebounds at restitution $e to e² of its height', ({ e, n }) => {
  // It has hit once by then: the fall takes 0.101 s.
  const [, , z] = at(late.places, n + 1, 4);
  const [, , v] = at(late.velocities, n + 1, 3);
  const apex = z! - RADIUS + (v! * v!) / (2 * G);
  // While a contact lasts, a hundredth of the fall, gravity acts too, and it ends a little below the surface.
  expect(Math.abs(apex / DROP / (e * e) - 1)).toBeLessThan(0.03);
});

it.each(SLOPES.map((slope, n) => ({ ...slope, n })))('on a slope of $angle with friction $friction', ({ angle, friction, n }) => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const i = 1 + REBOUNDS.length + n;
  const along = (snapshot: Snapshot): number => {
    const [vx, , vz] = at(snapshot.velocities, i, 3);
    return vx! * c - vz! * s;
  };
  const spin = (snapshot: Snapshot): number => at(snapshot.spins, i, 3)[1]!;
  const dt = late.time - early.time;
  const acceleration = (along(late) - along(early)) / dt;
  const turning = (spin(late) - spin(early)) / dt;
  const slides = Math.tan(angle) > 3.5 * friction;
  const expected = slides ? G * (s - friction * c) : (5 / 7) * G * s;
  expect(Math.abs(acceleration / expected - 1)).toBeLessThan(0.003);
  // α = τ / I: friction × radius over 2/5 m r², or rolling: a / r.
  const expectedTurning = slides ? (2.5 * friction * G * c) / RADIUS : expected / RADIUS;
  expect(Math.abs(turning / expectedTurning - 1)).toBeLessThan(0.003);
  if (!slides) expect(Math.abs(along(late) / (spin(late) * RADIUS) - 1)).toBeLessThan(0.003);
});

describe('the dashpot of a restitution', () => {
  it('is the inverse of the restitution of a dashpot', () => {
    for (const e of [0.1, 0.135, 0.2, 0.5, 0.9, 1]) expect(restitutionOf(dampingOf(e))).toBeCloseTo(e, 9);
  });
  it('agrees with integrating m ẍ = −k x − γ ẋ until the force is 0', () => {
    for (const damping of [0.1, 0.5, 0.9, 1.5]) {
      let [x, v] = [0, 1];
      const dt = 1e-5;
      // Kick-drift-kick with the dashpot taken at the middle of the step; k = m = 1.
      while (x + 2 * damping * v > 0) {
        const half = (v - 0.5 * dt * x) / (1 + damping * dt);
        x += dt * half;
        v = half * (1 - damping * dt) - 0.5 * dt * x;
      }
      expect(-v).toBeCloseTo(restitutionOf(damping), 3);
    }
  });
});

it('nothing was lost, and every contact had its slot', async () => {
  expect(await bulk.counts()).toMatchObject({ present: parts.length, escaped: 0, crowded: 0, missed: 0 });
});
