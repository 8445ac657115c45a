import { dists } from '../oracles/dists.ts';
import { describe, expect, it } from 'vitest';
import { commonLuck, type Contest, type Selection } from '../../src/search/contest.ts';
import { dunnettQuantile, rinottConstant } from '../../src/search/critical.ts';
import { Dice } from '../../src/search/dice.ts';
import { kn, knConstant } from '../../src/search/kn.ts';
import { Differences, Moments } from '../../src/search/moments.ts';
import { ocba, ocbaShares } from '../../src/search/ocba.ts';
import { rinott } from '../../src/search/rinott.ts';
import { conclude, type Goal, type Order, type Outcome, type Search } from '../../src/search/search.ts';
import { tournament } from '../../src/search/tournament.ts';

const MOST: Goal = { response: 0, sense: 'maximise', of: { kind: 'mean' } };
const LEAST: Goal = { response: 0, sense: 'minimise', of: { kind: 'mean' } };
const MACRO = 1000;

// ── Normal designs with known means ─────────────────────────────────────────────────────────────────────────────────

const POOL = 2 ** 18;
const pool = ((): Float64Array => {
  const dice = new Dice(7);
  return Float64Array.from({ length: POOL }, () => dice.normal());
})();

/** A standard normal for an address. */
function noise(a: number, b: number, seed: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + Math.imul(seed, 0x5bd1e995), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return pool[(h ^ (h >>> 15)) & (POOL - 1)];
}

interface Field {
  mean: (i: number) => number;
  sd: (i: number) => number;
  /** Of two designs at one replication. */
  correlation: number;
}

/** Point [i] is design i; a replication's number is its luck. */
function answer({ mean, sd, correlation }: Field, seed: number): (orders: Order[]) => Outcome[] {
  const shared = Math.sqrt(correlation);
  const own = Math.sqrt(1 - correlation);
  return (orders) =>
    orders.map(({ point, first, count }) => {
      const i = point[0];
      const level = mean(i);
      const width = sd(i);
      const outcome = new Float64Array(count);
      for (let r = 0; r < count; r++) {
        const common = shared > 0 ? shared * noise(0, first + r, seed) : 0;
        outcome[r] = level + width * (common + own * noise(i + 1, first + r, seed));
      }
      return outcome;
    });
}

function points(k: number): number[][] {
  return Array.from({ length: k }, (_, i) => [i]);
}

/** Shares of selections over macro-replications, beside what they took. */
function measure(
  k: number,
  field: Field,
  luck: Contest['luck'],
  search: (contest: Contest) => Search<Selection>,
  accept: (index: number) => boolean,
): { share: number; twins: number; rounds: number } {
  let accepted = 0;
  let twins = 0;
  let rounds = 0;
  for (let seed = 0; seed < MACRO; seed++) {
    const found = conclude(search({ designs: points(k), goal: MOST, luck }), answer(field, seed));
    if (accept(found.selected)) accepted++;
    twins += found.twins / MACRO;
    rounds += found.rounds / MACRO;
  }
  return { share: accepted / MACRO, twins, rounds };
}

/** The promise less what chance takes in 1 of 100 measurements. */
function least(confidence: number): number {
  return confidence - 2.326 * Math.sqrt((confidence * (1 - confidence)) / MACRO);
}

const CONFIDENCE = 0.9;
const DELTA = 0.5;
const PROMISE = { confidence: CONFIDENCE, indifference: DELTA };
/** Standard deviations from 0.6 to 1.4, the best design's among the largest. */
const spread = (k: number) => (i: number) => 1.4 - (0.8 * i) / (k - 1);
/** The best leads all others by just the indifference. */
const slippage = (i: number): number => (i === 0 ? DELTA * 1.000001 : 0);
/** Each leads the next by a little more than half of it: three designs are good. */
const monotone = (i: number): number => -i * DELTA * 0.5;

describe('the probability of selection over 1,000 macro-replications', () => {
  for (const [luck, correlation] of [
    ['own', 0],
    ['common', 0.6],
  ] as const) {
    it(`KN is correct as often as it promises, ${luck} luck`, () => {
      for (const [k, first] of [
        [10, 10],
        [30, 16],
      ]) {
        const field = { mean: slippage, sd: spread(k), correlation };
        const found = measure(
          k,
          field,
          luck,
          (contest) => kn(contest, { ...PROMISE, first }),
          (i) => i === 0,
        );
        expect(found.share).toBeGreaterThan(least(CONFIDENCE));
        const apart = measure(
          k,
          { ...field, mean: (i) => -i * DELTA },
          luck,
          (contest) => kn(contest, { ...PROMISE, first }),
          (i) => i === 0,
        );
        expect(apart.share).toBeGreaterThan(least(CONFIDENCE));
        expect(apart.twins).toBeLessThan(found.twins);
      }
    });

    it(`the tournament’s choice is good as often as it promises, ${luck} luck`, () => {
      for (const [mean, good] of [
        [slippage, (i: number) => i === 0],
        [monotone, (i: number) => i <= 2],
        // A crowd within the indifference, and a crowd just below it.
        [(i: number) => (i < 5 ? DELTA : i < 10 ? DELTA * 0.4 : -0.000001), (i: number) => i < 10],
      ] as const) {
        const found = measure(
          30,
          { mean, sd: spread(30), correlation },
          luck,
          (contest) => tournament(contest, { ...PROMISE, first: 8 }),
          good,
        );
        expect(found.share).toBeGreaterThan(least(CONFIDENCE));
        expect(found.rounds).toBeLessThan(15);
      }
    });
  }

  it('the tournament keeps its promise with heats before the final', () => {
    // More designs than a final takes in without heats; all but one are just bad.
    const found = measure(
      300,
      { mean: (i) => (i === 17 ? DELTA * 1.000001 : 0), sd: (i) => 0.5 * spread(300)(i), correlation: 0 },
      'own',
      (contest) => tournament(contest, { ...PROMISE, first: 8 }),
      (i) => i === 17,
    );
    expect(found.share).toBeGreaterThan(least(CONFIDENCE));
  });

  it('Rinott’s choice is good as often as he promises', () => {
    for (const [mean, good] of [
      [slippage, (i: number) => i === 0],
      [monotone, (i: number) => i <= 2],
    ] as const) {
      const field = { mean, sd: spread(10), correlation: 0 };
      const found = measure(10, field, 'own', (contest) => rinott(contest, { ...PROMISE, first: 10 }), good);
      expect(found.share).toBeGreaterThan(least(CONFIDENCE));
      expect(found.rounds).toBeLessThan(2.001);
    }
  });

  it('OCBA is right more often than equal shares of the same budget', () => {
    const field = { mean: (i: number) => -i * 0.3, sd: spread(20), correlation: 0 };
    const budget = 800;
    const found = measure(
      20,
      field,
      'own',
      (contest) => ocba(contest, { budget }),
      (i) => i === 0,
    );
    const even = measure(
      20,
      field,
      'own',
      (contest) => ocba(contest, { budget, first: budget / 20 }),
      (i) => i === 0,
    );
    expect(even.twins).toBeCloseTo(budget, 6);
    expect(found.twins).toBeCloseTo(budget, 6);
    // By far more than chance.
    expect(1 - found.share).toBeLessThan((1 - even.share) * 0.6);
  });
});

// ── Critical values ─────────────────────────────────────────────────────────────────────────────────────────────────

describe('critical values', () => {
  it('are Rinott’s', () => {
    // From the self-check of Rossetti's KSL (class Rinott), ν = 50, after the Fortran of Bechhofer, Santner and Goldsman; beyond 20,000 designs
    // its quadrature of 32 points is off by up to 0.08 from a dense one.
    for (const [k, confidence, h] of [
      [10, 0.975, 4.045],
      [1000, 0.975, 6.057],
      [10_000, 0.975, 6.893],
      [1000, 0.9, 5.488],
      [20_000, 0.95, 6.878],
    ]) {
      expect(Math.abs(rinottConstant(k, 51, confidence) - h)).toBeLessThan(0.005);
    }
    // With known variances and two designs it is √2 times the normal quantile, 2.3262.
    expect(rinottConstant(2, 20_001, 0.95)).toBeCloseTo(Math.SQRT2 * dists.normal.quantile(0.95, 0, 1), 3);
    expect(() => rinottConstant(1, 20, 0.95)).toThrow(RangeError);
  });

  it('fulfil Rinott’s equation by simulation', () => {
    const [k, n0, confidence] = [5, 8, 0.9];
    const h = rinottConstant(k, n0, confidence);
    const dice = new Dice(3);
    const chi = (): number => {
      let sum = 0;
      for (let i = 1; i < n0; i++) sum += dice.normal() ** 2;
      return sum;
    };
    const draws = 20_000;
    let right = 0;
    for (let draw = 0; draw < draws; draw++) {
      const best = chi();
      // In units of the lead, the mean of N = (h S / δ)² replications has the variance (n0 − 1) / (h² χ²). All comparisons share the best's χ²;
      // that they share its mean too is what the equation leaves out, to the safe side.
      let wins = true;
      for (let j = 1; j < k; j++) {
        wins = wins && dice.normal() / Math.sqrt(chi()) - dice.normal() / Math.sqrt(best) < h / Math.sqrt(n0 - 1);
      }
      if (wins) right++;
    }
    expect(Math.abs(right / draws - confidence)).toBeLessThan(3 * Math.sqrt((confidence * (1 - confidence)) / draws));
  });

  it('are Dunnett’s', () => {
    // Dunnett 1955, table 1a (one-sided, 95 %), and table 1b (99 %).
    for (const [count, df, level, d] of [
      [2, 10, 0.95, 2.15],
      [4, 20, 0.95, 2.3],
      [9, 20, 0.95, 2.6],
      [9, 60, 0.99, 3.12],
    ]) {
      expect(Math.abs(dunnettQuantile(count, df, level) - d)).toBeLessThan(0.0051);
    }
    for (const df of [5, 200]) expect(dunnettQuantile(1, df, 0.95)).toBeCloseTo(dists.t.quantile(0.95, df), 8);
  });

  it('are Kim and Nelson’s', () => {
    // ½ (10^(2/9) − 1), and ½ ((0.1 / 9)^(−2/19) − 1).
    expect(knConstant(2, 10, 0.95)).toBeCloseTo(0.5 * (10 ** (2 / 9) - 1), 12);
    expect(knConstant(10, 20, 0.95)).toBeCloseTo(0.5 * (90 ** (2 / 19) - 1), 12);
  });

  it('are Chen’s shares', () => {
    // Unit variances and leads of 1 and 2: 1 to ¼, and √(1 + 1/16) for the best.
    const shares = ocbaShares([1, 1, 1], [0, 1, 2], 0);
    const sum = 1.25 + Math.sqrt(17 / 16);
    expect(shares[0]).toBeCloseTo(Math.sqrt(17 / 16) / sum, 12);
    expect(shares[1]).toBeCloseTo(1 / sum, 12);
    expect(shares[2]).toBeCloseTo(0.25 / sum, 12);
    // Two designs: as their standard deviations.
    expect(ocbaShares([9, 1], [0, 5], 0)[0]).toBeCloseTo(0.75, 12);
    expect(ocbaShares([0, 0], [0, 1], 0)).toEqual([0.5, 0.5]);
  });
});

// ── What all procedures keep to ─────────────────────────────────────────────────────────────────────────────────────

const PROCEDURES: [string, (contest: Contest) => Search<Selection>][] = [
  ['KN', (contest) => kn(contest, PROMISE)],
  ['tournament', (contest) => tournament(contest, PROMISE)],
  ['Rinott', (contest) => rinott(contest, PROMISE)],
  ['OCBA', (contest) => ocba(contest, { budget: 600 })],
];
const FIELD: Field = { mean: (i) => -Math.abs(i - 6), sd: () => 0.8, correlation: 0.3 };

describe.each(PROCEDURES)('%s', (_name, search) => {
  it('takes another response, and makes it small', () => {
    const plain = answer({ ...FIELD, mean: (i) => Math.abs(i - 4) }, 5);
    const found = conclude(search({ designs: points(12), goal: { ...LEAST, response: 1 }, luck: 'common' }), (orders) =>
      plain(orders).map((outcome) =>
        Float64Array.from({ length: outcome.length * 2 }, (_, at) => (at % 2 === 0 ? -at : outcome[(at - 1) / 2])),
      ),
    );
    expect(found.selected).toBe(4);
    expect(found.mean[4]).toBeCloseTo(0, 0);
    expect(found.survivors).toContain(4);
  });

  it('gives its promise in words, and counts its twins and rounds', () => {
    let twins = 0;
    let rounds = 0;
    const plain = answer(FIELD, 1);
    const found = conclude(search({ designs: points(12), goal: MOST, luck: 'common' }), (orders) => {
      rounds++;
      twins += orders.reduce((sum, { count }) => sum + count, 0);
      return plain(orders);
    });
    expect(found).toMatchObject({ selected: 6, twins, rounds });
    expect(found.promise.assumes).toMatch(/\.$/);
    expect(found.variance[6]).toBeGreaterThan(0);
  });

  it('is the same twice, and after it was taken up again', () => {
    const contest: Contest = { designs: points(12), goal: MOST, luck: 'common' };
    expect(conclude(search(contest), answer(FIELD, 2))).toEqual(conclude(search(contest), answer(FIELD, 2)));
  });

  it('drops designs of which many twins break off, and bears a few', () => {
    const plain = answer(FIELD, 3);
    const found = conclude(search({ designs: points(12), goal: MOST, luck: 'common' }), (orders) =>
      plain(orders).map((outcome, at) => {
        const [i] = orders[at].point;
        const every = i === 6 ? 2 : i === 5 ? 40 : Number.POSITIVE_INFINITY;
        return outcome.map((x, r) => ((orders[at].first + r) % every === every - 1 ? Number.NaN : x));
      }),
    );
    expect(found.dropped).toEqual([6]);
    expect([5, 7]).toContain(found.selected);
  });

  it('ends where nothing is left, where nothing varies, and with one design', () => {
    const nothing = conclude(search({ designs: points(3), goal: MOST, luck: 'common' }), (orders) =>
      orders.map(({ count }) => new Float64Array(count).fill(Number.NaN)),
    );
    expect(nothing).toMatchObject({ selected: -1, survivors: [], dropped: [0, 1, 2] });
    const flat: Field = { mean: () => 3, sd: () => 0, correlation: 0 };
    expect(conclude(search({ designs: points(5), goal: MOST, luck: 'common' }), answer(flat, 1)).selected).toBe(0);
    expect(conclude(search({ designs: points(1), goal: MOST, luck: 'own' }), answer(FIELD, 1)).selected).toBe(0);
    expect(() => search({ designs: [], goal: MOST, luck: 'own' }).next()).toThrow(RangeError);
    expect(() => search({ designs: points(2), goal: { ...MOST, of: { kind: 'worst', share: 0.1 } }, luck: 'own' }).next()).toThrow(/means/);
  });
});

describe('luck', () => {
  const replicationsOf = (luck: Contest['luck'], k: number): { point: number; first: number; count: number }[] => {
    const seen: { point: number; first: number; count: number }[] = [];
    const plain = answer({ mean: (i) => -0.02 * i, sd: () => 1, correlation: 0 }, 4);
    conclude(tournament({ designs: points(k), goal: MOST, luck, first: 1000 }, PROMISE), (orders) => {
      for (const { point, first, count } of orders) seen.push({ point: point[0], first, count });
      return plain(orders);
    });
    return seen;
  };

  it('is never used twice where each has its own', () => {
    const spans = replicationsOf('own', 300).sort((a, b) => a.first - b.first);
    expect(spans[0].first).toBe(1000);
    spans.slice(1).forEach(({ first }, at) => expect(first).toBe(spans[at].first + spans[at].count));
  });

  it('is the same for all designs where it is common, and fresh in the final', () => {
    const orders = replicationsOf('common', 300);
    const rounds = new Map<number, number>();
    for (const { first, count } of orders) rounds.set(first, Math.max(count, rounds.get(first) ?? 0));
    for (const { first, count } of orders) expect(rounds.get(first)).toBe(count);
    const byPoint = orders.filter(({ point }) => point === 0).sort((a, b) => a.first - b.first);
    byPoint.slice(1).forEach(({ first }, at) => expect(first).toBeGreaterThanOrEqual(byPoint[at].first + byPoint[at].count));
  });

  it('shortens KN’s search', () => {
    const twins = (luck: Contest['luck']): number =>
      conclude(kn({ designs: points(20), goal: MOST, luck }, PROMISE), answer({ mean: slippage, sd: () => 2, correlation: 0.8 }, 9)).twins;
    // Differences have a fifth of the variance.
    expect(twins('common')).toBeLessThan(0.6 * twins('own'));
  });

  it('is one round of one and the same for a plain comparison', () => {
    const outcomes = conclude(commonLuck(points(3), 4, 10), (orders) => orders.map(({ first, count }) => Float64Array.of(first, count)));
    expect(outcomes.map((outcome) => [...outcome])).toEqual([
      [10, 4],
      [10, 4],
      [10, 4],
    ]);
  });
});

describe('a million designs', () => {
  it('are decided in few rounds, and never lie in memory as orders all at once', () => {
    const k = 1_000_000;
    // As near the best as designs with three factors are: within a distance lie as many as its cube.
    const field: Field = { mean: (i) => -12 * (((i * 7919) % k) / k) ** (2 / 3), sd: () => 0.5, correlation: 0.5 };
    const plain = answer(field, 1);
    let widest = 0;
    let peak = 0;
    const memory = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const before = memory();
    const found = conclude(
      tournament({ designs: { length: k, at: (i) => [i] }, goal: MOST, luck: 'common' }, { confidence: 0.95, indifference: 0.1, first: 8 }),
      (orders) => {
        widest = Math.max(widest, orders.length);
        const outcomes = plain(orders);
        peak = Math.max(peak, memory() - before);
        return outcomes;
      },
    );
    expect(-field.mean(found.selected)).toBeLessThan(0.1);
    expect(widest).toBe(65_536);
    expect(peak).toBeLessThan(500e6);
    // Half of all twins and more go to the first heat: the hopeless cost no more than that.
    expect(found.twins).toBeLessThan(2.5 * 8 * k);
    expect(found.rounds).toBeLessThan(45);
  });

  it('are too many for KN, and for a budget of fewer', () => {
    const designs = { length: 1_000_000, at: (i: number) => [i] };
    expect(() => kn({ designs, goal: MOST, luck: 'own' }, PROMISE).next()).toThrow(/tournament/);
    expect(() => tournament({ designs, goal: MOST, luck: 'own' }, { ...PROMISE, most: 1e6 }).next()).toThrow(/12000000/);
  });

  it('lose the promise where the budget ends first', () => {
    const search = tournament({ designs: points(20), goal: MOST, luck: 'own' }, { confidence: 0.95, indifference: 0.01, most: 2000 });
    const found = conclude(search, answer({ mean: () => 0, sd: () => 1, correlation: 0 }, 1));
    expect(found.twins).toBeLessThanOrEqual(2000);
    expect(found.promise).toMatchObject({ confidence: Number.NaN, what: 'nothing' });
    expect(found.selected).toBeGreaterThanOrEqual(0);
  });
});

// ── Moments ─────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('moments', () => {
  const values = Array.from({ length: 60 }, (_, i) => 1e6 + pool[i]);
  const mean = values.reduce((sum, x) => sum + (x - 1e6), 0) / 60 + 1e6;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 59;

  it('are those of the definition, however they are merged', () => {
    const one = new Moments(2);
    for (const x of values) one.add(0, x);
    expect(one.take(1, [...values.slice(0, 7), Number.NaN])).toBe(1);
    const other = new Moments(2);
    other.take(
      1,
      values.slice(7).flatMap((x) => [0, x]),
      1,
      2,
    );
    one.absorb(other);
    for (const i of [0, 1]) {
      expect(one.n[i]).toBe(60);
      expect(one.mean[i]).toBeCloseTo(mean, 8);
      expect(one.variance(i) / variance).toBeCloseTo(1, 8);
    }
    expect(new Moments(1).variance(0)).toBeNaN();
    expect(() => one.absorb(new Moments(3))).toThrow(RangeError);
  });

  it('of differences are those of the pairs that are whole', () => {
    const a = [1, 2, 4, Number.NaN];
    const b = [0, 3, 5, 5];
    const c = [Number.NaN, 1, 1, 1];
    const differences = new Differences(3);
    differences.take([0, 1, 2], [a.slice(0, 2), b.slice(0, 2), c.slice(0, 2)]);
    differences.take([0, 1, 2], [a.slice(2), b.slice(2), c.slice(2)]);
    expect([differences.n(0, 1), differences.n(2, 0), differences.n(1, 2)]).toEqual([3, 2, 3]);
    expect(differences.mean(0, 1)).toBeCloseTo(-1 / 3, 12);
    expect(differences.mean(1, 0)).toBeCloseTo(1 / 3, 12);
    expect(differences.variance(1, 0)).toBeCloseTo(4 / 3, 12);
    expect(differences.variance(0, 2)).toBeCloseTo(2, 12);
  });
});
