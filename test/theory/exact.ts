/** Plants without chance, whose figures follow by hand to the last digit. Times are minutes. */
import { conveyor, fedBelt } from '../oracles/production.ts';
import { type Experiment, plant } from './experiment.ts';

const chain = (...names: string[]): object[] => names.slice(1).map((to, i) => ({ from: names[i], to }));

/** 10 m at 0.5 m/s, a part a metre; in minutes. */
const BELT = { length: 10, speed: 0.5, pitch: 1 };
const { travel, capacity, rate } = conveyor(10, 30, 1);

function belts(): Experiment {
  const line = (name: string, source: object, accumulating: boolean): object => ({
    sources: { [`${name} in`]: source },
    conveyors: { [`${name} belt`]: { ...BELT, accumulating } },
    stations: { [name]: { processing: '3 s' } },
    sinks: { [`${name} out`]: {} },
    links: chain(`${name} in`, `${name} belt`, name, `${name} out`),
  });
  const slow = fedBelt({ travel, capacity, rate }, 4 / 60, 3 / 60);
  const full = fedBelt({ travel, capacity, rate }, 0, 3 / 60);
  return {
    title: 'belts: loose, piled up, and stopping',
    scene: plant(
      line('loose', { interarrival: '4 s' }, true),
      line('piled', { saturated: true }, true),
      line('stopping', { saturated: true }, false),
      { warmup: 10, horizon: 60 },
    ),
    replications: 1,
    claims: {
      'loose out.throughput': slow.throughput,
      'loose belt.length': slow.inside,
      'loose belt.wait': travel,
      'piled out.throughput': full.throughput,
      'piled belt.length': full.inside,
      'piled belt.wait': full.inside / full.throughput,
      // It moves for the two seconds to the next part, and stands for the third.
      'stopping out.throughput': 20,
      'stopping belt.stopped': 1 / 3,
      'stopping belt.length': 10,
      'stopping belt.wait': 0.5,
    },
  };
}

/** A lot of 25 every five minutes; one station takes it apart, one works on it as a whole. */
function lots(): Experiment {
  return {
    title: 'lots, pieces, ways',
    scene: {
      ...plant(
        {
          products: { lot: {}, piece: {}, tray: { size: 25 } },
          sources: { 'lots in': { product: 'lot', interarrival: 5 }, 'trays in': { product: 'tray', interarrival: 5 } },
          buffers: { pieces: {}, shelf: {} },
          stations: {
            unpack: { processing: 1, disassembly: { lot: { into: { piece: 25 } } } },
            deburr: { processing: 0.1 },
            stamp: { processing: 0.1, per: 'piece' },
          },
          sinks: { 'pieces out': {}, 'trays out': {} },
          links: [...chain('lots in', 'unpack', 'pieces', 'deburr', 'pieces out'), ...chain('trays in', 'shelf', 'stamp', 'trays out')],
        },
        { warmup: 100, horizon: 1000 },
      ),
      transfers: [{ from: 'stamp', to: 'trays out', time: '90 s' }],
    },
    replications: 1,
    claims: {
      'pieces out.throughput': 5,
      // The nth of a lot waits for those before it: 0, 0.1 … 2.4.
      'pieces.wait': 1.2,
      'deburr.utilization': 0.5,
      'unpack.utilization': 0.2,
      'stamp.utilization': 0.5,
      'tray.flowTime': 2.5 + 1.5,
    },
  };
}

/** One machine is busy until 5, when three parts wait that came at 1. */
function dueDates(name: string, dispatch: string | undefined, claims: Record<string, number>): Experiment {
  const work = { first: 5, a: 4, b: 3, c: 2 };
  return {
    title: `due dates, ${name}`,
    scene: plant(
      {
        products: Object.fromEntries(
          Object.entries(work).map(([product, processing]) => [product, { routing: [{ station: 'saw', processing }] }]),
        ),
        sources: {
          in: {
            orders: [
              { product: 'first' },
              { product: 'a', release: 1, due: 20 },
              { product: 'b', release: 1, due: 6 },
              { product: 'c', release: 1, due: 9 },
            ],
          },
        },
        buffers: { queue: {} },
        stations: { saw: dispatch ? { dispatch } : {} },
        sinks: { out: {} },
        links: chain('in', 'queue', 'saw', 'out'),
      },
      { horizon: 20 },
    ),
    replications: 1,
    claims: { 'saw.utilization': 14 / 20, ...claims },
  };
}

const DUE: Experiment[] = [
  dueDates('in turn', undefined, { 'a.lateness': 9 - 20, 'b.lateness': 12 - 6, 'c.lateness': 14 - 9, 'c.tardiness': 5, 'a.onTime': 1 }),
  dueDates('the earliest first', 'earliest due date', {
    'b.lateness': 8 - 6,
    'c.lateness': 10 - 9,
    'a.lateness': 14 - 20,
    'b.tardiness': 2,
  }),
  dueDates('the shortest first', 'shortest processing time', { 'c.lateness': 7 - 9, 'b.lateness': 10 - 6, 'a.lateness': 14 - 20 }),
];

/** Two machines a minute's walk apart take turns with their operator. */
function walking(): Experiment {
  const machine = (name: string, x: number): object => ({
    sources: { [`${name} in`]: { saturated: true } },
    stations: { [name]: { processing: 4, people: { processing: 'operator' }, position: [x, 0] } },
    sinks: { [`${name} out`]: {} },
    links: chain(`${name} in`, name, `${name} out`),
  });
  return {
    title: 'an operator who walks',
    scene: plant({ people: { operator: { count: 1, speed: 1, home: [0, 0] } } }, machine('west', 0), machine('east', 60), {
      warmup: 100,
      horizon: 1000,
    }),
    replications: 1,
    claims: { 'west out.throughput': 0.1, 'east out.throughput': 0.1, 'east.utilization': 0.4, 'operator.walking': 0.2 },
  };
}

/** A way of 70 minutes, from 100 to 170, of which the window holds a part only; the work itself takes 4 minutes. */
function onTheWay(when: string, run: { warmup?: number; horizon: number }, claims: Record<string, number>): Experiment {
  return {
    title: `an operator on the way ${when}`,
    scene: plant(
      { people: { operator: { count: 1, speed: 1 / 60, home: [0, 0] } } },
      {
        sources: { in: { interarrival: 100 } },
        stations: { bench: { processing: 4, people: { processing: 'operator' }, position: [30, 40] } },
        sinks: { out: {} },
        links: chain('in', 'bench', 'out'),
      },
      run,
    ),
    replications: 1,
    claims,
  };
}

/** Jobs of seven minutes in shifts of eight hours. */
function shifts(): Experiment {
  const bench = (name: string, onShiftEnd: string): object => ({
    sources: { [`${name} in`]: { saturated: true } },
    stations: { [name]: { processing: 7, shifts: 'day', onShiftEnd } },
    sinks: { [`${name} out`]: {} },
    links: chain(`${name} in`, name, `${name} out`),
  });
  return {
    title: 'the end of a shift: finished, or left until the next',
    scene: plant(
      { calendars: { day: { cycle: '24 h', open: [{ from: '6 h', to: '14 h' }] } } },
      bench('finishes', 'finish'),
      bench('suspends', 'suspend'),
      { warmup: '7 d', horizon: '70 d' },
    ),
    replications: 1,
    claims: {
      // 480 minutes hold 68 jobs and a part of the 69th.
      'finishes out.throughput': 69 / 1440,
      'finishes.utilization': 483 / 1440,
      'finishes.offShift': 1 - 483 / 1440,
      'suspends out.throughput': 480 / 7 / 1440,
      'suspends.utilization': 1 / 3,
      'suspends.offShift': 2 / 3,
    },
  };
}

function batches(): Experiment {
  return {
    title: 'batches that wait, parts that are put together, planned stops',
    scene: plant(
      {
        products: { part: {}, frame: {}, wheel: {}, cart: {} },
        sources: {
          'parts in': { product: 'part', interarrival: 2 },
          'frames in': { product: 'frame', interarrival: 5 },
          'wheels in': { product: 'wheel', interarrival: '75 s' },
          'ready in': { product: 'part', saturated: true },
        },
        buffers: { queue: {}, frames: {}, wheels: {} },
        stations: {
          oven: { processing: 1, batch: { min: 2, max: 10, wait: 5 } },
          fit: { processing: 2, assembly: { inputs: { frame: 1, wheel: 4 }, makes: 'cart' } },
          lathe: {
            processing: 1,
            maintenance: [{ name: 'oil', every: { clock: 'calendar', interval: 90 }, duration: 10, interrupts: true }],
          },
        },
        sinks: { 'parts out': {}, 'carts out': {}, 'ready out': {} },
        links: [
          ...chain('parts in', 'queue', 'oven', 'parts out'),
          ...chain('frames in', 'frames', 'fit', 'carts out'),
          ...chain('wheels in', 'wheels', 'fit'),
          ...chain('ready in', 'lathe', 'ready out'),
        ],
      },
      { warmup: 600, horizon: 6000 },
    ),
    replications: 1,
    claims: {
      // Parts at 0, 2, 4; the first has waited five at 5.
      'oven.batchSize': 3,
      'queue.wait': (5 + 3 + 1) / 3,
      'oven.utilization': 1 / 6,
      'carts out.throughput': 0.2,
      'fit.utilization': 0.4,
      'lathe.maintained': 0.1,
      'ready out.throughput': 0.9,
    },
  };
}

/** One can do both, the other only the first: he goes where nobody else can, and both work. */
function skills(): Experiment {
  return {
    title: 'people of several skills',
    scene: {
      ...plant(
        {
          products: { part: {} },
          sources: { 'parts in': { product: 'part', interarrival: 10, first: 10 } },
          buffers: { queue: {} },
          stations: { cell: { processing: 4, people: { processing: { cutting: 1, welding: 1 } } } },
          sinks: { out: {} },
          links: chain('parts in', 'queue', 'cell', 'out'),
        },
        { horizon: 100 },
      ),
      people: { all: { count: 1, skills: ['cutting', 'welding'] }, cutter: { count: 1, skills: ['cutting'] } },
    },
    replications: 1,
    // Parts come at 10, 20 … 100; the last has not begun to take time.
    claims: { 'part.finished': 9, 'cell.working': 0.36, 'all.busy': 0.36, 'cutter.busy': 0.36 },
  };
}

/** Nothing starts that lacks cards: a pair needs two, a kit the one of its main part, as what goes into that is consumed on entering. */
function cards(): Experiment {
  return {
    title: 'cards for batches and kits',
    scene: {
      ...plant(
        {
          products: { plate: {}, frame: {}, wheel: {}, cart: {} },
          sources: {
            'plates in': { product: 'plate', interarrival: 1, first: 1 },
            'frames in': { product: 'frame', saturated: true },
            'wheels in': { product: 'wheel', saturated: true },
          },
          buffers: { rack: {}, frames: { capacity: 3 }, wheels: { capacity: 3 } },
          stations: {
            oven: { servers: 2, processing: 5, batch: { min: 2, max: 3 } },
            bench: { processing: 5, assembly: { inputs: { frame: 1, wheel: 2 }, makes: 'cart' } },
          },
          sinks: { 'plates out': {}, 'carts out': {} },
          links: [
            ...chain('plates in', 'rack', 'oven', 'plates out'),
            ...chain('frames in', 'frames', 'bench', 'carts out'),
            { from: 'wheels in', to: 'wheels' },
            { from: 'wheels', to: 'bench' },
          ],
        },
        { horizon: 100 },
      ),
      limits: {
        hot: { kind: 'CONWIP', elements: ['oven'], cards: 3 },
        open: { kind: 'CONWIP', elements: ['frames', 'bench'], cards: 1 },
      },
    },
    replications: 1,
    claims: {
      // Two at 2; the third card alone starts nothing. The first to leave at 7 gives the second card to the next two, and so every five minutes until 97.
      'plate.finished': (2 * (97 - 2)) / 5,
      'oven.utilization': 98 / 200,
      'cart.finished': 20,
      'wheel.consumed': 2 * 20 + 2,
      'frame.consumed': 20 + 1,
      'open.cards': 1,
    },
  };
}

/** What the work takes by plan is what it takes of the servers: an interval, a share of a full batch, all the pieces of a lot. */
function planned(): Experiment {
  return {
    title: 'effectiveness of cascades, batches and lots',
    scene: plant(
      {
        products: { sheet: { routing: [{ station: 'track', processing: 10, interval: 3 }] }, cup: { size: 4 }, box: { size: 4 } },
        sources: {
          'sheets in': { orders: [{ product: 'sheet', quantity: 4 }] },
          'cups in': {
            orders: [
              { product: 'cup', quantity: 4 },
              { product: 'cup', quantity: 2, release: 50 },
            ],
          },
          'boxes in': { orders: [{ product: 'box', quantity: 3 }] },
        },
        buffers: { sheets: {}, cups: {}, boxes: {} },
        stations: {
          track: {},
          kiln: { processing: 8, batch: { min: 2, max: 4 } },
          press: { processing: 2, per: 'piece' },
        },
        sinks: { out: {} },
        links: [
          ...chain('sheets in', 'sheets', 'track', 'out'),
          ...chain('cups in', 'cups', 'kiln', 'out'),
          ...chain('boxes in', 'boxes', 'press', 'out'),
        ],
      },
      { horizon: 100 },
    ),
    replications: 1,
    claims: {
      'track.oeePRI': 12,
      'track.oeePerformance': 1,
      // The orders come one by one: two start at 0, two at 8, two at 50; each half a batch.
      'kiln.oeePRI': 12,
      'kiln.oeePerformance': 0.5,
      'press.oeePRI': 24,
      'press.oee': 0.24,
    },
  };
}

export const EXACT: Experiment[] = [
  belts(),
  lots(),
  ...DUE,
  walking(),
  onTheWay('when the run ends', { horizon: 150 }, { 'operator.walking': 50 / 150, 'operator.busy': 50 / 150 }),
  onTheWay('when the warm-up ends', { warmup: 150, horizon: 40 }, { 'operator.walking': 20 / 40, 'operator.busy': 24 / 40 }),
  shifts(),
  batches(),
  cards(),
  planned(),
  skills(),
];
