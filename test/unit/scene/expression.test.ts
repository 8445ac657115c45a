import { describe, expect, it } from 'vitest';
import { parseExpression, type Program, programWords, quantumShift, RULES, type Surroundings } from '../../../src/scene/expression.ts';
import { VARIABLES } from '../../../src/scene/variables.ts';
import * as words from '../../../src/stations/expression-words.ts';

const surroundings: Surroundings = { countable: new Set(['paint', 'second press', "O'Hara"]), tickSeconds: 0.5 };

function parsed(text: string): Program {
  const result = parseExpression(text, surroundings);
  if (!result.ok) throw new Error(`${text}: column ${result.column}: found ${result.found}; expected ${result.expected}`);
  return result;
}

const NAMES = Object.fromEntries(
  Object.entries(words)
    .filter(([name]) => name.startsWith('OP_'))
    .map(([name, op]) => [op, name.slice(3).toLowerCase()]),
);

/** The program in reverse Polish notation, with operands as they stand. */
function polish(text: string): string {
  return parsed(text)
    .code.map(({ op, operand }) => {
      if (op === words.OP_VARIABLE) return Object.keys(VARIABLES).find((name) => VARIABLES[name]?.code === operand);
      if (op === words.OP_QUEUE) return `#${(operand as { node: string }).node}`;
      if (op === words.OP_VALUE) return typeof operand === 'number' ? operand / 1024 : `${(operand as { ticks: number }).ticks}t`;
      return NAMES[op];
    })
    .join(' ');
}

describe('what is written becomes a program', () => {
  it('binds products before sums, sums before comparisons, these before not, and, or; equals from the left', () => {
    const cases: [string, string][] = [
      ['1 + 2 * 3', '1 2 3 multiply add'],
      ['(1 + 2) * 3', '1 2 add 3 multiply'],
      ['8 - 4 - 2', '8 4 subtract 2 subtract'],
      ['8 / 4 * 2', '8 4 divide 2 multiply'],
      ['-2 * 3', '2 negate 3 multiply'],
      ['2 - -3', '2 3 negate subtract'],
      ['- -2', '2 negate negate'],
      ['-size + 1', 'size negate 1 add'],
      ['if(1 < 2 and 3 < 4 or 5 < 6, 1, 0)', '1 2 less 3 4 less lesser 5 6 less greater 1 0 choose'],
      ['if(1 < 2 or 3 < 4 and 5 < 6, 1, 0)', '1 2 less 3 4 less 5 6 less lesser greater 1 0 choose'],
      ['if(not 1 < 2 and 3 < 4, 1, 0)', '1 2 less not 3 4 less lesser 1 0 choose'],
      ['if(1 + 1 < 2 * 3, 1, 0)', '1 1 add 2 3 multiply less 1 0 choose'],
      ['if((1 < 2) == (3 < 4), 1, 0)', '1 2 less 3 4 less equal 1 0 choose'],
    ];
    for (const [text, program] of cases) expect(polish(text), text).toBe(program);
  });

  it('says every comparison with less and equal', () => {
    const cases: [string, string][] = [
      ['1 < 2', '1 2 less'],
      ['1 > 2', '2 1 less'],
      ['1 <= 2', '2 1 less not'],
      ['1 >= 2', '1 2 less not'],
      ['1 == 2', '1 2 equal'],
      ['1 != 2', '1 2 equal not'],
    ];
    for (const [text, program] of cases) expect(polish(`if(${text}, 1, 0)`), text).toBe(`${program} 1 0 choose`);
  });

  it('reads every variable, function and number', () => {
    for (const [name, { type }] of Object.entries(VARIABLES)) {
      expect(polish(name)).toBe(name);
      expect(parsed(name).type).toBe(type);
    }
    const cases: [string, string][] = [
      ['min(1, 2, 3)', '1 2 lesser 3 lesser'],
      ['max(due, now)', 'due now greater'],
      ['abs(due - now)', 'due now subtract absolute'],
      ["queue('paint')", '#paint'],
      ['queue("second press") * 2', '#second press 2 multiply'],
      [String.raw`queue('O\'Hara')`, "#O'Hara"],
      ['queue("O\'Hara")', "#O'Hara"],
      ['2.5', '2.5'],
      ['1e3', '1000'],
      ['2097151', '2097151'],
      ['  1+\n2 ', '1 2 add'],
    ];
    for (const [text, program] of cases) expect(polish(text), text).toBe(program);
  });

  it('reads a number with a unit as a time, in ticks of the scene', () => {
    // A tick is half a second.
    const cases: [string, number][] = [
      ['90 s', 180],
      ['90s', 180],
      ['2.5 h', 18_000],
      ['2 min', 240],
      ['500 ms', 1],
      ['1 d', 172_800],
      ['1 w', 1_209_600],
    ];
    for (const [text, ticks] of cases) expect(polish(text), text).toBe(`${ticks}t`);
    expect(polish('min(2 min, 3 min)')).toBe('240t 360t lesser');
  });

  it('knows the type of what it has read', () => {
    const cases: [string, 'time' | 'number'][] = [
      ['due - now - remainingWork', 'time'],
      ['(due - now) / remainingWork', 'number'],
      ['processing * 2', 'time'],
      ['2 * processing', 'time'],
      ['processing / 2', 'time'],
      ['processing / 1 min', 'number'],
      ['remainingSteps * size', 'number'],
      ["queue('paint') * 2", 'number'],
      ['if(waiting > 2 h, 0 s, setup)', 'time'],
      ['-priority', 'number'],
      ['min(due, now + 1 d)', 'time'],
    ];
    for (const [text, type] of cases) expect(parsed(text).type, text).toBe(type);
  });

  it('has every standard rule as an expression', () => {
    expect(Object.keys(RULES)).toEqual([
      'first in first out',
      'last in first out',
      'priority',
      'earliest due date',
      'critical ratio',
      'shortest processing time',
      'longest processing time',
      'least slack',
      'same set-up first',
    ]);
    for (const text of Object.values(RULES)) expect(parsed(text).code.length).toBeGreaterThan(0);
    expect(polish(RULES['critical ratio'])).toBe('due now subtract remainingWork divide');
  });
});

describe('what is wrong is told with its column', () => {
  const cases: [text: string, column: number, found: string, expected: string][] = [
    ['', 1, 'the end', 'a number, a time'],
    ['due -', 6, 'the end', 'a number, a time'],
    ['due now', 5, '"now"', 'an operator or the end'],
    ['(due - now', 11, 'the end', 'an operator or ")"'],
    ['due - now)', 10, '")"', 'an operator or the end'],
    ['due * * 2', 7, '"*"', 'a number, a time'],
    ['due ; now', 5, '";"', 'an operator'],
    ['due - nwo', 7, '"nwo"', '(did you mean "now"?)'],
    ['remainingwork', 1, '"remainingwork"', '(did you mean "remainingWork"?)'],
    ['colour', 1, '"colour"', 'one of now, due, release'],
    ['constructor', 1, '"constructor"', 'one of now, due, release'],
    ['due constructor', 5, '"constructor"', 'an operator or the end'],
    ['if(size = 2, 1, 0)', 9, '"="', '"=="'],
    ['if(size > 2 && size < 4, 1, 0)', 13, '"&&"', '"and"'],
    ['if(!size, 1, 0)', 4, '"!"', '"not"'],
    ['if(1 < size < 3, 1, 0)', 13, 'a comparison of a comparison', '"and"'],
    ['due + 5', 7, 'a number', 'a time, as the one before "+" (a time has a unit: "90 s")'],
    ['5 < due', 1, 'a number', 'a time, as the one after "<"'],
    ['max(due - now, 0)', 16, 'a number', 'a time, as the first value of max(…)'],
    ['due * now', 7, 'a time', 'a number, as a time times a time is no time'],
    ['size / due', 8, 'a time', 'a number, as a number divided by a time is neither'],
    ['size + due', 8, 'a time', 'a number, as the one before "+"'],
    ['due < now', 1, 'a truth value', 'a time or a number to order by'],
    ['(1 < 2) + 1', 1, 'a truth value', 'a time or a number for "+"'],
    ['2 * (1 < 2)', 5, 'a truth value', 'a time or a number for "*"'],
    ['-(1 < 2)', 2, 'a truth value', 'a time or a number for "-"'],
    ['(1 < 2) < (2 < 3)', 1, 'a truth value', 'a time or a number for "<"'],
    ['if(size, 1, 0)', 4, 'a number', 'a truth value, as a comparison gives'],
    ['if(size > 1 and priority, 1, 0)', 17, 'a number', 'a truth value after "and"'],
    ['if(not size, 1, 0)', 8, 'a number', 'a truth value after "not"'],
    ['if(size > 1, 1, 1 s)', 17, 'a time', 'a number, as the value before it'],
    ['if(size > 1, 1)', 15, '2 in if(…)', 'three values'],
    ['min(1)', 6, '1 in min(…)', 'two values or more'],
    ['abs(1, 2)', 9, '2 in abs(…)', 'one value'],
    ['abs(1 < 2)', 5, 'a truth value', 'a time or a number in abs(…)'],
    ['min 1, 2', 5, '"1"', '"(" after min'],
    ['queue(paint)', 7, '"paint"', 'in quotation marks'],
    ["queue('pain')", 7, "the name 'pain'", '(did you mean "paint"?)'],
    ["queue('paint", 7, 'a name whose quotation mark is not closed', "another ' behind it"],
    ["'paint'", 1, "the name 'paint'", 'a number, a time'],
    ['2097152', 1, '2097152', 'a number of at most 2097151, or a time with its unit'],
    ['0.0001 * size', 1, '0.0001', '0 or at least 1/2048'],
    ['99999 w', 1, '99999 w', 'at most 2^32 ticks'],
    ['2 weeks', 3, '"weeks"', 'an operator or a unit of time: ms, s, min, h, d, w'],
    ['1 '.padEnd(1002, '+ 1 '), 1001, '1002 characters', 'at most 1000'],
  ];
  for (const [text, column, found, expected] of cases) {
    it(JSON.stringify(text.slice(0, 40)), () => {
      const result = parseExpression(text, surroundings);
      expect(result).toMatchObject({ ok: false, column, found });
      expect(result.ok ? '' : result.expected).toContain(expected);
    });
  }

  it('refuses what needs more than 16 values at once, and takes any number of parentheses', () => {
    const nested = (depth: number): string => '1 + ('.repeat(depth - 1) + '1'.padEnd(depth, ')');
    expect(parsed(nested(16)).type).toBe('number');
    expect(parseExpression(nested(17), surroundings)).toMatchObject({ ok: false, found: 'an expression nested too deeply' });
    expect(polish(`${'('.repeat(499)}1${')'.repeat(499)}`)).toBe('1');
    expect(parseExpression('('.repeat(1000), surroundings)).toMatchObject({ ok: false, column: 1001, found: 'the end' });
    expect(polish(`${'-'.repeat(999)}1`).split(' ')).toHaveLength(1000);
  });
});

describe('the words of a program', () => {
  it('are the operations and their operands, times in quanta, nodes as addresses', () => {
    const { code, type } = parsed("if(queue('paint') > 2, waiting - 2.5 h, -waiting)");
    const list = programWords({ code, type }, 3, (name) => (name === 'paint' ? 4711 : 0));
    const queueOverTwo = [words.OP_VALUE, 2 * 1024, words.OP_QUEUE, 4711, words.OP_LESS];
    const waitLess = [words.OP_VARIABLE, words.VARIABLE_WAITING, words.OP_VALUE, 18_000 / 8, words.OP_SUBTRACT];
    const minusWait = [words.OP_VARIABLE, words.VARIABLE_WAITING, words.OP_NEGATE];
    expect(list).toEqual([...queueOverTwo, ...waitLess, ...minusWait, words.OP_CHOOSE]);
    // The longest time there is fits, whatever the shift.
    expect(programWords(parsed('24000 d'), 0, () => 0)).toEqual([words.OP_VALUE, 0x7fffffff]);
  });

  it('stand for times of which four fit 31 bits at the end of the run', () => {
    const cases: [number, number][] = [
      [0, 0],
      [2 ** 29 - 1, 0],
      [2 ** 29, 1],
      [2 ** 30 - 1, 1],
      [2 ** 32 - 1, 3],
    ];
    for (const [end, shift] of cases) expect(quantumShift(end)).toBe(shift);
  });
});
