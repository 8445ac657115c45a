/** A study's report for a terminal. */
import { estimate, fixed, plain, withUnit } from '../experiment/export/figures.ts';
import { ranked, settingOf } from '../experiment/export/table.ts';
import type { DesignRow, StudyReport } from '../experiment/study-protocol.ts';

/** Lines of a table: the best of it. */
const MOST_LINES = 12;

export function reportText(report: StudyReport): string {
  const { engine, path, experiment, question, seed, twins, rounds, tried, recalled, digest, method, guarantee, insights, warnings } =
    report;
  const lines = [
    `${experiment}: ${question}${report.complete ? '' : ' (not complete)'}`,
    `${engine.engine === 'gpu' ? 'GPU' : 'CPU'}: ${engine.adapter} (${engine.reason}); ${path.taken} (${path.reason})`,
    `${tried} designs, ${twins} twins in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}${recalled > 0 ? `, ${recalled} of them recalled` : ''}, seed ${seed}; digest ${digest}`,
    ...(method === '' ? [] : [method]),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
  for (const { text, evidence } of insights) lines.push('', text, `  ${evidence}`);
  if (guarantee !== undefined) lines.push('', guarantee.text);
  lines.push(...interventions(report), ...sensitivity(report), ...uncertainty(report), ...designs(report));
  return lines.join('\n');
}

function interventions({ interventions, responses }: StudyReport): string[] {
  if (interventions.length === 0) return [];
  const unit = responses.find(({ sense }) => sense !== undefined)?.unit ?? '';
  const rows = interventions.toSorted((a, b) => b.gain - a.gain).slice(0, MOST_LINES);
  return [
    '',
    ...columns([
      ['change', `gain${unit === '' || unit === '1' ? '' : `, ${unit}`}`],
      ...rows.map((row) => [`${row.element}: ${row.change}`, estimate({ ...row, mean: row.gain })]),
    ]),
  ];
}

function sensitivity({ sensitivity }: StudyReport): string[] {
  if (sensitivity.length === 0) return [];
  return [
    '',
    ...columns([
      ['factor', 'µ*', 'σ', 'first order', 'total'],
      ...sensitivity.map((row) => [
        row.factor,
        estimate({ mean: row.muStar, low: row.muStarLow, high: row.muStarHigh }),
        plain(row.sigma, 3),
        estimate({ mean: row.first, low: row.firstLow, high: row.firstHigh }),
        estimate({ mean: row.total, low: row.totalLow, high: row.totalHigh }),
      ]),
    ]),
  ];
}

function uncertainty({ uncertainty }: StudyReport): string[] {
  return uncertainty.flatMap(({ response, unit, mean, low, high, share, shareLow, shareHigh }) => [
    '',
    `${response}: ${withUnit(estimate({ mean, low, high }), unit)}; ${estimate({ mean: 100 * share, low: 100 * shareLow, high: 100 * shareHigh })} % of the variance is due to what is not known`,
  ]);
}

function designs(report: StudyReport): string[] {
  const { factors, responses, tried } = report;
  const rows = ranked(report).slice(0, MOST_LINES);
  if (rows.length === 0) return [];
  const marks = (row: DesignRow): string =>
    [row.chosen ? 'chosen' : '', row.base ? 'now' : '', row.front ? 'front' : '', row.feasible ? '' : 'breaks a limit']
      .filter((mark) => mark !== '')
      .join(', ');
  const named = (name: string, unit: string): string => (unit === '' || unit === '1' ? name : `${name}, ${unit}`);
  return [
    '',
    ...columns([
      [
        'design',
        ...factors.map(({ name, unit }) => named(name, unit)),
        ...responses.map(({ name, unit }) => named(name, unit)),
        'twins',
        '',
      ],
      ...rows.map((row) => [
        String(row.id),
        ...factors.map((_, i) => {
          const setting = settingOf(factors, row.point, i);
          return typeof setting === 'string' ? setting : plain(setting);
        }),
        ...responses.map((_, i) => {
          const known = row.known[i];
          return known === undefined ? '–' : estimate(known);
        }),
        String(row.twins),
        marks(row),
      ]),
    ]),
    ...(rows.length < tried ? [`… and ${fixed(tried - rows.length, 0)} more`] : []),
  ];
}

/** Cells in columns of one width, two spaces apart. */
function columns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((most, row) => Math.max(most, (row[i] ?? '').length), 0));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
}
