/** The wall of twins: every twin of the run as a small floor, coloured, sorted and filtered by a figure; a click flies into one. */
import { signal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { FIGURE_WORDS, FIGURES, type Figure, isMetric } from '../view/wall/figures.ts';
import { SCALE, STATUS_COLORS, UNDEFINED_COLOR } from '../view/wall/colours.ts';
import type { Wall } from '../view/wall/wall.ts';
import type { TileFrame } from '../view/wall/wall-grid.ts';
import type { WallRun } from '../view/wall/wall-report.ts';
import { type Showing, SHOWING, type Status, STATUSES, type TwinTold, type WallTold } from '../view/wall/words.ts';
import { Panel } from './panel.ts';
import { capital, clock, decimalsFor, fixed, scaleFor, twinName, whole, type Scale } from './quantity.ts';
import { messageOf } from './session.ts';
import { FROM_THE_WALL } from './state.ts';
import { stateLegend, statesOf } from './states.ts';
import './wall.css';

const STATUS_WORDS: Record<Status, string> = { waiting: 'not begun', running: 'running', done: 'done', 'ended badly': 'ended badly' };
const STATUS_SHAPES: Record<Status, string> = {
  waiting: 'hollow',
  running: 'an edge that grows',
  done: 'a tick',
  'ended badly': 'a cut corner',
};

/** "412.3 a day"; "–" where it is not defined. */
function shown(value: number, scale: Scale): string {
  if (Number.isNaN(value)) return '–';
  const scaled = value * scale.factor;
  return `${fixed(scaled, decimalsFor(scaled, Number.NaN))}\u00a0${scale.unit}`.trim();
}

class WallPanel extends Panel {
  /** Opens the wall on a canvas; a rejection says why there is none. Set by whoever makes the element. */
  open!: (canvas: HTMLCanvasElement) => Promise<Wall>;
  #wall: Wall | undefined;
  readonly #message = signal('');
  readonly #run = signal<WallRun | undefined>(undefined);
  readonly #reason = signal('');
  readonly #told = signal<WallTold | undefined>(undefined);
  readonly #frame = signal<TileFrame | undefined>(undefined);
  readonly #showing = signal<Showing>(SHOWING);
  readonly #spoken = signal('');
  #cursor: number | undefined;
  #visible = true;
  #dark: boolean | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    if (width > 0 && height > 0) this.#wall?.resize(width, height, devicePixelRatio);
  });

  override render(): TemplateResult {
    const { session } = this;
    const { plan } = session.state;
    const message = this.#message.value;
    const name = plan.value?.name ?? 'the plant';
    return html`
      <div class="wall-bar" role="group" aria-label="What the wall shows" ?hidden=${message !== ''}>${this.#bar()}</div>
      <p class="wall-words small" ?hidden=${message !== ''}>${this.#words()}</p>
      <div class="wall-stage">
        <canvas tabindex="0" role="img" ?hidden=${message !== ''} aria-label="All twins of ${name}, each a small floor. Arrows move the view, plus and minus draw nearer, Shift with arrows goes from twin to twin, Enter flies into one, F shows all."></canvas>
        ${
          message
            ? html`<div class="no-floor">
                <h2>No wall of twins here</h2>
                <p>${message}</p>
                <p><button type="button" @click=${() => session.show('tables')}>Show the tables of the twins</button></p>
              </div>`
            : this.#run.value
              ? nothing
              : html`<p class="wall-empty muted">${this.#reason.value || 'The twins of the next run appear here as they begin.'}</p>`
        }
        ${this.#tip()}
      </div>
      <div class="wall-legend small" ?hidden=${message !== ''}>${this.#legend()}</div>
      <div class="unseen" aria-live="polite">${this.#spoken.value}</div>
    `;
  }

  #figures(): Figure[] {
    const known = this.#told.value?.metrics ?? [];
    const { colourBy, sortBy } = this.#showing.value;
    // What no twin has, because the plant has no due dates, say, is not offered.
    return FIGURES.filter((one) => !isMetric(one) || known.length === 0 || known.includes(one) || one === colourBy || one === sortBy);
  }

  #bar(): TemplateResult {
    const showing = this.#showing.value;
    const options = (chosen: Figure, all: Figure[]) =>
      all.map(
        (one) => html`<option value=${one} ?selected=${one === chosen} title=${FIGURE_WORDS[one].means}>${FIGURE_WORDS[one].name}</option>`,
      );
    const figures = this.#figures();
    const chosen = (event: Event) => (event.target as HTMLSelectElement).value as Figure;
    const filtered = showing.low > 0 || showing.high < 1 || showing.statuses.length < STATUSES.length;
    return html`
      <label>Colour <select class="wall-colour" @change=${(event: Event) => this.#choose({ colourBy: chosen(event), low: 0, high: 1 })}>${options(showing.colourBy, figures)}</select></label>
      <label>Sort <select class="wall-sort" @change=${(event: Event) => this.#choose({ sortBy: chosen(event) })}>${options(showing.sortBy, figures)}</select></label>
      <button type="button" class="wall-order" title="Turn the order round" @click=${() => this.#choose({ descending: !showing.descending })}>${showing.descending ? 'Greatest first' : 'Least first'}</button>
      <details class="wall-filter" @keydown=${this.#shut}>
        <summary>Filter${filtered ? ' (on)' : ''}</summary>
        <div class="wall-filter-sheet">${this.#filter(filtered)}</div>
      </details>
      <button type="button" class="quiet" title="Show all twins (F)" @click=${() => this.#wall?.fit()}>Fit</button>
    `;
  }

  readonly #shut = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    const filter = event.currentTarget as HTMLDetailsElement;
    filter.open = false;
    filter.querySelector('summary')?.focus();
    event.preventDefault();
  };

  #filter(filtered: boolean): TemplateResult {
    const showing = this.#showing.value;
    const told = this.#told.value;
    const { name } = FIGURE_WORDS[showing.colourBy];
    const scale = this.#scale();
    const at = (share: number) => (told ? shown(told.scale.low + share * (told.scale.high - told.scale.low), scale) : '–');
    const bound = (which: 'low' | 'high', label: string) => html`<label class="wall-bound">
      <span>${label}</span>
      <input type="range" min="0" max="1" step="0.01" aria-valuetext=${at(showing[which])} .value=${String(showing[which])} @input=${(event: Event) => this.#bound(which, (event.target as HTMLInputElement).valueAsNumber)} />
      <output>${(which === 'low' ? showing.low <= 0 : showing.high >= 1) ? 'no bound' : at(showing[which])}</output>
    </label>`;
    const ranged = showing.colourBy !== 'status';
    return html`
      ${ranged ? html`<fieldset><legend>${name}</legend>${bound('low', 'from')}${bound('high', 'to')}</fieldset>` : nothing}
      <fieldset>
        <legend>Status</legend>
        ${STATUSES.map(
          (status) =>
            html`<label class="wall-check"><input type="checkbox" .checked=${showing.statuses.includes(status)} @change=${(event: Event) => this.#pass(status, (event.target as HTMLInputElement).checked)} />${STATUS_WORDS[status]}</label>`,
        )}
      </fieldset>
      <label class="wall-check"><input type="checkbox" .checked=${showing.hides} @change=${(event: Event) => this.#choose({ hides: (event.target as HTMLInputElement).checked })} />hide the others, rather than dim them</label>
      <button type="button" ?disabled=${!filtered} @click=${() => this.#choose({ low: 0, high: 1, statuses: STATUSES })}>Show all</button>
    `;
  }

  #bound(which: 'low' | 'high', value: number): void {
    const { low, high } = this.#showing.value;
    this.#choose(which === 'low' ? { low: value, high: Math.max(high, value) } : { high: value, low: Math.min(low, value) });
  }

  #pass(status: Status, yes: boolean): void {
    const { statuses } = this.#showing.value;
    this.#choose({ statuses: STATUSES.filter((one) => (one === status ? yes : statuses.includes(one))) });
  }

  #choose(change: Partial<Showing>): void {
    this.#showing.value = { ...this.#showing.value, ...change };
    this.#wall?.show(this.#showing.value);
  }

  /** How values of the colour's figure are told: one unit for all of them. */
  #scale(): Scale {
    const told = this.#told.value;
    return scaleFor(
      FIGURE_WORDS[this.#showing.value.colourBy].unit,
      told ? Math.max(Math.abs(told.scale.low), Math.abs(told.scale.high)) : 1,
    );
  }

  #words(): TemplateResult | string {
    const run = this.#run.value;
    const told = this.#told.value;
    if (!run) return 'No twins yet.';
    const { colourBy } = this.#showing.value;
    const some = run.twins < run.replications ? `The first ${whole(run.twins)} of ${whole(run.replications)}` : whole(run.twins);
    const who = `${some} twins of ${run.plant}, seed ${run.seed}`;
    if (!told) return `${who}.`;
    const counts = STATUSES.toReversed().flatMap((status) =>
      told.statuses[status] > 0 ? [`${whole(told.statuses[status])} ${STATUS_WORDS[status]}`] : [],
    );
    const filtered = told.shown.twins < run.twins ? ` ${whole(told.shown.twins)} pass the filter.` : '';
    const mean =
      colourBy !== 'status' && colourBy !== 'number' && told.shown.defined > 0
        ? html` ${FIGURE_WORDS[colourBy].name} of ${whole(told.shown.defined)} on average <strong>${shown(told.shown.mean, this.#scale())}</strong>, ${shown(told.shown.least, this.#scale())} to ${shown(told.shown.most, this.#scale())}.`
        : nothing;
    return html`<span class="wall-count">${who}: ${counts.join(', ')}.</span>${filtered}${mean}`;
  }

  #legend(): TemplateResult {
    const { state } = this.session;
    const { colourBy } = this.#showing.value;
    const theme = state.dark.value ? 'dark' : 'light';
    const told = this.#told.value;
    const scale = this.#scale();
    const ends = told && told.scale.defined > 0 ? [shown(told.scale.low, scale), shown(told.scale.high, scale)] : ['–', '–'];
    const swatch = (status: Status, i: number) => html`<li>
      <i class="wall-swatch ${status.replace(' ', '-')}" style="--swatch: ${colourBy === 'status' || status === 'ended badly' || status === 'waiting' ? STATUS_COLORS[theme][i] : 'var(--faint)'}" aria-hidden="true"></i>${STATUS_WORDS[status]}<span class="unseen">: ${STATUS_SHAPES[status]}</span>
    </li>`;
    const percentiles = colourBy !== 'progress' && colourBy !== 'number';
    return html`
      ${
        colourBy === 'status'
          ? nothing
          : html`<span class="wall-scale" title=${FIGURE_WORDS[colourBy].means}>
              <strong>${FIGURE_WORDS[colourBy].name}</strong> <span class="wall-low">${ends[0]}</span>
              <i class="wall-ramp" style="background: linear-gradient(to right, ${SCALE.join(', ')})" aria-hidden="true"></i>
              <span class="wall-high">${ends[1]}</span>${percentiles ? html` <span class="muted">1st to 99th percentile</span>` : nothing}
            </span>`
      }
      <ul class="legend" aria-label="Twins">
        ${STATUSES.map(swatch)}
        ${isMetric(colourBy) ? html`<li><i class="wall-swatch undefined" style="--swatch: ${UNDEFINED_COLOR[theme]}" aria-hidden="true"></i>not defined</li>` : nothing}
      </ul>
      ${stateLegend(statesOf(state.summary.value, state.trace.value))}
    `;
  }

  /** The numbers of the twin that is pointed at, beside its tile. */
  #tip(): TemplateResult | typeof nothing {
    const told = this.#told.value;
    const frame = this.#frame.value;
    const twin = told?.hovered ?? told?.cursor;
    const run = this.#run.value;
    if (!twin || !frame || !run) return nothing;
    const stage = this.querySelector<HTMLElement>('.wall-stage')!;
    const middle = frame.left + frame.width / 2;
    const large = frame.width > stage.clientWidth / 2;
    const side = large
      ? 'left: 8px'
      : middle < stage.clientWidth / 2
        ? `left: ${Math.max(0, frame.left + frame.width) + 8}px`
        : `right: ${Math.max(0, stage.clientWidth - frame.left) + 8}px`;
    const top = Math.max(8, Math.min(frame.top, stage.clientHeight - 250));
    const metrics = (told?.metrics ?? []).map((metric) => {
      const { name, unit } = FIGURE_WORDS[metric];
      return html`<dt>${name}</dt><dd>${shown(twin.metrics[metric], scaleFor(unit, twin.metrics[metric]))}</dd>`;
    });
    return html`<div class="wall-tip small" style="${side}; top: ${top}px">
      <strong>${capital(twinName(twin.twin))}</strong> <span class="muted">${STATUS_WORDS[twin.status]}</span>
      <dl>
        <dt>Time</dt><dd>${clock(twin.now * run.tickSeconds, false)} <span class="muted">(${fixed((100 * twin.now) / Math.max(1, run.end), 0)} %)</span></dd>
        ${metrics}
      </dl>
    </div>`;
  }

  #said(twin: TwinTold): string {
    const run = this.#run.value;
    const { colourBy } = this.#showing.value;
    const figure = isMetric(colourBy)
      ? `, ${FIGURE_WORDS[colourBy].name.toLowerCase()} ${shown(twin.metrics[colourBy], scaleFor(FIGURE_WORDS[colourBy].unit, twin.metrics[colourBy]))}`
      : '';
    return `${capital(twinName(twin.twin))}, ${whole(twin.rank + 1)} of ${whole(run?.twins ?? 0)}, ${STATUS_WORDS[twin.status]}${figure}.`;
  }

  protected override firstUpdated(): void {
    const canvas = this.querySelector('canvas')!;
    window.addEventListener('keydown', this.#back);
    this.open(canvas).then(
      (wall) => this.#attach(wall, canvas),
      (error: unknown) => {
        this.#message.value = messageOf(error);
      },
    );
  }

  #attach(wall: Wall, canvas: HTMLCanvasElement): void {
    this.#wall = wall;
    wall.onRun = (run, reason) => {
      this.#run.value = run;
      this.#reason.value = reason ?? '';
      if (!run) [this.#told.value, this.#frame.value] = [undefined, undefined];
    };
    wall.onTold = (told, hovered, cursor) => {
      this.#told.value = told;
      this.#frame.value = hovered ?? cursor;
      if (told.cursor && told.cursor.rank !== this.#cursor) this.#spoken.value = this.#said(told.cursor);
      this.#cursor = told.cursor?.rank;
    };
    wall.onEnter = (twin) => {
      const { session } = this;
      void session.watch(twin, FROM_THE_WALL);
      session.show('floor');
    };
    wall.onError = (message) => this.session.notify(`The wall: ${message}`);
    this.#observer.observe(canvas);
    wall.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio);
    wall.theme(this.session.state.dark.value);
    wall.show(this.#showing.value);
    this.#look();
    canvas.focus({ preventScroll: true });
  }

  /** Watched while it is to be seen, or waits behind the twin that somebody flew into. */
  #look(): void {
    const { view, watched } = this.session.state;
    const visible = view.value === 'wall';
    this.#wall?.watch(visible || (view.value === 'floor' && watched.value.why === FROM_THE_WALL));
    if (visible !== this.#visible) this.#wall?.setVisible(visible);
    this.#visible = visible;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#look();
    const { dark } = this.session.state;
    if (dark.value !== this.#dark) this.#wall?.theme(dark.value);
    this.#dark = dark.value;
  }

  /** Escape leads from the twin back to the wall. */
  readonly #back = (event: KeyboardEvent): void => {
    const { view, watched, dialog } = this.session.state;
    if (event.key !== 'Escape' || event.defaultPrevented || dialog.value !== '' || document.querySelector('dialog[open]')) return;
    if (view.value !== 'floor' || watched.value.why !== FROM_THE_WALL) return;
    event.preventDefault();
    this.session.show('wall');
    requestAnimationFrame(() => this.querySelector('canvas')?.focus({ preventScroll: true }));
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#back);
    this.#observer.disconnect();
    this.#wall?.dispose();
  }
}
customElements.define('mw-wall', WallPanel);
