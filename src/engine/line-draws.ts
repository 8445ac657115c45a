/**
 * The draws of a line's twin, as *units*: what a distribution's table makes of a random word before the mean comes in. Designs that differ in
 * means and places alone have equal units in the same replication, so they are drawn once for all of them.
 */
import { mulhi, philox } from '../random.ts';
import { SAMPLING_CONSTANT, SAMPLING_OCTAVES } from '../stations/words.ts';

/** Units are made for so many jobs of every element at a time. */
export const SPELL = 64;
/** Words of units that are kept from one twin to the next, at most: what fits a second-level cache. */
const KEPT_WORDS = 2 ** 18;
/** Knots of one half of an octave table. */
const SIDE = 865;
/** The unit of a constant: × (value + 1) / 2^32, rounded down, is the value. */
const WHOLE = 0xffffffff;

/** Where the draws of one element come from. */
export interface Drawn {
  /** Stream. */
  lo: number;
  hi: number;
  /** The table: SAMPLING_*, and the word of `shapes` where it begins. */
  kind: number;
  base: number;
  /** Job 0 has this draw; −1: none of its own, and job 1 has draw 0. */
  first: number;
}

export class LineDraws {
  /** Element e's unit of job c × SPELL + k is at `spell(c) + e × SPELL + k`. */
  readonly units: Int32Array;
  private readonly drawn: readonly Drawn[];
  private shapes: Uint32Array = new Uint32Array(0);
  private readonly spells: number;
  /** The spell that each part of `units` holds. */
  private readonly held: Int32Array;
  private seed = 0;
  private replication = 0;
  /** One more block than a spell has, for streams that begin in the middle of one. */
  private readonly words = new Uint32Array(SPELL + 4);

  constructor(drawn: readonly Drawn[]) {
    this.drawn = drawn;
    this.spells = Math.max(1, Math.floor(KEPT_WORDS / (drawn.length * SPELL)));
    this.units = new Int32Array(this.spells * drawn.length * SPELL);
    this.held = new Int32Array(this.spells).fill(-1);
  }

  /** Takes up a replication. */
  begin(seed: number, replication: number): void {
    if (seed === this.seed && replication === this.replication) return;
    this.seed = seed;
    this.replication = replication;
    this.held.fill(-1);
  }

  /** Takes up other tables of distributions, or says that an entry of `drawn` has changed. */
  reshape(shapes: Uint32Array): void {
    this.shapes = shapes;
    this.held.fill(-1);
  }

  /** Makes sure of the units of a spell; says where they begin. */
  spell(spell: number): number {
    const slot = spell % this.spells;
    const at = slot * this.drawn.length * SPELL;
    if (this.held[slot] !== spell) {
      for (let e = 0; e < this.drawn.length; e++) this.fill(this.drawn[e] as Drawn, spell, at + e * SPELL);
      this.held[slot] = spell;
    }
    return at;
  }

  private fill({ lo, hi, kind, base, first }: Drawn, spell: number, at: number): void {
    const { units, words, shapes, seed, replication } = this;
    if (kind === SAMPLING_CONSTANT) {
      units.fill(WHOLE, at, at + SPELL);
      return;
    }
    const from = spell * SPELL + first;
    const block = from >> 2;
    const lead = from & 3;
    const blocks = (SPELL + lead + 3) >> 2;
    // Block −1, of which only a word before the first draw is asked for, is drawn as any other and never used.
    for (let i = 0; i < blocks; i++) philox(block + i, lo, hi, 0, seed, replication, words, i * 4);
    if (kind === SAMPLING_OCTAVES) {
      for (let k = 0; k < SPELL; k++) units[at + k] = octave(shapes, base, words[lead + k] as number);
    } else {
      for (let k = 0; k < SPELL; k++) units[at + k] = segment(shapes, base, words[lead + k] as number);
    }
  }
}

/** A unit in ticks: as `sampleOctave` and `sampleSegments` end. */
export function toTicks(unit: number, scale: number, shift: number): number {
  const y = mulhi(unit, scale);
  return shift === 0 ? y : ((y >>> (shift - 1)) + 1) >>> 1;
}

/** `sampleOctave` of src/distributions.ts before its last step. */
function octave(shapes: Uint32Array, at: number, u: number): number {
  const upper = u >> 31;
  const distance = u ^ upper;
  const v = distance < 16 ? 16 : distance;
  const zeros = Math.clz32(v);
  const aligned = v << zeros;
  const knot = at + ((27 - zeros) << 5) + ((aligned << 1) >>> 27) + (upper & SIDE);
  const a = (shapes[knot] as number) | 0;
  const rise = (((((shapes[knot + 1] as number) | 0) - a) | 0) ^ upper) - upper;
  return (a + ((mulhi(rise, aligned << 6) ^ upper) - upper)) | 0;
}

/** `sampleSegments` of src/distributions.ts before its last step. */
function segment(shapes: Uint32Array, at: number, u: number): number {
  const draw = u >>> 0;
  let low = 0;
  let high = shapes[at] as number;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((shapes[at + 1 + middle * 4] as number) <= draw) low = middle;
    else high = middle;
  }
  const piece = at + 1 + low * 4;
  const rise = mulhi((draw - (shapes[piece] as number)) << (shapes[piece + 3] as number), shapes[piece + 2] as number);
  return (shapes[piece + 1] as number) + rise;
}
