/** Experiments on the page in a real browser, over a fake laboratory: what a person asks and does, and what the page must then show. */
import { readFileSync } from 'node:fs';
import { parseTree } from 'jsonc-parser';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { blank, choicesOf, experimentsIn, factorAt, nameFor, proposed, proposedUnknown, typed } from '../../src/app/experiment-text.ts';
import { withAny } from '../../src/app/experiment-writing.ts';
import { sameTwins } from '../../src/app/same-twins.ts';
import { parametersOf, type Parameter } from '../../src/app/scene-text.ts';
import { read } from '../../src/scene/read.ts';
import { barriers, openBrowser } from '../browser.ts';
import type { FakeLaboratory } from './fake-laboratory.ts';

declare global {
  interface Window {
    laboratory: FakeLaboratory;
  }
}

let browser: Browser;
let address: string;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  address = `${inject('origin')}test/page/fake.html`;
  browser = await openBrowser();
  page = await open();
}, 120_000);

vi.setConfig({ expect: { poll: { timeout: 15_000 } } });

afterAll(async () => {
  await browser?.close();
});

beforeEach(() => {
  expect(errors).toEqual([]);
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    acceptDownloads: true,
    reducedMotion: 'reduce',
    ...options,
  });
  const opened = await context.newPage();
  opened.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await opened.goto(address);
  await opened.waitForFunction(() => document.querySelector('mw-experiment-section') !== null);
  return opened;
}

const view = () => page.locator('mw-experiment');
const scene = () =>
  page.evaluate(
    () => document.querySelector<HTMLElement & { session: { state: { scene: { value: string } } } }>('mw-page')!.session.state.scene.value,
  );
const experiments = async () => (JSON.parse(await scene()) as { experiments?: Record<string, Record<string, unknown>> }).experiments ?? {};
const runs = () => page.evaluate(() => window.laboratory.runs.length);
const done = () =>
  page.waitForFunction(
    () => document.querySelector('mw-experiment progress') === null && document.querySelector('mw-experiment-results .proof') !== null,
  );
const run = async () => {
  await view().getByRole('button', { name: /^Run/ }).click();
  await page.waitForSelector('mw-experiment progress');
  await done();
};
/** A field of the set-up, by its label. */
const field = (name: string) => view().getByLabel(name, { exact: true });
const fill = async (name: string, value: string) => {
  await field(name).fill(value);
  await field(name).press('Tab');
};

test('a question is one click, a factor one tick, and neither runs the twins again', async () => {
  const before = await runs();
  await page.keyboard.press('6');
  await view().getByRole('button', { name: 'Which is best?' }).click();
  await expect
    .poll(experiments)
    .toEqual({ 'Experiment 1': { question: 'best', factors: {}, objectives: [{ maximise: 'total.throughput' }] } });
  await expect.poll(() => view().locator('.problems').textContent()).toMatch(/factors.*expected at least one factor/s);
  expect(await view().getByRole('button', { name: /^Run/ }).isDisabled()).toBe(true);
  // In the tree, by keyboard.
  await page.getByLabel('Factor: b2, capacity', { exact: true }).focus();
  await page.keyboard.press('Space');
  await expect.poll(experiments).toMatchObject({
    'Experiment 1': { factors: { b2: { path: 'buffers.b2.capacity', from: 1, to: 10, step: 1 } } },
  });
  // In the numbers of an element, a time.
  await page.locator('.tree').getByRole('button', { name: 'lathe ×2' }).click();
  await page.getByLabel('Factor: lathe, processing time, lognormal, mean', { exact: true }).check();
  await page.getByLabel('Factor: lathe, dispatch rule', { exact: true }).check();
  await expect.poll(experiments).toMatchObject({
    'Experiment 1': {
      factors: {
        lathe_processing_mean: { path: 'stations.lathe.processing.lognormal.mean', from: '2 min', to: '3 min' },
        lathe_dispatch: { path: 'stations.lathe.dispatch', values: ['first in first out', 'earliest due date'] },
      },
    },
  });
  await page.getByLabel('Factor: lathe, dispatch rule', { exact: true }).uncheck();
  await expect
    .poll(async () => Object.keys((await experiments())['Experiment 1']!['factors'] as object))
    .toEqual(['b2', 'lathe_processing_mean']);
  expect(await runs()).toBe(before);
  expect(await page.locator('.caution').count()).toBe(0);
});

test('ranges, limits, constraints, cost and objectives are places in the text; undo takes each back', async () => {
  await fill('to of b2', '8');
  await fill('Name of the factor lathe_processing_mean', 'lathe');
  await view().getByRole('button', { name: 'Add a constraint' }).click();
  await fill('Constraint 1', 'b2 + lathe <= 10');
  await fill('cost =', '100 * b2');
  await view().getByRole('button', { name: 'Add a limit' }).click();
  await fill('At most of limit 1', '220 min');
  await view().getByRole('button', { name: 'Add an objective' }).click();
  await expect.poll(experiments).toEqual({
    'Experiment 1': {
      question: 'best',
      factors: {
        b2: { path: 'buffers.b2.capacity', from: 1, to: 8, step: 1 },
        lathe: { path: 'stations.lathe.processing.lognormal.mean', from: '2 min', to: '3 min' },
      },
      objectives: [{ maximise: 'total.throughput' }, { minimise: 'total.wip' }],
      constraints: ['b2 + lathe <= 10'],
      cost: '100 * b2',
      limits: [{ metric: 'total.flowTime', most: '220 min' }],
    },
  });
  await view().getByRole('button', { name: 'Remove objective 2' }).click();
  // A renamed factor is renamed in what is said of it.
  await fill('Name of the factor lathe', 'turning');
  await expect.poll(async () => (await experiments())['Experiment 1']!['constraints']).toEqual(['b2 + turning <= 10']);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(async () => (await experiments())['Experiment 1']!['constraints']).toEqual(['b2 + lathe <= 10']);
  await expect.poll(() => view().locator('.takes').textContent()).toMatch(/Designs without number, at most [\d,]+ twins, about\s*0\.9 s/);
});

test('while it runs there are partial answers and the time left; cancel keeps what was reached', async () => {
  await page.evaluate(() => (window.laboratory.millisecondsPerStudy = 4000));
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('x');
  await expect.poll(() => view().locator('.so-far').textContent()).toMatch(/So far: [\d,]+ twins of \d+ designs/);
  expect(await view().locator('.plan').textContent()).toMatch(/Screening designs.*of about [\d,]+ twins, round 1.*s left/s);
  expect(await page.locator('header .run').textContent()).toMatch(/Experiment \d+ %/);
  const cancelled = Date.now();
  await page.keyboard.press('Shift+X');
  await expect.poll(() => view().locator('.so-far').textContent()).toMatch(/Cancelled: [\d,]+ twins/);
  expect(Date.now() - cancelled).toBeLessThan(2500);
  // A changed plant ends it as well, so that its own twins run at once.
  const before = await runs();
  await page.keyboard.press('x');
  await page.waitForSelector('mw-experiment progress');
  await page.locator('mw-parameters input[type=number]').first().fill('3');
  await page.keyboard.press('Enter');
  await expect.poll(runs).toBe(before + 1);
  await expect.poll(() => view().locator('.answer .caution').first().textContent()).toContain('Stale');
  expect(await view().locator('.so-far').textContent()).toContain('Cancelled');
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(() => view().locator('.answer .caution').count()).toBe(0);
  await page.evaluate(() => (window.laboratory.millisecondsPerStudy = 700));
  await run();
  expect(await view().locator('.so-far').count()).toBe(0);
});

test('the answer: a sentence with its evidence, every design with its interval, nothing where a number is not defined', async () => {
  expect(await view().locator('.insights').textContent()).toMatch(
    /Design \d+ gives \+4\.2\s%\s±\s0\.3\s% output.*512 pairs of twins.*95\s% interval/s,
  );
  expect(await view().locator('.chosen').textContent()).toMatch(/Design \d+ is chosen.*With probability at least 0\.95/s);
  await expect.poll(() => view().locator('mw-scatter, mw-main-effects, mw-parallel').count()).toBe(3);
  const table = view().getByRole('region', { name: 'Designs', exact: true });
  expect(await table.locator('caption').textContent()).toMatch(/130 designs/);
  expect(await table.locator('tbody tr').count()).toBe(50);
  const means = async () =>
    (await table.locator('tbody tr td:nth-of-type(4)').allTextContents()).map((text) => Number(/^[\d.]+/.exec(text)?.[0]));
  // By the objective, the better end first; then the other way; by a factor.
  expect(await means()).toEqual((await means()).toSorted((a, b) => b - a));
  expect(await table.locator('tbody tr').first().textContent()).toMatch(/\d+\.\d ± \d+\.\d/);
  await table.getByRole('button', { name: /^Throughput/ }).click();
  expect(await means()).toEqual((await means()).toSorted((a, b) => a - b));
  expect(await table.locator('[aria-sort=ascending]').count()).toBe(1);
  await table.getByRole('button', { name: 'b2' }).click();
  const levels = (await table.locator('tbody tr td:nth-of-type(2)').allTextContents()).map(Number);
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  // The last design ran once: a mean and no interval; and one of its figures is not defined, so that its cell is empty.
  await view().getByRole('button', { name: 'Later rows' }).click();
  await view().getByRole('button', { name: 'Later rows' }).click();
  await table.getByRole('button', { name: 'Design', exact: true }).click();
  await table.getByRole('button', { name: 'Design', exact: true }).click();
  const last = table.locator('tbody tr').first().locator('td');
  expect(await last.nth(3).textContent()).toMatch(/^\s*\d+\.\d+\s*$/);
  expect((await last.nth(4).textContent())?.trim()).toBe('');
  expect(await view().textContent()).not.toMatch(/NaN|undefined|Infinity/);
});

test('pinned designs stand side by side, and a point of a chart is a pin', async () => {
  const abreast = view().getByRole('region', { name: 'Side by side' });
  expect(await abreast.locator('thead th').allTextContents()).toEqual([
    expect.stringContaining('The scene as it was'),
    expect.stringMatching(/Design \d+.*chosen/s),
  ]);
  await view().getByLabel('Pin design 129', { exact: true }).check();
  expect(await abreast.locator('thead th').count()).toBe(3);
  await view()
    .locator('mw-scatter')
    .evaluate((chart) => chart.dispatchEvent(new CustomEvent('pick', { detail: { id: 7 }, bubbles: true })));
  await expect.poll(() => abreast.locator('thead th').count()).toBe(4);
  await expect.poll(() => view().locator('tr[data-design="7"].pinned').count()).toBe(1);
  // What is brushed is what the table lists.
  await view()
    .locator('mw-parallel')
    .evaluate((chart) => chart.dispatchEvent(new CustomEvent('brush', { detail: { ids: [3, 4, 5], brushed: true }, bubbles: true })));
  await expect.poll(() => view().getByRole('region', { name: 'Designs', exact: true }).locator('tbody tr').count()).toBe(3);
  await view().getByRole('button', { name: 'Show all' }).click();
});

test('the twins behind a sentence are watched on the floor: before in this scene, after in another', async () => {
  await page.evaluate(() => window.laboratory.traces.splice(0));
  await view().getByRole('button', { name: 'and after' }).click();
  await expect.poll(() => page.evaluate(() => window.laboratory.traces)).toEqual([42]);
  await expect.poll(() => page.locator('.twin').textContent()).toMatch(/twin 42.*the same twin after/s);
  expect(await page.locator('mw-floor').isVisible()).toBe(true);
  await page.keyboard.press('6');
  await view().getByRole('button', { name: 'Watch the worst twin before' }).click();
  await expect.poll(() => page.evaluate(() => window.laboratory.traces.at(-1))).toBe(41);
});

test('files: CSV, Parquet and the report are saved under the name of the experiment', async () => {
  await page.keyboard.press('6');
  for (const [button, name] of [
    ['CSV', 'Experiment-1.csv'],
    ['Parquet', 'Experiment-1.parquet'],
    ['Report', 'Experiment-1.html'],
  ] as const) {
    const [file] = await Promise.all([page.waitForEvent('download'), view().getByRole('button', { name: button, exact: true }).click()]);
    expect(file.suggestedFilename()).toBe(name);
    expect(readFileSync(await file.path(), 'utf8')).toContain('digest feedfacecafebeef');
  }
});

test('a design is applied after its changes were read; the answer is then stale, and undo brings the scene back', async () => {
  const before = await scene();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('a');
  const dialog = page.locator('dialog[open]');
  const rows = await dialog.locator('tbody tr').allTextContents();
  expect(rows[0]).toMatch(/buffers\.b2\.capacity\s*5\s*→\s*\d+/);
  const to = Number(/→\s*(\d+)/.exec(rows[0]!)![1]);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
  expect(await scene()).toBe(before);
  await page.keyboard.press('a');
  await dialog.getByRole('button', { name: 'Apply to the scene' }).click();
  await expect
    .poll(async () => (JSON.parse(await scene()) as { buffers: Record<string, unknown> }).buffers['b2'])
    .toMatchObject({ capacity: to });
  await expect.poll(() => view().locator('.answer .caution').first().textContent()).toContain('Stale');
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(scene).toBe(before);
  await expect.poll(() => view().locator('.answer .caution').count()).toBe(0);
});

test('every question has its own charts, and a long run asks first', async () => {
  const wanted = {
    'What limits us?': 'mw-tornado, mw-active-periods',
    'What is the trade-off?': 'mw-front, mw-parallel, mw-main-effects',
    'What matters?': 'mw-sensitivity, mw-main-effects, mw-scatter',
    'How sure are we?': 'mw-variance, mw-scatter',
  };
  await page.evaluate(() => (window.laboratory.millisecondsPerStudy = 100));
  for (const [question, charts] of Object.entries(wanted)) {
    await view().getByRole('radio', { name: question }).check();
    await expect.poll(async () => (await view().locator('.plan').getAttribute('aria-busy')) === 'false').toBe(true);
    await view().getByRole('button', { name: /^Run/ }).click();
    for (const chart of charts.split(', '))
      await expect.poll(() => view().locator(chart).count(), { message: `${question} ${chart}` }).toBe(1);
    await done();
  }
  // What is ticked for that question is not known, most likely what is written.
  await page.getByLabel('Factor: lathe, repair time, lognormal, mean', { exact: true }).check();
  await expect
    .poll(async () => (await experiments())['Experiment 1']!['uncertain'])
    .toEqual({
      lathe_repair_mean: {
        path: 'stations.lathe.failures[0].repair.lognormal.mean',
        distribution: { triangular: { min: '16 min', mode: '20 min', max: '24 min' } },
      },
    });
  // The trade-off brought a second objective with it.
  expect((await experiments())['Experiment 1']!['objectives']).toEqual([{ maximise: 'total.throughput' }, { minimise: 'total.wip' }]);
  await view().getByRole('button', { name: 'Remove the factor lathe' }).click();
  await page.evaluate(() => (window.laboratory.asksAbove = 5));
  await view().getByRole('radio', { name: 'Which is best?' }).check();
  await expect.poll(() => view().locator('.takes').textContent()).toContain('8 designs possible');
  const before = await page.evaluate(() => window.laboratory.studies.length);
  await view().getByRole('button', { name: /^Run/ }).click();
  expect(await page.locator('dialog[open]').textContent()).toContain('It would run 8 designs, about 3 hours');
  await page.getByRole('button', { name: 'Not now' }).click();
  expect(await page.evaluate(() => window.laboratory.studies.length)).toBe(before);
  await view().getByRole('button', { name: /^Run/ }).click();
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect.poll(() => page.evaluate(() => window.laboratory.studies.length)).toBe(before + 1);
  await done();
});

test('several experiments, by the palette and the keyboard alone; one is taken out and brought back', async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+k');
  await page.keyboard.type('new experiment');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Only buffers');
  await page.keyboard.press('Enter');
  await expect.poll(async () => Object.keys(await experiments())).toEqual(['Experiment 1', 'Only buffers']);
  await expect.poll(() => view().getByRole('combobox', { name: 'Experiment', exact: true }).inputValue()).toBe('Only buffers');
  await view()
    .getByRole('button', { name: /every capacity/ })
    .click();
  await expect.poll(async () => Object.keys((await experiments())['Only buffers']!['factors'] as object).length).toBe(13);
  await view().getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(async () => Object.keys(await experiments())).toEqual(['Experiment 1']);
  await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => Object.keys(await experiments())).toEqual(['Experiment 1', 'Only buffers']);
});

test('a study that broke off is offered, and gone on with in its own scene', async () => {
  const kept = (await scene()).replace('(fake)', '(kept)');
  await page.evaluate((scene) => {
    const { study } = document.querySelector<HTMLElement & { session: { state: { study: { value: { kept: { value: unknown } } } } } }>(
      'mw-page',
    )!.session.state;
    study.value.kept.value = [{ experiment: 'Experiment 1', scene, at: 1_700_000_000_000, twins: 1234 }];
  }, kept);
  await expect.poll(() => view().locator('.kept').textContent()).toMatch(/Experiment 1 of .*2023.* broke off after 1,234 twins/);
  await view().getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => page.evaluate(() => window.laboratory.studies.at(-1))).toMatchObject({ scene: kept, experiment: 'Experiment 1' });
  expect(await page.title()).toContain('(kept)');
  await done();
});

test('no serious barrier and no sideways scroll, light and dark, wide and narrow', async () => {
  for (const [dark, width, height] of [
    [false, 1280, 720],
    [true, 390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(dark ? 'dark' : 'light');
    expect(await barriers(page, ['mw-experiment', '.left'])).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  // At phone width the parts are tabs.
  await page.getByRole('button', { name: 'Question', exact: true }).click();
  expect(await view().locator('.setup').isVisible()).toBe(true);
  expect(await view().locator('.answer').isVisible()).toBe(false);
  expect(errors).toEqual([]);
});

test('a proposed range: counts from one to twice what is there, all else 20 % to both sides, within what may stand there', () => {
  const parameter = (value: number | undefined, more: Partial<Parameter> = {}): Parameter => ({
    path: ['stations', 'my lathe', 'x'],
    group: '',
    label: 'x',
    value,
    unit: '',
    meant: '',
    integer: false,
    minimum: 0,
    maximum: undefined,
    optional: false,
    ...more,
  });
  const path = 'stations["my lathe"].x';
  expect(proposed(parameter(4, { integer: true, minimum: 1 }))).toEqual({ path, from: 1, to: 8, step: 1 });
  expect(proposed(parameter(undefined, { integer: true, minimum: 1 }))).toEqual({ path, from: 1, to: 10, step: 1 });
  expect(proposed(parameter(2.5, { unit: 'min' }))).toEqual({ path, from: '2 min', to: '3 min' });
  expect(proposed(parameter(0.9, { maximum: 1 }))).toEqual({ path, from: 0.72, to: 1 });
  expect(proposed(parameter(-10, { minimum: -1000 }))).toEqual({ path, from: -12, to: -8 });
  expect(proposed(parameter(0))).toEqual({ path, from: 0, to: 1 });
  expect(nameFor(['buffers', 'B 2', 'capacity'], [])).toBe('b_2');
  expect(nameFor(['buffers', 'B 2', 'capacity'], ['b_2'])).toBe('b_2_2');
  expect(nameFor(['buffers', 'cost', 'capacity'], [])).toBe('cost_2');
  expect(nameFor(['buffers', '3', 'capacity'], [])).toBe('f_3');
  expect([typed(' 12 '), typed('1e-3'), typed('20 s'), typed('')]).toEqual([12, 0.001, '20 s', '']);
});

test('what is written has the shape that scenes have, for every number, rule and switch of the shipped plant', () => {
  const text = withAny(readFileSync('scenes/gearbox.json', 'utf8'), ['experiments'], undefined);
  const tree = parseTree(text)!;
  const scene = JSON.parse(text) as { stations: object; buffers: object };
  const parameters = [
    ...Object.keys(scene.stations).flatMap((name) => parametersOf(tree, 'station', name)),
    ...Object.keys(scene.buffers).flatMap((name) => parametersOf(tree, 'buffer', name)),
  ];
  const experiment = blank('best');
  for (const one of parameters) experiment.factors![nameFor(one.path, Object.keys(experiment.factors!))] = proposed(one);
  for (const name of Object.keys(scene.stations))
    for (const choice of choicesOf(tree, 'station', name))
      experiment.factors![nameFor(choice.path, Object.keys(experiment.factors!))] = { path: 'x', values: choice.options };
  experiment.uncertain = Object.fromEntries(parameters.filter((one) => one.unit !== '').map((one, i) => [`u${i}`, proposedUnknown(one)]));
  const written = withAny(text, ['experiments', 'All of "it"'], experiment);
  expect(read(written)).toMatchObject({ ok: true });
  const back = experimentsIn(parseTree(written))['All of "it"'];
  expect(back).toEqual(experiment);
  for (const { path } of parameters) expect(factorAt(back, path)).toBeDefined();
  expect(
    factorAt({ question: 'best', factors: { x: { path: 'buffers["B1"]["capacity"]', from: 1, to: 2 } } }, ['buffers', 'B1', 'capacity']),
  ).toBe('x');
  expect(sameTwins(text, written)).toBe(true);
  expect(sameTwins(written, written.replace('"capacity": 2', '"capacity": 3'))).toBe(false);
  expect(sameTwins(text, withAny(text, ['run', 'seed'], 9))).toBe(false);
  expect(withAny(written, ['experiments'], undefined)).toBe(text);
  // As people write a path: without the name of the distribution.
  const short = { question: 'best' as const, factors: { x: { path: 'stations.Gear grinding.failures[0].repair.mean', from: 1, to: 2 } } };
  expect(factorAt(short, ['stations', 'Gear grinding', 'failures', 0, 'repair', 'lognormal', 'mean'])).toBe('x');
  expect(factorAt(short, ['stations', 'Gear grinding', 'failures', 0, 'repair', 'lognormal', 'cv'])).toBeUndefined();
  // Short things stand on one line, and a line of the user's is never touched.
  const small = withAny('{\n  "name": "x",  "run": {"seed":1}\n}', ['experiments', 'e', 'factors', 'b'], {
    path: 'buffers.b',
    from: 1,
    to: 2,
  });
  expect(small).toBe(
    '{\n  "name": "x",  "run": {"seed":1},\n  "experiments": {\n    "e": {\n      "factors": {\n        "b": { "path": "buffers.b", "from": 1, "to": 2 }\n      }\n    }\n  }\n}',
  );
  expect(withAny(small, ['run', 'seed'], 2)).toBe(small.replace('"seed":1', '"seed":2'));
  expect(JSON.parse(withAny(small, ['experiments', 'e', 'cost'], 'b'))).toMatchObject({ experiments: { e: { cost: 'b', factors: {} } } });
});
