/** Lines run by the recursion on departure times end in the words of the event engine, in canonical form. */
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/engine/canonical.ts';
import { verdict } from '../../src/engine/inspect.ts';
import { whyNoLine } from '../../src/engine/line.ts';
import { LineEngine } from '../../src/engine/line-engine.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import type { Plant } from '../../src/scene/plant.ts';
import type { SceneText } from '../../src/scene/schema.ts';
import { FAMILIES } from '../../src/stations/duration.ts';
import { COUNTERS_PER_NODE, PRODUCT_COUNTERS_FINISHED } from '../../src/stations/words.ts';
import { plantOf } from './plants.ts';
import { Dice, DISTRIBUTIONS, NAMES } from './random-plant.ts';
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
