/**
 * `npm run --silent import -- smt2020 DIR OUT.json [--spread offset|width] [--batches minimum|full] [--no-wip]`: makes a scene of another program's
 * files, and tells what the scene cannot say. `-` as OUT.json prints the scene.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ImportError } from '../scene/import/autosched.ts';
import { importSmt2020 } from '../scene/import/smt2020.ts';
import { read } from '../scene/read.ts';

const USAGE = `usage: npm run --silent import -- smt2020 DIR OUT.json [options]
  DIR                folder with tool.txt.1l, route_*.txt, order.txt …
  OUT.json           the scene to write, or - to print it
  --spread S         offset: uniform times are mean ± the second number (default); width: mean ± half of it
  --batches B        minimum: a batch starts with BATCHMN (default); full: it waits for BATCHMX
  --no-wip           the fab is empty at the start`;

function one<T extends string>(option: string, text: string, known: readonly T[]): T {
  if (!(known as readonly string[]).includes(text)) throw new ImportError(`--${option}: found "${text}"; expected ${known.join(' or ')}`);
  return text as T;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      spread: { type: 'string', default: 'offset' },
      batches: { type: 'string', default: 'minimum' },
      'no-wip': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return console.log(USAGE);
  const [format, folder, out, ...more] = positionals;
  if (format !== 'smt2020' || folder === undefined || out === undefined || more.length > 0) throw new ImportError(USAGE);
  const { scene, notes } = importSmt2020((name) => text(join(folder, name)), {
    spread: one('spread', values.spread, ['offset', 'width']),
    batches: one('batches', values.batches, ['minimum', 'full']),
    wip: !values['no-wip'],
  });
  const written = JSON.stringify(scene, null, 1);
  const checked = read(written);
  if (!checked.ok) throw new ImportError(checked.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  if (out === '-') console.log(written);
  else writeFileSync(out, `${written}\n`);
  for (const note of notes) console.error(note);
}

const text = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
