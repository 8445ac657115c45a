/** Prints what the built page weighs, gzipped, and fails where its code is over the budget. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './install.mjs';

/** Scripts, styles and the page itself, workers included: what a visitor waits for. In units of 1,000 bytes, gzipped. */
const BUDGET = 360;

const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter((name) => ['.js', '.css', '.html'].includes(extname(name)))
  .map((name) => ({ name: name.replaceAll('\\', '/'), size: gzipSync(readFileSync(join(ROOT, 'dist', name)), { level: 9 }).length / 1000 }))
  .sort((a, b) => b.size - a.size);
const total = files.reduce((sum, { size }) => sum + size, 0);
for (const { name, size } of files) console.log(`${size.toFixed(1).padStart(8)} kB  ${name}`);
console.log(`${total.toFixed(1).padStart(8)} kB  in all, gzipped; the budget is ${BUDGET} kB`);
process.exitCode = total > BUDGET ? 1 : 0;
