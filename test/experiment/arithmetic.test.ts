/** The arithmetic of experiments: held against the same expressions in JavaScript, and against what the grammar says. */
import { describe, expect, test } from 'vitest';
import { parseArithmetic } from '../../src/scene/arithmetic.ts';
import { Dice } from '../../src/search/dice.ts';

const NAMES = ['a', 'b', 'c', 'min'];

const read = (text: string) => {
  const parsed = parseArithmetic(text, NAMES);
  if (!parsed.ok) throw new Error(`column ${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`);
  return parsed;
};
const valueOf = (text: string, values: Record<string, number> = {}) => read(text).value((name) => values[name] ?? Number.NaN);
const refused = (text: string, names = NAMES) => {
  const parsed = parseArithmetic(text, names);
  return parsed.ok ? 'taken' : `${parsed.column}: found ${parsed.found}; expected ${parsed.expected}`;
};

test('operators bind as in arithmetic', () => {
  expect(valueOf('2 + 3 * 4 - 6 / 3 / 2')).toBe(13);
  expect(valueOf('-2 * -(3 - 5) - -1')).toBe(-3);
  expect(valueOf('1e2 + .5 + 2.')).toBe(102.5);
  expect(valueOf('max(1, min(a, 7), abs(-4)) + floor(2.9) + ceil(2.1) + round(2.5)', { a: 9 })).toBe(15);
  // A factor may be called as a function is.
  expect(valueOf('min + min(min, 1)', { min: 3 })).toBe(4);
});

test('comparisons are equal up to rounding; and, or, not bind in this order', () => {
  expect(valueOf('0.1 + 0.2 = 0.3')).toBe(1);
  expect(valueOf('0.1 + 0.2 > 0.3')).toBe(0);
  expect(valueOf('0.1 + 0.2 ≤ 0.3')).toBe(1);
  expect(valueOf('1 < 2 or 1 < 0 and 1 < 0')).toBe(1);
  expect(valueOf('(1 < 2 or 1 < 0) and 1 < 0')).toBe(0);
  expect(valueOf('not 1 < 2 or 2 != 2')).toBe(0);
  expect(valueOf('not not (a == 2)', { a: 2 })).toBe(1);
});

describe('linear forms', () => {
  test('weights and bounds worked out by hand', () => {
    const { linear } = read('2 * (a - 3 * b) / 4 + 1 >= c - -(5 - a)');
    // a/2 − 3b/2 + 1 ≥ c + 5 − a  ⇔  3a/2 − 3b/2 − c ≥ 4
    expect(linear?.sense).toBe('>=');
    expect(linear?.bound).toBe(4);
    expect(Object.fromEntries(linear?.weights ?? [])).toEqual({ a: 1.5, b: -1.5, c: -1 });
  });

  test.each([
    'a < 3',
    'a * b <= 3',
    'max(a, b) <= 3',
    'a <= 3 and b <= 3',
    'not a <= 3',
    'a != 3',
    'a / b <= 1',
    'a / 0 <= 1',
    '1 / 0 >= a',
  ])('%s is none', (text) => {
    expect(read(text).linear).toBeUndefined();
  });

  test('a linear form says what the expression says', () => {
    const dice = new Dice(7, 1);
    const pick = <T>(list: readonly T[]): T => list[dice.whole(list.length)] as T;
    const sum = (depth: number): string => {
      if (depth === 0) return pick(['a', 'b', 'c', '1', '2.5', '4']);
      const inner = () => sum(depth - 1);
      return pick([
        () => `${inner()} + ${inner()}`,
        () => `${inner()} - (${inner()})`,
        () => `-(${inner()})`,
        () => `${pick(['2', '0.5', '-3'])} * (${inner()})`,
        () => `(${inner()}) / ${pick(['2', '-4'])}`,
        () => `(${inner()}) * ${pick(['2', '3'])}`,
      ])();
    };
    let both = 0;
    for (let i = 0; i < 2000; i++) {
      const [left, right, sign] = [sum(1 + dice.whole(3)), sum(dice.whole(3)), pick(['<=', '>=', '='] as const)];
      const { linear, value } = read(`${left} ${sign} ${right}`);
      expect(linear).toBeDefined();
      // Quarters, so that no sum is rounded.
      const at = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, (dice.whole(41) - 20) / 4]));
      const total = [...(linear?.weights ?? [])].reduce((all, [name, weight]) => all + weight * at[name], 0);
      // The same, worked out by JavaScript.
      const apart = new Function('a', 'b', 'c', `return (${left}) - (${right});`)(at.a, at.b, at.c) as number;
      expect(Math.abs(total - (linear?.bound ?? 0) - apart)).toBeLessThan(1e-9);
      const holds = sign === '<=' ? apart <= 1e-9 : sign === '>=' ? apart >= -1e-9 : Math.abs(apart) <= 1e-9;
      expect(value((name) => at[name])).toBe(holds ? 1 : 0);
      if (holds) both++;
    }
    expect(both).toBeGreaterThan(500);
  });
});

test.each([
  ['', '1: found the end; expected a number, the name of a factor, a function or "("'],
  ['a +', '4: found the end; expected a number'],
  ['a + * b', '5: found "*"'],
  ['2 a', '3: found "a"; expected an operator or the end'],
  ['(a + b', '7: found the end; expected an operator or ")"'],
  ['a + b)', '6: found ")"; expected an operator or the end'],
  ['a # b', '3: found "#"'],
  ['a & b', '3: found "&"'],
  ['alpha + b', '1: found "alpha"; expected one of the factors: a, b, c, min'],
  ['a < b < c', '7: found a comparison of a comparison; expected "and"'],
  ['(a < b) + 1', 'found a comparison; expected a number'],
  ['a and b < 1', '3: found a number before "and"; expected a comparison'],
  ['a < 1 or b', 'found a number after "or"; expected a comparison'],
  ['not a', '5: found a number after "not"; expected a comparison'],
  ['abs(a, b)', 'found 2 in abs(…); expected one value'],
  ['max()', '5: found ")"'],
  ['max(a b)', '7: found "b"; expected an operator, "," or ")"'],
  ['sqrt(a)', '1: found "sqrt"'],
  ['a + or', '5: found "or"'],
])('%s is refused', (text, expected) => {
  expect(refused(text)).toContain(expected);
});

test('a misspelt name is guessed', () => {
  expect(refused('servrs + 1', ['servers'])).toContain('did you mean "servers"?');
  expect(refused('a', [])).toContain('no factor has a name here');
});
