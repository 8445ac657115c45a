import { dists } from '../oracles/dists.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile, histogramResolution } from '../../src/engine/histogram.ts';
import { interval, studentT, Tally } from '../../src/experiment/statistics.ts';

// ── An independent answer: whole numbers ────────────────────────────────────────────────────────────────────────────

/** Every double is a whole number of 2^−1074. */
function units(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return x < 0 ? -magnitude : magnitude;
}
const ONE = 1n << 1074n;

/** 400 decimal places of a quotient, read by the language's own correctly rounding reader of decimals. */
function decimal(numerator: bigint, denominator: bigint): number {
  return Number(`${(numerator * 10n ** 400n) / denominator}e-400`);
}

function exactMean(values: number[]): number {
  return decimal(
    values.reduce((sum, x) => sum + units(x), 0n),
    BigInt(values.length) * ONE,
  );
}

/** By the definition, Σ (x − mean)² / (n − 1), each term times n² to stay whole. */
function exactSd(values: number[]): number {
  const n = BigInt(values.length);
  const sum = values.reduce((sum, x) => sum + units(x), 0n);
  const squares = values.reduce((total, x) => total + (n * units(x) - sum) ** 2n, 0n);
  return Math.sqrt(decimal(squares, n * n * (n - 1n) * ONE * ONE));
}

function tallyOf(values: Iterable<number>): Tally {
  const tally = new Tally();
  for (const x of values) tally.add(x);
  return tally;
}

/** Doubles of either sign from 1e-12 to 1e18 on a logarithmic scale, zeros and round numbers. */
const value = fc.oneof(
  fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -40, max: 59 }), fc.boolean())
    .map(([m, e, s]) => (s ? -m : m) * 2 ** e),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 1e18, -1e18, 1e-12, 0.1),
);

// ── Tallies ─────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('Tally', () => {
  it('has the mean and standard deviation of rational arithmetic, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 40 }), (values) => {
        const tally = tallyOf(values);
        expect(tally.mean).toBe(exactMean(values));
        expect(tally.sd).toBe(exactSd(values));
        expect(tally.min).toBe(Math.min(...values) + 0);
        expect(tally.max).toBe(Math.max(...values) + 0);
        expect(tally.n).toBe(values.length);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same, word for word, in any order and any split', () => {
    const split = fc.array(value, { minLength: 1, maxLength: 60 }).chain((values) =>
      fc.record({
        values: fc.constant(values),
        shuffled: fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length }),
        batch: fc.array(fc.nat(4), { minLength: values.length, maxLength: values.length }),
        order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(split, ({ values, shuffled, batch, order }) => {
        const merged = new Tally();
        for (const b of order) merged.merge(Tally.from(structuredClone(tallyOf(shuffled.filter((_, i) => batch[i] === b)).state)));
        const whole = tallyOf(values);
        expect(merged.state).toEqual(whole.state);
        expect(merged.mean).toBe(whole.mean);
        expect(merged.sd).toBe(whole.sd);
      }),
      { numRuns: 200 },
    );
  });

  it('loses nothing where doubles would', () => {
    const tiny = [1e18, 1e-3, -1e18, 1e-3, 1e18, -1e-3, -1e18];
    expect(tallyOf(tiny).mean).toBe(1e-3 / 7);
    expect(tallyOf([1e18, 1e-3]).mean).toBe(5e17);
    // 1e18 is a multiple of its spacing, 128: the true variance of 1e18 and its neighbours is 128².
    expect(tallyOf([1e18 - 128, 1e18, 1e18 + 128]).sd).toBe(128);
    expect(tallyOf([1e15 + 0.125, 1e15, 1e15 - 0.125]).sd).toBe(0.125);
    const bounds = [2 ** 128, 2 ** -128, -(2 ** 128), 2 ** -128];
    expect(tallyOf(bounds).mean).toBe(2 ** -129);
  });

  it('has a standard deviation of exactly 0 where all values are equal', () => {
    for (const x of [0, 0.1, -1 / 3, 1e18 / 7, 1e-12 / 3]) {
      const tally = tallyOf(new Array(1001).fill(x));
      expect(tally.sd).toBe(0);
      expect(tally.mean).toBe(x);
      expect(interval(tally)).toEqual({ mean: x, sd: 0, low: x, high: x, n: 1001 });
    }
  });

  it('carries in time over millions of values', () => {
    const tally = new Tally();
    // The largest limbs there are: all 53 bits set. 2^21 of them outgrow a limb several times.
    const x = 2 ** 53 - 1;
    const n = 2 ** 21;
    for (let i = 0; i < n; i++) tally.add(x);
    expect(tally.mean).toBe(x);
    expect(tally.sd).toBe(0);
    for (let i = 0; i < 6; i++) tally.merge(tally);
    expect(tally.n).toBe(n * 64);
    expect(tally.mean).toBe(x);
    expect(tally.sd).toBe(0);
  });

  it('survives JSON, empty or not', () => {
    for (const values of [[], [-0], [1.5, -2.25, 1e-9]]) {
      const tally = tallyOf(values);
      const again = Tally.from(JSON.parse(JSON.stringify(tally)));
      expect(again.state).toEqual(tally.state);
      again.add(7);
      expect(again.state).toEqual(tallyOf([7, ...values]).state);
    }
  });

  it('refuses what it cannot hold and says so', () => {
    const tally = tallyOf([1]);
    for (const x of [NaN, Infinity, -Infinity, 1e39, -1e-39]) expect(() => tally.add(x)).toThrow(RangeError);
    expect(tally.state).toEqual(tallyOf([1]).state);
    expect(() => Tally.from({ n: 1, min: 1, max: 1, sum: [1], squares: [1] })).toThrow(RangeError);
  });
});

// ── Confidence ──────────────────────────────────────────────────────────────────────────────────────────────────────

describe('studentT', () => {
  it('is the quantile function of the books', () => {
    let worst = 0;
    for (const df of [1, 2, 3, 4, 5, 7, 10, 30, 100, 500, 999, 1000, 1023, 4095, 99_999]) {
      for (const p of [1e-6, 0.0005, 0.005, 0.025, 0.1, 0.25, 0.3, 0.45, 0.4999, 0.5, 0.51, 0.7, 0.75, 0.9, 0.975, 0.995, 0.9995]) {
        const t = studentT(p, df);
        const truth = dists.t.quantile(p, df);
        worst = Math.max(worst, Math.abs(t - truth) / Math.max(1, Math.abs(truth)));
      }
    }
    expect(worst).toBeLessThan(1e-8);
  });

  it('is Cauchy’s tangent with one degree of freedom, and algebraic with two', () => {
    for (const p of [1e-9, 0.01, 0.3, 0.6, 0.999]) {
      expect(studentT(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 6);
      expect(studentT(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 8);
    }
  });

  it('joins its two methods without a step, and ends in the normal', () => {
    for (const p of [0.6, 0.975, 0.9999999]) {
      const below = studentT(p, 1000 * (1 - 1e-12));
      expect(Math.abs(studentT(p, 1000) - below)).toBeLessThan(1e-8);
      expect(studentT(p, 1e15)).toBeCloseTo(dists.normal.quantile(p, 0, 1), 12);
    }
  });

  it('keeps to its ends', () => {
    expect([studentT(0, 3), studentT(0.5, 3), studentT(1, 3)]).toEqual([-Infinity, 0, Infinity]);
    expect([studentT(-0.1, 3), studentT(1.1, 3), studentT(NaN, 3), studentT(0.9, 0)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('interval', () => {
  it('is the t-interval', () => {
    // n = 5, mean 3, variance 10 / 4; t(0.975; 4) = 2.7764451052 from the tables.
    const reach = (2.7764451052 * Math.sqrt(2.5)) / Math.sqrt(5);
    const found = interval(tallyOf([1, 2, 3, 4, 5]));
    expect(found.mean).toBe(3);
    expect(found.sd).toBe(Math.sqrt(2.5));
    expect(found.low).toBeCloseTo(3 - reach, 9);
    expect(found.high).toBeCloseTo(3 + reach, 9);
    expect(interval(tallyOf([1, 2, 3, 4, 5]), 0.99).high).toBeCloseTo(3 + (reach / 2.7764451052) * 4.6040948713, 9);
  });

  it('says NaN for what is not defined', () => {
    expect(interval(new Tally())).toEqual({ mean: NaN, sd: NaN, low: NaN, high: NaN, n: 0 });
    expect(interval(tallyOf([7]))).toEqual({ mean: 7, sd: NaN, low: NaN, high: NaN, n: 1 });
  });
});

// ── Quantiles of histograms ─────────────────────────────────────────────────────────────────────────────────────────

/** The bin of a flow time as the engines take it. */
function binOf(ticks: number, subBits: number, shift: number): number {
  const v = Math.floor(ticks / 2 ** shift);
  if (v < 2 ** subBits) return v;
  const octave = Math.floor(Math.log2(v)) - subBits;
  return (octave + 1) * 2 ** subBits + (Math.floor(v / 2 ** octave) % 2 ** subBits);
}

/** Bins for 20 bits, from word 3 on, with a stride. */
function histogramOf(sample: number[], subBits: number, shift: number, stride = 1): { bins: Uint32Array; length: number } {
  const length = (20 - subBits + 1) << subBits;
  const bins = new Uint32Array(3 + length * stride);
  for (const ticks of sample) bins[3 + binOf(ticks, subBits, shift) * stride]++;
  return { bins, length };
}

describe('histogramQuantile', () => {
  it('lies in the bin of the true quantile of any sample', () => {
    const flows = fc.array(
      fc
        .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 20 }))
        .map(([u, bits]) => Math.floor(u * (2 ** bits - 1))),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(
        flows,
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 100 }),
        (sample, subBits, shift, stride, percent) => {
          const ticks = sample.map((v) => v * 2 ** shift);
          const { bins, length } = histogramOf(ticks, subBits, shift, stride);
          const sorted = ticks.toSorted((a, b) => a - b);
          const truth = sorted[Math.max(Math.ceil((percent * sorted.length) / 100) - 1, 0)];
          const found = histogramQuantile(bins, 3, length, subBits, shift, percent / 100, stride);
          expect(binOf(found, subBits, shift)).toBe(binOf(truth, subBits, shift));
          if (truth >= 2 ** (subBits + shift)) expect(Math.abs(found - truth) / truth).toBeLessThan(2 * histogramResolution(subBits));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is exact where bins are single ticks', () => {
    const { bins, length } = histogramOf([3, 5, 5, 9, 17, 17, 17, 30, 31, 63], 5, 0);
    const quantile = (p: number): number => histogramQuantile(bins, 3, length, 5, 0, p);
    expect([0, 0.05, 0.1, 0.25, 0.5, 0.7, 0.71, 0.9, 1].map(quantile)).toEqual([3, 3, 3, 5, 17, 17, 30, 31, 63]);
  });

  it('is far closer than a bin for a smooth distribution', () => {
    // 100,000 evenly spread points of an exponential of mean 20,000 ticks; its quantile is −20,000 ln(1 − p).
    const n = 100_000;
    const sample = Array.from({ length: n }, (_, i) => Math.round(-20_000 * Math.log(1 - (i + 0.5) / n)));
    const { bins, length } = histogramOf(sample, 5, 0);
    for (const p of [0.05, 0.5, 0.95]) {
      const found = histogramQuantile(bins, 3, length, 5, 0, p);
      expect(Math.abs(found / (-20_000 * Math.log(1 - p)) - 1)).toBeLessThan(histogramResolution(5) / 20);
    }
  });

  it('reaches the top of the range, and is NaN of nothing', () => {
    const top = 2 ** 32 - 1;
    const { bins, length } = histogramOf([top], 5, 12);
    const found = histogramQuantile(bins, 3, length, 5, 12, 0.5);
    expect(Math.abs(found / top - 1)).toBeLessThan(histogramResolution(5));
    expect(histogramQuantile(new Uint32Array(length), 0, length, 5, 12, 0.5)).toBeNaN();
  });
});
