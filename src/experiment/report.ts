/** From the register of designs and a question's answer to the report that people read. */
import { front as paretoFront, hypervolume } from '../search/pareto.ts';
import type { Goal, Point } from '../search/search.ts';
import type { Axis } from '../search/space.ts';
import { quantileEstimate, worstMean } from '../search/uncertainty.ts';
import { asTheScene, isDesign } from './questions/answer.ts';
import type { Register } from './register.ts';
import type { Setting } from './setting.ts';
import { interval, Tally } from './statistics.ts';
import { type DesignRow, type Effect, type Known, MOST_ROWS } from './study-protocol.ts';

/** What an objective makes of a design: its mean, quantile or mean of the worst; NaN where that is not known. */
export function valueOf(register: Register, id: number, { response, of, sense }: Goal): number {
  if (of.kind === 'mean') return register.mean(id, response);
  const values = [...(register.series(id, response)?.values() ?? [])];
  if (values.length === 0) return Number.NaN;
  return (of.kind === 'quantile' ? quantileEstimate(values, of.p, 0.95) : worstMean(values, of.share, sense, 0.95)).value;
}

/** What is known of a response of a design: of an objective that asks for a quantile or the worst, of that. */
function knownOf(setting: Setting, register: Register, id: number, response: number): Known {
  const mean = register.mean(id, response);
  const sd = register.sd(id, response);
  const goal = setting.goals.find((one) => one.response === response);
  if (goal !== undefined && goal.of.kind !== 'mean') {
    const values = [...(register.series(id, response)?.values() ?? [])];
    if (values.length < 2) return { mean: valueOf(register, id, goal), low: Number.NaN, high: Number.NaN, sd };
    const { of, sense } = goal;
    const estimate = of.kind === 'quantile' ? quantileEstimate(values, of.p, 0.95) : worstMean(values, of.share, sense, 0.95);
    return { mean: estimate.value, low: estimate.low, high: estimate.high, sd };
  }
  const reach = register.reach(id, response);
  return { mean, low: mean - reach, high: mean + reach, sd };
}

function feasible(setting: Setting, register: Register, id: number): boolean {
  return setting.limits.every(({ response, least, most }) => {
    const mean = register.mean(id, response);
    return mean >= least && mean <= most;
  });
}

/** Rows of the designs, at most `MOST_ROWS`: the base, the chosen, the front, the best by the first objective, then the first tried. */
export function rowsOf(
  setting: Setting,
  register: Register,
  chosen: Point | undefined,
  front: readonly Point[] | undefined,
): { rows: DesignRow[]; hypervolume: number } {
  const { goals } = setting;
  const all = Array.from({ length: register.size }, (_, id) => id);
  const fits = all.map((id) => feasible(setting, register, id));
  const [goal] = goals;
  const merit = (id: number): number => {
    const value = goal === undefined ? Number.NaN : (goal.sense === 'minimise' ? -1 : 1) * valueOf(register, id, goal);
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  const onFront = new Set<number>();
  let hypervolume = Number.NaN;
  if (front !== undefined) {
    for (const point of front) {
      const id = register.idOf(point);
      if (id !== undefined) onFront.add(id);
    }
  } else if (goals.length > 1) {
    const able = all.filter((id) => fits[id] && isDesign(register.point(id)));
    const values = able.map((id) => goals.map((one) => valueOf(register, id, one)));
    for (const i of paretoFront(values, goals)) onFront.add(able[i] as number);
  }
  if (goals.length > 1) hypervolume = volumeOf(setting, register, [...onFront]);
  const base = register.idOf(asTheScene(setting));
  const chosenId = chosen === undefined ? undefined : register.idOf(chosen);
  let shown = all;
  if (all.length > MOST_ROWS) {
    const first = new Set([base, chosenId, ...onFront].filter((id) => id !== undefined));
    const merits = all.map(merit);
    // Not by differences: of two that are not known there is none.
    const order = (a: number, b: number): number =>
      merits[a] === merits[b] ? a - b : (merits[a] as number) < (merits[b] as number) ? 1 : -1;
    for (const id of [...all].sort(order)) {
      if (first.size >= MOST_ROWS / 2) break;
      first.add(id);
    }
    const every = Math.ceil(all.length / (MOST_ROWS - first.size));
    for (const id of all) if (id % every === 0 && first.size < MOST_ROWS) first.add(id);
    shown = [...first].sort((a, b) => a - b);
  }
  const rows = shown.map(
    (id): DesignRow => ({
      id,
      point: [...register.point(id)],
      twins: register.count(id),
      known: setting.responses.map((_, response) => knownOf(setting, register, id, response)),
      feasible: fits[id] as boolean,
      front: onFront.has(id),
      base: id === base,
      chosen: id === chosenId,
    }),
  );
  return { rows, hypervolume };
}

/** Of two or more objectives: the share of the box between the worst and the best values seen that the front dominates. */
function volumeOf({ goals }: Setting, register: Register, front: readonly number[]): number {
  const valuesOf = (id: number): number[] => goals.map((goal) => valueOf(register, id, goal));
  const all = Array.from({ length: register.size }, (_, id) => valuesOf(id)).filter((row) => row.every(Number.isFinite));
  const bound = (g: number, high: boolean): number =>
    all.reduce((most, row) => (high ? Math.max : Math.min)(most, row[g] as number), high ? -Infinity : Infinity);
  const worst = goals.map(({ sense }, g) => bound(g, sense === 'minimise'));
  const box = goals.reduce((volume, { sense }, g) => volume * Math.abs(bound(g, sense === 'maximise') - (worst[g] as number)), 1);
  return front.length > 0 && box > 0 ? hypervolume(front.map(valuesOf), goals, worst) / box : Number.NaN;
}

/** Mean of a response by levels of each factor, over the designs tried; with the luck shared by all designs taken as one draw. */
export function effectsOf(setting: Setting, register: Register): Effect[] {
  const goal = setting.goals[0];
  if (goal === undefined || setting.sequence !== undefined) return [];
  const designs = Array.from({ length: register.size }, (_, id) => id).filter(
    (id) => isDesign(register.point(id)) && register.n(id, goal.response) > 0,
  );
  return setting.factors.map((factor, f): Effect => {
    const bands = bandsOf(factor.axis, f, designs, register);
    const levels = bands.map(({ label, value, members }) => ({
      label: label ?? factor.label(value),
      value,
      designs: members.length,
      ...levelMean(register, members, goal.response),
    }));
    const means = levels.map(({ mean }) => mean).filter(Number.isFinite);
    return { factor: factor.name, levels, range: means.length > 0 ? Math.max(...means) - Math.min(...means) : Number.NaN };
  });
}

/** Most levels that are shown one by one. */
const MOST_LEVELS = 12;
const BANDS = 5;

function bandsOf(
  axis: Axis,
  factor: number,
  designs: readonly number[],
  register: Register,
): { label?: string; value: number; members: number[] }[] {
  const by = new Map<number, number[]>();
  for (const id of designs) {
    const value = register.point(id)[factor] as number;
    (by.get(value) ?? by.set(value, []).get(value))?.push(id);
  }
  const values = [...by.keys()].sort((a, b) => a - b);
  if (axis.kind === 'choice' || values.length <= MOST_LEVELS) return values.map((value) => ({ value, members: by.get(value) as number[] }));
  const [low, high] = [values[0] as number, values.at(-1) as number];
  return Array.from({ length: BANDS }, (_, band) => {
    const [from, to] = [low + ((high - low) * band) / BANDS, low + ((high - low) * (band + 1)) / BANDS];
    const members = values
      .filter((value) => value >= from && (value < to || band === BANDS - 1))
      .flatMap((value) => by.get(value) as number[]);
    return { label: `${Number(from.toPrecision(3))} … ${Number(to.toPrecision(3))}`, value: (from + to) / 2, members };
  }).filter(({ members }) => members.length > 0);
}

/** Mean over designs of their means, and its interval over replications that all of them have. */
function levelMean(register: Register, members: readonly number[], response: number): { mean: number; low: number; high: number } {
  const mean = members.reduce((sum, id) => sum + register.mean(id, response), 0) / members.length;
  const all = members.map((id) => register.series(id, response));
  const [first] = all;
  if (first === undefined || all.some((series) => series === undefined)) return { mean, low: Number.NaN, high: Number.NaN };
  const tally = new Tally();
  for (const replication of first.keys()) {
    let sum = 0;
    let count = 0;
    for (const series of all) {
      const value = series?.get(replication);
      if (value === undefined) break;
      sum += value;
      count++;
    }
    if (count === all.length) tally.add(sum / count);
  }
  const { low, high, mean: middle } = interval(tally);
  return { mean, low: mean - (middle - low), high: mean + (high - middle) };
}

/**
 * A factor's least level beside its greatest: by replication, the mean over the designs at one less that over those at the other. Undefined where
 * the others do not stand at the same levels in both, on average: then the difference is not the factor's alone.
 */
export function extremes(
  setting: Setting,
  register: Register,
  factor: number,
  response: number,
): { from: string; to: string; differences: number[]; base: number; designs: number; low: number; high: number } | undefined {
  const axis = setting.factors[factor];
  const designs = Array.from({ length: register.size }, (_, id) => id).filter(
    (id) => isDesign(register.point(id)) && register.n(id, response) > 0,
  );
  if (axis === undefined) return undefined;
  const bands = bandsOf(axis.axis, factor, designs, register);
  const [low, high] = [bands[0], bands.at(-1)];
  if (low === undefined || high === undefined || low === high) return undefined;
  const alike = setting.factors.every(
    (_, other) => other === factor || balanced(setting.space.axes[other] as Axis, other, low.members, high.members, register),
  );
  if (!alike) return undefined;
  const means = (members: readonly number[]): Map<number, number> => {
    const all = members.map((id) => register.series(id, response));
    const found = new Map<number, number>();
    for (const replication of all[0]?.keys() ?? []) {
      const values = all.map((series) => series?.get(replication));
      if (values.every((value) => value !== undefined))
        found.set(replication, (values as number[]).reduce((sum, value) => sum + value, 0) / values.length);
    }
    return found;
  };
  const [at, over] = [means(low.members), means(high.members)];
  const differences = [...over].flatMap(([replication, value]) => {
    const other = at.get(replication);
    return other === undefined ? [] : [value - other];
  });
  return {
    from: low.label ?? axis.label(low.value),
    to: high.label ?? axis.label(high.value),
    differences,
    base: [...at.values()].reduce((sum, value) => sum + value, 0) / at.size,
    designs: designs.length,
    low: low.members[0] as number,
    high: high.members[0] as number,
  };
}

/** Whether a factor stands at the same levels in both groups of designs: equally often at each option, of an ordered one at the same mean. */
function balanced(axis: Axis, factor: number, a: readonly number[], b: readonly number[], register: Register): boolean {
  const share = (members: readonly number[], of: (value: number) => number): number =>
    members.reduce((sum, id) => sum + of(register.point(id)[factor] as number), 0) / members.length;
  if (axis.kind === 'choice') {
    return Array.from({ length: axis.count }, (_, option) => (value: number) => (value === option ? 1 : 0)).every(
      (at) => Math.abs(share(a, at) - share(b, at)) < 1e-9,
    );
  }
  const [x, y] = [share(a, (value) => value), share(b, (value) => value)];
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y), 1e-300);
}
