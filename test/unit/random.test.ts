import { describe, expect, it } from 'vitest';
import { draw, mulhi, philox, streamHash } from '../../src/random.ts';

const ONES = 0xffffffff;

/** Random123's kat_vectors, "philox4x32 10": counter, key, result. */
export const KNOWN_ANSWERS: [number[], number[], number[]][] = [
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
