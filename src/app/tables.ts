/** Every result as a table: the same numbers as the charts, readable by anyone and by any reader. */
import type { FloorNode } from '../engine/trace.ts';
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { blameOf } from './blame.ts';
import { BLAME, entryOf, splitKey } from './glossary.ts';
import { asked } from './number.ts';
import { Panel } from './panel.ts';
import { inPlantOrder } from './plant-order.ts';
import { fixed, scaleFor, span, whole, type Scale } from './quantity.ts';
import './twin-tables.ts';
import { binTwins, type TwinBins } from './twins.ts';

const SHOWN = 150;

const COLUMNS = {
  station: [
    'utilization',
    'starved',
    'blocked',
    'failed',
    'setup',
    'maintained',
    'waitingForPeople',
    'offShift',
    'throughput',
    'scrapped',
    'oee',
    'oeeAvailability',
    'oeePerformance',
    'oeeQuality',
    'availability',
  ],
  quality: ['setups', 'batchSize', 'scrapShare', 'reworked', 'reworkShare', 'defects', 'violations'],
  oee: ['oee', 'oeeAvailability', 'oeeAPT', 'oeePBT', 'oeePerformance', 'oeePRI', 'oeeQuality', 'oeeGQ', 'oeePQ'],
  buffer: ['length', 'wait', 'throughput'],
  conveyor: ['length', 'wait', 'stopped', 'throughput'],
  product: [
    'throughput',
    'flowTime',
    'flowTimeP5',
    'flowTimeP50',
    'flowTimeP95',
    'lateness',
    'tardiness',
    'onTime',
    'wip',
    'made',
    'finished',
    'consumed',
    'scrapped',
    'scrapShare',
    'reworked',
  ],
  pool: ['busy', 'onDuty', 'walking'],
  limit: ['cards'],
  source: ['arrived', 'lost', 'lossShare', 'waiting'],
  sink: ['throughput'],
};

class Tables extends Panel {
  readonly #bins = signal<{ of: Float64Array; bins: TwinBins } | undefined>(undefined);
  #binning: Float64Array | undefined;

  override render(): TemplateResult {
    const { summary, plan, stale } = this.session.state;
    const results = summary.value;
    if (!results || !plan.value) return html`<h2>Tables</h2><p class="muted">The first twins are on their way …</p>`;
    const named = (...kinds: FloorNode['kind'][]) => kinds.flatMap((kind) => inPlantOrder(plan.value!, kind));
    const known = elementsWith(results);
    const note = `Mean ± half of the 95 % interval over ${whole(results.finished)} twins (t). Window: ${span(results.horizon, results.timeUnit)} after ${span(results.warmup, results.timeUnit)} of warm-up.`;
    return html`
      <h2>Tables</h2>
      <p class="muted small">${note} ${stale.value ? 'These belong to the scene before the last change.' : ''}</p>
      <div class=${stale.value ? 'stale' : ''}>
        ${this.#table('Whole plant', ['total'], ['throughput', 'flowTime', 'wip'], results)}
        ${this.#table('Stations', named('station'), COLUMNS.station, results)}
        ${this.#table('Set-ups, batches and quality of stations', named('station', 'transfer'), COLUMNS.quality, results)}
        ${known('oeeAPT').length > 0 ? this.#table('OEE of stations by ISO 22400-2: each factor and what it divides', named('station'), COLUMNS.oee, results) : nothing}
        ${this.#blame('blockedBy', results)}${this.#blame('starvedBy', results)}
        ${this.#table('Buffers', named('buffer'), COLUMNS.buffer, results)}
        ${this.#table('Conveyors', named('conveyor'), COLUMNS.conveyor, results)}
        ${this.#table('Transfers and stations with unlimited servers', named('transfer'), COLUMNS.conveyor, results)}
        ${this.#table(
          'Products',
          plan.value.products.map((product) => product.name),
          COLUMNS.product,
          results,
        )}
        ${this.#table('People', known('busy'), COLUMNS.pool, results)}
        ${this.#table('Limits', known('cards'), COLUMNS.limit, results)}
        ${this.#table('Sources', named('source'), COLUMNS.source, results)}
        ${this.#table('Sinks', named('sink'), COLUMNS.sink, results)}
        ${this.#twins(results)}
      </div>
      <mw-twin-tables .session=${this.session}></mw-twin-tables>
    `;
  }

  #table(title: string, all: string[], metrics: string[], results: Summary): TemplateResult | typeof nothing {
    // What has none of the figures is not there: another kind, or figures of a scene before the last change.
    const elements = all.filter((element) => metrics.some((metric) => (results.metrics[`${element}.${metric}`]?.n ?? 0) > 0));
    const columns = metrics
      .map((metric) => {
        const estimates = elements.map((element) => results.metrics[`${element}.${metric}`]);
        const known = estimates.filter((one): one is Estimate => one !== undefined && one.n > 0);
        const size = known.reduce((most, one) => Math.max(most, Math.abs(one.mean)), 0);
        return {
          metric,
          estimates,
          known: known.length > 0,
          scale: scaleFor(known[0]?.unit ?? '', size),
          resolution: known[0]?.resolution ?? 0,
        };
      })
      .filter((column) => column.known);
    if (elements.length === 0 || columns.length === 0) return nothing;
    return html`<div class="table" role="region" aria-label=${title} tabindex="0">
      <table>
        <caption>
          ${title}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${columns.map(
              ({ metric, scale, resolution }) =>
                html`<th scope="col" title=${entryOf(metric).definition}>
                  ${entryOf(metric).name}<span class="unit">${scale.unit || 'parts'}${resolution > 0 ? `, bins ±${fixed(resolution * 100, 1)} %` : ''}</span>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${elements.slice(0, SHOWN).map(
            (element, row) => html`<tr>
              <th scope="row">${element}</th>
              ${columns.map(({ metric, estimates, scale }) => this.#cell(`${element}.${metric}`, estimates[row], scale, results))}
            </tr>`,
          )}
        </tbody>
      </table>
      ${elements.length > SHOWN ? html`<p class="muted small">The first ${SHOWN} of ${whole(elements.length)}; the command line gives all.</p>` : nothing}
    </div>`;
  }

  #cell(key: string, estimate: Estimate | undefined, scale: Scale, results: Summary): TemplateResult {
    if (!estimate || estimate.n === 0) return html`<td title="not defined here">–</td>`;
    return html`<td>${asked(this.session, key, estimate, scale, results)}</td>`;
  }

  /** Every station beside each element that is to blame, the greatest share first. */
  #blame(which: keyof typeof BLAME, results: Summary): TemplateResult | typeof nothing {
    const rows = blameOf(results, which);
    if (rows.length === 0) return nothing;
    const { name, definition } = BLAME[which];
    return html`<div class="table" role="region" aria-label=${name} tabindex="0">
      <table>
        <caption>
          Stations ${name.toLowerCase()}
        </caption>
        <thead>
          <tr>
            <th scope="col">Station</th>
            <th scope="col">${name}</th>
            <th scope="col" title=${`${definition} that element`}>Share<span class="unit">% of server time</span></th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, SHOWN).map(
            ({ station, by, key, estimate }, row) => html`<tr>
              <th scope="row">${rows[row - 1]?.station === station ? html`<span class="muted">${station}</span>` : station}</th>
              <td class="text">${by}</td>
              <td>${asked(this.session, key, estimate, scaleFor(estimate.unit, estimate.mean), results)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${rows.length > SHOWN ? html`<p class="muted small">The first ${SHOWN} of ${whole(rows.length)}; the command line gives all.</p>` : nothing}
    </div>`;
  }

  #twins(results: Summary): TemplateResult | typeof nothing {
    const { metric } = this.session.state;
    const column = results.columns[metric.value];
    const estimate = results.metrics[metric.value];
    if (!column || !estimate) return nothing;
    const scale = scaleFor(estimate.unit, estimate.mean);
    if (this.#binning !== column) {
      this.#binning = column;
      void binTwins(column, scale.factor, 28).then((bins) => {
        if (bins && this.#binning === column) this.#bins.value = { of: column, bins };
      });
    }
    const bins = this.#bins.value?.bins;
    if (!bins) return nothing;
    const name = entryOf(metric.value.slice(metric.value.lastIndexOf('.') + 1)).name;
    let below = 0;
    return html`<div class="table" role="region" aria-label="Twins" tabindex="0">
      <table>
        <caption>
          Twins by ${name.toLowerCase()}
        </caption>
        <thead>
          <tr>
            <th scope="col">${name}<span class="unit">${scale.unit}</span></th>
            <th scope="col">Twins</th>
            <th scope="col">Share<span class="unit">%</span></th>
            <th scope="col">Up to here<span class="unit">%</span></th>
          </tr>
        </thead>
        <tbody>
          ${Array.from(bins.counts, (count, bar) => {
            below += count;
            const edge = (index: number) => fixed(bins.edges[index]! * scale.factor, 2);
            return html`<tr>
              <th scope="row">${edge(bar)} to ${edge(bar + 1)}</th>
              <td>${whole(count)}</td>
              <td>${fixed((count / bins.n) * 100, 2)}</td>
              <td>${fixed((below / bins.n) * 100, 2)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }
}
customElements.define('mw-tables', Tables);

/** Finds the names of all that have a figure: pools and limits are no elements of the plan. */
function elementsWith(results: Summary): (metric: string) => string[] {
  const byMetric = new Map<string, string[]>();
  for (const key of Object.keys(results.metrics)) {
    const [element, metric] = splitKey(key);
    byMetric.set(metric, [...(byMetric.get(metric) ?? []), element]);
  }
  return (metric) => byMetric.get(metric) ?? [];
}
