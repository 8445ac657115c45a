/** What is reckoned without a device: setups, streams of parts, the fit of the law. */
import { describe, expect, it } from 'vitest';
import { fitBeverloo } from '../../src/bulk/beverloo.ts';
import { asDistribution, measure, studentT } from '../../src/bulk/measure.ts';
import { checkSetup, SetupError } from '../../src/bulk/setup.ts';
import { bin, chute, feeder, heap, hopper } from '../../src/bulk/vessels.ts';
import { pack } from '../../src/bulk/packing.ts';
import { stepOf } from '../../src/bulk/solver.ts';
import { parseDuration } from '../../src/clock.ts';
import { draw } from '../../src/random.ts';

const chance = (n: number): number => (draw(7, 0, 1, 0, n) + 0.5) / 2 ** 32;

const GRAIN = { diameter: 0.006 };
const VESSELS = [
  hopper({ grain: GRAIN, count: 500, orifice: 0.03, width: 0.08 }),
  hopper({ grain: GRAIN, count: 500, orifice: 0.03, width: 0.08, halfAngle: 30, opens: 0.5 }),
  hopper({ grain: GRAIN, count: 100, orifice: 0.03, width: 0.08, halfAngle: 45, dimension: 2 }),
  bin({ grain: GRAIN, count: 300, width: 0.06, height: 0.05 }),
  heap({ grain: GRAIN, count: 100, width: 0.2, rate: 50 }),
  chute({ grain: GRAIN, count: 100, length: 0.3, width: 0.04, slope: 30, rate: 100 }),
  feeder({ grain: GRAIN, count: 100, length: 0.2, width: 0.03, amplitude: 0.0005, frequency: 50, angle: 25 }),
];

describe.each(VESSELS.map((setup) => ({ name: setup.name, setup })))('$name', ({ setup }) => {
  it('passes its own reader, as data, and has room for all its grains, none in another', () => {
    expect(checkSetup(JSON.parse(JSON.stringify(setup)))).toEqual(JSON.parse(JSON.stringify(setup)));
    const { particles, diameters } = pack(setup, 3, stepOf(setup));
    const f = new Float32Array(particles);
    const present = Array.from(diameters, (_, i) => f.subarray(i * 16, i * 16 + 4)).filter((p) => p[3]! > 0);
    for (const [i, a] of present.entries()) {
      a.subarray(0, 3).forEach((c, axis) => {
        expect(c).toBeGreaterThan(setup.bounds.min[axis]!);
        expect(c).toBeLessThan(setup.bounds.max[axis]!);
      });
      for (const b of present.slice(i + 1)) {
        if (Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!) < a[3]! + b[3]!) throw new Error(`${i} overlaps another`);
      }
    }
  });
});

it('a setup that cannot be run is refused with every mistake by its path', () => {
  const good = VESSELS[0]!;
  const bad = {
    ...good,
    contact: { ...good.contact, restitution: 1.5 },
    particle: { ...good.particle, diameter: 0 },
    walls: [{ shape: 'sphere' }, { shape: 'disc', centre: [0, 0, 0], axis: [0, 0, 0], inner: 2, outer: 1 }],
    sinks: [{ name: 'x', region: { min: [0, 0, 0], max: [1, 1, -1] } }],
    colour: 'red',
  };
  const problems = (() => {
    try {
      checkSetup(bad);
      return [];
    } catch (error) {
      return (error as SetupError).problems;
    }
  })();
  for (const path of [
    'contact.restitution',
    'particle.diameter',
    'walls[0].shape',
    'walls[1].axis',
    'walls[1].inner',
    'sinks[0].region',
    'colour',
  ])
    expect(
      problems.some((problem) => problem.startsWith(`setup.${path}:`)),
      `${path} in ${problems.join('\n')}`,
    ).toBe(true);
  expect(() => pack({ ...good, fill: [{ region: good.fill![0]!.region, count: 100_000 }] }, 1, 1e-5)).toThrow(/fill\[0\]\.count/);
});

describe('a stream of parts', () => {
  /** Poisson at 50 a second, after 10 s at 200 a second. */
  const times: number[] = [];
  for (let t = 0, n = 0; t < 100; n++) {
    times.push(t);
    t += -Math.log(chance(n)) / (t < 10 ? 200 : 50);
  }

  it('is measured behind its beginning, and its rate lies in the interval', () => {
    const measured = measure(times, 100)!;
    expect(measured.steady).toBe(true);
    expect(measured.from).toBeGreaterThanOrEqual(10);
    expect(measured.from).toBeLessThan(15);
    expect(measured.ci[0]).toBeLessThan(50);
    expect(measured.ci[1]).toBeGreaterThan(50);
    // Of a Poisson stream the rate's standard error is √(rate / time).
    const half = 1.96 * Math.sqrt(50 / 90);
    expect((measured.ci[1] - measured.ci[0]) / 2 / half).toBeGreaterThan(0.6);
    expect((measured.ci[1] - measured.ci[0]) / 2 / half).toBeLessThan(1.7);
  });

  it('becomes a distribution of at most 200 values with the same mean, in a scene’s words', () => {
    for (const lot of [1, 10]) {
      const measured = measure(times, 100, lot)!;
      const { values } = asDistribution(measured).empirical;
      expect(values.length).toBeLessThanOrEqual(200);
      const seconds = values.map((value) => parseDuration(value, 's')!);
      const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
      expect(mean(seconds) / mean(measured.intervals)).toBeCloseTo(1, 5);
      expect(mean(seconds)).toBeCloseTo(lot / measured.rate, lot === 1 ? 3 : 2);
      // Exponential times of one part: the median is ln 2 of the mean. Erlang of ten: near the mean.
      if (lot === 1) expect(seconds[100]! / mean(seconds)).toBeCloseTo(Math.LN2, 1);
    }
  });

  it('of too few parts says nothing', () => {
    expect(measure(times.slice(0, 30), 1)).toBeUndefined();
  });
});

it('Student’s t is that of the tables', () => {
  expect(studentT(1)).toBeCloseTo(12.7062, 3);
  expect(studentT(3)).toBeCloseTo(3.1824, 3);
  expect(studentT(19)).toBeCloseTo(2.093, 3);
});

it('the law’s constants are found again in rates that follow it, with an interval that fits the scatter', () => {
  const runs = [4, 5, 6, 8, 10].map((n) => ({
    orifice: 0.005 * n,
    diameter: 0.005,
    half: 0,
    density: 9e6,
    rate: 0.6 * 9e6 * Math.sqrt(9.81) * (0.005 * (n - 1.5)) ** 2.5,
  }));
  const exact = fitBeverloo(runs, 2.5);
  expect(exact.c).toBeCloseTo(0.6, 6);
  expect(exact.k).toBeCloseTo(1.5, 6);
  expect(exact.exponent).toBeCloseTo(2.5, 6);
  expect(exact.r2).toBeCloseTo(1, 9);
  const rough = fitBeverloo(
    runs.map((run, i) => ({ ...run, rate: run.rate * (1 + 0.02 * (-1) ** i) })),
    2.5,
  );
  expect(rough.cInterval[0]).toBeLessThan(0.6);
  expect(rough.cInterval[1]).toBeGreaterThan(0.6);
  expect(rough.kInterval[0]).toBeLessThan(1.5);
  expect(rough.kInterval[1]).toBeGreaterThan(1.5);
});
