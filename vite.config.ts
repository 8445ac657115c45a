import { defineConfig } from 'vitest/config';
import { findChromium } from './.tools/chromium.mjs';
import { shopWgsl } from './.tools/shop-wgsl.ts';
import { vulkanEnvironment } from './.tools/vulkan.mjs';
import { wgslLink } from './.tools/wgsl-link.ts';

/** Puts the words of the vocabulary (src/stations/words.ts) in place of their names: small functions on the hot path stay small enough to be inlined. */
const optimization = { inlineConst: { mode: 'all', pass: 3 } } as const;

export default defineConfig(({ mode }) => {
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
    worker: { format: 'es', plugins: () => [wgslLink(), shopWgsl()], rolldownOptions: { optimization } },
    build: {
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { optimization },
    },
    test: {
      include: ['test/**/*.test.ts'],
      // Dawn can take its process with it, so tests run in child processes.
      pool: 'forks',
      maxWorkers: 2,
      // A browser on a loaded machine can miss a moment once; what is wrong fails twice.
      retry: process.env.CI ? 1 : 0,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
});
