/** Latin hypercubes: each axis of the unit cube is cut in as many strata as there are points, and each stratum has one point. */
import { exp, log } from '../elementary.ts';
import { Dice } from './dice.ts';

/** Of φ_p, over squared distances: p = 16. High enough that the closest pair rules, low enough that φ still tells of the others. */
const HALF_POWER = 8;
/** Terms of φ_p that annealing may compute, and points from which on it is left out: a pass over all pairs would cost more. */
const WORK = 2e7;
const MOST_ANNEALED = 3000;

/** A random one: `points` rows of as many coordinates as there are dimensions, each in the middle of its stratum (McKay, Beckman and Conover 1979). */
export function latinHypercube(points: number, dimensions: number, dice: Dice): Float64Array[] {
  const rows = Array.from({ length: points }, () => new Float64Array(dimensions));
  for (let j = 0; j < dimensions; j++) {
    const strata = dice.shuffle(Array.from({ length: points }, (_, i) => i));
    rows.forEach((row, i) => {
      row[j] = ((strata[i] as number) + 0.5) / points;
    });
  }
  return rows;
}

/** The inverse p-th power of a distance; coinciding points cost as much as a trillion pairs at a millionth. */
function closeness(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) {
    const gap = (a[j] as number) - (b[j] as number);
    sum += gap * gap;
  }
  const inverse = 1 / Math.max(sum, 1e-12);
  let power = inverse;
  for (let k = 1; k < HALF_POWER; k *= 2) power *= power;
  return power;
}

/**
 * A Latin hypercube whose points keep their distance: Morris and Mitchell 1995, "Exploratory designs for computational experiments", minimise
 * φ_p = (Σ over pairs of 1 / distance^p)^(1/p), which for high p is maximin, by annealing over exchanges of two points' strata on one axis.
 * Here ln φ is annealed, so that temperatures need no scale, with a fixed amount of work. Above 3,000 points the random one is returned.
 */
export function maximinLatinHypercube(points: number, dimensions: number, seed: number): Float64Array[] {
  const dice = new Dice(seed, 0x1a71);
  let rows = latinHypercube(points, dimensions, dice);
  if (points < 3 || dimensions < 2 || points > MOST_ANNEALED) return rows;
  let sum = total(rows);
  let best = rows.map((row) => row.slice());
  let least = sum;
  const tries = Math.min(100 * points * dimensions, Math.floor(WORK / (2 * points * dimensions)));
  // From accepting most exchanges that worsen φ by a tenth to accepting none that worsen it by a hundredth of that.
  let heat = 0.1;
  const cooling = exp(-log(1000) / tries);
  for (let t = 0; t < tries; t++, heat *= cooling) {
    const axis = dice.whole(dimensions);
    const i = dice.whole(points);
    const j = (i + 1 + dice.whole(points - 1)) % points;
    const a = rows[i] as Float64Array;
    const b = rows[j] as Float64Array;
    const before = nearness(rows, i, j);
    const kept = a[axis] as number;
    a[axis] = b[axis] as number;
    b[axis] = kept;
    // Between a and b nothing changes: both distances have the same square on that axis.
    const next = Math.max(sum + nearness(rows, i, j) - before, 0);
    const worse = next > sum ? log(next / sum) / (2 * HALF_POWER) : 0;
    if (worse > 0 && dice.uniform() >= exp(-worse / heat)) {
      b[axis] = a[axis] as number;
      a[axis] = kept;
      continue;
    }
    sum = next;
    if (sum < least) {
      least = sum;
      best = rows.map((row) => row.slice());
    }
    // Differences of powers of very unequal terms lose digits; the sum is taken afresh from time to time.
    if (t % 1024 === 0) sum = total(rows);
  }
  rows = best;
  return rows;
}

/** What points i and j have to do with all others. */
function nearness(rows: Float64Array[], i: number, j: number): number {
  const a = rows[i] as Float64Array;
  const b = rows[j] as Float64Array;
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    if (k !== i && k !== j) sum += closeness(a, rows[k] as Float64Array) + closeness(b, rows[k] as Float64Array);
  }
  return sum;
}

function total(rows: Float64Array[]): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) sum += closeness(rows[i] as Float64Array, rows[j] as Float64Array);
  }
  return sum;
}
