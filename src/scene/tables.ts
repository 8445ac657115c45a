/** Flat tables under way, in two passes, and the rows that every plant has. */
import { type ShopTableName, SHOP_TABLES } from '../stations/shop-words.ts';
import * as shopWords from '../stations/shop-words.ts';
import {
  CHOICE_BIT,
  HEAD_ELEMENT,
  HEAD_FREE,
  HEAD_LEFT,
  KIND_SOURCE,
  NIL,
  NODE_CAPACITY,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_WORDS,
  PART_NEXT,
  PLACE_SLOT,
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
  STATE_STARVED,
  TABLES,
} from '../stations/words.ts';
import * as words from '../stations/words.ts';
import { HISTOGRAM_BITS } from './layout.ts';
import type { Element, LegGraph } from './legs.ts';
import type { Counts, Features, Layout, Plant } from './plant.ts';

/** Room for parts in unlimited buffers where the scene does not say (`run.maxParts`). */
export const UNLIMITED_PARTS = 1000;
/** Above this many histogram words a twin, bins get coarser. */
const HISTOGRAM_WORDS = 8192;

type Strides = Readonly<Record<ShopTableName, number>>;
/** The shapes of distributions stand last: how many words they take depends on numbers, and nothing else is to stand elsewhere for that. */
const NAMES = [...(Object.keys(SHOP_TABLES) as ShopTableName[]).filter((name) => name !== 'shape'), 'shape'] as const;
/** Words of a row of each table. A plain plant has no rows in the tables that it does not know. */
export const PLAIN_STRIDES: Strides = { ...SHOP_TABLES, ...TABLES };
export const SHOP_STRIDES: Strides = SHOP_TABLES;

/** Rows of tables, and the addresses of other rows to write into them. */
export class Sheet {
  readonly rows = Object.fromEntries(NAMES.map((name) => [name, []])) as unknown as Record<ShopTableName, ArrayLike<number>[]>;
  /** Words so far of each table. */
  readonly words = Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<ShopTableName, number>;
  readonly strides: Strides;
  readonly at: Plant['at'];
  readonly layout: Layout;

  constructor(strides: Strides, at: Plant['at'], layout: Layout) {
    this.strides = strides;
    this.at = at;
    this.layout = layout;
  }

  /** Writes a row (to a table of single words: any number of them); returns its address. Words that are left out are 0. */
  push(table: ShopTableName, row: ArrayLike<number>): number {
    const stride = this.strides[table];
    if (stride > 1 && row.length > stride) throw new Error(`table ${table}: ${row.length} words`);
    const address = this.next(table);
    this.rows[table].push(row);
    this.words[table] += stride === 1 ? row.length : stride;
    return address;
  }

  /** Writes a row of a record, each field at its place: field `firstPlace` of record NODE stands at `NODE_FIRST_PLACE`. */
  record(table: ShopTableName, record: string, fields: Readonly<Record<string, number>>): number {
    const row = Array.from<number>({ length: this.strides[table] }).fill(0);
    for (const [field, word] of Object.entries(fields)) row[wordOf(record, field)] = word;
    return this.push(table, row);
  }

  /** Where the next row of a table will stand. */
  next(table: ShopTableName): number {
    return this.at[table] + this.words[table];
  }

  /** The address of a row that is known by its number. */
  address(table: ShopTableName, number: number): number {
    return number === NIL ? NIL : this.at[table] + number * this.strides[table];
  }

  queue(number: number): number {
    return number === NIL ? NIL : this.layout.queue + number * QUEUE_WORDS;
  }

  /** A leg or a choice. */
  way(way: number): number {
    return way === NIL ? NIL : way >= CHOICE_BIT ? CHOICE_BIT + this.address('choice', way - CHOICE_BIT) : this.address('leg', way);
  }
}

/**
 * Fills the tables: `write` runs twice, to the same rows, the first time to learn how many there are, so that the second time every
 * address is known. The first time neither addresses nor the layout mean anything.
 * .param layoutFor the block's layout, from the numbers of rows; the first pass may also have numbered streams and the like.
 */
export function fillTables(
  strides: Strides,
  write: (sheet: Sheet) => void,
  layoutFor: (rows: (table: ShopTableName) => number) => Layout,
): { tables: Uint32Array; at: Plant['at']; layout: Layout } {
  const nowhere = Object.fromEntries(NAMES.map((name) => [name, 0])) as Plant['at'];
  const draft = new Sheet(strides, nowhere, {} as Layout);
  write(draft);
  const layout = layoutFor((table) => draft.rows[table].length);
  const at = { ...nowhere };
  let size = 0;
  for (const name of NAMES) {
    at[name] = size;
    // Whoever fills the tables puts the initial block in.
    size += name === 'initial' ? layout.words : draft.words[name];
  }
  const sheet = new Sheet(strides, at, layout);
  write(sheet);
  const tables = new Uint32Array(size);
  for (const name of NAMES) {
    let to = at[name];
    for (const row of sheet.rows[name]) {
      tables.set(row, to);
      to += strides[name] === 1 ? row.length : strides[name];
    }
  }
  return { tables, at, layout };
}

const places = new Map<string, number>();

/** The word of a field in a record. */
function wordOf(record: string, field: string): number {
  const key = `${record}.${field}`;
  let place = places.get(key);
  if (place === undefined) {
    const name = `${record}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    const found = (words as Record<string, unknown>)[name] ?? (shopWords as Record<string, unknown>)[name];
    if (typeof found !== 'number') throw new Error(`no constant ${name}`);
    places.set(key, (place = found));
  }
  return place;
}

/** The row of the whole run. */
export function runRow({ scene }: LegGraph, counts: Counts): number[] {
  const { run } = scene;
  const end = Math.round(run.warmup) + Math.round(run.horizon);
  let histogramShift = 0;
  while (end >>> histogramShift >= 2 ** HISTOGRAM_BITS) histogramShift++;
  const activity = 1000 + 16 * (counts.nodes + counts.places + counts.parts);
  return [Math.round(run.warmup), end, run.stopAfter ?? 0, activity, activity, histogramShift];
}

/** The rows of choices, edges, distributions, streams and lines, and the words of shapes. */
export function writeWays(graph: LegGraph, sheet: Sheet): void {
  const { layout } = sheet;
  for (const [rule, edge, edges, aux] of graph.choices.items as [number, number, number, number][]) {
    const auxAddress =
      rule === RULE_PROBABILITY ? sheet.address('stream', aux) : rule === RULE_ROUND_ROBIN ? layout.turn + aux : sheet.queue(aux);
    sheet.push('choice', [rule, sheet.address('edge', edge), edges, auxAddress]);
  }
  for (const [target, below] of graph.edges) sheet.push('edge', [sheet.way(target), below]);
  for (const sampler of graph.dists.items) {
    const constant = sampler.kind === SAMPLING_CONSTANT;
    sheet.push('dist', [sampler.kind, sheet.at.shape + sampler.base, constant ? sampler.value : sampler.scale, sampler.shift]);
  }
  for (const [lo, hi] of graph.streams.items) sheet.push('stream', [lo, hi]);
  for (const buffer of graph.queues.items) sheet.push('line', [sheet.address('node', buffer)]);
  for (const shape of graph.shapes.items) sheet.push('shape', shape);
}

/** Fields of a node that follow from the graph alone, by address; writes its rows of `draw` and `fed`. */
export function wayFields(graph: LegGraph, sheet: Sheet, node: number): Record<string, number> {
  const { name } = graph.elements[node] as Element;
  const draws = graph.drawOrder(node);
  const fed = [...(graph.fed[node] as Set<number>)].sort((a, b) => a - b);
  const fields = {
    waiters: sheet.queue(graph.queues.ids.get(`waiters ${name}`) ?? NIL),
    line: sheet.queue(graph.queues.ids.get(`line ${name}`) ?? NIL),
    firstQueue: sheet.queue(draws[0] ?? NIL),
    firstDraw: sheet.next('draw'),
    draws: draws.length,
    firstFed: sheet.next('fed'),
    fed: fed.length,
  };
  sheet.push(
    'draw',
    draws.map((drawn) => sheet.queue(drawn)),
  );
  sheet.push(
    'fed',
    fed.map((target) => sheet.address('node', target)),
  );
  return fields;
}

/** Which ways and distributions a kernel needs. */
export function wayFeatures(graph: LegGraph, starts: Iterable<number>) {
  const { scene, elements } = graph;
  const rules = new Set(graph.choices.items.map(([rule]) => rule));
  const samplings = new Set(graph.dists.items.map(({ kind }): number => kind));
  return {
    choices: graph.choices.items.length > 0,
    linesChoose: graph.legs.some(({ node, exit }) => elements[node]?.kind === 'buffer' && exit !== NIL && exit >= CHOICE_BIT),
    sourcesChoose: [...starts].some((start) => start >= CHOICE_BIT),
    probability: rules.has(RULE_PROBABILITY),
    roundRobin: rules.has(RULE_ROUND_ROBIN),
    shortest: rules.has(RULE_SHORTEST_QUEUE),
    open: rules.has(RULE_FIRST_FREE),
    merges: graph.draws.some((queues) => queues.size > 1),
    chains: elements.some(
      ({ kind }, node) => kind === 'buffer' && [...(graph.moves[node] as Set<number>)].some((to) => elements[to]?.kind === 'buffer'),
    ),
    parallel: scene.stations.some((station) => station.servers > 1),
    segments: samplings.has(SAMPLING_SEGMENTS),
    constants: samplings.has(SAMPLING_CONSTANT),
    octaves: samplings.has(SAMPLING_OCTAVES),
    timed: scene.sources.some((source) => source.interarrival !== undefined),
    saturated: scene.sources.some((source) => source.interarrival === undefined),
    losing: scene.sources.some((source) => source.whenFull === 'lose' && source.interarrival !== undefined),
    goal: scene.run.stopAfter !== undefined,
  } satisfies Partial<Features>;
}

/** The finest histogram of flow times that does not take too much of a block. */
export function histogramSubBits(products: number): number {
  let subBits = 5;
  while (subBits > 2 && products * ((HISTOGRAM_BITS - subBits + 1) << subBits) > HISTOGRAM_WORDS) subBits--;
  return subBits;
}

/** The block before any draw: nothing inside, every server starved, every clock at *never* but saturated sources', the cut's and the end's. */
export function initialBlock(tables: Uint32Array, at: Plant['at'], layout: Layout, counts: Counts): Uint32Array {
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
  for (let place = layout.place; place < layout.place + counts.places * layout.serverWords; place += layout.serverWords) {
    block[place + SERVER_STATE] = STATE_STARVED;
    block[place + SERVER_PART] = NIL;
    block[place + SERVER_LEFT] = NIL;
    block[place + SERVER_LIFE] = NIL;
  }
  block[HEAD_FREE] = layout.part;
  for (let i = 0; i < counts.parts; i++) {
    const part = layout.part + i * layout.partWords;
    block[part + PART_NEXT] = i + 1 < counts.parts ? part + layout.partWords : NIL;
  }
  playTournament(block, layout);
  return block;
}

/** The tournament of the slots: each inner node holds the slot that wins below it, the lower slot on a tie. */
function playTournament(block: Uint32Array, layout: Layout): void {
  for (let i = layout.leaves - 1; i >= 1; i--) {
    const winner = (child: number): number => (child >= layout.leaves ? child - layout.leaves : (block[layout.tree + child] as number));
    const [a, b] = [winner(2 * i), winner(2 * i + 1)];
    block[layout.tree + i] = (block[layout.slot + b] as number) < (block[layout.slot + a] as number) ? b : a;
  }
}
