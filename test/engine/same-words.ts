/** Runs the same twins on both engines and compares every word. */
import { GpuEngine, kernels } from '../../src/engine/gpu.ts';
import { type Verdict, verdict } from '../../src/engine/inspect.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import type { Plant } from '../../src/scene/plant.ts';
import * as words from '../../src/stations/words.ts';

export interface Twins {
  seed: number;
  /** The first replication, and how many. */
  first: number;
  count: number;
  /** Events a slice, on both engines; undefined: whatever the GPU engine finds fit, and the reference engine in one go. */
  events?: number | undefined;
}

/** Final blocks of twins on the reference engine, one a twin. */
export function referenceBlocks(plant: Plant, { seed, first, count, events = Number.POSITIVE_INFINITY }: Twins): Uint32Array[] {
  const engine = new ReferenceEngine(plant);
  return Array.from({ length: count }, (_, column) => {
    const block = new Uint32Array(plant.layout.words);
    engine.begin(block, seed, first + column);
    while (engine.run(block, seed, first + column, events) === words.STATUS_RUNNING);
    return block;
  });
}

/** The first word in which two engines' twins differ, in words that say where to look; undefined if none does. */
export function firstDifference(plant: Plant, twins: Twins, reference: Uint32Array[], other: Uint32Array): string | undefined {
  const { count } = twins;
  if (other.length !== plant.layout.words * count) return `${other.length} words, expected ${plant.layout.words * count}`;
  for (let column = 0; column < count; column++) {
    const block = reference[column] as Uint32Array;
    const unlike: number[] = [];
    for (let w = 0; w < block.length; w++) if (block[w] !== other[w * count + column]) unlike.push(w);
    const [w] = unlike;
    if (w === undefined) continue;
    return (
      `seed ${twins.seed}, twin ${twins.first + column} (${verdict(plant, block).status}), ${unlike.length} of ${block.length} words differ, ` +
      `the first is word ${w}, ${meaning(plant, w)}: reference ${block[w]}, other ${other[w * count + column]}`
    );
  }
  return undefined;
}

/**
 * Plants with tables of one length, filled up with words that no engine should read: kernels know how long the tables are, so that plants
 * that differ in numbers alone share them only where the tables are of one length.
 */
function ofOneLength(plants: Plant[]): Plant[] {
  const length = Math.max(...plants.map(({ tables }) => tables.length));
  return plants.map((plant) => {
    const tables = new Uint32Array(length).fill(words.NIL);
    tables.set(plant.tables);
    return { ...plant, tables };
  });
}

/**
 * Runs twins of each plant on both engines, and throws with the plant's `about` where a word differs. Plants of one call share kernels, which
 * are compiled once: it throws where they do not.
 * @returns how each twin ended
 */
export async function expectSameWords(device: GPUDevice, plants: { plant: Plant; about: string; twins: Twins[] }[]): Promise<Verdict[]> {
  const onGpu = ofOneLength(plants.map(({ plant }) => plant));
  const unlike = new Set(await Promise.all(onGpu.map(async (plant) => JSON.stringify(await kernels(plant))))).size;
  if (unlike > 1) throw new Error(`${unlike} kernels for ${plants.length} plants; ${plants[0]?.about}`);
  const engines: GpuEngine[] = [];
  // One after the other: Dawn gives out a pipeline again only once it is made.
  for (const plant of onGpu) engines.push(await GpuEngine.open(device, plant));
  const verdicts: Verdict[] = [];
  try {
    for (const [i, { plant, about, twins }] of plants.entries()) {
      for (const each of twins) {
        const { first, count, seed, events } = each;
        const engine = engines[i] as GpuEngine;
        const blocks = await engine.run(first, count, seed, { targetMs: () => 50, pause: () => false, events });
        const reference = referenceBlocks(plant, each);
        const difference = firstDifference(plant, each, reference, blocks);
        if (difference !== undefined) throw new Error(`${difference}\nslices of ${events ?? 'any number of'} events; ${about}`);
        verdicts.push(...reference.map((block) => verdict(plant, block)));
      }
    }
  } finally {
    for (const engine of engines) engine.destroy();
  }
  return verdicts;
}

/** What a word of a twin's block holds: the part of the layout it lies in, and the name of the element where there is one. */
function meaning(plant: Plant, word: number): string {
  const heads = Object.entries(words).filter(([name, at]) => name.startsWith('HEAD_') && name !== 'HEAD_WORDS' && at === word);
  if (heads[0] !== undefined) return heads[0][0];
  // What is not an address in the layout is a size.
  const addresses = Object.entries(plant.layout).filter(([name, at]) => !/words|leaves|bins|end$/i.test(name) && at <= word);
  const [region, start] = addresses.reduce((last, next) => (next[1] >= last[1] ? next : last));
  const node = region === 'room' ? ` (${plant.nodes[word - start]?.name})` : '';
  return `${region} + ${word - start}${node}`;
}
