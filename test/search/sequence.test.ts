/** The search over sequences on problems whose optima are published or proved here, then on a plant. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Readout } from '../../src/engine/readout.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { compile } from '../../src/scene/compile.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { read } from '../../src/scene/read.ts';
import { Dice } from '../../src/search/dice.ts';
import type { Effort, Optimum } from '../../src/search/optimum.ts';
import { conclude, type Goal, type Order, type Outcome } from '../../src/search/search.ts';
import { type SequenceProblem, sequenceSearch } from '../../src/search/sequence.ts';
import { arrangements, countArrangements, MOVES } from '../../src/search/sequence-moves.ts';
import { ORDER_START, ORDER_WORDS } from '../../src/stations/shop-words.ts';
import { activeMakespan, flowMakespan, leastSetup, parseShop, semiActiveMakespan, type Shop, taillard } from '../oracles/job-shop.ts';

const LEAST: Goal[] = [{ response: 0, sense: 'minimise', of: { kind: 'mean' } }];
const LIST = { goals: LEAST, limits: [] };

/** A formula without noise answers. */
function exactly(of: (sequence: readonly number[]) => number): (orders: Order[]) => Outcome[] {
  return (orders) => orders.map(({ point, count }) => new Float64Array(count).fill(of(point)));
}

function shop(name: string): Shop {
  return parseShop(readFileSync(join(import.meta.dirname, `../data/jobshop/${name}.txt`), 'utf8'));
}

/** 15 jobs on 15 machines, and the seeds of times and machines of the first such instance (Taillard 1993). */
const TA01 = [15, 15, 840612802, 398197754] as const;

/** What the search finds with each of the seeds 1, 2, …, ascending. */
function makespans(
  problem: SequenceProblem,
  of: (sequence: readonly number[]) => number,
  effort: Partial<Effort>,
  seeds: number,
): number[] {
  return Array.from({ length: seeds }, (_, i) => {
    const found = conclude(sequenceSearch(problem, { seed: i + 1, replications: 1, finalists: 0, ...effort }), exactly(of));
    expect(of(found.best)).toBe(found.known.values[0]);
    expect(found.evaluations).toBeLessThanOrEqual(effort.orders as number);
    return found.known.values[0] as number;
  }).sort((a, b) => a - b);
}

function inJobs({ jobs, steps }: Shop): SequenceProblem {
  return { items: jobs, repeats: new Array<number>(jobs).fill(steps), ...LIST };
}

describe('sequences', () => {
  it('stay of the same items by every move', () => {
    const dice = new Dice(1);
    for (const items of [
      [0, 1],
      [0, 0, 1],
      [0, 1, 2, 3, 4, 5, 6],
      [0, 0, 0, 1, 1, 2, 3, 3, 3, 3],
    ]) {
      for (const [name, move] of Object.entries(MOVES)) {
        for (let i = 0; i < 200; i++) {
          const sequence = dice.shuffle([...items]);
          const before = [...sequence];
          const mate = dice.shuffle([...items]);
          const next = move(sequence, mate, dice);
          expect(
            next.toSorted((a, b) => a - b),
            name,
          ).toEqual(items);
          expect(sequence, name).toEqual(before);
        }
      }
    }
  });

  it('are counted by multinomial coefficients, and made each once', () => {
    for (const [items, count] of [
      [[0], 1],
      [[0, 1, 2, 3], 24],
      [[0, 0, 1, 1, 1], 10],
      [[0, 0, 1, 1, 2, 2], 90],
    ] as const) {
      expect(countArrangements(items)).toBe(count);
      expect(new Set([...arrangements(items)].map((sequence) => sequence.join())).size).toBe(count);
    }
  });
});

describe('job shops by published optima', () => {
  it('has schedules as published: ta01 by its generator, ft06 not below 55 by either builder', () => {
    const ta01 = taillard(...TA01);
    expect(Array.from(ta01.time.subarray(0, 4))).toEqual([94, 66, 10, 53]);
    expect(Array.from(ta01.machine.subarray(0, 4))).toEqual([6, 12, 4, 7]);
    const ft06 = shop('ft06');
    const dice = new Dice(1);
    const items = ft06.machine.length;
    for (let i = 0; i < 500; i++) {
      const sequence = dice.shuffle(Array.from({ length: items }, (_, k) => k % ft06.jobs));
      expect(activeMakespan(ft06)(sequence)).toBeGreaterThanOrEqual(55);
      expect(semiActiveMakespan(ft06)(sequence)).toBeGreaterThanOrEqual(55);
    }
  });

  // The optimum itself is reached by none of the seeds 1 to 6. With 15,000 designs they find 979 to 982 for la16 and 958 to 997 for ft10;
  // with 40,000, 979 to 982 and 951 to 967: 3.6 to 3.9 and 2.3 to 4.0 % above.
  it.each([
    ['la16', 945, 15_000, 0.05],
    ['ft10', 930, 15_000, 0.08],
  ])('comes near the optimum of %s, %i, with %i designs', (name, optimum, orders, gap) => {
    const instance = shop(name);
    const [found] = makespans(inJobs(instance), activeMakespan(instance), { orders, target: optimum }, 1);
    expect(found).toBeGreaterThanOrEqual(optimum);
    expect(found).toBeLessThanOrEqual((1 + gap) * optimum);
  });

  // Not so near: the seeds 1 to 4 find 1337 to 1372 with 8,000 designs and 1337 to 1377 with 12,000, 9 to 12 % above the optimum.
  it('comes near the optimum of ta01, 1231, with 8,000 designs', () => {
    const instance = taillard(...TA01);
    const [found] = makespans(inJobs(instance), activeMakespan(instance), { orders: 8000 }, 1);
    expect(found).toBeGreaterThanOrEqual(1231);
    expect(found).toBeLessThanOrEqual(1.13 * 1231);
  });

  it('finds the optimum of ft06, 55, with every seed', () => {
    const ft06 = shop('ft06');
    expect(makespans(inJobs(ft06), activeMakespan(ft06), { orders: 4000, target: 55 }, 10)).toEqual(new Array(10).fill(55));
  });
});

describe('flow shops', () => {
  const folder = join(import.meta.dirname, '../../../shared/data/jobshop/flowshop');
  const absent = !existsSync(folder);
  if (absent) console.warn('The flow shops are not at ../shared/data/jobshop/flowshop: tests on them are skipped.');

  it.skipIf(absent)('finds the optima of Carlier 1978, as proved by branch and bound', () => {
    const { optima } = JSON.parse(readFileSync(join(folder, 'carlier_optima.json'), 'utf8')) as { optima: Record<string, number> };
    for (const [name, optimum] of Object.entries(optima)) {
      const instance = parseShop(readFileSync(join(folder, `Carlier1978/${name}.txt`), 'utf8'));
      const found = makespans({ items: instance.jobs, ...LIST }, flowMakespan(instance), { orders: 6000, target: optimum }, 3);
      expect(found, name).toEqual([optimum, optimum, optimum]);
    }
  });
});

describe('set-ups of one machine', () => {
  const jobs = 13;
  const dice = new Dice(7);
  // Places in a square, and half as much again by chance and by direction: near the triangle inequality, as set-ups are.
  const places = Array.from({ length: jobs + 1 }, () => [dice.uniform(), dice.uniform()] as const);
  const setup = places.map(([x, y]) => places.map(([u, v]) => Math.round(100 * (Math.hypot(x - u, y - v) + dice.uniform() / 2))));
  const total = (order: readonly number[]): number =>
    order.reduce((sum, job, i) => sum + (setup[order[i - 1] ?? jobs]?.[job] as number), 0);
  const least = leastSetup(setup);

  it('are least as dynamic programming says', () => {
    expect(makespans({ items: jobs, ...LIST }, total, { orders: 40_000, target: least }, 4)).toEqual(new Array(4).fill(least));
  });

  /** Each set-up takes longer or shorter by chance: two twins of the same replication have the same luck for the same set-up. */
  const noisily = (orders: Order[]): Outcome[] =>
    orders.map(({ point, first, count }) =>
      Float64Array.from({ length: count }, (_, r) => {
        let sum = 0;
        point.forEach((job, i) => {
          const before = point[i - 1] ?? jobs;
          sum += (setup[before]?.[job] as number) * (0.5 + new Dice(first + r, 64 * before + job).uniform());
        });
        return sum;
      }),
    );

  it('are near the least where they vary by chance, and what is reported is no luck', () => {
    const effort = { seed: 1, replications: 4, twins: 24_000 };
    const found = conclude(sequenceSearch({ items: jobs, ...LIST }, { ...effort, finalReplications: 64 }), noisily);
    expect(found.twins).toBeLessThanOrEqual(effort.twins);
    // Factors have the mean 1, so a sequence's mean is its total.
    expect(total(found.best)).toBeLessThanOrEqual(1.1 * least);
    expect(found.known.counts[0]).toBe(64);
    expect(Math.abs((found.known.values[0] as number) - total(found.best))).toBeLessThan((4 * (found.known.sds[0] as number)) / 8);
  });

  it('meet a limit, where the best without it does not', () => {
    const upTo = (order: readonly number[], job: number): number => total(order.slice(0, order.indexOf(job) + 1));
    const answer = (orders: Order[]): Outcome[] => orders.map(({ point }) => Float64Array.of(total(point), upTo(point, 0), upTo(point, 1)));
    const free = conclude(sequenceSearch({ items: jobs, ...LIST }, { seed: 1, replications: 1, orders: 8000, finalists: 0 }), answer);
    const [first, second] = free.known.means.slice(1) as [number, number];
    // The one that comes later is to come before the time of the other.
    const late = first > second ? 0 : 1;
    const limits = [{ response: 1 + late, least: Number.NEGATIVE_INFINITY, most: Math.min(first, second) }];
    const found = conclude(
      sequenceSearch({ items: jobs, goals: LEAST, limits }, { seed: 1, replications: 1, orders: 8000, finalists: 0 }),
      answer,
    );
    expect(found.known.feasible).toBe(true);
    expect(upTo(found.best, late)).toBeLessThanOrEqual(Math.min(first, second));
    expect(total(found.best)).toBeGreaterThanOrEqual(least);
    expect(total(found.best)).toBeLessThan(1.4 * least);
  });
});

describe('the search itself', () => {
  const target = [3, 1, 4, 0, 5, 2, 6, 7];
  const away = (order: readonly number[]): number => order.reduce((sum, item, i) => sum + Math.abs(target.indexOf(item) - i), 0);
  const run = (problem: Partial<SequenceProblem>, effort: Partial<Effort>, of = away): Optimum =>
    conclude(
      sequenceSearch({ items: 8, ...LIST, ...problem }, { seed: 1, replications: 1, finalists: 0, orders: 2000, ...effort }),
      exactly(of),
    );

  it('takes the same way with the same seed, and another with another', () => {
    const found = run({}, { seed: 3, orders: 500 });
    expect(run({}, { seed: 3, orders: 500 })).toEqual(found);
    expect(run({}, { seed: 4, orders: 500 }).trace).not.toEqual(found.trace);
  });

  it('makes large as it makes small, whatever the unit', () => {
    const most: Goal[] = [{ response: 0, sense: 'maximise', of: { kind: 'mean' } }];
    const small = run({}, {});
    const large = run({ goals: most }, {}, (order) => -1024 * away(order));
    expect(large.best).toEqual(small.best);
    expect(small.known.values).toEqual([0]);
  });

  it('begins where it is told, and ends there where that is best', () => {
    expect(run({ start: target }, { orders: 1 }).best).toEqual(target);
    expect(run({ start: target }, { target: 0 }).rounds).toBe(1);
  });

  it('tries all sequences where they are few', () => {
    const tried = new Set<string>();
    const found = run({ items: 3, repeats: [2, 2, 1] }, { orders: 40 }, (order) => {
      tried.add(order.join());
      return order.reduce((sum, item, i) => sum + item * i, 0);
    });
    expect(tried.size).toBe(30);
    // By the rearrangement inequality.
    expect(found.best).toEqual([2, 1, 1, 0, 0]);
    expect(found.ended).toBe('All 30 sequences are tried.');
  });

  it('bears twins that break off, even all of them', () => {
    const found = run({}, {}, (order) => (order[0] === 3 ? away(order) : Number.NaN));
    expect(found.known.values).toEqual([0]);
    expect(run({}, {}, () => Number.NaN).known.feasible).toBe(false);
  });

  it('says what is amiss with what it is asked', () => {
    expect(() => run({ goals: [...LEAST, ...LEAST] }, {})).toThrow('one goal, not by 2');
    expect(() => run({ items: 0 }, {})).toThrow('no items');
    expect(() => run({ start: [0, 0, 1, 2, 3, 4, 5, 6] }, {})).toThrow('as often as it occurs');
    expect(() => run({ repeats: [1, 2] }, {})).toThrow('for each of 8 items');
    expect(() => run({}, { orders: undefined })).toThrow('budget of twins or of orders');
  });
});

describe('ft06 as a plant', () => {
  const ft06 = shop('ft06');
  const jobs = Array.from({ length: ft06.jobs }, (_, job) => job);
  const queue = (m: number): string => `Q${m}`;
  const station = (m: number): string => `M${m}`;

  /** All orders are there at first, in this order; queues are first in, first out. */
  function text(order: readonly number[]): string {
    const routing = (job: number): object[] =>
      Array.from({ length: ft06.steps }, (_, step) => {
        const op = job * ft06.steps + step;
        return { station: station(ft06.machine[op] as number), processing: `${ft06.time[op]} min` };
      });
    return JSON.stringify({
      millwright: 1,
      time: { unit: 'min', resolution: '1 s' },
      products: Object.fromEntries(jobs.map((job) => [`J${job}`, { routing: routing(job) }])),
      sources: { Orders: { orders: order.map((job) => ({ product: `J${job}` })) } },
      buffers: Object.fromEntries(jobs.map((m) => [queue(m), {}])),
      stations: Object.fromEntries(jobs.map((m) => [station(m), {}])),
      sinks: { Done: {} },
      links: jobs.map((m) => ({ from: queue(m), to: station(m) })),
      run: { horizon: '300 min', stopAfter: ft06.jobs },
    });
  }

  function plantOf(order: readonly number[]): Plant {
    const result = read(text(order));
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return compile(result.scene);
  }

  /** Minutes until the last part is finished: parts over parts a minute. */
  function makespan(plant: Plant): number {
    const block = new Uint32Array(plant.layout.words);
    const engine = new ReferenceEngine(plant);
    engine.begin(block, 1, 0);
    engine.run(block, 1, 0, 10_000);
    const readout = new Readout(plant);
    const values = new Float64Array(readout.metrics.length);
    readout.read(block, values);
    const metric = readout.metrics.findIndex(({ name }) => name === 'total.throughput');
    return Math.round(ft06.jobs / (values[metric] as number));
  }

  // Compiling takes many times as long as running: the orders of one plant change places in its tables, where only their products tell them apart.
  const base = plantOf(jobs);
  const at = jobs.map((i) => (base.at.order as number) + i * ORDER_WORDS + ORDER_START);
  const starts = at.map((place) => base.tables[place] as number);
  function inOrder(order: readonly number[]): Plant {
    order.forEach((job, i) => {
      base.tables[at[i] as number] = starts[job] as number;
    });
    return base;
  }

  it('has the orders of its list where the test puts them', () => {
    for (const order of [jobs, jobs.toReversed(), [2, 0, 5, 1, 3, 4]]) expect(inOrder(order).tables).toEqual(plantOf(order).tables);
  });

  it('is finished soonest in the order that brute force finds, from a fraction of the orders', () => {
    const known = new Map([...arrangements(jobs)].map((order) => [order.join(), makespan(inOrder(order))]));
    expect(known.size).toBe(720);
    const all = [...known.values()];
    const least = Math.min(...all);
    // No schedule is shorter than the published optimum.
    expect(least).toBeGreaterThanOrEqual(55);
    expect(least).toBeLessThan(known.get(jobs.join()) as number);
    const of = (order: readonly number[]): number => known.get(order.join()) as number;
    expect(makespans({ items: ft06.jobs, start: jobs, ...LIST }, of, { orders: 300 }, 10)).toEqual(new Array(10).fill(least));
  });
});
