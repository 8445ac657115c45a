/** The search for the best order of a list. Entries that say the same are one item that occurs several times, so that no order is tried twice. */
import type { Effort, Optimum } from '../../search/assessment.ts';
import type { Goal, Point, Search } from '../../search/search.ts';
import { sequenceSearch } from '../../search/sequence.ts';
import type { Sequence } from '../factors.ts';
import type { Setting } from '../setting.ts';

/** @returns points over the entries of the list, each once: of equal entries the first in the list comes first */
export function* bestOrder({ items }: Sequence, { limits }: Pick<Setting, 'limits'>, goal: Goal, effort: Effort): Search<Optimum> {
  const kinds = new Map<string, number[]>();
  items.forEach((item, entry) => {
    const text = JSON.stringify(item);
    (kinds.get(text) ?? kinds.set(text, []).get(text))?.push(entry);
  });
  const entries = [...kinds.values()];
  const kindOf = items.map((_, entry) => entries.findIndex((equal) => equal.includes(entry)));
  const expand = (order: Point): Point => {
    const next = entries.map(() => 0);
    return order.map((kind) => {
      const taken = next[kind] as number;
      next[kind] = taken + 1;
      return (entries[kind] as number[])[taken] as number;
    });
  };
  const repeats = entries.map(({ length }) => length);
  const search = sequenceSearch({ items: entries.length, goals: [goal], limits, start: kindOf, repeats }, effort);
  let step = search.next();
  while (step.done !== true) step = search.next(yield step.value.map((order) => ({ ...order, point: expand(order.point) })));
  return { ...step.value, best: expand(step.value.best) };
}
