/** The designs of a study as a table with typed columns: what every form of file is written from. */
import type { DesignRow, FactorShown, StudyReport } from '../study-protocol.ts';

export interface Column {
  /** No two of a table are equal. */
  name: string;
  /** '' for a pure number, a text or a flag. */
  unit: string;
  kind: 'integer' | 'number' | 'text' | 'flag';
  /** By design. A number that is not known is NaN. */
  values: (number | string | boolean)[];
}

/** One row a design, in the order of the report: id, factors, each response's mean, low, high and sd, twins, and what the design is. */
export function tableOf({ factors, responses, designs }: StudyReport): Column[] {
  const columns: Column[] = [];
  const taken = new Set<string>();
  const add = (wanted: string, unit: string, kind: Column['kind'], value: (row: DesignRow) => number | string | boolean): void => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted} (${i})`;
    taken.add(name);
    columns.push({ name, unit: unit === '1' ? '' : unit, kind, values: designs.map(value) });
  };
  add('id', '', 'integer', ({ id }) => id);
  factors.forEach((factor, i) => {
    const textual = factor.kind === 'choice' || factor.kind === 'sequence';
    add(factor.name, factor.unit, textual ? 'text' : 'number', ({ point }) => settingOf(factors, point, i));
  });
  responses.forEach(({ name, unit }, i) => {
    for (const what of ['mean', 'low', 'high', 'sd'] as const) {
      add(`${name} ${what}`, unit, 'number', ({ known }) => known[i]?.[what] ?? Number.NaN);
    }
  });
  add('twins', '', 'integer', ({ twins }) => twins);
  for (const flag of ['feasible', 'front', 'base', 'chosen'] as const) add(flag, '', 'flag', (row) => row[flag]);
  return columns;
}

/** What a point sets a factor to: a number, the text of an option, or the items of a sequence in their order. */
export function settingOf(factors: readonly FactorShown[], point: readonly number[], factor: number): number | string {
  // A sequence takes as many places of a point as it has items; every other factor takes one.
  const spare = point.length - factors.length;
  let at = 0;
  for (let i = 0; i < factor; i++) at += (factors[i] as FactorShown).kind === 'sequence' ? 1 + spare : 1;
  const { kind, options } = factors[factor] as FactorShown;
  const text = (value: number | undefined): string => (value === undefined ? '' : (options[value] ?? String(value)));
  if (kind === 'sequence')
    return point
      .slice(at, at + 1 + spare)
      .map(text)
      .join(' ');
  return kind === 'choice' ? text(point[at]) : (point[at] ?? Number.NaN);
}

/** The chosen and the base first, then the front, then by the first objective; such as keep their limits before those that do not. */
export function ranked({ designs, responses }: StudyReport): DesignRow[] {
  const goal = responses.findIndex(({ sense }) => sense !== undefined);
  const sign = responses[goal]?.sense === 'minimise' ? 1 : -1;
  const standing = (row: DesignRow): number => (row.chosen ? 0 : row.base ? 1 : row.front ? 2 : row.feasible ? 3 : 4);
  const value = (row: DesignRow): number => {
    const mean = row.known[goal]?.mean ?? Number.NaN;
    return Number.isNaN(mean) ? Infinity : sign * mean;
  };
  const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
  return designs.toSorted((a, b) => standing(a) - standing(b) || order(value(a), value(b)) || a.id - b.id);
}
