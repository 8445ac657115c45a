/** What a moment makes of the places that legs lead to: how far queues have moved up, and how long belts have stood. */
import { NEVER } from '../engine/trace.ts';
import { stoodUntil } from './belts.ts';
import type { Kinematics } from './kinematics.ts';
import { ANYWHERE, eased, GENTLE, PLACE, RULE } from './motion-legs.ts';
import type { Site } from './site.ts';

/** How many of the sorted ticks from `low` on are before `tick`. */
export function before(ticks: ArrayLike<number>, tick: number, low = 0, high = ticks.length): number {
  const first = low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

const RULES = {
  source: RULE.spot,
  buffer: RULE.queue,
  station: RULE.server,
  sink: RULE.sink,
  conveyor: RULE.closing,
  transfer: RULE.server,
} as const;

/** The rule by which parts come to node n. */
function ruleOf(site: Site, kinematics: Kinematics, n: number): number {
  if (kinematics.belts[n]) return kinematics.belts[n].accumulating ? RULE.closing : RULE.running;
  if (kinematics.shelves[n]) return RULE.shelf;
  return RULES[site.plan.nodes[n]!.kind];
}

/**
 * Parts that have left node n by now, and the places by which its queue has yet to move up: right after a departure one (or as many as left at that tick), falling
 * to none within `shuffle` ticks or by the next departure, so that the head stands at its place when it leaves.
 */
export function queueAt(departures: Uint32Array, tick: number, fraction: number, shuffle: number): { gone: number; lag: number } {
  const gone = before(departures, tick + 1);
  if (gone === 0) return { gone, lag: 0 };
  const last = departures[gone - 1]!;
  const duration = Math.min(shuffle, (departures[gone] ?? NEVER) - last);
  const elapsed = tick - last + fraction;
  if (elapsed >= duration) return { gone, lag: 0 };
  return { gone, lag: (gone - before(departures, last)) * (1 - eased(elapsed / duration, GENTLE)) };
}

/** Eight words a place (PLACE): by node, then by node its entrance, where trips end, then ANYWHERE. */
export class Places {
  readonly words: Uint32Array<ArrayBuffer>;
  private readonly floats: Float32Array;
  private readonly kinematics: Kinematics;

  constructor(site: Site, kinematics: Kinematics) {
    this.kinematics = kinematics;
    const { nodes } = site.plan;
    this.words = new Uint32Array((2 * nodes.length + ANYWHERE.count) * PLACE.words);
    this.floats = new Float32Array(this.words.buffer);
    nodes.forEach((_, n) => {
      const rule = ruleOf(site, kinematics, n);
      const first = kinematics.belts[n] ? kinematics.firstConstant[n]! : site.firstSlot[n]!;
      this.words.set(
        [first, Math.max(1, site.slotCount[n]!), rule, 0, 0, 0, kinematics.firstTick[n]!, Number(kinematics.belts[n]?.spaced ?? false)],
        n * PLACE.words,
      );
      this.words.set([site.firstEntrance + n, 1, RULE.trip], (nodes.length + n) * PLACE.words);
    });
    const rules = [RULE.spot, RULE.trip, RULE.walk, RULE.stretch, RULE.ride];
    rules.forEach((rule, i) => this.words.set([0, kinematics.points.length / 4, rule], (2 * nodes.length + i) * PLACE.words));
  }

  update(tick: number, fraction: number, shuffle: number): void {
    const { belts, departures } = this.kinematics;
    departures.forEach((list, n) => {
      if (!list) return;
      const at = n * PLACE.words;
      const { gone, lag } = queueAt(list, tick, fraction, shuffle);
      this.words[at + PLACE.gone] = gone;
      this.floats[at + PLACE.lag] = lag;
      const belt = belts[n];
      if (!belt || belt.accumulating) return;
      const stood = stoodUntil(belt.stands, tick);
      this.words[at + PLACE.stood] = stood;
      this.floats[at + PLACE.lag] = stoodUntil(belt.stands, tick + 1) > stood ? 0 : 1;
    });
  }
}
