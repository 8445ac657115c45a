/** Loose parts on the real page: a vessel is put into the scene, its grains are seen to flow, measured, and become a source's times; undo takes them back. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Session } from '../../src/app/session.ts';
import { barriers, openBrowser } from '../browser.ts';

let browser: Browser;
const origin = inject('origin');

beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);

vi.setConfig({ testTimeout: 240_000, expect: { poll: { timeout: 120_000 } } });

afterAll(async () => {
  await browser?.close();
});

/** A light plant, and grains so few and soft that an emulated device moves them at a good pace: in the plane, out of a wide slot. */
const SCENE = JSON.stringify(
  {
    millwright: 1,
    name: 'Grains',
    time: { unit: 's', resolution: '0.01 ms' },
    products: { part: {} },
    sources: { Feed: { interarrival: '1 s' } },
    buffers: { Track: {} },
    stations: { Press: { processing: '1 ms' } },
    sinks: { Box: {} },
    links: [
      { from: 'Feed', to: 'Track' },
      { from: 'Track', to: 'Press' },
      { from: 'Press', to: 'Box' },
    ],
    bulk: {
      Slot: {
        hopper: { orifice: 0.16, width: 0.3, dimension: 2 },
        grain: { diameter: 0.02, hardness: 500, restitution: 0.3 },
        count: 60,
        within: 0.9,
      },
    },
    run: { horizon: '60 s', replications: 4, seed: 1 },
  },
  undefined,
  2,
);

const sceneOf = (page: Page) =>
  page.evaluate(() => (document.querySelector('mw-page') as unknown as { session: Session }).session.state.scene.value);
const figure = (page: Page, key: string) => page.locator(`[data-figure=${key}]`).textContent();
const numberOf = (words: string | null) => Number.parseFloat((words ?? '').replaceAll(',', ''));

/** The share of the canvas's pixels whose colour differs between two pictures. */
async function differing(page: Page, a: Buffer, b: Buffer): Promise<number> {
  return page.evaluate(
    async ([one, other]) => {
      const pixels = async (data: string) => {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
        const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
        pen.drawImage(image, 0, 0);
        return pen.getImageData(0, 0, image.width, image.height).data;
      };
      const [x, y] = [await pixels(one!), await pixels(other!)];
      let count = 0;
      for (let i = 0; i < x.length; i += 4)
        if (Math.abs(x[i]! - y[i]!) + Math.abs(x[i + 1]! - y[i + 1]!) + Math.abs(x[i + 2]! - y[i + 2]!) > 24) count++;
      return (4 * count) / x.length;
    },
    [a.toString('base64'), b.toString('base64')],
  );
}

test('grains flow, are measured, and become a source’s times with one click', async () => {
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${origin}#n=4`);
  await page.locator('.view-bulk').waitFor();
  await page.waitForFunction(() => (document.querySelector('mw-page') as unknown as { session: Session }).session.state.plan.value);
  await page.evaluate(
    (text) =>
      (document.querySelector('mw-page') as unknown as { session: Session }).session.load(text, 'Grains', { fresh: true, wanted: {} }),
    SCENE,
  );
  await page.locator('h1').click();
  await page.keyboard.press('9');
  await expect.poll(() => page.locator('.bulk-start:enabled').count()).toBe(1);
  expect(await page.locator('.bulk-phase').textContent()).toContain('at rest');
  expect(numberOf(await figure(page, 'inside'))).toBe(60);
  const canvas = page.locator('mw-bulk canvas');
  const before = await canvas.screenshot();

  // Numbers that contradict each other are refused by their path, and nothing changes.
  const orifice = page.locator('#bulk-hopper-orifice');
  await orifice.fill('300');
  await orifice.press('Enter');
  await expect
    .poll(() => page.locator('#bulk-hopper-orifice-problem').textContent())
    .toContain('expected less than the width of the hopper, 300 mm');
  expect(JSON.parse(await sceneOf(page)).bulk.Slot.hopper.orifice).toBe(0.16);

  await page.locator('.bulk-start').click();
  await expect.poll(async () => numberOf(await figure(page, 'left'))).toBeGreaterThan(0);
  await page.locator('.bulk-pause').click();
  await expect.poll(() => page.locator('.bulk-phase').textContent()).toContain('paused');
  // The slice that was under way is still finished.
  await page.waitForTimeout(1500);
  const paused = await figure(page, 'steps');
  await page.waitForTimeout(600);
  expect(await figure(page, 'steps')).toBe(paused);
  expect(await differing(page, before, await canvas.screenshot())).toBeGreaterThan(0.01);
  await page.locator('.bulk-pause').click();

  // It ends by itself, when the interval is as narrow as was asked for.
  await expect.poll(() => page.locator('.bulk-phase').textContent()).toContain('done');
  const rate = numberOf(await figure(page, 'rate'));
  const left = numberOf(await figure(page, 'left'));
  const [time, cut] = [numberOf(await figure(page, 'time')), numberOf(await figure(page, 'cut')) || 0];
  // What has left over the time it took; the window begins a little later, when the first grains have fallen out.
  expect(rate).toBeGreaterThan((0.8 * left) / time);
  expect(rate).toBeLessThan((1.2 * left) / (time - cut));
  expect(await page.locator('mw-discharge .plot').count()).toBe(1);

  expect(await barriers(page, ['mw-bulk'])).toEqual([]);

  await page.locator('.bulk-write').click();
  await expect.poll(async () => JSON.parse(await sceneOf(page)).bulk.Slot.measured?.into).toBe('sources.Feed.interarrival');
  const scene = JSON.parse(await sceneOf(page));
  const values: number[] = scene.sources.Feed.interarrival.empirical.values.map(Number.parseFloat);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Another reckoning of the same rate: intervals between grains against grains in the window.
  expect(Math.abs(mean * rate - 1)).toBeLessThan(0.05);
  expect(scene.bulk.Slot.measured).toMatchObject({ lot: 1, seed: 1 });
  // The twins run anew with it: as many arrive as are measured.
  const throughput = () =>
    page.evaluate(() => {
      const { summary, running } = (document.querySelector('mw-page') as unknown as { session: Session }).session.state;
      return running.value ? 0 : (summary.value?.metrics['total.throughput']?.mean ?? 0);
    });
  await expect.poll(async () => Math.abs((await throughput()) * mean - 1)).toBeLessThan(0.05);
  // What is measured is still there beside it, and undo takes both back.
  expect(await page.locator('.bulk-note').textContent()).toContain('sources.Feed.interarrival');
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  await expect.poll(async () => JSON.parse(await sceneOf(page)).sources.Feed.interarrival).toBe('1 s');
  expect(JSON.parse(await sceneOf(page)).bulk.Slot.measured).toBeUndefined();

  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.locator('.bulk-new').selectOption('chute');
  await expect.poll(async () => JSON.parse(await sceneOf(page)).bulk.Chute?.count).toBe(200);
  await context.close();
});

test('says why where there is no WebGPU; its numbers can still be changed', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await page.goto(`${origin}#n=4`);
  await page.locator('.view-bulk').click();
  await expect.poll(() => page.locator('mw-bulk .no-floor').textContent()).toMatch(/no WebGPU/);
  await expect.poll(() => page.locator('.bulk-new').count()).toBe(1);
  await page.locator('.bulk-new').selectOption('hopper');
  await expect.poll(() => page.locator('#bulk-count').inputValue()).toBe('400');
  expect(await page.locator('.bulk-start:enabled').count()).toBe(0);
  await context.close();
});
