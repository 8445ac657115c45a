/** The states of each server over the watched twin's time, in step with the clock; a click goes to that time. */
import { html, type TemplateResult } from 'lit';
import { CHANGE, STATES, type FloorPlan, type Trace } from '../engine/trace.ts';
import { Panel } from './panel.ts';
import { inPlantOrder } from './plant-order.ts';
import { isInked, stateColors } from './states.ts';

const ROW = 12;
const ROWS_SHOWN = 300;

interface Row {
  name: string;
  station: string;
  place: number;
}

/** One row a server, stations in plant order, at most `ROWS_SHOWN`. */
export function rowsOf(plan: FloorPlan): Row[] {
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const rows = inPlantOrder(plan, 'station').flatMap((station) => {
    const { servers, firstPlace } = nodes.get(station)!;
    return Array.from({ length: servers }, (_, server) => ({
      name: servers > 1 ? `${station} ${server + 1}` : station,
      station,
      place: firstPlace + server,
    }));
  });
  return rows.slice(0, ROWS_SHOWN);
}

/**
 * Time in each state, by row and by pixel column, from the state changes: `times[(row * columns + column) * states + state]`, in ticks.
 */
export function timesByColumn(trace: Trace, shown: Row[], columns: number): Float32Array {
  const rows = shown.length;
  const rowOfPlace = new Map(shown.map((row, index) => [row.place, index]));
  const times = new Float32Array(rows * columns * STATES.length);
  const since = new Float64Array(rows);
  const state = new Uint8Array(rows).fill(STATES.indexOf('starved'));
  const perColumn = trace.end / columns;
  const spend = (row: number, until: number) => {
    let at = since[row]!;
    for (let column = Math.min(columns - 1, Math.floor(at / perColumn)); column < columns && at < until; column++) {
      const to = column === columns - 1 ? until : Math.min(until, (column + 1) * perColumn);
      if (to > at) times[(row * columns + column) * STATES.length + state[row]!]! += to - at;
      at = Math.max(at, to);
    }
    since[row] = until;
  };
  const { states } = trace;
  for (let i = 0; i < states.length; i += CHANGE.words) {
    const row = rowOfPlace.get(states[i + CHANGE.place]!);
    if (row === undefined) continue;
    spend(row, states[i + CHANGE.tick]!);
    state[row] = states[i + CHANGE.state]!;
  }
  for (let row = 0; row < rows; row++) spend(row, trace.end);
  return times;
}

class StateStrip extends Panel {
  #drawn: { trace: Trace; width: number; dark: boolean } | undefined;
  /** CSS pixels, as observed: asking the canvas would lay out the page in the middle of a rendering. */
  #width = 0;
  readonly #observer = new ResizeObserver(([entry]) => {
    this.#width = Math.round(entry!.contentRect.width);
    this.#draw();
  });

  override render(): TemplateResult {
    const { tracedPlan, trace, selected, dark } = this.session.state;
    void dark.value;
    const rows = tracedPlan.value ? rowsOf(tracedPlan.value) : [];
    return html`<div class="strip-names" aria-hidden="true">
        ${rows.map((row) => html`<span class=${selected.value === row.station ? 'chosen' : ''} title=${row.name} @click=${() => this.session.select(row.station)}>${row.name}</span>`)}
      </div>
      <canvas
        height=${rows.length * ROW}
        style="height:${rows.length * ROW}px"
        role="img"
        aria-label="States of each server over time in the watched twin${trace.value ? '' : ': no twin yet'}. The same as a table stands at the end of the tables."
        @pointerdown=${this.#seek}
      ></canvas>`;
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this.querySelector('canvas')!);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  protected override updated(): void {
    requestAnimationFrame(() => this.#draw());
  }

  #seek(event: PointerEvent): void {
    const { session } = this;
    const go = (at: PointerEvent) => {
      const box = this.querySelector('canvas')!.getBoundingClientRect();
      session.player.seek(((at.clientX - box.left) / box.width) * (session.state.trace.value?.end ?? 0));
    };
    const canvas = event.currentTarget as HTMLCanvasElement;
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener('pointermove', go);
    canvas.addEventListener('pointerup', () => canvas.removeEventListener('pointermove', go), { once: true });
    go(event);
  }

  #draw(): void {
    const canvas = this.querySelector('canvas');
    const { tracedPlan, trace, dark } = this.session.state;
    if (!canvas || !tracedPlan.value || !trace.value) return;
    const columns = this.#width;
    if (columns === 0) return;
    const drawn = this.#drawn;
    if (drawn && drawn.trace === trace.value && drawn.width === columns && drawn.dark === dark.value) return;
    this.#drawn = { trace: trace.value, width: columns, dark: dark.value };
    const rows = rowsOf(tracedPlan.value);
    const times = timesByColumn(trace.value, rows, columns);
    // Pixels are written, not drawn: a strip has some hundred thousand spans, and a canvas takes long over as many rectangles.
    canvas.width = columns;
    canvas.height = rows.length * ROW;
    if (rows.length === 0) return;
    const image = new ImageData(columns, rows.length * ROW);
    const pixels = new Uint32Array(image.data.buffer);
    const colors = stateColors(this);
    const perPixel = trace.value.end / columns / (ROW - 2);
    for (let row = 0; row < rows.length; row++) {
      for (let column = 0; column < columns; column++) {
        // In each column of pixels the states stand on one another, each as high as its share of that time.
        let pixel = (row * ROW + ROW - 2) * columns + column;
        let upTo = 0;
        let drawnUp = 0;
        for (let state = 0; state < STATES.length; state++) {
          upTo += times[(row * columns + column) * STATES.length + state]! / perPixel;
          for (; drawnUp < Math.round(upTo); drawnUp++) {
            pixels[pixel] = isInked(state, column, ROW - 2 - drawnUp) ? colors[state]!.ink : colors[state]!.plain;
            pixel -= columns;
          }
        }
      }
    }
    canvas.getContext('2d')!.putImageData(image, 0, 0);
  }
}
customElements.define('mw-state-strip', StateStrip);
