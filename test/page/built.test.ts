/** The built page as a static host serves it: from a sub-path, over plain http too. Both engines must print the same digest in it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { type Served, serve } from '../serve.ts';

const SUB_PATH = '/plants/hall-3/';

let folder: string;
let served: Served;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-page-'));
  await build({ logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  const scene = JSON.parse(readFileSync('scenes/two-lathes.json', 'utf8'));
  scene.run = { warmup: '2 h', horizon: '8 h', replications: 40, seed: 11 };
  served = await serve(() => folder, { under: SUB_PATH, instead: { 'scenes/short.json': JSON.stringify(scene) } });
  browser = await openBrowser(['--host-resolver-rules=MAP plant.intranet 127.0.0.1']);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  served?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(host: string, rest: string): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`http://${host}:${served.port}${SUB_PATH}${rest}`);
  return { page, errors };
}

/** Waits for a whole run by the given engine, and returns its proof. */
async function proof(page: Page, engine: string): Promise<{ text: string; digest: string | null }> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelector('.run progress') === null &&
      document.querySelector('mw-proof code') !== null &&
      document.querySelector('mw-proof')?.textContent?.includes(`Engine${wanted}`) === true,
    engine,
    { timeout: 90_000 },
  );
  return { text: (await page.locator('mw-proof').textContent()) ?? '', digest: await page.locator('mw-proof code').textContent() };
}

test('over plain http there is no WebGPU: the reference engine runs, and the page says why', { timeout: 120_000 }, async () => {
  const { page, errors } = await open('plant.intranet', '?scene=scenes/short.json');
  expect(await page.evaluate(() => [isSecureContext, 'gpu' in navigator])).toEqual([false, false]);
  const { text, digest } = await proof(page, 'CPU');
  expect(text).toContain('40 of 40, seed 11');
  expect(text).toContain('not served over https or from localhost');
  expect(await page.locator('.no-floor').textContent()).toMatch(/https|localhost/);

  const secure = await open('localhost', '?scene=scenes/short.json');
  expect(await secure.page.evaluate(() => 'gpu' in navigator)).toBe(true);
  await proof(secure.page, 'CPU');
  // The same twins on the GPU engine, in the browser.
  await secure.page.locator('.settings select').selectOption({ label: 'GPU' });
  const onGpu = await proof(secure.page, 'GPU');
  expect(onGpu.digest).toMatch(/^[0-9a-f]{16}$/);
  expect(onGpu.digest).toBe(digest);
  expect([...errors, ...secure.errors]).toEqual([]);
});

test('embedded it shows floor and results, and no editing', { timeout: 60_000 }, async () => {
  const { page, errors } = await open('localhost', '?embed&scene=scenes/short.json');
  await page.waitForSelector('.band', { timeout: 50_000 });
  expect(await page.locator('canvas').first().isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  expect(errors).toEqual([]);
});
