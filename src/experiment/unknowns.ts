/** Designs under what is not known: each replication is run with a draw of its own of every uncertain parameter, the same for all designs. */
import { draw, streamHash } from '../random.ts';
import type { Order, Outcome } from '../search/search.ts';
import type { Trials } from './trials.ts';

/** Trials whose orders are answered replication by replication, at points lengthened by the draws of the unknown parameters. */
export function unknownTrials(trials: Trials, unknowns: number, seed: number): Trials {
  const [lo, hi] = streamHash('experiment', 'not known');
  const drawn = (replication: number, unknown: number): number => (draw(seed, replication, lo, hi, unknown) + 0.5) / 2 ** 32;
  return {
    async run(orders, onProgress) {
      const single = orders.flatMap(({ point, first, count }): Order[] =>
        Array.from({ length: count }, (_, r) => ({
          point: [...point, ...Array.from({ length: unknowns }, (_, unknown) => drawn(first + r, unknown))],
          first: first + r,
          count: 1,
        })),
      );
      const outcomes = await trials.run(single, onProgress);
      let at = 0;
      return orders.map(({ count }): Outcome | undefined => {
        const own = outcomes.slice(at, at + count);
        at += count;
        const size = own[0]?.length ?? 0;
        if (own.some((outcome) => outcome === undefined)) return undefined;
        const all = new Float64Array(count * size);
        own.forEach((outcome, r) => all.set(outcome as Outcome, r * size));
        return all;
      });
    },
    stop: () => trials.stop(),
  };
}
