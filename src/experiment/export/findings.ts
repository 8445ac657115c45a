/** What a study found, drawn and in tables: each part stands only where there is something to show. */
import type { DesignRow, Known, StudyReport } from '../study-protocol.ts';
import { type Bar, type Mark, mainEffects, scatter, tornado } from './charts.ts';
import { estimate, fixed, plain, withUnit } from './figures.ts';
import { type Markup, markup, type Part } from './markup.ts';
import { ranked, settingOf } from './table.ts';

/** Designs in the scatter: more are a blot on paper. */
const MOST_MARKS = 600;
/** Factors with a panel of their own. */
const MOST_PANELS = 12;
const MOST_BARS = 20;

export function figuresOf(report: StudyReport): Markup {
  return markup`${designsDrawn(report)}${interventions(report)}${effects(report)}${sensitivity(report)}${uncertainty(report)}`;
}

const section = (title: string, ...content: Part[]): Markup => markup`<section><h2>${title}</h2>${content}</section>`;

const percent = (share: number, low: number, high: number): string =>
  withUnit(estimate({ mean: 100 * share, low: 100 * low, high: 100 * high }), '%');

const titled = (name: string, unit: string): string => (unit === '' || unit === '1' ? name : `${name}, ${unit}`);

/** What the designs are drawn over: another objective, else a limited response, else the numeric factor with the largest effect. */
function across({ factors, responses, effects }: StudyReport, goal: number): { name: string; of: (row: DesignRow) => Known } | undefined {
  const limited = (i: number): boolean => Number.isFinite(responses[i]?.least) || Number.isFinite(responses[i]?.most);
  const others = responses.map((_, i) => i).filter((i) => i !== goal);
  const other = others.find((i) => responses[i]?.sense !== undefined) ?? others.find(limited);
  const unknown = { mean: Number.NaN, low: Number.NaN, high: Number.NaN, sd: Number.NaN };
  const response = responses[other ?? -1];
  if (response !== undefined) {
    return { name: titled(response.name, response.unit), of: ({ known }) => known[other as number] ?? unknown };
  }
  const reach = (name: string): number => effects.find(({ factor }) => factor === name)?.range ?? 0;
  const factor = factors.filter(({ kind }) => kind === 'real' || kind === 'steps').toSorted((a, b) => reach(b.name) - reach(a.name))[0];
  if (factor === undefined) return undefined;
  const at = factors.indexOf(factor);
  return { name: titled(factor.name, factor.unit), of: ({ point }) => ({ ...unknown, mean: Number(settingOf(factors, point, at)) }) };
}

function designsDrawn(report: StudyReport): Markup | undefined {
  const { responses, designs } = report;
  const goal = Math.max(
    0,
    responses.findIndex(({ sense }) => sense !== undefined),
  );
  const response = responses[goal];
  const x = across(report, goal);
  if (response === undefined || x === undefined || designs.length < 2) return undefined;
  const all = ranked(report).filter((row) => Number.isFinite(x.of(row).mean) && Number.isFinite(row.known[goal]?.mean));
  // The first are those with a name and the front; of the rest an even sample.
  const named = all.filter((row) => row.chosen || row.base || row.front).slice(0, MOST_MARKS);
  const rest = all.filter((row) => !row.chosen && !row.base && !row.front);
  const every = Math.max(1, Math.ceil(rest.length / Math.max(1, MOST_MARKS - named.length)));
  const shown = [...rest.filter((_, i) => i % every === 0), ...named];
  if (shown.length < 2) return undefined;
  const mark = (row: DesignRow): Mark => {
    const [a, b] = [x.of(row), row.known[goal] as Known];
    return {
      x: a.mean,
      y: b.mean,
      xLow: a.low,
      xHigh: a.high,
      yLow: b.low,
      yHigh: b.high,
      kind: row.chosen ? 'chosen' : row.base ? 'base' : row.feasible ? 'plain' : 'infeasible',
      title: `design ${row.id}: ${withUnit(estimate(b), response.unit)}; ${x.name}: ${estimate(a)}`,
    };
  };
  const several = responses.filter(({ sense }) => sense !== undefined).length > 1;
  const front = several
    ? named
        .filter((row) => row.front)
        .map(mark)
        .toSorted((a, b) => a.x - b.x)
    : [];
  return section(
    several ? 'The trade-off' : 'The designs, drawn',
    scatter(shown.map(mark), x.name, titled(response.name, response.unit), front),
    markup`<p class="muted">Diamond: the design to take. Square: the scene as it is now. Hollow: breaks a limit. ${front.length > 1 ? 'Line: the front, where nothing is better in every objective. ' : ''}Whiskers: 95 % intervals. ${
      shown.length < report.tried ? `${fixed(shown.length, 0)} of ${fixed(report.tried, 0)} designs are drawn.` : ''
    }${Number.isFinite(report.hypervolume) ? ` Hypervolume of the front: ${plain(report.hypervolume, 4)}.` : ''}</p>`,
  );
}

function interventions({ interventions, activePeriods, responses }: StudyReport): Markup | undefined {
  if (interventions.length === 0 && activePeriods.length === 0) return undefined;
  const unit = responses.find(({ sense }) => sense !== undefined)?.unit ?? '';
  const rows = interventions.toSorted((a, b) => b.gain - a.gain).slice(0, MOST_BARS);
  const bars = rows.map(
    ({ element, change, gain, low, high }): Bar => ({
      label: `${element}: ${change}`,
      low,
      high,
      at: gain,
      text: withUnit(estimate({ mean: gain, low, high }), unit),
    }),
  );
  return section(
    'What limits the plant',
    bars.length === 0
      ? undefined
      : [
          tornado(bars, titled('gain', unit), true),
          markup`<div class="wide"><table><thead><tr><th scope="col">change</th><th scope="col">gain <span class="muted">${unit}</span></th><th scope="col">share</th><th scope="col">blocked</th><th scope="col">starved</th><th scope="col">pairs</th></tr></thead><tbody>${rows.map(
            (row) =>
              markup`<tr><th scope="row">${row.element}: ${row.change}</th><td>${estimate({ mean: row.gain, low: row.low, high: row.high })}</td><td>${percent(row.share, row.shareLow, row.shareHigh)}</td><td>${moved(row.blockedBefore, row.blockedAfter)}</td><td>${moved(row.starvedBefore, row.starvedAfter)}</td><td>${fixed(row.pairs, 0)}</td></tr>`,
          )}</tbody></table></div>`,
          markup`<p class="muted">Every change alone, under the same luck as the plant as it is; the intervals hold for all of them together. Blocked and starved: of the element’s time, before and after.</p>`,
        ],
    activePeriods.length === 0
      ? undefined
      : markup`<h3>By active periods</h3><table><thead><tr><th scope="col">element</th><th scope="col">sole bottleneck</th><th scope="col">shifting</th></tr></thead><tbody>${activePeriods
          .slice(0, MOST_BARS)
          .map(
            ({ element, sole, shifting }) =>
              markup`<tr><th scope="row">${element}</th><td>${fixed(100 * sole, 1)} %</td><td>${fixed(100 * shifting, 1)} %</td></tr>`,
          )}</tbody></table><p class="muted">Share of the time in which the element’s active period is the longest of all (Roser, Nakano and Tanaka 2002).</p>`,
  );
}

/** Percentage points of the time, before and after. */
function moved(before: number, after: number): string {
  return Number.isNaN(before) || Number.isNaN(after) ? '–' : `${fixed(before, 1)} → ${fixed(after, 1)} %`;
}

function effects({ effects, responses }: StudyReport): Markup | undefined {
  const shown = effects
    .filter(({ levels }) => levels.length > 0)
    .toSorted((a, b) => b.range - a.range)
    .slice(0, MOST_PANELS);
  if (shown.length === 0) return undefined;
  const response = responses.find(({ sense }) => sense !== undefined) ?? responses[0];
  const name = response === undefined ? '' : titled(response.name, response.unit);
  const bars = shown
    .filter(({ range }) => Number.isFinite(range))
    .map(({ factor, levels, range }): Bar => {
      const means = levels.map(({ mean }) => mean).filter(Number.isFinite);
      return { label: factor, low: Math.min(...means), high: Math.max(...means), at: Number.NaN, text: plain(range, 3) };
    });
  return section(
    'Main effects',
    mainEffects(
      shown.map(({ factor, levels }) => ({ label: factor, levels })),
      name,
    ),
    bars.length > 1 ? [markup`<h3>By size</h3>`, tornado(bars, name, false)] : undefined,
    markup`<p class="muted">Mean of ${name} over the designs at each level, with 95 % intervals.${
      shown.length < effects.length ? ` The ${fixed(shown.length, 0)} largest of ${fixed(effects.length, 0)}.` : ''
    }</p>`,
  );
}

function sensitivity({ sensitivity, responses }: StudyReport): Markup | undefined {
  if (sensitivity.length === 0) return undefined;
  const { unit = '' } = responses.find(({ sense }) => sense !== undefined) ?? responses[0] ?? {};
  const morris = sensitivity.some(({ muStar }) => Number.isFinite(muStar));
  const sobol = sensitivity.some(({ total }) => Number.isFinite(total));
  const size = (row: (typeof sensitivity)[number]): number => (sobol ? row.total : row.muStar);
  const rows = sensitivity.toSorted((a, b) => size(b) - size(a));
  const bars = rows.slice(0, MOST_BARS).map((row): Bar => {
    const [mean, low, high] = sobol ? [row.total, row.totalLow, row.totalHigh] : [row.muStar, row.muStarLow, row.muStarHigh];
    return { label: row.factor, low: 0, high: mean, at: Number.NaN, text: estimate({ mean, low, high }) };
  });
  return section(
    'What matters',
    tornado(bars, sobol ? 'total index' : titled('mean of |elementary effects|', unit), true),
    markup`<table><thead><tr><th scope="col">factor</th>${morris ? markup`<th scope="col">µ* <span class="muted">${unit}</span></th><th scope="col">σ</th>` : undefined}${
      sobol ? markup`<th scope="col">first order</th><th scope="col">total</th>` : undefined
    }</tr></thead><tbody>${rows.map(
      (row) =>
        markup`<tr><th scope="row">${row.factor}</th>${
          morris
            ? markup`<td>${estimate({ mean: row.muStar, low: row.muStarLow, high: row.muStarHigh })}</td><td>${plain(row.sigma, 3)}</td>`
            : undefined
        }${
          sobol
            ? markup`<td>${estimate({ mean: row.first, low: row.firstLow, high: row.firstHigh })}</td><td>${estimate({ mean: row.total, low: row.totalLow, high: row.totalHigh })}</td>`
            : undefined
        }</tr>`,
    )}</tbody></table>`,
    markup`<p class="muted">${morris ? 'Morris: mean size and spread of elementary effects. ' : ''}${sobol ? 'Sobol’ indices: shares of the variance (Jansen).' : ''}</p>`,
  );
}

function uncertainty({ uncertainty }: StudyReport): Markup | undefined {
  if (uncertainty.length === 0) return undefined;
  return section(
    'How sure we can be',
    uncertainty.map(
      ({ response, unit, mean, low, high, bySelf, share, shareLow, shareHigh, quantiles, causes, samples, twins }) =>
        markup`<h3>${response}</h3><p>Mean ${withUnit(estimate({ mean, low, high }), unit)}. Of the variance, ${percent(share, shareLow, shareHigh)} is due to what we do not know (standard deviation ${withUnit(plain(bySelf.known, 3), unit)}), the rest to chance (${withUnit(plain(bySelf.chance, 3), unit)}). Over what we do not know, the mean lies below ${withUnit(plain(quantiles[0], 5), unit)} in one case of twenty, and above ${withUnit(plain(quantiles[2], 5), unit)} in another; half of the cases lie below ${withUnit(plain(quantiles[1], 5), unit)}. ${fixed(samples, 0)} cases, ${fixed(twins, 0)} twins.</p>${
          causes.length === 0
            ? undefined
            : tornado(
                causes
                  .toSorted((a, b) => b.share - a.share)
                  .map(
                    ({ parameter, share }): Bar => ({
                      label: parameter,
                      low: 0,
                      high: 100 * share,
                      at: Number.NaN,
                      text: `${fixed(100 * share, 1)} %`,
                    }),
                  ),
                'share of the variance of the mean, %',
                true,
              )
        }`,
    ),
  );
}
