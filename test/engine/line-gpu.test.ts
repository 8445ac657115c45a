/** The kernel of lines counts the parts that the recursion in TypeScript counts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESIGN_STATIONS, designOf, type Line, type LineElement, lineOf } from '../../src/engine/line.ts';
import { LineEngine } from '../../src/engine/line-engine.ts';
import { LineGpu, UNFINISHED, UNTOLD } from '../../src/engine/line-gpu.ts';
import type { Plant } from '../../src/scene/plant.ts';
import type { SceneText } from '../../src/scene/schema.ts';
import {
  DIST_KIND,
  DIST_SCALE,
  DIST_WORDS,
  LEG_PROCESSING,
  NODE_CAPACITY,
  NODE_FIRST,
  NODE_INTERARRIVAL,
  NODE_ROOM,
  SAMPLING_CONSTANT,
} from '../../src/stations/words.ts';
import { openDevice } from '../gpu.ts';
import { plantOf } from './plants.ts';
import { Dice } from './random-plant.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

/** A line of so many stations with a buffer before each. */
function line(stations: number, source: object): Plant {
  const names = Array.from({ length: stations }, (_, i) => String(i + 1));
  const times = [
    { exponential: { mean: 2 } },
    { gamma: { mean: 1, cv: 0.5 } },
    { uniform: { min: 0, max: 3 } },
    { discrete: { values: [0, 1, 2], weights: [1, 1, 1] } },
    { empirical: { edges: [0, 1, 4], weights: [2, 1] } },
    1.5,
  ];
  const scene = {
    millwright: 1,
    time: { unit: 'min', resolution: '1 s' },
    products: { part: {} },
    sources: { source },
    buffers: Object.fromEntries(names.map((name) => [`b${name}`, { capacity: 3 }])),
    stations: Object.fromEntries(names.map((name, i) => [`s${name}`, { processing: times[i % times.length] }])),
    sinks: { sink: {} },
    links: [
      ...names.flatMap((name) => [
        { from: name === '1' ? 'source' : `s${Number(name) - 1}`, to: `b${name}` },
        { from: `b${name}`, to: `s${name}` },
      ]),
      { from: `s${stations}`, to: 'sink' },
    ],
    run: { warmup: 50, horizon: 150, maxParts: 300 },
  };
  return plantOf(scene as unknown as SceneText);
}

/** The tables with other places, and with the distributions of stations and arrivals dealt out anew, some of them with other means, some constant. */
function redesigned(plant: Plant, { source, stations, buffers }: Line, dice: Dice): Uint32Array {
  const tables = plant.tables.slice();
  const rows = stations.map(({ leg }) => tables[leg + LEG_PROCESSING] as number);
  const timed = tables[source.node + NODE_INTERARRIVAL] as number;
  const first = tables[source.node + NODE_FIRST] as number;
  const dealt = (timed === 0xffffffff ? rows : [...rows, timed, first]).map((row) => {
    const from = dice.pick(rows);
    const words = plant.tables.slice(from, from + DIST_WORDS);
    if (dice.chance(0.1)) words.set([SAMPLING_CONSTANT, 0, dice.pick([20, 60, 90]), 0]);
    else if (words[DIST_KIND] !== SAMPLING_CONSTANT)
      words[DIST_SCALE] = Math.floor((words[DIST_SCALE] as number) * (0.2 + 0.2 * dice.below(5)));
    return { row, words };
  });
  for (const { row, words } of dealt) tables.set(words, row);
  for (const buffer of buffers) {
    if (buffer === undefined) continue;
    const places = dice.pick([1, 2, 5, 17]);
    tables[(buffer as LineElement).node + NODE_CAPACITY] = places;
    const room = tables[buffer.node + NODE_ROOM] as number;
    tables[plant.at.initial + room] = places;
  }
  return tables;
}

describe('as many parts as on the reference engine', () => {
  const SATURATED = { saturated: true };
  const TIMED = { interarrival: { exponential: { mean: 2 } } };
  test.for([
    [1, SATURATED],
    [3, SATURATED],
    [5, { ...TIMED, first: 7 }],
    [8, { ...TIMED, first: { uniform: { min: 0, max: 30 } } }],
  ] as const)('%i stations, %j', async ([stations, source]) => {
    const plant = line(stations, source);
    const shape = lineOf(plant) as Line;
    const dice = new Dice(stations);
    const designs = Array.from({ length: 60 }, () => redesigned(plant, shape, dice));
    const twins = Array.from({ length: 200 }, (_, i) => [i % designs.length, 1000 + dice.below(5)] as const);
    const engine = new LineEngine(plant);
    const expected = twins.map(([row, replication]) => {
      engine.retune(designs[row] as Uint32Array);
      return engine.finished(9, replication);
    });
    const gpu = await LineGpu.open(device, plant);
    const round = {
      designs: Uint32Array.from(designs.flatMap((tables) => [...designOf(shape, tables)])),
      twins: Uint32Array.from(twins.flat()),
      seed: 9,
    };
    for (const jobs of [undefined, 36]) {
      const results = await gpu.run(round, { targetMs: () => 20, pause: () => false, jobs });
      expect([...results]).toEqual(expected);
    }
    const sums = await gpu.sums(round.designs, 1000, 5, 9, { targetMs: () => 20, pause: () => false });
    const each = designs.map((tables) => {
      engine.retune(tables);
      return Array.from({ length: 5 }, (_, i) => engine.finished(9, 1000 + i));
    });
    expect([...sums.sum]).toEqual(each.map((parts) => parts.reduce((sum, n) => sum + n, 0)));
    expect([...sums.squares]).toEqual(each.map((parts) => parts.reduce((sum, n) => sum + n * n, 0)));
    expect([sums.replications, Math.max(...sums.untold)]).toEqual([5, 0]);
    const stopped = await gpu.run(round, { targetMs: () => 20, pause: () => true, jobs: 4 });
    expect([...stopped].every((parts, i) => parts === UNFINISHED || parts === expected[i])).toBe(true);
    expect(stopped.includes(UNFINISHED)).toBe(true);
    gpu.destroy();
  });

  test('what it cannot tell, it does not', async () => {
    const plant = line(3, SATURATED);
    const shape = lineOf(plant) as Line;
    const roomy = designOf(shape, plant.tables);
    roomy[roomy.length - 1] = 100_000;
    const instant = designOf(shape, plant.tables);
    for (let i = 0; i < 3; i++) instant.set([SAMPLING_CONSTANT, 0, 0, 0], DESIGN_STATIONS + i * DIST_WORDS);
    const plain = designOf(shape, plant.tables);
    const gpu = await LineGpu.open(device, plant);
    const round = { designs: Uint32Array.from([...roomy, ...instant, ...plain]), twins: Uint32Array.of(0, 7, 1, 7, 2, 7), seed: 1 };
    const results = await gpu.run(round, { targetMs: () => 20, pause: () => false });
    const parts = new LineEngine(plant).finished(1, 7);
    expect([...results]).toEqual([UNTOLD, UNTOLD, parts]);
    const sums = await gpu.sums(round.designs, 7, 1, 1, { targetMs: () => 20, pause: () => false });
    expect([...sums.sum]).toEqual([0, 0, parts]);
    expect([...sums.untold]).toEqual([1, 1, 0]);
    gpu.destroy();
  });
});
