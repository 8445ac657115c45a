import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pureSchemas } from '../../.tools/pure-schemas.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pure-'));
  writeFileSync(
    join(root, 'kind.ts'),
    `import { z } from 'zod';
const part: unknown = z.strictObject({ size: z.number().min(1) }).meta({ description: 'SCHEMA' });
export const kind = z.array(part as never), other = z.string('OTHER');
export function behave(): string { return 'BEHAVIOUR'; }
`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a bundler makes of `entry`, with zod put aside. */
async function bundled(entry: string): Promise<string> {
  writeFileSync(join(root, 'entry.ts'), entry);
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [pureSchemas()],
    build: { write: false, minify: false, lib: { entry: join(root, 'entry.ts'), formats: ['es'] }, rolldownOptions: { external: ['zod'] } },
  })) as Rolldown.RolldownOutput[];
  return built[0]!.output[0].code;
}

test('a schema that nobody uses goes, and what is beside it stays', async () => {
  const code = await bundled("import { behave } from './kind.ts';\nconsole.log(behave());\n");
  expect(code).toContain('BEHAVIOUR');
  expect(code).not.toMatch(/SCHEMA|OTHER|strictObject/);
});

test('a schema that is used stays, with what it is made of', async () => {
  const code = await bundled("import { kind } from './kind.ts';\nconsole.log(kind);\n");
  expect(code).toMatch(/SCHEMA/);
  expect(code).not.toMatch(/BEHAVIOUR|OTHER/);
});
