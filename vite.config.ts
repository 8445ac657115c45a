import { defineConfig, type ViteUserConfig } from 'vitest/config';
import type { TestSequencerConstructor, TestSpecification } from 'vitest/node';
import { findChromium } from './.tools/chromium.mjs';
import { pureSchemas } from './.tools/pure-schemas.ts';
import { shopWgsl } from './.tools/shop-wgsl.ts';
import { vulkanEnvironment } from './.tools/vulkan.mjs';
import { wgslLink } from './.tools/wgsl-link.ts';

/** Puts the words of the vocabulary (src/stations/words.ts) in place of their names: small functions on the hot path stay small enough to be inlined. */
const optimization = { inlineConst: { mode: 'all', pass: 3 } } as const;

/** Test files that take half a minute or more of two cores, the longest first. */
const LONGEST = [
  'engine/parity',
  'page/app',
  'theory/service',
  'theory/pull',
  'theory/theory',
  'theory/scenes',
  'engine/shop-parity',
  'engine/conservation',
  'theory/resources',
  'experiment/lab',
  'unit/scene/size',
  'view/floor',
  'theory/invariance',
];

/** Built by test/pages.ts. */
const PAGES_OF_TESTS = ['index.html', 'test/page/fake.html', 'test/page/charts.html', 'test/view/floor.html', 'test/view/wall.html'];

/** Begins with the files that take longest, so that none of them is left over for one of the workers when the other has nothing to do. */
async function longestFirst(): Promise<TestSequencerConstructor> {
  const { BaseSequencer } = await import('vitest/node');
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const rank = ({ moduleId }: TestSpecification): number => {
        const place = LONGEST.findIndex((file) => moduleId.endsWith(`/test/${file}.test.ts`));
        return place < 0 ? LONGEST.length : place;
      };
      return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
  };
}

export default defineConfig(async ({ mode }): Promise<ViteUserConfig> => {
  if (mode === 'test') {
    // The forked test processes inherit these; a driver's library path set any later would be too late for the loader.
    Object.assign(process.env, vulkanEnvironment());
    process.env.CHROMIUM_PATH ??= findChromium() ?? '';
  }
  return {
    // Relative addresses: the built page works from any path, needs no headers from its host, and runs under
    // `default-src 'self'; style-src 'self' 'unsafe-inline'` (no eval, nothing inlined as data:).
    base: './',
    appType: 'mpa',
    plugins: [wgslLink(), shopWgsl()],
    worker: { format: 'es', plugins: () => [pureSchemas(), wgslLink(), shopWgsl()], rolldownOptions: { optimization } },
    build: {
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { optimization, ...(mode === 'pages' && { input: PAGES_OF_TESTS }) },
    },
    test: {
      globalSetup: 'test/pages.ts',
      include: ['test/**/*.test.ts'],
      // Dawn can take its process with it, so tests run in child processes.
      pool: 'forks',
      maxWorkers: 2,
      ...(mode === 'test' && { sequence: { sequencer: await longestFirst() } }),
      // A browser on a loaded machine can miss a moment once; what is wrong fails twice.
      retry: process.env.CI ? 1 : 0,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
});
