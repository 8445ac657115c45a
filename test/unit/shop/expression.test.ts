import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression, programWords, RULES } from '../../../src/scene/expression.ts';
import type { Plant } from '../../../src/scene/plant.ts';
import { evaluate } from '../../../src/shop/expression.ts';
import { attach } from '../../../src/shop/memory.ts';
import { meanSetup } from '../../../src/shop/variables.ts';
import * as shop from '../../../src/stations/shop-words.ts';
import * as words from '../../../src/stations/words.ts';

const NEVER = 0xffffffff;
const MOST = 2n ** 31n - 1n;
const LEAST = -(2n ** 31n);
const TICK_SECONDS = 0.5;

// Where everything stands in the tables …
const STATION = 16;
const BUFFER = 48;
const CONVEYOR = 80;
const MORE = 112;
const PLACE = 144;
const LEG = 160;
const MATRIX = 184;
const PROGRAM = 200;
// … and in the block, in which the station has two servers.
const STACK = 16;
const PART = 32;
const SERVERS = [48, 80] as const;
const ROOM = 112;
const COUNTERS = 116;

/** What the part and the plant are like. */
interface World {
  shift: number;
  now: number;
  due: number;
  release: number;
  arrival: number;
  mean: number;
  work: number;
  steps: number;
  priority: number;
  size: number;
  loops: number;
  inBuffer: number;
  onConveyor: number;
}

const PLAIN: World = {
  shift: 0,
  now: 1000,
  due: NEVER,
  release: 100,
  arrival: 400,
  mean: 60,
  work: 300,
  steps: 4,
  priority: 0,
  size: 1,
  loops: 0,
  inBuffer: 0,
  onConveyor: 0,
};

class Bench {
  readonly tables = new Uint32Array(4096);
  readonly block = new Uint32Array(128);

  constructor(world: World) {
    const { tables: t, block: w } = this;
    const set = (list: Uint32Array, base: number, fields: [number, number][]): void => {
      for (const [field, value] of fields) list[base + field] = value;
    };
    set(t, 0, [[shop.RUN_QUANTUM, world.shift]]);
    set(t, STATION, [
      [words.NODE_KIND, words.KIND_STATION],
      [words.NODE_FIRST_PLACE, PLACE],
      [words.NODE_PLACES, 2],
      [shop.NODE_MORE, MORE],
    ]);
    set(t, BUFFER, [
      [words.NODE_KIND, words.KIND_BUFFER],
      [words.NODE_CAPACITY, words.ENDLESS],
      [words.NODE_ROOM, ROOM],
    ]);
    set(t, CONVEYOR, [
      [words.NODE_KIND, shop.KIND_CONVEYOR],
      [words.NODE_COUNTERS, COUNTERS],
    ]);
    set(t, PLACE, [
      [words.PLACE_OWN, SERVERS[0]],
      [words.PLACE_WORDS + words.PLACE_OWN, SERVERS[1]],
    ]);
    set(t, LEG, [
      [shop.LEG_FAMILY, words.NIL],
      [shop.LEG_MEAN, world.mean],
      [shop.LEG_REMAINING, world.work],
      [shop.LEG_STEPS_LEFT, world.steps],
    ]);
    set(t, MORE, [
      [shop.STATION_SETUP, words.NIL],
      [shop.STATION_FAMILIES, 2],
    ]);
    w[words.HEAD_NOW] = world.now;
    w[ROOM] = words.ENDLESS - world.inBuffer;
    // Counters run on past 2^32.
    set(w, COUNTERS, [
      [words.BUFFER_COUNTERS_ENTERED, world.onConveyor - 5],
      [words.BUFFER_COUNTERS_LEFT, -5],
    ]);
    set(w, PART, [
      [words.PART_BORN, world.release],
      [words.PART_SINCE, world.arrival],
      [shop.PART_DUE, world.due],
      [shop.PART_PRIORITY, world.priority],
      [shop.PART_SIZE, world.size],
      [shop.PART_LOOPS, world.loops],
    ]);
    for (const server of SERVERS) {
      set(w, server, [
        [words.SERVER_STATE, words.STATE_STARVED],
        [words.SERVER_PART, words.NIL],
        [shop.SERVER_FAMILY, words.NIL],
      ]);
    }
  }

  attach(): void {
    const plant = { tables: this.tables, at: { run: 0 }, layout: { stack: STACK }, counts: { streams: 0 }, features: {} };
    attach(plant as unknown as Plant, this.block, 1, 0);
  }

  /** The value of an expression for the part that waits at the station. */
  value(text: string): number {
    const nodes = new Map([
      ['press', STATION],
      ['paint', BUFFER],
      ['belt', CONVEYOR],
    ]);
    const result = parseExpression(text, { countable: new Set(nodes.keys()), tickSeconds: TICK_SECONDS });
    if (!result.ok) throw new Error(`${text}: column ${result.column}: found ${result.found}; expected ${result.expected}`);
    const list = programWords(result, this.tables[shop.RUN_QUANTUM] as number, (name) => nodes.get(name) as number);
    this.tables.set(list, PROGRAM);
    this.attach();
    return evaluate(PROGRAM, PROGRAM + list.length, PART, LEG, STATION);
  }
}

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
    expect(valueIn({ due: NEVER, shift: 3 }, 'due')).toBe(Number(MOST));
  });

  it('divides by nothing as by the smallest thing there is', () => {
    expect(valueIn({ due: 2000, work: 0 }, RULES['critical ratio'])).toBe(Number(MOST));
    expect(valueIn({ due: 500, work: 0 }, RULES['critical ratio'])).toBe(Number(LEAST));
    expect(valueIn({ due: 1000, work: 0 }, RULES['critical ratio'])).toBe(0);
  });

  it('counts the parts in a buffer, on a conveyor and the busy servers of a station', () => {
    const bench = new Bench({ ...PLAIN, inBuffer: 12, onConveyor: 3 });
    expect(bench.value("queue('paint')")).toBe(12 * 1024);
    expect(bench.value("queue('belt')")).toBe(3 * 1024);
    expect(bench.value("queue('press')")).toBe(0);
    bench.block[SERVERS[1] + words.SERVER_PART] = PART;
    expect(bench.value("queue('press')")).toBe(1024);
    bench.block[SERVERS[0] + words.SERVER_PART] = PART;
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
    expect(bench.value('setup')).toBe(0);
    t[LEG + shop.LEG_FAMILY] = words.NIL; // a step that needs none
    w[second + words.SERVER_STATE] = words.STATE_STARVED;
    w[second + shop.SERVER_FAMILY] = 0;
    expect(bench.value('setup')).toBe(0);
  });
});

// ── Any expression, in any world, against whole numbers without bounds ───────────────────────────────────────────────

interface Tree {
  text: string;
  value(world: World): bigint;
}
const held = (value: bigint): bigint => (value > MOST ? MOST : value < LEAST ? LEAST : value);
const quanta = (ticks: number, { shift }: World): bigint => held(BigInt(ticks) >> BigInt(shift));
const whole = (n: number): bigint => BigInt(Math.max(-2097151, Math.min(2097151, n))) * 1024n;
const time = (text: string, ticks: (world: World) => number): Tree => ({ text, value: (world) => quanta(ticks(world), world) });
const amount = (text: string, n: (world: World) => number): Tree => ({ text, value: (world) => whole(n(world)) });

const TIMES: Tree[] = [
  time('now', ({ now }) => now),
  { text: 'due', value: (world) => (world.due === NEVER ? MOST : quanta(world.due, world)) },
  time('release', ({ release }) => release),
  time('arrival', ({ arrival }) => arrival),
  { text: 'waiting', value: (world) => quanta(world.now, world) - quanta(world.arrival, world) },
  time('processing', ({ mean }) => mean),
  time('remainingWork', ({ work }) => work),
  { text: 'setup', value: () => 0n },
];
const NUMBERS: Tree[] = [
  amount('remainingSteps', ({ steps }) => steps),
  amount('priority', ({ priority }) => priority),
  amount('size', ({ size }) => size),
  amount('reworks', ({ loops }) => loops),
  amount("queue('paint')", ({ inBuffer }) => inBuffer),
  amount('queue("belt")', ({ onConveyor }) => onConveyor),
];
const SUMS: Record<string, (a: bigint, b: bigint) => bigint> = { '+': (a, b) => held(a + b), '-': (a, b) => held(a - b) };
const times = (a: bigint, b: bigint): bigint => held((a * b) >> 10n);
const divided = (a: bigint, b: bigint): bigint => (b === 0n ? (a === 0n ? 0n : a > 0n ? MOST : LEAST) : held((a * 1024n) / b));
const COMPARISONS: Record<string, (a: bigint, b: bigint) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
const LOGIC: Record<string, (a: boolean, b: boolean) => boolean> = { and: (a, b) => a && b, or: (a, b) => a || b, '==': (a, b) => a === b };

function binary(a: Tree, b: Tree, sign: string, of: (a: bigint, b: bigint) => bigint): Tree {
  return { text: `(${a.text} ${sign} ${b.text})`, value: (world) => of(a.value(world), b.value(world)) };
}

const { number, time: anyTime } = fc.letrec<{ number: Tree; time: Tree; truth: Tree }>((tie) => {
  const fixed = fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 2097151 * 1024 }));
  const literal = fixed.map((n): Tree => ({ text: String(n / 1024), value: () => BigInt(n) }));
  const seconds = fc.oneof(fc.nat(5000), fc.nat(2 ** 31 - 1)).map((n) => time(`${n} s`, () => 2 * n));
  /** What is made alike of times and of numbers. */
  const alike = (own: fc.Arbitrary<Tree>): fc.Arbitrary<Tree>[] => [
    fc
      .tuple(own, own, fc.constantFrom(...Object.keys(SUMS)))
      .map(([a, b, sign]) => binary(a, b, sign, SUMS[sign] as (typeof SUMS)[string])),
    fc.array(own, { minLength: 2, maxLength: 3 }).chain((trees) =>
      fc.boolean().map((least): Tree => {
        const pick = (a: bigint, b: bigint): bigint => (a < b === least ? a : b);
        return {
          text: `${least ? 'min' : 'max'}(${trees.map(({ text }) => text).join(', ')})`,
          value: (world) => trees.map((tree) => tree.value(world)).reduce(pick),
        };
      }),
    ),
    own.map((a): Tree => ({ text: `-${a.text}`, value: (world) => held(-a.value(world)) })),
    own.map((a): Tree => {
      const size = (n: bigint): bigint => held(n < 0n ? -n : n);
      return { text: `abs(${a.text})`, value: (world) => size(a.value(world)) };
    }),
    fc.tuple(tie('truth'), own, own).map(
      ([c, a, b]): Tree => ({
        text: `if(${c.text}, ${a.text}, ${b.text})`,
        value: (world) => (c.value(world) === 1n ? a.value(world) : b.value(world)),
      }),
    ),
  ];
  const compared = (own: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
    fc
      .tuple(own, own, fc.constantFrom(...Object.keys(COMPARISONS)))
      .map(([a, b, sign]) => binary(a, b, sign, (x, y) => ((COMPARISONS[sign] as (typeof COMPARISONS)[string])(x, y) ? 1n : 0n)));
  const [n, t] = [tie('number'), tie('time')];
  return {
    number: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      fc.oneof(literal, fc.constantFrom(...NUMBERS)),
      ...alike(n),
      fc.tuple(n, n).map(([a, b]) => binary(a, b, '*', times)),
      fc.tuple(n, n).map(([a, b]) => binary(a, b, '/', divided)),
      fc.tuple(t, t).map(([a, b]) => binary(a, b, '/', divided)),
    ),
    time: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      fc.oneof(seconds, fc.constantFrom(...TIMES)),
      ...alike(t),
      fc.tuple(t, n).map(([a, b]) => binary(a, b, '*', times)),
      fc.tuple(n, t).map(([a, b]) => binary(a, b, '*', times)),
      fc.tuple(t, n).map(([a, b]) => binary(a, b, '/', divided)),
    ),
    truth: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      compared(fc.constantFrom(...NUMBERS)),
      compared(n),
      compared(t),
      tie('truth').map((a): Tree => ({ text: `(not ${a.text})`, value: (world) => 1n - a.value(world) })),
      fc
        .tuple(tie('truth'), tie('truth'), fc.constantFrom(...Object.keys(LOGIC)))
        .map(([a, b, sign]) => binary(a, b, sign, (x, y) => ((LOGIC[sign] as (typeof LOGIC)[string])(x === 1n, y === 1n) ? 1n : 0n))),
    ),
  };
});

const tick = fc.oneof(fc.nat(100_000), fc.nat(2 ** 32 - 2), fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2));
const count = fc.oneof(fc.nat(50), fc.constantFrom(2097151, 2097152, 100_000));
const anyWorld: fc.Arbitrary<World> = fc.record({
  shift: fc.nat(3),
  now: tick,
  due: fc.oneof(tick, fc.constant(NEVER)),
  release: tick,
  arrival: tick,
  mean: tick,
  work: tick,
  steps: count,
  priority: fc.integer({ min: -1000, max: 1000 }),
  size: count,
  loops: count,
  inBuffer: count,
  onConveyor: count,
});

it('any expression in any world gives what unbounded whole numbers give, held within 32 bits at every step', () => {
  let tried = 0;
  fc.assert(
    fc.property(fc.oneof(number, anyTime), anyWorld, (tree, world) => {
      fc.pre(tree.text.length <= 1000);
      tried++;
      expect(BigInt(valueIn(world, tree.text)), tree.text).toBe(tree.value(world));
    }),
    { numRuns: 3000 },
  );
  expect(tried).toBeGreaterThanOrEqual(3000);
});
