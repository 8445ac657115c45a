/** Parallel coordinates (Inselberg 1985): a line for each design over all factors and responses, with a range to be set on every axis. */
import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from 'lit';
import type { DesignRow, StudyReport } from '../../experiment/study-protocol.ts';
import { whole } from '../quantity.ts';
import { type Axis, clip, tidy } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { axisOf, byRole, designWords, type Dimension, dimensionsOf, rolesOf, withUnit } from './dimensions.ts';

const HEIGHT = 320;
const TOP = 82;
const BOTTOM = HEIGHT - 14;
/** Least CSS pixels from axis to axis; where there are more than fit, the picture scrolls. */
const APART = 84;

interface Placed {
  dimension: Dimension;
  axis: Axis;
  x: number;
}

type Range = readonly [low: number, high: number];

/** `brush` {ids, brushed}: the designs inside every range that is set; all of them, and `brushed` false, where none is. `pick` {id}: a line was clicked, or entered by key. */
class Parallel extends Chart {
  static override properties: PropertyDeclarations = {
    report: { attribute: false },
    selected: { attribute: false },
    ranges: { state: true },
  };

  declare report: StudyReport | undefined;
  declare selected: readonly number[];
  /** By name of the axis, in its shown unit. */
  declare protected ranges: ReadonlyMap<string, Range>;
  #axes: Placed[] = [];

  constructor() {
    super();
    this.selected = [];
    this.ranges = new Map();
  }

  protected heading(): string {
    return 'Every factor and response';
  }

  protected lacking(): string {
    if (!this.report || this.report.designs.length === 0) return 'No design has been tried yet.';
    return this.report.factors.length + this.report.responses.length > 1 ? '' : 'Parallel coordinates need two factors or responses.';
  }

  protected draw(width: number): Picture {
    const { designs } = this.report as StudyReport;
    const dimensions = dimensionsOf(this.report as StudyReport);
    const wide = Math.max(width, dimensions.length * APART);
    const apart = wide / dimensions.length;
    this.#axes = dimensions.map((dimension, i) => {
      // Better is up.
      const [from, to] = dimension.sense === 'minimise' ? [TOP, BOTTOM] : [BOTTOM, TOP];
      return { dimension, axis: axisOf(dimension, designs, from, to, 48), x: (i + 0.5) * apart };
    });
    const lines = designs.map((row) => this.#axes.map(({ dimension, axis, x }) => ({ x, y: axis.px(dimension.value(row)) })));
    const inside = new Set(this.#inside().map(({ id }) => id));
    const ids = new Set(this.selected);
    const byId = new Map(designs.map(({ id }, i) => [id, lines[i] ?? []]));
    const rest = this.#axes.at(-1)?.x ?? 0;
    return {
      height: HEIGHT,
      width: wide,
      marks: designs.flatMap((row, i): Mark[] => {
        // Where the last is not defined, the first that is.
        const end = lines[i]?.findLast(({ y }) => Number.isFinite(y)) ?? { x: rest, y: BOTTOM };
        return inside.has(row.id) ? [{ key: row.id, ...end, words: () => designWords(row, dimensions) }] : [];
      }),
      drawing: svg`${this.#axes.map(
        ({ axis, x }) => svg`<g class="frame">
          <line class="edge upright" x1=${x} x2=${x} y1=${TOP - 6} y2=${BOTTOM + 6} />
          ${axis.ticks.map(({ px, text }) => svg`<line class="edge" x1=${x - 3} x2=${x} y1=${px} y2=${px} /><text class="haloed" x=${x + 5} y=${px + 4}>${clip(text, apart - 10)}</text>`)}
        </g>`,
      )}`,
      trace: (key) => svg`<path class="design thick" d=${pathOf(byId.get(key as number) ?? [])} />`,
      under: (x, y) => {
        const right = this.#axes.findIndex((one) => one.x > x);
        if (right < 1) return undefined;
        let least = 10;
        let found: number | undefined;
        for (const [id, line] of byId) {
          const [a, b] = [line[right - 1]!, line[right]!];
          const far = Math.abs(a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x) - y);
          if (far < least && inside.has(id)) [least, found] = [far, id];
        }
        return found;
      },
      over: html`${this.#axes.map((one) => this.#handles(one, apart))}`,
      paint: (context, color) => {
        const paths = lines.map((line) => new Path2D(pathOf(line)));
        const draw = (tests: (row: DesignRow) => boolean, token: string, alpha: number, thickness: number) => {
          context.strokeStyle = color(token);
          context.globalAlpha = alpha;
          context.lineWidth = thickness;
          designs.forEach((row, i) => {
            if (!tests(row)) return;
            context.setLineDash(row.feasible ? [] : [3, 3]);
            context.stroke(paths[i] as Path2D);
          });
        };
        const many = designs.length > 800;
        const brushed = this.ranges.size > 0;
        if (brushed) draw(({ id }) => !inside.has(id), 'ghost', many ? 0.1 : 0.25, 1);
        draw(({ id }) => inside.has(id), 'accent', inside.size > 1500 ? 0.06 : inside.size > 100 ? 0.25 : 0.6, 1);
        draw(({ id, chosen, base }) => chosen || base || ids.has(id), 'ink', 1, 2);
        context.setLineDash([]);
        context.globalAlpha = 1;
      },
    };
  }

  protected override choose(key: Mark['key']): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: { id: key as number }, bubbles: true }));
  }

  #handles({ dimension, axis, x }: Placed, apart: number): TemplateResult {
    const range = this.ranges.get(dimension.name) ?? [axis.low, axis.high];
    const set = this.ranges.has(dimension.name);
    const ends = range.map((value) => Math.min(BOTTOM, Math.max(TOP, axis.px(value))));
    const better = dimension.sense ? ' ↑ better' : '';
    const say = (value: number) => dimension.options[Math.round(value)] ?? withUnit(tidy(value), dimension.scale.unit);
    return html`<div class="axis-name" style="left:${x - apart / 2 + 2}px;width:${apart - 4}px" title=${dimension.label}>
        ${dimension.title}${dimension.scale.unit ? html` <span class="muted">${dimension.scale.unit}</span>` : nothing}<span class="muted">${better}</span>
      </div>
      <div
        class="strip"
        style="left:${x - 14}px;top:${TOP - 8}px;height:${BOTTOM - TOP + 16}px"
        @pointerdown=${(event: PointerEvent) => this.#drag(event, dimension, axis)}
        @click=${(event: Event) => event.stopPropagation()}
      ></div>
      ${set ? html`<i class="range" style="left:${x - 6}px;top:${Math.min(...ends)}px;height:${Math.abs(ends[1]! - ends[0]!)}px"></i>` : nothing}
      ${([0, 1] as const).map(
        (end) =>
          html`<div
            class="handle"
            role="slider"
            tabindex="0"
            aria-orientation="vertical"
            aria-label="${dimension.title}, ${end === 0 ? 'at least' : 'at most'}"
            aria-valuemin=${axis.low}
            aria-valuemax=${axis.high}
            aria-valuenow=${range[end]}
            aria-valuetext=${say(range[end])}
            title="${end === 0 ? 'at least' : 'at most'} ${say(range[end])}"
            style="left:${x - 9}px;top:${ends[end]! - 4}px"
            @keydown=${(event: KeyboardEvent) => this.#shift(event, dimension, axis, end)}
          ></div>`,
      )}`;
  }

  #inside(): DesignRow[] {
    const { designs } = this.report as StudyReport;
    const ranges = this.#ranges();
    return designs.filter((row) => ranges.every(([dimension, [low, high]]) => dimension.value(row) >= low && dimension.value(row) <= high));
  }

  #ranges(): [Dimension, Range][] {
    return dimensionsOf(this.report as StudyReport).flatMap((dimension): [Dimension, Range][] => {
      const range = this.ranges.get(dimension.name);
      return range ? [[dimension, range]] : [];
    });
  }

  #set(name: string, range: Range | undefined): void {
    const ranges = new Map(this.ranges);
    if (range) ranges.set(name, range);
    else ranges.delete(name);
    this.ranges = ranges;
  }

  /** A drag sets the range, or, begun at one of its ends, moves that end; a click without a drag takes it away. */
  #drag(event: PointerEvent, dimension: Dimension, axis: Axis): void {
    const { name } = dimension;
    const strip = event.currentTarget as HTMLElement;
    const offset = strip.getBoundingClientRect().top - (TOP - 8);
    const at = (event: PointerEvent) => {
      const value = Math.min(axis.high, Math.max(axis.low, axis.value(event.clientY - offset)));
      return inWholes(dimension) ? Math.round(value) : value;
    };
    const range = this.ranges.get(name);
    const grasped = range?.findIndex((value) => Math.abs(axis.px(value) - (event.clientY - offset)) < 7) ?? -1;
    const from = range && grasped >= 0 ? range[1 - grasped]! : at(event);
    const start = event.clientY;
    let moved = false;
    strip.setPointerCapture(event.pointerId);
    const move = (event: PointerEvent) => {
      moved ||= Math.abs(event.clientY - start) > 3;
      if (moved) this.#set(name, [Math.min(from, at(event)), Math.max(from, at(event))]);
    };
    const end = () => {
      strip.removeEventListener('pointermove', move);
      if (!moved && grasped < 0) this.#set(name, undefined);
    };
    strip.addEventListener('pointermove', move);
    strip.addEventListener('pointerup', end, { once: true });
    strip.addEventListener('pointercancel', end, { once: true });
  }

  /** Up is up, whichever way the axis runs. */
  #shift(event: KeyboardEvent, dimension: Dimension, axis: Axis, end: 0 | 1): void {
    const range = this.ranges.get(dimension.name) ?? [axis.low, axis.high];
    const step = (axis.high - axis.low) / 50;
    const up = Math.sign(axis.px(axis.low) - axis.px(axis.high));
    const steps = { ArrowUp: up, ArrowDown: -up, ArrowRight: 1, ArrowLeft: -1, PageUp: 5 * up, PageDown: -5 * up }[event.key];
    let value: number;
    if (steps !== undefined && inWholes(dimension)) value = (steps > 0 ? Math.floor(range[end]) : Math.ceil(range[end])) + Math.sign(steps);
    else if (steps !== undefined) value = range[end] + steps * step;
    else if (event.key === 'Home') value = axis.low;
    else if (event.key === 'End') value = axis.high;
    else if (event.key === 'Escape' || event.key === 'Delete') {
      event.preventDefault();
      event.stopPropagation();
      this.#set(dimension.name, undefined);
      return;
    } else return;
    event.preventDefault();
    value = end === 0 ? Math.min(range[1], Math.max(axis.low, value)) : Math.max(range[0], Math.min(axis.high, value));
    const next = end === 0 ? ([value, range[1]] as const) : ([range[0], value] as const);
    this.#set(dimension.name, next[0] <= axis.low && next[1] >= axis.high ? undefined : next);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const lives = changed.has('report') && this.ranges.size > 0;
    if (!this.report || !(lives || (changed.has('ranges') && changed.get('ranges') !== undefined))) return;
    const ids = this.#inside().map(({ id }) => id);
    this.dispatchEvent(new CustomEvent('brush', { detail: { ids, brushed: this.ranges.size > 0 }, bubbles: true }));
  }

  protected override notes(): TemplateResult {
    const { designs } = this.report as StudyReport;
    const ranges = this.#ranges();
    const say = (dimension: Dimension, value: number) => dimension.options[Math.round(value)] ?? tidy(value);
    return html`${legend([
      [GLYPH.lineOf, 'meets every limit'],
      [GLYPH.dashed, 'breaks a limit'],
      [GLYPH.thick, 'chosen, as it is now, or selected'],
    ])}
      <p class="small" aria-live="polite">
        ${
          ranges.length > 0
            ? html`${whole(this.#inside().length)} of ${whole(designs.length)} designs have
              ${ranges.map(([dimension, [low, high]]) => `${dimension.title} ${say(dimension, low)} to ${withUnit(say(dimension, high), dimension.scale.unit)}`).join(', ')}.
              <button type="button" class="link" @click=${() => (this.ranges = new Map())}>Clear</button>`
            : html`<span class="muted">Drag along an axis to keep the designs inside a range.</span>`
        }
      </p>`;
  }

  protected table(): ChartTable {
    const dimensions = dimensionsOf(this.report as StudyReport);
    const inside = this.#inside();
    return {
      head: ['Design', ...dimensions.map(({ label }) => label), 'Twins', 'What it is'],
      rows: byRole(inside)
        .slice(0, MOST_LISTED)
        .map((row) => [whole(row.id), ...dimensions.map((dimension) => dimension.figure(row)), whole(row.twins), rolesOf(row).join(', ')]),
      of: inside.length,
    };
  }
}

const inWholes = ({ options, counted }: Dimension): boolean => counted || options.length > 0;

/** With a gap where a value is not defined. */
function pathOf(line: readonly { x: number; y: number }[]): string {
  return line.map(({ x, y }, i) => (Number.isFinite(y) ? `${Number.isFinite(line[i - 1]?.y) ? 'L' : 'M'}${x} ${y}` : '')).join('');
}
customElements.define('mw-parallel', Parallel);
