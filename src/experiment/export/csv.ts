/** The designs of a study as comma-separated values: RFC 4180, UTF-8, decimal points, empty cells where nothing is known. */
import Papa from 'papaparse';
import type { StudyReport } from '../study-protocol.ts';
import { tableOf } from './table.ts';

/** One line a design below a header of names, `name [unit]` where there is a unit. Texts that a spreadsheet would take for a formula get a quote before them. */
export function csvOf(report: StudyReport): string {
  const columns = tableOf(report);
  const rows = report.designs.map((_, row) =>
    columns.map(({ values }) => {
      const value = values[row];
      return typeof value === 'number' && !Number.isFinite(value) ? '' : value;
    }),
  );
  const fields = columns.map(({ name, unit }) => (unit === '' ? name : `${name} [${unit}]`));
  return `${Papa.unparse({ fields, data: rows }, { newline: '\r\n', escapeFormulae: true })}\r\n`;
}
