/** The factors of an experiment: from their text to axes that searches know, and back to what stands in a scene. */
import { SECONDS, type Unit } from '../clock.ts';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { type Findings, type Path, pathText, shown } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Axis } from '../search/space.ts';
import { type Json, locate, parsePath, put, quantityOf, scalable, scaled } from './places.ts';
import type { FactorShown } from './study-protocol.ts';

type FactorText = NonNullable<ExperimentText['factors']>[string];

export interface Factor {
  name: string;
  /** None: it only stands in expressions. */
  places: readonly Place[];
  axis: Axis;
  shown: FactorShown;
  /** Sets it in a scene, in place. @param value on the axis; of a choice the number of the option */
  set(scene: Json, value: number): void;
  /** A value as a person reads it: `12`, `20 s`, `earliest due date`. */
  label(value: number): string;
  /** What a person or a table may write for a value; undefined where it is none. */
  valueOf(text: Json): number | undefined;
}

/** A list in the scene that may stand in any order. */
export interface Sequence {
  name: string;
  path: Path;
  items: readonly Json[];
}

export type Place = { kind: 'set' | 'scale'; path: Path };

/** Most levels of an axis that is stepped through. */
const MOST_LEVELS = 1_000_000;

/** Where a factor acts; undefined after a finding. */
export function placesOf(
  scene: Json,
  text: { path?: string | string[] | undefined; scale?: string | string[] | undefined },
  at: Path,
  findings: Findings,
): Place[] | undefined {
  const places: Place[] = [];
  const before = findings.count;
  for (const kind of ['path', 'scale'] as const) {
    const given = text[kind];
    const list = given === undefined ? [] : typeof given === 'string' ? [given] : given;
    list.forEach((one, i) => {
      const where = typeof given === 'string' ? [...at, kind] : [...at, kind, i];
      const path = parsePath(one);
      if (path === undefined) {
        findings.add(where, `found ${shown(one)}; expected a path such as "buffers.b3.capacity"`);
        return;
      }
      if (kind === 'scale') {
        const found = scalable(scene, path);
        if ('found' in found) findings.add(where, `found ${found.found}; expected ${found.expected}`);
        else places.push(...found.map((inner): Place => ({ kind: 'scale', path: inner })));
        return;
      }
      const found = locate(scene, path);
      if (found.ok) places.push({ kind: 'set', path: found.path });
      else findings.add(where, `found ${found.found}; expected ${found.expected}`);
    });
  }
  return findings.count > before ? undefined : places;
}

/** Sets places to a number (with its unit), or multiplies them by it. */
export function apply(scene: Json, places: readonly Place[], value: number, unit: '' | Unit): void {
  for (const { kind, path } of places) {
    if (kind === 'set') put(scene, path, unit === '' ? value : `${value} ${unit}`);
    else {
      const found = locate(scene, path);
      if (found.ok && found.value !== undefined) put(scene, path, scaled(found.value, value));
    }
  }
}

/** A factor that is no sequence; undefined after a finding. @param at its path in the scene */
export function factorOf(scene: Json, name: string, text: FactorText, at: Path, findings: Findings): Factor | undefined {
  const places = placesOf(scene, text, at, findings);
  if (places === undefined) return undefined;
  if (text.path !== undefined && text.scale !== undefined) {
    findings.add([...at, 'scale'], 'found both "path" and "scale"; expected one of them');
    return undefined;
  }
  const range = text.from !== undefined || text.to !== undefined;
  if (text.values !== undefined && range) {
    findings.add([...at, 'values'], 'found "values" beside "from" or "to"; expected either a list of values, or a range');
    return undefined;
  }
  const paths = places.map(({ path }) => pathText(path));
  if (text.values !== undefined) return listed(name, text.values as Json[], places, paths, scene, at, findings);
  return ranged(scene, name, text, places, paths, at, findings);
}

/** The value that stands in the scene at the places of a factor; undefined where they differ. */
function standing(scene: Json, places: readonly Place[]): Json | undefined {
  const [first, ...others] = places.map(({ kind, path }): Json | undefined => {
    if (kind === 'scale') return 1;
    const found = locate(scene, path);
    if (!found.ok) return undefined;
    if (path.length === 3 && path[0] === 'buffers' && path[2] === 'capacity' && found.value === 'none') return 0;
    return found.value === undefined && path.at(-1) === 'servers' ? 1 : found.value;
  });
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined;
}

function listed(
  name: string,
  values: Json[],
  places: Place[],
  paths: string[],
  scene: Json,
  at: Path,
  findings: Findings,
): Factor | undefined {
  const quantities = values.map(quantityOf);
  const units = new Set(quantities.map((quantity) => quantity?.unit));
  const repeated = values.findIndex((value, i) => values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) < i);
  if (repeated >= 0) {
    findings.add([...at, 'values', repeated], `found ${shown(values[repeated])} a second time; expected each value once`);
    return undefined;
  }
  const here = standing(scene, places);
  if (quantities.every((quantity) => quantity !== undefined) && units.size === 1) {
    const unit = quantities[0]?.unit ?? '';
    const sorted = quantities.map(({ value }) => value).sort((a, b) => a - b);
    return stepped(name, { kind: 'steps', values: sorted }, unit, places, paths, inUnit(here, unit));
  }
  const texts = values.map((value) => JSON.stringify(value));
  const options = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const now = texts.indexOf(JSON.stringify(here ?? null));
  return {
    name,
    places,
    axis: { kind: 'choice', count: values.length },
    shown: { name, paths, unit: '', kind: 'choice', low: 0, high: values.length - 1, options, now: now < 0 ? undefined : now },
    set(target, value) {
      for (const { path } of places) put(target, path, structuredClone(values[value] as Json));
    },
    label: (value) => options[value] ?? '',
    valueOf(text) {
      const found = texts.indexOf(JSON.stringify(text));
      const named = found >= 0 ? found : options.indexOf(String(text));
      return named < 0 ? undefined : named;
    },
  };
}

function inUnit(value: Json | undefined, unit: '' | Unit): number | undefined {
  const quantity = quantityOf(value);
  if (quantity === undefined) return undefined;
  if (quantity.unit === unit) return quantity.value;
  return quantity.unit === '' || unit === '' ? undefined : (quantity.value * SECONDS[quantity.unit]) / SECONDS[unit];
}

function stepped(name: string, axis: Axis, unit: '' | Unit, places: Place[], paths: string[], now: number | undefined): Factor {
  const [low, high] =
    axis.kind === 'steps'
      ? [axis.values[0] as number, axis.values.at(-1) as number]
      : axis.kind === 'real'
        ? [axis.low, axis.high]
        : [0, 0];
  const label = (value: number): string => `${Number(value.toPrecision(6))}${unit === '' ? '' : ` ${unit}`}`;
  return {
    name,
    places,
    axis,
    shown: { name, paths, unit, kind: axis.kind, low, high, options: [], now },
    set: (target, value) => apply(target, places, value, unit),
    label,
    valueOf(text) {
      // A table may leave the unit out, and a CSV file holds numbers as text.
      const value = typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
      return inUnit(value, unit) ?? (typeof value === 'number' ? value : undefined);
    },
  };
}

function ranged(
  scene: Json,
  name: string,
  text: FactorText,
  places: Place[],
  paths: string[],
  at: Path,
  findings: Findings,
): Factor | undefined {
  const [from, to] = [quantityOf(text.from as Json), quantityOf(text.to as Json)];
  if (from === undefined || to === undefined) {
    const key = from === undefined ? 'from' : 'to';
    findings.add([...at, key], `missing; expected "from" and "to", or "values"`);
    return undefined;
  }
  if (from.unit !== to.unit) {
    findings.add([...at, 'to'], `found ${shown(text.to as Json)} after "from": ${shown(text.from as Json)}; expected the same unit`);
    return undefined;
  }
  if (from.value > to.value) {
    findings.add(
      [...at, 'to'],
      `found ${shown(text.to as Json)}, below "from": ${shown(text.from as Json)}, so the range is empty; expected at least as much`,
    );
    return undefined;
  }
  if (text.log === true && from.value <= 0) {
    findings.add([...at, 'from'], `found ${shown(text.from as Json)} with "log": true; expected more than 0`);
    return undefined;
  }
  const { unit } = from;
  const now = inUnit(standing(scene, places), unit);
  const whole = Number.isInteger(from.value) && Number.isInteger(to.value);
  if (text.whole === true && !whole) {
    findings.add([...at, Number.isInteger(from.value) ? 'to' : 'from'], 'expected a whole number, as "whole" is true');
    return undefined;
  }
  const step = text.step === undefined ? undefined : quantityOf(text.step as Json);
  if (text.step !== undefined && (step === undefined || step.unit !== unit || !(step.value > 0))) {
    findings.add([...at, 'step'], `found ${shown(text.step as Json)}; expected a step above 0 in the unit of "from"`);
    return undefined;
  }
  const by =
    step?.value ??
    (text.whole === true || (text.whole === undefined && whole && unit === '' && onlyWhole(scene, places, from.value)) ? 1 : undefined);
  if (by === undefined) {
    const axis: Axis = { kind: 'real', low: from.value, high: to.value, ...(text.log === true ? { log: true } : {}) };
    return stepped(name, axis, unit, places, paths, now);
  }
  const count = Math.floor((to.value - from.value) / by + 1e-9) + 1;
  if (count > MOST_LEVELS) {
    findings.add([...at, 'step'], `found ${count} levels; expected at most ${MOST_LEVELS}`);
    return undefined;
  }
  // Multiples of a decimal step are written as a person would write them.
  const values = Array.from({ length: count }, (_, i) => Number((from.value + i * by).toPrecision(12)));
  return stepped(name, { kind: 'steps', values }, unit, places, paths, now);
}

/** Whether a place takes whole numbers alone: it takes one, and refuses one and a half. */
export function onlyWhole(scene: Json, places: readonly Place[], value: number): boolean {
  const takes = (number: number): boolean => {
    const trial = structuredClone(scene);
    apply(trial, places, number, '');
    return check(trial).ok;
  };
  return places.length > 0 && places.every(({ kind }) => kind === 'set') && !takes(Math.max(1, value) + 0.5) && takes(Math.max(1, value));
}
