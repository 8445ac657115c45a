/** Charts of loose parts: what has left over time, and how long from one part (or lot) to the next. */
import { html, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { Account, BulkNews } from './bulk-words.ts';
import { type Frame, frameOf, linearAxis, tickRoom, tidy } from './charts/axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, type Picture } from './charts/chart.ts';
import { duration, scaleFor, whole } from './quantity.ts';

const HEIGHT = 176;
/** Marks along a line: as many as can be pointed at. */
const MARKS = 40;

class Discharge extends Chart {
  static override properties: PropertyDeclarations = { discharge: { attribute: false }, account: { attribute: false } };

  declare discharge: BulkNews['discharge'] | undefined;
  declare account: Account | undefined;
  protected override near = { x: 1, y: 0 };

  protected heading(): string {
    return 'Discharged';
  }

  protected lacking(): string {
    return (this.discharge?.left.at(-1) ?? 0) > 0 ? '' : 'Nothing has left yet.';
  }

  protected draw(width: number): Picture {
    const { time, left } = this.discharge!;
    const { account } = this;
    const scale = scaleFor('s', time.at(-1)!);
    const frame: Frame = { left: 0, right: width - 12, top: 22, bottom: 128 };
    const y = linearAxis([0, left.at(-1)!], frame.bottom, frame.top, 30, 1);
    frame.left = tickRoom(y) + 10;
    const x = linearAxis([0, time.at(-1)! * scale.factor], frame.left, frame.right);
    const line = time.map((at, i) => `${i === 0 ? 'M' : 'L'}${x.px(at * scale.factor).toFixed(1)} ${y.px(left[i]!).toFixed(1)}`).join('');
    const cut = account ? x.px(account.from * scale.factor) : frame.left;
    const every = Math.ceil(time.length / MARKS);
    return {
      height: HEIGHT,
      marks: time.flatMap((at, i): Mark[] =>
        i % every === 0
          ? [
              {
                key: i,
                x: x.px(at * scale.factor),
                y: y.px(left[i]!),
                words: () => `${whole(left[i]!)} grains by ${duration(at)}${account && at < account.from ? ', cut as warm-up' : ''}.`,
              },
            ]
          : [],
      ),
      drawing: svg`${cut > frame.left ? svg`<rect class="cut" x=${frame.left} y=${frame.top} width=${cut - frame.left} height=${frame.bottom - frame.top} />` : undefined}
        ${frameOf(frame, x, y, `simulated time, ${scale.unit}`, 'grains')}
        <path class="series" d=${line} />
        ${cut > frame.left ? svg`<line class="zero" x1=${cut} x2=${cut} y1=${frame.top} y2=${frame.bottom} />` : undefined}`,
    };
  }

  protected override notes(): TemplateResult {
    return html`${this.account && this.account.from > 0 ? legend([[GLYPH.upright, 'what is before is cut as warm-up']]) : ''}`;
  }

  protected table(): ChartTable {
    const { time, left } = this.discharge!;
    const every = Math.ceil(time.length / MARKS);
    const rows = time.flatMap((at, i) => (i % every === 0 ? [[duration(at), whole(left[i]!)]] : []));
    return { head: ['Simulated time', 'Grains'], rows, of: rows.length };
  }
}
customElements.define('mw-discharge', Discharge);

class Intervals extends Chart {
  static override properties: PropertyDeclarations = { histogram: { attribute: false }, account: { attribute: false } };

  declare histogram: BulkNews['histogram'];
  declare account: Account | undefined;
  protected override near = { x: 1, y: 0 };

  protected heading(): string {
    const lot = this.account?.lot ?? 1;
    return lot === 1 ? 'From one grain to the next' : `From one lot of ${whole(lot)} grains to the next`;
  }

  protected lacking(): string {
    return this.histogram ? '' : 'Too few grains have left to tell.';
  }

  #scale() {
    return scaleFor('s', this.histogram!.edges.at(-1)! / 2);
  }

  protected draw(width: number): Picture {
    const { edges, counts } = this.histogram!;
    const scale = this.#scale();
    const frame: Frame = { left: 0, right: width - 12, top: 22, bottom: 128 };
    const y = linearAxis([0, Math.max(...counts)], frame.bottom, frame.top, 30, 1);
    frame.left = tickRoom(y) + 10;
    const x = linearAxis([0, edges.at(-1)! * scale.factor], frame.left, frame.right);
    const mean = this.account && x.px((this.account.lot / this.account.rate) * scale.factor);
    return {
      height: HEIGHT,
      marks: counts.map(
        (count, k): Mark => ({
          key: k,
          x: x.px(((edges[k]! + edges[k + 1]!) / 2) * scale.factor),
          y: y.px(count),
          words: () => this.#words(k),
        }),
      ),
      drawing: svg`${frameOf(frame, x, y, `interval, ${scale.unit}`, 'intervals')}
        ${counts.map((count, k) => {
          const from = x.px(edges[k]! * scale.factor);
          return svg`<rect class="bar-fill" x=${from + 0.5} y=${y.px(count)} width=${Math.max(1, x.px(edges[k + 1]! * scale.factor) - from - 1)} height=${frame.bottom - y.px(count)} />`;
        })}
        ${mean === undefined ? undefined : svg`<line class="zero" x1=${mean} x2=${mean} y1=${frame.top} y2=${frame.bottom} />`}`,
    };
  }

  #words(k: number): string {
    const { edges, counts } = this.histogram!;
    const last = k === counts.length - 1;
    return `${whole(counts[k]!)} of ${duration(edges[k]!)} ${last ? 'or more' : `to ${duration(edges[k + 1]!)}`}.`;
  }

  protected override notes(): TemplateResult {
    return legend([[GLYPH.upright, 'the mean']]);
  }

  protected table(): ChartTable {
    const { edges, counts } = this.histogram!;
    const { factor, unit } = this.#scale();
    return {
      head: [`From, ${unit}`, `To, ${unit}`, 'Intervals'],
      rows: counts.map((count, k) => [
        tidy(edges[k]! * factor),
        k === counts.length - 1 ? 'any' : tidy(edges[k + 1]! * factor),
        whole(count),
      ]),
      of: counts.length,
    };
  }
}
customElements.define('mw-intervals', Intervals);
