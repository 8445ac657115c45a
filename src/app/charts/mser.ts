/** Where the warm-up ends by MSER: the means of batches over time, and the statistic whose least value makes the cut (White 1997). */
import { html, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import { fixed, scaleFor, span, whole, type Scale } from '../quantity.ts';
import { clip, extent, type Frame, frameOf, linearAxis, tidy, tickRoom } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { figureOf, withUnit } from './dimensions.ts';

export interface MserSeries {
  /** Of what the batches are means. */
  name: string;
  unit: string;
  /** Batch means in the order of time. */
  means: readonly number[];
  /** The statistic when the first i batches are cut; NaN where it is not asked. */
  curve: readonly number[];
  /** Batches that are cut; −1: no cut is trusted. */
  cut: number;
  /** Length of one batch in `timeUnit`; with `timeUnit` '', observations. */
  batch: number;
  timeUnit: string;
}

class Mser extends Chart {
  static override properties: PropertyDeclarations = { series: { attribute: false } };

  declare series: MserSeries | undefined;
  protected override near = { x: 1, y: 0 };

  protected heading(): string {
    return this.series ? `Warm-up: ${this.series.name}` : 'Warm-up';
  }

  protected lacking(): string {
    return this.series?.means.some(Number.isFinite) ? '' : 'No series to cut a warm-up from.';
  }

  #scales(): { value: Scale; time: Scale } {
    const { means, unit, batch, timeUnit } = this.series as MserSeries;
    const size = means.reduce((most, mean) => Math.max(most, Math.abs(mean) || 0), 0);
    return { value: scaleFor(unit, size), time: timeUnit ? scaleFor(timeUnit, means.length * batch) : { factor: 1, unit: 'observations' } };
  }

  protected draw(width: number): Picture {
    const { means, curve, cut, batch } = this.series as MserSeries;
    const { value, time } = this.#scales();
    const at = (batches: number) => batches * batch * time.factor;
    const upper: Frame = { left: 0, right: width - 12, top: 24, bottom: 160 };
    const lower: Frame = { left: 0, right: width - 12, top: 196, bottom: 270 };
    const y = linearAxis(extent(means.map((mean) => mean * value.factor)) ?? [0, 1], upper.bottom, upper.top, 36);
    const z = linearAxis(extent(curve) ?? [0, 1], lower.bottom, lower.top, 30);
    upper.left = lower.left = Math.max(tickRoom(y), tickRoom(z)) + 10;
    const x = linearAxis([0, at(means.length)], upper.left, upper.right);
    const path = (values: readonly number[], px: (value: number) => number, shift: number) =>
      values
        .map((one, i) =>
          Number.isFinite(one)
            ? `${Number.isFinite(values[i - 1]) ? 'L' : 'M'}${x.px(at(i + shift)).toFixed(1)} ${px(one).toFixed(1)}`
            : '',
        )
        .join('');
    const edge = x.px(at(Math.max(0, cut)));
    return {
      height: 308,
      marks: means.flatMap((mean, i): Mark[] =>
        Number.isFinite(mean) ? [{ key: i, x: x.px(at(i + 0.5)), y: y.px(mean * value.factor), words: () => this.#words(i) }] : [],
      ),
      drawing: svg`${cut > 0 ? svg`<rect class="cut" x=${upper.left} y=${upper.top} width=${edge - upper.left} height=${lower.bottom - upper.top} />` : undefined}
        ${frameOf(upper, { ...x, ticks: x.ticks.map(({ px }) => ({ px, text: '' })) }, y, '', withUnit('batch means,', value.unit).replace(/,$/, ''))}
        ${frameOf(lower, x, z, withUnit('time,', time.unit).replace(/^time, observations/, 'observations'))}
        <text class="haloed" x="0" y=${lower.top - 10}>${clip('MSER when the batches before are cut', width)}</text>
        <path class="series" d=${path(means, (mean) => y.px(mean * value.factor), 0.5)} /><path class="series" d=${path(curve, z.px, 0)} />
        ${cut >= 0 ? svg`<line class="zero" x1=${edge} x2=${edge} y1=${upper.top} y2=${lower.bottom} />` : undefined}
        ${Number.isFinite(curve[cut]) ? svg`<circle class="dot full" cx=${edge} cy=${z.px(curve[cut] as number)} r="4" />` : undefined}`,
    };
  }

  #words(i: number): string {
    const { means, curve, cut, batch } = this.series as MserSeries;
    const { value, time } = this.#scales();
    const mser = Number.isFinite(curve[i]) ? `; MSER ${tidy(curve[i] as number)} when all before it are cut` : '';
    const when = `${tidy(i * batch * time.factor)} to ${withUnit(tidy((i + 1) * batch * time.factor), time.unit)}`;
    return `Batch ${whole(i + 1)}, ${when}: mean ${withUnit(figureOf({ mean: means[i] as number, low: Number.NaN, high: Number.NaN }, value), value.unit)}${mser}${i < cut ? '; cut' : ''}.`;
  }

  protected override notes(): TemplateResult {
    const { cut, batch, means, timeUnit } = this.series as MserSeries;
    return html`${legend([[GLYPH.full, 'least value of MSER, where the cut is made']])}
      <p class="small">
        ${
          cut < 0
            ? 'No cut is trusted: MSER is still falling in the second half of the series.'
            : `The cut is after ${timeUnit ? span(cut * batch, timeUnit) : `${tidy(cut * batch)} observations`}: ${whole(cut)} of ${whole(means.length)} batches (${fixed((cut / means.length) * 100, 0)} %).`
        }
      </p>`;
  }

  protected table(): ChartTable {
    const { means, curve, cut, batch } = this.series as MserSeries;
    const { value, time } = this.#scales();
    return {
      head: ['Batch', `Begins at, ${time.unit}`, `Mean${value.unit ? `, ${value.unit}` : ''}`, 'MSER', 'Cut'],
      rows: means
        .slice(0, MOST_LISTED)
        .map((mean, i) => [
          whole(i + 1),
          tidy(i * batch * time.factor),
          figureOf({ mean, low: Number.NaN, high: Number.NaN }, value),
          Number.isFinite(curve[i]) ? tidy(curve[i] as number) : '–',
          i < cut ? 'yes' : '',
        ]),
      of: means.length,
    };
  }
}
customElements.define('mw-mser', Mser);
