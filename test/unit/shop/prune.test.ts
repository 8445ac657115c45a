/** What is taken out of a kernel before a compiler sees it. */
import { expect, test } from 'vitest';
import { prune } from '../../../src/engine/prune.ts';

const lines = (...text: string[]): string => text.join('\n');

test('marks of features choose lines; they nest, all words must hold, one name of a word is enough', () => {
  const code = lines(
    'fn f() {',
    'a();',
    '//?HAS_A',
    'b();',
    '  //?HAS_B|!HAS_C HAS_D',
    'c();',
    '  //.',
    '//.',
    '//!HAS_A HAS_B',
    'd();',
    '//.',
    '}',
  );
  const text = (features: string[]): string => prune(code, new Set(features), 'f').split('\n').slice(1, -1).join('');
  expect(text([])).toBe('a();d();');
  expect(text(['HAS_A'])).toBe('a();b();d();');
  expect(text(['HAS_A', 'HAS_D'])).toBe('a();b();c();d();');
  expect(text(['HAS_A', 'HAS_C', 'HAS_D'])).toBe('a();b();d();');
  expect(text(['HAS_A', 'HAS_B', 'HAS_C', 'HAS_D'])).toBe('a();b();c();');
  expect(text(['HAS_B', 'HAS_D'])).toBe('a();d();');
});

test('what the entry point does not reach is gone: functions, private variables, and what only a branch that is gone called', () => {
  const kernel = lines(
    'const N: i32 = 3;',
    'var<private> x: i32;',
    'var<private> y: i32 = 0;',
    '/// Told of z.',
    'fn unused() {',
    '  y = 1;',
    '}',
    'fn used() -> i32 {',
    '  return x; // not y',
    '}',
    'fn rare() {',
    '  y = used();',
    '}',
    '@compute @workgroup_size(N)',
    'fn main() {',
    '  x = used();',
    '  //?HAS_A',
    '  rare();',
    '  //.',
    '}',
  );
  expect(prune(kernel, new Set(), 'main')).toBe(
    lines(
      'const N: i32 = 3;',
      'var<private> x: i32;',
      'fn used() -> i32 {',
      '  return x; // not y',
      '}',
      '@compute @workgroup_size(N)',
      'fn main() {',
      '  x = used();',
      '}',
    ),
  );
  const whole = prune(kernel, new Set(['HAS_A']), 'main');
  expect(whole).toContain('fn rare()');
  expect(whole).toContain('var<private> y');
  expect(whole).not.toContain('fn unused()');
});

test('a mark that is not closed and an entry point that is not there are told', () => {
  expect(() => prune('fn f() {\n//?HAS_A\n}', new Set(), 'f')).toThrow('1 marks of features are not closed');
  expect(() => prune('fn f() {\n}', new Set(), 'main')).toThrow('the kernel has no entry point main');
});
