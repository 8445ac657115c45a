/** AutoSched AP's text format: tab-separated tables with a header line, read by column name, with errors that name file, line and column; and its times. */

/** Something in a file that cannot be read, said so that it can be mended. */
export class ImportError extends Error {}

/** One line of a table. Empty columns read as "". */
export class Row {
  readonly #file: string;
  readonly #line: number;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];

  constructor(file: string, line: number, columns: ReadonlyMap<string, number>, cells: readonly string[]) {
    this.#file = file;
    this.#line = line;
    this.#columns = columns;
    this.#cells = cells;
  }

  text(column: string): string {
    return this.#cells[this.#columns.get(column) ?? -1]?.trim() ?? '';
  }

  /** A text that must be there. */
  name(column: string): string {
    const text = this.text(column);
    if (text === '') this.refuse(column, 'a name');
    return text;
  }

  /** A number not below 0, or undefined where the column is empty. */
  optional(column: string): number | undefined {
    return this.text(column) === '' ? undefined : this.number(column);
  }

  number(column: string): number {
    const text = this.text(column);
    const value = Number(text);
    if (text === '' || !Number.isFinite(value) || value < 0) this.refuse(column, 'a number not below 0');
    return value;
  }

  whole(column: string, least: number): number {
    const value = this.number(column);
    if (!Number.isInteger(value) || value < least) this.refuse(column, `a whole number from ${least}`);
    return value;
  }

  oneOf<T extends string>(column: string, known: readonly T[]): T {
    const text = this.text(column);
    if (!(known as readonly string[]).includes(text)) this.refuse(column, known.map((word) => `"${word}"`).join(' or '));
    return text as T;
  }

  /** Minutes that a number in one column with its unit in another stands for; 0 where the number is left out. */
  minutes(column: string, unitColumn: string): number {
    const value = this.optional(column);
    return value === undefined ? 0 : value * MINUTES[this.oneOf(unitColumn, UNITS)];
  }

  /** Minutes since 1970 of a date as "01/31/18 07:29:20" (month first). */
  date(column: string): number {
    const found = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(this.text(column));
    if (!found) this.refuse(column, 'a date as in "01/31/18 07:29:20"');
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
    return Date.UTC(2000 + year, month - 1, day, hour, minute, second) / 60_000;
  }

  refuse(column: string, expected: string): never {
    const text = this.text(column);
    throw new ImportError(
      `${this.#file}, line ${this.#line}, ${column}: found ${text === '' ? 'nothing' : `"${text}"`}; expected ${expected}`,
    );
  }
}

const UNITS = ['sec', 'min', 'hr', 'day'] as const;
const MINUTES = { sec: 1 / 60, min: 1, hr: 60, day: 1440 } as const;

/** The rows of a file; it must have the columns that are named. */
export function readTable(file: string, text: string | undefined, columns: readonly string[]): Row[] {
  if (text === undefined) throw new ImportError(`${file}: there is no such file`);
  const [head = '', ...lines] = text.split(/\r?\n/);
  const found = new Map(head.split('\t').map((name, i) => [name.trim(), i]));
  const missing = columns.filter((column) => !found.has(column));
  if (missing.length > 0)
    throw new ImportError(`${file}, line 1: found no column ${missing.join(', ')}; expected a header line that names it`);
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [new Row(file, i + 2, found, line.split('\t'))]));
}

export type Table = (name: string, columns: readonly string[]) => Row[];

/** What the second parameter of a uniform distribution means: mean ± it, or a range so wide. */
export type Spread = 'offset' | 'width';

/** A duration of the scene format. Six digits are more than the files have. */
export const minutes = (value: number): string => `${Number(value.toFixed(6))} min`;

/** Uniform about a mean; a plain duration where it cannot vary. */
export function uniform(mean: number, parameter: number, spread: Spread): unknown {
  const half = spread === 'offset' ? parameter : parameter / 2;
  return half === 0 ? minutes(mean) : { uniform: { min: minutes(Math.max(0, mean - half)), max: minutes(mean + half) } };
}

/** A distribution by its name in the files. */
export function distribution(row: Row, name: string, mean: string, parameter: string | undefined, units: string, spread: Spread): unknown {
  const kind = row.oneOf(name, ['constant', 'uniform', 'exponential']);
  const value = row.minutes(mean, units);
  if (kind === 'exponential') return { exponential: { mean: minutes(value) } };
  return uniform(value, kind === 'uniform' && parameter !== undefined ? row.minutes(parameter, units) : 0, spread);
}
