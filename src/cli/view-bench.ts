/**
 * `npm run bench:view [-- --only parts|default|wall|bulk|page …] [--frames N] [--parts N …] [--json]`: what the view costs at 1280x720. Frames of halls
 * with so many moving parts and of the default scene, drawn into a texture; of the wall of twins; steps of loose parts; and, where there is a
 * Chromium, frames of the built page and how soon it answers a click while a batch runs.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { create, globals } from 'webgpu';
import { Bench } from '../bulk/bench.ts';
import { bin } from '../bulk/vessels.ts';
import { floorPlan } from '../engine/floor-plan.ts';
import { record } from '../engine/recording.ts';
import { compile } from '../scene/compile.ts';
import { read } from '../scene/read.ts';
import type { Detail } from '../view/renderer.ts';
import { FrameClock, type FrameTime, spread } from './view-bench-clock.ts';
import { type Hall, madeUpHall, openHall } from './view-bench-hall.ts';
import { measureWall } from './view-bench-wall.ts';

const SIZE = { width: 1280, height: 720 };
const CASES = ['parts', 'default', 'wall', 'bulk', 'page'] as const;
const PARTS = [200, 10_000, 1_000_000];
const TWINS = [1024, 16_384];
const PARTICLES = 100_000;
/** Of every case at least so many frames; the first few make pipelines and buffers, and are not counted. */
const LEAST_FRAMES = 3;
const FIRST_FRAMES = 2;
/** Of those that last longer than this, seconds, one is enough. */
const LONG = 5;
const BULK_SECONDS = 10;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [...CASES] },
    frames: { type: 'string', default: '60' },
    parts: { type: 'string', multiple: true, default: PARTS.map(String) },
    seconds: { type: 'string', default: '30' },
    passes: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const unknown = values.only.find((name) => !CASES.includes(name as (typeof CASES)[number]));
if (unknown !== undefined) {
  console.error(`--only: expected ${CASES.join(', ')}, found "${unknown}"`);
  process.exit(2);
}
const wants = (name: (typeof CASES)[number]): boolean => values.only.includes(name);
const frames = Math.max(LEAST_FRAMES, Number(values.frames));
/** Seconds that the frames of one case may take: of those that last seconds there are few. */
const patience = Number(values.seconds);

Object.assign(globalThis, globals);
// Dawn's objects live no longer than what `create` returned.
const gpu = create([]);

interface Row {
  case: string;
  frames: number;
  /** Milliseconds. */
  mean: number;
  p95: number;
  placing?: number | undefined;
  drawing?: number | undefined;
  /** On software only. */
  processor?: number | undefined;
  passes?: Record<string, number>;
}

/** Milliseconds from a click. */
interface Waits {
  meanMs: number;
  p95Ms: number;
  maxMs: number;
}

const report: {
  machine: { cores: number; adapter: string };
  hall: Row[];
  wall: Row[];
  bulk?: { particles: number; steps: number; stepsPerSecond: number; millionParticleStepsPerSecond: number };
  page?: { framesPerSecond: number; clicks: number; handled: Waits; answered: Waits } | { without: string };
} = { machine: { cores: availableParallelism(), adapter: '' }, hall: [], wall: [] };
const isSoftware = (): boolean => /swiftshader|llvmpipe|lavapipe|basic render/i.test(report.machine.adapter);
const say = (line: string): void => {
  if (!values.json) console.log(line);
};

async function openDevice(): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('No WebGPU adapter.');
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const requiredFeatures: GPUFeatureName[] = adapter.features.has('timestamp-query') ? ['timestamp-query'] : [];
  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
  device.addEventListener('uncapturederror', ({ error }) => {
    throw new Error(error.message);
  });
  const { vendor, architecture, description } = adapter.info;
  report.machine.adapter = [vendor, architecture, description].filter(Boolean).join(' ');
  return device;
}

const ms = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(value < 10 ? 2 : 1)).padStart(9);
const HEAD = `${''.padEnd(46)}frames     mean 95th pct.  placing  drawing  processor  (ms)`;

function tell(rows: Row[], row: Row): void {
  rows.push(row);
  say(
    `${row.case.padEnd(46)}${String(row.frames).padStart(6)}${ms(row.mean)} ${ms(row.p95)}${ms(row.placing)}${ms(row.drawing)}  ${ms(row.processor)}`,
  );
  if (!values.passes || !row.passes) return;
  for (const [pass, mean] of Object.entries(row.passes)) say(`    ${pass.padEnd(48)}${ms(mean)}`);
}

/** As many frames as were asked for, or as fit in the time. */
async function several(draw: (i: number) => Promise<FrameTime>): Promise<FrameTime[]> {
  const times: FrameTime[] = [];
  const begun = performance.now();
  const spent = () => (performance.now() - begun) / 1000;
  for (let i = 0; i < FIRST_FRAMES && spent() < LONG; i++) await draw(i);
  for (let i = 0; i < frames; i++) {
    if (spent() > patience && (i >= LEAST_FRAMES || (times.at(-1)?.wall ?? 0) > 1000 * LONG)) break;
    times.push(await draw(FIRST_FRAMES + i));
  }
  return times;
}

function rowOf(name: string, times: FrameTime[]): Row {
  const mean = (pick: (time: FrameTime) => number | undefined) => {
    const known = times.map(pick).filter((value) => value !== undefined);
    return known.length > 0 ? spread(known).mean : undefined;
  };
  const passes = Object.fromEntries(Object.keys(times[0]?.passes ?? {}).map((pass) => [pass, mean((time) => time.passes[pass] ?? 0)!]));
  const placing = mean((time) => time.placing);
  const drawing = mean((time) => time.drawing);
  const processor = isSoftware() ? mean((time) => time.processor) : undefined;
  return { case: name, frames: times.length, ...spread(times.map(({ wall }) => wall)), placing, drawing, processor, passes };
}

async function measureHall(device: GPUDevice, clock: FrameClock, name: string, hall: Hall, details: Detail[]): Promise<void> {
  const drawn = openHall(device, hall, SIZE.width, SIZE.height);
  say(`${name}: ${hall.plan.nodes.length.toLocaleString('en')} elements, made ready in ${drawn.seconds.toFixed(1)} s`);
  // The first frame draws what stands, as every frame does while the camera turns.
  let firstSeconds = 0;
  for (const detail of details) {
    for (const orbits of detail === 'hasty' ? [true] : detail === 'brisk' ? [false] : [false, true]) {
      if (orbits && firstSeconds > patience) {
        say(`${name}, camera orbits: left out, for a view drawn from the beginning took ${firstSeconds.toFixed(0)} s`);
        continue;
      }
      const begun = performance.now();
      const times = await several(async (i) => {
        const time = await drawn.draw(clock, i, orbits, detail);
        firstSeconds ||= (performance.now() - begun) / 1000;
        return time;
      });
      tell(report.hall, rowOf(`${name}, ${detail}, camera ${orbits ? 'orbits' : 'rests'}`, times));
    }
  }
  drawn.dispose();
}

/** The default scene's first twin, from the end of its warm-up on. */
function defaultHall(): Hall {
  const result = read(readFileSync('scenes/gearbox.json', 'utf8'));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  const plant = compile(result.scene);
  const trace = record(plant, 1, 0);
  return { plan: floorPlan(plant), trace, full: trace.warmup, speed: 60 };
}

async function measureBulk(device: GPUDevice): Promise<void> {
  const width = 1.12 * 1.1 * 0.005 * Math.ceil(Math.cbrt(PARTICLES));
  const bench = await Bench.start(device, bin({ grain: { diameter: 0.005 }, count: PARTICLES, width, height: 1.2 * width }), 1);
  const begun = performance.now();
  let steps = 0;
  while (performance.now() - begun < 1000 * BULK_SECONDS) steps = (await bench.advance(2000)).counts.step;
  const rate = (1000 * steps) / (performance.now() - begun);
  bench.dispose();
  const millions = (rate * PARTICLES) / 1e6;
  report.bulk = { particles: PARTICLES, steps, stepsPerSecond: rate, millionParticleStepsPerSecond: millions };
  say(`${PARTICLES.toLocaleString('en')} loose parts: ${rate.toFixed(2)} steps/s, ${millions.toFixed(2)} million particle-steps/s`);
}

/** In a process of its own, with a browser. */
async function measurePage(): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['.tools/page-bench.mjs'], { maxBuffer: 2 ** 24 });
    const page = JSON.parse(stdout) as Exclude<typeof report.page, { without: string } | undefined>;
    report.page = page;
    say(`page, default scene, no batch: ${page.framesPerSecond.toFixed(1)} frames/s (goal on software: 15)`);
    const waits = ({ meanMs, p95Ms, maxMs }: Waits) =>
      `${meanMs.toFixed(0)} ms on average, ${p95Ms.toFixed(0)} at the 95th percentile, ${maxMs.toFixed(0)} at most`;
    say(`page, a batch runs, ${page.clicks} clicks: handled after ${waits(page.handled)}`);
    say(`    answered by a frame after ${waits(page.answered)} (goal: 100)`);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const without = (stderr || message).trim();
    report.page = { without };
    say(`page: left out: ${without}`);
  }
}

const device = await openDevice();
say(`${report.machine.cores} cores; ${report.machine.adapter}; ${SIZE.width} × ${SIZE.height}`);
if (wants('parts') || wants('default')) {
  const clock = new FrameClock(device);
  say(HEAD);
  if (wants('default')) await measureHall(device, clock, 'default scene', defaultHall(), ['brisk', 'hasty', 'full']);
  for (const parts of wants('parts') ? values.parts.map(Number) : [])
    await measureHall(device, clock, `${parts.toLocaleString('en')} parts`, madeUpHall(parts), ['full']);
}
if (wants('wall')) {
  say(HEAD);
  const { plan } = defaultHall();
  for (const twins of TWINS) {
    const { drawn, arranged } = await measureWall(device, plan, twins, Math.min(frames, 30), SIZE);
    const name = `wall of ${twins.toLocaleString('en')} twins`;
    tell(report.wall, { case: `${name}, as they stand`, frames: drawn.length, ...spread(drawn) });
    tell(report.wall, { case: `${name}, sorted anew each frame`, frames: arranged.length, ...spread(arranged) });
  }
}
if (wants('bulk')) await measureBulk(device);
device.destroy();
if (wants('page')) await measurePage();
if (values.json) console.log(JSON.stringify(report, undefined, 2));
process.exit();
