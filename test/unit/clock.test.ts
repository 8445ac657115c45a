import { describe, expect, it } from 'vitest';
import { addWide, later, NEVER, parseDuration, wide } from '../../src/clock.ts';

describe('parseDuration', () => {
  it('gives seconds', () => {
    const cases: [number | string, number][] = [
      [2, 120],
      [0, 0],
      [0.5, 30],
      ['45 s', 45],
      ['3 min', 180],
      ['2 h', 7200],
      ['1.5 d', 129_600],
      ['1 w', 604_800],
      ['1.5e3 ms', 1.5],
      ['2E-1 s', 0.2],
      ['0 h', 0],
      ['007 s', 7],
    ];
    for (const [value, seconds] of cases) expect(parseDuration(value, 'min')).toBeCloseTo(seconds, 12);
  });

  it('is undefined for what is no duration', () => {
    const cases = [
      -1,
      -1e-300,
      Number.NaN,
      Infinity,
      1.7e308,
      '',
      '45',
      's',
      '45s',
      '45 sec',
      '45 S',
      '-3 min',
      '+3 min',
      '1e999 s',
      '1,5 s',
      '.5 s',
      '5. s',
      '0x10 s',
      ' 45 s',
      '45 s ',
      '45 s\n',
      'Infinity s',
      'NaN s',
      '１ s',
    ];
    for (const value of cases) expect([value, parseDuration(value, 'min')]).toEqual([value, undefined]);
  });

  it('has no negative zero', () => {
    expect(Object.is(parseDuration(-0, 's'), 0)).toBe(true);
  });

  it('answers a long text at once', () => {
    const begin = performance.now();
    expect(parseDuration(`${'1'.repeat(1_000_000)}x`, 's')).toBe(undefined);
    expect(parseDuration(`1${' '.repeat(1_000_000)}x`, 's')).toBe(undefined);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('ticks', () => {
  it('saturate at never', () => {
    expect(later(5, 7)).toBe(12);
    expect(later(NEVER - 8, 7)).toBe(NEVER - 1);
    expect(later(NEVER - 7, 7)).toBe(NEVER);
    expect(later(NEVER, NEVER)).toBe(NEVER);
    expect(later(NEVER, 0)).toBe(NEVER);
  });
});

describe('64-bit sums', () => {
  it('add as BigInt does', () => {
    const words = new Uint32Array(4).fill(9);
    words[1] = words[2] = 0;
    let sum = 0n;
    const amounts = [1, NEVER, NEVER, 0, 2 ** 32, 2 ** 52 + 12_345, 0x80000000, 2 ** 53, 1];
    for (let i = 0; i < 2000; i++) {
      const amount = amounts[i % amounts.length]!;
      addWide(words, 1, amount);
      sum += BigInt(amount);
      expect((BigInt(words[2]!) << 32n) | BigInt(words[1]!)).toBe(sum);
    }
    expect([words[0], words[3]]).toEqual([9, 9]);
  });

  it('wrap at 2^64', () => {
    const words = Uint32Array.of(NEVER, NEVER);
    addWide(words, 0, 3);
    expect([...words]).toEqual([2, 0]);
  });

  it('read as doubles, exact to 2^53', () => {
    expect(wide(NEVER, 0x1fffff)).toBe(Number.MAX_SAFE_INTEGER);
    expect(wide(-1 | 0, 0)).toBe(NEVER);
    expect(wide(0, 0x80000000 | 0)).toBe(2 ** 63);
  });
});
