/**
 * Arithmetic over the factors of an experiment: "10 - b2", "r1 + r2 + r3 = 20", "100 * b2 + max(servers, 2)". In doubles, as it decides no simulated
 * state but only what is set in a scene. The grammar, loosest first: `or`; `and`; `not`; `= == != < <= > >=`; `+ -`; `* /`; unary `-`; numbers,
 * names, functions and parentheses. A comparison is 1 where it holds, else 0.
 */
import { didYouMean } from './problems.ts';

export interface Arithmetic {
  /** Whether it is a comparison, or comparisons joined. */
  truth: boolean;
  names: ReadonlySet<string>;
  value(of: (name: string) => number): number;
  /** Where it is a sum of multiples of names against a sum of such: Σ weight × name (sense) bound; else undefined. */
  linear: { weights: ReadonlyMap<string, number>; sense: '<=' | '=' | '>='; bound: number } | undefined;
}

export type Parsed = ({ ok: true } & Arithmetic) | { ok: false; column: number; found: string; expected: string };

interface Term {
  truth: boolean;
  value: (of: (name: string) => number) => number;
  /** Constant + Σ weight × name, where it is such. */
  sum: { constant: number; weights: Map<string, number> } | undefined;
  comparison?: Arithmetic['linear'];
}

class Refusal extends Error {
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  constructor(column: number, found: string, expected: string) {
    super(`column ${column}: found ${found}; expected ${expected}`);
    this.column = column;
    this.found = found;
    this.expected = expected;
  }
}

const TOKEN = /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z_0-9]*)|(?<sign><=|>=|==|!=|[-+*/<>=(),≤≥]))/y;
const OPERAND = 'a number, the name of a factor, a function or "("';
const FUNCTIONS: Readonly<Record<string, { least: number; most: number; of: (values: number[]) => number }>> = {
  min: { least: 1, most: 100, of: (values) => Math.min(...values) },
  max: { least: 1, most: 100, of: (values) => Math.max(...values) },
  abs: { least: 1, most: 1, of: ([x]) => Math.abs(x as number) },
  floor: { least: 1, most: 1, of: ([x]) => Math.floor(x as number) },
  ceil: { least: 1, most: 1, of: ([x]) => Math.ceil(x as number) },
  round: { least: 1, most: 1, of: ([x]) => Math.round(x as number) },
};
/** Equal up to rounding. */
const CLOSE = 1e-9;
const equal = (a: number, b: number): boolean => Math.abs(a - b) <= CLOSE * Math.max(1, Math.abs(a), Math.abs(b));
const COMPARISONS: Readonly<Record<string, { of: (a: number, b: number) => boolean; sense?: '<=' | '=' | '>=' }>> = {
  '<=': { of: (a, b) => a < b || equal(a, b), sense: '<=' },
  '>=': { of: (a, b) => a > b || equal(a, b), sense: '>=' },
  '=': { of: equal, sense: '=' },
  '<': { of: (a, b) => a < b && !equal(a, b) },
  '>': { of: (a, b) => a > b && !equal(a, b) },
  '!=': { of: (a, b) => !equal(a, b) },
};
const SAME: Readonly<Record<string, string>> = { '==': '=', '≤': '<=', '≥': '>=' };

/** Reads an expression in which these names may stand. Never throws. */
export function parseArithmetic(text: string, names: Iterable<string>): Parsed {
  const known = new Set(names);
  const tokens: { kind: 'number' | 'name' | 'sign' | 'end'; text: string; column: number }[] = [];
  const used = new Set<string>();
  let at = 0;

  const tokenise = (): void => {
    let from = 0;
    while (text.slice(from).trim() !== '') {
      TOKEN.lastIndex = from;
      const match = TOKEN.exec(text);
      const kind = (['number', 'name', 'sign'] as const).find((each) => match?.groups?.[each] !== undefined);
      if (!match || !kind) {
        const column = from + (text.slice(from).search(/\S/) + 1);
        throw new Refusal(column, JSON.stringify(text[column - 1]), `an operator, ${OPERAND}`);
      }
      const piece = match.groups?.[kind] as string;
      tokens.push({ kind, text: SAME[piece] ?? piece, column: TOKEN.lastIndex - piece.length + 1 });
      from = TOKEN.lastIndex;
    }
    tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  };
  const next = () => tokens[at] as (typeof tokens)[number];
  const take = (sign: string): boolean => (next().text === sign ? ((at += 1), true) : false);
  const unexpected = (expected: string): Refusal =>
    new Refusal(next().column, next().kind === 'end' ? 'the end' : JSON.stringify(next().text), expected);
  const number = (term: Term, column: number): Term => {
    if (term.truth) throw new Refusal(column, 'a comparison', 'a number');
    return term;
  };

  const joined = (word: 'or' | 'and', of: () => Term): Term => {
    let left = of();
    while (next().text === word) {
      const { column } = next();
      if (!left.truth) throw new Refusal(column, `a number before "${word}"`, 'a comparison');
      at += 1;
      const [a, b] = [left, of()];
      if (!b.truth) throw new Refusal(next().column, `a number after "${word}"`, 'a comparison');
      left = {
        truth: true,
        value: (v) => (word === 'or' ? Math.max(a.value(v), b.value(v)) : Math.min(a.value(v), b.value(v))),
        sum: undefined,
      };
    }
    return left;
  };
  const negation = (): Term => {
    if (next().text !== 'not') return comparison();
    at += 1;
    const { column } = next();
    const term = negation();
    if (!term.truth) throw new Refusal(column, 'a number after "not"', 'a comparison');
    return { truth: true, value: (v) => 1 - term.value(v), sum: undefined };
  };
  const comparison = (): Term => {
    const { column } = next();
    const left = added();
    const sign = next().text;
    const compare = next().kind === 'sign' ? COMPARISONS[sign] : undefined;
    if (compare === undefined) return left;
    number(left, column);
    at += 1;
    const right = number(added(), next().column);
    if (next().kind === 'sign' && COMPARISONS[next().text])
      throw new Refusal(next().column, 'a comparison of a comparison', '"and" between the two, as in a < b and b < c');
    const term: Term = { truth: true, value: (v) => (compare.of(left.value(v), right.value(v)) ? 1 : 0), sum: undefined };
    const difference = combine(left, right, 1, -1);
    if (compare.sense !== undefined && difference !== undefined) {
      term.comparison = { weights: difference.weights, sense: compare.sense, bound: -difference.constant };
    }
    return term;
  };
  const added = (): Term => {
    let left = multiplied();
    for (;;) {
      const { text: sign, column } = next();
      if (sign !== '+' && sign !== '-') return left;
      at += 1;
      const [a, b] = [number(left, column), number(multiplied(), next().column)];
      const by = sign === '+' ? 1 : -1;
      left = { truth: false, value: (v) => a.value(v) + by * b.value(v), sum: combine(a, b, 1, by) };
    }
  };
  const multiplied = (): Term => {
    let left = unary();
    for (;;) {
      const { text: sign, column } = next();
      if (sign !== '*' && sign !== '/') return left;
      at += 1;
      const [a, b] = [number(left, column), number(unary(), next().column)];
      const times = sign === '*';
      const constantOf = (term: Term): number | undefined => (term.sum?.weights.size === 0 ? term.sum.constant : undefined);
      const [ca, cb] = [constantOf(a), constantOf(b)];
      const sum = cb !== undefined ? combine(a, a, times ? cb : 1 / cb, 0) : times && ca !== undefined ? combine(b, b, ca, 0) : undefined;
      left = { truth: false, value: (v) => (times ? a.value(v) * b.value(v) : a.value(v) / b.value(v)), sum };
    }
  };
  const unary = (): Term => {
    const { column } = next();
    if (!take('-')) return operand();
    const term = number(unary(), column);
    return { truth: false, value: (v) => -term.value(v), sum: combine(term, term, -1, 0) };
  };
  const operand = (): Term => {
    const token = next();
    if (token.kind === 'number') {
      at += 1;
      const constant = Number(token.text);
      return { truth: false, value: () => constant, sum: { constant, weights: new Map() } };
    }
    if (take('(')) {
      const term = joined('or', () => joined('and', negation));
      if (!take(')')) throw unexpected('an operator or ")"');
      return term;
    }
    if (token.kind !== 'name' || ['and', 'or', 'not'].includes(token.text)) throw unexpected(OPERAND);
    at += 1;
    const named = FUNCTIONS[token.text];
    if (named !== undefined && next().text === '(') return call(token.text, named);
    if (!known.has(token.text)) {
      const list = [...known];
      const all =
        list.length === 0
          ? 'no factor has a name here'
          : `one of the factors: ${list.slice(0, 12).join(', ')}${list.length > 12 ? ' …' : ''}`;
      throw new Refusal(token.column, JSON.stringify(token.text), `${all}${didYouMean(token.text, known)}`);
    }
    used.add(token.text);
    return { truth: false, value: (v) => v(token.text), sum: { constant: 0, weights: new Map([[token.text, 1]]) } };
  };
  const call = (name: string, { least, most, of }: (typeof FUNCTIONS)[string]): Term => {
    const { column } = next();
    at += 1;
    const terms = [number(added(), next().column)];
    while (take(',')) terms.push(number(added(), next().column));
    if (!take(')')) throw unexpected('an operator, "," or ")"');
    if (terms.length < least || terms.length > most)
      throw new Refusal(column, `${terms.length} in ${name}(…)`, most === 1 ? 'one value' : `${least} to ${most}`);
    return { truth: false, value: (v) => of(terms.map((term) => term.value(v))), sum: undefined };
  };

  try {
    tokenise();
    const term = joined('or', () => joined('and', negation));
    if (next().kind !== 'end') throw unexpected('an operator or the end');
    return { ok: true, truth: term.truth, names: used, value: term.value, linear: term.comparison };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { column, found, expected } = error;
    return { ok: false, column, found, expected };
  }
}

/** a × x + b × y, where both are sums. */
function combine(x: Term, y: Term, a: number, b: number): Term['sum'] {
  if (x.sum === undefined || y.sum === undefined) return undefined;
  const weights = new Map<string, number>();
  for (const [name, weight] of x.sum.weights) weights.set(name, a * weight);
  if (b !== 0) for (const [name, weight] of y.sum.weights) weights.set(name, (weights.get(name) ?? 0) + b * weight);
  const constant = a * x.sum.constant + (b === 0 ? 0 : b * y.sum.constant);
  // A number divided by 0 is no sum of multiples.
  return Number.isFinite(constant) && [...weights.values()].every(Number.isFinite) ? { constant, weights } : undefined;
}
