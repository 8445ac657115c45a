import { dists } from '../oracles/dists.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assumption, compareWithBest } from '../../src/search/compare-best.ts';
import { controlled } from '../../src/search/controls.ts';
import { Dice } from '../../src/search/dice.ts';
import { cautionsOfBatches, cautionsOfReplications, cautionsOfWarmup, vonNeumann } from '../../src/search/honesty.ts';
import { allPairs, paired } from '../../src/search/paired.ts';
import { replicationsFor, untilPrecise } from '../../src/search/replications.ts';
import { conclude } from '../../src/search/search.ts';
import { averaged, mser } from '../../src/search/warmup.ts';

const RUNS = 1000;

/** A measured share of RUNS must not lie below the truth by more than chance does once in 100. */
function notBelow(share: number, truth: number): void {
  expect(share).toBeGreaterThan(truth - 2.326 * Math.sqrt((truth * (1 - truth)) / RUNS));
}

function exponential(dice: Dice, mean: number): number {
  return -mean * Math.log(dice.uniform());
}

/** A first-order autoregression of mean 0 and innovations of variance 1. */
function autoregression(dice: Dice, length: number, phi: number, start: number): Float64Array {
  const series = new Float64Array(length);
  let x = start;
  for (let i = 0; i < length; i++) {
    series[i] = x;
    x = phi * x + dice.normal();
  }
  return series;
}

/** Waiting times of an M/M/1 queue with services of mean 1 (Lindley's recursion), the first customer finding `ahead` of work. */
function waits(dice: Dice, length: number, load: number, ahead: number): Float64Array {
  const series = new Float64Array(length);
  let wait = ahead;
  for (let i = 0; i < length; i++) {
    series[i] = wait;
    wait = Math.max(0, wait + exponential(dice, 1) - exponential(dice, 1 / load));
  }
  return series;
}

// ── Warm-up ─────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('MSER', () => {
  /** By the definition, of batch means. */
  function statistic(means: number[], d: number): number {
    const rest = means.slice(d);
    const mean = rest.reduce((sum, x) => sum + x, 0) / rest.length;
    return rest.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rest.length ** 2;
  }

  it('is least where its definition is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 50, maxLength: 120 }),
        fc.integer({ min: 1, max: 5 }),
        (series, m) => {
          const found = mser(series, m);
          const means = Array.from({ length: Math.floor(series.length / m) }, (_, b) =>
            series.slice(b * m, (b + 1) * m).reduce((sum, x) => sum + x / m, 0),
          );
          const curve = means.slice(0, -4).map((_, d) => statistic(means, d));
          curve.forEach((value, d) => expect(found.curve[d]).toBeCloseTo(value, 8));
          expect(found.curve.slice(curve.length).every(Number.isNaN)).toBe(true);
          expect(curve[found.cut]).toBeCloseTo(Math.min(...curve), 8);
          expect(found.truncation).toBe(found.cut * m);
          expect(found.trusted).toBe(found.cut <= means.length / 2);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('cuts a step where it is, and a steady series nowhere', () => {
    const step = Array.from({ length: 200 }, (_, i) => (i < 40 ? 20 : 0) + (i % 2));
    expect(mser(step)).toMatchObject({ batch: 5, cut: 8, truncation: 40, trusted: true });
    expect(mser(new Float64Array(100).fill(3))).toMatchObject({ cut: 0, trusted: true, mean: 3 });
  });

  it('is not trusted on a trend, nor on a few batches', () => {
    const trend = mser(Array.from({ length: 300 }, (_, i) => i * i));
    expect(trend.trusted).toBe(false);
    expect(cautionsOfWarmup(trend, 0)[0].text).toMatch(/too short/);
    const few = mser([1, 2, 3, 4, 5, 6, 7, 8, 9], 1);
    expect(few).toMatchObject({ cut: -1, truncation: -1, trusted: false });
    expect(cautionsOfWarmup(few, 0)[0].kind).toBe('short run');
  });

  it('takes the bias out of an autoregression that begins far away', () => {
    const dice = new Dice(1);
    let before = 0;
    let after = 0;
    let trusted = 0;
    for (let run = 0; run < 200; run++) {
      const series = autoregression(dice, 1000, 0.95, 60);
      before += series.reduce((sum, x) => sum + x, 0) / 1000 / 200;
      const found = mser(series);
      after += found.mean / 200;
      if (found.trusted) trusted++;
    }
    // Of the start, 60 × 0.95^i, is left in the mean: 60 / (1 − 0.95) / 1000 = 1.2. The standard error of these means of 200 is about 0.05.
    expect(before).toBeCloseTo(1.2, 0);
    expect(Math.abs(after)).toBeLessThan(0.3);
    // Batches of 5 still have a correlation of 0.77: near the end a few lie close together by chance in about a tenth of the runs, and no cut is trusted.
    expect(trusted).toBeGreaterThan(160);
  });

  it('finds how long a queue takes to forget a heap of work, averaged over runs', () => {
    const dice = new Dice(2);
    // At load ½ work goes down by ½ a service time each customer (1 − ρ) / ρ … a mean of 40 is gone after about 40 customers; ρ / (1 − ρ) = 1.
    const runs = Array.from({ length: 40 }, () => waits(dice, 2000, 0.5, 40));
    const found = mser(averaged(runs));
    expect(found.truncation).toBeGreaterThanOrEqual(30);
    expect(found.truncation).toBeLessThan(150);
    expect(found.mean).toBeCloseTo(1, 1);
    expect(cautionsOfWarmup(found, 5)[0]).toMatchObject({ kind: 'warm-up', figure: found.truncation });
    expect(cautionsOfWarmup(found, 200)).toEqual([]);
  });

  it('averages what is there', () => {
    expect([
      ...averaged([
        [1, 2, 3],
        [3, Number.NaN, 5, 9],
      ]),
    ]).toEqual([2, 2, 4]);
    expect(() => averaged([])).toThrow(RangeError);
  });
});

// ── Replications until a half-width ─────────────────────────────────────────────────────────────────────────────────

describe('replications until a half-width', () => {
  it('are those of Law’s bank', () => {
    // The bank of Law 2015, section 9.4.1: ten replications of mean 2.03 and variance 0.31, at 90 %.
    const pilot = { mean: 2.03, sd: Math.sqrt(0.31) };
    expect(replicationsFor(pilot, { kind: 'absolute', halfWidth: 0.25 }, 0.9)).toBe(16);
    expect(replicationsFor(pilot, { kind: 'relative', halfWidth: 0.1 }, 0.9)).toBe(27);
  });

  it('are the fewest that do', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 2, noNaN: true }), fc.constantFrom(0.8, 0.95, 0.99), (halfWidth, level) => {
        const n = replicationsFor({ mean: 0, sd: 1 }, { kind: 'absolute', halfWidth }, level);
        const reach = (m: number): number => dists.t.quantile((1 + level) / 2, m - 1) / Math.sqrt(m);
        expect(reach(n)).toBeLessThanOrEqual(halfWidth * (1 + 1e-7));
        if (n > 2) expect(reach(n - 1)).toBeGreaterThan(halfWidth * (1 - 1e-7));
      }),
      { numRuns: 100 },
    );
    expect(replicationsFor({ mean: 5, sd: 0 }, { kind: 'absolute', halfWidth: 1 })).toBe(2);
    expect(replicationsFor({ mean: 0, sd: 1 }, { kind: 'relative', halfWidth: 0.1 })).toBe(Number.POSITIVE_INFINITY);
    expect(() => replicationsFor({ mean: 0, sd: 1 }, { kind: 'absolute', halfWidth: 0 })).toThrow(RangeError);
  });

  it('hold the truth about as often as stated when searched for, and are as many as theory says', () => {
    const dice = new Dice(3);
    // All runs are points of one search. Chow and Robbins: n × (half-width / (z σ))² → 1.
    const points = Array.from({ length: RUNS }, (_, i) => [i]);
    let rounds = 0;
    const found = conclude(untilPrecise(points, { precision: { kind: 'relative', halfWidth: 0.05 }, response: 1, first: 10 }), (orders) => {
      rounds++;
      return orders.map(({ count }) => Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 1 ? 10 + 2 * dice.normal() : 0)));
    });
    expect(found.every(({ reached, low, high, mean }) => reached && (high - low) / 2 <= (0.05 / 1.05) * mean)).toBe(true);
    expect(found.filter(({ low, high }) => low <= 10 && high >= 10).length / RUNS).toBeGreaterThan(0.92);
    const expected = ((1.96 * 2) / (10 * (0.05 / 1.05))) ** 2;
    const taken = found.reduce((sum, { n }) => sum + n / RUNS, 0);
    expect(taken / expected).toBeGreaterThan(0.98);
    expect(taken / expected).toBeLessThan(1.12);
    expect(rounds).toBeLessThan(20);
  });

  it('end at the most that are allowed, and where all twins break off', () => {
    const answer = (value: number) => (orders: { count: number }[]) => orders.map(({ count }) => new Float64Array(count).fill(value));
    const options = { precision: { kind: 'absolute', halfWidth: 1 } as const, response: 0, most: 50 };
    expect(conclude(untilPrecise([[0]], options), answer(Number.NaN))[0]).toMatchObject({ n: 0, reached: false });
    expect(conclude(untilPrecise([[0]], options), answer(7))[0]).toMatchObject({ n: 10, mean: 7, reached: true });
    const dice = new Dice(4);
    const wild = conclude(untilPrecise([[0]], options), (orders) =>
      orders.map(({ count }) => Float64Array.from({ length: count }, () => 1e6 * dice.normal())),
    );
    expect(wild[0]).toMatchObject({ n: 50, reached: false });
  });
});

// ── Differences ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Replications of designs with the given means that share part of their luck; standard deviations grow with the index where `even` is false. */
function designs(dice: Dice, means: readonly number[], n: number, correlation: number, even: boolean): Float64Array[] {
  const common = Float64Array.from({ length: n }, () => dice.normal());
  return means.map((mean, i) =>
    Float64Array.from(
      { length: n },
      (_, r) => mean + (even ? 1 : 0.5 + 0.5 * i) * (Math.sqrt(correlation) * common[r] + Math.sqrt(1 - correlation) * dice.normal()),
    ),
  );
}

describe('paired differences', () => {
  it('are the t-interval of the differences', () => {
    // Differences 1, 2, 3, 4, 5: mean 3, variance 2.5, t(0.975; 4) = 2.7764451052.
    const found = paired([11, 22, 33, 44, 55, Number.NaN], [10, 20, 30, 40, 50, 60]);
    expect(found).toMatchObject({ mean: 3, n: 5 });
    expect(found.high).toBeCloseTo(3 + 2.7764451052 * Math.sqrt(0.5), 9);
    expect(paired([1], [2])).toMatchObject({ mean: -1, n: 1, low: Number.NaN });
    expect(paired([], [])).toMatchObject({ mean: Number.NaN, n: 0 });
  });

  it('of all pairs hold together as often as stated', () => {
    const dice = new Dice(5);
    const means = [0, 0.3, 1, -2];
    let together = 0;
    for (let run = 0; run < RUNS; run++) {
      const pairs = allPairs(designs(dice, means, 8, 0.5, false), 0.9);
      expect(pairs.length).toBe(6);
      if (pairs.every(({ i, j, low, high }) => low <= means[i] - means[j] && means[i] - means[j] <= high)) together++;
    }
    notBelow(together / RUNS, 0.9);
  });
});

describe('comparisons with the best', () => {
  const cases: [Assumption, number, boolean][] = [
    ['equal variances', 0, true],
    ['unequal variances', 0, false],
    ['sphericity', 0.6, true],
    ['paired', 0.6, false],
  ];
  it.each(cases)('hold together as often as stated: %s', (assumption, correlation, even) => {
    const dice = new Dice(6);
    // All means equal is where the intervals miss most; leads are then all 0.
    for (const means of [
      [0, 0, 0, 0, 0],
      [0.5, 0, -1, -1, -2],
    ]) {
      const best = [...means].sort((a, b) => b - a);
      let together = 0;
      for (let run = 0; run < RUNS; run++) {
        const found = compareWithBest(designs(dice, means, 10, correlation, even), 'maximise', assumption, 0.9);
        const holds = found.every(({ low, high }, i) => {
          const lead = means[i] - (means[i] === best[0] ? best[1] : best[0]);
          return low <= lead && lead <= high;
        });
        if (holds) together++;
      }
      notBelow(together / RUNS, 0.9);
    }
  });

  it('are narrower with common luck', () => {
    const samples = designs(new Dice(7), [0, 1, 2], 30, 0.9, true);
    const width = (assumption: Assumption): number =>
      compareWithBest(samples, 'maximise', assumption).reduce((sum, { low, high }) => sum + high - low, 0);
    expect(width('sphericity')).toBeLessThan(width('equal variances'));
    expect(width('paired')).toBeLessThan(width('unequal variances'));
  });

  it('name the best and the others, in either sense, by Hsu’s form', () => {
    // Three designs, a pooled variance of 1 with n = 2: the margin is d √(2 × 1 / 2) = Dunnett's d (2; 3), between t at 90 % and at 95 % (Bonferroni).
    const pair = (mean: number): number[] => [mean - Math.SQRT1_2, mean + Math.SQRT1_2];
    const found = compareWithBest([pair(0), pair(10), pair(9)], 'maximise', 'equal variances', 0.9);
    expect(found.map(({ lead }) => Math.round(lead))).toEqual([-10, 1, -1]);
    const margin = found[1].high - 1;
    expect(margin).toBeGreaterThan(dists.t.quantile(0.9, 3));
    expect(margin).toBeLessThan(dists.t.quantile(0.95, 3));
    expect(found[0]).toMatchObject({ high: 0 });
    expect(found[0].low).toBeCloseTo(-10 - margin, 9);
    expect(found[1].low).toBeCloseTo(1 - margin, 9);
    expect(found[2].high).toBeCloseTo(margin - 1, 9);
    const turned = compareWithBest([pair(0), pair(-10), pair(-9)], 'minimise', 'equal variances', 0.9);
    turned.forEach(({ lead, low, high }, i) => {
      expect(lead).toBeCloseTo(found[i].lead, 9);
      expect(low).toBeCloseTo(found[i].low, 9);
      expect(high).toBeCloseTo(found[i].high, 9);
    });
    // A clear best: its lower bound is 0, as the upper one of all others.
    const clear = compareWithBest([pair(0), pair(100), pair(0)], 'maximise', 'unequal variances', 0.9);
    expect(clear[1].low).toBe(0);
    expect([clear[0].high, clear[2].high]).toEqual([0, 0]);
  });

  it('leave out what broke off, and refuse what they cannot compare', () => {
    const [a, b] = designs(new Dice(8), [0, 1], 12, 0.5, true);
    const broken = a.slice();
    broken[3] = Number.NaN;
    const without = (sample: Float64Array): Float64Array => sample.filter((_, r) => r !== 3);
    expect(compareWithBest([broken, b], 'maximise', 'paired')).toEqual(compareWithBest([without(a), without(b)], 'maximise', 'paired'));
    expect(compareWithBest([broken, b], 'maximise', 'unequal variances')[0].low).toBeLessThan(0);
    expect(() => compareWithBest([broken, b], 'maximise', 'equal variances')).toThrow(RangeError);
    expect(() => compareWithBest([a.slice(1), b], 'maximise', 'sphericity')).toThrow(RangeError);
    expect(() => compareWithBest([a], 'maximise', 'paired')).toThrow(RangeError);
  });
});

// ── Control variates ────────────────────────────────────────────────────────────────────────────────────────────────

describe('control variates', () => {
  it('reduce the variance by what theory says, and cover', () => {
    const dice = new Dice(9);
    const n = 15;
    // y = c1 + 0.5 c2 + e: of a variance of 1 + 0.25 + 0.5 the controls explain 1.25 / 1.75.
    const explained = 1.25 / 1.75;
    let covered = 0;
    let squares = 0;
    for (let run = 0; run < RUNS; run++) {
      const c1 = Float64Array.from({ length: n }, () => 4 + dice.normal());
      const c2 = Float64Array.from({ length: n }, () => 2 - dice.normal());
      const y = c1.map((x, r) => 3 + x - 4 + 0.5 * (c2[r] - 2) + Math.sqrt(0.5) * dice.normal());
      const found = controlled(y, [
        { values: c1, mean: 4 },
        { values: c2, mean: 2 },
      ]);
      if (found.low <= 3 && 3 <= found.high) covered++;
      squares += (found.mean - 3) ** 2 / RUNS;
      expect(found.lossFactor).toBeCloseTo(13 / 11, 12);
    }
    notBelow(covered / RUNS, 0.95);
    expect(covered / RUNS).toBeLessThan(0.97);
    // Lavenberg and Welch: variance × (1 − R²) (n − 2) / (n − q − 2); a variance measured in 1,000 runs is good to 4.5 %.
    const theory = (1.75 / n) * (1 - explained) * (13 / 11);
    expect(squares / theory).toBeGreaterThan(0.88);
    expect(squares / theory).toBeLessThan(1.12);
  });

  it('are least squares at the known means', () => {
    // y = 2 + 3 c exactly; c has the mean 10: the estimate is 32, whatever c was drawn.
    const c = [8, 9, 12, 12.5, 13];
    const found = controlled(
      c.map((x) => 2 + 3 * x),
      [{ values: c, mean: 10 }],
    );
    expect(found.mean).toBeCloseTo(32, 10);
    expect(found.high - found.low).toBeLessThan(1e-6);
    expect(found.explained).toBeCloseTo(1, 12);
    expect(found.plain.mean).toBeCloseTo(2 + 3 * 10.9, 10);
  });

  it('leave out constants and repetitions, and say that useless ones do harm', () => {
    const dice = new Dice(10);
    const draw = (): Float64Array => Float64Array.from({ length: 40 }, () => dice.normal());
    const [y, c, noise] = [draw(), draw(), draw()];
    const twice = controlled(y, [
      { values: c, mean: 0 },
      { values: new Float64Array(40).fill(2), mean: 2 },
      { values: c.map((x) => 5 - 2 * x), mean: 5 },
    ]);
    const once = controlled(y, [{ values: c, mean: 0 }]);
    expect(twice.used).toEqual([0]);
    expect(twice.mean).toBeCloseTo(once.mean, 12);
    expect(twice.high).toBeCloseTo(once.high, 12);
    expect(controlled(y, [{ values: noise, mean: 0 }]).reduction).toBeLessThan(0.15);
    const broken = y.slice();
    broken[0] = Number.NaN;
    expect(controlled(broken, [{ values: c, mean: 0 }]).n).toBe(39);
    expect(() => controlled([1, 2, 3], [{ values: [1, 2, 3], mean: 2 }])).toThrow(RangeError);
  });

  it('bring a queue’s mean nearer to its truth', () => {
    const dice = new Dice(11);
    // M/M/1 at load ½, the mean wait of the first 400 from empty; the controls are the mean service and interarrival times.
    const n = 200;
    const y: number[] = [];
    const service: number[] = [];
    const arrival: number[] = [];
    for (let run = 0; run < n; run++) {
      let [wait, waited, served, came] = [0, 0, 0, 0];
      for (let i = 0; i < 400; i++) {
        waited += wait / 400;
        const [s, a] = [exponential(dice, 1), exponential(dice, 2)];
        served += s / 400;
        came += a / 400;
        wait = Math.max(0, wait + s - a);
      }
      y.push(waited);
      service.push(served);
      arrival.push(came);
    }
    const found = controlled(y, [
      { values: service, mean: 1 },
      { values: arrival, mean: 2 },
    ]);
    // What a mean service and interarrival time explain of a mean wait.
    expect(found.reduction).toBeGreaterThan(0.3);
    expect(found.high - found.low).toBeLessThan(0.85 * (found.plain.high - found.plain.low));
    // From empty, the mean wait of the first 400 lies a little below 1.
    expect(found.low).toBeLessThan(1);
    expect(found.high).toBeGreaterThan(0.95);
  });
});

// ── Cautions ────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('cautions', () => {
  it('tell of too few twins and of broken ones', () => {
    expect(cautionsOfReplications([])[0]).toMatchObject({ kind: 'few', figure: 0 });
    expect(cautionsOfReplications([3])[0]).toMatchObject({ kind: 'few', figure: 1 });
    // t(0.975; 3) / z = 3.1824 / 1.95996 = 1.62.
    expect(cautionsOfReplications([1, 2, 3, 4])[0].text).toMatch(/4 twins is 1\.62 times/);
    expect(cautionsOfReplications([1, 2, 3, 4, Number.NaN]).map(({ kind }) => kind)).toEqual(['broken off', 'few']);
  });

  it('tell of skewness by Cochran’s rule', () => {
    const dice = new Dice(12);
    // The exponential has a skewness of 2: 100 are wanted. Of 1,000 none is told; of 20, where it shows, it is.
    expect(cautionsOfReplications(Float64Array.from({ length: 1000 }, () => exponential(dice, 1)))).toEqual([]);
    const skewed = [...new Array<number>(15).fill(1), 2, 2, 3, 9, 20];
    const mean = skewed.reduce((sum, x) => sum + x / 20, 0);
    const moment = (k: number): number => skewed.reduce((sum, x) => sum + (x - mean) ** k / 20, 0);
    const found = cautionsOfReplications(skewed);
    expect(found[0].kind).toBe('skewed');
    expect(found[0].figure).toBeCloseTo(moment(3) / moment(2) ** 1.5, 10);
    expect(found[0].text).toContain(`${Math.ceil((25 * moment(3) ** 2) / moment(2) ** 3)} of them`);
    expect(cautionsOfReplications(Float64Array.from({ length: 100 }, () => dice.normal()))).toEqual([]);
    expect(cautionsOfReplications(new Float64Array(20).fill(4))).toEqual([]);
  });

  it('tell of batches that depend on each other, and seldom of others', () => {
    const dice = new Dice(13);
    // By hand: 1, 2, 3 has Σ (steps)² = 2 and Σ (y − ȳ)² = 2.
    expect(vonNeumann([1, 2, 3]).correlation).toBeCloseTo(0.5, 12);
    let alarms = 0;
    let squares = 0;
    for (let run = 0; run < RUNS; run++) {
      const means = Float64Array.from({ length: 20 }, () => dice.normal());
      if (cautionsOfBatches(means).length > 0) alarms++;
      squares += vonNeumann(means).statistic ** 2 / RUNS;
    }
    expect(alarms / RUNS).toBeLessThan(0.01 + 2.6 * Math.sqrt(0.0099 / RUNS));
    expect(squares).toBeGreaterThan(0.88);
    expect(squares).toBeLessThan(1.12);
    const found = cautionsOfBatches(autoregression(dice, 100, 0.6, 0));
    expect(found[0].kind).toBe('autocorrelated');
    expect(found[0].figure).toBeGreaterThan(0.35);
    expect(found[0].figure).toBeLessThan(0.85);
    expect(cautionsOfBatches([1, 2, 3])[0].kind).toBe('few');
    expect(cautionsOfBatches(new Float64Array(20).fill(1))).toEqual([]);
  });
});
