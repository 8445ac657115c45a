/** The page in a real browser, over a fake laboratory: what a person does, and what the page must then show. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { parseTree } from 'jsonc-parser';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { linkTo, readLink } from '../../src/app/link.ts';
import { band, clock, scaleFor, span } from '../../src/app/quantity.ts';
import { type Kind, parametersOf, withNumber } from '../../src/app/scene-text.ts';
import { binTwins, twinAtShare } from '../../src/app/twins.ts';
import { placeOf } from '../../src/app/scene-text.ts';
import { read } from '../../src/scene/read.ts';
import { barriers, openBrowser } from '../browser.ts';
import { fakeScene, type FakeLaboratory } from './fake-laboratory.ts';
import { fakeShop } from './fake-shop.ts';

declare global {
  interface Window {
    laboratory: FakeLaboratory;
    cautions: string[];
  }
}

let browser: Browser;
const origin = inject('origin');
let address: string;
let errors: string[] = [];

beforeAll(async () => {
  address = `${origin}test/page/fake.html`;
  browser = await openBrowser();
}, 120_000);

// A poll's default second is short where many things run at once.
vi.setConfig({ expect: { poll: { timeout: 15_000 } } });

afterAll(async () => {
  await browser?.close();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  const found = errors;
  errors = [];
  expect(found).toEqual([]);
});

/**
 * The page with a faked laboratory has no floor, and what rests is not played, unless a test is about them: drawn on the processor, the floor would
 * take most of the time. The page with a floor is looked at where nothing is faked, and in the tests of heat, the wall and watching.
 */
async function open(
  rest = '',
  { floor = rest.startsWith('http'), ...options }: BrowserContextOptions & { floor?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  if (!floor) await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(rest.startsWith('http') ? rest : address + rest);
  return page;
}

const settled = (page: Page) =>
  page.waitForFunction(() => document.querySelector('.run progress') === null && document.querySelector('.band') !== null);
const scenesRun = (page: Page) => page.evaluate(() => window.laboratory.runs.map((run) => run.scene));
const editor = (page: Page) => page.getByRole('textbox', { name: 'Scene text' });

/** Drops a file anywhere on the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text!], name!, { type: 'application/json' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [name, text],
  );
}

test('opens straight into the default scene, shows partial results, then all of them', async () => {
  const page = await open('?slow');
  await page.waitForSelector('.run progress');
  await expect.poll(() => page.locator('#band-account').textContent()).toMatch(/so far, of 4,096/);
  await settled(page);
  expect(await page.locator('.band').textContent()).toMatch(/\d+\.\d+ ± 0\.\d\d a day/);
  expect(await page.locator('.band').getAttribute('title')).toMatch(
    /95 % interval.*4,096 of 4,096 twins, seed 1.*5\sd after 8\sh of warm-up/,
  );
  expect(await page.locator('mw-shares .stack').count()).toBe(14);
  expect(await page.locator('mw-proof code').textContent()).toMatch(/^[0-9a-f]{16}$/);
  expect(await page.locator('mw-proof').textContent()).toContain('nothing is simulated');
});

test('a bar of the histogram, and the worst 1 %, open the very twin', async () => {
  const page = await open();
  await settled(page);
  await page.locator('.histogram button:enabled').first().focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.twin').textContent()).toMatch(/twin [\d,]+.*throughput/s);
  await page.locator('mw-output').getByRole('button', { name: 'worst 1 %' }).click();
  await expect.poll(() => page.locator('.twin').textContent()).toContain('worst 1 %');
  // An independent count: of 4,096 twins, 41 (1 % of 4,095 steps, rounded) are worse than the one that is shown.
  const worse = await page.evaluate(async () => {
    const { laboratory } = window;
    const summary = await laboratory.run(laboratory.runs[0]!, () => {});
    const column = summary.columns['total.throughput']!;
    return column.filter((value) => value < column[laboratory.traces.at(-1)!]!).length;
  });
  expect(worse).toBe(41);
});

test('a changed number edits the text in place, runs again, and leaves the old band as a ghost; undo takes it back', async () => {
  const page = await open();
  await settled(page);
  await page.getByRole('button', { name: /^b3/ }).click();
  const capacity = page.locator('mw-parameters input');
  // The new results may be there a moment later: every caution that shows is noted.
  await page.evaluate(() => {
    window.cautions = [];
    const note = () => {
      const text = document.querySelector('.caution')?.textContent;
      if (text) window.cautions.push(text);
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await capacity.fill('50');
  await capacity.press('Enter');
  await expect.poll(() => page.evaluate(() => window.cautions.join(' '))).toContain('Stale');
  await settled(page);
  expect(await page.locator('.ghost').textContent()).toContain('before');
  expect((await scenesRun(page)).at(-1)).toBe(fakeScene.replace(/("b3": \{\s*"capacity": )5/, '$150'));
  await capacity.blur();
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await scenesRun(page)).at(-1)).toBe(fakeScene);
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(async () => (await scenesRun(page)).at(-1)).toContain('"capacity": 50');
});

test('dragging a number is one undo', async () => {
  const page = await open();
  await settled(page);
  await page.getByRole('button', { name: /^b3/ }).click();
  const box = (await page.locator('mw-parameters label').boundingBox())!;
  await page.mouse.move(box.x + 10, box.y + 8);
  await page.mouse.down();
  for (let i = 1; i <= 3; i++) {
    await page.mouse.move(box.x + 10 + i * 24, box.y + 8);
    await page.waitForTimeout(250);
  }
  await page.mouse.up();
  await expect.poll(async () => (await scenesRun(page)).at(-1)).toContain('"capacity": 14');
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await scenesRun(page)).at(-1)).toBe(fakeScene);
});

test('bad text never touches what is loaded, and names the path', async () => {
  const page = await open();
  await settled(page);
  await page.getByRole('button', { name: 'Scene', exact: true }).click();
  await editor(page).fill(fakeScene.replace('"capacity": 5', '"capacity": 0'));
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => page.locator('.problems').textContent()).toMatch(/buffers\.b1\.capacity.*found 0, expected a whole number/s);
  expect(await scenesRun(page)).toEqual([fakeScene]);
  await page.locator('.problems button').click();
  expect(await editor(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe('0');
  await page.getByRole('button', { name: 'Revert' }).click();
  await drop(page, 'broken.json', '{ not json');
  await expect.poll(() => page.locator('.notice').textContent()).toMatch(/broken\.json was not taken: line 1, column 1/);
  expect(await scenesRun(page)).toEqual([fakeScene]);
});

test('a dropped file and a pasted text are loaded; a paste into an input is not', async () => {
  const page = await open();
  await settled(page);
  await drop(page, 'other.json', fakeScene.replace('(fake)', '(dropped)'));
  await expect.poll(() => page.title()).toContain('(dropped)');
  const paste = (selector: string, name: string) =>
    page.evaluate(
      ([selector, text]) => {
        const data = new DataTransfer();
        data.setData('text/plain', text!);
        document.querySelector(selector!)!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
      },
      [selector, fakeScene.replace('(fake)', name)],
    );
  await paste('body', '(pasted)');
  await expect.poll(() => page.title()).toContain('(pasted)');
  await page.getByRole('button', { name: 'Scene', exact: true }).click();
  await paste('textarea', '(not this)');
  await page.waitForTimeout(300);
  expect(await page.title()).toContain('(pasted)');
});

test('a link carries the scene, seed, replications and twin; a cut one says so', async () => {
  const page = await open('', { permissions: ['clipboard-read', 'clipboard-write'] });
  await settled(page);
  await page.evaluate(() => window.laboratory.traces.splice(0));
  await drop(page, 'linked.json', fakeScene.replace('(fake)', '(linked)'));
  await settled(page);
  await page.locator('mw-output').getByRole('button', { name: 'best 1 %' }).click();
  await expect.poll(() => page.locator('.twin').textContent()).toContain('best 1 %');
  const twin = await page.evaluate(() => window.laboratory.traces.at(-1)!);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect.poll(() => page.locator('.notice').textContent()).toContain('was copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#s=');
  const other = await open(link.slice(link.indexOf('#')));
  await settled(other);
  expect(await other.title()).toContain('(linked)');
  expect(await other.evaluate(() => window.laboratory.runs[0])).toMatchObject({ replications: 4096, seed: 1 });
  expect(await other.evaluate(() => window.laboratory.traces[0])).toBe(twin);
  const cut = await open(link.slice(link.indexOf('#'), link.indexOf('#') + 200));
  await settled(cut);
  expect(await cut.locator('.notice').textContent()).toContain('cannot be read');
  expect(await cut.title()).toContain('(fake)');
});

test('?scene= that is not there says so and shows the default scene', async () => {
  const page = await open('?scene=nowhere.json');
  await settled(page);
  expect(await page.locator('.notice').textContent()).toMatch(/nowhere\.json/);
  expect(await page.title()).toContain('(fake)');
});

test('?embed shows the floor and the results without the editing chrome', async () => {
  const page = await open('?embed');
  await settled(page);
  expect(await page.locator('.left').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Open' }).count()).toBe(0);
  expect(await page.locator('mw-floor').isVisible()).toBe(true);
  expect(await page.locator('.band').isVisible()).toBe(true);
});

test('pause holds the run, cancel keeps what was reached', async () => {
  const page = await open('?slow');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  const at = () => page.locator('.run progress').getAttribute('value');
  await page.waitForTimeout(400);
  const held = await at();
  await page.waitForTimeout(500);
  expect(await at()).toBe(held);
  await page.keyboard.press('Shift+C');
  await settled(page);
  expect(await page.locator('#band-account').textContent()).toContain('of 4,096');
});

test('twins that did not finish are named before the results', async () => {
  const page = await open();
  await settled(page);
  await drop(page, 'overflow.json', fakeScene.replace('(fake)', '(overflow)'));
  await expect.poll(() => page.locator('.alarm').textContent()).toMatch(/37 of 4,096 twins ended in overflow at b3/);
  await page.getByRole('button', { name: 'Watch twin 17' }).click();
  await expect.poll(() => page.locator('.twin').textContent()).toMatch(/twin 17.*overflow at b3/s);
});

test('the palette finds actions and elements, and the keys act', async () => {
  const page = await open();
  await settled(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('lathe');
  await page.keyboard.press('Enter');
  expect(await page.locator('button.item[aria-pressed=true]').textContent()).toContain('lathe');
  await page.keyboard.press('?');
  expect(await page.locator('dialog.keys').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.locator('dialog.keys').isVisible()).toBe(false);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('2');
  await expect.poll(() => page.getByRole('region', { name: 'Stations' }).locator('tbody tr').count()).toBe(14);
});

test('what was changed is offered again after the page was closed', async () => {
  const page = await open();
  await settled(page);
  await page.getByRole('button', { name: /^b3/ }).click();
  await page.locator('mw-parameters input').fill('9');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await scenesRun(page)).length).toBe(2);
  await page.reload();
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect.poll(async () => (await scenesRun(page)).at(-1)).toContain('"capacity": 9');
});

test('without motion where the person asked for none', async () => {
  const page = await open('', { floor: true });
  await settled(page);
  const clock = await page.locator('mw-clock').textContent();
  await page.waitForTimeout(500);
  expect(await page.locator('mw-clock').textContent()).toBe(clock);
  await page.getByRole('button', { name: 'Play the floor' }).click();
  await expect.poll(() => page.locator('mw-clock').textContent()).not.toBe(clock);
});

test.for([
  [1280, 720],
  [390, 844],
] as const)('no serious barrier and no sideways scroll, light and dark, at %i × %i', async ([width, height]) => {
  const page = await open('', { viewport: { width, height } });
  await settled(page);
  // The plant with most to show: every state, and every list.
  await drop(page, 'shop.json', fakeShop);
  await expect.poll(() => page.title()).toContain('Pump assembly');
  await settled(page);
  for (const view of ['Floor', 'Tables', 'Scene', ...(width < 800 ? ['Plant', 'Results'] : [])]) {
    await page.locator('nav').getByRole('button', { name: view }).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(colorScheme);
      expect(await barriers(page), `${view}, ${colorScheme}`).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

test('a plant with the vocabulary of a shop: its states, figures and elements have words, and each can be asked', async () => {
  const page = await open();
  await settled(page);
  await drop(page, 'shop.json', fakeShop);
  await expect.poll(() => page.title()).toContain('Pump assembly');
  await settled(page);
  const legend = await page.locator('mw-shares .legend').textContent();
  for (const word of ['setting up', 'maintained', 'waiting for a person', 'off shift']) expect(legend).toContain(word);
  expect(await page.locator('mw-shares .stack').first().getAttribute('aria-label')).toMatch(/setting up 6\.0 %.*maintained 3\.0 %/);
  // The tree has them by kind, and shows what matters of each.
  const tree = await page.locator('.tree').textContent();
  for (const title of ['Conveyors', 'Transfers', 'People', 'Calendars', 'Limits']) expect(tree).toContain(title);
  expect(tree).toMatch(/infeed → anywhere\s*60 s/);
  expect(tree).toMatch(/pump\s*due 2 h, p 3/);
  expect(tree).toMatch(/loop\s*12/);
  const accounts = page.locator('mw-accounts');
  expect(await accounts.textContent()).toMatch(/Due dates\s*pump\s*93\.4 % on time\s*lateness −22\.\d+ ± 0\.19 min/);
  expect(await accounts.textContent()).toMatch(/assembler\s*81\.0 % busy\s*3\.100 ± 0\.0\d+ people on duty/);
  await page.getByRole('button', { name: 'assemble ×3' }).click();
  // OEE shows what is divided by what: 15.33 h of work in 19.17 h planned.
  expect(await accounts.locator('.oee').textContent()).toMatch(/availability\s*APT\s+15\.33 h ÷ PBT\s+19\.17 h/);
  expect(await accounts.locator('.oee').textContent()).toMatch(/GQ\s+259\.0 parts ÷ PQ\s+264\.0/);
  await page.locator('.tree').getByRole('button', { name: 'wash' }).click();
  expect(await accounts.textContent()).toMatch(/Blocked by\s*belt\s*8\.000 ± 0\.\d+ %/);
  await page.locator('nav').getByRole('button', { name: 'Tables' }).click();
  const table = (name: string) => page.getByRole('region', { name, exact: true });
  expect(await table('People').textContent()).toMatch(/assembler\s*81\.0/);
  expect(await table('Limits').textContent()).toMatch(/loop\s*9\.4/);
  expect(await table('Starved by').textContent()).toMatch(/wash\s*infeed\s*5\.0/);
  expect(await table('States of the watched twin').textContent()).toContain('waiting for a person');
  // No figure is left without a definition of its own.
  const unexplained = await page.evaluate(
    () =>
      [...document.querySelectorAll('mw-tables thead th')].filter((th) => {
        const own = th.firstChild?.textContent?.trim();
        return th.hasAttribute('title') && (th.getAttribute('title') === own || (th.getAttribute('title') ?? '').length < 12);
      }).length,
  );
  expect(unexplained).toBe(0);
});

test('numbers of people, limits, belts and transfers are changed by path like all others, and what is chosen stays chosen', async () => {
  const page = await open();
  await settled(page);
  await drop(page, 'shop.json', fakeShop);
  await expect.poll(() => page.title()).toContain('Pump assembly');
  const change = async (element: string, field: number, value: string, wanted: RegExp) => {
    await page.locator('.tree').getByRole('button', { name: element }).click();
    const input = page.locator('mw-parameters input').nth(field);
    await input.fill(value);
    await input.press('Enter');
    await expect.poll(async () => (await scenesRun(page)).at(-1)).toMatch(wanted);
    expect(await page.locator('button.item[aria-pressed=true]').textContent()).toContain(element);
  };
  await change('loop', 0, '20', /"cards": 20/);
  await change('assembler', 0, '5', /"count": 5,\s*"speed": 1\.2/);
  await change('infeed → anywhere', 0, '75', /"time": "75 s"/);
  await change('belt', 1, '0.2', /"speed": 0\.2,\s*"pitch": 0\.5/);
});

test('every shipped scene is in the list, and choosing one loads it', async () => {
  const page = await open();
  await settled(page);
  const list = page.getByRole('combobox', { name: 'Scene', exact: true });
  const shipped = readdirSync('scenes', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const names = shipped.map((name) => (JSON.parse(readFileSync(`scenes/${name}`, 'utf8')) as { name: string }).name);
  const shown = await list.locator('optgroup option').allTextContents();
  expect(shown.toSorted()).toEqual(names.toSorted());
  await list.selectOption({ label: names[0]! });
  await expect.poll(() => page.title()).toContain(names[0]!);
  expect((await scenesRun(page)).at(-1)).toBe(readFileSync(`scenes/${shipped[0]}`, 'utf8'));
});

test('the shipped page, nothing faked: its scene runs, its digest repeats, and a twin moves on the floor', {
  timeout: 180_000,
}, async () => {
  const digests: (string | null)[] = [];
  for (const hash of ['#n=48&seed=7&twin=5', '#n=48&seed=7']) {
    const page = await open(`${origin}index.html${hash}`, { reducedMotion: 'no-preference' });
    await page.waitForFunction(() => document.querySelector('mw-proof')?.textContent?.includes('48 of 48, seed 7') === true, undefined, {
      timeout: 80_000,
    });
    expect(await page.locator('.band').textContent()).toMatch(/\d ± [\d.]+ an? \w+/);
    expect(await page.locator('mw-proof').textContent()).toContain('48 of 48, seed 7');
    digests.push(await page.locator('mw-proof code').textContent());
    expect(await page.locator('.no-floor').count()).toBe(0);
    const clock = await page.locator('mw-clock').textContent();
    await expect.poll(() => page.locator('mw-clock').textContent(), { timeout: 30_000 }).not.toBe(clock);
    await page.context().close();
  }
  expect(digests[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(digests[1]).toBe(digests[0]);
});

test('the shipped page runs a scene of the list whole: belts in the tables, and a floor of them', async () => {
  const page = await open(`${origin}index.html#n=4&seed=3`);
  await page.getByRole('combobox', { name: 'Scene', exact: true }).selectOption({ label: 'Conveyor loop' });
  await expect.poll(() => page.title()).toContain('Conveyor loop');
  await settled(page);
  await page.locator('nav').getByRole('button', { name: 'Tables' }).click();
  const belts = page.getByRole('region', { name: 'Conveyors' });
  await expect.poll(() => belts.locator('tbody tr').count()).toBe(3);
  expect(await page.locator('.no-floor').count()).toBe(0);
  expect(await page.locator('.alarm').count()).toBe(0);
});

test('numbers take a unit that suits them, and digits that their interval earns', () => {
  const estimate = (mean: number, half: number, unit: string) => ({
    mean,
    sd: 1,
    low: mean - half,
    high: mean + half,
    n: 9,
    unit,
    resolution: 0,
  });
  const shown = (mean: number, half: number, unit: string) => {
    const scale = scaleFor(unit, mean);
    const { mean: value, half: width } = band(estimate(mean, half, unit), scale);
    return `${value} ± ${width} ${scale.unit}`;
  };
  expect(shown(412 / 1440, 1.3 / 1440, '1/min')).toBe('412.0 ± 1.3 a day');
  expect(shown(0.8123, 0.00123, '1')).toBe('81.23 ± 0.12 %');
  expect(shown(240, 3, 'min')).toBe('4.000 ± 0.050 h');
  expect(shown(90, 12, 's')).toBe('90 ± 12 s');
  expect(clock(86_400 + 14 * 3600 + 5 * 60 + 9, false)).toBe('day 2 14:05');
  expect(span(7200, 'min')).toBe('5\u00a0d');
});

test('the twin at a share is the one a full sort finds; bins have round edges and lose nobody', async () => {
  const values = Float64Array.from({ length: 20_000 }, (_, i) =>
    i % 97 === 0 ? Number.NaN : Math.round(Math.sin(i * 12.9898) * 5000) / 10,
  );
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  for (const share of [0, 0.01, 0.5, 0.99, 1]) {
    const twin = await twinAtShare(values, share);
    expect(values[twin!]).toBe(sorted[Math.round(share * (sorted.length - 1))]);
  }
  const bins = (await binTwins(values, 1, 28))!;
  expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(sorted.length);
  expect(bins.edges[1]! - bins.edges[0]!).toBe(50);
  expect(bins.counts[0]).toBe(sorted.filter((value) => value < bins.edges[1]!).length);
  expect((await binTwins(Float64Array.of(3, 3, 3), 1, 28))!.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test('numbers are found with their units and changed with the formatting kept', () => {
  const text =
    '{ "stations": {\n\t"press": {"processing":   "90 s", "failures": [{ "repair": { "lognormal": {"mean": "20 min", "cv": 1} } }] } } }';
  const found = parametersOf(parseTree(text)!, 'station', 'press');
  expect(found.map(({ group, label, value, unit }) => [group, label, value, unit])).toEqual([
    ['', 'servers', 1, ''],
    ['', 'processing time', 90, 's'],
    ['repair time, lognormal', 'mean', 20, 'min'],
    ['repair time, lognormal', 'cv', 1, ''],
  ]);
  const routed =
    '{"time":{"unit":"min"},"products":{"gear":{"routing":[{"station":"saw"},{"station":"press","processing":{"normal":{"mean":4.3,"cv":0.1}}}]}},"stations":{"press":{"failures":[{"clock":"parts","timeToFailure":{"exponential":{"mean":300}}}]}}}';
  expect(parametersOf(parseTree(routed)!, 'station', 'press').map(({ group, label, meant }) => [group, label, meant])).toEqual([
    ['', 'servers', ''],
    ['time to failure, exponential', 'mean', 'parts'],
    ['gear, step 2, processing time, normal', 'mean', 'min'],
    ['gear, step 2, processing time, normal', 'cv', ''],
  ]);
  expect(withNumber(text, found[2]!.path, 25.5, 'min')).toBe(text.replace('20 min', '25.5 min'));
});

test('the numbers of the shop’s vocabulary are found, with the unit that each has', () => {
  const tree = parseTree(fakeShop)!;
  const found = (kind: Kind, name: string) =>
    parametersOf(tree, kind, name).map(({ group, label, value, meant, integer }) => [
      [group, label].filter(Boolean).join(', '),
      value,
      meant,
      integer,
    ]);
  expect(found('station', 'wash')).toEqual([
    ['servers', 1, '', true],
    ['processing time, uniform, min', 60, 's', false],
    ['processing time, uniform, max', 110, 's', false],
    ['set-up, matrix, pump, valve', 4, 'min', false],
    ['set-up, matrix, valve, pump', 6, 'min', false],
    ['set-up, minimum run', 5, '', true],
    ['maintenance 1, every, interval', 400, 'parts', false],
    ['maintenance 1, duration', 20, 'min', false],
    ['wear, increment, gamma, mean', 0.02, '', false],
    ['wear, increment, gamma, cv', 1, '', false],
    ['wear, maintained at', 3, '', false],
    ['batch, min', 1, '', true],
    ['batch, max', 4, '', true],
    ['batch, longest wait', 3, 'min', false],
  ]);
  expect(found('station', 'assemble')).toEqual([
    ['servers', 3, '', true],
    ['processing time', 3.4, 'min', false],
    ['assembly, inputs, valve', 2, '', true],
    ['quality, yield', 0.98, '', false],
    ['quality, defective part, limit', 2, '', true],
  ]);
  expect(found('conveyor', 'belt')).toEqual([
    ['length', 6, 'm', false],
    ['speed', 0.1, 'm/s', false],
    ['part pitch', 0.5, 'm', false],
  ]);
  expect(found('transfer', 'infeed → anywhere')).toEqual([['time', 60, 's', false]]);
  expect(found('product', 'pump')).toEqual([
    ['due after', 2, 'h', false],
    ['priority', 3, '', true],
  ]);
  expect(found('calendar', 'week')).toEqual([
    ['cycle', 1, 'w', false],
    ['open 1, from', 6, 'h', false],
    ['open 1, to', 14, 'h', false],
  ]);
  expect(found('limit', 'loop')).toEqual([['cards', 12, '', true]]);
});

test('the path of every refusal of the shop’s vocabulary leads to its place in the text', () => {
  const scene = (changes: object) =>
    JSON.stringify({
      millwright: 1,
      name: 'refused',
      time: { unit: 'min' },
      products: { a: {}, 'b-2': {} },
      sources: { in: { interarrival: 5, mix: { a: 1, 'b-2': 1 } } },
      buffers: { q: {} },
      stations: { 'press 1': { processing: 1 } },
      sinks: { out: {} },
      links: [
        { from: 'in', to: 'q' },
        { from: 'q', to: 'press 1' },
        { from: 'press 1', to: 'out' },
      ],
      run: { horizon: '1 d', replications: 2 },
      ...changes,
    });
  const station = (more: object) => ({ stations: { 'press 1': { processing: 1, ...more } } });
  const refused: [name: string, changes: object, reached: RegExp][] = [
    ['a skill nobody has', station({ people: { processing: 'welder' } }), /^"welder"$/],
    ['a matrix with a hole', station({ setup: { matrix: { a: { 'b-2': 3 }, 'b-2': {} } } }), /^\{/],
    ['an expression with a type error', station({ dispatch: { expression: 'due + "x"' } }), /"due \+/],
    ['a calendar that never opens', { calendars: { never: { cycle: '1 d', open: [] } }, ...station({ shifts: 'never' }) }, /^(\[\]|\{)/],
    ['batch min above max', station({ batch: { min: 5, max: 2 } }), /^(5|2|\{)/],
    ['a limit on an unknown element', { limits: { loop: { kind: 'CONWIP', elements: ['q', 'nowhere'], cards: 3 } } }, /^"nowhere"$/],
    ['a transfer to nowhere', { transfers: [{ from: 'in', to: 'nowhere', time: '1 min' }] }, /^"nowhere"$/],
  ];
  for (const [name, changes, reached] of refused) {
    const text = scene(changes);
    const result = read(text);
    expect(result.ok, name).toBe(false);
    if (result.ok) continue;
    const [from, to] = placeOf(text, result.problems[0]!.path);
    expect(text.slice(from, to), `${name}: ${result.problems[0]!.path}`).toMatch(reached);
    expect(to - from).toBeLessThan(text.length / 4);
  }
});

test('a link gives back what it was made of', async () => {
  const scene = `${fakeScene}\n// äöü 漢字`;
  const link = await linkTo('https://example.org/a/?scene=x.json&embed', scene, { seed: 4294967295, replications: 7 }, 5);
  expect(link.startsWith('https://example.org/a/?embed=#s=')).toBe(true);
  expect(await readLink(new URL(link).hash)).toEqual({ scene, seed: 4294967295, replications: 7, twin: 5 });
});
