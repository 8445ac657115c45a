/** The states of each server over the watched twin's time, from all of it to half a minute, in step with the clock. */
import { effect } from '@preact/signals-core';
import { html, type TemplateResult } from 'lit';
import { Chronicle } from './chronicle.ts';
import { Panel } from './panel.ts';
import { clock, duration } from './quantity.ts';
import './gantt.css';
import { paintStates, type Row, rowsOf } from './state-rows.ts';
import { STATE_LETTER, STATE_WORDS, stateColors } from './states.ts';
import { following, moments, panned, type TimeWindow, zoomed } from './time-window.ts';

const ROW = { low: 12, tall: 18 };
const GAP = 2;
const AXIS = 16;
/** CSS pixels within which a press is a click and no drag. */
const STILL = 4;

class Gantt extends Panel {
  #stop: (() => void) | undefined;
  #frame = 0;
  #width = 0;
  #height = 0;
  #rows: Row[] = [];
  /** What is on the canvas. */
  #drawn = '';
  #drawnTrace: unknown;
  /** A hand has moved the window away from the clock. */
  #free = false;
  #row = 0;
  readonly #held = new Map<number, number>();
  #press: { x: number; from: TimeWindow | undefined; dragged: boolean } | undefined;
  readonly #observer = new ResizeObserver(() => {
    const body = this.#body;
    // The scroll bar stands beside the chart, so that all strips are equally wide.
    body.style.marginRight = `${body.clientWidth - body.offsetWidth}px`;
    this.#width = Math.round(this.#canvas.clientWidth);
    this.#height = Math.round(body.clientHeight);
    this.#wake();
  });

  get #body(): HTMLElement {
    return this.querySelector<HTMLElement>('.gantt-body')!;
  }

  get #canvas(): HTMLCanvasElement {
    return this.querySelector<HTMLCanvasElement>('.gantt-chart')!;
  }

  get #rowHeight(): number {
    return this.session.state.tallChart.value ? ROW.tall : ROW.low;
  }

  override render(): TemplateResult {
    const { session } = this;
    const { tracedPlan, trace, selected, timeWindow, tallChart } = session.state;
    const rows = tracedPlan.value ? rowsOf(tracedPlan.value) : [];
    this.#rows = rows;
    this.#row = Math.min(this.#row, Math.max(0, rows.length - 1));
    const end = trace.value?.end ?? 0;
    const window = timeWindow.value;
    const length = duration((window ? window.to - window.from : end) * (tracedPlan.value?.tickSeconds ?? 1));
    const height = rows.length * this.#rowHeight;
    return html`
      <div class="gantt-tools" role="group" aria-label="Time that the states show">
        <button type="button" class="quiet icon" title="Show more time (Shift −, or the wheel)" aria-label="Show more time" ?disabled=${!window} @click=${() => session.player.zoomStates(2)}>−</button>
        <button type="button" class="quiet icon" title="Show less time, in finer detail (Shift +, or the wheel)" aria-label="Show less time" ?disabled=${!trace.value} @click=${() => session.player.zoomStates(0.5)}>+</button>
        <button type="button" class="quiet icon" title="Show the whole twin (0)" aria-label="Show the whole twin" ?disabled=${!window} @click=${() => (timeWindow.value = undefined)}><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1 3h1.5v10H1zM13.5 3H15v10h-1.5zM3.500 8l3-3v2h3V5l3 3-3 3V9h-3v2z" /></svg></button>
        <button type="button" class="quiet icon" title="${tallChart.value ? 'Lower' : 'Taller'} chart (Shift-T)" aria-label="Taller chart" aria-pressed=${tallChart.value} ?disabled=${!trace.value} @click=${() => (tallChart.value = !tallChart.value)}><svg viewBox="0 0 16 16" aria-hidden="true"><path d=${tallChart.value ? 'M8 12 3 5h10z' : 'M8 4l5 7H3z'} /></svg></button>
      </div>
      <div class="gantt-axis" title="The chart shows ${length} of simulated time"><canvas aria-hidden="true"></canvas></div>
      <div
        class="gantt-body ${tallChart.value ? 'tall' : ''}"
        tabindex="0"
        role="application"
        aria-label="States of each server over ${length} of the watched twin. Up and down choose a server, left and right go to its changes, plus and minus zoom. The same as a table stands at the end of the tables."
        @scroll=${() => this.#wake()}
        @keydown=${this.#key}
        @focus=${() => this.#mark()}
        @blur=${() => this.#hide()}
      >
        <div class="strip-names" aria-hidden="true" style="--row:${this.#rowHeight}px">
          ${rows.map((row) => html`<span class=${selected.value === row.station ? 'chosen' : ''} title=${row.name} @click=${() => session.select(row.station)} @dblclick=${() => session.player.inspect({ element: row.station })}>${row.name}</span>`)}
        </div>
        <div class="gantt-rows" style="height:${height}px">
          <canvas
            class="gantt-chart"
            aria-hidden="true"
            @pointerdown=${this.#down}
            @pointermove=${this.#move}
            @pointerup=${this.#up}
            @pointercancel=${this.#cancel}
            @pointerleave=${() => this.#press === undefined && this.#hide()}
          ></canvas>
          <i class="row-mark" hidden></i>
        </div>
      </div>
      <div class="gantt-over" aria-hidden="true"><i class="warmup"></i><i class="head-line"></i></div>
      <div class="gantt-told small" role="status" hidden></div>
    `;
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this.#body);
    this.#observer.observe(this.#canvas);
    // A passive listener could not keep the page from scrolling.
    this.#canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    const { tick, trace, timeWindow, dark, tallChart, playing } = this.session.state;
    this.#stop = effect(() => {
      void [dark.value, tallChart.value];
      const window = timeWindow.value;
      // Read in any case: the line of the clock goes on over the whole twin too.
      const now = tick.value;
      const seen = window && now >= window.from && now <= window.to;
      if (seen || !playing.value) this.#free = false;
      if (window && trace.value && !this.#free && this.#press === undefined) {
        const moved = following(window, trace.value.end, now);
        if (moved !== window) queueMicrotask(() => (timeWindow.value = moved));
      }
      this.#wake();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#stop?.();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override updated(): void {
    this.#wake();
  }

  #wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** The window as it is drawn: it begins with a whole column of pixels. */
  #columns(): { first: number; perColumn: number; end: number } | undefined {
    const { trace, timeWindow } = this.session.state;
    if (!trace.value || this.#width === 0) return undefined;
    const { end } = trace.value;
    const { from, to } = timeWindow.value ?? { from: 0, to: end };
    const perColumn = (to - from) / this.#width;
    return { first: Math.round(from / perColumn), perColumn, end };
  }

  #draw(): void {
    this.#frame = 0;
    const { tracedPlan, trace, dark, tick } = this.session.state;
    const columns = this.#columns();
    const over = this.querySelector<HTMLElement>('.gantt-over')!;
    over.hidden = !columns || this.#rows.length === 0;
    if (!columns || !tracedPlan.value || !trace.value) return;
    const { first, perColumn, end } = columns;
    const place = (at: number) => at / perColumn - first;
    const head = place(tick.value);
    const line = over.querySelector<HTMLElement>('.head-line')!;
    line.hidden = head < -1 || head > this.#width + 1;
    line.style.transform = `translateX(${head}px)`;

    const row = this.#rowHeight;
    const scrolled = Math.round(this.#body.scrollTop);
    const drawn = `${first} ${perColumn} ${this.#width} ${this.#height} ${scrolled} ${row} ${this.#rows.length} ${dark.value}`;
    if (drawn === this.#drawn && this.#drawnTrace === trace.value) return;
    this.#drawn = drawn;
    this.#drawnTrace = trace.value;
    const warmup = over.querySelector<HTMLElement>('.warmup')!;
    warmup.hidden = place(trace.value.warmup) <= 0;
    warmup.style.width = `${Math.min(this.#width + 2, place(trace.value.warmup))}px`;
    const shown = Math.min(this.#height, this.#rows.length * row);
    const canvas = this.#canvas;
    if (canvas.width !== this.#width || canvas.height !== Math.max(1, shown)) {
      canvas.width = this.#width;
      canvas.height = Math.max(1, shown);
      canvas.style.height = `${shown}px`;
    }
    // Pixels are written, not drawn: a twin has some hundred thousand spans, and a canvas takes long over as many rectangles.
    const from = Math.floor(scrolled / row);
    const to = Math.min(this.#rows.length, Math.ceil((scrolled + shown) / row));
    const pen = canvas.getContext('2d')!;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (to > from) {
      const image = new ImageData(this.#width, (to - from) * row);
      const pixels = { words: new Uint32Array(image.data.buffer), width: this.#width };
      const chronicle = Chronicle.of(tracedPlan.value, trace.value);
      const colors = stateColors(this);
      for (let r = from; r < to; r++)
        paintStates(pixels, (r - from) * row + 1, row - GAP, chronicle, this.#rows[r]!.place, { first, perColumn, end }, colors);
      pen.putImageData(image, 0, from * row - scrolled);
    }
    this.#drawAxis(first * perColumn, perColumn, tracedPlan.value.tickSeconds);
  }

  #drawAxis(from: number, perColumn: number, tickSeconds: number): void {
    const canvas = this.querySelector<HTMLCanvasElement>('.gantt-axis canvas')!;
    const ratio = globalThis.devicePixelRatio;
    canvas.width = Math.round(this.#width * ratio);
    canvas.height = Math.round(AXIS * ratio);
    canvas.style.width = `${this.#width}px`;
    const pen = canvas.getContext('2d')!;
    const style = getComputedStyle(this);
    pen.scale(ratio, ratio);
    pen.font = `10px ${style.fontFamily}`;
    pen.fillStyle = style.getPropertyValue('--muted');
    pen.strokeStyle = style.getPropertyValue('--ghost');
    const seconds = (column: number) => (from + column * perColumn) * tickSeconds;
    const { step, at } = moments(seconds(0), seconds(this.#width), 84 / this.#width);
    let room = 0;
    for (const moment of at) {
      const x = Math.round((moment / tickSeconds - from) / perColumn) + 0.5;
      pen.beginPath();
      pen.moveTo(x, AXIS - 4);
      pen.lineTo(x, AXIS);
      pen.stroke();
      const words = momentWords(moment, step, room === 0);
      const { width } = pen.measureText(words);
      const left = Math.max(0, Math.min(this.#width - width, x - width / 2));
      if (left < room) continue;
      pen.fillText(words, left, AXIS - 6);
      room = left + width + 6;
    }
  }

  // Hands

  #tickAt(clientX: number): number {
    const columns = this.#columns();
    if (!columns) return 0;
    const x = clientX - this.#canvas.getBoundingClientRect().left;
    return Math.max(0, Math.min(columns.end, (columns.first + x) * columns.perColumn));
  }

  #rowAt(clientY: number): number {
    const y = clientY - this.#canvas.getBoundingClientRect().top + this.#body.scrollTop;
    return Math.floor(y / this.#rowHeight);
  }

  #zoom(factor: number, around: number): void {
    const { trace, tracedPlan, timeWindow, tick } = this.session.state;
    if (!trace.value) return;
    const window = zoomed(timeWindow.value, trace.value.end, tracedPlan.value?.tickSeconds ?? 1, factor, around);
    this.#free = window !== undefined && (tick.value < window.from || tick.value > window.to) && this.session.state.playing.value;
    timeWindow.value = window;
  }

  #pan(from: TimeWindow, ticks: number): void {
    const { trace, timeWindow, tick } = this.session.state;
    const window = panned(from, trace.value?.end ?? 0, ticks);
    this.#free = tick.value < window.from || tick.value > window.to;
    timeWindow.value = window;
  }

  #wheel(event: WheelEvent): void {
    const { timeWindow } = this.session.state;
    const columns = this.#columns();
    if (!columns) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      if (timeWindow.value) this.#pan(timeWindow.value, sideways * unit * columns.perColumn);
    } else this.#zoom(Math.exp(event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.002)), this.#tickAt(event.clientX));
    this.#tell(event.clientX, event.clientY);
  }

  #down(event: PointerEvent): void {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#held.set(event.pointerId, event.clientX);
    this.#press = this.#held.size === 1 ? { x: event.clientX, from: this.session.state.timeWindow.value, dragged: false } : undefined;
  }

  #move(event: PointerEvent): void {
    const before = this.#held.get(event.pointerId);
    if (before === undefined) {
      this.#tell(event.clientX, event.clientY);
      return;
    }
    const other = [...this.#held].find(([id]) => id !== event.pointerId)?.[1];
    this.#held.set(event.pointerId, event.clientX);
    if (other !== undefined) {
      const [was, is] = [Math.abs(before - other), Math.abs(event.clientX - other)];
      if (was > 4 && is > 4) this.#zoom(was / is, this.#tickAt((event.clientX + other) / 2));
      return;
    }
    const press = this.#press;
    const columns = this.#columns();
    if (!press || !columns) return;
    const by = event.clientX - press.x;
    if (!press.dragged && Math.abs(by) < STILL) return;
    press.dragged = true;
    this.#hide();
    // The whole twin cannot be moved: there a drag takes the clock along.
    if (press.from) this.#pan(press.from, -by * columns.perColumn);
    else this.session.player.seek(this.#tickAt(event.clientX));
  }

  #up(event: PointerEvent): void {
    if (this.#press && !this.#press.dragged) {
      this.session.player.seek(this.#tickAt(event.clientX));
      this.#row = Math.max(0, Math.min(this.#rows.length - 1, this.#rowAt(event.clientY)));
    }
    this.#cancel(event);
  }

  #cancel(event: PointerEvent): void {
    this.#held.delete(event.pointerId);
    this.#press = undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { session } = this;
    const { tick, trace, timeWindow } = session.state;
    const row = this.#rows[this.#row];
    if (!trace.value || !row) return;
    const step = (by: number) => {
      this.#row = Math.max(0, Math.min(this.#rows.length - 1, this.#row + by));
    };
    const change = (direction: 1 | -1) => {
      const { since, until } = Chronicle.of(session.state.tracedPlan.value!, trace.value!).stateAt(row.place, tick.value);
      session.player.pause();
      if (direction > 0) session.player.seek(until);
      else session.player.seek(tick.value > since ? since : Math.max(0, since - 1));
    };
    const page = () => (timeWindow.value ? timeWindow.value.to - timeWindow.value.from : trace.value!.end);
    const actions: Record<string, () => void> = {
      ArrowUp: () => step(-1),
      ArrowDown: () => step(1),
      ArrowLeft: () => change(-1),
      ArrowRight: () => change(1),
      PageUp: () => session.player.seek(tick.value - page()),
      PageDown: () => session.player.seek(tick.value + page()),
      '+': () => session.player.zoomStates(0.5),
      '-': () => session.player.zoomStates(2),
      Enter: () => session.player.inspect({ element: row.station }),
      ' ': () => session.player.toggle(),
      Home: () => session.player.seek(0),
      End: () => session.player.seek(trace.value!.end),
    };
    const action = event.shiftKey ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    this.#mark();
  }

  /** Shows which row the keys speak of, and tells its state at the clock. */
  #mark(): void {
    const row = this.#rows[this.#row];
    const columns = this.#columns();
    if (!row || !columns || !this.#body.matches(':focus-visible')) return;
    const height = this.#rowHeight;
    const mark = this.querySelector<HTMLElement>('.row-mark')!;
    mark.hidden = false;
    mark.style.transform = `translateY(${this.#row * height}px)`;
    mark.style.height = `${height}px`;
    const body = this.#body;
    if (this.#row * height < body.scrollTop) body.scrollTop = this.#row * height;
    else if ((this.#row + 1) * height > body.scrollTop + body.clientHeight) body.scrollTop = (this.#row + 1) * height - body.clientHeight;
    const { tick } = this.session.state;
    const box = this.#canvas.getBoundingClientRect();
    const x = Math.max(0, Math.min(this.#width, tick.value / columns.perColumn - columns.first));
    this.#say(row, tick.value, box.left + x, body.getBoundingClientRect().top);
  }

  // What is under the pointer

  #tell(clientX: number, clientY: number): void {
    const row = this.#rows[this.#rowAt(clientY)];
    if (!row || !this.session.state.trace.value) return this.#hide();
    this.#say(row, this.#tickAt(clientX), clientX, clientY);
  }

  #say(row: Row, tick: number, x: number, y: number): void {
    const { tracedPlan, trace } = this.session.state;
    if (!tracedPlan.value || !trace.value) return;
    const { tickSeconds, products } = tracedPlan.value;
    const chronicle = Chronicle.of(tracedPlan.value, trace.value);
    const { state, since, until } = chronicle.stateAt(row.place, tick);
    const parts = chronicle.servedAt(row.node, row.server, Math.floor(tick));
    const more = parts.length > 3 ? ` and ${parts.length - 3} more` : '';
    const on = parts
      .slice(0, 3)
      .map((visit) => `${products[visit.product]?.name ?? 'part'} ${visit.part}`)
      .join(', ');
    const told = this.querySelector<HTMLElement>('.gantt-told')!;
    told.textContent = `${row.name}: ${STATE_WORDS[state]} (${STATE_LETTER[state]}), ${clock(since * tickSeconds, true)} to ${clock(until * tickSeconds, true)}, ${duration((until - since) * tickSeconds)}${on ? `. On it: ${on}${more}` : ''}`;
    told.hidden = false;
    const { width, height } = told.getBoundingClientRect();
    told.style.left = `${Math.max(4, Math.min(globalThis.innerWidth - width - 4, x - width / 2))}px`;
    told.style.top = `${Math.max(4, y - height - 12)}px`;
  }

  #hide(): void {
    this.querySelector<HTMLElement>('.gantt-told')!.hidden = true;
    if (!this.#body.matches(':focus-visible')) this.querySelector<HTMLElement>('.row-mark')!.hidden = true;
  }
}
customElements.define('mw-gantt', Gantt);

/** A moment on the axis: days, else the time of day, the first and each midnight with its day. */
function momentWords(seconds: number, step: number, first: boolean): string {
  if (step >= 86_400) return `day ${Math.round(seconds / 86_400) + 1}`;
  const [, day, time] = /^(day [\d,]+) (.*)$/.exec(clock(seconds + 1e-6, step < 60))!;
  const part = step < 1 ? `${time}${(seconds % 1).toFixed(3).slice(1)}` : time!;
  return first || seconds % 86_400 === 0 ? `${day} ${part}` : part;
}
