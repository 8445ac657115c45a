/** What the shares leave open: whether orders are in time, how busy people are, and of the chosen station its OEE and who keeps it waiting. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Estimate, Summary } from '../experiment/protocol.ts';
import { blameOf } from './blame.ts';
import { account, BLAME, entryOf, splitKey } from './glossary.ts';
import { asked } from './number.ts';
import { Panel } from './panel.ts';
import { band, fixed, scaleFor } from './quantity.ts';

const PERCENT = { factor: 100, unit: '%' };
const SHOWN = 8;

/** The factors of OEE, each with the figure it divides and the one it divides by. */
const FACTORS = [
  { factor: 'oeeAvailability', name: 'availability', above: 'oeeAPT', below: 'oeePBT', short: ['APT', 'PBT'] },
  { factor: 'oeePerformance', name: 'effectiveness', above: 'oeePRI', below: 'oeeAPT', short: ['PRI · PQ', 'APT'] },
  { factor: 'oeeQuality', name: 'quality ratio', above: 'oeeGQ', below: 'oeePQ', short: ['GQ', 'PQ'] },
] as const;

class Accounts extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { summary, stale, selected } = this.session.state;
    const results = summary.value;
    if (!results) return nothing;
    const chosen = selected.value;
    return html`<div class=${stale.value ? 'stale' : ''}>
      ${this.#products(results)}${this.#people(results)}
      ${chosen !== undefined && results.metrics[`${chosen}.working`] ? this.#station(chosen, results) : nothing}
    </div>`;
  }

  #products(results: Summary): TemplateResult | typeof nothing {
    const products = having(results, 'onTime');
    if (products.length === 0) return nothing;
    return html`<h2>Due dates</h2>
      <ul class="shares">
        ${products.slice(0, SHOWN).map((product) => {
          const lateness = results.metrics[`${product}.lateness`];
          return html`<li>
              ${this.#name(product)}${bar(`${product}.onTime`, results.metrics[`${product}.onTime`]!, results, 'working', 'on time')}
            </li>
            ${lateness && lateness.n > 0 ? html`<li class="under small"><span></span><span class="muted">lateness ${this.#number(`${product}.lateness`, lateness, results)}</span></li>` : nothing}`;
        })}
      </ul>
      ${more(products)}`;
  }

  #people(results: Summary): TemplateResult | typeof nothing {
    const pools = having(results, 'busy');
    if (pools.length === 0) return nothing;
    return html`<h2>People</h2>
      <ul class="shares">
        ${pools.slice(0, SHOWN).map((pool) => {
          const onDuty = results.metrics[`${pool}.onDuty`];
          const walking = results.metrics[`${pool}.walking`];
          const words = [
            onDuty && onDuty.n > 0 ? html`${this.#number(`${pool}.onDuty`, onDuty, results)} on duty` : nothing,
            walking && walking.mean > 0 ? html`, walking ${this.#number(`${pool}.walking`, walking, results)}` : nothing,
          ];
          return html`<li>${this.#name(pool)}${bar(`${pool}.busy`, results.metrics[`${pool}.busy`]!, results, 'working', 'busy')}</li>
            <li class="under small"><span></span><span class="muted">${words}</span></li>`;
        })}
      </ul>
      ${more(pools)}`;
  }

  #station(station: string, results: Summary): TemplateResult {
    const oee = results.metrics[`${station}.oee`];
    return html`<h2>${station}</h2>
      ${this.#blame(station, 'blockedBy', results)}${this.#blame(station, 'starvedBy', results)}
      <table class="oee small" aria-label="OEE of ${station} by ISO 22400-2">
        <caption>
          OEE, ISO 22400-2
        </caption>
        <tbody>
          ${FACTORS.map(({ factor, name, above, below, short }) => {
            const share = results.metrics[`${station}.${factor}`];
            if (!share || share.n === 0) return nothing;
            return html`<tr>
              <th scope="row" title=${entryOf(factor).definition}>${name}</th>
              <td class="of">${this.#part(station, above, short[0], results)} ÷ ${this.#part(station, below, short[1], results)}</td>
              <td>${this.#number(`${station}.${factor}`, share, results)}</td>
            </tr>`;
          })}
          ${
            oee && oee.n > 0
              ? html`<tr>
                  <th scope="row" title=${entryOf('oee').definition}>OEE</th>
                  <td class="of">the product of the three</td>
                  <td>${this.#number(`${station}.oee`, oee, results)}</td>
                </tr>`
              : nothing
          }
        </tbody>
      </table>`;
  }

  #blame(station: string, which: keyof typeof BLAME, results: Summary): TemplateResult | typeof nothing {
    const rows = blameOf(results, which).filter((row) => row.station === station);
    if (rows.length === 0) return nothing;
    return html`<p class="small">
      <span class="muted">${BLAME[which].name}</span>
      ${rows.slice(0, SHOWN).map(({ by, key, estimate }, index) => html`${index > 0 ? ', ' : ''}${this.#name(by)} ${this.#number(key, estimate, results)}`)}
    </p>`;
  }

  /** A numerator or denominator: its sign, and what it is where the results hold it. */
  #part(station: string, metric: string, short: string, results: Summary): TemplateResult {
    const estimate = results.metrics[`${station}.${metric}`];
    const definition = entryOf(metric).definition;
    if (!estimate || estimate.n === 0) return html`<abbr title=${definition}>${short}</abbr>`;
    const scale = scaleFor(estimate.unit, estimate.mean);
    const key = `${station}.${metric}`;
    return html`<span title=${account(key, estimate, scale, results)}>${short} ${band(estimate, scale).mean} ${scale.unit}</span>`;
  }

  #number(key: string, estimate: Estimate, results: Summary): TemplateResult {
    const scale = scaleFor(estimate.unit, estimate.mean);
    return html`${asked(this.session, key, estimate, scale, results)} ${scale.unit}`;
  }

  #name(name: string): TemplateResult {
    const chosen = this.session.state.selected.value === name;
    return html`<button type="button" class="share-name" title="Choose ${name}" aria-pressed=${chosen} @click=${() => this.session.select(name)}>${name}</button>`;
  }
}
customElements.define('mw-accounts', Accounts);

function having(results: Summary, metric: string): string[] {
  return Object.entries(results.metrics).flatMap(([key, estimate]) => {
    const [element, name] = splitKey(key);
    return name === metric && estimate.n > 0 ? [element] : [];
  });
}

function bar(key: string, estimate: Estimate, results: Summary, style: string, word: string): TemplateResult {
  const percent = fixed(estimate.mean * 100, 1);
  return html`<span class="stack" role="img" aria-label="${key.slice(0, key.lastIndexOf('.'))}: ${word} ${percent} %" title=${account(key, estimate, PERCENT, results)}
    ><span class="state ${style}" style="width:${Math.min(100, estimate.mean * 100)}%">${estimate.mean > 0.3 ? `${percent} % ${word}` : ''}</span
    >${estimate.mean > 0.3 ? nothing : html`<span class="beside">${percent} % ${word}</span>`}</span
  >`;
}

const more = (names: string[]): TemplateResult | typeof nothing =>
  names.length > SHOWN ? html`<p class="muted small">${names.length - SHOWN} more are in the tables.</p>` : nothing;
