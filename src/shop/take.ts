/** How an element takes parts: which of those that wait, how many, and onto which server. */
import {
  BOM_COUNT,
  BOM_PRODUCT,
  BOM_WORDS,
  KEY_END,
  KEY_PROGRAM,
  KEY_WORDS,
  KIND_TRANSFER,
  LEG_BATCH_KEY,
  LEG_BATCH_MAX,
  LEG_BATCH_MIN,
  LEG_FAMILY,
  NODE_MORE,
  NODE_OPEN,
  NODE_PLAIN,
  NODE_SORTED,
  PART_DUE,
  PART_FROM,
  PART_LEFT,
  PART_LINE,
  PART_PRIORITY,
  PART_READY,
  PHASE_NONE,
  PHASE_WORK,
  SERVER_FAMILY,
  SERVER_PHASE,
  SERVER_REST,
  SERVER_RUN,
  STATION_BATCH_SLOT,
  STATION_BATCH_WAIT,
  STATION_BATCHES,
  STATION_BOM,
  STATION_BOM_ROWS,
  STATION_FAMILIES,
  STATION_KEY_COUNT,
  STATION_KEYS,
  STATION_MAKES,
  STATION_MINIMUM_RUN,
  STATION_PREEMPTS,
  STATION_SETUP,
} from '../stations/shop-words.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  HEAD_STATUS,
  JOB_RESUME,
  KIND_SINK,
  KIND_STATION,
  LEG_PRODUCT,
  NODE_COUNTERS,
  NODE_DRAWS,
  NODE_FIRST_DRAW,
  NODE_FIRST_PLACE,
  NODE_KIND,
  NODE_PLACES,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_WORDS,
  QUEUE_HEAD,
  QUEUE_WORDS,
  SERVER_LEFT,
  SERVER_PART,
  SERVER_STATE,
  SINK_COUNTERS_FINISHED,
  STATE_STARVED,
  STATE_WORKING,
} from '../stations/words.ts';
import { enterState } from './accounts.ts';
import { enterLine, leaveLine, nextInLine } from './belts.ts';
import { evaluate } from './expression.ts';
import {
  AT_LINE,
  count,
  earlier,
  HAS_ASSEMBLY,
  HAS_BATCHES,
  HAS_DISPATCH,
  HAS_LIMITS,
  HAS_PREEMPTION,
  HAS_SETUPS,
  HAS_TRANSFERS,
  L_QUEUE,
  L_STACK,
  least,
  NEVER,
  NONE,
  now,
  plus,
  put,
  schedule,
  table,
  word,
} from './memory.ts';
import { interrupt } from './modes.ts';
import { beginLife, consume, countMade, discard, finish, insert, productOf, unlink } from './parts.ts';
import { tellEnter, tellGone, tellLeave } from './record.ts';
import { beginJob, leaveServer, load } from './server.ts';
import { leaveSource } from './supply.ts';
import { idleEnd, idleFirst, lookForIdle } from './variables.ts';
import { admits, cardsFor, clearReady, cross, fill, legAt, mark, ready, room, vacate } from './ways.ts';

/** Where the keys of the best candidate so far stand, and those of the one compared. */
const BEST_KEYS = 16;
const KEYS = 24;

// ── Choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The part chosen, the queue it stands in, the part before it there, and the leg on which it comes in. */
let chosen = NONE;
let chosenQueue = NONE;
let chosenBefore = NONE;
let chosenLeg = NONE;
/** Whether what is looked for goes into the main part of a kit: it is consumed as it is taken, and needs no card. */
let goesIntoKit = false;
/** How many of its keys have been worked out. */
let keysKnown = 0;

/** The line a queue is; NONE for parts that wait where they are. */
function lineOf(queue: number): number {
  return table(AT_LINE + Math.trunc((queue - L_QUEUE) / QUEUE_WORDS));
}

/** Whether any part of a queue may be taken by a node, not the first alone. */
function isOpen(line: number, node: number): boolean {
  let open = false;
  if (line === NONE) {
    open = table(node + NODE_PLAIN) === 0;
  } else {
    open = table(line + NODE_OPEN) !== 0;
    if (HAS_TRANSFERS) open = open || table(line + NODE_KIND) === KIND_TRANSFER;
  }
  return open;
}

/** The leg on which a part that stands in a line (or, where that is NONE, waits on its place) may enter a node now; NONE if it may not. */
function entry(part: number, line: number, node: number): number {
  let leg = legAt(word(part + PART_LEG), node);
  if (HAS_LIMITS && leg !== NONE && !goesIntoKit) {
    let from = line;
    if (line === NONE) from = table(word(part + PART_HOLDER) + PLACE_NODE);
    if (!admits(from, node)) leg = NONE;
  }
  return leg;
}

/** The first part of a queue that may be looked at; NONE if there is none. */
function firstIn(queue: number, line: number): number {
  return arrivedOf(word(queue + QUEUE_HEAD), line);
}

/** A part of a queue, or NONE where it is still under way: so are then all behind it. */
function arrivedOf(part: number, line: number): number {
  let arrived = part;
  if (HAS_TRANSFERS && line !== NONE && part !== NONE) {
    if (table(line + NODE_KIND) === KIND_TRANSFER && word(part + PART_READY) !== NEVER) arrived = NONE;
  }
  return arrived;
}

/** The part behind another in an open queue that may be looked at too; NONE if there is none. */
function following(part: number, line: number): number {
  return arrivedOf(word(part + PART_NEXT), line);
}

/**
 * Chooses the part that a node takes next: of those that may enter (with `key`, of that batch; with `product`, of that product; where `held`, only
 * what an idle server that may not change over yet is set up for) the least by its keys, then the longest waiting, then by the order of queues.
 */
function choose(node: number, key: number, product: number, held: boolean): void {
  const first = table(node + NODE_FIRST_DRAW);
  const end = first + table(node + NODE_DRAWS);
  let keys = 0;
  if (HAS_DISPATCH && table(node + NODE_KIND) === KIND_STATION) keys = table(table(node + NODE_MORE) + STATION_KEY_COUNT);
  chosen = NONE;
  batchKey = NONE;
  if (HAS_SETUPS && table(node + NODE_KIND) === KIND_STATION) {
    if (table(table(node + NODE_MORE) + STATION_SETUP) !== NONE) lookForIdle(node);
  }
  for (let i = first; i < end; i++) {
    const queue = table(i);
    const line = lineOf(queue);
    const open = isOpen(line, node);
    let sorted = false;
    if (HAS_DISPATCH && line !== NONE && keys > 0) sorted = table(line + NODE_SORTED) !== 0;
    let before = NONE;
    let part = firstIn(queue, line);
    while (part !== NONE) {
      const leg = entry(part, line, node);
      let fits = leg !== NONE;
      if (HAS_BATCHES && fits && key !== NONE) fits = table(leg + LEG_BATCH_KEY) === key;
      if (HAS_ASSEMBLY && fits && product !== NONE) fits = table(leg + LEG_PRODUCT) === product;
      if (HAS_SETUPS && fits && held) fits = isHeld(node, leg);
      if (HAS_BATCHES && fits && key === NONE) fits = isComplete(node, leg);
      let better = fits;
      if (fits) {
        if (HAS_DISPATCH && keys > 0) {
          better = comesFirst(node, part, leg, keys);
        } else if (chosen !== NONE) {
          better = waitsLonger(part);
        }
      }
      if (better) {
        chosen = part;
        chosenQueue = queue;
        chosenBefore = before;
        chosenLeg = leg;
      }
      before = part;
      let next = NONE;
      if (open) next = following(part, line);
      // In a line that stands in the station's order the first that fits is the one to take; by priority alone, the first few.
      if (fits && !HAS_PREEMPTION && (keys === 0 || (sorted && keys === 1))) next = NONE;
      if (HAS_DISPATCH && sorted && chosen !== NONE && next !== NONE) {
        if (word(next + PART_PRIORITY) < word(chosen + PART_PRIORITY)) next = NONE;
      }
      part = next;
    }
  }
}

/** Whether a candidate has waited longer than the best so far; a part whose work has been interrupted comes before those not begun. */
function waitsLonger(part: number): boolean {
  let longer = earlier(word(part + PART_SINCE), word(chosen + PART_SINCE));
  if (HAS_PREEMPTION) {
    const begun = word(part + PART_LEFT) !== NONE;
    if (begun !== (word(chosen + PART_LEFT) !== NONE)) longer = begun;
  }
  return longer;
}

/** Whether a candidate comes before the best so far: by the first key in which they differ, then by waiting. Keys are worked out only as far as it takes to tell. */
function comesFirst(node: number, part: number, leg: number, keys: number): boolean {
  const row = table(table(node + NODE_MORE) + STATION_KEYS);
  let verdict = 0;
  let k = 0;
  if (chosen === NONE) verdict = -1;
  while (verdict === 0 && k < keys) {
    const program = row + k * KEY_WORDS;
    for (let side = 0; side < 2; side++) {
      let subject = part;
      let step = leg;
      let at = L_STACK + KEYS + k;
      if (side === 0) {
        subject = chosen;
        step = chosenLeg;
        at = L_STACK + BEST_KEYS + k;
      }
      if (side === 1 || k >= keysKnown) put(at, evaluate(table(program + KEY_PROGRAM), table(program + KEY_END), subject, step, node));
    }
    const value = word(L_STACK + KEYS + k);
    const best = word(L_STACK + BEST_KEYS + k);
    k += 1;
    keysKnown = Math.max(keysKnown, k);
    if (value < best) verdict = -1;
    if (value > best) verdict = 1;
  }
  if (verdict === 0 && waitsLonger(part)) verdict = -1;
  if (verdict < 0) {
    for (let i = 0; i < k; i++) put(L_STACK + BEST_KEYS + i, word(L_STACK + KEYS + i));
    keysKnown = k;
  }
  return verdict < 0;
}

// ── Set-ups ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether an idle server that may not change over yet is set up for a leg. */
function isHeld(node: number, leg: number): boolean {
  const least = table(table(node + NODE_MORE) + STATION_MINIMUM_RUN);
  const end = idleEnd;
  const family = table(leg + LEG_FAMILY);
  let held = false;
  for (let place = idleFirst; place < end; place += PLACE_WORDS) {
    const own = table(place + PLACE_OWN);
    if (word(own + SERVER_FAMILY) === family && word(own + SERVER_STATE) === STATE_STARVED && word(own + SERVER_RUN) < least) {
      held = family !== NONE;
    }
  }
  return held;
}

/** The idle server that takes a part on a leg: one set up for it, else one not set up yet, else one that may change over, else any; the lowest number of equals. */
function serverFor(node: number, leg: number): number {
  const station = table(node + NODE_MORE);
  let place = table(node + NODE_FIRST_PLACE);
  if (HAS_SETUPS && table(station + STATION_FAMILIES) > 0) {
    const end = place + table(node + NODE_PLACES) * PLACE_WORDS;
    const family = table(leg + LEG_FAMILY);
    let best = NONE;
    let bestRank = 4;
    while (place < end) {
      const own = table(place + PLACE_OWN);
      if (word(own + SERVER_STATE) === STATE_STARVED) {
        let rank = 3;
        if (word(own + SERVER_RUN) >= table(station + STATION_MINIMUM_RUN)) rank = 2;
        if (word(own + SERVER_FAMILY) === NONE) rank = 1;
        if (word(own + SERVER_FAMILY) === family) rank = 0;
        if (rank < bestRank) {
          best = place;
          bestRank = rank;
        }
      }
      place += PLACE_WORDS;
    }
    place = best;
  } else {
    while (word(table(place + PLACE_OWN) + SERVER_STATE) !== STATE_STARVED) place += PLACE_WORDS;
  }
  return place;
}

// ── Batches and kits ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The batch looked at last, whether it can start, and the tick from which one could start because it has waited long enough. */
let batchKey = NONE;
let batchStarts = false;
let batchDue = NEVER;

/** Of the parts that wait, those that need a card, and how many cards there are for them. */
let needCards = 0;
let cardsLeft = NONE;

function countCards(part: number, line: number, node: number): void {
  let from = line;
  if (line === NONE) from = table(word(part + PART_HOLDER) + PLACE_NODE);
  const cards = cardsFor(from, node);
  if (cards !== NONE) {
    needCards += 1;
    cardsLeft = least(cardsLeft, cards);
  }
}

/** Parts that wait to enter a node (of a batch, of a product; NONE: of any), and since when the first of them does. */
let waiting = 0;
let waitingSince = NEVER;

function countWaiting(node: number, key: number, product: number): void {
  const first = table(node + NODE_FIRST_DRAW);
  const end = first + table(node + NODE_DRAWS);
  waiting = 0;
  waitingSince = NEVER;
  needCards = 0;
  cardsLeft = NONE;
  for (let i = first; i < end; i++) {
    const queue = table(i);
    const line = lineOf(queue);
    const open = isOpen(line, node);
    let part = firstIn(queue, line);
    while (part !== NONE) {
      const leg = entry(part, line, node);
      let counts = leg !== NONE;
      if (HAS_BATCHES && counts && key !== NONE) counts = table(leg + LEG_BATCH_KEY) === key;
      if (HAS_ASSEMBLY && counts && product !== NONE) counts = table(leg + LEG_PRODUCT) === product;
      if (counts) {
        waiting += 1;
        if (HAS_LIMITS && !goesIntoKit) countCards(part, line, node);
        waitingSince = least(waitingSince, word(part + PART_SINCE));
      }
      if (open) {
        part = following(part, line);
      } else {
        part = NONE;
      }
    }
  }
  if (HAS_LIMITS) waiting -= needCards - least(needCards, cardsLeft);
}

/** Whether the batch that a leg belongs to may start: it is full, or large enough and its first part has waited its time. At stations without batches: always. */
function isComplete(node: number, leg: number): boolean {
  let starts = true;
  if (table(node + NODE_KIND) === KIND_STATION) {
    const station = table(node + NODE_MORE);
    if (table(station + STATION_BATCHES) !== 0) {
      const key = table(leg + LEG_BATCH_KEY);
      if (key !== batchKey) {
        countWaiting(node, key, NONE);
        const due = plus(waitingSince, table(station + STATION_BATCH_WAIT));
        batchKey = key;
        batchStarts = waiting >= table(leg + LEG_BATCH_MAX) || (waiting >= table(leg + LEG_BATCH_MIN) && !earlier(now, due));
        if (waiting >= table(leg + LEG_BATCH_MIN) && !batchStarts) batchDue = least(batchDue, due);
      }
      starts = batchStarts;
    }
  }
  return starts;
}

/** Whether all that a bill of materials asks for is there. */
function kitIsComplete(node: number, station: number): boolean {
  const end = table(station + STATION_BOM) + table(station + STATION_BOM_ROWS) * BOM_WORDS;
  let complete = true;
  for (let row = table(station + STATION_BOM); row < end; row += BOM_WORDS) {
    if (complete) {
      goesIntoKit = row !== table(station + STATION_BOM);
      countWaiting(node, NONE, table(row + BOM_PRODUCT));
      complete = waiting >= table(row + BOM_COUNT);
    }
  }
  goesIntoKit = false;
  return complete;
}

// ── Taking ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The part chosen goes from the line it stands in (NONE: from its place) to a node, or is consumed there; the place or line it leaves sees to what follows. */
function pull(part: number, line: number, node: number, consumed: boolean): void {
  const place = word(part + PART_HOLDER);
  let from = NONE;
  tellLeave(part);
  if (chosenQueue !== NONE) unlink(chosenQueue, chosenBefore, part);
  if (line !== NONE) {
    from = line;
  } else {
    from = table(place + PLACE_NODE);
  }
  if (HAS_LIMITS) {
    let into = node;
    if (consumed) into = NONE;
    cross(from, into);
  }
  put(part + PART_LINE, NONE);
  if (line !== NONE) {
    put(part + PART_LINE, chosenQueue);
    leaveLine(line, part);
  } else if (table(from + NODE_KIND) === KIND_STATION) {
    leaveServer(place);
  } else {
    leaveSource(from, place, part);
  }
}

/** A part comes into an element that is no station. */
function enter(node: number, part: number): void {
  if (table(node + NODE_KIND) === KIND_SINK) {
    tellEnter(part, node, 0, productOf(part));
    count(table(node + NODE_COUNTERS) + SINK_COUNTERS_FINISHED);
    if (HAS_LIMITS) cross(node, NONE);
    finish(part);
  } else {
    enterLine(node, part);
  }
}

/**
 * An element takes what it can take at once: the part that is ready to go to it, else one that waits, a batch, a kit. All goes through one loop:
 * on a GPU every call is a copy of what is called.
 */
export function attend(node: number): void {
  const isStation = table(node + NODE_KIND) === KIND_STATION;
  let station = NONE;
  if (isStation) station = table(node + NODE_MORE);
  const batches = HAS_BATCHES && isStation && table(station + STATION_BATCHES) !== 0;
  const assembles = HAS_ASSEMBLY && isStation && table(station + STATION_BOM) !== NONE;
  let key = NONE;
  let row = NONE;
  let wanted = 1;
  let place = NONE;
  let main = NONE;
  let more = false;
  // How often a part is still to be looked for: first, where a changeover is to be put off, among those that need none.
  let tries = 0;
  chosen = NONE;
  if (ready !== NONE) {
    chosen = ready;
    chosenQueue = NONE;
    chosenLeg = word(ready + PART_LEG);
    clearReady();
  } else {
    // Where a job has just been interrupted, the part that interrupts it is taken, whatever the server is set up for.
    const wasFull = HAS_PREEMPTION && room(node) <= 0;
    if (HAS_PREEMPTION && isStation && wasFull) {
      if (table(station + STATION_PREEMPTS) !== 0) preempt(node);
      chosen = NONE;
    }
    if (room(node) > 0) tries = 1;
    if (HAS_SETUPS && tries > 0 && isStation && !wasFull && table(station + STATION_MINIMUM_RUN) > 0) tries = 2;
    if (assembles && tries > 0) {
      row = table(station + STATION_BOM);
      wanted = table(row + BOM_COUNT);
      if (!kitIsComplete(node, station)) tries = 0;
    }
    if (HAS_BATCHES) batchDue = NEVER;
  }
  while (tries > 0 || chosen !== NONE) {
    if (chosen === NONE) {
      let product = NONE;
      if (HAS_ASSEMBLY && row !== NONE) product = table(row + BOM_PRODUCT);
      goesIntoKit = HAS_ASSEMBLY && main !== NONE;
      choose(node, key, product, tries === 2);
      goesIntoKit = false;
      tries -= 1;
    }
    if (chosen !== NONE) {
      const part = chosen;
      const leg = chosenLeg;
      let line = NONE;
      if (chosenQueue !== NONE) line = lineOf(chosenQueue);
      pull(part, line, node, main !== NONE);
      put(part + PART_LEG, leg);
      if (isStation && place === NONE) {
        if (batches) {
          key = table(leg + LEG_BATCH_KEY);
          wanted = table(leg + LEG_BATCH_MAX);
        }
        // Only now: a part may come from a server of the same station.
        place = serverFor(node, leg);
        fill(node);
      }
      if (place === NONE) {
        enter(node, part);
      } else if (HAS_ASSEMBLY && row !== NONE) {
        if (main === NONE) {
          main = part;
        } else {
          tellEnter(part, node, Math.trunc((place - table(node + NODE_FIRST_PLACE)) / PLACE_WORDS), productOf(part));
          consume(part);
          discard(part);
        }
      } else {
        load(place, part);
      }
      if (line !== NONE) nextInLine(line);
      wanted -= 1;
      if (HAS_ASSEMBLY && row !== NONE && wanted === 0) {
        row += BOM_WORDS;
        if (row < table(station + STATION_BOM) + table(station + STATION_BOM_ROWS) * BOM_WORDS) wanted = table(row + BOM_COUNT);
      }
      // Nobody else waits for the room that a part goes to straight from an event.
      if (chosenQueue !== NONE) more = word(chosenQueue + QUEUE_HEAD) !== NONE || table(node + NODE_DRAWS) > 1;
      chosen = NONE;
      tries = 0;
      if (wanted > 0 && word(HEAD_STATUS) === 0) tries = 1;
    }
  }
  if (place !== NONE) {
    if (HAS_ASSEMBLY && main !== NONE) assemble(node, place, main);
    beginJob(place);
  } else if (batches && batchDue !== NEVER) {
    schedule(table(station + STATION_BATCH_SLOT), batchDue);
  }
  if (more && room(node) > 0) mark(node);
}

/** The main part of a kit becomes what is assembled: it keeps its due date and priority. */
function assemble(node: number, place: number, main: number): void {
  const due = word(main + PART_DUE);
  const priority = word(main + PART_PRIORITY);
  const from = word(main + PART_FROM);
  tellEnter(main, node, Math.trunc((place - table(node + NODE_FIRST_PLACE)) / PLACE_WORDS), productOf(main));
  consume(main);
  tellGone(main);
  put(main + PART_LEG, table(table(node + NODE_MORE) + STATION_MAKES));
  beginLife(main, productOf(main));
  countMade(productOf(main));
  if (due !== NEVER) put(main + PART_DUE, due);
  put(main + PART_PRIORITY, priority);
  put(main + PART_FROM, from);
  load(place, main);
}

// ── Preemption ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A part of a higher priority than one in work waits: that one goes back to where it came from, with what is left of its work. */
function preempt(node: number): void {
  choose(node, NONE, NONE, false);
  if (chosen !== NONE) {
    const end = table(node + NODE_FIRST_PLACE) + table(node + NODE_PLACES) * PLACE_WORDS;
    let victim = NONE;
    let lowest = word(chosen + PART_PRIORITY);
    for (let place = table(node + NODE_FIRST_PLACE); place < end; place += PLACE_WORDS) {
      const own = table(place + PLACE_OWN);
      if (word(own + SERVER_STATE) === STATE_WORKING && word(own + SERVER_PHASE) === PHASE_WORK && word(own + SERVER_REST) === NONE) {
        const part = word(own + SERVER_PART);
        if (word(part + PART_PRIORITY) < lowest && word(part + PART_LINE) !== NONE) {
          victim = place;
          lowest = word(part + PART_PRIORITY);
        }
      }
    }
    if (victim !== NONE) putBack(node, victim);
  }
}

function putBack(node: number, place: number): void {
  const own = table(place + PLACE_OWN);
  const part = word(own + SERVER_PART);
  const queue = word(part + PART_LINE);
  const line = lineOf(queue);
  interrupt(place, own, JOB_RESUME);
  put(part + PART_LEFT, word(own + SERVER_LEFT));
  put(own + SERVER_PART, NONE);
  put(own + SERVER_PHASE, PHASE_NONE);
  put(own + SERVER_LEFT, NONE);
  tellLeave(part);
  tellEnter(part, line, word(table(line + NODE_COUNTERS) + BUFFER_COUNTERS_ENTERED), productOf(part));
  if (HAS_LIMITS) cross(node, line);
  put(part + PART_SINCE, now);
  let before = NONE;
  if (HAS_DISPATCH && table(line + NODE_SORTED) !== 0) {
    let next = word(queue + QUEUE_HEAD);
    while (next !== NONE && word(next + PART_PRIORITY) > word(part + PART_PRIORITY)) {
      before = next;
      next = word(next + PART_NEXT);
    }
  }
  insert(queue, before, part);
  fill(line);
  count(table(line + NODE_COUNTERS) + BUFFER_COUNTERS_ENTERED);
  enterState(place, STATE_STARVED);
  vacate(node);
}
