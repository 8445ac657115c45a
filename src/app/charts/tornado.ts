/** Bars sorted by what they matter: a response from one end of each factor to the other, or the gains of single changes. */
import { html, nothing, type PropertyDeclarations, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { scaleFor, type Scale, whole } from '../quantity.ts';
import { clip, extent, frameOf, linearAxis, whisker } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { figureOf, withUnit } from './dimensions.ts';

/** The response at the low and the high end of what `label` names, and as it is. All rows have one unit. */
export interface SwingRow {
  label: string;
  low: number;
  high: number;
  base: number;
  unit: string;
}

/** What a change gains, with its interval. All rows have one unit. */
export interface GainRow {
  label: string;
  gain: number;
  low: number;
  high: number;
  unit: string;
}

type Row = SwingRow | GainRow;
const isGain = (row: Row): row is GainRow => 'gain' in row;
/** Bars drawn; the table has more. Of gains, those that chance explains stand there for comparison only. */
const MOST_BARS = 40;
const ENOUGH_BARS = 12;

/** `pick` {row}: index into `rows` of the bar that was clicked, or entered by key. */
class Tornado extends Chart {
  static override properties: PropertyDeclarations = { rows: { attribute: false }, size: { type: Number }, name: { type: String } };

  declare rows: readonly SwingRow[] | readonly GainRow[];
  /** A value, in the rows' unit, that the shown unit is to suit: the mean of what is gained on. 0: the largest of the rows. */
  declare size: number;
  /** Of the chart. */
  declare name: string;
  protected override near = { x: 0, y: 1.6 };

  constructor() {
    super();
    this.rows = [];
    this.size = 0;
    this.name = '';
  }

  protected heading(): string {
    return this.name || (this.rows.some(isGain) ? 'What each change gains' : 'What each factor moves');
  }

  protected lacking(): string {
    return this.#sorted().length > 0 ? '' : 'Nothing has been changed and measured yet.';
  }

  /** Without those that are not defined; gains from the best to the worst, swings from the widest. */
  #sorted(): { row: Row; index: number }[] {
    const size = (row: Row) => (isGain(row) ? row.gain : Math.abs(row.high - row.low));
    return [...(this.rows as readonly Row[])]
      .map((row, index) => ({ row, index }))
      .filter(({ row }) => Number.isFinite(size(row)))
      .toSorted((a, b) => size(b.row) - size(a.row) || a.index - b.index);
  }

  /** All gains that are told from none, and the next best of the others. */
  #drawn(): { row: Row; index: number }[] {
    const all = this.#sorted();
    const told = all.filter(({ row }) => !isGain(row) || proven(row)).length;
    let others = Math.max(0, ENOUGH_BARS - told);
    return all.filter(({ row }) => !isGain(row) || proven(row) || others-- > 0).slice(0, MOST_BARS);
  }

  #scale(): Scale {
    const rows = this.rows as readonly Row[];
    const most = rows.reduce(
      (most, row) => Math.max(most, ...(isGain(row) ? [row.gain] : [row.low, row.high]).map((value) => Math.abs(value) || 0)),
      0,
    );
    return scaleFor(rows[0]?.unit ?? '', this.size || most);
  }

  protected draw(width: number): Picture {
    const rows = this.#drawn();
    const scale = this.#scale();
    const gains = rows.some(({ row }) => isGain(row));
    const narrow = width < 520;
    // On a narrow page a row's name stands above its bar.
    const left = narrow ? 4 : Math.min(width * 0.4, Math.max(...rows.map(({ row }) => row.label.length)) * 6.4 + 12);
    const room = narrow ? 0 : Math.max(...rows.map(({ row }) => figure(row, scale).length)) * 6.2 + 10;
    const height = narrow ? 36 : 24;
    const top = 8;
    const frame = { left, right: width - room - 4, top, bottom: top + rows.length * height };
    const values = rows.flatMap(({ row }) => (isGain(row) ? [0, row.gain, row.low, row.high] : [row.low, row.high, row.base]));
    const x = linearAxis(extent(values.map((value) => value * scale.factor)) ?? [0, 1], frame.left + 4, frame.right - 4);
    const px = (value: number) => x.px(value * scale.factor);
    const marks: Mark[] = [];
    const bars = rows.map(({ row, index }, i) => {
      const middle = top + i * height + (narrow ? 26 : height / 2);
      const [from, to] = isGain(row) ? [0, row.gain] : [row.low, row.high];
      marks.push({ key: index, x: px(isGain(row) ? row.gain : row.high), y: middle, words: () => words(row, scale) });
      return svg`
        ${
          narrow
            ? svg`<text class="haloed" x="0" y=${middle - 12}>${clip(row.label, width - figure(row, scale).length * 6.2 - 12)}</text>`
            : svg`<text x=${left - 8} y=${middle + 4} text-anchor="end">${clip(row.label, left - 8)}</text>`
        }
        <text class="figure" x=${width - 2} y=${narrow ? middle - 12 : middle + 4} text-anchor="end">${figure(row, scale)}</text>
        ${bar(row, px, middle, Math.min(px(from), px(to)), Math.abs(px(to) - px(from)))}`;
    });
    const bases = new Set(rows.map(({ row }) => (isGain(row) ? 0 : row.base)));
    const [base = 0] = bases;
    return {
      height: frame.bottom + 40,
      marks,
      drawing: svg`${frameOf(frame, x, undefined, withUnit(gains ? 'gain,' : 'response,', scale.unit).replace(/,$/, ''))}
        ${bars}
        ${bases.size === 1 ? svg`<line class="zero" x1=${px(base)} x2=${px(base)} y1=${top} y2=${frame.bottom} />` : undefined}`,
    };
  }

  protected override choose(key: Mark['key']): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: { row: key as number }, bubbles: true }));
  }

  protected override notes(): TemplateResult {
    const [drawn, all] = [this.#drawn().length, this.#sorted().length];
    return html`${
      this.rows.some(isGain)
        ? legend([
            [GLYPH.solid, 'the interval leaves out 0'],
            [GLYPH.hollow, 'not told from no gain'],
            [GLYPH.whisker, '95 % interval'],
          ])
        : legend([
            [GLYPH.solid, 'towards the high end'],
            [GLYPH.hollow, 'towards the low end'],
            [GLYPH.upright, 'as it is now'],
          ])
    }${drawn < all ? html`<p class="small muted">${whole(drawn)} of ${whole(all)} are drawn; the table has them all.</p>` : nothing}`;
  }

  protected table(): ChartTable {
    const rows = this.#sorted();
    const scale = this.#scale();
    const unit = scale.unit ? `, ${scale.unit}` : '';
    const gains = rows.some(({ row }) => isGain(row));
    return {
      head: gains
        ? ['Change', `Gain${unit}`, `95 % interval${unit}`]
        : ['Factor', `At the low end${unit}`, `At the high end${unit}`, `Now${unit}`],
      rows: rows
        .slice(0, MOST_LISTED)
        .map(({ row }) =>
          isGain(row)
            ? [
                row.label,
                figure(row, scale),
                Number.isFinite(row.low + row.high) ? `${single(row.low, scale)} to ${single(row.high, scale)}` : '–',
              ]
            : [row.label, single(row.low, scale), single(row.high, scale), single(row.base, scale)],
        ),
      of: rows.length,
    };
  }
}
customElements.define('mw-tornado', Tornado);

const single = (mean: number, scale: Scale): string => figureOf({ mean, low: Number.NaN, high: Number.NaN }, scale);
const figure = (row: Row, scale: Scale): string =>
  isGain(row)
    ? figureOf({ mean: row.gain, low: row.low, high: row.high }, scale, true)
    : `${single(row.low, scale)} … ${single(row.high, scale)}`;
/** The interval leaves out zero. */
const proven = (row: GainRow): boolean => row.low > 0 || row.high < 0;

function bar(row: Row, px: (value: number) => number, middle: number, left: number, width: number): SVGTemplateResult {
  const rect = (name: string, x: number, width: number) =>
    svg`<rect class=${name} x=${x} y=${middle - 7} width=${Math.max(1, width)} height="14" />`;
  if (isGain(row))
    return svg`${rect(proven(row) ? 'bar-fill' : 'bar-hollow', left, width)}${whisker(px(row.low), px(row.high), middle, true)}`;
  const part = (end: number, name: string) => rect(name, Math.min(px(row.base), px(end)), Math.abs(px(end) - px(row.base)));
  return svg`${part(row.low, 'bar-hollow')}${part(row.high, 'bar-fill')}`;
}

function words(row: Row, scale: Scale): string {
  const value = (mean: number) => withUnit(single(mean, scale), scale.unit);
  if (isGain(row)) return `${row.label}: ${withUnit(figure(row, scale), scale.unit)}${proven(row) ? '' : ', not told from no gain'}.`;
  return `${row.label}: ${value(row.low)} at the low end, ${value(row.high)} at the high end, ${value(row.base)} now.`;
}
