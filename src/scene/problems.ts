/** What is wrong with a scene, said so that it can be mended: where, what was found, what was expected. */

/** One thing wrong with a scene. */
export interface Problem {
  /** `stations.press.processing.exponential.mean`, or `line 3, column 7` where it is not JSON at all. */
  path: string;
  message: string;
}

export type Path = readonly (string | number)[];

/** The most problems that are told one by one. */
const MOST_TOLD = 100;
/** The most that are kept at all, to be put in order: a large file can be wrong a million times. */
const MOST_KEPT = 10_000;

/** Collects what is found wrong. Messages are made only for those that are told, so that a search for a similar name may cost something. */
export class Findings {
  readonly #found: { path: Path; message: string | (() => string) }[] = [];
  #count = 0;

  add(path: Path, message: string | (() => string)): void {
    if (this.#count++ < MOST_KEPT) this.#found.push({ path, message });
  }

  get count(): number {
    return this.#count;
  }

  /** At most 100, in the order of the keys of the scene, then "and N more". */
  problems(scene: unknown): Problem[] {
    const order = new KeyOrder(scene);
    const sorted = this.#found
      .map((finding) => ({ finding, place: order.place(finding.path) }))
      .sort((a, b) => comparePlaces(a.place, b.place))
      .slice(0, MOST_TOLD)
      .map(({ finding: { path, message } }) => ({ path: pathText(path), message: typeof message === 'string' ? message : message() }));
    if (this.#count > sorted.length) sorted.push({ path: 'scene', message: `and ${this.#count - sorted.length} more` });
    return sorted;
  }
}

/** `links[3].to[0]`, `stations["my lathe"].servers`; the scene itself is `scene`. */
export function pathText(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\p{L}_$][\p{L}\p{M}\p{N}_$]{0,63}$/u.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key)}]`;
  }
  return text === '' ? 'scene' : text;
}

/** JSON of what was found, cut at 40 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // Infinity stands in a JSON text as a number that is too large, and would be printed as null.
  const text = typeof value === 'number' && !Number.isFinite(value) ? 'a number too large' : JSON.stringify(pruned(value, 4));
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** So much of a value as its first 40 characters can need. */
function pruned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, 42);
  if (typeof value === 'number' && !Number.isFinite(value)) return 'too large';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return depth === 0 ? [] : value.slice(0, 21).map((item) => pruned(item, depth - 1));
  const entries: [string, unknown][] = [];
  if (depth > 0) {
    for (const key in value) {
      if (entries.push([key.slice(0, 42), pruned((value as Record<string, unknown>)[key], depth - 1)]) === 12) break;
    }
  }
  return Object.fromEntries(entries);
}

/** ` (did you mean "lathe"?)` for the candidate most like a word that is none of them, or nothing where none is like it. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const close = nearest(word, candidates);
  return close === undefined ? '' : ` (did you mean ${JSON.stringify(close)}?)`;
}

/** The candidate that fewest letters changed, added, left out or swapped make of the word: at most a third of its length, at least one. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  if (word.length > 64) return best;
  const plain = word.toLowerCase();
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = edits(plain, candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment distance; some number not below `bound` where it is not below that. */
function edits(a: string, b: string, bound: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, (above[j - 1] as number) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] as number) + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    // A swap reaches back two rows, and costs one: no later row can be lower than the lowest of these less one.
    if (least > bound) return least;
    before = above;
    above = row;
  }
  return above[b.length] as number;
}

/** Where a path stands among the keys of a scene: index by index. What is missing stands at the head of the object that lacks it. */
class KeyOrder {
  readonly #scene: unknown;
  readonly #keys = new Map<object, Map<string, number>>();

  constructor(scene: unknown) {
    this.#scene = scene;
  }

  place(path: Path): number[] {
    let value = this.#scene;
    return path.map((key) => {
      if (typeof value !== 'object' || value === null) return -1;
      const inside = value;
      value = Object.hasOwn(inside, key) ? (inside as Record<string | number, unknown>)[key] : undefined;
      if (typeof key === 'number') return key;
      let keys = this.#keys.get(inside);
      if (!keys) this.#keys.set(inside, (keys = new Map(Object.keys(inside).map((known, i) => [known, i]))));
      return keys.get(key) ?? -1;
    });
  }
}

function comparePlaces(a: number[], b: number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
