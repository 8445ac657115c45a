/** Parts inside over the watched twin's time, in step with the strip of states. */
import { html, type TemplateResult } from 'lit';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { NEVER, VISIT, type FloorPlan, type Trace } from '../engine/trace.ts';
import { Panel } from './panel.ts';
import { fixed } from './quantity.ts';

const HEIGHT = 32;
const POINTS = 400;

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
  #plot: uPlot | undefined;
  #drawn: { trace: Trace; dark: boolean } | undefined;
  /** CSS pixels, as observed: asking the element would lay out the page in the middle of a rendering. */
  #width = 0;
  readonly #observer = new ResizeObserver(([entry]) => {
    this.#width = Math.round(entry!.contentRect.width);
    if (this.#width === 0) return;
    if (this.#plot) this.#plot.setSize({ width: this.#width, height: HEIGHT });
    else this.requestUpdate();
  });

  override render(): TemplateResult {
    const { tracedPlan, trace, dark } = this.session.state;
    void dark.value;
    const series = tracedPlan.value && trace.value ? partsInside(tracedPlan.value, trace.value, POINTS) : undefined;
    const low = series ? Math.min(...series.parts) : 0;
    const high = series ? Math.max(...series.parts) : 0;
    const words = series
      ? `Parts between sources and sinks over the watched twin’s time: between ${fixed(low, 1)} and ${fixed(high, 1)}`
      : 'Parts inside: no twin yet';
    if (series) requestAnimationFrame(() => this.#draw(series));
    return html`<span class="strip-label" title=${words}>inside<span class="muted">${series ? ` ≤ ${fixed(high, 0)}` : ''}</span></span>
      <div class="wip" role="img" aria-label=${words} title=${words}></div>`;
  }

  #draw(series: { time: number[]; parts: number[] }): void {
    const { trace, dark } = this.session.state;
    const host = this.querySelector<HTMLElement>('.wip');
    if (!host || !trace.value || this.#width === 0) return;
    if (this.#drawn?.trace === trace.value && this.#drawn.dark === dark.value && this.#plot) return;
    this.#drawn = { trace: trace.value, dark: dark.value };
    this.#plot?.destroy();
    const style = getComputedStyle(this);
    const end = trace.value.end;
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: HEIGHT,
        padding: [1, 0, 1, 0],
        cursor: { show: false },
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false, range: [0, end] }, y: { range: (_plot, _low, most) => [0, Math.max(1, most)] } },
        series: [
          {},
          { stroke: style.getPropertyValue('--accent'), fill: style.getPropertyValue('--accent-soft'), width: 1, points: { show: false } },
        ],
      },
      [series.time, series.parts],
      host,
    );
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this.querySelector('.wip')!);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }
}
customElements.define('mw-wip-strip', WipStrip);
