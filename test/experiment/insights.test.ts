/** What a study says: its words, its cautions, twins to watch that are those it measured, and its warm-up. */
import { describe, expect, test } from 'vitest';
import { type FloorPlan, NEVER, type Trace } from '../../src/engine/trace.ts';
import { Register } from '../../src/experiment/register.ts';
import { FRESH } from '../../src/experiment/questions/answer.ts';
import { checkWarmup, workInProcess } from '../../src/experiment/warmup-check.ts';
import { change, figure, percent, plusMinus, share } from '../../src/experiment/wording.ts';
import { Dice } from '../../src/search/dice.ts';
import { simulate } from '../theory/simulate.ts';
import { line, places, run } from './study-plants.ts';

const SHORT = { warmup: 20, horizon: 200 };

test('numbers as people read them', () => {
  expect([0.012345, 5.7761, 412.4, 57_624, 0].map(figure)).toEqual(['0.0123', '5.78', '412', '57,624', '0']);
  expect(plusMinus(5.77612, 0.0123)).toBe('5.776 ± 0.012');
  expect(percent(0.0213, 0.0031)).toBe('+2.13 % ± 0.31 %');
  expect(percent(-0.0213, 0.031)).toBe('−2.1 % ± 3.1 %');
  expect([0.95, 0.005, 1].map(share)).toEqual(['95 %', '0.5 %', '100 %']);
  const output = { name: 'total.throughput', unit: '1/min' };
  expect(change(0.05, 0.01, 0.5, output)).toBe('+10.0 % ± 2.0 % output');
  // Of nothing there is no share.
  expect(change(-0.05, 0.01, 0, output)).toBe('−0.050 ± 0.010 1/min output');
  expect(change(0.05, 0.01, 0.5, { ...output, of: '10 % quantile' })).toBe('+10.0 % ± 2.0 % mean output');
});

describe('a register', () => {
  const order = (point: number[], first: number, values: number[]) =>
    [{ point, first, count: values.length }, Float64Array.from(values)] as const;

  test('means leave the last comparison out, unless there is nothing else', () => {
    const register = new Register(1);
    register.take(...order([1], 0, [1, 2, 3]));
    register.take(...order([1], FRESH, [10, 10]));
    register.take(...order([2], FRESH, [4, 8]));
    expect([register.mean(0, 0), register.count(0), register.mean(1, 0), register.count(1)]).toEqual([2, 3, 6, 2]);
    expect(register.differences(0, 1, 0, FRESH)).toEqual([6, 2]);
    expect(register.differences(0, 1, 0)).toEqual([]);
    expect([...(register.series(1, 0)?.values() ?? [])]).toEqual([4, 8]);
    register.take(...order([2], 0, [5, 7]));
    expect([register.mean(1, 0), register.sd(1, 0), register.count(1)]).toEqual([6, Math.SQRT2, 2]);
    expect(register.differences(0, 1, 0)).toEqual([-4, -5]);
    expect(register.twins).toBe(9);
  });

  test('a twin that broke off counts, but not in the mean', () => {
    const register = new Register(2);
    register.take({ point: [1], first: 5, count: 2 }, Float64Array.of(1, Number.NaN, 3, 4));
    expect([register.count(0), register.n(0, 0), register.n(0, 1), register.mean(0, 0), register.mean(0, 1)]).toEqual([2, 2, 1, 2, 4]);
    expect(register.series(0, 1)).toEqual(new Map([[6, 4]]));
  });
});

describe('sentences', () => {
  test('the twins to watch are those that were measured: what is not known stands in their scene as they drew it', async () => {
    const report = await run(
      line(
        [1, 1],
        [1],
        {
          question: 'best',
          factors: places(1, 0, 6),
          uncertain: { r: { path: 'stations.s1.processing.rate', distribution: { uniform: { min: 0.5, max: 2 } } } },
          method: 'all',
          replications: 24,
        },
        SHORT,
      ),
    );
    const [{ replay, pairs, text, mean }] = report.insights;
    expect(text).toMatch(/^With b1 = \d: \+/);
    expect(pairs).toBe(42);
    const [before, after] = await Promise.all(
      replay.map(async ({ scene, seed, replication }) => {
        expect(replication).toBeGreaterThanOrEqual(FRESH);
        const plant = JSON.parse(scene ?? '');
        expect(plant.experiments).toBeUndefined();
        return { rate: plant.stations.s1.processing.exponential.rate, places: plant.buffers.b1.capacity, seed, replication, plant };
      }),
    );
    // The same luck, and the same draw of what is not known, but not the scene's own rate.
    expect(after.rate).toBe(before.rate);
    expect(after.replication).toBe(before.replication);
    expect(before.rate).not.toBe(1);
    expect(before.places).toBe(1);
    expect(after.places).toBe(report.designs.find(({ chosen }) => chosen)?.point[0]);
    expect(mean).toBeGreaterThan(0);
  });

  test('nothing is said of designs that are as good as the plant', async () => {
    // Two speeds of the one station, which is idle half of the time: the output is that of the arrivals.
    const scene = line(
      [1],
      [],
      { question: 'compare', factors: { s: { scale: 'stations.s1.processing', values: [0.8, 1.2] } }, replications: 24, seed: 5 },
      SHORT,
    );
    scene.sources.in = { product: 'job', interarrival: { exponential: { rate: 0.4 } } };
    scene.buffers = { queue: {} };
    scene.links = [
      { from: 'in', to: 'queue' },
      { from: 'queue', to: 's1' },
      { from: 's1', to: 'out' },
    ];
    const report = await run(scene);
    expect(report.insights).toEqual([]);
    // Nor is either told to be the best: the other may be.
    expect(report.guarantee?.text).toContain('one other may be the best instead');
    expect(report.guarantee?.indifference).toBeGreaterThan(0);
  });

  test('few twins, and twins that broke off, are said', async () => {
    const experiment = { question: 'compare', factors: { n: { path: 'stations.s1.servers', values: [1, 'unlimited'] } }, replications: 5 };
    const { warnings } = await run(line([1, 1], [1], experiment, { warmup: 5, horizon: 50 }));
    expect(warnings.some((text) => text.startsWith('output of the plant as it is: An interval from 5 twins is 1.42 times as wide'))).toBe(
      true,
    );
    // A source without end before servers without number fills the plant at once.
    expect(warnings.some((text) => /^5 of \d+ twins, of 1 of 2 designs, gave no figure for output/.test(text))).toBe(true);
  });
});

describe('warm-up', () => {
  const plan = {
    nodes: [
      { name: 'in', kind: 'source' },
      { name: 's', kind: 'station' },
      { name: 'out', kind: 'sink' },
    ],
  } as FloorPlan;
  const visits = (...stays: [enter: number, leave: number, node: number][]): Trace => ({
    seed: 1,
    replication: 0,
    warmup: 0,
    end: 100,
    visits: Uint32Array.from(stays.flatMap(([enter, leave, node], part) => [enter, leave, node, 0, NEVER, 0, part])),
    states: new Uint32Array(),
  });

  test('work in process by shares of the time, by hand', () => {
    const trace = visits([0, 100, 0], [5, 15, 1], [10, 55, 1], [12, 18, 1], [60, NEVER, 1], [30, 30, 2]);
    expect([...workInProcess(plan, trace, 10)].map((x) => Math.round(10 * x) / 10)).toEqual([0.5, 2.1, 1, 1, 1, 0.5, 1, 1, 1, 1]);
    expect(workInProcess(plan, { ...trace, note: 'broke off' }, 10)).toHaveLength(0);
  });

  test('a beginning that is unlike the rest is told where it is not cut', () => {
    const dice = new Dice(1, 1);
    // 500 observations that rise for 100 of them, then stay.
    const rise = Float64Array.from({ length: 500 }, (_, i) => 10 * Math.min(1, i / 100) + 0.3 * dice.normal());
    const times = { tickSeconds: 60, unit: 'min' as const };
    const cut = (warmup: number) => checkWarmup([rise], { warmup, end: 1000 }, times);
    const { check, warnings } = cut(100) as NonNullable<ReturnType<typeof cut>>;
    // The rise ends at 200 min, of which MSER-5 may leave a batch or two.
    expect(check.cut * check.batch).toBeGreaterThan(170);
    expect(check.cut * check.batch).toBeLessThanOrEqual(230);
    expect(check).toMatchObject({ batch: 10, timeUnit: 'min' });
    expect(warnings[0]).toMatch(/^The warm-up looks too short: 100 min are cut, MSER-5 .* would cut \d+ min\.$/);
    expect(cut(0)?.warnings[0]).toContain('Heed it unless the plant is meant to begin empty');
    expect(cut(220)?.warnings).toEqual([]);
    expect(checkWarmup([], { warmup: 0, end: 1000 }, times)).toBeUndefined();
  });

  test('a study shows it', async () => {
    const { warmupCheck, warnings } = await run(
      line([1, 1, 1], [20, 20], { question: 'compare', factors: places(1, 1, 2), replications: 12 }, { warmup: 0, horizon: 2000 }),
    );
    expect(warmupCheck?.means).toHaveLength(100);
    expect(warmupCheck?.batch).toBe(20);
    // Mean of all the run: by Little’s law what a plain run says too.
    const mean = (warmupCheck?.means ?? []).reduce((sum, x) => sum + x, 0) / 100;
    const plain = line([1, 1, 1], [20, 20], {}, { warmup: 0, horizon: 2000 });
    delete plain.experiments;
    const { metrics } = await simulate(plain, 4);
    expect(mean).toBeCloseTo(metrics['total.wip'].mean, 6);
    expect(warnings.some((text) => text.includes('MSER-5'))).toBe((warmupCheck?.cut ?? 0) > 2);
  });
});
