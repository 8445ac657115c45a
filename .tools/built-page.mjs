/** The built page, served for a browser that is driven from here. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

/** Latest change of a file or of anything below a folder, in ms. @param {string} path @returns {number} */
function changed(path) {
  const status = statSync(path);
  const inside = status.isDirectory() ? readdirSync(path).map((name) => changed(join(path, name))) : [];
  return Math.max(status.mtimeMs, ...inside);
}

/** Serves the built page on a free port, building it first where it is not there or older than its sources. */
export async function openBuiltPage() {
  const { build, preview } = await import('vite');
  const sources = ['src', 'shaders', 'scenes', 'public', 'index.html', 'vite.config.ts', 'package-lock.json'].map((path) =>
    join(ROOT, path),
  );
  const built = join(ROOT, 'dist/index.html');
  if (!existsSync(built) || statSync(built).mtimeMs < Math.max(...sources.filter(existsSync).map(changed))) {
    console.error('Building the page');
    await build({ root: ROOT, logLevel: 'error' });
  }
  const server = await preview({ root: ROOT, logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } });
  const address = server.httpServer.address();
  if (typeof address !== 'object' || !address) throw new Error('The built page cannot be served here.');
  return { address: `http://localhost:${address.port}/`, close: () => server.close() };
}
