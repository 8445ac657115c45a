/** Sources: single arrivals, batches, rates that change, lists of orders, and parts on offer. */
import {
  ORDER_DUE,
  ORDER_PRIORITY,
  ORDER_QUANTITY,
  ORDER_RELEASE,
  ORDER_START,
  ORDER_WORDS,
  NODE_MORE,
  PART_DUE,
  PART_PRIORITY,
  SUPPLY_BATCH,
  SUPPLY_BATCH_STREAM,
  SUPPLY_LEFT,
  SUPPLY_LIMIT_COUNT,
  SUPPLY_LIMITS,
  SUPPLY_NEXT_ORDER,
  SUPPLY_ORDER_COUNT,
  SUPPLY_ORDERS,
  SUPPLY_OWN,
  SUPPLY_RATE,
  SUPPLY_TO_MAKE,
} from '../stations/shop-words.ts';
import {
  NODE_COUNTERS,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_LOSES,
  NODE_START,
  NODE_STREAM,
  OUTLET_EMPTY,
  OUTLET_HOLDING,
  PLACE_OWN,
  PLACE_SLOT,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_LOST,
  SERVER_PART,
  SOURCE_COUNTERS_ARRIVED,
  SOURCE_COUNTERS_LOST,
} from '../stations/words.ts';
import { enterState } from './accounts.ts';
import {
  count,
  HAS_CHOICES,
  HAS_LIMITS,
  HAS_LOSING,
  HAS_RATES,
  HAS_SUPPLIES,
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
import { beginLife, countMade, discard, makePart, productOf } from './parts.ts';
import { tellEnter } from './record.ts';
import { decide, depart, freeCard, hasRoom, resolve } from './ways.ts';

/** The rate at which arrivals come as they are given. */
const FULL_RATE = 65536;

/** Whether parts come at times (by a distribution or a list), not whenever there is room. */
function isTimed(node: number): boolean {
  let timed = table(node + NODE_INTERARRIVAL) !== NONE;
  if (HAS_SUPPLIES) timed = timed || table(table(node + NODE_MORE) + SUPPLY_ORDERS) !== NONE;
  return timed;
}

/** The address of the order in hand at a source; NONE where it has no list. */
function orderOf(node: number): number {
  let order = NONE;
  if (HAS_SUPPLIES) {
    const supply = table(node + NODE_MORE);
    if (table(supply + SUPPLY_ORDERS) !== NONE) {
      order = table(supply + SUPPLY_ORDERS) + word(table(supply + SUPPLY_OWN) + SUPPLY_NEXT_ORDER) * ORDER_WORDS;
    }
  }
  return order;
}

/** A part arrives (or is put on offer). It waits at the outlet until the next element takes it, or is lost. */
export function arrive(node: number): void {
  const place = table(node + NODE_FIRST_PLACE);
  const own = table(place + PLACE_OWN);
  const order = orderOf(node);
  schedule(table(place + PLACE_SLOT), NEVER);
  if (HAS_SUPPLIES) openArrival(node, order);
  let start = table(node + NODE_START);
  if (order !== NONE) start = table(order + ORDER_START);
  if (HAS_CHOICES) start = resolve(start);
  const part = makePart(start, node);
  if (part !== NONE) {
    if (order !== NONE) {
      if (table(order + ORDER_DUE) !== NONE) put(part + PART_DUE, table(order + ORDER_DUE));
      put(part + PART_PRIORITY, table(order + ORDER_PRIORITY));
    }
    if (isTimed(node)) comeIn(node, part);
    put(own + SERVER_PART, part);
    enterState(place, OUTLET_HOLDING);
    tellEnter(part, node, 0, productOf(part));
    const way = decide(part);
    let lost = false;
    if (HAS_LOSING) lost = table(node + NODE_LOSES) !== 0 && !hasRoom(way, node);
    if (lost) {
      lose(node, place, part);
    } else {
      depart(part, way, place, true);
    }
  }
}

/** The first part of an arrival: how many there are in it. */
function openArrival(node: number, order: number): void {
  const supply = table(node + NODE_MORE);
  const own = table(supply + SUPPLY_OWN);
  if (word(own + SUPPLY_TO_MAKE) === 0) {
    let parts = 1;
    if (order !== NONE) {
      parts = table(order + ORDER_QUANTITY);
    } else if (table(supply + SUPPLY_BATCH) !== NONE) {
      parts = Math.max(1, sample(table(supply + SUPPLY_BATCH), table(supply + SUPPLY_BATCH_STREAM)));
    }
    put(own + SUPPLY_TO_MAKE, parts);
  }
}

function lose(node: number, place: number, part: number): void {
  count(table(node + NODE_COUNTERS) + SOURCE_COUNTERS_LOST);
  count(table(productOf(part) + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_LOST);
  discard(part);
  put(table(place + PLACE_OWN) + SERVER_PART, NONE);
  enterState(place, OUTLET_EMPTY);
  nextArrival(node, place);
}

/** The part at the outlet has gone: the next of the same arrival comes at once, or the clock runs again; a part that was on offer is made only now. */
export function leaveSource(node: number, place: number, part: number): void {
  put(table(place + PLACE_OWN) + SERVER_PART, NONE);
  enterState(place, OUTLET_EMPTY);
  if (isTimed(node)) {
    nextArrival(node, place);
  } else {
    beginLife(part, productOf(part));
    comeIn(node, part);
    schedule(table(place + PLACE_SLOT), now);
  }
}

function nextArrival(node: number, place: number): void {
  const slot = table(place + PLACE_SLOT);
  let more = false;
  let left = 0;
  if (HAS_SUPPLIES) {
    const own = table(table(node + NODE_MORE) + SUPPLY_OWN);
    left = word(own + SUPPLY_TO_MAKE) - 1;
    put(own + SUPPLY_TO_MAKE, left);
    more = left > 0;
  }
  if (more) {
    schedule(slot, now);
  } else if (orderOf(node) !== NONE) {
    const supply = table(node + NODE_MORE);
    const next = word(table(supply + SUPPLY_OWN) + SUPPLY_NEXT_ORDER) + 1;
    put(table(supply + SUPPLY_OWN) + SUPPLY_NEXT_ORDER, next);
    if (next < table(supply + SUPPLY_ORDER_COUNT)) {
      schedule(slot, latest(now, table(table(supply + SUPPLY_ORDERS) + next * ORDER_WORDS + ORDER_RELEASE)));
    }
  } else {
    setArrival(node, slot, sample(table(node + NODE_INTERARRIVAL), table(node + NODE_STREAM)));
  }
}

/** The next arrival comes after a gap, stretched by the present rate; while that is 0 the gap waits. */
export function setArrival(node: number, slot: number, gap: number): void {
  let wait = gap;
  if (HAS_RATES) {
    const own = table(table(node + NODE_MORE) + SUPPLY_OWN);
    const rate = word(own + SUPPLY_RATE);
    if (rate === 0) {
      put(own + SUPPLY_LEFT, gap);
      wait = NEVER;
    } else if (rate !== FULL_RATE) {
      wait = scaled(gap, FULL_RATE, rate);
    }
  }
  schedule(slot, plus(now, wait));
}

/** The rate changes: what is left of the gap is stretched or shortened to match. */
export function changeRate(node: number, rate: number): void {
  const own = table(table(node + NODE_MORE) + SUPPLY_OWN);
  const slot = table(table(node + NODE_FIRST_PLACE) + PLACE_SLOT);
  const due = word(L_SLOT + slot);
  const old = word(own + SUPPLY_RATE);
  let gap = NEVER;
  if (old === 0) {
    gap = word(own + SUPPLY_LEFT);
  } else if (due !== NEVER && word(own + SUPPLY_TO_MAKE) === 0) {
    gap = scaled(minus(due, now), old, FULL_RATE);
  }
  put(own + SUPPLY_RATE, rate);
  put(own + SUPPLY_LEFT, NONE);
  if (gap !== NEVER) setArrival(node, slot, gap);
}

/** A part is made; where demand releases cards, it does so now. */
function comeIn(node: number, part: number): void {
  count(table(node + NODE_COUNTERS) + SOURCE_COUNTERS_ARRIVED);
  countMade(productOf(part));
  if (HAS_LIMITS && HAS_SUPPLIES) {
    const supply = table(node + NODE_MORE);
    const end = table(supply + SUPPLY_LIMITS) + table(supply + SUPPLY_LIMIT_COUNT);
    for (let i = table(supply + SUPPLY_LIMITS); i < end; i++) freeCard(table(i));
  }
}

/** The part on offer at a saturated source is not made yet. */
export function isOnOffer(node: number): boolean {
  return !isTimed(node);
}
