/**
 * `npm run --silent sim -- SCENE.json [--replications N] [--seed S] [--engine gpu|cpu|auto] [--json]`: the same product in a terminal.
 * With `--experiment NAME`, src/cli/study.ts takes over.
 * Errors go to standard error, one line a problem, with exit status 2.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Progress, RunRequest, Summary } from '../experiment/protocol.ts';
import { openNodeLab } from './node-lab.ts';

const USAGE = `usage: npm run --silent sim -- SCENE.json [options]
  --replications N   twins to run (default: the scene's)
  --seed S           0 … 4294967295 (default: the scene's)
  --engine E         gpu, cpu or auto (default: auto)
  --path P           events, recursion (a line's departure times) or auto (default: auto)
  --json             print one JSON object
  --workers N        threads of the reference engine (default: one a core)
  --batch N          twins handed out at a time (default: by time)
  --slice N          events a slice on the GPU (default: by time)
  --experiment NAME  run an experiment of the scene; --experiment NAME --help lists its options`;

class Usage extends Error {}

/** A whole number from `low` to `high`, or undefined where the option is not given. */
function whole(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) {
    throw new Usage(`--${name}: found "${text}"; expected a whole number from ${low} to ${high}`);
  }
  return value;
}

function options(): { scene: string; request: Omit<RunRequest, 'scene'>; json: boolean; workers?: number; batch?: number; slice?: number } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [scene, ...more] = positionals;
  if (values.help === true) {
    console.log(USAGE);
    process.exit(0);
  }
  if (scene === undefined) throw new Usage('expected a scene file');
  if (more.length > 0) throw new Usage(`found a second scene file "${more[0]}"; expected one`);
  const engine = values.engine ?? 'auto';
  if (engine !== 'gpu' && engine !== 'cpu' && engine !== 'auto') throw new Usage(`--engine: found "${engine}"; expected gpu, cpu or auto`);
  const path = values.path ?? 'auto';
  if (path !== 'events' && path !== 'recursion' && path !== 'auto')
    throw new Usage(`--path: found "${path}"; expected events, recursion or auto`);
  const workers = whole('workers', values.workers, 1, 1024);
  const batch = whole('batch', values.batch, 1, 16_777_216);
  const slice = whole('slice', values.slice, 1, 1_000_000_000);
  return {
    scene,
    request: {
      replications: whole('replications', values.replications, 1, 16_777_216),
      seed: whole('seed', values.seed, 0, 0xffffffff),
      engine,
      path,
    },
    json: values.json === true,
    ...(workers === undefined ? {} : { workers }),
    ...(batch === undefined ? {} : { batch }),
    ...(slice === undefined ? {} : { slice }),
  };
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: {
      replications: { type: 'string' },
      seed: { type: 'string' },
      engine: { type: 'string' },
      path: { type: 'string' },
      json: { type: 'boolean' },
      workers: { type: 'string' },
      batch: { type: 'string' },
      slice: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

/** NaN is no JSON: a figure that is not defined is null. */
const figure = (x: number): number | null => (Number.isFinite(x) ? x : null);

function json(summary: Summary): string {
  const { report, seed, replications, warmup, horizon, timeUnit, digest, events, operations, seconds } = summary;
  return JSON.stringify(
    {
      engine: report.engine,
      adapter: report.adapter,
      reason: report.reason,
      seed,
      replications,
      warmup,
      horizon,
      timeUnit,
      digest,
      status: Object.fromEntries(
        summary.status.map(({ status, element, count }) => [element === '' ? status : `${status} at ${element}`, count]),
      ),
      metrics: Object.fromEntries(
        Object.entries(summary.metrics).map(([name, { mean, sd, low, high, n, unit, resolution }]) => [
          name,
          { mean: figure(mean), sd: figure(sd), low: figure(low), high: figure(high), unit, n, ...(resolution > 0 ? { resolution } : {}) },
        ]),
      ),
      events,
      operations,
      seconds,
    },
    null,
    1,
  );
}

/** The same for people: a line a figure, mean ± half-width. */
function table(summary: Summary): string {
  const { report } = summary;
  const lines = [
    `${report.engine === 'gpu' ? 'GPU' : 'CPU'}: ${report.adapter} (${report.reason})`,
    `${summary.finished} twins, seed ${summary.seed}, warm-up ${summary.warmup} ${summary.timeUnit}, horizon ${summary.horizon} ${summary.timeUnit}`,
    `${summary.events} events in ${summary.seconds.toFixed(2)} s (${(summary.events / summary.seconds / 1e6).toFixed(2)} million/s); digest ${summary.digest}`,
    ...summary.status.map(
      ({ status, element, count, example }) => `${count} × ${status}${element === '' ? '' : ` at ${element}, as in twin ${example}`}`,
    ),
    '',
    'mean ± half-width of the 95 % interval over twins',
  ];
  const width = Object.keys(summary.metrics).reduce((widest, name) => Math.max(widest, name.length), 0);
  for (const [name, { mean, high, unit, n }] of Object.entries(summary.metrics)) {
    if (n === 0) continue;
    const half = Number.isFinite(high) ? ` ± ${(high - mean).toPrecision(2)}` : '';
    lines.push(`${name.padEnd(width)}  ${mean.toPrecision(6)}${half} ${unit === '1' ? '' : unit}`.trimEnd());
  }
  return lines.join('\n');
}

/** Progress on a terminal's error output, one line rewritten. */
function showProgress({ finished, total, fraction, secondsLeft }: Progress): void {
  if (!process.stderr.isTTY) return;
  const left = Number.isFinite(secondsLeft) ? `, ${Math.ceil(secondsLeft)} s left` : '';
  process.stderr.write(`\r\u001b[K${Math.floor(fraction * 100)} %, ${finished} of ${total} twins${left}`);
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.some((word) => /^--experiment(=|$)/.test(word))) return (await import('./study.ts')).experiment(args);
  const { scene, request, json: asJson, workers, batch, slice } = options();
  let text: string;
  try {
    text = readFileSync(scene, 'utf8');
  } catch (error) {
    throw new Usage(`${scene}: ${(error as Error).message}`);
  }
  const { lab, close } = await openNodeLab(request.engine !== 'cpu', workers);
  lab.spanTwins = batch;
  lab.gpu.batchTwins = batch;
  lab.gpu.sliceEvents = slice;
  const checked = lab.check(text);
  if (!checked.ok) {
    for (const { path, message } of checked.problems) console.error(path === '' ? message : `${path}: ${message}`);
    process.exitCode = 2;
    return close();
  }
  const summary = await lab.run({ ...request, scene: text }, showProgress);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(asJson ? json(summary) : table(summary));
  await close();
  // Dawn keeps Node alive as long as its device is open.
  process.exit();
}

main().catch((error: unknown) => {
  const { message } = error as Error;
  console.error(error instanceof Usage ? `${message} (--help lists the options)` : message);
  process.exit(2);
});
