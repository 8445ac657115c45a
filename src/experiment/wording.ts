/** Numbers and designs in words, for insights. */
import type { Setting } from './setting.ts';
import type { ResponseShown } from './study-protocol.ts';
import type { Point } from '../search/search.ts';

/** Three significant digits, no exponent for what people read: 5.78, 412, 0.0123, 57 600. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(2);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: Math.min(digits, 20) });
}

/** A share as people write it: "95 %", "0.5 %", "3.87 %". */
export function share(value: number): string {
  return `${Number((100 * value).toPrecision(3))} %`;
}

/** A half-width to the two digits that mean something, and the value to the same place: "5.78 ± 0.012". */
export function plusMinus(value: number, reach: number): string {
  if (!(reach > 0) || !Number.isFinite(reach)) return figure(value);
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(reach))));
  return `${value.toFixed(digits)} ± ${reach.toFixed(digits)}`;
}

/** The same with its sign, as a percentage of a base: "+2.1 % ± 0.3 %". */
export function percent(share: number, reach: number): string {
  const digits = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(100 * Math.max(reach, 1e-6)))));
  return `${share > 0 ? '+' : '−'}${(100 * Math.abs(share)).toFixed(digits)} % ± ${(100 * reach).toFixed(digits)} %`;
}

/** "+2.1 % ± 0.3 % output", or in the unit where the base is 0. */
export function change(mean: number, reach: number, base: number, response: ResponseShown): string {
  const amount =
    base === 0 || !Number.isFinite(base)
      ? withUnit(`${mean > 0 ? '+' : '−'}${plusMinus(Math.abs(mean), reach)}`, response.unit)
      : percent(mean / Math.abs(base), reach / Math.abs(base));
  // Of a quantile or a worst share there are no pairs: differences are those of means.
  return `${amount} ${response.of === undefined ? '' : 'mean '}${called(response)}`;
}

/** What a metric is called in a sentence. */
export function called({ name }: ResponseShown): string {
  const words: Readonly<Record<string, string>> = {
    'total.throughput': 'output',
    'total.flowTime': 'flow time',
    'total.wip': 'work in process',
    cost: 'cost',
  };
  return words[name] ?? name;
}

export function withUnit(text: string, unit: string): string {
  return unit === '' || unit === '1' ? text : `${text} ${unit}`;
}

/** "b2 = 4, b3 = 6": what differs from another design, or all of it. */
export function designWords(setting: Setting, point: Point, from?: Point): string {
  if (setting.sequence !== undefined) return `the order ${point.map((item) => item + 1).join(', ')}`;
  const parts = setting.factors.flatMap((factor, i) =>
    from !== undefined && from[i] === point[i] ? [] : [`${factor.name} = ${factor.label(point[i] as number)}`],
  );
  return parts.length === 0 ? 'no change' : parts.join(', ');
}
