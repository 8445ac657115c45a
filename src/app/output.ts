/** What the plant will do: a band, the same over the twins as a histogram, and ways to a twin one can watch. */
import { html, nothing, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { account, entryOf, splitKey, titleOf } from './glossary.ts';
import { Panel } from './panel.ts';
import { band, decimalsFor, fixed, halfWidth, scaleFor, span, whole, type Scale } from './quantity.ts';
import { binTwins, twinsIn, type TwinBins } from './twins.ts';

const BINS = 28;
const CHOICES = ['total.throughput', 'total.flowTime', 'total.wip'];

class Output extends Panel {
  readonly #bins = signal<{ of: Float64Array; bins: TwinBins } | undefined>(undefined);
  readonly #ghostBins = signal<{ of: Float64Array; bins: TwinBins } | undefined>(undefined);
  #binning: Float64Array | undefined;
  #ghostBinning: Float64Array | undefined;
  /** Which twin of a bar comes next when it is clicked again. */
  #turn = { bar: -1, next: 0 };

  override render(): TemplateResult {
    const { summary, ghost, stale, metric, runError } = this.session.state;
    const results = summary.value;
    if (!results) return html`<h2>Output</h2>${runError.value ? nothing : html`<p class="muted">The first twins are on their way …</p>`}`;
    const key = metric.value;
    const estimate = results.metrics[key];
    if (!estimate) return html`<h2>Output</h2><p class="muted">This plant has no ${titleOf(key)}.</p>`;
    const scale = scaleFor(estimate.unit, estimate.mean);
    // While they are stale, the results that are shown are themselves the ghost.
    const before = ghost.value === results ? undefined : ghost.value?.metrics[key];
    return html`
      <div class="bar">
        <h2>Output</h2>
        <span class="gap"></span>
        ${this.#chooser(results)}
      </div>
      <div class=${stale.value ? 'stale' : ''}>
        ${this.#band(key, estimate, scale, results)}
        ${before && ghost.value ? this.#before(key, before, scale, ghost.value) : nothing}
        ${this.#histogram(key, results, scale, estimate)}
      </div>
      <div class="watch" role="group" aria-label="Watch a twin">
        <span class="muted">Watch</span>
        ${(['worst 1 %', 'median', 'best 1 %'] as const).map(
          (which) =>
            html`<button type="button" ?disabled=${!results.columns[key]} title="Run this very twin again, on the floor" @click=${() => void this.session.watchRank(which)}>${which}</button>`,
        )}
      </div>
    `;
  }

  #chooser(results: Summary): TemplateResult {
    const { metric } = this.session.state;
    const products = Object.keys(results.columns).filter((key) => !CHOICES.includes(key) && /\.(throughput|flowTime)$/.test(key));
    const keys = [...CHOICES.filter((key) => results.columns[key]), ...products.slice(0, 40)];
    return html`<select aria-label="Metric of the histogram" @change=${(event: Event) => (metric.value = (event.target as HTMLSelectElement).value)}>
      ${keys.map((key) => html`<option value=${key} ?selected=${key === metric.value}>${titleOf(key)}</option>`)}
    </select>`;
  }

  #band(key: string, estimate: Estimate, scale: Scale, results: Summary): TemplateResult {
    const { mean, half } = band(estimate, scale);
    const partial = results.finished < results.replications;
    return html`<p class="band" title=${account(key, estimate, scale, results)} aria-describedby="band-account">
        <strong>${mean}</strong>${half ? html`<span class="half"> ± ${half}</span>` : nothing} <span class="unit">${scale.unit}</span>
      </p>
      <p class="muted small" id="band-account">
        mean of ${whole(estimate.n)} twins${partial ? ` so far, of ${whole(results.replications)}` : ''}, 95 % interval; ${span(results.horizon, results.timeUnit)} after
        ${span(results.warmup, results.timeUnit)} of warm-up
      </p>`;
  }

  #before(key: string, before: Estimate, scale: Scale, ghost: Summary): TemplateResult {
    const { mean, half } = band(before, scale);
    return html`<p class="ghost small" title=${account(key, before, scale, ghost)}><span class="ghost-mark" aria-hidden="true"></span>before: ${mean} ± ${half} ${scale.unit}</p>`;
  }

  #histogram(key: string, results: Summary, scale: Scale, estimate: Estimate): TemplateResult | typeof nothing {
    const column = results.columns[key];
    if (!column) return html`<p class="muted small">No value of each twin was kept for this metric.</p>`;
    if (this.#binning !== column) {
      this.#binning = column;
      void binTwins(column, scale.factor, BINS).then((bins) => {
        if (bins && this.#binning === column) this.#bins.value = { of: column, bins };
      });
    }
    this.#binGhost(key, scale);
    const bins = this.#bins.value?.bins;
    if (!bins) return nothing;
    const ghosts = this.#ghostBins.value;
    const old = ghosts && ghosts.of === this.session.state.ghost.value?.columns[key] ? ghosts.bins : undefined;
    const low = Math.min(bins.edges[0]!, old?.edges[0] ?? Number.POSITIVE_INFINITY);
    const high = Math.max(bins.edges.at(-1)!, old?.edges.at(-1) ?? Number.NEGATIVE_INFINITY);
    const width = bins.edges[1]! - bins.edges[0]!;
    const tallest = densest(bins, width);
    const most = Math.max(tallest, old ? densest(old, width) : 0);
    const percent = (value: number) => ((value - low) / (high - low)) * 100;
    const decimals = decimalsFor(high * scale.factor, width * scale.factor * 10);
    const at = this.#watchedValue(column);
    const half = halfWidth(estimate);
    // Of few twins the interval of the mean is wider than all that they show.
    const [left, right] = [percent(estimate.low), percent(estimate.high)];
    return html`<div class="histogram" role="toolbar" aria-label="${titleOf(key)} of the twins: each bar opens a twin" @keydown=${this.#along}>
        ${Array.from(bins.counts, (count, bar) => {
          const from = bins.edges[bar]!;
          const to = bins.edges[bar + 1]!;
          const range = `${fixed(from * scale.factor, decimals)} to ${fixed(to * scale.factor, decimals)} ${scale.unit}`;
          const share = fixed((count / bins.n) * 100, 1);
          const words = `${range}: ${whole(count)} twins, ${share} %`;
          const holds = at !== undefined && at >= from && (at < to || bar === bins.counts.length - 1);
          return html`<button
            type="button"
            class="column ${holds ? 'holds' : ''}"
            style="left:${percent(from)}%;width:${percent(to) - percent(from)}%;--height:${(count / bins.n / most) * 100}%"
            tabindex=${bar === this.#firstStop(bins) ? 0 : -1}
            ?disabled=${count === 0}
            aria-label="${words}. Watch one."
            title="${words}. Click to watch one."
            @click=${() => void this.#watchBar(column, bins, bar, range)}
          ></button>`;
        })}
        ${old ? outline(old, width, most, low, high) : nothing}
        ${
          Number.isFinite(half)
            ? html`<span class="interval ${left < 0 || right > 100 ? 'cut' : ''}" aria-hidden="true" style="left:${Math.max(0, left)}%;width:${Math.min(100, right) - Math.max(0, left)}%"></span>`
            : nothing
        }
      </div>
      <div class="axis small muted" aria-hidden="true">
        <span>${fixed(low * scale.factor, decimals)}</span><span>${scale.unit}, each bar ${fixed(width * scale.factor, decimals)} wide</span><span>${fixed(high * scale.factor, decimals)}</span>
      </div>`;
  }

  #binGhost(key: string, scale: Scale): void {
    const column = this.session.state.ghost.value?.columns[key];
    if (!column || this.#ghostBinning === column) return;
    this.#ghostBinning = column;
    void binTwins(column, scale.factor, BINS).then((bins) => {
      if (bins && this.#ghostBinning === column) this.#ghostBins.value = { of: column, bins };
    });
  }

  #watchedValue(column: Float64Array): number | undefined {
    const value = column[this.session.state.watched.value.replication];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  #firstStop(bins: TwinBins): number {
    let best = 0;
    for (let bar = 0; bar < bins.counts.length; bar++) if (bins.counts[bar]! > bins.counts[best]!) best = bar;
    return best;
  }

  /** Clicking a bar again takes the next of its twins. */
  async #watchBar(column: Float64Array, bins: TwinBins, bar: number, range: string): Promise<void> {
    const twins = await twinsIn(column, bins.edges[bar]!, bins.edges[bar + 1]!, bar === bins.counts.length - 1, 1000);
    this.#turn = { bar, next: this.#turn.bar === bar ? this.#turn.next + 1 : 0 };
    const twin = twins[this.#turn.next % twins.length];
    const name = entryOf(splitKey(this.session.state.metric.value)[1]).name.toLowerCase();
    if (twin !== undefined) await this.session.watch(twin, `${name} ${range}`);
  }

  #along(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const bars = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('button:enabled')];
    const at = bars.indexOf(event.target as HTMLButtonElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? bars.length - 1 : step === undefined ? -1 : at + step;
    if (!bars[to]) return;
    event.preventDefault();
    for (const bar of bars) bar.tabIndex = bar === bars[to] ? 0 : -1;
    bars[to].focus();
  }
}
customElements.define('mw-output', Output);

/** The largest share of twins in a width: histograms of other numbers of twins, or with other bins, are compared by density. */
function densest(bins: TwinBins, width: number): number {
  const own = bins.edges[1]! - bins.edges[0]!;
  return (bins.counts.reduce((most, count) => Math.max(most, count), 0) / bins.n) * (width / own);
}

/** The histogram before the change as a line over the new one. */
function outline(old: TwinBins, width: number, most: number, low: number, high: number): TemplateResult {
  const own = old.edges[1]! - old.edges[0]!;
  const x = (value: number) => ((value - low) / (high - low)) * 100;
  const y = (count: number) => 100 - (((count / old.n) * (width / own)) / most) * 100;
  let path = `M${x(old.edges[0]!)} 100`;
  old.counts.forEach((count, bar) => {
    path += `V${y(count)}H${x(old.edges[bar + 1]!)}`;
  });
  return html`<svg class="outline" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><path d="${path}V100" /></svg>`;
}
