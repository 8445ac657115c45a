/** The board of glances beside the laboratory, on a real WebGPU adapter in Node: whoever ran the twins, and whenever somebody begins to watch. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GLANCE, GLANCE_METRICS, GLANCE_STATUS, type Glances, glanceLayout } from '../../src/engine/glance.ts';
import { glanceOf } from '../../src/engine/glance-of.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { Lab } from '../../src/experiment/lab.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { plantOf } from '../engine/plants.ts';
import { gpu } from '../gpu.ts';

const TWINS = 60;
const scene = JSON.parse(readFileSync('scenes/two-lathes.json', 'utf8'));
scene.run = { warmup: '2 h', horizon: '8 h', replications: TWINS, seed: 5 };
const text = JSON.stringify(scene);
const plant = plantOf(text);

let lab: Lab;
beforeAll(async () => {
  lab = new Lab({ gpu, spawn: () => new Twins(), threads: 2 });
  await lab.open();
});
afterAll(() => lab.gpu.loseDevice());

/** What every twin's glance must be at its end. */
const wanted = Array.from({ length: TWINS }, (_, replication) => {
  const block = new Uint32Array(plant.layout.words);
  new ReferenceEngine(plant).runWhole(block, 5, replication);
  return glanceOf(plant, block);
});

/** The words equal, the figures to what f32 is good for. */
function expectWanted(twins: Uint32Array[]): void {
  const figures = (words: Uint32Array): Float32Array =>
    new Float32Array(words.slice(GLANCE.metrics, GLANCE.metrics + GLANCE_METRICS.length).buffer);
  const exact = (words: Uint32Array): Uint32Array => words.slice().fill(0, GLANCE.metrics, GLANCE.metrics + GLANCE_METRICS.length);
  expect(twins.map(exact)).toEqual(wanted.map(exact));
  twins.forEach((words, twin) => {
    const its = figures(wanted[twin]!);
    const off = figures(words).findIndex(
      (value, i) => !(Object.is(value, its[i]) || Math.abs(value - its[i]!) <= 1e-5 * Math.abs(its[i]!)),
    );
    expect(off < 0 ? '' : `${GLANCE_METRICS[off]} of twin ${twin}`).toBe('');
  });
}

async function read({ device, buffer, plan, replications }: Glances): Promise<Uint32Array[]> {
  const copy = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const all = new Uint32Array(copy.getMappedRange().slice(0));
  copy.destroy();
  const { words } = glanceLayout(plan);
  return Array.from({ length: replications }, (_, r) => Uint32Array.from({ length: words }, (_, w) => all[w * replications + r]!));
}

/** Somebody who watches. */
class Watcher {
  now: Glances | undefined;
  reason: string | undefined;
  told = 0;
  changes = 0;
  end: () => void;
  constructor(of = lab) {
    this.end = of.glances.watch({
      glances: (glances, reason) => {
        this.now = glances;
        this.reason = reason;
        this.told++;
      },
      changed: () => {
        this.changes++;
      },
    });
  }
  /** The glances, once all twins have ended in them; fails after 20 s. */
  async whole(): Promise<Uint32Array[]> {
    for (const start = performance.now(); performance.now() - start < 20_000; await new Promise((resolve) => setTimeout(resolve, 30))) {
      const glances = this.now;
      if (glances === undefined) continue;
      const words = await read(glances).catch(() => []);
      if (words.length > 0 && words.every((each) => each[GLANCE.status]! >= GLANCE_STATUS.done)) return words;
    }
    throw new Error('the wall did not fill in');
  }
}

test.each([
  ['gpu', undefined],
  ['cpu', 'events'],
  ['cpu', 'auto'],
] as const)('a run on the %s (%s) that is watched shows every twin as it ends', async (engine, path) => {
  const watcher = new Watcher();
  lab.gpu.batchTwins = 25;
  lab.gpu.sliceEvents = 300;
  const summary = await lab.run({ scene: text, engine, path }).finally(() => {
    lab.gpu.batchTwins = undefined;
    lab.gpu.sliceEvents = undefined;
  });
  expect(summary.finished).toBe(TWINS);
  expectWanted(await watcher.whole());
  expect(watcher.changes).toBeGreaterThan(engine === 'gpu' ? 3 : 0);
  expect(watcher.now).toMatchObject({ replications: TWINS, seed: 5 });
  watcher.end();
});

test.each(['gpu', 'cpu'] as const)(
  'twins of a run on the %s that was over are run once more, and a lost device fills in again',
  async (engine) => {
    const before = await lab.run({ scene: text, engine });
    const watcher = new Watcher();
    expectWanted(await watcher.whole());
    const { now, told } = watcher;
    lab.gpu.loseDevice();
    await now!.device.lost;
    expectWanted(await watcher.whole());
    expect(watcher.now!.device).not.toBe(now!.device);
    expect(watcher.told).toBeGreaterThan(told + 1);
    watcher.end();
    expect((await lab.run({ scene: text, engine })).digest).toBe(before.digest);
  },
);

test('whoever comes in the middle of a run sees the twins that had ended too', async () => {
  let watcher: Watcher | undefined;
  lab.spanTwins = 4;
  await lab
    .run({ scene: text, engine: 'cpu', path: 'events' }, ({ finished }) => {
      if (finished > 10) watcher ??= new Watcher();
    })
    .finally(() => {
      lab.spanTwins = undefined;
    });
  watcher ??= new Watcher();
  expectWanted(await watcher.whole());
  watcher.end();
});

test('a new run ends the filling in at once, and is none the worse for it', async () => {
  const long = JSON.stringify({ ...scene, run: { warmup: '2 h', horizon: '3 d', replications: 100, seed: 5 } });
  const fresh = await lab.run({ scene: text, engine: 'cpu', path: 'events' });
  await lab.run({ scene: long, engine: 'cpu', path: 'events' });
  const watcher = new Watcher();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(watcher.now!.replications).toBe(100);
  const start = performance.now();
  let first = 0;
  const again = await lab.run({ scene: text, engine: 'cpu', path: 'events' }, () => {
    first ||= performance.now() - start;
  });
  expect(first).toBeLessThan(300);
  expect(again.digest).toBe(fresh.digest);
  expectWanted(await watcher.whole());
  watcher.end();
});

test('a run that was broken off shows as many twins as ended', async () => {
  const long = JSON.stringify({ ...scene, run: { warmup: '2 h', horizon: '6 d', replications: 400, seed: 5 } });
  const summary = await lab.run({ scene: long, engine: 'cpu', path: 'events' }, ({ finished }) => {
    if (finished > 5) lab.cancel();
  });
  expect(summary.finished).toBeLessThan(400);
  const watcher = new Watcher();
  for (const start = performance.now(); performance.now() - start < 15_000; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (watcher.now === undefined) continue;
    const statuses = (await read(watcher.now)).map((words) => words[GLANCE.status]!);
    if (statuses.filter((status) => status >= GLANCE_STATUS.done).length < summary.finished) continue;
    expect(statuses.findIndex((status) => status < GLANCE_STATUS.done)).toBe(summary.finished);
    watcher.end();
    return;
  }
  throw new Error('the wall did not fill in');
});

test('where there can be no glances, it says why', async () => {
  const without = new Lab({ gpu: undefined, spawn: () => new Twins(), threads: 1 });
  await without.open();
  await without.run({ scene: JSON.stringify({ ...scene, run: { ...scene.run, replications: 2 } }) });
  const watcher = new Watcher(without);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(watcher.now).toBeUndefined();
  expect(watcher.reason).toBe('There is no wall of twins: this browser has no WebGPU.');

  const board = new Watcher();
  lab.glances.begin(plant, 10_000_000, 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(board.now).toBeUndefined();
  expect(board.reason).toMatch(
    /^There is no wall of twins: glances of 10,000,000 twins of this plant take \d+ MiB, more than the \d+ MiB that there are for them\.$/,
  );
  board.end();
});
