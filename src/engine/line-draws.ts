/**
 * The draws of a line's twin, as *units*: what a distribution's table makes of a random word before the mean comes in. Designs that differ in
 * means and places alone have equal units in the same replication, so they are drawn once for all of them.
 */
import { mulhi, philox } from '../random.ts';
import { SAMPLING_CONSTANT, SAMPLING_OCTAVES } from '../stations/words.ts';

/** Units are made for so many jobs of every element at a time. */
export const SPELL = 64;
/** Words of units that are kept from one twin to the next, at most: of a hundred replications and more of a short line. */
const KEPT_WORDS = 2 ** 20;
/** Spells of a replication that can be kept. */
const KEPT_SPELLS = 2 ** 20;
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
  private readonly slots: number;
  /** Where spells lie, by replication × KEPT_SPELLS + spell; and by slot what lies there. The oldest goes first. */
  private readonly slotOf = new Map<number, number>();
  private readonly held: Float64Array;
  private next = 0;
  private seed = 0;
  private replication = 0;
  /** One more block than a spell has, for streams that begin in the middle of one. */
  private readonly words = new Uint32Array(SPELL + 4);

  constructor(drawn: readonly Drawn[]) {
    this.drawn = drawn;
    this.slots = Math.max(1, Math.floor(KEPT_WORDS / (drawn.length * SPELL)));
    this.units = new Int32Array(this.slots * drawn.length * SPELL);
    this.held = new Float64Array(this.slots).fill(-1);
  }

  /** Takes up a replication. */
  begin(seed: number, replication: number): void {
    if (seed !== this.seed) this.forget();
    this.seed = seed;
    this.replication = replication;
  }

  /** Takes up other tables of distributions (kept by reference), or says that an entry of `drawn` has changed. */
  reshape(shapes: Uint32Array): void {
    this.shapes = shapes;
    this.forget();
  }

  private forget(): void {
    this.slotOf.clear();
    this.held.fill(-1);
  }

  /** Makes sure of the units of a spell; says where they begin. */
  spell(spell: number): number {
    const size = this.drawn.length * SPELL;
    // Beyond what can be told apart nothing is kept.
    const key = spell < KEPT_SPELLS ? this.replication * KEPT_SPELLS + spell : -1;
    const known = this.slotOf.get(key);
    if (known !== undefined) return known * size;
    const slot = this.next;
    this.next = slot + 1 < this.slots ? slot + 1 : 0;
    const old = this.held[slot] as number;
    if (old >= 0) this.slotOf.delete(old);
    this.held[slot] = key;
    if (key >= 0) this.slotOf.set(key, slot);
    for (let e = 0; e < this.drawn.length; e++) this.fill(this.drawn[e] as Drawn, spell, slot * size + e * SPELL);
    return slot * size;
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
