/**
 * Where parts are on a conveyor, from nothing but when they came and went: times are ticks, places metres from the start of the belt as drawn.
 * On an accumulating one a part runs until it meets the one before it; one that does not accumulate stands as a whole while its first part cannot leave.
 */
import { NEVER, type FloorNode } from '../engine/trace.ts';
import { PART, type Belt } from './site.ts';

/** Stays on one belt in the order of entry, which is that of departure. */
export interface BeltTrace {
  enter: Uint32Array;
  leave: Uint32Array;
  /** Words of the kernel: palette index, way that led here, spot where that began. */
  paint: Uint32Array;
  way: Uint32Array;
  start: Uint32Array;
  /** Ticks from end to end, metres a tick and between parts. */
  travel: number;
  pace: number;
  pitch: number;
  accumulating: boolean;
  /** Of a belt that stands: since when, until when, and how long it had stood before. */
  stands: { from: number; to: number; before: number }[];
}

/** @param travel ticks that the fastest part took, where the plan does not say. */
export function beltTrace(node: FloorNode, belt: Belt, stays: Pick<BeltTrace, 'enter' | 'leave' | 'paint' | 'way' | 'start'>): BeltTrace {
  const { enter, leave } = stays;
  const travel = Math.max(
    1,
    node.travel ?? leave.reduce((least, tick, i) => (tick === NEVER ? least : Math.min(least, tick - enter[i]!)), NEVER),
  );
  const pace = belt.drawn / travel;
  const pitch = node.spacing === undefined ? belt.drawn / Math.max(1, node.capacity) : node.spacing * pace;
  const accumulating = node.accumulating ?? true;
  return { ...stays, travel, pace, pitch, accumulating, stands: accumulating ? [] : standstills(enter, leave, travel) };
}

/** The belt moves a part from end to end in `travel`, standstills left out; it stands from a part's coming to the end until that leaves. */
function standstills(enter: Uint32Array, leave: Uint32Array, travel: number): BeltTrace['stands'] {
  const stands: BeltTrace['stands'] = [];
  let stood = 0;
  enter.forEach((tick, k) => {
    // Only parts before it can hold it up: later ones come to the end later.
    const arrives = timeAfter(stands, tick, travel);
    if (leave[k]! <= arrives) return;
    stands.push({ from: arrives, to: leave[k]!, before: stood });
    stood += leave[k]! - arrives;
  });
  return stands;
}

/** When a belt has run for `ticks` after `since`. */
function timeAfter(stands: BeltTrace['stands'], since: number, ticks: number): number {
  let i = firstEndingAfter(stands, since);
  let at = since;
  let rest = ticks;
  for (; i < stands.length; i++) {
    const { from, to } = stands[i]!;
    const run = Math.max(0, from - at);
    if (run >= rest) break;
    rest -= run;
    at = to;
  }
  return at + rest;
}

function firstEndingAfter(stands: BeltTrace['stands'], tick: number): number {
  let low = 0;
  let high = stands.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stands[middle]!.to <= tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How long the belt has stood up to a time. */
function stoodUntil(stands: BeltTrace['stands'], time: number): number {
  const i = firstEndingAfter(stands, time);
  const next = stands[i];
  const before = next?.before ?? (stands.length === 0 ? 0 : stands.at(-1)!.before + stands.at(-1)!.to - stands.at(-1)!.from);
  return before + (next ? Math.max(0, time - next.from) : 0);
}

/** Metres along the belt of each part on it at `tick` + `fraction`: the first is number `first` of the trace. Fills `places`, returns their number. */
export function placesOnBelt(trace: BeltTrace, first: number, count: number, tick: number, fraction: number, places: Float64Array): number {
  const { enter, leave, pace, pitch, travel } = trace;
  const time = tick + fraction;
  const length = travel * pace;
  if (!trace.accumulating) {
    const now = stoodUntil(trace.stands, time);
    for (let k = 0; k < count; k++) {
      const ran = time - enter[first + k]! - (now - stoodUntil(trace.stands, enter[first + k]!));
      places[k] = Math.min(length, ran * pace);
    }
    return count;
  }
  // The first is held up by those that have left: part j before it let it pass on to j pitches before the end, and run on from there.
  let limit = length;
  for (let j = 1; j <= first && leave[first - j]! > enter[first]!; j++) {
    limit = Math.min(limit, length - j * pitch + pace * (time - leave[first - j]!));
  }
  for (let k = 0; k < count; k++) {
    limit = Math.min(limit, pace * (time - enter[first + k]!));
    places[k] = Math.max(0, limit);
    limit -= pitch;
  }
  return count;
}

/** Edge of a part on this belt: smaller where the belt is drawn shorter than it is. */
export const partEdge = (trace: BeltTrace): number => Math.max(0.12, Math.min(PART, 0.92 * trace.pitch));
