/** Loose parts in the scene format: what is refused, in which words; that nothing simulated hangs on them; and that every vessel that may be written can be put on the bench. */
import { parseTree } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { noteOf, placesIn, PROPOSALS, setupsIn, specimenOf } from '../../../src/app/bulk-setups.ts';
import { withAny } from '../../../src/app/experiment-writing.ts';
import { sameTwins } from '../../../src/app/same-twins.ts';
import { asDistribution, measure } from '../../../src/bulk/measure.ts';
import { checkSetup, particleCount } from '../../../src/bulk/setup.ts';
import { read } from '../../../src/scene/read.ts';
import { boxOf, hang } from '../../../src/view/bulk/sheets.ts';
import { example, type Loose } from './example.ts';

function withBulk(bulk: Loose): string {
  return JSON.stringify({ ...(example() as Loose), bulk });
}

const hopper = (change: (setup: Loose) => void = () => undefined): Loose => {
  const setup: Loose = { hopper: { orifice: 0.06, width: 0.2 }, grain: { diameter: 0.01 }, count: 500 };
  change(setup);
  return { Balls: setup };
};

function problems(bulk: Loose): Record<string, string> {
  const found = read(withBulk(bulk));
  return found.ok ? {} : Object.fromEntries(found.problems.map(({ path, message }) => [path, message]));
}

test.each<[name: string, spoil: (setup: Loose) => void, path: string, message: string]>([
  [
    'an orifice as wide as the hopper',
    (s) => (s.hopper.orifice = 0.2),
    'bulk.Balls.hopper.orifice',
    'found 0.2; expected less than the width of the hopper, 200 mm',
  ],
  // 10 mm and the spread of a tenth that holds where none is written.
  [
    'an orifice that no grain fits through',
    (s) => (s.hopper.orifice = 0.0105),
    'bulk.Balls.hopper.orifice',
    'found 0.0105; expected more than 11 mm, the largest diameter of a grain',
  ],
  [
    'two vessels',
    (s) => (s.bin = { width: 0.1, height: 0.1 }),
    'bulk.Balls',
    'exactly one key that names a vessel: hopper, chute, feeder, bin, heap',
  ],
  ['no vessel', (s) => delete s.hopper, 'bulk.Balls', 'exactly one key that names a vessel'],
  [
    'a flat angle',
    (s) => (s.hopper.halfAngle = 100),
    'bulk.Balls.hopper.halfAngle',
    'found 100; expected a number from 10 to 90, in degrees',
  ],
  ['no grains', (s) => (s.count = 0), 'bulk.Balls.count', 'found 0; expected a whole number from 1 to 100,000'],
  ['a misspelt key', (s) => (s.grain.fricton = 1), 'bulk.Balls.grain.fricton', '(did you mean "friction"?)'],
  ['a fourth dimension', (s) => (s.hopper.dimension = 4), 'bulk.Balls.hopper.dimension', 'found 4; expected 2 or 3'],
])('%s is refused by its path', (_, spoil, path, message) => {
  expect(problems(hopper(spoil))[path]).toContain(message);
});

test('loose parts and notes of what was measured change no twin; what is written into a source does', () => {
  const besides = withBulk(hopper());
  expect(read(besides).ok).toBe(true);
  expect(sameTwins(JSON.stringify(example()), besides)).toBe(true);
  // A steady stream of ten grains a second: intervals of 0.1 s in lots of one.
  const times = Array.from({ length: 400 }, (__, i) => 0.1 * (i + 1));
  const measured = measure(times, 40)!;
  expect(measured.rate).toBeCloseTo(10, 1);
  const place = placesIn(parseTree(besides))[0]!;
  const { intervals, ...rest } = measured;
  const note = noteOf({ ...rest, intervals: intervals.length }, 7, 1000, place.path.join('.'));
  const written = withAny(withAny(besides, place.path, asDistribution(measured)), ['bulk', 'Balls', 'measured'], note);
  const found = read(written);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  expect(sameTwins(besides, written)).toBe(false);
  expect(setupsIn(parseTree(written))[0]![1].measured).toMatchObject({ seed: 7, steps: 1000, lot: 1, intervals: intervals.length });
  expect((JSON.parse(written) as Loose).sources[place.path[1] as string].interarrival.empirical.values[0]).toBe('0.1 s');
});

describe.each(Object.entries(PROPOSALS))('%s', (vessel, text) => {
  test('what a new one holds can be written, and run', () => {
    expect(problems({ [vessel]: text })).toEqual({});
    const { setup } = specimenOf(text);
    expect(() => checkSetup(setup)).not.toThrow();
    expect(particleCount(setup)).toBe(text.count);
  });

  test('its walls are drawn where they are, with normals of length 1 away from the inside', () => {
    const { setup } = specimenOf(text);
    const { min, max } = boxOf(setup.walls, []);
    const { triangles } = hang(setup.walls, (place) => place);
    const words = new Float32Array(triangles);
    const inside = setup.walls.reduce<number[]>(
      (sum, wall) => {
        const at =
          wall.shape === 'cone'
            ? wall.base.map((x, k) => x + (wall.axis[k]! * wall.height) / 2)
            : wall.shape === 'plane'
              ? [0, 0, 0]
              : wall.centre;
        return sum.map((x, k) => x + at[k]! / setup.walls.length);
      },
      [0, 0, 0],
    );
    const [low, high] = [
      [Infinity, Infinity, Infinity],
      [-Infinity, -Infinity, -Infinity],
    ];
    let inwards = 0;
    for (let at = 0; at < words.length; at += 7) {
      const [x, y, z, nx, ny, nz] = words.subarray(at, at + 6) as unknown as number[] as [number, number, number, number, number, number];
      expect(Math.hypot(nx, ny, nz)).toBeCloseTo(1, 5);
      // y of a normal is that of the world, which runs south.
      if ((x - inside[0]!) * nx - (y - inside[1]!) * ny + (z - inside[2]!) * nz < -1e-6) inwards++;
      [x, y, z].forEach((value, axis) => {
        low[axis] = Math.min(low[axis]!, value);
        high[axis] = Math.max(high[axis]!, value);
      });
    }
    expect(inwards).toBe(0);
    for (let axis = 0; axis < 3; axis++) {
      expect(low[axis]).toBeCloseTo(min[axis]!, 3);
      expect(high[axis]).toBeCloseTo(max[axis]!, 3);
    }
  });
});
