/** The order of the wall on a device (Dawn), against sorting in plain TypeScript; and its camera, against plain arithmetic. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GLANCE, GLANCE_METRICS, glanceLayout } from '../../src/engine/glance.ts';
import { WallCamera } from '../../src/view/wall/wall-camera.ts';
import { WallOrder } from '../../src/view/wall/wall-order.ts';
import {
  decodeTold,
  encodeWall,
  type Frame,
  type Showing,
  SHOWING,
  TILE_WORDS,
  TOLD_WORDS,
  type WallTold,
} from '../../src/view/wall/words.ts';
import { openDevice } from '../gpu.ts';
import { GEARBOX, planOf } from './plant.ts';
import { noise } from './wall-glances.ts';

const plan = planOf(GEARBOX);
const layout = glanceLayout(plan);
const COLUMNS = 40;
let device: GPUDevice;
let order: WallOrder;

beforeAll(async () => {
  device = await openDevice();
  order = new WallOrder(device);
});
afterAll(() => {
  order?.dispose();
  device?.destroy();
});

interface Twin {
  status: number;
  throughput: number;
  wip: number;
}

/** Twins with many equal figures, some without one, zeros of both signs, and the ends of what an f32 holds. */
function twinsOf(count: number, seed: number): Twin[] {
  const odd = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e-40, 1e-40, 3.4e38, -3.4e38];
  return Array.from({ length: count }, (_, i) => {
    const u = noise(i, seed);
    const throughput = u < 0.1 ? odd[i % odd.length]! : u < 0.5 ? Math.floor(u * 30) - 8 : (u - 0.7) * 1000;
    return { status: Math.floor(noise(i, seed + 1) * 4), throughput: Math.fround(throughput), wip: Math.fround(noise(i, seed + 2)) };
  });
}

async function arranged(
  twins: Twin[],
  change: Partial<Showing>,
  ofEnded = false,
): Promise<{ ranks: number[]; places: number[][]; told: WallTold }> {
  const count = twins.length;
  const words = new Uint32Array(layout.words * count);
  const floats = new Float32Array(words.buffer);
  twins.forEach((twin, i) => {
    words[GLANCE.status * count + i] = twin.status;
    GLANCE_METRICS.forEach((metric, m) => {
      floats[(GLANCE.metrics + m) * count + i] = metric === 'throughput' ? twin.throughput : metric === 'wip' ? twin.wip : Number.NaN;
    });
  });
  const { COPY_DST, MAP_READ, STORAGE } = GPUBufferUsage;
  const glances = device.createBuffer({ size: words.byteLength, usage: STORAGE | COPY_DST });
  device.queue.writeBuffer(glances, 0, words);
  order.show(glances, count);
  const frame: Frame = {
    viewport: [100, 100],
    origin: [0, 0],
    scale: 1,
    depth: 1,
    ratio: 1,
    glide: 1,
    columns: COLUMNS,
    twins: count,
    fresh: true,
    first: [0, 0],
    across: 1,
    items: 1,
    firstItem: 0,
    hovered: count - 1,
    cursor: undefined,
    header: 0,
    ofEnded,
    glyph: [1, 1],
  };
  device.queue.writeBuffer(order.wall, 0, encodeWall(frame, { ...SHOWING, ...change }, { plan, replications: count, end: 100 }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  order.arrange(pass, { ...SHOWING, ...change }, ofEnded);
  order.tell(pass);
  pass.end();
  const sizes = [count * 4, count * TILE_WORDS * 4, TOLD_WORDS * 4];
  const copies = sizes.map((size) => device.createBuffer({ size, usage: MAP_READ | COPY_DST }));
  [order.order, order.tiles, order.told].forEach((from, i) => encoder.copyBufferToBuffer(from, 0, copies[i]!, 0, sizes[i]!));
  device.queue.submit([encoder.finish()]);
  const [ranks, tiles, told] = await Promise.all(
    copies.map(async (copy) => {
      await copy.mapAsync(GPUMapMode.READ);
      return copy.getMappedRange().slice(0);
    }),
  );
  for (const buffer of [glances, ...copies]) buffer.destroy();
  const place = new Float32Array(tiles!);
  return {
    ranks: [...new Uint32Array(ranks!)],
    places: twins.map((_, i) => [...place.subarray(i * TILE_WORDS, i * TILE_WORDS + 4)]),
    told: decodeTold(new Uint32Array(told!)),
  };
}

/** What the sentences about the order say, once more: by the figure, equal ones by their number, not defined last, then not begun, then hidden. */
function expected(
  twins: Twin[],
  figure: (twin: Twin) => number,
  descending: boolean,
  passes: (twin: Twin) => boolean = () => true,
): number[] {
  const rank = (twin: Twin) => (!passes(twin) ? 3 : twin.status === 0 ? 2 : Number.isNaN(figure(twin)) ? 1 : 0);
  return twins
    .map((twin, i) => ({ twin, i }))
    .sort((a, b) => {
      const [ra, rb] = [rank(a.twin), rank(b.twin)];
      if (ra !== rb) return ra - rb;
      const [x, y] = [figure(a.twin), figure(b.twin)];
      if (ra === 0 && x !== y) return x < y !== descending ? -1 : 1;
      return a.i - b.i;
    })
    .map(({ i }) => i);
}

it.each([1, 37, 512, 513, 1000, 3001, 16_384])('orders %i twins as a stable sort does', async (count) => {
  const twins = twinsOf(count, count);
  const up = await arranged(twins, { sortBy: 'throughput' });
  expect(up.ranks).toEqual(expected(twins, ({ throughput }) => throughput, false));
  const down = await arranged(twins, { sortBy: 'throughput', descending: true, colourBy: 'wip' });
  expect(down.ranks).toEqual(expected(twins, ({ throughput }) => throughput, true));
  down.ranks.forEach((twin, rank) => {
    const place = [rank % COLUMNS, Math.floor(rank / COLUMNS)];
    expect(down.places[twin]).toEqual([...place, ...place]);
  });
});

it('reads the scale off the 1st and the 99th percentile, counts, and tells the twin that is pointed at', async () => {
  const twins = twinsOf(3001, 5).map((twin, i) => ({ ...twin, throughput: i % 50 === 0 ? Number.NaN : twin.wip * 10 }));
  const { told, ranks } = await arranged(twins, { colourBy: 'throughput', statuses: ['running', 'done'] });
  const values = twins
    .flatMap(({ status, throughput }) => (status === 0 || Number.isNaN(throughput) ? [] : [Math.fround(throughput)]))
    .sort((a, b) => a - b);
  const last = values.length - 1;
  expect(told.scale).toEqual({
    defined: values.length,
    low: values[Math.round(0.01 * last)],
    high: values[Math.round(0.99 * last)],
    least: values[0],
    median: values[Math.floor(last / 2)],
    most: values[last],
  });
  const shown = twins.filter(({ status }) => status === 1 || status === 2);
  const figures = shown.map(({ throughput }) => throughput).filter((value) => !Number.isNaN(value));
  expect([told.shown.twins, told.shown.defined]).toEqual([shown.length, figures.length]);
  expect(told.shown.mean).toBeCloseTo(figures.reduce((sum, value) => sum + value, 0) / figures.length, 4);
  const counted = [0, 1, 2, 3].map((status) => twins.filter((twin) => twin.status === status).length);
  expect(Object.values(told.statuses)).toEqual(counted);
  expect(told.metrics).toEqual(['throughput', 'wip']);
  expect(told.hovered).toMatchObject({ rank: 3000, twin: ranks[3000] });
  expect(told.cursor).toBeUndefined();
});

it('takes the scale from twins that have ended where it is told to; those that run keep their places among all', async () => {
  // Early in their runs twins show anything; those that have ended are close to each other.
  const twins = twinsOf(1000, 13).map(({ status, wip }) => ({
    status,
    wip,
    throughput: Math.fround(status === 1 ? 500 * wip : 200 + wip),
  }));
  for (const change of [{ sortBy: 'throughput' }, { sortBy: 'number' }, { sortBy: 'throughput', descending: true }] as const) {
    const { told, ranks } = await arranged(twins, { colourBy: 'throughput', ...change }, true);
    const values = twins.flatMap(({ status, throughput }) => (status >= 2 ? [throughput] : [])).sort((a, b) => a - b);
    expect(told.scale).toMatchObject({ defined: values.length, least: values[0], most: values.at(-1) });
    const all = expected(twins, ({ throughput }) => throughput, change.sortBy === 'throughput' && 'descending' in change);
    expect(ranks).toEqual(change.sortBy === 'number' ? twins.map((_, i) => i) : all);
  }
  expect((await arranged(twins, { colourBy: 'throughput' })).told.scale.high).toBeGreaterThan(400);
});

it('hides what lies outside the bounds behind all others', async () => {
  const twins = twinsOf(1000, 9).map((twin) => ({ ...twin, status: twin.status === 0 ? 0 : 2, throughput: twin.wip }));
  const { told, ranks } = await arranged(twins, { sortBy: 'throughput', low: 0.25, high: 0.75, hides: true });
  const { low, high } = told.scale;
  const within = ({ status, wip }: Twin) => status !== 0 && wip >= low + 0.25 * (high - low) && wip <= low + 0.75 * (high - low);
  const count = twins.filter(within).length;
  expect(count).toBeGreaterThan(200);
  expect(told.shown.twins).toBe(count);
  expect(ranks.slice(0, count)).toEqual(expected(twins, ({ wip }) => wip, false, within).slice(0, count));
});

it('keeps the point under the pointer, fits the wall, and comes back', () => {
  const camera = new WallCamera();
  camera.resize(600, 400, 2);
  camera.over(40, 20, 0.5);
  camera.fit(true);
  // The whole wall is on the screen, and touches its edge but for the free room.
  const [[left, top], [right, bottom]] = [camera.screenAt(0, 0), camera.screenAt(40, 20)];
  expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
  expect(right).toBeLessThanOrEqual(1200);
  expect(bottom).toBeLessThanOrEqual(800);
  expect(Math.max((right - left) / 1200, (bottom - top) / 800)).toBeCloseTo(0.96, 6);
  const before = camera.wallAt(300, 250);
  camera.zoom(3, 300, 250);
  const after = camera.wallAt(300, 250);
  expect(after[0]).toBeCloseTo(before[0], 9);
  expect(after[1]).toBeCloseTo(before[1], 9);
  const pose = camera.destination;
  camera.go(camera.fitting(3, 2, 1, 0.5));
  for (let i = 0; i < 100 && camera.step(0.02); i++);
  expect(camera.screenAt(3.5, 2.25)).toEqual([600, 400]);
  camera.go(pose, true);
  expect(camera.destination).toEqual(pose);
});
