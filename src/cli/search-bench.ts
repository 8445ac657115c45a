/**
 * `npm run bench:search [-- --seconds S] [--peers DIR] [--only cpu|gpu]`: services a second on the throughput problem (three saturated exponential stations in line;
 * SimOpt), by events and by recursion, on the processor and on the GPU, beside the C++ recursion where it can be built, and beside
 * what the PyPRS project published. Each figure is the median of three turns; processors come first, since waiting for Dawn's
 * GPU takes one. At the end, what a service costs the kernel in integer operations, and what that would allow on an H100.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDevice } from '../engine/device.ts';
import { designOf, type Line, lineOf } from '../engine/line.ts';
import { LineEngine } from '../engine/line-engine.ts';
import { LineGpu } from '../engine/line-gpu.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import { interval, Tally } from '../experiment/statistics.ts';
import { compile } from '../scene/compile.ts';
import type { Plant } from '../scene/plant.ts';
import { read } from '../scene/read.ts';
import { HEAD_OPERATIONS, NODE_CAPACITY } from '../stations/words.ts';

const TURNS = 3;
const STATIONS = 3;
/** Twins in a round on an emulated GPU, and on a real one. */
const ROUND = { software: 1024, hardware: 2 ** 20 };

/** Published by PyPRS for L = 50 on 48 cores: replications, and seconds they took. A replication is 2,050 jobs on three stations. */
const PUBLISHED = [
  { name: 'GSP', replications: 12.3e6, seconds: 179 },
  { name: 'KT', replications: 6.2e6, seconds: 90 },
  { name: 'FBKT', replications: 4.7e6, seconds: 58 },
];
const PUBLISHED_JOBS = 2050;
const PUBLISHED_CORES = 48;

/**
 * Integer operations of a service, counted by hand in shaders/line: additions, multiplications, shifts, masks, comparisons, selections, each as
 * one; loads and stores not counted.
 */
const OPERATIONS = {
  /** `philox`: ten rounds of two products of 14 + 1 operations, two exclusive ors each and two keys, for four draws; then `octaveUnit`, 30. */
  draw: (10 * (2 * (15 + 2) + 2)) / 4 + 30,
  /** `ticks` 20, `later` and both `max` 5, ring (read, write, step) 6, address of the unit 1; the loop's 8 shared by three stations. */
  recursion: 20 + 5 + 6 + 1 + 8 / STATIONS,
};
/** An H100 SXM: streaming multiprocessors × 32-bit integer operations a clock × clock. */
const H100 = 132 * 64 * 1.755e9;

interface Turn {
  services: number;
  /** Of the clock on the wall. */
  seconds: number;
  /** Of processors, by this process; undefined where another process did the work. */
  busy?: number | undefined;
}

interface Contender {
  name: string;
  run(): Promise<Turn> | Turn;
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '1' }, peers: { type: 'string', default: '../shared/peers' }, only: { type: 'string' } },
});
const turnSeconds = Number(values.seconds);
const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

/**
 * The throughput problem as a scene: stations by their rates, and buffers by what they hold with the place on the machine behind them, so
 * a buffer of b here has b − 1 places, and one of 1 is a direct link.
 */
function problem(rates: number[], buffers: number[], warmup: number, horizon: number): Plant {
  const scene = {
    millwright: 1,
    time: { unit: 'h', resolution: '100 ms' },
    products: { part: {} },
    sources: { supply: { saturated: true } },
    buffers: {} as Record<string, object>,
    stations: {} as Record<string, object>,
    sinks: { store: {} },
    links: [] as { from: string; to: string }[],
    run: { warmup, horizon },
  };
  let before = 'supply';
  const link = (to: string): void => {
    scene.links.push({ from: before, to });
    before = to;
  };
  rates.forEach((rate, i) => {
    const places = (buffers[i - 1] ?? 1) - 1;
    if (places > 0) {
      scene.buffers[`b${i + 1}`] = { capacity: places };
      link(`b${i + 1}`);
    }
    scene.stations[`s${i + 1}`] = { processing: { exponential: { mean: 1 / rate } } };
    link(`s${i + 1}`);
  });
  link('store');
  const result = read(JSON.stringify(scene));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return compile(result.scene);
}

/** Tables of the same plant with other places in its buffers: any number of designs that share their draws. */
function withPlaces(plant: Plant, line: Line, places: number[]): Uint32Array {
  const tables = plant.tables.slice();
  line.buffers.slice(1, STATIONS).forEach((buffer, i) => {
    if (buffer !== undefined) tables[buffer.node + NODE_CAPACITY] = places[i] as number;
  });
  return tables;
}

/** Calls `once` until a turn is over; it returns services. */
function fill(once: (turn: number) => number): Turn {
  let services = 0;
  const used = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; performance.now() - start < 1000 * turnSeconds; i++) services += once(i);
  const { user, system } = process.cpuUsage(used);
  return { services, seconds: (performance.now() - start) / 1000, busy: (user + system) / 1e6 };
}

function peer(build: string): Contender | undefined {
  const source = resolve(values.peers, 'maxplus.cpp');
  try {
    if (!existsSync(source)) throw new Error(`there is no maxplus.cpp in ${values.peers}`);
    const program = join(build, 'maxplus');
    execFileSync('g++', ['-O3', '-march=native', '-std=c++17', '-pthread', source, '-o', program, '-lmvec', '-lm'], { stdio: 'pipe' });
    let seed = 1;
    return {
      name: 'C++ recursion (ten stations, a cheap generator)',
      run: () => {
        const out = execFileSync(program, ['line10', String(Math.ceil(3000 * turnSeconds)), String(seed++)], {
          encoding: 'utf8',
          maxBuffer: 2 ** 28,
        });
        const { ops, wall } = JSON.parse(out) as { ops: number; wall: number };
        return { services: ops, seconds: wall };
      },
    };
  } catch (error) {
    console.log(`the C++ program is left out: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

async function report(contenders: Contender[], yardstick?: string): Promise<void> {
  const rates = new Map<string, number[]>();
  const own = new Map<string, number[]>();
  for (const { run } of contenders) await run();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { name, run } of contenders) {
      const { services, seconds, busy } = await run();
      rates.set(name, [...(rates.get(name) ?? []), services / seconds]);
      if (busy !== undefined) own.set(name, [...(own.get(name) ?? []), services / busy]);
    }
  }
  for (const { name } of contenders) {
    const mine = rates.get(name) as number[];
    const theirs = yardstick === undefined ? undefined : rates.get(yardstick);
    const busy = own.get(name);
    console.log(
      `  ${name.padEnd(52)} ${millions(median(mine))} million services/s` +
        (busy === undefined ? '' : `, ${millions(median(busy))} a second of processor time`) +
        (theirs === undefined || name === yardstick
          ? ''
          : `, ${median(mine.map((rate, i) => rate / (theirs[i] as number))).toFixed(2)} × events`),
    );
  }
}

const millions = (rate: number): string => (rate / 1e6).toFixed(2).padStart(9);

/** The exact value at L = 20 lies in the interval of what is simulated. */
function check(): void {
  const exact = 5.776122;
  const horizon = 2000;
  const engine = new LineEngine(problem([6, 7, 7], [12, 8], 100, horizon));
  const tally = new Tally();
  for (let replication = 0; replication < 400; replication++) tally.add(engine.finished(20, replication) / horizon);
  const { mean, low, high } = interval(tally, 0.99);
  console.log(
    `L = 20 at rates (6, 7, 7), buffers (12, 8): ${mean.toFixed(5)}, from ${low.toFixed(5)} to ${high.toFixed(5)} (99 %, 400 twins); exact ${exact}: ` +
      (low <= exact && exact <= high ? 'inside' : 'OUTSIDE'),
  );
}

/** Dawn's object: Node can crash where it is not kept. */
let gpu: GPU | undefined;
const build = mkdtempSync(join(tmpdir(), 'millwright-bench-'));
const problems = [
  { name: 'L = 20, rates (6, 7, 7), buffers (12, 8)', rates: [6, 7, 7], buffers: [12, 8], throughput: 5.776122 },
  { name: 'L = 50, rates (16, 17, 17), buffers (29, 21)', rates: [16, 17, 17], buffers: [29, 21], throughput: 15.697585 },
];
if (values.only !== 'gpu') check();
const program = values.only === 'gpu' ? undefined : peer(build);
for (const { name, rates, buffers, throughput } of values.only === 'gpu' ? [] : problems) {
  console.log(`\n${name}; a twin is ${PUBLISHED_JOBS} parts, one processor core`);
  const span = PUBLISHED_JOBS / throughput;
  const plant = problem(rates, buffers, 0.9 * span, 0.1 * span);
  const reference = new ReferenceEngine(plant);
  const recursion = new LineEngine(plant);
  const line = recursion.line;
  const block = new Uint32Array(plant.layout.words);
  const designs = Array.from({ length: 64 }, (_, i) =>
    withPlaces(
      plant,
      line,
      buffers.map((b, j) => b - 2 + ((i >> j) & 1)),
    ),
  );
  const services = (done: () => void): number => {
    done();
    return block[HEAD_OPERATIONS] as number;
  };
  await report(
    [
      { name: 'by events', run: () => fill((i) => services(() => reference.runWhole(block, 1, i))) },
      { name: 'by recursion, the whole block', run: () => fill((i) => services(() => recursion.runWhole(block, 1, i))) },
      { name: 'by recursion, parts finished', run: () => fill((i) => (recursion.finished(1, i), STATIONS * PUBLISHED_JOBS)) },
      {
        name: 'the same, 64 designs with the same draws',
        run: () =>
          fill((i) => {
            recursion.retune(designs[i % designs.length] as Uint32Array);
            recursion.finished(1, Math.floor(i / designs.length));
            return STATIONS * PUBLISHED_JOBS;
          }),
      },
      ...(program === undefined ? [] : [program]),
    ],
    'by events',
  );
}
rmSync(build, { recursive: true });

console.log(`\nPublished by PyPRS for L = 50 on ${PUBLISHED_CORES} cores:`);
for (const { name, replications, seconds } of PUBLISHED) {
  const rate = (replications * PUBLISHED_JOBS * STATIONS) / seconds;
  console.log(`  ${name.padEnd(52)} ${millions(rate)} million services/s, ${millions(rate / PUBLISHED_CORES)} a core`);
}

const limit = (operations: number): string => `${(H100 / operations / 1e9).toFixed(0)} billion services/s`;
console.log('\nInteger operations of a service in the kernel:');
console.log(`  draw ${OPERATIONS.draw.toFixed(0)}, recursion ${OPERATIONS.recursion.toFixed(0)}`);
console.log(`An H100 does ${(H100 / 1e12).toFixed(1)} × 10^12 of them a second, which would allow`);
console.log(`  ${limit(OPERATIONS.draw + OPERATIONS.recursion)} with draws of its own for each twin,`);
console.log(`  ${limit(OPERATIONS.recursion)} where thousands of designs share the draws of a replication.`);

const opened =
  values.only === 'cpu'
    ? new Error('not asked for')
    : await import('webgpu')
        .then(({ create, globals }) => {
          Object.assign(globalThis, globals);
          gpu = create([]);
          return openDevice(gpu);
        })
        .catch((error: Error) => error);
if (opened instanceof Error) {
  console.log(`\nNo GPU: ${opened.message}`);
} else {
  const { device, name: adapter, software } = opened;
  console.log(`\nGPU: ${adapter}${software ? ' (software)' : ''}`);
  const twins = software ? ROUND.software : ROUND.hardware;
  for (const { name, rates, buffers, throughput } of problems) {
    const span = PUBLISHED_JOBS / throughput;
    const plant = problem(rates, buffers, 0.9 * span, 0.1 * span);
    const line = lineOf(plant) as Line;
    const designs = Array.from({ length: 64 }, (_, i) =>
      designOf(
        line,
        withPlaces(
          plant,
          line,
          buffers.map((b, j) => b - 2 + ((i >> j) & 1)),
        ),
      ),
    );
    const engine = await LineGpu.open(device, plant);
    let seed = 1;
    const round = (each: (twin: number) => [row: number, replication: number]): (() => Promise<Turn>) => {
      const pairs = Uint32Array.from(Array.from({ length: twins }, (_, i) => each(i)).flat());
      const rows = Uint32Array.from(designs.flatMap((row) => [...row]));
      return async () => {
        const used = process.cpuUsage();
        const start = performance.now();
        await engine.run({ designs: rows, twins: pairs, seed: seed++ }, { targetMs: () => 100, pause: () => false });
        const seconds = (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(used);
        return { services: twins * STATIONS * PUBLISHED_JOBS, seconds, busy: software ? (user + system) / 1e6 : undefined };
      };
    };
    console.log(name);
    await report([
      { name: `${twins} twins, each with draws of its own`, run: round((i) => [i % designs.length, i]) },
      { name: `${twins} twins, 64 designs with the same draws`, run: round((i) => [i % designs.length, Math.floor(i / designs.length)]) },
    ]);
    engine.destroy();
  }
  device.destroy();
}
process.exit();
