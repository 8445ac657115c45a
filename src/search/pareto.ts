/** Trade-offs: which designs no other beats in everything, how crowded they lie, and how much of the objectives' space they cover. */
import type { Goal } from './search.ts';

type Sense = Pick<Goal, 'sense'>;

/** Values as losses: less is better. */
function lossesOf(values: readonly (readonly number[])[], goals: readonly Sense[]): number[][] {
  return values.map((row) => row.map((value, g) => (goals[g].sense === 'minimise' ? value : -value)));
}

/** Whether `a` is nowhere worse than `b` and somewhere better; of losses. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let g = 0; g < a.length; g++) {
    if (a[g] > b[g]) return false;
    if (a[g] < b[g]) better = true;
  }
  return better;
}

/**
 * The Pareto front: indices, ascending, of the rows that no row dominates. Equal rows are all in it, rows with a NaN never.
 * @param values by row, by goal.
 */
export function front(values: readonly (readonly number[])[], goals: readonly Sense[]): number[] {
  const losses = lossesOf(values, goals);
  const order = losses.map((_, i) => i).filter((i) => !losses[i].some(Number.isNaN));
  // In lexicographic order only an earlier row can dominate, and if one does, then one of the front does (Kung, Luccio and Preparata 1975).
  order.sort((a, b) => {
    for (let g = 0; g < goals.length; g++) if (losses[a][g] !== losses[b][g]) return losses[a][g] - losses[b][g];
    return a - b;
  });
  const found: number[] = [];
  for (const i of order) if (!found.some((j) => dominates(losses[j], losses[i]))) found.push(i);
  return found.sort((a, b) => a - b);
}

/**
 * Ranks by non-dominated sorting with limits (Deb, Pratap, Agarwal and Meyarivan 2002): 0 is the front, 1 the front without those, and so on. A feasible
 * row dominates every infeasible one, and of two infeasible ones that of the lesser violation does.
 */
export function ranks(losses: readonly (readonly number[])[], violations: readonly number[]): number[] {
  const n = losses.length;
  const below: number[][] = losses.map(() => []);
  const above = losses.map(() => 0);
  const beats = (i: number, j: number): boolean => {
    if (violations[i] !== violations[j]) return violations[i] < violations[j];
    return violations[i] === 0 && dominates(losses[i], losses[j]);
  };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (beats(i, j)) {
        below[i].push(j);
        above[j]++;
      } else if (beats(j, i)) {
        below[j].push(i);
        above[i]++;
      }
    }
  }
  const result = losses.map(() => 0);
  let layer = above.flatMap((count, i) => (count === 0 ? [i] : []));
  for (let rank = 0; layer.length > 0; rank++) {
    const next: number[] = [];
    for (const i of layer) {
      result[i] = rank;
      for (const j of below[i]) if (--above[j] === 0) next.push(j);
    }
    layer = next;
  }
  return result;
}

/**
 * Crowding distances of the rows of one front (the same paper, section III-B): by goal the gap between the two neighbours as a share of the range,
 * added up. Infinity at both ends of a goal.
 */
export function crowding(losses: readonly (readonly number[])[]): number[] {
  const distance = losses.map(() => 0);
  for (let g = 0; g < (losses[0]?.length ?? 0); g++) {
    const order = losses.map((_, i) => i).sort((a, b) => losses[a][g] - losses[b][g] || a - b);
    const [first, last] = [order[0], order[order.length - 1]];
    const range = losses[last][g] - losses[first][g];
    distance[first] = Infinity;
    distance[last] = Infinity;
    if (!(range > 0)) continue;
    for (let k = 1; k + 1 < order.length; k++) {
      distance[order[k]] += (losses[order[k + 1]][g] - losses[order[k - 1]][g]) / range;
    }
  }
  return distance;
}

/** Of one front, `count` indices that lie well apart: again and again the most crowded is left out. */
export function thinned(losses: readonly (readonly number[])[], count: number): number[] {
  const kept = losses.map((_, i) => i);
  while (kept.length > count) {
    const distance = crowding(kept.map((i) => losses[i]));
    kept.splice(distance.indexOf(Math.min(...distance)), 1);
  }
  return kept;
}

/**
 * Hypervolume (Zitzler and Thiele 1999): the volume that the rows dominate, up to a reference which is worse in every goal than what counts. Exact:
 * by slices along one goal after another (HSO; While, Hingston, Barone and Huband 2006), down to a sweep of two. Of n rows and m goals it takes of the
 * order of n^(m−1) steps.
 * @param reference by goal, in the goals' own units. Rows that are not better than it in every goal add nothing.
 */
export function hypervolume(values: readonly (readonly number[])[], goals: readonly Sense[], reference: readonly number[]): number {
  const [corner] = lossesOf([reference], goals);
  const rows = lossesOf(values, goals).filter((row) => row.every((loss, g) => loss < corner[g]));
  return volume(rows, corner, goals.length);
}

/** The volume in the first m goals. */
function volume(rows: readonly number[][], corner: readonly number[], m: number): number {
  if (rows.length === 0) return 0;
  if (m === 1) return corner[0] - Math.min(...rows.map((row) => row[0]));
  if (m === 2) return area(rows, corner);
  const sorted = rows.toSorted((a, b) => a[m - 1] - b[m - 1]);
  // Those nearer than the slice's floor, as far as they matter in the goals below.
  let above: number[][] = [];
  let sum = 0;
  sorted.forEach((row, i) => {
    above = above.filter((other) => !covers(row, other, m - 1));
    if (!above.some((other) => covers(other, row, m - 1))) above.push(row);
    const next = i + 1 < sorted.length ? sorted[i + 1][m - 1] : corner[m - 1];
    if (next > row[m - 1]) sum += (next - row[m - 1]) * volume(above, corner, m - 1);
  });
  return sum;
}

function area(rows: readonly number[][], corner: readonly number[]): number {
  let sum = 0;
  let floor = corner[1];
  for (const [x, y] of rows.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (y >= floor) continue;
    sum += (corner[0] - x) * (floor - y);
    floor = y;
  }
  return sum;
}

/** Whether `a` is nowhere worse than `b` in the first m goals. */
function covers(a: readonly number[], b: readonly number[], m: number): boolean {
  for (let g = 0; g < m; g++) if (a[g] > b[g]) return false;
  return true;
}
