/** Scene → `Plant`: resolves every way a part can take into a graph of legs, numbers everything by name, and writes the tables. */
import {
  BUFFER_SUMS_WORDS,
  CLOCKS,
  COUNTERS_PER_NODE,
  ENDLESS,
  JOBS,
  KINDS,
  type Kind,
  NIL,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS_WORDS,
  SERVER_WORDS,
  SLOT_KIND_ARRIVAL,
  SLOT_KIND_BREAKDOWN,
  SLOT_KIND_END,
  SLOT_KIND_FINISH,
  SLOT_KIND_WARMUP,
} from '../stations/words.ts';
import { layoutOf } from './layout.ts';
import { byName, type Element, LegGraph } from './legs.ts';
import { type Counts, PLAIN_COUNTS, PLAIN_FEATURES, type Plant } from './plant.ts';
import type { Scene, Station } from './scene.ts';
import { needsShop } from './shop-features.ts';
import { compileShop } from './shop-tables.ts';
import {
  fillTables,
  histogramSubBits,
  initialBlock,
  PLAIN_STRIDES,
  runRow,
  type Sheet,
  UNLIMITED_PARTS,
  wayFeatures,
  wayFields,
  writeWays,
} from './tables.ts';

/** Words of 64-bit sums by kind of element. */
const SUMS: Record<Kind, number> = { source: 0, buffer: BUFFER_SUMS_WORDS, station: 0, sink: 0 };

type PlainElement = Extract<Element, { kind: Kind }>;

/**
 * Compiles a checked scene. Throws only on a scene that `read` would have refused.
 * Cost: about a millisecond for each distribution shape, plus linear in legs.
 * .param options `shop`: for the shop engine, even if the scene says nothing that only that knows. `room`: for so many parts at least, unless the
 * scene says how many.
 */
export function compile(scene: Scene, options: { shop?: boolean; room?: number } = {}): Plant {
  const room = scene.run.maxParts === undefined ? (options.room ?? 0) : 0;
  return options.shop || needsShop(scene) ? compileShop(scene, room) : compilePlain(scene, room);
}

function compilePlain(scene: Scene, room: number): Plant {
  const elements = plainElements(scene);
  const graph = new LegGraph(scene, elements);
  const starts = new Map(scene.sources.map((source) => [source.name, graph.startOf(source)]));
  const counts = measure(graph, elements, room);
  const sums = elements.reduce((sum, { kind }) => sum + SUMS[kind], scene.products.length * PRODUCT_SUMS_WORDS);
  // Distributions are numbered as they stand here, ways first.
  const { tables, at, layout } = fillTables(
    PLAIN_STRIDES,
    (sheet) => write(sheet, graph, elements, starts, counts),
    () => layoutOf(counts, sums),
  );
  tables.set(initialBlock(tables, at, layout, counts), at.initial);
  return {
    scene,
    tables,
    at,
    counts,
    layout,
    features: {
      failures: scene.stations.some(({ failures }) => failures.length > 0),
      ...wayFeatures(graph, starts.values()),
      ...PLAIN_FEATURES,
    },
    nodes: elements.map(({ name, kind }, index) => ({ name, kind, index })),
    edges: graph.moves.flatMap((targets, from) => [...targets].sort((a, b) => a - b).map((to): [number, number] => [from, to])),
  };
}

/** What parts can be at, in name order. */
function plainElements(scene: Scene): PlainElement[] {
  return [
    ...scene.sources.map((source): PlainElement => ({ kind: 'source', name: source.name, source })),
    ...scene.buffers.map((buffer): PlainElement => ({ kind: 'buffer', name: buffer.name, buffer })),
    ...scene.stations.map((station): PlainElement => ({ kind: 'station', name: station.name, station })),
    ...scene.sinks.map((sink): PlainElement => ({ kind: 'sink', name: sink.name, sink })),
  ].sort(byName);
}

/** Numbers slots, places and words, turns numbers into addresses, and writes every table. */
function write(sheet: Sheet, graph: LegGraph, elements: PlainElement[], starts: Map<string, number>, counts: Counts): void {
  const { layout } = sheet;
  const dist = (d: Parameters<LegGraph['dist']>[0] | undefined): number => (d === undefined ? NIL : sheet.address('dist', graph.dist(d)));
  const interarrival = elements.map((e) => (e.kind === 'source' ? dist(e.source.interarrival) : NIL));
  const first = elements.map((e, i) => (e.kind === 'source' && e.source.first ? dist(e.source.first) : (interarrival[i] as number)));
  const failures = elements.map((e) => {
    const failure = e.kind === 'station' ? e.station.failures[0] : undefined;
    if (failure === undefined) return NIL;
    return sheet.push('failure', [
      CLOCKS.indexOf(failure.clock),
      dist(failure.timeToFailure),
      dist(failure.repair),
      JOBS.indexOf(failure.interruptedJob),
    ]);
  });
  sheet.push('run', runRow(graph, counts));
  let sum = layout.sums;
  elements.forEach((element, node) => {
    const source = element.kind === 'source' ? element.source : undefined;
    const station = element.kind === 'station' ? element.station : undefined;
    const failure = failures[node] as number;
    const places = station?.servers ?? (source ? 1 : 0);
    const stream = station ? 'processing' : source?.interarrival ? 'arrival' : undefined;
    const address = sheet.record('node', 'NODE', {
      index: node,
      kind: KINDS.indexOf(element.kind),
      capacity: room(element),
      room: layout.room + node,
      sums: sum,
      counters: layout.counters + node * COUNTERS_PER_NODE,
      firstPlace: places > 0 ? sheet.next('place') : NIL,
      places,
      ...wayFields(graph, sheet, node),
      stream: stream === undefined ? NIL : sheet.address('stream', graph.stream(element.name, stream)),
      failure,
      start: source ? sheet.way(starts.get(source.name) as number) : NIL,
      interarrival: interarrival[node] as number,
      first: first[node] as number,
      loses: source?.whenFull === 'lose' && source.interarrival ? 1 : 0,
    });
    for (let server = 0; server < places; server++) {
      const fails = failure !== NIL;
      const stream = (use: string): number => (fails ? sheet.address('stream', graph.stream(element.name, `${use} 0 ${server}`)) : NIL);
      const number = sheet.rows.place.length;
      const slot = sheet.rows.slot.length;
      const place = sheet.record('place', 'PLACE', {
        node: address,
        slot,
        own: layout.place + number * SERVER_WORDS,
        failureStream: stream('failure'),
        repairStream: stream('repair'),
      });
      sheet.push('slot', source ? [SLOT_KIND_ARRIVAL, address] : [SLOT_KIND_FINISH, place]);
      if (fails) sheet.push('slot', [SLOT_KIND_BREAKDOWN, place]);
    }
    sum += SUMS[element.kind];
  });
  sheet.push('slot', [SLOT_KIND_WARMUP, sheet.at.node]);
  sheet.push('slot', [SLOT_KIND_END, sheet.at.node]);
  for (const leg of graph.legs) {
    sheet.push('leg', [
      sheet.address('node', leg.node),
      sheet.way(leg.exit),
      sheet.address('dist', leg.processing),
      sheet.address('product', leg.product),
    ]);
  }
  graph.scene.products.forEach((_, i) => {
    const counters = layout.counters + counts.nodes * COUNTERS_PER_NODE + i * PRODUCT_COUNTERS_WORDS;
    sheet.push('product', [sum + i * PRODUCT_SUMS_WORDS, counters, layout.histogram + i * layout.histogramBins]);
  });
  writeWays(graph, sheet);
}

/** Counts what decides the block's shape; makes sure that every stream exists. */
function measure(graph: LegGraph, elements: PlainElement[], room: number): Counts {
  const { scene } = graph;
  let places = 0;
  let slots = 2; // the cut and the end
  for (const element of elements) {
    if (element.kind === 'source') {
      places++;
      slots++;
      if (element.source.interarrival) graph.stream(element.name, 'arrival');
    }
    if (element.kind === 'station') {
      const { name, servers, failures }: Station = element.station;
      graph.stream(name, 'processing');
      places += servers;
      slots += servers * (1 + failures.length);
      for (let server = 0; server < servers && failures.length > 0; server++) {
        graph.stream(name, `failure 0 ${server}`);
        graph.stream(name, `repair 0 ${server}`);
      }
    }
  }
  return {
    nodes: elements.length,
    buffers: scene.buffers.length,
    places,
    slots,
    queues: graph.queues.items.length,
    streams: graph.streams.items.length,
    roundRobins: graph.turns.items.length,
    products: scene.products.length,
    parts: Math.max(room, parts(scene, elements)),
    ...PLAIN_COUNTS,
    histogramSubBits: histogramSubBits(scene.products.length),
  };
}

/** How many parts an element can take. */
function room(element: PlainElement): number {
  if (element.kind === 'station') return element.station.servers;
  if (element.kind === 'buffer') return element.buffer.capacity === Number.POSITIVE_INFINITY ? ENDLESS : element.buffer.capacity;
  return element.kind === 'sink' ? ENDLESS : 0;
}

/** Parts a twin has room for: `run.maxParts`, or every finite place and an allowance for unlimited buffers. */
function parts(scene: Scene, elements: PlainElement[]): number {
  if (scene.run.maxParts !== undefined) return scene.run.maxParts;
  let sum = 1; // an arrival that is about to be lost
  let unlimited = false;
  for (const element of elements) {
    if (element.kind === 'source') sum += 1;
    if (element.kind === 'station') sum += element.station.servers;
    if (element.kind !== 'buffer') continue;
    if (element.buffer.capacity === Number.POSITIVE_INFINITY) unlimited = true;
    else sum += element.buffer.capacity;
  }
  return sum + (unlimited ? UNLIMITED_PARTS : 0);
}
