import { readFileSync } from 'node:fs';
import { dists } from '../oracles/dists.ts';
import { describe, expect, it } from 'vitest';
import { type Distribution, quantile, type Sampler, sample, sampleOctave, sampleSegments, tabulate } from '../../src/distributions.ts';
import { DISTRIBUTIONS, DRAWS, drawn, SAMPLERS } from './vectors.ts';

const RANGE = 2 ** 32;

interface Oracle {
  cdf: (x: number) => number;
  mean: number;
  variance: number;
}

/** Mean, variance and CDF (ticks, not rounded) by the books and by stdlib. */
function oracle(d: Distribution): Oracle {
  switch (d.kind) {
    case 'uniform':
      return {
        cdf: (x) => dists.uniform.cdf(x, d.min, d.max),
        mean: dists.uniform.mean(d.min, d.max),
        variance: dists.uniform.variance(d.min, d.max),
      };
    case 'triangular':
      return {
        cdf: (x) => dists.triangular.cdf(x, d.min, d.max, d.mode),
        mean: dists.triangular.mean(d.min, d.max, d.mode),
        variance: dists.triangular.variance(d.min, d.max, d.mode),
      };
    case 'normal': {
      const a = -d.mean / d.sd;
      const above = dists.normal.cdf(-a, 0, 1);
      const hazard = dists.normal.pdf(a, 0, 1) / above;
      return {
        cdf: (x) => (x < 0 ? 0 : (dists.normal.cdf(x, d.mean, d.sd) - (1 - above)) / above),
        mean: d.mean + d.sd * hazard,
        variance: d.sd ** 2 * (1 + a * hazard - hazard ** 2),
      };
    }
    case 'lognormal': {
      const sigma = Math.sqrt(Math.log1p(d.cv ** 2));
      const mu = Math.log(d.mean) - sigma ** 2 / 2;
      return { cdf: (x) => dists.lognormal.cdf(x, mu, sigma), mean: d.mean, variance: (d.mean * d.cv) ** 2 };
    }
    case 'exponential':
      return { cdf: (x) => dists.exponential.cdf(x, 1 / d.mean), mean: d.mean, variance: d.mean ** 2 };
    case 'gamma':
      return { cdf: (x) => dists.gamma.cdf(x, d.shape, 1 / d.scale), mean: d.shape * d.scale, variance: d.shape * d.scale ** 2 };
    case 'weibull':
      return {
        cdf: (x) => dists.weibull.cdf(x, d.shape, d.scale),
        mean: dists.weibull.mean(d.shape, d.scale),
        variance: dists.weibull.variance(d.shape, d.scale),
      };
    case 'beta': {
      const width = d.max - d.min;
      return {
        cdf: (x) => dists.beta.cdf((x - d.min) / width, d.alpha, d.beta),
        mean: d.min + width * dists.beta.mean(d.alpha, d.beta),
        variance: width ** 2 * dists.beta.variance(d.alpha, d.beta),
      };
    }
    case 'empirical': {
      const total = d.weights.reduce((a, b) => a + b);
      const share = (f: (a: number, b: number) => number): number =>
        d.weights.reduce((sum, w, i) => sum + (w / total) * f(d.edges[i]!, d.edges[i + 1]!), 0);
      const mean = share((a, b) => (a + b) / 2);
      return {
        cdf: (x) => share((a, b) => (x <= a ? 0 : x >= b ? 1 : (x - a) / (b - a))),
        mean,
        variance: share((a, b) => (a * a + a * b + b * b) / 3) - mean ** 2,
      };
    }
    case 'discrete': {
      const total = d.weights.reduce((a, b) => a + b);
      const share = (f: (v: number) => number): number => d.weights.reduce((sum, w, i) => sum + (w / total) * f(d.values[i]!), 0);
      const mean = share((v) => v);
      return { cdf: (x) => share((v) => (v <= x ? 1 : 0)), mean, variance: share((v) => (v - mean) ** 2) };
    }
    case 'constant':
      return { cdf: (x) => (x < d.value ? 0 : 1), mean: Math.round(d.value), variance: 0 };
  }
}

/** The first draws of a table's straight pieces, ascending, then 2^32. Seen from outside: by the definition of the octaves. */
function pieces(sampler: Sampler): number[] {
  if (sampler.kind === 2) {
    return [...Array.from({ length: sampler.shape[0]! }, (_, i) => sampler.shape[1 + 4 * i]!), RANGE];
  }
  const lower = [0];
  for (let octave = 16; octave < RANGE / 2; octave *= 2) {
    for (let v = octave; v < 2 * octave; v += Math.max(1, octave / 32)) lower.push(v);
  }
  return [
    ...lower,
    RANGE / 2,
    ...lower
      .slice(1)
      .reverse()
      .map((v) => RANGE - v),
    RANGE,
  ];
}

/** Mean and variance over all 2^32 draws, each piece from its first and last draw: values on a straight line, evenly spread. */
function moments(sampler: Sampler): { mean: number; variance: number } {
  const first = pieces(sampler);
  const origin = drawn(sampler, RANGE / 2);
  let mean = 0;
  let square = 0;
  for (let i = 0; i + 1 < first.length; i++) {
    const n = first[i + 1]! - first[i]!;
    const a = drawn(sampler, first[i]!) - origin;
    const b = drawn(sampler, first[i + 1]! - 1) - origin;
    mean += (n * (a + b)) / 2;
    // Sum of squares of n evenly spaced values from a to b.
    square += n * ((a + b) / 2) ** 2 + ((b - a) ** 2 * n * (n + 1)) / Math.max(1, 12 * (n - 1));
  }
  mean /= RANGE;
  return { mean: origin + mean, variance: square / RANGE - mean ** 2 };
}

/** How many of the 2^32 draws give at most `ticks`: by bisection, which monotony allows. */
function drawsUpTo(sampler: Sampler, ticks: number): number {
  let low = 0;
  let high = RANGE;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (drawn(sampler, middle) <= ticks) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The greatest distance of the rounded draws' CDF from `cdf` where a tick ends, looked at five times in every piece. */
function kolmogorovSmirnov(sampler: Sampler, cdf: (x: number) => number): number {
  const first = pieces(sampler);
  let worst = 0;
  let before = -1;
  for (let i = 0; i + 1 < first.length; i++) {
    const n = first[i + 1]! - first[i]!;
    for (let part = 0; part < Math.min(5, n); part++) {
      const ticks = drawn(sampler, first[i]! + Math.floor((n * part) / 5));
      if (ticks === before) continue;
      before = ticks;
      worst = Math.max(worst, Math.abs(drawsUpTo(sampler, ticks) / RANGE - cdf(ticks + 0.5)));
    }
  }
  return worst;
}

const fine = Object.keys(DISTRIBUTIONS).filter((name) => !name.includes('tick') && !name.includes('days'));

describe.each(SAMPLERS.filter(({ name }) => fine.includes(name)))('$name', ({ name, sampler }) => {
  const d = DISTRIBUTIONS[name]!;
  const expected = oracle(d);

  it('has the mean and the variance of the distribution, and says so', () => {
    const { mean, variance } = moments(sampler);
    expect(Math.abs(mean / expected.mean - 1)).toBeLessThan(1e-5);
    expect(Math.abs(variance - expected.variance)).toBeLessThanOrEqual(1e-5 * expected.variance);
    expect(Math.abs(sampler.mean / mean - 1)).toBeLessThan(1e-5);
    expect(Math.abs(sampler.variance - variance)).toBeLessThanOrEqual(1e-5 * variance);
  });

  it.skipIf(d.kind === 'constant')('is within 1e-4 of the distribution, everywhere', () => {
    expect(kolmogorovSmirnov(sampler, expected.cdf)).toBeLessThan(1e-4);
  });
});

describe('quantile', () => {
  it.each(Object.entries(DISTRIBUTIONS).filter(([, d]) => d.kind !== 'constant' && d.kind !== 'discrete'))(
    'inverts the CDF: %s',
    (_, d) => {
      const { cdf } = oracle(d);
      for (const p of [1e-9, 1e-6, 0.001, 0.1, 0.3, 0.5, 0.6, 0.9, 0.999, 1 - 1e-9]) {
        const x = quantile(d, p);
        // Where a double cannot tell the quantile from the end of the support there is nothing to invert.
        if (x <= quantile(d, 0) || x >= quantile(d, 1)) continue;
        expect(Math.abs(cdf(x) - p)).toBeLessThan(1e-9 * Math.min(p, 0.01) + 1e-12);
      }
    },
  );

  it('ends where the distribution ends', () => {
    expect(quantile({ kind: 'beta', alpha: 0.5, beta: 0.5, min: 3, max: 7 }, 0)).toBeCloseTo(3, 10);
    expect(quantile({ kind: 'beta', alpha: 0.5, beta: 0.5, min: 3, max: 7 }, 1)).toBeCloseTo(7, 10);
    expect(quantile({ kind: 'gamma', shape: 0.3, scale: 9 }, 0)).toBe(0);
    expect(quantile({ kind: 'weibull', shape: 0.3, scale: 9 }, 1)).toBe(Infinity);
    expect(quantile({ kind: 'normal', mean: 5, sd: 9 }, 0)).toBe(0);
  });

  it('steps where a discrete distribution steps', () => {
    const d: Distribution = { kind: 'discrete', values: [9, 2, 5], weights: [1, 1, 2] };
    expect([0, 0.2, 0.3, 0.5, 0.74, 0.76, 1].map((p) => quantile(d, p))).toEqual([2, 2, 5, 5, 5, 9, 9]);
  });
});

describe('rounding to ticks', () => {
  it.each(['exponential, 3 ticks', 'exponential, 0.2 ticks'])('is part of the mean and the variance it reports: %s', (name) => {
    const { sampler } = SAMPLERS.find((s) => s.name === name)!;
    let mean = 0;
    let square = 0;
    let before = 0;
    for (let ticks = 0; before < RANGE; ticks++) {
      const upTo = drawsUpTo(sampler, ticks);
      mean += (upTo - before) * ticks;
      square += (upTo - before) * ticks ** 2;
      before = upTo;
    }
    mean /= RANGE;
    expect(sampler.mean / mean).toBeCloseTo(1, 6);
    expect(sampler.variance / (square / RANGE - mean ** 2)).toBeCloseTo(1, 6);
  });

  it('puts a draw of an exponential with mean m at k ticks with its probability', () => {
    const { sampler } = SAMPLERS.find((s) => s.name === 'exponential, 3 ticks')!;
    for (let ticks = 0; ticks < 40; ticks++) {
      expect(Math.abs(drawsUpTo(sampler, ticks) / RANGE - (1 - Math.exp(-(ticks + 0.5) / 3)))).toBeLessThan(5e-5);
    }
  });
});

describe('every table', () => {
  it.each(SAMPLERS)('never falls as the draw rises, and never says never: $name', ({ sampler }) => {
    const draws = [...DRAWS, ...pieces(sampler).slice(0, -1)].flatMap((u) => [Math.max(0, u - 1), u, Math.min(RANGE - 1, u + 1)]);
    const ticks = draws.sort((a, b) => a - b).map((u) => drawn(sampler, u));
    expect(ticks.findIndex((t, i) => i > 0 && t < ticks[i - 1]!)).toBe(-1);
    expect(Math.max(...ticks)).toBeLessThan(0xffffffff);
  });

  it.each(SAMPLERS)('reads the same wherever it lies: $name', ({ sampler }) => {
    const { shape, kind, scale, shift } = sampler;
    const words = new Uint32Array(shape.length + 7).fill(0xdeadbeef);
    words.set(shape, 7);
    const direct = kind === 1 ? sampleOctave : kind === 2 ? sampleSegments : () => sampler.value;
    expect(DRAWS.map((u) => sample(words, 7, kind, scale, shift, u))).toEqual(DRAWS.map((u) => drawn(sampler, u)));
    expect(DRAWS.map((u) => direct(words, 7, scale, shift, u | 0))).toEqual(DRAWS.map((u) => drawn(sampler, u)));
  });

  it('stays within the support', () => {
    for (const name of ['uniform', 'triangular', 'beta (0.5, 0.5)', 'beta (2, 5)', 'histogram', 'histogram of hours']) {
      const { sampler } = SAMPLERS.find((s) => s.name === name)!;
      const d = DISTRIBUTIONS[name]!;
      expect(drawn(sampler, 0)).toBeGreaterThanOrEqual(Math.floor(quantile(d, 0)));
      expect(drawn(sampler, RANGE - 1)).toBeLessThanOrEqual(Math.ceil(quantile(d, 1)));
    }
  });

  it('cuts a tail that leaves the range of ticks', () => {
    const { sampler } = SAMPLERS.find((s) => s.name === 'exponential, 20 days')!;
    expect(drawn(sampler, RANGE - 1)).toBe(0xfffffffe);
    expect(drawsUpTo(sampler, 1_728_000_000) / RANGE).toBeCloseTo(1 - Math.exp(-1), 4);
    expect(drawsUpTo(sampler, 4_000_000_000) / RANGE).toBeCloseTo(1 - Math.exp(-4e9 / 1.728e9), 4);
    const histogram = tabulate({ kind: 'empirical', edges: [0, 4 * 0xfffffffe], weights: [1] });
    expect([0.125, 0.25, 0.5].map((p) => drawn(histogram, p * RANGE))).toEqual([0x7fffffff, 0xfffffffe, 0xfffffffe]);
    expect(drawn(tabulate({ kind: 'constant', value: 1e15 }), 5)).toBe(0xfffffffe);
    expect(drawn(tabulate({ kind: 'exponential', mean: 1e300 }), RANGE / 2)).toBe(0xfffffffe);
  });
});

describe('discrete values', () => {
  it('come out exactly, each as often as it should', () => {
    const sampler = tabulate(DISTRIBUTIONS.discrete!);
    const values = [0, 1, 45_000, 2_147_483_648, 4_294_967_294];
    const seen = new Set(Array.from({ length: 1000 }, (_, i) => drawn(sampler, Math.floor((i * RANGE) / 1000))));
    expect([...seen].sort((a, b) => a - b)).toEqual(values);
    let sum = 0;
    values.forEach((v, i) => {
      sum += [0.1, 0.2, 0.3, 0.35, 0.05][i]!;
      expect(Math.abs(drawsUpTo(sampler, v) - sum * RANGE)).toBeLessThanOrEqual(1);
    });
  });

  it('that are alike are one piece; one value alone is a constant', () => {
    expect(tabulate(DISTRIBUTIONS['values, two alike']!).shape[0]).toBe(3);
    const alone = tabulate({ kind: 'discrete', values: [45_000, 45_000.3], weights: [1, 2] });
    expect(alone).toMatchObject({ kind: 0, value: 45_000, mean: 45_000, variance: 0 });
  });

  it('refuse weights that say nothing', () => {
    expect(() => tabulate({ kind: 'discrete', values: [1, 2], weights: [0, 0] })).toThrow(RangeError);
    expect(() => tabulate({ kind: 'empirical', edges: [1, 2, 3], weights: [2, -1] })).toThrow(RangeError);
    expect(() => tabulate({ kind: 'exponential', mean: Number.NaN })).toThrow(RangeError);
  });
});

describe('distributions that differ in their mean alone', () => {
  const same: [string, (mean: number) => Distribution][] = [
    ['exponential', (mean) => ({ kind: 'exponential', mean })],
    ['lognormal', (mean) => ({ kind: 'lognormal', mean, cv: (0.3 * mean) / mean })],
    ['gamma', (mean) => ({ kind: 'gamma', shape: 2.5, scale: mean })],
    ['weibull', (mean) => ({ kind: 'weibull', shape: 1.7, scale: mean })],
    ['normal', (mean) => ({ kind: 'normal', mean, sd: 0.3 * mean })],
    ['triangular', (mean) => ({ kind: 'triangular', min: 0.3 * mean, mode: 0.7 * mean, max: 1.1 * mean })],
    ['beta', (mean) => ({ kind: 'beta', alpha: 2, beta: 0.7, min: 0.1 * mean, max: 1.3 * mean })],
  ];
  it.each(same)('share their words: %s', (_, d) => {
    const words = (s: Sampler): string => s.shape.join();
    const reference = words(tabulate(d(1000)));
    for (const mean of [3, 7.3, 1e4 / 3, 45_000, 123_456.789, 2e7]) {
      expect(words(tabulate(d(mean)))).toBe(reference);
    }
  });

  it('and a gamma of shape 1 draws what an exponential draws, to a tick', () => {
    const gamma = tabulate({ kind: 'gamma', shape: 1, scale: 1e5 });
    const exponential = tabulate({ kind: 'exponential', mean: 1e5 });
    for (const u of DRAWS) expect(Math.abs(drawn(gamma, u) - drawn(exponential, u))).toBeLessThanOrEqual(1);
  });
});

describe('the words of a table', () => {
  it('are made without functions that differ between browsers', () => {
    for (const file of ['clock', 'random', 'elementary', 'quantiles', 'distributions']) {
      const source = readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      const used = [...source.matchAll(/Math\.(\w+)/g)].map((m) => m[1]!);
      const exact = ['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'round', 'sqrt', 'trunc', 'LOG2E', 'LN2', 'SQRT1_2'];
      expect(used.filter((name) => !exact.includes(name))).toEqual([]);
      expect(source).not.toMatch(/\*\*/);
    }
  });

  it('take a few milliseconds each', () => {
    const begin = performance.now();
    for (const d of Object.values(DISTRIBUTIONS)) tabulate(d);
    expect((performance.now() - begin) / Object.keys(DISTRIBUTIONS).length).toBeLessThan(25);
  });
});
