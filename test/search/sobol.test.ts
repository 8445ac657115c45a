import { describe, expect, it } from 'vitest';
import { MOST_DIMENSIONS, SobolSequence } from '../../src/search/sobol.ts';

function points(dimensions: number, count: number, seed?: number): number[][] {
  const sequence = new SobolSequence(dimensions, seed);
  return Array.from({ length: count }, () => sequence.next());
}

describe("Sobol' sequence", () => {
  it('begins as published for the numbers of Joe and Kuo', () => {
    // Their own program's output for five dimensions (also of SciPy 1.17 and R's qrng).
    expect(points(5, 8)).toEqual([
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ]);
  });

  it('is right in the last dimensions too', () => {
    // Point 999 in dimensions 251 to 256, from SciPy 1.17's qmc.Sobol.
    expect(points(MOST_DIMENSIONS, 1000)[999]?.slice(250)).toEqual([
      0.5185546875, 0.6083984375, 0.9423828125, 0.5263671875, 0.3720703125, 0.4365234375,
    ]);
  });

  it.each([undefined, 7])(
    'has in every dimension one of 2^k points in each of 2^k strata, from any multiple of 2^k on (seed %s)',
    (seed) => {
      const all = points(MOST_DIMENSIONS, 512, seed);
      for (const k of [1, 4, 8]) {
        const n = 2 ** k;
        for (let start = 0; start < 512; start += n) {
          for (let j = 0; j < MOST_DIMENSIONS; j++) {
            const strata = new Set(all.slice(start, start + n).map((point) => Math.floor((point[j] as number) * n)));
            if (strata.size !== n) expect.fail(`dimension ${j + 1}, points ${start} to ${start + n - 1}: ${strata.size} of ${n} strata`);
          }
        }
      }
    },
  );

  it.each([undefined, 1, 99])('is a (0, m, 2)-net in the first two dimensions (seed %s)', (seed) => {
    const m = 8;
    const all = points(2, 2 ** m, seed);
    // Every box of 2^−a by 2^−(m−a) holds exactly one point.
    for (let a = 0; a <= m; a++) {
      const boxes = new Set(all.map(([x, y]) => Math.floor((x as number) * 2 ** a) * 2 ** m + Math.floor((y as number) * 2 ** (m - a))));
      expect(boxes.size).toBe(2 ** m);
    }
  });

  it('integrates a smooth function far better than chance, scrambled or not', () => {
    // The product of 1 + (x − ½) / 2 over 6 dimensions has the mean 1; by chance 4096 points would miss it by 0.0056 (sd).
    for (const seed of [undefined, 3, 4, 5]) {
      const mean =
        points(6, 4096, seed).reduce((sum, point) => sum + point.reduce((product, x) => product * (1 + (x - 0.5) / 2), 1), 0) / 4096;
      expect(Math.abs(mean - 1)).toBeLessThan(0.0012);
    }
  });

  it('scrambles to uniform coordinates: over seeds a point lies anywhere', () => {
    // 400 seeds, point 5 in dimension 3, in 10 strata: chi-square with 9 degrees of freedom stays below its 99.9 % quantile, 27.88.
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      const stratum = Math.floor((points(3, 6, seed)[5]?.[2] as number) * 10);
      counts[stratum] = (counts[stratum] as number) + 1;
    }
    expect(counts.reduce((sum, count) => sum + (count - 40) ** 2 / 40, 0)).toBeLessThan(27.88);
  });

  it('refuses what it has no numbers for', () => {
    expect(() => new SobolSequence(MOST_DIMENSIONS + 1)).toThrow(/1 to 256 dimensions here, not 257/);
    expect(() => new SobolSequence(0)).toThrow(RangeError);
  });
});
