/**
 * The reference engine: the specification in plain TypeScript, the engine where there is no WebGPU, and the maker of traces.
 * The whole idea: the least slot fires, then everything that can move moves. `shaders/run-twins.wgsl` is the same, word for word.
 * That is the short path, for plants of sources, buffers, stations and sinks; the whole vocabulary of production is in `src/shop/`.
 */
import { NEVER } from '../clock.ts';
import type { Plant } from '../scene/plant.ts';
import { attach } from '../shop/memory.ts';
import { listen } from '../shop/record.ts';
import { beginTwin, runTwin } from '../shop/run.ts';
import { enterBuffer, leaveBuffer, nextInLine } from '../stations/buffer.ts';
import { enterSink } from '../stations/sink.ts';
import { arrive, leaveSource } from '../stations/source.ts';
import { breakdownOrRepair, drawLife, enterStation, finishWork, leaveStation } from '../stations/station.ts';
import {
  BUFFER_SUMS_CARRY,
  HEAD_EVENTS,
  HEAD_NOW,
  HEAD_STATUS,
  HEAD_STEPS,
  KIND_BUFFER,
  KIND_SOURCE,
  KIND_STATION,
  NODE_DRAWS,
  NODE_FAILURE,
  NODE_FIRST,
  NODE_FIRST_DRAW,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_LINE,
  NODE_PLACES,
  NODE_ROOM,
  NODE_STREAM,
  NODE_SUMS,
  NODE_WORDS,
  LEG_NODE,
  PART_BORN,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  PLACE_WORDS,
  PRODUCT_SUMS,
  PRODUCT_SUMS_CARRY,
  QUEUE_HEAD,
  QUEUE_WORDS,
  RUN_MOVE_LIMIT,
  RUN_STEP_LIMIT,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_TIMES,
  SLOT_KIND,
  SLOT_KIND_ARRIVAL,
  SLOT_KIND_BREAKDOWN,
  SLOT_KIND_FINISH,
  SLOT_KIND_WARMUP,
  SLOT_ACTOR,
  SLOT_WORDS,
  STATUS_DONE,
  STATUS_LIVELOCK,
  STATE_COUNT,
  STATUS_RUNNING,
} from '../stations/words.ts';
import { Floor, NONE, type Recorder } from './floor.ts';

export class ReferenceEngine {
  readonly plant: Plant;
  private readonly floor: Floor;
  private readonly initial: Uint32Array;
  private readonly lineAt: number;
  private readonly queueAt: number;

  constructor(plant: Plant) {
    this.plant = plant;
    this.floor = new Floor(plant);
    this.lineAt = plant.at.line;
    this.queueAt = plant.layout.queue;
    this.initial = plant.tables.subarray(plant.at.initial, plant.at.initial + plant.layout.words);
  }

  /**
   * Writes the block of a fresh twin and draws what must be known before the first event: first arrivals, first times to failure.
   * .param block `plant.layout.words` words.
   * .param recorder is told what lies there at time 0.
   */
  begin(block: Uint32Array, seed: number, replication: number, recorder?: Recorder): void {
    block.set(this.initial);
    if (this.plant.features.shop) {
      attach(this.plant, block, seed, replication);
      listen(recorder);
      beginTwin();
      listen(undefined);
      return;
    }
    const f = this.floor;
    f.attach(block, seed, replication);
    const { t } = f;
    const end = this.plant.at.node + this.plant.counts.nodes * NODE_WORDS;
    for (let node = this.plant.at.node; node < end; node += NODE_WORDS) {
      const kind = t[node + NODE_KIND] as number;
      const first = t[node + NODE_FIRST_PLACE] as number;
      if (kind === KIND_SOURCE && t[node + NODE_INTERARRIVAL] !== NONE) {
        f.schedule(t[first + PLACE_SLOT] as number, f.sample(t[node + NODE_FIRST] as number, t[node + NODE_STREAM] as number));
      } else if (kind === KIND_STATION && t[node + NODE_FAILURE] !== NONE) {
        for (let i = 0; i < (t[node + NODE_PLACES] as number); i++) drawLife(f, first + i * PLACE_WORDS);
      }
    }
  }

  /**
   * Runs a twin on, for at most so many events.
   * .returns its status (`STATUS`); `running` when the budget was used up first.
   */
  run(block: Uint32Array, seed: number, replication: number, maxEvents: number, recorder?: Recorder): number {
    if (this.plant.features.shop) {
      attach(this.plant, block, seed, replication);
      listen(recorder);
      runTwin(maxEvents);
      listen(undefined);
      return block[HEAD_STATUS] as number;
    }
    const f = this.floor;
    f.attach(block, seed, replication);
    f.recorder = recorder;
    for (let events = 0; events < maxEvents && f.status === STATUS_RUNNING; events++) {
      this.step();
      if (f.status === STATUS_RUNNING) this.settle();
    }
    block[HEAD_STATUS] = f.status;
    f.recorder = undefined;
    return f.status;
  }

  /** Begins a twin and runs it to its end. */
  runWhole(block: Uint32Array, seed: number, replication: number): number {
    this.begin(block, seed, replication);
    return this.run(block, seed, replication, Number.POSITIVE_INFINITY);
  }

  /** The next event. */
  private step(): void {
    const f = this.floor;
    const { t, w, ticks } = f;
    const slot = this.nextSlot();
    const tick = ticks[f.slotAt + slot] as number;
    const row = this.plant.at.slot + slot * SLOT_WORDS;
    const kind = t[row + SLOT_KIND] as number;
    const actor = t[row + SLOT_ACTOR] as number;
    w[HEAD_EVENTS] = (w[HEAD_EVENTS] as number) + 1;
    if (tick === ticks[HEAD_NOW]) {
      const steps = (w[HEAD_STEPS] as number) + 1;
      w[HEAD_STEPS] = steps;
      if (steps > (t[f.runAt + RUN_STEP_LIMIT] as number) && kind !== SLOT_KIND_WARMUP) {
        f.stop(STATUS_LIVELOCK, kind === SLOT_KIND_FINISH || kind === SLOT_KIND_BREAKDOWN ? (t[actor + PLACE_NODE] as number) : actor);
        return;
      }
    } else {
      ticks[HEAD_NOW] = tick;
      w[HEAD_STEPS] = 0;
    }
    if (kind === SLOT_KIND_FINISH) finishWork(f, actor);
    else if (kind === SLOT_KIND_ARRIVAL) arrive(f, actor);
    else if (kind === SLOT_KIND_BREAKDOWN) breakdownOrRepair(f, actor);
    else if (kind === SLOT_KIND_WARMUP) this.cut(slot);
    else f.status = STATUS_DONE;
  }

  /** The slot of the least tick; the first of equals. */
  private nextSlot(): number {
    const { slotAt, ticks, w } = this.floor;
    const { layout, counts } = this.plant;
    if (layout.leaves > 0) return w[layout.tree + 1] as number;
    const { slots } = counts;
    let best = 0;
    let least = ticks[slotAt] as number;
    for (let slot = 1; slot < slots; slot++) {
      const tick = ticks[slotAt + slot] as number;
      if (tick < least) {
        least = tick;
        best = slot;
      }
    }
    return best;
  }

  /** Moves every part that can move: the marked element of the lowest number takes the longest-waiting part, until none is marked. */
  private settle(): void {
    const f = this.floor;
    const { t, w } = f;
    const { dirty, dirtyWords } = this.plant.layout;
    const nodeAt = this.plant.at.node;
    let moves = 0;
    let word = 0;
    const ready = f.ready;
    if (ready !== NONE) {
      f.ready = NONE;
      if (f.recorder !== undefined) f.recorder.leave(f.now, ready);
      this.leavePlace(f.readyFrom, ready);
      this.enter(t[(w[ready + PART_LEG] as number) + LEG_NODE] as number, ready);
      if (f.status !== STATUS_RUNNING) return;
    }
    while (word < dirtyWords) {
      const bits = w[dirty + word] as number;
      if (bits === 0) {
        word++;
        continue;
      }
      w[dirty + word] = bits & (bits - 1);
      const node = nodeAt + (word * 32 + 31 - Math.clz32(bits & -bits)) * NODE_WORDS;
      word = 0; // a move may mark any element
      if (w[t[node + NODE_ROOM] as number] === 0) continue;
      const queue = this.longestWaiting(node);
      if (queue === NONE) continue;
      if (++moves > (t[f.runAt + RUN_MOVE_LIMIT] as number)) {
        f.stop(STATUS_LIVELOCK, node);
        return;
      }
      const more = w[(w[queue + QUEUE_HEAD] as number) + PART_NEXT] !== NONE || (t[node + NODE_DRAWS] as number) > 1;
      this.takeFrom(queue, node);
      if (more && w[t[node + NODE_ROOM] as number] !== 0) f.mark(node);
      if (f.status !== STATUS_RUNNING) return;
    }
  }

  /** Of the queues a node takes from, the one whose head wants in and has waited longest; the first of equals; NONE if there is none. */
  private longestWaiting(node: number): number {
    const f = this.floor;
    const { w, t, ticks } = f;
    const first = t[node + NODE_FIRST_DRAW] as number;
    const end = first + (t[node + NODE_DRAWS] as number);
    let best = NONE;
    let least = NEVER;
    for (let i = first; i < end; i++) {
      const queue = t[i] as number;
      const part = w[queue + QUEUE_HEAD] as number;
      if (part === NONE || f.legAt(w[part + PART_LEG] as number, node) === NONE) continue;
      const since = ticks[part + PART_SINCE] as number;
      if (best === NONE || since < least) {
        best = queue;
        least = since;
      }
    }
    return best;
  }

  /** A node takes the part at the head of a queue. */
  private takeFrom(queue: number, node: number): void {
    const f = this.floor;
    const { t, w } = f;
    const part = f.shift(queue);
    w[part + PART_LEG] = f.legAt(w[part + PART_LEG] as number, node);
    if (f.recorder !== undefined) f.recorder.leave(f.now, part);
    const buffer = t[this.lineAt + (queue - this.queueAt) / QUEUE_WORDS] as number;
    if (buffer === NONE) {
      this.leavePlace(w[part + PART_HOLDER] as number, part);
      this.enter(node, part);
    } else {
      leaveBuffer(f, buffer, part);
      this.enter(node, part);
      nextInLine(f, buffer);
    }
  }

  private leavePlace(place: number, part: number): void {
    const f = this.floor;
    const from = f.t[place + PLACE_NODE] as number;
    if (f.t[from + NODE_KIND] === KIND_STATION) leaveStation(f, place);
    else leaveSource(f, from, place, part);
  }

  private enter(node: number, part: number): void {
    const f = this.floor;
    const kind = f.t[node + NODE_KIND] as number;
    if (kind === KIND_STATION) enterStation(f, node, part);
    else if (kind === KIND_BUFFER) enterBuffer(f, node, part);
    else enterSink(f, node, part);
  }

  /**
   * The warm-up cut: sums and histograms begin again; counters are copied as they stand. What parts inside have waited so far is carried,
   * so that the area under a queue or under WIP within the window is exact: waits of those who left + waits so far of those inside − carry.
   */
  private cut(slot: number): void {
    const f = this.floor;
    const { t, w, ticks } = f;
    const { at, counts, layout } = this.plant;
    f.schedule(slot, NEVER);
    w.fill(0, layout.sums, layout.sumsEnd);
    w.fill(0, layout.histogram, layout.histogram + counts.products * layout.histogramBins);
    w.copyWithin(layout.before, layout.counters, layout.countersEnd);
    for (let place = at.place; place < at.place + counts.places * PLACE_WORDS; place += PLACE_WORDS) {
      const own = t[place + PLACE_OWN] as number;
      const node = t[place + PLACE_NODE] as number;
      const part = w[own + SERVER_PART] as number;
      ticks[own + SERVER_SINCE] = f.now;
      w.fill(0, own + SERVER_TIMES, own + SERVER_TIMES + STATE_COUNT);
      // The part on offer at a saturated source is not made yet.
      const onOffer = t[node + NODE_KIND] === KIND_SOURCE && t[node + NODE_INTERARRIVAL] === NONE;
      if (part !== NONE && !onOffer) this.carry(part);
    }
    for (let node = at.node; node < at.node + counts.nodes * NODE_WORDS; node += NODE_WORDS) {
      const line = t[node + NODE_LINE] as number;
      if (line === NONE) continue;
      for (let part = f.head(line); part !== NONE; part = w[part + PART_NEXT] as number) {
        f.add((t[node + NODE_SUMS] as number) + BUFFER_SUMS_CARRY, f.now - (ticks[part + PART_SINCE] as number));
        this.carry(part);
      }
    }
  }

  /** Books a part's time in the plant so far as not in the window. */
  private carry(part: number): void {
    const f = this.floor;
    f.add((f.t[f.productOf(part) + PRODUCT_SUMS] as number) + PRODUCT_SUMS_CARRY, f.now - (f.ticks[part + PART_BORN] as number));
  }
}
