/** What limits a plant: small changes against exact gains, their signs, and the sentences that they make. */
import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/experiment/interventions.ts';
import { check } from '../../src/scene/read.ts';
import { serialLine } from '../oracles/lines.ts';
import { type Loose, line, run } from './study-plants.ts';

const exact = (rates: number[], capacities: number[]) =>
  serialLine(
    rates.map((rate) => ({ rate })),
    capacities,
  );

/** Arrivals of exponential times apart at one exponential station. */
function single(arrivals: number, service: number, experiment: Loose, settings: Loose = {}): Loose {
  const scene = line([1], [], experiment, settings);
  scene.sources.in = { product: 'job', interarrival: { exponential: { rate: arrivals } } };
  scene.buffers = { queue: {} };
  scene.stations.s1.processing = { exponential: { rate: service } };
  scene.links = [
    { from: 'in', to: 'queue' },
    { from: 'queue', to: 's1' },
    { from: 's1', to: 'out' },
  ];
  return scene;
}

describe('changes', () => {
  const scene: Loose = {
    millwright: 1,
    time: { unit: 'min' },
    products: { job: { routing: [{ station: 'mill', processing: '3 min' }, { station: 'press' }] } },
    sources: { in: { product: 'job', interarrival: '5 min' } },
    buffers: { store: {}, gap: { capacity: 'none' }, shelf: { capacity: 2 } },
    stations: {
      mill: {},
      press: {
        processing: { lognormal: { mean: 4, cv: 0.5 } },
        failures: [{ clock: 'operating', timeToFailure: '8 h', repair: { exponential: { mean: '20 min' } } }],
      },
    },
    people: { crew: { count: 2 } },
    sinks: { out: {} },
    links: [
      { from: 'in', to: 'store' },
      { from: 'store', to: 'mill' },
      { from: 'mill', to: 'gap' },
      { from: 'gap', to: 'shelf' },
      { from: 'shelf', to: 'press' },
      { from: 'press', to: 'out' },
    ],
    run: { horizon: '10 h' },
  };
  const changes = changesOf(scene);

  test('every number that can be made a little better, none that has no better', () => {
    expect(changes.map(({ element, words }) => `${element}: ${words}`)).toEqual([
      'in: arrivals 5 % closer together',
      'gap: one place',
      'shelf: one more place',
      'mill: processing 5 % shorter',
      'mill: one more server',
      'press: processing 5 % shorter',
      'press: one more server',
      'press: repairs 10 % shorter',
      'press: failures 10 % rarer',
      'crew: one more person',
    ]);
  });

  test('each is taken by the scene, and changes what it says', () => {
    const after = changes.map(({ make }): Loose => {
      const changed = structuredClone(scene);
      make(changed);
      expect(check(changed).ok).toBe(true);
      return changed;
    });
    expect(after[0].sources.in.interarrival).toBe('4.75 min');
    expect(after[1].buffers.gap.capacity).toBe(1);
    expect(after[2].buffers.shelf.capacity).toBe(3);
    expect(after[3].products.job.routing[0].processing).toBe('2.8499999999999996 min');
    expect(after[5].stations.press.processing.lognormal).toEqual({ mean: 3.8, cv: 0.5 });
    expect(after[6].stations.press.servers).toBe(2);
    expect(after[7].stations.press.failures[0].repair.exponential.mean).toBe('18 min');
    expect(Number.parseFloat(after[8].stations.press.failures[0].timeToFailure)).toBeCloseTo(8 / 0.9, 12);
    expect(after[9].people.crew.count).toBe(3);
    // The scene itself is left as it was.
    expect(scene.buffers.shelf.capacity).toBe(2);
  });
});

describe('a line whose second station is slow', () => {
  const RATES = [1.5, 1, 1.5];
  const before = exact(RATES, [1, 1]);
  const report = run(line(RATES, [1, 1], { question: 'what limits', replications: 96 }, { warmup: 100, horizon: 500, seed: 3 }));
  const of = async (element: string, change: string) => {
    const found = (await report).interventions.find((one) => one.element === element && one.change === change);
    if (found === undefined) throw new Error(`no change "${change}" at ${element}`);
    return found;
  };

  test.each([
    ['b1', 'one more place', exact(RATES, [2, 1])],
    ['b2', 'one more place', exact(RATES, [1, 2])],
    ['s1', 'processing 5 % shorter', exact([1.5 / 0.95, 1, 1.5], [1, 1])],
    ['s2', 'processing 5 % shorter', exact([1.5, 1 / 0.95, 1.5], [1, 1])],
    ['s3', 'processing 5 % shorter', exact([1.5, 1, 1.5 / 0.95], [1, 1])],
  ])('%s, %s: the exact gain lies in the interval', async (element, change, after) => {
    const { gain, low, high, share, pairs } = await of(element, change);
    const truth = after.throughput - before.throughput;
    expect(low).toBeLessThanOrEqual(truth);
    expect(high).toBeGreaterThanOrEqual(truth);
    // And the interval is not wide: the luck is common.
    expect(high - low).toBeLessThan(0.15 * truth + 0.004);
    expect(share).toBeCloseTo(gain / before.throughput, 3);
    expect(pairs).toBe(96);
  });

  test('the ranking is that of the exact gains, and the slow station has the longest active periods', async () => {
    const { interventions, activePeriods } = await report;
    const gains = interventions.map(({ gain }) => gain);
    expect(gains).toEqual([...gains].sort((a, b) => b - a));
    expect(interventions[0]).toMatchObject({ element: 's2', change: 'one more server' });
    const faster = interventions.filter(({ change }) => change.startsWith('processing'));
    expect(faster[0].element).toBe('s2');
    const [a, b, c] = activePeriods.map(({ sole, shifting }) => sole + shifting);
    expect(b).toBeGreaterThan(Math.max(a, c));
    expect(activePeriods.reduce((sum, { sole }) => sum + sole, 0)).toBeLessThanOrEqual(1);
  });

  test('blocked and starved times before and after are those of the chain', async () => {
    const { blockedBefore, blockedAfter, starvedBefore, starvedAfter } = await of('s2', 'processing 5 % shorter');
    const after = exact([1.5, 1 / 0.95, 1.5], [1, 1]);
    for (const [found, truth] of [
      [blockedBefore, before.shares[1].blocked],
      [starvedBefore, before.shares[1].starved],
      [blockedAfter, after.shares[1].blocked],
      [starvedAfter, after.shares[1].starved],
    ]) {
      expect(Math.abs(found - truth)).toBeLessThan(0.006);
    }
  });

  test('sentences say what was tested: the same numbers, the state that is relieved most, twins to watch', async () => {
    const { insights, interventions, scene } = await report;
    const { gain, low, high, share, shareLow, shareHigh, design } = await of('b2', 'one more place');
    const sentence = insights.find((one) => one.design === design);
    const digits = /\+(\d+\.\d+) % ± (\d+\.\d+) %/.exec(sentence?.text ?? '');
    expect(Number(digits?.[1])).toBeCloseTo(100 * share, 1);
    expect(Number(digits?.[2])).toBeCloseTo((100 * (shareHigh - shareLow)) / 2, 1);
    expect(sentence).toMatchObject({ mean: gain, low, high, pairs: 96, unit: '1/min' });
    // Which state of which station falls most, and by how much, by the chain.
    const after = exact(RATES, [1, 2]);
    const drops = before.shares.flatMap((shares, i) =>
      (['blocked', 'starved'] as const).map((state) => ({ i, state, drop: shares[state] - after.shares[i][state], of: shares[state] })),
    );
    const most = drops.reduce((a, b) => (b.drop > a.drop ? b : a));
    const relieved = /removes (\d+\.?\d*) % of the (\w+) time of “(\w+)”/.exec(sentence?.text ?? '');
    expect(relieved?.slice(2)).toEqual([most.state, `s${most.i + 1}`]);
    expect(Math.abs(Number(relieved?.[1]) - (100 * most.drop) / most.of)).toBeLessThan(3);
    const [watchBefore, watchAfter] = sentence?.replay ?? [];
    expect(watchBefore).toMatchObject({ scene: undefined, seed: 3 });
    expect(JSON.parse(watchAfter?.scene ?? '').buffers.b2.capacity).toBe(2);
    expect(JSON.parse(scene).buffers.b2.capacity).toBe(1);
    expect(insights.length).toBe(Math.min(6, interventions.filter((one) => one.low > 0).length));
  });
});

test('what makes no difference gets no sentence', async () => {
  // At half its load the station's speed does not decide the output; the arrivals do.
  const { interventions, insights } = await run(
    single(0.5, 1, { question: 'what limits', replications: 64 }, { warmup: 50, horizon: 400 }),
  );
  const of = (change: string) => interventions.find((one) => one.change === change);
  const faster = of('processing 5 % shorter');
  expect(faster?.low).toBeLessThanOrEqual(0);
  expect(faster?.high).toBeGreaterThanOrEqual(0);
  expect(insights.map(({ text }) => text.slice(0, 16))).toEqual(['Arrivals 5 % clo']);
  const arrivals = of('arrivals 5 % closer together');
  expect(arrivals?.low).toBeLessThanOrEqual(0.5 / 0.95 - 0.5);
  expect(arrivals?.high).toBeGreaterThanOrEqual(0.5 / 0.95 - 0.5);
});

test('minimise: a gain is less of it, and the words say so', async () => {
  const { interventions, insights } = await run(
    single(
      0.5,
      1,
      { question: 'what limits', replications: 96, objectives: [{ minimise: 'total.flowTime' }] },
      { warmup: 100, horizon: 2000 },
    ),
  );
  const of = (change: string) => interventions.find((one) => one.change === change);
  // M/M/1: 1 / (μ − λ).
  const faster = of('processing 5 % shorter');
  const truth = 2 - 1 / (1 / 0.95 - 0.5);
  expect(faster?.low).toBeLessThanOrEqual(truth);
  expect(faster?.high).toBeGreaterThanOrEqual(truth);
  expect(faster?.share).toBeGreaterThan(0);
  const closer = of('arrivals 5 % closer together');
  const loss = 2 - 1 / (1 - 0.5 / 0.95);
  expect(closer?.low).toBeLessThanOrEqual(loss);
  expect(closer?.high).toBeGreaterThanOrEqual(loss);
  expect(closer?.high).toBeLessThan(0);
  const sentence = insights.find(({ design }) => design === faster?.design);
  expect(sentence?.text).toMatch(/^Processing 5 % shorter at “s1” gives −9\.\d+ % ± [\d.]+ % flow time \(96 paired twins\)/);
  expect(sentence).toMatchObject({
    mean: -(faster?.gain as number),
    low: -(faster?.high as number),
    high: -(faster?.low as number),
    unit: 'min',
  });
  expect(insights.some(({ design }) => design === closer?.design)).toBe(false);
});
