/** Shop plants as tables: expectations are worked out by hand from docs/scene-format.md and the meaning of the words, never from the compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verdict } from '../../../src/engine/inspect.ts';
import { Readout } from '../../../src/engine/readout.ts';
import { ReferenceEngine } from '../../../src/engine/reference.ts';
import { streamHash } from '../../../src/random.ts';
import { compile } from '../../../src/scene/compile.ts';
import type { Plant } from '../../../src/scene/plant.ts';
import { read } from '../../../src/scene/read.ts';
import { openings, rates } from '../../../src/scene/shop-calendars.ts';
import * as shop from '../../../src/stations/shop-words.ts';
import * as words from '../../../src/stations/words.ts';
import { workshop } from './workshop.ts';

const MIN = 6000; // ticks of 10 ms
const H = 60 * MIN;
const DAY = 24 * H;
const NIL = words.NIL;

function plantOf(scene: object, options?: { shop: boolean }): Plant {
  const result = read(JSON.stringify(scene));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return compile(result.scene, options);
}

/** A line of one station with what a test adds, in minutes. */
function line(changes: Record<string, object>): object {
  return {
    millwright: 1,
    time: { unit: 'min', resolution: '10 ms' },
    products: { part: {} },
    sources: { in: { interarrival: 5 } },
    buffers: { store: {} },
    stations: { mill: { processing: 4 } },
    sinks: { out: {} },
    links: [
      { from: 'in', to: 'store' },
      { from: 'store', to: 'mill' },
      { from: 'mill', to: 'out' },
    ],
    run: { horizon: '10 h' },
    ...changes,
  };
}

const at = (plant: Plant, word: number): number => plant.tables[word] as number;
function node(plant: Plant, name: string): number {
  const found = plant.nodes.find((each) => each.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return plant.at.node + found.index * words.NODE_WORDS;
}
const station = (plant: Plant, name: string): number => at(plant, node(plant, name) + shop.NODE_MORE);
const slotKinds = (plant: Plant): number[] =>
  Array.from({ length: plant.counts.slots }, (_, slot) => at(plant, plant.at.slot + slot * words.SLOT_WORDS + words.SLOT_KIND));
/** Addresses of the legs of a product at a node. */
function legs(plant: Plant, name: string, product = 0): number[] {
  const { leg, choice } = plant.at;
  const found: number[] = [];
  for (let row = leg; row < choice; row += shop.SHOP_LEG_WORDS) {
    const isProduct = at(plant, row + words.LEG_PRODUCT) === plant.at.product + product * words.PRODUCT_WORDS;
    if (isProduct && at(plant, row + words.LEG_NODE) === node(plant, name)) found.push(row);
  }
  return found;
}

function figures(plant: Plant, seed = 7): { status: string; figures: Record<string, number> } {
  const engine = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  engine.runWhole(block, seed, 0);
  const readout = new Readout(plant);
  const out = new Float64Array(readout.metrics.length);
  readout.read(block, out);
  return {
    status: verdict(plant, block).status,
    figures: Object.fromEntries(readout.metrics.map(({ name }, i) => [name, out[i] as number])),
  };
}

describe('a plain plant as a shop plant', () => {
  const folder = new URL('../../../scenes/', import.meta.url);
  for (const file of readdirSync(folder).filter((name) => /^(m[1-4]|rework|two-lathes|shared-queue).*\.json$/.test(name))) {
    test(`${file}: both engines say the same`, () => {
      const whole = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { run: object };
      const scene = { ...whole, run: { ...whole.run, warmup: '2 h', horizon: '40 h' } };
      const plain = figures(plantOf(scene));
      const told = figures(plantOf(scene, { shop: true }));
      expect(told.status).toBe(plain.status);
      for (const [name, value] of Object.entries(plain.figures)) expect([name, told.figures[name]]).toEqual([name, value]);
    });
  }
});

describe('slots', () => {
  test('stand by name: servers with their modes, the batch, belts with exit and entry, ways; then calendars, the cut and the end', () => {
    const plant = plantOf(
      line({
        stations: {
          mill: {
            processing: 4,
            servers: 2,
            batch: { min: 1, max: 2, wait: 3 },
            shifts: 'day',
            failures: [{ clock: 'calendar', timeToFailure: 100, repair: 1 }],
            maintenance: [{ name: 'oil', every: { clock: 'parts', interval: 10 }, duration: 1 }],
          },
        },
        conveyors: { belt: { length: 10, speed: 1, pitch: 1 } },
        calendars: { day: { cycle: '1 d', open: [{ from: '8 h', to: '16 h' }] } },
        transfers: [{ from: 'mill', to: 'belt', time: 1 }],
        links: [
          { from: 'in', to: 'store' },
          { from: 'store', to: 'mill' },
          { from: 'mill', to: 'belt' },
          { from: 'belt', to: 'out' },
        ],
      }),
    );
    expect(plant.nodes.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'conveyor belt',
      'source in',
      'station mill',
      'transfer mill → belt',
      'sink out',
      'buffer store',
    ]);
    const server = [words.SLOT_KIND_FINISH, shop.SLOT_KIND_MODE, shop.SLOT_KIND_MODE];
    expect(slotKinds(plant)).toEqual([
      shop.SLOT_KIND_EXIT,
      shop.SLOT_KIND_ENTRY,
      words.SLOT_KIND_ARRIVAL,
      ...server,
      ...server,
      shop.SLOT_KIND_BATCH,
      shop.SLOT_KIND_EXIT,
      shop.SLOT_KIND_CALENDAR,
      words.SLOT_KIND_WARMUP,
      words.SLOT_KIND_END,
    ]);
    expect(at(plant, station(plant, 'mill') + shop.STATION_BATCH_SLOT)).toBe(9);
    // Parts are taken by batches, so those in the store may leave in any order.
    expect(at(plant, node(plant, 'mill') + shop.NODE_PLAIN)).toBe(0);
    expect(at(plant, node(plant, 'store') + shop.NODE_OPEN)).toBe(1);
    expect(at(plant, node(plant, 'belt') + shop.NODE_PLAIN)).toBe(1);
    // Before eight in the morning the station is closed.
    const block = plant.tables.subarray(plant.at.initial, plant.at.initial + plant.layout.words);
    const first = at(plant, at(plant, node(plant, 'mill') + words.NODE_FIRST_PLACE) + words.PLACE_OWN);
    expect([block[first + words.SERVER_STATE], block[first + shop.SERVER_CLOSED]]).toEqual([shop.STATE_OFF, 1]);
    expect(block[at(plant, node(plant, 'mill') + words.NODE_ROOM)]).toBe(0);
    expect(block[at(plant, node(plant, 'belt') + words.NODE_ROOM)]).toBe(1);
    expect(block[plant.layout.slot + 11]).toBe(8 * H);
  });

  test("a server's streams stand one after the other", () => {
    const plant = plantOf(workshop());
    const place = at(plant, node(plant, 'tunnel') + words.NODE_FIRST_PLACE);
    const first = at(plant, place + shop.PLACE_STREAMS);
    // Two failures, two kinds of maintenance, the torn belt, the steps of wear.
    expect(at(plant, station(plant, 'tunnel') + shop.STATION_MODE_COUNT)).toBe(6);
    const uses = [0, 1, 2, 3, 4, 5].flatMap((m) => [`failure ${m} 0`, `repair ${m} 0`]);
    [...uses, 'wear 0', 'sensor 0'].forEach((use, i) => {
      const row = first + i * words.STREAM_WORDS;
      expect([at(plant, row), at(plant, row + 1)]).toEqual([...streamHash('tunnel', use)]);
    });
  });
});

describe('calendars', () => {
  const calendar = (open: [number, number][], closed: [number, number][] = []) => ({
    name: 'c',
    cycle: DAY,
    open: open.map(([from, to]) => ({ from: from * H, to: to * H })),
    closed: closed.map(([from, to]) => ({ from: from * H, to: to * H })),
  });

  test('changes come once in a cycle, the last at its end', () => {
    expect(
      openings(
        [
          {
            calendar: calendar([
              [0, 6],
              [22, 24],
            ]),
            count: 1,
          },
        ],
        100 * DAY,
      ),
    ).toEqual({
      period: DAY,
      start: 1,
      changes: [
        { at: 6 * H, level: 0 },
        { at: 22 * H, level: 1 },
      ],
    });
    expect(openings([{ calendar: calendar([[0, 8]]), count: 3 }], DAY).changes).toEqual([
      { at: 8 * H, level: 0 },
      { at: 24 * H, level: 3 },
    ]);
  });

  test('shifts add up where they overlap', () => {
    const shifts = [
      { calendar: calendar([[6, 14]]), count: 2 },
      { calendar: calendar([[12, 20]]), count: 3 },
    ];
    expect(openings(shifts, DAY).changes).toEqual([
      { at: 6 * H, level: 2 },
      { at: 12 * H, level: 5 },
      { at: 14 * H, level: 3 },
      { at: 20 * H, level: 0 },
    ]);
  });

  test('holidays write the list out to the end of the run', () => {
    const { period, start, changes } = openings([{ calendar: calendar([[8, 16]], [[24, 36]]), count: 1 }], 3 * DAY);
    expect([period, start]).toEqual([NIL, 0]);
    expect(changes).toEqual([
      { at: 8 * H, level: 1 },
      { at: 16 * H, level: 0 },
      { at: 36 * H, level: 1 },
      { at: 40 * H, level: 0 },
      { at: 56 * H, level: 1 },
      { at: 64 * H, level: 0 },
    ]);
  });

  test('rates are in 65,536ths', () => {
    const periods = [
      { from: 0, factor: 0.5 },
      { from: 8 * H, factor: 2 },
    ];
    expect(rates({ cycle: DAY, periods }, 10 * DAY)).toEqual({
      period: DAY,
      start: 32768,
      changes: [
        { at: 8 * H, level: 131072 },
        { at: 24 * H, level: 32768 },
      ],
    });
  });
});

describe('what is ahead of a part', () => {
  test('a loop that half of the parts go round counts twice', () => {
    const routing = [
      { name: 'cut', station: 'mill', processing: 3 },
      {
        name: 'test',
        station: 'bench',
        processing: 1,
        next: [
          { step: 'cut', weight: 1 },
          { step: 'done', weight: 1 },
        ],
      },
    ];
    const plant = plantOf(line({ products: { part: { routing } }, stations: { mill: {}, bench: {} }, links: [] }), { shop: true });
    const [cut] = legs(plant, 'mill') as [number];
    const [test] = legs(plant, 'bench') as [number];
    // Each is done twice on average: 2 × (3 + 1) minutes from the first, and one minute with half of that behind it from the second.
    expect(at(plant, cut + shop.LEG_MEAN)).toBe(3 * MIN);
    expect(at(plant, cut + shop.LEG_REMAINING)).toBe(8 * MIN);
    expect(at(plant, cut + shop.LEG_STEPS_LEFT)).toBe(4);
    expect(at(plant, test + shop.LEG_REMAINING)).toBe(5 * MIN);
    expect(at(plant, test + shop.LEG_STEPS_LEFT)).toBe(3);
  });

  test('along links, with times by the piece', () => {
    const plant = plantOf(
      line({
        products: { part: { size: 10 } },
        stations: { mill: { processing: 2, per: 'piece' }, bench: { processing: 5 } },
        links: [
          { from: 'in', to: 'store' },
          { from: 'store', to: 'mill' },
          { from: 'mill', to: 'bench' },
          { from: 'bench', to: 'out' },
        ],
      }),
    );
    const [mill] = legs(plant, 'mill') as [number];
    expect([shop.LEG_MEAN, shop.LEG_REMAINING, shop.LEG_STEPS_LEFT].map((field) => at(plant, mill + field))).toEqual([
      20 * MIN,
      25 * MIN,
      2,
    ]);
  });
});

describe('ways that take time', () => {
  test('one for a pair, one for all that come to the same; none from a buffer to its station unless it is named', () => {
    const plant = plantOf(
      line({
        transfers: [
          { from: '*', to: '*', time: 1 },
          { from: 'mill', to: 'out', time: 2 },
        ],
      }),
    );
    expect(plant.nodes.filter(({ kind }) => kind === 'transfer').map(({ name }) => name)).toEqual(['mill → out', '→ store']);
    expect(at(plant, node(plant, '→ store') + words.NODE_CAPACITY)).toBe(words.ENDLESS);
    const pairs = plant.edges.map(([from, to]) => `${plant.nodes[from]?.name} > ${plant.nodes[to]?.name}`).sort();
    expect(pairs).toEqual(['in > → store', 'mill > mill → out', 'mill → out > out', 'store > mill', '→ store > store'].sort());
  });

  test('a way between two elements of a limit belongs to it', () => {
    const plant = plantOf(
      line({
        transfers: [{ from: '*', to: '*', time: 1 }],
        stations: { mill: { processing: 4 }, bench: { processing: 1 } },
        links: [
          { from: 'in', to: 'store' },
          { from: 'store', to: 'mill' },
          { from: 'mill', to: 'bench' },
          { from: 'bench', to: 'out' },
        ],
        limits: { loop: { kind: 'CONWIP', elements: ['mill', 'bench'], cards: 3 } },
      }),
    );
    const first = at(plant, plant.at.limit + shop.LIMIT_FIRST);
    const members = Array.from({ length: at(plant, plant.at.limit + shop.LIMIT_NODES) }, (_, i) => at(plant, first + i));
    expect(members).toEqual([node(plant, 'bench'), node(plant, 'mill'), node(plant, 'mill → bench')]);
    expect(at(plant, node(plant, 'store') + shop.NODE_OPEN)).toBe(1);
    // The limit's room in the block is its cards.
    expect(at(plant, plant.at.initial + at(plant, plant.at.limit + shop.LIMIT_ROOM))).toBe(3);
  });

  test('an interval leaves the rest of the work behind the station', () => {
    const plant = plantOf(line({ products: { part: { routing: [{ station: 'mill', processing: 10, interval: 1 }] } } }));
    expect(plant.nodes.map(({ name }) => name)).toContain('mill tail');
    const [mill] = legs(plant, 'mill') as [number];
    const [tail] = legs(plant, 'mill tail') as [number];
    expect(at(plant, mill + words.LEG_EXIT)).toBe(tail);
    // The part brings its time along.
    expect(at(plant, tail + words.LEG_PROCESSING)).toBe(NIL);
    expect(at(plant, tail + words.LEG_EXIT)).toBe(legs(plant, 'out')[0]);
  });
});

describe('stations', () => {
  test('a set-up matrix stands with its means behind it', () => {
    const plant = plantOf(
      line({
        products: { red: {}, blue: {} },
        sources: { in: { interarrival: 5, mix: { red: 1, blue: 1 } } },
        stations: { mill: { processing: 4, setup: { matrix: { red: { blue: 3 }, blue: { red: 7 } }, initial: 'red' } } },
      }),
    );
    const row = station(plant, 'mill');
    const matrix = at(plant, row + shop.STATION_SETUP);
    const cells = Array.from({ length: 12 }, (_, i) => at(plant, matrix + i));
    const scale = (dist: number): number => at(plant, dist + words.DIST_SCALE);
    // Families by name: blue, red. None yet: nothing; from blue: to red; from red: to blue.
    expect(cells.slice(0, 3)).toEqual([NIL, NIL, NIL]);
    expect([scale(cells[3] as number), scale(cells[4] as number), cells[5]]).toEqual([7 * MIN, 3 * MIN, NIL]);
    expect(cells.slice(6)).toEqual([0, 0, 0, 7 * MIN, 3 * MIN, 0]);
    expect(at(plant, row + shop.STATION_INITIAL_FAMILY)).toBe(1);
  });

  test('blame: whom parts are bound for and where they come from, buffers left out there', () => {
    const names = (plant: Plant, name: string): string[] => {
      const row = station(plant, name);
      const first = at(plant, row + shop.STATION_BLAME);
      return Array.from({ length: at(plant, row + shop.STATION_BLAME_ROWS) }, (_, i) => {
        const index = (at(plant, first + i * shop.BLAME_WORDS) - plant.at.node) / words.NODE_WORDS;
        return plant.nodes[index]?.name as string;
      });
    };
    const two = plantOf(
      line({
        stations: { mill: { processing: 4, loading: 1 }, bench: { processing: 1 } },
        links: [
          { from: 'in', to: 'store' },
          { from: 'store', to: 'mill' },
          { from: 'mill', to: 'bench' },
          { from: 'bench', to: 'out' },
        ],
      }),
    );
    expect(names(two, 'mill')).toEqual(['bench', 'in']);
    expect(names(two, 'bench')).toEqual(['mill']);
    const all = plantOf(workshop());
    // The shuttle takes from a buffer that it alone fills, over a way that always has room.
    expect(names(all, 'shuttle')).toEqual(['shuttle']);
    // Behind the tunnel's work stands its tail, where there is always room.
    expect(names(all, 'tunnel')).toEqual(['belt']);
  });

  test('what is assembled goes on from the station, what goes into it does not', () => {
    const plant = plantOf(workshop());
    const row = station(plant, 'bench');
    const product = (name: string): number => plant.scene.products.findIndex((each) => each.name === name);
    const makes = at(plant, row + shop.STATION_MAKES);
    expect(at(plant, makes + words.LEG_PRODUCT)).toBe(plant.at.product + product('lamp') * words.PRODUCT_WORDS);
    expect(at(plant, makes + words.LEG_NODE)).toBe(node(plant, 'bench'));
    for (const name of ['frame', 'screw']) {
      const inputs = legs(plant, 'bench', product(name));
      expect(inputs).toHaveLength(1);
      expect(at(plant, (inputs[0] as number) + words.LEG_EXIT)).toBe(NIL);
    }
    const bom = at(plant, row + shop.STATION_BOM);
    expect([at(plant, bom + shop.BOM_COUNT), at(plant, bom + shop.BOM_WORDS + shop.BOM_COUNT)]).toEqual([1, 8]);
  });
});

describe('the whole vocabulary at once', () => {
  test('times and parts balance', () => {
    const scene = workshop();
    // As it stands its stock fills up with screws, so that no frame ever comes to the bench; and those last for twelve lamps only.
    delete scene.limits.stock;
    scene.run = { horizon: '6 d' };
    const plant = plantOf(scene);
    const { status, figures: f } = figures(plant);
    expect(status).toBe('done');
    const states = ['working', 'starved', 'blocked', 'failed', 'setup', 'maintained', 'waitingForPeople', 'offShift'];
    for (const { name, servers } of plant.scene.stations) {
      if (servers === Number.POSITIVE_INFINITY) continue;
      const sum = states.reduce((total, state) => total + (f[`${name}.${state}`] ?? 0), 0);
      expect([name, sum]).toEqual([name, expect.closeTo(1, 12)]);
      const blockedBy = Object.entries(f).reduce((total, [key, value]) => total + (key.startsWith(`${name}.blockedBy `) ? value : 0), 0);
      expect([name, blockedBy]).toEqual([name, expect.closeTo(f[`${name}.blocked`] as number, 12)]);
    }
    // Two by day, on five days of the six, sixteen hours each; one by night, eight hours every night.
    expect(f['maintenance.onDuty']).toBeCloseTo((2 * 5 * 16 + 6 * 8) / (6 * 24), 12);
    expect(f['operator.onDuty']).toBeCloseTo((3 * 5 * 16) / (6 * 24), 12);
    // A batch in hand is finished when the shift ends, at most once a day: half an hour, and the unloading.
    const closed = 1 - (5 * 16) / (6 * 24);
    expect(f['oven.offShift']).toBeLessThanOrEqual(closed + 1e-12);
    expect(f['oven.offShift']).toBeGreaterThan(closed - (5 * 1) / (6 * 24));
    expect(f['lamp.made']).toBe(12);
    expect(f['screw.consumed']).toBe(96);
  });
});
