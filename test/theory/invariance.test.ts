/** What must not matter does not: the order of a file, a plant next door, workers and batches. What must matter does: the seed. */
import { describe, expect, test } from 'vitest';
import { type Result, type SceneFile, shipped, simulate } from './simulate.ts';

const FEW = ['--replications', '24'];

/** The same scene with every map and every list of links written backwards. */
function backwards(scene: SceneFile): SceneFile {
  const turned = Object.entries(scene).map(([kind, value]): [string, unknown] => {
    if (kind === 'links') return [kind, (value as unknown[]).toReversed()];
    const isMap = ['products', 'sources', 'buffers', 'stations', 'groups', 'sinks'].includes(kind);
    return [kind, isMap ? Object.fromEntries(Object.entries(value as object).toReversed()) : value];
  });
  return Object.fromEntries(turned.toReversed()) as SceneFile;
}

/** The same scene with two more shops in it that nothing connects to the rest; their names sort before and behind all others. */
function withNeighbours(scene: SceneFile): SceneFile {
  const neighbour = (name: string): Record<string, unknown> => ({
    products: { [`${name} product`]: {} },
    sources: { [`${name} source`]: { product: `${name} product`, interarrival: { exponential: { mean: 3 } } } },
    buffers: { [`${name} buffer`]: { capacity: 5 } },
    stations: {
      [`${name} station`]: {
        servers: 2,
        processing: { lognormal: { mean: 5, cv: 1 } },
        failures: [{ clock: 'calendar', timeToFailure: { exponential: { mean: 90 } }, repair: { exponential: { mean: 9 } } }],
      },
    },
    sinks: { [`${name} sink`]: {} },
    links: [
      { from: `${name} source`, to: `${name} buffer` },
      { from: `${name} buffer`, to: `${name} station` },
      { from: `${name} station`, to: `${name} sink` },
    ],
  });
  const whole = structuredClone(scene);
  // What went without saying as long as there was one product and one sink must be said now; and the neighbours' parts need room.
  const [product, sink] = [Object.keys(whole.products as object)[0], Object.keys(whole.sinks as object)[0]];
  for (const source of Object.values(whole.sources as Record<string, Record<string, unknown>>)) {
    if (!('mix' in source)) source.product ??= product;
  }
  for (const routed of Object.values(whole.products as Record<string, Record<string, unknown>>)) {
    if ('routing' in routed) routed.sink ??= sink;
  }
  if ('maxParts' in whole.run) whole.run.maxParts = Number(whole.run.maxParts) + 64;
  for (const name of ['AAA', 'zzz']) {
    for (const [kind, elements] of Object.entries(neighbour(name))) {
      whole[kind] = Array.isArray(elements)
        ? [...(whole[kind] as unknown[]), ...elements]
        : { ...(whole[kind] as object), ...(elements as object) };
    }
  }
  return whole;
}

/** A short run: these tests compare digits, not means. */
function short(file: string, run: Record<string, unknown>): SceneFile {
  const scene = shipped(file);
  scene.run = { ...scene.run, ...run };
  return scene;
}

const PLANTS: [file: string, scene: SceneFile][] = [
  ['gearbox.json', short('gearbox.json', {})],
  ['m3-jobshop.json', short('m3-jobshop.json', { warmup: 100, horizon: 2000, maxParts: 2048 })],
  ['shared-queue.json', short('shared-queue.json', { warmup: 1000, horizon: 50_000 })],
  ['two-lathes.json', short('two-lathes.json', {})],
];

const without = (metrics: Result['metrics'], unlike: RegExp): Result['metrics'] =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => !unlike.test(name)));

describe.for(PLANTS)('%s', ([, scene]) => {
  test('the order of elements and links in the file does not matter', async () => {
    const [forwards, turned] = [await simulate(scene, ...FEW), await simulate(backwards(scene), ...FEW)];
    expect(turned.metrics).toEqual(forwards.metrics);
    expect(turned.digest).toBe(forwards.digest);
    expect(turned.events).toBe(forwards.events);
  });

  test('a plant next door changes no digit of any other element', async () => {
    const [alone, together] = [await simulate(scene, ...FEW), await simulate(withNeighbours(scene), ...FEW)];
    expect(together.metrics['AAA station.throughput'].mean).toBeGreaterThan(0);
    expect(without(together.metrics, /^(AAA|zzz|total)/)).toEqual(without(alone.metrics, /^total/));
  });
});

describe('digests', () => {
  const [, scene] = PLANTS[0];

  test('the same for the same seed, another for another', async () => {
    const [first, again, other] = [
      await simulate(scene, ...FEW),
      await simulate(scene, ...FEW),
      await simulate(scene, ...FEW, '--seed', '2'),
    ];
    expect(again.digest).toBe(first.digest);
    expect(again.metrics).toEqual(first.metrics);
    expect(other.digest).not.toBe(first.digest);
    expect(other.metrics['total.throughput'].mean).not.toBe(first.metrics['total.throughput'].mean);
  });

  test('the same for one worker or three, batches of 1, 7 or 64', async () => {
    const whole = await simulate(scene, ...FEW);
    for (const options of [
      ['--workers', '1'],
      ['--workers', '3', '--batch', '7'],
      ['--batch', '1'],
      ['--batch', '64'],
    ]) {
      const other = await simulate(scene, ...FEW, ...options);
      expect(other.digest, options.join(' ')).toBe(whole.digest);
      expect(other.metrics, options.join(' ')).toEqual(whole.metrics);
    }
  });
});
