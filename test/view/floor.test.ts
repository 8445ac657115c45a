/** The floor in a real browser with WebGPU: what is on the screen, pixel by pixel. */
import { vec3 } from 'gl-matrix';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Floor } from '../../src/view/floor.ts';
import { Camera } from '../../src/view/camera.ts';
import { prepare, statesAt } from '../../src/view/kinematics.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { VERTEX_WORDS } from '../../src/view/model.ts';
import { placeOf } from '../../src/view/place.ts';
import { type Site, setOut } from '../../src/view/site.ts';
import { FIRST_PRODUCT, palette } from '../../src/view/theme.ts';
import type { Thing } from '../../src/view/things.ts';
import { openBrowser } from '../browser.ts';
import { GEARBOX, simulate } from './plant.ts';

declare global {
  interface Window {
    floor: Floor;
    failure?: string;
    heard: {
      picks: (string | undefined)[];
      things: (Thing | undefined)[];
      hovers: (string | undefined)[];
      follows: (Thing | undefined)[];
      errors: string[];
      ticks: number;
      born: boolean;
    };
  }
}

const SIZE = { width: 640, height: 400 };
/** 3 h after the start, in ticks. */
const NOON = 10_805_000;

let browser: Browser;
let address: string;
/** Of most tests: opening a device and its kernels takes longer than all that they look at. */
let shared: Page | undefined;

beforeAll(async () => {
  address = `${inject('origin')}test/view/floor.html`;
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
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

/** The shared page as it was when it was opened. */
async function again(): Promise<Page> {
  shared ??= await open();
  await shared.mouse.move(2, 2);
  await shared.evaluate((tick) => {
    const { floor, heard } = window;
    floor.pause();
    floor.speed = 60;
    floor.theme(false);
    floor.select(undefined);
    floor.seek(tick);
    floor.fit();
    for (const list of [heard.picks, heard.things, heard.hovers, heard.follows]) list.length = 0;
  }, NOON);
  await settled(shared);
  return shared;
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

/** Waits until three looks in a row are the same: a slow device draws hastily first, and in full a moment later. */
async function settled(page: Page): Promise<Picture> {
  let last = await page.screenshot();
  let same = 0;
  for (let i = 0; i < 60; i++) {
    await page.waitForTimeout(150);
    const next = await page.screenshot();
    same = next.equals(last) ? same + 1 : 0;
    if (same > 1) {
      const picture = await decode(page, next);
      if (picture.colors > 4) return picture;
    }
    last = next;
  }
  throw new Error('the picture does not come to rest');
}

/** The same floor and camera as the page's, to know what is to be seen where. */
function model() {
  const { plan, trace } = simulate(GEARBOX, 8 * 3600);
  const camera = new Camera();
  camera.resize(SIZE.width, SIZE.height, 1);
  const site = setOut(plan, camera.floorAspect);
  camera.bound(site.bounds);
  camera.fit(site.bounds, true);
  const states = new Uint32Array(64);
  const kinematics = prepare(site, trace, FIRST_PRODUCT);
  statesAt(kinematics, NOON, states);
  return { plan, site, camera, kinematics, names: plan.nodes.map(({ name }) => name), states };
}

/** Places in the world of a texture coordinate on each plate that shows a state, with the server whose state it is. */
function plates(site: Site, u: number, v: number): { place: number; at: vec3 }[] {
  const scenery = buildScenery(site, {}, 'plain');
  return scenery.lit.flatMap(({ model: name, link, transform, place }) => {
    const { vertices, materials, indices, links } = scenery.models[name]!;
    const floats = new Float32Array(vertices.buffer);
    const { first, count } = links[link]!;
    const corners = [...new Set(indices.subarray(first, first + count))].flatMap((i) => {
      const at = i * VERTEX_WORDS;
      if (materials[vertices[at + 8]!]!.tint !== 'plate') return [];
      return [{ at: [floats[at]!, floats[at + 1]!, floats[at + 2]!], uv: [floats[at + 6]!, floats[at + 7]!] }];
    });
    if (corners.length === 0) return [];
    // A plate is flat: from one corner along both edges.
    const find = (a: number, b: number) => corners.find(({ uv }) => uv[0] === a && uv[1] === b)!.at;
    const [o, east, south] = [find(0, 0), find(1, 0), find(0, 1)];
    const local = o.map((x, i) => x + (east[i]! - x) * u + (south[i]! - x) * v) as [number, number, number];
    return [{ place, at: vec3.transformMat4(vec3.create(), local, transform) }];
  });
}

/** A point of the screen on the upper left of a station's first plate. */
function plateOf({ site, camera }: ReturnType<typeof model>, node: number, server = 0): [x: number, y: number] {
  const place = site.plan.nodes[node]!.firstPlace + server;
  const { at } = plates(site, 0.14, 0.16).find((plate) => plate.place === place)!;
  return camera.screenAt(at[0], at[1], at[2]);
}

it('draws the plant: every machine with a plate in the very colour of its state, and a shadow beside it', async () => {
  const page = await again();
  const picture = await settled(page);
  expect(picture.colors).toBeGreaterThan(400);
  const floor = model();
  const colors = palette(false, []);
  const exact = (x: number, y: number, state: number) =>
    picture.at(x, y).every((value, channel) => Math.abs(value - 255 * colors[4 * state + channel]!) < 1.01);
  const kinds = new Set<number>();
  const hidden: number[] = [];
  const spots = [0.14, 0.86].flatMap((u) => [0.14, 0.86].map((v) => plates(floor.site, u, v)));
  spots[0]!.forEach(({ place }, i) => {
    kinds.add(floor.states[place]!);
    // Something may stand before one corner or another, never before all of them.
    const seen = spots.some((corner) => {
      const { at } = corner[i]!;
      const [x, y] = floor.camera.screenAt(at[0], at[1], at[2]);
      return exact(x, y, floor.states[place]!);
    });
    if (!seen) hidden.push(place);
  });
  expect(hidden).toEqual([]);
  expect(kinds.size).toBeGreaterThan(2);
  // The sun stands in the south-west: north-east of a machine the ground is darker than to the south-west of it.
  const n = floor.names.indexOf('Hobbing');
  const { right, left, north, south } = floor.site.boxes[n]!;
  const brightness = (x: number, y: number) => {
    const seen = picture.at(...floor.camera.screenAt(x, y, 0));
    return seen[0] + seen[1] + seen[2];
  };
  expect(brightness(left - 0.25, south - 0.3) - brightness(right + 0.2, north + 0.2)).toBeGreaterThan(60);
  expect(await page.evaluate(() => window.heard.errors)).toEqual([]);
});

it('moves while it plays, rests while it does not', async () => {
  const page = await again();
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
});

it('is dark or light as it is told', async () => {
  const page = await again();
  const light = await settled(page);
  await page.evaluate(() => window.floor.theme(true));
  const dark = await settled(page);
  const mean = ({ bytes }: Picture) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  expect(mean(light) - mean(dark)).toBeGreaterThan(80);
  // Born dark, and resting for those who asked for less motion: the same picture.
  const born = await open({ colorScheme: 'dark', reducedMotion: 'reduce' });
  expect((await settled(born)).difference(dark)).toBeLessThan(0.003);
  expect(await born.evaluate(() => window.heard.born)).toBe(false);
  expect(await page.evaluate(() => window.heard.born)).toBe(true);
  await born.context().close();
});

it('tells the name of the station under the pointer, and nothing on bare ground', async () => {
  const page = await again();
  const floor = model();
  for (const name of ['Saw', 'Furnace', 'Test rig']) {
    await page.mouse.click(...plateOf(floor, floor.names.indexOf(name)));
    await page.waitForFunction((wanted) => window.heard.picks.at(-1) === wanted && window.heard.hovers.at(-1) === wanted, name);
  }
  const marked = await settled(page);
  await page.mouse.click(4, 4);
  await page.waitForFunction(() => window.heard.picks.length === 4);
  expect(await page.evaluate(() => window.heard.picks[3])).toBeUndefined();
  expect((await settled(page)).difference(marked)).toBeGreaterThan(0.0005);
});

it('follows the hand: drag, wheel, keys, and F for the whole again', async () => {
  const page = await again();
  const whole = await settled(page);
  const floor = model();
  const [x, y] = plateOf(floor, floor.names.indexOf('Furnace'), 1);
  // The point under the pointer stays under it when the wheel turns and when the hand drags.
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -500);
  await page.mouse.down();
  await page.mouse.move(x + 60, y - 40, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(2, 2);
  const moved = await settled(page);
  expect(moved.difference(whole)).toBeGreaterThan(0.02);
  // In a second camera the same gestures: where that sees the plate, there is its colour.
  floor.camera.zoom(Math.exp(500 * 0.0015), x, y);
  floor.camera.drag(x, y, x + 60, y - 40);
  const was = whole.at(x, y);
  const place = floor.site.plan.nodes[floor.names.indexOf('Furnace')]!.firstPlace + 1;
  const { at } = plates(floor.site, 0.14, 0.16).find((plate) => plate.place === place)!;
  expect(moved.at(...floor.camera.screenAt(at[0], at[1], at[2]))).toEqual(was);
  expect(await page.evaluate(() => window.heard.picks)).toEqual([]);
  await page.keyboard.press('t');
  const above = await settled(page);
  expect(above.difference(moved)).toBeGreaterThan(0.02);
  await page.keyboard.press('t');
  await page.keyboard.press('f');
  await page.mouse.move(2, 2);
  expect((await settled(page)).difference(whole)).toBeLessThan(0.002);
});

it('picks parts where they are, follows them, and stops when a hand moves the ground', async () => {
  const page = await again();
  const floor = model();
  const parts: { part: number; x: number; y: number }[] = [];
  for (let part = 0; part < 400; part++) {
    const pose = placeOf(floor.site, floor.kinematics, { part }, NOON, 0, { travel: 48_000, share: 0.4 });
    if (!pose) continue;
    const [x, y] = floor.camera.screenAt(pose.at[0], pose.at[1], pose.at[2] + 0.15);
    // Apart from others and from machines: those in lanes.
    if (parts.every((other) => Math.hypot(other.x - x, other.y - y) > 14)) parts.push({ part, x, y });
  }
  expect(parts.length).toBeGreaterThan(8);
  let met = 0;
  for (const { part, x, y } of parts.slice(0, 8)) {
    const before = await page.evaluate(() => window.heard.things.length);
    await page.mouse.click(x, y);
    await page.waitForFunction((count) => window.heard.things.length > count, before);
    if ((await page.evaluate(() => window.heard.things.at(-1) as { part?: number } | undefined))?.part === part) met++;
  }
  // One or the other is hidden by a machine in front of it.
  expect(met).toBeGreaterThanOrEqual(5);
  await page.evaluate((part) => window.floor.follow({ part }), parts[0]!.part);
  await settled(page);
  const wanted = placeOf(floor.site, floor.kinematics, { part: parts[0]!.part }, NOON, 0, { travel: 48_000, share: 0.4 })!.at;
  const at = (await page.evaluate(() => window.floor.viewpoint())).at;
  expect(Math.hypot(at[0] - wanted[0], at[1] - wanted[1])).toBeLessThan(0.02);
  expect(await page.evaluate(() => window.heard.follows)).toEqual([]);
  await page.mouse.move(450, 300);
  await page.mouse.down();
  await page.mouse.move(480, 330, { steps: 3 });
  await page.mouse.up();
  await page.waitForFunction(() => window.heard.follows.length === 1 && window.heard.follows[0] === undefined);
});

it('orbits by the right button and comes back to a viewpoint; the picture as PNG is what is on the screen', async () => {
  const page = await again();
  const before = await settled(page);
  const view = await page.evaluate(() => window.floor.viewpoint());
  await page.mouse.move(400, 300);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(520, 260, { steps: 4 });
  await page.mouse.up({ button: 'right' });
  await page.mouse.move(2, 2);
  const turned = await settled(page);
  expect(turned.difference(before)).toBeGreaterThan(0.03);
  const now = await page.evaluate(() => window.floor.viewpoint());
  expect(Math.abs(now.turn - view.turn)).toBeGreaterThan(10);
  expect(now.distance).toBeCloseTo(view.distance, 6);
  expect(await page.evaluate(() => window.heard.picks)).toEqual([]);
  await page.evaluate((to) => window.floor.goTo(to), view);
  const back = await settled(page);
  expect(back.difference(before)).toBeLessThan(0.003);
  const png = await page.evaluate(async () => {
    const bytes = new Uint8Array(await (await window.floor.picture()).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  expect((await decode(page, Buffer.from(png, 'base64'))).difference(back)).toBeLessThan(0.003);
  const small = await page.evaluate(async () => {
    const image = await createImageBitmap(await window.floor.picture({ width: 320, height: 240 }));
    return [image.width, image.height];
  });
  expect(small).toEqual([320, 240]);
});

it('steps to the next event and pauses there', async () => {
  const page = await again();
  await page.evaluate(() => window.floor.step(1));
  await page.waitForFunction((tick) => window.floor.tick > tick, NOON);
  const next = await page.evaluate(() => window.floor.tick);
  await page.evaluate(() => window.floor.step(-1));
  await page.waitForFunction((tick) => window.floor.tick < tick, next);
  expect(await page.evaluate(() => window.floor.playing)).toBe(false);
});

it('draws two thousand elements without complaint', async () => {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(`${address}?count=2000`);
  await page.waitForFunction(() => window.floor || window.failure);
  expect((await settled(page)).colors).toBeGreaterThan(400);
  expect(await page.evaluate(() => window.heard.errors)).toEqual([]);
  await context.close();
});

it('comes back with the same picture after the device is lost', async () => {
  const page = await again();
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
});

it('says why where there is no WebGPU', async () => {
  const page = await browser.newPage();
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await page.goto(address);
  await page.waitForFunction(() => window.failure);
  expect(await page.evaluate(() => window.failure)).toMatch(/no WebGPU/);
  await page.close();
});
