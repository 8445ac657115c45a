/** From values to pixels and back along one direction, with round ticks; and the svg of a frame of two of them. */
import { nothing, svg, type SVGTemplateResult } from 'lit';
import { decimalsFor, fixed } from '../quantity.ts';

export interface Axis {
  low: number;
  high: number;
  /** CSS pixels of a value. */
  px: (value: number) => number;
  value: (px: number) => number;
  ticks: { px: number; text: string }[];
}

/** Edges of a plot, CSS pixels. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Least and greatest of what is finite, with a margin (a share of their distance); undefined where nothing is. */
export function extent(values: Iterable<number>, margin = 0.05): [low: number, high: number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return undefined;
  const room = (high - low || Math.abs(low) || 1) * margin;
  return [low - room, high + room];
}

/** `gap`: least CSS pixels between two ticks; `atLeast`: least step, 1 for what is counted. */
export function linearAxis([low, high]: readonly [number, number], from: number, to: number, gap = 64, atLeast = 0): Axis {
  const rough = Math.max(((high - low) * gap) / Math.max(gap, Math.abs(to - from)), atLeast, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const px = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  const ticks: Axis['ticks'] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    // Plus 0: no tick says −0.
    ticks.push({ px: px(k * step), text: fixed(k * step + 0, decimals) });
  }
  return { low, high, px, value: (at) => low + ((at - from) / (to - from)) * (high - low), ticks };
}

/** Options without an order, each in the middle of its place. */
export function optionAxis(options: readonly string[], from: number, to: number): Axis {
  const axis = linearAxis([-0.5, options.length - 0.5], from, to);
  const room = Math.abs(to - from) / options.length;
  return { ...axis, ticks: options.map((option, i) => ({ px: axis.px(i), text: clip(option, room) })) };
}

/** A value as it was set: four digits, no idle zeros. */
export const tidy = (value: number): string =>
  fixed(value, decimalsFor(value, Number.NaN)).replace(/(\.\d*?)0+$/, (_, kept: string) => (kept === '.' ? '' : kept));

/** About as much of a text as has room in so many CSS pixels of the charts' type. */
export function clip(text: string, px: number): string {
  const letters = Math.max(2, Math.floor(px / 6.1));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

/** CSS pixels that the widest of the ticks' texts takes. */
export const tickRoom = (axis: Axis): number => axis.ticks.reduce((most, { text }) => Math.max(most, text.length * 6.4), 0);

/** Grid lines, ticks and titles: the vertical axis's title stands above it, level, where it can be read. */
export function frameOf(frame: Frame, x: Axis | undefined, y: Axis | undefined, xTitle = '', yTitle = ''): SVGTemplateResult {
  const { left, right, top, bottom } = frame;
  // A tick near an edge would run out of the picture.
  const anchor = (px: number) => (px > right - 16 ? 'end' : px < 16 ? 'start' : 'middle');
  return svg`<g class="frame">
    ${y?.ticks.map(
      ({ px, text }) =>
        svg`<line x1=${left} x2=${right} y1=${px} y2=${px} /><text x=${left - 6} y=${px + 4} text-anchor="end">${text}</text>`,
    )}
    ${x?.ticks.map(
      ({ px, text }) =>
        svg`<line x1=${px} x2=${px} y1=${top} y2=${bottom} /><text x=${px} y=${bottom + 15} text-anchor=${anchor(px)}>${text}</text>`,
    )}
    <line class="edge" x1=${left} x2=${right} y1=${bottom} y2=${bottom} />
    ${yTitle ? svg`<text class="title" x="0" y="12">${clip(yTitle, right)}</text>` : nothing}
    ${xTitle ? svg`<text class="title" x=${right} y=${bottom + 32} text-anchor="end">${clip(xTitle, right)}</text>` : nothing}
  </g>`;
}

/** An interval's line with its ends; nothing where there is none. */
export function whisker(low: number, high: number, across: number, lying: boolean): SVGTemplateResult | typeof nothing {
  if (!Number.isFinite(low + high)) return nothing;
  const cap = 3.5;
  return svg`<path class="whisker" d=${
    lying
      ? `M${low} ${across - cap}v${2 * cap}M${low} ${across}H${high}M${high} ${across - cap}v${2 * cap}`
      : `M${across - cap} ${low}h${2 * cap}M${across} ${low}V${high}M${across - cap} ${high}h${2 * cap}`
  } />`;
}
