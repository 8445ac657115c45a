/** Whether an experiment can be run as it asks to be, and how many designs and twins that takes: known before anything runs. */
import type { Method } from '../scene/experiment-schema.ts';
import { type Path, pathText, type Problem } from '../scene/problems.ts';
import { designSize, type DesignSpec } from '../search/designs.ts';
import { MOST_DIMENSIONS } from '../search/sobol.ts';
import { effortOf, methodOf, pairsAfter, searchBudget, specOf } from './questions/find.ts';
import type { Setting } from './setting.ts';
import type { Question } from './study-protocol.ts';

/** What answers a question; the first is taken where nothing is said. */
const METHODS: Readonly<Record<Question, readonly Method[]>> = {
  compare: ['all'],
  best: ['all', 'tournament', 'kn', 'ocba', 'cma-es', 'gaussian process'],
  'trade-off': ['nsga-ii'],
  'what limits': [],
  sensitivity: ['morris', 'sobol'],
  uncertainty: [],
};
const SELECTIONS: readonly Method[] = ['tournament', 'kn', 'ocba'];
/** Designs of which KN keeps all pairs, and that are made at once. */
const MOST_PAIRED = 2000;
const MOST_POINTS = 2 ** 23;

/** Why an experiment cannot be run as it asks, by path; none where it can. */
export function unfit(setting: Setting): Problem[] {
  const problems: Problem[] = [];
  const { name, question, method, sequence, goals, limits, responses, space, text, rows } = setting;
  const add = (path: Path, message: string): void => {
    problems.push({ path: pathText(['experiments', name, ...path]), message });
  };
  const fitting = METHODS[question];
  if (sequence !== undefined) {
    if (question !== 'best')
      add(['question'], `found ${JSON.stringify(question)} with a sequence; expected "best", the one question that orders answer`);
    if (method !== 'auto' && method !== 'sequence') add(['method'], `found ${JSON.stringify(method)} with a sequence; expected "sequence"`);
    return problems;
  }
  if (method !== 'auto' && !fitting.includes(method)) {
    const list = ['auto', ...fitting].map((one) => JSON.stringify(one)).join(', ');
    add(['method'], `found ${JSON.stringify(method)}, which does not answer ${JSON.stringify(question)}; expected one of ${list}`);
    return problems;
  }
  if (text.halfWidth !== undefined && question !== 'compare')
    add(['halfWidth'], `found ${text.halfWidth}; expected it with the question "compare" alone`);
  if (question !== 'compare' && question !== 'best') return problems;
  const taken = question === 'compare' ? 'all' : methodOf(setting);
  const listed = taken === 'all' || SELECTIONS.includes(taken);
  if (!listed) return problems;
  const design: Path = rows === undefined && text.design === undefined ? ['factors'] : ['design'];
  let size = 0;
  try {
    size = taken === 'all' || rows !== undefined ? designSize(space, specOf(setting)) : designSize(space, { kind: 'full' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    add(design, error.message);
    return problems;
  }
  if (size > MOST_POINTS)
    add(
      design,
      `found ${size.toLocaleString('en')} designs; expected at most ${MOST_POINTS.toLocaleString('en')}, or a method that does not try all, such as "cma-es"`,
    );
  if (taken === 'all' && text.design?.kind === 'sobol' && space.free.length > MOST_DIMENSIONS)
    add(design, `found ${space.free.length} factors; expected at most ${MOST_DIMENSIONS}, as the design is "sobol"`);
  if (!SELECTIONS.includes(taken)) return problems;
  if (goals[0]?.of.kind !== 'mean')
    add(
      ['method'],
      `found ${JSON.stringify(taken)}, which compares means; expected "all", "cma-es" or "gaussian process" for ${responses[goals[0]?.response ?? 0]?.of}`,
    );
  const simulated = limits.findIndex(({ response }) => responses[response]?.name !== 'cost');
  if (simulated >= 0)
    add(['method'], `found ${JSON.stringify(taken)}, which knows no limits but of cost; expected "all", "cma-es" or "gaussian process"`);
  if (taken === 'kn' && size > MOST_PAIRED)
    add(
      ['method'],
      `found "kn" for ${size.toLocaleString('en')} designs; expected at most ${MOST_PAIRED.toLocaleString('en')}, or "tournament"`,
    );
  const least =
    taken === 'tournament'
      ? Math.max(4, text.replications ?? 12) * size
      : taken === 'ocba'
        ? Math.max(2, text.replications ?? 2) * size
        : 0;
  if (text.budget !== undefined && searchBudget(text.budget) < least)
    add(
      ['budget'],
      `found ${text.budget.toLocaleString('en')} twins for ${size.toLocaleString('en')} designs; expected at least ${Math.ceil(1.5 * least).toLocaleString('en')}: the first round and the last comparison`,
    );
  return problems;
}

/** Designs that can be tried (Infinity where a factor may have any value), and about how many twins that takes: of most methods the most. */
export function sizeOf(setting: Setting, interventions: number): { designs: number; twins: number } {
  const { question, text, space, method, sequence, rows } = setting;
  const n = text.replications;
  switch (question) {
    case 'what limits': {
      const designs = interventions + 1;
      const most = designs * (n ?? 256);
      return { designs, twins: text.budget === undefined ? most : Math.min(most, Math.max(2 * designs, text.budget)) };
    }
    case 'uncertainty':
      return { designs: text.samples ?? 64, twins: (text.samples ?? 64) * (n ?? 16) };
    case 'sensitivity': {
      const designs = (text.samples ?? (method === 'sobol' ? 256 : 12)) * (space.free.length + (method === 'sobol' ? 2 : 1));
      return { designs, twins: designs * (n ?? 8) };
    }
    case 'compare':
      return compared(setting);
    case 'trade-off':
      return { designs: space.choices, twins: text.budget ?? 12_000 };
    case 'best': {
      const taken = methodOf(setting);
      if (taken === 'all') return compared(setting);
      if (sequence !== undefined) return { designs: Number.POSITIVE_INFINITY, twins: text.budget ?? 4000 };
      const listed = SELECTIONS.includes(taken) ? countOf(setting, rows === undefined ? { kind: 'full' } : specOf(setting)) : space.choices;
      const designs = Number.isFinite(space.choices) ? listed : space.choices;
      if (taken === 'kn' || taken === 'tournament')
        return text.budget === undefined || taken === 'kn'
          ? confirmed(designs, listed * (n ?? 24))
          : { designs, twins: Math.min(confirmed(designs, listed * (n ?? 24)).twins, text.budget) };
      return { designs, twins: text.budget ?? Math.max(4000, taken === 'ocba' ? 3 * listed : 0) };
    }
  }
}

function compared(setting: Setting): { designs: number; twins: number } {
  const designs = countOf(setting, specOf(setting));
  const { budget } = setting.text;
  if (budget !== undefined) return { designs, twins: Math.max(budget, designs) };
  return confirmed(designs, designs * effortOf(setting, designs).replications);
}

/** Combinations up to which those that meet the constraints are counted. */
const MOST_COUNTED = 200_000;

/** Designs of a list, fewer than its combinations where constraints leave some out. */
function countOf({ space, rows }: Setting, spec: DesignSpec): number {
  const size = designSize(space, spec);
  if (rows !== undefined || spec.kind !== 'full' || space.constraints.length === 0 || space.choices > MOST_COUNTED) return size;
  let count = 0;
  for (const points = space.points(); points.next().done !== true; ) count++;
  return count;
}

/** With the last comparison. */
function confirmed(designs: number, twins: number): { designs: number; twins: number } {
  return { designs, twins: twins + 2 * pairsAfter(twins) };
}
