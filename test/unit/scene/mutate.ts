/** Spoils scenes, the same way for the same seed. */
import type { Loose } from './example.ts';

/** Numbers from 0 to 1 (mulberry32, Tommy Ettinger, public domain algorithm). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Spot {
  inside: Loose;
  key: string | number;
}

function spots(value: Loose, found: Spot[] = []): Spot[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push({ inside: value, key });
    spots(value[key], found);
  }
  return found;
}

const JUNK: Loose[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e-300,
  1e300,
  2 ** 32,
  -0,
  '',
  ' ',
  'NaN',
  'Infinity',
  '-3 min',
  '3 mins',
  '1e400 d',
  '0 s',
  '5 s',
  'total',
  'done',
  '__proto__',
  'constructor',
  'unlimited',
  'ä'.repeat(70),
  '\u0000',
  [],
  {},
  [[]],
  [1, 2, 3],
  { constant: { value: 3 } },
  { exponential: { mean: '1 h' } },
  { exponential: {} },
  { lognormal: { mu: 900, sigma: 30 } },
  { lognormal: { mean: 1, cv: 1e9 } },
  { weibull: { mean: 1, cv: 1e-12 } },
  { empirical: { edges: [2, 1], weights: [1] } },
  { discrete: { values: [], weights: [] } },
  { uniform: { min: 5, max: 1 } },
  { toString: 1 },
];

/** A text made from a scene by a few changes to its values, and sometimes to the text. */
export function mutated(scene: Loose, seed: number): string {
  const random = numbers(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const copy = structuredClone(scene);
  const names = ['products', 'sources', 'buffers', 'stations', 'groups', 'sinks'].flatMap((kind) => Object.keys(scene[kind] ?? {}));

  const change = ({ inside, key }: Spot): void => {
    const value = inside[key];
    switch (below(16)) {
      case 0:
        if (Array.isArray(inside)) inside.splice(key as number, 1);
        else delete inside[key];
        break;
      case 1:
        if (Array.isArray(inside)) inside.splice(key as number, 0, structuredClone(value));
        else inside[one([`${key}2`, ...names, 'total', 'x y', 'constructor', 'toString'])] = structuredClone(value);
        break;
      case 2:
        inside[key] = structuredClone(one(JUNK));
        break;
      case 3: {
        const other = one(spots(copy));
        const kept = structuredClone(other.inside[other.key]);
        other.inside[other.key] = structuredClone(value);
        inside[key] = kept;
        break;
      }
      case 4:
        inside[key] = one(names);
        break;
      case 5:
        if (typeof value === 'number') inside[key] = one([-value, value * 1e9, value / 1e9, value + 0.5, 0, 1e308]);
        else if (typeof value === 'string') inside[key] = value.slice(0, below(value.length + 1)) + one(['', 'x', ' ', '9', ' min']);
        break;
      case 6:
        if (!Array.isArray(inside)) {
          delete inside[key];
          inside[`${String(key).slice(0, -1)}`] = value;
        }
        break;
      case 7:
        inside[key] = one([[value], { value }, { [String(key)]: value }, [[value], value], String(value)]);
        break;
      case 8:
        if (Array.isArray(inside)) inside.reverse();
        else inside[`junk${below(3)}`] = structuredClone(one(JUNK));
        break;
      default: {
        // The same kind of thing from elsewhere: the changes most likely to be accepted.
        const alike = spots(copy).filter((spot) => (below(2) ? spot.key === key : typeof spot.inside[spot.key] === typeof value));
        const other = one(alike.length > 0 ? alike : [{ inside, key }]);
        inside[key] = structuredClone(other.inside[other.key]);
      }
    }
  };
  for (let changes = 1 + below(2); changes > 0; changes--) change(one(spots(copy)));

  const text = JSON.stringify(copy, null, below(3));
  switch (below(12)) {
    case 0:
      return text.slice(0, below(text.length));
    case 1: {
      const at = below(text.length);
      return text.slice(0, at) + one(['}', ']', ',', '"', '\\', '\u0000', '//', 'é', '1', '\ud800']) + text.slice(at + below(2));
    }
    case 2:
      return text.replace(/\d+/g, (digits) =>
        random() < 0.1 ? one(['1e999', '-0', '0123', '1e-999', 'NaN', '1.', '99999999999999999999']) : digits,
      );
    case 3: {
      const at = below(text.length);
      return text.slice(0, at) + text.slice(below(text.length), below(text.length)) + text.slice(at);
    }
    default:
      return text;
  }
}
