/** The states of a server as the whole page shows them: one colour, one letter, one pattern each (Okabe–Ito, safe for colour-blind eyes). */
import { html, type TemplateResult } from 'lit';
import { STATES, type ServerState } from '../engine/trace.ts';

export const STATE_LETTER: Record<ServerState, string> = { working: 'W', starved: 'S', blocked: 'B', failed: 'F' };

/** Fill colours for canvases; the style sheet has the same as `--working` … */
export function stateColors(element: Element): string[] {
  const style = getComputedStyle(element);
  return STATES.map((state) => style.getPropertyValue(`--${state}`).trim());
}

export function stateLegend(): TemplateResult {
  return html`<ul class="legend small" aria-label="States">
    ${STATES.map((state) => html`<li><span class="state ${state}" aria-hidden="true">${STATE_LETTER[state]}</span>${state}</li>`)}
  </ul>`;
}
