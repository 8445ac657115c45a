/**
 * Every scene that ships: it reads without a warning, ends well, keeps the laws that hold for every plant (states add up, Little's law, nothing is
 * lost), and gives the figures that scenes/README.md promises. Seed 1 throughout; what chance may take outside is counted as in weigh.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STATES } from '../../src/engine/trace.ts';
import { read } from '../../src/scene/read.ts';
import { meanOf, SHIPPED } from './scenes.ts';
import {
  compare,
  type Comparison,
  effort,
  halfWidth,
  metric,
  missesAllowed,
  precision,
  type Result,
  ROOT,
  type SceneFile,
  shipped,
  simulate,
  told,
} from './simulate.ts';

const Z95 = 1.959964;
const Z99 = 2.575829;

const FILES = readdirSync(join(ROOT, 'scenes')).filter((file) => file.endsWith('.json'));
const weighed: Comparison[] = [];

/** What rounding takes, where there is no chance. */
const ROUNDING = 1e-9;

/** Half-width over value. */
const relative = (result: Result, name: string): number => halfWidth(metric(result, name)) / Math.abs(metric(result, name).mean);

test('every scene in scenes/ has its expected results', () => {
  expect(SHIPPED.map(({ file }) => file).toSorted()).toEqual(FILES.toSorted());
});

test.for(FILES)('%s reads without a problem or a warning', (file) => {
  expect(read(readFileSync(join(ROOT, 'scenes', file), 'utf8'))).toMatchObject({ ok: true, warnings: [] });
  expect(shipped(file)).toMatchObject({
    $schema: '../public/scene.schema.json',
    name: expect.any(String),
    description: expect.any(String),
  });
});

describe.for(SHIPPED)('$file', ({ file, replications: all, run, known = {}, exact = {}, within = 0.005, laws }) => {
  const replications = effort(all);
  let scene: SceneFile;
  let result: Result;
  let mean: (name: string) => number;

  beforeAll(async () => {
    scene = shipped(file);
    scene.run = { ...scene.run, ...run };
    result = await simulate(scene, replications);
    mean = meanOf(result);
  }, 120_000);

  const names = (kind: string): string[] => Object.keys(scene[kind] ?? {});

  test('every twin reaches its end', () => {
    expect(result.status).toEqual({ done: replications });
  });

  test('the shares of the states add up to 1', () => {
    for (const station of names('stations')) {
      expect(
        Math.abs(STATES.reduce((sum, state) => sum + (result.metrics[`${station}.${state}`]?.mean ?? 0), 0) - 1),
        station,
      ).toBeLessThan(1e-9);
    }
  });

  test('what leaves through the sinks is what was finished', () => {
    const finished = names('products').reduce((sum, product) => sum + mean(`${product}.throughput`), 0);
    expect(names('sinks').reduce((sum, sink) => sum + mean(`${sink}.throughput`), 0)).toBeCloseTo(finished, 12);
    expect(mean('total.throughput')).toBeCloseTo(finished, 12);
  });

  test('what was made and neither finished nor scrapped is inside', () => {
    const inside = names('products').reduce(
      (sum, product) =>
        sum +
        mean(`${product}.made`) -
        mean(`${product}.finished`) -
        mean(`${product}.scrapped`) -
        (result.metrics[`${product}.consumed`]?.mean ?? 0),
      0,
    );
    // Within the window: what came in less what went out. In equilibrium next to nothing, after an empty start what is inside; orders are all done.
    const ordered = Object.values((scene.sources ?? {}) as Record<string, object>).some((source) => 'orders' in source);
    const expected = scene.run.warmup === undefined && !ordered ? mean('total.wip') : 0;
    expect(Math.abs(inside - expected)).toBeLessThan(0.15 * mean('total.wip') + 1);
  });

  test('Little’s law: length = throughput × wait in every buffer', () => {
    // A buffer without places is none: parts go straight through.
    const there = names('buffers').filter((name) => (scene.buffers as Record<string, { capacity?: unknown }>)[name].capacity !== 'none');
    for (const buffer of there.filter((name) => mean(`${name}.length`) > 0)) {
      const [length, throughput, wait] = ['length', 'throughput', 'wait'].map((name) => `${buffer}.${name}`);
      const tolerance = Math.hypot(relative(result, length), relative(result, throughput), relative(result, wait)) + ROUNDING;
      expect(Math.abs(mean(length) / (mean(throughput) * mean(wait)) - 1), buffer).toBeLessThan(tolerance);
    }
  });

  test('Little’s law: WIP = throughput × flow time for every product that leaves', () => {
    for (const product of names('products').filter((name) => mean(`${name}.finished`) > 0)) {
      const [wip, throughput, flowTime] = ['wip', 'throughput', 'flowTime'].map((name) => `${product}.${name}`);
      const tolerance = Math.hypot(relative(result, wip), relative(result, throughput), relative(result, flowTime)) + ROUNDING;
      const finished = mean(throughput) * mean(flowTime);
      // Scrapped parts were inside too, for less time than finished ones.
      const scrapped = (finished * mean(`${product}.scrapped`)) / mean(`${product}.finished`);
      expect(mean(wip) / finished, product).toBeGreaterThan(1 - tolerance);
      expect(mean(wip) / (finished + scrapped), product).toBeLessThan(1 + tolerance);
    }
  });

  test.skipIf(laws === undefined)('utilization is throughput × work, downtime work × MTTR / MTTF', () => {
    for (const [name, value] of Object.entries(laws?.(mean) ?? {})) {
      // Both sides come from the same twins, so they vary together; the wider of the two bounds what is left.
      const tolerance = Math.hypot(relative(result, name), relative(result, 'total.throughput'));
      expect(Math.abs(mean(name) / value - 1), `${name} ${mean(name)}, by law ${value}`).toBeLessThan(tolerance);
    }
  });

  test.skipIf(Object.keys(exact).length === 0)('figures without chance', () => {
    for (const [name, value] of Object.entries(exact)) expect(mean(name), name).toBeCloseTo(value, 9);
  });

  const count = Object.keys(known).length;
  test.skipIf(count === 0)(`${count} known figures`, () => {
    const comparisons = Object.entries(known).map(([name, value]) => {
      const [expected, half95] = typeof value === 'number' ? [value, 0] : [value.value, value.half95];
      return compare(`${file}, ${name}`, metric(result, name), expected, (half95 * Z99) / Z95);
    });
    weighed.push(...comparisons);
    expect(comparisons.filter(({ halfWidth }) => !(halfWidth < precision(within))).map(told)).toEqual([]);
    expect(comparisons.filter(({ distance }) => !(distance < 2)).map(told)).toEqual([]);
  });
});

const CLAIMS = SHIPPED.reduce((sum, { known = {} }) => sum + Object.keys(known).length, 0);

test(`of ${CLAIMS} known figures at most ${missesAllowed(CLAIMS)} lie outside their 99 % intervals`, () => {
  expect(weighed).toHaveLength(CLAIMS);
  const misses = weighed.filter(({ distance }) => distance > 1);
  expect(misses.length, misses.map(told).join('\n')).toBeLessThanOrEqual(missesAllowed(CLAIMS));
});

afterAll(() => {
  const misses = weighed.filter(({ distance }) => distance > 1);
  if (misses.length > 0)
    console.log(`Outside their 99 % intervals, ${misses.length} of ${weighed.length}:\n${misses.map(told).join('\n')}`);
});
