/**
 * Dispatch expressions: what a user writes to order the parts that wait at a station, checked for its types and turned into a program
 * for the stack machine of `src/shop/expression.ts`. The grammar, loosest first:
 * `or`; `and`; `not`; `< <= > >= == !=`; `+ -`; `* /`; unary `-`; numbers, times, variables, functions and parentheses.
 */
import { SECONDS, type Unit } from '../clock.ts';
import * as words from '../stations/expression-words.ts';
import { didYouMean } from './problems.ts';
import { VARIABLES } from './variables.ts';

export type Type = 'time' | 'number' | 'truth';

/** An operand that is not known before the tables are written stands as what it refers to. */
export interface Instruction {
  op: number;
  operand?: number | { ticks: number } | { node: string };
}

export interface Program {
  type: 'time' | 'number';
  /** In the order of execution. */
  code: Instruction[];
}

/** What an expression may refer to. */
export interface Surroundings {
  /** The names of the elements whose parts can be counted by `queue`. */
  countable: { has(name: string): boolean; [Symbol.iterator](): Iterator<string> };
  /** Seconds in a tick. */
  tickSeconds: number;
}

/** Where and why a text is no expression; columns count UTF-16 units from 1. */
export interface ExpressionError {
  ok: false;
  column: number;
  found: string;
  expected: string;
}

/** The standard rules: each is an expression like any other. The least value is served first. */
export const RULES = {
  'first in first out': 'arrival',
  'last in first out': '-arrival',
  priority: '-priority',
  'earliest due date': 'due',
  'critical ratio': '(due - now) / remainingWork',
  'shortest processing time': 'processing',
  'longest processing time': '-processing',
  'least slack': 'due - now - remainingWork',
  'same set-up first': 'setup',
} as const;

/** The longest expression, in characters. */
const LONGEST = 1000;
const LARGEST_NUMBER = words.MOST_WHOLE;

/**
 * The least shift for which four times `end`, in ticks >> shift, fits 31 bits: so differences and small multiples of the times of a run
 * do not saturate.
 */
export function quantumShift(end: number): number {
  let shift = 0;
  while (Math.floor(end / 2 ** shift) * 4 >= 2 ** 31) shift++;
  return shift;
}

/** The program as words of the tables. `address` gives the word where a node's record begins. */
export function programWords(program: Program, shift: number, address: (node: string) => number): number[] {
  const list: number[] = [];
  for (const { op, operand } of program.code) {
    list.push(op);
    if (operand === undefined) continue;
    if (typeof operand === 'number') list.push(operand >>> 0);
    else if ('node' in operand) list.push(address(operand.node));
    else list.push(Math.min(Math.floor(Math.round(operand.ticks) / 2 ** shift), words.MOST));
  }
  return list;
}

/** Reads an expression whose value orders parts: a time or a number, the least first. */
export function parseExpression(text: string, surroundings: Surroundings): ({ ok: true } & Program) | ExpressionError {
  try {
    if (text.length > LONGEST) throw new Refusal(LONGEST + 1, `${text.length} characters`, `at most ${LONGEST}`);
    const { type, code } = new Parser(text, surroundings).whole();
    return { ok: true, type, code };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { column, found, expected } = error;
    return { ok: false, column, found, expected };
  }
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

interface Token {
  kind: 'number' | 'name' | 'text' | 'sign' | 'end';
  text: string;
  column: number;
}

/** A part of the expression, compiled. */
interface Term {
  type: Type;
  code: Instruction[];
  column: number;
  /** The most values that it has on the stack at once. */
  depth: number;
}

const A: Record<Type, string> = { time: 'a time', number: 'a number', truth: 'a truth value' };
const OPERAND = 'a number, a time, a variable, a function or "("';
const COMPARISON = 3;
/** How tightly a binary operator binds. */
const BINDING: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ...['<', '<=', '>', '>=', '==', '!='].map((sign) => [sign, COMPARISON] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
]);
const SIGN_OF: Readonly<Record<string, string>> = { '=': '==', '&&': 'and', '||': 'or', '!': 'not', '<>': '!=', '≤': '<=', '≥': '>=' };
const FUNCTIONS = ['if', 'min', 'max', 'abs', 'queue'];
const WORDS = [...FUNCTIONS, 'and', 'or', 'not'];
const TOKEN =
  /(?<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?<name>[A-Za-z_][A-Za-z_0-9]*)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<sign><>|<=|>=|==|!=|&&|\|\||[-+*/<>(),=!≤≥])/y;

class Parser {
  readonly surroundings: Surroundings;
  readonly tokens: Token[] = [];
  #at = 0;

  constructor(text: string, surroundings: Surroundings) {
    this.surroundings = surroundings;
    let at = 0;
    for (;;) {
      while (/\s/.test(text[at] ?? '')) at++;
      if (at === text.length) break;
      TOKEN.lastIndex = at;
      const groups = TOKEN.exec(text)?.groups;
      const kind = (['number', 'name', 'text', 'sign'] as const).find((each) => groups?.[each] !== undefined);
      if (!groups || !kind) {
        const open = text[at] === "'" || text[at] === '"';
        throw new Refusal(
          at + 1,
          open ? 'a name whose quotation mark is not closed' : JSON.stringify(String.fromCodePoint(text.codePointAt(at) as number)),
          open ? `another ${text[at]} behind it` : `an operator, ${OPERAND}`,
        );
      }
      const piece = groups[kind] as string;
      this.tokens.push({ kind, text: piece, column: at + 1 });
      at += piece.length;
    }
    this.tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  }

  whole(): Program {
    const term = this.binary(1);
    if (this.next.kind !== 'end') throw this.unexpected('an operator or the end');
    if (term.type === 'truth') throw new Refusal(term.column, A.truth, 'a time or a number to order by, as if(…, 0, 1) makes from it');
    return { type: term.type, code: term.code };
  }

  get next(): Token {
    return this.tokens[this.#at] as Token;
  }

  /** Takes the next token if it is this sign or word. */
  take(text: string): boolean {
    if (this.next.text !== text || this.next.kind === 'text') return false;
    this.#at++;
    return true;
  }

  unexpected(expected: string): Refusal {
    const { kind, text, column } = this.next;
    const meant = kind === 'sign' ? SIGN_OF[text] : undefined;
    return new Refusal(
      column,
      kind === 'end' ? 'the end' : kind === 'text' ? `the name ${text}` : JSON.stringify(text),
      meant === undefined ? expected : `"${meant}"`,
    );
  }

  require(sign: string, expected = `"${sign}"`): void {
    if (!this.take(sign)) throw this.unexpected(expected);
  }

  binary(loosest: number): Term {
    let left = this.unary();
    for (;;) {
      const { text, kind } = this.next;
      const binding = kind === 'name' || kind === 'sign' ? (BINDING.get(text) ?? 0) : 0;
      if (binding < loosest) return left;
      this.#at++;
      left = { ...this.join(text, left, this.binary(binding + 1)), column: left.column };
      if (binding === COMPARISON && BINDING.get(this.next.text) === COMPARISON && this.next.kind === 'sign')
        throw new Refusal(this.next.column, 'a comparison of a comparison', `"and" between the two, as in a < b and b < c`);
    }
  }

  /** Two terms and the operator between them. */
  join(operator: string, a: Term, b: Term): Term {
    switch (operator) {
      case 'or':
      case 'and':
        this.demand(a, 'truth', `a truth value before "${operator}"`);
        this.demand(b, 'truth', `a truth value after "${operator}"`);
        return compose('truth', operator === 'and' ? words.OP_LESSER : words.OP_GREATER, a, b);
      case '==':
      case '!=': {
        this.alike(a, b, operator);
        const equal = compose('truth', words.OP_EQUAL, a, b);
        return operator === '==' ? equal : compose('truth', words.OP_NOT, equal);
      }
      case '<':
      case '<=':
      case '>':
      case '>=': {
        this.amount(a, operator);
        this.alike(a, b, operator);
        // a > b is b < a, and a ≤ b is not (b < a).
        const less = operator === '<' || operator === '>=' ? compose('truth', words.OP_LESS, a, b) : compose('truth', words.OP_LESS, b, a);
        return operator.length === 1 ? less : compose('truth', words.OP_NOT, less);
      }
      case '+':
      case '-':
        this.amount(a, operator);
        this.alike(a, b, operator);
        return compose(a.type, operator === '+' ? words.OP_ADD : words.OP_SUBTRACT, a, b);
      case '*':
        this.amount(a, operator);
        this.amount(b, operator);
        if (a.type === 'time') this.demand(b, 'number', 'a number, as a time times a time is no time');
        return compose(b.type === 'time' ? 'time' : a.type, words.OP_MULTIPLY, a, b);
      default:
        this.amount(a, operator);
        this.amount(b, operator);
        if (a.type === 'number') this.demand(b, 'number', 'a number, as a number divided by a time is neither');
        return compose(a.type === b.type ? 'number' : 'time', words.OP_DIVIDE, a, b);
    }
  }

  demand(term: Term, type: Type, expected: string): void {
    if (term.type === type) return;
    const unit = type === 'time' && term.type === 'number' ? ' (a time has a unit: "90 s")' : '';
    throw new Refusal(term.column, A[term.type], expected + unit);
  }

  amount(term: Term, operator: string): void {
    if (term.type === 'truth') throw new Refusal(term.column, A.truth, `a time or a number for "${operator}"`);
  }

  alike(a: Term, b: Term, operator: string): void {
    // The one that can be mended by writing its unit is the one to point at.
    if (a.type === 'number' && b.type === 'time' && a.code[0]?.op === words.OP_VALUE && a.code.length === 1) {
      this.demand(a, 'time', `a time, as the one after "${operator}"`);
    }
    this.demand(b, a.type, `${A[a.type]}, as the one before "${operator}"`);
  }

  unary(): Term {
    const { column } = this.next;
    if (this.take('-')) {
      const term = this.unary();
      this.amount(term, '-');
      return { ...compose(term.type, words.OP_NEGATE, term), column };
    }
    if (this.take('not')) {
      const term = this.binary(COMPARISON);
      this.demand(term, 'truth', 'a truth value after "not"');
      return { ...compose('truth', words.OP_NOT, term), column };
    }
    return { ...this.operand(), column };
  }

  operand(): Term {
    const token = this.next;
    if (token.kind === 'number') return this.literal();
    if (this.take('(')) {
      const term = this.binary(1);
      this.require(')', 'an operator or ")"');
      return term;
    }
    if (token.kind !== 'name' || BINDING.has(token.text)) throw this.unexpected(OPERAND);
    if (FUNCTIONS.includes(token.text)) return this.call();
    const variable = Object.hasOwn(VARIABLES, token.text) ? VARIABLES[token.text] : undefined;
    if (!variable) {
      const similar = didYouMean(token.text, [...Object.keys(VARIABLES), ...WORDS]);
      throw new Refusal(token.column, JSON.stringify(token.text), `${similar ? `a variable or a function${similar}` : variableNames()}`);
    }
    this.#at++;
    return leaf(variable.type, token.column, { op: words.OP_VARIABLE, operand: variable.code });
  }

  /** A number, or with its unit a time. */
  literal(): Term {
    const { text, column } = this.next;
    const value = Number(text);
    this.#at++;
    const unit = this.next.text;
    if (this.next.kind === 'name' && Object.hasOwn(SECONDS, unit)) {
      this.#at++;
      const ticks = (value * SECONDS[unit as Unit]) / this.surroundings.tickSeconds;
      if (ticks > 2 ** 32) throw new Refusal(column, `${text} ${unit}`, 'at most 2^32 ticks');
      return leaf('time', column, { op: words.OP_VALUE, operand: { ticks } });
    }
    if (this.next.kind === 'name' && !BINDING.has(unit))
      throw this.unexpected(`an operator or a unit of time: ${Object.keys(SECONDS).join(', ')}`);
    if (value > LARGEST_NUMBER) throw new Refusal(column, text, `a number of at most ${LARGEST_NUMBER}, or a time with its unit`);
    const fixed = Math.round(value * 2 ** words.FRACTION_BITS);
    if (value > 0 && fixed === 0) throw new Refusal(column, text, `0 or at least 1/${2 ** (words.FRACTION_BITS + 1)}: divide instead`);
    return leaf('number', column, { op: words.OP_VALUE, operand: fixed });
  }

  call(): Term {
    const { text: name, column } = this.next;
    this.#at++;
    this.require('(', `"(" after ${name}`);
    if (name === 'queue') return this.queue(column);
    const terms = [this.binary(1)];
    while (this.take(',')) terms.push(this.binary(1));
    if (this.next.text !== ')' || this.next.kind !== 'sign') throw this.unexpected('an operator, "," or ")"');
    const expected = name === 'if' ? 'three values: if(truth, value, value)' : name === 'abs' ? 'one value' : 'two values or more';
    const right = name === 'if' ? terms.length === 3 : name === 'abs' ? terms.length === 1 : terms.length >= 2;
    if (!right) throw new Refusal(this.next.column, `${terms.length} in ${name}(…)`, expected);
    this.#at++;
    const [first, second, third] = terms as [Term, Term, Term];
    if (name === 'if') {
      this.demand(first, 'truth', 'a truth value, as a comparison gives');
      this.demand(third, second.type, `${A[second.type]}, as the value before it`);
      return { ...compose(second.type, words.OP_CHOOSE, first, second, third), column };
    }
    for (const term of terms) {
      if (term.type === 'truth') throw new Refusal(term.column, A.truth, `a time or a number in ${name}(…)`);
      this.demand(term, first.type, `${A[first.type]}, as the first value of ${name}(…)`);
    }
    if (name === 'abs') return { ...compose(first.type, words.OP_ABSOLUTE, first), column };
    const op = name === 'min' ? words.OP_LESSER : words.OP_GREATER;
    return { ...terms.reduce((a, b) => compose(first.type, op, a, b)), column };
  }

  queue(column: number): Term {
    const { countable } = this.surroundings;
    const expected = "the name of a buffer, station or conveyor in quotation marks, as in queue('paint')";
    if (this.next.kind !== 'text') throw this.unexpected(expected);
    const node = this.next.text.slice(1, -1).replace(/\\(.)/gs, '$1');
    if (!countable.has(node))
      throw new Refusal(this.next.column, `the name ${this.next.text}`, `${expected}${didYouMean(node, countable)}`);
    this.#at++;
    this.require(')');
    return leaf('number', column, { op: words.OP_QUEUE, operand: { node } });
  }
}

function leaf(type: Type, column: number, instruction: Instruction): Term {
  return { type, code: [instruction], column, depth: 1 };
}

/** The operation upon its operands, which are pushed one after the other. */
function compose(type: Type, op: number, ...operands: Term[]): Term {
  const depth = Math.max(...operands.map((operand, i) => operand.depth + i));
  const { column } = operands.at(-1) as Term;
  if (depth > words.STACK_WORDS)
    throw new Refusal(column, 'an expression nested too deeply', `at most ${words.STACK_WORDS} values that wait for others`);
  return { type, code: [...operands.flatMap(({ code }) => code), { op }], column: (operands[0] as Term).column, depth };
}

function variableNames(): string {
  return `one of ${Object.keys(VARIABLES).join(', ')}, or a function: ${FUNCTIONS.join(', ')}`;
}
