/** What all charts share: they follow their width, speak their marks, and hold the same figures as a table. Data comes in as properties, nothing else. */
import {
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from 'lit';
import { whole } from '../quantity.ts';
import './charts.css';

/** Rows of a chart's table. */
export const MOST_LISTED = 200;

/** Something that can be pointed at, by hand or by arrow keys. */
export interface Mark {
  /** Tells it from the others, in later pictures too. */
  key: number | string;
  /** CSS pixels in the picture. */
  x: number;
  y: number;
  words: () => string;
}

export interface Picture {
  height: number;
  /** Where it is wider than the chart, it scrolls. */
  width?: number;
  drawing: SVGTemplateResult;
  /** In the order in which the arrow keys go through them. */
  marks: Mark[];
  /** What is too many for svg, drawn below it; `color` reads a token. */
  paint?: (context: CanvasRenderingContext2D, color: (token: string) => string) => void;
  /** What else lies over it. */
  over?: TemplateResult;
  /** Draws the mark that is pointed at, where a ring around it is not enough. */
  trace?: (key: Mark['key']) => SVGTemplateResult;
  /** The mark under the pointer, where it is not simply the nearest; CSS pixels in the picture. */
  under?: (x: number, y: number) => Mark['key'] | undefined;
}

export interface ChartTable {
  head: string[];
  /** The first cell names its row. */
  rows: string[][];
  /** Rows there are in all. */
  of: number;
}

export abstract class Chart extends LitElement {
  static override properties: PropertyDeclarations = {
    width: { state: true },
    at: { state: true },
    said: { state: true },
    listed: { state: true },
  };

  /** CSS pixels, as observed. */
  declare protected width: number;
  /** Key of the mark that is pointed at. */
  declare protected at: Mark['key'] | undefined;
  /** What a reader of the screen hears: marks reached by keys, not every one that the pointer passes. */
  declare protected said: string;
  declare protected listed: boolean;
  /** Weights of the distances from pointer to mark: 0 where only the other direction counts. */
  protected near = { x: 1, y: 1 };
  #picture: Picture | undefined;
  #stale = true;
  readonly #resized = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });
  /** Canvases do not follow the tokens by themselves. */
  readonly #recoloured = new MutationObserver(() => this.requestUpdate('width'));

  constructor() {
    super();
    this.width = 0;
    this.at = undefined;
    this.said = '';
    this.listed = false;
  }

  /** Why there is nothing to draw, as a sentence; '' where there is. */
  protected abstract lacking(): string;
  protected abstract heading(): string;
  protected abstract draw(width: number): Picture;
  protected abstract table(): ChartTable;

  /** Beside the heading. */
  protected controls(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** Sentences and the legend below the picture. */
  protected notes(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** A mark was clicked, or entered by key. */
  protected choose(_key: Mark['key']): void {}

  /** The mark that an arrow key leads to. */
  protected next(_marks: readonly Mark[], at: number, key: string): number {
    return at + (key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    for (const name of changed.keys()) if (!['at', 'said', 'listed'].includes(String(name))) this.#stale = true;
  }

  override render(): TemplateResult {
    const lack = this.lacking();
    if (lack) {
      this.#picture = undefined;
      this.#stale = true;
      return html`<h3>${this.heading()}</h3><p class="muted small">${lack}</p>`;
    }
    const heading = this.heading();
    if (this.width > 0 && (this.#stale || !this.#picture)) {
      this.#picture = this.draw(this.width);
      this.#stale = true;
    }
    const picture = this.#picture;
    return html`
      <div class="chart-head"><h3>${heading}</h3>${this.controls()}</div>
      <div class="plot" style="min-height:${picture?.height ?? 200}px">
        <div
          class="scroll"
          role="application"
          aria-roledescription="chart"
          aria-label="${heading}. ${whole(picture?.marks.length ?? 0)} marks, arrow keys go through them; the table below holds the same figures."
          tabindex="0"
          @keydown=${this.#byKey}
          @focusout=${this.#leave}
        >
          <div
            class="picture"
            style="width:${picture?.width ?? this.width}px;height:${picture?.height ?? 200}px"
            @pointermove=${this.#follow}
            @pointerleave=${this.#leave}
            @click=${this.#click}
          >
            ${picture?.paint ? html`<canvas aria-hidden="true"></canvas>` : nothing}
            ${picture ? html`<svg aria-hidden="true" width=${picture.width ?? this.width} height=${picture.height}>${picture.drawing}${this.at === undefined ? nothing : picture.trace?.(this.at)}</svg>${picture.over}` : nothing}
            ${this.#spot()}
          </div>
        </div>
        ${this.#tip()}
      </div>
      <p class="unseen" aria-live="polite">${this.said}</p>
      ${this.notes()}
      <details class="chart-table" @toggle=${(event: Event) => (this.listed = (event.target as HTMLDetailsElement).open)}>
        <summary class="small">The same as a table</summary>
        ${this.listed ? this.#table() : nothing}
      </details>
    `;
  }

  #mark(): Mark | undefined {
    return this.at === undefined ? undefined : this.#picture?.marks.find(({ key }) => key === this.at);
  }

  #spot(): TemplateResult | typeof nothing {
    const mark = this.#mark();
    return mark ? html`<i class="spot" style="left:${mark.x}px;top:${mark.y}px"></i>` : nothing;
  }

  #tip(): TemplateResult | typeof nothing {
    const mark = this.#mark();
    if (!mark) return nothing;
    const x = Math.min(this.width, Math.max(0, mark.x - (this.querySelector('.scroll')?.scrollLeft ?? 0)));
    const height = this.#picture?.height ?? 0;
    const side = x < this.width / 2 ? `left:${Math.max(0, x + 12)}px` : `right:${Math.max(0, this.width - x + 12)}px`;
    const end = mark.y < height / 2 ? `top:${mark.y + 12}px` : `bottom:${height - mark.y + 12}px`;
    return html`<div class="tip small" aria-hidden="true" style="${side};${end}">${mark.words()}</div>`;
  }

  #table(): TemplateResult {
    const { head, rows, of } = this.table();
    return html`<div class="table" role="region" aria-label="${this.heading()}, as a table" tabindex="0">
      <table>
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, ...cells]) => html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
      ${of > rows.length ? html`<p class="muted small">${whole(rows.length)} of ${whole(of)} rows.</p>` : nothing}
    </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const picture = this.#picture;
    const canvas = this.querySelector('canvas');
    if (this.#stale && picture?.paint && canvas) {
      const ratio = window.devicePixelRatio || 1;
      const width = picture.width ?? this.width;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(picture.height * ratio);
      const context = canvas.getContext('2d');
      const style = getComputedStyle(this);
      if (context) {
        context.scale(ratio, ratio);
        context.font = `600 11px ${style.fontFamily}`;
        picture.paint(context, (token) => style.getPropertyValue(`--${token}`));
      }
    }
    if (picture) this.#stale = false;
  }

  readonly #byKey = (event: KeyboardEvent): void => {
    const marks = this.#picture?.marks ?? [];
    if (event.target !== event.currentTarget || marks.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = marks.findIndex(({ key }) => key === this.at);
    let to: number;
    if (event.key === 'Home') to = 0;
    else if (event.key === 'End') to = marks.length - 1;
    else if (event.key.startsWith('Arrow')) to = at < 0 ? 0 : this.next(marks, at, event.key);
    else if ((event.key === 'Enter' || event.key === ' ') && this.at !== undefined && at >= 0) {
      event.preventDefault();
      this.choose(this.at);
      return;
    } else if (event.key === 'Escape' && at >= 0) {
      event.stopPropagation();
      this.#leave();
      return;
    } else return;
    event.preventDefault();
    const mark = marks[Math.min(marks.length - 1, Math.max(0, to))] as Mark;
    this.at = mark.key;
    this.said = mark.words();
    void this.updateComplete.then(() => this.querySelector('.spot')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
  };

  readonly #leave = (): void => {
    this.at = undefined;
    this.said = '';
  };

  readonly #follow = (event: PointerEvent): void => {
    if (event.buttons > 0) return;
    this.at = this.#under(event);
  };

  readonly #click = (event: MouseEvent): void => {
    const key = this.#under(event);
    this.at = key;
    if (key !== undefined) this.choose(key);
  };

  #under(event: MouseEvent): Mark['key'] | undefined {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    if (this.#picture?.under) return this.#picture.under(x, y);
    let least = 22 ** 2;
    let found: Mark['key'] | undefined;
    for (const mark of this.#picture?.marks ?? []) {
      const far = ((mark.x - x) * this.near.x) ** 2 + ((mark.y - y) * this.near.y) ** 2;
      if (far < least) [least, found] = [far, mark.key];
    }
    return found;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#recoloured.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#recoloured.disconnect();
  }
}

/** A row of marks and their meaning, below the picture: shapes, so that no meaning hangs on a colour. */
export const legend = (entries: [glyph: SVGTemplateResult, words: string][]): TemplateResult =>
  html`<ul class="legend small muted">
    ${entries.map(([glyph, words]) => html`<li><svg class="glyph" width="16" height="12" aria-hidden="true">${glyph}</svg>${words}</li>`)}
  </ul>`;

/** Glyphs of the legend, as `scatter.ts` draws them. */
export const GLYPH = {
  circle: svg`<circle class="dot" cx="8" cy="6" r="3.5" />`,
  full: svg`<circle class="dot full" cx="8" cy="6" r="3.5" />`,
  upright: svg`<path class="zero" d="M8 0v12" />`,
  ringed: svg`<circle class="dot edged" cx="8" cy="6" r="4" />`,
  cross: svg`<path class="cross" d="M5 3l6 6m0 -6l-6 6" />`,
  square: svg`<rect class="now" x="4" y="2" width="8" height="8" />`,
  diamond: svg`<path class="taken" d="M8 0l6 6l-6 6l-6 -6z" />`,
  lineOf: svg`<path class="design" d="M0 6h16" />`,
  dashed: svg`<path class="design" stroke-dasharray="3 3" d="M0 6h16" />`,
  thick: svg`<path class="design thick" d="M0 6h16" />`,
  line: svg`<path class="stair" d="M0 10h8v-8h8" />`,
  whisker: svg`<path class="whisker" d="M1 3v6M1 6h14M15 3v6" />`,
  solid: svg`<rect class="bar-fill" x="0" y="1" width="16" height="10" />`,
  hollow: svg`<rect class="bar-hollow" x="0.5" y="1.5" width="15" height="9" />`,
};
