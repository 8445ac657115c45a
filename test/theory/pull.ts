/** Loops, cards, forks and joins, rework, belts. Rates are a minute. */
import { baseStock, closedNetwork, forkJoin, kanban } from '../oracles/networks.ts';
import { rework, sampling } from '../oracles/production.ts';
import { anyService, manyServers } from '../oracles/queues.ts';
import { type Experiment, plant } from './experiment.ts';

const exponential = (rate: number): object => ({ exponential: { rate } });

/** Six pallets: machining, then either of two benches (six in ten) or the wash; back after a cooling time on which nobody waits. */
function closedLoop(): Experiment {
  const { throughput, nodes } = closedNetwork(
    [
      { visits: 1, mean: 1, servers: 1 },
      { visits: 0.6, mean: 2.5, servers: 2 },
      { visits: 0.4, mean: 1.5, servers: 1 },
      { visits: 1, mean: 3, servers: Number.POSITIVE_INFINITY },
    ],
    6,
  );
  return {
    title: 'closed Jackson network (mean value analysis)',
    scene: plant(
      {
        buffers: { 'mill queue': { initial: { part: 6 } }, 'bench queue': {}, 'wash queue': {} },
        stations: {
          mill: { processing: exponential(1) },
          bench: { servers: 2, processing: exponential(1 / 2.5) },
          wash: { processing: exponential(1 / 1.5) },
          cooling: { servers: 'unlimited', processing: { lognormal: { mean: 3, cv: 0.5 } } },
        },
        links: [
          { from: 'mill queue', to: 'mill' },
          { from: 'mill', to: ['bench queue', 'wash queue'], rule: 'probability', weights: [0.6, 0.4] },
          { from: 'bench queue', to: 'bench' },
          { from: 'wash queue', to: 'wash' },
          { from: 'bench', to: 'cooling' },
          { from: 'wash', to: 'cooling' },
          { from: 'cooling', to: 'mill queue' },
        ],
      },
      { warmup: 1000, horizon: 30_000 },
    ),
    replications: 90,
    claims: {
      'mill.throughput': throughput,
      'mill.utilization': nodes[0].utilization,
      'bench.utilization': nodes[1].utilization,
      'wash.utilization': nodes[2].utilization,
      'mill queue.length': nodes[0].parts - nodes[0].utilization,
      'cooling.length': nodes[3].parts,
    },
  };
}

/** Machines in a row, each with a queue before it; the element names of those inside. */
function row(name: string, rates: number[]): { shop: object; inside: string[] } {
  const queue = (i: number): string => `${name} Q${i + 1}`;
  const station = (i: number): string => `${name} M${i + 1}`;
  return {
    shop: {
      sources: { [`${name} in`]: { saturated: true } },
      buffers: Object.fromEntries(rates.map((_, i) => [queue(i), {}])),
      stations: Object.fromEntries(rates.map((rate, i) => [station(i), { processing: exponential(rate) }])),
      sinks: { [`${name} out`]: {} },
      links: [
        { from: `${name} in`, to: queue(0) },
        ...rates.flatMap((_, i) => [
          { from: queue(i), to: station(i) },
          { from: station(i), to: i === rates.length - 1 ? `${name} out` : queue(i + 1) },
        ]),
      ],
    },
    inside: rates.flatMap((_, i) => [queue(i), station(i)]),
  };
}

function cards(): Experiment {
  const rates = [1, 0.9, 1.1];
  const { throughput, nodes } = closedNetwork(
    rates.map((rate) => ({ visits: 1, mean: 1 / rate, servers: 1 })),
    5,
  );
  const { shop, inside } = row('line', rates);
  return {
    title: 'CONWIP of five cards',
    scene: plant(shop, { limits: { loop: { kind: 'CONWIP', elements: inside, cards: 5 } } }, { warmup: 500, horizon: 20_000 }),
    replications: 110,
    claims: {
      'line out.throughput': throughput,
      'line M2.utilization': nodes[1].utilization,
      'line Q2.length': nodes[1].parts - nodes[1].utilization,
    },
  };
}

function twoStages(): Experiment {
  const { throughput, between } = kanban([1, 0.8], [3, 2]);
  const { shop } = row('pull', [1, 0.8]);
  const stages = {
    buffers: { 'pull Q1': {}, 'pull store': {}, 'pull Q2': {} },
    links: [
      { from: 'pull in', to: 'pull Q1' },
      { from: 'pull Q1', to: 'pull M1' },
      { from: 'pull M1', to: 'pull store' },
      { from: 'pull store', to: 'pull Q2' },
      { from: 'pull Q2', to: 'pull M2' },
      { from: 'pull M2', to: 'pull out' },
    ],
    limits: {
      'first cards': { kind: 'kanban', elements: ['pull Q1', 'pull M1', 'pull store'], cards: 3 },
      'second cards': { kind: 'kanban', elements: ['pull Q2', 'pull M2'], cards: 2 },
    },
  };
  return {
    title: 'kanban of two stages',
    scene: plant({ ...shop, ...stages }, { warmup: 500, horizon: 20_000 }),
    replications: 70,
    claims: { 'pull out.throughput': throughput, 'pull store.length': between, 'pull M2.utilization': throughput / 0.8 },
  };
}

/** Orders take finished goods from the store; each sends a new part into work. What is delivered is put together of the order and the good. */
function store(name: string, kind: 'base stock' | 'kanban', level: number): object {
  const [orders, goods] = [`${name} orders`, `${name} goods`];
  return {
    sources: {
      [`${name} demand`]: { product: 'order', interarrival: exponential(0.6) },
      [`${name} raw`]: { product: 'good', saturated: true },
    },
    buffers: { [orders]: {}, [`${name} queue`]: {}, [goods]: {} },
    stations: {
      [name]: { processing: exponential(1) },
      [`${name} desk`]: { processing: 0, assembly: { inputs: { order: 1, good: 1 }, makes: 'delivery' } },
    },
    sinks: { [`${name} out`]: {} },
    links: [
      { from: `${name} demand`, to: orders },
      { from: orders, to: `${name} desk` },
      { from: `${name} raw`, to: `${name} queue` },
      { from: `${name} queue`, to: name },
      { from: name, to: goods },
      { from: goods, to: `${name} desk` },
      { from: `${name} desk`, to: `${name} out` },
    ],
    limits: {
      [`${name} level`]: {
        kind,
        elements: [`${name} queue`, name, goods],
        cards: level,
        ...(kind === 'base stock' ? { demand: `${name} demand` } : {}),
      },
    },
  };
}

/** With one server the base stock and the kanban of as many cards give the customer the same. */
function makeToStock(): Experiment[] {
  const products = { products: { order: {}, good: {}, delivery: {} } };
  const { stock } = baseStock(0.6, 1, 3);
  return [
    {
      title: 'base stock of three',
      scene: plant(products, store('shelf', 'base stock', 3), { warmup: 2000, horizon: 40_000 }),
      replications: 48,
      claims: { 'shelf goods.length': stock, 'shelf.utilization': 0.6 },
    },
    {
      title: 'kanban of three cards behind a store with backorders',
      scene: plant(products, store('rack', 'kanban', 3), { warmup: 2000, horizon: 40_000 }),
      replications: 36,
      claims: { 'rack goods.length': stock },
    },
  ];
}

/** An order is taken apart, its halves are worked on by two machines, and put together again. */
function forkAndJoin(): Experiment {
  const flowTime = forkJoin(0.5, 1);
  return {
    title: 'fork and join of two',
    scene: plant(
      {
        products: { kit: {}, left: {}, right: {}, whole: {} },
        sources: { 'kit in': { product: 'kit', interarrival: exponential(0.5) } },
        buffers: { 'left queue': {}, 'right queue': {}, 'left done': {}, 'right done': {} },
        stations: {
          split: { processing: 0, disassembly: { kit: { into: { left: 1, right: 1 } } } },
          'left machine': { processing: exponential(1) },
          'right machine': { processing: exponential(1) },
          join: { processing: 0, assembly: { inputs: { left: 1, right: 1 }, makes: 'whole' } },
        },
        sinks: { out: {} },
        links: [
          { from: 'kit in', to: 'split' },
          { from: 'split', to: 'left queue', products: ['left'] },
          { from: 'split', to: 'right queue', products: ['right'] },
          { from: 'left queue', to: 'left machine' },
          { from: 'right queue', to: 'right machine' },
          { from: 'left machine', to: 'left done' },
          { from: 'right machine', to: 'right done' },
          { from: 'left done', to: 'join' },
          { from: 'right done', to: 'join' },
          { from: 'join', to: 'out' },
        ],
      },
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 180,
    claims: {
      // A half is inside as long as its kit is not whole again.
      'left.wip': 0.5 * flowTime,
      'out.throughput': 0.5,
    },
  };
}

/** A bad part goes through the same queue once more, then it is scrapped: an M/M/1 of all passes (product form). */
function onceMore(): Experiment {
  const { passes, good, scrapped } = rework(0.6, 1);
  const utilization = 0.4 * passes;
  return {
    title: 'rework with a limit',
    scene: plant(
      {
        sources: { 'weld in': { interarrival: exponential(0.4) } },
        buffers: { queue: {} },
        stations: { weld: { processing: exponential(1), yield: 0.6, onDefect: { rework: 'queue', limit: 1 } } },
        sinks: { out: {} },
        links: [
          { from: 'weld in', to: 'queue' },
          { from: 'queue', to: 'weld' },
          { from: 'weld', to: 'out' },
        ],
      },
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 290,
    claims: {
      'out.throughput': 0.4 * good,
      'part.scrapShare': scrapped,
      'weld.utilization': utilization,
      'part.wip': utilization / (1 - utilization),
    },
  };
}

/** Defects made at one station are looked for at the next, in half of the parts, and found four times out of five. */
function inspection(): Experiment {
  const { scrapped } = sampling(0.4, 0.5, 0.8);
  return {
    title: 'inspection by sampling',
    scene: plant(
      {
        sources: { 'cast in': { interarrival: exponential(0.5) } },
        buffers: { 'cast queue': {}, 'check queue': {} },
        stations: {
          cast: { processing: exponential(1), yield: 0.6, onDefect: 'pass' },
          check: { processing: exponential(1), inspection: { share: 0.5, detects: 0.8, onDefect: 'scrap' } },
        },
        sinks: { out: {} },
        links: [
          { from: 'cast in', to: 'cast queue' },
          { from: 'cast queue', to: 'cast' },
          { from: 'cast', to: 'check queue' },
          { from: 'check queue', to: 'check' },
          { from: 'check', to: 'out' },
        ],
      },
      { warmup: 2000, horizon: 40_000 },
    ),
    replications: 162,
    claims: {
      'part.scrapShare': scrapped,
      'out.throughput': 0.5 * (1 - scrapped),
      // Two M/M/1 in a row (Burke): the parts that are scrapped have been through both.
      'part.wip': 2 * 0.5 * manyServers(0.5, 1, 1).flowTime,
    },
  };
}

/** The entrance of a belt is clear again after the time for one pitch: a server with a constant time; the way takes length / speed. */
function belt(): Experiment {
  const spacing = 2 / 60; // 1 m at 0.5 m/s
  const travel = 20 / 60; // 10 m
  const rate = 15;
  return {
    title: 'a belt is an M/D/1 at its entrance and a delay behind it',
    scene: plant(
      {
        sources: { 'gate in': { interarrival: exponential(rate) } },
        buffers: { gate: {} },
        conveyors: { belt: { length: 10, speed: 0.5, pitch: 1 } },
        sinks: { out: {} },
        links: [
          { from: 'gate in', to: 'gate' },
          { from: 'gate', to: 'belt' },
          { from: 'belt', to: 'out' },
        ],
      },
      { warmup: 50, horizon: 1500 },
    ),
    replications: 225,
    claims: {
      'gate.wait': anyService(rate, spacing, 0).wait,
      'belt.length': rate * travel,
    },
  };
}

export const PULL: Experiment[] = [closedLoop(), cards(), twoStages(), ...makeToStock(), forkAndJoin(), onceMore(), inspection(), belt()];
