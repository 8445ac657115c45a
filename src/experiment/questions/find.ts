/** Questions that choose among designs: compare, best, trade-off. */
import { bayesian } from '../../search/bayesian.ts';
import { cmaEs } from '../../search/cma-es.ts';
import type { Contest, Selection } from '../../search/contest.ts';
import { designPoints, type DesignSpec } from '../../search/designs.ts';
import { compareWithBest } from '../../search/compare-best.ts';
import { kn } from '../../search/kn.ts';
import { nsga2 } from '../../search/nsga2.ts';
import { ocba } from '../../search/ocba.ts';
import type { Point, Search } from '../../search/search.ts';
import { untilPrecise } from '../../search/replications.ts';
import { same } from '../../search/space.ts';
import { tournament } from '../../search/tournament.ts';
import type { Method } from '../../scene/experiment-schema.ts';
import { pathText } from '../../scene/problems.ts';
import { StudyRefusal } from '../refusal.ts';
import type { Register } from '../register.ts';
import { valueOf } from '../report.ts';
import type { Setting } from '../setting.ts';
import type { Guarantee } from '../study-protocol.ts';
import { figure, share, withUnit } from '../wording.ts';
import { type Answer, asTheScene, FRESH, isDesign } from './answer.ts';
import { bestOrder } from './order.ts';

/** Pairs of twins of the last comparison. */
const PAIRS = 256;
const FEWEST_PAIRS = 32;
/** Replications from here on show how large an objective is before a contest begins, which uses none of them. */
const PILOT = 0x3f000000;
/** Designs up to which "best" tries all and promises; beyond, a search without a promise unless asked otherwise. */
const MOST_CONTESTED = 100_000;
/** Designs so few that KN is the cheapest. */
const FEW = 20;
/** Affordable designs below which each must be chosen with more thought than an evolution gives it. */
const DEAR = 250;

/** What the design of an experiment says, or the one for a question that does not say. */
export function specOf({ text, space, rows }: Setting): DesignSpec {
  const { design } = text;
  if (rows !== undefined) return { kind: 'table', rows };
  if (design?.kind === 'full') return { kind: 'full', ...(design.levels === undefined ? {} : { levels: design.levels }) };
  if (design?.kind === 'fractional') return { kind: 'fractional', resolution: (design.resolution ?? 4) as 3 | 4 | 5 };
  if (design !== undefined && design.kind !== 'table') return { kind: design.kind, points: design.points ?? 128 };
  return space.choices <= 512 ? { kind: 'full' } : { kind: 'latin hypercube', points: 128 };
}

const NONE_FITS = 'None of the designs that were tried meets the limits.';

export function* compare(setting: Setting, register: Register): Search<Answer> {
  const { text, goals, confidence } = setting;
  const { points, warnings } = designPoints(setting.space, specOf(setting), setting.seed);
  const { replications, halfWidth } = effortOf(setting, points.length);
  if (halfWidth === undefined) yield* inRounds(points, 0, replications);
  else {
    const most = text.budget === undefined ? undefined : Math.max(2, Math.floor(searchBudget(text.budget) / points.length));
    const found = yield* untilPrecise(points, {
      precision: { kind: 'relative', halfWidth },
      response: goals[0]?.response ?? 0,
      level: confidence,
      first: most === undefined ? replications : Math.min(most, replications),
      most,
    });
    const wide = found.filter(({ reached }) => !reached).length;
    if (wide > 0)
      warnings.push(
        `${wide} of ${points.length} designs did not come to the half-width that was asked for: the twins that they may take were spent.`,
      );
  }
  const chosen = leader(setting, register);
  if (chosen === undefined && setting.limits.length > 0) warnings.push(NONE_FITS);
  return {
    method:
      halfWidth === undefined
        ? `${points.length} designs, ${replications} twins each`
        : `${points.length} designs, each until its interval was within ${share(halfWidth)} of its mean`,
    chosen,
    guarantee: withTheBest(setting, register, points, chosen),
    warnings,
    ...(yield* confirm(setting, register, chosen)),
  };
}

/** Replications of each design of a comparison, and the relative half-width they may go on to. */
export function effortOf({ text }: Pick<Setting, 'text'>, designs: number): { replications: number; halfWidth: number | undefined } {
  const { halfWidth } = text;
  const replications = text.replications ?? (halfWidth === undefined ? 16 : 10);
  if (halfWidth !== undefined) return { replications: Math.max(2, replications), halfWidth };
  const budget = text.budget === undefined ? replications : Math.max(1, Math.floor(searchBudget(text.budget) / designs));
  return { replications: Math.min(replications, budget), halfWidth };
}

/** Designs of which all pairs are compared. */
const MOST_COMPARED = 1000;

/**
 * Multiple comparisons with the best over all designs (src/search/compare-best.ts): how far the chosen one may be from the best, and which others
 * may be it. Undefined where limits rule designs out by what their twins showed, which the intervals know nothing of.
 */
function withTheBest(
  { goals, limits, responses, confidence, factors }: Setting,
  register: Register,
  points: readonly Point[],
  chosen: Point | undefined,
): Guarantee | undefined {
  const goal = goals[0];
  const response = goal && responses[goal.response];
  if (goal === undefined || response === undefined || chosen === undefined) return undefined;
  if (goal.of.kind !== 'mean' || limits.length > 0 || points.length < 2 || points.length > MOST_COMPARED) return undefined;
  const all = points.map((point) => register.series(register.idOf(point) as number, goal.response));
  const shared = [...(all[0]?.keys() ?? [])].filter((replication) => all.every((series) => series?.has(replication)));
  if (shared.length < 2) return undefined;
  const samples = all.map((series) => shared.map((replication) => series?.get(replication) as number));
  const intervals = compareWithBest(samples, goal.sense, 'paired', confidence);
  const own = intervals[points.findIndex((point) => same(point, chosen))];
  if (own === undefined) return undefined;
  const rivals = points.filter((point, i) => !same(point, chosen) && (intervals[i]?.high ?? 0) > 0);
  const words = (point: Point): string => factors.map(({ name, label }, i) => `${name} = ${label(point[i] as number)}`).join(', ');
  const named = rivals.slice(0, 3).map((point) => `(${words(point)})`);
  const others =
    rivals.length === 0
      ? ''
      : `; ${rivals.length === 1 ? 'one other' : `${rivals.length} others`} may be the best instead: ${named.join(', ')}${rivals.length > named.length ? ' …' : ''}`;
  const is =
    own.low === 0
      ? `the best of all ${points.length}`
      : `within ${withUnit(figure(-own.low), response.unit)} of the best of all ${points.length}${others}`;
  return {
    text: `With a confidence of ${share(confidence)} the chosen design is ${is}. Paired differences of ${shared.length} twins with the same luck, all designs together; they are taken to be nearly normal.`,
    procedure: 'multiple comparisons with the best',
    confidence,
    indifference: 0 - own.low,
  };
}

/** Orders of many designs, in rounds small enough that partial results come. */
function* inRounds(points: readonly Point[], first: number, replications: number): Search<void> {
  const at = Math.max(1, Math.min(replications, Math.ceil(4096 / points.length)));
  for (let from = 0; from < replications; from += at) {
    const count = Math.min(at, replications - from);
    yield points.map((point) => ({ point, first: first + from, count }));
  }
}

/** The feasible design that is best by the first objective; undefined where none is. */
function leader({ goals, limits }: Pick<Setting, 'goals' | 'limits'>, register: Register): Point | undefined {
  const goal = goals[0];
  if (goal === undefined) return undefined;
  let best: Point | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < register.size; id++) {
    if (!limits.every(({ response, least, most: bound }) => register.mean(id, response) >= least && register.mean(id, response) <= bound))
      continue;
    const value = (goal.sense === 'maximise' ? 1 : -1) * valueOf(register, id, goal);
    if (value > most && isDesign(register.point(id))) {
      most = value;
      best = register.point(id);
    }
  }
  return best;
}

/** Pairs of the last comparison after so many twins: a fourth of them, no more than are of use and no fewer than tell anything. */
export function pairsAfter(twins: number): number {
  return Math.max(FEWEST_PAIRS, Math.min(PAIRS, Math.floor(twins / 4)));
}

/** What a budget leaves to the search: the last comparison takes a third of it, or its most pairs. */
export function searchBudget(budget: number): number {
  return budget - 2 * Math.min(PAIRS, Math.floor(budget / 6));
}

/** Two designs, or a design and the plant as it is, once more under the same fresh luck: within the budget, where there is one. */
function* lastComparison({ text }: Setting, register: Register, points: readonly Point[]): Search<void> {
  const count = text.budget === undefined ? pairsAfter(register.twins) : Math.min(PAIRS, Math.floor(text.budget / 6));
  if (count > 1) yield points.map((point) => ({ point, first: FRESH, count }));
}

/** Runs the chosen design and the plant as it is once more. */
function* confirm(setting: Setting, register: Register, chosen: Point | undefined): Search<Pick<Answer, 'fresh'>> {
  if (chosen === undefined) return {};
  const base = asTheScene(setting);
  if (base.every((value, i) => value === chosen[i])) return {};
  yield* lastComparison(setting, register, [base, chosen]);
  return { fresh: FRESH };
}

/** Whether the best is found by a procedure with a promise, where none was asked for: these compare means of a finite list of designs. */
function contested({ space, goals, limits, responses, rows }: Setting): boolean {
  const simulated = limits.some(({ response }) => responses[response]?.name !== 'cost');
  return rows === undefined && space.choices <= MOST_CONTESTED && !simulated && goals[0]?.of.kind === 'mean';
}

/** How the best is searched for, where it is not said. */
export function methodOf(setting: Setting): Method {
  const { method, text, space, rows, sequence } = setting;
  if (sequence !== undefined) return 'sequence';
  if (method !== 'auto') return method;
  if (contested(setting)) {
    if (space.choices <= FEW) return 'kn';
    return text.budget !== undefined && text.indifference === undefined ? 'ocba' : 'tournament';
  }
  if (space.choices <= 512 || rows !== undefined) return 'all';
  return searchBudget(text.budget ?? 4000) / (text.replications ?? 8) < DEAR ? 'gaussian process' : 'cma-es';
}

export function* best(setting: Setting, register: Register): Search<Answer> {
  const { space, goals, limits, text, seed, confidence, basePoint } = setting;
  const goal = goals[0] as Setting['goals'][number];
  const replications = text.replications ?? 8;
  const budget = searchBudget(text.budget ?? 4000);
  const method = methodOf(setting);
  const effort = { seed, replications, twins: budget };
  const problem = { space, goals: [goal], limits, start: basePoint };
  switch (method) {
    case 'cma-es':
    case 'gaussian process':
    case 'sequence': {
      const search =
        method === 'cma-es'
          ? cmaEs(problem, effort)
          : setting.sequence !== undefined
            ? bestOrder(setting.sequence, setting, goal, effort)
            : bayesian(problem, effort);
      const found = yield* search;
      const words = { 'cma-es': 'CMA-ES', 'gaussian process': 'Gaussian process', sequence: 'search over sequences' }[method];
      return {
        method: `${words}: ${found.evaluations} designs in ${found.rounds} rounds. ${found.ended}`,
        chosen: found.best,
        guarantee: {
          text: `${words} gives the best design it found; no procedure can promise that there is none better.`,
          procedure: words,
          confidence: Number.NaN,
          indifference: Number.NaN,
        },
        warnings: found.known.feasible ? [] : [`${NONE_FITS} The chosen one misses them by the least.`],
        ...(yield* confirm(setting, register, found.best)),
      };
    }
    case 'kn':
    case 'ocba':
    case 'tournament': {
      const made = designPoints(space, setting.rows === undefined ? { kind: 'full' } : { kind: 'table', rows: setting.rows }, seed);
      const points = affordable(setting, made.points);
      const warnings = [...made.warnings];
      if (setting.rows === undefined && !Number.isFinite(space.choices))
        warnings.push('Factors that may have any value stand at three levels each: the promise is for the best of these.');
      if (method === 'kn' && text.budget !== undefined) warnings.push('KN runs until it can keep its promise: the budget is not heeded.');
      const indifference = text.indifference ?? (yield* onePercent(setting, register, points[0] as Point));
      const contest: Contest = { designs: points, goal, luck: 'common' };
      const most = text.budget === undefined ? undefined : budget;
      const first = text.replications;
      const selection: Selection =
        method === 'kn'
          ? yield* kn(contest, { confidence, indifference, first: first === undefined ? undefined : Math.max(3, first) })
          : method === 'ocba'
            ? yield* ocba(contest, {
                budget: Math.max(budget, 2 * points.length),
                first: first === undefined ? undefined : Math.max(2, first),
              })
            : yield* tournament(contest, { confidence, indifference, first: first === undefined ? undefined : Math.max(4, first), most });
      const chosen = points[selection.selected];
      const unit = setting.responses[goal.response]?.unit ?? '';
      const { promise } = selection;
      const promised = Number.isNaN(promise.confidence)
        ? `Nothing is promised${Number.isNaN(selection.probability) ? ': the budget was spent first' : `; the chosen design is the best with a probability of about ${share(selection.probability)}`}.`
        : `With a probability of at least ${share(promise.confidence)} the chosen design is ${promise.what === 'good' ? `within ${withUnit(figure(promise.indifference), unit)} of the best` : `the best, if it leads by ${withUnit(figure(promise.indifference), unit)}`} of all ${points.length}.`;
      return {
        method: `${selection.procedure}: ${points.length} designs, ${selection.twins} twins in ${selection.rounds} rounds`,
        chosen,
        guarantee: {
          text: `${promised} ${promise.assumes}`,
          procedure: selection.procedure,
          confidence: promise.confidence,
          indifference: promise.indifference,
        },
        warnings:
          selection.dropped.length > 0
            ? [...warnings, `${selection.dropped.length} designs were dropped, as too many of their twins broke off.`]
            : warnings,
        ...(yield* confirm(setting, register, chosen)),
      };
    }
    default:
      return yield* compare(setting, register);
  }
}

/** The points whose cost, which takes no twins to know, meets the limits. */
function affordable({ limits, responses, cost, name }: Setting, points: Point[]): Point[] {
  const bounds = limits.filter(({ response }) => responses[response]?.name === 'cost');
  if (cost === undefined || bounds.length === 0) return points;
  const left = points.filter((point) => bounds.every(({ least, most }) => cost(point) >= least && cost(point) <= most));
  if (left.length > 0) return left;
  throw new StudyRefusal([
    {
      path: pathText(['experiments', name, 'limits']),
      message: `found no design whose cost meets the limits, of ${points.length}; expected at least one`,
    },
  ]);
}

/** One hundredth of the objective of the plant as it is, as the least difference that matters. */
function* onePercent(setting: Setting, register: Register, instead: Point): Search<number> {
  const point = setting.basePoint ?? instead;
  yield [{ point, first: PILOT, count: 16 }];
  const response = setting.goals[0]?.response ?? 0;
  const mean = Math.abs(register.mean(register.idOf(point) as number, response));
  if (mean > 0) return 0.01 * mean;
  throw new StudyRefusal([
    {
      path: pathText(['experiments', setting.name, 'indifference']),
      message: `missing; expected the least difference that matters, as 1 % of ${setting.responses[response]?.name} ${Number.isNaN(mean) ? 'is not known: no twin of the plant as it is gave a figure' : 'is 0 in the plant as it is'}`,
    },
  ]);
}

export function* tradeOff(setting: Setting, register: Register): Search<Answer> {
  const { space, goals, limits, text, seed, basePoint } = setting;
  const replications = text.replications ?? 8;
  const twins = searchBudget(text.budget ?? 12_000);
  const found = yield* nsga2(
    { space, goals, limits, start: basePoint },
    // So few final replications that the whole of the front has its turn, within the third of the budget that the last stage may take.
    {
      seed,
      replications,
      twins,
      population: Math.max(12, Math.min(64, Math.floor(twins / replications / 12))),
      finalReplications: 2 * replications,
    },
  );
  // The ends by the first two objectives once more, under luck that had no part in their being the ends.
  const endOf = (goal: number): Point | undefined => {
    const sign = goals[goal]?.sense === 'minimise' ? -1 : 1;
    const merit = ({ values }: { values: number[] }): number => sign * (values[goal] as number);
    return found.front.reduce<(typeof found.front)[number] | undefined>(
      (best, one) => (best === undefined || merit(one) > merit(best) ? one : best),
      undefined,
    )?.point;
  };
  const ends = [endOf(0), endOf(1)];
  const apart = ends[0] !== undefined && ends[1] !== undefined && !same(ends[0], ends[1]);
  if (apart) yield* lastComparison(setting, register, ends as Point[]);
  const unmet = found.front.length > 0 && found.front.every(({ feasible }) => !feasible);
  return {
    method: `NSGA-II: ${found.evaluations} designs in ${found.rounds} rounds. ${found.ended}`,
    chosen: undefined,
    front: unmet ? [] : found.front.map(({ point }) => point),
    ends: apart && !unmet ? (ends as [Point, Point]) : undefined,
    fresh: FRESH,
    guarantee: {
      text: 'NSGA-II gives the best compromises that it found; no procedure can promise that there are none better.',
      procedure: 'NSGA-II',
      confidence: Number.NaN,
      indifference: Number.NaN,
    },
    warnings: unmet ? [NONE_FITS] : [],
  };
}
