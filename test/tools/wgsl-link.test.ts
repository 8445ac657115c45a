import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkWgsl, wgslLink } from '../../.tools/wgsl-link.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wgsl-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
const link = (name: string) => linkWgsl(join(root, name), root);

test('definitions come before their use, each file once, lines kept', () => {
  write({
    'shaders/step.wgsl': '#import shared/draw\n#import shared/time\nfn step() {}\n',
    'shaders/shared/draw.wgsl': 'const A = 1;\n#import shared/time\nfn draw() {}\n',
    'shaders/shared/time.wgsl': 'alias Tick = u32;\n',
  });
  const { code, files } = link('shaders/step.wgsl');
  expect(code).toBe(
    [
      '// shaders/shared/time.wgsl\nalias Tick = u32;\n',
      '// shaders/shared/draw.wgsl\nconst A = 1;\n\nfn draw() {}\n',
      '// shaders/step.wgsl\n\n\nfn step() {}\n',
    ].join('\n'),
  );
  expect(files).toEqual(['shared/time', 'shared/draw', 'step'].map((name) => join(root, `shaders/${name}.wgsl`)));
});

test('directives move to the top, each once', () => {
  write({
    'shaders/a.wgsl': 'enable f16;\n#import b\nfn a() {}',
    'shaders/b.wgsl': 'enable f16;\nrequires pointer_composite_access;\nfn b() {}',
  });
  expect(link('shaders/a.wgsl').code.split('\n').slice(0, 3)).toEqual([
    'enable f16;',
    'requires pointer_composite_access;',
    '// shaders/b.wgsl',
  ]);
});

test('an unknown name, a cycle and a malformed import are named with file and line', () => {
  write({
    'shaders/unknown.wgsl': 'fn f() {}\n#import shared/nope\n',
    'shaders/cycle.wgsl': '#import shared/one\n',
    'shaders/shared/one.wgsl': '\n#import shared/two\n',
    'shaders/shared/two.wgsl': '\n\n#import shared/one\n',
    'shaders/malformed.wgsl': '#include "x"\n',
  });
  expect(() => link('shaders/unknown.wgsl')).toThrow('shaders/unknown.wgsl:2: #import shared/nope: there is no shaders/shared/nope.wgsl');
  expect(() => link('shaders/cycle.wgsl')).toThrow(
    /^shaders\/shared\/two\.wgsl:3: .*one\.wgsl → shaders\/shared\/two\.wgsl → shaders\/shared\/one\.wgsl$/,
  );
  expect(() => link('shaders/malformed.wgsl')).toThrow('shaders/malformed.wgsl:1: expected "#import name", found "#include "x""');
});

const bundle = () =>
  build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [wgslLink()],
    worker: { format: 'es', plugins: () => [wgslLink()] },
    build: { write: false, minify: false, rolldownOptions: { input: join(root, 'main.js') } },
  });

test('a build links shaders in the page and in its workers', async () => {
  write({
    'main.js':
      "import code from './shaders/a.wgsl?link';\nconsole.log(code);\nnew Worker(new URL('./worker.js', import.meta.url), { type: 'module' });",
    'worker.js': "import code from './shaders/a.wgsl?link';\nconsole.log(code);",
    'shaders/a.wgsl': '#import b\nfn a() {}',
    'shaders/b.wgsl': 'fn b() {}',
  });
  const { output } = (await bundle()) as unknown as { output: { fileName: string; code?: string; source?: string }[] };
  const texts = output.map((file) => file.code ?? String(file.source)).filter((text) => text.includes('fn b() {}'));
  expect(texts).toHaveLength(2);
});

test('a bad import fails the build', async () => {
  write({ 'main.js': "import code from './shaders/a.wgsl?link';\nconsole.log(code);", 'shaders/a.wgsl': 'fn a() {}\n#import nope\n' });
  await expect(bundle()).rejects.toThrow('shaders/a.wgsl:2: #import nope: there is no shaders/nope.wgsl');
});
