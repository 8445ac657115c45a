/** Prints what the built page weighs, gzipped, and fails where what a visitor waits for, or all of it, is over its budget. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './install.mjs';

/** The page, its scripts, styles and workers as they are loaded at once. In units of 1,000 bytes, gzipped.
 * Most of it is what reads, checks and compiles a scene (127 with the kernels of plain plants), then the hall (71), the engine's threads (58) and the page. */
const FIRST_BUDGET = 345;
/** With what is loaded when it is asked for: experiments, exports, the wall, loose parts, the kernels of the shop. The hall, the wall and the bench of loose parts are worth 80 of them. */
const BUDGET = 640;

/** Workers that `src/main.ts` names but starts only when their view is first opened. */
const STARTED_LATER = /\bbulk-worker-/;

const dist = join(ROOT, 'dist');
const read = (/** @type {string} */ name) => readFileSync(join(dist, name), 'utf8');
const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((name) => ['.js', '.css', '.html'].includes(extname(name)))
  .map((name) => name.replaceAll('\\', '/'));

// What a file names it loads, unless it names it in `import("…")`, which waits until it is asked for.
const first = new Set(['index.html']);
for (const name of first) {
  if (extname(name) === '.css') continue;
  const text = read(name)
    .replace(/\bimport\(\s*["'`][^"'`]+["'`]\s*\)/g, '')
    .replace(/__vite__mapDeps\s*=[^;]*;/g, '');
  for (const [, target] of text.matchAll(/["'`(]([^"'`()\s]+\.(?:js|css))["'`)]/g)) {
    const path = [
      posix.join(posix.dirname(name), /** @type {string} */ (target)),
      posix.join('assets', posix.basename(/** @type {string} */ (target))),
    ];
    const found = path.find((candidate) => names.includes(candidate));
    if (found !== undefined && !STARTED_LATER.test(found)) first.add(found);
  }
}

const files = names
  .map((name) => ({ name, size: gzipSync(readFileSync(join(dist, name)), { level: 9 }).length / 1000, first: first.has(name) }))
  .sort((a, b) => b.size - a.size);
const sum = (/** @type {typeof files} */ some) => some.reduce((total, { size }) => total + size, 0);
for (const file of files) console.log(`${file.size.toFixed(1).padStart(8)} kB  ${file.name}${file.first ? '' : '  (when asked for)'}`);
const [atOnce, all] = [sum(files.filter((file) => file.first)), sum(files)];
console.log(`${atOnce.toFixed(1).padStart(8)} kB  at once, gzipped; the budget is ${FIRST_BUDGET} kB`);
console.log(`${all.toFixed(1).padStart(8)} kB  in all, gzipped; the budget is ${BUDGET} kB`);
process.exitCode = atOnce > FIRST_BUDGET || all > BUDGET ? 1 : 0;
