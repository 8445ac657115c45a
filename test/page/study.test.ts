/** Studies on the built page with its real laboratory, as a visitor meets them: asked, watched, broken off by a reload, gone on with, applied, saved. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { barriers, openBrowser } from '../browser.ts';
import { FOLDER } from '../pages.ts';
import { type Served, serve } from '../serve.ts';

/**
 * Two lathes that are never short of work, a buffer and a press that is faster than both: whatever is done elsewhere, it is the lathes that limit.
 * One lathe more takes 2/4 parts a minute to at most 1/1.5 of them.
 */
const plant = JSON.parse(readFileSync('scenes/two-lathes.json', 'utf8'));
plant.sources.infeed = { product: 'gear', saturated: true };
plant.stations.lathe.processing = { lognormal: { mean: '4 min', cv: 0.4 } };
plant.run = { warmup: '1 h', horizon: '12 h', replications: 8, seed: 5 };
plant.experiments = {
  'What limits': { question: 'what limits', replications: 24 },
  Search: {
    question: 'trade-off',
    factors: {
      b1: { path: 'buffers.b1.capacity', from: 1, to: 40 },
      lathes: { path: 'stations.lathe.servers', from: 1, to: 6 },
    },
    cost: 'b1 + 12 * lathes',
    objectives: [{ maximise: 'total.throughput' }, { minimise: 'cost' }],
    replications: 10,
    budget: 1500,
  },
};
const SCENE = JSON.stringify(plant, null, 2);

let served: Served;
let browser: Browser;
let address: string;
let errors: string[] = [];

beforeAll(async () => {
  // The pages are there once the first has been asked for.
  await fetch(inject('origin'));
  served = await serve(() => FOLDER, { instead: { 'scenes/study.json': SCENE } });
  address = `${served.origin}?scene=scenes/study.json`;
  browser = await openBrowser();
}, 120_000);

vi.setConfig({ expect: { poll: { timeout: 30_000, interval: 30 } } });

afterAll(async () => {
  await browser?.close();
  served?.close();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  const found = errors;
  errors = [];
  expect(found).toEqual([]);
});

/** A visitor with nothing kept; without a floor, which takes most of the time where it is drawn on the processor, where `plain`. */
async function visit(plain = false): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  if (plain) await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(address);
  await page.waitForSelector('mw-experiment-section .planned button.primary:enabled');
  return page;
}

/** What the page holds, for what it does not say in words. */
interface Held {
  scene: string;
  plan: { nodes: { name: string; servers: number }[] } | undefined;
  report: { digest: string; complete: boolean; recalled: number; twins: number; designs: unknown[] } | undefined;
  progress: { twins: number; round: number } | undefined;
}
const held = (page: Page): Promise<Held> =>
  page.evaluate(() => {
    interface Signal<T> {
      value: T;
    }
    interface Inside extends HTMLElement {
      session: {
        state: {
          scene: Signal<string>;
          tracedPlan: Signal<Held['plan']>;
          study: Signal<{ report: Signal<Held['report']>; progress: Signal<Held['progress']> } | undefined>;
        };
      };
    }
    const { scene, tracedPlan, study } = document.querySelector<Inside>('mw-page')!.session.state;
    return {
      scene: scene.value,
      plan: tracedPlan.value,
      report: study.value?.report.value,
      progress: study.value?.progress.value,
    };
  });

const view = (page: Page) => page.locator('mw-experiment');
const done = (page: Page) => expect.poll(async () => (await held(page)).report?.complete, { timeout: 60_000 }).toBe(true);
const choose = (page: Page, name: string) => page.locator('mw-experiment-section select.which').selectOption({ label: name });

/** Begins the search, and waits until something of it is kept. */
async function searchFor(page: Page): Promise<void> {
  await choose(page, 'Search');
  await expect.poll(() => page.locator('mw-experiment-section .planned button.primary').textContent()).toMatch(/Run · [\d.]+\ss/);
  await page.keyboard.press('x');
  await expect.poll(async () => (await held(page)).progress?.round ?? 0).toBeGreaterThan(2);
}

test('what limits us: sentences with their evidence, the worst twin before and after, files, and the change applied and undone', async () => {
  const page = await visit();
  // One click, its time told.
  const run = page.locator('mw-experiment-section .planned button.primary');
  await expect.poll(() => run.textContent()).toMatch(/Run · [\d.]+\ss/);
  await run.click();
  await done(page);
  const first = view(page).locator('.insights li').first();
  expect(await first.locator('.sentence').textContent()).toMatch(/^One more server at “lathe” gives \+[\d.]+\s%\s±\s[\d.]+\s% output/);
  expect(await first.textContent()).toMatch(/24 pairs of twins.*seed 5/s);
  await page.waitForSelector('mw-tornado svg');
  await page.waitForSelector('mw-active-periods svg');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
  }

  const save = async (name: string): Promise<string> => {
    const coming = page.waitForEvent('download');
    await view(page).getByRole('button', { name, exact: true }).click();
    return readFile(await (await coming).path(), 'utf8');
  };
  const { digest } = (await held(page)).report!;
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  const report = await save('Report');
  expect(report).toMatch(/^<!doctype html>/i);
  for (const part of [digest, 'One more server', 'lathe']) expect(report).toContain(part);
  // It needs nothing besides itself.
  expect(report).not.toMatch(/<script|<link|<img|\ssrc=/);

  await first.getByRole('button', { name: 'Apply …' }).click();
  const offer = page.locator('dialog.ask[open]');
  await expect
    .poll(() => offer.locator('tbody tr').allInnerTexts())
    .toEqual([expect.stringMatching(/^stations\.lathe\.servers\s+2\s+→\s+3$/)]);
  await offer.getByRole('button', { name: 'Apply to the scene' }).click();
  await expect.poll(async () => JSON.parse((await held(page)).scene).stations.lathe.servers).toBe(3);
  expect(await view(page).locator('.answer .caution').first().textContent()).toContain('Stale');
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(async () => (await held(page)).scene).toBe(SCENE);

  const lathes = async () => (await held(page)).plan?.nodes.find(({ name }) => name === 'lathe')?.servers;
  await view(page).locator('.insights li').first().getByRole('button', { name: 'Watch the worst twin before' }).click();
  await expect.poll(() => page.locator('.twin').textContent()).toMatch(/^twin \d+ \(the worst twin before\)$/);
  await expect.poll(lathes).toBe(2);
  const twin = /^twin \d+/.exec((await page.locator('.twin').textContent()) ?? '')?.[0];
  await page.keyboard.press('6');
  await view(page).locator('.insights li').first().getByRole('button', { name: 'and after' }).click();
  await expect.poll(() => page.locator('.twin').textContent()).toBe(`${twin} (the same twin after)`);
  await expect.poll(lathes).toBe(3);
});

test('a reload in the middle of a study ends with the digest of one that was never disturbed; cancel keeps what is there', async () => {
  const page = await visit(true);
  await searchFor(page);
  await page.reload();
  // Nothing is lost, and it is said where the visitor looks first.
  const offer = page.locator('mw-experiment-section .kept');
  await expect.poll(() => offer.textContent()).toMatch(/Search.*broke off after [\d,]+ twins, which are kept/s);
  await offer.getByRole('button', { name: 'Go on' }).click();
  await done(page);
  const resumed = (await held(page)).report!;
  expect(resumed.recalled).toBeGreaterThan(0);
  expect(resumed.recalled).toBeLessThan(resumed.twins);
  const csv = page.waitForEvent('download');
  await view(page).getByRole('button', { name: 'CSV', exact: true }).click();
  const rows = (await readFile(await (await csv).path(), 'utf8')).trim().split(/\r?\n/);
  expect(rows[0]).toMatch(/b1.*lathes.*total\.throughput/);
  expect(rows.length).toBe(resumed.designs.length + 1);
  // What came to its end opens at once, and nobody is asked to go on with it.
  await page.reload();
  await page.waitForSelector('mw-experiment-section .planned');
  await choose(page, 'Search');
  await expect.poll(() => page.locator('mw-experiment-section .planned button.primary').textContent()).toMatch(/Open the answer/);
  expect(await page.locator('.kept').count()).toBe(0);

  const other = await visit(true);
  await searchFor(other);
  await other.keyboard.press('Shift+X');
  await expect.poll(() => view(other).locator('.so-far').textContent()).toMatch(/Cancelled: [\d,]+ twins of \d+ designs/);
  expect(await view(other).locator('table.designs tbody tr').count()).toBeGreaterThan(3);
  const cancelled = (await held(other)).report!;
  await view(other).getByRole('button', { name: 'Start afresh' }).click();
  await done(other);
  const whole = (await held(other)).report!;
  expect(whole.recalled).toBe(0);
  expect(whole.twins).toBeGreaterThan(cancelled.twins);
  expect([whole.digest, whole.twins]).toEqual([resumed.digest, resumed.twins]);
});
