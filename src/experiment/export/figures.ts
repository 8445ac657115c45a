/** Numbers as people read them in a report: as many digits as the interval bears. */

/** Decimals so that a half-width shows two significant digits; without one, the value shows four. */
function decimalsFor(value: number, half: number): number {
  const leading = Number.isFinite(half) && half > 0 ? Math.floor(Math.log10(half)) - 1 : Math.floor(Math.log10(Math.abs(value) || 1)) - 3;
  return Math.min(9, Math.max(0, -leading));
}

/** A dash where it is not known; thousands are grouped. */
export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A value with its 95 % interval, "412.0 ± 1.3", or from … to where the interval lies unevenly about it; the value alone where there is none, or chance has no part in it. */
export function estimate({ mean, low, high }: { mean: number; low: number; high: number }): string {
  const half = (high - low) / 2;
  const decimals = decimalsFor(mean, half);
  if (half === 0) return plain(mean);
  if (!Number.isFinite(half)) return fixed(mean, decimals);
  const even = Math.abs((high + low) / 2 - mean) <= half * 0.02;
  return even
    ? `${fixed(mean, decimals)} ± ${fixed(half, decimals)}`
    : `${fixed(mean, decimals)} (${fixed(low, decimals)} … ${fixed(high, decimals)})`;
}

/** A number without an interval, to so many significant digits, zeros at the end left out. */
export function plain(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return fixed(value, 0);
  const text = fixed(value, Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value) || 1)))));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export const withUnit = (text: string, unit: string): string =>
  unit === '' || unit === '1' || text === '–' ? text : `${text}\u00a0${unit}`;

/** Some five round numbers from low to high, with the decimals that tell them apart. */
export function ticks(low: number, high: number, about = 5): { at: number[]; decimals: number } {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10) * power;
  const at: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) at.push(k * step);
  return { at, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
