/** A scene file's text → the checked scene, or all that is wrong with it. */
import { parseJson, type RefusedKey } from './json.ts';
import { checkNames } from './names.ts';
import { normalise } from './normalise.ts';
import { Findings, type Problem, shown } from './problems.ts';
import { checkWays } from './reach.ts';
import type { Scene } from './scene.ts';
import { checkShape, type SceneText, VERSION } from './schema.ts';

export type { Problem } from './problems.ts';

/** The most elements of all kinds together. */
const MOST_ELEMENTS = 100_000;

export type Read =
  | { ok: true; scene: Scene /** What stands in the plant and is never used. */; warnings: string[] }
  | { ok: false; problems: Problem[] };

/**
 * Reads and checks the text of a scene file (docs/scene-format.md). Never throws. Problems come in the order of the file, at most 100 of them, and of
 * one sort at a time: first the text as JSON, then the shape of what it says, then names and numbers, then the ways of the parts.
 */
export function read(text: string): Read {
  const json = parseJson(text);
  if ('where' in json) return { ok: false, problems: [{ path: json.where, message: json.message }] };
  return check(json.value, json.refused);
}

/** The same of what a scene file says, once it is parsed. @param keys what was wrong with its keys */
export function check(value: unknown, keys: readonly RefusedKey[] = []): Read {
  const findings = new Findings();
  const refused = (): Read => ({ ok: false, problems: findings.problems(value) });

  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    findings.add([], `found ${shown(value)}; expected an object { "millwright": ${VERSION}, … }`);
    return refused();
  }
  const version: unknown = Object.hasOwn(value, 'millwright') ? (value as { millwright: unknown }).millwright : undefined;
  if (version !== VERSION) {
    findings.add(
      ['millwright'],
      version === undefined
        ? `missing; expected "millwright": ${VERSION}, the version of the format`
        : `found ${shown(version)}; this program reads version ${VERSION}`,
    );
    return refused();
  }
  const elements = elementsIn(value);
  if (elements > MOST_ELEMENTS) {
    findings.add(
      [],
      `found ${elements} elements (products, sources, buffers, stations and all other kinds together); the limit is ${MOST_ELEMENTS}`,
    );
    return refused();
  }

  for (const { path, message } of keys) findings.add(path, message);
  checkShape(value, findings);
  if (findings.count > 0) return refused();

  const written = value as SceneText;
  checkNames(written, findings);
  const normalised = normalise(written, findings);
  if (!normalised || findings.count > 0) return refused();

  const { scene, complete } = normalised;
  const { warnings, families } = checkWays(scene, findings);
  complete(families);
  return findings.count > 0 ? refused() : { ok: true, scene, warnings };
}

function elementsIn(scene: object): number {
  let count = 0;
  for (const kind of ['products', 'sources', 'buffers', 'stations', 'groups', 'conveyors', 'sinks', 'people', 'calendars', 'limits']) {
    const elements: unknown = (scene as Record<string, unknown>)[kind];
    if (typeof elements === 'object' && elements !== null) count += Object.keys(elements).length;
  }
  return count;
}
