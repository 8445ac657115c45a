/** What the shop engine tells a recorder, if one listens. TypeScript only: calls of functions that begin with `tell` are left out of the WGSL. */
import type { Recorder } from '../engine/floor.ts';
import { NODE_INDEX } from '../stations/words.ts';
import { now, table } from './memory.ts';

let recorder: Recorder | undefined;

/** Who listens to the twin in hand from now on. */
export function listen(to: Recorder | undefined): void {
  recorder = to;
}

/** A part came to a node (address); `where` as in the recorder's. */
export function tellEnter(part: number, node: number, where: number, product: number): void {
  if (recorder !== undefined) recorder.enter(now >>> 0, part, table(node + NODE_INDEX), where, product);
}

/** A part went from where it was. */
export function tellLeave(part: number): void {
  if (recorder !== undefined) recorder.leave(now >>> 0, part);
}

/** A part is no more. */
export function tellGone(part: number): void {
  if (recorder !== undefined) recorder.gone(now >>> 0, part);
}

/** A server is in another state. */
export function tellState(place: number, state: number): void {
  if (recorder !== undefined) recorder.state(now >>> 0, place, state);
}

/** A person (a worker's address) sets out to a server, or is free (place NONE). */
export function tellWorker(worker: number, place: number): void {
  if (recorder !== undefined) recorder.worker?.(now >>> 0, worker, place);
}

/** So many of a pool are on duty from now on. */
export function tellDuty(pool: number, level: number): void {
  if (recorder !== undefined) recorder.duty?.(now >>> 0, pool, level);
}
