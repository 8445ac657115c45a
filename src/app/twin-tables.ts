/** The strips of the watched twin as tables: states of each server, and parts inside. They follow the trace, not the run. */
import { html, nothing, type TemplateResult } from 'lit';
import { STATES } from '../engine/trace.ts';
import { Chronicle } from './chronicle.ts';
import { Panel } from './panel.ts';
import { capital, clock, fixed, twinName } from './quantity.ts';
import { rowsOf, ticksByState } from './state-rows.ts';
import { STATE_WORDS, statesOf } from './states.ts';
import { partsInside } from './wip-strip.ts';

const SPANS = 20;

class TwinTables extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { tracedPlan, trace, watched } = this.session.state;
    if (!tracedPlan.value || !trace.value) return nothing;
    const { end } = trace.value;
    const { tickSeconds } = tracedPlan.value;
    const rows = rowsOf(tracedPlan.value);
    const chronicle = Chronicle.of(tracedPlan.value, trace.value);
    const shown = statesOf(undefined, trace.value);
    const inside = partsInside(tracedPlan.value, trace.value, SPANS);
    const twin = `${capital(twinName(watched.value.replication))} (${watched.value.why})`;
    return html`<div class="table" role="region" aria-label="States of the watched twin" tabindex="0">
        <table>
          <caption>
            ${twin}: states of each server, start to ${clock(end * tickSeconds, false)}
          </caption>
          <thead>
            <tr>
              <td></td>
              ${shown.map((state) => html`<th scope="col">${STATE_WORDS[state]}<span class="unit">% of its time</span></th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => {
              const ticks = ticksByState(chronicle, row.place, 0, end);
              return html`<tr>
                <th scope="row">${row.name}</th>
                ${shown.map((state) => html`<td>${fixed((ticks[STATES.indexOf(state)]! / end) * 100, 1)}</td>`)}
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      <div class="table" role="region" aria-label="Parts inside the watched twin" tabindex="0">
        <table>
          <caption>
            ${twin}: parts between sources and sinks
          </caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Parts<span class="unit">mean over the span</span></th>
            </tr>
          </thead>
          <tbody>
            ${inside.parts.map(
              (parts, index) => html`<tr>
                <th scope="row">${clock((index / SPANS) * end * tickSeconds, false)}</th>
                <td>${fixed(parts, 1)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }
}
customElements.define('mw-twin-tables', TwinTables);
