import type { Floor } from '../engine/floor.ts';
import { BUFFER_COUNTERS, BUFFER_SUMS, LEG, NIL, NODE } from './words.ts';

/** A part comes in at the end of the line; if it is alone there it decides its way at once. */
export function enterBuffer(f: Floor, node: number, part: number): void {
  const line = f.node(node, NODE.line);
  const counters = f.node(node, NODE.counters);
  if (f.recorder !== undefined) {
    const entry = f.w[counters + BUFFER_COUNTERS.entered] as number;
    f.recorder.enter(f.now, part, node, entry, f.leg(f.w[f.legOf + part] as number, LEG.product));
  }
  const alone = f.w[f.headAt + line] === NIL;
  f.fill(node);
  f.count(counters + BUFFER_COUNTERS.entered);
  f.append(line, part);
  if (alone) f.decide(part);
}

/** The head of the line has been taken: its wait is booked and a place is free. */
export function leaveBuffer(f: Floor, node: number, part: number): void {
  f.add(f.node(node, NODE.sums) + BUFFER_SUMS.wait, f.now - (f.w[f.waitSinceAt + part] as number));
  f.count(f.node(node, NODE.counters) + BUFFER_COUNTERS.left);
  f.vacate(node);
}

/** Whoever is at the head of the line now decides its way. Comes after the move, so that "shortest queue" sees where the last one went. */
export function nextInLine(f: Floor, node: number): void {
  const next = f.w[f.headAt + f.node(node, NODE.line)] as number;
  if (next !== NIL) f.decide(next);
}
