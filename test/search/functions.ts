/** Published test functions of optimisers, and what answers a search's orders by formula. */
import type { Order, Outcome } from '../../src/search/search.ts';
import { Dice } from '../../src/search/dice.ts';

/** Answers orders with responses by formula, the same in every replication. */
export function exactly(responses: (point: readonly number[]) => number[]): (orders: Order[]) => Outcome[] {
  return (orders) =>
    orders.map(({ point, count }) => {
      const values = responses(point);
      return Float64Array.from({ length: count * values.length }, (_, i) => values[i % values.length] as number);
    });
}

/**
 * Answers with normal noise added to every response.
 * @param sd by response, of one replication. @param shared share of its variance that all designs have in common in a replication.
 */
export function noisily(
  responses: (point: readonly number[]) => number[],
  sd: readonly number[] | ((point: readonly number[]) => number[]),
  seed: number,
  shared = 0,
): (orders: Order[]) => Outcome[] {
  return (orders) =>
    orders.map(({ point, first, count }) => {
      const values = responses(point);
      const sds = typeof sd === 'function' ? sd(point) : sd;
      const outcome = new Float64Array(count * values.length);
      for (let r = 0; r < count; r++) {
        const common = new Dice(seed, first + r);
        const own = new Dice(seed ^ hash(point), first + r);
        values.forEach((value, j) => {
          outcome[r * values.length + j] =
            value + (sds[j] as number) * (Math.sqrt(shared) * common.normal() + Math.sqrt(1 - shared) * own.normal());
        });
      }
      return outcome;
    });
}

function hash(point: readonly number[]): number {
  let h = 0x811c9dc5;
  for (const c of point.join(' ')) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return h >>> 0;
}

// ── One objective; all are minimised, and least 0 unless said otherwise ─────────────────────────────────────────────

export function sphere(x: readonly number[]): number {
  return x.reduce((sum, v) => sum + v * v, 0);
}

/** Rosenbrock 1960; least at (1, …, 1). */
export function rosenbrock(x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  }
  return sum;
}

/** Rastrigin 1974: about 11^n local minima in (−5.12, 5.12)^n; least at 0. */
export function rastrigin(x: readonly number[]): number {
  return x.reduce((sum, v) => sum + v * v - 10 * Math.cos(2 * Math.PI * v) + 10, 0);
}

/** Branin (Dixon and Szegő 1978) on [−5, 10] × [0, 15]; least 0.397887 in three places. */
export function branin([x, y]: readonly number[]): number {
  const [a, b] = [x as number, y as number];
  return (b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}

/** Hartmann's function of six dimensions (Dixon and Szegő 1978) on the unit cube; least −3.32237. */
export function hartmann6(x: readonly number[]): number {
  const alpha = [1, 1.2, 3, 3.2];
  const a = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ];
  const p = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ];
  return -alpha.reduce(
    (sum, weight, i) =>
      sum + weight * Math.exp(-x.reduce((s, v, j) => s + (a[i]?.[j] as number) * (v - 1e-4 * (p[i]?.[j] as number)) ** 2, 0)),
    0,
  );
}

// ── Several objectives, all minimised (Zitzler, Deb and Thiele 2000; Deb, Thiele, Laumanns and Zitzler 2005) ────────

function zdt(x: readonly number[], shape: (f1: number, g: number) => number): number[] {
  const f1 = x[0] as number;
  const g = 1 + (9 * x.slice(1).reduce((sum, v) => sum + v, 0)) / (x.length - 1);
  return [f1, g * shape(f1, g)];
}

export const zdt1 = (x: readonly number[]): number[] => zdt(x, (f, g) => 1 - Math.sqrt(f / g));
export const zdt2 = (x: readonly number[]): number[] => zdt(x, (f, g) => 1 - (f / g) ** 2);
export const zdt3 = (x: readonly number[]): number[] => zdt(x, (f, g) => 1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f));

/** Three objectives; the front is the part of the unit sphere in the positive octant. */
export function dtlz2(x: readonly number[]): number[] {
  const g = x.slice(2).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
  const [a, b] = [((x[0] as number) * Math.PI) / 2, ((x[1] as number) * Math.PI) / 2];
  return [(1 + g) * Math.cos(a) * Math.cos(b), (1 + g) * Math.cos(a) * Math.sin(b), (1 + g) * Math.sin(a)];
}
