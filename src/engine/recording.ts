/** Records one twin as a `Trace`. */
import type { Plant } from '../scene/plant.ts';
import { POOL_COUNT, POOL_FIRST, POOL_LEVEL, POOL_OWN, POOL_WORDS, WORKER_WORDS } from '../stations/shop-words.ts';
import {
  KIND_STATION,
  NODE_KIND,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_WORDS,
  PRODUCT_WORDS,
  RUN_END,
  RUN_WARMUP,
  SERVER_STATE,
  STATE_STARVED,
  STATUS_DONE,
  STATUS_RUNNING,
  STATUSES,
} from '../stations/words.ts';
import type { Recorder } from './floor.ts';
import { ReferenceEngine } from './reference.ts';
import { AT_HOME, CHANGE, MOVE, NEVER, OFF_DUTY, type Trace, VISIT } from './trace.ts';

/** Visits beyond which a recording stops: 200 MB. */
const VISIT_LIMIT = 7_000_000;

/** A list of fixed-size records of words that grows. */
class Log {
  words: Uint32Array<ArrayBuffer>;
  length = 0;
  private readonly size: number;
  constructor(size: number) {
    this.size = size;
    this.words = new Uint32Array(size * 4096);
  }
  /** Room for one more record; returns the word where it begins. */
  grow(): number {
    const at = this.length++ * this.size;
    if (at + this.size > this.words.length) {
      const wider = new Uint32Array(this.words.length * 2);
      wider.set(this.words);
      this.words = wider;
    }
    return at;
  }
  whole(): Uint32Array<ArrayBuffer> {
    return this.words.slice(0, this.length * this.size);
  }
}

class VisitRecorder implements Recorder {
  readonly visits = new Log(VISIT.words);
  readonly states = new Log(CHANGE.words);
  readonly moves = new Log(MOVE.words);
  /** By person: the place he is with; whether he is on duty. */
  private readonly with: Int32Array;
  private readonly onDuty: Uint8Array;
  /** By part number: its open visit (record + 1), its serial number, and where it was last. */
  private readonly open: Uint32Array;
  private readonly serial: Uint32Array;
  private readonly last: Uint32Array;
  private serials = 0;
  private readonly isServer: boolean[];
  private readonly plant: Plant;

  /** Handles to numbers. */
  private readonly partAt: number;
  private readonly partWords: number;
  private readonly placeAt: number;
  private readonly productAt: number;

  constructor(plant: Plant, isServer: boolean[]) {
    const { parts } = plant.counts;
    this.partAt = plant.layout.part;
    this.partWords = plant.layout.partWords;
    this.placeAt = plant.at.place;
    this.productAt = plant.at.product;
    this.open = new Uint32Array(parts);
    this.serial = new Uint32Array(parts);
    this.last = new Uint32Array(parts).fill(NEVER);
    this.isServer = isServer;
    this.plant = plant;
    this.with = new Int32Array(plant.counts.workers).fill(-1);
    this.onDuty = new Uint8Array(plant.counts.workers).fill(1);
  }

  enter(tick: number, handle: number, node: number, where: number, product: number): void {
    const part = (handle - this.partAt) / this.partWords;
    const from = this.last[part] as number;
    if (from === NEVER) this.serial[part] = this.serials++;
    const at = this.visits.grow();
    const { words } = this.visits;
    words[at + VISIT.enter] = tick;
    words[at + VISIT.leave] = NEVER;
    words[at + VISIT.node] = node;
    words[at + VISIT.where] = where;
    words[at + VISIT.from] = from;
    words[at + VISIT.product] = (product - this.productAt) / PRODUCT_WORDS;
    words[at + VISIT.part] = this.serial[part] as number;
    this.open[part] = this.visits.length;
    this.last[part] = node;
  }

  leave(tick: number, handle: number): void {
    const part = (handle - this.partAt) / this.partWords;
    const open = this.open[part] as number;
    if (open !== 0) this.visits.words[(open - 1) * VISIT.words + VISIT.leave] = tick;
    this.open[part] = 0;
  }

  gone(tick: number, handle: number): void {
    this.leave(tick, handle);
    this.last[(handle - this.partAt) / this.partWords] = NEVER;
  }

  state(tick: number, handle: number, state: number): void {
    const place = (handle - this.placeAt) / PLACE_WORDS;
    if (!this.isServer[place]) return;
    const at = this.states.grow();
    this.states.words[at + CHANGE.tick] = tick;
    this.states.words[at + CHANGE.place] = place;
    this.states.words[at + CHANGE.state] = state;
  }

  worker(tick: number, handle: number, place: number): void {
    const worker = (handle - this.plant.at.worker) / WORKER_WORDS;
    this.with[worker] = place;
    this.move(tick, worker);
  }

  duty(tick: number, pool: number, level: number): void {
    const { tables, at } = this.plant;
    const first = ((tables[pool + POOL_FIRST] as number) - at.worker) / WORKER_WORDS;
    for (let i = 0; i < (tables[pool + POOL_COUNT] as number); i++) {
      const on = i < level ? 1 : 0;
      if (this.onDuty[first + i] === on) continue;
      this.onDuty[first + i] = on;
      if (this.with[first + i] === -1) this.move(tick, first + i);
    }
  }

  /** Where somebody goes: who is with a place stays there though his shift is over. */
  private move(tick: number, worker: number): void {
    const place = this.with[worker] as number;
    const at = this.moves.grow();
    this.moves.words[at + MOVE.tick] = tick;
    this.moves.words[at + MOVE.worker] = worker;
    this.moves.words[at + MOVE.place] =
      place !== -1 ? (place - this.placeAt) / PLACE_WORDS : this.onDuty[worker] === 1 ? AT_HOME : OFF_DUTY;
  }

  /** What is otherwise than the trace takes for granted at time 0: servers off shift, people off duty. */
  opening(block: Uint32Array): void {
    const { tables, at, counts } = this.plant;
    for (let place = at.place; place < at.place + counts.places * PLACE_WORDS; place += PLACE_WORDS) {
      const state = block[(tables[place + PLACE_OWN] as number) + SERVER_STATE] as number;
      if (state !== STATE_STARVED) this.state(0, place, state);
    }
    for (let pool = at.pool; pool < at.pool + counts.pools * POOL_WORDS; pool += POOL_WORDS) {
      this.duty(0, pool, block[(tables[pool + POOL_OWN] as number) + POOL_LEVEL] as number);
    }
  }
}

/** Runs one replication again, recording: the same bits as in the batch, now with a trace. */
export function record(plant: Plant, seed: number, replication: number): Trace {
  const engine = new ReferenceEngine(plant);
  const { tables, at, counts } = plant;
  const isServer = Array.from({ length: counts.places }, (_, place) => {
    const node = tables[at.place + place * PLACE_WORDS + PLACE_NODE] as number;
    return tables[node + NODE_KIND] === KIND_STATION;
  });
  const recorder = new VisitRecorder(plant, isServer);
  const block = new Uint32Array(plant.layout.words);
  engine.begin(block, seed, replication, recorder);
  recorder.opening(block);
  let status: number = STATUS_RUNNING;
  while (status === STATUS_RUNNING && recorder.visits.length < VISIT_LIMIT) status = engine.run(block, seed, replication, 10_000, recorder);
  const end = tables[at.run + RUN_END] as number;
  const trace: Trace = {
    seed,
    replication,
    warmup: tables[at.run + RUN_WARMUP] as number,
    end,
    visits: recorder.visits.whole(),
    states: recorder.states.whole(),
    ...(counts.workers > 0 && { people: recorder.moves.whole() }),
  };
  if (status === STATUS_RUNNING) trace.note = `The recording stops after ${VISIT_LIMIT.toLocaleString('en')} visits.`;
  else if (status !== STATUS_DONE) trace.note = `This twin ended early: ${STATUSES[status]}.`;
  return trace;
}
