/** The laboratory on a real WebGPU adapter in Node: the same digest however the work is cut, interrupted or broken. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Lab } from '../../src/experiment/lab.ts';
import type { Summary } from '../../src/experiment/protocol.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { gpu } from '../gpu.ts';

const scene = JSON.parse(readFileSync('scenes/two-lathes.json', 'utf8'));
scene.run = { warmup: '2 h', horizon: '8 h', replications: 48, seed: 5 };
const text = JSON.stringify(scene);

let lab: Lab;
let whole: Summary;
beforeAll(async () => {
  lab = new Lab({ gpu, spawn: () => new Twins(), threads: 2 });
  await lab.open();
  whole = await lab.run({ scene: text, engine: 'cpu' });
});
afterAll(() => lab.gpu.loseDevice());

/** What must not depend on who ran it and how. */
const proof = ({ digest, metrics, status, events, operations, finished }: Summary) => ({
  digest,
  metrics,
  status,
  events,
  operations,
  finished,
});

describe('the same words', () => {
  test('from both engines', async () => {
    const onGpu = await lab.run({ scene: text, engine: 'gpu' });
    expect(onGpu.report.engine).toBe('gpu');
    expect(proof(onGpu)).toEqual(proof(whole));
    expect(onGpu.columns).toEqual(whole.columns);
  });

  test.each([
    [1, 1000],
    [7, 50],
    [48, 3],
    [48, 1000],
  ])('in batches of %i twins and slices of %i events', async (batch, slice) => {
    lab.gpu.batchTwins = batch;
    lab.gpu.sliceEvents = slice;
    const cut = await lab.run({ scene: text, engine: 'gpu' }).finally(() => {
      lab.gpu.batchTwins = undefined;
      lab.gpu.sliceEvents = undefined;
    });
    expect(proof(cut)).toEqual(proof(whole));
  });

  test.each([1, 5, 48])('in spans of %i twins on two threads', async (span) => {
    lab.spanTwins = span;
    const cut = await lab.run({ scene: text, engine: 'cpu' }).finally(() => {
      lab.spanTwins = undefined;
    });
    expect(proof(cut)).toEqual(proof(whole));
  });

  test('when the device is lost in the middle', async () => {
    lab.gpu.sliceEvents = 20;
    let lost = 0;
    const survived = await lab
      .run({ scene: text, engine: 'gpu' }, ({ fraction }) => {
        if (lost === 0 && fraction > 0.2) {
          lost++;
          lab.gpu.loseDevice();
        }
      })
      .finally(() => {
        lab.gpu.sliceEvents = undefined;
      });
    expect(lost).toBe(1);
    expect(proof(survived)).toEqual(proof(whole));
  });

  test('after a pause', async () => {
    lab.gpu.sliceEvents = 20;
    let paused = 0;
    const resumed = await lab
      .run({ scene: text, engine: 'gpu' }, () => {
        if (paused > 0) return;
        paused = performance.now();
        lab.pause();
        setTimeout(() => lab.resume(), 300);
      })
      .finally(() => {
        lab.gpu.sliceEvents = undefined;
      });
    expect(performance.now() - paused).toBeGreaterThanOrEqual(295);
    expect(proof(resumed)).toEqual(proof(whole));
  });

  test('but for another seed', async () => {
    const other = await lab.run({ scene: text, engine: 'cpu', seed: 6 });
    expect(other.digest).not.toBe(whole.digest);
  });
});

describe.each(['cpu', 'gpu'] as const)('cancel on the %s engine', (engine) => {
  test('acts within 200 ms and keeps what there is', async () => {
    const long = JSON.stringify({ ...scene, run: { warmup: '2 h', horizon: '30 d', replications: 100_000, seed: 5 } });
    let asked = 0;
    const summary = await lab.run({ scene: long, engine, watched: true }, ({ seconds }) => {
      if (asked === 0 && seconds > 1) {
        asked = performance.now();
        lab.cancel();
      }
    });
    expect(performance.now() - asked).toBeLessThan(200);
    expect(summary.finished).toBeLessThan(100_000);
  });
});

test('a GPU engine that was asked for and is not there is an error in words', async () => {
  const without = new Lab({ gpu: undefined, spawn: () => new Twins(), threads: 1 });
  const report = await without.open();
  expect(report).toMatchObject({ engine: 'cpu', reason: 'no GPU engine: this browser has no WebGPU' });
  await expect(without.run({ scene: text, engine: 'gpu' })).rejects.toThrow('The GPU engine cannot run: this browser has no WebGPU.');
});

test('a driver that never answers is not waited for', async () => {
  vi.useFakeTimers();
  try {
    const silent = { requestAdapter: () => new Promise(() => undefined) } as unknown as GPU;
    const opening = new Lab({ gpu: silent, spawn: () => new Twins(), threads: 1 }).open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await opening).toMatchObject({ engine: 'cpu', reason: 'no GPU engine: the browser has not given a GPU within 10 seconds' });
  } finally {
    vi.useRealTimers();
  }
});
