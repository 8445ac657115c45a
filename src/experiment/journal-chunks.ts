/** Outcomes as bytes: the form in which journals keep them, and in which a session holds what was kept before. */
import type { Order, Outcome, Point } from '../search/search.ts';

/** An order (or a piece of one) and what came of it. */
export interface Entry {
  order: Order;
  outcome: Outcome;
}

/** Words of a chunk before its entries, and of each entry before all numbers. */
const CHUNK_WORDS = 2;
const ENTRY_WORDS = 4;
/** Bytes of one chunk, beyond which the next entry begins another. */
const CHUNK_BYTES = 4_000_000;

/**
 * Entries as chunks of bytes, little-endian as everything WebGPU runs on. A chunk: u32 how many entries, u32 0; by entry u32 numbers of the point,
 * first, count, numbers of the outcome; then by entry the f64 of its point and of its outcome.
 */
export function* pack(entries: Iterable<Entry>): Generator<Uint8Array<ArrayBuffer>> {
  let some: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (bytes >= CHUNK_BYTES) {
      yield packChunk(some, bytes);
      some = [];
      bytes = 0;
    }
    some.push(entry);
    bytes += 4 * ENTRY_WORDS + 8 * (entry.order.point.length + entry.outcome.length);
  }
  if (some.length > 0) yield packChunk(some, bytes);
}

function packChunk(entries: readonly Entry[], bytes: number): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(4 * CHUNK_WORDS + bytes);
  const words = new Uint32Array(buffer, 0, CHUNK_WORDS + ENTRY_WORDS * entries.length);
  const numbers = new Float64Array(buffer, words.byteLength);
  words[0] = entries.length;
  let at = 0;
  entries.forEach(({ order: { point, first, count }, outcome }, i) => {
    words.set([point.length, first, count, outcome.length], CHUNK_WORDS + ENTRY_WORDS * i);
    numbers.set(point, at);
    numbers.set(outcome, at + point.length);
    at += point.length + outcome.length;
  });
  return new Uint8Array(buffer);
}

/** A chunk's entries as they lie there: four words of entry i from `[4 × i]` on, and all numbers. */
interface Opened {
  count: number;
  words: Uint32Array;
  numbers: Float64Array;
}

/** Opens a chunk, whose bytes must begin at a multiple of 8. @throws Error where it is none */
export function opened({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Opened {
  const broken = (): Error => new Error('A chunk of a journal cannot be read: its lengths do not fit.');
  if (byteLength < 4 * CHUNK_WORDS || byteLength % 8 !== 0) throw broken();
  const [count = 0] = new Uint32Array(buffer, byteOffset, 1);
  const begin = 4 * (CHUNK_WORDS + ENTRY_WORDS * count);
  if (begin > byteLength) throw broken();
  const words = new Uint32Array(buffer, byteOffset + 4 * CHUNK_WORDS, ENTRY_WORDS * count);
  const numbers = new Float64Array(buffer, byteOffset + begin, (byteLength - begin) / 8);
  let sum = 0;
  for (let w = 0; w < words.length; w += ENTRY_WORDS) sum += (words[w] as number) + (words[w + 3] as number);
  if (sum !== numbers.length) throw broken();
  return { count, words, numbers };
}

/** Replications in a chunk. */
export function twinsIn(chunk: Uint8Array<ArrayBuffer>): number {
  const { words } = opened(chunk);
  let twins = 0;
  for (let w = 0; w < words.length; w += ENTRY_WORDS) twins += words[w + 2] as number;
  return twins;
}

/** What is kept, by order: chunks as they are, and 16 to 32 bytes an order to find it. Orders are told apart by point (0 and −0 are one), first and count. */
export class Kept {
  /** Orders, and replications in them. */
  size = 0;
  twins = 0;
  private readonly chunks: Opened[] = [];
  /** By order: its chunk, its words in that, its numbers in that. */
  private places = new Uint32Array(3 * 1024);
  /** Orders by their hash, plus 1, with the next free slot for those that collide; at most half of it is taken. */
  private slots = new Uint32Array(2048);

  /**
   * Takes a chunk; what it says of an order that is there already is left out.
   * @param differs told where it says something else of such an order, and which chunk, in the order of their coming, has said it first
   */
  add(chunk: Uint8Array<ArrayBuffer>, differs?: (order: Order, chunk: number) => void): void {
    const from = opened(chunk);
    const number = this.chunks.push(from) - 1;
    let at = 0;
    for (let w = 0; w < from.words.length; w += ENTRY_WORDS) {
      const id = this.size;
      if (3 * (id + 1) > this.places.length) this.places = grown(this.places);
      this.places.set([number, w, at], 3 * id);
      const order = this.order(id);
      const slot = this.slotOf(order);
      const known = this.slots[slot] as number;
      if (known === 0) {
        this.slots[slot] = id + 1;
        this.size++;
        this.twins += order.count;
        if (2 * this.size > this.slots.length) this.rehash();
      } else if (differs !== undefined && !sameBits(this.outcome(known - 1), this.outcome(id)))
        differs(order, this.places[3 * (known - 1)] as number);
      at += (from.words[w] as number) + (from.words[w + 3] as number);
    }
  }

  /** What came of an order; a view of the bytes of its chunk. */
  outcomeOf(order: Order): Outcome | undefined {
    if (this.size === 0) return undefined;
    const known = this.slots[this.slotOf(order)] as number;
    return known === 0 ? undefined : this.outcome(known - 1);
  }

  /** All of it by point, first and count, whatever it came in. */
  *inOrder(): Generator<Entry> {
    const ids = Uint32Array.from({ length: this.size }, (_, id) => id);
    ids.sort((a, b) => this.compare(a, b));
    for (const id of ids) yield { order: this.order(id), outcome: this.outcome(id) };
  }

  private order(id: number): Order {
    const [{ words, numbers }, w, at] = this.place(id);
    const point: Point = Array.from(numbers.subarray(at, at + (words[w] as number)));
    return { point, first: words[w + 1] as number, count: words[w + 2] as number };
  }

  private outcome(id: number): Outcome {
    const [{ words, numbers }, w, at] = this.place(id);
    const begin = at + (words[w] as number);
    return numbers.subarray(begin, begin + (words[w + 3] as number));
  }

  private place(id: number): [from: Opened, w: number, at: number] {
    const { places } = this;
    return [this.chunks[places[3 * id] as number] as Opened, places[3 * id + 1] as number, places[3 * id + 2] as number];
  }

  /** The slot of an order, or the free one that it would take. */
  private slotOf(order: Order): number {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(order) & mask; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] as number;
      if (known === 0 || this.isOf(known - 1, order)) return slot;
    }
  }

  private isOf(id: number, { point, first, count }: Order): boolean {
    const [{ words, numbers }, w, at] = this.place(id);
    if (words[w] !== point.length || words[w + 1] !== first || words[w + 2] !== count) return false;
    return point.every((x, i) => x === numbers[at + i] || (Number.isNaN(x) && Number.isNaN(numbers[at + i])));
  }

  private rehash(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    for (let id = 0; id < this.size; id++) this.slots[this.slotOf(this.order(id))] = id + 1;
  }

  private compare(a: number, b: number): number {
    const [p, q] = [this.place(a), this.place(b)];
    const [n, m] = [p[0].words[p[1]] as number, q[0].words[q[1]] as number];
    for (let i = 0; i < Math.min(n, m); i++) {
      const [x, y] = [p[0].numbers[p[2] + i] as number, q[0].numbers[q[2] + i] as number];
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : x - y;
    }
    const word = (k: number): number => (p[0].words[p[1] + k] as number) - (q[0].words[q[1] + k] as number);
    return n - m || word(1) || word(2);
  }
}

const bits = new Uint32Array(2);
const double = new Float64Array(bits.buffer);

/** FNV-1a over words instead of bytes, with the bits stirred at the end (the finaliser of MurmurHash3). */
function hashOf({ point, first, count }: Order): number {
  let hash = Math.imul(0x811c9dc5 ^ first, 0x01000193);
  hash = Math.imul(hash ^ count, 0x01000193);
  for (const x of point) {
    // One of 0 and −0, and any NaN.
    double[0] = Number.isNaN(x) ? 0.1 : x + 0;
    hash = Math.imul(hash ^ (bits[0] as number), 0x01000193);
    hash = Math.imul(hash ^ (bits[1] as number), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  return larger;
}

function sameBits(a: Outcome, b: Outcome): boolean {
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
}
