/** Charts of a report as SVG in text: no script, colours and fonts from the report's style sheet. Lengths are in SVG units, one a pixel of the screen. */
import { fixed, ticks } from './figures.ts';
import { type Markup, markup } from './markup.ts';

export interface Mark {
  x: number;
  y: number;
  /** 95 % intervals; NaN where there is none. */
  xLow: number;
  xHigh: number;
  yLow: number;
  yHigh: number;
  /** Told apart by shape: a dot, a hollow dot, a square, a diamond. */
  kind: 'plain' | 'infeasible' | 'base' | 'chosen';
  title: string;
}

export interface Bar {
  label: string;
  low: number;
  high: number;
  /** Where the bar has one: a mark on it. NaN: none. */
  at: number;
  /** In words, beside it. */
  text: string;
}

export interface Effects {
  label: string;
  levels: { label: string; mean: number; low: number; high: number }[];
}

interface Axis {
  low: number;
  high: number;
  /** Pixels of `low` and `high`. */
  from: number;
  to: number;
}

const place = ({ low, high, from, to }: Axis, value: number): number =>
  Number((from + ((value - low) / (high - low)) * (to - from)).toFixed(1));

/** An axis over all finite values with room at both ends; about one value, or none, it has some width all the same. */
function axisOver(values: Iterable<number>, from: number, to: number, room = 0.06): Axis {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  const width = high - low || Math.abs(low) || 1;
  return { low: low - room * width, high: high + room * width, from, to };
}

/** Lines of a grid with their numbers, across or up. */
function grid(axis: Axis, across: boolean, from: number, to: number, about: number): Markup[] {
  const { at, decimals } = ticks(axis.low, axis.high, about);
  return at.map((value) => {
    const p = place(axis, value);
    const label = fixed(value, decimals);
    return across
      ? markup`<path class="grid" d="M${p} ${from}V${to}"/><text x="${p}" y="${to + 16}" text-anchor="middle">${label}</text>`
      : markup`<path class="grid" d="M${from} ${p}H${to}"/><text x="${from - 6}" y="${p + 4}" text-anchor="end">${label}</text>`;
  });
}

function svg(width: number, height: number, title: string, content: readonly Markup[]): Markup {
  return markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${title}">${content}</svg>`;
}

const SHAPES = {
  plain: (x: number, y: number) => markup`<circle class="dot" cx="${x}" cy="${y}" r="3.2"/>`,
  infeasible: (x: number, y: number) => markup`<circle class="dot hollow" cx="${x}" cy="${y}" r="3"/>`,
  base: (x: number, y: number) => markup`<rect class="dot base" x="${x - 5}" y="${y - 5}" width="10" height="10"/>`,
  chosen: (x: number, y: number) => markup`<path class="dot chosen" d="M${x} ${y - 8}l8 8l-8 8l-8-8z"/>`,
};

/** Designs by two figures, with their intervals. @param front in the order of the line that joins them; empty for none. */
export function scatter(marks: readonly Mark[], xLabel: string, yLabel: string, front: readonly Mark[]): Markup {
  const [width, height, left, bottom] = [680, 380, 64, 44];
  const x = axisOver(
    marks.flatMap((mark) => [mark.x, mark.xLow, mark.xHigh]),
    left,
    width - 10,
  );
  const y = axisOver(
    marks.flatMap((mark) => [mark.y, mark.yLow, mark.yHigh]),
    height - bottom,
    24,
  );
  const whiskers = marks.flatMap((mark) => {
    const [px, py] = [place(x, mark.x), place(y, mark.y)];
    return [
      Number.isFinite(mark.yHigh - mark.yLow)
        ? markup`<path class="whisker" d="M${px} ${place(y, mark.yLow)}V${place(y, mark.yHigh)}"/>`
        : undefined,
      Number.isFinite(mark.xHigh - mark.xLow)
        ? markup`<path class="whisker" d="M${place(x, mark.xLow)} ${py}H${place(x, mark.xHigh)}"/>`
        : undefined,
    ].filter((part) => part !== undefined);
  });
  const line =
    front.length > 1
      ? [markup`<polyline class="front" points="${front.map((mark) => `${place(x, mark.x)},${place(y, mark.y)}`).join(' ')}"/>`]
      : [];
  // What is named lies on top.
  const order = ['infeasible', 'plain', 'base', 'chosen'] as const;
  const dots = order.flatMap((kind) =>
    marks
      .filter((mark) => mark.kind === kind)
      .map((mark) => markup`<g><title>${mark.title}</title>${SHAPES[kind](place(x, mark.x), place(y, mark.y))}</g>`),
  );
  return svg(width, height, `${yLabel} against ${xLabel}, ${marks.length} designs with 95 % intervals`, [
    ...grid(x, true, 24, height - bottom, 6),
    ...grid(y, false, left, width - 10, 5),
    ...whiskers,
    ...line,
    ...dots,
    markup`<text class="label" x="${left}" y="14">${yLabel}</text>`,
    markup`<text class="label" x="${width - 10}" y="${height - 6}" text-anchor="end">${xLabel}</text>`,
  ]);
}

/** Mean of a response by level of each factor, all on one scale. */
export function mainEffects(effects: readonly Effects[], yLabel: string): Markup {
  const [width, height, left, bottom] = [216, 170, 50, 36];
  const y = axisOver(
    effects.flatMap(({ levels }) => levels.flatMap(({ mean, low, high }) => [mean, low, high])),
    height - bottom,
    24,
  );
  const panels = effects.map(({ label, levels }) => {
    const x: Axis = { low: -0.5, high: Math.max(0.5, levels.length - 0.5), from: left, to: width - 8 };
    const shown = levels.map((level, i) => ({ ...level, px: place(x, i) })).filter(({ mean }) => Number.isFinite(mean));
    // Names are cut to the room between levels; where that is next to nothing, only every so many are written.
    const room = Math.floor((width - left) / levels.length / 6);
    const longest = levels.reduce((most, { label }) => Math.max(most, label.length), 1);
    const step = room >= Math.min(longest, 6) ? 1 : Math.ceil(longest / Math.max(1, room));
    return svg(width, height, `${yLabel} by level of ${label}`, [
      ...grid(y, false, left, width - 8, 4),
      markup`<polyline class="effect" points="${shown.map(({ px, mean }) => `${px},${place(y, mean)}`).join(' ')}"/>`,
      ...shown.flatMap(({ px, mean, low, high, label }, i) => [
        ...(Number.isFinite(high - low) ? [markup`<path class="whisker" d="M${px} ${place(y, low)}V${place(y, high)}"/>`] : []),
        markup`<circle class="dot" cx="${px}" cy="${place(y, mean)}" r="3.2"/>`,
        ...(i % step === 0
          ? [markup`<text x="${px}" y="${height - bottom + 16}" text-anchor="middle">${brief(label, Math.max(3, room * step))}</text>`]
          : []),
      ]),
      markup`<text class="label" x="4" y="14">${brief(label, 34)}</text>`,
    ]);
  });
  return markup`<div class="multiples">${panels}</div>`;
}

/** Bars on one scale, the widest first as they come. @param zero whether 0 belongs on the scale. */
export function tornado(bars: readonly Bar[], label: string, zero: boolean): Markup {
  const [width, left, right, row] = [680, 220, 120, 22];
  const height = bars.length * row + 44;
  const x = axisOver([...bars.flatMap(({ low, high, at }) => [low, high, at]), ...(zero ? [0] : [])], left, width - right);
  const bottom = bars.length * row + 6;
  return svg(width, height, `${label}: ${bars.length} bars`, [
    ...grid(x, true, 0, bottom, 5),
    ...(zero ? [markup`<path class="zero" d="M${place(x, 0)} 0V${bottom}"/>`] : []),
    ...bars.map(({ label, low, high, at, text }, i) => {
      const top = i * row + 4;
      const from = place(x, low);
      return markup`<g><title>${label}: ${text}</title><text x="${left - 8}" y="${top + 13}" text-anchor="end">${brief(label, 36)}</text><rect class="bar" x="${from}" y="${top}" width="${Math.max(1, place(x, high) - from)}" height="${row - 6}"/>${
        Number.isFinite(at) ? markup`<path class="at" d="M${place(x, at)} ${top - 1}v${row - 4}"/>` : undefined
      }<text x="${width - right + 8}" y="${top + 13}">${text}</text></g>`;
    }),
    markup`<text class="label" x="${width - right}" y="${height - 4}" text-anchor="end">${label}</text>`,
  ]);
}

function brief(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
