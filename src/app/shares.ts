/** Where time goes: each station's share of its time in every state. */
import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { account } from './glossary.ts';
import { Panel } from './panel.ts';
import { inPlantOrder } from './plant-order.ts';
import { fixed } from './quantity.ts';
import { STATE_LETTER, STATE_WORDS, stateLegend, statesOf } from './states.ts';

const SHOWN = 60;
const PERCENT = { factor: 100, unit: '%' };

class Shares extends Panel {
  readonly #order = signal<'working' | 'plant'>('working');

  override render(): TemplateResult | typeof nothing {
    const { summary, plan, stale, selected } = this.session.state;
    const results = summary.value;
    if (!results || !plan.value) return nothing;
    const share = (station: string) => results.metrics[`${station}.working`]?.mean ?? 0;
    // A stale summary may belong to a plant with other stations: show those it knows.
    const stations = inPlantOrder(plan.value, 'station').filter((station) => results.metrics[`${station}.working`]);
    if (this.#order.value === 'working') stations.sort((a, b) => share(b) - share(a));
    return html`
      <div class="bar">
        <h2>Where time goes</h2>
        <span class="gap"></span>
        <select aria-label="Order of the stations" @change=${(event: Event) => (this.#order.value = (event.target as HTMLSelectElement).value as 'working' | 'plant')}>
          <option value="working">by working share</option>
          <option value="plant">in plant order</option>
        </select>
      </div>
      ${stateLegend(statesOf(results))}
      <ul class="shares ${stale.value ? 'stale' : ''}">
        ${stations.slice(0, SHOWN).map(
          (station) => html`<li>
            <button type="button" class="share-name" title="Choose ${station}" aria-pressed=${selected.value === station} @click=${() => this.session.select(station)}>${station}</button>
            ${this.#stack(station)}
          </li>`,
        )}
      </ul>
      ${stations.length > SHOWN ? html`<p class="muted small">${stations.length - SHOWN} more stations are in the tables.</p>` : nothing}
    `;
  }

  #stack(station: string): TemplateResult {
    const { summary, ghost } = this.session.state;
    const results = summary.value!;
    const before = ghost.value?.metrics[`${station}.working`]?.mean;
    const states = statesOf(results);
    const words = states
      .map((state) => `${STATE_WORDS[state]} ${fixed((results.metrics[`${station}.${state}`]?.mean ?? 0) * 100, 1)} %`)
      .join(', ');
    return html`<span class="stack" role="img" aria-label="${station}: ${words}">
      ${states.map((state) => {
        const key = `${station}.${state}`;
        const estimate = results.metrics[key];
        if (!estimate || !(estimate.mean > 0)) return nothing;
        return html`<span class="state ${state}" style="width:${estimate.mean * 100}%" title=${account(key, estimate, PERCENT, results)}
          >${estimate.mean > 0.09 ? `${STATE_LETTER[state]}${estimate.mean > 0.22 ? ` ${fixed(estimate.mean * 100, 0)}` : ''}` : ''}</span
        >`;
      })}
      ${before === undefined ? nothing : html`<span class="before" style="left:${before * 100}%" title="working before the change: ${fixed(before * 100, 1)} %"></span>`}
    </span>`;
  }
}
customElements.define('mw-shares', Shares);
