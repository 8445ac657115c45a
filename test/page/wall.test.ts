/** The wall of twins on the real page over the real laboratory: it fills in while the batch runs, and a click flies into a twin. */
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { barriers, openBrowser } from '../browser.ts';

let browser: Browser;
const origin = inject('origin');

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);

// A poll's default second is short where many things run at once.
vi.setConfig({ testTimeout: 240_000, expect: { poll: { timeout: 90_000 } } });

afterAll(async () => {
  await browser?.close();
});

async function open(twins: number, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(`${origin}#n=${twins}`);
  await page.locator('.view-wall').click();
  return page;
}

const words = (page: Page) => page.locator('.wall-words').textContent();

test('fills in while the batch runs; a click opens the floor with that very twin, Escape leads back', async () => {
  const page = await open(64);
  // All are there from the start, and told apart by how they stand.
  await expect.poll(() => words(page)).toMatch(/^64 twins of .*, seed 1: /);
  await expect.poll(() => words(page)).toContain('64 done');
  expect(await words(page)).toMatch(/Throughput of 64 on average [\d.,]+\sa day/);
  // The same figure as the results beside it, which another part of the program has reckoned.
  const mean = Number(/on average ([\d.,]+)/.exec((await words(page))!)![1]);
  const band = Number.parseFloat((await page.locator('.band').textContent())!.replace(',', ''));
  expect(Math.abs(mean / band - 1)).toBeLessThan(2e-3);

  await page.locator('.wall-sort').selectOption('throughput');
  const canvas = page.locator('mw-wall canvas');
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 0.5 * box.height);
  await expect.poll(() => page.locator('.wall-tip').count()).toBe(1);
  await page.waitForTimeout(1200);
  const twin = /Twin ([\d,]+)/.exec((await page.locator('.wall-tip').textContent())!)![1];
  await page.mouse.click(box.x + 0.4 * box.width, box.y + 0.5 * box.height);
  await expect.poll(() => page.locator('mw-page').getAttribute('data-view')).toBe('floor');
  await expect.poll(() => page.locator('mw-transport .twin').textContent()).toBe(`twin ${twin} (from the wall)`);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('mw-page').getAttribute('data-view')).toBe('wall');

  // By keys alone: Shift with arrows goes from twin to twin, and each is told in words.
  await page.mouse.move(box.x + 2, 5);
  await canvas.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect
    .poll(() => page.locator('mw-wall [aria-live]').textContent())
    .toMatch(/^Twin [\d,]+, \d+ of 64, done, throughput [\d.]+\sa day\.$/);

  await page.locator('.wall-filter summary').click();
  expect(await barriers(page, ['mw-wall'])).toEqual([]);
  await page.context().close();
});

test('says why where there is no WebGPU, and leads to the tables', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await page.goto(`${origin}#n=16`);
  await page.locator('.view-wall').click();
  await expect.poll(() => page.locator('mw-wall .no-floor').textContent()).toMatch(/no WebGPU/);
  await page.getByRole('button', { name: 'Show the tables of the twins' }).click();
  await expect.poll(() => page.locator('mw-tables').count()).toBe(1);
  await context.close();
});
