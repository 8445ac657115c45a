/** Trials of designs: the same outcomes on either engine, by either path, however the work is cut, interrupted or broken. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { Readout } from '../../src/engine/readout.ts';
import { Digest } from '../../src/experiment/digest.ts';
import { GpuTwins } from '../../src/experiment/gpu-twins.ts';
import { outcomeDigest, PlantTrials } from '../../src/experiment/trials-run.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { compile } from '../../src/scene/compile.ts';
import { Dice } from '../../src/search/dice.ts';
import type { Scene } from '../../src/scene/scene.ts';
import type { Order, Outcome, Point } from '../../src/search/search.ts';
import { gpu as adapter } from '../gpu.ts';
import { type Experiment, line, sceneAt, shipped, steps } from './designs.ts';

const SEED = 5;
const LONG = { timeout: 240_000 };

const LATHES: Experiment = {
  name: 'lathes and a press',
  text: shipped('two-lathes', { warmup: '1 h', horizon: '5 h' }),
  settings: [
    { path: 'stations.lathe.processing.lognormal.cv', axis: steps(0.2, 0.4, 0.8) },
    { path: 'stations.press.processing', axis: steps(60, 90, 120), value: (s) => `${s} s` },
    { path: 'buffers.b1.capacity', axis: steps(1, 2, 3, 5, 8) },
    { path: 'run.horizon', axis: steps(4, 5), value: (h) => `${h} h` },
  ],
};
const LINE: Experiment = {
  name: 'a line',
  text: line({ warmup: 60, horizon: 240 }),
  settings: [
    { path: 'stations.S1.processing.exponential.mean', axis: steps(0.5, 1, 2) },
    { path: 'stations.S2.processing', axis: { kind: 'choice', count: 3 }, value: (i) => ({ gamma: { mean: 1, cv: [0.5, 0.7, 1.5][i] } }) },
    { path: 'buffers.B2.capacity', axis: steps(1, 2, 3, 4, 5, 6) },
  ],
};
const QUALITY: Experiment = {
  name: 'quality (a shop plant)',
  text: { ...shipped('quality', { warmup: '1 h', horizon: '4 h', maxParts: 200 }) },
  settings: [
    { path: 'products.board.routing.1.yield', axis: steps(0.7, 0.8, 0.95) },
    { path: 'stations.Packing.yield', axis: steps(0.8, 0.95) },
    { path: 'stations.Test.processing.exponential.mean', axis: steps(1.5, 2, 2.5), value: (m) => `${m} min` },
  ],
};
const METRICS: Record<string, string[]> = {
  [LATHES.name]: ['total.throughput', 'gear.flowTimeP95', 'press.blocked', 'total.wip'],
  [LINE.name]: ['total.throughput', 'part.flowTime', 'S2.starved'],
  [QUALITY.name]: ['total.throughput', 'board.scrapped', 'Soldering.utilization'],
};

function orders({ settings }: Experiment, count: number, seed = 1): Order[] {
  const dice = new Dice(seed, 0);
  return Array.from({ length: count }, () => ({
    point: settings.map(({ axis }) => (axis.kind === 'steps' ? (axis.values[dice.whole(axis.values.length)] as number) : dice.whole(3))),
    first: dice.whole(3),
    count: 1 + dice.whole(3),
  }));
}

/** `sceneAt`, where a buffer with no places is none: what it stood between is linked directly. */
function at({ name, text, settings }: Experiment): (point: Point) => Scene {
  return (point) => {
    const bare = settings.flatMap(({ path }, i) => (path.endsWith('.capacity') && point[i] === 0 ? [path.split('.')[1] as string] : []));
    if (bare.length === 0) return sceneAt({ name, text, settings })(point);
    const { buffers, links, ...rest } = structuredClone(text) as { buffers: Record<string, object>; links: { from: string; to: string }[] };
    const onward = (to: string): string => (bare.includes(to) ? (links.find(({ from }) => from === to) as { to: string }).to : to);
    const left = {
      ...rest,
      buffers: Object.fromEntries(Object.entries(buffers).filter(([buffer]) => !bare.includes(buffer))),
      links: links.filter(({ from }) => !bare.includes(from)).map(({ from, to }) => ({ from, to: onward(to) })),
    };
    const set = settings.map((setting) =>
      bare.some((buffer) => setting.path === `buffers.${buffer}.capacity`) ? { ...setting, path: 'name', value: String } : setting,
    );
    return sceneAt({ name, text: left, settings: set })(point);
  };
}

/** What must come of orders: each design's scene compiled alone, twin by twin. */
function alone(experiment: Experiment, of: Order[]): Outcome[] {
  const names = METRICS[experiment.name] as string[];
  return of.map(({ point, first, count }) => {
    const plant = compile(at(experiment)(point));
    const engine = new ReferenceEngine(plant);
    const readout = new Readout(plant);
    const values = new Float64Array(readout.metrics.length);
    const block = new Uint32Array(plant.layout.words);
    const places = names.map((name) => readout.metrics.findIndex((metric) => metric.name === name));
    const outcome = new Float64Array(count * (names.length + 1));
    for (let r = 0; r < count; r++) {
      engine.runWhole(block, SEED, first + r);
      readout.read(block, values);
      places.forEach((place, j) => {
        outcome[r * (names.length + 1) + j] = values[place] as number;
      });
      outcome[r * (names.length + 1) + names.length] = 10 * (point[0] as number);
    }
    return outcome;
  });
}

const gpu = new GpuTwins(adapter);
afterAll(() => gpu.loseDevice());

type Options = { engine?: 'cpu' | 'gpu'; path?: 'auto' | 'events' | 'recursion'; threads?: number };

function open(experiment: Experiment, { engine = 'cpu', path = 'auto', threads = 2 }: Options = {}): Promise<PlantTrials> {
  const { settings, name } = experiment;
  const responses = [
    ...(METRICS[name] as string[]).map((metric) => ({ metric })),
    { of: (point: readonly number[]) => 10 * (point[0] as number) },
  ];
  const axes = settings.map(({ axis }) => axis);
  const start = (orders(experiment, 1)[0] as Order).point;
  return PlantTrials.open(
    { sceneAt: at(experiment), axes, responses, seed: SEED, engine, path, start },
    { gpu: engine === 'gpu' ? gpu : undefined, threads: Array.from({ length: threads }, () => new Twins()) },
  );
}

/** On the GPU. A kernel takes an emulated one seconds to compile, so each is compiled once. */
const kept = new Map<Experiment, Promise<PlantTrials>>();
function opened(experiment: Experiment): Promise<PlantTrials> {
  const trials = kept.get(experiment) ?? open(experiment, { engine: 'gpu' });
  kept.set(experiment, trials);
  return trials;
}

describe.each([LATHES, LINE, QUALITY])('$name', (experiment) => {
  const some = orders(experiment, 20);
  let truth: Outcome[];
  beforeAll(() => {
    truth = alone(experiment, some);
  });

  test('20 designs on threads: the figures of each scene compiled alone, in spans of any length', async () => {
    const trials = await open(experiment);
    expect(await trials.run(some)).toEqual(truth);
    for (const twins of [1, 7, 1000]) {
      trials.threads.spanTwins = twins;
      expect(await trials.run(some)).toEqual(truth);
    }
    const single = await open(experiment, { threads: 1, path: 'events' });
    expect(await single.run([...some].reverse())).toEqual([...truth].reverse());
    expect(single.taken.taken).toBe('events');
  });

  test('and on the GPU, in one dispatch', LONG, async () => {
    const trials = await opened(experiment);
    expect(trials.report.engine).toBe('gpu');
    const told: number[] = [];
    expect(await trials.run(some, (twins) => told.push(twins))).toEqual(truth);
    expect(told.at(-1)).toBe(some.reduce((sum, { count }) => sum + count, 0));
  });
});

test('on the GPU in small batches and slices, with the device lost in the middle', LONG, async () => {
  const some = orders(LINE, 20);
  const trials = await opened(LINE);
  gpu.batchTwins = 7;
  gpu.sliceEvents = 30;
  let lost = 0;
  const survived = await trials.run(some, (twins) => {
    if (lost++ === 0 && twins >= 0) gpu.loseDevice();
  });
  gpu.batchTwins = undefined;
  gpu.sliceEvents = undefined;
  expect(lost).toBeGreaterThan(1);
  expect(survived).toEqual(alone(LINE, some));
});

test('a line by recursion and by events, and its throughput alone', async () => {
  const some = orders(LINE, 12, 3);
  const recursion = await open(LINE, { path: 'recursion' });
  expect(await recursion.run(some)).toEqual(alone(LINE, some));
  expect(recursion.taken).toEqual({ taken: 'recursion', reason: 'chosen by you' });
  const responses = [{ metric: 'total.throughput' }];
  const axes = LINE.settings.map(({ axis }) => axis);
  const lean = await PlantTrials.open(
    { sceneAt: sceneAt(LINE), axes, responses, seed: SEED, start: [1, 0, 2] },
    { gpu: undefined, threads: [new Twins()] },
  );
  expect(await lean.run(some)).toEqual(alone(LINE, some).map((outcome) => outcome.filter((_, i) => i % 4 === 0)));
  await expect(open(LATHES, { path: 'recursion' })).rejects.toThrow('cannot run by recursion, because');
});

describe('throughput of a line on the GPU, by recursion', () => {
  /** The throughput problem in small: a buffer without places is none, and time is a factor too. */
  const PROBLEM: Experiment = {
    name: 'throughput',
    text: line({ warmup: 60, horizon: 240 }),
    settings: [
      { path: 'stations.S1.processing.exponential.mean', axis: steps(0.5, 1, 2) },
      {
        path: 'stations.S2.processing',
        axis: { kind: 'choice', count: 3 },
        value: (i) => ({ gamma: { mean: 1, cv: [0.5, 0.7, 1.5][i] } }),
      },
      { path: 'buffers.B2.capacity', axis: steps(0, 1, 2, 5) },
      { path: 'buffers.B3.capacity', axis: steps(0, 1, 2, 40) },
      { path: 'run.horizon', axis: steps(120, 240) },
    ],
  };
  METRICS[PROBLEM.name] = ['total.throughput'];
  const opening = (engine: 'cpu' | 'gpu', path: 'auto' | 'events' | 'recursion' = 'auto'): Promise<PlantTrials> =>
    open(PROBLEM, { engine, path });
  let trials: PlantTrials;
  beforeAll(async () => {
    trials = await opening('gpu');
  });

  test('equals the event engine to the last bit, with and without buffers', LONG, async () => {
    const some = orders(PROBLEM, 40, 6);
    const truth = alone(PROBLEM, some);
    let told = 0;
    expect(
      await trials.run(some, (twins) => {
        told = twins;
      }),
    ).toEqual(truth);
    expect(told).toBe(some.reduce((sum, { count }) => sum + count, 0));
    expect(trials.report.engine).toBe('gpu');
    expect(trials.taken).toEqual({ taken: 'recursion', reason: 'the plant is a line of stations' });
    expect(await (await opening('gpu', 'recursion')).run(some.slice(0, 4))).toEqual(truth.slice(0, 4));
    const onThreads = await opening('cpu');
    expect(await onThreads.run(some)).toEqual(truth);
  });

  test('survives the loss of the device', LONG, async () => {
    const some = orders(PROBLEM, 12, 7);
    gpu.batchTwins = 9;
    gpu.sliceEvents = 64;
    let told = 0;
    const survived = await trials.run(some, (twins) => {
      if (told++ === 1 && twins >= 0) gpu.loseDevice();
    });
    gpu.batchTwins = undefined;
    gpu.sliceEvents = undefined;
    expect(told).toBeGreaterThan(2);
    expect(survived).toEqual(alone(PROBLEM, some));
  });

  test('stops within 200 ms, and goes on afterwards', LONG, async () => {
    const many = orders(PROBLEM, 100_000, 8);
    let asked = 0;
    const found = await trials.run(many, (twins) => {
      if (asked !== 0 || twins < 5000) return;
      asked = performance.now();
      trials.stop();
    });
    expect(performance.now() - asked).toBeLessThan(200);
    const whole = found.flatMap((outcome, i) => (outcome === undefined ? [] : [i]));
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(many.length);
    const last = whole.slice(-5);
    expect(last.map((i) => found[i])).toEqual(
      alone(
        PROBLEM,
        last.map((i) => many[i] as Order),
      ),
    );
    const rest = many.filter((_, i) => found[i] === undefined).slice(0, 5);
    expect(await trials.run(rest)).toEqual(alone(PROBLEM, rest));
  });

  test('leaves to threads what only the event engine can tell', LONG, async () => {
    const crowded: Experiment = {
      name: PROBLEM.name,
      text: { ...line({ warmup: 0, horizon: 240, maxParts: 6 }) },
      settings: [
        { path: 'stations.S3.processing.exponential.mean', axis: steps(0.5, 8) },
        { path: 'buffers.B3.capacity', axis: steps(0, 60) },
      ],
    };
    const [tight, free] = await (await open(crowded, { engine: 'gpu' })).run([
      { point: [8, 60], first: 0, count: 2 },
      { point: [0.5, 0], first: 0, count: 2 },
    ]);
    expect([...(tight as Outcome)]).toEqual([Number.NaN, 80, Number.NaN, 80]);
    expect([free]).toEqual(alone(crowded, [{ point: [0.5, 0], first: 0, count: 2 }]));
  });

  test('is refused where more is asked for', async () => {
    await expect(open(LINE, { engine: 'gpu', path: 'recursion' })).rejects.toThrow('tells total.throughput alone');
    const trials = await opened(LINE);
    expect(trials.taken).toEqual({ taken: 'events', reason: 'on a GPU the recursion tells total.throughput alone' });
  });
});

test('twins that break off have no figures; their costs have', async () => {
  const crowded: Experiment = {
    name: LINE.name,
    text: { ...line({ warmup: 0, horizon: 240, maxParts: 6 }) },
    settings: [
      { path: 'stations.S3.processing.exponential.mean', axis: steps(0.5, 1, 8) },
      { path: 'buffers.B3.capacity', axis: steps(1, 60) },
    ],
  };
  const machines = { gpu: undefined, threads: [new Twins()] };
  const setup = { sceneAt: sceneAt(crowded), axes: crowded.settings.map(({ axis }) => axis), seed: SEED, start: [8, 60] };
  const lean = await PlantTrials.open({ ...setup, responses: [{ metric: 'total.throughput' }] }, machines);
  expect((await lean.run([{ point: [8, 60], first: 0, count: 2 }]))[0]).toEqual(new Float64Array(2).fill(Number.NaN));
  const trials = await open(crowded);
  const [tight] = (await trials.run([{ point: [8, 60], first: 0, count: 2 }])) as [Outcome];
  expect([...tight]).toEqual([Number.NaN, Number.NaN, Number.NaN, 80, Number.NaN, Number.NaN, Number.NaN, 80]);
});

describe('a stop', () => {
  test.each(['cpu', 'gpu'] as const)('acts within 200 ms and keeps outcomes that are whole, on the %s engine', LONG, async (engine) => {
    const trials = await (engine === 'gpu' ? opened(LINE) : open(LINE));
    gpu.batchTwins = 16;
    const many = orders(LINE, 20_000, 4);
    let asked = 0;
    const started = performance.now();
    const found = await trials.run(many, (twins) => {
      if (asked !== 0 || twins < 20 || performance.now() - started < 300) return;
      asked = performance.now();
      trials.stop();
    });
    gpu.batchTwins = undefined;
    expect(performance.now() - asked).toBeLessThan(200);
    const whole = found.flatMap((outcome, i) => (outcome === undefined ? [] : [i]));
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(many.length);
    const last = whole.slice(-5);
    expect(last.map((i) => found[i])).toEqual(
      alone(
        LINE,
        last.map((i) => many[i] as Order),
      ),
    );
    // What is left can be run afterwards.
    const rest = many.filter((_, i) => found[i] === undefined).slice(0, 5);
    expect(await trials.run(rest)).toEqual(alone(LINE, rest));
  });
});

describe('the digest of outcomes', () => {
  const some = orders(LINE, 6);
  const outcomes = alone(LINE, some);
  const digest = (pairs: { order: Order; outcome: Outcome }[]): string => {
    const sum = new Digest();
    for (const { order, outcome } of pairs) sum.merge(outcomeDigest(order, outcome));
    return sum.toString();
  };
  const pairs = some.map((order, i) => ({ order, outcome: outcomes[i] as Outcome }));

  test('is the same in any order and however orders are cut', () => {
    const cut = pairs.flatMap(({ order: { point, first, count }, outcome }) =>
      Array.from({ length: count }, (_, r) => ({
        order: { point, first: first + r, count: 1 },
        outcome: outcome.slice(4 * r, 4 * r + 4),
      })),
    );
    expect(digest([...pairs].reverse())).toBe(digest(pairs));
    expect(digest(cut)).toBe(digest(pairs));
  });

  test('tells another point, replication and value apart', () => {
    const [{ order, outcome }] = pairs as [{ order: Order; outcome: Outcome }];
    const other = outcome.slice();
    other[0] = (other[0] as number) + 1e-12;
    const digests = [
      [{ order, outcome }],
      [{ order: { ...order, first: order.first + 1 }, outcome }],
      [{ order: { ...order, point: order.point.map((x) => x + 1) }, outcome }],
      [{ order, outcome: other }],
    ].map(digest);
    expect(new Set(digests).size).toBe(4);
  });
});

test('what cannot be run is refused in words', async () => {
  const responses = [{ metric: 'total.thruput' }];
  const setup = { sceneAt: sceneAt(LINE), axes: [], responses, seed: 1, start: [1, 0, 2] };
  const machines = { gpu: undefined, threads: [new Twins()] };
  await expect(PlantTrials.open(setup, machines)).rejects.toThrow('The plant has no figure "total.thruput".');
  await expect(PlantTrials.open({ ...setup, responses: [], engine: 'gpu' }, machines)).rejects.toThrow('The GPU engine cannot run');
  const trials = await open(LINE);
  await expect(trials.run([{ point: [1, 0, 0.5], first: 0, count: 1 }])).rejects.toThrow('buffers.B2.capacity');
});
