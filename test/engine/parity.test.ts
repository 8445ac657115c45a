/** The reference engine and the WGSL end every twin in equal words: every counter, every clock, every bit. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { timeInState, verdict } from '../../src/engine/inspect.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { HEAD_NOW, STATE_FAILED } from '../../src/stations/words.ts';
import { openDevice } from '../gpu.ts';
import { lineScene, LONG_SCENE, plantOf, SCENES, shortScene } from './plants.ts';
import { FEATURES, featuresOf, type RandomPlant, randomFamilies, tries } from './random-plant.ts';
import { expectSameWords, referenceBlocks, type Twins } from './same-words.ts';

/** Kernels of random plants, and plants to each. A kernel costs software WebGPU two seconds of two cores. */
const FAMILIES = 20;
const MEMBERS = 11;
const LONG = { timeout: 240_000 };

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

/** The same twins in slices of whatever length, of 7 events and of one. */
const inSlices = (twins: Twins): Twins[] => [twins, { ...twins, events: 7 }, { ...twins, count: 2, events: 1 }];

describe('scenes that ship', () => {
  test.for(SCENES)('%s', LONG, async (file) => {
    const twins = { seed: 7, first: 0, count: 6 };
    await expectSameWords(device, [
      { plant: shortScene(file, 1500), about: file, twins: [twins, { seed: 0xffffffff, first: 0xfffffff0, count: 3, events: 61 }] },
    ]);
  });
});

describe('plants that are large in one way', () => {
  const sizes = (plant: Plant) => ({ dirtyWords: plant.layout.dirtyWords, tree: plant.layout.leaves > 0 });

  test('more than 64 slots: a tournament finds the next event', LONG, async () => {
    const plant = plantOf(lineScene(3, 40));
    expect(sizes(plant)).toEqual({ dirtyWords: 1, tree: true });
    await expectSameWords(device, [{ plant, about: 'lineScene(3, 40)', twins: inSlices({ seed: 3, first: 0, count: 4 }) }]);
  });

  test('more than 32 elements: two words of marks', LONG, async () => {
    const plant = plantOf(lineScene(20));
    expect(sizes(plant)).toEqual({ dirtyWords: 2, tree: false });
    await expectSameWords(device, [{ plant, about: 'lineScene(20)', twins: inSlices({ seed: 3, first: 0, count: 4 }) }]);
  });

  test('more than 64 elements: five words of marks, and a tournament', LONG, async () => {
    const plant = plantOf(lineScene(64));
    expect(sizes(plant)).toEqual({ dirtyWords: 5, tree: true });
    await expectSameWords(device, [{ plant, about: 'lineScene(64)', twins: inSlices({ seed: 3, first: 0, count: 4 }) }]);
  });

  test('ticks beyond 2^31, sums beyond 2^32', LONG, async () => {
    const plant = plantOf(LONG_SCENE);
    const twins = { seed: 3, first: 0, count: 8 };
    const blocks = referenceBlocks(plant, twins);
    for (const block of blocks) expect(block[HEAD_NOW]).toBeGreaterThan(2 ** 31);
    const high = (block: Uint32Array): number[] =>
      [...block.subarray(plant.layout.sums, plant.layout.sumsEnd)].filter((_, i) => i % 2 === 1);
    expect(blocks.flatMap(high).some((word) => word > 0)).toBe(true);
    await expectSameWords(device, [{ plant, about: 'LONG_SCENE', twins: inSlices(twins) }]);
  });
});

describe('random plants', () => {
  let families: RandomPlant[][];
  beforeAll(() => {
    families = randomFamilies(FAMILIES, MEMBERS);
  }, 240_000);

  test('what is drawn is mostly accepted, uses the whole vocabulary and ends in every way', () => {
    const plants = families.flat();
    expect(plants.length).toBeGreaterThanOrEqual(200);
    expect(1 - tries.refused / tries.made).toBeGreaterThan(0.8);
    const found = new Set(plants.flatMap((plant) => [...featuresOf(plant)]));
    expect(FEATURES.filter((feature) => !found.has(feature))).toEqual([]);
    const endings = new Set<string>();
    const failed = new Set<string>();
    for (const { plant } of plants) {
      for (const block of referenceBlocks(plant, { seed: 5, first: 0, count: 2 })) {
        endings.add(verdict(plant, block).status);
        for (const { name, failures } of plant.scene.stations) {
          const index = plant.nodes.findIndex((node) => node.name === name);
          const time = timeInState(plant, block, index, STATE_FAILED);
          for (const { clock, interruptedJob } of failures) if (time > 0) failed.add(`failure ${clock} ${interruptedJob}`);
        }
      }
    }
    expect([...endings].sort()).toEqual(['deadlock', 'done', 'livelock', 'overflow']);
    // Not only written down: they happen.
    expect(FEATURES.filter((feature) => feature.startsWith('failure') && !failed.has(feature))).toEqual([]);
  });

  test.for(Array.from({ length: FAMILIES }, (_, i) => i))('family %i', LONG, async (family) => {
    await expectSameWords(
      device,
      (families[family] as RandomPlant[]).map(({ plant, seed, text }, member) => {
        const twins = { seed: 11 * family + member, first: 1000 * member, count: 6, events: 500 };
        return { plant, about: `randomPlant(${seed}): ${text}`, twins: family % 8 === 0 && member < 2 ? inSlices(twins) : [twins] };
      }),
    );
  });
});
