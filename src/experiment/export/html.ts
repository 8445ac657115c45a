/**
 * A study as one page of HTML that needs nothing else: no script, no other file, no network. It reads on screen, light and dark, and prints on A4.
 * What it says comes from the report alone, so the same study gives the same page.
 */
import { textDigest } from '../journal.ts';
import type { DesignRow, Known, Question, ResponseShown, StudyReport } from '../study-protocol.ts';
import { figuresOf } from './findings.ts';
import { estimate, fixed, plain, withUnit } from './figures.ts';
import { type Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';
import { ranked, settingOf } from './table.ts';

const ASKED: Record<Question, string> = {
  compare: 'How do the designs compare?',
  best: 'Which design is best?',
  'trade-off': 'What is the trade-off?',
  'what limits': 'What limits the plant?',
  sensitivity: 'What matters?',
  uncertainty: 'How sure can we be?',
};

/** Rows of designs that are printed; files of data hold all of them. */
const MOST_PRINTED = 60;

/** @param address link that opens the scene in the page; '' for none. Only http and https addresses are taken. */
export function htmlOf(report: StudyReport, address = ''): string {
  const title = `${ASKED[report.question]} ${report.experiment}`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="Millwright">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${sceneName(report.scene)} · experiment “${report.experiment}”</p>
<h1>${ASKED[report.question]}</h1>
<p class="lead">${lead(report)}</p>
${report.complete ? undefined : markup`<p class="caution">This study is not complete: it was saved while it ran, or was broken off. Its figures are what was known then.</p>`}
</header>
${answer(report)}
${figuresOf(report)}
${designTable(report)}
${proof(report)}
${again(report, address)}
<section class="scene">
<h2>The scene</h2>
<p class="muted">Save it as scene.json to run it again. Its digest stands among the proofs above.</p>
<pre>${report.scene}</pre>
</section>
</main>
</body>
</html>
`;
  return page.text;
}

/** The scene's own name, where its text reads as JSON with one. */
function sceneName(scene: string): string {
  try {
    const { name } = JSON.parse(scene) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : 'A plant';
  } catch {
    return 'A plant';
  }
}

const count = (n: number, one: string, many = `${one}s`): string => `${fixed(n, 0)} ${n === 1 ? one : many}`;

function lead({ twins, tried, factors, warmup, horizon, timeUnit, seed }: StudyReport): string {
  return `${count(tried, 'design')} of ${count(factors.length, 'factor')}, ${count(twins, 'twin')}; each twin ${plain(horizon)} ${timeUnit} after ${plain(warmup)} ${timeUnit} of warm-up; seed ${seed}. Intervals are of 95 %, over twins.`;
}

function answer(report: StudyReport): Markup {
  const { insights, guarantee, warnings, designs, chosen } = report;
  const row = designs.find(({ id }) => id === chosen);
  const base = designs.find((row) => row.base);
  return markup`<section>
<h2>The answer</h2>
${row === undefined ? undefined : chosenDesign(report, row, base)}
${
  insights.length === 0
    ? markup`<p>${row === undefined ? 'No sentence is written here, for no difference is told from chance yet.' : ''}</p>`
    : markup`<ol class="insights">${insights.map(
        ({ text, evidence, replay }) =>
          markup`<li><p>${text}</p><p class="evidence">${evidence}</p>${
            replay.length === 0
              ? undefined
              : markup`<p class="evidence">To watch: ${replay.map(({ label, seed, replication }) => `${label} (seed ${seed}, twin ${replication})`).join('; ')}.</p>`
          }</li>`,
      )}</ol>`
}
${
  guarantee === undefined
    ? undefined
    : markup`<p class="guarantee"><strong>What is promised.</strong> ${guarantee.text} <span class="muted">(${guarantee.procedure}${
        Number.isFinite(guarantee.confidence) ? `, probability at least ${plain(100 * guarantee.confidence)} %` : ''
      })</span></p>`
}
${warnings.map((warning) => markup`<p class="caution">${warning}</p>`)}
</section>`;
}

/** Factors and responses of the design to take, beside what stands in the scene. */
function chosenDesign({ factors, responses }: StudyReport, row: DesignRow, base: DesignRow | undefined): Markup {
  const settings = factors.map((factor, i) => {
    const to = settingShown(settingOf(factors, row.point, i), factor.unit);
    const now = base === undefined ? undefined : settingShown(settingOf(factors, base.point, i), factor.unit);
    return markup`<tr${now !== undefined && now !== to ? markup` class="changed"` : undefined}><th scope="row">${factor.name}</th><td>${now ?? '–'}</td><td>${to}</td></tr>`;
  });
  const figures = responses.map(
    (response, i) =>
      markup`<tr><th scope="row">${response.name}${aim(response)}</th><td>${base === undefined ? '–' : knownShown(base.known[i], response.unit)}</td><td>${knownShown(row.known[i], response.unit)}</td></tr>`,
  );
  return markup`<p>The design to take is number ${row.id}${row.base ? ', the scene as it is now' : ''}.</p>
<table class="chosen"><thead><tr><th></th><th scope="col">now</th><th scope="col">design ${row.id}</th></tr></thead><tbody>${settings}${figures}</tbody></table>`;
}

function settingShown(setting: number | string, unit: string): string {
  return typeof setting === 'string' ? setting : withUnit(plain(setting), unit);
}

function knownShown(known: Known | undefined, unit: string): string {
  return known === undefined ? '–' : withUnit(estimate(known), unit);
}

/** What is wanted of a response, in small print behind its name. */
function aim({ sense, of, least, most }: ResponseShown): Markup | undefined {
  const parts = [
    sense === undefined ? '' : `${sense}${of === undefined || of === 'mean' ? '' : ` the ${of}`}`,
    least === undefined || !Number.isFinite(least) ? '' : `at least ${plain(least)}`,
    most === undefined || !Number.isFinite(most) ? '' : `at most ${plain(most)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : markup` <span class="muted">(${parts.join(', ')})</span>`;
}

function designTable(report: StudyReport): Markup | undefined {
  const { factors, responses, designs, tried } = report;
  if (designs.length === 0) return undefined;
  const rows = ranked(report).slice(0, MOST_PRINTED);
  const marks = (row: DesignRow): string =>
    [
      row.chosen ? 'chosen' : '',
      row.base ? 'now' : '',
      row.front && responses.filter(({ sense }) => sense).length > 1 ? 'front' : '',
      row.feasible ? '' : 'breaks a limit',
    ]
      .filter((mark) => mark !== '')
      .join(', ');
  return markup`<section class="designs">
<h2>The designs</h2>
<div class="wide"><table><thead><tr><th scope="col">design</th>${factors.map(({ name, unit }) => head(name, unit))}${responses.map(({ name, unit }) => head(name, unit))}<th scope="col">twins</th><th></th></tr></thead>
<tbody>${rows.map(
    (row) =>
      markup`<tr${row.chosen ? markup` class="changed"` : undefined}><th scope="row">${row.id}</th>${factors.map((_, i) => {
        const setting = settingOf(factors, row.point, i);
        return markup`<td>${typeof setting === 'string' ? setting : plain(setting)}</td>`;
      })}${responses.map((_, i) => markup`<td>${knownShown(row.known[i], '')}</td>`)}<td>${fixed(row.twins, 0)}</td><td class="marks">${marks(row)}</td></tr>`,
  )}</tbody></table></div>
<p class="muted">${
    rows.length < tried
      ? `${fixed(rows.length, 0)} of ${fixed(tried, 0)} designs: the one to take, the scene as it is now, the front, then the best of the rest. CSV and Parquet files of this study hold ${designs.length < tried ? fixed(designs.length, 0) : 'all'}.`
      : `All ${fixed(tried, 0)} designs that were tried.`
  }</p>
</section>`;
}

function head(name: string, unit: string): Markup {
  return markup`<th scope="col">${name}${unit === '' || unit === '1' ? undefined : markup` <span class="muted">${unit}</span>`}</th>`;
}

function proof(report: StudyReport): Markup {
  const { engine, path } = report;
  const rows: [string, string][] = [
    ['Digest of all outcomes', report.digest],
    ['Digest of the scene', textDigest(report.scene)],
    ['Seed', String(report.seed)],
    ['Method', report.method],
    [
      'Twins',
      `${fixed(report.twins, 0)} in ${count(report.rounds, 'round')}${report.recalled > 0 ? `, ${fixed(report.recalled, 0)} of them from an earlier session` : ''}`,
    ],
    ['Engine', `${engine.engine === 'gpu' ? 'GPU' : 'CPU'}: ${engine.adapter} (${engine.reason})`],
    ['Path', `${path.taken} (${path.reason})`],
  ];
  return markup`<section>
<h2>The proof</h2>
<table class="proof"><tbody>${rows.map(([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
<p class="muted">Whoever runs this scene with this seed gets this digest, on any machine, and however the study was split.</p>
</section>`;
}

function again({ experiment, seed }: StudyReport, address: string): Markup {
  return markup`<section>
<h2>To run it again</h2>
<pre class="command">npm run --silent sim -- scene.json --experiment ${quoted(experiment)} --seed ${seed}</pre>
${/^https?:\/\//.test(address) ? markup`<p>Or in a browser: <a href="${address}" rel="noreferrer">open this scene</a>.</p>` : undefined}
</section>`;
}

/** As a word of a shell. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
