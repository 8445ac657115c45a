/**
 * `npm run bench [-- --seconds S] [--peers DIR] [MODEL …]`: part-operations a second of both engines on M1, M3 and the default scene, beside
 * the C++ and SimPy programs of the same models where they can be built. Each figure is the median of five, taken in turn, so that
 * a machine whose speed drifts slows all of them alike; the ratios are medians of ratios within a turn.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration, type Unit } from '../clock.ts';
import { openNodeLab } from './node-lab.ts';

const TURNS = 5;
const MODELS = [
  { name: 'M1', scene: 'scenes/m1-line10.json', peer: 'line10' },
  { name: 'M3', scene: 'scenes/m3-jobshop.json', peer: 'jobshop' },
  { name: 'default scene', scene: 'scenes/gearbox.json', peer: undefined },
];

interface Measure {
  operations: number;
  twins: number;
  seconds: number;
}

/** Twins that an emulated GPU runs at once in the bench: enough to fill every lane of every core. */
const GPU_TWINS = 256;
/** …of a window so much shorter, that a turn does not take minutes. Operations a second do not depend on it. */
const GPU_WINDOW = 1 / 20;

/** Something that can run so many replications of a model. */
interface Contender {
  name: string;
  run(replications: number): Promise<Measure> | Measure;
  /** Replications that take about the time of a turn. */
  replications: number;
  rates: number[];
  twinRates: number[];
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '1' }, peers: { type: 'string', default: '../shared/peers' } },
});
const turnSeconds = Number(values.seconds);
const build = mkdtempSync(join(tmpdir(), 'millwright-bench-'));

/** The peers' programs: what they are called, and how they are started; those that cannot be built are left out, with the reason. */
function peers(): { name: string; command: string[] }[] {
  const found: { name: string; command: string[] }[] = [];
  const attempt = (name: string, prepare: () => string[]): void => {
    try {
      found.push({ name, command: prepare() });
    } catch (error) {
      console.log(`${name} is left out: ${(error as Error).message.split('\n')[0]}`);
    }
  };
  const file = (name: string): string => {
    const path = resolve(values.peers, name);
    if (!existsSync(path)) throw new Error(`there is no ${name} in ${values.peers}`);
    return path;
  };
  attempt('C++ event-driven', () => {
    const program = join(build, 'des');
    execFileSync('g++', ['-O3', '-march=native', '-std=c++17', '-pthread', file('des.cpp'), '-o', program], { stdio: 'pipe' });
    return [program];
  });
  attempt('SimPy', () => {
    const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
    execFileSync(python, ['-c', 'import simpy'], { stdio: 'pipe' });
    return [python, file('p_simpy.py')];
  });
  return found;
}

function peerContender(name: string, command: string[], model: string): Contender {
  let seed = 1;
  return {
    name,
    run: (replications) => {
      const [program = '', ...args] = [...command, model, String(replications), String(seed++)];
      const out = execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
      const { ops, wall } = JSON.parse(out) as { ops: number; wall: number };
      return { operations: ops, twins: replications, seconds: wall };
    },
    replications: 1,
    rates: [],
    twinRates: [],
  };
}

/** The scene with warm-up and horizon cut to a share. */
function shortened(text: string, share: number): string {
  const scene = JSON.parse(text) as { run: Record<string, unknown>; time?: { unit?: Unit } };
  const unit = scene.time?.unit ?? 's';
  for (const key of ['warmup', 'horizon']) {
    const seconds = parseDuration((scene.run[key] ?? 0) as string | number, unit);
    scene.run[key] = `${((seconds ?? 0) * share).toFixed(3)} s`;
  }
  return JSON.stringify(scene);
}

const cores = availableParallelism();
const one = await openNodeLab(true, 1);
const all = await openNodeLab(false, cores);
const hardware = await one.lab.gpu.device().catch((error: Error) => error);
console.log(
  `${cores} cores; GPU engine on ${hardware instanceof Error ? `nothing: ${hardware.message}` : `${hardware.name}${hardware.software ? ' (software)' : ''}`}; median of ${TURNS} turns of about ${turnSeconds} s`,
);
const programs = peers();

for (const { name, scene, peer } of MODELS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const text = readFileSync(scene, 'utf8');
  let seed = 1;
  const brief = shortened(text, GPU_WINDOW);
  const ours = (label: string, { lab }: typeof one, engine: 'cpu' | 'gpu'): Contender => ({
    name: label,
    run: async (replications) => {
      const summary = await lab.run({ scene: engine === 'gpu' ? brief : text, replications, seed: seed++, engine });
      const twins = engine === 'gpu' ? summary.finished * GPU_WINDOW : summary.finished;
      return { operations: summary.operations, twins, seconds: summary.seconds };
    },
    replications: engine === 'gpu' ? GPU_TWINS : 1,
    rates: [],
    twinRates: [],
  });
  const contenders = [ours('reference engine, 1 core', one, 'cpu'), ours(`reference engine, ${cores} cores`, all, 'cpu')];
  if (!(hardware instanceof Error)) contenders.push(ours('GPU engine', one, 'gpu'));
  if (peer !== undefined) contenders.push(...programs.map((program) => peerContender(program.name, program.command, peer)));

  for (const contender of contenders) {
    // Warms up, and finds how many replications fill a turn.
    for (let seconds = 0; seconds < turnSeconds / 3; ) {
      seconds = (await contender.run(contender.replications)).seconds;
      const fit = Math.round((contender.replications * turnSeconds) / Math.max(seconds, turnSeconds / 8));
      contender.replications = Math.max(contender.name.startsWith('GPU') ? GPU_TWINS : 1, fit);
    }
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const contender of contenders) {
      const { operations, twins, seconds } = await contender.run(contender.replications);
      contender.rates.push(operations / seconds);
      contender.twinRates.push(twins / seconds);
    }
  }
  console.log(`\n${name}: ${JSON.parse(text).name}`);
  const yardsticks = contenders.filter((contender) => programs.some((program) => program.name === contender.name));
  for (const contender of contenders) {
    const ratios = yardsticks
      .filter((yardstick) => yardstick !== contender)
      .map((yardstick) => {
        const ratio = median(contender.rates.map((rate, turn) => rate / (yardstick.rates[turn] as number)));
        return `${ratio.toPrecision(3)} × ${yardstick.name}`;
      });
    const rate = (median(contender.rates) / 1e6).toFixed(2).padStart(8);
    const twins = median(contender.twinRates).toFixed(0).padStart(7);
    console.log(`  ${contender.name.padEnd(26)} ${rate} million part-operations/s  ${twins} twins/s  ${ratios.join(', ')}`);
  }
}
rmSync(build, { recursive: true });
await Promise.all([one.close(), all.close()]);
process.exit();
