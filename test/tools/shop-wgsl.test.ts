/** The writer of the shop's WGSL: a program in the whole subset does in both languages the same; what is outside is refused, and where. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, runnerImport } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shopWgsl, writeShop } from '../../.tools/shop-wgsl.ts';
import { prune } from '../../src/engine/prune.ts';
import { openDevice } from '../gpu.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shop-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const MEMORY = `export * from './shape.ts';
export const NONE = -1;
export let now = 0;
const w = new Int32Array(64);
export function word(i: number): number { return w[i] as number; }
export function put(i: number, value: number): void { w[i] = value; }
export function table(i: number): number { return Math.imul(i, 2654435761) ^ (i << 7); }
export function setNow(tick: number): void { now = tick; }
export function words(): Int32Array { return w; }
`;
/** The same by hand. */
const MEMORY_WGSL = `
const NONE: i32 = -1;
const OPEN: i32 = 3;
const SHUT: i32 = 5;
var<private> now: i32;
@group(0) @binding(0) var<storage, read_write> w: array<i32>;
fn word(i: i32) -> i32 {
  return w[i];
}
fn put(i: i32, value: i32) {
  w[i] = value;
}
fn table_(i: i32) -> i32 {
  return (i * i32(2654435761u)) ^ (i << 7u);
}
fn setNow(tick: i32) {
  now = tick;
}
@compute @workgroup_size(1)
fn run() {
  runTwin(40);
}
`;
const WORDS = 'export const OPEN = 3;\nexport const SHUT = 5;\nexport const NIL = 0xffffffff;\n';
const SHAPE = (a: boolean, b: boolean) => `export let HAS_A = ${a};\nexport let HAS_B = ${b};\nexport let L_SLOT = 11;\n`;
const RECORD = 'let told = 0;\nexport function tell(what: number): void { told += what; }\n';

const PROGRAM = `
import { OPEN, SHUT } from '../stations/words.ts';
import { HAS_A, HAS_B, L_SLOT, NONE, now, put, setNow, table, word } from './memory.ts';
import { mix, sum } from './parts.ts';
import { tell } from './record.ts';

/** Begins the twin. */
export function beginTwin(): void {}

let turns = 0;
let odd = false;
const LAST = 1 << 4;
const MASK = LAST | OPEN;

function bump(by: number): number {
  turns += by;
  return turns;
}

function kindOf(i: number): number {
  switch (i % 7) {
    case 0:
    case OPEN: {
      const x = i + 1;
      return x;
    }
    case SHUT:
      put(20, word(20) + 1);
      break;
    case 6:
      if (i > 20) break;
      return -2;
    default:
      return -1;
  }
  return i * 2;
}

function firstBelow(limit: number, from: number): number {
  let i = from;
  while (true) {
    if (i * i > limit) return i;
    i++;
  }
}

function chain(i: number): number {
  let found = 0;
  if (HAS_A && i % 3 === 0) {
    found = 1;
  } else if (HAS_B && i % 3 === 1) {
    found = 2;
  } else if (i % 5 === 0) {
    found = 3;
  } else if (!HAS_A || HAS_B) {
    found = 4;
  } else {
    found = 5;
  }
  return found;
}

function either(i: number): number {
  if (HAS_A) {
    return i;
  } else {
    return -i;
  }
}

function early(i: number): number {
  if (HAS_A && HAS_B) {
    put(21, word(21) + i);
    if (i > 30) return 1;
  }
  if (HAS_B) return 2;
  if (HAS_A && i > 10) return 3;
  else put(22, word(22) + 1);
  return 4;
}

export function runTwin(maxEvents: number): void {
  turns = 0;
  let from = 0; // a word that WGSL keeps for itself
  for (let i = 0; i < maxEvents; i += 1) {
    if (i === 5) continue;
    odd = (i & 1) === 1;
    from += i;
    from -= odd ? 3 : 1;
    from ^= i << 3;
    from |= 0x80000000;
    from &= ~(MASK << 2);
    from >>= 1;
    from >>>= 2;
    from <<= 3;
    from *= 3;
    from = (from + Math.imul(from, 0x9e3779b1)) | 0;
    const chosen = odd ? bump(1) : bump(2);
    let other = i > 20 && chosen > 3 ? bump(100) : odd ? -bump(1) : 7;
    other = !odd || i < 4 ? bump(3) : other - 1;
    put(0, (word(0) + chosen - other) | 0);
    put(1, word(1) + kindOf(i));
    put(2, word(2) + Math.trunc((i - 20) / 3) + ((i - 20) % 4));
    put(3, word(3) + Math.clz32(table(i)) + Math.min(i, 9) + Math.max(i, 11) + Math.abs(3 - i));
    put(4, (word(4) ^ (table(i) >> 5) ^ (table(i + 1) >>> 9)) | 0);
    put(5, word(5) + chain(i) + 10 * either(i) + 1000 * early(i));
    put(6, word(6) + (odd === (i > 10) ? (i >= 30 ? 4 : 2) : -0x7fffffff + i));
    put(L_SLOT, from);
    tell(i);
    setNow(now + 2);
    if (i === 37) break;
  }
  put(7, firstBelow(1000, 2));
  put(8, mix(NONE, odd));
  put(9, sum(10));
  put(10, now);
  let both: boolean;
  both = odd && !(turns <= 3);
  if (both !== odd) put(12, 1);
  else {
    put(12, 2);
  }
}
`;
const PARTS = `
import { put, word } from './memory.ts';
export function mix(a: number, flag: boolean): number {
  return flag ? a + counted(13) : a - 1;
}
export function sum(n: number): number {
  let all = 0;
  for (let i = n; i > 0; i--) all += i;
  return all;
}
function counted(i: number): number {
  put(i, word(i) + 1);
  return word(i);
}
`;
/** One copy of the modules, to run and to look into. */
const BOTH = "export { runTwin } from './run.ts';\nexport { words } from './memory.ts';\n";

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

/** What a kernel leaves in 64 words that begin as 0. */
async function run(code: string): Promise<number[]> {
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  expect(messages.map(({ type, lineNum, message }) => `${type} in "${code.split('\n')[lineNum - 1]}": ${message}`)).toEqual([]);
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'run' } });
  const words = device.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const copy = device.createBuffer({ size: 256, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: words } }] }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(words, 0, copy, 0, 256);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  return [...new Int32Array(copy.getMappedRange())];
}

describe('a program in the whole subset', () => {
  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('does the same in both languages (features %s, %s)', async (a, b) => {
    write({
      'src/shop/memory.ts': MEMORY,
      'src/shop/shape.ts': SHAPE(a, b),
      'src/shop/record.ts': RECORD,
      'src/shop/run.ts': PROGRAM,
      'src/shop/parts.ts': PARTS,
      'src/shop/both.ts': BOTH,
      'src/stations/words.ts': WORDS,
    });
    const { code, files } = writeShop(join(root, 'src/shop'), root);
    expect(files.map((file) => file.slice(root.length + 1)).sort()).toEqual([
      'src/shop/memory.ts',
      'src/shop/parts.ts',
      'src/shop/record.ts',
      'src/shop/run.ts',
      'src/shop/shape.ts',
      'src/stations/words.ts',
    ]);
    type Both = { runTwin(events: number): void; words(): Int32Array };
    const { module } = await runnerImport<Both>(join(root, 'src/shop/both.ts'), { configFile: false, root });
    module.runTwin(40);
    const expected = [...module.words()];
    expect(expected.filter((word) => word !== 0).length).toBeGreaterThan(10);
    const features = new Set([...(a ? ['HAS_A'] : []), ...(b ? ['HAS_B'] : [])]);
    const head = `const HAS_A: bool = ${a};\nconst HAS_B: bool = ${b};\nconst L_SLOT: i32 = 11;\n${MEMORY_WGSL}`;
    expect(await run(prune(head + code, features, 'run'))).toEqual(expected);
  });
});

describe('what is outside the subset is refused, with its place', () => {
  const HEAD = "import { HAS_A, put, word } from './memory.ts';\nlet x = 0;\nfunction f(a: number, b: boolean): number {\n";
  const TAIL = '\n  return HAS_A ? a : word(x);\n}\nexport function runTwin(n: number): void {\n  put(0, f(n, n > 1));\n}\n';
  /** The message for a function with these lines. */
  function refusal(body: string): string {
    write({
      'src/shop/memory.ts': MEMORY,
      'src/shop/shape.ts': SHAPE(true, true),
      'src/shop/record.ts': RECORD,
      'src/stations/words.ts': WORDS,
    });
    write({ 'src/shop/run.ts': body.startsWith('import') ? body : HEAD + body + TAIL });
    try {
      writeShop(join(root, 'src/shop'), root);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  }

  test.each([
    ['  const y = a;\n  put(y, 1);', 'accepted'],
    ['  const y = a / 2;\n  put(y, 1);', 'src/shop/run.ts:4:13: numbers are whole: write Math.trunc(a / b)'],
    ['  const y = 1.5;\n  put(y, 1);', '4:13: 1.5 is not a whole number of 32 bits'],
    ['  if (a) put(0, 1);', '4:7: expected a boolean, found a number'],
    ['  put(0, a + b);', '4:14: expected a number, found a boolean'],
    ['  put(0);', '4:3: put takes 2 values, found 1'],
    ['  a = 2;', '4:3: a is a parameter, which WGSL does not change: copy it to a local'],
    ['  const y = 1;\n  y++;', '5:3: y is constant'],
    ['  put(0, y);', '4:10: y is not declared here, nor imported as a number, boolean or function'],
    [
      '  if (word(0) === 0xffffffff) put(0, 1);',
      '4:19: 4294967295 is another number in TypeScript than the word that looks like it: write -1',
    ],
    ['  put(0, a >>> 0);', '4:16: a shift by 0 is not the same in TypeScript and WGSL'],
    ['  const y = [a];\n  put(0, y[0]);', '4:13: ArrayExpression is not in the subset'],
    ['  put(0, a ** 2);', '4:10: ** is not in the subset'],
    ['  put(0, Math.sqrt(a));', '4:10: expected Math.imul(a, b), Math.trunc(a / b)'],
    ['  do put(0, 1);\n  while (b);', '4:3: DoWhileStatement is not in the subset'],
    ['  b && put(0, 1);', '4:3: expected an assignment or a call'],
    ['  put(0, 1 + (b ? a : g(a)));\n  return 1;\n}\nfunction g(a: number): number {\n  if (a < 0) return word(a);', 'accepted'],
    [
      '  put(0, 1 + (b ? a : g(a)));\n  return 1;\n}\nfunction g(a: number): number {\n  x = a;',
      '4:15: both sides of a ? b : c inside an expression are computed',
    ],
    [
      '  x += g(a);\n  return 1;\n}\nfunction g(a: number): number {\n  x = a;',
      '4:3: x may change while the right side is computed: compute that first',
    ],
    ['  switch (a) {\n    case 1:\n      put(0, 1);\n    default:\n  }', '5:5: a case must end with break, continue or return'],
    ['  return 1;\n}\nlet slot = HAS_A;\nfunction g(a: number): number {', '6:12: expected a number, true, false or names of constants'],
    ['  return 1;\n}\nclass C {}\nfunction g(a: number): number {', '6:1: expected an import, a function, a register (let) or a constant'],
    ['  return 1;\n}\nfunction g(a: string): number {', '6:1: expected parameters annotated number or boolean'],
    [
      "import { NIL } from '../stations/words.ts';\nexport function runTwin(n: number): boolean {\n  return n === NIL;\n}",
      '3:16: NIL is another number in TypeScript',
    ],
    [
      "import { now } from './memory.ts';\nexport function runTwin(): void {\n  now = 1;\n}",
      '3:3: now is imported: the module that declares it sets it',
    ],
    ["import { tell } from './record.ts';\nexport function runTwin(n: number): void {\n  if (n > 1) tell(n);\n}", 'accepted'],
    [
      "import { gone } from './memory.ts';\nexport function runTwin(): void {}",
      '1:10: ./memory.ts has no number, boolean or function gone',
    ],
    ["import { gone } from './nowhere.ts';\nexport function runTwin(): void {}", '1:1: there is no src/shop/nowhere.ts'],
    ["import { word as w } from './memory.ts';\nexport function runTwin(): void {}", '1:10: imports are by name, and keep the name'],
  ])('%j', (body, expected) => {
    expect(refusal(body)).toContain(expected);
  });

  test('exported names are unique in the kernel; what a module keeps to itself gives way', () => {
    const text =
      "import { G } from './other.ts';\nexport function f(): void {}\nexport function runTwin(n: number): void {\n  if (n > G) f();\n}\n";
    write({ 'src/shop/other.ts': 'export const G = 2;\nexport function f(): void {}\n' });
    expect(refusal(text)).toContain('src/shop/other.ts:2:8: the name f is taken by src/shop/run.ts');
    write({
      'src/shop/other.ts':
        'export const G = 2;\nlet mulhi = 0;\nexport function g(): void {\n  f();\n}\nfunction f(): void {\n  mulhi += G;\n}\n',
    });
    expect(refusal(text)).toBe('accepted');
    write({ 'shaders/shop/memory.wgsl': 'fn mulhi() {}\n' });
    const { code } = writeShop(join(root, 'src/shop'), root);
    expect(code).toContain('fn f() {\n}');
    expect(code).toContain('fn g() {\n  f_other();\n}');
    expect(code).toContain('fn f_other() {\n  mulhi_other = mulhi_other + G;\n}');
    write({ 'shaders/shop/memory.wgsl': 'fn runTwin() {}\n' });
    expect(refusal(text)).toContain('the name runTwin is taken by shaders/shop/memory.wgsl');
  });
});

test('a build holds the behaviour, in the page and in its workers; a mistake fails it', async () => {
  const bundle = () =>
    build({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: [shopWgsl()],
      worker: { format: 'es', plugins: () => [shopWgsl()] },
      build: { write: false, minify: false, rolldownOptions: { input: join(root, 'src/main.js') } },
    });
  write({
    'src/main.js':
      "import code from './shop/?wgsl';\nconsole.log(code);\nnew Worker(new URL('./worker.js', import.meta.url), { type: 'module' });",
    'src/worker.js': "import code from './shop/?wgsl';\nconsole.log(code);",
    'src/shop/run.ts': 'export function runTwin(n: number): number {\n  return n + 1;\n}\n',
  });
  const { output } = (await bundle()) as unknown as { output: { fileName: string; code?: string; source?: string }[] };
  const texts = output.map((file) => file.code ?? String(file.source)).filter((text) => text.includes('fn runTwin(n: i32) -> i32 {'));
  expect(texts).toHaveLength(2);
  write({ 'src/shop/run.ts': 'export function runTwin(n: number): number {\n  return n / 2;\n}\n' });
  await expect(bundle()).rejects.toThrow('src/shop/run.ts:2:10: numbers are whole');
});
