/**
 * A fingerprint of a batch, for two machines to compare: 64 bits over the replication number and all final words of every twin. The words of a
 * plain plant are taken in their canonical form (`src/engine/canonical.ts`), so that twins run by events and by recursion have one digest.
 *
 * Each twin has a 64-bit hash of two lanes that run side by side over its words: the round of MurmurHash3 x86-32 (Appleby 2011) and the round of an xxHash32
 * accumulator (Collet 2012), mixed together at the end. Both rounds, and the mixing, are one-to-one in the state and in the word, so twins
 * that differ in a single word never share a hash; for any other difference chance is about 2^−64. The hashes of all twins are added modulo 2^64: their order,
 * and how they were batched, do not matter, and a difference in one twin alone is never lost.
 *
 * It tells honest machines apart that computed different things. It is no cryptographic hash: whoever wants to can make collisions.
 */

/** The finalizer of MurmurHash3: one-to-one on u32, every input bit reaching every output bit. */
function avalanche(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** MurmurHash3 x86-32: the state after one more word. */
function murmurRound(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  h ^= k;
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** XxHash32: the state of an accumulator after one more word. */
function xxRound(h: number, word: number): number {
  h = (h + Math.imul(word, 0x85ebca77)) | 0;
  return Math.imul((h << 13) | (h >>> 19), 0x9e3779b1);
}

export type DigestState = [lo: number, hi: number, count: number];

export class Digest {
  private lo = 0;
  private hi = 0;
  private twins = 0;

  /** From the `state` of another digest; empty without one. */
  constructor(state?: Readonly<DigestState>) {
    if (state) [this.lo, this.hi, this.twins] = state;
  }

  /** The sum as two u32, and how many twins are in it: plain data, for another thread or a file. */
  get state(): DigestState {
    return [this.lo, this.hi, this.twins];
  }

  /**
   * Adds one twin: its replication number (u32) and its block, word w at `words[w × stride + offset]` for every w that lies inside `words`.
   * A wide stride waits for memory at every word; several twins of one buffer are faster copied out first.
   */
  add(replication: number, words: Uint32Array, offset = 0, stride = 1): void {
    let a = avalanche(replication);
    let b = avalanche(replication ^ 0x9e3779b9);
    for (let i = offset; i < words.length; i += stride) {
      const word = words[i];
      a = murmurRound(a, word);
      b = xxRound(b, word);
    }
    this.finish(a, b, Math.ceil((words.length - offset) / stride));
  }

  /** Takes over the twins of another digest, which keeps its own. */
  merge(other: Digest): void {
    this.sum(other.lo, other.hi);
    this.twins += other.twins;
  }

  /** 16 hexadecimal digits; zeros while there are no twins. */
  toString(): string {
    return this.hi.toString(16).padStart(8, '0') + this.lo.toString(16).padStart(8, '0');
  }

  /** Mixes the two lanes of a twin of so many words (as MurmurHash3 x86-128 mixes its four) and adds it. */
  private finish(a: number, b: number, length: number): void {
    a ^= length;
    b ^= length;
    a = (a + b) | 0;
    b = (b + a) | 0;
    a = avalanche(a);
    b = avalanche(b);
    a = (a + b) | 0;
    b = (b + a) | 0;
    this.sum(a >>> 0, b >>> 0);
    this.twins++;
  }

  /** Adds a 64-bit number, modulo 2^64. */
  private sum(lo: number, hi: number): void {
    const low = this.lo + lo;
    this.lo = low >>> 0;
    this.hi = (this.hi + hi + (low > 0xffffffff ? 1 : 0)) >>> 0;
  }
}
