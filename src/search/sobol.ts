/**
 * Sobol' sequences: points that fill the unit cube evenly, however many are taken. Bratley and Fox 1988, "Algorithm 659", in Antonov and
 * Saleev's order (1979), with the direction numbers of Joe and Kuo 2008 and, where asked for, a scrambling.
 */
import { Dice } from './dice.ts';
import { JOE_KUO } from './joe-kuo.ts';

/** How many dimensions there are numbers for. */
export const MOST_DIMENSIONS = 256;
const BITS = 32;
/** Tells the scrambling's dice from those of a search with the same seed. */
const SCRAMBLE_STREAM = 0x50b01;

/** By dimension, direction numbers v₁ … v₃₂ as u32, v_k a fraction in units of 2^−32. */
let directions: Uint32Array[] | undefined;

function directionNumbers(): Uint32Array[] {
  if (directions !== undefined) return directions;
  // The first dimension is van der Corput's sequence: m_k = 1 for all k.
  directions = [Uint32Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k))];
  for (const row of JOE_KUO.split(';')) {
    const [a, ...initial] = row.split(' ').map(Number) as [number, ...number[]];
    const degree = initial.length;
    const v = new Uint32Array(BITS);
    for (let k = 0; k < BITS; k++) {
      if (k < degree) {
        v[k] = (initial[k] as number) * 2 ** (BITS - 1 - k);
        continue;
      }
      // m_k = 2 a₁ m_(k−1) ⊕ 2² a₂ m_(k−2) ⊕ … ⊕ 2^s m_(k−s) ⊕ m_(k−s), in fractions: the powers of two fall away.
      let next = (v[k - degree] as number) ^ ((v[k - degree] as number) >>> degree);
      for (let i = 1; i < degree; i++) {
        if (((a >>> (degree - 1 - i)) & 1) === 1) next ^= v[k - i] as number;
      }
      v[k] = next;
    }
    directions.push(v);
  }
  return directions;
}

/** Swaps the order of the 32 bits. */
function reversed(x: number): number {
  let y = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  y = ((y >>> 2) & 0x33333333) | ((y & 0x33333333) << 2);
  y = ((y >>> 4) & 0x0f0f0f0f) | ((y & 0x0f0f0f0f) << 4);
  y = ((y >>> 8) & 0x00ff00ff) | ((y & 0x00ff00ff) << 8);
  return (y >>> 16) | (y << 16);
}

/**
 * Owen's nested uniform scrambling (1995) by hashing: each bit is turned over or not by what stands before it. Laine and Karras 2011,
 * "Stratified sampling for stochastic transparency", with the constants of Vegdahl that Burley 2020 ("Practical hash-based Owen scrambling")
 * gives. In reversed bits every step lets a bit depend on lower ones alone, so the points remain a net.
 */
function scrambled(x: number, seed: number): number {
  let y = reversed(x);
  y ^= Math.imul(y, 0x3d20adea);
  y = (y + seed) | 0;
  y = Math.imul(y, (seed >>> 16) | 1);
  y ^= Math.imul(y, 0x05526c56);
  y ^= Math.imul(y, 0x53a22864);
  return reversed(y) >>> 0;
}

/** The points of one sequence, one after the other, up to 2^32 of them. */
export class SobolSequence {
  readonly dimensions: number;
  private readonly state: Uint32Array;
  private readonly seeds: number[] | undefined;
  private drawn = 0;

  /**
   * @param seed scrambles the sequence; without one it is the plain sequence, whose first point is the origin.
   * @throws RangeError for fewer than 1 or more than 256 dimensions.
   */
  constructor(dimensions: number, seed?: number) {
    if (!(dimensions >= 1 && dimensions <= MOST_DIMENSIONS)) {
      throw new RangeError(`A Sobol' sequence has 1 to ${MOST_DIMENSIONS} dimensions here, not ${dimensions}.`);
    }
    this.dimensions = dimensions;
    this.state = new Uint32Array(dimensions);
    if (seed !== undefined) {
      const dice = new Dice(seed, SCRAMBLE_STREAM);
      this.seeds = Array.from({ length: dimensions }, () => dice.word());
    }
  }

  /** The next point: coordinates in [0, 1), of 32 bits; scrambled ones in (0, 1), in the middle of their 2^−32. */
  next(): number[] {
    if (this.drawn > 0) {
      // In the order of the Gray code one direction number changes a point to the next: that of the lowest set bit of its index.
      const bit = 31 - Math.clz32(this.drawn & -this.drawn);
      const numbers = directionNumbers();
      for (let j = 0; j < this.dimensions; j++) this.state[j] = (this.state[j] as number) ^ ((numbers[j] as Uint32Array)[bit] as number);
    }
    this.drawn++;
    const { seeds } = this;
    if (seeds === undefined) return Array.from(this.state, (x) => x / 2 ** BITS);
    return Array.from(this.state, (x, j) => (scrambled(x, seeds[j] as number) + 0.5) / 2 ** BITS);
  }
}
