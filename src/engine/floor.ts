/**
 * The floor of one twin in the reference engine: the verbs in which `src/stations/` says what each kind of element does.
 * Everything that changes is a word of the block; everything that does not is in the tables. Allocation-free.
 * `shaders/shared/floor.wgsl` has the same verbs.
 *
 * Words are read as signed integers where they are handles, flags or counts (so NIL is −1 and an open choice is negative, and V8
 * keeps them in machine registers), and as unsigned ones where they are ticks.
 */
import { NEVER } from '../clock.ts';
import { sampleOctave, sampleSegments } from '../distributions.ts';
import { philox } from '../random.ts';
import type { Plant } from '../scene/plant.ts';
import {
  CHOICE_AUX,
  CHOICE_EDGES,
  CHOICE_FIRST_EDGE,
  CHOICE_RULE,
  DIST_BASE,
  DIST_KIND,
  DIST_SCALE,
  DIST_SHIFT,
  EDGE_BELOW,
  EDGE_TARGET,
  EDGE_WORDS,
  HEAD_ELEMENT,
  HEAD_FREE,
  HEAD_LEFT,
  HEAD_NOW,
  HEAD_STATUS,
  LEG_EXIT,
  LEG_NODE,
  LEG_PRODUCT,
  NODE_CAPACITY,
  NODE_DRAWS,
  NODE_FED,
  NODE_FIRST_FED,
  NODE_FIRST_QUEUE,
  NODE_INDEX,
  NODE_ROOM,
  NODE_WAITERS,
  PART_BORN,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PLACE_OWN,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_HISTOGRAM,
  PRODUCT_SUMS,
  PRODUCT_SUMS_FLOW,
  QUEUE_HEAD,
  QUEUE_TAIL,
  RULE_FIRST_FREE,
  RULE_PROBABILITY,
  RULE_ROUND_ROBIN,
  RUN_GOAL,
  RUN_HISTOGRAM_SHIFT,
  RUN_WARMUP,
  SAMPLING_CONSTANT,
  SAMPLING_OCTAVES,
  SERVER_SINCE,
  SERVER_STATE,
  SERVER_TIMES,
  STATUS_DONE,
  STATUS_OVERFLOW,
  STATUS_RUNNING,
  STREAM_HI,
  STREAM_LO,
  STREAM_WORDS,
} from '../stations/words.ts';

/** NIL as a signed word. */
export const NONE = -1;
/** Takes the mark of an open choice off its address. */
const ADDRESS = 0x7fffffff;

/** What the engine tells a recorder, if one listens. Nodes are indices, parts and places are handles. */
export interface Recorder {
  /** A part was made at a source, or came to a node from elsewhere. `where` as in `VISIT`. */
  enter(tick: number, part: number, node: number, where: number, product: number): void;
  /** A part went from where it was to another node. */
  leave(tick: number, part: number): void;
  /** A part is no more: finished, scrapped or lost. Its handle will be used again. */
  gone(tick: number, part: number): void;
  state(tick: number, place: number, state: number): void;
  /** A person sets out to a place, or (-1) is free. */
  worker?(tick: number, worker: number, place: number): void;
  /** So many of a pool are on duty from now on. */
  duty?(tick: number, pool: number, level: number): void;
}

export class Floor {
  readonly plant: Plant;
  /** The tables, as signed words. */
  readonly t: Int32Array;
  private readonly tables: Uint32Array;
  /** The block of the twin in hand, as signed words … */
  w: Int32Array;
  /** … and the same words as ticks. */
  ticks: Uint32Array;
  status: number = STATUS_RUNNING;
  seed = 0;
  replication = 0;
  /** The part that the event in hand has set free to go, and the place it goes from; NONE if there is none. */
  ready: number = NONE;
  readyFrom: number = NONE;
  recorder: Recorder | undefined;

  readonly runAt: number;
  readonly slotAt: number;
  private readonly dirtyAt: number;
  private readonly treeAt: number;
  private readonly leaves: number;
  private readonly drawnAt: number;
  private readonly streamAt: number;
  private readonly subBits: number;
  /** The last Philox block of each stream, and which one it is (number + 1; 0 = none): four draws cost one block. */
  private readonly drawBlock: Uint32Array;
  private readonly drawBlockNumber: Int32Array;

  constructor(plant: Plant) {
    const { at, layout, counts } = plant;
    this.plant = plant;
    this.tables = plant.tables;
    this.t = new Int32Array(plant.tables.buffer, plant.tables.byteOffset, plant.tables.length);
    this.ticks = new Uint32Array(layout.words);
    this.w = new Int32Array(this.ticks.buffer);
    this.runAt = at.run;
    this.slotAt = layout.slot;
    this.dirtyAt = layout.dirty;
    this.treeAt = layout.tree;
    this.leaves = layout.leaves;
    this.drawnAt = layout.drawn;
    this.streamAt = at.stream;
    this.subBits = counts.histogramSubBits;
    this.drawBlock = new Uint32Array(counts.streams * 4);
    this.drawBlockNumber = new Int32Array(counts.streams);
  }

  /** Takes up a twin: its block (kept by reference) and the key of its draws. */
  attach(block: Uint32Array, seed: number, replication: number): void {
    if (block !== this.ticks) {
      this.ticks = block;
      this.w = new Int32Array(block.buffer, block.byteOffset, block.length);
    }
    this.status = this.w[HEAD_STATUS] as number;
    this.seed = seed;
    this.replication = replication;
    this.drawBlockNumber.fill(0);
  }

  get now(): number {
    return this.ticks[HEAD_NOW] as number;
  }

  // ── Clocks and draws ──────────────────────────────────────────────────────────────────────────────────────────────

  /** Sets when a slot fires next. */
  schedule(slot: number, tick: number): void {
    this.ticks[this.slotAt + slot] = tick;
    if (this.leaves !== 0) this.replay(slot);
  }

  /** Plays the tournament again on the way from a slot to the top. */
  private replay(slot: number): void {
    const { w, ticks, slotAt, treeAt, leaves } = this;
    for (let i = (leaves + slot) >> 1; i >= 1; i >>= 1) {
      const left = 2 * i;
      const a = left >= leaves ? left - leaves : (w[treeAt + left] as number);
      const b = left >= leaves ? left + 1 - leaves : (w[treeAt + left + 1] as number);
      w[treeAt + i] = (ticks[slotAt + b] as number) < (ticks[slotAt + a] as number) ? b : a;
    }
  }

  /** The tick `ticks` from now, saturating at never. */
  after(ticks: number): number {
    const sum = (this.ticks[HEAD_NOW] as number) + ticks;
    return sum < NEVER ? sum : NEVER;
  }

  /** The next word of a stream. */
  draw(stream: number): number {
    const { t, w } = this;
    const index = (stream - this.streamAt) / STREAM_WORDS;
    const n = w[this.drawnAt + index] as number;
    w[this.drawnAt + index] = n + 1;
    const block = n >>> 2;
    if (this.drawBlockNumber[index] !== block + 1) {
      const lo = t[stream + STREAM_LO] as number;
      const hi = t[stream + STREAM_HI] as number;
      philox(block, lo, hi, 0, this.seed, this.replication, this.drawBlock, index * 4);
      this.drawBlockNumber[index] = block + 1;
    }
    return this.drawBlock[index * 4 + (n & 3)] as number;
  }

  /** Draws from a distribution, in ticks (or parts). A constant takes no draw. */
  sample(dist: number, stream: number): number {
    const { t, tables } = this;
    const kind = t[dist + DIST_KIND] as number;
    const scale = tables[dist + DIST_SCALE] as number;
    if (kind === SAMPLING_CONSTANT) return scale;
    const base = t[dist + DIST_BASE] as number;
    const shift = t[dist + DIST_SHIFT] as number;
    const u = this.draw(stream);
    return kind === SAMPLING_OCTAVES ? sampleOctave(tables, base, scale, shift, u) : sampleSegments(tables, base, scale, shift, u);
  }

  // ── Accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Adds ticks (a u32) to a 64-bit sum. */
  add(word: number, ticks: number): void {
    const sum = (this.ticks[word] as number) + ticks;
    this.ticks[word] = sum;
    if (sum > NEVER) this.w[word + 1] = (this.w[word + 1] as number) + 1;
  }

  count(word: number): void {
    this.w[word] = (this.w[word] as number) + 1;
  }

  /** A server (or outlet) changes its state; the time in the old one goes to its account. */
  enterState(place: number, state: number): void {
    const { w, ticks } = this;
    const own = this.t[place + PLACE_OWN] as number;
    const now = ticks[HEAD_NOW] as number;
    const time = own + SERVER_TIMES + (w[own + SERVER_STATE] as number);
    ticks[time] = (ticks[time] as number) + now - (ticks[own + SERVER_SINCE] as number);
    ticks[own + SERVER_SINCE] = now;
    w[own + SERVER_STATE] = state;
    if (this.recorder !== undefined) this.recorder.state(now, place, state);
  }

  /** The part is finished: its flow time goes to its product's account. */
  finish(part: number): void {
    const { t, w, ticks } = this;
    const product = t[(w[part + PART_LEG] as number) + LEG_PRODUCT] as number;
    const now = ticks[HEAD_NOW] as number;
    const flow = now - (ticks[part + PART_BORN] as number);
    this.add((t[product + PRODUCT_SUMS] as number) + PRODUCT_SUMS_FLOW, flow);
    this.count((t[product + PRODUCT_COUNTERS] as number) + PRODUCT_COUNTERS_FINISHED);
    this.count((t[product + PRODUCT_HISTOGRAM] as number) + this.bin(flow));
    this.discard(part);
    if (t[this.runAt + RUN_GOAL] === 0) return;
    const cut = this.tables[this.runAt + RUN_WARMUP] as number;
    if (cut !== 0 && now <= cut) return;
    const left = (w[HEAD_LEFT] as number) - 1;
    w[HEAD_LEFT] = left;
    if (left === 0) this.status = STATUS_DONE;
  }

  /** Log-linear bin of a flow time: 2^subBits bins to an octave (HdrHistogram's scheme), linear below the first. */
  private bin(flow: number): number {
    const v = flow >>> (this.t[this.runAt + RUN_HISTOGRAM_SHIFT] as number);
    const sub = this.subBits;
    if (v >>> sub === 0) return v;
    const e = 31 - Math.clz32(v);
    return ((e - sub + 1) << sub) + ((v >>> (e - sub)) & ((1 << sub) - 1));
  }

  /** Ends the twin with a status that names an element. */
  stop(status: number, node: number): void {
    this.status = status;
    this.w[HEAD_ELEMENT] = this.t[node + NODE_INDEX] as number;
  }

  // ── Parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A new part, born now; NONE (and the twin ends) when there is no more room for parts. */
  make(leg: number, node: number): number {
    const { w } = this;
    const part = w[HEAD_FREE] as number;
    if (part === NONE) {
      this.stop(STATUS_OVERFLOW, node);
      return NONE;
    }
    w[HEAD_FREE] = w[part + PART_NEXT] as number;
    w[part + PART_LEG] = leg;
    w[part + PART_BORN] = this.ticks[HEAD_NOW] as number;
    return part;
  }

  /** Gives a part's words back. */
  discard(part: number): void {
    const { w } = this;
    w[part + PART_NEXT] = w[HEAD_FREE] as number;
    w[HEAD_FREE] = part;
    if (this.recorder !== undefined) this.recorder.gone(this.now, part);
  }

  /** The product of a part, whether or not it has decided its way. */
  productOf(part: number): number {
    const way = this.w[part + PART_LEG] as number;
    const leg = way >= 0 ? way : (this.t[(this.t[(way & ADDRESS) + CHOICE_FIRST_EDGE] as number) + EDGE_TARGET] as number);
    return this.t[leg + LEG_PRODUCT] as number;
  }

  // ── Queues ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Puts a part at the end of a queue; says whether it is alone there. */
  append(queue: number, part: number): boolean {
    const { w } = this;
    w[part + PART_SINCE] = this.w[HEAD_NOW] as number;
    w[part + PART_NEXT] = NONE;
    const last = w[queue + QUEUE_TAIL] as number;
    w[last === NONE ? queue + QUEUE_HEAD : last + PART_NEXT] = part;
    w[queue + QUEUE_TAIL] = part;
    return last === NONE;
  }

  /** The head of a queue, or NONE. */
  head(queue: number): number {
    return this.w[queue + QUEUE_HEAD] as number;
  }

  /** Takes the head off a queue. */
  shift(queue: number): number {
    const { w } = this;
    const part = w[queue + QUEUE_HEAD] as number;
    const next = w[part + PART_NEXT] as number;
    w[queue + QUEUE_HEAD] = next;
    if (next === NONE) w[queue + QUEUE_TAIL] = NONE;
    return part;
  }

  // ── Room ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  room(node: number): number {
    return this.w[this.t[node + NODE_ROOM] as number] as number;
  }

  /** One place less: an element that takes a part calls this, and a server that fails idle. */
  fill(node: number): void {
    const room = this.t[node + NODE_ROOM] as number;
    this.w[room] = (this.w[room] as number) - 1;
  }

  /** One place more: whoever waits to enter may move. */
  vacate(node: number): void {
    const room = this.t[node + NODE_ROOM] as number;
    this.w[room] = (this.w[room] as number) + 1;
    this.wake(node);
  }

  /** Marks an element that has room, if anybody may be waiting for it. */
  wake(node: number): void {
    const first = this.t[node + NODE_FIRST_QUEUE] as number;
    if (first === NONE) return;
    if (this.head(first) !== NONE || (this.t[node + NODE_DRAWS] as number) > 1) this.mark(node);
  }

  mark(node: number): void {
    const index = this.t[node + NODE_INDEX] as number;
    const word = this.dirtyAt + (index >>> 5);
    this.w[word] = (this.w[word] as number) | (1 << (index & 31));
  }

  // ── Ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Decides a part's way: its leg becomes the one it goes to, or, where the first free of several will take it, the open choice. */
  decide(part: number): number {
    const { t, w } = this;
    let way = t[(w[part + PART_LEG] as number) + LEG_EXIT] as number;
    if (way < 0) way = this.resolve(way);
    w[part + PART_LEG] = way;
    return way;
  }

  /** A part that has come to the head of a line decides its way; the targets with room are marked. */
  decideAtHead(part: number): void {
    const way = this.decide(part);
    if (way < 0) {
      this.markOpen(way & ADDRESS);
      return;
    }
    const node = this.t[way + LEG_NODE] as number;
    if (this.room(node) > 0) this.mark(node);
  }

  /**
   * A part that has decided is free to leave its server or outlet. Where its way has room it goes first of all when the event is over: nobody
   * can be waiting for that room, or it would have been taken. Else it waits, behind all who wait for the same.
   */
  depart(part: number, way: number, place: number): void {
    const { t, w } = this;
    if (way < 0) {
      this.markOpen(way & ADDRESS);
    } else if (this.room(t[way + LEG_NODE] as number) > 0) {
      this.ready = part;
      this.readyFrom = place;
      return;
    }
    w[part + PART_HOLDER] = place;
    this.append((way < 0 ? t[(way & ADDRESS) + CHOICE_AUX] : t[(t[way + LEG_NODE] as number) + NODE_WAITERS]) as number, part);
  }

  private markOpen(choice: number): void {
    const { t } = this;
    const first = t[choice + CHOICE_FIRST_EDGE] as number;
    const end = first + (t[choice + CHOICE_EDGES] as number) * EDGE_WORDS;
    for (let edge = first; edge < end; edge += EDGE_WORDS) {
      const node = t[(t[edge + EDGE_TARGET] as number) + LEG_NODE] as number;
      if (this.room(node) > 0) this.mark(node);
    }
  }

  /** The leg on which a part that goes by `way` enters `node`; NONE if it does not. */
  legAt(way: number, node: number): number {
    const { t } = this;
    if (way >= 0) return t[way + LEG_NODE] === node ? way : NONE;
    const choice = way & ADDRESS;
    const first = t[choice + CHOICE_FIRST_EDGE] as number;
    const end = first + (t[choice + CHOICE_EDGES] as number) * EDGE_WORDS;
    for (let edge = first; edge < end; edge += EDGE_WORDS) {
      const leg = t[edge + EDGE_TARGET] as number;
      if (t[leg + LEG_NODE] === node) return leg;
    }
    return NONE;
  }

  /** Whether a way has room at its end now. */
  hasRoom(way: number): boolean {
    const { t } = this;
    if (way >= 0) return this.room(t[way + LEG_NODE] as number) > 0;
    const choice = way & ADDRESS;
    const first = t[choice + CHOICE_FIRST_EDGE] as number;
    const end = first + (t[choice + CHOICE_EDGES] as number) * EDGE_WORDS;
    for (let edge = first; edge < end; edge += EDGE_WORDS) {
      if (this.room(t[(t[edge + EDGE_TARGET] as number) + LEG_NODE] as number) > 0) return true;
    }
    return false;
  }

  /** Follows choices until a leg, or a choice that stays open until somebody has room. */
  resolve(exit: number): number {
    const { t, w } = this;
    let way = exit;
    while (way < 0) {
      const choice = way & ADDRESS;
      const rule = t[choice + CHOICE_RULE] as number;
      if (rule === RULE_FIRST_FREE) return way;
      const first = t[choice + CHOICE_FIRST_EDGE] as number;
      const edges = t[choice + CHOICE_EDGES] as number;
      const aux = t[choice + CHOICE_AUX] as number;
      let pick = 0;
      if (rule === RULE_PROBABILITY) {
        const u = this.draw(aux);
        while (pick < edges - 1 && u >= (this.tables[first + pick * EDGE_WORDS + EDGE_BELOW] as number)) pick++;
      } else if (rule === RULE_ROUND_ROBIN) {
        pick = w[aux] as number;
        w[aux] = pick + 1 < edges ? pick + 1 : 0;
      } else {
        pick = this.shortest(first, edges);
      }
      way = t[first + pick * EDGE_WORDS + EDGE_TARGET] as number;
    }
    return way;
  }

  /** The edge with the fewest parts ahead; full targets count behind every target with room; the first of equals. */
  private shortest(first: number, edges: number): number {
    const { t } = this;
    let pick = 0;
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < edges; i++) {
      const node = t[(t[first + i * EDGE_WORDS + EDGE_TARGET] as number) + LEG_NODE] as number;
      const load = this.load(node) + (this.room(node) > 0 ? 0 : 0x80000000);
      if (load < best) {
        best = load;
        pick = i;
      }
    }
    return pick;
  }

  /** Parts at a node (servers that are not free, at a station), and on the stations that a buffer feeds. */
  private load(node: number): number {
    const { t } = this;
    let load = (t[node + NODE_CAPACITY] as number) - this.room(node);
    const first = t[node + NODE_FIRST_FED] as number;
    const end = first + (t[node + NODE_FED] as number);
    for (let i = first; i < end; i++) {
      const station = t[i] as number;
      load += (t[station + NODE_CAPACITY] as number) - this.room(station);
    }
    return load;
  }
}
