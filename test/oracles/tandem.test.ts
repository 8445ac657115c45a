import { describe, expect, test } from 'vitest';
import { serialLine } from './lines.ts';
import { tandemThroughput, throughputProblem } from './tandem.ts';

describe('three exponential stations', () => {
  test('agree with the general chain of lines', () => {
    for (const [rates, places] of [
      [
        [1, 1, 1],
        [1, 1],
      ],
      [
        [6, 7, 7],
        [3, 2],
      ],
      [
        [2, 9, 4],
        [1, 5],
      ],
      [
        [5, 1, 3],
        [4, 1],
      ],
    ] as [[number, number, number], [number, number]][]) {
      const line = serialLine(
        rates.map((rate) => ({ rate })),
        places.map((place) => place - 1),
      );
      expect(tandemThroughput(rates, places)).toBeCloseTo(line.throughput, 10);
    }
    // Hillier and Boling 1967: no buffers.
    expect(tandemThroughput([1, 1, 1], [1, 1])).toBeCloseTo(22 / 39, 12);
  });

  test('the published optima, and how many designs are within 0.1 of them', () => {
    expect(tandemThroughput([6, 7, 7], [12, 8])).toBeCloseTo(5.776122, 6);
    expect(tandemThroughput([16, 17, 17], [29, 21])).toBeCloseTo(15.697585, 6);
    expect(tandemThroughput([42, 43, 43], [74, 54])).toBeCloseTo(41.658243, 6);
    const all = [...throughputProblem(20)];
    const best = Math.max(...all.map(({ throughput }) => throughput));
    expect(all).toHaveLength(3249);
    expect(best).toBeCloseTo(5.776122, 6);
    expect(all.filter(({ throughput }) => throughput >= best - 0.1)).toHaveLength(21);
    expect(all.filter(({ throughput }) => throughput > best - 1e-9).map(({ rates, places }) => [...rates, ...places])).toEqual([
      [6, 7, 7, 12, 8],
      [7, 7, 6, 8, 12],
    ]);
  });
});
