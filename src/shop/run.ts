/**
 * The shop engine: plants with the whole vocabulary of production. The least slot fires, then everything that can move moves.
 * Written once: the reference engine runs it as it stands, and the GPU runs the WGSL that is made of it.
 */
import {
  BELT_SINCE,
  BELT_STOOD,
  BELT_STOPPED,
  CALENDAR_USE,
  CALENDAR_USER,
  CONVEYOR_OWN,
  KIND_CONVEYOR,
  LIMIT_SINCE,
  LIMIT_WORDS,
  NODE_MORE,
  POOL_OWN,
  POOL_SINCE,
  POOL_WORDS,
  SERVER_ASKS,
  SERVER_DOWN,
  SERVER_REST,
  SERVER_WALKING,
  SHOP_STATE_COUNT,
  SLOT_KIND_BATCH,
  SLOT_KIND_CALENDAR,
  SLOT_KIND_ENTRY,
  SLOT_KIND_EXIT,
  SLOT_KIND_MODE,
  STATION_MODE_COUNT,
  STOCK_COUNT,
  STOCK_LEG,
  STOCK_WORDS,
  SUPPLY_ORDERS,
  USE_STATIONS,
  ORDER_RELEASE,
  WORKER_OWN,
  WORKER_PLACE,
  WORKER_SINCE,
  WORKER_WORDS,
} from '../stations/shop-words.ts';
import {
  BUFFER_SUMS_CARRY,
  HEAD_EVENTS,
  HEAD_STATUS,
  HEAD_STEPS,
  KIND_SOURCE,
  KIND_STATION,
  LEG_NODE,
  NODE_FIRST,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_LINE,
  NODE_PLACES,
  NODE_STREAM,
  NODE_SUMS,
  NODE_WORDS,
  PART_BORN,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  PLACE_WORDS,
  PRODUCT_SUMS,
  PRODUCT_SUMS_CARRY,
  QUEUE_HEAD,
  RUN_MOVE_LIMIT,
  RUN_STEP_LIMIT,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_TIMES,
  SLOT_ACTOR,
  SLOT_KIND,
  SLOT_KIND_ARRIVAL,
  SLOT_KIND_FINISH,
  SLOT_KIND_WARMUP,
  SLOT_WORDS,
  STATUS_DONE,
  STATUS_LIVELOCK,
  STATUS_RUNNING,
} from '../stations/words.ts';
import { clearEntrance, enterLine, reachExit } from './belts.ts';
import { turnPage } from './calendars.ts';
import {
  add64,
  AT_LIMIT,
  AT_NODE,
  AT_PLACE,
  AT_POOL,
  AT_RUN,
  AT_SLOT,
  AT_STOCK,
  AT_WORKER,
  count,
  HAS_BATCHES,
  HAS_CALENDARS,
  HAS_CONVEYORS,
  HAS_LIMITS,
  HAS_MODES,
  HAS_PEOPLE,
  HAS_STOCK,
  HAS_SUPPLIES,
  HAS_TRANSFERS,
  L_BEFORE,
  L_COUNTERS,
  L_COUNTERS_END,
  L_DIRTY,
  L_DIRTY_WORDS,
  L_HISTOGRAM,
  L_HISTOGRAM_BINS,
  L_SLOT,
  L_SUMS,
  L_SUMS_END,
  minus,
  N_LIMITS,
  N_NODES,
  N_PLACES,
  N_POOLS,
  N_PRODUCTS,
  N_STOCKS,
  N_WORKERS,
  NEVER,
  nextSlot,
  NONE,
  now,
  plus,
  put,
  sample,
  schedule,
  setNow,
  setStatus,
  table,
  word,
} from './memory.ts';
import { fireMode, going, gone, goOn, newLife, WALKING_HERE } from './modes.ts';
import { countMade, makePart, productOf, stopTwin } from './parts.ts';
import { calling, grant, hush, nextAsker } from './people.ts';
import { advance, finishPhase } from './server.ts';
import { arrive, isOnOffer, setArrival } from './supply.ts';
import { attend } from './take.ts';
import { clearReady, cross, mark, ready } from './ways.ts';

/** Draws what must be known before the first event, and lays the stock out. The block holds the initial words. */
export function beginTwin(): void {
  const end = AT_NODE + N_NODES * NODE_WORDS;
  for (let node = AT_NODE; node < end; node += NODE_WORDS) {
    const kind = table(node + NODE_KIND);
    const place = table(node + NODE_FIRST_PLACE);
    if (kind === KIND_SOURCE) {
      let order = NONE;
      if (HAS_SUPPLIES) order = table(table(node + NODE_MORE) + SUPPLY_ORDERS);
      if (order !== NONE) {
        schedule(table(place + PLACE_SLOT), table(order + ORDER_RELEASE));
      } else if (table(node + NODE_INTERARRIVAL) !== NONE) {
        setArrival(node, table(place + PLACE_SLOT), sample(table(node + NODE_FIRST), table(node + NODE_STREAM)));
      }
    } else if (HAS_MODES && kind === KIND_STATION) {
      const modes = table(table(node + NODE_MORE) + STATION_MODE_COUNT);
      for (let i = 0; i < table(node + NODE_PLACES); i++) {
        for (let m = 0; m < modes; m++) newLife(place + i * PLACE_WORDS, m);
      }
    }
  }
  if (HAS_STOCK) layStock();
}

/** Parts that lie somewhere at time 0. */
function layStock(): void {
  const end = AT_STOCK + N_STOCKS * STOCK_WORDS;
  for (let row = AT_STOCK; row < end; row += STOCK_WORDS) {
    const node = table(table(row + STOCK_LEG) + LEG_NODE);
    for (let i = 0; i < table(row + STOCK_COUNT); i++) {
      const part = makePart(table(row + STOCK_LEG), node);
      if (part !== NONE) {
        countMade(productOf(part));
        if (HAS_LIMITS) cross(NONE, node);
        enterLine(node, part);
      }
    }
  }
}

/** Runs the twin on, for at most so many events. Before the first of all, the stock laid out at time 0 settles. */
export function runTwin(events: number): void {
  // A twin that broke off in the middle of an event may have left these behind.
  gone();
  clearReady();
  hush();
  let left = events;
  let fresh = HAS_STOCK && word(HEAD_EVENTS) === 0;
  while (left > 0 && word(HEAD_STATUS) === STATUS_RUNNING) {
    if (fresh) {
      fresh = false;
    } else {
      step();
      left -= 1;
    }
    settle();
  }
}

/** The next event. */
function step(): void {
  const slot = nextSlot();
  const tick = word(L_SLOT + slot);
  const row = AT_SLOT + slot * SLOT_WORDS;
  const kind = table(row + SLOT_KIND);
  const actor = table(row + SLOT_ACTOR);
  count(HEAD_EVENTS);
  if (tick === now) {
    count(HEAD_STEPS);
  } else {
    setNow(tick);
    put(HEAD_STEPS, 0);
  }
  if (word(HEAD_STEPS) > table(AT_RUN + RUN_STEP_LIMIT) && kind !== SLOT_KIND_WARMUP) {
    stopTwin(STATUS_LIVELOCK, nodeOf(kind, actor));
  } else if (kind === SLOT_KIND_FINISH) {
    finishPhase(actor);
  } else if (kind === SLOT_KIND_ARRIVAL) {
    arrive(actor);
  } else if (HAS_MODES && kind === SLOT_KIND_MODE) {
    fireMode(actor, slot);
  } else if ((HAS_CONVEYORS || HAS_TRANSFERS) && kind === SLOT_KIND_EXIT) {
    reachExit(actor);
  } else if (HAS_CONVEYORS && kind === SLOT_KIND_ENTRY) {
    clearEntrance(actor);
  } else if (HAS_BATCHES && kind === SLOT_KIND_BATCH) {
    schedule(slot, NEVER);
    mark(actor);
  } else if (HAS_CALENDARS && kind === SLOT_KIND_CALENDAR) {
    turnPage(actor);
  } else if (kind === SLOT_KIND_WARMUP) {
    cut(slot);
  } else {
    setStatus(STATUS_DONE);
  }
}

/** The element that an event concerns. */
function nodeOf(kind: number, actor: number): number {
  let node = actor;
  if (kind === SLOT_KIND_FINISH || kind === SLOT_KIND_MODE) node = table(actor + PLACE_NODE);
  if (HAS_CALENDARS && kind === SLOT_KIND_CALENDAR) {
    node = AT_NODE;
    if (table(actor + CALENDAR_USE) === USE_STATIONS) node = table(table(actor + CALENDAR_USER));
  }
  return node;
}

/** Until nothing is left to do at this tick: servers go on, parts move (the one set free by the event first, then the marked element of the lowest number), people are heard. */
function settle(): void {
  let moves = 0;
  let at = 0;
  let busy = true;
  while (busy && word(HEAD_STATUS) === STATUS_RUNNING) {
    let node = NONE;
    if (going !== NONE) {
      const place = going;
      gone();
      advance(place);
      at = 0;
    } else if (ready !== NONE) {
      node = table(word(ready + PART_LEG) + LEG_NODE);
    } else {
      while (at < L_DIRTY_WORDS && word(L_DIRTY + at) === 0) at += 1;
      if (at < L_DIRTY_WORDS) {
        const bits = word(L_DIRTY + at);
        put(L_DIRTY + at, bits & (bits - 1));
        node = AT_NODE + (at * 32 + 31 - Math.clz32(bits & -bits)) * NODE_WORDS;
        moves += 1;
        if (moves > table(AT_RUN + RUN_MOVE_LIMIT)) stopTwin(STATUS_LIVELOCK, node);
      } else if (HAS_PEOPLE && calling) {
        hear();
        at = 0;
      } else {
        busy = false;
      }
    }
    if (node !== NONE && word(HEAD_STATUS) === STATUS_RUNNING) {
      attend(node);
      at = 0;
    }
  }
}

/** The first of those who ask for people, and can have them, gets them. */
function hear(): void {
  let place = nextAsker(NONE);
  let walk = NONE;
  while (place !== NONE && walk === NONE) {
    const own = table(place + PLACE_OWN);
    walk = grant(place, word(own + SERVER_ASKS));
    if (walk === NONE) place = nextAsker(place);
  }
  if (place === NONE) {
    hush();
  } else {
    const own = table(place + PLACE_OWN);
    const m = word(own + SERVER_DOWN);
    if (m !== NONE) {
      schedule(table(place + PLACE_SLOT) + 1 + m, plus(now, walk));
    } else if (walk === 0) {
      goOn(place);
    } else {
      put(own + SERVER_WALKING, WALKING_HERE);
      schedule(table(place + PLACE_SLOT), plus(now, walk));
    }
  }
}

/**
 * The warm-up cut: sums and histograms begin again; counters are copied as they stand. What parts inside have waited so far is carried,
 * so that the area under a queue or under WIP within the window is exact: waits of those who left + waits so far of those inside − carry.
 */
function cut(slot: number): void {
  schedule(slot, NEVER);
  for (let i = L_SUMS; i < L_SUMS_END; i++) put(i, 0);
  for (let i = L_HISTOGRAM; i < L_HISTOGRAM + N_PRODUCTS * L_HISTOGRAM_BINS; i++) put(i, 0);
  for (let i = 0; i < L_COUNTERS_END - L_COUNTERS; i++) put(L_BEFORE + i, word(L_COUNTERS + i));
  for (let place = AT_PLACE; place < AT_PLACE + N_PLACES * PLACE_WORDS; place += PLACE_WORDS) {
    const own = table(place + PLACE_OWN);
    const node = table(place + PLACE_NODE);
    const isSource = table(node + NODE_KIND) === KIND_SOURCE;
    put(own + SERVER_SINCE, now);
    for (let state = 0; state < SHOP_STATE_COUNT; state++) put(own + SERVER_TIMES + state, 0);
    if (!isSource || !isOnOffer(node)) carry(word(own + SERVER_PART));
    if (!isSource) carryAll(word(own + SERVER_REST));
  }
  for (let node = AT_NODE; node < AT_NODE + N_NODES * NODE_WORDS; node += NODE_WORDS) {
    const line = table(node + NODE_LINE);
    if (line !== NONE) {
      for (let part = word(line + QUEUE_HEAD); part !== NONE; part = word(part + PART_NEXT)) {
        add64(table(node + NODE_SUMS) + BUFFER_SUMS_CARRY, minus(now, word(part + PART_SINCE)));
      }
      carryAll(word(line + QUEUE_HEAD));
      if (HAS_CONVEYORS && table(node + NODE_KIND) === KIND_CONVEYOR) cutBelt(table(table(node + NODE_MORE) + CONVEYOR_OWN));
    }
  }
  if (HAS_PEOPLE) cutPeople();
  if (HAS_LIMITS) {
    for (let limit = AT_LIMIT; limit < AT_LIMIT + N_LIMITS * LIMIT_WORDS; limit += LIMIT_WORDS) put(table(limit + LIMIT_SINCE), now);
  }
}

/** Books a part's time in the plant so far (NONE: of nobody) as not in the window. */
function carry(part: number): void {
  if (part !== NONE) add64(table(productOf(part) + PRODUCT_SUMS) + PRODUCT_SUMS_CARRY, minus(now, word(part + PART_BORN)));
}

function carryAll(first: number): void {
  for (let part = first; part !== NONE; part = word(part + PART_NEXT)) carry(part);
}

function cutBelt(belt: number): void {
  put(belt + BELT_STOOD, 0);
  put(belt + BELT_STOOD + 1, 0);
  if (word(belt + BELT_STOPPED) !== NEVER) put(belt + BELT_SINCE, now);
}

function cutPeople(): void {
  for (let pool = AT_POOL; pool < AT_POOL + N_POOLS * POOL_WORDS; pool += POOL_WORDS) put(table(pool + POOL_OWN) + POOL_SINCE, now);
  for (let worker = AT_WORKER; worker < AT_WORKER + N_WORKERS * WORKER_WORDS; worker += WORKER_WORDS) {
    if (word(table(worker + WORKER_OWN) + WORKER_PLACE) !== NONE) put(table(worker + WORKER_OWN) + WORKER_SINCE, now);
  }
}
