/** Scene → `Plant`: resolves every way a part can take into a graph of legs, numbers everything by name, and writes the tables. */
import { type Distribution, type Sampler, tabulate } from '../distributions.ts';
import { streamHash } from '../random.ts';
import { HISTOGRAM_BITS, layoutOf } from './layout.ts';
import {
  BUFFER_SUMS_WORDS,
  CHOICE_BIT,
  CLOCKS,
  COUNTERS_PER_NODE,
  ENDLESS,
  HEAD_ELEMENT,
  HEAD_FREE,
  HEAD_LEFT,
  JOBS,
  KINDS,
  KIND_SOURCE,
  NIL,
  NODE_CAPACITY,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_WORDS,
  PART_NEXT,
  PART_WORDS,
  PLACE_SLOT,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS_WORDS,
  QUEUE_WORDS,
  RULE_FIRST_FREE,
  RULE_PROBABILITY,
  RULE_ROUND_ROBIN,
  RULE_SHORTEST_QUEUE,
  RUN_END,
  RUN_GOAL,
  RUN_WARMUP,
  SAMPLING_CONSTANT,
  SAMPLING_OCTAVES,
  SAMPLING_SEGMENTS,
  SERVER_LEFT,
  SERVER_LIFE,
  SERVER_PART,
  SERVER_STATE,
  SERVER_WORDS,
  SLOT_KIND_ARRIVAL,
  SLOT_KIND_BREAKDOWN,
  SLOT_KIND_END,
  SLOT_KIND_FINISH,
  SLOT_KIND_WARMUP,
  STATE_STARVED,
  TABLES,
  type Kind,
  type TableName,
} from '../stations/words.ts';
import { SHOP_TABLES, type ShopTableName } from '../stations/shop-words.ts';
import * as words from '../stations/words.ts';
import { type Counts, type Layout, PLAIN_COUNTS, PLAIN_FEATURES, type Plant } from './plant.ts';
import type { Buffer, Rule, Scene, Sink, Source, Station } from './scene.ts';
import { type Ways, waysOf } from './ways.ts';

/** Room for parts in unlimited buffers where the scene does not say (`run.maxParts`). */
const UNLIMITED_PARTS = 1000;
/** Above this many histogram words a twin, bins get coarser. */
const HISTOGRAM_WORDS = 8192;

type Element =
  | { kind: 'source'; name: string; source: Source }
  | { kind: 'buffer'; name: string; buffer: Buffer }
  | { kind: 'station'; name: string; station: Station }
  | { kind: 'sink'; name: string; sink: Sink };

/** Rows of one table under construction. */
class Rows {
  readonly rows: number[][] = [];
  push(...words: number[]): number {
    return this.rows.push(words) - 1;
  }
}

/** Rows that are told apart by a key and never written twice. */
class Shared<T> {
  readonly ids = new Map<string, number>();
  readonly items: T[] = [];
  id(key: string, make: () => T): number {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.items.push(make()) - 1;
      this.ids.set(key, id);
    }
    return id;
  }
}

/** A leg: a product at a node with a given step ahead of it (or, at a station, in hand). */
interface Leg {
  node: number;
  product: number;
  step: number;
  exit: number;
  processing: number;
}

/** Words of 64-bit sums by kind of element. */
const SUMS: Record<Kind, number> = { source: 0, buffer: BUFFER_SUMS_WORDS, station: 0, sink: 0 };

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/**
 * Compiles a checked scene. Throws only on a scene that `read` would have refused.
 * Cost: about a millisecond for each distribution shape, plus linear in legs.
 */
export function compile(scene: Scene): Plant {
  return new Compiler(scene).plant();
}

class Compiler {
  readonly elements: Element[];
  readonly index = new Map<string, number>();
  readonly ways: Ways;
  readonly streams = new Shared<[number, number]>();
  readonly queues = new Shared<number>();
  readonly turns = new Shared<true>();
  readonly shapes = new Shared<Uint32Array>();
  readonly dists = new Shared<Sampler & { base: number }>();
  readonly choices = new Shared<number[]>();
  readonly edges = new Rows();
  readonly legs: Leg[] = [];
  readonly legIds = new Map<string, number>();
  /** For each node, the queues it draws from, as a set of queue ids; and the stations a buffer feeds. */
  readonly draws: Set<number>[];
  readonly fed: Set<number>[];
  readonly moves: Set<number>[];
  shapeWords = 0;
  readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    this.elements = [
      ...scene.sources.map((source): Element => ({ kind: 'source', name: source.name, source })),
      ...scene.buffers.map((buffer): Element => ({ kind: 'buffer', name: buffer.name, buffer })),
      ...scene.stations.map((station): Element => ({ kind: 'station', name: station.name, station })),
      ...scene.sinks.map((sink): Element => ({ kind: 'sink', name: sink.name, sink })),
    ].sort(byName);
    this.elements.forEach((element, i) => this.index.set(element.name, i));
    this.ways = waysOf(scene);
    this.draws = this.elements.map(() => new Set<number>());
    this.fed = this.elements.map(() => new Set<number>());
    this.moves = this.elements.map(() => new Set<number>());
  }

  plant(): Plant {
    const { scene, elements } = this;
    // A buffer's line is a queue whether or not anybody comes: its number depends on names alone.
    elements.forEach((element, node) => {
      if (element.kind === 'buffer') this.queues.id(`line ${element.name}`, () => node);
    });
    const starts = new Map(scene.sources.map((source) => [source.name, this.startOf(source)]));
    const tables = this.write(starts);
    return {
      scene,
      ...tables,
      nodes: elements.map(({ name, kind }, index) => ({ name, kind, index })),
      edges: this.moves.flatMap((targets, from) => [...targets].sort((a, b) => a - b).map((to): [number, number] => [from, to])),
    };
  }

  /** The leg, or the choice among legs, of a part that a source makes. */
  startOf(source: Source): number {
    const node = this.index.get(source.name) as number;
    const legs = source.mix.map(({ product }) => this.leg(node, this.productIndex(product), 0));
    this.trace();
    if (legs.length === 1) return legs[0] as number;
    return this.choice(
      node,
      'probability',
      legs,
      source.mix.map(({ weight }) => weight),
      'mix',
    );
  }

  productIndex(name: string): number {
    return this.scene.products.findIndex((product) => product.name === name);
  }

  /** The leg of a product at a node; new ones are traced onwards by `trace`. */
  leg(node: number, product: number, step: number): number {
    const key = `${node} ${product} ${step}`;
    let id = this.legIds.get(key);
    if (id === undefined) {
      id = this.legs.push({ node, product, step, exit: NIL, processing: NIL }) - 1;
      this.legIds.set(key, id);
    }
    return id;
  }

  traced = 0;
  /** Works off the legs that have no exit yet: breadth first, so that a long line needs no deep recursion. */
  trace(): void {
    for (; this.traced < this.legs.length; this.traced++) {
      const leg = this.legs[this.traced] as Leg;
      const element = this.elements[leg.node] as Element;
      const product = this.scene.products[leg.product] as Scene['products'][number];
      if (element.kind === 'sink') continue;
      if (element.kind !== 'station') {
        leg.exit = this.exit(leg, leg.step);
        continue;
      }
      const step = product.routing?.[leg.step];
      const processing = step?.processing ?? element.station.processing;
      if (processing === undefined) throw new Error(`${element.name}: no processing time for ${product.name}`);
      leg.processing = this.dist(processing);
      if (step === undefined) {
        leg.exit = this.exit(leg, leg.step);
      } else if (step.next.length === 1) {
        leg.exit = this.exit(leg, (step.next[0] as { step: number }).step);
      } else {
        const targets = step.next.map((next) => this.exit(leg, next.step));
        leg.exit = this.choice(
          leg.node,
          'probability',
          targets,
          step.next.map((next) => next.weight),
          'routing',
        );
      }
    }
  }

  /** Where a part on this leg goes when the step ahead is `step`: a leg, or a choice. */
  exit(leg: Leg, step: number): number {
    const product = this.scene.products[leg.product] as Scene['products'][number];
    const from = this.elements[leg.node] as Element;
    const way = this.ways.exits(product, from.name, step);
    if ('problem' in way) throw new Error(`${from.name}: ${way.problem}`);
    const nodes = way.to.map((name) => this.index.get(name) as number);
    const targets = nodes.map((node) => this.leg(node, leg.product, step));
    let exit = targets[0] as number;
    let group = NIL;
    if (targets.length > 1) {
      exit = this.choice(leg.node, way.rule, targets, way.weights, 'routing');
      if (way.rule === 'first free' && from.kind !== 'buffer') group = this.groupQueue(leg.node, nodes);
    }
    for (const node of nodes) {
      this.moves[leg.node]?.add(node);
      const target = this.elements[node] as Element;
      if (from.kind === 'buffer') {
        this.draws[node]?.add(this.queues.id(`line ${from.name}`, () => leg.node));
        if (target.kind === 'station') this.fed[leg.node]?.add(node);
      } else {
        this.draws[node]?.add(group !== NIL ? group : this.queues.id(`waiters ${target.name}`, () => NIL));
      }
    }
    return exit;
  }

  /** The queue of parts that wait at a station or source for the first free of several nodes. */
  groupQueue(node: number, targets: number[]): number {
    return this.queues.id(`group ${(this.elements[node] as Element).name} → ${targets.join(' ')}`, () => NIL);
  }

  choice(node: number, rule: Rule, targets: number[], weights: number[] | undefined, use: string): number {
    const from = (this.elements[node] as Element).name;
    const key = `${from} ${use} ${rule} ${targets.join(' ')} ${weights?.join(' ') ?? ''}`;
    const id = this.choices.id(key, () => {
      let aux = NIL;
      if (rule === 'probability') aux = this.stream(from, use);
      else if (rule === 'round robin') aux = this.turns.id(`${from} → ${this.nodesOf(targets)}`, () => true);
      else if (rule === 'first free' && this.elements[node]?.kind !== 'buffer') {
        aux = this.groupQueue(
          node,
          targets.map((leg) => (this.legs[leg] as Leg).node),
        );
      }
      const first = this.edges.rows.length;
      let sum = 0;
      targets.forEach((target, i) => {
        sum += weights?.[i] ?? 0;
        const last = i === targets.length - 1;
        this.edges.push(target, last ? NIL : Math.min(NIL, Math.round(sum * 2 ** 32)));
      });
      const code =
        rule === 'probability'
          ? RULE_PROBABILITY
          : rule === 'round robin'
            ? RULE_ROUND_ROBIN
            : rule === 'shortest queue'
              ? RULE_SHORTEST_QUEUE
              : RULE_FIRST_FREE;
      return [code, first, targets.length, aux];
    });
    return CHOICE_BIT + id;
  }

  nodesOf(targets: number[]): string {
    return targets.map((target) => (target >= CHOICE_BIT ? target : (this.legs[target] as Leg).node)).join(' ');
  }

  stream(element: string, use: string): number {
    return this.streams.id(`${element}\u0000${use}`, () => streamHash(element, use));
  }

  dist(distribution: Distribution): number {
    const key = JSON.stringify(distribution);
    return this.dists.id(key, () => {
      const sampler = tabulate(distribution);
      let base = 0;
      if (sampler.kind !== 0) {
        const id = this.shapes.id(`${sampler.kind}:${sampler.shape.join(',')}`, () => {
          this.shapeStarts.push(this.shapeWords);
          this.shapeWords += sampler.shape.length;
          return sampler.shape;
        });
        base = this.shapeStarts[id] as number;
      }
      return { ...sampler, base };
    });
  }
  readonly shapeStarts: number[] = [];

  /** Numbers slots, places and words, turns numbers into addresses, and writes every table. */
  write(starts: Map<string, number>): Pick<Plant, 'tables' | 'at' | 'counts' | 'layout' | 'features'> {
    const { scene, elements } = this;
    const { counts, sums, servers } = this.measure();
    const layout = layoutOf(counts, sums);
    const interarrival = elements.map((e) => (e.kind === 'source' && e.source.interarrival ? this.dist(e.source.interarrival) : NIL));
    const first = elements.map((e, i) => (e.kind === 'source' && e.source.first ? this.dist(e.source.first) : (interarrival[i] as number)));
    const failures = servers.flatMap(({ station, node }) => {
      const failure = station.failures[0];
      if (failure === undefined) return [];
      return [
        {
          node,
          row: [
            CLOCKS.indexOf(failure.clock),
            this.dist(failure.timeToFailure),
            this.dist(failure.repair),
            JOBS.indexOf(failure.interruptedJob),
          ],
        },
      ];
    });
    const failureOf = new Map(failures.map(({ node }, i) => [node, i]));
    const draws = elements.map((_, node) => this.drawOrder(node));
    const fed = elements.map((_, node) => [...(this.fed[node] as Set<number>)].sort((a, b) => a - b));

    // Everything is counted: the addresses are known.
    const lengths: Record<TableName, number> = {
      run: 1,
      node: elements.length,
      place: counts.places,
      leg: this.legs.length,
      choice: this.choices.items.length,
      edge: this.edges.rows.length,
      dist: this.dists.items.length,
      stream: counts.streams,
      failure: failures.length,
      product: counts.products,
      slot: counts.slots,
      line: counts.queues,
      draw: draws.flat().length,
      fed: fed.flat().length,
      initial: layout.words,
      shape: this.shapeWords,
    };
    const at = {} as Plant['at'];
    let size = 0;
    for (const name of Object.keys(SHOP_TABLES) as ShopTableName[]) {
      at[name] = size;
      if (name in TABLES) size += lengths[name as TableName] * TABLES[name as TableName];
    }
    const address = (table: TableName, number: number): number => (number === NIL ? NIL : at[table] + number * TABLES[table]);
    const queue = (number: number): number => (number === NIL ? NIL : layout.queue + number * QUEUE_WORDS);
    const way = (way: number): number =>
      way === NIL ? NIL : way >= CHOICE_BIT ? CHOICE_BIT + address('choice', way - CHOICE_BIT) : address('leg', way);

    const end = Math.round(scene.run.warmup) + Math.round(scene.run.horizon);
    let histogramShift = 0;
    while (end >>> histogramShift >= 2 ** HISTOGRAM_BITS) histogramShift++;
    const activity = 1000 + 16 * (counts.nodes + counts.places + counts.parts);
    const rows = Object.fromEntries(Object.keys(TABLES).map((name) => [name, new Rows()])) as Record<TableName, Rows>;
    rows.run.push(Math.round(scene.run.warmup), end, scene.run.stopAfter ?? 0, activity, activity, histogramShift);

    let sum = layout.sums;
    elements.forEach((element, node) => {
      const source = element.kind === 'source' ? element.source : undefined;
      const station = element.kind === 'station' ? element.station : undefined;
      const failure = failureOf.get(node) ?? -1;
      const row = {
        index: node,
        kind: KINDS.indexOf(element.kind),
        capacity: this.room(element),
        room: layout.room + node,
        sums: sum,
        counters: layout.counters + node * COUNTERS_PER_NODE,
        firstPlace: source || station ? address('place', rows.place.rows.length) : NIL,
        places: station?.servers ?? (source ? 1 : 0),
        waiters: queue(this.queues.ids.get(`waiters ${element.name}`) ?? NIL),
        line: element.kind === 'buffer' ? queue(this.queues.ids.get(`line ${element.name}`) as number) : NIL,
        firstQueue: queue(draws[node]?.[0] ?? NIL),
        firstDraw: address('draw', rows.draw.rows.length),
        draws: draws[node]?.length ?? 0,
        firstFed: address('fed', rows.fed.rows.length),
        fed: fed[node]?.length ?? 0,
        stream: station
          ? address('stream', this.stream(element.name, 'processing'))
          : source?.interarrival
            ? address('stream', this.stream(element.name, 'arrival'))
            : NIL,
        failure: failure < 0 ? NIL : address('failure', failure),
        start: source ? way(starts.get(source.name) as number) : NIL,
        interarrival: address('dist', interarrival[node] as number),
        first: address('dist', first[node] as number),
        loses: source?.whenFull === 'lose' && source.interarrival ? 1 : 0,
      };
      rows.node.push(...fieldsOf('NODE', row));
      for (const drawn of draws[node] ?? []) rows.draw.push(queue(drawn));
      for (const station of fed[node] ?? []) rows.fed.push(address('node', station));
      for (let server = 0; server < row.places; server++) {
        const number = rows.place.rows.length;
        const place = {
          node: address('node', node),
          slot: rows.slot.rows.length,
          own: layout.place + number * SERVER_WORDS,
          failureStream: NIL,
          repairStream: NIL,
        };
        rows.slot.push(source ? SLOT_KIND_ARRIVAL : SLOT_KIND_FINISH, source ? address('node', node) : address('place', number));
        if (failure >= 0) {
          rows.slot.push(SLOT_KIND_BREAKDOWN, address('place', number));
          place.failureStream = address('stream', this.stream(element.name, `failure 0 ${server}`));
          place.repairStream = address('stream', this.stream(element.name, `repair 0 ${server}`));
        }
        rows.place.push(...fieldsOf('PLACE', place));
      }
      sum += SUMS[element.kind];
    });
    rows.slot.push(SLOT_KIND_WARMUP, at.node);
    rows.slot.push(SLOT_KIND_END, at.node);
    for (const leg of this.legs) {
      rows.leg.push(address('node', leg.node), way(leg.exit), address('dist', leg.processing), address('product', leg.product));
    }
    for (const [rule, edge, edges, aux] of this.choices.items as [number, number, number, number][]) {
      const auxAddress = rule === RULE_PROBABILITY ? address('stream', aux) : rule === RULE_ROUND_ROBIN ? layout.turn + aux : queue(aux);
      rows.choice.push(rule, address('edge', edge), edges, auxAddress);
    }
    for (const [target, below] of this.edges.rows as [number, number][]) rows.edge.push(way(target), below);
    for (const sampler of this.dists.items) {
      const constant = sampler.kind === SAMPLING_CONSTANT;
      rows.dist.push(sampler.kind, at.shape + sampler.base, constant ? sampler.value : sampler.scale, sampler.shift);
    }
    for (const [lo, hi] of this.streams.items) rows.stream.push(lo, hi);
    for (const { row } of failures) {
      const [clock, timeToFailure, repair, job] = row as [number, number, number, number];
      rows.failure.push(clock, address('dist', timeToFailure), address('dist', repair), job);
    }
    scene.products.forEach((_, i) => {
      const counters = layout.counters + counts.nodes * COUNTERS_PER_NODE + i * PRODUCT_COUNTERS_WORDS;
      rows.product.push(sum + i * PRODUCT_SUMS_WORDS, counters, layout.histogram + i * layout.histogramBins);
    });
    for (const buffer of this.queues.items) rows.line.push(address('node', buffer));

    const tables = new Uint32Array(size);
    for (const name of Object.keys(TABLES) as TableName[]) {
      let to = at[name];
      for (const row of rows[name].rows) {
        if (row.length > TABLES[name]) throw new Error(`table ${name}: ${row.length} words`);
        tables.set(row, to);
        to += TABLES[name];
      }
    }
    const rules = new Set(this.choices.items.map(([rule]) => rule));
    tables.set(initialBlock(tables, at, layout, counts), at.initial);
    this.shapes.items.forEach((shape, i) => tables.set(shape, at.shape + (this.shapeStarts[i] as number)));
    return {
      tables,
      at,
      counts,
      layout,
      features: {
        failures: failures.length > 0,
        choices: this.choices.items.length > 0,
        linesChoose: this.legs.some(({ node, exit }) => this.elements[node]?.kind === 'buffer' && exit !== NIL && exit >= CHOICE_BIT),
        sourcesChoose: [...starts.values()].some((start) => start >= CHOICE_BIT),
        probability: rules.has(RULE_PROBABILITY),
        roundRobin: rules.has(RULE_ROUND_ROBIN),
        shortest: rules.has(RULE_SHORTEST_QUEUE),
        open: rules.has(RULE_FIRST_FREE),
        merges: draws.some((queues) => queues.length > 1),
        chains: elements.some(
          ({ kind }, node) =>
            kind === 'buffer' && [...(this.moves[node] as Set<number>)].some((to) => this.elements[to]?.kind === 'buffer'),
        ),
        parallel: scene.stations.some((station) => station.servers > 1),
        segments: this.dists.items.some((sampler) => sampler.kind === SAMPLING_SEGMENTS),
        constants: this.dists.items.some((sampler) => sampler.kind === SAMPLING_CONSTANT),
        octaves: this.dists.items.some((sampler) => sampler.kind === SAMPLING_OCTAVES),
        timed: interarrival.some((dist) => dist !== NIL),
        saturated: scene.sources.some((source) => source.interarrival === undefined),
        losing: scene.sources.some((source) => source.whenFull === 'lose' && source.interarrival !== undefined),
        goal: scene.run.stopAfter !== undefined,
        ...PLAIN_FEATURES,
      },
    };
  }

  /** Counts what decides the block's shape; makes sure that every stream exists. */
  measure(): { counts: Counts; sums: number; servers: { station: Station; node: number }[] } {
    const { elements, scene } = this;
    const servers: { station: Station; node: number }[] = [];
    let sums = scene.products.length * PRODUCT_SUMS_WORDS;
    let places = 0;
    let slots = 2; // the cut and the end
    elements.forEach((element, node) => {
      sums += SUMS[element.kind];
      if (element.kind === 'source') {
        places++;
        slots++;
        if (element.source.interarrival) this.stream(element.name, 'arrival');
      }
      if (element.kind !== 'station') return;
      const { station } = element;
      servers.push({ station, node });
      this.stream(station.name, 'processing');
      places += station.servers;
      slots += station.servers * (1 + station.failures.length);
      if (station.failures.length === 0) return;
      for (let server = 0; server < station.servers; server++) {
        this.stream(station.name, `failure 0 ${server}`);
        this.stream(station.name, `repair 0 ${server}`);
      }
    });
    const counts: Counts = {
      nodes: elements.length,
      buffers: scene.buffers.length,
      places,
      slots,
      queues: this.queues.items.length,
      streams: this.streams.items.length,
      roundRobins: this.turns.items.length,
      products: scene.products.length,
      parts: this.parts(),
      ...PLAIN_COUNTS,
      histogramSubBits: 5,
    };
    while (counts.histogramSubBits > 2 && histogramWords(counts) > HISTOGRAM_WORDS) counts.histogramSubBits--;
    return { counts, sums, servers };
  }

  private queueNames: string[] | undefined;

  /** Queues a node draws from, in the order that decides ties: the places they wait at by name, direct waiters last. */
  drawOrder(node: number): number[] {
    this.queueNames ??= [...this.queues.ids.keys()];
    const names = this.queueNames;
    const rank = (queue: number): string => {
      const name = names[queue] as string;
      return name.startsWith('waiters') ? `2${name}` : `1${name.slice(name.indexOf(' '))}`;
    };
    return [...(this.draws[node] as Set<number>)].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  room(element: Element): number {
    if (element.kind === 'station') return element.station.servers;
    if (element.kind === 'buffer') return element.buffer.capacity === Number.POSITIVE_INFINITY ? ENDLESS : element.buffer.capacity;
    return element.kind === 'sink' ? ENDLESS : 0;
  }

  /** Parts a twin has room for: `run.maxParts`, or every finite place and an allowance for unlimited buffers. */
  parts(): number {
    if (this.scene.run.maxParts !== undefined) return this.scene.run.maxParts;
    let parts = 1; // an arrival that is about to be lost
    let unlimited = false;
    for (const element of this.elements) {
      if (element.kind === 'source') parts += 1;
      if (element.kind === 'station') parts += element.station.servers;
      if (element.kind !== 'buffer') continue;
      if (element.buffer.capacity === Number.POSITIVE_INFINITY) unlimited = true;
      else parts += element.buffer.capacity;
    }
    return parts + (unlimited ? UNLIMITED_PARTS : 0);
  }
}

function histogramWords(counts: Counts): number {
  return counts.products * ((HISTOGRAM_BITS - counts.histogramSubBits + 1) << counts.histogramSubBits);
}

/** The row of a record, each field at its place: field `firstPlace` of record NODE stands at `NODE_FIRST_PLACE`. */
function fieldsOf(record: string, fields: Record<string, number>): number[] {
  const row: number[] = [];
  for (const [field, word] of Object.entries(fields)) {
    const name = `${record}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    const at = (words as Record<string, unknown>)[name];
    if (typeof at !== 'number') throw new Error(`no constant ${name}`);
    row[at] = word;
  }
  return row;
}

/** The block before any draw: nothing inside, every server starved, every clock at *never* but saturated sources', the cut's and the end's. */
function initialBlock(tables: Uint32Array, at: Record<TableName, number>, layout: Layout, counts: Counts): Uint32Array {
  const block = new Uint32Array(layout.words);
  const warmup = tables[at.run + RUN_WARMUP] as number;
  block[HEAD_ELEMENT] = NIL;
  block[HEAD_LEFT] = tables[at.run + RUN_GOAL] as number;
  block.fill(NIL, layout.slot, layout.slot + (layout.leaves || counts.slots));
  block[layout.slot + counts.slots - 2] = warmup > 0 ? warmup : NIL;
  block[layout.slot + counts.slots - 1] = tables[at.run + RUN_END] as number;
  for (let i = 0; i < counts.nodes; i++) {
    const node = at.node + i * NODE_WORDS;
    block[layout.room + i] = tables[node + NODE_CAPACITY] as number;
    // A saturated source begins at once; a timed one when `begin` has drawn its first arrival.
    if (tables[node + NODE_KIND] === KIND_SOURCE && tables[node + NODE_INTERARRIVAL] === NIL) {
      const place = tables[node + NODE_FIRST_PLACE] as number;
      block[layout.slot + (tables[place + PLACE_SLOT] as number)] = 0;
    }
  }
  block.fill(NIL, layout.queue, layout.queue + counts.queues * QUEUE_WORDS);
  for (let place = layout.place; place < layout.place + counts.places * SERVER_WORDS; place += SERVER_WORDS) {
    block[place + SERVER_STATE] = STATE_STARVED;
    block[place + SERVER_PART] = NIL;
    block[place + SERVER_LEFT] = NIL;
    block[place + SERVER_LIFE] = NIL;
  }
  block[HEAD_FREE] = layout.part;
  for (let i = 0; i < counts.parts; i++) {
    const part = layout.part + i * PART_WORDS;
    block[part + PART_NEXT] = i + 1 < counts.parts ? part + PART_WORDS : NIL;
  }
  // The tournament: each inner node holds the slot that wins below it, the lower slot on a tie.
  for (let i = layout.leaves - 1; i >= 1; i--) {
    const winner = (child: number): number => (child >= layout.leaves ? child - layout.leaves : (block[layout.tree + child] as number));
    const [a, b] = [winner(2 * i), winner(2 * i + 1)];
    block[layout.tree + i] = (block[layout.slot + b] as number) < (block[layout.slot + a] as number) ? b : a;
  }
  return block;
}
