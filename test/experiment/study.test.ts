/** Studies from end to end: what they choose against exact throughputs, what they keep, what they refuse, and that nothing but the experiment decides. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StudyLab } from '../../src/experiment/study-lab.ts';
import type { DesignRow, StudyReport } from '../../src/experiment/study-protocol.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { read } from '../../src/scene/read.ts';
import type { Point } from '../../src/search/search.ts';
import { serialLine } from '../oracles/lines.ts';
import { simulate } from '../theory/simulate.ts';
import { line, type Loose, places, refusal, run, studyOf } from './study-plants.ts';
import { MemoryJournal } from './stub-study.ts';

const exact = (rates: number[], capacities: readonly number[]): number =>
  serialLine(
    rates.map((rate) => ({ rate })),
    [...capacities],
  ).throughput;
const chosenOf = (report: StudyReport): DesignRow => {
  const row = report.designs.find(({ chosen }) => chosen);
  if (row === undefined) throw new Error('nothing is chosen');
  return row;
};
/** Two equal stations of rate 1 with b places between: (b + 2) / (b + 3). */
const pair = (b: number): number => (b + 2) / (b + 3);
const SHORT = { warmup: 20, horizon: 200 };

describe('the best allocation of places', () => {
  /** Every way to put so many places into so many gaps. */
  function* allocations(total: number, gaps: number): Generator<number[]> {
    if (gaps === 1) yield [total];
    else for (let first = 0; first <= total; first++) for (const rest of allocations(total - first, gaps - 1)) yield [first, ...rest];
  }

  test.each([
    [3, 5, [3, 2], 0.754345, 0.01],
    [4, 7, [2, 3, 2], 0.71834, 0.01],
  ])('%i stations with %i places', async (stations, total, best, value, indifference) => {
    const rates = Array.from({ length: stations }, () => 1);
    const values = new Map([...allocations(total, stations - 1)].map((allocation) => [allocation.join(), exact(rates, allocation)]));
    const most = Math.max(...values.values());
    expect(most).toBeCloseTo(value, 6);
    expect(values.get(best.join())).toBeCloseTo(value, 6);
    expect(values.get([...best].reverse().join())).toBeCloseTo(value, 6);
    const sum = best.map((_, i) => `b${i + 1}`).join(' + ');
    const report = await run(
      line(rates, [total, ...best.slice(1).map(() => 0)], {
        question: 'best',
        factors: places(stations - 1, 0, total),
        constraints: [`${sum} = ${total}`],
        method: 'tournament',
        indifference,
        seed: 2,
      }),
    );
    const { point, known } = chosenOf(report);
    expect(values.get(point.join())).toBeGreaterThanOrEqual(most - indifference);
    expect(report.guarantee).toMatchObject({ confidence: 0.95, indifference });
    expect(report.tried).toBe(values.size);
    // 95 % of the chosen one's mean.
    expect(known[0].low).toBeLessThan((values.get(point.join()) as number) + 0.004);
    expect(known[0].high).toBeGreaterThan((values.get(point.join()) as number) - 0.004);
    // And the gain over all places in the first gap, which it says in words.
    const gain = (values.get(point.join()) as number) - (values.get([total, ...best.slice(1).map(() => 0)].join()) as number);
    expect(report.insights).toHaveLength(1);
    expect(report.insights[0].low).toBeLessThan(gain);
    expect(report.insights[0].high).toBeGreaterThan(gain);
    expect(report.path.taken).toBe('recursion');
  });

  test('five stations with 3 places, as it ships', async () => {
    const scene = JSON.parse(readFileSync(new URL('../../scenes/buffer-allocation.json', import.meta.url), 'utf8'));
    const report = await studyOf(scene, { experiment: 'Three places' }).run();
    const values = [...allocations(3, 4)].map((allocation): [string, number] => [allocation.join(), exact([1, 1, 1, 1, 1], allocation)]);
    const good = values.filter(([, value]) => value >= 0.575793 - 0.005).map(([text]) => text);
    expect(good.sort()).toEqual(['0,1,1,1', '1,1,1,0']);
    expect(good).toContain(chosenOf(report).point.join());
  });
});

describe('other searches', () => {
  const rates = Array.from({ length: 3 }, () => 1);
  const three = (more: Loose) => line(rates, [3, 2], { question: 'best', factors: places(2, 0, 5), constraints: ['b1 + b2 = 5'], ...more });

  test.each([
    ['kn', { method: 'kn', indifference: 0.01 }],
    ['ocba', { method: 'ocba', budget: 1200 }],
    ['all', { method: 'all', replications: 64 }],
  ])('%s', async (_, more) => {
    const report = await run(three(more));
    expect(exact(rates, chosenOf(report).point)).toBeGreaterThan(0.754345 - 0.01);
    if ('budget' in more) expect(report.twins).toBeLessThanOrEqual(more.budget as number);
  });

  test.each(['cma-es', 'gaussian process'])('%s shares a rate of 2 between two stations equally', async (method) => {
    const rate = (name: string) => ({ path: `stations.${name}.processing.rate`, from: 0.2, to: 1.8 });
    const scene = line(
      [0.4, 1.6],
      [2],
      {
        question: 'best',
        method,
        factors: { r1: rate('s1'), r2: rate('s2') },
        constraints: ['r1 + r2 = 2'],
        budget: method === 'cma-es' ? 2000 : 800,
        replications: 8,
      },
      { warmup: 50, horizon: 400 },
    );
    const report = await run(scene);
    const [r1, r2] = chosenOf(report).point;
    expect(r1 + r2).toBeCloseTo(2, 9);
    expect(exact([r1, r2], [2])).toBeGreaterThan(0.985 * exact([1, 1], [2]));
    expect(report.twins).toBeLessThanOrEqual(2000);
    expect(report.insights[0].text).toMatch(/^With r1 = [\d.]+, r2 = [\d.]+: \+\d+/);
  });

  test('all, within a limit on what is simulated: the cheapest that delivers enough', async () => {
    // (b + 2) / (b + 3) ≥ 0.82 from b = 3 on, by 0.013 and with 2 short of it by 0.02.
    const report = await run(
      line([1, 1], [1], {
        question: 'best',
        factors: places(1, 0, 6),
        cost: '100 * b1',
        objectives: [{ minimise: 'cost' }],
        limits: [{ metric: 'total.throughput', least: 0.82 }],
        replications: 48,
      }),
    );
    expect(chosenOf(report).point).toEqual([3]);
    expect(report.designs.map(({ feasible }) => feasible)).toEqual([false, false, false, true, true, true, true]);
  });

  test('a limit on cost is kept by the tournament too', async () => {
    const report = await run(
      line(
        [1, 1],
        [1],
        {
          question: 'best',
          factors: places(1, 0, 6),
          cost: 'b1',
          limits: [{ metric: 'cost', most: 2 }],
          indifference: 0.01,
          method: 'tournament',
        },
        SHORT,
      ),
    );
    expect(chosenOf(report).point).toEqual([2]);
  });
});

describe('compare', () => {
  const levels = line([1, 1], [1], {
    question: 'compare',
    factors: { ...places(1, 0, 4), dead: { from: 0, to: 1, whole: true } },
    replications: 64,
  });

  test('means, effects and the comparison with the best hold the exact values', async () => {
    const report = await run(levels);
    const [effect, dead] = report.effects;
    effect.levels.forEach(({ mean, low, high, designs }, b) => {
      expect(designs).toBe(2);
      expect(Math.abs(mean - pair(b))).toBeLessThan(1.6 * (high - low));
    });
    expect(dead.range).toBe(0);
    // Both designs with 4 places are the best.
    expect(chosenOf(report).point[0]).toBe(4);
    expect(report.guarantee).toMatchObject({ procedure: 'multiple comparisons with the best', indifference: 0 });
    const sentences = report.insights.filter(({ text }) => text.startsWith('Moving'));
    expect(sentences.map(({ text }) => text.slice(0, 23))).toEqual(['Moving “b1” from 0 to 4']);
    expect(sentences[0].low).toBeLessThan(pair(4) - pair(0));
    expect(sentences[0].high).toBeGreaterThan(pair(4) - pair(0));
  });

  test('no effect is claimed where other factors moved along', async () => {
    const rows = [
      { b1: 0, b2: 0 },
      { b1: 4, b2: 4 },
    ];
    const report = await run(
      line([1, 1, 1], [1, 1], { question: 'compare', factors: places(2, 0, 4), design: { kind: 'table', rows }, replications: 16 }, SHORT),
    );
    expect(report.insights.filter(({ text }) => text.startsWith('Moving'))).toEqual([]);
  });

  test('until a half-width: every interval is as narrow as was asked', async () => {
    const report = await run(
      line([1, 1], [1], { question: 'compare', factors: places(1, 0, 3), halfWidth: 0.01 }, { warmup: 50, horizon: 500 }),
    );
    for (const { known, twins, point } of report.designs) {
      expect((known[0].high - known[0].low) / 2).toBeLessThan(0.0105 * known[0].mean);
      expect(twins).toBeGreaterThan(10);
      expect(Math.abs(known[0].mean - pair(point[0]))).toBeLessThan(0.025);
    }
  });

  test('designs of a table: as CSV, and with options', async () => {
    const factors = {
      servers: { path: 'stations.s1.servers', values: [1, 2, 'unlimited'] },
      time: { path: 'stations.s2.processing', from: '30 s', to: '90 s' },
    };
    const base = line([1, 1], [1], { question: 'compare', factors, replications: 2 }, SHORT);
    const withRows = (rows: unknown): Loose => ({
      ...base,
      experiments: { trial: { ...base.experiments.trial, design: { kind: 'table', rows } } },
    });
    const points = async (rows: unknown) => (await run(withRows(rows))).designs.filter(({ base: asIs }) => !asIs).map(({ point }) => point);
    expect(await points('time,servers,remark\n60,2,\n1.5 min,1,slow\n')).toEqual([
      [1, 60],
      [0, 90],
    ]);
    expect(await points([{ servers: 2, time: '1 min' }])).toEqual([[1, 60]]);
    expect(await refusal(withRows('time,servers\n60,3\n'))).toContain('experiments.trial.design.rows[0]: found "3" as servers');
    expect(await refusal(withRows('time,servers\n10,1\n'))).toContain('expected values within the ranges');
  });

  test('a quantile and the worst share of what one unknown time makes of the output', async () => {
    // One station that is never idle: its output is one over its time, which is from 1 to 2 min.
    const of = async (asked: Loose) => {
      const report = await run(
        line(
          [1],
          [],
          {
            question: 'compare',
            factors: { dead: { from: 0, to: 1, whole: true } },
            uncertain: { time: { path: 'stations.s1.processing', distribution: { uniform: { min: '1 min', max: '2 min' } } } },
            objectives: [{ maximise: 'total.throughput', of: asked }],
            replications: 150,
          },
          { warmup: 0, horizon: 1000 },
        ),
      );
      expect(report.responses[0].of).toMatch(/10 %/);
      return chosenOf(report).known[0];
    };
    const quantile = await of({ quantile: 0.1 });
    expect(quantile.low).toBeLessThan(1 / 1.9);
    expect(quantile.high).toBeGreaterThan(1 / 1.9);
    const worst = await of({ worst: 0.1 });
    const truth = Math.log(2 / 1.9) / 0.1;
    expect(worst.low).toBeLessThan(truth + 0.002);
    expect(worst.high).toBeGreaterThan(truth - 0.002);
    expect(worst.mean).toBeLessThan(quantile.mean);
  });
});

describe('trade-off, sensitivity, uncertainty', () => {
  test('the front of places against output is every number of places', async () => {
    const report = await run(
      line(
        [1, 1],
        [1],
        {
          question: 'trade-off',
          factors: { ...places(1, 0, 5), waste: { from: 0, to: 1, whole: true } },
          cost: 'b1 + 10 * waste',
          objectives: [{ maximise: 'total.throughput' }, { minimise: 'cost' }],
          budget: 3000,
          replications: 32,
        },
        { warmup: 50, horizon: 400 },
      ),
    );
    const front = report.designs.filter((row) => row.front).map(({ point }) => point);
    expect(front.every(([, waste]) => waste === 0)).toBe(true);
    expect(front.map(([b]) => b).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(report.twins).toBeLessThanOrEqual(3000);
    expect(report.hypervolume).toBeGreaterThan(0.5);
    const [ends] = report.insights;
    expect(ends.text).toContain('from b1 = 0, waste = 0 to b1 = 5, waste = 0');
    expect(ends.low).toBeLessThan(pair(5) - pair(0));
    expect(ends.high).toBeGreaterThan(pair(5) - pair(0));
  });

  test.each(['morris', 'sobol'])('%s: a factor that does nothing gets nothing', async (method) => {
    const report = await run(
      line(
        [1, 1],
        [1],
        {
          question: 'sensitivity',
          method,
          factors: { ...places(1, 0, 6), dead: { from: 0, to: 1 } },
          samples: method === 'sobol' ? 32 : 8,
          replications: 4,
        },
        SHORT,
      ),
    );
    const [b1, dead] = report.sensitivity;
    if (method === 'morris') {
      expect(dead).toMatchObject({ muStar: 0, muStarHigh: 0, sigma: 0 });
      expect(b1.muStarLow).toBeGreaterThan(0);
    } else {
      expect(dead).toMatchObject({ total: 0, totalHigh: 0 });
      expect(b1.totalLow).toBeGreaterThan(0.3);
    }
    expect(report.insights).toHaveLength(1);
    expect(report.insights[0].text).toContain('“b1”');
  });

  test('a saturated station of unknown speed: all variance is what is not known, and as much as the integral says', async () => {
    const { uncertainty, insights } = await run(
      line(
        [1],
        [],
        {
          question: 'uncertainty',
          samples: 64,
          replications: 4,
          uncertain: { time: { path: 'stations.s1.processing', distribution: { uniform: { min: '1 min', max: '2 min' } } } },
        },
        { warmup: 0, horizon: 1000 },
      ),
    );
    const [split] = uncertainty;
    // Of 1 / m, m uniform from 1 to 2: mean ln 2, variance 1/2 − ln² 2.
    expect(split.mean).toBeCloseTo(Math.log(2), 2);
    expect(split.bySelf.known / Math.sqrt(0.5 - Math.log(2) ** 2)).toBeCloseTo(1, 1);
    expect(split.bySelf.chance).toBeLessThan(0.001);
    expect(split.share).toBeGreaterThan(0.999);
    expect(split.quantiles[1]).toBeCloseTo(1 / 1.5, 2);
    expect(insights[0].text).toContain('100 %');
  });

  test('an idle station of unknown speed: all variance is chance, and nothing is said', async () => {
    const scene = line(
      [1],
      [],
      {
        question: 'uncertainty',
        samples: 24,
        replications: 8,
        uncertain: { time: { scale: 'stations.s1.processing', distribution: { uniform: { min: 0.8, max: 1.2 } } } },
      },
      { warmup: 50, horizon: 400 },
    );
    scene.sources.in = { product: 'job', interarrival: { exponential: { rate: 0.3 } } };
    scene.buffers = { queue: {} };
    scene.links = [
      { from: 'in', to: 'queue' },
      { from: 'queue', to: 's1' },
      { from: 's1', to: 'out' },
    ];
    const { uncertainty, insights } = await run(scene);
    expect(uncertainty[0].shareLow).toBe(0);
    // Poisson counts: √(0.3 / 400).
    expect(uncertainty[0].bySelf.chance / Math.sqrt(0.3 / 400)).toBeCloseTo(1, 0);
    expect(insights).toEqual([]);
  });
});

describe('what is refused, by its path', () => {
  const scene = (experiment: Loose) => line([1, 1], [1], experiment, SHORT);
  const factors = places(1, 0, 3);
  test.each<[string, Loose]>([
    [
      'experiments.trial.objectives[0]: found s1.failed to be 0',
      { question: 'compare', factors, replications: 2, objectives: [{ maximise: 's1.failed' }] },
    ],
    [
      'experiments.trial.objectives[0]: found s1.failed to be 0',
      { question: 'what limits', replications: 2, objectives: [{ maximise: 's1.failed' }] },
    ],
    ['experiments.trial.indifference: missing', { question: 'best', factors, objectives: [{ minimise: 's1.failed' }] }],
    ['experiments.trial.method: found "cma-es", which does not answer "compare"', { question: 'compare', method: 'cma-es', factors }],
    [
      'experiments.trial.method: found "tournament", which compares means',
      { question: 'best', method: 'tournament', factors, objectives: [{ maximise: 'total.throughput', of: { worst: 0.1 } }] },
    ],
    [
      'experiments.trial.method: found "kn", which knows no limits but of cost',
      { question: 'best', method: 'kn', factors, limits: [{ metric: 'total.wip', most: 3 }] },
    ],
    ['experiments.trial.budget: found 10 twins for 4 designs', { question: 'best', method: 'tournament', factors, budget: 10 }],
    ['experiments.trial.budget: The budget is too small', { question: 'best', method: 'cma-es', factors, budget: 10 }],
    [
      'experiments.trial.factors.n: found buffers.b1.capacity, which "m" sets too',
      { question: 'best', factors: { m: factors.b1, n: { path: 'buffers["b1"].capacity', values: [1, 2] } } },
    ],
    [
      'experiments.trial.uncertain.u: found buffers.b1.capacity, which "b1" sets too',
      { question: 'best', factors, uncertain: { u: { path: 'buffers.b1.capacity', distribution: { uniform: { min: 1, max: 3 } } } } },
    ],
    ['experiments.trial.factors.or: found a factor called "or"', { question: 'best', factors: { or: factors.b1 } }],
    [
      'experiments.trial: the design x = 1.5 is refused: buffers.b1.capacity: found 1.5',
      { question: 'compare', factors: { x: { from: 1, to: 3, step: 0.5 } }, set: { 'buffers.b1.capacity': 'x' } },
    ],
    [
      'experiments.trial.design: found 9 factors',
      {
        question: 'compare',
        factors: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, { from: 0, to: 1 }])),
        design: { kind: 'sobol', points: 4 },
      },
    ],
    [
      'experiments.trial.limits[0].most: found "1 s"; expected a number in 1/min',
      { question: 'best', factors, limits: [{ metric: 'total.throughput', most: '1 s' }] },
    ],
    [
      'expected a metric of the plant, as a small change of an element has no cost',
      { question: 'what limits', cost: '1', objectives: [{ minimise: 'cost' }] },
    ],
    [
      'experiments.trial.limits: found no design whose cost meets the limits',
      { question: 'best', factors, cost: 'b1 + 5', limits: [{ metric: 'cost', most: 4 }], indifference: 0.1 },
    ],
    [
      'experiments.trial.uncertain.u.distribution: at its 0.1 % quantile the scene is refused',
      { question: 'uncertainty', uncertain: { u: { path: 'stations.s1.servers', distribution: { uniform: { min: 0, max: 3 } } } } },
    ],
  ])('%s', async (expected, experiment) => {
    expect(await refusal(scene(experiment))).toContain(expected.replace('9 factors', '300 factors'));
  });

  test('what makes no difference is said, not refused', async () => {
    const report = await run(
      scene({ question: 'compare', factors: { n: { path: 'run.replications', values: [16, 32] }, ...factors }, replications: 2 }),
    );
    expect(report.warnings[0]).toBe('The factor n changes nothing that the twins run by: the plant is the same at 16 and at 32.');
    expect(report.warnings.some((text) => text.includes('An interval from 2 twins'))).toBe(true);
  });
});

test('limits in durations are in the unit of the metric', async () => {
  const limits = [{ metric: 'total.flowTime', most: '4 h' }];
  const { setting } = studyOf(line([1, 1], [1], { question: 'compare', factors: places(1, 0, 3), limits }));
  expect(setting.responses.find(({ name }) => name === 'total.flowTime')).toMatchObject({ most: 240, unit: 'min' });
});

describe('plan and apply', () => {
  const lab = new StudyLab(async () => ({ gpu: undefined, threads: [new Twins()] }), undefined);

  test('a million designs ask first, with the time that they take', async () => {
    const scene = JSON.stringify(
      line([1, 1, 1], [1, 1], {
        question: 'compare',
        factors: { ...places(2, 0, 99), x: { from: 1, to: 100, whole: true } },
        design: { kind: 'full' },
      }),
    );
    const plan = await lab.plan({ scene, experiment: 'trial' });
    if (!plan.ok) throw new Error(JSON.stringify(plan.problems));
    expect(plan.designs).toBe(1_000_000);
    expect(plan.twins).toBeGreaterThanOrEqual(16_000_000);
    expect(plan.ask).toMatch(/16,000,512 twins of 1,000,000 designs and take about [\d.]+ (s|min|h|days) on one thread/);
    const few = await lab.plan({
      scene: JSON.stringify(line([1], [], { question: 'compare', factors: { x: { from: 1, to: 3, whole: true } } })),
      experiment: 'trial',
    });
    expect(few).toMatchObject({ ok: true, ask: '', designs: 3 });
    expect(await lab.plan({ scene, experiment: 'none' })).toMatchObject({ ok: false, problems: [{ path: 'experiments' }] });
  });

  test('apply changes what it says and nothing else; the scene then gives the design’s figures', async () => {
    const object = line([1, 1], [1], {
      question: 'compare',
      factors: { b1: { path: 'buffers.b1.capacity', values: [1, 4] }, n: { path: 'stations.s2.servers', values: [1, 2] } },
      set: { 'stations.s1.processing.rate': 'n + 0.5' },
      replications: 16,
      seed: 1,
    });
    // Written by hand: short objects in one line, spaces where somebody liked them.
    const text = JSON.stringify(object, null, 4).replace(/\{\s+"capacity": 1\s+\}/, '{ "capacity":   1 }');
    const { scene, changes } = lab.apply(text, 'trial', [4, 2]);
    expect(changes).toEqual([
      { path: 'stations.s1.processing.exponential.rate', from: '1', to: '2.5' },
      { path: 'stations.s2.servers', from: 'not given', to: '2' },
      { path: 'buffers.b1.capacity', from: '1', to: '4' },
    ]);
    expect(scene).toContain('"b1": { "capacity":   4 }');
    const lines = new Set(text.split('\n'));
    expect(scene.split('\n').filter((each) => !lines.has(each)).length).toBeLessThanOrEqual(5);
    expect(read(scene).ok).toBe(true);
    const report = await run(text);
    const row = report.designs.find(({ point }) => point.join() === '4,2');
    const plain = JSON.parse(scene);
    delete plain.experiments;
    const { metrics } = await simulate(plain, 16);
    // The chosen design was run once more; of others the replications are those of a plain run.
    const other = lab.apply(text, 'trial', [1, 2]);
    const single = await simulate({ ...JSON.parse(other.scene), experiments: undefined }, 16);
    const known = report.designs.find(({ point }) => point.join() === '1,2');
    expect(known?.known[0].mean).toBeCloseTo(single.metrics['total.throughput'].mean, 12);
    expect(Math.abs((row as DesignRow).known[0].mean - metrics['total.throughput'].mean)).toBeLessThan(0.05);
    // Nothing to change: not a letter.
    expect(lab.apply(text, 'trial', [Number.NaN, Number.NaN])).toEqual({ scene: text, changes: [] });
  });
});

describe('only the experiment decides', () => {
  const scene = line(
    [1, 1.2, 1],
    [3, 0],
    {
      question: 'best',
      factors: places(2, 0, 3),
      constraints: ['b1 + b2 = 3'],
      method: 'tournament',
      indifference: 0.02,
      uncertain: { r: { path: 'stations.s2.processing.rate', distribution: { uniform: { min: 1, max: 1.4 } } } },
    },
    SHORT,
  );
  const facts = ({ digest, chosen, designs, insights, twins, rounds }: StudyReport) => ({
    digest,
    chosen,
    designs,
    insights,
    twins,
    rounds,
  });
  const whole = run(scene);

  test('two threads, events or recursion: the same to the last bit', async () => {
    const { path } = await whole;
    expect(path.taken).toBe('recursion');
    const threads = [new Twins(), new Twins()];
    expect(facts(await studyOf(scene, {}, threads).run())).toEqual(facts(await whole));
    const events = await run(scene, { path: 'events' });
    expect(events.path.taken).toBe('events');
    expect(facts(events)).toEqual(facts(await whole));
  });

  test('cancelled anywhere and gone on with: the same to the last bit', async () => {
    const journal = new MemoryJournal();
    for (const twins of [5, 60, 150]) {
      const study = studyOf(scene, { journal });
      const report = await study.run((progress) => {
        if (progress.twins >= twins) study.cancel();
      });
      expect(report.complete).toBe(false);
      expect(report.insights).toEqual([]);
    }
    const last = await run(scene, { journal });
    expect(last.recalled).toBeGreaterThan(0);
    expect(facts(last)).toEqual(facts(await whole));
    // Kept whole, nothing is run again.
    const again = await run(scene, { journal });
    expect(again.recalled).toBe(again.twins);
    expect(facts(again)).toEqual(facts(await whole));
  });

  test('cancel is heard within 200 ms, and what there is stays', async () => {
    const long = line(
      [1, 1, 1],
      [3, 3],
      { question: 'compare', factors: places(2, 1, 8), replications: 64 },
      { warmup: 100, horizon: 20_000 },
    );
    const study = studyOf(long, { journal: new MemoryJournal(), path: 'events' });
    let cancelledAt = 0;
    const timer = setTimeout(() => {
      cancelledAt = performance.now();
      study.cancel();
    }, 700);
    const report = await study.run();
    clearTimeout(timer);
    expect(cancelledAt).toBeGreaterThan(0);
    // Twice that, as other tests may have the processor.
    expect(performance.now() - cancelledAt).toBeLessThan(400);
    expect(report.complete).toBe(false);
    expect(report.twins).toBeLessThan(64 * 64);
  });

  test('a cancel before the first round ends at once', async () => {
    const study = studyOf(scene);
    const running = study.run();
    study.cancel();
    expect(await running).toMatchObject({ complete: false, twins: 0 });
  });
});

test('a sequence is searched, and its sentence names the order', async () => {
  const scene = line(
    [1],
    [],
    {
      question: 'best',
      factors: { order: { path: 'sources.in.orders', sequence: true } },
      objectives: [{ minimise: 'total.flowTime' }],
      budget: 900,
    },
    { warmup: 0, horizon: 300 },
  );
  const minutes = [9, 2, 5, 1, 7];
  scene.products = Object.fromEntries(minutes.map((time, i) => [`p${i}`, { routing: [{ station: 's1', processing: time }] }]));
  scene.sources = { in: { orders: minutes.map((_, i) => ({ product: `p${i}` })) } };
  scene.buffers = { queue: {} };
  scene.stations = { s1: {} };
  scene.links = [{ from: 'queue', to: 's1' }];
  const report = await run(scene);
  // All come at once; first come, first served in the order of the list: the shortest first has the least flow time (Smith 1956).
  const point: Point = chosenOf(report).point;
  expect(point.map((i) => minutes[i])).toEqual([1, 2, 5, 7, 9]);
  expect(chosenOf(report).known[0].mean).toBeCloseTo((1 + 3 + 8 + 15 + 24) / 5, 9);
});
