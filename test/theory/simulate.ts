/** Runs the product's own command line, and weighs what it prints against what theory says. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dists from '@stdlib/stats-base-dists';

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

/** What `sim --json` prints. */
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

/** Simulates a scene on the reference engine with seed 1, unless `options` (of the command line) say otherwise. Throws what the command says when it fails. */
export async function simulate(scene: SceneFile, ...options: string[]): Promise<Result> {
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
 */
export function missesAllowed(checks: number): number {
  return dists.binomial.quantile(0.999, checks, 0.01);
}

/** A line for a failed test to show. */
export function told({ what, expected, found, halfWidth, distance }: Comparison): string {
  return `${what}: ${found.toPrecision(7)}, expected ${expected.toPrecision(7)} ± ${(100 * halfWidth).toFixed(3)} %, ${distance.toFixed(2)} half-widths off`;
}
