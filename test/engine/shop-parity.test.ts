/** Random plants of the whole vocabulary end in equal words on both engines. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openDevice } from '../gpu.ts';
import type { RandomPlant } from './random-plant.ts';
import { randomShopFamilies } from './random-shop-plant.ts';
import { expectSameWords } from './same-words.ts';

/** Kernels, and plants to each. A kernel of the whole vocabulary costs software WebGPU seconds. */
const FAMILIES = 5;
const MEMBERS = 5;
const LONG = { timeout: 240_000 };

describe('random shop plants', () => {
  let device: GPUDevice;
  let families: RandomPlant[][];
  beforeAll(async () => {
    device = await openDevice();
    families = randomShopFamilies(FAMILIES, MEMBERS);
  }, 240_000);
  afterAll(() => device.destroy());

  test.for(Array.from({ length: FAMILIES }, (_, i) => i))('family %i', LONG, async (family) => {
    await expectSameWords(
      device,
      (families[family] as RandomPlant[]).map(({ plant, seed, text }, member) => ({
        plant,
        about: `randomShopPlant(${seed}): ${text}`,
        twins: [{ seed: 13 * family + member, first: 1000 * member, count: 4, events: member === 0 ? 7 : 500 }],
      })),
    );
  });
});
