/** Designs as patches to one shape's tables: the same plants as compiled alone, at a small part of the cost. */
import { describe, expect, test } from 'vitest';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { Readout } from '../../src/engine/readout.ts';
import { constants } from '../../src/engine/constants.ts';
import { Family } from '../../src/experiment/family.ts';
import { type Design, type Shape, Stand } from '../../src/experiment/shape.ts';
import { compile } from '../../src/scene/compile.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { Dice } from '../../src/search/dice.ts';
import { type Axis, Space } from '../../src/search/space.ts';
import { type Experiment, line, sceneAt, shipped, steps } from './designs.ts';

const seconds = (level: number): string => `${level} s`;
const minutes = (level: number): string => `${level} min`;

const EXPERIMENTS: (Experiment & { shapes: number })[] = [
  {
    name: 'means, places, a failure and the time run',
    text: shipped('two-lathes', { warmup: '1 h', horizon: '8 h' }),
    shapes: 1,
    settings: [
      { path: 'stations.lathe.processing.lognormal.mean', axis: steps(120, 150, 180, 210), value: seconds },
      { path: 'stations.press.processing', axis: steps(60, 90, 120, 180), value: seconds },
      { path: 'buffers.b1.capacity', axis: steps(1, 2, 3, 5, 8, 13) },
      { path: 'stations.press.failures.0.repair.lognormal.mean', axis: steps(10, 20, 30), value: minutes },
      { path: 'sources.infeed.interarrival.exponential.mean', axis: steps(90, 100, 120), value: seconds },
    ],
  },
  {
    name: 'shapes of distributions',
    text: shipped('two-lathes', { warmup: 0, horizon: '6 h' }),
    shapes: 1,
    settings: [
      { path: 'stations.lathe.processing.lognormal.cv', axis: steps(0.1, 0.2, 0.4, 0.8, 1.2) },
      { path: 'stations.press.failures.0.repair.lognormal.cv', axis: steps(0.5, 1, 1.2) },
      {
        path: 'stations.press.processing',
        axis: { kind: 'choice', count: 3 },
        value: (i) => ['80 s', { exponential: { mean: '90 s' } }, { uniform: { min: '1 min', max: '2 min' } }][i],
      },
    ],
  },
  {
    name: 'servers have shapes of their own',
    text: shipped('two-lathes', { warmup: '1 h', horizon: '6 h' }),
    shapes: 3,
    settings: [
      { path: 'stations.lathe.servers', axis: steps(1, 2, 3) },
      { path: 'buffers.b1.capacity', axis: steps(...Array.from({ length: 20 }, (_, i) => i + 1)) },
      { path: 'stations.press.processing', axis: steps(60, 75, 90, 105, 120, 135, 150), value: seconds },
    ],
  },
  {
    name: 'factors that act together',
    text: line({ warmup: 60, horizon: 300 }),
    shapes: 1,
    settings: [
      { path: 'stations.S1.processing.exponential.mean', axis: steps(0.5, 1, 1.5, 2, 3) },
      {
        path: 'stations.S2.processing',
        axis: { kind: 'choice', count: 4 },
        value: (i) => ({ gamma: { mean: 1, cv: [0.5, 0.7, 1, 1.5][i] } }),
      },
      // The same word again: the last one wins, whatever the first says.
      { path: 'stations.S1.processing.exponential.mean', axis: steps(0.8, 1.1, 1.4) },
      { path: 'stations.S3.processing.exponential.mean', axis: steps(0.8, 1.1, 1.4) },
    ],
  },
  {
    name: 'real numbers',
    text: line({ warmup: 60, horizon: 300 }),
    shapes: 1,
    settings: [
      { path: 'stations.S1.processing.exponential.mean', axis: { kind: 'real', low: 0.5, high: 2 } },
      { path: 'buffers.B2.capacity', axis: steps(1, 2, 3, 4, 5, 6) },
    ],
  },
  {
    name: 'shares and yields (a shop plant)',
    text: shipped('quality', { warmup: '2 h', horizon: '8 h' }),
    shapes: 1,
    settings: [
      { path: 'products.board.routing.1.yield', axis: steps(0.7, 0.8, 0.9, 0.95) },
      { path: 'stations.Packing.yield', axis: steps(0.8, 0.9, 0.95) },
      { path: 'stations.Inspection.inspection.share', axis: steps(0.25, 0.5, 0.75) },
      { path: 'stations.Test.processing.exponential.mean', axis: steps(1.5, 2, 2.5), value: minutes },
    ],
  },
  {
    name: 'set-ups and mixes (a shop plant)',
    text: shipped('setups', { warmup: '2 h', horizon: '8 h' }),
    shapes: 1,
    settings: [
      { path: 'stations.A paints.setup.matrix.white.red', axis: steps(1, 2, 3, 5, 8), value: minutes },
      { path: 'stations.A paints.setup.matrix.black.white', axis: steps(5, 8, 9), value: minutes },
      { path: 'sources.A in.mix.white', axis: steps(1, 2, 3) },
      { path: 'stations.B paints.processing', axis: steps(3, 4, 5), value: minutes },
    ],
  },
];

/** Reckoned from planned times in the scene, not from the tables alone. */
const PLANNED = /\.oee(PRI|Performance|)$/;

/** All figures of a twin, but for those that follow from planned times. */
function figures(plant: Plant, seed: number, replication: number, planned = false): number[] {
  const block = new Uint32Array(plant.layout.words);
  new ReferenceEngine(plant).runWhole(block, seed, replication);
  const readout = new Readout(plant);
  const values = new Float64Array(readout.metrics.length);
  readout.read(block, values);
  return [...values].filter((_, i) => planned || !PLANNED.test((readout.metrics[i] as { name: string }).name));
}

function plantOf({ shape, row }: Design): Plant {
  const stand = new Stand(shape.news(0));
  stand.take(row);
  return stand.plant;
}

const pick = (axis: Axis, dice: Dice): number =>
  axis.kind === 'real'
    ? axis.low + (axis.high - axis.low) * dice.uniform()
    : axis.kind === 'choice'
      ? dice.whole(axis.count)
      : (axis.values[dice.whole(axis.values.length)] as number);

describe.each(EXPERIMENTS)('$name', (experiment) => {
  test('every design ends in the figures of its scene compiled alone, and they share shapes', () => {
    const at = sceneAt(experiment);
    const family = new Family(
      at,
      experiment.settings.map(({ axis }) => axis),
    );
    const dice = new Dice(11, 0);
    const shapes = new Set<Shape>();
    for (let n = 0; n < 72; n++) {
      const point = experiment.settings.map(({ axis }) => pick(axis, dice));
      const design = family.design(point);
      shapes.add(design.shape);
      // The first few dozen are compiled, the others put together.
      if (n % 24 !== 0 && n < 67) continue;
      expect(figures(plantOf(design), 3, n), `${point}`).toEqual(figures(compile(at(point)), 3, n));
    }
    expect(new Set([...shapes].map(({ plant }) => constants(plant, 'u32', true))).size).toBe(experiment.shapes);
  });
});

test('57,624 designs of the throughput problem take a few hundred compilations', () => {
  const L = 50;
  const places = steps(...Array.from({ length: L - 1 }, (_, i) => i + 1));
  const rates = steps(...Array.from({ length: L - 2 }, (_, i) => i + 1));
  const at = sceneAt({
    name: '',
    text: line({ warmup: 60, horizon: 300 }),
    settings: [
      ...['S1', 'S2', 'S3'].map((name) => ({
        path: `stations.${name}.processing.exponential.mean`,
        axis: rates,
        value: (rate: number) => 1 / rate,
      })),
      { path: 'buffers.B2.capacity', axis: places },
      { path: 'buffers.B3.capacity', axis: places },
    ],
  });
  const space = new Space(
    [rates, rates, rates, places, places],
    [
      { kind: 'linear', weights: [1, 1, 1, 0, 0], sense: '=', bound: L },
      { kind: 'linear', weights: [0, 0, 0, 1, 1], sense: '=', bound: L },
    ],
  );
  const family = new Family(at, space.axes);
  let designs = 0;
  const kept: { point: readonly number[]; design: Design }[] = [];
  for (const point of space.points()) {
    const design = family.design(point);
    if (designs++ % 9001 === 0) kept.push({ point, design });
  }
  expect(designs).toBe(57_624);
  expect(family.compiled).toBeLessThan(450);
  for (const { point, design } of kept) expect(figures(plantOf(design), 1, 0), `${point}`).toEqual(figures(compile(at(point)), 1, 0));
});

describe('figures that follow from planned times', () => {
  test('keep designs apart whose times differ', () => {
    const experiment = {
      name: '',
      text: line({ warmup: 60, horizon: 300 }),
      settings: [{ path: 'stations.S1.processing.exponential.mean', axis: steps(0.5, 1, 2) }],
    };
    const at = sceneAt(experiment);
    const family = new Family(at, [steps(0.5, 1, 2)], { readsScene: true });
    for (const mean of [0.5, 1, 2]) {
      expect(figures(plantOf(family.design([mean])), 1, 0, true)).toEqual(figures(compile(at([mean])), 1, 0, true));
    }
  });
});

describe('what makes no shape of its own', () => {
  const at = sceneAt({
    name: '',
    text: line({ warmup: 60, horizon: 300 }),
    settings: [
      { path: 'buffers.B2.capacity', axis: steps(1, 500) },
      { path: 'stations.S1.processing.exponential.mean', axis: steps(0.5, 1) },
    ],
  });

  test('a level beyond the axis, unless it needs more room for parts', () => {
    const family = new Family(at, [steps(1, 2, 3), steps(0.5, 1)]);
    const { shape } = family.design([2, 1]);
    expect(family.design([1, 0.7]).shape).toBe(shape);
    const large = family.design([500, 1]);
    expect(large.shape).not.toBe(shape);
    expect(figures(plantOf(large), 1, 0)).toEqual(figures(compile(at([500, 1])), 1, 0));
  });

  test('a point that makes no valid scene is told as the scene is', () => {
    const family = new Family(at, [steps(1, 2, 3), steps(0.5, 1)]);
    expect(() => family.design([1.5, 1])).toThrow('buffers.B2.capacity');
    expect(family.design([1, 1]).row.length).toBeGreaterThanOrEqual(0);
  });

  test('points without axes (sequences) are compiled', () => {
    const family = new Family(at, []);
    const shapes = new Set([1, 2, 3].map((places) => family.design([places, 1]).shape.plant.counts.parts));
    expect(family.compiled).toBeGreaterThanOrEqual(3);
    expect(shapes.size).toBe(3);
  });
});
