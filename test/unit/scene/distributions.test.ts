/** Every form in which a distribution can be written, in a scene whose time unit is 1 min and whose tick is 1 s. */
import { dists } from '../../oracles/dists.ts';
import { expect, test } from 'vitest';
import type { Distribution } from '../../../src/distributions.ts';
import { read } from '../../../src/scene/read.ts';
import { example, type Loose } from './example.ts';

function withProcessing(processing: Loose): ReturnType<typeof read> {
  const scene = example();
  scene.time.resolution = '1 s';
  scene.stations.press.processing = processing;
  return read(JSON.stringify(scene));
}

function ticks(processing: Loose): Distribution | undefined {
  const result = withProcessing(processing);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scene.stations.find(({ name }) => name === 'press')?.processing;
}

test.each<[Loose, Distribution]>([
  [3, { kind: 'constant', value: 180 }],
  ['1.5e3 ms', { kind: 'constant', value: 1.5 }],
  ['2 h', { kind: 'constant', value: 7200 }],
  ['0.5 d', { kind: 'constant', value: 43_200 }],
  ['1 w', { kind: 'constant', value: 604_800 }],
  [0, { kind: 'constant', value: 0 }],
  [{ constant: { value: '2 min' } }, { kind: 'constant', value: 120 }],
  [{ uniform: { min: 1, max: '90 s' } }, { kind: 'uniform', min: 60, max: 90 }],
  [{ triangular: { min: 1, mode: 1, max: 3 } }, { kind: 'triangular', min: 60, mode: 60, max: 180 }],
  [{ normal: { mean: 10, sd: '30 s' } }, { kind: 'normal', mean: 600, sd: 30 }],
  [{ normal: { mean: 10, cv: 0.25 } }, { kind: 'normal', mean: 600, sd: 150 }],
  [{ lognormal: { mean: 10, cv: 0.25 } }, { kind: 'lognormal', mean: 600, cv: 0.25 }],
  [{ lognormal: { mean: 10, sd: 5 } }, { kind: 'lognormal', mean: 600, cv: 0.5 }],
  [{ exponential: { mean: 10 } }, { kind: 'exponential', mean: 600 }],
  [{ exponential: { rate: 0.5 } }, { kind: 'exponential', mean: 120 }],
  [{ erlang: { mean: 10, k: 5 } }, { kind: 'gamma', shape: 5, scale: 120 }],
  [{ gamma: { mean: 10, cv: 0.5 } }, { kind: 'gamma', shape: 4, scale: 150 }],
  [{ gamma: { shape: 2.5, scale: 2 } }, { kind: 'gamma', shape: 2.5, scale: 120 }],
  [{ weibull: { shape: 1.7, scale: 2 } }, { kind: 'weibull', shape: 1.7, scale: 120 }],
  [{ beta: { alpha: 2, beta: 3.5, min: 1, max: 4 } }, { kind: 'beta', alpha: 2, beta: 3.5, min: 60, max: 240 }],
  [{ empirical: { values: [3, '60 s', 2] } }, { kind: 'discrete', values: [60, 120, 180], weights: [1, 1, 1] }],
  [{ empirical: { edges: [0, 1, 3], weights: [1, 2] } }, { kind: 'empirical', edges: [0, 60, 180], weights: [1, 2] }],
  [{ discrete: { values: [3, 1], weights: [1, 9] } }, { kind: 'discrete', values: [60, 180], weights: [9, 1] }],
  // What never varies is a constant.
  [{ uniform: { min: 1, max: '60 s' } }, { kind: 'constant', value: 60 }],
  [{ triangular: { min: 1, mode: 1, max: 1 } }, { kind: 'constant', value: 60 }],
  [{ normal: { mean: 10, sd: 0 } }, { kind: 'constant', value: 600 }],
  [{ lognormal: { mean: 10, sd: 0 } }, { kind: 'constant', value: 600 }],
  [{ exponential: { mean: 0 } }, { kind: 'constant', value: 0 }],
])('%j', (written, expected) => {
  expect(ticks(written)).toEqual(expected);
});

test('lognormal by mu and sigma: mean e^(mu + sigma²/2) time units, cv √(e^sigma² − 1)', () => {
  for (const [mu, sigma] of [
    [0, 1],
    [1.2, 0.3],
    [-2, 1.3],
    [2, 1e-4],
  ] as const) {
    const made = ticks({ lognormal: { mu, sigma } }) as { kind: string; mean: number; cv: number };
    expect(made.kind).toBe('lognormal');
    expect(made.mean / (60 * Math.exp(mu + (sigma * sigma) / 2))).toBeCloseTo(1, 12);
    expect(made.cv / Math.sqrt(Math.expm1(sigma * sigma))).toBeCloseTo(1, 12);
  }
});

test('weibull by mean and shape or cv: the mean and cv of what comes out are those that were written', () => {
  for (const cv of [0.001, 0.05, 0.4, 1, 1.5, 4, 10]) {
    const made = ticks({ weibull: { mean: 10, cv } }) as { kind: string; shape: number; scale: number };
    const mean = dists.weibull.mean(made.shape, made.scale);
    expect(made.kind).toBe('weibull');
    expect(mean / 600).toBeCloseTo(1, 10);
    // The variance loses digits where the cv is small.
    expect(dists.weibull.stdev(made.shape, made.scale) / mean / cv).toBeCloseTo(1, cv < 0.01 ? 4 : 8);
  }
  expect(ticks({ weibull: { mean: 10, cv: 1 } })).toMatchObject({ shape: expect.closeTo(1, 9), scale: expect.closeTo(600, 6) });
  expect(ticks({ weibull: { mean: 10, shape: 2 } })).toMatchObject({ shape: 2, scale: expect.closeTo(600 / (Math.sqrt(Math.PI) / 2), 8) });
});

test.each<[Loose, path: string, words: string]>([
  [{ uniform: { min: 2, max: '90 s' } }, 'uniform.max', 'found "90 s"; expected at least min, 2'],
  [{ triangular: { min: 1, mode: 5, max: 3 } }, 'triangular.mode', 'found 5; expected from min, 1, to max, 3'],
  [{ triangular: { min: 4, mode: 3, max: 3 } }, 'triangular.max', 'expected at least min, 4'],
  [{ normal: { mean: 1, sd: -1 } }, 'normal.sd', 'found -1; expected a duration, which is never negative'],
  [{ normal: { mean: 1, cv: 0 } }, 'normal.cv', 'found 0; expected standard deviation over mean: a number above 0'],
  [{ lognormal: { mean: 1, cv: 11 } }, 'lognormal.cv', 'at most 10'],
  [{ lognormal: { mean: 1, sd: 11 } }, 'lognormal.sd', 'found a coefficient of variation of 11; expected at most 10'],
  [{ lognormal: { mean: 0, sd: 1 } }, 'lognormal.mean', 'expected a mean above 0'],
  [{ lognormal: { mu: 0, sigma: 3 } }, 'lognormal.sigma', 'found a coefficient of variation of 90; expected at most 10'],
  [{ lognormal: { mu: 900, sigma: 1 } }, '', 'expected at most 2^32'],
  [{ lognormal: { mu: 0, sigma: -1 } }, 'lognormal.sigma', 'a number of at least 0'],
  [{ exponential: { rate: 0 } }, 'exponential.rate', 'found 0; expected a number above 0'],
  [{ exponential: { rate: 1e-300 } }, '', 'expected at most 2^32'],
  [{ exponential: { mean: '1 ms' } }, 'exponential.mean', 'found a mean of 0.001 ticks, which rounds to 0'],
  [{ exponential: { mean: 1, rate: 1 } }, 'exponential', 'found the keys "mean", "rate"; expected "mean" or "rate"'],
  [{ erlang: { mean: 1, k: 0 } }, 'erlang.k', 'a whole number from 1 to 10,000'],
  [{ erlang: { mean: 1, k: 1.5 } }, 'erlang.k', 'a whole number from 1 to 10,000'],
  [{ gamma: { shape: 0, scale: 1 } }, 'gamma.shape', 'expected a shape: a number from 0.01 to 1,000,000'],
  [{ weibull: { shape: 0.1, scale: 1 } }, 'weibull.shape', 'expected a shape: a number from 0.2'],
  [{ weibull: { mean: 1, cv: 1e-9 } }, 'weibull.cv', 'expected at least 0.0002'],
  [{ beta: { alpha: 1, beta: 1, min: 3, max: 2 } }, 'beta.max', 'expected at least min, 3'],
  [{ beta: { alpha: -1, beta: 1, min: 1, max: 2 } }, 'beta.alpha', 'expected a shape'],
  [{ empirical: { values: [] } }, 'empirical.values', 'found []; expected a list of at least 1 duration'],
  [{ empirical: { values: [1, 'x'] } }, 'empirical.values[1]', 'found "x"; expected a duration'],
  [{ empirical: { edges: [0, 2, 2], weights: [1, 1] } }, 'empirical.edges[2]', 'found 2 after 2; expected edges that increase'],
  [
    { empirical: { edges: [0, 2], weights: [1, 1] } },
    'empirical.edges',
    'found a list of 2 for 2 weights; expected one more edge than weights',
  ],
  [{ empirical: { edges: [0, 2], weights: [0] } }, 'empirical.weights', 'all 0'],
  [{ empirical: { values: Array.from({ length: 100_002 }, () => 1) } }, 'empirical.values', 'at most 100001 durations'],
  [{ discrete: { values: [1, 2], weights: [1] } }, 'discrete.weights', 'found a list of 1 for 2 values; expected one weight a value'],
  [{ discrete: { values: [1], weights: [-1] } }, 'discrete.weights[0]', 'found -1; expected a weight'],
  [{ discrete: { values: [1, 2], weights: [0, 0] } }, 'discrete.weights', 'all 0'],
])('refused: %j', (written, path, words) => {
  const result = withProcessing(written);
  expect(result.ok ? [] : result.problems).toEqual([
    { path: `stations.press.processing${path && `.${path}`}`, message: expect.stringContaining(words) },
  ]);
});
