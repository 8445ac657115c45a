/** How the variance of an output splits: by what we do not know of the inputs, and by chance; and where the output then lies. */
import { html, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { UncertaintySplit } from '../../experiment/study-protocol.ts';
import { fixed, scaleFor, type Scale, whole } from '../quantity.ts';
import { clip, extent, frameOf, linearAxis, whisker } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { figureOf, responseTitle, withUnit } from './dimensions.ts';

const MOST_CAUSES = 12;
const ROW = 22;

class Variance extends Chart {
  static override properties: PropertyDeclarations = { split: { attribute: false } };

  declare split: UncertaintySplit | undefined;
  protected override near = { x: 1, y: 1.4 };

  protected heading(): string {
    return this.split ? `How sure we are: ${responseTitle(this.split.response)}` : 'How sure we are';
  }

  protected lacking(): string {
    return this.split && Number.isFinite(this.split.share) ? '' : 'No split of the variance is known yet.';
  }

  #scale(): Scale {
    const { unit, mean } = this.split as UncertaintySplit;
    return scaleFor(unit, mean);
  }

  /** The causes with a share, the largest first. */
  #causes(): UncertaintySplit['causes'] {
    return (this.split as UncertaintySplit).causes.filter(({ share }) => Number.isFinite(share)).toSorted((a, b) => b.share - a.share);
  }

  protected draw(width: number): Picture {
    const split = this.split as UncertaintySplit;
    const scale = this.#scale();
    const causes = this.#causes().slice(0, MOST_CAUSES);
    const right = width - 14;
    const marks: Mark[] = [];

    const bar = { left: 4, right, top: 18, bottom: 56 };
    const share = linearAxis([0, 100], bar.left, right, 56);
    const known = Math.min(1, Math.max(0, split.share));
    const border = share.px(known * 100);
    marks.push(
      {
        key: 'known',
        x: (bar.left + border) / 2,
        y: 35,
        words: () => `By what we do not know: ${shareWords(split)} of the variance${deviation(split.bySelf.known, scale)}.`,
      },
      {
        key: 'chance',
        x: (border + right) / 2,
        y: 35,
        words: () => `By chance from twin to twin: ${percent(1 - split.share)} of the variance${deviation(split.bySelf.chance, scale)}.`,
      },
    );
    const parts = svg`<rect class="bar-fill" x=${bar.left} y="24" width=${border - bar.left} height="22" /><rect class="bar-hollow" x=${border} y="24" width=${right - border} height="22" />
      ${whisker(share.px(Math.max(0, split.shareLow) * 100), share.px(Math.min(1, split.shareHigh) * 100), 50, true)}`;

    const line = { left: 4, right, top: 116, bottom: 172 };
    const quantiles = split.quantiles.map((value) => value * scale.factor);
    const x = linearAxis(
      extent([...quantiles, split.mean * scale.factor, split.low * scale.factor, split.high * scale.factor], 0.12) ?? [0, 1],
      line.left,
      right,
    );
    const [low, middle, high] = quantiles.map((value) => x.px(value)) as [number, number, number];
    const names = ['5 %', 'half', '95 %'];
    const crowded = Math.min(middle - low, high - middle) < 34;
    quantiles.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      const words = () =>
        `${['5 %', 'Half', '95 %'][i]} of what may be true has a mean output below ${withUnit(figureOf({ mean: split.quantiles[i]!, low: Number.NaN, high: Number.NaN }, scale), scale.unit)}.`;
      marks.push({ key: `quantile ${i}`, x: x.px(value), y: 140, words });
    });
    const mean = x.px(split.mean * scale.factor);
    if (Number.isFinite(mean))
      marks.push({ key: 'mean', x: mean, y: 160, words: () => `Mean: ${withUnit(figureOf(split, scale), scale.unit)}, ${counts(split)}.` });
    const spread = svg`
      <path class="spread" d="M${low} 140H${high}M${low} 133v14M${high} 133v14" /><path class="zero" d="M${middle} 131v18" />
      ${[low, middle, high].map((px, i) => (Number.isFinite(px) && !(crowded && i === 1) ? svg`<text x=${px} y="127" text-anchor="middle">${names[i]}</text>` : undefined))}
      ${whisker(x.px(split.low * scale.factor), x.px(split.high * scale.factor), 160, true)}${Number.isFinite(mean) ? svg`<circle class="dot full" cx=${mean} cy="160" r="3.5" />` : undefined}`;

    const top = 236;
    const left = Math.min(width * 0.4, Math.max(0, ...causes.map(({ parameter }) => parameter.length)) * 6.4 + 12);
    const to = (value: number) => left + Math.min(1, Math.max(0, value)) * (right - left - 44);
    const bars = causes.map(({ parameter, share }, i) => {
      const y = top + i * ROW + ROW / 2;
      marks.push({
        key: `cause ${parameter}`,
        x: to(share),
        y,
        words: () => `${parameter}: ${percent(share)} of the variance of the mean output, by rank correlation.`,
      });
      return svg`<text x=${left - 8} y=${y + 4} text-anchor="end">${clip(parameter, left - 8)}</text><rect class="bar-fill" x=${left} y=${y - 6} width=${Math.max(1, to(share) - left)} height="12" /><text class="figure" x=${to(share) + 6} y=${y + 4}>${percent(share)}</text>`;
    });
    const title = clip(`where the output lies${scale.unit ? `, ${scale.unit}` : ''}`, width);
    return {
      height: causes.length > 0 ? top + causes.length * ROW + 6 : 214,
      marks,
      drawing: svg`${frameOf(bar, share, undefined, '', 'share of the variance, %')}${parts}
        ${frameOf(line, x, undefined, '', '')}<text class="title" x="0" y="108">${title}</text>${spread}
        ${causes.length > 0 ? svg`<text class="title" x="0" y=${top - 8}>what of it is to blame, share of the mean output’s variance</text>` : undefined}${bars}`,
    };
  }

  protected override notes(): TemplateResult {
    const split = this.split as UncertaintySplit;
    return html`${legend([
      [GLYPH.solid, `by what we do not know: ${shareWords(split)}`],
      [GLYPH.hollow, `by chance: ${percent(1 - split.share)}`],
      [GLYPH.whisker, '95 % interval'],
      [GLYPH.full, 'mean'],
    ])}
      <p class="small muted">${counts(split)}</p>`;
  }

  protected table(): ChartTable {
    const split = this.split as UncertaintySplit;
    const scale = this.#scale();
    const single = (mean: number) => withUnit(figureOf({ mean, low: Number.NaN, high: Number.NaN }, scale), scale.unit);
    const causes = this.#causes();
    const rows = [
      ['Variance by what we do not know', shareWords(split)],
      ['Variance by chance', percent(1 - split.share)],
      ['Standard deviation by what we do not know', single(split.bySelf.known)],
      ['Standard deviation by chance', single(split.bySelf.chance)],
      ['Mean', withUnit(figureOf(split, scale), scale.unit)],
      ...['5 %', '50 %', '95 %'].map((name, i) => [`${name} quantile`, single(split.quantiles[i] as number)]),
      ...causes.map(({ parameter, share }) => [`${parameter}, share of the mean output’s variance`, percent(share)]),
    ];
    return { head: ['What', 'Value'], rows: rows.slice(0, MOST_LISTED), of: rows.length };
  }
}
customElements.define('mw-variance', Variance);

const percent = (share: number): string => (Number.isFinite(share) ? `${fixed(share * 100, 0)} %` : 'not defined');
const shareWords = ({ share, shareLow, shareHigh }: UncertaintySplit): string =>
  Number.isFinite(shareLow + shareHigh) ? `${percent(share)} (${fixed(shareLow * 100, 0)} to ${percent(shareHigh)})` : percent(share);
const deviation = (sd: number, scale: Scale): string =>
  Number.isFinite(sd)
    ? `; standard deviation ${withUnit(figureOf({ mean: sd, low: Number.NaN, high: Number.NaN }, scale), scale.unit)}`
    : '';
const counts = ({ samples, twins }: UncertaintySplit): string => `${whole(samples)} samples of what may be true, ${whole(twins)} twins`;
