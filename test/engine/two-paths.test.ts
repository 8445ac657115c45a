/** Plain plants mean the same to the flow engine and, compiled for it, to the shop engine: every figure that both have, exactly. */
import { describe, expect, test } from 'vitest';
import { verdict } from '../../src/engine/inspect.ts';
import { Readout } from '../../src/engine/readout.ts';
import { compile } from '../../src/scene/compile.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { SCENES, shortScene } from './plants.ts';
import { randomPlants } from './random-plant.ts';
import { referenceBlocks } from './same-words.ts';

const TWINS = { seed: 3, first: 0, count: 3 };

/** The figures of some twins by name, and how each twin ended. */
function figures(plant: Plant): Map<string, number | string>[] {
  const readout = new Readout(plant);
  const out = new Float64Array(readout.metrics.length);
  return referenceBlocks(plant, TWINS).map((block) => {
    readout.read(block, out);
    const { status, element } = verdict(plant, block);
    return new Map<string, number | string>([
      ...readout.metrics.map(({ name }, i): [string, number] => [name, out[i] as number]),
      ['status', `${status} ${element}`],
    ]);
  });
}

/** What differs between the two engines, in words. */
function differences(flow: Plant): string[] {
  expect(flow.features.shop).toBe(false);
  const shop = compile(flow.scene, { shop: true });
  expect(shop.features.shop).toBe(true);
  const other = figures(shop);
  return figures(flow).flatMap((each, twin) =>
    [...each].flatMap(([name, value]) => {
      const found = other[twin]?.get(name);
      return Object.is(found, value) ? [] : [`twin ${twin}: ${name} is ${value} by the flow engine and ${found} by the shop engine`];
    }),
  );
}

describe('scenes that ship', () => {
  const plain = SCENES.filter((file) => /^(m[1-4]-|gearbox|rework|shared-queue|two-lathes)/.test(file));
  test('eight of them are plain', () => expect(plain.length).toBe(8));
  test.for(plain)('%s', (file) => {
    expect(differences(shortScene(file, 3000))).toEqual([]);
  });
});

test('50 random plain plants', { timeout: 60_000 }, () => {
  for (const { seed, text, plant } of randomPlants(50)) {
    const found = differences(plant);
    if (found.length > 0) throw new Error(`${found.slice(0, 5).join('; ')}\nrandomPlant(${seed}): ${text}`);
  }
});
