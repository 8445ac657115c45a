/** The least that a dispatch expression needs about it, laid out by hand: a few records of the tables and of a block. */
import { parseExpression, programWords } from '../../../src/scene/expression.ts';
import type { Plant } from '../../../src/scene/plant.ts';
import { evaluate } from '../../../src/shop/expression.ts';
import { lookForIdle } from '../../../src/shop/variables.ts';
import { attach } from '../../../src/shop/memory.ts';
import * as shop from '../../../src/stations/shop-words.ts';
import * as words from '../../../src/stations/words.ts';
import type { World } from './any-expression.ts';

export const NEVER = 0xffffffff;
/** A tick is half a second. */
const TICK_SECONDS = 0.5;

// Where everything stands in the tables …
export const STATION = 16;
const BUFFER = 48;
const CONVEYOR = 80;
export const MORE = 112;
const PLACE = 144;
export const LEG = 160;
export const MATRIX = 184;
export const PROGRAM_END = 199;
export const PROGRAM = 200;
export const TABLE_WORDS = 2048;
// … and in the block, in which the station has two servers.
const STACK = 16;
export const PART = 32;
export const SERVERS = [48, 80] as const;
const ROOM = 112;
export const SERVERS_ROOM = 113;
const COUNTERS = 116;
export const RESULT = 120;
export const BLOCK_WORDS = 128;

export const PLAIN: World = {
  shift: 0,
  now: 1000,
  due: NEVER,
  release: 100,
  arrival: 400,
  mean: 60,
  work: 300,
  steps: 4,
  priority: 0,
  size: 1,
  loops: 0,
  inBuffer: 0,
  onConveyor: 0,
  counted: 0,
};

/** A part that waits at a station with two servers, in a plant with a buffer and a conveyor. */
export class Bench {
  readonly tables = new Uint32Array(TABLE_WORDS);
  readonly block = new Uint32Array(BLOCK_WORDS);

  constructor(world: World) {
    const { tables: t, block: w } = this;
    const set = (list: Uint32Array, base: number, fields: [number, number][]): void => {
      for (const [field, value] of fields) list[base + field] = value;
    };
    set(t, 0, [[shop.RUN_QUANTUM, world.shift]]);
    set(t, STATION, [
      [words.NODE_KIND, words.KIND_STATION],
      [words.NODE_CAPACITY, 2],
      [words.NODE_ROOM, SERVERS_ROOM],
      [words.NODE_FIRST_PLACE, PLACE],
      [words.NODE_PLACES, 2],
      [shop.NODE_MORE, MORE],
    ]);
    set(t, BUFFER, [
      [words.NODE_KIND, words.KIND_BUFFER],
      [words.NODE_CAPACITY, words.ENDLESS],
      [words.NODE_ROOM, ROOM],
    ]);
    set(t, CONVEYOR, [
      [words.NODE_KIND, shop.KIND_CONVEYOR],
      [words.NODE_COUNTERS, COUNTERS],
    ]);
    set(t, PLACE, [
      [words.PLACE_OWN, SERVERS[0]],
      [words.PLACE_WORDS + words.PLACE_OWN, SERVERS[1]],
    ]);
    set(t, LEG, [
      [shop.LEG_FAMILY, words.NIL],
      [shop.LEG_MEAN, world.mean],
      [shop.LEG_REMAINING, world.work],
      [shop.LEG_STEPS_LEFT, world.steps],
    ]);
    set(t, MORE, [
      [shop.STATION_SETUP, words.NIL],
      [shop.STATION_FAMILIES, 2],
    ]);
    w[words.HEAD_NOW] = world.now;
    w[SERVERS_ROOM] = 2;
    w[ROOM] = words.ENDLESS - world.inBuffer;
    set(w, COUNTERS, [
      [words.BUFFER_COUNTERS_ENTERED, world.onConveyor + world.counted],
      [words.BUFFER_COUNTERS_LEFT, world.counted],
    ]);
    set(w, PART, [
      [words.PART_BORN, world.release],
      [words.PART_SINCE, world.arrival],
      [shop.PART_DUE, world.due],
      [shop.PART_PRIORITY, world.priority],
      [shop.PART_SIZE, world.size],
      [shop.PART_LOOPS, world.loops],
    ]);
    for (const server of SERVERS) {
      set(w, server, [
        [words.SERVER_STATE, words.STATE_STARVED],
        [shop.SERVER_FAMILY, words.NIL],
      ]);
    }
  }

  /** The value of an expression for the part that waits at the station. */
  value(text: string): number {
    const nodes = new Map([
      ['press', STATION],
      ['paint', BUFFER],
      ['belt', CONVEYOR],
    ]);
    const result = parseExpression(text, { countable: new Set(nodes.keys()), tickSeconds: TICK_SECONDS });
    if (!result.ok) throw new Error(`${text}: column ${result.column}: found ${result.found}; expected ${result.expected}`);
    const list = programWords(result, this.tables[shop.RUN_QUANTUM] as number, (name) => nodes.get(name) as number);
    this.tables.set(list, PROGRAM);
    this.tables[PROGRAM_END] = PROGRAM + list.length;
    attach(plantOf(this.tables), this.block, 1, 0);
    lookForIdle(STATION);
    return evaluate(PROGRAM, PROGRAM + list.length, PART, LEG, STATION);
  }
}

/** So much of a plant as the machine looks at. */
export function plantOf(tables: Uint32Array): Plant {
  const plant = { tables, at: { run: 0 }, layout: { stack: STACK }, counts: { streams: 0 }, features: { conveyors: true } };
  return plant as unknown as Plant;
}
