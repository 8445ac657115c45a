/** Nothing is lost and no time is missing: looked into every 50 events of a twin, on every scene and on random plants. */
import { describe, expect, test } from 'vitest';
import { partsInside, productOfPart } from '../../src/engine/inspect.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import type { Plant } from '../../src/scene/plant.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  ENDLESS,
  HEAD_FREE,
  HEAD_NOW,
  NIL,
  NODE_CAPACITY,
  NODE_COUNTERS,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_PLACES,
  NODE_WORDS,
  PART_NEXT,
  PLACE_OWN,
  PLACE_WORDS,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_LOST,
  PRODUCT_COUNTERS_MADE,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_WORDS,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
  SERVER_TIMES,
  STATE_COUNT,
  STATE_STARVED,
  STATUS_RUNNING,
} from '../../src/stations/words.ts';
import { LONG_SCENE, plantOf, SCENES, shortScene } from './plants.ts';
import { randomPlants } from './random-plant.ts';
import { auditShop } from './shop-audit.ts';
import { randomShopPlants, shopTries } from './random-shop-plant.ts';

const SLICE = 50;

/** A twin's block, walked and counted up from outside. All problems found, in words; none if the books balance. */
function audit(plant: Plant, block: Uint32Array): string[] {
  if (plant.features.shop) return auditShop(plant, block);
  const { tables, at, counts, layout, nodes, scene } = plant;
  const problems: string[] = [];
  const equal = (what: string, found: number, expected: number): void => {
    if (found !== expected) problems.push(`${what}: ${found}, expected ${expected}`);
  };
  const now = block[HEAD_NOW] as number;
  // The cut stands last but one among the slots; its clock is at never once it has come.
  const isCut = scene.run.warmup > 0 && block[layout.slot + counts.slots - 2] === NIL;
  const elapsed = now - (isCut ? Math.round(scene.run.warmup) : 0);

  /** How often each part of the pool is met: in the list of unused ones, or in the plant. */
  const met = new Map<number, number>();
  const meet = (part: number): void => void met.set(part, (met.get(part) ?? 0) + 1);
  const inside = scene.products.map(() => 0);
  const enclose = (part: number): void => {
    meet(part);
    inside[productOfPart(plant, block, part)]++;
  };
  for (let part = block[HEAD_FREE] as number; part !== NIL && met.size <= counts.parts; part = block[part + PART_NEXT] as number)
    meet(part);

  for (const { name, kind, index } of nodes) {
    const node = at.node + index * NODE_WORDS;
    const capacity = tables[node + NODE_CAPACITY] as number;
    const counters = tables[node + NODE_COUNTERS] as number;
    const room = block[layout.room + index] as number;
    if (kind === 'sink') equal(`room of ${name}`, room, ENDLESS);
    if (kind === 'buffer') {
      const parts = [...partsInside(plant, block, index)];
      parts.forEach(enclose);
      equal(`room of ${name}`, room, capacity - parts.length);
      equal(
        `entered less left of ${name}`,
        (block[counters + BUFFER_COUNTERS_ENTERED] as number) - (block[counters + BUFFER_COUNTERS_LEFT] as number),
        parts.length,
      );
    }
    const places = tables[node + NODE_PLACES] as number;
    let starved = 0;
    for (let server = 0; server < places; server++) {
      const own = tables[(tables[node + NODE_FIRST_PLACE] as number) + server * PLACE_WORDS + PLACE_OWN] as number;
      const part = block[own + SERVER_PART] as number;
      // What a saturated source has on offer is not made yet.
      if (part !== NIL && kind === 'source' && tables[node + NODE_INTERARRIVAL] === NIL) meet(part);
      else if (part !== NIL) enclose(part);
      if (block[own + SERVER_STATE] === STATE_STARVED) starved++;
      const times = block.subarray(own + SERVER_TIMES, own + SERVER_TIMES + STATE_COUNT);
      const running = now - (block[own + SERVER_SINCE] as number);
      equal(
        `state times of ${name} ${server}`,
        times.reduce((sum, time) => sum + time, running),
        elapsed,
      );
    }
    if (kind === 'source') equal(`room of ${name}`, room, 0);
    if (kind === 'station') equal(`room of ${name}`, room, starved);
  }

  scene.products.forEach(({ name }, product) => {
    const counters = tables[at.product + product * PRODUCT_WORDS + PRODUCT_COUNTERS] as number;
    const [made, ...gone] = [PRODUCT_COUNTERS_MADE, PRODUCT_COUNTERS_FINISHED, PRODUCT_COUNTERS_SCRAPPED, PRODUCT_COUNTERS_LOST].map(
      (counter) => block[counters + counter] as number,
    ) as [number, number, number, number];
    equal(
      `${name} made`,
      made,
      gone.reduce((sum, each) => sum + each, inside[product] as number),
    );
  });
  equal('parts met', met.size, counts.parts);
  for (const [part, times] of met) if (times !== 1) problems.push(`part ${part} is met ${times} times`);
  return problems;
}

/** Looks into some twins of a plant all along their way. Returns how often. */
function follow(plant: Plant, twins: number, about: string, slice = SLICE): number {
  const engine = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  let looks = 0;
  for (let replication = 0; replication < twins; replication++) {
    engine.begin(block, 9, replication);
    for (let status = STATUS_RUNNING; status === STATUS_RUNNING; looks++) {
      const problems = audit(plant, block);
      if (problems.length > 0) throw new Error(`twin ${replication} at tick ${block[HEAD_NOW]}: ${problems.join('; ')}\n${about}`);
      status = engine.run(block, 9, replication, slice);
    }
    const problems = audit(plant, block);
    if (problems.length > 0) throw new Error(`twin ${replication} at its end: ${problems.join('; ')}\n${about}`);
  }
  return looks;
}

describe('parts and state times balance at every look', () => {
  test.for(SCENES)('%s', (file) => {
    // A list of orders is soon done with.
    expect(follow(shortScene(file, 3000), 4, file, 5)).toBeGreaterThan(10);
  });

  test('with ticks beyond 2^31', () => {
    expect(follow(plantOf(LONG_SCENE), 4, 'LONG_SCENE')).toBeGreaterThan(4);
  });

  test('200 random plants', () => {
    let looks = 0;
    for (const { seed, text, plant } of randomPlants(200)) looks += follow(plant, 4, `randomPlant(${seed}): ${text}`);
    expect(looks).toBeGreaterThan(2000);
  });

  test('200 random plants of the whole vocabulary', { timeout: 120_000 }, () => {
    let looks = 0;
    for (const { seed, text, plant } of randomShopPlants(200)) looks += follow(plant, 2, `randomShopPlant(${seed}): ${text}`);
    expect(looks).toBeGreaterThan(2000);
    expect(shopTries.refusals.length / shopTries.made).toBeLessThan(0.1);
  });
});

test('the audit notices one part or one tick that is missing', () => {
  const plant = shortScene('two-lathes.json', 1000);
  const engine = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  engine.runWhole(block, 9, 0);
  for (const { name, kind, index } of plant.nodes) {
    if (kind !== 'station' && kind !== 'source') continue;
    const place = plant.tables[plant.at.node + index * NODE_WORDS + NODE_FIRST_PLACE] as number;
    const spoilt = block.slice();
    spoilt[(plant.tables[place + PLACE_OWN] as number) + SERVER_TIMES]++;
    expect(audit(plant, spoilt).join()).toMatch(`state times of ${name} 0`);
  }
  const spoilt = block.slice();
  spoilt[HEAD_FREE] = spoilt[(spoilt[HEAD_FREE] as number) + PART_NEXT] as number;
  expect(audit(plant, spoilt).join()).toMatch('parts met');
});
