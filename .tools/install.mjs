/** Brings node_modules in line with package-lock.json where it is not: the first step of every command on a fresh clone. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, absolute. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean, optionalDependencies?: Record<string, string> }>} */
const packages = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;

/**
 * Whether every package of the lock file is there in its version. Versions are compared, not dates: after `npm install NAME` the lock file
 * is the younger one though nothing is missing. Optional packages may be absent (other platforms' binaries).
 */
function complete() {
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(join(ROOT, record))) return false;
  const installed = packages(record);
  return Object.entries(packages('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || (installed[path] ? installed[path].version === version : optional === true),
  );
}

/**
 * Whether the lock file lists the binaries of every platform. One written where the registry did not offer them all does not, and `npm ci`
 * refuses it; `npm install --no-save` keeps to its versions too, adds what this platform lacks and leaves the file as it is.
 */
function lockListsEveryPlatform() {
  const locked = packages('package-lock.json');
  const names = new Set(Object.keys(locked).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  return Object.values(locked).every(({ optionalDependencies = {} }) => Object.keys(optionalDependencies).every((name) => names.has(name)));
}

/** Runs npm if something is missing; its output goes to standard error. Ends the process if that fails. */
export function install() {
  if (complete()) return;
  // Under NODE_ENV=production npm would leave out the tools.
  const args = [...(lockListsEveryPlatform() ? ['ci'] : ['install', '--no-save']), '--no-audit', '--no-fund', '--include=dev'];
  console.error(`Installing packages (a minute or two): npm ${args.join(' ')}`);
  const { status, error } = spawnSync('npm', args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(`npm failed${error ? `: ${error.message}` : '; its message is above'}.`);
    process.exit(status || 1);
  }
}
