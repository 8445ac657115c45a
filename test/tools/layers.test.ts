import { expect, test } from 'vitest';
import { violations } from '../../.tools/layers.mjs';

test('imports that follow the table are allowed', () => {
  expect(
    violations({
      'src/clock.ts': "export const a = 1;\nexport { b } from './random.ts';",
      'src/stations/oven.ts':
        "import type { Floor } from '../engine/floor.ts';\nimport { a } from '../clock.ts';\nimport { z } from 'zod';",
      'src/scene/read.ts': "import { oven } from '../stations/oven.ts';",
      'src/engine/floor.ts': "import type { Plant } from '../scene/plant.ts';",
      'src/engine/gpu.ts': "import code from '../../shaders/step.wgsl?link';\nimport { LAYOUT } from './layout.ts';",
      'src/engine/reference.ts': "// gpu.ts does the same: import { x } from './gpu.ts';\nimport { LAYOUT } from './layout.ts';",
      'src/experiment/batch.ts': "import { run } from '../engine/gpu.ts';\nnew Worker(new URL('./worker.ts', import.meta.url));",
      'src/view/floor.ts': "import type { Scene } from '../scene/scene.ts';\nimport { STATES } from '../engine/trace.ts';",
      'src/app/page.ts': "import type { Laboratory } from '../experiment/protocol.ts';\nimport { read } from '../scene/read.ts';",
      'src/cli/sim.ts':
        "import { readFileSync } from 'node:fs';\nimport { create } from 'webgpu';\nimport { run } from '../experiment/batch.ts';",
      'src/main.ts': "import './app/page.ts';\nimport { run } from './experiment/batch.ts';",
    }),
  ).toEqual([]);
});

test('each import against the table is named with its file, line and reason', () => {
  const found = violations({
    'src/clock.ts': "\n\nimport { oven } from './stations/oven.ts';",
    'src/stations/oven.ts': "import { hold } from '../engine/floor.ts';",
    'src/scene/read.ts': "/** Reads. */\nimport {\n  run,\n} from '../engine/reference.ts';",
    'src/engine/reference.ts': "export * from './gpu.ts';\nimport type { Batch } from '../experiment/batch.ts';",
    'src/engine/gpu/slice.ts': "const twin = await import('../reference/step.ts');",
    'src/experiment/batch.ts': "import '../app/page.ts';\nimport '../scene/read.ts'; import { readFileSync } from 'node:fs';",
    'src/view/floor.ts': "import { read } from '../scene/read.ts';",
    'src/app/page.ts': "new Worker(new URL('../experiment/worker.ts', import.meta.url));\nimport type { P } from '../engine/layout.ts';",
    'src/cli/sim.ts': "import { bar } from '../app/bar.ts';\nimport '../main.ts';",
  });
  expect(found.map((line) => line.replace(/: not allowed, because .+/, ''))).toEqual([
    'src/app/page.ts:1 imports ../experiment/worker.ts',
    'src/app/page.ts:2 imports ../engine/layout.ts',
    'src/cli/sim.ts:1 imports ../app/bar.ts',
    'src/cli/sim.ts:2 imports ../main.ts',
    'src/clock.ts:3 imports ./stations/oven.ts',
    'src/engine/gpu/slice.ts:1 imports ../reference/step.ts',
    'src/engine/reference.ts:1 imports ./gpu.ts',
    'src/engine/reference.ts:2 imports ../experiment/batch.ts',
    'src/experiment/batch.ts:1 imports ../app/page.ts',
    'src/experiment/batch.ts:2 imports node:fs',
    'src/scene/read.ts:2 imports ../engine/reference.ts',
    'src/stations/oven.ts:1 imports ../engine/floor.ts',
    'src/view/floor.ts:1 imports ../scene/read.ts',
  ]);
  expect(found[11]).toMatch(/type-only import would do$/);
});

test('a file outside every layer is a violation itself', () => {
  expect(violations({ 'src/utils.ts': '', 'src/misc/a.ts': '' })).toHaveLength(2);
});
