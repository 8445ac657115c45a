/** Twins that end badly say so, by name. Those that broke off are left out of the averages; a deadlock has run its time and counts. */
import { expect, test } from 'vitest';
import { type SceneFile, simulate } from './simulate.ts';

/** Parts that come faster than they can be worked off, and room for a hundred of them. */
const OVERFLOW: SceneFile = {
  millwright: 1,
  time: { unit: 'min' },
  products: { part: {} },
  sources: { rush: { interarrival: { exponential: { mean: 1 } } } },
  buffers: { pile: {} },
  stations: { slow: { processing: 2 } },
  sinks: { out: {} },
  links: [
    { from: 'rush', to: 'pile' },
    { from: 'pile', to: 'slow' },
    { from: 'slow', to: 'out' },
  ],
  run: { horizon: 10_000, maxParts: 100 },
};

/**
 * Some parts go from the mill to the bench and back. With finite room on both ways the mill can hold a part that wants to the bench, the bench
 * one that wants to the mill, and everything between them is full.
 */
function reworkLoop(reworkWeight: number): SceneFile {
  return {
    millwright: 1,
    time: { unit: 'min' },
    products: {
      part: {
        routing: [
          {
            name: 'mill',
            station: 'mill',
            next: [
              { step: 'done', weight: 1 },
              { step: 'rework', weight: reworkWeight },
            ],
          },
          { name: 'rework', station: 'bench', next: 'mill' },
        ],
      },
    },
    sources: { infeed: { saturated: true } },
    buffers: { 'to mill': { capacity: 2 }, 'to bench': { capacity: 2 } },
    stations: { mill: { processing: { exponential: { mean: 1 } } }, bench: { processing: { exponential: { mean: 1 } } } },
    sinks: { out: {} },
    links: [
      { from: 'to mill', to: 'mill' },
      { from: 'to bench', to: 'bench' },
    ],
    run: { horizon: 1000 },
  };
}

/** A source that never runs dry before a station that takes no time: the clock never moves. */
const LIVELOCK: SceneFile = {
  millwright: 1,
  products: { part: {} },
  sources: { flood: { saturated: true } },
  stations: { ghost: { processing: 0 } },
  sinks: { out: {} },
  links: [
    { from: 'flood', to: 'ghost' },
    { from: 'ghost', to: 'out' },
  ],
  run: { horizon: 100 },
};

const TWINS = 200;

test('overflow names the element that made a part too many', async () => {
  expect((await simulate(OVERFLOW, TWINS)).status).toEqual({ 'overflow at rush': 200 });
});

test('livelock names an element that goes round', async () => {
  const [[status, count]] = Object.entries((await simulate(LIVELOCK, TWINS)).status);
  expect(status).toMatch(/^livelock at (flood|ghost)$/);
  expect(count).toBe(200);
});

test('deadlock names an element of the ring', async () => {
  const [[status, count]] = Object.entries((await simulate(reworkLoop(1), TWINS)).status);
  expect(status).toMatch(/^deadlock at (mill|bench|to mill|to bench)$/);
  expect(count).toBe(200);
});

test('twins that overflow are counted and left out of the averages', async () => {
  const scene = structuredClone(OVERFLOW);
  scene.stations = { slow: { processing: { exponential: { mean: 0.9 } } } };
  scene.run = { horizon: 1000, maxParts: 40 };
  const { status, metrics } = await simulate(scene, TWINS);
  const { done, 'overflow at rush': overflow } = status;
  expect(done).toBeGreaterThan(20);
  expect(overflow).toBeGreaterThan(20);
  expect(done + overflow).toBe(200);
  expect(metrics['total.throughput'].n).toBe(done);
});

test('twins in deadlock are counted, and their silence counts in the averages', async () => {
  const { status, metrics } = await simulate(reworkLoop(0.12), TWINS);
  const { done, ...others } = status;
  const [[deadlock, count]] = Object.entries(others);
  expect(deadlock).toMatch(/^deadlock at (mill|bench|to mill|to bench)$/);
  expect(done).toBeGreaterThan(20);
  expect(count).toBeGreaterThan(20);
  expect(done + count).toBe(200);
  expect(metrics['total.throughput'].n).toBe(200);
  // A mill that never locks makes nearly a part a minute.
  expect(metrics['mill.throughput'].mean).toBeLessThan(0.9);
});

test('with an endless shelf on one way the loop cannot lock', async () => {
  const scene = reworkLoop(0.12);
  scene.buffers = { 'to mill': { capacity: 2 }, 'to bench': {} };
  expect((await simulate(scene, TWINS)).status).toEqual({ done: 200 });
});
