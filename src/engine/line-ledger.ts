/** The accounts of a line's twin, and the final block that they make: what the event engine would have written, to the word. */
import type { Plant } from '../scene/plant.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  BUFFER_SUMS_CARRY,
  BUFFER_SUMS_WAIT,
  DIST_KIND,
  HEAD_ELEMENT,
  HEAD_EVENTS,
  HEAD_FREE,
  HEAD_NOW,
  HEAD_OPERATIONS,
  HEAD_STATUS,
  HEAD_STEPS,
  LEG_EXIT,
  LEG_PROCESSING,
  LEG_PRODUCT,
  NIL,
  NODE_COUNTERS,
  NODE_FIRST,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_LINE,
  NODE_ROOM,
  NODE_STREAM,
  NODE_SUMS,
  NODE_WAITERS,
  PART_BORN,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PART_WORDS,
  PLACE_OWN,
  PLACE_SLOT,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_MADE,
  PRODUCT_HISTOGRAM,
  PRODUCT_SUMS,
  PRODUCT_SUMS_CARRY,
  PRODUCT_SUMS_FLOW,
  QUEUE_HEAD,
  QUEUE_TAIL,
  RUN_END,
  RUN_HISTOGRAM_SHIFT,
  RUN_WARMUP,
  SAMPLING_CONSTANT,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
  SERVER_TIMES,
  SINK_COUNTERS_FINISHED,
  SOURCE_COUNTERS_ARRIVED,
  STATE_BLOCKED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_OPERATIONS,
  STATUS_DONE,
  STREAM_WORDS,
} from '../stations/words.ts';
import { canonical } from './canonical.ts';
import type { Line, LineElement } from './line.ts';

const WORD = 0x100000000;
const NEVER = 0xffffffff;

/** A part inside at the end. */
interface Inside {
  /** The element that holds it, or the gap that it is in. */
  element: number;
  inGap: boolean;
  born: number;
  since: number;
}

/**
 * Each part has a *row*: by element, from when it was at work (`starts`), until when (`ends`), and when it went on (`goes`); ticks, as doubles,
 * for those of a source count past the end too. At the source, work is the time between arrivals. `were[e]` is when the part before
 * went on from element e, 0 if there was none.
 *
 * An event at the very tick of the warm-up cut or of the end comes before it.
 */
export class LineLedger {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly goes: Float64Array;
  readonly were: Float64Array;
  /** Tick of the cut, −1 without one; tick of the end. */
  cut = -1;
  end = 0;
  private readonly plant: Plant;
  private readonly line: Line;
  private readonly stations: number;
  private tables: Uint32Array;
  private shift = 0;
  private readonly subBits: number;
  private readonly histogram: Uint32Array;

  /** Parts whose whole row lies before the cut, and after it and before the end. */
  private early = 0;
  private whole = 0;
  // By element, of the window: ticks at work and blocked, and waits in the gap behind it, of those who left it.
  private readonly work: Float64Array;
  private readonly blocked: Float64Array;
  private readonly waits: Float64Array;
  private readonly carries: Float64Array;
  private flow = 0;
  private flowCarry = 0;
  // By element, of rows that are neither early nor whole: begun, done and gone by the end; done and gone by the cut; entered, left: as gone.
  private readonly begun: Int32Array;
  private readonly done: Int32Array;
  private readonly gone: Int32Array;
  private readonly entered: Int32Array;
  private readonly doneEarly: Int32Array;
  private readonly goneEarly: Int32Array;
  private readonly enteredEarly: Int32Array;
  /** Events at the tick of the end. */
  private last = 0;
  // By element, at the end.
  private readonly states: Int32Array;
  private readonly since: Float64Array;
  private readonly next: Float64Array;
  private inside: Inside[] = [];

  constructor(plant: Plant, line: Line) {
    const elements = line.stations.length + 1;
    const doubles = (): Float64Array => new Float64Array(elements);
    const counts = (): Int32Array => new Int32Array(elements);
    this.plant = plant;
    this.line = line;
    this.tables = plant.tables;
    this.stations = line.stations.length;
    this.subBits = plant.counts.histogramSubBits;
    this.histogram = new Uint32Array(plant.layout.histogramBins);
    [this.starts, this.ends, this.goes, this.were] = [doubles(), doubles(), doubles(), doubles()];
    [this.work, this.blocked, this.waits, this.carries] = [doubles(), doubles(), doubles(), doubles()];
    [this.since, this.next] = [doubles(), doubles()];
    [this.begun, this.done, this.gone, this.entered] = [counts(), counts(), counts(), counts()];
    [this.doneEarly, this.goneEarly, this.enteredEarly, this.states] = [counts(), counts(), counts(), counts()];
    this.retune(plant.tables);
  }

  retune(tables: Uint32Array): void {
    const { run } = this.plant.at;
    this.tables = tables;
    const warmup = tables[run + RUN_WARMUP] as number;
    this.cut = warmup > 0 ? warmup : -1;
    this.end = tables[run + RUN_END] as number;
    this.shift = tables[run + RUN_HISTOGRAM_SHIFT] as number;
  }

  begin(): void {
    const { work, blocked, waits, carries, begun, done, gone, entered, doneEarly, goneEarly, enteredEarly } = this;
    for (const sums of [work, blocked, waits, carries]) sums.fill(0);
    for (const counts of [begun, done, gone, entered, doneEarly, goneEarly, enteredEarly]) counts.fill(0);
    this.histogram.fill(0);
    this.early = 0;
    this.whole = 0;
    this.flow = 0;
    this.flowCarry = 0;
    this.last = 0;
    this.inside = [];
  }

  /** Books the row in hand. */
  book(): void {
    const { starts, ends, goes, work, blocked, waits, stations, cut, end } = this;
    const made = ends[0] as number;
    const finished = goes[stations] as number;
    if (finished <= cut && finished < end) {
      this.early++;
      return;
    }
    if (made <= cut || finished >= end) {
      this.straddle();
      return;
    }
    this.whole++;
    let go = goes[0] as number;
    blocked[0] = (blocked[0] as number) + go - made;
    const born = this.line.saturated ? go : made;
    for (let e = 1; e <= stations; e++) {
      const start = starts[e] as number;
      const ready = ends[e] as number;
      waits[e - 1] = (waits[e - 1] as number) + start - go;
      go = goes[e] as number;
      work[e] = (work[e] as number) + ready - start;
      blocked[e] = (blocked[e] as number) + go - ready;
    }
    this.finish(finished - born);
  }

  private finish(flow: number): void {
    this.flow += flow;
    const v = flow >>> this.shift;
    const sub = this.subBits;
    const e = 31 - Math.clz32(v);
    const bin = v >>> sub === 0 ? v : ((e - sub + 1) << sub) + ((v >>> (e - sub)) & ((1 << sub) - 1));
    this.histogram[bin] = (this.histogram[bin] as number) + 1;
  }

  /** A row that lies across the cut or the end, or has an event at the tick of either. */
  private straddle(): void {
    const { starts, ends, goes, were, work, blocked, waits, carries, stations, cut, end } = this;
    const saturated = this.line.saturated;
    const born = saturated && (goes[0] as number) <= end ? (goes[0] as number) : (ends[0] as number);
    const clip = (tick: number): number => (tick < cut ? cut : tick);
    const count = (counts: Int32Array, e: number): void => {
      counts[e] = (counts[e] as number) + 1;
    };
    for (let e = 0; e <= stations; e++) {
      const start = starts[e] as number;
      const ready = ends[e] as number;
      const go = goes[e] as number;
      if (start <= end) count(this.begun, e);
      if (ready <= end) {
        count(this.done, e);
        if (e > 0) work[e] = (work[e] as number) + clip(ready) - clip(start);
      }
      if (ready <= cut) count(this.doneEarly, e);
      if (ready === end) this.last++;
      if (go <= end) {
        count(this.gone, e);
        blocked[e] = (blocked[e] as number) + clip(go) - clip(ready);
      }
      if (go <= cut) count(this.goneEarly, e);
      if (go > end && (were[e] as number) <= end) {
        // Here the element stands at the end.
        const holds = ready <= end;
        const works = !holds && start <= end && e > 0;
        this.states[e] = holds ? STATE_BLOCKED : works ? STATE_WORKING : STATE_STARVED;
        this.since[e] = holds ? ready : works ? start : (were[e] as number);
        this.next[e] = !holds && start <= end ? Math.min(ready, NEVER) : NEVER;
        if (holds || works) this.inside.push({ element: e, inGap: false, born, since: ready });
      }
      // The gap behind it; behind the last station nobody waits.
      const on = e < stations ? (starts[e + 1] as number) : go;
      if (on <= end) count(this.entered, e);
      if (on <= cut) count(this.enteredEarly, e);
      if (on > cut && on <= end) waits[e] = (waits[e] as number) + on - go;
      if (go <= cut && on > cut) carries[e] = (carries[e] as number) + cut - go;
      if (go <= end && on > end) this.inside.push({ element: e, inGap: true, born, since: go });
    }
    const finished = goes[stations] as number;
    const there = saturated ? (goes[0] as number) : (ends[0] as number);
    if (there <= cut && finished > cut) this.flowCarry += cut - there;
    if (finished > cut && finished <= end) this.finish(finished - born);
  }

  /** Parts finished within the window. */
  get finished(): number {
    return this.whole + (this.gone[this.stations] as number) - (this.goneEarly[this.stations] as number);
  }

  /** Writes the final block, in its canonical form. */
  write(block: Uint32Array): void {
    const { plant, line, tables, stations, end } = this;
    const { at, layout, counts } = plant;
    block.set(tables.subarray(at.initial, at.initial + layout.words));
    const warm = this.cut >= 0;
    const rows = this.early + this.whole;
    let events = (warm ? 1 : 0) + 1;
    for (let e = 0; e <= stations; e++) events += rows + (this.done[e] as number);
    const arrivals = rows + (this.done[0] as number);
    block[HEAD_STATUS] = STATUS_DONE;
    block[HEAD_ELEMENT] = NIL;
    block[HEAD_NOW] = end;
    block[HEAD_EVENTS] = events;
    block[HEAD_OPERATIONS] = events - arrivals - (warm ? 1 : 0) - 1;
    block[HEAD_STEPS] = this.last + (this.cut === end ? 1 : 0);
    if (warm) block[layout.slot + counts.slots - 2] = NIL;

    const made = (early: boolean): number => {
      if (early) return this.early + ((line.saturated ? this.goneEarly[0] : this.doneEarly[0]) as number);
      return rows + ((line.saturated ? this.gone[0] : this.done[0]) as number);
    };
    /** Writes a counter as it stands at the end, and as it stood at the cut. */
    const counter = (word: number, late: number, early: number): void => {
      block[word] = late;
      if (warm) block[word - layout.counters + layout.before] = early;
    };
    const sum = (word: number, value: number): void => {
      block[word] = value % WORD;
      block[word + 1] = Math.floor(value / WORD);
    };
    const product = tables[line.sink.leg + LEG_PRODUCT] as number;
    const productCounters = tables[product + PRODUCT_COUNTERS] as number;
    const productSums = tables[product + PRODUCT_SUMS] as number;
    const finished = rows + (this.gone[stations] as number);
    const finishedEarly = this.early + (this.goneEarly[stations] as number);
    counter((tables[line.source.node + NODE_COUNTERS] as number) + SOURCE_COUNTERS_ARRIVED, made(false), made(true));
    counter(productCounters + PRODUCT_COUNTERS_MADE, made(false), made(true));
    counter(productCounters + PRODUCT_COUNTERS_FINISHED, finished, finishedEarly);
    counter((tables[line.sink.node + NODE_COUNTERS] as number) + SINK_COUNTERS_FINISHED, finished, finishedEarly);
    sum(productSums + PRODUCT_SUMS_FLOW, this.flow);
    sum(productSums + PRODUCT_SUMS_CARRY, this.flowCarry);
    block.set(this.histogram, tables[product + PRODUCT_HISTOGRAM] as number);

    for (let e = 0; e <= stations; e++) {
      this.writePlace(block, e, rows);
      const element = e === 0 ? line.source : (line.stations[e - 1] as LineElement);
      if (e > 0) {
        const operations = (tables[element.node + NODE_COUNTERS] as number) + STATION_COUNTERS_OPERATIONS;
        counter(operations, rows + (this.done[e] as number), this.early + (this.doneEarly[e] as number));
      }
      const buffer = line.buffers[e];
      if (buffer === undefined) continue;
      const counters = tables[buffer.node + NODE_COUNTERS] as number;
      const sums = tables[buffer.node + NODE_SUMS] as number;
      counter(counters + BUFFER_COUNTERS_ENTERED, rows + (this.gone[e] as number), this.early + (this.goneEarly[e] as number));
      counter(counters + BUFFER_COUNTERS_LEFT, rows + (this.entered[e] as number), this.early + (this.enteredEarly[e] as number));
      sum(sums + BUFFER_SUMS_WAIT, this.waits[e] as number);
      sum(sums + BUFFER_SUMS_CARRY, this.carries[e] as number);
    }
    this.writeParts(block);
    this.playTournament(block);
    canonical(plant, block);
  }

  /** The server of a station, or the outlet of the source; its clock, its draws. */
  private writePlace(block: Uint32Array, e: number, rows: number): void {
    const { plant, line, tables } = this;
    const { node, leg } = e === 0 ? line.source : (line.stations[e - 1] as LineElement);
    const place = tables[node + NODE_FIRST_PLACE] as number;
    const own = tables[place + PLACE_OWN] as number;
    const since = Math.max(this.since[e] as number, this.cut, 0);
    const [work, blocked] = [this.work[e] as number, this.blocked[e] as number];
    block[own + SERVER_STATE] = this.states[e] as number;
    block[own + SERVER_SINCE] = since;
    block[own + SERVER_TIMES + STATE_WORKING] = work;
    block[own + SERVER_TIMES + STATE_BLOCKED] = blocked;
    block[own + SERVER_TIMES + STATE_STARVED] = since - Math.max(this.cut, 0) - work - blocked;
    const clock = plant.layout.slot + (tables[place + PLACE_SLOT] as number);
    block[clock] = this.next[e] as number;
    const draws = (dist: number): boolean => dist !== NIL && tables[dist + DIST_KIND] !== SAMPLING_CONSTANT;
    let drawn = 0;
    if (e > 0) {
      if (draws(tables[leg + LEG_PROCESSING] as number)) drawn = rows + (this.begun[e] as number);
    } else {
      // The time to the next arrival is drawn when a part goes on.
      if (draws(tables[node + NODE_INTERARRIVAL] as number)) drawn = rows + (this.gone[0] as number);
      if (draws(tables[node + NODE_FIRST] as number)) drawn++;
      if (line.saturated) return;
    }
    const stream = tables[node + NODE_STREAM] as number;
    block[plant.layout.drawn + (stream - plant.at.stream) / STREAM_WORDS] = drawn;
  }

  /** Parts inside, in whatever records of the pool, and the queues they wait in. */
  private writeParts(block: Uint32Array): void {
    const { line, tables } = this;
    const { layout } = this.plant;
    block[HEAD_FREE] = NIL;
    let part = layout.part;
    for (const { element, inGap, born, since } of this.inside) {
      const here = element === 0 ? line.source : (line.stations[element - 1] as LineElement);
      const buffer = line.buffers[element];
      const next = inGap || buffer === undefined ? (line.stations[element] ?? line.sink) : buffer;
      block[part + PART_BORN] = born;
      if (inGap) {
        const { node, leg } = buffer as LineElement;
        const alone = this.append(block, tables[node + NODE_LINE] as number, part, since);
        // Who is first in line has decided its way.
        block[part + PART_LEG] = alone ? (tables[leg + LEG_EXIT] as number) : leg;
        this.fill(block, node);
      } else {
        const place = tables[here.node + NODE_FIRST_PLACE] as number;
        block[(tables[place + PLACE_OWN] as number) + SERVER_PART] = part;
        if (element > 0) this.fill(block, here.node);
        block[part + PART_LEG] = here.leg;
        if (this.states[element] === STATE_BLOCKED) {
          block[part + PART_LEG] = tables[here.leg + LEG_EXIT] as number;
          block[part + PART_HOLDER] = place;
          this.append(block, tables[next.node + NODE_WAITERS] as number, part, since);
        }
      }
      part += PART_WORDS;
    }
  }

  /** Puts a part at the end of a queue; says whether it is alone there. */
  private append(block: Uint32Array, queue: number, part: number, since: number): boolean {
    const last = block[queue + QUEUE_TAIL] as number;
    block[part + PART_SINCE] = since;
    block[part + PART_NEXT] = NIL;
    block[last === NIL ? queue + QUEUE_HEAD : last + PART_NEXT] = part;
    block[queue + QUEUE_TAIL] = part;
    return last === NIL;
  }

  private fill(block: Uint32Array, node: number): void {
    const room = this.tables[node + NODE_ROOM] as number;
    block[room] = (block[room] as number) - 1;
  }

  /** The tree over the clocks of a plant with many: each inner node holds the one that is least below it, the lower number on a tie. */
  private playTournament(block: Uint32Array): void {
    const { leaves, slot, tree } = this.plant.layout;
    const winner = (child: number): number => (child >= leaves ? child - leaves : (block[tree + child] as number));
    for (let i = leaves - 1; i >= 1; i--) {
      const [a, b] = [winner(2 * i), winner(2 * i + 1)];
      block[tree + i] = (block[slot + b] as number) < (block[slot + a] as number) ? b : a;
    }
  }
}
