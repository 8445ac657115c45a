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
  /** Ticks from end to end, metres a tick and between parts. */
  travel: number;
  pace: number;
  pitch: number;
  /** How parts lie on it: its direction, less quarter turns, radians. */
  yaw: number;
  accumulating: boolean;
  /** Parts come, and leave, never less than a pitch apart. */
  spaced: boolean;
  /** Of a belt that stands: since when, until when, and how long it had stood before; and how long it had when each part came. */
  stands: { from: number; to: number; before: number }[];
  stoodAtEntry: Uint32Array;
}

/** Where the plan does not say how many ticks it takes from end to end: those that the fastest part took. */
export function beltTrace(node: FloorNode, belt: Belt, stays: Pick<BeltTrace, 'enter' | 'leave'>): BeltTrace {
  const { enter, leave } = stays;
  const travel = Math.max(
    1,
    node.travel ?? leave.reduce((least, tick, i) => (tick === NEVER ? least : Math.min(least, tick - enter[i]!)), NEVER),
  );
  const pace = belt.drawn / travel;
  const pitch = node.spacing === undefined ? belt.drawn / Math.max(1, node.capacity) : node.spacing * pace;
  const accumulating = node.accumulating ?? true;
  const stands = accumulating ? [] : standstills(enter, leave, travel);
  const stoodAtEntry = enter.map((tick) => stoodUntil(stands, tick));
  const turn = Math.atan2(belt.axis[1], belt.axis[0]);
  const yaw = turn - Math.round(turn / (Math.PI / 2)) * (Math.PI / 2);
  return {
    enter,
    leave,
    travel,
    pace,
    pitch,
    yaw,
    accumulating,
    spaced: areApart(enter, pitch / pace) && areApart(leave, pitch / pace),
    stands,
    stoodAtEntry,
  };
}

/** Whether sorted ticks, but those that are NEVER, lie so far apart; a rounding of `least` is none of theirs. */
function areApart(ticks: Uint32Array, least: number): boolean {
  return ticks.every((tick, i) => i === 0 || tick === NEVER || tick - ticks[i - 1]! >= least * (1 - 1e-9));
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
export function stoodUntil(stands: BeltTrace['stands'], time: number): number {
  const i = firstEndingAfter(stands, time);
  const next = stands[i];
  const before = next?.before ?? (stands.length === 0 ? 0 : stands.at(-1)!.before + stands.at(-1)!.to - stands.at(-1)!.from);
  return before + (next ? Math.max(0, time - next.from) : 0);
}

/** Metres along the belt of part number k of the trace at a time, of whose predecessors `gone` have left. */
export function placeOnBelt(belt: BeltTrace, k: number, gone: number, tick: number, fraction: number): number {
  const { enter, leave, pace, pitch, travel } = belt;
  const length = travel * pace;
  if (!belt.accumulating) {
    const ran = tick - enter[k]! + fraction - (stoodUntil(belt.stands, tick + fraction) - belt.stoodAtEntry[k]!);
    return Math.min(length, ran * pace);
  }
  // A part has run freely, or stands so many pitches behind one before it that has, or behind one that has left, which let it pass on from there.
  let x = length - (k - gone) * pitch;
  for (let j = k; j >= gone; j--) x = Math.min(x, pace * (tick - enter[j]! + fraction) - (k - j) * pitch);
  // Those that left before the first of these came let everybody pass.
  for (let j = gone - 1; j >= 0 && leave[j]! > enter[gone]!; j--)
    x = Math.min(x, length - (k - j) * pitch + pace * (tick - leave[j]! + fraction));
  return Math.max(0, x);
}

/** Edge of a part on this belt: smaller where the belt is drawn shorter than it is. */
export const partEdge = (belt: BeltTrace): number => Math.max(0.12, Math.min(PART, 0.92 * belt.pitch));
