// oxlint-disable unicorn/no-thenable -- `then` is the format's word
/** A scene that uses every key of the vocabulary of production: to be read as it is, and to be spoilt. */
import type { Loose } from './example.ts';

export function workshop(): Loose {
  return {
    millwright: 1,
    name: 'Workshop',
    time: { unit: 'min', resolution: '10 ms' },
    products: {
      frame: {
        priority: 2,
        due: { uniform: { min: '1 d', max: '3 d' } },
        family: 'steel',
        routing: [
          {
            name: 'cut',
            alternatives: [{ station: 'laser', processing: '2 min' }, { station: 'saw' }],
            rule: 'shortest queue',
            family: 'sheet',
            yield: 0.95,
            onDefect: { rework: 'cut', limit: 2, then: 'scrap' },
          },
          { name: 'measure', station: 'gauge', processing: 1, share: 0.25 },
          { name: 'coat', station: 'oven', batch: { min: 2, max: 4 }, within: { since: 'cut', limit: '2 h' } },
          { name: 'wash', station: 'tunnel', processing: { constant: { value: '10 min' } }, interval: '1 min', per: 'part' },
          { name: 'join', station: 'bench' },
        ],
      },
      box: { size: 25 },
      screw: {},
      lamp: {
        due: '2 d',
        routing: [
          { name: 'assembly', station: 'bench', processing: { triangular: { min: 3, mode: 4, max: 6 } } },
          { name: 'check', station: 'inspection' },
        ],
      },
      pallet: {},
    },
    sources: {
      steel: {
        product: 'frame',
        interarrival: { exponential: { mean: 20 } },
        batch: { discrete: { values: [1, 3], weights: [3, 1] } },
        rate: {
          cycle: '1 d',
          periods: [
            { from: 0, factor: 0.5 },
            { from: '8 h', factor: 1.5 },
            { from: '16 h', factor: 0 },
          ],
        },
      },
      purchasing: { orders: 'product,quantity,release,due,priority\nbox,3,0,2 d,5\nbox,1,90,,\n' },
    },
    buffers: {
      sheets: { capacity: 50 },
      parts: {},
      yard: { initial: [{ product: 'frame', count: 3, step: 'coat' }] },
      empties: { capacity: 8, initial: { pallet: 4 } },
    },
    stations: {
      laser: { dispatch: 'earliest due date', setup: { time: '5 min', first: '1 min', minimumRun: 3 } },
      saw: {
        processing: { gamma: { mean: 4, cv: 0.5 } },
        servers: 2,
        preemptive: true,
        dispatch: ['priority', { expression: 'due - now - remainingWork' }],
      },
      gauge: { servers: 'unlimited' },
      oven: {
        processing: '30 min',
        per: 'batch',
        batch: { min: 2, max: 6, wait: '1 h', same: 'family' },
        people: { loading: 'operator', unloading: { operator: 2 } },
        loading: 1,
        unloading: '30 s',
        shifts: 'two shifts',
        onShiftEnd: 'finish',
      },
      tunnel: {
        yield: { frame: 0.99 },
        onDefect: 'pass',
        failures: [
          {
            name: 'jam',
            clock: 'operating',
            timeToFailure: { exponential: { mean: '8 h' } },
            repair: '20 min',
            people: 'fitter',
            renews: ['service'],
          },
          { clock: 'parts', timeToFailure: 500, repair: '1 h' },
        ],
        maintenance: [
          {
            name: 'service',
            every: { clock: 'calendar', interval: '1 w' },
            duration: '2 h',
            people: { skills: { fitter: 1, operator: 1 }, priority: 3 },
            interrupts: true,
            early: '4 h',
            renews: 'all',
            resetsWear: true,
          },
          { name: 'new belt', duration: '4 h' },
        ],
        wear: {
          per: { operating: '1 h' },
          increment: { drift: 0.02, sd: 0.05 },
          failAt: 5,
          failure: { repair: '1 d', people: 'fitter', interruptedJob: 'restart', name: 'belt torn' },
          maintainAt: 4,
          maintenance: 'new belt',
          sensor: { sd: 0.1 },
          scrap: 0.001,
          failureRate: 0.1,
        },
      },
      bench: { assembly: { inputs: { frame: 1, screw: 8 }, makes: 'lamp' }, people: { processing: 'fitter' } },
      inspection: {
        processing: 2,
        yield: 0.98,
        inspection: { share: 0.5, detects: 0.9, onDefect: { rework: 'check', limit: 3, then: 'pass' } },
        people: { setup: 'operator' },
        setup: { matrix: {}, initial: 'lamp' },
      },
      unpacking: { processing: '10 s', per: 'piece', disassembly: { box: { into: { screw: 25 } } } },
      shuttle: { processing: 3 },
    },
    conveyors: {
      belt: { length: 12, speed: 0.5, pitch: 0.6, accumulating: false, capacity: 15, from: [0, 0], to: [12, 0], position: [6, 0] },
    },
    calendars: {
      'two shifts': {
        cycle: '1 w',
        open: [0, 1, 2, 3, 4].map((day) => ({ from: `${day * 24 + 6} h`, to: `${day * 24 + 22} h` })),
        closed: [{ from: '7 d', to: '8 d' }],
      },
      night: {
        cycle: '1 d',
        open: [
          { from: 0, to: '6 h' },
          { from: '22 h', to: '1 d' },
        ],
      },
    },
    people: {
      operator: { count: 3, shifts: 'two shifts', onShiftEnd: 'finish' },
      maintenance: {
        skills: ['fitter', 'operator'],
        shifts: [
          { calendar: 'two shifts', count: 2 },
          { calendar: 'night', count: 1 },
        ],
        onShiftEnd: 'hand over',
        speed: 1.2,
        home: [3, 4],
      },
    },
    limits: {
      loop: { kind: 'CONWIP', elements: ['sheets', 'saw', 'laser'], cards: 12 },
      stock: { kind: 'base stock', elements: ['parts', 'bench'], cards: 20, demand: 'purchasing' },
    },
    transfers: [
      { from: '*', to: '*', time: '1 min' },
      { from: 'oven', to: ['belt', 'tunnel'], time: { uniform: { min: 1, max: 2 } } },
    ],
    sinks: { out: {} },
    links: [
      { from: 'sheets', to: ['laser', 'saw'], products: ['frame'] },
      { from: 'yard', to: 'oven' },
      { from: 'oven', to: 'belt' },
      { from: 'belt', to: 'tunnel' },
      { from: 'purchasing', to: 'unpacking' },
      { from: 'unpacking', to: 'parts', products: ['screw'] },
      { from: 'parts', to: 'bench' },
      { from: 'empties', to: 'shuttle' },
      { from: 'shuttle', to: 'empties' },
    ],
    run: { warmup: '1 d', horizon: '30 d', replications: 16 },
  };
}
