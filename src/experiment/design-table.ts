/** Designs that an experiment gives one by one: a list of rows, or the text of a CSV file. */
import Papa from 'papaparse';
import type { ExperimentText } from '../scene/experiment-schema.ts';
import { type Findings, type Path, shown } from '../scene/problems.ts';
import type { Point } from '../search/search.ts';
import type { Space } from '../search/space.ts';
import type { Factor } from './factors.ts';
import type { Json } from './places.ts';

/** The points of a table; undefined where the design is of another kind. A value that its factor does not know is a finding. */
export function rowsOf(text: ExperimentText, at: Path, factors: Factor[], space: Space, findings: Findings): Point[] | undefined {
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
