/** Files of a study's report, each read back by something else than what wrote it. */
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { AxeBuilder } from '@axe-core/playwright';
import { parse } from 'papaparse';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvOf } from '../../src/experiment/export/csv.ts';
import { exportStudy } from '../../src/experiment/export/export.ts';
import { estimate, fixed, plain } from '../../src/experiment/export/figures.ts';
import { htmlOf } from '../../src/experiment/export/html.ts';
import { parquetOf } from '../../src/experiment/export/parquet.ts';
import { settingOf } from '../../src/experiment/export/table.ts';
import { textDigest } from '../../src/experiment/journal.ts';
import { openBrowser } from '../browser.ts';
import { madeReport } from './made-report.ts';

const NASTY = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;\`\${3}]]>--></style></pre>`;

describe('CSV', () => {
  const report = madeReport();
  const text = csvOf(report);

  it('has a row a design, and units in its header', () => {
    const { data, errors } = parse<string[]>(text, { skipEmptyLines: true });
    expect(errors).toEqual([]);
    const [header, ...rows] = data as [string[], ...string[][]];
    expect(header).toEqual([
      'id',
      'places of b3',
      'press time [min]',
      'rule',
      ...['mean', 'low', 'high', 'sd'].map((what) => `total.throughput ${what} [1/h]`),
      ...['mean', 'low', 'high', 'sd'].map((what) => `cost ${what} [€]`),
      ...['mean', 'low', 'high', 'sd'].map((what) => `total.flowTime ${what} [h]`),
      'twins',
      'feasible',
      'front',
      'base',
      'chosen',
    ]);
    expect(rows.length).toBe(report.designs.length);
    report.designs.forEach((row, i) => {
      const cells = rows[i] as string[];
      // Numbers read back to the same bits.
      expect([cells[0], cells[1], cells[2]].map(Number)).toEqual([row.id, row.point[0], row.point[1]]);
      expect(cells.slice(4, 16)).toEqual(
        row.known.flatMap(({ mean, low, high, sd }) => [mean, low, high, sd].map((x) => (Number.isNaN(x) ? '' : String(x)))),
      );
      expect(cells.slice(16)).toEqual([String(row.twins), String(row.feasible), String(row.front), String(row.base), String(row.chosen)]);
    });
  });

  it('keeps to RFC 4180: CRLF, quotes doubled; and is no spreadsheet formula', () => {
    expect(text.split('\r\n').length).toBe(report.designs.length + 2);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text).toContain('"first in, ""first"" out"');
    expect(text).toContain(',"\'=SUM(A1)",');
    expect(text).not.toMatch(/,"?=SUM/);
  });

  it('writes a sequence as its items', () => {
    const factor = (kind: 'sequence' | 'steps', options: string[] = []) => ({
      name: kind,
      paths: [],
      unit: '',
      kind,
      low: 0,
      high: 2,
      options,
      now: undefined,
    });
    const factors = [factor('steps'), factor('sequence', ['red', 'blue', 'white']), factor('steps')];
    expect([0, 1, 2].map((i) => settingOf(factors, [7, 2, 0, 1, 9], i))).toEqual([7, 'white red blue', 9]);
  });
});

describe('Parquet', () => {
  it('holds typed columns that another reader reads to the same values', async () => {
    const report = madeReport(NASTY);
    const file = parquetOf(report);
    const metadata = await parquetMetadataAsync(file);
    expect(Number(metadata.num_rows)).toBe(report.designs.length);
    const types = Object.fromEntries(metadata.schema.slice(1).map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      id: 'INT32',
      'press time': 'DOUBLE',
      rule: 'BYTE_ARRAY',
      'cost mean': 'DOUBLE',
      twins: 'INT32',
      chosen: 'BOOLEAN',
    });
    const told = Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
    expect(told).toMatchObject({
      'millwright.experiment': report.experiment,
      'millwright.seed': '11',
      'millwright.digest': '0123456789abcdef',
      'millwright.scene': report.scene,
      'millwright.scene_digest': textDigest(report.scene),
    });
    expect(JSON.parse(told['millwright.units'] as string)).toMatchObject({ 'press time': 'min', 'cost sd': '€' });
    const rows = await parquetReadObjects({ file });
    report.designs.forEach(({ id, point, known, twins, feasible, chosen }, i) => {
      const [throughput] = known as [(typeof known)[0], ...typeof known];
      const low = Number.isNaN(throughput.low) ? null : throughput.low;
      const name = report.responses[0]?.name;
      expect(rows[i]).toMatchObject({
        id,
        twins,
        feasible,
        chosen,
        'press time': point[1],
        rule: report.factors[2]?.options[point[2] as number],
      });
      expect(rows[i]).toMatchObject({ [`${name} mean`]: throughput.mean, [`${name} low`]: low });
    });
  });

  it('keeps columns apart whose names are equal, and takes a study without designs', async () => {
    const report = madeReport();
    const [factor] = report.factors as [(typeof report.factors)[0], ...typeof report.factors];
    const rows = await parquetReadObjects({
      file: parquetOf({ ...report, factors: [{ ...factor, name: 'id' }, { ...factor, name: 'twins' }, ...report.factors.slice(2)] }),
    });
    expect(rows[5]).toMatchObject({ id: 5, 'id (2)': 6, twins: 3, 'twins (2)': 512 });
    expect(await parquetReadObjects({ file: parquetOf({ ...report, designs: [] }) })).toEqual([]);
  });
});

describe('figures', () => {
  it('have as many digits as the interval bears', () => {
    expect(estimate({ mean: 412.0371, low: 410.71, high: 413.36 })).toBe('412.0 ± 1.3');
    expect(estimate({ mean: -1234567.8, low: -1234667.8, high: -1234467.8 })).toBe('−1,234,568 ± 100');
    expect(estimate({ mean: 5, low: 4, high: 9 })).toBe('5.0 (4.0 … 9.0)');
    expect(estimate({ mean: 120, low: 120, high: 120 })).toBe('120');
    expect(estimate({ mean: 7, low: Number.NaN, high: Number.NaN })).toBe('7.000');
    expect([fixed(-0.001, 1), fixed(Number.NaN, 2), plain(0.25), plain(1e6), plain(-3)]).toEqual(['0.0', '–', '0.25', '1,000,000', '−3']);
  });
});

describe('the report in HTML', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  it('shows what was found, asks for nothing, and fits its paper', async () => {
    const report = madeReport();
    const blob = await exportStudy(report, 'html', 'https://example.org/plant#s=abc');
    const context = await browser.newContext({ viewport: { width: 900, height: 1200 } });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => asked.push(message.text()));
    await page.setContent(await blob.text());
    expect(asked).toEqual([]);
    expect(await page.locator('script, link, img, iframe').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe('What is the trade-off?');
    const text = (await page.locator('main').innerText()).replaceAll('\u00a0', ' ');
    for (const part of [
      'One more place in b3 gives +2.1 % ± 0.3 % output.',
      '512 paired twins',
      'The design is within 0.1 of the best.',
      "npm run --silent sim -- scene.json --experiment 'buffers and speed' --seed 11",
      report.digest,
      textDigest(report.scene),
      'Gearbox line',
      'reference engine, 2 workers',
      '"millwright": 1',
    ])
      expect(text).toContain(part);
    expect(await page.getByRole('link').getAttribute('href')).toBe('https://example.org/plant#s=abc');
    expect(await page.locator('pre').last().textContent()).toBe(report.scene);
    // Every design is a row and a mark; NaN is drawn nowhere.
    expect(await page.locator('.designs tbody tr').count()).toBe(40);
    expect(await page.locator('svg').first().locator('.dot').count()).toBe(40);
    expect(await page.content()).not.toMatch(/NaN|undefined|Infinity|\[object/);
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await wide()).toBeLessThanOrEqual(0);
    for (const width of [390, 680]) {
      await page.setViewportSize({ width, height: 900 });
      if (width === 680) await page.emulateMedia({ media: 'print' });
      expect(await wide()).toBeLessThanOrEqual(0);
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0]?.html]),
    ).toEqual([]);
    await context.close();
  });

  it('takes every name for text, whatever stands in it', async () => {
    const page = await browser.newPage();
    const alerts: string[] = [];
    page.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      void dialog.dismiss();
    });
    // Without its own policy, so that nothing but escaping stands in the way.
    const text = htmlOf(madeReport(NASTY), 'javascript:alert(4)').replace(/<meta http-equiv[^>]*>/, '');
    await page.setContent(text);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith('on')),
      ),
    ).toEqual([]);
    expect(await page.getByRole('link').count()).toBe(0);
    expect(await page.locator('.insights li p').first().textContent()).toBe(`One more place in b3 gives +2.1 % ± 0.3 % output.${NASTY}`);
    expect(
      await page
        .locator('svg text')
        .filter({ hasText: NASTY.slice(0, 8) })
        .count(),
    ).toBeGreaterThan(0);
    expect(await page.locator('pre').last().textContent()).toContain(NASTY.replaceAll('"', '\\"'));
    expect(await page.locator('pre.command').textContent()).toBe(
      `npm run --silent sim -- scene.json --experiment 'buffers and speed${NASTY.replaceAll("'", "'\\''")}' --seed 11`,
    );
    expect(alerts).toEqual([]);
    await page.close();
  });

  it('leaves out what there is nothing of', () => {
    const report = madeReport();
    const empty = htmlOf({
      ...report,
      designs: [],
      chosen: -1,
      insights: [],
      interventions: [],
      activePeriods: [],
      effects: [],
      sensitivity: [],
      uncertainty: [],
      guarantee: undefined,
      warnings: [],
    });
    expect(empty).not.toContain('<svg');
    expect([...empty.matchAll(/<h2>(.*?)<\/h2>/g)].map((match) => match[1])).toEqual([
      'The answer',
      'The proof',
      'To run it again',
      'The scene',
    ]);
  });
});
