/**
 * The SMT2020 importer: counts that the testbed's authors publish, and each tool family's offered load, worked out from the imported scene alone,
 * beside a static capacity that was computed from the files alone. The data are not ours to ship: where they are absent these tests skip.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../src/clock.ts';
import { importSmt2020, type Imported, type Options } from '../../../src/scene/import/smt2020.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data/smt2020');
const absent = !existsSync(DATA);
if (absent) console.warn('The SMT2020 data are not at ../shared/data/smt2020: tests of its importer are skipped.');

const text = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const imported = (fab: string, options: Partial<Options> = {}): Imported => importSmt2020((name) => text(join(DATA, fab, name)), options);

interface Step {
  name: string;
  station: string;
  processing: unknown;
  interval?: string;
  per?: 'piece';
  share?: number;
  yield?: number;
  onDefect?: { rework: string };
  batch?: { min: number; max: number };
  family?: string;
  within?: { since: string; limit: string };
}
interface Fab {
  products: Record<string, { routing: Step[]; size: number; due: string; priority: number }>;
  sources: Record<string, { product: string; interarrival: string }>;
  buffers: Record<string, { initial?: { product: string; step: string; count: number }[] }>;
  stations: Record<string, Station>;
}
interface Station {
  servers: number | 'unlimited';
  loading?: string;
  unloading?: string;
  setup?: { matrix: Record<string, Record<string, string>>; first?: string; minimumRun?: number };
  failures?: { timeToFailure: unknown; repair: unknown }[];
  maintenance?: { every: { clock: string; interval: string | number }; duration: unknown }[];
}

const minutes = (duration: string | undefined): number => (parseDuration(duration ?? 0, 's') ?? Number.NaN) / 60;

/** Mean of a distribution as the importer writes them, in minutes. */
function mean(written: unknown): number {
  if (typeof written === 'string') return minutes(written);
  const { uniform, exponential } = written as { uniform?: { min: string; max: string }; exponential?: { mean: string } };
  return uniform ? (minutes(uniform.min) + minutes(uniform.max)) / 2 : minutes(exponential?.mean);
}

/** How often a part comes to each step of a routing with sampling and rework, and how often it is worked on there. */
function visits(routing: readonly Step[]): number[] {
  const passes = routing.map(() => 1);
  for (const [i, step] of routing.entries()) {
    if (step.onDefect === undefined) continue;
    // Of those worked on here, a share goes back, and passes all steps in between again: to first order in that share, as in the file compared with.
    const back = routing.findIndex(({ name }) => name === step.onDefect?.rework);
    const again = (step.share ?? 1) * (1 - (step.yield ?? 1));
    for (let k = back; k <= i; k++) passes[k] = (passes[k] as number) + again;
  }
  return passes.map((pass, i) => pass * (routing[i]?.share ?? 1));
}

function loads(fab: Fab): Map<string, number> {
  const result = new Map<string, number>();
  for (const { product, interarrival } of Object.values(fab.sources)) {
    const { routing, size } = fab.products[product] as Fab['products'][string];
    const often = visits(routing);
    for (const [i, step] of routing.entries()) {
      const station = fab.stations[step.station] as Station;
      const work = step.interval ? minutes(step.interval) : mean(step.processing) * (step.per === 'piece' ? size : 1);
      const occupied = work + minutes(station.loading) + minutes(station.unloading);
      // The file compared with divides the work of the pure delay by its nominal 400 machines.
      const servers = station.servers === 'unlimited' ? 400 : station.servers;
      const load = ((often[i] as number) * occupied) / minutes(interarrival) / (step.batch?.max ?? 1) / servers;
      result.set(step.station, (result.get(step.station) ?? 0) + load);
    }
  }
  return result;
}

/** Lots that come to each family. */
function lotsPerMinute(fab: Fab): Map<string, number> {
  const result = new Map<string, number>();
  for (const { product, interarrival } of Object.values(fab.sources)) {
    const routing = fab.products[product]?.routing ?? [];
    for (const [i, often] of visits(routing).entries()) {
      const { station = '' } = routing[i] ?? {};
      result.set(station, (result.get(station) ?? 0) + often / minutes(interarrival));
    }
  }
  return result;
}

interface Capacity {
  machines: number;
  steps: number;
  load: number;
  breakdown: number;
  maintenance: number;
}

function capacities(fab: string): Map<string, Capacity> {
  const [, ...lines] = readFileSync(join(DATA, 'expected', `${fab}_static_capacity.csv`), 'utf8')
    .trim()
    .split(/\r?\n/);
  return new Map(
    lines.map((line) => {
      const [name = '', , ...figures] = line.split(',');
      const [machines = 0, steps = 0, load = 0, breakdown = 0, maintenance = 0] = figures.map(Number);
      return [name, { machines, steps, load, breakdown, maintenance }];
    }),
  );
}

describe.skipIf(absent).for([
  { name: 'HVLM', machines: 1043, steps: { Lot_3: 583, Lot_4: 343 }, lots: 2255 },
  { name: 'LVHM', machines: 913, steps: { Lot_1: 521, Lot_2: 529, Lot_3: 583 }, lots: 2156 },
])('$name', ({ name, machines, steps, lots }) => {
  const { scene, notes } = absent ? { scene: {}, notes: [] } : imported(name);
  const fab = scene as unknown as Fab;

  test('has the tool families, machines and steps of the testbed', () => {
    const servers = Object.values(fab.stations).map((station) => station.servers);
    expect(servers.filter((count) => count !== 'unlimited')).toHaveLength(105);
    expect(servers.filter((count) => count === 'unlimited')).toHaveLength(1);
    expect(servers.reduce<number>((sum, count) => sum + (count === 'unlimited' ? 0 : count), 0)).toBe(machines);
    for (const [product, count] of Object.entries(steps)) expect(fab.products[product]?.routing).toHaveLength(count);
  });

  test('has every lot in the fab at the start', () => {
    const initial = Object.values(fab.buffers).flatMap((buffer) => buffer.initial ?? []);
    expect(initial.reduce((sum, { count }) => sum + count, 0)).toBe(lots);
    const empty = imported(name, { wip: false }).scene as unknown as Fab;
    expect(Object.values(empty.buffers).every((buffer) => buffer.initial === undefined)).toBe(true);
  });

  test('offers each family the load of the static capacity', () => {
    const found = loads(fab);
    const expected = capacities(name);
    expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    // The file has five decimals.
    for (const [family, { load }] of expected) expect(Math.abs((found.get(family) ?? 0) - load), family).toBeLessThan(1e-5);
  });

  test('takes the machines of each family away as often as the static capacity', () => {
    const lots = lotsPerMinute(fab);
    for (const [family, { breakdown, maintenance }] of capacities(name)) {
      const { servers, failures = [], maintenance: planned = [] } = fab.stations[family] as Station;
      if (servers === 'unlimited') continue;
      const down = failures.map(({ timeToFailure, repair }) => mean(repair) / (mean(timeToFailure) + mean(repair)));
      expect(down.reduce((sum, share) => sum + share, 0)).toBeCloseTo(breakdown, 4);
      const stopped = planned.map(({ every, duration }) =>
        every.clock === 'calendar'
          ? mean(duration) / (mean(every.interval) + mean(duration))
          : (((lots.get(family) ?? 0) / servers) * mean(duration)) / Number(every.interval),
      );
      // Pieces count in whole lots here: due after 61 lots where 60.76 are written. A lot that comes again to first order, as above.
      expect(Math.abs(stopped.reduce((sum, share) => sum + share, 0) / maintenance - 1), family).toBeLessThan(0.02);
    }
  });

  test('steps back and waits in time name steps that come before', () => {
    for (const { routing } of Object.values(fab.products)) {
      for (const [i, step] of routing.entries()) {
        const before = routing.slice(0, i).map((earlier) => earlier.name);
        if (step.onDefect) expect(before).toContain(step.onDefect.rework);
        if (step.within) expect(before).toContain(step.within.since);
      }
    }
  });

  test('every set-up matrix has all ordered pairs of the families that come', () => {
    for (const [family, { setup }] of Object.entries(fab.stations)) {
      const coming = new Set(
        Object.values(fab.products).flatMap(({ routing }) =>
          routing.filter((step) => step.station === family).map((step) => step.family ?? ''),
        ),
      );
      if (!setup) continue;
      expect(Object.keys(setup.matrix).toSorted()).toEqual([...coming].toSorted());
      for (const [from, row] of Object.entries(setup.matrix)) {
        expect(Object.keys(row).toSorted()).toEqual([...coming].filter((to) => to !== from).toSorted());
      }
    }
  });

  test('tells what it leaves out', () => {
    expect(notes.some((note) => note.includes('lot-to-lens'))).toBe(true);
    expect(notes.some((note) => note.includes('FOA'))).toBe(true);
  });
});

describe.skipIf(absent)('the files of HVLM, by hand', () => {
  const fab = absent ? undefined : (imported('HVLM').scene as unknown as Fab);
  const routing = fab?.products['Lot_3']?.routing ?? [];

  test('a batch in wafers is one in lots of 25', () => {
    // Step 1: PTIME 501.33 ± 25.0665 min per batch, BATCHMN 125, BATCHMX 150.
    expect(routing[0]).toMatchObject({ station: 'Diffusion_FE_120', batch: { min: 5, max: 6 } });
    expect(routing[0]?.processing).toEqual({ uniform: { min: '476.2635 min', max: '526.3965 min' } });
    expect((imported('HVLM', { batches: 'full' }).scene as unknown as Fab).products['Lot_3']?.routing[0]?.batch).toEqual({
      min: 6,
      max: 6,
    });
  });

  test('a cascading lot keeps its tool for 25 part intervals, and is through when its last wafer is', () => {
    // Step 2: PTIME 0.852 ± 0.0426 min per piece, PartInterval 0.639 min, loading and unloading 1 min each.
    expect(minutes(routing[1]?.interval)).toBeCloseTo(25 * 0.639, 9);
    expect(mean(routing[1]?.processing)).toBeCloseTo(0.852 + 24 * 0.639 + 2, 9);
  });

  test('sampling, rework and queue-time limits', () => {
    // Step 3: StepPercent 56. Step 67: RWKSTEP 65, REWORK 1.7 %. Step 30: STEP_CQT 31, CQT 2 hr.
    expect(routing[2]?.share).toBe(0.56);
    expect(routing[66]).toMatchObject({ yield: 0.983, onDefect: { rework: routing[64]?.name } });
    expect(routing[30]?.within).toEqual({ since: routing[29]?.name, limit: '120 min' });
  });

  test('set-ups with a least run, and the lead time of an order', () => {
    expect(fab?.stations['Implant_128']?.setup).toMatchObject({
      first: '72 min',
      minimumRun: 7,
      matrix: { SU128_1: { SU128_2: '72 min' } },
    });
    expect(fab?.stations['DE_BE_13']?.setup?.matrix).toMatchObject({
      DE_BE_13_1: { DE_BE_13_2: '7 min' },
      DE_BE_13_2: { DE_BE_13_1: '12 min' },
    });
    // Started on 01/01/18 00:00:00, due on 02/23/18 20:07:47.
    expect(minutes(fab?.products['Lot_3']?.due)).toBeCloseTo(53 * 1440 + 20 * 60 + 7 + 47 / 60, 5);
    expect(fab?.products['SuperHotLot_3']?.priority).toBe(30);
  });

  test('half the spread where it is read as the width of the range', () => {
    const narrow = imported('HVLM', { spread: 'width' }).scene as unknown as Fab;
    expect(narrow.products['Lot_3']?.routing[0]?.processing).toEqual({ uniform: { min: '488.79675 min', max: '513.86325 min' } });
  });
});

describe('errors name file, line and column', () => {
  const files: Record<string, string> = {
    'tool.txt.1l':
      'STNFAM\tLTIME\tLTUNITS\tULTIME\tULTUNITS\tSTNCAP\tSTNQTY\tSTNGRP\tSTNFAMLOC\tFWLRANK\tRULE\nlathe\t1\tmin\t1\tmin\t\tmany\tshop\tFab\t\t',
    'part.txt': 'PART\tROUTEFILE\nbolt\troute_1.txt',
    'route_1.txt':
      'ROUTE\tSTEP\tDESC\tSTNFAM\tPDIST\tPTIME\tPTIME2\tPTUNITS\tPTPER\tBATCHMN\tBATCHMX\tSETUP\tSTIME\tSTUNITS\tBatchInterval\tBatchIntUnits\tPartInterval\tPartIntUnits\tRWKSTEP\tREWORK\tStepPercent\tSTEP_CQT\tCQT\tCQTUNITS\nr\t1\tturn\tlathe\tuniform\t3\t1\tmin\tper_lot',
    'order.txt':
      'LOT\tPART\tPRIOR\tPIECES\tSTART\tRDIST\tREPEAT\tRUNITS\tDUE\nL\tbolt\t1\t25\t01/01/18 00:00:00\tconstant\t9\tmin\t01/02/18 00:00:00',
    'downcal.txt': 'DOWNCALNAME\tDOWNCALTYPE\tMTTFDIST\tMTTF\tMTTFUNITS\tMTTRDIST\tMTTR\tMTTRUNITS',
    'pmcal.txt': 'PMCALNAME\tPMCALTYPE\tMTBPM\tMTBPMUNITS\tMTTRDIST\tMTTR\tMTTR2\tMTTRUNITS',
    'attach.txt': 'CALNAME\tCALTYPE\tRESTYPE\tRESNAME\tFOADIST\tFOA\tFOAUNITS',
    'setup.txt': 'CURSETUP\tNEWSETUP\tSTIME\tSTUNITS',
    'setupgrp.txt': 'SETUP\tMINRUN',
    'fromto.txt': 'FROMLOC\tTOLOC\tDDIST\tDTIME\tDTIME2\tDUNITS',
    'WIP.txt': 'LOT\tPART\tPIECES\tCURSTEP',
  };
  const run = (changed: Record<string, string | undefined>) => () => importSmt2020((name) => ({ ...files, ...changed })[name]);

  test('a number that is none', () => {
    expect(run({})).toThrow('tool.txt.1l, line 2, STNQTY: found "many"; expected a number not below 0');
  });
  const good = { 'tool.txt.1l': files['tool.txt.1l']?.replace('many', '3') };
  test('a folder that is in order', () => {
    expect(run(good)().scene).toMatchObject({ stations: { lathe: { servers: 3, loading: '1 min' } } });
  });
  test('a missing file, a missing column, an unknown part', () => {
    expect(run({ ...good, 'pmcal.txt': undefined })).toThrow('pmcal.txt: there is no such file');
    expect(run({ ...good, 'setupgrp.txt': 'SETUP' })).toThrow('setupgrp.txt, line 1: found no column MINRUN');
    expect(run({ ...good, 'part.txt': 'PART\tROUTEFILE\nnut\troute_1.txt' })).toThrow(
      'order.txt, line 2, PART: found "bolt"; expected a part of part.txt',
    );
  });
});
