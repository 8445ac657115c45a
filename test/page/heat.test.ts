/** Heat and viewpoints on the real page, with the real laboratory: what is largest in the results is hottest on the screen; a viewpoint that is kept leads back to its picture. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { linkTo } from '../../src/app/link.ts';
import { Readout } from '../../src/engine/readout.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { compile } from '../../src/scene/compile.ts';
import { read } from '../../src/scene/read.ts';
import { HEAT_COLORS } from '../../src/view/theme.ts';
import { openBrowser } from '../browser.ts';

/** Three machines, each slower than the last: parts pile up before the last, and the first is blocked most. */
const scene = JSON.stringify({
  millwright: 1,
  name: 'Three machines',
  products: { part: {} },
  sources: { In: { saturated: true, position: [0, 3] } },
  buffers: { B1: { capacity: 2, position: [7, 3] }, B2: { capacity: 2, position: [13, 3] } },
  stations: {
    Cut: { processing: { exponential: { mean: '10 s' } }, loading: '1 s', position: [4, 3] },
    Drill: { processing: { exponential: { mean: '18 s' } }, position: [10, 3] },
    Pack: { processing: { exponential: { mean: '30 s' } }, position: [16, 3] },
  },
  sinks: { Out: { position: [20, 3] } },
  links: ['In', 'Cut', 'B1', 'Drill', 'B2', 'Pack'].map((from, i, all) => ({ from, to: all[i + 1] ?? 'Out' })),
  run: { warmup: '10 min', horizon: '2 h', replications: 8, seed: 1 },
});

let browser: Browser;
let page: Page;
const errors: string[] = [];

vi.setConfig({ testTimeout: 60_000, expect: { poll: { timeout: 20_000 } } });

beforeAll(async () => {
  browser = await openBrowser();
  // Nothing plays by itself, and cameras go where they go at once.
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: 'light', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(await linkTo(inject('origin'), scene, { seed: 1, replications: 8 }, 0));
  await page.waitForSelector('.band');
  await page.waitForFunction(() => /mean of 8 twins,/.test(document.querySelector('#band-account')?.textContent ?? ''), undefined, {
    timeout: 60_000,
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(errors).toEqual([]);
});

/** The floor as it is seen, by the browser's own decoder; what lies over it is left out. */
async function floor(): Promise<{ width: number; data: Uint8Array; left: number; top: number }> {
  const box = (await page.locator('canvas.floor').boundingBox())!;
  const over = await page.addStyleTag({ content: 'mw-floor > :not(canvas) { visibility: hidden !important }' });
  const png = (await page.screenshot({ clip: box })).toString('base64');
  await over.evaluate((style) => (style as HTMLStyleElement).remove());
  const { width, text } = await page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
    return { width: image.width, text: btoa(text) };
  }, png);
  return { width, data: new Uint8Array(Buffer.from(text, 'base64')), left: box.x, top: box.y };
}

/** Waits until two looks in a row are the same. */
async function rested() {
  for (let last = await floor(), i = 0; i < 60; i++) {
    await page.waitForTimeout(200);
    const next = await floor();
    if (Buffer.from(last.data).equals(Buffer.from(next.data))) return next;
    last = next;
  }
  throw new Error('the floor does not come to rest');
}

/** Share of pixels that differ by more than 8 in a channel. */
function difference(a: { data: Uint8Array }, b: { data: Uint8Array }): number {
  let count = 0;
  for (let i = 0; i < a.data.length; i += 4)
    if ([0, 1, 2].some((channel) => Math.abs(a.data[i + channel]! - b.data[i + channel]!) > 8)) count++;
  return (4 * count) / a.data.length;
}

/** Mean share of time blocked over the eight twins, by the reference engine and the read-out. */
function blockedByHand(): Record<string, number> {
  const found = read(scene);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  const plant = compile(found.scene);
  const [engine, readout] = [new ReferenceEngine(plant), new Readout(plant)];
  const values = new Float64Array(readout.metrics.length);
  const sums: Record<string, number> = {};
  for (let replication = 0; replication < 8; replication++) {
    const block = new Uint32Array(plant.layout.words);
    engine.begin(block, 1, replication);
    engine.run(block, 1, replication, Number.MAX_SAFE_INTEGER);
    readout.read(block, values);
    readout.metrics.forEach(({ name }, i) => {
      if (name.endsWith('.blocked')) sums[name.slice(0, -8)] = (sums[name.slice(0, -8)] ?? 0) + values[i]! / 8;
    });
  }
  return sums;
}

test('the element that is blocked most is the brightest on the screen, and the first in the table', async () => {
  const expected = Object.entries(blockedByHand()).sort(([, a], [, b]) => b - a);
  expect(expected.map(([name]) => name)).toEqual(['Cut', 'Drill', 'Pack']);
  await page.keyboard.press('h');
  await page.locator('.heat-panel summary').click();
  const rows = page.locator('.heat-panel tbody tr');
  await expect.poll(() => rows.count()).toBe(3);
  for (const [i, [name, share]] of expected.entries()) {
    const words = (await rows.nth(i).textContent())!;
    expect(words).toContain(name);
    // As many digits as the interval allows.
    const [, shown, decimals = ''] = /(\d+(?:\.(\d+))?) %/.exec(words)!;
    expect(Number(shown)).toBe(Number((share * 100).toFixed(decimals.length)));
  }
  expect(await page.locator('.heat-panel').textContent()).toMatch(/Most: Cut: .* ± .*Mean over 8 twins; 2\sh after 10\smin of warm-up/s);
  // By eye: of the nine colours of the scale the brightest that is there, and who stands in the middle of it.
  const { width, data, left, top } = await rested();
  const spots = HEAT_COLORS.map((color) => {
    const rgb = Number.parseInt(color.slice(1), 16);
    const spot = { count: 0, x: 0, y: 0 };
    for (let i = 0; i < data.length; i += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(data[i + channel]! - ((rgb >> (16 - 8 * channel)) & 255)) > 3)) continue;
      spot.count++;
      spot.x += (i / 4) % width;
      spot.y += Math.floor(i / 4 / width);
    }
    return spot;
  });
  const brightest = spots.findLast(({ count }) => count > 200)!;
  expect(spots.filter(({ count }) => count > 200).length).toBeGreaterThan(1);
  await page.locator('.heat-panel').getByRole('button', { name: 'Less' }).click();
  await page.mouse.move(left + brightest.x / brightest.count, top + brightest.y / brightest.count);
  await expect.poll(() => page.locator('.heat-panel .pointed').textContent()).toMatch(/^Cut: /);
  await page.mouse.move(left + 5, top + 5);
  await page.keyboard.press('h');
  await expect.poll(() => page.locator('.heat-panel').count()).toBe(0);
});

test('a viewpoint that is kept stands in the text, and leads back to the same picture; undo takes it away', async () => {
  await page.keyboard.press('v');
  const panel = page.locator('.viewpoints');
  await page.locator('canvas.floor').focus();
  await page.keyboard.press('t');
  const seen = await rested();
  await panel.getByRole('textbox').fill('From above');
  await panel.getByRole('button', { name: 'Keep' }).click();
  await expect.poll(() => panel.getByRole('listitem').count()).toBe(1);
  expect(await page.locator('.caution').count()).toBe(0);
  await page.locator('canvas.floor').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('q');
  expect(difference(seen, await rested())).toBeGreaterThan(0.02);
  await page.keyboard.press('Alt+1');
  expect(difference(seen, await rested())).toBeLessThan(0.005);
  const text = async () => {
    await page.keyboard.press('3');
    const value = await page.getByRole('textbox', { name: 'Scene text' }).inputValue();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Floor', exact: true }).click();
    return JSON.parse(value) as { view?: { viewpoints: Record<string, { distance: number; tilt: number }> } };
  };
  const kept = (await text()).view!.viewpoints['From above']!;
  expect(kept.tilt).toBeGreaterThan(60);
  expect(kept.distance).toBeGreaterThan(1);
  await panel.getByRole('button', { name: 'Rename From above' }).click();
  await panel.getByRole('textbox', { name: /New name/ }).fill('Above');
  await page.keyboard.press('Enter');
  await expect.poll(() => panel.getByRole('listitem').textContent()).toContain('Above');
  expect(Object.keys((await text()).view!.viewpoints)).toEqual(['Above']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => panel.getByRole('listitem').textContent()).toContain('From above');
});
