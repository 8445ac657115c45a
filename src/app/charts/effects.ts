/** Main effects: the mean of the first objective by level of each factor, one small picture each over a common axis. */
import { type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { Effect, StudyReport } from '../../experiment/study-protocol.ts';
import { whole } from '../quantity.ts';
import { type Axis, clip, extent, frameOf, linearAxis, tickRoom, whisker } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { type Dimension, dimensionsOf, figureOf, mainResponse, withUnit } from './dimensions.ts';

const PANEL = 132;
const ROW = 178;

class MainEffects extends Chart {
  static override properties: PropertyDeclarations = { report: { attribute: false } };

  declare report: StudyReport | undefined;

  protected heading(): string {
    return 'Main effects';
  }

  #response(): Dimension | undefined {
    return this.report ? mainResponse(dimensionsOf(this.report)) : undefined;
  }

  /** The largest first. */
  #effects(): Effect[] {
    return (this.report?.effects ?? []).filter(({ levels }) => levels.length > 0).toSorted((a, b) => (b.range || 0) - (a.range || 0));
  }

  protected lacking(): string {
    return this.#effects().length > 0 && this.#response() ? '' : 'No effect of a factor is known yet.';
  }

  protected draw(width: number): Picture {
    const effects = this.#effects();
    const { label, scale } = this.#response() as Dimension;
    const shown = (value: number) => value * scale.factor;
    const levels = effects.flatMap((effect) => effect.levels);
    const range = extent(levels.flatMap(({ mean, low, high }) => [shown(mean), shown(low), shown(high)])) ?? [0, 1];
    const axisAt = (top: number): Axis => linearAxis(range, top + ROW - 46, top + 24, 20);
    const left = tickRoom(axisAt(0)) + 10;
    const columns = Math.max(1, Math.min(effects.length, Math.floor((width - left) / PANEL)));
    const apart = (width - left) / columns;
    const marks: Mark[] = [];
    const panels = effects.map((effect, i) => {
      const top = 20 + Math.floor(i / columns) * ROW;
      const y = axisAt(top);
      const from = left + (i % columns) * apart + 8;
      const gap = (apart - 16) / effect.levels.length;
      // As many names of levels as have room beside each other; of a few, as much as has room of each.
      const widest = Math.max(...effect.levels.map(({ label }) => label.length)) * 6.1 + 6;
      const words = effect.levels.some(({ label }) => Number.isNaN(Number(label)));
      const every = words && effect.levels.length <= 4 ? 1 : Math.ceil(widest / gap);
      let path = '';
      const points = effect.levels.map((level, k) => {
        const x = from + (k + 0.5) * gap;
        const at = y.px(shown(level.mean));
        const name =
          k % every === 0
            ? svg`<text x=${x} y=${top + ROW - 31} text-anchor="middle">${clip(level.label, gap * every - 5)}</text>`
            : undefined;
        if (!Number.isFinite(at)) return name;
        path += `${Number.isFinite(effect.levels[k - 1]?.mean) ? 'L' : 'M'}${x} ${at}`;
        marks.push({
          key: `${effect.factor} ${k}`,
          x,
          y: at,
          words: () =>
            `${effect.factor} ${level.label}: ${withUnit(figureOf(level, scale), scale.unit)}, mean of ${whole(level.designs)} designs. The effect of ${effect.factor} is ${withUnit(figureOf({ mean: effect.range, low: Number.NaN, high: Number.NaN }, scale), scale.unit)} from its lowest to its highest level.`,
        });
        return svg`${whisker(y.px(shown(level.low)), y.px(shown(level.high)), x, false)}<circle class="dot full" cx=${x} cy=${at} r="3.5" />${name}`;
      });
      const frame = { left: i % columns === 0 ? left : from - 8, right: from + apart - 16, top: top + 24, bottom: top + ROW - 46 };
      const ticks = i % columns === 0 ? y : { ...y, ticks: y.ticks.map(({ px }) => ({ px, text: '' })) };
      return svg`${frameOf(frame, undefined, ticks)}
        <text class="title" x=${from + apart / 2 - 8} y=${top + 14} text-anchor="middle">${clip(effect.factor, apart - 10)}</text>
        <path class="level-line" d=${path} />${points}`;
    });
    return {
      height: 20 + Math.ceil(effects.length / columns) * ROW - 20,
      marks,
      drawing: svg`<text class="title" x="0" y="12">${clip(label, width)}</text>${panels}`,
    };
  }

  protected override notes(): TemplateResult {
    return legend([
      [GLYPH.full, 'mean of the designs at that level'],
      [GLYPH.whisker, '95 % interval'],
    ]);
  }

  protected table(): ChartTable {
    const { label, scale } = this.#response() as Dimension;
    const rows = this.#effects().flatMap((effect) =>
      effect.levels.map((level) => [effect.factor, level.label, figureOf(level, scale), whole(level.designs)]),
    );
    return { head: ['Factor', 'Level', label, 'Designs'], rows: rows.slice(0, MOST_LISTED), of: rows.length };
  }
}
customElements.define('mw-main-effects', MainEffects);
