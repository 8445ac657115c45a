/**
 * Distributions and draws on which every implementation of sampling must agree: the tests of the tables use them, and a test of a shader
 * can compare it with `sample` on every pair.
 */
import { type Distribution, type Sampler, sample, tabulate } from '../../src/distributions.ts';
import { draw } from '../../src/random.ts';

/** By name. Durations are in ticks of 1 ms: about 100 s, unless the name says otherwise. */
export const DISTRIBUTIONS: Record<string, Distribution> = {
  constant: { kind: 'constant', value: 90_000.4 },
  uniform: { kind: 'uniform', min: 50_000, max: 250_000 },
  triangular: { kind: 'triangular', min: 20_000, mode: 60_000, max: 200_000 },
  'triangular, rising': { kind: 'triangular', min: 20_000, mode: 200_000, max: 200_000 },
  'normal, cv 0.1': { kind: 'normal', mean: 100_000, sd: 10_000 },
  'normal, cv 0.3': { kind: 'normal', mean: 100_000, sd: 30_000 },
  'normal, cv 1': { kind: 'normal', mean: 100_000, sd: 100_000 },
  'lognormal, cv 0.2': { kind: 'lognormal', mean: 100_000, cv: 0.2 },
  'lognormal, cv 0.5': { kind: 'lognormal', mean: 100_000, cv: 0.5 },
  'lognormal, cv 2': { kind: 'lognormal', mean: 100_000, cv: 2 },
  'lognormal, cv 5': { kind: 'lognormal', mean: 100_000, cv: 5 },
  exponential: { kind: 'exponential', mean: 100_000 },
  'gamma, shape 0.3': { kind: 'gamma', shape: 0.3, scale: 400_000 },
  'gamma, shape 1': { kind: 'gamma', shape: 1, scale: 100_000 },
  'gamma, shape 2.5': { kind: 'gamma', shape: 2.5, scale: 40_000 },
  'gamma, shape 40': { kind: 'gamma', shape: 40, scale: 2500 },
  'gamma, shape 10000': { kind: 'gamma', shape: 10_000, scale: 10 },
  'gamma, shape 1000000': { kind: 'gamma', shape: 1e6, scale: 100 },
  'erlang, k 3': { kind: 'gamma', shape: 3, scale: 100_000 / 3 },
  'weibull, shape 0.7': { kind: 'weibull', shape: 0.7, scale: 80_000 },
  'weibull, shape 1.5': { kind: 'weibull', shape: 1.5, scale: 110_000 },
  'weibull, shape 3': { kind: 'weibull', shape: 3, scale: 110_000 },
  'beta (0.5, 0.5)': { kind: 'beta', alpha: 0.5, beta: 0.5, min: 0, max: 200_000 },
  'beta (2, 5)': { kind: 'beta', alpha: 2, beta: 5, min: 50_000, max: 300_000 },
  'beta (0.2, 3)': { kind: 'beta', alpha: 0.2, beta: 3, min: 0, max: 1_600_000 },
  histogram: { kind: 'empirical', edges: [10_000, 20_000.5, 90_000, 90_000, 400_000], weights: [1, 4, 0, 2.5] },
  'histogram of hours': { kind: 'empirical', edges: [0, 3_600_000, 4_000_000_000], weights: [1, 3] },
  'values, two alike': { kind: 'discrete', values: [45_000, 30_000, 45_000, 61_234], weights: [1, 1, 1, 1] },
  'values, 3000': {
    kind: 'discrete',
    values: Array.from({ length: 3000 }, (_, i) => (i * 7919) % 100_003),
    weights: new Array(3000).fill(1),
  },
  discrete: { kind: 'discrete', values: [0, 1, 45_000, 2_147_483_648, 4_294_967_294], weights: [0.1, 0.2, 0.3, 0.35, 0.05] },
  'exponential, 3 ticks': { kind: 'exponential', mean: 3 },
  'exponential, 0.2 ticks': { kind: 'exponential', mean: 0.2 },
  'exponential, 20 days': { kind: 'exponential', mean: 1_728_000_000 },
  'lognormal, cv 0.01, a third of a tick': { kind: 'lognormal', mean: 1 / 3, cv: 0.01 },
};

export const SAMPLERS: { name: string; sampler: Sampler }[] = Object.entries(DISTRIBUTIONS).map(([name, distribution]) => ({
  name,
  sampler: tabulate(distribution),
}));

/** Draws at and beside every power of two from both ends of the range, the middle, and 4096 at random. */
export const DRAWS: Uint32Array = Uint32Array.from([
  ...Array.from({ length: 32 }, (_, bit) => 2 ** bit).flatMap((v) => [v - 1, v, v + 1, ~v + 1, ~v, ~v - 1]),
  ...Array.from({ length: 48 }, (_, v) => [v, ~v]).flat(),
  ...Array.from({ length: 4096 }, (_, n) => draw(1, 2, 3, 4, n)),
]);

/** What `sampler` makes of `u`. */
export function drawn(sampler: Sampler, u: number): number {
  return sample(sampler.shape, 0, sampler.kind, sampler.scale, sampler.shift, u);
}
