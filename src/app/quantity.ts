/** Numbers as people read them: a unit that suits the size, an interval that sets the digits, a clock. */
import type { Estimate } from '../experiment/protocol.ts';

const SECONDS: Record<string, number> = { ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 };
const RATE = /^(?:1|parts?)?\s*(?:\/|per )\s*(ms|s|min|h|d|w)$/;

/** How an engine's unit is shown: shown value = value × factor. */
export interface Scale {
  factor: number;
  unit: string;
}

/** The scale for a unit of the results, chosen so that a value of this size (in the unit of the results) reads well. */
export function scaleFor(unit: string, size: number): Scale {
  if (unit === '1') return { factor: 100, unit: '%' };
  const rate = RATE.exec(unit);
  const magnitude = Number.isFinite(size) ? Math.abs(size) : 0;
  if (rate) {
    const perSecond = 1 / SECONDS[rate[1]!]!;
    const perDay = magnitude * perSecond * 86_400;
    if (perDay < 1 && perDay > 0) return { factor: perSecond * 604_800, unit: 'a week' };
    if (perDay <= 20_000) return { factor: perSecond * 86_400, unit: 'a day' };
    if (perDay <= 20_000 * 24) return { factor: perSecond * 3600, unit: 'an hour' };
    return { factor: perSecond, unit: 'a second' };
  }
  const seconds = SECONDS[unit];
  if (seconds !== undefined) {
    const size = magnitude * seconds;
    const best = size < 1 ? 'ms' : size < 120 ? 's' : size < 7200 ? 'min' : size < 172_800 ? 'h' : 'd';
    return { factor: seconds / SECONDS[best]!, unit: magnitude === 0 ? unit : best };
  }
  return { factor: 1, unit };
}

/** Half of the 95 % interval; NaN where there is none. */
export const halfWidth = (estimate: Estimate): number => (estimate.high - estimate.low) / 2;

/** Decimals so that the half-width shows two significant digits; without one, the value shows four. */
export function decimalsFor(value: number, half: number): number {
  const leading = Number.isFinite(half) && half > 0 ? Math.floor(Math.log10(half)) - 1 : Math.floor(Math.log10(Math.abs(value) || 1)) - 3;
  return Math.min(6, Math.max(0, -leading));
}

const formats = new Map<number, Intl.NumberFormat>();

export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return '–';
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  return format.format(value).replace('-', '−');
}

export const whole = (value: number): string => fixed(value, 0);

/** Both parts of "412.0 ± 1.3", already scaled. */
export function band(estimate: Estimate, scale: Scale): { mean: string; half: string } {
  const mean = estimate.mean * scale.factor;
  const half = halfWidth(estimate) * scale.factor;
  const decimals = decimalsFor(mean, half);
  return { mean: fixed(mean, decimals), half: Number.isFinite(half) ? fixed(half, decimals) : '' };
}

/** 1234567 → "1.23 million". */
export function large(value: number): string {
  if (value >= 1e9) return `${fixed(value / 1e9, 2)} billion`;
  if (value >= 1e6) return `${fixed(value / 1e6, value >= 1e8 ? 0 : 2)} million`;
  return whole(value);
}

/** Replications from here on confirm what a study chose: twins that had no part in the choice (the studies' own number for them). */
const FRESH = 0x40000000;

/** "twin 2,917", "fresh twin 224". */
export const twinName = (replication: number): string =>
  replication >= FRESH ? `fresh twin ${whole(replication - FRESH)}` : `twin ${whole(replication)}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Wall seconds: "0.4 s", "12 s", "3 min", "2 h". */
export function wall(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…';
  if (seconds < 10) return `${fixed(seconds, 1)} s`;
  if (seconds < 100) return `${fixed(seconds, 0)} s`;
  if (seconds < 5400) return `${fixed(seconds / 60, 0)} min`;
  return `${fixed(seconds / 3600, 1)} h`;
}

/** The clock of a twin: "day 2 14:05", with seconds where asked. */
export function clock(seconds: number, withSeconds: boolean): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const day = Math.floor(seconds / 86_400) + 1;
  const rest = seconds % 86_400;
  const time = `${two(rest / 3600)}:${two((rest % 3600) / 60)}`;
  return `day ${whole(day)} ${time}${withSeconds ? `:${two(rest % 60)}` : ''}`;
}

/** A length of simulated time given in one of the scene's units. */
export function span(value: number, unit: string): string {
  const scale = scaleFor(unit, value);
  const shown = value * scale.factor;
  return `${fixed(shown, Number.isInteger(Number(shown.toPrecision(9))) ? 0 : 2)}\u00a0${scale.unit}`;
}

/** A length of simulated time to three digits, in a unit that suits it: "5.33 d", "12 s". */
export function duration(seconds: number): string {
  const { factor, unit } = scaleFor('s', seconds);
  const shown = seconds * factor;
  const decimals = Math.abs(shown) >= 100 ? 0 : Math.abs(shown) >= 10 ? 1 : 2;
  return `${fixed(shown, Number.isInteger(Number(shown.toPrecision(6))) ? 0 : decimals)}\u00a0${unit}`;
}
