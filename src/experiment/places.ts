/** Places in a scene as it is written: found by path, set, and times multiplied. A path may leave out the name of a distribution: `processing.mean`. */
import { parseDuration, type Unit } from '../clock.ts';
import { didYouMean, type Path, pathText, shown } from '../scene/problems.ts';
import { FAMILIES } from '../stations/duration.ts';

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Located = { ok: true; path: Path; value: Json | undefined } | { ok: false; found: string; expected: string };

const SEGMENT = /\[("(?:[^"\\]|\\.)*"|'[^']*')\]|\[(\d+)\]|([^.[\]]+)/gy;

/** `stations.Press.failures[0].repair`, `stations["a.b"].servers`; undefined where it is no path. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '.' && at > 0) at++;
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(text);
    if (match === null) return undefined;
    const [, quoted, index, name] = match;
    if (quoted !== undefined) path.push(quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1));
    else path.push(index !== undefined ? Number(index) : (name as string).trim());
    at = SEGMENT.lastIndex;
  }
  return path.length === 0 ? undefined : path;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one key of a distribution, such as "lognormal". */
function familyOf(value: Json | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && (FAMILIES as string[]).includes(keys[0] as string) ? keys[0] : undefined;
}

/**
 * Follows a path. Its last key may be missing in an object that is there (a value left at its default); all before it must be there.
 * `mean` of a plain duration is the duration itself.
 */
export function locate(scene: Json, wanted: Path): Located {
  const path: (string | number)[] = [];
  let value: Json | undefined = scene;
  for (let i = 0; i < wanted.length; i++) {
    const key = wanted[i] as string | number;
    const last = i === wanted.length - 1;
    const family = familyOf(value);
    if (family !== undefined && key !== family) {
      path.push(family);
      value = (value as { [key: string]: Json })[family];
    }
    if (Array.isArray(value) && typeof key === 'number') {
      if (key >= value.length)
        return { ok: false, found: pathText(wanted.slice(0, i + 1)), expected: `an entry below ${value.length}, as the list has so many` };
      value = value[key];
    } else if (isObject(value)) {
      if (!Object.hasOwn(value, key) && !last) {
        return {
          ok: false,
          found: pathText(wanted.slice(0, i + 1)),
          expected: `a key of this scene${didYouMean(String(key), Object.keys(value))}`,
        };
      }
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    } else if (last && (key === 'mean' || key === 'value') && (typeof value === 'string' || typeof value === 'number')) {
      return { ok: true, path, value };
    } else {
      return {
        ok: false,
        found: pathText(wanted.slice(0, i + 1)),
        expected: `a place in this scene; ${pathText(path)} is ${shown(value)}`,
      };
    }
    path.push(key);
  }
  return { ok: true, path, value };
}

/** Sets a place that `locate` has found, in place. A capacity of 0 is written as a scene says it: "none". */
export function put(scene: Json, path: Path, value: Json): void {
  let at = scene;
  for (const key of path.slice(0, -1)) at = (at as { [key: string]: Json })[key] as Json;
  const none = value === 0 && path.length === 3 && path[0] === 'buffers' && path[2] === 'capacity';
  (at as { [key: string]: Json })[path.at(-1) as string] = none ? 'none' : value;
}

/** Fields of distributions that are amounts of time; `rate` is one over one, all others (cv, shape, k, weights) stay. */
const AMOUNTS = new Set(['mean', 'sd', 'min', 'max', 'mode', 'value', 'scale', 'values', 'edges']);

/** A duration or distribution, as written, multiplied. */
export function scaled(text: Json, by: number): Json {
  const amount = (value: Json): Json => {
    if (typeof value === 'number') return value * by;
    if (Array.isArray(value)) return value.map(amount);
    if (typeof value !== 'string') return value;
    const [number, unit] = value.trim().split(/\s+/);
    return `${Number(number) * by} ${unit}`;
  };
  const family = familyOf(text);
  if (family === undefined) return amount(text);
  const inside = (text as { [key: string]: Json })[family] as { [key: string]: Json };
  const changed = Object.entries(inside).map(([key, value]): [string, Json] => {
    if (key === 'rate') return [key, (value as number) / by];
    if (key === 'mu') return [key, (value as number) + Math.log(by)];
    return [key, AMOUNTS.has(key) ? amount(value) : value];
  });
  return { [family]: Object.fromEntries(changed) };
}

/** Where the times stand that a path to be scaled means: the place itself; of `stations.X.processing`, those in routings too. */
export function scalable(scene: Json, wanted: Path): Path[] | { found: string; expected: string } {
  const places: Path[] = [];
  const located = locate(scene, wanted);
  if (located.ok && located.value !== undefined) places.push(located.path);
  if (wanted.length === 3 && wanted[0] === 'stations' && wanted[2] === 'processing') places.push(...stepsAt(scene, String(wanted[1])));
  if (places.length === 0) return located.ok ? { found: 'nothing there', expected: 'a duration or a distribution' } : located;
  return places;
}

/** Processing times that steps of routings give for a station (or for a group it is in alone). */
function stepsAt(scene: Json, station: string): Path[] {
  const places: Path[] = [];
  const products = isObject(scene) ? scene.products : undefined;
  for (const [name, product] of Object.entries(isObject(products) ? products : {})) {
    const routing = isObject(product) ? product.routing : undefined;
    if (!Array.isArray(routing)) continue;
    routing.forEach((step, i) => {
      if (!isObject(step)) return;
      if (step.station === station && step.processing !== undefined) places.push(['products', name, 'routing', i, 'processing']);
      if (!Array.isArray(step.alternatives)) return;
      step.alternatives.forEach((other, j) => {
        if (isObject(other) && other.station === station && other.processing !== undefined) {
          places.push(['products', name, 'routing', i, 'alternatives', j, 'processing']);
        }
      });
    });
  }
  return places;
}

/** A number, or a duration with its unit, as a factor's levels are written; undefined where it is neither. */
export function quantityOf(value: Json | undefined): { value: number; unit: '' | Unit } | undefined {
  if (typeof value === 'number') return { value, unit: '' };
  if (typeof value !== 'string' || parseDuration(value, 's') === undefined) return undefined;
  const [number, unit] = value.trim().split(/\s+/);
  return { value: Number(number), unit: unit as Unit };
}
