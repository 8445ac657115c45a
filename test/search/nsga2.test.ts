import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nsga2 } from '../../src/search/nsga2.ts';
import { crowding, dominates, front, hypervolume, ranks, thinned } from '../../src/search/pareto.ts';
import { conclude, type Goal, type Limit } from '../../src/search/search.ts';
import { type Axis, Space } from '../../src/search/space.ts';
import { dtlz2, exactly, noisily, zdt1, zdt2, zdt3 } from './functions.ts';

function least(n: number): Goal[] {
  return Array.from({ length: n }, (_, response) => ({ response, sense: 'minimise', of: { kind: 'mean' } }));
}

function cube(n: number): Space {
  return new Space(Array.from({ length: n }, () => ({ kind: 'real', low: 0, high: 1 })));
}

const rows = (goals: number, most: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: goals, maxLength: goals }), { minLength: 1, maxLength: most });

describe('fronts', () => {
  it('hold what nothing dominates, by the definition', () => {
    fc.assert(
      fc.property(rows(3, 30), (values) => {
        const goals: Goal[] = least(3).map((goal, g) => (g === 1 ? { ...goal, sense: 'maximise' } : goal));
        const beats = (a: number[], b: number[]): boolean => {
          const gains = a.map((x, g) => (g === 1 ? x - (b[g] as number) : (b[g] as number) - x));
          return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
        };
        const expected = values.flatMap((row, i) => (values.some((other) => beats(other, row)) ? [] : [i]));
        expect(front(values, goals)).toEqual(expected);
      }),
    );
    expect(
      front(
        [
          [Number.NaN, 0],
          [1, 1],
        ],
        least(2),
      ),
    ).toEqual([1]);
  });

  it('rank the rest: each rank is the front of what the ranks before leave, and the feasible come first', () => {
    fc.assert(
      fc.property(rows(2, 25), fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 25, maxLength: 25 }), (losses, misses) => {
        const violations = losses.map((_, i) => misses[i] as number);
        const found = ranks(losses, violations);
        let left = losses.map((_, i) => i);
        for (let rank = 0; left.length > 0; rank++) {
          const lowest = Math.min(...left.map((i) => violations[i] as number));
          const alike = left.filter((i) => violations[i] === lowest);
          const layer =
            lowest > 0 ? alike : alike.filter((i) => !alike.some((j) => dominates(losses[j] as number[], losses[i] as number[])));
          expect(left.filter((i) => found[i] === rank)).toEqual(layer);
          left = left.filter((i) => !layer.includes(i));
        }
      }),
    );
  });

  it('have crowding distances as the paper defines them', () => {
    const losses = [
      [0, 4],
      [1, 2],
      [3, 1],
      [4, 0],
    ];
    expect(crowding(losses)).toEqual([Infinity, 3 / 4 + 3 / 4, 3 / 4 + 2 / 4, Infinity]);
    expect(thinned(losses, 3)).toEqual([0, 1, 3]);
  });

  it.each([2, 3, 4])('cover a volume in %i goals: that of whole cells counted one by one', (m) => {
    fc.assert(
      fc.property(rows(m, 12), (values) => {
        let cells = 0;
        for (let code = 0; code < 10 ** m; code++) {
          const corner = Array.from({ length: m }, (_, g) => Math.floor(code / 10 ** g) % 10);
          if (values.some((row) => row.every((x, g) => x <= (corner[g] as number)))) cells++;
        }
        expect(
          hypervolume(
            values,
            least(m),
            Array.from({ length: m }, () => 10),
          ),
        ).toBe(cells);
      }),
      { numRuns: m === 4 ? 10 : 50 },
    );
  });

  it('cover the same volume when goals are turned about', () => {
    const goals: Goal[] = [{ response: 0, sense: 'maximise', of: { kind: 'mean' } }, ...least(1)];
    // From (0, 3): a strip of 1 × 2 and, beside it, one of 2 × 1.
    expect(
      hypervolume(
        [
          [1, 1],
          [3, 2],
        ],
        goals,
        [0, 3],
      ),
    ).toBe(4);
  });
});

/** The area above a curve f2(f1), by the midpoint rule over its running minimum. */
function areaAbove(curve: (f1: number) => number, from: number, reference: [number, number]): number {
  const steps = 100_000;
  const width = (reference[0] - from) / steps;
  let [lowest, sum] = [Infinity, 0];
  for (let i = 0; i < steps; i++) {
    lowest = Math.min(lowest, curve(from + (i + 0.5) * width));
    sum += Math.max(0, reference[1] - lowest) * width;
  }
  return sum;
}

interface Study {
  space: Space;
  of: (x: readonly number[]) => number[];
  goals: number;
  orders: number;
  reference: number[];
  limits?: Limit[];
}

/** The hypervolume of the front that is found. */
function covered({ space, of, goals, orders, reference, limits = [] }: Study): number {
  const options = { seed: 1, replications: 1, orders, finalists: 0, population: 100 };
  const found = conclude(nsga2({ space, goals: least(goals), limits }, options), exactly(of));
  expect(found.evaluations).toBeLessThanOrEqual(orders);
  expect(found.front.every(({ feasible }) => feasible)).toBe(true);
  expect(found.front.map(({ point }) => point)).toContain(found.best);
  return hypervolume(
    found.front.map(({ values }) => values),
    least(goals),
    reference,
  );
}

describe('NSGA-II', () => {
  // A hundred designs spread evenly over these fronts cover about 0.995 of what the whole front does. 16,000 designs; the paper's
  // budget is 25,000.
  const reference: [number, number] = [1.1, 1.1];
  it.each([
    ['ZDT1', zdt1, (f: number) => 1 - Math.sqrt(Math.min(1, f)), 0.985],
    ['ZDT2', zdt2, (f: number) => 1 - Math.min(1, f) ** 2, 0.975],
    ['ZDT3', zdt3, (f: number) => 1 - Math.sqrt(Math.min(1, f)) - Math.min(1, f) * Math.sin(10 * Math.PI * Math.min(1, f)), 0.985],
  ] as const)('covers the front of %s (30 dimensions)', (_, of, curve, share) => {
    const ratio = covered({ space: cube(30), of, goals: 2, orders: 16_000, reference }) / areaAbove(curve, 0, reference);
    expect(ratio).toBeGreaterThan(share);
    expect(ratio).toBeLessThanOrEqual(1 + 1e-6);
  });

  it('covers most of the octant of DTLZ2, as far as crowding in three goals lets it', () => {
    const whole = 1.1 ** 3 - Math.PI / 6;
    const ratio = covered({ space: cube(12), of: dtlz2, goals: 3, orders: 10_000, reference: [1.1, 1.1, 1.1] }) / whole;
    expect(ratio).toBeGreaterThan(0.82);
    expect(ratio).toBeLessThan(1);
  });

  it('covers the front of CONSTR, which its limits cut off', () => {
    const axes: Axis[] = [
      { kind: 'real', low: 0.1, high: 1 },
      { kind: 'real', low: 0, high: 5 },
    ];
    const constr = ([a, b]: readonly number[]): number[] => {
      const [x, y] = [a as number, b as number];
      return [x, (1 + y) / x, y + 9 * x, -y + 9 * x];
    };
    const limits = [
      { response: 2, least: 6, most: Infinity },
      { response: 3, least: 1, most: Infinity },
    ];
    // From x = 7/18, where both limits meet, along y = 6 − 9 x to x = 2/3, then along y = 0.
    const whole = (19 * 5) / 18 - 7 * Math.log(12 / 7) + 10 / 3 - Math.log(1.5) + 0.1 * 9;
    const ratio = covered({ space: new Space(axes), of: constr, goals: 2, orders: 5000, reference: [1.1, 10], limits }) / whole;
    expect(ratio).toBeGreaterThan(0.985);
    expect(ratio).toBeLessThanOrEqual(1);
  });

  it('finds the whole front where there are few designs, and ends when all were tried', () => {
    // Whole numbers and an option: a dearer machine (option 1) halves the time; the front by trying all.
    const space = new Space([
      { kind: 'steps', values: [1, 2, 3, 4, 5, 6] },
      { kind: 'steps', values: [0, 5, 10] },
      { kind: 'choice', count: 2 },
    ]);
    const of = ([n, b, dear]: readonly number[]): number[] => {
      const [servers, places] = [n as number, b as number];
      return [60 / servers / (dear === 1 ? 2 : 1) + 10 / (1 + places), servers * (dear === 1 ? 3 : 1) + 0.2 * places];
    };
    const all = [...space.points()];
    const values = all.map(of);
    const expected = front(values, least(2)).map((i) => (all[i] as readonly number[]).join(' '));
    const options = { seed: 1, replications: 1, orders: 1000, finalists: 0, population: 20 };
    const found = conclude(nsga2({ space, goals: least(2), limits: [] }, options), exactly(of));
    expect(found.front.map(({ point }) => point.join(' ')).sort()).toEqual(expected.sort());
    expect(found.evaluations).toBe(all.length);
    expect(found.ended).toBe('No design was left to try.');
  });

  it('tells of its front by replications that had no part in its choice', () => {
    // Every design is worth (0, 0): the front that looks best has both goals far below, what is reported has the mean 0.
    const runs = 30;
    const sums: number[] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const options = { seed, replications: 4, orders: 150, finalReplications: 16, population: 16 };
      const found = conclude(
        nsga2({ space: cube(3), goals: least(2), limits: [] }, options),
        noisily(() => [0, 0], [1, 1], seed),
      );
      expect(found.known.twins).toBe(16);
      expect(found.evaluations).toBeLessThanOrEqual(150);
      // One design of every front: designs share no luck here, so its two goals are independent, each with the sd ¼.
      sums.push(...found.known.values);
    }
    const mean = sums.reduce((sum, x) => sum + x, 0) / sums.length;
    expect(Math.abs(mean)).toBeLessThan((3.3 * 0.25) / Math.sqrt(sums.length));
  });

  it('takes the same turns again', () => {
    const run = (): unknown => {
      const options = { seed: 4, replications: 3, twins: 2000, population: 12 };
      return conclude(nsga2({ space: cube(4), goals: least(2), limits: [] }, options), noisily(zdt1, [0.1, 0.1], 4, 0.5));
    };
    expect(run()).toEqual(run());
  });
});
