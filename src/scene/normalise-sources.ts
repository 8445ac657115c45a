/** Sources, and what lies in buffers at the start. */
import type { Distribution } from '../distributions.ts';
import { lookFrom } from '../stations/looks.ts';
import { stepNumbers } from './normalise-products.ts';
import { stepNamed } from './normalise-quality.ts';
import type { ElementText, Values } from './normalise-values.ts';
import { ordersOf } from './orders.ts';
import { type Path, shown } from './problems.ts';
import type { Buffer, Order, Source } from './scene.ts';

type Text = ElementText<'sources'>;

export function sourceOf(values: Values, name: string, text: Text): Source {
  const path: Path = ['sources', name];
  const { findings } = values;
  const orders = text.orders === undefined ? undefined : ordersOf(values, text.orders, [...path, 'orders']);
  oneWay(values, text, path);
  const interarrival = values.distribution(text.interarrival, [...path, 'interarrival']);
  values.neverZero(
    interarrival,
    [...path, 'interarrival'],
    'parts would arrive without end at one moment; for a source that never starves what follows, write "saturated": true',
  );
  const batch = values.distribution(text.batch, [...path, 'batch'], values.parts);
  if (batch?.kind === 'constant' && !(Number.isInteger(batch.value) && batch.value >= 1))
    findings.add([...path, 'batch'], `found ${batch.value}; expected a whole number of at least 1, or a distribution`);
  return {
    name,
    position: text.position,
    look: lookFrom(text.look),
    mix: orders ? ordered(orders) : mixOf(values, text, path),
    interarrival,
    first: values.distribution(text.first, [...path, 'first']),
    whenFull: text.whenFull ?? 'wait',
    batch: isOne(batch) ? undefined : batch,
    rate: text.rate && rateOf(values, text.rate, [...path, 'rate']),
    orders,
  };
}

/** Exactly one of interarrival, saturated and orders; and beside each only what means something there. */
function oneWay(values: Values, text: Text, path: Path): void {
  const { findings } = values;
  const { saturated = false } = text;
  const refuse = (keys: readonly (keyof Text)[], beside: string): void => {
    for (const key of keys) {
      if (text[key] !== undefined)
        findings.add([...path, key], `found ${shown(text[key])} beside ${beside}, where it means nothing; remove one of the two`);
    }
  };
  if (text.orders !== undefined) refuse(['product', 'mix', 'interarrival', 'saturated', 'first', 'batch', 'rate'], '"orders"');
  else if (saturated) refuse(['interarrival', 'first', 'whenFull', 'batch', 'rate'], '"saturated": true');
  else if (text.interarrival === undefined) {
    findings.add(
      [...path, 'interarrival'],
      'missing; expected the time between arrivals, a duration or distribution, or "saturated": true, or "orders"',
    );
  }
}

function mixOf(values: Values, { product, mix }: Text, path: Path): Source['mix'] {
  const { findings } = values;
  if (product !== undefined && mix) findings.add([...path, 'mix'], 'found "product" and "mix"; expected one of the two');
  if (mix && Object.keys(mix).length === 0) findings.add([...path, 'mix'], 'found no product; expected at least one with a weight');
  const mixed = mix ? Object.keys(mix).sort() : [product ?? (Object.keys(values.text.products)[0] as string)];
  const weights =
    mix && mixed.length > 0
      ? values.shares(
          mixed.map((each) => mix[each] as number),
          [...path, 'mix'],
        )
      : [1];
  return mixed.map((each, i) => ({ product: each, weight: weights[i] as number }));
}

/** The products ordered, for who asks what a source can make. */
function ordered(orders: Order[]): Source['mix'] {
  const products = [...new Set(orders.map(({ product }) => product))].sort();
  return products.map((product) => ({ product, weight: 1 / products.length }));
}

function isOne(batch: Distribution | undefined): boolean {
  return batch?.kind === 'constant' && batch.value === 1;
}

function rateOf(values: Values, text: NonNullable<Text['rate']>, path: Path): NonNullable<Source['rate']> {
  const { findings } = values;
  const cycle = values.duration(text.cycle, [...path, 'cycle']);
  if (cycle < 0.5) findings.add([...path, 'cycle'], `found ${shown(text.cycle)}; expected a duration of at least one tick`);
  const periods = text.periods.map(({ from, factor }, i) => ({ from: values.duration(from, [...path, 'periods', i, 'from']), factor }));
  periods.forEach(({ from }, i) => {
    const written = text.periods[i]?.from;
    const where: Path = [...path, 'periods', i, 'from'];
    if (i === 0 && from !== 0) findings.add(where, `found ${shown(written)}; expected 0, the start of the cycle`);
    else if (i > 0 && Math.round(from) <= Math.round((periods[i - 1] as { from: number }).from))
      findings.add(where, `found ${shown(written)} after ${shown(text.periods[i - 1]?.from)}; expected a later time`);
    else if (Math.round(from) >= Math.round(cycle) && i > 0)
      findings.add(where, `found ${shown(written)}; expected a time before the end of the cycle, ${shown(text.cycle)}`);
  });
  if (!periods.some(({ factor }) => factor > 0))
    findings.add([...path, 'periods'], 'found factors that are all 0; expected at least one above 0');
  return { cycle, periods };
}

export function bufferOf(values: Values, name: string, text: ElementText<'buffers'>): Buffer {
  const path: Path = ['buffers', name, 'initial'];
  const { findings } = values;
  const capacity = typeof text.capacity === 'number' ? text.capacity : text.capacity === 'none' ? 0 : Number.POSITIVE_INFINITY;
  const written = text.initial ?? [];
  const entries: { product: string; count: number; step?: string | undefined }[] = Array.isArray(written)
    ? written
    : Object.entries(written).map(([product, count]) => ({ product, count }));
  const initial = entries.map(({ product, count, step }, i) => {
    const where: Path = [...path, i, 'step'];
    const routing = Object.hasOwn(values.text.products, product) ? values.text.products[product]?.routing : undefined;
    if (step !== undefined && !routing)
      findings.add(where, `found ${shown(step)}, but product ${shown(product)} has no routing; expected no step here`);
    return { product, count, step: step === undefined || !routing ? 0 : stepNamed(step, stepNumbers(routing), where, findings) };
  });
  const all = initial.reduce((sum, { count }) => sum + count, 0);
  if (all > Math.min(capacity, 16_777_216))
    findings.add(
      path,
      `found ${all.toLocaleString('en')} parts; expected at most ${Math.min(capacity, 16_777_216).toLocaleString('en')}, what the buffer has room for`,
    );
  return { name, position: text.position, look: lookFrom(text.look), capacity, initial: initial.filter(({ count }) => count > 0) };
}
