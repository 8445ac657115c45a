/** The factors and responses of a report as directions to draw along, in units that read well. */
import type { DesignRow, Known, StudyReport } from '../../experiment/study-protocol.ts';
import { titleOf } from '../glossary.ts';
import { band, fixed, scaleFor, whole, type Scale } from '../quantity.ts';
import { type Axis, extent, linearAxis, optionAxis, tidy } from './axis.ts';

export interface Dimension {
  name: string;
  /** In words, without the unit. */
  title: string;
  /** With the unit, and which way is better. */
  label: string;
  scale: Scale;
  /** Of a response that is an objective. */
  sense: 'maximise' | 'minimise' | undefined;
  response: boolean;
  /** Of a factor that is a choice. */
  options: string[];
  /** Whole numbers all through: no ticks, and no steps of a range, between them. */
  counted: boolean;
  /** What it may be, in the shown unit; of a factor alone. */
  bounds: [low: number, high: number] | undefined;
  /** In the shown unit; NaN where it is not defined. */
  value: (row: DesignRow) => number;
  /** 95 % interval, in the shown unit; NaN for factors, and with fewer than two twins. */
  interval: (row: DesignRow) => [low: number, high: number];
  /** "412.0 ± 1.3", without the unit. */
  figure: (row: DesignRow) => string;
}

/** "5 a day", "5" where there is no unit. */
export const withUnit = (figure: string, unit: string): string => (unit ? `${figure} ${unit}` : figure);

/** Mean and half-width, both to the digits that the half-width sets; the mean alone where there is no interval. */
export function figureOf(known: { mean: number; low: number; high: number }, scale: Scale, signed = false): string {
  const { mean, half } = band({ ...known, n: 0, sd: 0, unit: '', resolution: 0 }, scale);
  // What is exact has no more decimals than it needs.
  if (known.low === known.high) return `${signed && known.mean > 0 ? '+' : ''}${mean.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}`;
  return `${signed && known.mean > 0 ? '+' : ''}${half && known.low < known.high ? `${mean} ± ${half}` : Number.isNaN(known.mean) ? 'not defined' : mean}`;
}

/** `total.throughput` in words. */
export const responseTitle = (name: string): string => (name.includes('.') ? titleOf(name) : name);

const seen = new WeakMap<StudyReport, Dimension[]>();

/** Factors first, then responses, as the report has them. */
export function dimensionsOf(report: StudyReport): Dimension[] {
  const known = seen.get(report) ?? readDimensions(report);
  seen.set(report, known);
  return known;
}

function readDimensions(report: StudyReport): Dimension[] {
  const factors = report.factors.map((factor, i): Dimension => {
    const values = report.designs.map((row) => row.point[i] ?? Number.NaN);
    const scale =
      factor.options.length > 0 ? { factor: 1, unit: '' } : scaleFor(factor.unit, Math.max(Math.abs(factor.low), Math.abs(factor.high)));
    const value = (row: DesignRow) => (row.point[i] ?? Number.NaN) * scale.factor;
    return {
      name: factor.name,
      title: factor.name,
      label: scale.unit ? `${factor.name}, ${scale.unit}` : factor.name,
      scale,
      sense: undefined,
      response: false,
      options: factor.options,
      counted: factor.kind === 'steps' && values.every((value) => Number.isNaN(value) || Number.isInteger(value * scale.factor)),
      bounds: [factor.low * scale.factor, factor.high * scale.factor],
      value,
      interval: () => [Number.NaN, Number.NaN],
      figure: (row) => {
        const at = value(row);
        return Number.isNaN(at) ? 'not defined' : (factor.options[at] ?? tidy(at));
      },
    };
  });
  const responses = report.responses.map((response, j): Dimension => {
    const known = (row: DesignRow): Known => row.known[j] ?? { mean: Number.NaN, low: Number.NaN, high: Number.NaN, sd: Number.NaN };
    const scale = scaleFor(
      response.unit,
      report.designs.reduce((most, row) => Math.max(most, Math.abs(known(row).mean) || 0), 0),
    );
    const title = responseTitle(response.name) + (response.of && response.of !== 'mean' ? `, ${response.of}` : '');
    const better = response.sense === undefined ? '' : response.sense === 'maximise' ? ' (more is better)' : ' (less is better)';
    return {
      name: response.name,
      title,
      label: `${withUnit(`${title},`, scale.unit).replace(/,$/, '')}${better}`,
      scale,
      sense: response.sense,
      response: true,
      options: [],
      counted: false,
      bounds: undefined,
      value: (row) => known(row).mean * scale.factor,
      interval: (row) => [known(row).low * scale.factor, known(row).high * scale.factor],
      figure: (row) => figureOf(known(row), scale),
    };
  });
  return [...factors, ...responses];
}

/** The response that effects and indices speak of: the first objective. */
export const mainResponse = (dimensions: readonly Dimension[]): Dimension | undefined =>
  dimensions.find(({ sense }) => sense !== undefined) ?? dimensions.find(({ response }) => response);

/** Along a dimension, over what the designs show; whiskers of designs with few twins may reach out of it. */
export function axisOf(dimension: Dimension, rows: readonly DesignRow[], from: number, to: number, gap?: number): Axis {
  if (dimension.options.length > 0) return optionAxis(dimension.options, from, to);
  const means = extent([...rows.map(dimension.value), ...(dimension.bounds ?? [])], 0) ?? [0, 1];
  const most = (means[1] - means[0]) * 0.15;
  const reach = (edge: number, by: number) => Math.min(means[1] + most, Math.max(means[0] - most, edge + by));
  const ends = rows.flatMap((row) => dimension.interval(row).map((end) => (Number.isFinite(end) ? reach(end, 0) : Number.NaN)));
  return linearAxis(extent([...means, ...ends]) ?? [0, 1], from, to, gap, dimension.counted ? 1 : 0);
}

/** What a design is besides its figures, in words. */
export const rolesOf = (row: DesignRow): string[] => [
  ...(row.chosen ? ['chosen'] : []),
  ...(row.base ? ['as it is now'] : []),
  ...(row.front ? ['on the front'] : []),
  ...(row.feasible ? [] : ['breaks a limit']),
];

/** All that is known of a design, in one sentence. */
export function designWords(row: DesignRow, dimensions: readonly Dimension[]): string {
  const roles = rolesOf(row);
  const figures = dimensions.map((dimension) => `${dimension.title} ${withUnit(dimension.figure(row), dimension.scale.unit)}`);
  return `Design ${whole(row.id)}${roles.length > 0 ? ` (${roles.join(', ')})` : ''}: ${figures.join('; ')}; ${whole(row.twins)} twins.`;
}

/** Those that matter most first: what is chosen, what is, the front, then by id. */
export const byRole = (rows: readonly DesignRow[]): DesignRow[] => {
  const rank = (row: DesignRow) => (row.chosen ? 0 : row.base ? 1 : row.front ? 2 : 3);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
};

/**
 * Indices of the points that no other is better than in both directions (ties in both stay), from the best in the first to the best in the
 * second: one sweep after sorting (Kung, Luccio & Preparata 1975). Points that are not finite are on no front.
 */
export function frontOf(
  points: readonly (readonly [number, number])[],
  senses: readonly [Dimension['sense'], Dimension['sense']],
): number[] {
  const sign = senses.map((sense) => (sense === 'minimise' ? -1 : 1)) as [number, number];
  const gain = points.map(([a, b]) => [a * sign[0], b * sign[1]] as const);
  const order = gain.flatMap(([a, b], i) => (Number.isFinite(a + b) ? [i] : []));
  order.sort((i, j) => (gain[j] as readonly number[])[0]! - (gain[i] as readonly number[])[0]! || gain[j]![1] - gain[i]![1] || i - j);
  const front: number[] = [];
  for (const i of order) {
    const last = gain[front.at(-1) ?? -1];
    const [a, b] = gain[i] as readonly [number, number];
    if (!last || b > last[1] || (a === last[0] && b === last[1])) front.push(i);
  }
  return front;
}

/** "0.42", "n. d." for what is not defined. */
export const shareText = (value: number, decimals = 2): string => (Number.isFinite(value) ? fixed(value, decimals) : 'not defined');
