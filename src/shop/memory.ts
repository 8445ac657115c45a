/**
 * The memory of the twin in hand, and the arithmetic on its words: all that the behaviour in `src/shop/` stands on. The behaviour is written
 * once, in the subset of TypeScript that `.tools/shop-wgsl.ts` defines, and turned into WGSL; this file is not: it has a twin written by hand,
 * `shaders/shop/memory.wgsl`, with the same functions to the same bits.
 *
 * Every number is an i32. A tick is the same 32 bits read as unsigned: compare ticks with `earlier`, add with `plus`, never with `<` and `+`.
 * Other arithmetic must stay within an i32 (TypeScript would go on counting where WGSL wraps).
 *
 * One twin at a time: module-level state, so that a word costs what an element of a typed array costs.
 */
import { sampleOctave, sampleSegments } from '../distributions.ts';
import { mulhi, philox } from '../random.ts';
import type { Plant } from '../scene/plant.ts';
import {
  DIST_BASE,
  DIST_KIND,
  DIST_SCALE,
  DIST_SHIFT,
  HEAD_NOW,
  HEAD_STATUS,
  SAMPLING_CONSTANT,
  SAMPLING_OCTAVES,
  STREAM_HI,
  STREAM_LO,
  STREAM_WORDS,
} from '../stations/words.ts';
import { AT_STREAM, L_DRAWN, L_LEAVES, L_SLOT, L_TREE, N_SLOTS, takeShape } from './shape.ts';

export * from './shape.ts';

/** NIL as an i32: no handle. */
export const NONE = -1;
/** The tick that never comes, as an i32. */
export const NEVER = -1;

const HIGHEST = 0x7fffffff;
const LOWEST = -0x80000000;
const TWO_32 = 0x100000000;
const NEVER_UNSIGNED = 0xffffffff;

let plant: Plant | undefined;
/** The block of the twin, and the tables. */
let w = new Int32Array(0);
let t = new Int32Array(0);
let unsignedTables = new Uint32Array(0);
let seed = 0;
let replication = 0;
/** The last Philox block of each stream, and which one it is (number + 1; 0 = none): four draws cost one block. */
let drawBlock = new Uint32Array(0);
let drawBlockNumber = new Int32Array(0);

/** The tick it is; `HEAD_NOW` says the same. */
export let now = 0;
/** The twin's status; `HEAD_STATUS` says the same. */
export let status = 0;

/** Takes up a twin: its plant, its block (kept by reference) and the key of its draws. */
export function attach(of: Plant, block: Uint32Array, withSeed: number, withReplication: number): void {
  if (of !== plant) {
    plant = of;
    takeShape(of);
    const { buffer, byteOffset, length } = of.tables;
    unsignedTables = of.tables as Uint32Array<ArrayBuffer>;
    t = new Int32Array(buffer as ArrayBuffer, byteOffset, length);
    if (drawBlockNumber.length < of.counts.streams) {
      drawBlockNumber = new Int32Array(of.counts.streams);
      drawBlock = new Uint32Array(4 * of.counts.streams);
    }
  }
  if (w.buffer !== block.buffer || w.byteOffset !== block.byteOffset || w.length !== block.length) {
    w = new Int32Array(block.buffer as ArrayBuffer, block.byteOffset, block.length);
  }
  seed = withSeed;
  replication = withReplication;
  drawBlockNumber.fill(0);
  now = w[HEAD_NOW] as number;
  status = w[HEAD_STATUS] as number;
}

/** Word i of the twin's block. */
export function word(i: number): number {
  return w[i] as number;
}

/** Sets word i of the twin's block. */
export function put(i: number, value: number): void {
  w[i] = value;
}

/** Word i of the tables. */
export function table(i: number): number {
  return t[i] as number;
}

/** Moves the clock on. */
export function setNow(tick: number): void {
  now = tick;
  w[HEAD_NOW] = tick;
}

/** Sets the twin's status. */
export function setStatus(value: number): void {
  status = value;
  w[HEAD_STATUS] = value;
}

// ── Ticks: unsigned, NEVER is the greatest ───────────────────────────────────────────────────────────────────────────

/** a < b. */
export function earlier(a: number, b: number): boolean {
  return a >>> 0 < b >>> 0;
}

/** Whether a random word falls below a threshold. */
export function below(u: number, threshold: number): boolean {
  return u >>> 0 < threshold >>> 0;
}

/** a + b; NEVER where the sum does not fit or either is NEVER. */
export function plus(a: number, b: number): number {
  const sum = (a >>> 0) + (b >>> 0);
  return sum < NEVER_UNSIGNED ? sum | 0 : NEVER;
}

/** a − b, a not earlier than b. */
export function minus(a: number, b: number): number {
  return (a - b) | 0;
}

/** The earlier of two. */
export function least(a: number, b: number): number {
  return a >>> 0 < b >>> 0 ? a : b;
}

/** The later of two. */
export function latest(a: number, b: number): number {
  return a >>> 0 < b >>> 0 ? b : a;
}

/** ticks × num ÷ den, rounded down; num and den are 1 … 2^21. At most the last tick before NEVER. */
export function scaled(ticks: number, num: number, den: number): number {
  const product = (ticks >>> 0) * num; // below 2^53: exact
  let quotient = Math.floor(product / den);
  // The division rounds to nearest, so a quotient may come out one too high.
  if (quotient * den > product) quotient--;
  return quotient < NEVER_UNSIGNED ? quotient | 0 : NEVER - 1;
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Adds ticks to the 64-bit sum at words `at` (low) and `at + 1` (high). */
export function add64(at: number, ticks: number): void {
  const sum = ((w[at] as number) >>> 0) + (ticks >>> 0);
  w[at] = sum;
  if (sum >= TWO_32) w[at + 1] = (w[at + 1] as number) + 1;
}

/** One more at a word. */
export function count(at: number): void {
  w[at] = (w[at] as number) + 1;
}

// ── Signed fixed-point arithmetic that saturates ─────────────────────────────────────────────────────────────────────

/** a + b, held within an i32. */
export function satAdd(a: number, b: number): number {
  return Math.max(LOWEST, Math.min(HIGHEST, a + b));
}

/** a − b, held within an i32. */
export function satSub(a: number, b: number): number {
  return Math.max(LOWEST, Math.min(HIGHEST, a - b));
}

/** a × b ÷ 2^s rounded down, s 0 … 31, held within an i32. */
export function mulShift(a: number, b: number, s: number): number {
  const high = (mulhi(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
  const low = Math.imul(a, b);
  const shifted = s === 0 ? low : (low >>> s) | (high << (32 - s));
  if (high >> s === shifted >> 31) return shifted;
  return high < 0 ? LOWEST : HIGHEST;
}

/** a × 2^s ÷ b rounded toward zero, s 0 … 31, held within an i32; where b is 0 the end of the range on a's side, and 0 for 0 ÷ 0. */
export function divScaled(a: number, b: number, s: number): number {
  if (b === 0) return a === 0 ? 0 : a < 0 ? LOWEST : HIGHEST;
  const dividend = Math.abs(a);
  const divisor = Math.abs(b);
  // In two steps, so that no product exceeds 2^53: the quotient to `first` binary places, then the rest of them from the remainder.
  const first = s < 21 ? s : 21;
  const product = dividend * 2 ** first;
  let quotient = Math.floor(product / divisor);
  if (quotient * divisor > product) quotient--;
  const rest = 2 ** (s - first);
  const size = quotient * rest + Math.floor(((product - quotient * divisor) * rest) / divisor);
  if (a < 0 !== b < 0) return size > HIGHEST ? LOWEST : -size | 0;
  return size > HIGHEST ? HIGHEST : size;
}

// ── Draws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The next random word of a stream (its address in the tables). */
export function drawWord(stream: number): number {
  const index = Math.trunc((stream - AT_STREAM) / STREAM_WORDS);
  const n = w[L_DRAWN + index] as number;
  w[L_DRAWN + index] = n + 1;
  const block = n >>> 2;
  if (drawBlockNumber[index] !== block + 1) {
    philox(block, t[stream + STREAM_LO] as number, t[stream + STREAM_HI] as number, 0, seed, replication, drawBlock, index * 4);
    drawBlockNumber[index] = block + 1;
  }
  return (drawBlock[index * 4 + (n & 3)] as number) | 0;
}

/** Draws ticks (or a number) from a distribution of the tables. A constant takes no draw. */
export function sample(dist: number, stream: number): number {
  const kind = t[dist + DIST_KIND] as number;
  if (kind === SAMPLING_CONSTANT) return t[dist + DIST_SCALE] as number;
  const base = t[dist + DIST_BASE] as number;
  const scale = t[dist + DIST_SCALE] as number;
  const shift = t[dist + DIST_SHIFT] as number;
  const u = drawWord(stream);
  if (kind === SAMPLING_OCTAVES) return sampleOctave(unsignedTables, base, scale, shift, u) | 0;
  return sampleSegments(unsignedTables, base, scale, shift, u) | 0;
}

// ── The next event ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Sets when a slot fires next. */
export function schedule(slot: number, tick: number): void {
  w[L_SLOT + slot] = tick;
  if (L_LEAVES !== 0) replay(slot);
}

/** Over more slots than a scan serves lie levels of least ticks, each of eights of the one below: brings those above a slot up to date. */
function replay(slot: number): void {
  let at = L_SLOT;
  let up = L_TREE;
  let n = L_LEAVES;
  let i = slot;
  while (n > 8) {
    const group = at + (i & ~7);
    let soonest = (w[group] as number) >>> 0;
    for (let k = 1; k < 8; k++) {
      const tick = (w[group + k] as number) >>> 0;
      if (tick < soonest) soonest = tick;
    }
    i >>= 3;
    n >>= 3;
    if ((w[up + i] as number) >>> 0 === soonest) break;
    w[up + i] = soonest;
    at = up;
    up += n;
  }
}

/** The slot of the least tick; the first of equals. */
export function nextSlot(): number {
  if (L_LEAVES === 0) return firstOfLeast(L_SLOT, N_SLOTS);
  let at = L_TREE;
  let n = L_LEAVES >> 3;
  while (n > 8) {
    at += n;
    n >>= 3;
  }
  let i = firstOfLeast(at, n);
  while (at !== L_TREE) {
    n <<= 3;
    at -= n;
    i = 8 * i + firstOfLeast(at + 8 * i, 8);
  }
  return 8 * i + firstOfLeast(L_SLOT + 8 * i, 8);
}

/** Of n words from `at` on, which is the least tick; the first of equals. */
function firstOfLeast(at: number, n: number): number {
  let best = 0;
  let soonest = (w[at] as number) >>> 0;
  for (let k = 1; k < n; k++) {
    const tick = (w[at + k] as number) >>> 0;
    if (tick < soonest) {
      soonest = tick;
      best = k;
    }
  }
  return best;
}
