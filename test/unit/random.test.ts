import { describe, expect, it } from 'vitest';
import { draw, mulhi, philox, streamHash } from '../../src/random.ts';

const ONES = 0xffffffff;

/** Random123's kat_vectors, "philox4x32 10": counter, key, result. */
const KNOWN_ANSWERS: [number[], number[], number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ONES, ONES, ONES, ONES],
    [ONES, ONES],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe('philox', () => {
  it("gives Random123's known answers", () => {
    for (const [c, k, expected] of KNOWN_ANSWERS) {
      const out = new Uint32Array(6);
      philox(c[0]!, c[1]!, c[2]!, c[3]!, k[0]!, k[1]!, out, 1);
      expect([...out]).toEqual([0, ...expected, 0]);
    }
  });
});

describe('mulhi', () => {
  it('is the upper word of the product, by BigInt', () => {
    const words = [0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, ONES];
    for (let n = 0; n < 500; n++) words.push(draw(9, 9, 9, 9, n));
    for (const a of words) {
      for (const b of words.slice(0, 60)) {
        const expected = Number((BigInt(a) * BigInt(b)) >> 32n);
        if (mulhi(a, b) !== expected || mulhi(b | 0, a | 0) !== expected) expect([a, b, mulhi(a, b)]).toEqual([a, b, expected]);
      }
    }
  });
});

describe('draw', () => {
  it('is word n mod 4 of block n div 4', () => {
    const block = new Uint32Array(4);
    for (const n of [0, 1, 2, 3, 4, 7, 401, ONES]) {
      philox(n >>> 2, 11, 12, 0, 13, 14, block, 0);
      expect(draw(13, 14, 11, 12, n)).toBe(block[n & 3]);
    }
  });

  /** Chi-square of 2^8 × 2^8 cells of the top bytes of pairs, as a number of standard deviations from what chance gives. */
  function pairs(count: number, pair: (i: number) => [number, number]): number {
    const cells = new Uint32Array(65536);
    for (let i = 0; i < count; i++) {
      const [a, b] = pair(i);
      cells[((a >>> 24) << 8) | (b >>> 24)]!++;
    }
    const expected = count / cells.length;
    let chiSquare = 0;
    for (const n of cells) chiSquare += (n - expected) ** 2 / expected;
    const freedom = cells.length - 1;
    return (chiSquare - freedom) / Math.sqrt(2 * freedom);
  }

  const neighbours: [string, (i: number) => [number, number]][] = [
    ['draws of a stream', (i) => [draw(1, 0, 77, 5, 2 * i), draw(1, 0, 77, 5, 2 * i + 1)]],
    ['replications', (i) => [draw(1, i, 77, 5, 0), draw(1, i + 1, 77, 5, 0)]],
    ['seeds', (i) => [draw(i, 3, 77, 5, 0), draw(i + 1, 3, 77, 5, 0)]],
    ['hashes', (i) => [draw(1, 3, i, 5, 0), draw(1, 3, i + 1, 5, 0)]],
    ['streams by name', (i) => [draw(1, 3, ...streamHash(`m${i}`, 'repair 0'), 0), draw(1, 3, ...streamHash(`m${i + 1}`, 'repair 0'), 0)]],
  ];
  // A fixed set of numbers: within 4 standard deviations it is and will stay.
  it.each(neighbours)('is independent between neighbouring %s', (_, pair) => {
    expect(Math.abs(pairs(200_000, pair))).toBeLessThan(4);
  });
});

describe('streamHash', () => {
  it('differs between 240,000 streams', () => {
    const seen = new Set<bigint>();
    const uses = ['processing', 'failure 0', 'repair 0', 'arrival', 'mix', 'routing'];
    for (let i = 0; i < 40_000; i++) {
      for (const use of uses) {
        const [lo, hi] = streamHash(`station ${i}`, use);
        seen.add((BigInt(hi) << 32n) | BigInt(lo));
      }
    }
    expect(seen.size).toBe(240_000);
  });

  it('knows where the name ends, and in which order things stand', () => {
    const hashes = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', ''],
      ['', 'abc'],
      ['ba', 'c'],
      ['c', 'ab'],
      ['', ''],
    ].map(([element, use]) => streamHash(element!, use!).join());
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('changes half of its bits for one bit of a name', () => {
    let changed = 0;
    const ones = (x: number): number => x.toString(2).replaceAll('0', '').length;
    for (let i = 0; i < 1000; i++) {
      const [a, b] = streamHash(`lathe ${String.fromCharCode(256 + 2 * i)}`, 'processing');
      const [c, d] = streamHash(`lathe ${String.fromCharCode(257 + 2 * i)}`, 'processing');
      changed += ones((a ^ c) >>> 0) + ones((b ^ d) >>> 0);
    }
    // 64,000 fair coins: a standard deviation is 0.002.
    expect(changed / 64_000).toBeCloseTo(0.5, 2);
  });

  it('stays what it is: results of a seed must not change with a version', () => {
    const block = new Uint32Array(4);
    // "a", separator, "b" written out by the definition.
    philox(0, 0, 97, 0, 0, 0, block, 0);
    philox(block[0]!, block[1]!, 0x10000, 1, 0, 0, block, 0);
    philox(block[0]!, block[1]!, 98, 2, 0, 0, block, 0);
    expect(streamHash('a', 'b')).toEqual([block[0], block[1]]);
  });
});
