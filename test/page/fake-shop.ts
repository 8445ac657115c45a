/**
 * A plant with the vocabulary of a shop for tests of the page and the floor alone: a small recursion over parts plays it (first in, first
 * out, blocking after service, a belt on which parts close up), and figures come from a formula. Nothing of the project's engines is in it.
 */
import { CHANGE, type FloorNode, type FloorPlan, NEVER, VISIT, AT_HOME, MOVE, OFF_DUTY, type Trace } from '../../src/engine/trace.ts';
import type { Estimate } from '../../src/experiment/protocol.ts';

export const fakeShop = JSON.stringify(
  {
    millwright: 1,
    name: 'Pump assembly (fake)',
    time: { unit: 'min', resolution: '1 ms' },
    products: { pump: { due: '2 h', priority: 3 }, valve: { size: 4 } },
    sources: { infeed: { interarrival: '90 s', batch: 2 } },
    buffers: { shelf: {} },
    stations: {
      wash: {
        processing: { uniform: { min: '60 s', max: '110 s' } },
        setup: { matrix: { pump: { valve: '4 min' }, valve: { pump: 6 } }, minimumRun: 5 },
        dispatch: ['same setup', { expression: 'due - now' }],
        maintenance: [{ name: 'oil', every: { clock: 'parts', interval: 400 }, duration: '20 min' }],
        wear: { per: 'part', increment: { gamma: { mean: 0.02, cv: 1 } }, maintainAt: 3, maintenance: 'oil' },
        batch: { min: 1, max: 4, wait: '3 min' },
      },
      assemble: {
        servers: 3,
        processing: '3.4 min',
        assembly: { inputs: { valve: 2 }, makes: 'pump' },
        people: { processing: 'assembler' },
        shifts: 'week',
        quality: { yield: 0.98, onDefect: { rework: 'wash', limit: 2 } },
      },
    },
    conveyors: { belt: { length: 6, speed: 0.1, pitch: 0.5 } },
    sinks: { store: {} },
    transfers: [{ from: 'infeed', to: '*', time: '60 s' }],
    people: { assembler: { count: 4, speed: 1.2, shifts: 'week' }, fitter: { count: 2 } },
    calendars: { week: { cycle: '1 w', open: [{ from: '6 h', to: '14 h' }] } },
    limits: { loop: { kind: 'CONWIP', elements: ['shelf', 'wash', 'belt'], cards: 12 } },
    links: [{ from: 'infeed', to: 'shelf' }],
    run: { warmup: '1 h', horizon: '8 h', replications: 512, seed: 1 },
  },
  undefined,
  2,
);

const SECOND = 1000;
export const TRAVEL = 60 * SECOND;
export const SPACING = 5 * SECOND;
export const BELT = { capacity: 12, travel: 60 * SECOND };
const TICKS = { warmup: 3600 * SECOND, end: 9 * 3600 * SECOND };
const SERVERS = 3;

export function shopPlan(): FloorPlan {
  const node = (name: string, kind: FloorNode['kind'], more: Partial<FloorNode> = {}): FloorNode => ({
    name,
    kind,
    position: undefined,
    servers: 0,
    firstPlace: 0,
    capacity: Infinity,
    ...more,
  });
  const line = [
    node('infeed', 'source'),
    node('infeed → shelf', 'transfer'),
    node('shelf', 'buffer'),
    node('wash', 'station', { servers: 1, firstPlace: SERVERS }),
    node('belt', 'conveyor', { capacity: BELT.capacity, length: 6, travel: BELT.travel, spacing: SPACING, accumulating: true }),
    node('assemble', 'station', { servers: SERVERS, firstPlace: 0 }),
    node('store', 'sink'),
  ];
  const nodes = line.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const at = (one: FloorNode | undefined) => nodes.indexOf(one!);
  return {
    name: 'Pump assembly (fake)',
    tickSeconds: 0.001,
    nodes,
    edges: line.slice(1).map((one, i): [number, number] => [at(line[i]), at(one)]),
    products: [
      { name: 'pump', color: undefined },
      { name: 'valve', color: undefined },
    ],
    people: [
      { name: 'assembler', count: 4, home: undefined },
      { name: 'fitter', count: 2, home: undefined },
    ],
  };
}

/** A number in [0, 1) that depends on nothing but its argument. */
function noise(n: number): number {
  let x = Math.imul(n + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return ((x ^ (x >>> 13)) >>> 0) / 2 ** 32;
}

export function shopTrace(seed: number, replication: number): Trace {
  const plan = shopPlan();
  const node = (name: string) => plan.nodes.findIndex((one) => one.name === name);
  const visits: number[][] = [];
  const changes: number[][] = [];
  const moves: number[][] = [];
  const [washed, entered, left]: number[][] = [[], [], []];
  const free = Array.from({ length: SERVERS }, () => 0);
  const washPlace = SERVERS;
  const change = (tick: number, place: number, state: number) => tick < TICKS.end && changes.push([tick, place, state]);
  for (let k = 0; ; k++) {
    const arrive = (k + 1) * 90 * SECOND;
    if (arrive >= TICKS.end) break;
    const product = k % 6 < 4 ? 0 : 1;
    let from = NEVER;
    let stays = 0;
    const stay = (name: string, enter: number, leave: number, where: number) => {
      if (enter < TICKS.end) visits.push([enter, leave < TICKS.end ? leave : NEVER, node(name), where, from, product, k, stays++]);
      from = node(name);
    };
    stay('infeed', arrive, arrive, 0);
    stay('infeed → shelf', arrive, arrive + TRAVEL, k);
    const begin = Math.max(arrive + TRAVEL, washed[k - 1] ?? 0);
    stay('shelf', arrive + TRAVEL, begin, k);
    const setup = k % 6 === 4 || k % 6 === 0 ? 40 * SECOND : 0;
    const done = begin + setup + Math.round((50 + 45 * noise(k + 7919 * replication + seed)) * SECOND);
    const enter = Math.max(done, (entered[k - 1] ?? -SPACING) + SPACING, left[k - BELT.capacity] ?? 0);
    washed[k] = entered[k] = enter;
    stay('wash', begin, enter, 0);
    if (setup > 0) change(begin, washPlace, 4);
    change(begin + setup, washPlace, 0);
    if (enter > done) change(done, washPlace, 2);
    change(enter, washPlace, k % 40 === 39 ? 5 : 1);
    const server = free.indexOf(Math.min(...free));
    const leave = Math.max(enter + BELT.travel, (left[k - 1] ?? -SPACING) + SPACING, free[server]!);
    left[k] = leave;
    stay('belt', enter, leave, k);
    const walk = 12 * SECOND;
    const finished = leave + walk + Math.round((180 + 120 * noise(3 * k + 1)) * SECOND);
    free[server] = finished;
    stay('assemble', leave, finished, server);
    change(leave, server, 6);
    change(leave + walk, server, 0);
    change(finished, server, k % 50 === 49 ? 7 : k % 30 === 29 ? 3 : 1);
    moves.push([leave, server, server], [finished, server, AT_HOME]);
    stay('store', finished, finished, 0);
  }
  // The fitter's second man has his shift in the afternoon.
  moves.push([0, 5, OFF_DUTY], [4 * 3600 * SECOND, 5, AT_HOME]);
  const byTick = (list: number[][]) => list.filter(([tick]) => tick! < TICKS.end).toSorted((a, b) => a[0]! - b[0]!);
  return {
    seed,
    replication,
    warmup: TICKS.warmup,
    end: TICKS.end,
    visits: Uint32Array.from(byTick(visits).flatMap((record) => record.slice(0, VISIT.words))),
    states: Uint32Array.from(byTick(changes).flatMap((record) => record.slice(0, CHANGE.words))),
    people: Uint32Array.from(byTick(moves).flatMap((record) => record.slice(0, MOVE.words))),
  };
}

/** Figures of the new vocabulary, in the names that the engines give them. */
export function shopMetrics(fixed: (mean: number, unit: string) => Estimate): Record<string, Estimate> {
  const figures: [name: string, mean: number, unit: string][] = [
    ['wash.setup', 0.06, '1'],
    ['wash.maintained', 0.03, '1'],
    ['wash.setups', 0.22, '1/min'],
    ['wash.batchSize', 1.7, 'parts'],
    ['wash.blockedBy belt', 0.08, '1'],
    ['wash.starvedBy infeed', 0.05, '1'],
    ['assemble.waitingForPeople', 0.07, '1'],
    ['assemble.offShift', 0.2, '1'],
    ['assemble.reworked', 0.013, '1/min'],
    ['assemble.reworkShare', 0.02, '1'],
    ['assemble.oeeAPT', 920, 'min'],
    ['assemble.oeePBT', 1150, 'min'],
    ['assemble.oeePRI', 900, 'min'],
    ['assemble.oeePQ', 264, 'parts'],
    ['assemble.oeeGQ', 259, 'parts'],
    ['belt.length', 2.4, 'parts'],
    ['belt.wait', 1.4, 'min'],
    ['pump.lateness', -22, 'min'],
    ['pump.tardiness', 1.5, 'min'],
    ['pump.onTime', 0.934, '1'],
    ['assembler.busy', 0.81, '1'],
    ['assembler.onDuty', 3.1, 'people'],
    ['assembler.walking', 0.04, '1'],
    ['fitter.busy', 0.12, '1'],
    ['loop.cards', 9.4, 'parts'],
  ];
  return Object.fromEntries(figures.map(([name, mean, unit]) => [name, fixed(mean, unit)]));
}
