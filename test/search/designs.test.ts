import { describe, expect, it } from 'vitest';
import { designPoints, designSize, twoLevel } from '../../src/search/designs.ts';
import { Dice } from '../../src/search/dice.ts';
import { aliases, type Fraction, fraction, sign } from '../../src/search/fractional.ts';
import { latinHypercube, maximinLatinHypercube } from '../../src/search/latin.ts';
import { type Axis, Space } from '../../src/search/space.ts';

const real: Axis = { kind: 'real', low: 0, high: 1 };
const steps = (...values: number[]): Axis => ({ kind: 'steps', values });
const cube = (d: number): Space => new Space(Array.from({ length: d }, () => real));

/** All defining words of a fraction by the signs alone: sets of factors whose product is + in every run. Counts by length. */
function wordLengths(design: Fraction): number[] {
  const factors = design.words.length;
  // Walsh–Hadamard transform of the indicator of the runs in the full factorial: a word's coefficient is ± runs.
  const table = new Float64Array(2 ** factors);
  for (let run = 0; run < design.runs; run++) {
    let at = 0;
    for (let i = 0; i < factors; i++) if (sign(design, run, i) < 0) at |= 1 << i;
    table[at] = 1;
  }
  for (let half = 1; half < table.length; half *= 2) {
    for (let i = 0; i < table.length; i++) {
      if ((i & half) !== 0) continue;
      const [a, b] = [table[i] as number, table[i + half] as number];
      table[i] = a + b;
      table[i + half] = a - b;
    }
  }
  const counts = new Array<number>(factors + 1).fill(0);
  table.forEach((x, word) => {
    if (word === 0 || x === 0) return;
    expect(Math.abs(x)).toBe(design.runs);
    const length = word.toString(2).replaceAll('0', '').length;
    counts[length] = (counts[length] as number) + 1;
  });
  return counts;
}

describe('two-level fractions', () => {
  it('have the resolution, in the fewest runs there are, that the tables state', () => {
    // Box, Hunter and Hunter's table 6.22 and Montgomery's 8.14: runs by factors from 3 on, for resolutions III, IV and V (256: Draper and Lin).
    const runs = {
      3: [4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16],
      4: [8, 8, 16, 16, 16, 16, 32, 32, 32, 32, 32, 32, 32],
      5: [8, 16, 16, 32, 64, 64, 128, 128, 128, 256, 256, 256, 256],
    } as const;
    for (const resolution of [3, 4, 5] as const) {
      runs[resolution].forEach((expected, i) => {
        const factors = i + 3;
        const design = fraction(factors, resolution);
        expect(design.runs, `${factors} factors at resolution ${resolution}`).toBe(expected);
        const least = wordLengths(design).findIndex((count) => count > 0);
        if (least >= 0) expect(least).toBeGreaterThanOrEqual(resolution);
        expect(Math.min(5, least < 0 ? 5 : least)).toBe(design.resolution);
      });
    }
  });

  it('have the word lengths of the published minimum-aberration designs', () => {
    // Chen, Sun and Wu 1993; Block and Mee 2005 and Xu 2009: numbers of words of 3, 4, 5 (and 6) letters.
    const published: [number, number, number[]][] = [
      [16, 9, [4, 14, 8]],
      [16, 12, [16, 39, 48]],
      [16, 15, [35, 105, 168]],
      [32, 7, [0, 1, 2]],
      [32, 8, [0, 3, 4]],
      [32, 9, [0, 6, 8]],
      [32, 10, [0, 10, 16]],
      [32, 11, [0, 25, 0, 27]],
      [32, 12, [0, 38, 0, 52]],
      [32, 15, [0, 105, 0, 280]],
      [64, 9, [0, 1, 4]],
      [64, 10, [0, 2, 8]],
      [64, 11, [0, 4, 14]],
      [64, 12, [0, 6, 24]],
      [64, 13, [0, 14, 28]],
      [64, 14, [0, 22, 40]],
      [64, 15, [0, 30, 60]],
      [128, 9, [0, 0, 0, 3]],
      [128, 10, [0, 0, 3, 3]],
      [128, 11, [0, 0, 6, 6]],
      [128, 12, [0, 1, 8]],
      [128, 13, [0, 2, 16]],
      [128, 14, [0, 3, 24]],
      [128, 15, [0, 7, 32]],
    ];
    for (const [runs, factors, counts] of published) {
      const design = fraction(factors, 3, runs);
      expect(design.runs).toBe(runs);
      expect(wordLengths(design).slice(3, 3 + counts.length), `${factors} factors in ${runs} runs`).toEqual(counts);
    }
  });

  it('have balanced, uncorrelated columns, beyond the tables too', () => {
    for (const [factors, resolution] of [
      [6, 3],
      [11, 4],
      [40, 4],
      [100, 3],
      [128, 4],
    ] as const) {
      const design = fraction(factors, resolution);
      const column = (i: number): number[] => Array.from({ length: design.runs }, (_, run) => sign(design, run, i));
      const columns = design.words.map((_, i) => column(i));
      for (let i = 0; i < factors; i++) {
        expect(columns[i]?.reduce((a, b) => a + b)).toBe(0);
        for (let j = 0; j < i; j++) expect(columns[i]?.reduce((sum, x, run) => sum + x * (columns[j]?.[run] as number), 0)).toBe(0);
      }
      expect(design.resolution).toBeGreaterThanOrEqual(resolution);
    }
    expect(() => fraction(18, 5)).toThrow(/resolution 5 in up to 256 runs is known here for 18 factors/);
  });

  it('tell what is confused with what as the textbooks do', () => {
    // Montgomery, example 8.4 (2^(6−2), I = ABCE = BCDF = ADEF) and the 2^(7−4) of resolution III.
    expect(aliases(fraction(6, 4)).toSorted()).toEqual(
      ['AB = CE', 'AC = BE', 'AD = EF', 'AE = BC = DF', 'AF = DE', 'BD = CF', 'BF = CD'].toSorted(),
    );
    const saturated = aliases(fraction(7, 3));
    expect(saturated).toHaveLength(7);
    expect(saturated).toContain('A = BD = CE = FG');
    expect(aliases(fraction(5, 5))).toEqual([]);
    expect(aliases(fraction(3, 3), ['speed', 'room', 'rule'])).toContain('speed = room × rule');
  });

  it('runs basic factors in standard order', () => {
    const { points } = designPoints(cube(3), { kind: 'fractional', resolution: 3 }, 0);
    expect(points).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 1],
    ]);
  });

  it('takes low and high of axes, leaves constants alone and refuses choices of more than two', () => {
    const space = new Space([{ kind: 'real', low: 2, high: 5 }, steps(4), steps(1, 2, 7), { kind: 'choice', count: 2 }]);
    const { points } = designPoints(space, { kind: 'fractional', resolution: 3 }, 0);
    expect(points).toHaveLength(4);
    expect(twoLevel(space, 3).factors).toEqual([0, 2, 3]);
    for (const [a, b, c, d] of points) {
      expect([2, 5]).toContain(a);
      expect(b).toBe(4);
      expect([1, 7]).toContain(c);
      expect([0, 1]).toContain(d);
    }
    const three = new Space([real, { kind: 'choice', count: 3 }]);
    expect(() => designPoints(three, { kind: 'fractional' }, 0)).toThrow(/Factor 2 has 3 options; in a two-level design a choice has 2/);
  });
});

describe('full factorials', () => {
  it('have every combination once', () => {
    const space = new Space([real, steps(1, 2, 4), { kind: 'choice', count: 2 }]);
    const { points, warnings } = designPoints(space, { kind: 'full', levels: 5 }, 0);
    expect(points).toHaveLength(30);
    expect(designSize(space, { kind: 'full', levels: 5 })).toBe(30);
    expect(new Set(points.map((point) => point[0]))).toEqual(new Set([0, 0.25, 0.5, 0.75, 1]));
    expect(warnings).toEqual([]);
  });

  it('has the 3,249 designs of the throughput problem for L = 20', () => {
    const counting = Array.from({ length: 18 }, (_, i) => i + 1);
    const space = new Space(
      [steps(...counting), steps(...counting), steps(...counting), steps(...counting, 19), steps(...counting, 19)],
      [
        { kind: 'linear', weights: [1, 1, 1, 0, 0], sense: '=', bound: 20 },
        { kind: 'linear', weights: [0, 0, 0, 1, 1], sense: '=', bound: 20 },
      ],
    );
    const { points, warnings } = designPoints(space, { kind: 'full' }, 0);
    expect(points).toHaveLength(3249);
    expect(warnings).toEqual([`${18 * 18 * 19 - 3249} of ${18 * 18 * 19} combinations break a constraint and are left out.`]);
  });

  it('refuses to be astronomically large', () => {
    expect(() => designPoints(cube(10), { kind: 'full', levels: 10 }, 0)).toThrow(/10000000000 points/);
    expect(designSize(cube(10), { kind: 'full', levels: 10 })).toBe(1e10);
  });
});

describe('Latin hypercubes', () => {
  const least = (rows: Float64Array[]): number => {
    let closest = Infinity;
    rows.forEach((a, i) => {
      for (const b of rows.slice(0, i))
        closest = Math.min(closest, Math.sqrt(a.reduce((sum, x, j) => sum + (x - (b[j] as number)) ** 2, 0)));
    });
    return closest;
  };

  it.each([
    [9, 2],
    [30, 4],
    [60, 8],
  ])('of %i points in %i dimensions have one point a stratum and keep their distance', (n, d) => {
    const rows = maximinLatinHypercube(n, d, 5);
    for (let j = 0; j < d; j++) {
      expect(rows.map((row) => Math.floor((row[j] as number) * n)).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    }
    const plain = Array.from({ length: 30 }, (_, seed) => least(latinHypercube(n, d, new Dice(seed))));
    expect(least(rows)).toBeGreaterThan(Math.max(...plain));
    expect(rows).toEqual(maximinLatinHypercube(n, d, 5));
  });

  it('come near the best minimum distance known', () => {
    // van Dam, Husslage, den Hertog and Melissen 2007, two dimensions: squared distances by number of points, in units of 1 / n².
    for (const [n, squared] of [
      [5, 5],
      [7, 8],
      [9, 10],
      [10, 10],
    ] as const) {
      const found = Math.round((least(maximinLatinHypercube(n, 2, 1)) * n) ** 2);
      expect(found).toBeLessThanOrEqual(squared);
      expect(found).toBeGreaterThanOrEqual(0.75 * squared);
    }
  });

  it('draws on past constraints until there are enough points', () => {
    const space = new Space([real, real, real], [{ kind: 'linear', weights: [1, 1, 1], sense: '<=', bound: 1 }]);
    const { points, warnings } = designPoints(space, { kind: 'latin hypercube', points: 25 }, 3);
    expect(points).toHaveLength(25);
    for (const point of points) expect(space.admits(point)).toBe(true);
    expect(warnings[0]).toMatch(/Constraints bar part of the space: the points are 25 of a Latin hypercube of \d+/);
  });

  it('says where constraints leave too little, and where steps make points equal', () => {
    const nowhere = new Space([real], [{ kind: 'test', holds: () => false }]);
    const none = designPoints(nowhere, { kind: 'latin hypercube', points: 4 }, 0);
    expect(none.points).toEqual([]);
    expect(none.warnings[0]).toMatch(/Only 0 of 4 points were found that meet the constraints, in 256 tries/);
    const coarse = designPoints(new Space([steps(1, 2), steps(1, 2)]), { kind: 'latin hypercube', points: 10 }, 0);
    expect(coarse.points.length).toBeLessThanOrEqual(4);
    expect(coarse.warnings[0]).toBe(`${10 - coarse.points.length} of 10 points are the same as others and are left out.`);
    expect(() => designPoints(cube(2), { kind: 'latin hypercube', points: 2.5 }, 0)).toThrow(/not 2.5/);
  });
});

describe("Sobol' designs and tables", () => {
  it('draws on past constraints, with steps merged, or gives up', () => {
    const space = new Space([real, real], [{ kind: 'linear', weights: [1, 1], sense: '<=', bound: 0.5 }]);
    const { points, warnings } = designPoints(space, { kind: 'sobol', points: 20, scrambled: true }, 9);
    expect(points).toHaveLength(20);
    expect(points.every((point) => space.admits(point))).toBe(true);
    expect(warnings[0]).toMatch(/20 of the first \d+ of the sequence/);
    expect(designPoints(cube(2), { kind: 'sobol', points: 4 }, 1).points).toEqual([
      [0, 0],
      [0.5, 0.5],
      [0.75, 0.25],
      [0.25, 0.75],
    ]);
    const nowhere = new Space([real], [{ kind: 'test', holds: () => false }]);
    expect(designPoints(nowhere, { kind: 'sobol', points: 4 }, 0)).toEqual({
      points: [],
      warnings: ['Only 0 of 4 points were found that meet the constraints, in 256 tries.'],
    });
  });

  it('takes the rows of a table that the space admits, once', () => {
    const space = new Space([steps(1, 2, 3), real]);
    const rows = [
      [1, 0.5],
      [4, 0.5],
      [1, 0.5],
      [3, 2],
    ];
    expect(designPoints(space, { kind: 'table', rows }, 0)).toEqual({
      points: [[1, 0.5]],
      warnings: [
        '2 of 4 rows are not on the axes or break a constraint and are left out.',
        '1 of 4 rows are the same as others and are left out.',
        'The first row that is left out is row 2: 4, 0.5.',
      ],
    });
  });
});
