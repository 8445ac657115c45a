/** Servers: how a job goes through its phases, and how its parts leave. */
import {
  BLAME_SUMS_STARVED,
  BOM_COUNT,
  BOM_LEG,
  BOM_WORDS,
  LEG_CHECKS_LIMIT,
  LEG_DISASSEMBLY,
  LEG_DISASSEMBLY_ROWS,
  LEG_FAMILY,
  LEG_INTERVAL,
  LEG_PER_PIECE,
  LEG_QUALITY,
  LEG_STARTS_LIMIT,
  MORE_JOBS,
  MORE_QUALITY_SCRAPPED,
  MORE_SETUPS,
  MORE_VIOLATIONS,
  NODE_MORE,
  PART_DEADLINE,
  PART_DUE,
  PART_FROM,
  PART_LEFT,
  PART_PRIORITY,
  PART_SIZE,
  PHASE_LEAVING,
  PHASE_LOADING,
  PHASE_NONE,
  PHASE_SETUP,
  PHASE_UNLOADING,
  PHASE_WORK,
  PLACE_PROCESSING,
  QUALITY_PASSES,
  QUALITY_REWORK,
  QUALITY_REWORKS,
  SERVER_ASKS,
  SERVER_CLOSED,
  SERVER_DOWN,
  SERVER_FAMILY,
  SERVER_HELD,
  SERVER_PENDING,
  SERVER_PHASE,
  SERVER_REST,
  SERVER_RUN,
  SERVER_TARGET,
  SERVER_WALKING,
  SERVER_WHOLE,
  STATE_MAINTAINED,
  STATE_OFF,
  STATE_SETUP,
  STATE_WAITING,
  STATION_COUNTERS,
  STATION_FAMILIES,
  STATION_LOADING,
  STATION_LOADING_STREAM,
  STATION_NEED_SETUP,
  STATION_PREEMPTS,
  STATION_SETUP,
  STATION_SETUP_STREAM,
  STATION_SUSPENDS,
  STATION_UNLOADING,
  STATION_WEAR,
  WEAR_PER_PART,
} from '../stations/shop-words.ts';
import {
  HEAD_OPERATIONS,
  LEG_PROCESSING,
  NODE_COUNTERS,
  NODE_FIRST_PLACE,
  PART_LEG,
  PART_NEXT,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  PLACE_WORDS,
  SERVER_LEFT,
  SERVER_PART,
  SERVER_SINCE,
  SERVER_STATE,
  STATE_BLOCKED,
  STATE_FAILED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_OPERATIONS,
  STATION_COUNTERS_SCRAPPED,
} from '../stations/words.ts';
import { blame, blameForBlocking, enterState } from './accounts.ts';
import {
  HAS_CALENDARS,
  HAS_CHOICES,
  HAS_DEADLINES,
  HAS_DISASSEMBLY,
  HAS_HANDLING,
  HAS_INTERVALS,
  HAS_LIMITS,
  HAS_MODES,
  HAS_PART_CLOCKS,
  HAS_PEOPLE,
  HAS_PER_PIECE,
  HAS_PREEMPTION,
  HAS_QUALITY,
  HAS_SETUPS,
  HAS_WEAR,
  HAS_WORK_CLOCKS,
  L_SLOT,
  NEVER,
  NONE,
  count,
  earlier,
  least,
  minus,
  now,
  plus,
  put,
  sample,
  scaled,
  schedule,
  table,
  word,
} from './memory.ts';
import { WALKING_HERE, countParts, goOn, startClocks, stopClocks, stopIfDue, wearOn } from './modes.ts';
import { consume, countMade, discard, makePart, productOf, scrap } from './parts.ts';
import { ask, release } from './people.ts';
import { tellEnter } from './record.ts';
import { cross, decide, depart, mark, resolve, targetOf, vacate } from './ways.ts';
import { judge } from './quality.ts';

// ── A job begins ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A part comes onto a server: as the one in hand, or as one more of the batch. */
export function load(place: number, part: number): void {
  const node = table(place + PLACE_NODE);
  const own = table(place + PLACE_OWN);
  put(part + PART_NEXT, NONE);
  if (word(own + SERVER_PART) === NONE) {
    put(own + SERVER_PART, part);
  } else if (word(own + SERVER_REST) === NONE) {
    put(own + SERVER_REST, part);
  } else {
    let last = word(own + SERVER_REST);
    while (word(last + PART_NEXT) !== NONE) last = word(last + PART_NEXT);
    put(last + PART_NEXT, part);
  }
  if (HAS_DEADLINES) {
    if (table(word(part + PART_LEG) + LEG_CHECKS_LIMIT) !== 0) {
      if (earlier(word(part + PART_DEADLINE), now)) count(table(table(node + NODE_MORE) + STATION_COUNTERS) + MORE_VIOLATIONS);
      put(part + PART_DEADLINE, NEVER);
    }
  }
  tellEnter(part, node, Math.trunc((place - table(node + NODE_FIRST_PLACE)) / PLACE_WORDS), productOf(part));
}

/** The server has all it needs to begin. */
export function beginJob(place: number): void {
  const own = table(place + PLACE_OWN);
  const node = table(place + PLACE_NODE);
  count(table(table(node + NODE_MORE) + STATION_COUNTERS) + MORE_JOBS);
  blame(node, word(word(own + SERVER_PART) + PART_FROM), minus(now, word(own + SERVER_SINCE)), BLAME_SUMS_STARVED);
  put(own + SERVER_PHASE, PHASE_SETUP);
  put(own + SERVER_LEFT, NONE);
  put(own + SERVER_TARGET, NONE);
  goOn(place);
}

/** The distribution of the changeover that the server needs for its part; NONE where it needs none. */
function changeover(own: number, station: number): number {
  let dist = NONE;
  if (HAS_SETUPS) {
    const matrix = table(station + STATION_SETUP);
    const family = table(word(word(own + SERVER_PART) + PART_LEG) + LEG_FAMILY);
    if (matrix !== NONE && family !== NONE && family !== word(own + SERVER_FAMILY)) {
      dist = table(matrix + (word(own + SERVER_FAMILY) + 1) * table(station + STATION_FAMILIES) + family);
    }
  }
  return dist;
}

// ── Its phases ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A place goes on: with the phase it is in, the next that there is something to do in, or, without a part, to being idle. */
export function advance(place: number): void {
  const own = table(place + PLACE_OWN);
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const part = word(own + SERVER_PART);
  let rests = isBusy(place, own);
  const left = word(own + SERVER_PHASE) === PHASE_LEAVING && word(own + SERVER_TARGET) !== NONE;
  // A phase that is over is followed by the next before a stop that has fallen due with it: a finished part may leave a failed server.
  const between = !rests && !left && !isEmpty(own);
  if (HAS_MODES && !between && word(own + SERVER_PENDING) !== 0) rests = stopIfDue(place, isEmpty(own)) || rests;
  if (!rests) {
    const closes = HAS_CALENDARS && word(own + SERVER_CLOSED) !== 0 && table(station + STATION_SUSPENDS) !== 0;
    if (left) {
      if (word(own + SERVER_STATE) !== STATE_BLOCKED) enterState(place, STATE_BLOCKED);
    } else if (closes && part !== NONE) {
      if (HAS_PEOPLE) release(place);
      enterState(place, STATE_OFF);
    } else {
      let phase = PHASE_LEAVING;
      if (part !== NONE) phase = nextPhase(own, station);
      put(own + SERVER_PHASE, phase);
      if (phase === PHASE_LEAVING) {
        if (HAS_PEOPLE) release(place);
        if (part !== NONE) enterState(place, STATE_BLOCKED);
        departNext(place, true);
      } else if (!HAS_PEOPLE || staffed(place, own, table(station + STATION_NEED_SETUP + phase - PHASE_SETUP))) {
        startPhase(place, own, station, phase);
      }
    }
    if (HAS_MODES && between && word(own + SERVER_PENDING) !== 0) goOn(place);
  }
}

/** Whether there is nothing to go on with: a phase runs, people are asked for, it is down, or idle. */
function isBusy(place: number, own: number): boolean {
  let busy = word(L_SLOT + table(place + PLACE_SLOT)) !== NEVER;
  busy = busy || (word(own + SERVER_STATE) === STATE_STARVED && word(own + SERVER_PART) === NONE);
  if (HAS_PEOPLE) busy = busy || word(own + SERVER_ASKS) !== NONE;
  if (HAS_MODES) busy = busy || word(own + SERVER_DOWN) !== NONE;
  return busy;
}

/** Whether a planned stop may begin: no job is under way, or it has been broken off by another stop. */
function isEmpty(own: number): boolean {
  const state = word(own + SERVER_STATE);
  return word(own + SERVER_PART) === NONE || state === STATE_OFF || state === STATE_FAILED || state === STATE_MAINTAINED;
}

/** The phase a server is in, or the first after it that it has something to do in. */
function nextPhase(own: number, station: number): number {
  let phase = word(own + SERVER_PHASE);
  if (phase === PHASE_SETUP && word(own + SERVER_LEFT) === NONE) {
    if (changeover(own, station) === NONE) {
      phase = PHASE_LOADING;
      if (HAS_SETUPS) {
        const family = table(word(word(own + SERVER_PART) + PART_LEG) + LEG_FAMILY);
        if (family !== NONE) put(own + SERVER_FAMILY, family);
      }
    }
  }
  if (HAS_HANDLING) {
    if (phase === PHASE_LOADING && !isApart(station, PHASE_LOADING)) phase = PHASE_WORK;
    if (phase === PHASE_UNLOADING && !isApart(station, PHASE_UNLOADING)) phase = PHASE_LEAVING;
  } else {
    if (phase === PHASE_LOADING) phase = PHASE_WORK;
    if (phase === PHASE_UNLOADING) phase = PHASE_LEAVING;
  }
  return phase;
}

/** Whether loading or unloading is a phase of its own: where it needs other people than the work. Else its time is part of the work's. */
function isApart(station: number, phase: number): boolean {
  const needs = station + STATION_NEED_SETUP - PHASE_SETUP;
  return handling(station, phase) !== NONE && table(needs + phase) !== table(needs + PHASE_WORK);
}

/** The distribution of a station's loading or unloading; NONE. */
function handling(station: number, phase: number): number {
  let dist = table(station + STATION_LOADING);
  if (phase === PHASE_UNLOADING) dist = table(station + STATION_UNLOADING);
  return dist;
}

/** Whether a server has just the people it needs; else it lets go those it has, and asks. */
function staffed(place: number, own: number, need: number): boolean {
  let has = word(own + SERVER_HELD) === need;
  if (!has) {
    release(place);
    if (need === NONE) {
      has = true;
    } else {
      ask(place, need);
      enterState(place, STATE_WAITING);
    }
  }
  return has;
}

/** The phase begins, or goes on with what is left of it. */
function startPhase(place: number, own: number, station: number, phase: number): void {
  const part = word(own + SERVER_PART);
  const leg = word(part + PART_LEG);
  let time = word(own + SERVER_LEFT);
  if (time === NONE) {
    const brought = word(part + PART_LEFT);
    if (phase === PHASE_WORK && brought !== NONE) {
      time = brought;
      put(part + PART_LEFT, NONE);
    } else {
      let dist = table(leg + LEG_PROCESSING);
      let stream = table(place + PLACE_PROCESSING);
      if (HAS_SETUPS && phase === PHASE_SETUP) {
        dist = changeover(own, station);
        stream = table(station + STATION_SETUP_STREAM);
      } else if (HAS_HANDLING && phase !== PHASE_WORK) {
        dist = handling(station, phase);
        stream = table(station + STATION_LOADING_STREAM);
      }
      time = sample(dist, stream);
      if (HAS_PER_PIECE && phase === PHASE_WORK) {
        if (table(leg + LEG_PER_PIECE) !== 0) time = scaled(time, pieces(own), 1);
      }
      if (HAS_INTERVALS && phase === PHASE_WORK) time = shortened(place, own, leg, time);
      if (HAS_HANDLING && phase === PHASE_WORK) {
        for (let side = PHASE_LOADING; side <= PHASE_UNLOADING; side += PHASE_UNLOADING - PHASE_LOADING) {
          const extra = handling(station, side);
          if (extra !== NONE && !isApart(station, side)) time = plus(time, sample(extra, table(station + STATION_LOADING_STREAM)));
        }
      }
    }
    put(own + SERVER_WHOLE, time);
  }
  put(own + SERVER_LEFT, NONE);
  schedule(table(place + PLACE_SLOT), plus(now, time));
  let state = STATE_WORKING;
  if (phase === PHASE_SETUP) state = STATE_SETUP;
  enterState(place, state);
  if (HAS_WORK_CLOCKS) startClocks(place, phase);
  // Work that begins after a set-up or goes on after a stop may meet a part that came meanwhile and is more urgent.
  if (HAS_PREEMPTION && phase === PHASE_WORK) {
    if (table(station + STATION_PREEMPTS) !== 0) mark(table(place + PLACE_NODE));
  }
}

/** Pieces on a server. */
function pieces(own: number): number {
  let sum = word(word(own + SERVER_PART) + PART_SIZE);
  for (let part = word(own + SERVER_REST); part !== NONE; part = word(part + PART_NEXT)) sum += word(part + PART_SIZE);
  return Math.min(sum, 2097152);
}

/** Where the server may take the next part before this one is done: the time on the server. The parts take the rest along. */
function shortened(place: number, own: number, leg: number, time: number): number {
  let held = time;
  const interval = table(leg + LEG_INTERVAL);
  if (interval !== NONE) {
    held = sample(interval, table(place + PLACE_PROCESSING));
    if (HAS_PER_PIECE) {
      if (table(leg + LEG_PER_PIECE) !== 0) held = scaled(held, pieces(own), 1);
    }
    held = least(held, time);
    const rest = minus(time, held);
    put(word(own + SERVER_PART) + PART_LEFT, rest);
    for (let part = word(own + SERVER_REST); part !== NONE; part = word(part + PART_NEXT)) put(part + PART_LEFT, rest);
  }
  return held;
}

/** The event of a server's slot: its people are there, or a phase is over. */
export function finishPhase(place: number): void {
  const own = table(place + PLACE_OWN);
  const phase = word(own + SERVER_PHASE);
  schedule(table(place + PLACE_SLOT), NEVER);
  if (HAS_WORK_CLOCKS) stopClocks(place);
  if (word(own + SERVER_WALKING) !== 0) {
    put(own + SERVER_WALKING, 0);
  } else if (HAS_SETUPS && phase === PHASE_SETUP) {
    const node = table(place + PLACE_NODE);
    put(own + SERVER_FAMILY, table(word(word(own + SERVER_PART) + PART_LEG) + LEG_FAMILY));
    put(own + SERVER_RUN, 0);
    count(table(table(node + NODE_MORE) + STATION_COUNTERS) + MORE_SETUPS);
    put(own + SERVER_PHASE, PHASE_LOADING);
  } else if (phase === PHASE_WORK) {
    finishWork(place, own);
    put(own + SERVER_PHASE, PHASE_UNLOADING);
  } else if (phase !== PHASE_NONE) {
    put(own + SERVER_PHASE, phase + 1);
  }
  goOn(place);
}

/** The work is done on all parts that the server has. */
function finishWork(place: number, own: number): void {
  const node = table(place + PLACE_NODE);
  const station = table(node + NODE_MORE);
  let done = 0;
  let part = word(own + SERVER_PART);
  let next = word(own + SERVER_REST);
  while (part !== NONE) {
    done += 1;
    if (HAS_DEADLINES) {
      const limit = table(word(part + PART_LEG) + LEG_STARTS_LIMIT);
      if (limit !== NONE) put(part + PART_DEADLINE, plus(now, limit));
    }
    part = next;
    if (next !== NONE) next = word(next + PART_NEXT);
  }
  put(HEAD_OPERATIONS, word(HEAD_OPERATIONS) + done);
  const operations = table(node + NODE_COUNTERS) + STATION_COUNTERS_OPERATIONS;
  put(operations, word(operations) + done);
  if (HAS_SETUPS) put(own + SERVER_RUN, word(own + SERVER_RUN) + done);
  if (HAS_PART_CLOCKS) countParts(place, done);
  if (HAS_WEAR) {
    if (table(station + STATION_WEAR) !== NONE) {
      if (table(table(station + STATION_WEAR) + WEAR_PER_PART) !== 0) wearOn(place, done);
    }
  }
  if (HAS_DISASSEMBLY) {
    if (table(word(word(own + SERVER_PART) + PART_LEG) + LEG_DISASSEMBLY) !== NONE) takeApart(node, own);
  }
}

/** The part becomes others, by its bill of materials. They inherit its due date and priority. */
function takeApart(node: number, own: number): void {
  const whole = word(own + SERVER_PART);
  const leg = word(whole + PART_LEG);
  let row = table(leg + LEG_DISASSEMBLY);
  const end = row + table(leg + LEG_DISASSEMBLY_ROWS) * BOM_WORDS;
  const due = word(whole + PART_DUE);
  const priority = word(whole + PART_PRIORITY);
  const left = word(whole + PART_LEFT);
  consume(whole);
  discard(whole);
  if (HAS_LIMITS) cross(node, NONE);
  put(own + SERVER_PART, NONE);
  let last = NONE;
  while (row < end) {
    for (let i = 0; i < table(row + BOM_COUNT); i++) {
      const part = makePart(table(row + BOM_LEG), node);
      if (part !== NONE) {
        countMade(productOf(part));
        if (HAS_LIMITS) cross(NONE, node);
        if (due !== NEVER) put(part + PART_DUE, due);
        put(part + PART_PRIORITY, priority);
        put(part + PART_LEFT, left);
        put(part + PART_NEXT, NONE);
        if (word(own + SERVER_PART) === NONE) {
          put(own + SERVER_PART, part);
        } else if (word(own + SERVER_REST) === NONE) {
          put(own + SERVER_REST, part);
        } else {
          put(last + PART_NEXT, part);
        }
        last = part;
        tellEnter(part, node, 0, productOf(part));
      }
    }
    row += BOM_WORDS;
  }
}

// ── Its parts leave ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The part in hand decides where it goes and waits to be taken; those that are thrown away make room for the next of the batch. Without any the server is idle. */
function departNext(place: number, atOnce: boolean): void {
  const own = table(place + PLACE_OWN);
  let part = word(own + SERVER_PART);
  let waits = false;
  while (part !== NONE && !waits) {
    let way = NONE;
    let verdict = QUALITY_PASSES;
    if (HAS_QUALITY) verdict = judge(place, part);
    if (HAS_QUALITY && verdict !== QUALITY_PASSES && verdict !== QUALITY_REWORKS) {
      const node = table(place + PLACE_NODE);
      count(table(node + NODE_COUNTERS) + STATION_COUNTERS_SCRAPPED);
      count(table(table(node + NODE_MORE) + STATION_COUNTERS) + MORE_QUALITY_SCRAPPED);
      if (HAS_LIMITS) cross(node, NONE);
      scrap(part);
      nextOfBatch(own);
      part = word(own + SERVER_PART);
    } else {
      if (HAS_QUALITY && verdict === QUALITY_REWORKS) {
        way = table(table(word(part + PART_LEG) + LEG_QUALITY) + QUALITY_REWORK);
        if (HAS_CHOICES) way = resolve(way);
        put(part + PART_LEG, way);
      } else {
        way = decide(part);
      }
      put(own + SERVER_TARGET, targetOf(way));
      put(part + PART_FROM, table(place + PLACE_NODE));
      depart(part, way, place, atOnce);
      waits = true;
    }
  }
  if (part === NONE) {
    put(own + SERVER_PHASE, PHASE_NONE);
    if (!HAS_MODES || word(own + SERVER_DOWN) === NONE) becomeIdle(place);
  }
}

/** The next part of the batch comes to hand. */
function nextOfBatch(own: number): void {
  const rest = word(own + SERVER_REST);
  put(own + SERVER_PART, rest);
  if (rest !== NONE) put(own + SERVER_REST, word(rest + PART_NEXT));
}

/** The part in hand has been taken: the next of the batch follows, or the server is free. */
export function leaveServer(place: number): void {
  const own = table(place + PLACE_OWN);
  if (word(own + SERVER_STATE) === STATE_BLOCKED) blameForBlocking(place, own);
  nextOfBatch(own);
  // Blocked time is told apart by whom the part in hand waits for.
  if (word(own + SERVER_PART) !== NONE && word(own + SERVER_STATE) === STATE_BLOCKED) enterState(place, STATE_BLOCKED);
  departNext(place, false);
}

/** A server without a part: it is closed, or starves. What has fallen due meanwhile stops it first, with an event of its own in this tick. */
function becomeIdle(place: number): void {
  const own = table(place + PLACE_OWN);
  put(own + SERVER_PHASE, PHASE_NONE);
  put(own + SERVER_LEFT, NONE);
  put(own + SERVER_TARGET, NONE);
  if (HAS_MODES && word(own + SERVER_PENDING) !== 0) {
    put(own + SERVER_WALKING, WALKING_HERE);
    schedule(table(place + PLACE_SLOT), now);
  } else if (HAS_CALENDARS && word(own + SERVER_CLOSED) !== 0) {
    enterState(place, STATE_OFF);
  } else {
    enterState(place, STATE_STARVED);
    vacate(table(place + PLACE_NODE));
  }
}
