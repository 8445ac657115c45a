/** Watching a twin in a real browser: steps, the chart of states, cards, flow, pictures, films and shots; one page for all of them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Session } from '../../src/app/session.ts';
import { nextEvent } from '../../src/app/chronicle.ts';
import { barriers, openBrowser } from '../browser.ts';
import { fakeShop, shopTrace } from './fake-shop.ts';
import { readWebm } from './read-webm.ts';

vi.setConfig({ testTimeout: 90_000, expect: { poll: { timeout: 20_000 } } });

let browser: Browser;
let page: Page;
const origin = inject('origin');
const errors: string[] = [];
const trace = shopTrace(1, 0);

beforeAll(async () => {
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.addInitScript(() => {
    globalThis.sessionOf = () => (document.querySelector('mw-page') as unknown as { session: Session }).session;
  });
  await page.goto(`${origin}test/page/fake.html?floor`);
  await page.waitForFunction(() => document.querySelector('mw-page')?.textContent?.includes('Gearbox'), undefined, { timeout: 60_000 });
  await page.evaluate((text) => sessionOf().load(text, 'the shop', { wanted: {}, fresh: true }), fakeShop);
  await page.waitForFunction(() => {
    const { trace: known, tracedPlan, drawn, tracing } = sessionOf().state;
    return known.value && !tracing.value && drawn.value && tracedPlan.value?.name.startsWith('Pump');
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(errors).toEqual([]);
});

declare global {
  function sessionOf(): Session;
}

/** Ticks of the clock. */
const now = () => page.evaluate(() => sessionOf().state.tick.value);
const seek = (tick: number) => page.evaluate((at) => sessionOf().player.seek(at), tick);

test('keys step from event to event, and speeds go down to a tenth', async () => {
  await seek(5_000_000);
  await page.keyboard.press(']');
  await expect.poll(now).toBe(nextEvent(trace, 5_000_000, 1));
  await page.keyboard.press('[');
  await expect.poll(now).toBe(nextEvent(trace, nextEvent(trace, 5_000_000, 1)!, -1));
  for (let i = 0; i < 20; i++) await page.keyboard.press(',');
  expect(await page.locator('.controls select').inputValue()).toBe('0.1');
  for (let i = 0; i < 20; i++) await page.keyboard.press('.');
  expect(await page.locator('.controls select').inputValue()).toBe('10000');
});

test('the chart of states zooms, tells, seeks and goes with the clock', async () => {
  // Over the whole twin the line of the clock stands at its share of the width.
  const line = () => page.evaluate(() => new DOMMatrix(getComputedStyle(document.querySelector('.gantt-over .head-line')!).transform).e);
  const whole = (await page.locator('.gantt-chart').boundingBox())!.width;
  for (const share of [0.2, 0.7]) {
    await seek(share * trace.end);
    await expect.poll(line).toBeCloseTo(share * whole, -1);
  }
  await seek(15_000_000);
  await page.keyboard.press('Shift++');
  await page.keyboard.press('Shift++');
  const window = () => page.evaluate(() => sessionOf().state.timeWindow.value);
  const { from, to } = (await window())!;
  expect(to - from).toBeCloseTo(trace.end / 4, 0);
  expect(from < 15_000_000 && 15_000_000 < to).toBe(true);
  const chart = (await page.locator('.gantt-chart').boundingBox())!;
  // Wash is the first row: what it is told to be at a place is what the trace says.
  await page.mouse.move(chart.x + chart.width * 0.7, chart.y + 6);
  await expect
    .poll(() => page.locator('.gantt-told').textContent())
    .toMatch(/^wash: (working|starved|blocked|setting up|maintained) \([A-Z]\), day 1 \d\d:\d\d:\d\d to .*(min|s|h)/);
  await page.mouse.click(chart.x + chart.width * 0.7, chart.y + 6);
  expect(Math.abs((await now()) - (from + 0.7 * (to - from)))).toBeLessThan(((to - from) / chart.width) * 2);
  // Its colour is on the screen there: the pixel differs from the ground.
  await page.keyboard.press('0');
  expect(await window()).toBeUndefined();
  await page.locator('.gantt-body').focus();
  await page.keyboard.press('+');
  await seek(trace.end - 1000);
  await expect.poll(async () => (await window())!.to).toBe(trace.end);
  await page.keyboard.press('0');
  const colors = await page.locator('.gantt-chart').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, 10);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(colors).toBeGreaterThan(3);
});

test('a card tells of an element, a part and a person, and its moments are links', async () => {
  await seek(18_000_000);
  await page.evaluate(() => sessionOf().player.inspect({ element: 'wash' }));
  const card = page.locator('.card');
  await expect
    .poll(() => card.textContent())
    .toMatch(/wash\s*station.*for .*since.*on it.*(pump|valve) \d+.*waiting before it:.*in\s*shelf/s);
  await expect.poll(() => card.textContent()).toMatch(/Over 512 twins/);
  expect(await card.locator('.history li').count()).toBe(20);
  const link = card.locator('.history .time').nth(5);
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d)/.exec((await link.textContent())!)!;
  await link.click();
  expect(Math.floor((await now()) / 1000)).toBe(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  await seek(18_000_000);
  await card.locator('.servers .link:not(.time)').first().click();
  await expect
    .poll(() => card.textContent())
    .toMatch(/part.*Follow.*now at\s*wash.*made at\s*infeed.*flow time so far.*worked on.*under way.*waiting.*Its stays/s);
  await card.getByRole('button', { name: 'Follow' }).click();
  expect(await page.evaluate(() => Object.keys(sessionOf().state.following.value ?? {}))).toEqual(['part']);
  await page.keyboard.press('g');
  expect(await page.evaluate(() => sessionOf().state.following.value)).toBeUndefined();
  await page.evaluate(() => sessionOf().player.inspect({ person: 5 }));
  await expect.poll(() => card.textContent()).toMatch(/fitter 2.*(free|off duty).*busy since the warm-up/s);
  await page.keyboard.press('Escape');
  await expect.poll(() => card.count()).toBe(0);
});

test('the flow view draws a band for every pair and says the same in a table; a click chooses', async () => {
  await page.keyboard.press('8');
  await expect.poll(() => page.locator('.flow-band').count()).toBe(3);
  const rows = await page.locator('mw-flow tbody tr').allTextContents();
  const pairs = rows.map((row) => row.trim().split(/\s+/).slice(0, 2).join(' '));
  expect(pairs.toSorted()).toEqual(['assemble store', 'infeed wash', 'wash assemble']);
  await page.locator('.flow-node', { hasText: 'assemble' }).click();
  expect(await page.evaluate(() => sessionOf().state.selected.value)).toBe('assemble');
  await page.evaluate(() => sessionOf().player.inspect({ element: 'wash' }));
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('1');
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
});

test('a picture is saved under the scene and its moment, at the size that was asked for', async () => {
  await seek(18_000_000);
  const saved = page.waitForEvent('download');
  await page.keyboard.press('Shift+S');
  const file = await saved;
  expect(file.suggestedFilename()).toBe('Pump-assembly-fake-twin-0-day-1-05-00-00.png');
  const size = await page.evaluate(async () => {
    const image = await createImageBitmap(await sessionOf().player.picture({ width: 322, height: 200 }));
    const pen = new OffscreenCanvas(322, 200).getContext('2d')!;
    pen.drawImage(image, 0, 0);
    return [image.width, image.height, new Set(new Uint32Array(pen.getImageData(0, 0, 322, 200).data.buffer)).size];
  });
  expect(size.slice(0, 2)).toEqual([322, 200]);
  expect(size[2]).toBeGreaterThan(200);
});

test('a film has the frames, the length and the size that were asked for, and its frames differ', async () => {
  await page.evaluate(() => sessionOf().player.setSpeed(120));
  const request = { seconds: 1, framesPerSecond: 6, width: 241, height: 160 };
  const base64 = await page.evaluate(async (wanted) => {
    const blob = await sessionOf().player.film(wanted, () => {}, new AbortController().signal);
    return [...new Uint8Array(await blob.arrayBuffer())].map((byte) => String.fromCharCode(byte)).join('');
  }, request);
  const film = readWebm(Uint8Array.from(base64, (character) => character.charCodeAt(0)));
  expect(film).toMatchObject({ docType: 'webm', width: 240, height: 160, duration: 1000 });
  expect(film.frames.map(({ at }) => at)).toEqual([0, 167, 333, 500, 667, 833]);
  const changed = await page.evaluate(
    async ({ codec, frames }) => {
      const pictures: Uint8ClampedArray[] = [];
      const decoder = new VideoDecoder({
        output(frame) {
          const pen = new OffscreenCanvas(240, 160).getContext('2d')!;
          pen.drawImage(frame, 0, 0);
          frame.close();
          pictures.push(pen.getImageData(0, 0, 240, 160).data);
        },
        error(error) {
          throw error;
        },
      });
      decoder.configure({ codec });
      for (const { at, key, data } of frames)
        decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: at * 1000, data: Uint8Array.from(data) }));
      await decoder.flush();
      const [first, last] = [pictures[0]!, pictures.at(-1)!];
      return [pictures.length, first.filter((value, i) => Math.abs(value - last[i]!) > 16).length];
    },
    {
      codec: film.codec === 'V_VP9' ? 'vp09.00.10.08' : 'vp8',
      frames: film.frames.map(({ at, key, data }) => ({ at, key, data: [...data] })),
    },
  );
  expect(changed[0]).toBe(6);
  expect(changed[1]).toBeGreaterThan(40);
});

test('`npm run shot` writes a picture of the size that was asked for, and says what is wrong where it cannot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-shot-'));
  const shot = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['.tools/shot.mjs', ...args]).then(
      ({ stdout }) => ({ code: 0, words: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, words: error.stderr }),
    );
  try {
    const out = join(folder, 'floor.png');
    const at = ['--page', `${origin}test/page/fake.html?floor`];
    const scene = join(folder, 'shop.json');
    writeFileSync(scene, fakeShop);
    const [good, unknown, missing, bad] = await Promise.all([
      shot(scene, out, '--size', '320x200', '--at', '5 h', ...at),
      shot(scene, out, '--colour', 'red'),
      shot(join(folder, 'nowhere.json'), out),
      shot(scene, out, '--at', 'soon'),
    ]);
    expect(good).toEqual({ code: 0, words: `${out}: 320 × 200, floor of Pump assembly (fake), twin 0\n` });
    const png = readFileSync(out);
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 320, 200]);
    expect(unknown.code).toBe(2);
    expect(missing).toMatchObject({ code: 1, words: expect.stringContaining('is not there') });
    expect(bad).toMatchObject({ code: 2, words: expect.stringContaining('expected a time such as') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
