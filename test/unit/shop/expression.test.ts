import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../src/scene/expression.ts';
import { meanSetup } from '../../../src/shop/variables.ts';
import * as shop from '../../../src/stations/shop-words.ts';
import * as words from '../../../src/stations/words.ts';
import { anyExpression, anyWorld, type World } from './any-expression.ts';
import { Bench, LEG, MATRIX, MORE, NEVER, PLAIN, SERVERS, SERVERS_ROOM, STATION } from './expression-bench.ts';

const MOST = 0x7fffffff;
const LEAST = -0x80000000;

const valueIn = (world: Partial<World>, text: string): number => new Bench({ ...PLAIN, ...world }).value(text);

describe('what an expression is worth', () => {
  it('is what the same sum gives on paper', () => {
    // A tick is half a second; numbers have 10 binary places.
    const world = { now: 40 * 7200, due: 100 * 7200, work: 20 * 7200, mean: 90, arrival: 39 * 7200, priority: -3, size: 25, inBuffer: 7 };
    const cases: [string, number][] = [
      [RULES['critical ratio'], 3 * 1024],
      [RULES['least slack'], 40 * 7200],
      [RULES['earliest due date'], 100 * 7200],
      [RULES['first in first out'], 39 * 7200],
      [RULES['last in first out'], -39 * 7200],
      [RULES['shortest processing time'], 90],
      [RULES['longest processing time'], -90],
      [RULES.priority, 3 * 1024],
      [RULES['same set-up first'], 0],
      ["queue('paint') * 2", 14 * 1024],
      ['due - now - remainingWork', 40 * 7200],
      ['waiting - 30 min', 30 * 120],
      ['if(waiting > 59 min and size >= 25, 1, 2)', 1024],
      ['if(waiting > 1 h or not size > 24, 1, 2)', 2 * 1024],
      ['processing * 2.5', 225],
      ['processing / 1 s', 45 * 1024],
      ['(now - release) / remainingSteps', (40 * 7200 - 100) / 4],
      ['abs(priority) * 1.25 + max(1, 2, 0.5) - min(4, 3)', 2.75 * 1024],
    ];
    for (const [text, expected] of cases) expect(valueIn(world, text), text).toBe(expected);
    expect(valueIn(world, '1 / 3') / 1024).toBeCloseTo(1 / 3, 2);
    expect(valueIn(world, '-1 / 3') / 1024).toBeCloseTo(-1 / 3, 2);
  });

  it('puts a part without a due date last, and one that is late first', () => {
    const slack = (world: Partial<World>): number => valueIn(world, 'due - now - remainingWork');
    expect(slack({ due: NEVER })).toBeGreaterThan(slack({ due: 2 ** 31 - 5 }));
    expect(slack({ due: 900 })).toBe(900 - 1000 - 300);
    // In a long run, too, where times are counted in more than a tick.
    expect(valueIn({ due: NEVER, shift: 3 }, 'due')).toBe(MOST);
  });

  it('divides by nothing as by the smallest thing there is', () => {
    expect(valueIn({ due: 2000, work: 0 }, RULES['critical ratio'])).toBe(MOST);
    expect(valueIn({ due: 500, work: 0 }, RULES['critical ratio'])).toBe(LEAST);
    expect(valueIn({ due: 1000, work: 0 }, RULES['critical ratio'])).toBe(0);
  });

  it('counts the parts in a buffer, on a conveyor and the servers of a station that are not free', () => {
    const bench = new Bench({ ...PLAIN, inBuffer: 12, onConveyor: 3 });
    expect(bench.value("queue('paint')")).toBe(12 * 1024);
    expect(bench.value("queue('belt')")).toBe(3 * 1024);
    expect(bench.value("queue('press')")).toBe(0);
    bench.block[SERVERS_ROOM] = 1;
    expect(bench.value("queue('press')")).toBe(1024);
    bench.block[SERVERS_ROOM] = 0;
    expect(bench.value("queue('press')")).toBe(2 * 1024);
  });

  it('knows the set-up that the best of the idle servers would need', () => {
    const bench = new Bench(PLAIN);
    const { tables: t, block: w } = bench;
    const [first, second] = SERVERS;
    t[MORE + shop.STATION_SETUP] = MATRIX;
    // Means behind the distributions: rows from none, family 0, family 1; columns to family 0, family 1.
    t.set([5, 6, 0, 70, 80, 0], MATRIX + 6);
    t[LEG + shop.LEG_FAMILY] = 1;
    w[first + shop.SERVER_FAMILY] = 0;
    expect(bench.value('setup')).toBe(6); // the second server is not yet set up for anything
    expect(meanSetup(first, LEG, STATION)).toBe(70);
    w[second + shop.SERVER_FAMILY] = 1;
    expect(bench.value('setup')).toBe(0);
    w[second + words.SERVER_STATE] = words.STATE_WORKING;
    expect(bench.value('setup')).toBe(70);
    w[first + words.SERVER_STATE] = words.STATE_FAILED;
    expect(bench.value('setup')).toBe(0x7fffffff); // nobody is idle: the longest of times
    t[LEG + shop.LEG_FAMILY] = words.NIL; // a step that needs none
    w[second + words.SERVER_STATE] = words.STATE_STARVED;
    w[second + shop.SERVER_FAMILY] = 0;
    expect(bench.value('setup')).toBe(0);
  });
});

it('any expression in any world gives what unbounded whole numbers give, held within 32 bits at every step', () => {
  fc.assert(
    fc.property(anyExpression, anyWorld, (tree, world) => {
      expect(BigInt(valueIn(world, tree.text)), tree.text).toBe(tree.value(world));
    }),
    { numRuns: 3000 },
  );
});
