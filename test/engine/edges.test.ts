/** Two things in one tick, or where they should not meet: what happens tick by tick, worked out by hand from docs/semantics.md. One tick is a minute. */
import { expect, test } from 'vitest';
import { verdict } from '../../src/engine/inspect.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { compile } from '../../src/scene/compile.ts';
import { read } from '../../src/scene/read.ts';
import { POOL_WORDS, WORKER_POOL, WORKER_WORDS } from '../../src/stations/shop-words.ts';
import { HEAD_NOW, NODE_WORDS, PLACE_NODE, PRODUCT_WORDS, STATUS_RUNNING } from '../../src/stations/words.ts';

type Json = Record<string, unknown>;

const STATES = ['working', 'starved', 'blocked', 'failed', 'setup', 'maintained', 'waiting', 'off'];

/** What happened in a twin, by element. */
interface Story {
  /** Each change of state of an element's servers: "working 0, blocked 2". States that last no time are left out. */
  states(name: string): string;
  /** When parts came to an element: "0 2 4". */
  entries(name: string): string;
  /** The same with their products. */
  products(name: string): string;
  /** Where people of a pool went: "10 press, 13 free". */
  people(name: string): string;
  status: string;
  element: string;
  end: number;
}

function chain(...names: string[]): Json[] {
  return names.slice(1).map((to, i) => ({ from: names[i], to }));
}

function story(scene: Json, horizon: number): Story {
  const result = read(
    JSON.stringify({ millwright: 1, time: { unit: 'min', resolution: '1 min' }, products: { part: {} }, ...scene, run: { horizon } }),
  );
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const plant = compile(result.scene, { shop: true });
  const engine = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  const states = new Map<string, { tick: number; state: string }[]>();
  const entries = new Map<string, { tick: number; product: string }[]>();
  const people = new Map<string, string[]>();
  const ofPlace = (place: number): string =>
    plant.nodes[((plant.tables[place + PLACE_NODE] as number) - plant.at.node) / NODE_WORDS]?.name as string;
  const listOf = <T>(lists: Map<string, T[]>, name: string): T[] => {
    const list = lists.get(name) ?? [];
    lists.set(name, list);
    return list;
  };
  engine.begin(block, 1, 0);
  let status = STATUS_RUNNING as number;
  while (status === STATUS_RUNNING) {
    status = engine.run(block, 1, 0, 1000, {
      enter: (tick, _part, node, _where, product) =>
        void listOf(entries, plant.nodes[node]?.name as string).push({
          tick,
          product: plant.scene.products[(product - plant.at.product) / PRODUCT_WORDS]?.name as string,
        }),
      leave: () => undefined,
      gone: () => undefined,
      state(tick, place, state) {
        const list = listOf(states, ofPlace(place));
        if (list.at(-1)?.tick === tick) list.pop();
        if (list.at(-1)?.state !== STATES[state]) list.push({ tick, state: STATES[state] as string });
      },
      worker(tick, worker, place) {
        const pool = plant.scene.people[((plant.tables[worker + WORKER_POOL] as number) - plant.at.pool) / POOL_WORDS];
        expect((worker - plant.at.worker) % WORKER_WORDS).toBe(0);
        listOf(people, pool?.name as string).push(`${tick} ${place < 0 ? 'free' : ofPlace(place)}`);
      },
    });
  }
  return {
    states: (name) =>
      listOf(states, name)
        .map(({ tick, state }) => `${state} ${tick}`)
        .join(', '),
    entries: (name) =>
      listOf(entries, name)
        .map(({ tick }) => tick)
        .join(' '),
    products: (name) =>
      listOf(entries, name)
        .map(({ tick, product }) => `${product} ${tick}`)
        .join(', '),
    people: (name) => listOf(people, name).join(', '),
    end: block[HEAD_NOW] as number,
    ...verdict(plant, block),
  };
}

/** A station that never lacks parts. */
function saturated(name: string, station: Json): Json {
  return {
    sources: { in: { saturated: true } },
    stations: { [name]: station },
    sinks: { out: {} },
    links: chain('in', name, 'out'),
  };
}

test('a failure in the tick of a completion', () => {
  // Jobs end at 5 and 10. At 10 the end comes first, the next part enters, and the failure hits it: it goes on at 12 and ends at 17. The
  // next failure, 10 after the repair, falls on the end at 22 likewise.
  const failing = (interruptedJob: string): Json => ({
    processing: 5,
    failures: [{ clock: 'calendar', timeToFailure: 10, repair: 2, interruptedJob }],
  });
  const resumed = story(saturated('press', failing('resume')), 24);
  expect(resumed.states('press')).toBe('working 0, failed 10, working 12, failed 22, working 24');
  expect(resumed.entries('out')).toBe('5 10 17 22');
  // Scrapped instead: the one that came at 10 is gone, and another comes when the repair is over.
  const scrapped = story(saturated('press', failing('scrap')), 24);
  expect(scrapped.entries('press')).toBe('0 5 10 12 17 22 24');
  expect(scrapped.entries('out')).toBe('5 10 17 22');
});

test('a shift that ends in the tick a job starts', () => {
  // The job of 4 to 8 ends at 8, the next begins, then the shift ends. Finishing takes until 12; suspended, its 4 minutes begin at 20.
  const calendars = { day: { cycle: 20, open: [{ from: 0, to: 8 }] } };
  const finishes = story({ calendars, ...saturated('bench', { processing: 4, shifts: 'day', onShiftEnd: 'finish' }) }, 24);
  expect(finishes.states('bench')).toBe('working 0, off 12, working 20');
  expect(finishes.entries('out')).toBe('4 8 12 24');
  const suspends = story({ calendars, ...saturated('bench', { processing: 4, shifts: 'day', onShiftEnd: 'suspend' }) }, 24);
  expect(suspends.states('bench')).toBe('working 0, off 8, working 20');
  expect(suspends.entries('out')).toBe('4 8 24');
});

test('blocked while broken', () => {
  // a's second part is done at 2 and waits for b, which works 1–11. a fails at 5; its part leaves at 11, during the repair (5–25), so b works
  // 11–21. Then a: 25–26, 26–27, blocked, and fails 5 after the repair, at 30.
  const { states, entries } = story(
    {
      sources: { in: { saturated: true } },
      stations: { a: { processing: 1, failures: [{ clock: 'calendar', timeToFailure: 5, repair: 20 }] }, b: { processing: 10 } },
      sinks: { out: {} },
      links: chain('in', 'a', 'b', 'out'),
    },
    30,
  );
  expect(states('a')).toBe('working 0, blocked 2, failed 5, working 25, blocked 27, failed 30');
  expect(entries('b')).toBe('1 11 26');
  expect(states('b')).toBe('working 1, starved 21, working 26');
});

test('a crew called to two failures in one tick', () => {
  // Both have worked 10 at 10. The fitter hears the longer asking; of equals the first by name: a until 13, then b until 16.
  const station = { processing: 1, failures: [{ clock: 'processing', timeToFailure: 10, repair: 3, people: 'fitter' }] };
  const { states, people } = story(
    {
      people: { fitter: { count: 1 } },
      sources: { 'a in': { saturated: true }, 'b in': { saturated: true } },
      stations: { a: station, b: station },
      sinks: { out: {} },
      links: [...chain('a in', 'a', 'out'), ...chain('b in', 'b', 'out')],
    },
    16,
  );
  expect(states('a')).toBe('working 0, failed 10, working 13');
  expect(states('b')).toBe('working 0, failed 10, working 16');
  expect(people('fitter')).toBe('10 a, 13 free, 13 b, 16 free');
});

test('a batch whose longest wait ends as the last part arrives', () => {
  // Parts at 2, 4, 6 …; two are enough, once the first has waited 4. At 6 the arrival comes first where the source's name does: three go in.
  // Where it comes after, two go in at 6; the third waits with that of 8, until 10, when the one of 10 is late again.
  const oven = (source: string): Json => ({
    sources: { [source]: { interarrival: 2 } },
    buffers: { queue: {} },
    stations: { oven: { processing: 1, batch: { min: 2, max: 10, wait: 4 } } },
    sinks: { out: {} },
    links: chain(source, 'queue', 'oven', 'out'),
  });
  expect(story(oven('early'), 12).entries('oven')).toBe('6 6 6 12 12 12');
  expect(story(oven('source'), 14).entries('oven')).toBe('6 6 10 10 14 14');
});

test('a zero-time step', () => {
  // 4: saw until 6, the gate at once, drill until 7.
  const { states, entries } = story(
    {
      products: {
        part: {
          routing: [
            { station: 'saw', processing: 2 },
            { station: 'gate', processing: 0 },
            { station: 'drill', processing: 1 },
          ],
        },
      },
      sources: { in: { interarrival: 4 } },
      stations: { saw: {}, gate: {}, drill: {} },
      sinks: { out: {} },
    },
    11,
  );
  expect(entries('gate')).toBe('6 10');
  expect(entries('out')).toBe('7 11');
  expect(states('drill')).toBe('working 6, starved 7, working 10, starved 11');
});

test('a loop of zero-time steps is a livelock', () => {
  // The first part comes at 4 and goes round; the way out is never drawn within the steps that a tick may have.
  const { status, element, end } = story(
    {
      products: {
        part: {
          routing: [
            { name: 'there', station: 'mirror', processing: 0 },
            {
              name: 'back',
              station: 'glass',
              processing: 0,
              next: [
                { step: 'there', weight: 1 },
                { step: 'done', weight: 1e-9 },
              ],
            },
          ],
        },
      },
      sources: { in: { interarrival: 4 } },
      stations: { mirror: {}, glass: {} },
      sinks: { out: {} },
    },
    1000,
  );
  expect([status, end]).toEqual(['livelock', 4]);
  expect(['mirror', 'glass']).toContain(element);
});

test('preempted twice', () => {
  // 10 minutes of low work: 0–3, then high 3–5; 5–8 (4 left), then high 8–10; 10–14.
  const { products } = story(
    {
      products: { low: { routing: [{ station: 'press', processing: 10 }] }, high: { routing: [{ station: 'press', processing: 2 }] } },
      sources: {
        in: { orders: [{ product: 'low' }, { product: 'high', release: 3, priority: 1 }, { product: 'high', release: 8, priority: 2 }] },
      },
      buffers: { queue: {} },
      stations: { press: { preemptive: true } },
      sinks: { out: {} },
      links: chain('queue', 'press'),
    },
    20,
  );
  expect(products('press')).toBe('low 0, high 3, low 5, high 8, low 10');
  expect(products('out')).toBe('high 5, high 10, low 14');
});

test('preempted as soon as it can be', () => {
  const urgent = (release: number, station: Json): Story =>
    story(
      {
        products: { low: { family: 'l' }, high: { family: 'h' } },
        sources: { in: { orders: [{ product: 'low' }, { product: 'high', release, priority: 1 }] } },
        buffers: { queue: {} },
        stations: { press: { processing: 10, preemptive: true, ...station } },
        sinks: { out: {} },
        links: chain('in', 'queue', 'press', 'out'),
      },
      50,
    );
  // High comes at 2, in low's set-up 0–5; its own is 5–10, its work 10–20; low is set up again 20–25, and has all its 10 minutes to go.
  const setUp = urgent(2, { setup: { time: 5, initial: 'h' } });
  expect(setUp.products('press')).toBe('low 0, high 5, low 20');
  expect(setUp.products('out')).toBe('high 20, low 35');
  // Down 3–8, 11–16, 19–24 … Low works 0–3; high, which comes at 4, 8–11, 16–19, 24–27 and 32–33; then low 33–35, 40–43, 48–50.
  const repaired = urgent(4, { failures: [{ clock: 'calendar', timeToFailure: 3, repair: 5 }] });
  expect(repaired.products('press')).toBe('low 0, high 8, low 33');
  expect(repaired.products('out')).toBe('high 33, low 50');
});

test('a ring through a buffer that an interrupted job has made too full', () => {
  // Low works 0–3 and goes back to the queue of 1, where the next has come; high works 3–8, is defective, and waits for good for a place in that queue.
  const { status, element } = story(
    {
      products: { low: {}, high: {} },
      sources: {
        in: { orders: [{ product: 'low', quantity: 2 }] },
        fast: { orders: [{ product: 'high', release: 3, priority: 1 }] },
      },
      buffers: { queue: { capacity: 1 }, lane: {} },
      stations: { press: { processing: 5, preemptive: true, yield: { high: 0 }, onDefect: { rework: 'queue' } } },
      sinks: { out: {} },
      links: [...chain('in', 'queue', 'press', 'out'), ...chain('fast', 'lane', 'press')],
    },
    20,
  );
  expect(`${status} at ${element}`).toBe('deadlock at press');
});

test('hand-over at shift end', () => {
  // Anna works at the job of 8 from 0 to 5. Handed over, Bert, on duty from 7, does the other 3 until 10; then he goes on with the next. Suspended, it waits for
  // Anna's next shift at 20, though Bert is there.
  const shop = (onShiftEnd: string): Json => ({
    calendars: { early: { cycle: 20, open: [{ from: 0, to: 5 }] }, late: { cycle: 20, open: [{ from: 7, to: 15 }] } },
    people: {
      anna: { count: 1, skills: ['operate'], shifts: 'early', onShiftEnd },
      bert: { count: 1, skills: ['operate'], shifts: 'late' },
    },
    ...saturated('bench', { processing: 8, people: { processing: 'operate' } }),
  });
  const handed = story(shop('hand over'), 11);
  expect(handed.states('bench')).toBe('working 0, waiting 5, working 7');
  expect(handed.entries('out')).toBe('10');
  expect(handed.people('anna')).toBe('0 bench, 5 free');
  expect(handed.people('bert')).toMatch(/^7 bench/);
  const suspended = story(shop('suspend'), 23);
  expect(suspended.states('bench')).toBe('working 0, waiting 5, working 20');
  expect(suspended.entries('out')).toBe('23');
  expect(suspended.people('bert')).toBe('');
});

test('failure during set-up', () => {
  // From 1 on 4 minutes of set-up are needed: 2 before the failure at 3, 2 after the repair at 8. Work of 3 from 10: 1 before the next
  // failure at 11, 2 from 16 on.
  const { states, entries } = story(
    {
      products: { a: {}, b: {} },
      sources: {
        in: {
          orders: [
            { product: 'b', release: 1 },
            { product: 'a', release: 100 },
          ],
        },
      },
      stations: {
        lathe: { processing: 3, setup: { time: 4, initial: 'a' }, failures: [{ clock: 'calendar', timeToFailure: 3, repair: 5 }] },
      },
      sinks: { out: {} },
      links: chain('in', 'lathe', 'out'),
    },
    18,
  );
  expect(states('lathe')).toBe('setup 1, failed 3, setup 8, working 10, failed 11, working 16, starved 18');
  expect(entries('out')).toBe('18');
});

test('maintenance due while blocked', () => {
  // a's second part is done at 2 and leaves when b is free, at 11. The maintenance due at 6 waits for that: 11–14. Next due at 20; the part done at 15 leaves at 21.
  const { states, entries } = story(
    {
      sources: { in: { saturated: true } },
      stations: {
        a: { processing: 1, maintenance: [{ name: 'oil', every: { clock: 'calendar', interval: 6 }, duration: 3 }] },
        b: { processing: 10 },
      },
      sinks: { out: {} },
      links: chain('in', 'a', 'b', 'out'),
    },
    23,
  );
  expect(states('a')).toBe('working 0, blocked 2, maintained 11, working 14, blocked 15, maintained 21');
  expect(entries('b')).toBe('1 11 21');
});

test('transfer of zero time', () => {
  // Arrivals at 3, 6, 9; work of 1; no time on the way.
  const { entries, states } = story(
    {
      sources: { in: { interarrival: 3 } },
      stations: { press: { processing: 1 } },
      sinks: { out: {} },
      links: chain('in', 'press', 'out'),
      transfers: [{ from: 'press', to: 'out', time: 0 }],
    },
    10,
  );
  expect(entries('out')).toBe('4 7 10');
  expect(states('press')).toBe('working 3, starved 4, working 6, starved 7, working 9, starved 10');
});

test('conveyor full and blocked', () => {
  // Three metres at a metre a minute, a part each metre: parts get on at 0, 1, 2 and fill it. The first gets off at 3, when the third is
  // one pitch on: the fourth gets on. The next get off when the press is free, at 13 and 23, the last standing one pitch from the entrance.
  const belt = (more: Json): Json => ({ conveyors: { belt: { speed: 1 / 60, pitch: 1, ...more } } });
  const accumulating = story(
    {
      ...belt({ length: 3 }),
      sources: { in: { saturated: true } },
      stations: { press: { processing: 10 } },
      sinks: { out: {} },
      links: chain('in', 'belt', 'press', 'out'),
    },
    24,
  );
  expect(accumulating.entries('belt')).toBe('0 1 2 3 13 23');
  expect(accumulating.entries('press')).toBe('3 13 23');
  // Four metres; parts at 2, 4, 6. The first is off at 6. The second is at the end at 8: the belt stands until 16, before the part of 8 gets on.
  // The third, two metres from the end, is there at 18: it stands again until 26.
  const rigid = story(
    {
      ...belt({ length: 4, accumulating: false }),
      sources: { in: { interarrival: 2 } },
      stations: { press: { processing: 10 } },
      sinks: { out: {} },
      links: chain('in', 'belt', 'press', 'out'),
    },
    26,
  );
  expect(rigid.entries('press')).toBe('6 16 26');
  expect(rigid.entries('belt')).toBe('2 4 6 16 26');
});

test('order list with equal release times', () => {
  // In the order of the file, whatever the names; each part after the other within the tick.
  const { products } = story(
    {
      products: { a: {}, b: {}, c: {} },
      sources: {
        in: {
          orders: [
            { product: 'b', release: 5, quantity: 2 },
            { product: 'c', release: 7 },
            { product: 'a', release: 5 },
            { product: 'c', release: 5 },
          ],
        },
      },
      buffers: { queue: {} },
      stations: { press: { processing: 1 } },
      sinks: { out: {} },
      links: chain('in', 'queue', 'press', 'out'),
    },
    10,
  );
  expect(products('queue')).toBe('b 5, b 5, a 5, c 5, c 7');
  expect(products('out')).toBe('b 6, b 7, a 8, c 9, c 10');
});

test('kanban with one card', () => {
  // s takes 2, t takes 5. The card comes back when a part leaves s: at 2 (t is free), then when t is: at 7, 12.
  const { states, entries } = story(
    {
      sources: { in: { saturated: true } },
      buffers: { queue: {} },
      stations: { s: { processing: 2 }, t: { processing: 5 } },
      sinks: { out: {} },
      links: chain('in', 'queue', 's', 't', 'out'),
      limits: { loop: { kind: 'kanban', elements: ['queue', 's'], cards: 1 } },
    },
    12,
  );
  expect(entries('queue')).toBe('0 2 7 12');
  expect(states('s')).toBe('working 0, blocked 4, working 7, blocked 9, working 12');
  expect(states('t')).toBe('working 2');
});

test('assembly starving for one component', () => {
  // Frames come from 3 on; the second wheel is there at 10 only.
  const { states, products } = story(
    {
      products: { frame: {}, wheel: {}, bicycle: {} },
      sources: {
        frames: { product: 'frame', interarrival: 3 },
        wheels: {
          orders: [
            { product: 'wheel', release: 4 },
            { product: 'wheel', release: 10 },
            { product: 'wheel', release: 13 },
          ],
        },
      },
      buffers: { rack: {}, crate: {} },
      stations: { bench: { processing: 2, assembly: { inputs: { frame: 1, wheel: 2 }, makes: 'bicycle' } } },
      sinks: { out: {} },
      links: [...chain('frames', 'rack', 'bench', 'out'), ...chain('wheels', 'crate', 'bench')],
    },
    20,
  );
  expect(states('bench')).toBe('working 10, starved 12');
  // The kit is there whole at 10, and consumed at that moment.
  expect(products('bench')).toBe('wheel 10, wheel 10, frame 10, bicycle 10');
  expect(products('out')).toBe('bicycle 12');
});

test('a twin that broke off in the middle of an event leaves nothing behind for the next', () => {
  // A lot of five at a time overflows a pool of three parts while it is taken apart.
  const split = {
    products: { lot: {}, piece: {} },
    sources: { in: { product: 'lot', interarrival: 1 } },
    stations: { split: { processing: 1, disassembly: { lot: { into: { piece: 5 } } } } },
    sinks: { out: {} },
    links: chain('in', 'split', 'out'),
  };
  const result = read(JSON.stringify({ millwright: 1, time: { unit: 'min' }, ...split, run: { horizon: 100, maxParts: 3 } }));
  if (!result.ok) throw new Error('refused');
  const plant = compile(result.scene);
  const block = new Uint32Array(plant.layout.words);
  new ReferenceEngine(plant).runWhole(block, 1, 0);
  expect(verdict(plant, block).status).toBe('overflow');
  // Of three stations in a row the second works first at 2, the third at 4.
  const { states } = story(
    {
      sources: { in: { saturated: true } },
      stations: { a: { processing: 2 }, b: { processing: 2 }, c: { processing: 2 } },
      sinks: { out: {} },
      links: chain('in', 'a', 'b', 'c', 'out'),
    },
    8,
  );
  expect(['a', 'b', 'c'].map(states)).toEqual(['working 0', 'working 2', 'working 4']);
});
