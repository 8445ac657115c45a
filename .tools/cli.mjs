/** `npm run sim`, `npm run bench`: bundles src/cli/NAME.ts where sources have changed, and runs it in a child Node with WebGPU's driver at hand. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { install, ROOT } from './install.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

/** Latest change of a file or of anything below a folder, in ms; folders count, so that a removed file does too. @param {string} path @returns {number} */
function changed(path) {
  const status = statSync(path);
  const inside = status.isDirectory() ? readdirSync(path).map((name) => changed(join(path, name))) : [];
  return Math.max(status.mtimeMs, ...inside);
}

/**
 * The folder with the bundle of src/cli/NAME.ts, made if there is none for these sources. Files of src/cli named *worker.ts are bundled
 * beside it under their own names, for worker_threads: `new Worker(new URL('./NAME.js', import.meta.url))`. Says nothing unless it fails.
 * @param {string} name
 */
async function bundle(name) {
  const sources = ['src', 'shaders', 'scenes', 'vite.config.ts', '.tools', 'package-lock.json'];
  const present = sources.map((path) => join(ROOT, path)).filter(existsSync);
  const version = Math.max(...present.map(changed));
  const home = join(ROOT, '.cache', name);
  const folder = join(home, version.toFixed(0));
  if (existsSync(folder)) return folder;

  const folderInWork = join(home, `${process.pid}.part`);
  const workers = readdirSync(join(ROOT, 'src/cli')).filter((file) => file.endsWith('worker.ts'));
  const input = Object.fromEntries([`${name}.ts`, ...workers].map((file) => [basename(file, '.ts'), join(ROOT, 'src/cli', file)]));
  const { build } = await import('vite');
  await build({
    root: ROOT,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20',
      outDir: folderInWork,
      emptyOutDir: true,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  try {
    renameSync(folderInWork, folder);
  } catch {
    // A second command at the same moment was quicker, with the same result.
    rmSync(folderInWork, { recursive: true });
  }
  // A bundle an hour old can no longer be in the middle of loading.
  for (const old of readdirSync(home)) {
    if (Date.now() - statSync(join(home, old)).mtimeMs > 3_600_000 && join(home, old) !== folder)
      rmSync(join(home, old), { recursive: true, force: true });
  }
  return folder;
}

const [name, ...args] = process.argv.slice(2);
if (!name || !existsSync(join(ROOT, 'src/cli', `${name}.ts`))) {
  console.error(`There is no command "${name ?? ''}" in src/cli.`);
  process.exit(2);
}
install();
mkdirSync(join(ROOT, '.cache', name), { recursive: true });
const folder = await bundle(name).catch((/** @type {Error} */ error) => {
  console.error(error.message);
  return process.exit(1);
});
// npm runs scripts in the root, but file names are meant from where the command was typed.
const cwd = (process.env.npm_lifecycle_event === name && process.env.INIT_CWD) || process.cwd();
const child = spawn(process.execPath, ['--enable-source-maps', join(folder, `${name}.js`), ...args], {
  cwd,
  stdio: 'inherit',
  env: { ...process.env, ...vulkanEnvironment() },
});
// Ctrl-C reaches the child by itself; it decides how to end. Other signals are handed on.
process.on('SIGINT', () => {});
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
