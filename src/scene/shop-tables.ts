/** The tables of a shop plant: what `src/stations/shop-words.ts` says, written from the graph of its ways. */
import { quantumShift } from './expression.ts';
import {
  BELT_WORDS,
  BLAME_SUMS_WORDS,
  GOODS_COUNTERS_WORDS,
  GOODS_SUMS_WORDS,
  LIMIT_OWN_WORDS,
  MORE_COUNTERS_WORDS,
  POOL_SUMS_WORDS,
  SHOP_KINDS,
  type ShopKind,
  SLOT_KIND_BATCH,
  SLOT_KIND_ENTRY,
  SLOT_KIND_EXIT,
  SLOT_KIND_MODE,
  SUPPLY_OWN_WORDS,
  USE_POOL,
  USE_RATE,
  USE_STATIONS,
} from '../stations/shop-words.ts';
import {
  BUFFER_SUMS_WORDS,
  COUNTERS_PER_NODE,
  NIL,
  PRODUCT_COUNTERS_WORDS,
  PRODUCT_SUMS_WORDS,
  RUN_END,
  SLOT_KIND_ARRIVAL,
  SLOT_KIND_END,
  SLOT_KIND_FINISH,
  SLOT_KIND_WARMUP,
} from '../stations/words.ts';
import type { Distribution } from '../distributions.ts';
import { layoutOf } from './layout.ts';
import type { Element } from './legs.ts';
import type { Counts, Plant } from './plant.ts';
import type { Scene, Source, Station } from './scene.ts';
import { initialShopBlock } from './shop-block.ts';
import { type Rota, rotasOf, type Timetable, writeCalendars } from './shop-calendars.ts';
import { writeLegs } from './shop-leg-rows.ts';
import { capacityOf, positionOf, roomForParts } from './shop-room.ts';
import { blames, entrances } from './shop-entrances.ts';
import { shopFeatures } from './shop-features.ts';
import { type ShopLegs, shopLegs } from './shop-legs.ts';
import { centimetres, headcount, Needs, writePeople } from './shop-people.ts';
import { modesOf, serverStreams, StationRows } from './shop-stations.ts';
import { WorkAhead } from './shop-work.ts';
import { fillTables, histogramSubBits, runRow, SHOP_STRIDES, type Sheet, wayFields, writeWays } from './tables.ts';

const SUMS: Record<ShopKind, number> = {
  source: 0,
  buffer: BUFFER_SUMS_WORDS,
  station: 0,
  sink: 0,
  conveyor: BUFFER_SUMS_WORDS,
  transfer: BUFFER_SUMS_WORDS,
};

/** Compiles a scene for the shop engine. @param room for parts, at least */
export function compileShop(scene: Scene, room: number): Plant {
  const writer = new ShopWriter(scene, room);
  return writer.plant();
}

class ShopWriter {
  private readonly scene: Scene;
  private readonly graph: ShopLegs;
  private readonly counts: Counts;
  private readonly ahead: WorkAhead;
  private readonly rotas: readonly Rota[];
  private readonly supplies: readonly Source[];
  private readonly entrances: ReturnType<typeof entrances>;
  private readonly blames: ReturnType<typeof blames>;
  private readonly end: number;

  constructor(scene: Scene, room: number) {
    this.scene = scene;
    this.end = Math.round(scene.run.warmup) + Math.round(scene.run.horizon);
    this.graph = shopLegs(scene);
    this.ahead = new WorkAhead(this.graph);
    this.rotas = rotasOf(scene, this.end);
    // The engine looks at all of them or at none.
    this.supplies = scene.sources.some((source) => supplied(scene, source)) ? scene.sources : [];
    this.entrances = entrances(this.graph);
    this.blames = blames(this.graph);
    this.counts = this.count(room);
  }

  plant(): Plant {
    const { scene, graph, counts } = this;
    const sums =
      graph.elements.reduce((sum, { kind }) => sum + SUMS[kind], 0) +
      scene.products.length * (PRODUCT_SUMS_WORDS + GOODS_SUMS_WORDS) +
      scene.people.length * POOL_SUMS_WORDS +
      scene.limits.length * 2 +
      counts.blames * BLAME_SUMS_WORDS;
    const { tables, at, layout } = fillTables(
      SHOP_STRIDES,
      (sheet) => this.write(sheet),
      (rows) => {
        counts.slots = rows('slot');
        counts.streams = graph.streams.items.length;
        counts.queues = graph.queues.items.length;
        counts.roundRobins = graph.turns.items.length;
        return layoutOf(counts, sums, true);
      },
    );
    const plant: Plant = {
      scene,
      tables,
      at,
      counts,
      layout,
      features: shopFeatures(graph, counts),
      nodes: graph.elements.map(({ name, kind }, index) => ({ name, kind, index })),
      edges: graph.moves.flatMap((targets, from) => [...targets].sort((a, b) => a - b).map((to): [number, number] => [from, to])),
    };
    tables.set(initialShopBlock(plant), at.initial);
    return plant;
  }

  /** All that is known before the tables are; slots and streams are counted while they are written. */
  private count(room: number): Counts {
    const { scene, graph } = this;
    const stations = scene.stations.filter(({ servers }) => servers !== Number.POSITIVE_INFINITY);
    const servers = stations.reduce((sum, station) => sum + station.servers, 0);
    const poolTimes = scene.people.map(({ name }) => this.rotas.find((rota) => rota.use === USE_POOL && rota.users[0] === name)?.times);
    return {
      nodes: graph.elements.length,
      buffers: scene.buffers.length,
      places: servers + scene.sources.length,
      slots: 0,
      queues: 0,
      streams: 0,
      roundRobins: 0,
      products: scene.products.length,
      parts: Math.max(room, roomForParts(scene, graph)),
      stations: stations.length,
      belts: scene.conveyors.length,
      transfers: graph.elements.filter(({ kind }) => kind === 'transfer').length,
      supplies: this.supplies.length,
      calendars: this.rotas.length,
      workers: scene.people.reduce((sum, pool, i) => sum + headcount(pool, poolTimes[i]), 0),
      pools: scene.people.length,
      limits: scene.limits.length,
      stocks: graph.stocks.length,
      blames: [...this.blames.values()].reduce((sum, nodes) => sum + nodes.length, 0),
      modes: stations.reduce((sum, station) => sum + station.servers * modesOf(station).length, 0),
      histogramSubBits: histogramSubBits(scene.products.length),
    };
  }

  private write(sheet: Sheet): void {
    const { scene, graph, counts } = this;
    const { layout } = sheet;
    const run = runRow(graph, counts);
    const shift = quantumShift(run[RUN_END] as number);
    sheet.push('run', [...run, shift]);
    const needs = new Needs(scene, sheet);
    const rows = new StationRows(graph, sheet, needs, shift);
    let sum = layout.sums;
    const take = (words: number): number => (sum += words) - words;
    graph.elements.forEach((element, node) => this.node(sheet, rows, element, node, take(SUMS[element.kind])));
    this.belts(sheet);
    writeLegs(graph, sheet, rows, this.ahead);
    scene.products.forEach((product, i) => {
      const counters = layout.counters + counts.nodes * COUNTERS_PER_NODE + i * PRODUCT_COUNTERS_WORDS;
      const goods = sheet.record('goods', 'GOODS', {
        due: this.dist(sheet, product.due),
        dueStream: product.due ? sheet.address('stream', graph.stream(product.name, 'due')) : NIL,
        priority: product.priority,
        size: product.size,
        sums: take(GOODS_SUMS_WORDS),
        counters: this.moreCounters(layout.counters) + counts.stations * MORE_COUNTERS_WORDS + i * GOODS_COUNTERS_WORDS,
      });
      sheet.push('product', [take(PRODUCT_SUMS_WORDS), counters, layout.histogram + i * layout.histogramBins, goods]);
    });
    const pools = scene.people.map((pool) => this.rota(sheet, USE_POOL, pool.name));
    writePeople(scene, sheet, needs, pools, take(scene.people.length * POOL_SUMS_WORDS));
    scene.limits.forEach((limit, i) => {
      const own = layout.limit + i * LIMIT_OWN_WORDS;
      const nodes = this.entrances.members[i] as number[];
      const first = sheet.push(
        'list',
        nodes.map((node) => sheet.address('node', node)),
      );
      sheet.push('limit', [own, limit.kind === 'base stock' ? 0 : 1, first, nodes.length, limit.cards, take(2), own + 1]);
    });
    for (const station of scene.stations) {
      for (const node of this.blames.get(station.name) ?? []) sheet.push('blame', [sheet.address('node', node), take(BLAME_SUMS_WORDS)]);
    }
    writeCalendars(graph, sheet, this.rotas);
    for (const { leg, count } of graph.stocks) sheet.push('stock', [sheet.address('leg', leg), count]);
    sheet.push('slot', [SLOT_KIND_WARMUP, sheet.at.node]);
    sheet.push('slot', [SLOT_KIND_END, sheet.at.node]);
    writeWays(graph, sheet);
  }

  /** Block: where the counters of stations beyond every node's begin. */
  private moreCounters(counters: number): number {
    return counters + this.counts.nodes * COUNTERS_PER_NODE + this.counts.products * PRODUCT_COUNTERS_WORDS;
  }

  private dist(sheet: Sheet, distribution: Distribution | undefined): number {
    return distribution === undefined ? NIL : sheet.address('dist', this.graph.dist(distribution));
  }

  private rota(sheet: Sheet, use: number, user: string): { row: number; times: Timetable | undefined } {
    const i = this.rotas.findIndex((rota) => rota.use === use && rota.users.includes(user));
    return { row: i < 0 ? NIL : sheet.address('calendar', i), times: this.rotas[i]?.times };
  }

  private node(sheet: Sheet, rows: StationRows, element: Element, node: number, sums: number): void {
    const { graph, scene } = this;
    const { layout } = sheet;
    const { name, kind } = element;
    const source = kind === 'source' ? element.source : undefined;
    const station = kind === 'station' ? element.station : undefined;
    const address = sheet.address('node', node);
    const slots = sheet.rows.slot.length;
    const limits = scene.limits.flatMap((_, i) =>
      (this.entrances.members[i] as number[]).includes(node) ? [sheet.address('limit', i)] : [],
    );
    const firstPlace = source || station ? sheet.next('place') : NIL;
    const places = station?.servers ?? (source ? 1 : 0);
    const [x, y] = centimetres(positionOf(element));
    const belt = kind === 'conveyor' ? scene.conveyors.indexOf(element.conveyor) : NIL;
    const more = station
      ? this.station(sheet, rows, station, slots)
      : source
        ? this.supply(sheet, source)
        : kind === 'conveyor'
          ? sheet.address('conveyor', belt)
          : kind === 'transfer'
            ? sheet.address('conveyor', this.counts.belts + this.transferNumber(node))
            : NIL;
    const stream = station ? 'processing' : source?.interarrival ? 'arrival' : undefined;
    const interarrival = this.dist(sheet, source?.interarrival);
    sheet.record('node', 'NODE', {
      index: node,
      kind: SHOP_KINDS.indexOf(kind),
      capacity: capacityOf(element),
      room: layout.room + node,
      sums,
      counters: layout.counters + node * COUNTERS_PER_NODE,
      firstPlace,
      places,
      ...wayFields(graph, sheet, node),
      stream: stream === undefined ? NIL : sheet.address('stream', graph.stream(name, stream)),
      failure: NIL,
      start: source ? sheet.way(graph.starts.get(name) as number) : NIL,
      interarrival,
      first: source?.first && source.interarrival ? this.dist(sheet, source.first) : interarrival,
      loses: source?.whenFull === 'lose' && (source.interarrival || source.orders) ? 1 : 0,
      more,
      limits: sheet.push('list', limits),
      limitCount: limits.length,
      plain: this.entrances.plain[node] ? 1 : 0,
      open: this.entrances.open[node] ? 1 : 0,
      x,
      y,
      ordered: this.entrances.ordered[node] ? 1 : 0,
      sorted: this.entrances.sorted[node] ? 1 : 0,
    });
    if (source) {
      const own = layout.place + sheet.rows.place.length * layout.serverWords;
      sheet.record('place', 'PLACE', { node: address, slot: slots, own, failureStream: NIL, repairStream: NIL, lives: NIL, streams: NIL });
      sheet.push('slot', [SLOT_KIND_ARRIVAL, address]);
    } else if (station) {
      this.servers(sheet, station, address);
    } else if (kind === 'conveyor') {
      sheet.push('slot', [SLOT_KIND_EXIT, address]);
      sheet.push('slot', [SLOT_KIND_ENTRY, address]);
    } else if (kind === 'transfer') {
      sheet.push('slot', [SLOT_KIND_EXIT, address]);
    }
  }

  private transferNumber(node: number): number {
    return this.graph.elements.slice(0, node).filter(({ kind }) => kind === 'transfer').length;
  }

  private station(sheet: Sheet, rows: StationRows, station: Station, slots: number): number {
    const number = sheet.rows.station.length;
    const before = this.scene.stations.slice(0, this.scene.stations.indexOf(station));
    const blameRows = this.blames.get(station.name)?.length ?? 0;
    const blamed = before.reduce((sum, { name }) => sum + (this.blames.get(name)?.length ?? 0), 0);
    return rows.station(station, {
      calendar: this.rota(sheet, USE_STATIONS, station.name).row,
      counters: this.moreCounters(sheet.layout.counters) + number * MORE_COUNTERS_WORDS,
      blame: sheet.address('blame', blamed),
      blameRows,
      batchSlot: station.batch?.wait ? slots + station.servers * (1 + modesOf(station).length) : NIL,
    });
  }

  private servers(sheet: Sheet, station: Station, node: number): void {
    const { graph } = this;
    const { layout } = sheet;
    const modes = modesOf(station).length;
    const before = this.scene.stations.slice(0, this.scene.stations.indexOf(station));
    let lives = before.reduce((sum, s) => sum + (s.servers === Number.POSITIVE_INFINITY ? 0 : s.servers * modesOf(s).length), layout.lives);
    for (let server = 0; server < station.servers; server++) {
      const streams = serverStreams(station, server).map((use) => graph.stream(station.name, use));
      const slot = sheet.rows.slot.length;
      const place = sheet.record('place', 'PLACE', {
        node,
        slot,
        own: layout.place + sheet.rows.place.length * layout.serverWords,
        failureStream: NIL,
        repairStream: NIL,
        lives: modes === 0 ? NIL : lives,
        streams: sheet.address('stream', streams[0] ?? NIL),
        processing: sheet.address('stream', graph.stream(station.name, 'processing')),
      });
      sheet.push('slot', [SLOT_KIND_FINISH, place]);
      for (let m = 0; m < modes; m++) sheet.push('slot', [SLOT_KIND_MODE, place]);
      lives += modes;
    }
    if (station.batch?.wait) sheet.push('slot', [SLOT_KIND_BATCH, node]);
  }

  private supply(sheet: Sheet, source: Source): number {
    const number = this.supplies.indexOf(source);
    if (number < 0) return NIL;
    const { graph, scene } = this;
    const limits = scene.limits.flatMap(({ demand }, i) => (demand === source.name ? [sheet.address('limit', i)] : []));
    const orders = source.orders === undefined ? NIL : sheet.next('order');
    for (const { product, quantity, release, due, priority } of source.orders ?? []) {
      const start = sheet.address('leg', graph.sourceLeg(source, product));
      sheet.push('order', [Math.round(release), start, quantity, due === undefined ? NIL : Math.round(due), priority]);
    }
    return sheet.record('supply', 'SUPPLY', {
      batch: this.dist(sheet, source.batch),
      batchStream: source.batch ? sheet.address('stream', graph.stream(source.name, 'batch')) : NIL,
      calendar: this.rota(sheet, USE_RATE, source.name).row,
      own: sheet.layout.supply + number * SUPPLY_OWN_WORDS,
      orders,
      orderCount: source.orders?.length ?? 0,
      limits: sheet.push('list', limits),
      limitCount: limits.length,
    });
  }

  /** The rows of conveyors, then of what is under way. */
  private belts(sheet: Sheet): void {
    const { graph } = this;
    // Every node has its slots already, in the order of the nodes.
    const slotOf = new Map<number, number>();
    sheet.rows.slot.forEach((row, slot) => {
      const [kind, actor] = [row[0] as number, row[1] as number];
      if (kind === SLOT_KIND_EXIT) slotOf.set(actor, slot);
    });
    const exit = (name: string): number => slotOf.get(sheet.address('node', graph.index.get(name) as number)) as number;
    this.scene.conveyors.forEach((conveyor, i) => {
      const slot = exit(conveyor.name);
      sheet.record('conveyor', 'CONVEYOR', {
        exitSlot: slot,
        entrySlot: slot + 1,
        own: sheet.layout.belt + i * BELT_WORDS,
        travel: Math.round(conveyor.travel),
        spacing: Math.round(conveyor.spacing),
        accumulates: conveyor.accumulating ? 1 : 0,
        stream: NIL,
      });
    });
    for (const element of graph.elements) {
      if (element.kind !== 'transfer') continue;
      const use = 'unlimited' in element.transfer ? 'processing' : 'transfer';
      const stream = 'tail' in element.transfer ? NIL : sheet.address('stream', graph.stream(element.name, use));
      sheet.record('conveyor', 'CONVEYOR', { exitSlot: exit(element.name), entrySlot: NIL, own: NIL, stream });
    }
  }
}

/** Whether a source does what only a SUPPLY row can say. */
function supplied(scene: Scene, { name, batch, rate, orders }: Source): boolean {
  return batch !== undefined || rate !== undefined || orders !== undefined || scene.limits.some(({ demand }) => demand === name);
}
