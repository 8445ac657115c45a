/** The states of a server as the whole page shows them: one colour, one letter, one pattern each (Okabe–Ito, safe for colour-blind eyes). */
import { html, type TemplateResult } from 'lit';
import { STATES, type ServerState } from '../engine/trace.ts';

export const STATE_LETTER: Record<ServerState, string> = { working: 'W', starved: 'S', blocked: 'B', failed: 'F' };

/** The style sheet's `--working` … (`#rrggbb`) as opaque pixels of an ImageData: bytes red, green, blue, alpha, read as a little-endian word. */
export function stateColors(element: Element): number[] {
  const style = getComputedStyle(element);
  return STATES.map((state) => {
    const rgb = Number.parseInt(style.getPropertyValue(`--${state}`).trim().slice(1), 16);
    return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
  });
}

export function stateLegend(): TemplateResult {
  return html`<ul class="legend small" aria-label="States">
    ${STATES.map((state) => html`<li><span class="state ${state}" aria-hidden="true">${STATE_LETTER[state]}</span>${state}</li>`)}
  </ul>`;
}
