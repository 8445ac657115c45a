/** Whether a scene takes what an experiment may set in it, found out by trying. */
import type { Findings, Path, Problem } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import { Dice } from '../search/dice.ts';
import type { Point } from '../search/search.ts';
import type { Space } from '../search/space.ts';
import type { Factor } from './factors.ts';
import type { Json } from './places.ts';

/** Options of a choice that are tried one by one. */
const MOST_OPTIONS = 50;
/** Designs with a level in them that are tried where the scene does not take the level alone. */
const COMPANY = 64;
/** Points that are tried to find one that meets the constraints. */
export const TRIES = 50_000;

/**
 * Findings where the scene takes no design with the least or the greatest value of a factor (any option of a choice): neither the level alone,
 * the rest as it stands, nor together with others.
 * @returns a warning for every factor whose levels make no difference to the plant.
 */
export function levelsTaken(
  json: Json,
  factors: readonly Factor[],
  space: Space,
  sceneOf: (point: Point) => Json,
  at: Path,
  findings: Findings,
): string[] {
  return factors.flatMap((factor, i): string[] => {
    const { axis, name, places, shown } = factor;
    if (places.length === 0) return [];
    const levels =
      axis.kind === 'choice'
        ? Array.from({ length: Math.min(axis.count, MOST_OPTIONS) }, (_, option) => option)
        : [...new Set([shown.low, shown.high])];
    const scenes: Scene[] = [];
    for (const level of levels) {
      const trial = structuredClone(json);
      factor.set(trial, level);
      const result = check(trial);
      if (result.ok) scenes.push(result.scene);
      else if (!takenInCompany(space, sceneOf, i, level)) {
        const [problem] = result.problems as [Problem];
        findings.add([...at, 'factors', name], `at ${factor.label(level)} the scene is refused: ${problem.path}: ${problem.message}`);
        return [];
      }
    }
    const [first, ...others] = scenes;
    if (first === undefined || others.length + 1 < levels.length || levels.length < 2) return [];
    if (!others.every((other) => samePlant(first, other))) return [];
    return [
      `The factor ${name} changes nothing that the twins run by: the plant is the same at ${factor.label(levels[0] as number)} and at ${factor.label(levels.at(-1) as number)}.`,
    ];
  });
}

/** Whether some design with a level is taken, or none with it meets the constraints. */
function takenInCompany(space: Space, sceneOf: (point: Point) => Json, axis: number, level: number): boolean {
  const dice = new Dice(1, 2);
  const seat = space.free.indexOf(axis);
  const [there] = seat < 0 ? [0.5] : [space.unit(space.axes.map((_, i) => (i === axis ? level : 0)))[seat] as number];
  let met = false;
  for (let i = 0; i < COMPANY; i++) {
    const point = space.at(space.free.map((_, k) => (k === seat ? there : dice.uniform())));
    if (point?.[axis] !== level) continue;
    met = true;
    if (check(sceneOf(point)).ok) return true;
  }
  return !met;
}

/** Where things stand, what they look like, and how many twins are run with which luck: nothing of the plant itself. */
const ASIDE = new Set(['position', 'color', 'description', 'look', 'view']);

/** Whether two scenes are the same plant, whatever they look like. */
export function samePlant(a: Scene, b: Scene): boolean {
  const text = (scene: Scene): string =>
    JSON.stringify({ ...scene, name: '', run: { ...scene.run, seed: 0, replications: 0 } }, (key, value: unknown) =>
      ASIDE.has(key) ? undefined : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    );
  return text(a) === text(b);
}

/** Some point of a space; undefined where none was found, or none is. @param start one that may do */
export function anyPoint(space: Space, start: Point | undefined): Point | undefined {
  if (start !== undefined && space.admits(start)) return start;
  if (space.choices <= TRIES) {
    for (const point of space.points()) return point;
    return undefined;
  }
  const dice = new Dice(1, 1);
  // Constraints are often met near a corner where they are seldom met elsewhere: small sums, large sums.
  const corners = [0, 1].map((corner) => space.free.map(() => corner));
  for (let i = 0; i < TRIES; i++) {
    const corner = corners[i & 1] as number[];
    const reach = 1 / (1 + ((i >> 1) % 16));
    const point = space.at(corner.map((x) => x + reach * (dice.uniform() - x)));
    if (point !== undefined) return point;
  }
  return undefined;
}
