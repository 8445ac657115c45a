/** Glances of twins: the GPU's kernel against `glanceOf` on the same blocks, and both against what the read-out says of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECONDS } from '../../src/clock.ts';
import {
  GLANCE,
  GLANCE_METRICS,
  GLANCE_STATUS,
  type GlanceMetric,
  glanceLayout,
  LENGTHS_A_WORD,
  STATES_A_WORD,
} from '../../src/engine/glance.ts';
import { glanceKernel } from '../../src/engine/glance-kernel.ts';
import { glanceLayoutOf, glanceOf } from '../../src/engine/glance-of.ts';
import { partsInside } from '../../src/engine/inspect.ts';
import { floorPlan } from '../../src/engine/floor-plan.ts';
import { Readout } from '../../src/engine/readout.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { STATES } from '../../src/engine/trace.ts';
import type { Plant } from '../../src/scene/plant.ts';
import {
  COUNTERS_PER_NODE,
  HEAD_NOW,
  HEAD_STATUS,
  RUN_WARMUP,
  SERVER_STATE,
  SINK_COUNTERS_FINISHED,
  STATUS_RUNNING,
} from '../../src/stations/words.ts';
import { openDevice } from '../gpu.ts';
import { plantOf, shortScene } from './plants.ts';

const FIRST = 3;
const SEED = 11;

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

/** Two machines, each of which feeds the other: sooner or later both hold a part for the other, and stand. */
const RING = plantOf({
  millwright: 1,
  time: { unit: 'min', resolution: '1 s' },
  products: { part: {} },
  sources: { infeed: { saturated: true } },
  stations: { first: { processing: { exponential: { mean: 1 } } }, second: { processing: { exponential: { mean: 2 } } } },
  sinks: { out: {} },
  links: [
    { from: 'infeed', to: 'first' },
    { from: 'first', to: 'second' },
    { from: 'second', to: ['first', 'out'], rule: 'probability', weights: [1, 9] },
  ],
  run: { warmup: 5, horizon: 20 },
});

/** Blocks of twins of many ages: not one event old, in the middle, and ended. */
function blocksOf(plant: Plant): Uint32Array[] {
  const engine = new ReferenceEngine(plant);
  return [0, 1, 40, 200, 300, 400, 500, 700, 900, 1e9, 1e9, 1e9, 1e9, 1e9].map((events, i) => {
    const block = new Uint32Array(plant.layout.words);
    engine.begin(block, SEED, FIRST + i);
    engine.run(block, SEED, FIRST + i, events);
    return block;
  });
}

/** What the kernel makes of blocks: the words of each, and of replications that are in no block. */
async function onGpu(plant: Plant, blocks: Uint32Array[]): Promise<{ glances: Uint32Array[]; others: Uint32Array }> {
  const { words } = glanceLayoutOf(plant);
  const twins = blocks.length;
  const replications = FIRST + twins + 2;
  const columns = new Uint32Array(plant.layout.words * twins);
  blocks.forEach((block, c) => block.forEach((word, w) => (columns[w * twins + c] = word)));
  const filled = (data: Uint32Array, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ size: data.byteLength, usage: usage | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, data as Uint32Array<ArrayBuffer>);
    return buffer;
  };
  const { STORAGE, UNIFORM, COPY_SRC, MAP_READ, COPY_DST } = GPUBufferUsage;
  const into = device.createBuffer({ size: words * replications * 4, usage: STORAGE | COPY_SRC });
  const read = device.createBuffer({ size: into.size, usage: MAP_READ | COPY_DST });
  const bound = [filled(plant.tables, STORAGE), filled(columns, STORAGE), filled(new Uint32Array([twins, FIRST, SEED, 0]), UNIFORM), into];
  const module = device.createShaderModule({ code: glanceKernel(plant, 32) });
  expect((await module.getCompilationInfo()).messages.map(({ message }) => message)).toEqual([]);
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  // The second look must leave those that have ended as they are.
  for (let look = 0; look < 2; look++) pass.dispatchWorkgroups(Math.ceil(twins / 32));
  pass.end();
  encoder.copyBufferToBuffer(into, 0, read, 0, into.size);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  const all = new Uint32Array(read.getMappedRange().slice(0));
  for (const buffer of [...bound, read]) buffer.destroy();
  const of = (r: number): Uint32Array => Uint32Array.from({ length: words }, (_, w) => all[w * replications + r]!);
  return {
    glances: blocks.map((_, c) => of(FIRST + c)),
    others: Uint32Array.from([0, FIRST - 1, FIRST + twins, FIRST + twins + 1].flatMap((r) => [...of(r)])),
  };
}

const metric = (words: Uint32Array, name: GlanceMetric): number =>
  new Float32Array(words.slice().buffer)[GLANCE.metrics + GLANCE_METRICS.indexOf(name)]!;

/** Equal to the precision of f32, with some of it lost on the way. */
function expectClose(got: number, wanted: number, what: string): void {
  if (Number.isNaN(wanted)) expect(got, what).toBeNaN();
  else expect(Math.abs(got - wanted), `${what}: ${got} for ${wanted}`).toBeLessThanOrEqual(1e-5 * Math.abs(wanted));
}

const PLANTS = ['gearbox.json', 'rework.json', 'people-shifts.json', 'conveyor-loop.json', 'orders.json', 'a ring that stands'];

describe.each(PLANTS)('%s', (name) => {
  const plant = name.endsWith('.json') ? shortScene(name, 1000) : RING;
  const plan = floorPlan(plant);
  const layout = glanceLayoutOf(plant);
  const blocks = blocksOf(plant);
  const glances = blocks.map((block) => glanceOf(plant, block, layout));

  test('the layout is that of the floor plan', () => {
    expect(layout).toEqual(glanceLayout(plan));
  });

  test('the GPU makes the same words of the same blocks', async () => {
    const got = await onGpu(plant, blocks);
    expect(got.others.every((word) => word === 0)).toBe(true);
    glances.forEach((wanted, i) => {
      for (const each of GLANCE_METRICS) expectClose(metric(got.glances[i]!, each), metric(wanted, each), `${each} of twin ${i}`);
      const exact = (words: Uint32Array): Uint32Array => words.slice().fill(0, GLANCE.metrics, layout.states);
      expect(exact(got.glances[i]!)).toEqual(exact(wanted));
    });
    const statuses = new Set(glances.map((words) => words[GLANCE.status]));
    expect(statuses).toContain(GLANCE_STATUS.running);
    expect(statuses).toContain(GLANCE_STATUS[name === 'a ring that stands' ? 'ended badly' : 'done']);
  });

  test('the figures are those of the read-out', () => {
    const readout = new Readout(plant);
    const values = new Float64Array(readout.metrics.length);
    const unit = SECONDS[plant.scene.time.unit];
    const warmup = plant.tables[plant.at.run + RUN_WARMUP]!;
    let compared = 0;
    blocks.forEach((block, i) => {
      if (block[HEAD_NOW]! <= warmup) return;
      compared++;
      readout.read(block, values);
      const read = (of: string): number => values[readout.metrics.findIndex((each) => each.name === of)] ?? Number.NaN;
      const words = glances[i]!;
      expectClose(metric(words, 'throughput'), read('total.throughput') / unit, 'throughput');
      expectClose(metric(words, 'wip'), read('total.wip'), 'wip');
      expectClose(metric(words, 'flowTime'), read('total.flowTime') * unit, 'flow time');
      const stations = plan.nodes.filter(({ kind }) => kind === 'station');
      const servers = stations.reduce((sum, station) => sum + station.servers, 0);
      for (const state of ['working', 'starved', 'blocked', 'failed'] as const) {
        const mean = stations.reduce((sum, station) => sum + station.servers * read(`${station.name}.${state}`), 0) / servers;
        expectClose(metric(words, state), mean, state);
      }
      const shares = (['working', 'starved', 'blocked', 'failed', 'other'] as const).map((state) => metric(words, state));
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
      if (name !== 'people-shifts.json') expect(metric(words, 'other')).toBe(0);
      // The mean over parts with a due date: tardiness less earliness of each product, weighted with how many are dated.
      const dated = plant.scene.products.filter((product) => readout.metrics.some((each) => each.name === `${product.name}.lateness`));
      if (dated.length === 0) expect(metric(words, 'lateness')).toBeNaN();
      else if (dated.length === 1) expectClose(metric(words, 'lateness'), read(`${dated[0]!.name}.lateness`) * unit, 'lateness');
      else {
        const each = dated.map((product) => read(`${product.name}.lateness`) * unit).filter((value) => !Number.isNaN(value));
        if (each.length > 0) {
          expect(metric(words, 'lateness')).toBeGreaterThanOrEqual(Math.min(...each) - 1e-3);
          expect(metric(words, 'lateness')).toBeLessThanOrEqual(Math.max(...each) + 1e-3);
        }
      }
    });
    expect(compared).toBeGreaterThan(5);
  });

  test('states and lengths are those of the block, and before the warm-up figures begin at 0', () => {
    blocks.forEach((block, i) => {
      const words = glances[i]!;
      expect(words[GLANCE.now]).toBe(block[HEAD_NOW]);
      expect(words[GLANCE.status] === GLANCE_STATUS.running).toBe(block[HEAD_STATUS] === STATUS_RUNNING);
      for (const { kind, firstPlace, servers, name: node } of plan.nodes) {
        const index = plan.nodes.findIndex((each) => each.name === node);
        if (kind === 'station') {
          for (let place = firstPlace; place < firstPlace + servers; place++) {
            const state = (words[layout.states + Math.floor(place / STATES_A_WORD)]! >>> ((place % STATES_A_WORD) * 4)) & 15;
            expect(STATES[state]).toBe(STATES[block[plant.layout.place + place * plant.layout.serverWords + SERVER_STATE]!]);
          }
        }
        const length = (words[layout.lengths + Math.floor(index / LENGTHS_A_WORD)]! >>> ((index % LENGTHS_A_WORD) * 16)) & 0xffff;
        if (kind === 'buffer' || kind === 'conveyor' || kind === 'transfer')
          expect(length).toBe([...partsInside(plant, block, index)].length);
        if (kind === 'sink') expect(length).toBe(0);
      }
    });
    blocks.forEach((block, i) => {
      const now = block[HEAD_NOW]!;
      if (now === 0 || now >= plant.tables[plant.at.run + RUN_WARMUP]!) return;
      const sinks = plan.nodes.flatMap(({ kind }, node) => (kind === 'sink' ? [node] : []));
      const finished = sinks.reduce(
        (sum, node) => sum + block[plant.layout.counters + node * COUNTERS_PER_NODE + SINK_COUNTERS_FINISHED]!,
        0,
      );
      expectClose(metric(glances[i]!, 'throughput'), finished / (now * plan.tickSeconds), 'throughput');
    });
  });
});
