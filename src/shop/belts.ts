/** Lines in which parts wait or travel: buffers, conveyors, and ways that take time. What they do when a part comes, is due, and has gone. */
import {
  BELT_ENTRY_LEFT,
  BELT_LAST_EXIT,
  BELT_OFFSET,
  BELT_SINCE,
  BELT_STOOD,
  BELT_STOPPED,
  CONVEYOR_ACCUMULATES,
  CONVEYOR_ENTRY_SLOT,
  CONVEYOR_EXIT_SLOT,
  CONVEYOR_OWN,
  CONVEYOR_SPACING,
  CONVEYOR_STREAM,
  CONVEYOR_TRAVEL,
  KIND_CONVEYOR,
  KIND_TRANSFER,
  LEG_PER_PIECE,
  NODE_MORE,
  NODE_OPEN,
  NODE_SORTED,
  PART_FROM,
  PART_LEFT,
  PART_READY,
  PART_SIZE,
} from '../stations/shop-words.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  BUFFER_SUMS_WAIT,
  LEG_PROCESSING,
  NODE_CAPACITY,
  NODE_COUNTERS,
  NODE_KIND,
  NODE_LINE,
  NODE_ROOM,
  NODE_SUMS,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  QUEUE_HEAD,
  QUEUE_TAIL,
} from '../stations/words.ts';
import {
  add64,
  count,
  earlier,
  HAS_CONVEYORS,
  HAS_DISPATCH,
  HAS_INTERVALS,
  HAS_PER_PIECE,
  HAS_TRANSFERS,
  L_SLOT,
  latest,
  minus,
  NEVER,
  NONE,
  now,
  plus,
  put,
  sample,
  scaled,
  schedule,
  table,
  word,
} from './memory.ts';
import { append, appendSorted, insert, productOf } from './parts.ts';
import { tellEnter } from './record.ts';
import { decideInLine, fill, partsAt, room, vacate, wake } from './ways.ts';

/** A part comes into a buffer, onto a conveyor or under way. */
export function enterLine(node: number, part: number): void {
  const kind = table(node + NODE_KIND);
  const entered = table(node + NODE_COUNTERS) + BUFFER_COUNTERS_ENTERED;
  tellEnter(part, node, word(entered), productOf(part));
  count(entered);
  if (HAS_CONVEYORS && kind === KIND_CONVEYOR) {
    enterConveyor(node, part);
  } else if (HAS_TRANSFERS && kind === KIND_TRANSFER) {
    enterTransfer(node, part);
  } else {
    fill(node);
    let alone = false;
    if (HAS_DISPATCH && table(node + NODE_SORTED) !== 0) {
      alone = appendSorted(table(node + NODE_LINE), part);
    } else {
      alone = append(table(node + NODE_LINE), part);
    }
    if (alone || table(node + NODE_OPEN) !== 0) decideInLine(part);
  }
}

/** A part has been taken out of a line: its wait is booked, a place is free, and in a line that keeps its order the next decides. */
export function leaveLine(node: number, part: number): void {
  const kind = table(node + NODE_KIND);
  add64(table(node + NODE_SUMS) + BUFFER_SUMS_WAIT, minus(now, word(part + PART_SINCE)));
  count(table(node + NODE_COUNTERS) + BUFFER_COUNTERS_LEFT);
  if (HAS_CONVEYORS && kind === KIND_CONVEYOR) {
    put(part + PART_FROM, node);
    leaveConveyor(node);
  } else {
    vacate(node);
  }
}

/** Whoever is at the head of a line that keeps its order now decides its way. Comes after the move, so that "shortest queue" sees where the last one went. */
export function nextInLine(node: number): void {
  const next = word(table(node + NODE_LINE) + QUEUE_HEAD);
  let decides = next !== NONE && table(node + NODE_OPEN) === 0;
  if (HAS_CONVEYORS || HAS_TRANSFERS) {
    const kind = table(node + NODE_KIND);
    decides = decides && kind !== KIND_CONVEYOR && kind !== KIND_TRANSFER;
  }
  if (decides) decideInLine(next);
}

// ── Conveyors ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The room of a conveyor is 1 while its entrance is clear and it may carry one more, else 0. */
function enterConveyor(node: number, part: number): void {
  const row = table(node + NODE_MORE);
  const belt = table(row + CONVEYOR_OWN);
  let time = now;
  if (table(row + CONVEYOR_ACCUMULATES) === 0) time = minus(now, word(belt + BELT_OFFSET));
  put(part + PART_READY, plus(time, table(row + CONVEYOR_TRAVEL)));
  put(table(node + NODE_ROOM), 0);
  let clear = NEVER;
  if (partsAt(node) < table(node + NODE_CAPACITY)) clear = plus(now, table(row + CONVEYOR_SPACING));
  schedule(table(row + CONVEYOR_ENTRY_SLOT), clear);
  if (append(table(node + NODE_LINE), part)) schedule(table(row + CONVEYOR_EXIT_SLOT), plus(now, table(row + CONVEYOR_TRAVEL)));
}

/** The entrance is clear. */
export function clearEntrance(node: number): void {
  schedule(table(table(node + NODE_MORE) + CONVEYOR_ENTRY_SLOT), NEVER);
  put(table(node + NODE_ROOM), 1);
  wake(node);
}

/** The first part is at the end: it decides its way. A belt that does not accumulate stands until it has gone. */
function reachEnd(node: number): void {
  const row = table(node + NODE_MORE);
  const belt = table(row + CONVEYOR_OWN);
  schedule(table(row + CONVEYOR_EXIT_SLOT), NEVER);
  if (table(row + CONVEYOR_ACCUMULATES) === 0) {
    const slot = table(row + CONVEYOR_ENTRY_SLOT);
    const clear = word(L_SLOT + slot);
    put(belt + BELT_STOPPED, now);
    put(belt + BELT_SINCE, now);
    put(belt + BELT_ENTRY_LEFT, NEVER);
    if (room(node) > 0) {
      put(belt + BELT_ENTRY_LEFT, 0);
      put(table(node + NODE_ROOM), 0);
    } else if (clear !== NEVER) {
      put(belt + BELT_ENTRY_LEFT, minus(clear, now));
    }
    schedule(slot, NEVER);
  }
  decideInLine(word(table(node + NODE_LINE) + QUEUE_HEAD));
}

/** The first part has gone: those behind it close up, or the belt runs again. */
function leaveConveyor(node: number): void {
  const row = table(node + NODE_MORE);
  const belt = table(row + CONVEYOR_OWN);
  const next = word(table(node + NODE_LINE) + QUEUE_HEAD);
  const spacing = table(row + CONVEYOR_SPACING);
  const wasFull = partsAt(node) + 1 === table(node + NODE_CAPACITY);
  let due = NEVER;
  put(belt + BELT_LAST_EXIT, now);
  if (table(row + CONVEYOR_ACCUMULATES) !== 0) {
    if (next !== NONE) due = latest(word(next + PART_READY), plus(now, spacing));
    if (wasFull) schedule(table(row + CONVEYOR_ENTRY_SLOT), latest(now, clearAfter(node, 0)));
  } else {
    put(belt + BELT_OFFSET, plus(word(belt + BELT_OFFSET), minus(now, word(belt + BELT_STOPPED))));
    add64(belt + BELT_STOOD, minus(now, word(belt + BELT_SINCE)));
    put(belt + BELT_STOPPED, NEVER);
    if (next !== NONE) due = plus(word(next + PART_READY), word(belt + BELT_OFFSET));
    const left = word(belt + BELT_ENTRY_LEFT);
    let clear = plus(now, left);
    if (wasFull) clear = latest(now, clearAfter(node, word(belt + BELT_OFFSET)));
    schedule(table(row + CONVEYOR_ENTRY_SLOT), clear);
  }
  schedule(table(row + CONVEYOR_EXIT_SLOT), due);
}

/** The tick from which the last part on a belt has left the entrance clear: one pitch after it came. 0 where there is none. */
function clearAfter(node: number, offset: number): number {
  const row = table(node + NODE_MORE);
  const last = word(table(node + NODE_LINE) + QUEUE_TAIL);
  let clear = 0;
  if (last !== NONE)
    clear = plus(plus(minus(word(last + PART_READY), table(row + CONVEYOR_TRAVEL)), table(row + CONVEYOR_SPACING)), offset);
  return clear;
}

// ── Ways that take time ──────────────────────────────────────────────────────────────────────────────────────────────

/** Parts under way stand in the order in which they arrive; those that have arrived and cannot go on stand before them, PART_READY at NEVER. */
function enterTransfer(node: number, part: number): void {
  const row = table(node + NODE_MORE);
  const line = table(node + NODE_LINE);
  const leg = word(part + PART_LEG);
  const dist = table(leg + LEG_PROCESSING);
  let time = 0;
  if (dist !== NONE) {
    time = sample(dist, table(row + CONVEYOR_STREAM));
    if (HAS_PER_PIECE) {
      if (table(leg + LEG_PER_PIECE) !== 0) time = scaled(time, word(part + PART_SIZE), 1);
    }
  }
  if (HAS_INTERVALS && word(part + PART_LEFT) !== NONE) time = plus(time, word(part + PART_LEFT));
  const arrives = plus(now, time);
  put(part + PART_LEFT, NONE);
  put(part + PART_READY, arrives);
  put(part + PART_SINCE, now);
  fill(node);
  let before = NONE;
  let first = true;
  let next = word(line + QUEUE_HEAD);
  while (next !== NONE && (word(next + PART_READY) === NEVER || !earlier(arrives, word(next + PART_READY)))) {
    first = first && word(next + PART_READY) === NEVER;
    before = next;
    next = word(next + PART_NEXT);
  }
  insert(line, before, part);
  if (first) schedule(table(row + CONVEYOR_EXIT_SLOT), arrives);
}

/** A part arrives, and decides where it goes on. */
function arriveThere(node: number): void {
  let part = word(table(node + NODE_LINE) + QUEUE_HEAD);
  while (word(part + PART_READY) === NEVER) part = word(part + PART_NEXT);
  const next = word(part + PART_NEXT);
  let due = NEVER;
  if (next !== NONE) due = word(next + PART_READY);
  schedule(table(table(node + NODE_MORE) + CONVEYOR_EXIT_SLOT), due);
  put(part + PART_READY, NEVER);
  decideInLine(part);
}

/** The event of an exit slot. */
export function reachExit(node: number): void {
  if (HAS_CONVEYORS && table(node + NODE_KIND) === KIND_CONVEYOR) {
    reachEnd(node);
  } else if (HAS_TRANSFERS) {
    arriveThere(node);
  }
}
