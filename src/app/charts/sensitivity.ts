/** What matters: Morris's mean and spread of elementary effects, or Sobol' indices, whichever there are. */
import { type PropertyDeclarations, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { SensitivityRow, StudyReport } from '../../experiment/study-protocol.ts';
import { clip, extent, type Frame, frameOf, linearAxis, tickRoom, whisker } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { type Dimension, dimensionsOf, figureOf, mainResponse, shareText, withUnit } from './dimensions.ts';

const BAR = 11;
type Entry = [SVGTemplateResult, string];

/** Morris: μ* against σ (Campolongo, Cariboni & Saltelli 2007). Sobol': first-order and total indices, a pair of bars each. */
class Sensitivity extends Chart {
  static override properties: PropertyDeclarations = { report: { attribute: false } };

  declare report: StudyReport | undefined;

  protected heading(): string {
    return this.#sobol().length > 0 ? 'What matters: Sobol’ indices' : 'What matters: elementary effects';
  }

  #morris(): SensitivityRow[] {
    return (this.report?.sensitivity ?? [])
      .filter(({ muStar, sigma }) => Number.isFinite(muStar + sigma))
      .toSorted((a, b) => b.muStar - a.muStar);
  }

  #sobol(): SensitivityRow[] {
    return (this.report?.sensitivity ?? [])
      .filter(({ first, total }) => Number.isFinite(first) || Number.isFinite(total))
      .toSorted((a, b) => (b.total || 0) - (a.total || 0));
  }

  #response(): Dimension | undefined {
    return this.report ? mainResponse(dimensionsOf(this.report)) : undefined;
  }

  protected lacking(): string {
    return this.#response() && (this.#morris().length > 0 || this.#sobol().length > 0) ? '' : 'No sensitivity is known yet.';
  }

  protected draw(width: number): Picture {
    const sobol = this.#sobol();
    const morris = this.#morris();
    const bars = sobol.length > 0 ? this.#bars(width, sobol) : undefined;
    if (!bars) return this.#plane(width, morris, 0);
    if (morris.length === 0) return bars;
    const plane = this.#plane(width, morris, bars.height + 16);
    return { height: plane.height, marks: [...bars.marks, ...plane.marks], drawing: svg`${bars.drawing}${plane.drawing}` };
  }

  #bars(width: number, rows: readonly SensitivityRow[]): Picture {
    const narrow = width < 420;
    const left = narrow ? 4 : Math.min(width * 0.3, Math.max(...rows.map(({ factor }) => factor.length)) * 6.4 + 12);
    const height = 2 * BAR + (narrow ? 26 : 12);
    const frame: Frame = { left, right: width - 12, top: 4, bottom: 4 + rows.length * height };
    const ends = rows.flatMap((row) => [row.first, row.firstLow, row.firstHigh, row.total, row.totalLow, row.totalHigh]);
    const x = linearAxis(extent([0, 1, ...ends], 0.01) as [number, number], left, frame.right);
    const marks: Mark[] = [];
    const drawing = rows.map((row, i) => {
      const top = frame.top + i * height + (narrow ? 20 : 6);
      const bar = (value: number, low: number, high: number, y: number, name: string, words: string) => {
        if (!Number.isFinite(value)) return undefined;
        marks.push({
          key: `${row.factor} ${words}`,
          x: x.px(value),
          y: y + BAR / 2,
          words: () => `${row.factor}: ${words} ${figureOf({ mean: value, low, high }, { factor: 1, unit: '' })} of the variance.`,
        });
        return svg`<rect class=${name} x=${Math.min(x.px(0), x.px(value))} y=${y} width=${Math.abs(x.px(value) - x.px(0))} height=${BAR - 1} />${whisker(x.px(low), x.px(high), y + BAR / 2, true)}`;
      };
      return svg`${
        narrow
          ? svg`<text class="haloed" x="0" y=${top - 5}>${clip(row.factor, width)}</text>`
          : svg`<text x=${left - 8} y=${top + BAR + 4} text-anchor="end">${clip(row.factor, left - 8)}</text>`
      }${bar(row.first, row.firstLow, row.firstHigh, top, 'bar-fill', 'by itself')}${bar(row.total, row.totalLow, row.totalHigh, top + BAR, 'bar-hollow', 'with what it does together with others,')}`;
    });
    return {
      height: frame.bottom + 40,
      marks,
      drawing: svg`${frameOf(frame, x, undefined, 'share of the response’s variance')}<line class="zero" x1=${x.px(0)} x2=${x.px(0)} y1=${frame.top} y2=${frame.bottom} />${drawing}`,
    };
  }

  #plane(width: number, rows: readonly SensitivityRow[], top: number): Picture {
    const { scale } = this.#response() as Dimension;
    const shown = (value: number) => value * scale.factor;
    const height = Math.round(Math.min(380, Math.max(240, width * 0.5)));
    const frame: Frame = { left: 0, right: width - 12, top: top + 24, bottom: top + height - 38 };
    const reach = (values: number[]) => [0, (extent([0, ...values.map(shown)], 0.08) as [number, number])[1]] as const;
    const y = linearAxis(reach(rows.map(({ sigma }) => sigma)), frame.bottom, frame.top, 44);
    frame.left = tickRoom(y) + 10;
    const x = linearAxis(reach(rows.flatMap(({ muStar, muStarHigh }) => [muStar, muStarHigh])), frame.left, frame.right);
    const taken: { x: number; y: number; width: number }[] = [];
    const marks = rows.map(
      (row): Mark => ({
        key: `${row.factor} morris`,
        x: x.px(shown(row.muStar)),
        y: y.px(shown(row.sigma)),
        words: () =>
          `${row.factor}: μ* ${withUnit(figureOf({ mean: row.muStar, low: row.muStarLow, high: row.muStarHigh }, scale), scale.unit)}, σ ${withUnit(figureOf({ mean: row.sigma, low: Number.NaN, high: Number.NaN }, scale), scale.unit)}.`,
      }),
    );
    const points = rows.map((row, i) => {
      const at = marks[i] as Mark;
      const wide = row.factor.length * 6.3;
      // Beside, above or below the point, where no other name stands yet; a name without a place is told by the pointer and the table.
      const place = [
        { x: at.x + 8, y: at.y - 6 },
        { x: at.x - 8 - wide, y: at.y - 6 },
        { x: at.x + 8, y: at.y + 14 },
        { x: at.x - 8 - wide, y: at.y + 14 },
      ].find(
        (place) =>
          place.x > frame.left &&
          place.x + wide < width &&
          place.y < frame.bottom - 2 &&
          taken.every((other) => Math.abs(other.y - place.y) > 12 || other.x > place.x + wide || other.x + other.width < place.x),
      );
      if (place) taken.push({ ...place, width: wide });
      return svg`${whisker(x.px(shown(row.muStarLow)), x.px(shown(row.muStarHigh)), at.y, true)}<circle class="dot full" cx=${at.x} cy=${at.y} r="4" />${
        place ? svg`<text class="haloed" x=${place.x} y=${place.y}>${row.factor}</text>` : undefined
      }`;
    });
    const end = Math.min(x.high, y.high);
    return {
      height: top + height,
      marks,
      drawing: svg`${frameOf(frame, x, y, withUnit(`μ*, mean size of the effect,`, scale.unit).replace(/,$/, ''))}
        <text class="title" x="0" y=${top + 12}>${clip(withUnit('σ, how much the effect varies,', scale.unit).replace(/,$/, ''), width)}</text>
        <path class="guide" d="M${x.px(0)} ${y.px(0)}L${x.px(end)} ${y.px(end)}" />${points}`,
    };
  }

  protected override notes(): TemplateResult {
    return legend([
      ...(this.#sobol().length > 0
        ? ([
            [GLYPH.solid, 'by itself (first order)'],
            [GLYPH.hollow, 'with all it does together with others (total)'],
          ] as Entry[])
        : []),
      ...(this.#morris().length > 0 ? ([[GLYPH.dashed, 'σ = μ*: above it, the effect hangs on where the others stand']] as Entry[]) : []),
      [GLYPH.whisker, '95 % interval'],
    ]);
  }

  protected table(): ChartTable {
    const { scale } = this.#response() as Dimension;
    const unit = scale.unit ? `, ${scale.unit}` : '';
    const sobol = this.#sobol();
    const morris = this.#morris();
    const rows = [...sobol, ...morris.filter((row) => !sobol.includes(row))];
    const index = (mean: number, low: number, high: number) =>
      Number.isFinite(mean) ? figureOf({ mean, low, high }, { factor: 1, unit: '' }) : shareText(mean);
    return {
      head: ['Factor', ...(sobol.length > 0 ? ['First order', 'Total'] : []), ...(morris.length > 0 ? [`μ*${unit}`, `σ${unit}`] : [])],
      rows: rows
        .slice(0, MOST_LISTED)
        .map((row) => [
          row.factor,
          ...(sobol.length > 0 ? [index(row.first, row.firstLow, row.firstHigh), index(row.total, row.totalLow, row.totalHigh)] : []),
          ...(morris.length > 0
            ? [
                figureOf({ mean: row.muStar, low: row.muStarLow, high: row.muStarHigh }, scale),
                figureOf({ mean: row.sigma, low: Number.NaN, high: Number.NaN }, scale),
              ]
            : []),
        ]),
      of: rows.length,
    };
  }
}
customElements.define('mw-sensitivity', Sensitivity);
