/** An experiment of a scene, checked and ready to be run: what may be changed and how, and what is wanted. Everything that it refuses it says by path. */
import Papa from 'papaparse';
import { parseDuration, SECONDS, type Unit } from '../clock.ts';
import { type Distribution, quantile } from '../distributions.ts';
import { Readout } from '../engine/readout.ts';
import { parseArithmetic } from '../scene/arithmetic.ts';
import { compile } from '../scene/compile.ts';
import { distributionOf, type Measure } from '../scene/durations.ts';
import type { ExperimentText, Method } from '../scene/experiment-schema.ts';
import { parseJson } from '../scene/json.ts';
import { didYouMean, Findings, type Path, pathText, type Problem, shown } from '../scene/problems.ts';
import { check } from '../scene/read.ts';
import type { Scene } from '../scene/scene.ts';
import { Dice } from '../search/dice.ts';
import type { Goal, Limit, Point } from '../search/search.ts';
import { type Constraint, Space } from '../search/space.ts';
import { apply, type Factor, factorOf, placesOf, type Sequence } from './factors.ts';
import { type Json, locate, parsePath, put, quantityOf } from './places.ts';
import type { FactorShown, Question, ResponseShown } from './study-protocol.ts';

/** A parameter of which only a distribution is known. */
export interface Unknown {
  name: string;
  /** Sets the value below which a share u of what is thought possible lies. */
  set(scene: Json, u: number): void;
}

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
  /** The same, checked. Throws where the scene refuses it. */
  sceneAt(point: Point): Scene;
  shownFactors(): FactorShown[];
}

export type Prepared = { ok: true; setting: Setting } | { ok: false; problems: Problem[] };

/** Points that are tried to find one that meets the constraints. */
const TRIES = 50_000;

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
  const setters = settersOf(json, text, at, names, findings);
  const constraints = constraintsOf(text, at, factors, names, of, findings);
  const cost = costOf(text, at, names, of, findings);
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
        if (!Number.isNaN(number)) put(scene, path, number);
      }
    }
    const known = sequence?.items.length ?? factors.length;
    unknowns.forEach((unknown, i) => {
      const u = point[known + i];
      if (u !== undefined) unknown.set(scene, u);
    });
    return scene;
  };

  checkLevels(json, factors, at, findings);
  if (findings.count > 0) return undefined;
  const first = sequence === undefined && factors.length > 0 ? anyPoint(space) : undefined;
  if (sequence === undefined && factors.length > 0 && first === undefined) {
    findings.add(
      [...at, 'constraints'],
      `found no design that meets the constraints${space.choices <= TRIES ? `, though all ${space.choices} were tried` : ` in ${TRIES} tries`}; expected at least one`,
    );
    return undefined;
  }
  if (first !== undefined) {
    const tried = check(sceneAtPoint(first));
    if (!tried.ok) {
      const problem = tried.problems[0] as Problem;
      findings.add(
        at,
        `a design that it may try (${names.map((factor, i) => `${factor} = ${factors[i]?.label(first[i] as number)}`).join(', ')}) is refused: ${problem.path}: ${problem.message}`,
      );
      return undefined;
    }
  }

  const wanted = wantedOf(text, at, base, cost !== undefined, names.length, findings);
  const rows = rowsOf(text, at, factors, space, findings);
  if (findings.count > 0 || wanted === undefined) return undefined;
  const nowValues = factors.map(({ shown: { now } }) => now);
  const basePoint =
    nowValues.every((now) => now !== undefined) && space.admits(nowValues as number[]) ? (nowValues as number[]) : undefined;
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
    warnings: [],
    sceneText: sceneAtPoint,
    sceneAt(point) {
      const result = check(sceneAtPoint(point));
      if (result.ok) return result.scene;
      throw new Error(
        `the design ${point.join(', ')} is refused: ${result.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
      );
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

/** Plain numbers of a distribution, as they are. */
function plain(findings: Findings): Measure {
  return {
    perUnit: 1,
    rounds: false,
    grain: '',
    finer: '',
    amount(value, path) {
      if (typeof value === 'number') return value;
      findings.add(path, `found ${shown(value)}; expected a plain number, as at the place that it is for`);
      return undefined;
    },
  };
}

/** Seconds, whatever the scene's tick is. */
function seconds(unit: Unit, findings: Findings): Measure {
  return {
    perUnit: SECONDS[unit],
    rounds: false,
    grain: '',
    finer: '',
    amount(value, path) {
      const amount = parseDuration(value, unit);
      if (amount === undefined) findings.add(path, `found ${shown(value)}; expected a duration`);
      return amount;
    },
  };
}

function unknownsOf(json: Json, base: Scene, text: ExperimentText, at: Path, findings: Findings): Unknown[] {
  return Object.entries(text.uncertain ?? {}).flatMap(([name, unknown]): Unknown[] => {
    const where = [...at, 'uncertain', name];
    const places = placesOf(json, unknown, where, findings);
    if (places === undefined) return [];
    if (places.length === 0) {
      findings.add([...where, 'path'], 'missing; expected the path of what is not known');
      return [];
    }
    const timed = places.some(({ kind, path }) => {
      const found = locate(json, path);
      return kind === 'set' && found.ok && (typeof found.value === 'string' || takesDuration(json, path));
    });
    const distribution = distributionOf(
      unknown.distribution,
      [...where, 'distribution'],
      timed ? seconds(base.time.unit, findings) : plain(findings),
      findings,
    ) as Distribution | undefined;
    if (distribution === undefined) return [];
    return [{ name, set: (scene, u) => apply(scene, places, quantile(distribution, u), timed ? 's' : '') }];
  });
}

/** Whether a duration with its unit may stand at a place. */
function takesDuration(json: Json, path: Path): boolean {
  const trial = structuredClone(json);
  put(trial, path, '10 s');
  return check(trial).ok;
}

function settersOf(json: Json, text: ExperimentText, at: Path, names: string[], findings: Findings) {
  return Object.entries(text.set ?? {}).flatMap(([path, expression]) => {
    const where = [...at, 'set', path];
    const parsed = parseArithmetic(expression, names);
    const segments = parsePath(path);
    const found = segments === undefined ? undefined : locate(json, segments);
    if (!parsed.ok) findings.add(where, `column ${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`);
    else if (parsed.truth) findings.add(where, 'found a comparison; expected a number');
    if (found === undefined) findings.add(where, `found ${shown(path)}; expected a path such as "buffers.b3.capacity"`);
    else if (!found.ok) findings.add(where, `found ${found.found}; expected ${found.expected}`);
    if (!parsed.ok || found === undefined || !found.ok) return [];
    // Rounding in the last digit must not make a whole number a broken one.
    return [{ path: found.path, value: (of: (factor: string) => number): number => Number(parsed.value(of).toPrecision(14)) }];
  });
}

function constraintsOf(
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

function costOf(text: ExperimentText, at: Path, names: string[], of: (point: Point) => (factor: string) => number, findings: Findings) {
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

/** That the scene takes the least and the greatest value of every factor. */
function checkLevels(json: Json, factors: Factor[], at: Path, findings: Findings): void {
  for (const factor of factors) {
    const { axis, name, shown: shownFactor } = factor;
    if (shownFactor.paths.length === 0) continue;
    const levels =
      axis.kind === 'choice'
        ? Array.from({ length: Math.min(axis.count, 50) }, (_, i) => i)
        : [...new Set([shownFactor.low, shownFactor.high])];
    for (const level of levels) {
      const trial = structuredClone(json);
      factor.set(trial, level);
      const result = check(trial);
      if (result.ok) continue;
      const problem = result.problems[0] as Problem;
      findings.add([...at, 'factors', name], `at ${factor.label(level)} the scene is refused: ${problem.path}: ${problem.message}`);
      break;
    }
  }
}

function anyPoint(space: Space): Point | undefined {
  if (space.choices <= TRIES) {
    for (const point of space.points()) return point;
    return undefined;
  }
  const dice = new Dice(1, 1);
  for (let i = 0; i < TRIES; i++) {
    const point = space.at(space.free.map(() => dice.uniform()));
    if (point !== undefined) return point;
  }
  return undefined;
}

interface Wanted {
  metrics: string[];
  responses: ResponseShown[];
  goals: Goal[];
  limits: Limit[];
}

function wantedOf(text: ExperimentText, at: Path, base: Scene, costs: boolean, factors: number, findings: Findings): Wanted | undefined {
  const known = new Map(new Readout(compile(base)).metrics.map(({ name, unit }) => [name, unit]));
  const names = new Set<string>();
  const mention = (metric: string, where: Path): void => {
    if (metric === 'cost' && costs) return;
    if (known.has(metric)) names.add(metric);
    else if (metric === 'cost')
      findings.add(where, 'found "cost"; expected "cost" beside it in the experiment, an expression over factors');
    else
      findings.add(
        where,
        `found ${shown(metric)}; expected a metric of this plant, such as "total.throughput"${didYouMean(metric, known.keys())}`,
      );
  };
  const objectives = text.objectives ?? [{ maximise: 'total.throughput' }];
  objectives.forEach(({ maximise, minimise }, i) =>
    mention((maximise ?? minimise) as string, [...at, 'objectives', i, maximise === undefined ? 'minimise' : 'maximise']),
  );
  (text.limits ?? []).forEach(({ metric, least, most }, i) => {
    mention(metric, [...at, 'limits', i, 'metric']);
    if (least === undefined && most === undefined)
      findings.add([...at, 'limits', i], 'found neither "least" nor "most"; expected at least one');
  });
  if (
    costs &&
    factors > 0 &&
    objectives.every(({ maximise, minimise }) => (maximise ?? minimise) === 'cost') &&
    (text.limits ?? []).every(({ metric }) => metric === 'cost')
  ) {
    findings.add(
      [...at, 'objectives'],
      'found nothing that twins are needed for; expected a metric of the plant in an objective or a limit',
    );
  }
  if (text.question === 'trade-off' && objectives.length < 2)
    findings.add([...at, 'objectives'], `found ${objectives.length}; expected two or more, as the question is a trade-off`);
  const metrics = [...names];
  const responses: ResponseShown[] = metrics.map((metric) => ({ name: metric, unit: known.get(metric) as string }));
  if (costs) responses.push({ name: 'cost', unit: '' });
  const index = (metric: string): number => responses.findIndex(({ name }) => name === metric);
  const goals = objectives.flatMap(({ maximise, minimise, of }): Goal[] => {
    const response = index((maximise ?? minimise) as string);
    const found = responses[response];
    if (found === undefined) return [];
    const sense = maximise === undefined ? 'minimise' : 'maximise';
    found.sense = sense;
    if (of === undefined || of === 'mean') return [{ response, sense, of: { kind: 'mean' } }];
    if ('quantile' in of) {
      found.of = `${100 * of.quantile} % quantile`;
      return [{ response, sense, of: { kind: 'quantile', p: of.quantile } }];
    }
    found.of = `mean of the worst ${100 * of.worst} %`;
    return [{ response, sense, of: { kind: 'worst', share: of.worst } }];
  });
  const limits = (text.limits ?? []).flatMap(({ metric, least, most }, i): Limit[] => {
    const response = index(metric);
    const found = responses[response];
    if (found === undefined) return [];
    const inUnitOf = (value: Json | undefined, key: 'least' | 'most', otherwise: number): number => {
      if (value === undefined) return otherwise;
      const quantity = quantityOf(value);
      if (quantity === undefined || (quantity.unit !== '' && !(found.unit in SECONDS))) {
        findings.add(
          [...at, 'limits', i, key],
          `found ${shown(value)}; expected a number in ${found.unit === '' || found.unit === '1' ? 'the unit of the metric' : found.unit}`,
        );
        return otherwise;
      }
      const amount = quantity.unit === '' ? quantity.value : (quantity.value * SECONDS[quantity.unit]) / SECONDS[found.unit as Unit];
      found[key] = amount;
      return amount;
    };
    return [
      { response, least: inUnitOf(least, 'least', Number.NEGATIVE_INFINITY), most: inUnitOf(most, 'most', Number.POSITIVE_INFINITY) },
    ];
  });
  return findings.count > 0 ? undefined : { metrics, responses, goals, limits };
}

function rowsOf(text: ExperimentText, at: Path, factors: Factor[], space: Space, findings: Findings): Point[] | undefined {
  const { design } = text;
  if (design?.kind !== 'table') return undefined;
  const where = [...at, 'design', 'rows'];
  if (design.rows === undefined) {
    findings.add(where, 'missing; expected the designs, as the kind is "table"');
    return undefined;
  }
  const rows =
    typeof design.rows === 'string'
      ? Papa.parse<Record<string, Json>>(design.rows.trim(), { header: true, skipEmptyLines: true }).data
      : (design.rows as Record<string, Json>[]);
  if (rows.length === 0) findings.add(where, 'found no row; expected at least one');
  return rows.flatMap((row, i) => {
    const point = factors.map((factor) => {
      const value = Object.hasOwn(row, factor.name) ? factor.valueOf(row[factor.name] as Json) : undefined;
      if (value === undefined)
        findings.add([...where, i], `found ${shown(row[factor.name])} as ${factor.name}; expected a value of this factor`);
      return value ?? Number.NaN;
    });
    if (point.some(Number.isNaN)) return [];
    if (!space.admits(point)) {
      findings.add(
        [...where, i],
        `found ${factors.map((factor, k) => `${factor.name} = ${factor.label(point[k] as number)}`).join(', ')}; expected values within the ranges that meet the constraints`,
      );
      return [];
    }
    return [point];
  });
}
