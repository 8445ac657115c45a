/** Many particles: what collisions keep, what comes in and goes out, what repeats, how it flows and how it lies. One device for all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench } from '../../src/bulk/bench.ts';
import type { BulkSetup, Vector } from '../../src/bulk/setup.ts';
import { Bulk } from '../../src/bulk/solver.ts';
import { type Grain, heap, hopper, slopeOf } from '../../src/bulk/vessels.ts';
import { openDevice } from '../gpu.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

const FREE: BulkSetup = {
  name: 'free',
  dimension: 3,
  particle: { diameter: 0.01, spread: 0.2, density: 2000 },
  contact: { stiffness: 2000, restitution: 1, friction: 0, rolling: 0 },
  gravity: [0, 0, 0],
  bounds: { min: [-0.2, -0.2, -0.2], max: [0.2, 0.2, 0.2] },
  walls: [],
  stepsPerContact: 30,
};

const cross = (a: number[], b: number[]): number[] =>
  [0, 1, 2].map((i) => a[(i + 1) % 3]! * b[(i + 2) % 3]! - a[(i + 2) % 3]! * b[(i + 1) % 3]!);

/** Momentum, angular momentum about the origin and kinetic energy, in doubles; and what the first two are to be compared with: sums of their sizes. */
async function account(bulk: Bulk): Promise<{ p: number[]; l: number[]; energy: number; pSize: number; lSize: number }> {
  const { places, velocities, spins } = await bulk.snapshot();
  const sum = { p: [0, 0, 0], l: [0, 0, 0], energy: 0, pSize: 0, lSize: 0 };
  for (let i = 0; i < bulk.count; i++) {
    const m = bulk.masses[i]!;
    const inertia = 0.4 * m * places[i * 4 + 3]! ** 2;
    const x = [...places.subarray(i * 4, i * 4 + 3)];
    const v = [...velocities.subarray(i * 3, i * 3 + 3)];
    const w = [...spins.subarray(i * 3, i * 3 + 3)];
    const p = v.map((c) => m * c);
    const l = cross(x, p).map((c, axis) => c + inertia * w[axis]!);
    sum.p = sum.p.map((c, axis) => c + p[axis]!);
    sum.l = sum.l.map((c, axis) => c + l[axis]!);
    sum.pSize += Math.hypot(...p);
    sum.lSize += Math.hypot(...l);
    sum.energy += 0.5 * m * Math.hypot(...v) ** 2 + 0.5 * inertia * Math.hypot(...w) ** 2;
  }
  return sum;
}

const off = (a: number[], b: number[]): number => Math.hypot(...a.map((c, axis) => c - b[axis]!));

describe('free collisions', () => {
  it('of equal spheres head-on exchange velocities; oblique ones part at right angles', async () => {
    const speed = 1;
    const oblique = 0.01 * Math.SQRT1_2;
    const bulk = await Bulk.open(device, {
      ...FREE,
      particle: { ...FREE.particle, spread: 0 },
      parts: [
        { place: [-0.01, 0.1, 0], velocity: [speed, 0, 0] },
        { place: [0.01, 0.1, 0] },
        { place: [-0.02, -0.1, 0], velocity: [speed, 0, 0] },
        { place: [0, -0.1 + oblique, 0] },
      ],
    });
    bulk.step(Math.round(0.025 / bulk.dt));
    const { velocities } = await bulk.snapshot();
    const v = (i: number): number[] => [...velocities.subarray(i * 3, i * 3 + 3)];
    expect(off(v(0), [0, 0, 0])).toBeLessThan(1e-3 * speed);
    expect(off(v(1), [speed, 0, 0])).toBeLessThan(1e-3 * speed);
    // The line of centres lies at 45°; it turns a little while they touch.
    expect(off(v(2), [speed / 2, -speed / 2, 0])).toBeLessThan(0.08 * speed);
    expect(off(v(3), [speed / 2, speed / 2, 0])).toBeLessThan(0.08 * speed);
    expect(Math.abs(v(2)[0]! * v(3)[0]! + v(2)[1]! * v(3)[1]!)).toBeLessThan(1e-3 * speed * speed);
    bulk.dispose();
  });

  it.each([
    { restitution: 1, friction: 0 },
    { restitution: 0.8, friction: 0.5 },
  ])(
    'of a hundred at restitution $restitution and friction $friction keep momentum and angular momentum',
    async ({ restitution, friction }) => {
      // A lattice that falls in on itself, each particle with a swerve and a spin of its own.
      const parts = Array.from({ length: 100 }, (_, i) => {
        const place: Vector = [((i % 5) - 2) * 0.016, ((Math.floor(i / 5) % 5) - 2) * 0.016, (Math.floor(i / 25) - 1.5) * 0.016];
        const swerve = (n: number): number => 0.3 * Math.sin(12.9898 * (3 * i + n));
        return {
          place,
          diameter: 0.01 * (1 + 0.2 * Math.sin(7.7 * i)),
          velocity: place.map((c, n) => -12 * c + swerve(n) + 0.1) as unknown as Vector,
          spin: [swerve(3) * 100, swerve(4) * 100, swerve(5) * 100] as Vector,
        };
      });
      const bulk = await Bulk.open(device, { ...FREE, contact: { ...FREE.contact, restitution, friction }, parts });
      const before = await account(bulk);
      bulk.step(Math.round(0.05 / bulk.dt));
      const after = await account(bulk);
      expect(off(after.p, before.p) / before.pSize).toBeLessThan(2e-6);
      expect(off(after.l, before.l) / before.lSize).toBeLessThan(2e-5);
      if (restitution === 1) expect(Math.abs(after.energy / before.energy - 1)).toBeLessThan(0.01);
      else expect(after.energy / before.energy).toBeLessThan(0.8);
      expect(await bulk.counts()).toMatchObject({ present: 100, escaped: 0, crowded: 0, late: 0 });
      bulk.dispose();
    },
  );
});

const GRAIN: Grain = { diameter: 0.005, spread: 0.1, hardness: 1000, stepsPerContact: 12 };

describe('a hopper in the plane', () => {
  const d = GRAIN.diameter;
  const slot = (diameters: number, seed = 1): Promise<Bench> =>
    Bench.start(device, hopper({ grain: GRAIN, count: 180, orifice: diameters * d, width: 14 * d, dimension: 2 }), seed);

  it('flows by the 3/2 law, and loses nobody', async () => {
    const flow: { x: number; y: number }[] = [];
    for (const diameters of [4, 7]) {
      const bench = await slot(diameters);
      await bench.runTo(0.4, undefined, 1000);
      const counts = await bench.bulk.counts();
      expect(counts.present + counts.left[0]! - counts.entered).toBe(180);
      expect(counts).toMatchObject({ escaped: 0, crowded: 0, missed: 0 });
      expect(bench.times.length).toBe(counts.left[0]);
      // Without the first fall of the loose filling.
      const rate = bench.times.filter((t) => t > 0.08).length / (0.4 - 0.08);
      // Constants of the plane: k between 1 and 2 (here 1.4), and C √g ρ √d³ per grain with ρ = 0.8 of the area.
      flow.push({ x: Math.log(diameters - 1.4), y: Math.log((rate * Math.sqrt(d / 9.81)) / (0.8 / (Math.PI / 4))) });
      bench.dispose();
    }
    const [a, b] = flow;
    const exponent = (b!.y - a!.y) / (b!.x - a!.x);
    const c = Math.exp(flow.reduce((sum, { x, y }) => sum + y - 1.5 * x, 0) / flow.length);
    // Fifty and a hundred grains: a tenth of each rate is chance, a quarter of the exponent. Five orifices and more grains: docs/bulk.md.

    expect(exponent).toBeGreaterThan(1);
    expect(exponent).toBeLessThan(2);
    expect(c).toBeGreaterThan(0.6);
    expect(c).toBeLessThan(1.3);
  }, 180_000);

  it('repeats to the bit, and with another seed it does not', async () => {
    const runs: Float32Array[] = [];
    for (const seed of [5, 5, 6]) {
      const bench = await slot(9, seed);
      // Long enough for grains to have come in again.
      await bench.runTo(1000 * bench.bulk.dt);
      expect((await bench.bulk.counts()).entered).toBeGreaterThan(10);
      runs.push((await bench.bulk.snapshot()).places);
      bench.dispose();
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });
});

describe('a heap', () => {
  it('is the steeper the more friction', async () => {
    const slopes: number[] = [];
    for (const friction of [0.05, 0.25, 0.8]) {
      const grain = { ...GRAIN, friction, restitution: 0.4, rolling: 0.1 };
      const setup = heap({ grain, count: 90, width: 44 * GRAIN.diameter, column: 8 });
      const bench = await Bench.start(device, setup);
      await bench.runTo(0.35);
      const { places } = await bench.bulk.snapshot();
      slopes.push(slopeOf(places, GRAIN.diameter));
      bench.dispose();
    }
    expect(slopes[1]! - slopes[0]!).toBeGreaterThan(2);
    expect(slopes[2]! - slopes[1]!).toBeGreaterThan(2);
  }, 180_000);
});
