/**
 * Addressed random draws: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"),
 * word for word as Random123 gives it. A draw is a function of its address and of nothing drawn before:
 *
 *     draw n of a stream in a replication = word (n mod 4) of philox(counter = (n div 4, hash lo, hash hi, 0), key = (seed, replication))
 *
 * `shaders/shared/random.wgsl` is the same in WGSL.
 */

/** The upper word of the 64-bit product of two u32, as a u32. JavaScript has only the lower one (`Math.imul`). */
export function mulhi(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = (Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16)) | 0;
  const other = (Math.imul(al, bh) + (middle & 0xffff)) | 0;
  return (Math.imul(ah, bh) + (middle >>> 16) + (other >>> 16)) >>> 0;
}

/**
 * One Philox4x32-10 block: counter (c0 … c3) and key (k0, k1) to four u32 words in `out[at]` … `out[at + 3]`.
 *
 * `mulhi` is written out here in 16-bit halves of the two multipliers: measured against products in doubles with exact
 * correction, mixtures of both, and ten unrolled rounds, this was the fastest or as fast (two thirds of the doubles' time).
 */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array, at: number): void {
  let w0 = c0 | 0;
  let w1 = c1 | 0;
  let w2 = c2 | 0;
  let w3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    // 0xd2511f53 × w0
    const al = w0 & 0xffff;
    const ah = w0 >>> 16;
    const am = (Math.imul(ah, 0x1f53) + (Math.imul(al, 0x1f53) >>> 16)) | 0;
    const an = (Math.imul(al, 0xd251) + (am & 0xffff)) | 0;
    const a = (Math.imul(ah, 0xd251) + (am >>> 16) + (an >>> 16)) | 0;
    // 0xcd9e8d57 × w2
    const bl = w2 & 0xffff;
    const bh = w2 >>> 16;
    const bm = (Math.imul(bh, 0x8d57) + (Math.imul(bl, 0x8d57) >>> 16)) | 0;
    const bn = (Math.imul(bl, 0xcd9e) + (bm & 0xffff)) | 0;
    const b = (Math.imul(bh, 0xcd9e) + (bm >>> 16) + (bn >>> 16)) | 0;
    const lowA = Math.imul(w0, 0xd2511f53);
    const lowB = Math.imul(w2, 0xcd9e8d57);
    w0 = b ^ w1 ^ key0;
    w2 = a ^ w3 ^ key1;
    w1 = lowB;
    w3 = lowA;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  out[at] = w0;
  out[at + 1] = w1;
  out[at + 2] = w2;
  out[at + 3] = w3;
}

/** The n-th draw, a u32, of the stream with hash (lo, hi). The plain form of the address; a hot loop keeps the block of four instead. */
export function draw(seed: number, replication: number, lo: number, hi: number, n: number): number {
  const block = new Uint32Array(4);
  philox(n >>> 2, lo, hi, 0, seed, replication, block, 0);
  return block[n & 3] as number;
}

/** Stands between element and use in a stream's hash. Not a UTF-16 code unit, so no name can contain it. */
const SEPARATOR = 0x10000;

/**
 * The 64-bit hash that names a stream by its element and its use ("processing", "failure 0" …), as two u32.
 *
 * A Merkle–Damgård chain with Philox as its compression function: for each UTF-16 code unit of element, separator and use, in turn,
 * (lo, hi) becomes the first two words of philox(counter = (lo, hi, unit, position), key = 0), starting from (0, 0).
 * Two of N streams collide with probability about N² / 2^65.
 */
export function streamHash(element: string, use: string): [lo: number, hi: number] {
  const state = new Uint32Array(4);
  let position = 0;
  const absorb = (unit: number): void => philox(state[0] as number, state[1] as number, unit, position++, 0, 0, state, 0);
  for (let i = 0; i < element.length; i++) absorb(element.charCodeAt(i));
  absorb(SEPARATOR);
  for (let i = 0; i < use.length; i++) absorb(use.charCodeAt(i));
  return [state[0] as number, state[1] as number];
}
