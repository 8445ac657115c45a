/** Finds, or installs, a Chromium that has WebGPU: for the page tests, and for the software Vulkan driver that comes with it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const LINUX = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/chromium-browser'];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
const WINDOWS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** Executables worth a try, best first. CHROMIUM_PATH, where set, is the only one. @param {NodeJS.ProcessEnv} env @returns {string[]} */
function candidates(env) {
  if (env.CHROMIUM_PATH) return [env.CHROMIUM_PATH];
  if (process.platform === 'darwin') return [...MAC, ...fromPlaywright(env)];
  if (process.platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return [...roots.flatMap((root) => WINDOWS.map((path) => join(root, path))), ...fromPlaywright(env)];
  }
  return [...LINUX, ...fromPlaywright(env)];
}

/** What `npx playwright install chromium` has left, newest first. @param {NodeJS.ProcessEnv} env @returns {string[]} */
function fromPlaywright(env) {
  const caches = { darwin: 'Library/Caches', win32: 'AppData/Local' };
  const cache = caches[/** @type {'darwin' | 'win32'} */ (process.platform)] ?? '.cache';
  const root = env.PLAYWRIGHT_BROWSERS_PATH || join(homedir(), cache, 'ms-playwright');
  if (!existsSync(root)) return [];
  const programs = [
    'chrome',
    'chrome.exe',
    ...['Google Chrome for Testing', 'Chromium'].map((name) => `${name}.app/Contents/MacOS/${name}`),
  ];
  return readdirSync(root)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((name) => readdirSync(join(root, name)).flatMap((folder) => programs.map((program) => join(root, name, folder, program))))
    .filter(existsSync);
}

/** Starting it tells a real browser from Ubuntu's stand-in that asks for a snap. @param {string} path */
function starts(path) {
  if (!existsSync(path)) return false;
  // On Windows a browser asked for its version opens a window.
  return process.platform === 'win32' || spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/** Path of an installed Chromium, or undefined. @param {NodeJS.ProcessEnv} env */
export function findChromium(env = process.env) {
  return candidates(env).find(starts);
}

/** Folders in which a Chromium keeps its libraries, whether or not they exist. @param {NodeJS.ProcessEnv} env @returns {string[]} */
export function chromiumDirectories(env = process.env) {
  // The program in /usr/bin is often a script; Debian's, Google's and Ubuntu's libraries lie in these.
  const known = ['/usr/lib/chromium', '/opt/google/chrome', '/usr/lib/chromium-browser'];
  const beside = candidates(env)
    .filter(existsSync)
    .map((path) => dirname(realpathSync(path)));
  return [...(env.CHROMIUM_PATH ? beside : []), ...known, ...beside];
}

/** Runs a command in view, its output on standard error, and says which. @param {string} command @param {string[]} args */
function run(command, args) {
  console.error(`> ${command} ${args.join(' ')}`);
  const windows = process.platform === 'win32';
  return (
    spawnSync(command, args, { stdio: ['ignore', 2, 2], shell: windows, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0
  );
}

/** Path of a Chromium, installing one if there is none. Throws where that fails. */
export function provideChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.env.CHROMIUM_PATH) throw new Error(`CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, which does not start.`);
  console.error('No Chromium found; installing one.');
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (root && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) {
    if (run('apt-get', ['update']) && run('apt-get', ['install', '-y', 'chromium'])) {
      const installed = findChromium();
      if (installed) return installed;
    }
  }
  const playwright = ['playwright', 'install', 'chromium'];
  if (!root || !run('npx', [...playwright, '--with-deps'])) run('npx', playwright);
  const installed = findChromium();
  if (!installed)
    throw new Error(
      'No Chromium could be installed. Install Chromium or Chrome (or run `npx playwright install --with-deps chromium` as root); CHROMIUM_PATH names one in an unusual place.',
    );
  return installed;
}
