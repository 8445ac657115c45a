/** Lines run by the recursion on departure times end in the words of the event engine, in canonical form. */
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/engine/canonical.ts';
import { verdict } from '../../src/engine/inspect.ts';
import { whyNoLine } from '../../src/engine/line.ts';
import { LineEngine } from '../../src/engine/line-engine.ts';
import { Readout } from '../../src/engine/readout.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { interval, Tally } from '../../src/experiment/statistics.ts';
import type { Plant } from '../../src/scene/plant.ts';
import type { SceneText } from '../../src/scene/schema.ts';
import { FAMILIES } from '../../src/stations/duration.ts';
import { COUNTERS_PER_NODE, PRODUCT_COUNTERS_FINISHED, STATUS_RUNNING } from '../../src/stations/words.ts';
import { plantOf } from './plants.ts';
import { Dice, DISTRIBUTIONS, NAMES, randomPlants } from './random-plant.ts';
import { firstDifference } from './same-words.ts';

/** The final block by events, in canonical form. */
function byEvents(plant: Plant, seed: number, replication: number): Uint32Array {
  const block = new Uint32Array(plant.layout.words);
  new ReferenceEngine(plant).runWhole(block, seed, replication);
  return canonical(plant, block);
}

function byRecursion(plant: Plant, seed: number, replication: number, engine = new LineEngine(plant)): Uint32Array {
  const block = new Uint32Array(plant.layout.words).fill(0xdeadbeef);
  engine.runWhole(block, seed, replication);
  return block;
}

function expectEqual(plant: Plant, about: string, seed: number, first: number, count: number): Set<string> {
  const engine = new LineEngine(plant);
  const endings = new Set<string>();
  for (let replication = first; replication < first + count; replication++) {
    const expected = byEvents(plant, seed, replication);
    const got = byRecursion(plant, seed, replication, engine);
    const difference = firstDifference(plant, { seed, first: replication, count: 1 }, [expected], got);
    if (difference !== undefined) throw new Error(`${difference}\n${about}`);
    endings.add(verdict(plant, expected).status);
    const [finished, lean] = [finishedIn(plant, expected), engine.finished(seed, replication)];
    if (lean !== finished) throw new Error(`${lean} finished, not ${finished}\n${about}`);
  }
  return endings;
}

/** Parts finished in the window, whatever became of the twin. */
function finishedIn(plant: Plant, block: Uint32Array): number {
  const { layout, counts } = plant;
  const word = layout.counters + counts.nodes * COUNTERS_PER_NODE + PRODUCT_COUNTERS_FINISHED;
  return (block[word] as number) - (block[word - layout.counters + layout.before] as number);
}

/** A line of 2 to 8 stations with names, gaps, distributions and clocks of all kinds. */
function randomLine(seed: number): SceneText {
  const dice = new Dice(seed);
  const names = dice.shuffled(NAMES);
  const name = (): string => names.pop() as string;
  const coarse = dice.chance(0.4);
  // Now and then nothing takes time at all, and the clock never goes on.
  const haste = dice.chance(0.03) ? 1 : 0.1;
  const time = (mean: number, positive = false) =>
    !positive && dice.chance(haste) ? 0 : DISTRIBUTIONS[coarse && dice.chance(0.4) ? 'constant' : dice.pick(FAMILIES)](mean, dice);
  const stations = 2 + dice.below(7);
  const [source, sink] = [name(), name()];
  const saturated = dice.chance(0.5);
  const scene: SceneText = {
    millwright: 1,
    time: { unit: 'min', resolution: coarse ? dice.pick(['30 s', '1 min']) : dice.pick(['1 ms', '1 s']) },
    products: { part: {} },
    sources: {
      [source]: saturated
        ? { saturated: true }
        : { interarrival: time(dice.pick([1, 2, 3]), true), ...(dice.chance(0.3) && { first: time(5) }) },
    },
    buffers: {},
    stations: {},
    sinks: { [sink]: {} },
    links: [],
    run: {
      ...(dice.chance(0.6) && { warmup: dice.pick([1, 10, 37.5]) }),
      horizon: dice.pick([1, 30, 100, 400]),
      ...(dice.chance(0.15) && { maxParts: dice.pick([3, 20, 60]) }),
    },
  };
  let before = source;
  const link = (to: string): void => {
    scene.links?.push({ from: before, to });
    before = to;
  };
  for (let i = 0; i <= stations; i++) {
    if (dice.chance(0.6)) {
      const buffer = name();
      link(buffer);
      const unlimited = dice.chance(0.2) && !(saturated && i === 0);
      Object.assign(scene.buffers as object, { [buffer]: unlimited ? {} : { capacity: 1 + dice.below(5) } });
    }
    if (i === stations) break;
    const station = name();
    link(station);
    Object.assign(scene.stations as object, { [station]: { processing: time(dice.pick([0.5, 1, 2])) } });
  }
  link(sink);
  return scene;
}

describe('the same words as by events', () => {
  test('300 random lines', { timeout: 60_000 }, () => {
    const endings = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const scene = randomLine(seed);
      const plant = plantOf(scene);
      expect(whyNoLine(plant)).toBe('');
      for (const ending of expectEqual(plant, `randomLine(${seed}): ${JSON.stringify(scene)}`, seed, 3 * seed, 2)) endings.add(ending);
    }
    expect([...endings].sort()).toEqual(['done', 'livelock', 'overflow']);
  });
});

/** A line whose stations have these times, with these buffers between them. */
function plain(times: object[], places: number[], run: object, source: object = { saturated: true }): SceneText {
  const links: { from: string; to: string }[] = [];
  const buffers: Record<string, object> = {};
  let before = 'source';
  const link = (to: string): void => {
    links.push({ from: before, to });
    before = to;
  };
  times.forEach((_, i) => {
    const room = places[i - 1] ?? 0;
    if (room > 0) {
      buffers[`b${i}`] = { capacity: room };
      link(`b${i}`);
    }
    link(`s${i}`);
  });
  link('sink');
  return {
    millwright: 1,
    time: { unit: 'h', resolution: '100 ms' },
    products: { part: {} },
    sources: { source },
    buffers,
    stations: Object.fromEntries(times.map((processing, i) => [`s${i}`, { processing }])),
    sinks: { sink: {} },
    links,
    run,
  } as SceneText;
}

const exponential = (rate: number): object => ({ exponential: { mean: 1 / rate } });

test('in short spells it ends as in one go', () => {
  const plant = plantOf(plain([exponential(6), exponential(7), exponential(7)], [11, 7], { warmup: 10, horizon: 100 }));
  const engine = new LineEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  engine.begin(block, 3, 4);
  let spells = 1;
  while (engine.run(block, 3, 4, 400) === STATUS_RUNNING) spells++;
  expect(spells).toBeGreaterThan(3);
  expect(block).toEqual(byEvents(plant, 3, 4));
});

test('other numbers in the same tables, means, places and shapes', () => {
  const shape = (mean: number, cv: number, capacity: number): Plant =>
    plantOf(plain([{ gamma: { mean, cv } }, exponential(2)], [capacity], { horizon: 50, maxParts: 40 }));
  const plant = shape(1, 0.5, 1);
  const engine = new LineEngine(plant);
  for (const [mean, cv, capacity] of [
    [0.5, 0.5, 3],
    [0.4, 0.8, 9],
    [0.4, 0.5, 9],
    [1, 0.5, 1],
  ] as const) {
    const other = shape(mean, cv, capacity);
    expect(other.layout).toEqual(plant.layout);
    plant.tables.set(other.tables);
    engine.retune(plant.tables);
    for (const replication of [2, 3, 2]) {
      expect(engine.finished(1, replication)).toBe(finishedIn(other, byEvents(other, 1, replication)));
      expect(byRecursion(other, 1, replication, engine)).toEqual(byEvents(other, 1, replication));
    }
  }
});

test('the throughput problem at L = 20: 5.776122 by the Markov chain', () => {
  // SimOpt's problem counts the place on the machine in a buffer: (12, 8) there are 11 and 7 places here.
  const horizon = 1000;
  const engine = new LineEngine(plantOf(plain([exponential(6), exponential(7), exponential(7)], [11, 7], { warmup: 50, horizon })));
  const tally = new Tally();
  for (let replication = 0; replication < 200; replication++) tally.add(engine.finished(4, replication) / horizon);
  const { low, high } = interval(tally, 0.99);
  expect(low).toBeLessThan(5.776122);
  expect(high).toBeGreaterThan(5.776122);
  expect(high - low).toBeLessThan(0.03);
});

describe('plants that are no lines, with the reason', () => {
  const ready = plain([exponential(1), exponential(1)], [2], { horizon: 10 });
  const { s0, s1 } = ready.stations as Record<'s0' | 's1', object>;
  const change = (changes: object): string => whyNoLine(plantOf({ ...ready, ...changes } as SceneText));
  test.for<[string, object]>([
    ['a station has several servers', { stations: { s0, s1: { ...s1, servers: 2 } } }],
    [
      'a station can fail',
      { stations: { s0, s1: { ...s1, failures: [{ clock: 'processing', timeToFailure: exponential(1), repair: exponential(9) }] } } },
    ],
    ['it ends with a number of parts and not with a time', { run: { horizon: 10, stopAfter: 5 } }],
    ['the source loses parts', { sources: { source: { interarrival: 1, whenFull: 'lose' } } }],
    ['a buffer has 100000 places', { buffers: { b1: { capacity: 100_000 } }, run: { horizon: 10, maxParts: 100 } }],
    [
      'it has 2 sources',
      { sources: { source: { saturated: true }, more: { interarrival: 1 } }, links: [...(ready.links ?? []), { from: 'more', to: 's1' }] },
    ],
  ])('%s', ([why, changes]) => {
    expect(change({})).toBe('');
    expect(change(changes)).toBe(why);
    expect(() => new LineEngine(plantOf({ ...ready, ...changes } as SceneText))).toThrow(why);
  });
});

describe('the canonical form', () => {
  test('of random plain plants: the same figures, and as good a block to run on from', () => {
    for (const { seed, text, plant } of randomPlants(40)) {
      const engine = new ReferenceEngine(plant);
      const readout = new Readout(plant);
      const figures = (block: Uint32Array): unknown => {
        const values = new Float64Array(readout.metrics.length);
        readout.read(block, values);
        return [verdict(plant, block), [...values]];
      };
      const whole = new Uint32Array(plant.layout.words);
      engine.runWhole(whole, 2, 7);
      const before = figures(whole);
      const once = canonical(plant, whole).slice();
      expect(figures(whole), `randomPlant(${seed}): ${text}`).toEqual(before);
      expect(canonical(plant, whole)).toEqual(once);
      const broken = new Uint32Array(plant.layout.words);
      engine.begin(broken, 2, 7);
      while (engine.run(broken, 2, 7, 300) === STATUS_RUNNING) canonical(plant, broken);
      expect(canonical(plant, broken), `randomPlant(${seed}): ${text}`).toEqual(once);
    }
  });
});
