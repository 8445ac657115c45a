/** The floor in a real browser with WebGPU: what is on the screen, pixel by pixel. */
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Floor } from '../../src/view/floor.ts';
import { Camera } from '../../src/view/camera.ts';
import { prepare, statesAt } from '../../src/view/kinematics.ts';
import { MACHINE, type Site, setOut } from '../../src/view/site.ts';
import { palette } from '../../src/view/theme.ts';
import { openBrowser } from '../browser.ts';
import { GEARBOX, simulate } from './plant.ts';

declare global {
  interface Window {
    floor: Floor;
    failure?: string;
    heard: { picks: (string | undefined)[]; hovers: (string | undefined)[]; errors: string[]; ticks: number };
  }
}

const SIZE = { width: 900, height: 560 };
/** 3 h after the start, in ticks. */
const NOON = 10_805_000;

let server: ViteDevServer;
let browser: Browser;
let address: string;

beforeAll(async () => {
  server = await createServer({
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    optimizeDeps: { entries: ['test/view/floor.html'] },
    cacheDir: 'node_modules/.vite/view-test',
    logLevel: 'error',
  });
  await server.listen();
  const bound = server.httpServer!.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  address = `http://127.0.0.1:${bound.port}/test/view/floor.html`;
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light', ...options });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => window.floor || window.failure);
  expect(await page.evaluate(() => window.failure)).toBeUndefined();
  await page.evaluate((tick) => window.floor.seek(tick), NOON);
  await settled(page);
  return page;
}

interface Picture {
  width: number;
  at(x: number, y: number): [red: number, green: number, blue: number];
  /** Share of pixels that differ by more than 8 in a channel. */
  difference(other: Picture): number;
  colors: number;
  bytes: Uint8Array;
}

/** What is on the screen, read from a screenshot by the browser's own decoder. */
async function decode(page: Page, screenshot: Buffer): Promise<Picture> {
  const text = await page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height);
    let binary = '';
    for (let i = 0; i < data.length; i += 8192) binary += String.fromCharCode(...data.subarray(i, i + 8192));
    return btoa(binary);
  }, screenshot.toString('base64'));
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  const { width } = page.viewportSize()!;
  const colors = new Set(new Uint32Array(bytes.buffer)).size;
  return {
    width,
    bytes,
    colors,
    at: (x, y) =>
      [...bytes.subarray(4 * (Math.round(y) * width + Math.round(x)), 4 * (Math.round(y) * width + Math.round(x)) + 3)] as never,
    difference(other) {
      let count = 0;
      for (let i = 0; i < bytes.length; i += 4) {
        if ([0, 1, 2].some((channel) => Math.abs(bytes[i + channel]! - other.bytes[i + channel]!) > 8)) count++;
      }
      return (4 * count) / bytes.length;
    },
  };
}

/** Waits until two looks in a row are the same. */
async function settled(page: Page): Promise<Picture> {
  let last = await page.screenshot();
  for (let i = 0; i < 60; i++) {
    await page.waitForTimeout(150);
    const next = await page.screenshot();
    if (next.equals(last)) {
      const picture = await decode(page, next);
      if (picture.colors > 4) return picture;
    }
    last = next;
  }
  throw new Error('the picture does not come to rest');
}

/** The same floor and camera as the page's, to know what is to be seen where. */
function model(): { site: Site; camera: Camera; names: string[]; states: Uint32Array } {
  const { plan, trace } = simulate(GEARBOX, 8 * 3600);
  const camera = new Camera();
  camera.resize(SIZE.width, SIZE.height, 1);
  const site = setOut(plan, camera.floorAspect);
  camera.fit(site.bounds, true);
  const states = new Uint32Array(64);
  statesAt(prepare(site, trace, 0), NOON, states);
  return { site, camera, names: plan.nodes.map(({ name }) => name), states };
}

/** A point of the top of a machine's body, away from its mark. */
function bodyOf({ site, camera }: ReturnType<typeof model>, node: number, server: number): [x: number, y: number] {
  const slot = 4 * (site.firstSlot[node]! + server);
  const y = site.slots[slot + 1]! - MACHINE.bed / 2 - MACHINE.gap - MACHINE.body / 2;
  return camera.screenAt(site.slots[slot]! - MACHINE.width * 0.36, y, MACHINE.height);
}

it('draws the plant: every machine where it stands, in the colour of its state', async () => {
  const page = await open();
  const picture = await settled(page);
  expect(picture.colors).toBeGreaterThan(200);
  const floor = model();
  const colors = palette(false, []);
  const kinds = new Set<number>();
  floor.site.plan.nodes.forEach((node, n) => {
    for (let server = 0; server < node.servers; server++) {
      const state = floor.states[node.firstPlace + server]!;
      kinds.add(state);
      const seen = picture.at(...bodyOf(floor, n, server));
      seen.forEach((value, channel) => expect(Math.abs(value - 0.978 * 255 * colors[4 * state + channel]!), node.name).toBeLessThan(14));
    }
  });
  expect(kinds.size).toBeGreaterThan(2);
  expect(await page.evaluate(() => window.heard.errors)).toEqual([]);
  await page.context().close();
});

it('moves while it plays, rests while it does not', async () => {
  const page = await open();
  const before = await settled(page);
  const tick = await page.evaluate(() => {
    window.floor.speed = 120;
    window.floor.play();
    return window.floor.tick;
  });
  await page.waitForFunction((from) => window.floor.tick > from + 60_000, tick);
  await page.evaluate(() => window.floor.pause());
  const after = await settled(page);
  expect(after.difference(before)).toBeGreaterThan(0.0005);
  const ticks = await page.evaluate(() => window.heard.ticks);
  await page.waitForTimeout(400);
  expect(await page.evaluate(() => window.heard.ticks)).toBe(ticks);
  // Back to the same moment at the same speed is the same picture.
  await page.evaluate((to) => {
    window.floor.speed = 60;
    window.floor.seek(to);
  }, NOON);
  expect((await settled(page)).difference(before)).toBe(0);
  await page.context().close();
});

it('is dark or light as it is told', async () => {
  const page = await open();
  const light = await settled(page);
  await page.evaluate(() => window.floor.theme(true));
  const dark = await settled(page);
  const mean = ({ bytes }: Picture) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  expect(mean(light) - mean(dark)).toBeGreaterThan(80);
  const born = await open({ colorScheme: 'dark' });
  expect((await settled(born)).difference(dark)).toBe(0);
  await born.context().close();
  await page.context().close();
});

it('tells the name of the station under the pointer, and nothing on bare ground', async () => {
  const page = await open();
  const floor = model();
  for (const name of ['Saw', 'Furnace', 'Test rig']) {
    await page.mouse.click(...bodyOf(floor, floor.names.indexOf(name), 0));
    await page.waitForFunction((wanted) => window.heard.picks.at(-1) === wanted && window.heard.hovers.at(-1) === wanted, name);
  }
  const marked = await settled(page);
  await page.mouse.click(4, 4);
  await page.waitForFunction(() => window.heard.picks.length === 4);
  expect(await page.evaluate(() => window.heard.picks[3])).toBeUndefined();
  expect((await settled(page)).difference(marked)).toBeGreaterThan(0.0005);
  await page.context().close();
});

it('follows the hand: drag, wheel, keys, and F for the whole again', async () => {
  const page = await open();
  const whole = await settled(page);
  const floor = model();
  const [x, y] = bodyOf(floor, floor.names.indexOf('Furnace'), 1);
  // The point under the pointer stays under it when the wheel turns and when the hand drags.
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -500);
  await page.mouse.down();
  await page.mouse.move(x + 60, y - 40, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(2, 2);
  const moved = await settled(page);
  expect(moved.difference(whole)).toBeGreaterThan(0.02);
  const was = whole.at(x, y);
  moved.at(x + 60, y - 40).forEach((value, channel) => expect(Math.abs(value - was[channel]!)).toBeLessThan(10));
  expect(await page.evaluate(() => window.heard.picks)).toEqual([]);
  await page.keyboard.press('t');
  const above = await settled(page);
  expect(above.difference(moved)).toBeGreaterThan(0.02);
  await page.keyboard.press('t');
  await page.keyboard.press('f');
  await page.mouse.move(2, 2);
  expect((await settled(page)).difference(whole)).toBeLessThan(0.002);
  await page.context().close();
});

it('comes back with the same picture after the device is lost', async () => {
  const page = await open();
  await page.mouse.move(300, 200);
  await page.mouse.wheel(0, -200);
  await page.mouse.move(2, 2);
  const before = await settled(page);
  await page.evaluate(() => window.floor.loseDevice());
  await page.waitForTimeout(300);
  // A change that only a new device can draw; then back.
  await page.evaluate(() => window.floor.theme(true));
  expect((await settled(page)).difference(before)).toBeGreaterThan(0.5);
  await page.evaluate(() => window.floor.theme(false));
  expect((await settled(page)).difference(before)).toBe(0);
  expect(await page.evaluate(() => window.heard.errors)).toEqual([]);
  await page.context().close();
});

it('starts paused, and moves its camera at once, for those who asked for less motion', async () => {
  const page = await open({ reducedMotion: 'reduce' });
  expect(await page.evaluate(() => window.floor.playing)).toBe(false);
  await page.context().close();
});

it('says why where there is no WebGPU', async () => {
  const page = await browser.newPage();
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await page.goto(address);
  await page.waitForFunction(() => window.failure);
  expect(await page.evaluate(() => window.failure)).toMatch(/no WebGPU/);
  await page.close();
});
