/** Expressions between the factors of an experiment: what follows from them, what must hold between them, and what a design costs. */
import { parseArithmetic } from '../scene/arithmetic.ts';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { type Findings, type Path, pathText, shown } from '../scene/problems.ts';
import type { Point } from '../search/search.ts';
import type { Constraint } from '../search/space.ts';
import type { Factor, Place, Sequence } from './factors.ts';
import { type Json, locate, parsePath } from './places.ts';
import type { Unknown } from './unknowns.ts';

/** Words of the expressions' own. */
const OWN = ['and', 'or', 'not'];

/** Findings for factors whose names expressions take for something else. */
export function namesTaken(names: readonly string[], at: Path, findings: Findings): void {
  for (const name of names)
    if (OWN.includes(name))
      findings.add(
        [...at, 'factors', name],
        `found a factor called "${name}", which joins comparisons in expressions; expected another name`,
      );
}

/** A place in the scene that follows from the factors. */
export interface Setter {
  /** As it is written in the experiment. */
  text: string;
  path: Path;
  /** Undefined where a factor that it needs is not set. */
  value(of: (factor: string) => number): number | undefined;
}

export function settersOf(json: Json, text: ExperimentText, at: Path, names: string[], findings: Findings): Setter[] {
  return Object.entries(text.set ?? {}).flatMap(([path, expression]): Setter[] => {
    const where = [...at, 'set', path];
    const parsed = parseArithmetic(expression, names);
    const segments = parsePath(path);
    const found = segments === undefined ? undefined : locate(json, segments);
    if (!parsed.ok) findings.add(where, `column ${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`);
    else if (parsed.truth) findings.add(where, 'found a comparison; expected a number');
    if (found === undefined) findings.add(where, `found ${shown(path)}; expected a path such as "buffers.b3.capacity"`);
    else if (!found.ok) findings.add(where, `found ${found.found}; expected ${found.expected}`);
    if (!parsed.ok || parsed.truth || found === undefined || !found.ok) return [];
    const value = (of: (factor: string) => number): number | undefined => {
      for (const name of parsed.names) if (Number.isNaN(of(name))) return undefined;
      // Rounding in the last digit must not make a whole number a broken one.
      return Number(parsed.value(of).toPrecision(14));
    };
    return [{ text: path, path: found.path, value }];
  });
}

/** Findings where two set the same place, or one a part of what the other sets: the later would undo the earlier. Two that only multiply go together. */
export function placesApart(
  factors: readonly Factor[],
  sequence: Sequence | undefined,
  setters: readonly Setter[],
  unknowns: readonly Unknown[],
  at: Path,
  findings: Findings,
): void {
  interface Claim extends Place {
    where: Path;
    who: string;
  }
  const named = (list: readonly { name: string; places: readonly Place[] }[], key: string): Claim[] =>
    list.flatMap(({ name, places }) => places.map((place): Claim => ({ ...place, where: [...at, key, name], who: name })));
  const claims: Claim[] = [
    ...named(factors, 'factors'),
    ...(sequence === undefined ? [] : named([{ name: sequence.name, places: [{ kind: 'set', path: sequence.path }] }], 'factors')),
    ...setters.map(({ text, path }): Claim => ({ kind: 'set', path, where: [...at, 'set', text], who: `set: ${text}` })),
    ...named(unknowns, 'uncertain'),
  ];
  // By place; what lies around a place is looked up by its beginnings.
  const known = new Map<string, Claim>();
  const key = (path: Path): string => JSON.stringify(path);
  const clash = (claim: Claim, other: Claim | undefined): boolean => {
    if (other === undefined || other.where === claim.where) return false;
    if (claim.kind === 'scale' && other.kind === 'scale') return false;
    // What is multiplied after it was set is meant so.
    if (claim.kind === 'scale' && claim.where[2] === 'uncertain') return false;
    findings.add(claim.where, `found ${pathText(claim.path)}, which ${JSON.stringify(other.who)} sets too; expected a place of its own`);
    return true;
  };
  for (const claim of [...claims].sort((a, b) => a.path.length - b.path.length || claims.indexOf(a) - claims.indexOf(b))) {
    for (let length = 1; length <= claim.path.length; length++) if (clash(claim, known.get(key(claim.path.slice(0, length))))) break;
    if (!known.has(key(claim.path))) known.set(key(claim.path), claim);
  }
}

export function constraintsOf(
  text: ExperimentText,
  at: Path,
  factors: Factor[],
  names: string[],
  of: (point: Point) => (factor: string) => number,
  findings: Findings,
): Constraint[] {
  return (text.constraints ?? []).flatMap((expression, i): Constraint[] => {
    const parsed = parseArithmetic(expression, names);
    const where = [...at, 'constraints', i];
    if (!parsed.ok) findings.add(where, `column ${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`);
    else if (!parsed.truth) findings.add(where, `found ${shown(expression)}; expected a comparison, such as "b2 + b3 <= 10"`);
    else if (parsed.linear !== undefined && [...parsed.names].every((name) => factors[names.indexOf(name)]?.axis.kind !== 'choice')) {
      const { weights, sense, bound } = parsed.linear;
      return [{ kind: 'linear', weights: names.map((name) => weights.get(name) ?? 0), sense, bound }];
    } else return [{ kind: 'test', holds: (point) => parsed.value(of(point)) === 1 }];
    return [];
  });
}

export function costOf(
  text: ExperimentText,
  at: Path,
  names: string[],
  of: (point: Point) => (factor: string) => number,
  findings: Findings,
) {
  if (text.cost === undefined) return undefined;
  const parsed = parseArithmetic(text.cost, names);
  const where = [...at, 'cost'];
  if (!parsed.ok) findings.add(where, `column ${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`);
  else if (parsed.truth) findings.add(where, 'found a comparison; expected a number');
  else if (parsed.names.size === 0)
    findings.add(where, `found ${shown(text.cost)}, the same for every design; expected an expression over factors`);
  else return (point: Point): number => parsed.value(of(point));
  return undefined;
}
