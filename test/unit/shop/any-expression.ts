/** Any expression in any world, with what it is worth in whole numbers without bounds, held within 32 bits at every step. */
import * as fc from 'fast-check';

/** What the part and the plant are like. */
export interface World {
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
  /** Parts that have gone over the conveyor. */
  counted: number;
}

const NEVER = 0xffffffff;
const MOST = 2n ** 31n - 1n;
const LEAST = -(2n ** 31n);

export interface Tree {
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
export const anyWorld: fc.Arbitrary<World> = fc.record({
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
  counted: fc.nat(2 ** 30),
});

/** Of times and of numbers, and no longer than the parser takes. */
export const anyExpression: fc.Arbitrary<Tree> = fc.oneof(number, anyTime).filter(({ text }) => text.length <= 1000);
