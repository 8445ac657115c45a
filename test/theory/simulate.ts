/** Simulates plants, by the laboratory or by the product's own command line, and weighs what comes out against what theory says. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { dists } from '../oracles/dists.ts';
import { proxy, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { build } from 'vite';
import { Lab, type RemoteTwins } from '../../src/experiment/lab.ts';
import type { Twins } from '../../src/experiment/twins.ts';

export const ROOT = join(import.meta.dirname, '../..');
const COMMAND = join(ROOT, '.tools/cli.mjs');

export interface Metric {
  mean: number;
  sd: number;
  low: number;
  high: number;
  n: number;
  unit: string;
}

/** What `sim --json` prints, and what the laboratory says. */
export interface Result {
  seed: number;
  replications: number;
  digest: string;
  /** Twins by status, with the element it names: "deadlock at b2". */
  status: Record<string, number>;
  metrics: Record<string, Metric>;
  events: number;
  seconds: number;
}

/** A scene file as an object: docs/scene-format.md. */
export interface SceneFile {
  run: Record<string, unknown>;
  [key: string]: unknown;
}

/** One of the scenes that ship with the product. */
export function shipped(file: string): SceneFile {
  return JSON.parse(readFileSync(join(ROOT, 'scenes', file), 'utf8'));
}

/**
 * Simulates a scene by the command line, on the reference engine with seed 1, unless `options` say otherwise. A command takes about a second
 * of processor time to start. Throws what the command says when it fails.
 */
export async function command(scene: SceneFile, ...options: string[]): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-theory-'));
  try {
    const file = join(folder, 'scene.json');
    writeFileSync(file, JSON.stringify(scene));
    const seed = options.includes('--seed') ? [] : ['--seed', '1'];
    return JSON.parse(await output([COMMAND, 'sim', file, '--engine', 'cpu', '--json', ...seed, ...options]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The laboratory on one thread of the reference engine, which is bundled as the command line's threads are: as it stands in src, word by word
 * imported, it would run at a fraction of the speed.
 */
async function openLaboratory(): Promise<Lab> {
  // Below the root, where it finds the packages that it imports.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache/thread-'));
  try {
    const input = { thread: join(ROOT, 'src/cli/twins-worker.ts') };
    const rolldownOptions = { input, output: { entryFileNames: '[name].mjs' } };
    await build({ root: ROOT, logLevel: 'error', publicDir: false, build: { ssr: true, outDir: folder, minify: false, rolldownOptions } });
    const worker = new Worker(join(folder, 'thread.mjs'));
    worker.unref();
    const twins = wrap<Twins>(nodeEndpoint(worker));
    // Once it answers, it needs its file no more.
    await Promise.race([twins.stop(), new Promise((_, reject) => worker.once('error', reject))]);
    return new Lab({ gpu: undefined, spawn: () => twins as unknown as RemoteTwins, threads: 1, proxy });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let laboratory: Promise<Lab> | undefined;

/** Simulates a scene in the laboratory that the command line and the page have too, on one thread of the reference engine that all plants of a test file share. */
export async function simulate(scene: SceneFile, replications: number, seed = 1): Promise<Result> {
  laboratory ??= openLaboratory();
  const summary = await (await laboratory).run({ scene: JSON.stringify(scene), replications, seed, engine: 'cpu' });
  const status = summary.status.map(({ status, element, count }) => [element === '' ? status : `${status} at ${element}`, count]);
  return { ...summary, status: Object.fromEntries(status) };
}

function output(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve(out) : reject(new Error(`status ${status}: ${errors}`))));
  });
}

/** Metric by name; a wrong name is a mistake in the test. */
export function metric(result: Result, name: string): Metric {
  const found = result.metrics[name];
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

/** Half-width of the two-sided confidence interval of a mean over replications, by Student's t. */
export function halfWidth({ sd, n }: Metric, level = 0.99): number {
  return n < 2 ? Number.POSITIVE_INFINITY : (dists.t.quantile((1 + level) / 2, n - 1) * sd) / Math.sqrt(n);
}

/** Replications are written down for this half-width of a 99 % interval, a share of the value … */
const FINE = 0.005;
/** … and the suite takes fewer: PRECISION=0.5 (per cent) in the environment asks for all of them. */
const COARSER = Math.max(FINE, Number(process.env['PRECISION'] ?? 0.8) / 100) / FINE;

/** The half-width to be reached where all replications reach `fine`. */
export const precision = (fine: number): number => fine * COARSER;

/** Of so many replications those that the suite takes: some more than in proportion, for the interval of a few is wider by Student's t, and itself less certain. */
export const effort = (replications: number): number => Math.min(replications, Math.ceil((1.15 * replications) / COARSER ** 2) + 3);

/** A simulated figure against a known one. Shares of the known value. */
export interface Comparison {
  what: string;
  expected: number;
  found: number;
  /** Of the 99 % interval, the uncertainty of the known value included. */
  halfWidth: number;
  /** Distance in half-widths of the 99 % interval: inside up to 1. */
  distance: number;
}

/** @param uncertainty half-width of the known value's own 99 % interval, where it is itself an estimate */
export function compare(what: string, found: Metric, expected: number, uncertainty = 0): Comparison {
  const half = Math.hypot(halfWidth(found), uncertainty);
  return { what, expected, found: found.mean, halfWidth: half / Math.abs(expected), distance: Math.abs(found.mean - expected) / half };
}

/**
 * The most misses that `checks` independent 99 % intervals show by chance: more come in fewer than one of a thousand such sets of checks.
 * @param sets of checks that are weighed each by itself: then more come in fewer than one of a thousand of all of them together
 */
export function missesAllowed(checks: number, sets = 1): number {
  return dists.binomial.quantile(1 - 0.001 / sets, checks, 0.01);
}

/** A line for a failed test to show. */
export function told({ what, expected, found, halfWidth, distance }: Comparison): string {
  return `${what}: ${found.toPrecision(7)}, expected ${expected.toPrecision(7)} ± ${(100 * halfWidth).toFixed(3)} %, ${distance.toFixed(2)} half-widths off`;
}
