/** What limits the plant, asked in two ways: by whose active period is the longest, and by what a small change there gains. */
import { html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { ActivePeriod, Intervention } from '../../experiment/study-protocol.ts';
import { fixed, whole } from '../quantity.ts';
import { clip, whisker } from './axis.ts';
import { Chart, type ChartTable, GLYPH, legend, type Mark, MOST_LISTED, type Picture } from './chart.ts';
import { figureOf } from './dimensions.ts';

const ROW = 26;
const TOP = 40;
/** Drawn of either list: further down the lines say nothing any more. The table has all. */
const MOST_ROWS = 10;
const PERCENT = { factor: 100, unit: '%' };

interface Ranks {
  periods: ActivePeriod[];
  /** The change of each element that gains the most. */
  gains: Intervention[];
  /** Sentences: where the two disagree. */
  disagreements: string[];
  /** Elements they speak of. */
  disputed: ReadonlySet<string>;
}

const active = ({ sole, shifting }: ActivePeriod): number => sole + shifting;
const proven = ({ shareLow }: Intervention): boolean => shareLow > 0;
const gainText = ({ share, shareLow, shareHigh }: Intervention): string =>
  `${figureOf({ mean: share, low: shareLow, high: shareHigh }, PERCENT, true)} %`;
const activeText = (period: ActivePeriod): string => `${fixed(active(period) * 100, 1)} %`;

/**
 * Both rankings, and where they disagree: the first of the one is not the first of the other, or places differ by two or more. Changes
 * whose gain is not told from zero have no place, so they contradict nothing, unless the longest active period is theirs.
 */
function ranksOf(all: readonly ActivePeriod[], interventions: readonly Intervention[]): Ranks {
  const periods = all.filter((period) => Number.isFinite(active(period))).toSorted((a, b) => active(b) - active(a));
  const best = new Map<string, Intervention>();
  for (const one of interventions) {
    const other = best.get(one.element);
    if (Number.isFinite(one.share) && (!other || one.share > other.share)) best.set(one.element, one);
  }
  const gains = [...best.values()].toSorted((a, b) => b.share - a.share);
  const disagreements: string[] = [];
  const disputed = new Set<string>();
  const dispute = (words: string, ...elements: string[]) => {
    disagreements.push(words);
    for (const element of elements) disputed.add(element);
  };
  const [first, top] = [periods[0], gains.find(proven)];
  if (first && top && first.element !== top.element)
    dispute(
      `The longest active period is most often that of ${first.element} (${activeText(first)} of the time), but the change that gains the most is at ${top.element}: ${top.change}, ${gainText(top)}.`,
      first.element,
      top.element,
    );
  const own = first && best.get(first.element);
  if (first && own && !proven(own))
    dispute(
      `No gain is shown for ${own.change} at ${first.element}, though its active period is the longest: ${gainText(own)}.`,
      first.element,
    );
  const ranked = gains.filter(proven);
  for (const [place, gain] of ranked.entries()) {
    const other = periods.findIndex(({ element }) => element === gain.element);
    if (disputed.has(gain.element) || other < 0 || Math.abs(other - place) < 2) continue;
    dispute(`${gain.element} stands in place ${place + 1} by gain and in place ${other + 1} by active period.`, gain.element);
  }
  return { periods, gains, disagreements, disputed };
}

/** `pick` {element}: an element was clicked, or entered by key. */
class ActivePeriods extends Chart {
  static override properties: PropertyDeclarations = { periods: { attribute: false }, interventions: { attribute: false } };

  declare periods: readonly ActivePeriod[];
  declare interventions: readonly Intervention[];

  constructor() {
    super();
    this.periods = [];
    this.interventions = [];
  }

  protected heading(): string {
    return 'What limits it, asked in two ways';
  }

  #ranks(): Ranks {
    return ranksOf(this.periods, this.interventions);
  }

  protected lacking(): string {
    const { periods, gains } = this.#ranks();
    return periods.length + gains.length > 0 ? '' : 'Neither active periods nor changes have been measured yet.';
  }

  protected draw(width: number): Picture {
    const { periods, gains, disputed } = this.#ranks();
    const [left, right] = [periods.slice(0, MOST_ROWS), gains.slice(0, MOST_ROWS)];
    // A third for each list, a third for what joins them.
    const column = Math.min(300, width * 0.38);
    const bar = Math.max(36, column * 0.4);
    const start = width - column;
    const at = (row: number) => TOP + row * ROW + ROW / 2;
    const most = Math.max(...left.map(active), 1e-9);
    const reach = Math.max(...right.flatMap(({ share, shareHigh }) => [share, shareHigh].map((value) => value || 0)), 1e-9);
    const least = Math.min(0, ...right.flatMap(({ share, shareLow }) => [share, shareLow].map((value) => value || 0)));
    const gained = (share: number) => width - bar - 6 + ((share - least) / (reach - least)) * bar;
    const marks: Mark[] = [
      ...left.map(
        (period, i): Mark => ({
          key: `period ${period.element}`,
          x: column - bar + (active(period) / most) * bar,
          y: at(i),
          words: () =>
            `${period.element}, place ${i + 1} by active period: the longest of all in ${activeText(period)} of the time (${fixed(period.sole * 100, 1)} % alone, ${fixed(period.shifting * 100, 1)} % while handing over).`,
        }),
      ),
      ...right.map(
        (gain, i): Mark => ({
          key: `gain ${gain.element}`,
          x: gained(gain.share),
          y: at(i),
          words: () =>
            `${gain.element}, place ${i + 1} by gain: ${gain.change}, ${gainText(gain)}, ${whole(gain.pairs)} pairs of twins${proven(gain) ? '' : ', not told from no gain'}.`,
        }),
      ),
    ];
    return {
      height: TOP + Math.max(left.length, right.length) * ROW + 4,
      marks,
      drawing: svg`
        <text class="title" x="0" y="14">active period</text><text class="title" x="0" y="29">% of the time</text>
        <text class="title" x=${width} y="14" text-anchor="end">gain of one change</text><text class="title" x=${width} y="29" text-anchor="end">% of the output</text>
        ${left.map((period, i) => {
          const sole = (period.sole / most) * bar;
          const end = column - bar + (active(period) / most) * bar;
          const other = right.findIndex(({ element }) => element === period.element);
          return svg`${name(period.element, disputed, 0, at(i), column - bar - 8)}
            <rect class="bar-fill" x=${column - bar} y=${at(i) - 6} width=${Math.max(0.5, sole)} height="12" /><rect class="bar-hollow" x=${column - bar + sole} y=${at(i) - 6} width=${Math.max(0, end - column + bar - sole)} height="12" />
            ${other < 0 ? undefined : svg`<path class="join ${disputed.has(period.element) ? 'disputed' : ''}" d="M${column + 4} ${at(i)}L${start - 6} ${at(other)}" />`}`;
        })}
        ${right.map(
          (gain, i) => svg`${name(gain.element, disputed, start, at(i), column - bar - 14)}
            <rect class=${proven(gain) ? 'bar-fill' : 'bar-hollow'} x=${Math.min(gained(0), gained(gain.share))} y=${at(i) - 6} width=${Math.max(0.5, Math.abs(gained(gain.share) - gained(0)))} height="12" />
            ${whisker(gained(gain.shareLow), gained(gain.shareHigh), at(i), true)}`,
        )}
        <line class="zero" x1=${gained(0)} x2=${gained(0)} y1=${TOP} y2=${TOP + right.length * ROW} />`,
    };
  }

  protected override choose(key: Mark['key']): void {
    this.dispatchEvent(new CustomEvent('pick', { detail: { element: String(key).replace(/^\w+ /, '') }, bubbles: true }));
  }

  protected override notes(): TemplateResult {
    const { periods, gains, disagreements } = this.#ranks();
    const both = periods.length > 0 && gains.length > 0;
    return html`${legend([
      [GLYPH.solid, 'active alone; a gain that is shown'],
      [GLYPH.hollow, 'while handing over; a gain not told from none'],
      [GLYPH.whisker, '95 % interval'],
    ])}
      ${
        disagreements.length > 0
          ? html`<ul class="disagree small" aria-label="Where the two disagree">
              ${disagreements.map((words) => html`<li>≠ ${words}</li>`)}
            </ul>`
          : html`<p class="small muted">${both ? 'The two agree.' : `Only ${periods.length > 0 ? 'active periods have' : 'changes have'} been measured.`}</p>`
      }
      ${periods.length > MOST_ROWS || gains.length > MOST_ROWS ? html`<p class="small muted">The first ${MOST_ROWS} of each are drawn; the table has them all.</p>` : nothing}`;
  }

  protected table(): ChartTable {
    const { periods, gains, disputed } = this.#ranks();
    const elements = [...new Set([...periods, ...gains].map(({ element }) => element))];
    return {
      head: [
        'Element',
        'Place by active period',
        'Longest active, % of the time',
        'Place by gain',
        'Gain, % of the output',
        'Change',
        'They',
      ],
      rows: elements.slice(0, MOST_LISTED).map((element) => {
        const [i, j] = [periods, gains].map((list: readonly { element: string }[]) => list.findIndex((one) => one.element === element)) as [
          number,
          number,
        ];
        const [period, gain] = [periods[i], gains[j]];
        const agreement = disputed.has(element) ? 'disagree' : period && gain ? 'agree' : '';
        return [
          element,
          period ? whole(i + 1) : '–',
          period ? fixed(active(period) * 100, 1) : '–',
          gain ? whole(j + 1) : '–',
          gain ? figureOf({ mean: gain.share, low: gain.shareLow, high: gain.shareHigh }, PERCENT, true) : '–',
          gain?.change ?? '–',
          agreement,
        ];
      }),
      of: elements.length,
    };
  }
}
customElements.define('mw-active-periods', ActivePeriods);

/** With a sign where the two disagree. */
const name = (element: string, disputed: ReadonlySet<string>, x: number, y: number, room: number) =>
  svg`<text x=${x} y=${y + 4}>${clip(`${disputed.has(element) ? '≠ ' : ''}${element}`, room)}</text>`;
