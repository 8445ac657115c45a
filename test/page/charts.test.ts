/** The charts in a real browser over made-up reports whose every figure is known. */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linearAxis } from '../../src/app/charts/axis.ts';
import { frontOf } from '../../src/app/charts/dimensions.ts';
import type { DesignRow } from '../../src/experiment/study-protocol.ts';
import { Dice } from '../../src/search/dice.ts';
import { barriers, openBrowser } from '../browser.ts';
import { gains, madeReport, series, sobolReport, swings } from './charts.ts';

declare global {
  interface Window {
    addMany: () => void;
    events: { id: unknown; name: string; ids?: number[]; brushed?: boolean; row?: number; element?: string }[];
  }
}

let browser: Browser;
let page: Page;
let errors: string[] = [];
const report = madeReport(300);
const A_DAY = 24;

beforeAll(async () => {
  browser = await openBrowser(['--disable-gpu']);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(`${inject('origin')}test/page/charts.html`);
  await page.waitForSelector('#mser .picture > svg');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(errors).toEqual([]);
});

const chart = (id: string) => page.locator(`#${id}`);
const shapes = (id: string, selector: string) => chart(id).locator(`.picture > svg ${selector}`).count();
const said = (id: string) => chart(id).locator('.unseen').textContent();
const lastEvent = () => page.evaluate(() => window.events.at(-1));
const byId = (id: number) => report.designs[id] as DesignRow;

async function press(id: string, ...keys: string[]): Promise<void> {
  await chart(id).locator('.scroll').focus();
  for (const key of keys) await page.keyboard.press(key);
  await page.evaluate(() => new Promise(requestAnimationFrame));
}

/** Opens a chart's table; its head and its rows as texts. */
async function tableOf(id: string): Promise<{ head: string[]; rows: string[][] }> {
  const details = chart(id).locator('details');
  if (!(await details.evaluate((element: HTMLDetailsElement) => element.open))) await details.locator('summary').click();
  await details.locator('tbody tr').first().waitFor();
  return details.evaluate((element) => ({
    head: [...element.querySelectorAll('thead th')].map((cell) => cell.textContent ?? ''),
    rows: [...element.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  }));
}

/** From a value to a pixel of a chart's picture, as its own tick labels say it. */
async function scaleOf(id: string, across: boolean): Promise<(value: number) => number> {
  const ticks = await chart(id)
    .locator('.frame > text:not(.title)')
    .evaluateAll(
      (texts, across) =>
        texts
          .filter(
            (text) =>
              (text.getAttribute('text-anchor') === 'end' &&
                Number(text.previousElementSibling?.getAttribute('x1')) < Number(text.previousElementSibling?.getAttribute('x2'))) !==
              across,
          )
          .map((text) => ({
            value: Number((text.textContent ?? '').replaceAll(',', '').replace('−', '-')),
            px: Number(text.previousElementSibling?.getAttribute(across ? 'x1' : 'y1')),
          })),
      across,
    );
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  return (value) => first.px + ((value - first.value) / (last.value - first.value)) * (last.px - first.px);
}

/** Whether anything is painted there on a chart's canvas. */
const painted = (id: string, points: [number, number][]) =>
  chart(id)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement, points) => {
      const { data, width } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const ratio = canvas.width / canvas.clientWidth;
      return points.map(([x, y]) => data[4 * (Math.round(y * ratio) * width + Math.round(x * ratio)) + 3]! > 0);
    }, points);

describe('axes', () => {
  test('ticks are round, inside, and as many as have room', () => {
    for (const [low, high, length] of [
      [0, 1, 300],
      [-3.2, 17, 500],
      [411.2, 487, 108],
      [1e6, 3e6, 200],
      [-0.004, 0.0017, 350],
    ] as const) {
      const axis = linearAxis([low, high], 10, 10 + length, 60);
      const gaps = axis.ticks.slice(1).map(({ px }, i) => px - axis.ticks[i]!.px);
      expect(Math.min(...gaps, 60)).toBeGreaterThanOrEqual(60 - 1e-9);
      for (const { px, text } of axis.ticks) {
        expect(px).toBeGreaterThanOrEqual(10 - 1e-6);
        expect(px).toBeLessThanOrEqual(10 + length + 1e-6);
        // What is written there is what lies there.
        expect(axis.value(px)).toBeCloseTo(Number(text.replaceAll(',', '').replace('−', '-')), 6);
        expect(text).not.toBe('−0');
      }
    }
    // What is counted has no ticks between whole numbers.
    expect(linearAxis([1, 3], 0, 900, 40, 1).ticks.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('the front of two objectives is what nothing is better than, as every pair compared says', () => {
    const dice = new Dice(11);
    for (const senses of [
      ['maximise', 'minimise'],
      ['minimise', 'minimise'],
      ['maximise', 'maximise'],
    ] as const) {
      // Few different values, so that ties are common.
      const points = Array.from({ length: 200 }, () => [dice.whole(15), dice.whole(15)] as const);
      const gain = points.map((point) => point.map((value, k) => (senses[k] === 'maximise' ? value : -value)));
      const expected = gain.flatMap((mine, i) =>
        gain.some((its) => its[0]! >= mine[0]! && its[1]! >= mine[1]! && (its[0]! > mine[0]! || its[1]! > mine[1]!)) ? [] : [i],
      );
      expect(frontOf([...points, [Number.NaN, 99]], senses).toSorted((a, b) => a - b)).toEqual(expected);
    }
  });
});

describe('scatter and front', () => {
  test('every design lies where its figures say, and one without a figure nowhere', async () => {
    const [x, y] = [await scaleOf('front', true), await scaleOf('front', false)];
    const at = (row: DesignRow): [number, number] => [x(row.known[1]!.mean), y(row.known[0]!.mean * A_DAY)];
    expect((await painted('front', report.designs.map(at))).every(Boolean)).toBe(true);
    await chart('scatter').getByLabel('Up').selectOption('total.flowTimeP95');
    await expect.poll(() => chart('scatter').locator('.scroll').getAttribute('aria-label')).toContain('299 marks');
    expect(await chart('scatter').textContent()).toContain('1 design has no figure here');
    await chart('scatter').getByLabel('Up').selectOption('total.throughput');
    await expect.poll(() => chart('scatter').locator('.scroll').getAttribute('aria-label')).toContain('300 marks');
  });

  test('arrow keys go through the designs across and up, say them, and enter picks', async () => {
    const across = report.designs.toSorted((a, b) => a.point[2]! - b.point[2]!);
    await press('scatter', 'Home');
    expect(await said('scatter')).toContain(`Design ${across[0]!.id}`);
    await press('scatter', 'ArrowRight', 'ArrowRight');
    expect(await said('scatter')).toMatch(new RegExp(`^Design ${across[2]!.id}\\b.*Throughput, whole plant \\d+\\.\\d.* a day.*twins\\.$`));
    const up = report.designs.toSorted((a, b) => a.known[0]!.mean - b.known[0]!.mean);
    await press('scatter', 'ArrowUp');
    const next = up[up.indexOf(across[2]!) + 1]!;
    expect(await said('scatter')).toContain(`Design ${next.id}`);
    await press('scatter', 'Enter');
    expect(await lastEvent()).toEqual({ id: next.id, name: 'pick' });
    await press('scatter', 'End');
    expect(await said('scatter')).toContain(`Design ${across.at(-1)!.id}`);
    await press('scatter', 'Escape');
    expect(await said('scatter')).toBe('');
  });

  test('a click picks the design under it, and the table holds the figures', async () => {
    const [x, y] = [await scaleOf('front', true), await scaleOf('front', false)];
    const base = byId(0);
    await chart('front')
      .locator('.picture')
      .click({ position: { x: x(base.known[1]!.mean), y: y(base.known[0]!.mean * A_DAY) } });
    expect(await lastEvent()).toMatchObject({ name: 'pick' });
    const { head, rows } = await tableOf('front');
    expect(head).toEqual(['Design', 'Throughput, whole plant, a day (more is better)', 'cost, € (less is better)', 'Twins', 'What it is']);
    const front = report.designs.filter(({ front }) => front);
    expect(rows.length).toBe(new Set([...front, base, byId(report.chosen)]).size);
    for (const [id, throughput, , twins, roles] of rows) {
      const row = byId(Number(id));
      const [mean, half] = throughput!.split(' ± ').map(Number);
      expect(Math.abs(mean! - row.known[0]!.mean * A_DAY)).toBeLessThan(0.06);
      if (row.twins > 1) expect(half! / (((row.known[0]!.high - row.known[0]!.low) / 2) * A_DAY)).toBeCloseTo(1, 1);
      else expect(half).toBeUndefined();
      expect(twins).toBe(String(row.twins));
      expect(roles!.includes('on the front')).toBe(row.front);
      expect(roles!.includes('breaks a limit')).toBe(!row.feasible);
    }
    expect(await chart('front').locator('.front-note').textContent()).toContain(
      `${front.length} designs are on the front. Hypervolume 0.734`,
    );
  });
});

describe('parallel coordinates', () => {
  const handle = (name: string) => chart('parallel').getByRole('slider', { name });
  const idsWhere = (test: (row: DesignRow) => boolean) => report.designs.filter(test).map(({ id }) => id);

  test('ranges by key: steps of what is counted, up is up, and ranges on two axes join', async () => {
    await handle('b2, at most').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => handle('b2, at most').getAttribute('aria-valuetext')).toBe('7');
    expect(await lastEvent()).toEqual({ id: 'parallel', name: 'brush', brushed: true, ids: idsWhere(({ point }) => point[0]! <= 7) });
    // Less cost is better and so is up: what is cheaper than so much goes away from the top.
    await handle('cost, at least').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageDown');
    const least = Number(await handle('cost, at least').getAttribute('aria-valuenow'));
    const costs = report.designs.map(({ known }) => known[1]!.mean);
    expect(least).toBeGreaterThan(Math.min(...costs));
    const expected = idsWhere(({ point, known }) => point[0]! <= 7 && known[1]!.mean >= least);
    expect(expected.length).toBeGreaterThan(0);
    await expect.poll(async () => (await lastEvent())?.ids).toEqual(expected);
    expect(await chart('parallel').textContent()).toContain(`${expected.length} of 300 designs have`);
    expect((await tableOf('parallel')).rows.map(([id]) => Number(id)).toSorted((a, b) => a - b)).toEqual(expected.slice(0, 200));
    await chart('parallel').getByRole('button', { name: 'Clear' }).click();
    await expect.poll(lastEvent).toEqual({ id: 'parallel', name: 'brush', brushed: false, ids: idsWhere(() => true) });
  });

  test('a drag along an axis sets its range, a click takes it away; a design without the figure is in no range of it', async () => {
    const strip = chart('parallel').locator('.strip').nth(0);
    await strip.scrollIntoViewIfNeeded();
    const box = (await strip.boundingBox())!;
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height * 0.6, { steps: 4 });
    await page.mouse.up();
    const [low, high] = await Promise.all(
      ['b2, at least', 'b2, at most'].map(async (name) => Number(await handle(name).getAttribute('aria-valuenow'))),
    );
    expect(low! > 1 && high! < 10 && low! < high!).toBe(true);
    await expect.poll(async () => (await lastEvent())?.ids).toEqual(idsWhere(({ point }) => point[0]! >= low! && point[0]! <= high!));
    await page.mouse.click(x, box.y + box.height * 0.9);
    await expect.poll(async () => (await lastEvent())?.brushed).toBe(false);
    await handle('flowTimeP95')
      .or(handle('flow time').or(handle('Flow time P95, whole plant, at least')))
      .first()
      .focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(async () => (await lastEvent())?.brushed).toBe(true);
    expect((await lastEvent())!.ids).not.toContain(5);
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await lastEvent())?.brushed).toBe(false);
  });
});

describe('bars, effects and series', () => {
  test('as many marks as figures; what is not defined is not drawn', async () => {
    const levels = report.effects.flatMap((effect) => effect.levels);
    const defined = levels.filter(({ mean }) => Number.isFinite(mean)).length;
    expect(await shapes('effects', 'circle')).toBe(defined);
    expect(await shapes('effects', '.whisker')).toBe(defined);
    expect(await shapes('tornado', 'rect')).toBe(2 * swings.filter(({ low }) => Number.isFinite(low)).length);
    expect(await shapes('gains', 'rect')).toBe(report.interventions.length);
    expect(await shapes('morris', 'circle')).toBe(report.sensitivity.length);
    expect(await shapes('sobol', 'rect')).toBe(2 * sobolReport().sensitivity.length);
    expect(await shapes('variance', 'rect')).toBe(2 + report.uncertainty[0]!.causes.filter(({ share }) => Number.isFinite(share)).length);
    expect(await shapes('active', '.join')).toBe(4);
    expect(await page.locator('svg').evaluateAll((all) => all.filter((one) => /NaN|Infinity|undefined/.test(one.outerHTML)).length)).toBe(
      0,
    );
  });

  test('bars are sorted, and as long as their figures', async () => {
    const widths = await chart('gains')
      .locator('.picture > svg rect')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width'))));
    const gain = gains(report).map((row) => Math.abs(row.gain));
    widths.slice(0, 4).forEach((width, i) => expect(width / widths[0]!).toBeCloseTo(gain[i]! / gain[0]!, 6));
    expect(await chart('gains').locator('.picture > svg .bar-hollow').count()).toBe(2);
    expect((await tableOf('tornado')).rows).toEqual([
      ['b2 (places behind the press)', '388.8', '470.4', '441.6'],
      ['press time', '472.8', '410.4', '441.6'],
      ['crew', '439.2', '444.0', '441.6'],
    ]);
    await press('gains', 'Home', 'ArrowDown', 'Enter');
    expect(await lastEvent()).toMatchObject({ id: 'gains', name: 'pick', row: 1 });
    expect(await said('gains')).toBe('lathe: processing 5 % faster: +9.1 ± 1.3 a day.');
    await press('gains', 'End');
    expect(await said('gains')).toContain('not told from no gain');
  });

  test('tables hold every figure', async () => {
    const effects = await tableOf('effects');
    expect(effects.rows.length).toBe(report.effects.flatMap(({ levels }) => levels).length);
    expect(effects.rows).toContainEqual(['crew', '4', 'not defined', '13']);
    expect(effects.rows).toContainEqual(['rule', 'shortest job', '468.0 ± 4.8', '14']);
    expect((await tableOf('morris')).rows[0]).toEqual(['b2', '52.8 ± 7.2', '40.80']);
    expect((await tableOf('sobol')).rows[0]).toEqual(['b2', '0.480 ± 0.050', '0.600 ± 0.040']);
    const variance = await tableOf('variance');
    expect(variance.rows).toContainEqual(['Variance by what we do not know', '76 % (68 to 83 %)']);
    expect(variance.rows).toContainEqual(['5 % quantile', '405.6 a day']);
    const made = series();
    const mser = await tableOf('mser');
    expect(mser.rows.length).toBe(made.means.length);
    expect(mser.rows.filter((row) => row[4] === 'yes').length).toBe(made.cut);
  });

  test('where active periods and changes disagree is said in words', async () => {
    expect(await chart('active').getByRole('list', { name: 'Where the two disagree' }).locator('li').allTextContents()).toEqual([
      '≠ The longest active period is most often that of lathe (63.0 % of the time), but the change that gains the most is at mill: one more place, +3.10 ± 0.40 %.',
    ]);
    const { rows } = await tableOf('active');
    expect(rows.map((row) => [row[0], row[1], row[3], row[6]])).toEqual([
      ['lathe', '1', '2', 'disagree'],
      ['washer', '2', '4', 'agree'],
      ['mill', '3', '1', 'disagree'],
      ['inspection and packing', '4', '5', 'agree'],
      ['b3', '–', '3', ''],
    ]);
  });
});

test('no serious violations of accessibility, light and dark', async () => {
  // One table stays open for all: rules go through every cell.
  await page.evaluate(() =>
    document.querySelectorAll('details').forEach((details) => (details.open = details.closest('#tornado') !== null)),
  );
  for (const theme of ['light', 'dark']) {
    await page.evaluate((theme) => (document.documentElement.dataset['theme'] = theme), theme);
    expect(await barriers(page), theme).toEqual([]);
  }
}, 60_000);

test('5,000 designs stay quick, and the table is capped with a note', async () => {
  await page.evaluate(() => window.addMany());
  await chart('thousands').locator('.picture > svg').waitFor();
  const { rows } = await tableOf('many');
  expect(rows.length).toBe(200);
  expect(await chart('many').locator('details').textContent()).toContain('200 of 5,000 rows');
  // Processor time of one step to the next design, and of drawing all anew: on an idle core a fiftieth of what is asked.
  const took = await page.evaluate(async () => {
    const times: number[] = [];
    for (const id of ['many', 'thousands']) {
      const chart = document.querySelector<HTMLElement & { updateComplete: Promise<unknown>; selected: number[] }>(`#${id}`)!;
      const plot = chart.querySelector<HTMLElement>('.scroll')!;
      for (const act of [() => plot.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' })), () => (chart.selected = [7])]) {
        const start = performance.now();
        act();
        await chart.updateComplete;
        times.push(performance.now() - start);
      }
    }
    return times;
  });
  expect(Math.max(...took)).toBeLessThan(2000);
  await page.evaluate(() => document.querySelectorAll('#many, #thousands').forEach((chart) => chart.remove()));
});

test('charts follow the width, and say in a sentence that there is nothing to show', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => chart('mser').locator('.picture > svg').getAttribute('width')).toBe('328');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const texts = await page.evaluate(async () => {
    const charts = [...document.querySelectorAll<HTMLElement>('main > [id]')];
    for (const chart of charts)
      Object.assign(chart, { report: undefined, rows: [], split: undefined, periods: [], interventions: [], series: undefined });
    await new Promise((resolve) => setTimeout(resolve, 100));
    return charts.map((chart) => ({
      text: chart.querySelector('p')?.textContent ?? '',
      plots: chart.querySelectorAll('.plot, svg').length,
    }));
  });
  for (const { text, plots } of texts) {
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(plots).toBe(0);
  }
});
