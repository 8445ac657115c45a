/** An experiment of a scene, checked and ready to be run: what may be changed and how, and what is wanted. Everything that it refuses it says by path. */
import type { ExperimentText, Method } from '../scene/experiment-schema.ts';
import { parseJson } from '../scene/json.ts';
import { didYouMean, Findings, type Path, pathText, type Problem, shown } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import type { Goal, Limit, Point } from '../search/search.ts';
import { Space } from '../search/space.ts';
import { rowsOf } from './design-table.ts';
import { type Factor, factorOf, type Sequence } from './factors.ts';
import { anyPoint, levelsTaken, samePlant, TRIES } from './levels.ts';
import { type Json, locate, parsePath, put } from './places.ts';
import { StudyRefusal } from './refusal.ts';
import { constraintsOf, costOf, namesTaken, placesApart, settersOf } from './relations.ts';
import type { FactorShown, Question, ResponseShown } from './study-protocol.ts';
import { type Unknown, unknownsOf } from './unknowns.ts';
import { wantedOf } from './wanted.ts';

export interface Setting {
  name: string;
  question: Question;
  text: ExperimentText;
  method: Method;
  /** The scene as written, without its experiments. */
  json: Json;
  base: Scene;
  factors: Factor[];
  sequence: Sequence | undefined;
  unknowns: Unknown[];
  space: Space;
  /** Of the scene as it is; undefined where it is no point of the space. */
  basePoint: Point | undefined;
  /** Metrics that twins are asked for, in the order of the outcomes. */
  metrics: string[];
  /** All responses: the metrics, then `cost` where there is one. */
  responses: ResponseShown[];
  goals: Goal[];
  limits: Limit[];
  cost: ((point: Point) => number) | undefined;
  /** The points of a table; undefined where the design is of another kind. */
  rows: Point[] | undefined;
  confidence: number;
  seed: number;
  warnings: string[];
  /**
   * The scene of a point as written.
   * @param point a number a factor (NaN: as the scene has it; of a sequence: its items in order), then, where there are, a number between 0 and 1 an unknown
   */
  sceneText(point: Point): Json;
  /** The same, checked. @throws StudyRefusal where the scene refuses it */
  sceneAt(point: Point): Scene;
  shownFactors(): FactorShown[];
}

export type Prepared = { ok: true; setting: Setting } | { ok: false; problems: Problem[] };

/** Prepares one experiment of a scene. Never throws. */
export function prepare(sceneText: string, name: string, seed?: number): Prepared {
  const parsed = parseJson(sceneText);
  if ('where' in parsed) return { ok: false, problems: [{ path: parsed.where, message: parsed.message }] };
  const read = check(parsed.value, parsed.refused);
  if (!read.ok) return { ok: false, problems: read.problems };
  const { experiments = {}, ...json } = parsed.value as { experiments?: Record<string, ExperimentText> } & Record<string, Json>;
  const text = Object.hasOwn(experiments, name) ? experiments[name] : undefined;
  if (text === undefined) {
    const names = Object.keys(experiments);
    const there = names.length === 0 ? 'this scene has none' : `one of ${names.map((known) => JSON.stringify(known)).join(', ')}`;
    return {
      ok: false,
      problems: [
        { path: 'experiments', message: `found no experiment ${JSON.stringify(name)}; expected ${there}${didYouMean(name, names)}` },
      ],
    };
  }
  const findings = new Findings();
  const setting = settingOf(name, text, json as Json, read.scene, seed, findings);
  if (setting === undefined || findings.count > 0) return { ok: false, problems: findings.problems(parsed.value) };
  return { ok: true, setting };
}

function settingOf(
  name: string,
  text: ExperimentText,
  json: Json,
  base: Scene,
  seed: number | undefined,
  findings: Findings,
): Setting | undefined {
  const at: Path = ['experiments', name];
  const { question, factors: factorTexts = {} } = text;
  const sequences = Object.entries(factorTexts).filter(([, factor]) => factor.sequence === true);
  const sequence =
    sequences.length === 1 ? sequenceOf(json, sequences[0] as [string, { path?: string | string[] | undefined }], at, findings) : undefined;
  if (sequences.length > 0 && Object.keys(factorTexts).length > 1) {
    findings.add(
      [...at, 'factors'],
      `found a sequence beside ${Object.keys(factorTexts).length - 1} other factors; expected a sequence alone`,
    );
  }
  const factors = Object.entries(factorTexts).flatMap(([factor, inner]) =>
    inner.sequence === true ? [] : (factorOf(json, factor, inner, [...at, 'factors', factor], findings) ?? []),
  );
  const needed = question !== 'what limits' && question !== 'uncertainty';
  if (needed && Object.keys(factorTexts).length === 0)
    findings.add([...at, 'factors'], `missing; expected at least one factor, as the question is ${JSON.stringify(question)}`);
  const unknowns = unknownsOf(json, base, text, at, findings);
  if (question === 'uncertainty' && unknowns.length === 0)
    findings.add([...at, 'uncertain'], 'missing; expected at least one parameter that is not known');
  if (findings.count > 0) return undefined;

  const names = factors.map((factor) => factor.name);
  const of = (point: Point) => (factor: string) => point[names.indexOf(factor)] as number;
  namesTaken(names, at, findings);
  const setters = settersOf(json, text, at, names, findings);
  const constraints = constraintsOf(text, at, factors, names, of, findings);
  // A small change of an element is no design, and costs nothing that the experiment says.
  const cost = question === 'what limits' ? undefined : costOf(text, at, names, of, findings);
  placesApart(factors, sequence, setters, unknowns, at, findings);
  if (findings.count > 0) return undefined;
  const space = new Space(
    factors.map(({ axis }) => axis),
    constraints,
  );

  const sceneAtPoint = (point: Point): Json => {
    const scene = structuredClone(json);
    if (sequence !== undefined) {
      put(
        scene,
        sequence.path,
        point.slice(0, sequence.items.length).map((item) => structuredClone(sequence.items[item] as Json)),
      );
    } else {
      factors.forEach((factor, i) => {
        if (!Number.isNaN(point[i] as number)) factor.set(scene, point[i] as number);
      });
      for (const { path, value } of setters) {
        const number = value(of(point));
        if (number !== undefined) put(scene, path, number);
      }
    }
    const known = sequence?.items.length ?? factors.length;
    unknowns.forEach((unknown, i) => {
      const u = point[known + i];
      if (u !== undefined) unknown.set(scene, u);
    });
    return scene;
  };

  const warnings = levelsTaken(json, factors, space, sceneAtPoint, at, findings);
  if (findings.count > 0) return undefined;
  const nowValues = factors.map(({ shown: { now } }) => now);
  const standing = nowValues.every((now) => now !== undefined) ? (nowValues as number[]) : undefined;
  if (sequence === undefined && factors.length > 0) {
    const first = anyPoint(space, standing);
    if (first === undefined) {
      findings.add(
        [...at, 'constraints'],
        `found no design that meets the constraints${space.choices <= TRIES ? `, though all ${space.choices} were tried` : ` in ${TRIES} tries`}; expected at least one`,
      );
      return undefined;
    }
    const tried = check(sceneAtPoint(first));
    if (!tried.ok) {
      findings.add(at, `a design that it may try (${words(factors, first)}) is refused: ${problemWords(tried.problems)}`);
      return undefined;
    }
  }

  const wanted = wantedOf(text, at, base, cost !== undefined, names.length, findings);
  const rows = rowsOf(text, at, factors, space, findings);
  if (findings.count > 0 || wanted === undefined) return undefined;
  // What the expressions set may differ from what stands in the scene: then no point is the scene as it is.
  const isBase = (point: Point): boolean => {
    const result = check(sceneAtPoint(point));
    return result.ok && samePlant(result.scene, base);
  };
  const basePoint = standing !== undefined && space.admits(standing) && isBase(standing) ? standing : undefined;
  return {
    name,
    question,
    text,
    method: text.method ?? 'auto',
    json,
    base,
    factors,
    sequence,
    unknowns,
    space,
    basePoint: sequence === undefined ? basePoint : sequence.items.map((_, i) => i),
    ...wanted,
    cost,
    rows,
    confidence: text.confidence ?? 0.95,
    seed: seed ?? text.seed ?? base.run.seed,
    warnings,
    sceneText: sceneAtPoint,
    sceneAt(point) {
      const result = check(sceneAtPoint(point));
      if (result.ok) return result.scene;
      const design = sequence === undefined ? words(factors, point) : point.slice(0, sequence.items.length).join(', ');
      throw new StudyRefusal([
        {
          path: pathText(at),
          message: `the design ${design} is refused: ${problemWords(result.problems)}; expected constraints that leave it out`,
        },
      ]);
    },
    shownFactors: () =>
      sequence === undefined
        ? factors.map(({ shown: factor }) => factor)
        : [
            {
              name: sequence.name,
              paths: [pathText(sequence.path)],
              unit: '',
              kind: 'sequence',
              low: 0,
              high: sequence.items.length - 1,
              options: sequence.items.map((item) => JSON.stringify(item)),
              now: undefined,
            },
          ],
  };
}

function words(factors: readonly Factor[], point: Point): string {
  return factors.map(({ name, label }, i) => `${name} = ${label(point[i] as number)}`).join(', ');
}

function problemWords(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

function sequenceOf(
  json: Json,
  [name, text]: [string, { path?: string | string[] | undefined }],
  at: Path,
  findings: Findings,
): Sequence | undefined {
  const where = [...at, 'factors', name, 'path'];
  const path = typeof text.path === 'string' ? parsePath(text.path) : undefined;
  if (path === undefined) {
    findings.add(where, `found ${shown(text.path)}; expected the path of one list, such as "sources.jobs.orders"`);
    return undefined;
  }
  const found = locate(json, path);
  if (!found.ok) findings.add(where, `found ${found.found}; expected ${found.expected}`);
  else if (!Array.isArray(found.value) || found.value.length < 2)
    findings.add(where, `found ${shown(found.value)} there; expected a list of at least two entries`);
  else return { name, path: found.path, items: found.value };
  return undefined;
}
