/** Ways: rooms, limits on the parts in a section, marks of elements that may take a part, and how a part decides where it goes. */
import {
  LIMIT_CARDS,
  LIMIT_FIRST,
  LIMIT_FREES,
  LIMIT_NODES,
  LIMIT_ROOM,
  LIMIT_SINCE,
  LIMIT_SUMS,
  NODE_LIMIT_COUNT,
  NODE_LIMITS,
  NODE_MORE,
  NODE_PLAIN,
  KIND_CONVEYOR,
  STATION_PREEMPTS,
} from '../stations/shop-words.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  CHOICE_AUX,
  CHOICE_EDGES,
  CHOICE_FIRST_EDGE,
  CHOICE_RULE,
  EDGE_BELOW,
  EDGE_TARGET,
  EDGE_WORDS,
  KIND_STATION,
  LEG_EXIT,
  LEG_NODE,
  NODE_CAPACITY,
  NODE_COUNTERS,
  NODE_DRAWS,
  NODE_FED,
  NODE_FIRST_FED,
  NODE_FIRST_QUEUE,
  NODE_INDEX,
  NODE_KIND,
  NODE_ROOM,
  NODE_WAITERS,
  PART_HOLDER,
  PART_LEG,
  QUEUE_HEAD,
  RULE_FIRST_FREE,
  RULE_PROBABILITY,
  RULE_ROUND_ROBIN,
} from '../stations/words.ts';
import { addArea } from './accounts.ts';
import {
  below,
  drawWord,
  HAS_CHOICES,
  HAS_CONVEYORS,
  HAS_LIMITS,
  HAS_OPEN,
  HAS_PREEMPTION,
  HAS_PROBABILITY,
  HAS_ROUND_ROBIN,
  HAS_SHORTEST,
  L_DIRTY,
  least,
  minus,
  NONE,
  now,
  put,
  table,
  word,
} from './memory.ts';
import { ADDRESS, append } from './parts.ts';

/** The part that the event in hand has set free to go from its place; NONE if there is none. */
export let ready = NONE;

/** The part that is ready has been seen to. */
export function clearReady(): void {
  ready = NONE;
}

// ── Room ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How many more parts (at a conveyor: whether one) an element can take now. */
export function room(node: number): number {
  return word(table(node + NODE_ROOM));
}

/** One place less. */
export function fill(node: number): void {
  put(table(node + NODE_ROOM), room(node) - 1);
}

/** One place more: whoever waits to enter may move. Where there was room before, nobody waits for it. */
export function vacate(node: number): void {
  const places = room(node) + 1;
  put(table(node + NODE_ROOM), places);
  if (places === 1) wake(node);
}

/** Marks an element that has room, if anybody may be waiting for it. */
export function wake(node: number): void {
  const first = table(node + NODE_FIRST_QUEUE);
  if (first !== NONE) {
    if (word(first + QUEUE_HEAD) !== NONE || table(node + NODE_DRAWS) > 1) mark(node);
  }
}

/** An element is to see whether it can take a part. */
export function mark(node: number): void {
  const index = table(node + NODE_INDEX);
  const at = L_DIRTY + (index >>> 5);
  put(at, word(at) | (1 << (index & 31)));
}

/** Marks an element for a part that has come to want it. */
function callOn(node: number): void {
  let may = room(node) > 0;
  if (HAS_PREEMPTION) {
    if (table(node + NODE_KIND) === KIND_STATION) may = may || table(table(node + NODE_MORE) + STATION_PREEMPTS) !== 0;
  }
  if (may) mark(node);
}

/** Parts at an element: servers not free at a station. */
export function partsAt(node: number): number {
  let length = table(node + NODE_CAPACITY) - room(node);
  if (HAS_CONVEYORS) {
    if (table(node + NODE_KIND) === KIND_CONVEYOR) {
      const counters = table(node + NODE_COUNTERS);
      length = word(counters + BUFFER_COUNTERS_ENTERED) - word(counters + BUFFER_COUNTERS_LEFT);
    }
  }
  return length;
}

// ── Limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether an element belongs to a limit. */
function belongs(node: number, limit: number): boolean {
  const first = table(node + NODE_LIMITS);
  const end = first + table(node + NODE_LIMIT_COUNT);
  let found = false;
  for (let i = first; i < end; i++) found = found || table(i) === limit;
  return found;
}

/** Whether the limits let a part go from one element to another. */
export function admits(from: number, to: number): boolean {
  const first = table(to + NODE_LIMITS);
  const end = first + table(to + NODE_LIMIT_COUNT);
  let free = true;
  for (let i = first; i < end; i++) {
    const limit = table(i);
    if (word(table(limit + LIMIT_ROOM)) <= 0) free = free && belongs(from, limit);
  }
  return free;
}

/** How many cards are free for parts that go from one element to another, where they need one; else NONE. */
export function cardsFor(from: number, to: number): number {
  const end = table(to + NODE_LIMITS) + table(to + NODE_LIMIT_COUNT);
  let cards = NONE;
  for (let i = table(to + NODE_LIMITS); i < end; i++) {
    if (!belongs(from, table(i))) cards = least(cards, word(table(table(i) + LIMIT_ROOM)));
  }
  return cards;
}

/** A card more or less is free. */
function changeCards(limit: number, by: number): void {
  const at = table(limit + LIMIT_ROOM);
  const since = table(limit + LIMIT_SINCE);
  const used = table(limit + LIMIT_CARDS) - word(at);
  if (used > 0) addArea(table(limit + LIMIT_SUMS), minus(now, word(since)), used);
  put(since, now);
  put(at, word(at) + by);
}

/** A card becomes free: whoever waits to enter the limit's elements may move. */
export function freeCard(limit: number): void {
  changeCards(limit, 1);
  const first = table(limit + LIMIT_FIRST);
  const end = first + table(limit + LIMIT_NODES);
  for (let i = first; i < end; i++) {
    const node = table(i);
    if (room(node) > 0) wake(node);
  }
}

/** A part goes from one element (NONE: it is new) to another (NONE: it is gone): it takes the cards of the limits it enters and gives back those of the ones it leaves. */
export function cross(from: number, to: number): void {
  if (to !== NONE) {
    const end = table(to + NODE_LIMITS) + table(to + NODE_LIMIT_COUNT);
    for (let i = table(to + NODE_LIMITS); i < end; i++) {
      let inside = false;
      if (from !== NONE) inside = belongs(from, table(i));
      if (!inside) changeCards(table(i), -1);
    }
  }
  if (from !== NONE) {
    const end = table(from + NODE_LIMITS) + table(from + NODE_LIMIT_COUNT);
    for (let i = table(from + NODE_LIMITS); i < end; i++) {
      let inside = false;
      if (to !== NONE) inside = belongs(to, table(i));
      if (!inside && table(table(i) + LIMIT_FREES) !== 0) freeCard(table(i));
    }
  }
}

// ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Decides a part's way from its leg: the leg it goes to or, where the first free of several will take it, the open choice. */
export function decide(part: number): number {
  let way = table(word(part + PART_LEG) + LEG_EXIT);
  if (HAS_CHOICES) way = resolve(way);
  put(part + PART_LEG, way);
  return way;
}

/** A part in a line decides its way; the targets with room are marked. */
export function decideInLine(part: number): void {
  callTargets(decide(part));
}

/** Marks the targets of a way that may take a part now. */
function callTargets(way: number): void {
  if (way >= 0) {
    callOn(table(way + LEG_NODE));
  } else {
    const first = table((way & ADDRESS) + CHOICE_FIRST_EDGE);
    const end = first + table((way & ADDRESS) + CHOICE_EDGES) * EDGE_WORDS;
    for (let edge = first; edge < end; edge += EDGE_WORDS) callOn(table(table(edge + EDGE_TARGET) + LEG_NODE));
  }
}

/** The element that a way leads to (the first of an open choice's). */
export function targetOf(way: number): number {
  let leg = way;
  while (leg < 0) leg = table(table((leg & ADDRESS) + CHOICE_FIRST_EDGE) + EDGE_TARGET);
  return table(leg + LEG_NODE);
}

/**
 * A part that has decided is free to leave its server or outlet. Where a plain element on its way has room it goes first of all when the event
 * is over (nobody can be waiting for that room, or it would have been taken); else, and where it may not go at once, it waits behind all who wait for the same.
 */
export function depart(part: number, way: number, place: number, atOnce: boolean): void {
  put(part + PART_HOLDER, place);
  let goes = false;
  if (atOnce && way >= 0) {
    const node = table(way + LEG_NODE);
    goes = table(node + NODE_PLAIN) !== 0 && room(node) > 0;
  }
  if (goes) {
    ready = part;
  } else {
    let queue = NONE;
    if (way < 0) {
      queue = table((way & ADDRESS) + CHOICE_AUX);
    } else {
      queue = table(table(way + LEG_NODE) + NODE_WAITERS);
    }
    append(queue, part);
    callTargets(way);
  }
}

/** The leg on which a part that goes by `way` enters `node`; NONE if it does not. */
export function legAt(way: number, node: number): number {
  let leg = NONE;
  if (way >= 0) {
    if (table(way + LEG_NODE) === node) leg = way;
  } else if (HAS_OPEN) {
    let edge = table((way & ADDRESS) + CHOICE_FIRST_EDGE);
    const end = edge + table((way & ADDRESS) + CHOICE_EDGES) * EDGE_WORDS;
    while (edge < end && leg === NONE) {
      const target = table(edge + EDGE_TARGET);
      if (table(target + LEG_NODE) === node) leg = target;
      edge += EDGE_WORDS;
    }
  }
  return leg;
}

/** Whether a part at `from` that goes by `way` could go on now. */
export function hasRoom(way: number, from: number): boolean {
  let free = false;
  if (way >= 0) {
    free = isFree(table(way + LEG_NODE), from);
  } else if (HAS_OPEN) {
    let edge = table((way & ADDRESS) + CHOICE_FIRST_EDGE);
    const end = edge + table((way & ADDRESS) + CHOICE_EDGES) * EDGE_WORDS;
    while (edge < end && !free) {
      free = isFree(table(table(edge + EDGE_TARGET) + LEG_NODE), from);
      edge += EDGE_WORDS;
    }
  }
  return free;
}

function isFree(node: number, from: number): boolean {
  let free = room(node) > 0;
  if (HAS_LIMITS) free = free && admits(from, node);
  return free;
}

/** Follows choices until a leg, or a choice that stays open until somebody has room. */
export function resolve(exit: number): number {
  let way = exit;
  while (way < 0 && table((way & ADDRESS) + CHOICE_RULE) !== RULE_FIRST_FREE) {
    const choice = way & ADDRESS;
    const rule = table(choice + CHOICE_RULE);
    const first = table(choice + CHOICE_FIRST_EDGE);
    const edges = table(choice + CHOICE_EDGES);
    const aux = table(choice + CHOICE_AUX);
    let pick = 0;
    if (rule === RULE_PROBABILITY) {
      if (HAS_PROBABILITY) {
        const u = drawWord(aux);
        while (pick < edges - 1 && !below(u, table(first + pick * EDGE_WORDS + EDGE_BELOW))) pick++;
      }
    } else if (rule === RULE_ROUND_ROBIN) {
      if (HAS_ROUND_ROBIN) {
        pick = word(aux);
        if (pick + 1 < edges) {
          put(aux, pick + 1);
        } else {
          put(aux, 0);
        }
      }
    } else if (HAS_SHORTEST) {
      pick = shortest(first, edges);
    }
    way = table(first + pick * EDGE_WORDS + EDGE_TARGET);
  }
  return way;
}

/** The edge with the fewest parts ahead; full targets count behind every target with room; the first of equals. */
function shortest(first: number, edges: number): number {
  let pick = 0;
  let best = 0;
  let bestFull = false;
  for (let i = 0; i < edges; i++) {
    const node = table(table(first + i * EDGE_WORDS + EDGE_TARGET) + LEG_NODE);
    const full = room(node) <= 0;
    const length = load(node);
    if (i === 0 || (bestFull && !full) || (bestFull === full && length < best)) {
      pick = i;
      best = length;
      bestFull = full;
    }
  }
  return pick;
}

/** Parts at an element, and on the stations that a buffer feeds. */
function load(node: number): number {
  let sum = partsAt(node);
  const first = table(node + NODE_FIRST_FED);
  const end = first + table(node + NODE_FED);
  for (let i = first; i < end; i++) sum += partsAt(table(i));
  return sum;
}
