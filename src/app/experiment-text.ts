/** Experiments as they stand in the scene's text: read from its syntax tree, changed in place, and proposed for a number that was ticked. */
import { findNodeAtLocation, getNodeValue, type JSONPath, type Node } from 'jsonc-parser';
import type { Question } from '../experiment/study-protocol.ts';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { RULES } from '../scene/expression.ts';
import { pathText } from '../scene/problems.ts';
import { pathOf, tidy, type Kind, type Parameter } from './scene-text.ts';

export type { ExperimentText };
export type UnknownText = NonNullable<ExperimentText['uncertain']>[string];
export type FactorText = NonNullable<ExperimentText['factors']>[string];

/** What is asked, in a person's words, in the order in which people ask. */
export const QUESTIONS: { question: Question; words: string; answer: string; factors: boolean }[] = [
  {
    question: 'what limits',
    words: 'What limits us?',
    answer: 'Changes every element a little, one at a time, and ranks what each change gains.',
    factors: false,
  },
  {
    question: 'best',
    words: 'Which is best?',
    answer: 'Searches the ticked factors for the best design, and says how sure that choice is.',
    factors: true,
  },
  {
    question: 'trade-off',
    words: 'What is the trade-off?',
    answer: 'Finds the designs that are best compromises between two or more objectives.',
    factors: true,
  },
  { question: 'sensitivity', words: 'What matters?', answer: 'Ranks the ticked factors by how much they move the result.', factors: true },
  {
    question: 'uncertainty',
    words: 'How sure are we?',
    answer: 'Carries what is not known to the result, and tells it apart from chance.',
    factors: false,
  },
  { question: 'compare', words: 'Compare designs', answer: 'Runs every design of a plan and shows each with its interval.', factors: true },
];

/** Ways to search, in words. */
export const METHODS: [method: NonNullable<ExperimentText['method']>, words: string][] = [
  ['auto', 'chosen by the question'],
  ['all', 'every design'],
  ['tournament', 'tournament with a guarantee'],
  ['kn', 'Kim and Nelson, with a guarantee'],
  ['ocba', 'OCBA: a fixed budget'],
  ['cma-es', 'CMA-ES'],
  ['gaussian process', 'Gaussian process'],
  ['nsga-ii', 'NSGA-II'],
  ['sequence', 'search over orders'],
  ['morris', 'Morris screening'],
  ['sobol', 'Sobol’ indices'],
];

/** By name, in the order of the file. The text has passed its check, so that their shape is known. */
export function experimentsIn(tree: Node | undefined): Record<string, ExperimentText> {
  const node = tree && findNodeAtLocation(tree, ['experiments']);
  return node?.type === 'object' ? (getNodeValue(node) as Record<string, ExperimentText>) : {};
}

/** A name of this sort that is not taken: "Experiment 2". */
export function freeName(taken: readonly string[], stem: string): string {
  for (let number = 1; ; number++) {
    const name = `${stem} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** What a new experiment begins with. */
export function blank(question: Question): ExperimentText {
  return withSecondObjective({ question, factors: {}, objectives: [{ maximise: 'total.throughput' }] });
}

/** A trade-off is one between objectives: where there is but one, a second that pulls the other way is proposed. */
export function withSecondObjective(experiment: ExperimentText): ExperimentText {
  const { question, objectives = [{ maximise: 'total.throughput' }] } = experiment;
  if (question !== 'trade-off' || objectives.length > 1) return experiment;
  const other = objectives[0]?.minimise === 'total.wip' ? { maximise: 'total.throughput' } : { minimise: 'total.wip' };
  return { ...experiment, objectives: [...objectives, other] };
}

// Factors

/** The paths that a factor sets or scales. */
export const placesOf = (factor: FactorText): string => [factor.path ?? [], factor.scale ?? []].flat().join(', ');

/** The list in which a ticked number goes: what may be chosen, or what is not known. */
export const listOf = (experiment: ExperimentText): 'factors' | 'uncertain' =>
  experiment.question === 'uncertainty' ? 'uncertain' : 'factors';

/**
 * The factor (or, where the question is of what is not known, the unknown) that sets this place of the scene; undefined where none does. A path may be written in other ways than the page writes it:
 * `a["b"]` for `a.b`, and without the name of a distribution: `repair.mean` for `repair.lognormal.mean`.
 */
export function factorAt(experiment: ExperimentText | undefined, path: JSONPath): string | undefined {
  const sought = [pathText(path), ...(path.length > 3 ? [pathText(path.toSpliced(-2, 1))] : [])];
  const list: Record<string, { path?: string | string[] | undefined }> = experiment?.[listOf(experiment)] ?? {};
  return Object.entries(list).find(([, factor]) => [factor.path ?? []].flat().some((one) => sought.includes(pathText(pathOf(one)))))?.[0];
}

/** Words of expressions, and what is a metric: no names for factors. */
const RESERVED = ['min', 'max', 'abs', 'floor', 'ceil', 'round', 'and', 'or', 'not', 'cost', 'total'];

/** A name for a factor: short for what people mean by an element (`b2`, its capacity), with what it is for all else (`press_mean`). */
export function nameFor(path: JSONPath, taken: readonly string[]): string {
  const word = (step: string | number) =>
    String(step)
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .toLowerCase();
  const last = word(path.at(-1) ?? '');
  const element = word(path[1] ?? '') || 'factor';
  const keys = path.slice(2).filter((step) => typeof step === 'string');
  const short =
    last === 'capacity' || last === 'cards' ? element : `${element}_${keys.length > 2 ? `${word(keys.at(-3)!)}_${last}` : last}`;
  const stem = (/^[a-z]/.test(short) ? short : `f_${short}`).slice(0, 56);
  let name = stem;
  for (let number = 2; taken.includes(name) || RESERVED.includes(name); number++) name = `${stem}_${number}`;
  return name;
}

/** How far a number that is no count is moved to either side at first, as a share of it. */
const AROUND = 0.2;

/** A range to begin with: counts from the least there can be to twice what is there, everything else ±20 %. */
export function proposed(parameter: Parameter): FactorText {
  const { value, unit, integer, minimum, maximum, path } = parameter;
  const at = pathText(path);
  const top = maximum ?? Number.POSITIVE_INFINITY;
  if (integer) {
    const from = Math.max(minimum, value === undefined ? 1 : Math.min(1, value));
    return { path: at, from, to: Math.min(top, value === undefined ? 10 : Math.max(2 * value, value + 1, from + 1)), step: 1 };
  }
  const around = value ?? 1;
  const low = around === 0 ? 0 : around * (1 - Math.sign(around) * AROUND);
  const high = around === 0 ? 1 : around * (1 + Math.sign(around) * AROUND);
  const written = (level: number) => {
    const rounded = tidy(Math.min(top, Math.max(minimum, level)), 4);
    return unit === '' ? rounded : `${rounded} ${unit}`;
  };
  return { path: at, from: written(low), to: written(high) };
}

/** What is thought of a number that is not known, to begin with: most likely what is written, and up to 20 % off to either side. */
export function proposedUnknown(parameter: Parameter): UnknownText {
  const { path, from, to } = proposed({ ...parameter, integer: false });
  const { value = 1, unit } = parameter;
  return {
    path: path!,
    distribution: { triangular: { min: from!, mode: unit === '' ? value : `${value} ${unit}`, max: to! } },
  } as UnknownText;
}

/** A rule, a switch or an order that may be a factor. */
export interface Choice {
  path: JSONPath;
  label: string;
  /** Empty: a list in any order. */
  options: (string | boolean)[];
  /** What the scene says, or what holds where it says nothing. */
  now: string | boolean;
}

/** The rules, switches and orders of one element. */
export function choicesOf(tree: Node, kind: Kind, name: string): Choice[] {
  const choice = (map: string, key: string, label: string, options: Choice['options']): Choice => {
    const node = findNodeAtLocation(tree, [map, name, key]);
    const value: unknown = node && getNodeValue(node);
    const simple = typeof value === 'string' || typeof value === 'boolean';
    return {
      path: [map, name, key],
      label,
      options,
      now: simple ? value : value === undefined ? (options[0] ?? '') : JSON.stringify(value),
    };
  };
  if (kind === 'station')
    return [
      choice('stations', 'dispatch', 'dispatch rule', Object.keys(RULES)),
      choice('stations', 'preemptive', 'preemptive', [false, true]),
      ...(findNodeAtLocation(tree, ['stations', name, 'shifts'])
        ? [choice('stations', 'onShiftEnd', 'at the end of a shift', ['finish', 'suspend'])]
        : []),
    ];
  if (kind === 'pool') return [choice('people', 'onShiftEnd', 'at the end of a shift', ['finish', 'suspend', 'hand over'])];
  if (kind !== 'source') return [];
  const orders = findNodeAtLocation(tree, ['sources', name, 'orders']);
  return [
    choice('sources', 'whenFull', 'when there is no room', ['wait', 'lose']),
    ...(orders?.type === 'array' ? [{ path: ['sources', name, 'orders'], label: 'order of the orders', options: [], now: '' }] : []),
  ];
}

export function proposedChoice({ path, options, now }: Choice): FactorText {
  if (options.length === 0) return { path: pathText(path), sequence: true };
  const truth = options.every((option) => typeof option === 'boolean');
  // Two rules to begin with: the one that holds and a usual other one.
  const other = truth
    ? !now
    : (options.find((option) => option === 'earliest due date' && option !== now) ?? options.find((one) => one !== now));
  return { path: pathText(path), values: [now, other] };
}

/** What was typed: a number where it is one, else the text (a duration, a rule). */
export function typed(text: string): number | string {
  const trimmed = text.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** "1 to 10", "priority or earliest due date". */
export function rangeText(factor: FactorText): string {
  if (factor.sequence) return 'any order';
  if (factor.values) return factor.values.length > 4 ? `${factor.values.length} values` : factor.values.map(String).join(' or ');
  if (factor.from === undefined || factor.to === undefined) return '';
  return `${factor.from} to ${factor.to}${factor.step === undefined || factor.step === 1 ? '' : `, step ${factor.step}`}`;
}

export const questionOf = (question: Question): (typeof QUESTIONS)[number] =>
  QUESTIONS.find((one) => one.question === question) ?? QUESTIONS[0]!;

/** An experiment as a text has it; undefined where it has none of that name. */
export function definitionIn(scene: string, name: string): ExperimentText | undefined {
  try {
    return (JSON.parse(scene) as { experiments?: Record<string, ExperimentText> }).experiments?.[name];
  } catch {
    return undefined;
  }
}

/** A factor under another name, wherever an expression says it. */
export function renamed(experiment: ExperimentText, from: string, to: string): ExperimentText {
  const word = new RegExp(`\\b${from}\\b`, 'g');
  const said = (text: string) => text.replace(word, to);
  const { factors, set, constraints, cost } = experiment;
  return {
    ...experiment,
    ...(factors
      ? { factors: Object.fromEntries(Object.entries(factors).map(([name, factor]) => [name === from ? to : name, factor])) }
      : {}),
    ...(set ? { set: Object.fromEntries(Object.entries(set).map(([path, text]) => [path, said(text)])) } : {}),
    ...(constraints ? { constraints: constraints.map(said) } : {}),
    ...(cost === undefined ? {} : { cost: said(cost) }),
  };
}
