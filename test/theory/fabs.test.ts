/**
 * Six scenarios of a learning factory that takes cars apart (scenes/dascen), beside its authors' simulation and what was measured in the factory.
 * The measured figures are not shipped: where they are absent, the comparisons skip.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/scene/read.ts';
import { type Result, ROOT, type SceneFile, shipped, simulate } from './simulate.ts';

const DATA = join(ROOT, '../shared/data/dascen-line-validation/tables');
const absent = !existsSync(DATA);
if (absent) console.warn('The measured data are not at ../shared/data/dascen-line-validation: comparisons with them are skipped.');

/** The authors' program looks every 30 min for what is to be moved; a car makes at most six moves. Here it leaves at once. */
const MOST_WAIT_FOR_MOVES = 30 * 6;

const move = (...metres: number[]): number => metres.reduce((sum, distance) => sum + distance / 180 + 0.2, 0);
const work = (...minutes: number[]): number => minutes.reduce((sum, time) => sum + time + 0.2, 0);

interface Scenario {
  number: number;
  file: string;
  /** Columns of the table: work on the order and its lead time, both simulated by the authors; its lead time in the factory. */
  columns: [work: number, simulated: number, measured: number];
  /** The orders over which the authors average: those that were finished. */
  averaged: number;
  /** In per cent, as the authors give it. */
  deviation: number;
  /** The way of a car that meets no other, by hand. */
  alone: Record<string, number>;
}

const SCENARIOS: Scenario[] = [
  {
    number: 1,
    file: 'exp12',
    columns: [4, 6, 8],
    averaged: 10,
    deviation: -0.8,
    alone: { 'PO 1': work(2 * 39 + 2 * 45, 129, 2 * 74 + 0.1) + move(192, 150, 150, 120) },
  },
  {
    number: 2,
    file: 'exp13',
    columns: [4, 6, 8],
    averaged: 8,
    deviation: 3.7,
    alone: { 'PO 1': work(4 * 97 + 177 + 224.1 + 0.1 + 139 + 161.1) + move(192, 120), 'PO 2': work(1089.3) + move(324, 120) },
  },
  {
    number: 3,
    file: 'exp14',
    columns: [5, 9, 12],
    averaged: 5,
    deviation: -28.0,
    alone: { 'PO 1 front': work(2 * 27.5 + 54, 2 * 58.5 + 2 * 35.5, 170.1, 2 * 62 + 0.1) + move(192, 150, 282, 300, 120) },
  },
  {
    number: 4,
    file: 'exp15',
    columns: [4, 6, 8],
    averaged: 6,
    deviation: 4.6,
    alone: { 'PO 1': work(120 + 89 + 117 + 157, 230 + 143.1 + 0.1 + 197 + 158.1) + move(192, 120, 120, 120) },
  },
  {
    number: 5,
    file: 'exp16',
    columns: [4, 6, 8],
    averaged: 10,
    deviation: 11.3,
    alone: { 'PO 2': work(121 + 85 + 92 + 126.1) + move(324, 120), 'PO 5': work(92 + 126 + 117 + 114.1) + move(468, 120) },
  },
  {
    number: 6,
    file: 'exp17',
    columns: [3, 5, 10],
    averaged: 7,
    deviation: 12.9,
    alone: { 'PO 1': work(2 * 81.5 + 2 * 62, 2 * 86.5 + 2 * 61 + 0.1) + move(324, 282, 120) },
  },
];

interface Order {
  number: number;
  work: number;
  simulated: number;
  measured: number;
}

/** The orders that came out in the factory; the numbers of orders that did not are missing. */
function orders({ number, columns }: Scenario): Order[] {
  const rows = readFileSync(join(DATA, `table_3.${number}.csv`), 'utf8')
    .split(/\r?\n/)
    .slice(2);
  return rows.flatMap((row) => {
    const cells = row.split(',');
    const [work = Number.NaN, simulated = Number.NaN, measured = Number.NaN] = columns.map((column) =>
      Number.parseFloat(cells[column] ?? ''),
    );
    return /^\d+$/.test(cells[0] ?? '') && Number.isFinite(measured) ? [{ number: Number(cells[0]), work, simulated, measured }] : [];
  });
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (found: number[], from: number[]): number => 100 * (average(found) / average(from) - 1);
const signed = (percent: number): string => `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;

interface Routed {
  routing: { processing: string }[];
}

describe.for(SCENARIOS)('scenario $number, $file', (scenario) => {
  const path = `dascen/${scenario.file}.json`;
  let scene: SceneFile;
  let result: Result;

  beforeAll(async () => {
    scene = shipped(path);
    result = await simulate(scene, 1);
  }, 120_000);

  /** Names of what an order is, or has become at its end. */
  const partsOf = (order: string): string[] => {
    const parted = [`${order} front`, `${order} rear`].filter((name) => name in (scene.products as object));
    return parted.length > 0 ? parted : [order];
  };
  /** Every order is due when it is delivered: so late, so long under way. */
  const leadTime = (order: number): number =>
    Math.max(...partsOf(`PO ${order}`).map((name) => result.metrics[`${name}.lateness`]?.mean ?? Number.NaN));
  const workOn = (order: number): number =>
    [...new Set([`PO ${order}`, ...partsOf(`PO ${order}`)])]
      .flatMap((name) => (scene.products as Record<string, Routed>)[name]?.routing ?? [])
      .reduce((sum, { processing }) => sum + Number.parseFloat(processing), 0);

  test('reads without a problem or a warning, and ends', () => {
    expect(read(readFileSync(join(ROOT, 'scenes', path), 'utf8'))).toMatchObject({ ok: true, warnings: [] });
    expect(result.status).toEqual({ done: 1 });
  });

  test('a car that meets no other takes its work and its ways', () => {
    // Whole ticks of 10 ms: each of at most ten times is off by up to half of one.
    for (const [name, minutes] of Object.entries(scenario.alone)) {
      expect(Math.abs((result.metrics[`${name}.lateness`]?.mean ?? Number.NaN) - minutes), name).toBeLessThan(10 * (0.005 / 60) + 1e-9);
    }
  });

  test.skipIf(absent)('the measured data are read as the authors read them', () => {
    const averaged = orders(scenario).filter(({ number }) => number <= scenario.averaged);
    expect(averaged).toHaveLength(scenario.averaged);
    // They round times to minutes and deviations to 0.1 %.
    const found = deviation(
      averaged.map(({ simulated }) => simulated),
      averaged.map(({ measured }) => measured),
    );
    expect(Math.abs(found - scenario.deviation)).toBeLessThan(0.16);
  });

  test.skipIf(absent)('orders that were finished there take as long as there, but for the waits for moves', () => {
    const finished = orders(scenario).filter(({ number, work }) => Math.abs(work - workOn(number)) < 0.25);
    expect(finished.length).toBeGreaterThanOrEqual(4);
    for (const { number, simulated } of finished) {
      expect(simulated - leadTime(number), `PO ${number}`).toBeGreaterThan(0);
      expect(simulated - leadTime(number), `PO ${number}`).toBeLessThan(MOST_WAIT_FOR_MOVES);
    }
  });

  test.skipIf(absent)('deviation from what was measured', () => {
    const averaged = orders(scenario).filter(({ number }) => number <= scenario.averaged);
    const ours = averaged.map(({ number }) => leadTime(number));
    const found = deviation(
      ours,
      averaged.map(({ measured }) => measured),
    );
    console.log(
      `scenario ${scenario.number}: lead time ${average(ours).toFixed(0)} min, measured ${average(averaged.map(({ measured }) => measured)).toFixed(0)}: ${signed(found)}; the authors' simulation: ${signed(scenario.deviation)}`,
    );
    // The authors' limit. In scenario 3 the measured times of one station vary by 79 %, which neither simulation has: both fall short.
    if (scenario.number !== 3) expect(Math.abs(found)).toBeLessThan(20);
    else expect(found).toBeLessThan(scenario.deviation);
  });
});
