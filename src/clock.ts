/**
 * Ticks, units of time and 64-bit sums. Simulated time is a whole number of ticks in a u32; how long a tick lasts is the scene's choice.
 */

export type Unit = 'ms' | 's' | 'min' | 'h' | 'd' | 'w';

/** Seconds in one unit. */
export const SECONDS: Record<Unit, number> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86400, w: 604800 };

/** The tick that never comes. Additions of ticks saturate here. */
export const NEVER = 0xffffffff;

/** A duration written with its unit: `"45 s"`, `"1.5e3 ms"`. The same source serves the published JSON Schema as its pattern. */
export const DURATION = /^([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?) +(ms|s|min|h|d|w)$/;

/**
 * The seconds in a duration: a number counts in `unit`, a text brings its own.
 * Undefined where it is not a duration, is negative or is not finite.
 */
export function parseDuration(value: number | string, unit: Unit): number | undefined {
  let amount: number;
  if (typeof value === 'number') {
    amount = value * SECONDS[unit];
  } else {
    const parts = DURATION.exec(value);
    if (!parts) return undefined;
    amount = Number(parts[1]) * SECONDS[parts[2] as Unit];
  }
  // `+ 0` turns −0 into 0, so that no −0 reaches a table or a printed number.
  return Number.isFinite(amount) && amount >= 0 ? amount + 0 : undefined;
}

/** The tick `ticks` after `tick`, saturating at NEVER. Both are u32. */
export function later(tick: number, ticks: number): number {
  const sum = tick + ticks;
  return sum < NEVER ? sum : NEVER;
}

const WORD = 0x100000000;

/** The value of a 64-bit word pair as a double; exact up to 2^53. */
export function wide(lo: number, hi: number): number {
  return (hi >>> 0) * WORD + (lo >>> 0);
}

/** Adds `amount`, a whole number from 0 to 2^53, to the 64-bit sum in `words[at]` (low) and `words[at + 1]` (high); wraps at 2^64. */
export function addWide(words: Uint32Array, at: number, amount: number): void {
  const low = amount >>> 0;
  const sum = (words[at] as number) + low;
  words[at] = sum;
  words[at + 1] = (words[at + 1] as number) + (amount - low) / WORD + (sum >= WORD ? 1 : 0);
}
