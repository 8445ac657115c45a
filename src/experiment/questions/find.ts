/** Questions that choose among designs: compare, best, trade-off. */
import { bayesian } from '../../search/bayesian.ts';
import { cmaEs } from '../../search/cma-es.ts';
import type { Contest, Selection } from '../../search/contest.ts';
import { designPoints, type DesignSpec } from '../../search/designs.ts';
import { kn } from '../../search/kn.ts';
import { nsga2 } from '../../search/nsga2.ts';
import { ocba } from '../../search/ocba.ts';
import type { Point, Search } from '../../search/search.ts';
import { sequenceSearch } from '../../search/sequence.ts';
import { tournament } from '../../search/tournament.ts';
import type { Register } from '../register.ts';
import type { Setting } from '../setting.ts';
import { figure, withUnit } from '../wording.ts';
import { type Answer, asTheScene, FRESH, isDesign } from './answer.ts';

/** Pairs of twins of the last comparison. */
const PAIRS = 256;
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

export function* compare(setting: Setting, register: Register): Search<Answer> {
  const { points, warnings } = designPoints(setting.space, specOf(setting), setting.seed);
  const replications = setting.text.replications ?? 16;
  yield* inRounds(points, 0, replications);
  const chosen = leader(setting, register);
  return { method: `${points.length} designs, ${replications} twins each`, chosen, warnings, ...(yield* confirm(setting, chosen)) };
}

/** Orders of many designs, in rounds small enough that partial results come. */
function* inRounds(points: readonly Point[], first: number, replications: number): Search<void> {
  const at = Math.max(1, Math.min(replications, Math.ceil(4096 / points.length)));
  for (let from = 0; from < replications; from += at) {
    const count = Math.min(at, replications - from);
    yield points.map((point) => ({ point, first: first + from, count }));
  }
}

/** The feasible design with the best mean of the first objective; undefined where none is. */
export function leader({ goals, limits }: Pick<Setting, 'goals' | 'limits'>, register: Register): Point | undefined {
  const goal = goals[0];
  if (goal === undefined) return undefined;
  let best: Point | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < register.size; id++) {
    if (!limits.every(({ response, least, most: bound }) => register.mean(id, response) >= least && register.mean(id, response) <= bound))
      continue;
    const value = (goal.sense === 'maximise' ? 1 : -1) * register.mean(id, goal.response);
    if (value > most && isDesign(register.point(id))) {
      most = value;
      best = register.point(id);
    }
  }
  return best;
}

/** Runs the chosen design and the plant as it is once more, under the same fresh luck. */
function* confirm(setting: Setting, chosen: Point | undefined): Search<Pick<Answer, 'fresh'>> {
  if (chosen === undefined) return {};
  const base = asTheScene(setting);
  if (base.every((value, i) => value === chosen[i])) return {};
  yield [base, chosen].map((point) => ({ point, first: FRESH, count: PAIRS }));
  return { fresh: FRESH };
}

export function* best(setting: Setting, register: Register): Search<Answer> {
  const { space, goals, limits, text, seed, confidence, basePoint } = setting;
  const goal = goals[0] as Setting['goals'][number];
  const replications = text.replications ?? 8;
  const budget = text.budget ?? 4000;
  let { method } = setting;
  if (setting.sequence !== undefined) method = 'sequence';
  if (method === 'auto') {
    const contested = space.choices <= MOST_CONTESTED && limits.length === 0 && goals.length === 1 && goal.of.kind === 'mean';
    if (contested && setting.rows === undefined)
      method = space.choices <= FEW ? 'kn' : text.budget !== undefined && text.indifference === undefined ? 'ocba' : 'tournament';
    else if (space.choices <= 512 || setting.rows !== undefined) method = 'all';
    else method = budget / replications < DEAR ? 'gaussian process' : 'cma-es';
  }
  const effort = { seed, replications, twins: budget };
  const problem = { space, goals: [goal], limits, start: basePoint };
  switch (method) {
    case 'cma-es':
    case 'gaussian process':
    case 'sequence': {
      const search =
        method === 'cma-es'
          ? cmaEs(problem, effort)
          : method === 'sequence'
            ? sequenceSearch({ items: setting.sequence?.items.length ?? 0, goals: [goal], limits, start: basePoint }, effort)
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
        warnings: [],
        ...(yield* confirm(setting, found.best)),
      };
    }
    case 'kn':
    case 'ocba':
    case 'tournament': {
      const { points, warnings } =
        setting.rows === undefined
          ? designPoints(space, { kind: 'full' }, seed)
          : designPoints(space, { kind: 'table', rows: setting.rows }, seed);
      const indifference = text.indifference ?? (yield* onePercent(setting, register, points[0] as Point));
      const contest: Contest = { designs: points, goal, luck: 'common' };
      const most = text.budget;
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
        ? `Nothing is promised${Number.isNaN(selection.probability) ? ': the budget was spent first' : `; the chosen design is the best with a probability of about ${figure(100 * selection.probability)} %`}.`
        : `With a probability of at least ${figure(100 * promise.confidence)} % the chosen design is ${promise.what === 'good' ? `within ${withUnit(figure(promise.indifference), unit)} of the best` : `the best, if it leads by ${withUnit(figure(promise.indifference), unit)}`} of all ${points.length}.`;
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
        ...(yield* confirm(setting, chosen)),
      };
    }
    default:
      return yield* compare(setting, register);
  }
}

/** One hundredth of the objective of the plant as it is, as the least difference that matters. */
function* onePercent(setting: Setting, register: Register, instead: Point): Search<number> {
  const point = setting.basePoint ?? instead;
  yield [{ point, first: 0, count: 16 }];
  const mean = Math.abs(register.mean(register.idOf(point) as number, setting.goals[0]?.response ?? 0));
  return mean > 0 ? 0.01 * mean : 1e-6;
}

export function* tradeOff(setting: Setting): Search<Answer> {
  const { space, goals, limits, text, seed, basePoint } = setting;
  const replications = text.replications ?? 8;
  const twins = text.budget ?? 12_000;
  const found = yield* nsga2(
    { space, goals, limits, start: basePoint },
    { seed, replications, twins, population: Math.max(12, Math.min(64, Math.floor(twins / replications / 12))) },
  );
  return {
    method: `NSGA-II: ${found.evaluations} designs in ${found.rounds} rounds. ${found.ended}`,
    chosen: undefined,
    front: found.front.map(({ point }) => point),
    guarantee: {
      text: 'NSGA-II gives the best compromises that it found; no procedure can promise that there are none better.',
      procedure: 'NSGA-II',
      confidence: Number.NaN,
      indifference: Number.NaN,
    },
    warnings: [],
  };
}
