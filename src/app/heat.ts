/** Heat over the floor: which figure, over which twins; its scale; and the same numbers as a table. A part of the page that comes when it is asked for. */
import { effect, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FloorPlan } from '../engine/trace.ts';
import { HEAT_COLORS } from '../view/theme.ts';
import type { Heat } from '../view/things.ts';
import { entryOf } from './glossary.ts';
import {
  countedFrom,
  type HeatChoice,
  type HeatFigure,
  heatOf,
  type HeatRow,
  meanFigures,
  QUANTILES,
  quantileFigures,
  topOf,
  type Traffic,
  TwinFigures,
  TwinTraffic,
} from './heat-figures.ts';
import './heat.css';
import { MeanTraffic } from './heat-traffic.ts';
import { toggleHeat } from './overlays.ts';
import { Panel } from './panel.ts';
import { capital, clock, decimalsFor, fixed, span, twinName, whole } from './quantity.ts';
import { statesOf } from './states.ts';

/** No more than four times a second: the floor must draw all of it anew. */
const UPDATE_MS = 250;
/** A change of no more than this share of the scale is not drawn anew. */
const UNSEEN = 0.004;
const ROWS = 500;

const FIGURES: HeatFigure[] = ['blocked', 'starved', 'failed', 'waitingForPeople', 'setup', 'working', 'length'];
const OVER: [HeatChoice['over'], string][] = [
  ['twin', 'this twin, up to its clock'],
  ['mean', 'mean of all twins'],
  ['p5', '5 % quantile of the twins'],
  ['p50', 'median of the twins'],
  ['p95', '95 % quantile of the twins'],
];

/** What is shown, and what is said with it. */
interface Reading {
  plan: FloorPlan;
  choice: HeatChoice;
  rows: HeatRow[];
  top: number;
  /** Which twins, and which time of theirs. */
  account: string;
  /** Why there is nothing to show; '' where there is. */
  missing: string;
  traffic: Traffic[];
}

class HeatPanel extends Panel {
  readonly #reading = signal<Reading | undefined>(undefined);
  readonly #opened = signal(false);
  /** Folded to its scale, so that it hides less of the floor. */
  // On a phone all of it would hide the floor.
  readonly #folded = signal(matchMedia('(max-width: 800px)').matches);
  #mean: MeanTraffic | undefined;
  #twin: TwinFigures | undefined;
  #ways: { of: object; traffic: TwinTraffic } | undefined;
  #sent: Heat | undefined;
  #readAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopReading: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#mean = new MeanTraffic(this.session);
    const mean = this.#mean;
    this.#stopReading = effect(() => {
      const { heat, summary, trace, tracedPlan, plan, tick, watched } = this.session.state;
      const choice = heat.value;
      void [summary.value, trace.value, tracedPlan.value, plan.value, watched.value, mean.state.value];
      if (choice && (choice.over === 'twin' || choice.traffic === 'twin')) void tick.value;
      if (choice?.traffic === 'mean') mean.want();
      this.#soon(choice);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopReading?.();
    this.#mean?.dispose();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sent = undefined;
    this.session.player.heat(undefined);
  }

  /** Another choice is read at once, a clock that goes on four times a second. */
  #soon(choice: HeatChoice | undefined): void {
    if (choice !== this.#reading.peek()?.choice) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#read, 0);
      return;
    }
    this.#timer ??= setTimeout(this.#read, Math.max(0, this.#readAt + UPDATE_MS - performance.now()));
  }

  readonly #read = (): void => {
    this.#timer = undefined;
    this.#readAt = performance.now();
    const { heat, tracedPlan, plan: checked } = this.session.state;
    const choice = heat.peek();
    // What the floor shows: numbers of elements are those of its plan.
    const plan = tracedPlan.peek() ?? checked.peek();
    if (!choice || !plan) return;
    const { rows, account, missing } = this.#figures(plan, choice);
    const traffic = this.#traffic(plan, choice);
    const top = topOf(rows, choice.what !== 'length');
    const first = this.#reading.peek()?.choice !== choice;
    this.#reading.value = { plan, choice, rows, top, account, missing, traffic };
    this.#send(heatOf(plan, rows, top, traffic));
    if (first && rows.length > 0)
      this.session.state.announcement.value = `Heat: ${this.#title(choice)}. ${this.#hottest(this.#reading.peek()!)}`;
  };

  #figures(plan: FloorPlan, choice: HeatChoice): Pick<Reading, 'rows' | 'account' | 'missing'> {
    const { summary, trace, tick, watched } = this.session.state;
    const nothing = (missing: string) => ({ rows: [], account: '', missing });
    if (choice.over === 'twin') {
      const shown = trace.peek();
      if (!shown) return nothing('This twin is being recorded.');
      if (this.#twin?.what !== choice.what || !this.#twin.isOf(plan, shown)) this.#twin = new TwinFigures(plan, shown, choice.what);
      const now = Math.min(tick.peek(), shown.end);
      const seconds = now * plan.tickSeconds;
      const since = countedFrom(shown, now) > 0 ? 'since its warm-up' : 'since its start, still warming up';
      return {
        rows: this.#twin.at(now),
        account: `${capital(twinName(watched.peek().replication))} up to ${clock(seconds, false)}, ${since}; one twin has no interval.`,
        missing: '',
      };
    }
    const results = summary.peek();
    if (!results) return nothing('The first twins are on their way.');
    const rows =
      choice.over === 'mean'
        ? meanFigures(plan, results, choice.what)
        : quantileFigures(plan, results, choice.what, QUANTILES[choice.over]);
    if (!rows) {
      return nothing(
        `With ${whole(results.replications)} twins the values of each are kept for the whole plant alone, as all would take too much memory: there is a mean, and no quantile.`,
      );
    }
    const soFar = results.finished < results.replications ? ` so far, of ${whole(results.replications)}` : '';
    const half = rows.reduce((most, { low, high }) => ((high - low) / 2 > most ? (high - low) / 2 : most), -1);
    const error =
      half >= 0
        ? ` 95 % intervals: at most ± ${half > 0 ? this.#number(half, choice, half) : '0'}.`
        : results.finished < 2
          ? ' One twin has no interval.'
          : ' Too few twins for an interval.';
    return {
      rows,
      account: `${choice.over === 'mean' ? 'Mean over' : `${QUANTILES[choice.over] * 100} % stay below, of`} ${whole(results.finished)} twins${soFar}; ${span(results.horizon, results.timeUnit)} after ${span(results.warmup, results.timeUnit)} of warm-up.${error}`,
      missing: '',
    };
  }

  #traffic(plan: FloorPlan, choice: HeatChoice): Traffic[] {
    if (choice.traffic === 'mean') return this.#mean!.traffic(plan);
    const trace = this.session.state.trace.peek();
    if (choice.traffic === 'none' || !trace) return [];
    if (this.#ways?.of !== trace) this.#ways = { of: trace, traffic: new TwinTraffic(plan, trace) };
    return this.#ways.traffic.at(Math.min(this.session.state.tick.peek(), trace.end));
  }

  #send(heat: Heat): void {
    const last = this.#sent;
    const same =
      last !== undefined &&
      last.nodes.length === heat.nodes.length &&
      heat.nodes.every((value, n) => Object.is(value, last.nodes[n]) || Math.abs(value - last.nodes[n]!) < UNSEEN) &&
      last.ways.length === heat.ways.length &&
      heat.ways.every(
        (way, i) => way.from === last.ways[i]!.from && way.to === last.ways[i]!.to && Math.abs(way.share - last.ways[i]!.share) < UNSEEN,
      );
    if (same) return;
    this.#sent = heat;
    this.session.player.heat(heat);
  }

  // What is said

  override render(): TemplateResult | typeof nothing {
    const { heat, stale } = this.session.state;
    const choice = heat.value;
    if (!choice) return nothing;
    const reading = this.#reading.value;
    return html`<section class="heat-panel small ${stale.value && choice.over !== 'twin' ? 'stale' : ''}" aria-label="Heat over the floor">
      <div class="bar">
        <h3>${this.#folded.value ? capital(this.#title(choice)) : 'Heat'}</h3>
        <span class="gap"></span>
        <button type="button" class="quiet" aria-expanded=${!this.#folded.value} @click=${() => (this.#folded.value = !this.#folded.value)}>${this.#folded.value ? 'More' : 'Less'}</button>
        <button type="button" class="quiet icon" aria-label="Take the heat off the floor" title="Take it off (H)" @click=${() => void toggleHeat(this.session)}>×</button>
      </div>
      <div class="choices" ?hidden=${this.#folded.value}>
        ${this.#chooser('Figure', choice.what, this.#offered(choice), (what) => ({ what: what as HeatFigure }))}
        ${this.#chooser('Over', choice.over, OVER, (over) => ({ over: over as HeatChoice['over'] }))}
        ${this.#chooser(
          'Ways',
          choice.traffic,
          [
            ['none', 'no figure'],
            ['twin', 'parts, this twin so far'],
            ['mean', 'parts, mean over twins'],
          ],
          (traffic) => ({ traffic: traffic as HeatChoice['traffic'] }),
        )}
      </div>
      ${reading ? this.#shown(reading) : nothing}
    </section>`;
  }

  #shown(reading: Reading): TemplateResult {
    const { choice, rows, missing } = reading;
    return html`${
      missing
        ? html`<p>${missing}</p>
            ${choice.over in QUANTILES ? html`<button type="button" @click=${() => this.#choose({ over: 'mean' })}>Show the mean</button>` : nothing}`
        : rows.length === 0
          ? html`<p>This plant has nothing with that figure.</p>`
          : html`${this.#scale(reading)}
              ${this.#folded.value ? nothing : html`<p class="muted">The scale ends at the largest value, rounded up. ${reading.account}</p>`}`
    }
    ${this.#folded.value ? nothing : html`${this.#waysTold(reading)} ${this.#table(reading)}`}`;
  }

  #scale(reading: Reading): TemplateResult {
    const { choice, rows, top, plan } = reading;
    const { hovered, selected } = this.session.state;
    const name = hovered.value ?? selected.value;
    const row = rows.find(({ node }) => plan.nodes[node]!.name === name);
    const ends = `0 to ${this.#number(top, choice, 0)}`;
    return html`<div class="scale" role="img" aria-label="Scale of the colours, dark to bright and a wider glow: ${ends}.">
        ${HEAT_COLORS.map((color) => html`<span style="background:${color}"></span>`)}
        ${row && row.value >= 0 ? html`<span class="pointer" style="left:${Math.min(100, (row.value / top) * 100)}%"></span>` : nothing}
      </div>
      <div class="axis muted"><span>0</span><span>${choice.what === 'length' ? 'parts inside' : 'share of server time'}</span><span>${this.#number(top, choice, 0)}</span></div>
      <p class="pointed" title=${entryOf(choice.what).definition}>${row ? this.#told(reading, row) : this.#hottest(reading)}</p>`;
  }

  #told({ plan, choice }: Reading, { node, value, low, high }: HeatRow): string {
    if (Number.isNaN(value)) return `${plan.nodes[node]!.name}: not defined so far`;
    const half = (high - low) / 2;
    const interval = !(half >= 0)
      ? ''
      : choice.over === 'mean'
        ? ` ± ${half > 0 ? this.#number(half, choice, half) : '0'}`
        : `, 95 % interval ${this.#number(low, choice, half)} to ${this.#number(high, choice, half)}`;
    return `${plan.nodes[node]!.name}: ${this.#number(value, choice, half)}${interval}`;
  }

  #hottest(reading: Reading): string {
    const hottest = reading.rows.reduce<HeatRow | undefined>((top, row) => (row.value > (top?.value ?? 0) ? row : top), undefined);
    return hottest ? `Most: ${this.#told(reading, hottest)}` : 'Nothing so far, anywhere.';
  }

  #waysTold(reading: Reading): TemplateResult | typeof nothing {
    const { choice, traffic, plan } = reading;
    if (choice.traffic === 'none') return nothing;
    const mean = this.#mean!.state.value;
    if (choice.traffic === 'mean' && mean.type === 'running') {
      return html`<p>Counting in ${whole(mean.twins)} twins … <progress max="1" .value=${mean.share} aria-label="Twins counted"></progress>
        <button type="button" @click=${() => this.#choose({ traffic: 'none' })}>Cancel</button></p>`;
    }
    if (choice.traffic === 'mean' && mean.type === 'failed') return html`<p>The ways cannot be counted: ${mean.reason}</p>`;
    const busiest = traffic.reduce<Traffic | undefined>((most, way) => (way.parts > (most?.parts ?? 0) ? way : most), undefined);
    if (!busiest) return html`<p>Ways: nothing has moved so far.</p>`;
    const of =
      choice.traffic === 'twin'
        ? 'in this twin, up to its clock'
        : mean.type === 'done'
          ? `a twin in ${span(mean.seconds, 's')} after its warm-up, mean over ${whole(mean.twins)} twins`
          : '';
    return html`<p><span class="band-mark" aria-hidden="true"></span>Widest way: ${plan.nodes[busiest.from]!.name} → ${plan.nodes[busiest.to]!.name}, ${parts(busiest)} parts ${of}.</p>`;
  }

  #table(reading: Reading): TemplateResult {
    const { choice, plan } = reading;
    const rows = this.#opened.value ? [...reading.rows].sort((a, b) => (b.value || 0) - (a.value || 0)) : [];
    const traffic = this.#opened.value ? [...reading.traffic].sort((a, b) => b.parts - a.parts) : [];
    const half = ({ low, high }: HeatRow) => (high - low) / 2;
    return html`<details ?open=${this.#opened.value} @toggle=${(event: Event) => {
      const details = event.target as HTMLDetailsElement;
      this.#opened.value = details.open;
      if (details.open) void this.updateComplete.then(() => details.scrollIntoView({ block: 'start' }));
    }}>
      <summary>Numbers</summary>
      ${
        rows.length > 0
          ? html`<table>
              <caption>${capital(this.#title(choice))}${rows.length > ROWS ? `: the first ${whole(ROWS)} of ${whole(rows.length)}` : ''}</caption>
              <thead><tr><th scope="col">Element</th><th scope="col">Value</th><th scope="col">95 % interval</th></tr></thead>
              <tbody>
                ${repeat(
                  rows.slice(0, ROWS),
                  ({ node }) => node,
                  (row) => html`<tr>
                    <th scope="row"><button type="button" class="link" @click=${() => this.session.select(plan.nodes[row.node]!.name)}>${plan.nodes[row.node]!.name}</button></th>
                    <td>${this.#number(row.value, choice, half(row))}</td>
                    <td>${half(row) >= 0 ? `${this.#number(row.low, choice, half(row))} to ${this.#number(row.high, choice, half(row))}` : '–'}</td>
                  </tr>`,
                )}
              </tbody>
            </table>`
          : nothing
      }
      ${
        traffic.length > 0
          ? html`<table>
              <caption>Parts over each way${choice.traffic === 'mean' ? ', mean a twin' : ''}</caption>
              <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Parts</th></tr></thead>
              <tbody>
                ${traffic.slice(0, ROWS).map((way) => html`<tr><td>${plan.nodes[way.from]!.name}</td><td>${plan.nodes[way.to]!.name}</td><td>${parts(way)}</td></tr>`)}
              </tbody>
            </table>`
          : nothing
      }
    </details>`;
  }

  // What is chosen

  #choose(change: Partial<HeatChoice>): void {
    const { heat } = this.session.state;
    if (heat.value) heat.value = { ...heat.value, ...change };
  }

  #chooser(
    label: string,
    chosen: string,
    options: readonly (readonly [string, string])[],
    change: (value: string) => Partial<HeatChoice>,
  ): TemplateResult {
    return html`<label><span>${label}</span><select @change=${(event: Event) => this.#choose(change((event.target as HTMLSelectElement).value))}>
      ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}
    </select></label>`;
  }

  /** Figures that something in this plant has, by the results or in this twin; and the one that is chosen. */
  #offered(choice: HeatChoice): [HeatFigure, string][] {
    const { summary, trace, plan } = this.session.state;
    const states: string[] = statesOf(summary.value, trace.value);
    const queues = plan.value?.nodes.some(({ kind }) => kind === 'buffer' || kind === 'conveyor' || kind === 'transfer') ?? false;
    return FIGURES.filter((figure) => figure === choice.what || (figure === 'length' ? queues : states.includes(figure))).map((figure) => [
      figure,
      entryOf(figure).name.toLowerCase(),
    ]);
  }

  #title(choice: HeatChoice): string {
    return `${entryOf(choice.what).name.toLowerCase()}, ${OVER.find(([over]) => over === choice.over)![1]}`;
  }

  /** With its unit; as many digits as its interval allows. */
  #number(value: number, choice: HeatChoice, half: number): string {
    if (Number.isNaN(value)) return '–';
    if (choice.what === 'length') return `${fixed(value, half > 0 ? decimalsFor(value, half) : value > 0 && value < 10 ? 2 : 1)} parts`;
    const decimals = half > 0 ? decimalsFor(value * 100, half * 100) : Number.isInteger(Number((value * 100).toPrecision(9))) ? 0 : 1;
    return `${fixed(value * 100, decimals)} %`;
  }
}
customElements.define('mw-heat', HeatPanel);

/** Over twins with their standard deviation. */
const parts = ({ parts, sd }: Traffic): string => (sd === undefined ? whole(parts) : `${fixed(parts, 1)} (s.d. ${fixed(sd, 1)})`);
