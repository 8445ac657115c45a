// oxlint-disable unicorn/no-thenable -- `then` is the format's word
/** The vocabulary of production: what is read as what. Expectations follow docs/scene-format.md, by hand. */
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import type { Product, Scene, Station } from '../../../src/scene/scene.ts';
import { firstStepAfter, nextSteps, transferBetween, waysOf } from '../../../src/scene/ways.ts';
import type { Loose } from './example.ts';
import { workshop } from './workshop.ts';

const MIN = 6000; // ticks of 10 ms

function accepted(scene: Loose): Scene {
  const result = read(JSON.stringify(scene));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scene;
}

function named<T extends { name: string }>(list: T[], name: string): T {
  const found = list.find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/** The workshop, changed and read. */
function changed(change: (scene: Loose) => void): Scene {
  const scene = workshop();
  change(scene);
  return accepted(scene);
}

const shop = accepted(workshop());
const station = (name: string): Station => named(shop.stations, name);
const product = (name: string): Product => named(shop.products, name);

describe('what is read', () => {
  test('a plain scene has every default', () => {
    const plain = accepted({
      millwright: 1,
      products: { gear: {} },
      sources: { in: { interarrival: 1 } },
      stations: { press: { processing: 1 } },
      sinks: { out: {} },
      links: [
        { from: 'in', to: 'press' },
        { from: 'press', to: 'out' },
      ],
      run: { horizon: 10 },
    });
    expect(plain).toMatchObject({ conveyors: [], people: [], calendars: [], limits: [], transfers: [] });
    expect(plain.products[0]).toMatchObject({ priority: 0, due: undefined, size: 1, family: 'gear' });
    expect(plain.sources[0]).toMatchObject({ batch: undefined, rate: undefined, orders: undefined });
    expect(plain.stations[0]).toEqual({
      name: 'press',
      position: undefined,
      servers: 1,
      processing: { kind: 'constant', value: 1000 },
      per: 'part',
      loading: undefined,
      unloading: undefined,
      batch: undefined,
      assembly: undefined,
      disassembly: [],
      setup: undefined,
      dispatch: [],
      preemptive: false,
      quality: [],
      failures: [],
      maintenance: [],
      wear: undefined,
      people: { setup: undefined, loading: undefined, processing: undefined, unloading: undefined },
      shifts: undefined,
      onShiftEnd: 'finish',
    });
  });

  test('products: priority, due date, pieces, set-up family', () => {
    expect(product('frame')).toMatchObject({ priority: 2, family: 'steel', due: { kind: 'uniform', min: 1440 * MIN, max: 4320 * MIN } });
    expect(product('box')).toMatchObject({ size: 25, family: 'box', due: undefined });
  });

  test('steps: alternatives each with its time, sampling, batches, cascading, queue-time limits, rework', () => {
    const [cut, measure, coat, wash, join] = product('frame').routing ?? [];
    expect(cut).toMatchObject({
      station: '',
      rule: 'shortest queue',
      family: 'sheet',
      alternatives: [
        { station: 'laser', processing: { kind: 'constant', value: 2 * MIN } },
        { station: 'saw', processing: { kind: 'gamma', shape: 4, scale: MIN } },
      ],
      quality: { yield: 0.95, inspects: false, share: 1, detects: 1, onDefect: { step: 0, element: undefined, limit: 2, then: 'scrap' } },
    });
    expect(measure).toMatchObject({ share: 0.25, per: 'part', quality: undefined });
    expect(coat).toMatchObject({ batch: { min: 2, max: 4 }, within: { since: 0, limit: 120 * MIN } });
    expect(wash).toMatchObject({ interval: { kind: 'constant', value: MIN }, processing: { kind: 'constant', value: 10 * MIN } });
    expect(join).toMatchObject({ processing: undefined, alternatives: [], rule: undefined, within: undefined });
  });

  test('arrivals: batches, a rate by periods, orders as CSV', () => {
    expect(named(shop.sources, 'steel')).toMatchObject({
      batch: { kind: 'discrete', values: [1, 3], weights: [3, 1] },
      rate: {
        cycle: 1440 * MIN,
        periods: [
          { from: 0, factor: 0.5 },
          { from: 480 * MIN, factor: 1.5 },
          { from: 960 * MIN, factor: 0 },
        ],
      },
    });
    expect(named(shop.sources, 'purchasing')).toMatchObject({
      mix: [{ product: 'box', weight: 1 }],
      interarrival: undefined,
      orders: [
        { product: 'box', quantity: 3, release: 0, due: 2880 * MIN, priority: 5 },
        { product: 'box', quantity: 1, release: 90 * MIN, due: undefined, priority: 0 },
      ],
    });
  });

  test('orders: list and CSV mean the same, by release, stable; with semicolons, quotes and Windows line ends too', () => {
    const orders = [
      { product: 'box', release: '2 h' },
      { product: 'frame', quantity: 2, release: 30 },
      { product: 'box', release: '0.5 h', priority: -3 },
    ];
    const sorted = [
      { product: 'frame', quantity: 2, release: 30 * MIN, due: undefined, priority: 2 },
      { product: 'box', quantity: 1, release: 30 * MIN, due: undefined, priority: -3 },
      { product: 'box', quantity: 1, release: 120 * MIN, due: undefined, priority: 0 },
    ];
    const csv = 'release;"product";quantity;priority\r\n2 h;box;;\r\n\r\n30;"frame";2;\r\n0.5 h;box;1;-3\r\n';
    for (const text of [orders, csv]) {
      const scene = changed((s) => {
        s.sources.purchasing.orders = text;
        s.links[4].products = ['box'];
      });
      expect(named(scene.sources, 'purchasing').orders).toEqual(sorted);
      expect(named(scene.sources, 'purchasing').mix).toEqual([
        { product: 'box', weight: 0.5 },
        { product: 'frame', weight: 0.5 },
      ]);
    }
  });

  test('what lies in buffers at the start, with its step', () => {
    expect(named(shop.buffers, 'yard').initial).toEqual([{ product: 'frame', count: 3, step: 2 }]);
    expect(named(shop.buffers, 'empties').initial).toEqual([{ product: 'pallet', count: 4, step: 0 }]);
    expect(named(shop.buffers, 'parts').initial).toEqual([]);
  });

  test('a closed loop needs neither source nor sink, and its routing no end', () => {
    const ring = {
      millwright: 1,
      products: {
        pallet: {
          routing: [
            { station: 'a', name: 'first' },
            { station: 'b', next: 'first' },
          ],
        },
      },
      buffers: { rest: { initial: { pallet: 5 } } },
      stations: { a: { processing: 1 }, b: { processing: 2 } },
      links: [{ from: 'rest', to: 'a' }],
      run: { horizon: 100 },
    };
    const scene = accepted(ring);
    expect([scene.sources, scene.sinks]).toEqual([[], []]);
    expect(waysOf(scene).exits(scene.products[0] as Product, 'b', 0)).toEqual({ rule: 'fixed', to: ['rest'] });
  });

  test('stations: unlimited, batches, loading, time for each piece', () => {
    expect(station('gauge').servers).toBe(Infinity);
    expect(station('oven')).toMatchObject({
      per: 'part',
      batch: { min: 2, max: 6, wait: 60 * MIN, same: 'family' },
      loading: { kind: 'constant', value: MIN },
      unloading: { kind: 'constant', value: MIN / 2 },
      shifts: 'two shifts',
      onShiftEnd: 'finish',
    });
    expect(station('unpacking').per).toBe('piece');
  });

  test('a batch has what its parts have in common: the step with a routing, the product without', () => {
    const scene = changed((s) => {
      s.stations.oven.batch = { max: 3 };
      s.stations.shuttle.batch = { max: 2 };
    });
    expect(named(scene.stations, 'oven').batch).toEqual({ min: 1, max: 3, wait: 0, same: 'step' });
    expect(named(scene.stations, 'shuttle').batch).toEqual({ min: 1, max: 2, wait: 0, same: 'product' });
  });

  test('assembly and disassembly', () => {
    expect(station('bench').assembly).toEqual({
      inputs: [
        { product: 'frame', count: 1 },
        { product: 'screw', count: 8 },
      ],
      makes: 'lamp',
    });
    expect(station('unpacking').disassembly).toEqual([{ product: 'box', into: [{ product: 'screw', count: 25 }] }]);
  });

  test('what is made at a station goes on after its first step, where that is done there', () => {
    expect(firstStepAfter(product('lamp'), shop, 'bench')).toBe(0);
    expect(firstStepAfter(product('lamp'), shop, 'inspection')).toBe(-1);
    expect(firstStepAfter(product('frame'), shop, 'saw')).toBe(0);
  });

  test('set-ups: families are those that come, with every pair of them', () => {
    expect(station('laser').setup).toEqual({
      families: ['sheet'],
      times: [],
      first: { kind: 'constant', value: MIN },
      initial: undefined,
      minimumRun: 3,
    });
    expect(station('inspection').setup).toEqual({ families: ['lamp'], times: [], first: undefined, initial: 'lamp', minimumRun: 1 });
    const two = changed((s) => {
      s.products.panel = { family: 'wood', routing: [{ station: 'laser', processing: 1 }] };
      s.sources.wood = { product: 'panel', interarrival: 50 };
      s.stations.laser.setup = {
        matrix: { sheet: { wood: '3 min' }, wood: { sheet: { exponential: { mean: 7 } }, steel: 1 } },
        initial: 'wood',
      };
    });
    expect(named(two.stations, 'laser').setup).toMatchObject({
      families: ['sheet', 'wood'],
      times: [
        { from: 'sheet', to: 'wood', time: { kind: 'constant', value: 3 * MIN } },
        { from: 'wood', to: 'sheet', time: { kind: 'exponential', mean: 7 * MIN } },
      ],
      initial: 'wood',
    });
  });

  test('dispatch: rules and expressions as programs', () => {
    expect(station('laser').dispatch).toMatchObject([{ rule: 'earliest due date', program: { type: 'time' } }]);
    expect(station('saw').dispatch).toMatchObject([
      { rule: 'priority', program: { type: 'number' } },
      { rule: 'due - now - remainingWork', program: { type: 'time' } },
    ]);
    expect(station('saw').preemptive).toBe(true);
  });

  test('quality: yields by product, inspections', () => {
    const passes = { inspects: false, share: 1, detects: 1, onDefect: 'pass' };
    expect(station('tunnel').quality).toEqual([
      { product: 'frame', quality: { yield: 0.99, ...passes } },
      { product: undefined, quality: { yield: 1, ...passes } },
    ]);
    expect(station('inspection').quality[0]).toEqual({
      product: 'lamp',
      quality: { yield: 0.98, inspects: true, share: 0.5, detects: 0.9, onDefect: { step: 1, element: undefined, limit: 3, then: 'pass' } },
    });
  });

  test('rework of products without a routing goes to an element; without a limit there is none', () => {
    const scene = changed((s) => Object.assign(s.stations.shuttle, { yield: 0.9, onDefect: { rework: 'empties' } }));
    expect(named(scene.stations, 'shuttle').quality).toEqual([
      {
        product: undefined,
        quality: {
          yield: 0.9,
          inspects: false,
          share: 1,
          detects: 1,
          onDefect: { step: undefined, element: 'empties', limit: 2 ** 31 - 1, then: 'scrap' },
        },
      },
    ]);
  });

  test('failures and maintenance: names, crews, clocks that begin anew', () => {
    const { failures, maintenance } = station('tunnel');
    expect(failures).toMatchObject([
      { name: 'jam', clock: 'operating', renews: ['service'], people: { skills: [{ skill: 'fitter', count: 1 }], priority: 0 } },
      { name: 'failure 2', clock: 'parts', timeToFailure: { kind: 'constant', value: 500 }, renews: [], people: undefined },
    ]);
    expect(maintenance).toMatchObject([
      {
        name: 'service',
        clock: 'calendar',
        interval: { kind: 'constant', value: 7 * 1440 * MIN },
        interrupts: true,
        early: 240 * MIN,
        renews: ['jam', 'failure 2', 'new belt', 'belt torn'],
        resetsWear: true,
        people: {
          skills: [
            { skill: 'fitter', count: 1 },
            { skill: 'operator', count: 1 },
          ],
          priority: 3,
        },
      },
      { name: 'new belt', clock: undefined, interval: undefined, interrupts: false, early: 0 },
    ]);
  });

  test('wear in thousandths: a Wiener increment is a normal that is never negative, less an offset', () => {
    const { wear } = station('tunnel');
    expect(wear).toMatchObject({
      per: { operating: 60 * MIN },
      failAt: 5000,
      maintainAt: 4000,
      maintenance: 'new belt',
      failure: { name: 'belt torn', interruptedJob: 'restart', repair: { kind: 'constant', value: 1440 * MIN } },
      scrap: 0.001,
      failureRate: 0.1,
    });
    const { increment, offset = 0, noise, noiseOffset } = wear ?? {};
    if (increment?.kind !== 'normal' || noise?.kind !== 'normal') throw new Error('not normal');
    expect([increment.mean - offset, increment.sd]).toEqual([20, 50]);
    expect(increment.mean / increment.sd).toBeGreaterThan(5.9);
    expect([noise.mean - (noiseOffset ?? 0), noise.sd]).toEqual([0, 100]);
    const gamma = changed((s) => (s.stations.tunnel.wear.increment = { gamma: { mean: 0.4, cv: 0.5 } }));
    expect(named(gamma.stations, 'tunnel').wear).toMatchObject({ increment: { kind: 'gamma', shape: 4, scale: 100 }, offset: 0 });
  });

  test('people, shifts and calendars', () => {
    expect(shop.people).toEqual([
      {
        name: 'maintenance',
        skills: ['fitter', 'operator'],
        count: 3,
        shifts: [
          { calendar: 'two shifts', count: 2 },
          { calendar: 'night', count: 1 },
        ],
        onShiftEnd: 'hand over',
        speed: 1.2,
        home: [3, 4],
      },
      {
        name: 'operator',
        skills: ['operator'],
        count: 3,
        shifts: [{ calendar: 'two shifts', count: 3 }],
        onShiftEnd: 'finish',
        speed: undefined,
        home: undefined,
      },
    ]);
    expect(named(shop.calendars, 'two shifts')).toMatchObject({
      cycle: 7 * 1440 * MIN,
      closed: [{ from: 7 * 1440 * MIN, to: 8 * 1440 * MIN }],
    });
    expect(named(shop.calendars, 'two shifts').open).toHaveLength(5);
    expect(station('oven').people).toMatchObject({
      loading: { skills: [{ skill: 'operator', count: 1 }] },
      unloading: { skills: [{ skill: 'operator', count: 2 }] },
      processing: undefined,
    });
  });

  test('intervals of a calendar are sorted, and those that touch are one', () => {
    const scene = changed((s) => {
      s.calendars.night.open = [
        { from: '22 h', to: '1 d' },
        { from: '2 h', to: '6 h' },
        { from: 0, to: '2 h' },
        { from: '5 h', to: '5.5 h' },
      ];
    });
    expect(named(scene.calendars, 'night').open).toEqual([
      { from: 0, to: 360 * MIN },
      { from: 1320 * MIN, to: 1440 * MIN },
    ]);
  });

  test('conveyors: room and times follow from length, speed and pitch', () => {
    expect(shop.conveyors).toEqual([
      {
        name: 'belt',
        position: [6, 0],
        from: [0, 0],
        to: [12, 0],
        length: 12,
        speed: 0.5,
        pitch: 0.6,
        accumulating: false,
        capacity: 15,
        travel: 2400, // 24 s
        spacing: 120, // 1.2 s
      },
    ]);
    const plain = changed((s) => (s.conveyors.belt = { length: 12, speed: 0.5, pitch: 0.6 }));
    expect(plain.conveyors[0]).toMatchObject({ accumulating: true, capacity: 20 });
  });

  test('a conveyor stands between stations as a buffer does', () => {
    expect(waysOf(shop).exits(product('frame'), 'oven', 3)).toEqual({ rule: 'fixed', to: ['belt'] });
    expect(waysOf(shop).exits(product('frame'), 'belt', 3)).toEqual({ rule: 'fixed', to: ['tunnel'] });
  });

  test('alternatives are the targets of a step, by its rule', () => {
    const scene = changed((s) => {
      s.links.shift();
      s.stations.saw.preemptive = false;
    });
    expect(waysOf(scene).exits(named(scene.products, 'frame'), 'steel', 0)).toEqual({ rule: 'shortest queue', to: ['laser', 'saw'] });
  });

  test('steps that are sampled are passed over with the rest', () => {
    expect(nextSteps(product('frame'), 0)).toEqual([
      { step: 1, weight: 0.25 },
      { step: 2, weight: 0.75 },
    ]);
    expect(nextSteps(product('frame'), -1)).toEqual([{ step: 0, weight: 1 }]);
    const two = changed((s) => (s.products.frame.routing[2].share = 0.5));
    expect(nextSteps(named(two.products, 'frame'), 0)).toEqual([
      { step: 1, weight: 0.25 },
      { step: 2, weight: 0.375 },
      { step: 3, weight: 0.375 },
    ]);
  });

  test('transfers: the most specific entry, and none from a buffer into the station it feeds unless one is named', () => {
    const [anywhere, oven] = shop.transfers;
    expect(transferBetween(shop, 'oven', 'belt')).toBe(oven);
    expect(transferBetween(shop, 'oven', 'bench')).toBe(anywhere);
    expect(transferBetween(shop, 'sheets', 'saw')).toBeUndefined();
    const more = changed((s) => s.transfers.push({ from: 'sheets', to: '*', time: 5 }, { from: '*', to: 'saw', time: 6 }));
    expect(transferBetween(more, 'sheets', 'saw')).toBe(more.transfers[2]);
    expect(transferBetween(more, 'sheets', 'laser')).toBe(more.transfers[2]);
    expect(transferBetween(more, 'oven', 'saw')).toBe(more.transfers[3]);
  });

  test('limits', () => {
    expect(shop.limits).toEqual([
      { name: 'loop', kind: 'CONWIP', elements: ['laser', 'saw', 'sheets'], cards: 12, demand: undefined },
      { name: 'stock', kind: 'base stock', elements: ['bench', 'parts'], cards: 20, demand: 'purchasing' },
    ]);
  });
});
