/**
 * `npm test [-- STEP… | PATH…]`: installs what is missing, runs every step though an earlier one failed, and ends with the line
 * `N passed, N failed`: the tests, and one for each other step. Steps may be chosen by name; a word that is no step's name is
 * a path filter for the tests.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { provideChromium } from './chromium.mjs';
import { install, ROOT } from './install.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

const REPORT = join(ROOT, '.cache/tests.json');
const BIN = join(ROOT, 'node_modules/.bin');
// Some tools colour their output for CI's logs; a file of it is then hard to read.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';
const windows = process.platform === 'win32';

/** Runs a program of node_modules/.bin, or this Node, in view. True if it exits with 0. @param {string} program @param {string[]} args */
function run(program, ...args) {
  const command = program === 'node' ? process.execPath : join(BIN, windows ? `${program}.cmd` : program);
  const shell = windows && program !== 'node';
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], shell });
  if (error) console.log(error.message);
  return status === 0;
}

/** @type {Record<string, () => boolean>} */
const steps = {
  types: () => ['src', 'src/cli', 'test', '.tools'].map((project) => run('tsc', '--pretty', 'false', '-p', project)).every(Boolean),
  format: () => run('biome', 'ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'),
  // Its default report is coloured wherever CI is set, whatever NO_COLOR says.
  lint: () => run('oxlint', '--deny-warnings', ...(process.stdout.isTTY ? [] : ['--format=unix'])),
  layers: () => run('node', '.tools/layers.mjs'),
  unused: () => run('knip', '--config', '.config/knip.json', '--no-progress'),
  build: () => run('vite', 'build', '--logLevel', 'warn') && run('node', '.tools/size.mjs'),
};

/**
 * Runs the tests under test/, all or those whose path holds one of `filters`.
 * @param {string[]} filters
 * @returns {{ passed: number, failed: number }}
 */
function runTests(filters) {
  rmSync(REPORT, { force: true });
  const good = run('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters);
  if (!existsSync(REPORT)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults;
  // A file that breaks before its first test, and an error outside any test, are failures that no test carries.
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: failed === 0 && !good ? 1 : failed };
}

/** @template T @param {string} name @param {() => T} work @returns {T} */
function timed(name, work) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`);
  const start = performance.now();
  const result = work();
  console.log(`   ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

const words = process.argv.slice(2);
const filters = words.filter((word) => !(word in steps) && word !== 'tests');
const chosen = (/** @type {string} */ step) => words.length === 0 || words.includes(step) || (step === 'tests' && filters.length > 0);

mkdirSync(join(ROOT, '.cache'), { recursive: true });
install();
let passed = 0;
/** @type {string[]} */
const failures = [];
for (const [name, step] of Object.entries(steps)) {
  if (!chosen(name)) continue;
  if (timed(name, step)) passed++;
  else failures.push(name);
}
let failed = failures.length;
if (chosen('tests')) {
  try {
    process.env.CHROMIUM_PATH = provideChromium();
  } catch (error) {
    console.log(/** @type {Error} */ (error).message);
    failures.push('a browser with WebGPU');
    failed++;
  }
  Object.assign(process.env, vulkanEnvironment());
  const tests = timed('tests', () => runTests(filters));
  passed += tests.passed;
  failed += tests.failed;
  if (tests.failed > 0) failures.push('tests');
}
console.log(failures.length > 0 ? `\nFailed: ${failures.join(', ')}` : '');
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
