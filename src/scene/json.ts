/**
 * Text → value, for JSON and nothing but JSON (RFC 8259). `JSON.parse` makes the value; the scan before it finds what `JSON.parse`
 * hides or says differently in every browser: keys written twice, nesting without end, and where the text stops being JSON.
 */
import type { Path } from './problems.ts';

/** The longest text that is read, in UTF-16 code units. */
const LONGEST_TEXT = 64 * 1024 * 1024;
const DEEPEST = 64;
const MOST_KEYS = 100_000;

export type Json =
  | { value: unknown /** Keys that are JSON but cannot be told apart, or not used. */; refused: RefusedKey[] }
  | { where: string; message: string };

export interface RefusedKey {
  path: Path;
  message: () => string;
}

interface Container {
  /** Keys seen so far; undefined in a list. */
  keys: Set<string> | undefined;
  /** Where the scan is inside it. */
  at: string | number;
}

/** Reads a text as JSON, or says at which line and column it stops being that. Never throws. */
export function parseJson(text: string): Json {
  if (text.length > LONGEST_TEXT)
    return { where: 'scene', message: `the text is ${text.length} characters long; the limit is ${LONGEST_TEXT} (64 MiB)` };
  const scan = new Scan(text);
  const fault = scan.run();
  if (fault) return { where: lineAndColumn(text, fault.offset), message: fault.message };
  try {
    return { value: JSON.parse(text.charCodeAt(0) === BOM ? text.slice(1) : text), refused: scan.refused };
  } catch (error) {
    return { where: 'scene', message: `found a text that is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** Lines and columns are counted from 1, columns in UTF-16 code units. */
function lineAndColumn(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++;
    start = i + 1;
  }
  return `line ${line}, column ${offset - start + 1}`;
}

const BOM = 0xfeff;
const [TAB, NEWLINE, RETURN, SPACE, QUOTE, COMMA, COLON, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [
  9, 10, 13, 32, 34, 44, 58, 91, 92, 93, 123, 125,
];

class Scan {
  readonly text: string;
  readonly refused: RefusedKey[] = [];
  offset: number;
  readonly open: Container[] = [];
  fault: { offset: number; message: string } | undefined;

  constructor(text: string) {
    this.text = text;
    this.offset = text.charCodeAt(0) === BOM ? 1 : 0;
  }

  /** One turn of the loop reads one value, or one closing bracket, and what stands after it. */
  run(): { offset: number; message: string } | undefined {
    /** Just after an opening bracket, so that a closing one may follow. */
    let fresh = false;
    for (;;) {
      this.space();
      const inside = this.open.at(-1);
      const code = this.text.charCodeAt(this.offset);
      if (fresh && code === (inside?.keys ? CLOSE : CLOSE_LIST)) {
        this.offset++;
        this.open.pop();
      } else {
        if (inside?.keys && !this.key(inside, inside.keys)) return this.fault;
        const first = this.text.charCodeAt(this.offset);
        if (first === OPEN || first === OPEN_LIST) {
          if (this.open.length === DEEPEST)
            return {
              offset: this.offset,
              message: `found more than ${DEEPEST} objects and lists inside each other; the limit is ${DEEPEST}`,
            };
          this.offset++;
          this.open.push(first === OPEN ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 });
          fresh = true;
          continue;
        }
        if (!this.scalar(first, inside !== undefined && !inside.keys)) return this.fault;
      }
      fresh = false;
      if (!this.after()) return this.fault;
      if (this.open.length === 0) return undefined;
    }
  }

  /** After a value: closing brackets, then a comma, or the end. */
  after(): boolean {
    for (;;) {
      this.space();
      const code = this.text.charCodeAt(this.offset);
      const inside = this.open.at(-1);
      if (!inside) return this.offset >= this.text.length || this.fail('the end of the text: the scene is complete before this');
      if (code === COMMA) {
        this.offset++;
        if (typeof inside.at === 'number') inside.at++;
        return true;
      }
      if (code !== (inside.keys ? CLOSE : CLOSE_LIST)) return this.fail(inside.keys ? 'a comma or "}"' : 'a comma or "]"');
      this.offset++;
      this.open.pop();
    }
  }

  /** A key and its colon. */
  key(inside: Container, keys: Set<string>): boolean {
    const start = this.offset;
    if (this.text.charCodeAt(start) !== QUOTE) {
      const closes = this.text.charCodeAt(start) === CLOSE;
      return this.fail(closes ? 'a key: no comma may stand before "}"' : 'a key in double quotes', 'object');
    }
    const key = this.string();
    if (key === undefined) return false;
    inside.at = key;
    if (keys.has(key))
      this.refuse(
        () =>
          `written twice in one object (the second time at ${lineAndColumn(this.text, start)}): two elements of one name; rename or remove one`,
      );
    else if (key === '__proto__')
      this.refuse(() => 'found the name "__proto__", which JavaScript takes for something else; choose another');
    if (keys.size === MOST_KEYS) {
      this.fault = { offset: start, message: `found an object with more than ${MOST_KEYS} keys; the limit is ${MOST_KEYS}` };
      return false;
    }
    keys.add(key);
    this.space();
    if (this.text.charCodeAt(this.offset) !== COLON) return this.fail('":" after the key');
    this.offset++;
    this.space();
    return true;
  }

  refuse(message: () => string): void {
    this.refused.push({ path: this.open.map((container) => container.at), message });
  }

  scalar(first: number, inList: boolean): boolean {
    if (first === QUOTE) return this.string() !== undefined;
    const pattern = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])/y;
    pattern.lastIndex = this.offset;
    if (pattern.test(this.text)) {
      this.offset = pattern.lastIndex;
      return true;
    }
    return this.fail(first === CLOSE_LIST && inList ? 'a value: no comma may stand before "]"' : 'a value', 'value');
  }

  /** The content of the string that begins here, past which the scan goes on; undefined with a fault where it is none. */
  string(): string | undefined {
    const { text } = this;
    const start = this.offset++;
    let plain = true;
    for (;;) {
      const code = text.charCodeAt(this.offset);
      if (code === QUOTE) break;
      if (Number.isNaN(code) || code < 0x20) {
        this.fault = {
          offset: start,
          message: Number.isNaN(code)
            ? 'found a text without its end; expected a closing quote'
            : 'found a line break or control character inside quotes; expected the closing quote, or "\\n"',
        };
        return undefined;
      }
      if (code === BACKSLASH) {
        plain = false;
        const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
        escape.lastIndex = this.offset;
        if (!escape.test(text)) {
          this.fail('one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000 (a backslash itself is written "\\\\")');
          return undefined;
        }
        this.offset = escape.lastIndex;
      } else this.offset++;
    }
    this.offset++;
    return plain ? text.slice(start + 1, this.offset - 1) : (JSON.parse(text.slice(start, this.offset)) as string);
  }

  space(): void {
    const { text } = this;
    for (let code = text.charCodeAt(this.offset); code === SPACE || code === NEWLINE || code === RETURN || code === TAB; )
      code = text.charCodeAt(++this.offset);
  }

  fail(expected: string, place?: 'value' | 'object'): false {
    const rest = this.text.slice(this.offset, this.offset + 20);
    const found = rest === '' ? 'the end of the text' : JSON.stringify(/^(?:[\w.+-]+|[^])/u.exec(rest)?.[0] ?? rest);
    const hint = /^\/[/*]/.test(rest)
      ? '; JSON has no comments'
      : rest.startsWith("'") || rest.startsWith('“')
        ? '; JSON texts stand in double quotes: "…"'
        : place === 'object' && /^\w/.test(rest)
          ? '; JSON keys stand in double quotes'
          : '';
    const what = this.text.trim() === '' ? 'an empty text' : found;
    this.fault = { offset: this.offset, message: `found ${what}; expected ${expected}${hint}` };
    return false;
  }
}
