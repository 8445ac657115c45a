/** Parts inside over the watched twin's time, in step with the strip of states. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { NEVER, VISIT, type FloorPlan, type Trace } from '../engine/trace.ts';
import { Panel } from './panel.ts';
import { fixed } from './quantity.ts';

/** Spans into which the time is divided. */
const POINTS = 400;
/** Units of height of the drawing, one above and one below the line. */
const HEIGHT = 32;

/** Parts in buffers and stations, on conveyors and under way, averaged over each of `points` equal spans of the twin's time. */
export function partsInside(plan: FloorPlan, trace: Trace, points: number): { time: number[]; parts: number[] } {
  const span = trace.end / points;
  const partial = new Float64Array(points + 1);
  const step = new Float64Array(points + 1);
  const change = (tick: number, by: number) => {
    const at = Math.min(points, Math.floor(tick / span));
    partial[at]! += by * ((at + 1) * span - tick);
    if (at < points) step[at + 1]! += by * span;
  };
  const { visits } = trace;
  for (let i = 0; i < visits.length; i += VISIT.words) {
    const kind = plan.nodes[visits[i + VISIT.node]!]!.kind;
    if (kind === 'source' || kind === 'sink') continue;
    change(visits[i + VISIT.enter]!, 1);
    const leave = visits[i + VISIT.leave]!;
    if (leave !== NEVER && leave < trace.end) change(leave, -1);
  }
  const time: number[] = [];
  const parts: number[] = [];
  let level = 0;
  for (let point = 0; point < points; point++) {
    level += step[point]!;
    time.push((point + 0.5) * span);
    parts.push((level + partial[point]!) / span);
  }
  return { time, parts };
}

class WipStrip extends Panel {
  #seen: { plan: FloorPlan; trace: Trace; parts: number[] } | undefined;

  override render(): TemplateResult {
    const { tracedPlan, trace } = this.session.state;
    const parts = tracedPlan.value && trace.value ? this.#parts(tracedPlan.value, trace.value) : undefined;
    const low = parts ? Math.min(...parts) : 0;
    const high = parts ? Math.max(...parts) : 0;
    const words = parts
      ? `Parts between sources and sinks over the watched twin’s time: between ${fixed(low, 1)} and ${fixed(high, 1)}`
      : 'Parts inside: no twin yet';
    return html`<span class="strip-label" title=${words}>inside<span class="muted">${parts ? ` ≤ ${fixed(high, 0)}` : ''}</span></span>
      <div class="wip" role="img" aria-label=${words} title=${words}>${parts ? drawing(parts) : nothing}</div>`;
  }

  #parts(plan: FloorPlan, trace: Trace): number[] {
    if (this.#seen?.plan !== plan || this.#seen.trace !== trace)
      this.#seen = { plan, trace, parts: partsInside(plan, trace, POINTS).parts };
    return this.#seen.parts;
  }
}
customElements.define('mw-wip-strip', WipStrip);

/** A line through the middles of the spans, and the area below it, stretched to the width that there is. The scale begins at 0 and goes to 1 at least. */
function drawing(parts: readonly number[]): TemplateResult {
  const most = Math.max(1, ...parts);
  const points = parts.map((level, i) => `${i + 0.5},${(HEIGHT - 1 - ((HEIGHT - 2) * level) / most).toFixed(2)}`).join('L');
  const line = `M${points}`;
  return html`<svg viewBox="0 0 ${parts.length} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="area" d="${line}V${HEIGHT - 1}H0.5Z"/><path class="line" d=${line} />`}
  </svg>`;
}
