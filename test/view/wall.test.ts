/** The wall of twins in a real browser with WebGPU, over glances that are made up: what is on the screen, pixel by pixel. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { SCALE } from '../../src/view/wall/colours.ts';
import type { TileFrame } from '../../src/view/wall/wall-grid.ts';
import type { Wall } from '../../src/view/wall/wall.ts';
import type { Showing, WallTold } from '../../src/view/wall/words.ts';
import { openBrowser } from '../browser.ts';
import { metricOf, nowOf, statusOf } from './wall-glances.ts';

interface WallWindow {
  wall: Wall;
  failure?: string;
  SHOWING: Showing;
  source: Worker;
  heard: { told?: WallTold; frame?: TileFrame; entered: number[]; errors: string[]; runs: number };
}
declare const window: WallWindow & typeof globalThis;

const TWINS = 4096;
const SIZE = { width: 900, height: 560 };
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage({ viewport: SIZE, colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${inject('origin')}test/view/wall.html?twins=${TWINS}`);
  await page.waitForFunction(() => window.failure || window.heard?.told?.scale.defined);
  expect(await page.evaluate(() => window.failure)).toBeUndefined();
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

type Picture = (x: number, y: number) => [red: number, green: number, blue: number];

/** The screen once two looks in a row are the same, decoded by the browser. */
async function look(): Promise<Picture> {
  let last = await page.screenshot();
  for (let i = 0; i < 60; i++) {
    await page.waitForTimeout(150);
    const next = await page.screenshot();
    if (next.equals(last)) break;
    last = next;
  }
  const text = await page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height);
    let binary = '';
    for (let i = 0; i < data.length; i += 8192) binary += String.fromCharCode(...data.subarray(i, i + 8192));
    return btoa(binary);
  }, last.toString('base64'));
  const bytes = Buffer.from(text, 'base64');
  return (x, y) => [...bytes.subarray(4 * (Math.round(y) * SIZE.width + Math.round(x))).subarray(0, 3)] as never;
}

/** What is told of the tile under a point. */
async function hover(x: number, y: number): Promise<{ twin: number; rank: number; told: WallTold; frame: TileFrame }> {
  await page.mouse.move(1, 1);
  await page.waitForFunction(() => window.heard.told?.hovered === undefined);
  await page.mouse.move(x, y);
  await page.waitForFunction(() => window.heard.told?.hovered !== undefined);
  const { told, frame } = await page.evaluate(() => ({ told: window.heard.told!, frame: window.heard.frame! }));
  return { twin: told.hovered!.twin, rank: told.hovered!.rank, told, frame };
}

const show = (change: Partial<Showing>) =>
  page.evaluate((change) => {
    delete window.heard.told;
    window.wall.show({ ...window.SHOWING, ...change });
  }, change);
const told = async (): Promise<WallTold> => {
  await page.waitForFunction(() => window.heard.told !== undefined);
  return page.evaluate(() => window.heard.told!);
};

const rgb = (color: string): number[] => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
function onScale(share: number): number[] {
  const at = Math.min(1, Math.max(0, share)) * (SCALE.length - 1);
  const stop = Math.min(SCALE.length - 2, Math.floor(at));
  const [a, b] = [rgb(SCALE[stop]!), rgb(SCALE[stop + 1]!)];
  return a.map((value, i) => value + (b[i]! - value) * (at - stop));
}
const all = Array.from({ length: TWINS }, (_, twin) => twin);
const figures = all.flatMap((twin) => (statusOf(twin) === 0 ? [] : [metricOf(twin, 'throughput')])).filter((value) => !Number.isNaN(value));
figures.sort((a, b) => a - b);
const ends = [0.01, 0.99].map((share) => figures[Math.round(share * (figures.length - 1))]!) as [number, number];

it('shows each twin in the colour of its figure, and tells the numbers of the one that is pointed at', async () => {
  const found: { twin: number; frame: TileFrame }[] = [];
  for (const [x, y] of [
    [60, 60],
    [240, 130],
    [420, 250],
    [610, 330],
    [800, 420],
    [333, 444],
    [700, 90],
  ] as const) {
    const { twin, rank, told, frame } = await hover(x, y);
    // By number, the tile at a rank is that twin.
    expect(twin).toBe(rank);
    expect(told.hovered!.now).toBe(nowOf(twin));
    expect(['waiting', 'running', 'done', 'ended badly'].indexOf(told.hovered!.status)).toBe(statusOf(twin));
    if (statusOf(twin) > 0) expect(told.hovered!.metrics.wip).toBe(metricOf(twin, 'wip'));
    expect(x).toBeGreaterThanOrEqual(frame.left);
    expect(x).toBeLessThanOrEqual(frame.left + frame.width);
    expect(y).toBeGreaterThanOrEqual(frame.top);
    expect(y).toBeLessThanOrEqual(frame.top + frame.height);
    found.push({ twin, frame });
  }
  await page.mouse.move(1, 1);
  const at = await look();
  const colours = new Set<string>();
  for (const { twin, frame } of found) {
    const value = metricOf(twin, 'throughput');
    if (statusOf(twin) === 0 || Number.isNaN(value)) continue;
    const seen = at(frame.left + frame.width / 2, frame.top + frame.height / 2);
    const wanted = onScale((value - ends[0]) / (ends[1] - ends[0]));
    seen.forEach((channel, i) => expect(Math.abs(channel - wanted[i]!), `twin ${twin}`).toBeLessThan(5));
    colours.add(seen.join());
  }
  expect(colours.size).toBeGreaterThan(3);
});

it('puts the greatest first where asked, and those without a figure last', async () => {
  await show({ sortBy: 'throughput', descending: true });
  await told();
  const key = (twin: number) => metricOf(twin, 'throughput');
  const sorted = all.filter((twin) => statusOf(twin) > 0 && !Number.isNaN(key(twin))).sort((a, b) => key(b) - key(a) || a - b);
  const first = await hover(60, 60);
  expect(first.twin).toBe(sorted[first.rank]);
  const middle = await hover(450, 280);
  expect(middle.twin).toBe(sorted[middle.rank]);
  await page.mouse.move(1, 1);
  const at = await look();
  const lightness = ([r, g, b]: [number, number, number]) => 0.3 * r + 0.59 * g + 0.11 * b;
  expect(lightness(at(first.frame.left + 5, first.frame.top + 4))).toBeGreaterThan(
    lightness(at(middle.frame.left + 5, middle.frame.top + 4)) + 30,
  );
});

it('hides those that do not pass the filter, and says how many are left', async () => {
  await show({ statuses: ['ended badly'], hides: true });
  await page.waitForFunction((twins) => (window.heard.told?.shown.twins ?? twins) < twins, TWINS);
  const bad = all.filter((twin) => statusOf(twin) === 3);
  expect((await told()).shown.twins).toBe(bad.length);
  const { twin, rank } = await hover(450, 280);
  expect(twin).toBe(bad[rank]);
  // Above and below them there is nothing but the ground.
  await page.mouse.move(1, 1);
  const at = await look();
  expect([at(450, 60), at(450, 500)]).toEqual([at(2, 2), at(2, 2)]);
  await show({});
  await told();
});

it('goes from twin to twin by keys, flies into one, and comes back to where it was', async () => {
  await page.mouse.move(1, 1);
  const before = await hover(450, 280);
  await page.mouse.move(1, 1);
  await page.locator('canvas').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.waitForFunction(() => window.heard.told?.cursor !== undefined);
  const from = await page.evaluate(() => window.heard.told!.cursor!.rank);
  await page.keyboard.press('Shift+ArrowRight');
  await page.waitForFunction((rank) => window.heard.told?.cursor?.rank === rank + 1, from);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.waitForFunction((rank) => window.heard.told?.cursor?.rank === rank, from);
  const twin = await page.evaluate(() => window.heard.told!.cursor!.twin);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.heard.entered.length === 1);
  expect(await page.evaluate(() => window.heard.entered)).toEqual([twin]);
  await page.evaluate(() => {
    window.wall.setVisible(false);
    window.wall.setVisible(true);
    window.wall.fit();
  });
  expect((await hover(450, 280)).twin).toBe(before.twin);
});

it('comes back after the device is lost, with other glances and the same choices', async () => {
  await page.keyboard.press('Escape');
  await page.mouse.move(1, 1);
  await show({ sortBy: 'wip' });
  await told();
  const { twin } = await hover(300, 200);
  const runs = await page.evaluate(() => window.heard.runs);
  await page.evaluate((twins) => {
    window.source.postMessage({ lose: true });
    window.source.postMessage({ twins });
  }, TWINS);
  await page.waitForFunction((runs) => window.heard.runs > runs, runs);
  expect((await hover(300, 200)).twin).toBe(twin);
  expect(await page.evaluate(() => window.heard.errors)).toEqual([]);
});
