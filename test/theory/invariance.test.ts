/** What must not matter does not: the order of a file, a plant next door, the command line, workers and batches. What must matter does: the seed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ALONE, SIDE_BY_SIDE } from './lines.ts';
import { command, type Result, type SceneFile, shipped, simulate } from './simulate.ts';

const TWINS = 24;
const FEW = ['--replications', `${TWINS}`];

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
  let alone: Result;
  beforeAll(async () => {
    alone = await simulate(scene, TWINS);
  });

  test('the order of elements and links in the file does not matter', async () => {
    const turned = await simulate(backwards(scene), TWINS);
    expect(turned.metrics).toEqual(alone.metrics);
    expect(turned.digest).toBe(alone.digest);
    expect(turned.events).toBe(alone.events);
  });

  test('a plant next door changes no digit of any other element', async () => {
    const together = await simulate(withNeighbours(scene), TWINS);
    expect(together.metrics['AAA station.throughput'].mean).toBeGreaterThan(0);
    expect(without(together.metrics, /^(AAA|zzz|total)/)).toEqual(without(alone.metrics, /^total/));
  });

  test('the command line prints what the laboratory says', async () => {
    const { digest, events, metrics, seed, status } = await command(scene, ...FEW);
    expect({ digest, events, seed, status }).toEqual({ digest: alone.digest, events: alone.events, seed: 1, status: alone.status });
    // What is not defined is null in JSON; a figure that is no quantile tells no resolution.
    const printed = JSON.stringify(alone.metrics, (key, value) => (key === 'resolution' && value === 0 ? undefined : value));
    expect(metrics).toEqual(JSON.parse(printed));
  });
});

test('lines side by side make in one plant what each makes alone', async () => {
  const together = await simulate(SIDE_BY_SIDE, 4);
  for (const { title, scene, claims } of ALONE) {
    const alone = await simulate(scene, 4);
    for (const name of Object.keys(claims)) expect(together.metrics[name], title).toEqual(alone.metrics[name]);
  }
});

describe('digests', () => {
  const [, scene] = PLANTS[0];
  let whole: Result;
  beforeAll(async () => {
    whole = await command(scene, ...FEW);
  });

  test('the same for the same seed, another for another', async () => {
    const [again, other] = [await command(scene, ...FEW), await command(scene, ...FEW, '--seed', '2')];
    expect(again.digest).toBe(whole.digest);
    expect(again.metrics).toEqual(whole.metrics);
    expect(other.digest).not.toBe(whole.digest);
    expect(other.metrics['total.throughput'].mean).not.toBe(whole.metrics['total.throughput'].mean);
  });

  test.for(['--workers 1', '--workers 3 --batch 7', '--batch 1', '--batch 64'])('the same with %s', async (options) => {
    const other = await command(scene, ...FEW, ...options.split(' '));
    expect(other.digest).toBe(whole.digest);
    expect(other.metrics).toEqual(whole.metrics);
  });
});
