/** The memory of the shop engine: what TypeScript and WGSL compute against whole numbers without bounds (BigInt), and so against each other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import code from '../../../shaders/shop/memory.wgsl?link';
import { constants, featuresOf } from '../../../src/engine/constants.ts';
import { Floor } from '../../../src/engine/floor.ts';
import { prune } from '../../../src/engine/prune.ts';
import { draw } from '../../../src/random.ts';
import { compile } from '../../../src/scene/compile.ts';
import type { Plant } from '../../../src/scene/plant.ts';
import * as memory from '../../../src/shop/memory.ts';
import { DIST_WORDS, STREAM_HI, STREAM_LO, STREAM_WORDS } from '../../../src/stations/words.ts';
import { lineScene, plantOf, shortScene } from '../../engine/plants.ts';
import { openDevice } from '../../gpu.ts';

const NEVER = 0xffffffffn;
const LOWEST = -0x80000000n;
const HIGHEST = 0x7fffffffn;

/** Words at every edge, and some at random. */
const EDGES = [
  0, 1, 2, 3, 7, 1023, 0xffff, 0x10000, 0x1fffff, 0x200000, 0x3fffffff, 0x40000000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001,
  0xc0000000, 0xffff0000, 0xfffffffd, 0xfffffffe, 0xffffffff,
];
const AT_RANDOM = Array.from({ length: 19 }, (_, n) => draw(1, 2, 3, 4, n) >>> (n % 3 === 0 ? (n * 5) % 32 : 0));
const WORDS = [...EDGES, ...AT_RANDOM].map((word) => word | 0);

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

interface Probe {
  plant: Plant;
  /** Statements of one lane; `lane` is its number as an i32. They put into words of the lane's block, from 0 on. */
  body: string;
  tables: Int32Array | Uint32Array;
  lanes: number;
  words: number;
  seed?: number;
  first?: number;
}

/** The words that each lane ends with: [word × lanes + lane]. */
async function probe({ plant, body, tables, lanes, words, seed = 0, first = 0 }: Probe): Promise<Int32Array> {
  const text = `${constants(plant, 'i32').replace(/const TABLE_WORDS.*/, `const TABLE_WORDS: i32 = ${tables.length};`)}
${code}
@compute @workgroup_size(64)
fn probe(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) { return; }
  attach(id.x);
  let lane = i32(id.x);
${body}
}`;
  const module = device.createShaderModule({ code: prune(text, featuresOf(plant), 'probe') });
  const layout = device.createBindGroupLayout({
    entries: (['read-only-storage', 'storage', 'uniform'] as const).map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'probe' },
  });
  const buffer = (size: number, usage: number): GPUBuffer => device.createBuffer({ size, usage });
  const input = buffer(tables.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  const blocks = buffer(4 * words * lanes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const slice = buffer(16, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const copy = buffer(4 * words * lanes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  device.queue.writeBuffer(input, 0, tables as Int32Array<ArrayBuffer>);
  device.queue.writeBuffer(slice, 0, new Uint32Array([lanes, first, seed, 0]));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout, entries: [input, blocks, slice].map((each, binding) => ({ binding, resource: { buffer: each } })) }),
  );
  pass.dispatchWorkgroups(Math.ceil(lanes / 64));
  pass.end();
  encoder.copyBufferToBuffer(blocks, 0, copy, 0, 4 * words * lanes);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const result = new Int32Array(copy.getMappedRange().slice(0));
  for (const each of [input, blocks, slice, copy]) each.destroy();
  return result;
}

const u = (x: number): bigint => BigInt(x >>> 0);
const i = (x: number): bigint => BigInt(x);
const held = (x: bigint): bigint => (x < LOWEST ? LOWEST : x > HIGHEST ? HIGHEST : x);
const truth = (x: boolean): bigint => (x ? 1n : 0n);
/** Rounds down, as >> does. */
const floor = (x: bigint, d: bigint): bigint => (x - (((x % d) + d) % d)) / d;

interface Case {
  name: string;
  ours: (a: number, b: number, c: number) => number;
  /** The same call in WGSL. */
  wgsl: string;
  truly: (a: number, b: number, c: number) => bigint;
  /** Third arguments, and which first two are allowed. */
  thirds?: number[];
  valid?: (a: number, b: number) => boolean;
}

const SHIFTS = [0, 1, 10, 16, 21, 22, 30, 31];
const small = (x: number): boolean => x > 0 && x <= 2 ** 21;
const CASES: Case[] = [
  { name: 'earlier', ours: (a, b) => +memory.earlier(a, b), wgsl: 'select(0, 1, earlier(a, b))', truly: (a, b) => truth(u(a) < u(b)) },
  { name: 'below', ours: (a, b) => +memory.below(a, b), wgsl: 'select(0, 1, below(a, b))', truly: (a, b) => truth(u(a) < u(b)) },
  { name: 'plus', ours: memory.plus, wgsl: 'plus(a, b)', truly: (a, b) => (u(a) + u(b) > NEVER ? NEVER : u(a) + u(b)) },
  { name: 'minus', ours: memory.minus, wgsl: 'minus(a, b)', truly: (a, b) => u(a) - u(b), valid: (a, b) => a >>> 0 >= b >>> 0 },
  { name: 'least', ours: memory.least, wgsl: 'least(a, b)', truly: (a, b) => (u(a) < u(b) ? u(a) : u(b)) },
  { name: 'latest', ours: memory.latest, wgsl: 'latest(a, b)', truly: (a, b) => (u(a) < u(b) ? u(b) : u(a)) },
  { name: 'satAdd', ours: memory.satAdd, wgsl: 'satAdd(a, b)', truly: (a, b) => held(i(a) + i(b)) },
  { name: 'satSub', ours: memory.satSub, wgsl: 'satSub(a, b)', truly: (a, b) => held(i(a) - i(b)) },
  { name: 'mulShift', ours: memory.mulShift, wgsl: 'mulShift(a, b, c)', truly: (a, b, c) => held((i(a) * i(b)) >> i(c)), thirds: SHIFTS },
  {
    name: 'divScaled',
    ours: memory.divScaled,
    wgsl: 'divScaled(a, b, c)',
    truly: (a, b, c) => (b === 0 ? (a === 0 ? 0n : a < 0 ? LOWEST : HIGHEST) : held((i(a) << i(c)) / i(b))),
    thirds: SHIFTS,
  },
  {
    name: 'scaled',
    ours: memory.scaled,
    wgsl: 'scaled(a, b, c)',
    truly: (a, b, c) => {
      const quotient = floor(u(a) * i(b), i(c));
      return quotient >= NEVER ? NEVER - 1n : quotient;
    },
    thirds: [1, 2, 3, 10, 1000, 65536, 99_991, 1_048_577, 2 ** 21 - 1, 2 ** 21],
    valid: (_, b) => small(b),
  },
];

describe('arithmetic', () => {
  const plant = plantOf(lineScene(3));
  test.each(CASES)('$name', async ({ ours, wgsl, truly, thirds = [0], valid = () => true }) => {
    const pairs = WORDS.flatMap((a) => [...WORDS, 5, 1000, 1_500_007].map((b) => [a, b] as const)).filter(([a, b]) => valid(a, b));
    const expected = Int32Array.from(thirds.flatMap((c) => pairs.map(([a, b]) => Number(BigInt.asIntN(32, truly(a, b, c))))));
    const found = Int32Array.from(thirds.flatMap((c) => pairs.map(([a, b]) => ours(a, b, c))));
    const wrong = expected.findIndex((value, at) => value !== found[at]);
    const about = (at: number): string => `of ${pairs[at % pairs.length]?.join(', ')}, ${thirds[Math.floor(at / pairs.length)]}`;
    if (wrong >= 0) expect(`${found[wrong]} ${about(wrong)}`).toBe(`${expected[wrong]} ${about(wrong)}`);
    const shader = await probe({
      plant,
      body: `  let a = table_(2 * lane);
  let b = table_(2 * lane + 1);
${thirds.map((c, at) => `  { let c = ${c}; put(${at}, ${wgsl}); }`).join('\n')}`,
      tables: Int32Array.from(pairs.flat()),
      lanes: pairs.length,
      words: Math.max(4, thirds.length),
    });
    const miss = expected.findIndex((value, at) => value !== shader[at]);
    if (miss >= 0) expect(`${shader[miss]} ${about(miss)}`).toBe(`${expected[miss]} ${about(miss)}`);
  });

  test('add64 and count', async () => {
    const block = new Uint32Array(plant.layout.words);
    memory.attach(plant, block, 0, 0);
    let sum = 0n;
    for (const word of WORDS) {
      memory.add64(10, word);
      memory.count(12);
      sum += u(word);
    }
    expect((BigInt(block[11] as number) << 32n) | BigInt(block[10] as number)).toBe(sum);
    expect(block[12]).toBe(WORDS.length);
    const body = `  for (var n = 0; n < ${WORDS.length}; n++) {\n    add64(10, table_(n));\n    count(12);\n  }`;
    const shader = await probe({ plant, body, tables: Int32Array.from(WORDS), lanes: 3, words: 13 });
    for (const lane of [0, 2]) {
      expect((u(shader[11 * 3 + lane] as number) << 32n) | u(shader[10 * 3 + lane] as number)).toBe(sum);
      expect(shader[12 * 3 + lane]).toBe(WORDS.length);
    }
  });
});

describe('the shape of a plant', () => {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  test('every key of a plant is a binding', () => {
    const plant = plantOf(lineScene(20));
    memory.attach(plant, new Uint32Array(plant.layout.words), 0, 0);
    const bindings = memory as unknown as Record<string, unknown>;
    const groups = { AT: plant.at, L: plant.layout, N: plant.counts, HAS: plant.features };
    const wrong = Object.entries(groups).flatMap(([prefix, group]) =>
      Object.entries(group)
        .filter(([key, value]) => bindings[`${prefix}_${snake(key)}`] !== value)
        .map(([key, value]) => `${prefix}_${snake(key)} is ${String(bindings[`${prefix}_${snake(key)}`])}, expected ${value}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the clock and the status are words of the block', () => {
    const plant = plantOf(lineScene(3));
    const block = new Uint32Array(plant.layout.words);
    memory.attach(plant, block, 0, 0);
    memory.setNow(-2);
    memory.setStatus(3);
    memory.attach(plant, new Uint32Array(plant.layout.words), 0, 0);
    expect([memory.now, memory.status]).toEqual([0, 0]);
    memory.attach(plant, block, 0, 0);
    expect([memory.now, memory.status]).toEqual([-2, 3]);
  });
});

describe('draws', () => {
  const ROUNDS = 9;
  const twins = { seed: 0xfeedbeef, first: 0xfffffffe };
  const plants = [lineScene(3), 'two-lathes.json', 'rework.json'].map((scene) =>
    typeof scene === 'string' ? shortScene(scene, 1000) : plantOf(scene),
  );

  test.each(plants.map((plant, n) => ({ n, plant })))('plant $n', async ({ plant }) => {
    const dists = (plant.at.stream - plant.at.dist) / DIST_WORDS;
    const { streams } = plant.counts;
    const draws = dists * streams * ROUNDS;
    const size = plant.layout.words + draws;
    const lanes = 3;
    const body = `  var at = L_WORDS;
  for (var round = 0; round < ${ROUNDS}; round++) {
    for (var stream = AT_STREAM; stream < AT_STREAM + N_STREAMS * STREAM_WORDS; stream += STREAM_WORDS) {
      for (var dist = AT_DIST; dist < AT_STREAM; dist += DIST_WORDS) {
        put(at, sample(dist, stream));
        at++;
      }
    }
  }`;
    const shader = await probe({ plant, body, tables: plant.tables, lanes, words: size, ...twins });
    for (let lane = 0; lane < lanes; lane++) {
      const replication = (twins.first + lane) >>> 0;
      const block = new Uint32Array(plant.layout.words);
      memory.attach(plant, block, twins.seed, replication);
      const floor = new Floor(plant);
      floor.attach(new Uint32Array(plant.layout.words), twins.seed, replication);
      let at = plant.layout.words;
      for (let round = 0; round < ROUNDS; round++) {
        for (let n = 0; n < streams; n++) {
          const stream = plant.at.stream + n * STREAM_WORDS;
          for (let dist = plant.at.dist; dist < plant.at.stream; dist += DIST_WORDS) {
            const expected = floor.sample(dist, stream) | 0;
            const found = [memory.sample(dist, stream), shader[at++ * lanes + lane]];
            if (found[0] !== expected || found[1] !== expected) expect({ lane, round, stream, dist, found }).toEqual(expected);
          }
        }
      }
      // The same draws were taken.
      expect(block).toEqual(floor.ticks);
      for (let w = 0; w < block.length; w++) expect(shader[w * lanes + lane]).toBe((block[w] as number) | 0);
    }
  });

  test('a word is the draw of its address', () => {
    const plant = plants[0] as Plant;
    memory.attach(plant, new Uint32Array(plant.layout.words), 7, 9);
    const stream = plant.at.stream + STREAM_WORDS;
    const [lo, hi] = [plant.tables[stream + STREAM_LO] as number, plant.tables[stream + STREAM_HI] as number];
    for (let n = 0; n < 20; n++) expect(memory.drawWord(stream)).toBe(draw(7, 9, lo, hi, n) | 0);
  });
});

describe('the next event', () => {
  test.each([
    { name: 'by a scan', plant: plantOf(lineScene(3)) },
    { name: 'by levels', plant: compile(plantOf(lineScene(3, 40)).scene, { shop: true }) },
  ])('$name', async ({ name, plant }) => {
    const { layout, counts } = plant;
    expect(layout.leaves > 0).toBe(name === 'by levels');
    const moves = Array.from({ length: 300 }, (_, n) => ({
      slot: draw(1, 1, 1, 1, n) % counts.slots,
      tick: n % 5 === 0 ? -1 : (draw(2, 2, 2, 2, n) >>> (n % 2 === 0 ? 29 : 0)) | 0,
    }));
    const begin = plant.tables.subarray(plant.at.initial, plant.at.initial + layout.words);
    const slots = Array.from(begin.subarray(layout.slot, layout.slot + counts.slots));
    const expected = moves.map(({ slot, tick }) => {
      slots[slot] = tick >>> 0;
      return slots.indexOf(slots.reduce((least, each) => Math.min(least, each)));
    });
    const block = begin.slice();
    memory.attach(plant, block, 0, 0);
    const found = moves.map(({ slot, tick }) => {
      memory.schedule(slot, tick);
      return memory.nextSlot();
    });
    expect(found).toEqual(expected);
    // The moves lie behind the plant's own tables.
    const tables = Uint32Array.from([...plant.tables, ...moves.flatMap(({ slot, tick }) => [slot, tick >>> 0])]);
    const body = `  for (var w = 0; w < L_WORDS; w++) {
    put(w, table_(AT_INITIAL + w));
  }
  for (var n = 0; n < ${moves.length}; n++) {
    schedule(table_(${plant.tables.length} + 2 * n), table_(${plant.tables.length} + 2 * n + 1));
    put(L_WORDS + n, nextSlot());
  }`;
    const shader = await probe({ plant, body, tables, lanes: 1, words: layout.words + moves.length });
    expect([...shader.subarray(layout.words)]).toEqual(expected);
    expect(new Uint32Array(shader.buffer).subarray(0, layout.words)).toEqual(block);
  });
});
