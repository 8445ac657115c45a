/** The states of a server as the whole page shows them: one colour, one letter, one pattern each (Okabe–Ito, safe for colour-blind eyes). */
import { html, type TemplateResult } from 'lit';
import { CHANGE, STATES, type ServerState as State, type Trace } from '../engine/trace.ts';
import type { Summary } from '../experiment/protocol.ts';

export const STATE_LETTER: Record<State, string> = {
  working: 'W',
  starved: 'S',
  blocked: 'B',
  failed: 'F',
  setup: 'U',
  maintained: 'M',
  waitingForPeople: 'P',
  offShift: 'O',
};

export const STATE_WORDS: Record<State, string> = {
  working: 'working',
  starved: 'starved',
  blocked: 'blocked',
  failed: 'failed',
  setup: 'setting up',
  maintained: 'maintained',
  waitingForPeople: 'waiting for a person',
  offShift: 'off shift',
};

/** States that every plant has; the others are shown where something is ever in them. */
const ALWAYS = 4;
const inSummary = new WeakMap<Summary, Set<State>>();
const inTrace = new WeakMap<Trace, Set<State>>();

/** The states to show: those that every plant has, and those that servers are in by these results or in this twin. */
export function statesOf(summary: Summary | undefined, trace?: Trace): State[] {
  const found = new Set<State>([...(summary ? ofSummary(summary) : []), ...(trace ? ofTrace(trace) : [])]);
  return STATES.filter((state, index) => index < ALWAYS || found.has(state));
}

function ofSummary(summary: Summary): Set<State> {
  let found = inSummary.get(summary);
  if (!found) {
    found = new Set();
    for (const [key, { mean }] of Object.entries(summary.metrics)) {
      const metric = key.slice(key.lastIndexOf('.') + 1) as State;
      if (mean > 0 && STATES.includes(metric)) found.add(metric);
    }
    inSummary.set(summary, found);
  }
  return found;
}

function ofTrace(trace: Trace): Set<State> {
  let found = inTrace.get(trace);
  if (!found) {
    found = new Set();
    for (let i = CHANGE.state; i < trace.states.length; i += CHANGE.words) {
      const state = STATES[trace.states[i]!];
      if (state) found.add(state);
    }
    inTrace.set(trace, found);
  }
  return found;
}

/** The style sheet's `--working` … (`#rrggbb`) as opaque pixels of an ImageData: bytes red, green, blue, alpha, read as a little-endian word. */
export function stateColors(element: Element): { plain: number; ink: number }[] {
  const style = getComputedStyle(element);
  return STATES.map((state) => {
    const rgb = Number.parseInt(style.getPropertyValue(`--${state}`).trim().slice(1), 16);
    const word = (share: number) => {
      const channel = (shift: number) => Math.round(((rgb >> shift) & 0xff) * share);
      return (0xff000000 | (channel(0) << 16) | (channel(8) << 8) | channel(16)) >>> 0;
    };
    return { plain: word(1), ink: word(0.62) };
  });
}

/** Whether the pattern of a state inks this pixel of the strip, so that states differ by more than their colour. */
export function isInked(state: number, x: number, y: number): boolean {
  switch (STATES[state]) {
    case 'blocked':
      return (x + y) % 5 === 0;
    case 'failed':
      return x % 4 === 0;
    case 'setup':
      return (x - y + 60) % 6 < 2;
    case 'maintained':
      return y % 4 === 0;
    case 'waitingForPeople':
      return x % 4 === 0 && y % 4 === 0;
    case 'offShift':
      return (x + y) % 8 === 0 || (x - y + 64) % 8 === 0;
    default:
      return false;
  }
}

export function stateLegend(states: State[]): TemplateResult {
  return html`<ul class="legend small" aria-label="States">
    ${states.map((state) => html`<li><span class="state ${state}" aria-hidden="true">${STATE_LETTER[state]}</span>${STATE_WORDS[state]}</li>`)}
  </ul>`;
}
