/** Designs as points over two directions of the experiment; and the same for its objectives alone, the trade-off. */
import { html, nothing, type PropertyDeclarations, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { DesignRow, StudyReport } from '../../experiment/study-protocol.ts';
import { fixed, whole } from '../quantity.ts';
import { type Axis, type Frame, frameOf, tickRoom } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { axisOf, byRole, designWords, type Dimension, dimensionsOf, frontOf, rolesOf } from './dimensions.ts';

type Entry = [SVGTemplateResult, string];

interface Placed {
  row: DesignRow;
  x: number;
  y: number;
}

/** `pick` {id}: a design was clicked, or entered by key. */
class Scatter extends Chart {
  static override properties: PropertyDeclarations = {
    report: { attribute: false },
    selected: { attribute: false },
    x: { type: String },
    y: { type: String },
  };

  declare report: StudyReport | undefined;
  /** Ids of designs. */
  declare selected: readonly number[];
  /** Names of a factor or a response; where there is none such, the chart chooses. */
  declare x: string;
  declare y: string;
  /** Keys of the marks from the lowest to the highest. */
  #rising: Mark['key'][] = [];
  #missing = 0;

  constructor() {
    super();
    this.selected = [];
    this.x = '';
    this.y = '';
  }

  protected heading(): string {
    return 'Designs';
  }

  /** What may be chosen for the two directions. */
  protected choices(): Dimension[] {
    return this.report ? dimensionsOf(this.report) : [];
  }

  protected axes(): [x: Dimension, y: Dimension] | undefined {
    const all = this.choices();
    const objectives = all.filter(({ sense }) => sense !== undefined);
    const y = all.find(({ name }) => name === this.y) ?? objectives[0] ?? all.find(({ response }) => response) ?? all[0];
    const x = all.find(({ name }) => name === this.x) ?? objectives.find((other) => other !== y) ?? all.find((other) => other !== y) ?? y;
    return x && y ? [x, y] : undefined;
  }

  protected lacking(): string {
    if (!this.report || this.report.designs.length === 0) return 'No design has been tried yet.';
    if (!this.axes()) return 'This experiment has neither factors nor responses.';
    return '';
  }

  protected override controls(): TemplateResult {
    const [x, y] = this.axes() as [Dimension, Dimension];
    const select = (label: string, chosen: Dimension, set: (name: string) => void) =>
      html`<label class="small muted"
        >${label}
        <select @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
          ${this.choices().map(({ name, title }) => html`<option value=${name} .selected=${name === chosen.name}>${title}</option>`)}
        </select></label
      >`;
    return html`${select('Up', y, (name) => (this.y = name))}${select('Across', x, (name) => (this.x = name))}`;
  }

  protected draw(width: number): Picture {
    const { designs } = this.report as StudyReport;
    const [across, up] = this.axes() as [Dimension, Dimension];
    const height = Math.round(Math.min(440, Math.max(260, width * 0.55)));
    const frame: Frame = { left: 0, right: width - 12, top: 24, bottom: height - 38 };
    const y = axisOf(up, designs, frame.bottom - 4, frame.top + 8, 44);
    frame.left = Math.min(width * 0.3, tickRoom(y) + 10);
    const x = axisOf(across, designs, frame.left + 6, frame.right - 6);
    const placed: Placed[] = designs.flatMap((row) => {
      const at = { row, x: x.px(across.value(row)), y: y.px(up.value(row)) };
      return Number.isFinite(at.x + at.y) ? [at] : [];
    });
    this.#missing = designs.length - placed.length;
    const all = this.choices();
    const marks = placed
      .toSorted((a, b) => a.x - b.x || b.y - a.y)
      .map(({ row, x, y }): Mark => ({ key: row.id, x, y, words: () => designWords(row, dimensionsFor(all, this.report as StudyReport)) }));
    this.#rising = placed.toSorted((a, b) => b.y - a.y || a.x - b.x).map(({ row }) => row.id);
    return {
      height,
      marks,
      drawing: frameOf(frame, x, y, across.label, up.label),
      paint: (context, color) =>
        paint(context, color, { frame, x, y, across, up, placed, front: this.front(placed), selected: new Set(this.selected) }),
    };
  }

  /** The front in the two directions shown, from one end to the other; where the two are all objectives, the report's own. */
  protected front(placed: readonly Placed[]): Placed[] {
    const [across, up] = this.axes() as [Dimension, Dimension];
    if (across === up || !across.sense || !up.sense) return [];
    const able = placed.filter(({ row }) => (this.#twoInAll() ? row.front : row.feasible));
    return frontOf(
      able.map(({ row }) => [across.value(row), up.value(row)] as const),
      [across.sense, up.sense],
    ).map((i) => able[i] as Placed);
  }

  #twoInAll(): boolean {
    return this.report?.responses.filter(({ sense }) => sense).length === 2;
  }

  protected override next(marks: readonly Mark[], at: number, key: string): number {
    if (key === 'ArrowLeft' || key === 'ArrowRight') return super.next(marks, at, key);
    const rank = this.#rising.indexOf((marks[at] as Mark).key) + (key === 'ArrowUp' ? 1 : -1);
    const to = this.#rising[Math.min(this.#rising.length - 1, Math.max(0, rank))];
    return marks.findIndex((mark) => mark.key === to);
  }

  protected override choose(key: Mark['key']): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: { id: key as number }, bubbles: true }));
  }

  protected override notes(): TemplateResult {
    const { designs, tried } = this.report as StudyReport;
    const has = (test: (row: DesignRow) => boolean) => designs.some(test);
    const [across, up] = this.axes() as [Dimension, Dimension];
    const traded = across !== up && across.sense && up.sense;
    return html`${legend([
      [GLYPH.circle, 'meets every limit'],
      ...(has((row) => !row.feasible) ? ([[GLYPH.cross, 'breaks a limit']] as Entry[]) : []),
      ...(traded
        ? ([
            [GLYPH.ringed, this.#twoInAll() ? 'on the front' : 'on the front of these two alone'],
            [GLYPH.line, 'the front: nothing tried is better in both'],
          ] as Entry[])
        : []),
      ...(has((row) => row.base) ? ([[GLYPH.square, 'as it is now']] as Entry[]) : []),
      ...(has((row) => row.chosen) ? ([[GLYPH.diamond, 'chosen']] as Entry[]) : []),
      ...(across.response || up.response ? ([[GLYPH.whisker, '95 % interval']] as Entry[]) : []),
    ])}
      ${this.#missing > 0 ? html`<p class="small muted">${this.#missing === 1 ? '1 design has' : `${whole(this.#missing)} designs have`} no figure here.</p>` : nothing}
      ${tried > designs.length ? html`<p class="small muted">${whole(designs.length)} of ${whole(tried)} designs: the best, the front, and a sample of the rest.</p>` : nothing}`;
  }

  protected table(): ChartTable {
    const [x, y] = this.axes() as [Dimension, Dimension];
    const { designs } = this.report as StudyReport;
    const columns = x === y ? [y] : [y, x];
    return {
      head: ['Design', ...columns.map(({ label }) => label), 'Twins', 'What it is'],
      rows: byRole(this.listable(designs))
        .slice(0, MOST_LISTED)
        .map((row) => [whole(row.id), ...columns.map((column) => column.figure(row)), whole(row.twins), rolesOf(row).join(', ')]),
      of: this.listable(designs).length,
    };
  }

  protected listable(designs: readonly DesignRow[]): readonly DesignRow[] {
    return designs;
  }
}
customElements.define('mw-scatter', Scatter);

/** Words name all factors and responses, also where the chart offers objectives alone. */
const dimensionsFor = (offered: Dimension[], report: StudyReport): Dimension[] =>
  offered.length === report.factors.length + report.responses.length ? offered : dimensionsOf(report);

class Front extends Scatter {
  protected override heading(): string {
    return 'Trade-off';
  }

  protected override choices(): Dimension[] {
    return super.choices().filter(({ sense }) => sense !== undefined);
  }

  protected override lacking(): string {
    const objectives = this.choices().length;
    const lack = super.lacking();
    if (lack && objectives > 0) return lack;
    return objectives > 1 ? '' : `A trade-off needs two objectives; this experiment has ${objectives === 0 ? 'none' : 'one'}.`;
  }

  protected override controls(): TemplateResult {
    // With two there is nothing to choose.
    return this.choices().length > 2 ? super.controls() : html``;
  }

  protected override notes(): TemplateResult {
    const { hypervolume, designs } = this.report as StudyReport;
    const members = designs.filter(({ front }) => front).length;
    const share = Number.isFinite(hypervolume)
      ? ` Hypervolume ${fixed(hypervolume, 3)}: the share of the box between the worst and the best values seen that the front is ahead of; 1 if one design were best in everything.`
      : '';
    return html`<p class="small front-note">${members === 1 ? '1 design is' : `${whole(members)} designs are`} on the front.${share}</p>
      ${super.notes()}`;
  }

  protected override listable(designs: readonly DesignRow[]): readonly DesignRow[] {
    return designs.filter(({ front, base, chosen }) => front || base || chosen);
  }
}
customElements.define('mw-front', Front);

interface Scene {
  frame: Frame;
  x: Axis;
  y: Axis;
  across: Dimension;
  up: Dimension;
  placed: readonly Placed[];
  front: readonly Placed[];
  selected: ReadonlySet<number>;
}

/** Shapes tell what a design is; colours only help. */
function paint(context: CanvasRenderingContext2D, color: (token: string) => string, scene: Scene): void {
  const { frame, x, y, across, up, placed, front, selected } = scene;
  const many = placed.length > 1200;
  const radius = many ? 2.2 : 3.5;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  context.clip();

  context.strokeStyle = color('ghost');
  context.globalAlpha = many ? 0.18 : placed.length > 200 ? 0.4 : 0.9;
  context.beginPath();
  for (const { row, x: px, y: py } of placed) {
    const [left, right] = across.interval(row);
    const [low, high] = up.interval(row);
    // Comparisons with NaN are false: where there is no interval, no line is drawn.
    if (left < right) line(context, x.px(left), py, x.px(right), py);
    if (low < high) line(context, px, y.px(low), px, y.px(high));
  }
  context.stroke();

  context.fillStyle = color('accent');
  context.globalAlpha = many ? 0.4 : 0.6;
  for (const { row, x, y } of placed) {
    if (!row.feasible) continue;
    disc(context, x, y, radius);
    context.fill();
  }
  context.globalAlpha = many ? 0.5 : 0.9;
  context.strokeStyle = color('muted');
  context.beginPath();
  for (const { row, x, y } of placed) {
    if (row.feasible) continue;
    line(context, x - radius, y - radius, x + radius, y + radius);
    line(context, x - radius, y + radius, x + radius, y - radius);
  }
  context.stroke();
  context.globalAlpha = 1;

  context.strokeStyle = color('ink');
  context.lineWidth = 1.5;
  context.beginPath();
  front.forEach(({ x: px, y: py }, i) => {
    const before = front[i - 1];
    // The corner between two is the worse of both: what lies behind the line is behind a design of the front. Pixels grow to the right, and down.
    if (before) {
      const corner = [
        (across.sense === 'maximise' ? Math.min : Math.max)(before.x, px),
        (up.sense === 'maximise' ? Math.max : Math.min)(before.y, py),
      ] as const;
      context.lineTo(...corner);
    }
    context.lineTo(px, py);
  });
  context.stroke();
  context.fillStyle = color('accent');
  for (const { x, y } of front) {
    disc(context, x, y, 4);
    context.fill();
    context.stroke();
  }
  context.strokeStyle = color('accent');
  context.lineWidth = 2;
  for (const { row, x, y } of placed) {
    if (!selected.has(row.id)) continue;
    disc(context, x, y, 8);
    context.stroke();
  }
  context.restore();

  for (const { row, x, y } of placed) {
    if (!row.base && !row.chosen) continue;
    context.fillStyle = color(row.chosen ? 'ink' : 'ground');
    context.strokeStyle = color('ink');
    context.lineWidth = 1.5;
    context.beginPath();
    if (row.chosen)
      for (const [dx, dy] of [
        [0, -7],
        [7, 0],
        [0, 7],
        [-7, 0],
      ] as const)
        context.lineTo(x + dx, y + dy);
    else context.rect(x - 4.5, y - 4.5, 9, 9);
    context.closePath();
    context.fill();
    context.stroke();
    const words = row.chosen && row.base ? 'chosen: as it is now' : row.chosen ? 'chosen' : 'now';
    const beside = x + 12 + context.measureText(words).width < frame.right;
    context.textAlign = beside ? 'left' : 'right';
    // Above the one, below the other: they are often close.
    const [tx, ty] = [x + (beside ? 11 : -11), y + (row.chosen ? -4 : 12)];
    context.strokeStyle = color('ground');
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeText(words, tx, ty);
    context.fillStyle = color('ink');
    context.fillText(words, tx, ty);
  }
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function line(context: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  context.moveTo(x, y);
  context.lineTo(toX, toY);
}
