/** Small changes of sequences, and which of them are worth trying. Sequences may hold an item several times; every move keeps how often. */
import type { Dice } from './dice.ts';

/** A changed copy of a sequence of two items or more. @param mate another sequence of the same items. */
export type Move = (sequence: readonly number[], mate: readonly number[], dice: Dice) => number[];

/** Moves with names, near ones apart from far ones: which are good depends on what the sequence is for, and on how good it is already. */
export const MOVES: Readonly<Record<string, Move>> = {
  'near swap': (sequence, _mate, dice) => swapped(sequence, ...pair(sequence.length, reach(sequence.length), dice)),
  'far swap': (sequence, _mate, dice) => swapped(sequence, ...pair(sequence.length, sequence.length, dice)),
  'near insertion': (sequence, _mate, dice) => shifted(sequence, ...pair(sequence.length, reach(sequence.length), dice), 1),
  'far insertion': (sequence, _mate, dice) => shifted(sequence, ...pair(sequence.length, sequence.length, dice), 1),
  'block move': (sequence, _mate, dice) => {
    const most = Math.max(2, Math.floor(sequence.length / 4));
    const length = Math.min(sequence.length - 1, 2 + dice.whole(most - 1));
    return shifted(sequence, ...pair(sequence.length - length + 1, sequence.length, dice), length);
  },
  reversal: (sequence, _mate, dice) => {
    const [i, j] = pair(sequence.length, sequence.length, dice);
    const [from, to] = [Math.min(i, j), Math.max(i, j) + 1];
    return [...sequence.slice(0, from), ...sequence.slice(from, to).reverse(), ...sequence.slice(to)];
  },
  'some items': someItems,
  segment,
};

/** How far a near move goes. */
function reach(n: number): number {
  return Math.max(1, Math.round(Math.sqrt(n) / 2));
}

/** Two places of n, different and at most so far apart. */
function pair(n: number, far: number, dice: Dice): [number, number] {
  const i = dice.whole(n);
  const low = Math.max(0, i - far);
  const high = Math.min(n - 1, i + far);
  let j = low + dice.whole(high - low);
  if (j >= i) j++;
  return [i, j];
}

function swapped(sequence: readonly number[], i: number, j: number): number[] {
  const next = [...sequence];
  [next[i], next[j]] = [next[j] as number, next[i] as number];
  return next;
}

/** The block of so many from place i on, at place j of the rest. */
function shifted(sequence: readonly number[], i: number, j: number, length: number): number[] {
  const next = [...sequence];
  next.splice(j, 0, ...next.splice(i, length));
  return next;
}

/**
 * Half of the items keep their places, all others come in the mate's order into the places left (position-based crossover, Syswerda 1991; with
 * repetitions the job-based order crossover of Ono, Yamamura and Kobayashi 1996).
 */
function someItems(sequence: readonly number[], mate: readonly number[], dice: Dice): number[] {
  const kept = new Map<number, boolean>();
  for (const item of sequence) if (!kept.has(item)) kept.set(item, dice.uniform() < 0.5);
  const others = mate.filter((item) => !kept.get(item));
  let at = 0;
  return sequence.map((item) => (kept.get(item) ? item : (others[at++] as number)));
}

/**
 * A stretch of the mate of a quarter to half its length as it is and where it is, all else in the sequence's own order (order crossover, Davis 1985;
 * with repetitions an item's first occurrence stands for its first: generalised order crossover, Bierwirth 1995).
 */
function segment(sequence: readonly number[], mate: readonly number[], dice: Dice): number[] {
  const n = sequence.length;
  const length = Math.max(1, Math.floor(n * (0.25 + 0.25 * dice.uniform())));
  const from = dice.whole(n - length + 1);
  // Which occurrences of its item the stretch holds: from the the how-manieth on, and how many.
  const before = new Map<number, number>();
  const inside = new Map<number, number>();
  for (let i = 0; i < from + length; i++) {
    const counts = i < from ? before : inside;
    counts.set(mate[i] as number, (counts.get(mate[i] as number) ?? 0) + 1);
  }
  const seen = new Map<number, number>();
  const rest = sequence.filter((item) => {
    const k = seen.get(item) ?? 0;
    seen.set(item, k + 1);
    const first = before.get(item) ?? 0;
    return k < first || k >= first + (inside.get(item) ?? 0);
  });
  return [...rest.slice(0, from), ...mate.slice(from, from + length), ...rest.slice(from)];
}

/** A share of tries that every move keeps: what is of no use at first may be of use later. */
const LEAST_SHARE = 0.03;
/** How many tries ago one counts by a factor e less. */
const MEMORY = 400;

/** Which move comes next: in proportion to how often each, lately, made something better of what it was given (probability matching, Goldberg 1990; Thierens 2005). */
export class MoveChoice {
  private readonly names = Object.keys(MOVES);
  /** By move: tries and gains, fading. */
  private readonly tries = this.names.map(() => 1);
  private readonly gains = this.names.map(() => 0.2);

  draw(dice: Dice): number {
    const rates = this.names.map((_, i) => (this.gains[i] as number) / (this.tries[i] as number));
    const sum = rates.reduce((a, b) => a + b, 0);
    const free = 1 - LEAST_SHARE * rates.length;
    let u = dice.uniform();
    for (let i = 0; i < rates.length - 1; i++) {
      u -= LEAST_SHARE + (free * (rates[i] as number)) / sum;
      if (u < 0) return i;
    }
    return rates.length - 1;
  }

  move(index: number): Move {
    return MOVES[this.names[index] as string] as Move;
  }

  /** @param better whether the move made something better. */
  learn(index: number, better: boolean): void {
    const fade = 1 - 1 / MEMORY;
    for (let i = 0; i < this.tries.length; i++) {
      this.tries[i] = 1e-3 + (this.tries[i] as number) * fade;
      this.gains[i] = 1e-4 + (this.gains[i] as number) * fade;
    }
    this.tries[index]++;
    if (better) this.gains[index]++;
  }
}

/** How many different sequences there are of these items: a multinomial coefficient, Infinity beyond what a double holds. */
export function countArrangements(items: readonly number[]): number {
  const seen = new Map<number, number>();
  let count = 1;
  items.forEach((item, i) => {
    const times = (seen.get(item) ?? 0) + 1;
    seen.set(item, times);
    // The product up to here is a multinomial coefficient itself, so the division leaves no rest.
    count = (count * (i + 1)) / times;
  });
  return count;
}

/** All different sequences of ascending items, in lexicographic order (Knuth, "The Art of Computer Programming" 4A, 7.2.1.2, algorithm L). */
export function* arrangements(items: readonly number[]): Generator<number[]> {
  const at = [...items];
  for (;;) {
    yield [...at];
    let j = at.length - 2;
    while (j >= 0 && (at[j] as number) >= (at[j + 1] as number)) j--;
    if (j < 0) return;
    let k = at.length - 1;
    while ((at[j] as number) >= (at[k] as number)) k--;
    [at[j], at[k]] = [at[k] as number, at[j] as number];
    at.splice(j + 1, at.length, ...at.slice(j + 1).reverse());
  }
}
