/** The ticks of a trace at which anything happens. */
import { CHANGE, NEVER, type Trace, VISIT } from '../engine/trace.ts';

/** Sorted: when visits begin and end, and servers change their state, up to the trace's end. */
export function momentsOf(trace: Trace): Uint32Array {
  const { visits, states } = trace;
  const ticks = new Uint32Array(2 * (visits.length / VISIT.words) + states.length / CHANGE.words);
  let count = 0;
  const add = (tick: number) => {
    if (tick !== NEVER && tick <= trace.end) ticks[count++] = tick;
  };
  for (let i = 0; i < visits.length; i += VISIT.words) {
    add(visits[i + VISIT.enter]!);
    add(visits[i + VISIT.leave]!);
  }
  for (let i = 0; i < states.length; i += CHANGE.words) add(states[i + CHANGE.tick]!);
  return ticks.subarray(0, count).sort();
}

/** The next (1) or the last (−1) of sorted moments that is not at `tick`; undefined: there is none. */
export function nextMoment(moments: Uint32Array, tick: number, direction: 1 | -1): number | undefined {
  let low = 0;
  let high = moments.length;
  // The first that is after the tick; or, going back, the first that is not before it.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (direction > 0 ? moments[middle]! <= tick : moments[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return direction > 0 ? moments[low] : moments[low - 1];
}
