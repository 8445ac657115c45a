/** Modes in which a server stops: failures, maintenance, wear. Each has a clock of its own; one stop at a time, the others wait for their turn. */
import {
  MODE_BREAKDOWN,
  MODE_CLOCK,
  MODE_EARLY,
  MODE_JOB,
  MODE_KIND,
  MODE_LIFE,
  MODE_NEED,
  MODE_PLANNED,
  MODE_RENEWS,
  MODE_REPAIR,
  MODE_RESETS_WEAR,
  MODE_WEAR_STEP,
  MODE_WORDS,
  NODE_MORE,
  PHASE_NONE,
  PHASE_WORK,
  PLACE_LIVES,
  PLACE_STREAMS,
  SERVER_ASKS,
  SERVER_ASLEEP,
  SERVER_DOWN,
  SERVER_HELD,
  SERVER_PENDING,
  SERVER_PHASE,
  SERVER_REST,
  SERVER_SPEED,
  SERVER_WALKING,
  SERVER_WEAR,
  SERVER_WHOLE,
  STATE_MAINTAINED,
  STATION_MODE_COUNT,
  STATION_MODES,
  STATION_WEAR,
  WEAR_FAIL_AT,
  WEAR_FAIL_MODE,
  WEAR_INCREMENT,
  WEAR_MAINTAIN_AT,
  WEAR_MAINTAIN_MODE,
  WEAR_NOISE,
  WEAR_NOISE_OFFSET,
  WEAR_OFFSET,
  WEAR_RATE,
} from '../stations/shop-words.ts';
import {
  CLOCK_CALENDAR,
  CLOCK_OPERATING,
  CLOCK_PARTS,
  CLOCK_PROCESSING,
  JOB_RESTART,
  JOB_SCRAP,
  NODE_COUNTERS,
  PART_NEXT,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  SERVER_LEFT,
  SERVER_PART,
  SERVER_STATE,
  STATE_BLOCKED,
  STATE_FAILED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_SCRAPPED,
  STREAM_WORDS,
} from '../stations/words.ts';
import { blameForBlocking, enterState } from './accounts.ts';
import {
  count,
  earlier,
  HAS_LIMITS,
  HAS_PEOPLE,
  HAS_WEAR,
  HAS_WORK_CLOCKS,
  L_SLOT,
  minus,
  NEVER,
  NONE,
  now,
  plus,
  put,
  sample,
  satAdd,
  satSub,
  scaled,
  schedule,
  table,
  word,
} from './memory.ts';
import { scrap } from './parts.ts';
import { ask, release } from './people.ts';
import { cross, fill } from './ways.ts';

/** A server's clocks at their usual speed. */
export const FULL_SPEED = 65536;
/** The fastest that wear makes them run. */
const TOP_SPEED = 2097152;
/** SERVER_WALKING: its people are on their way; its stop is about to begin. */
export const WALKING_HERE = 1;
export const STOP_BEGINS = 2;

/** The place that is to go on with what it has, or is free again; NONE. */
export let going = NONE;

/** A place goes on as soon as the event is over. */
export function goOn(place: number): void {
  going = place;
}

/** The place that was to go on does. */
export function gone(): void {
  going = NONE;
}

/** The slot of a place's mode. */
function slotOfMode(place: number, m: number): number {
  return table(place + PLACE_SLOT) + 1 + m;
}

/** Clocks that run only at work go on with a phase: those of operating time with any, those of processing time with the work. */
export function startClocks(place: number, phase: number): void {
  const own = table(place + PLACE_OWN);
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const lives = table(place + PLACE_LIVES);
  const modes = table(station + STATION_MODE_COUNT);
  for (let m = 0; m < modes; m++) {
    const mode = table(station + STATION_MODES) + m * MODE_WORDS;
    const clock = table(mode + MODE_CLOCK);
    if (clock === CLOCK_OPERATING || (clock === CLOCK_PROCESSING && phase === PHASE_WORK)) {
      const left = word(lives + m);
      if (left !== NONE) {
        schedule(slotOfMode(place, m), plus(now, atSpeed(own, mode, left)));
        put(lives + m, NONE);
      }
    }
  }
}

/** They stand still. What is left is kept (NIL: it runs, or is due). */
export function stopClocks(place: number): void {
  const own = table(place + PLACE_OWN);
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const lives = table(place + PLACE_LIVES);
  const modes = table(station + STATION_MODE_COUNT);
  for (let m = 0; m < modes; m++) {
    const mode = table(station + STATION_MODES) + m * MODE_WORDS;
    const clock = table(mode + MODE_CLOCK);
    if ((clock === CLOCK_OPERATING || clock === CLOCK_PROCESSING) && word(own + SERVER_DOWN) !== m) {
      const slot = slotOfMode(place, m);
      const due = word(L_SLOT + slot);
      if (word(lives + m) === NONE && due !== NEVER) {
        put(lives + m, fromSpeed(own, mode, minus(due, now)));
        schedule(slot, NEVER);
      }
    }
  }
}

/** What a life lasts while the condition makes the clocks of failures run faster, and back. */
function atSpeed(own: number, mode: number, life: number): number {
  let lasts = life;
  if (HAS_WEAR && life !== NEVER && hastens(own, mode)) lasts = scaled(life, FULL_SPEED, word(own + SERVER_SPEED));
  return lasts;
}

function fromSpeed(own: number, mode: number, left: number): number {
  let life = left;
  if (HAS_WEAR && hastens(own, mode)) life = scaled(left, word(own + SERVER_SPEED), FULL_SPEED);
  return life;
}

function hastens(own: number, mode: number): boolean {
  return table(mode + MODE_KIND) === MODE_BREAKDOWN && word(own + SERVER_SPEED) !== FULL_SPEED;
}

/** Draws a new life for a mode: a calendar clock starts at once, the others wait for work or count parts. A mode without a clock waits for the condition. */
export function newLife(place: number, m: number): void {
  const mode = table(table(table(place + PLACE_NODE) + NODE_MORE) + STATION_MODES) + m * MODE_WORDS;
  const clock = table(mode + MODE_CLOCK);
  const lives = table(place + PLACE_LIVES);
  const slot = slotOfMode(place, m);
  schedule(slot, NEVER);
  put(lives + m, NONE);
  if (clock !== NONE) {
    const life = sample(table(mode + MODE_LIFE), table(place + PLACE_STREAMS) + 2 * m * STREAM_WORDS);
    if (clock === CLOCK_CALENDAR) {
      schedule(slot, plus(now, atSpeed(table(place + PLACE_OWN), mode, life)));
    } else if (clock === CLOCK_PARTS && life === 0) {
      put(lives + m, 1);
    } else {
      put(lives + m, life);
    }
  }
}

// ── A stop ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The event of a mode's slot: its time has come, its crew is there, or the stop is over. */
export function fireMode(place: number, slot: number): void {
  const own = table(place + PLACE_OWN);
  const m = slot - table(place + PLACE_SLOT) - 1;
  const mode = table(table(table(place + PLACE_NODE) + NODE_MORE) + STATION_MODES) + m * MODE_WORDS;
  schedule(slot, NEVER);
  if (word(own + SERVER_DOWN) === m) {
    if (word(own + SERVER_WALKING) === STOP_BEGINS) {
      const need = table(mode + MODE_NEED);
      if (HAS_PEOPLE && need !== NONE && word(own + SERVER_HELD) !== need) {
        ask(place, need);
      } else {
        put(own + SERVER_WALKING, 0);
        schedule(slot, plus(now, sample(table(mode + MODE_REPAIR), table(place + PLACE_STREAMS) + (2 * m + 1) * STREAM_WORDS)));
      }
    } else {
      endStop(place, own, mode);
    }
  } else if (HAS_WEAR && table(mode + MODE_KIND) === MODE_WEAR_STEP) {
    // It comes only while the server works: the next step's clock runs at once.
    schedule(slot, plus(now, sample(table(mode + MODE_LIFE), table(place + PLACE_STREAMS) + 2 * m * STREAM_WORDS)));
    wearOn(place, 1);
    goOn(place);
  } else {
    put(own + SERVER_PENDING, word(own + SERVER_PENDING) | (1 << m));
    goOn(place);
  }
}

/** A server that is up stops in the first mode that is due; planned ones only where `empty`, without a part on it. Says whether it stops. */
export function stopIfDue(place: number, empty: boolean): boolean {
  const own = table(place + PLACE_OWN);
  const pending = word(own + SERVER_PENDING);
  let stops = false;
  if (pending !== 0 && word(own + SERVER_DOWN) === NONE) {
    const station = table(table(place + PLACE_NODE) + NODE_MORE);
    const modes = table(station + STATION_MODE_COUNT);
    let m = 0;
    while (m < modes && !stops) {
      const kind = table(table(station + STATION_MODES) + m * MODE_WORDS + MODE_KIND);
      stops = ((pending >> m) & 1) !== 0 && (empty || kind !== MODE_PLANNED);
      if (!stops) m += 1;
    }
    if (stops) stop(place, own, m);
  }
  return stops;
}

/** The server stops in mode m. Its repair begins with the event that this leaves in the mode's slot. */
function stop(place: number, own: number, m: number): void {
  const node = table(place + PLACE_NODE);
  const mode = table(table(node + NODE_MORE) + STATION_MODES) + m * MODE_WORDS;
  const kind = table(mode + MODE_KIND);
  if (word(own + SERVER_STATE) === STATE_STARVED) fill(node);
  interrupt(place, own, table(mode + MODE_JOB));
  put(own + SERVER_DOWN, m);
  put(own + SERVER_PENDING, word(own + SERVER_PENDING) & ~(1 << m));
  put(own + SERVER_WALKING, STOP_BEGINS);
  if (word(own + SERVER_STATE) === STATE_BLOCKED) blameForBlocking(place, own);
  let state = STATE_MAINTAINED;
  if (kind === MODE_BREAKDOWN) state = STATE_FAILED;
  enterState(place, state);
  put(table(place + PLACE_LIVES) + m, NONE);
  schedule(slotOfMode(place, m), now);
  callEarly(place, own, m);
}

/** What can be done along with a stop because little is left on its clock becomes due with it. */
function callEarly(place: number, own: number, stopped: number): void {
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const modes = table(station + STATION_MODE_COUNT);
  const lives = table(place + PLACE_LIVES);
  for (let m = 0; m < modes; m++) {
    const early = table(table(station + STATION_MODES) + m * MODE_WORDS + MODE_EARLY);
    if (early !== 0 && m !== stopped && ((word(own + SERVER_PENDING) >> m) & 1) === 0) {
      const slot = slotOfMode(place, m);
      let left = word(lives + m);
      if (left === NONE && word(L_SLOT + slot) !== NEVER) left = minus(word(L_SLOT + slot), now);
      if (left !== NEVER && !earlier(early, left)) {
        put(own + SERVER_PENDING, word(own + SERVER_PENDING) | (1 << m));
        put(lives + m, NONE);
        schedule(slot, NEVER);
      }
    }
  }
}

/** What a server does is broken off: the time left is kept, its people go. `job` says what becomes of work on a part. */
export function interrupt(place: number, own: number, job: number): void {
  const slot = table(place + PLACE_SLOT);
  const due = word(L_SLOT + slot);
  if (HAS_PEOPLE) {
    put(own + SERVER_ASKS, NONE);
    put(own + SERVER_ASLEEP, NONE);
  }
  if (due !== NEVER) {
    if (word(own + SERVER_WALKING) === 0) {
      let left = minus(due, now);
      if (word(own + SERVER_STATE) === STATE_WORKING && job === JOB_RESTART) left = word(own + SERVER_WHOLE);
      put(own + SERVER_LEFT, left);
      if (word(own + SERVER_STATE) === STATE_WORKING && job === JOB_SCRAP) scrapAll(place, own);
    }
    schedule(slot, NEVER);
  } else if (word(own + SERVER_STATE) === STATE_BLOCKED || word(own + SERVER_PART) === NONE) {
    put(own + SERVER_LEFT, NONE);
  }
  put(own + SERVER_WALKING, 0);
  if (HAS_WORK_CLOCKS) stopClocks(place);
  if (HAS_PEOPLE) release(place);
}

/** The parts in work are lost. */
function scrapAll(place: number, own: number): void {
  const node = table(place + PLACE_NODE);
  let part = word(own + SERVER_PART);
  let rest = word(own + SERVER_REST);
  while (part !== NONE) {
    count(table(node + NODE_COUNTERS) + STATION_COUNTERS_SCRAPPED);
    if (HAS_LIMITS) cross(node, NONE);
    scrap(part);
    part = rest;
    if (rest !== NONE) rest = word(rest + PART_NEXT);
  }
  put(own + SERVER_PART, NONE);
  put(own + SERVER_REST, NONE);
  put(own + SERVER_PHASE, PHASE_NONE);
  put(own + SERVER_LEFT, NONE);
}

/** The stop is over: the clocks it renews begin anew; what is due follows at once, else the server goes on. */
function endStop(place: number, own: number, mode: number): void {
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const modes = table(station + STATION_MODE_COUNT);
  const renews = table(mode + MODE_RENEWS);
  put(own + SERVER_DOWN, NONE);
  if (HAS_PEOPLE) release(place);
  if (HAS_WEAR && table(mode + MODE_RESETS_WEAR) !== 0) {
    put(own + SERVER_WEAR, 0);
    setSpeed(place, own, FULL_SPEED);
  }
  for (let m = 0; m < modes; m++) {
    if (((renews >> m) & 1) !== 0) {
      put(own + SERVER_PENDING, word(own + SERVER_PENDING) & ~(1 << m));
      newLife(place, m);
    }
  }
  goOn(place);
}

// ── Clocks that count parts, and the condition ───────────────────────────────────────────────────────────────────────

/** So many parts are finished: clocks that count them, and the condition that drifts with each. What is due then waits in SERVER_PENDING. */
export function countParts(place: number, parts: number): void {
  const own = table(place + PLACE_OWN);
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const modes = table(station + STATION_MODE_COUNT);
  const lives = table(place + PLACE_LIVES);
  for (let m = 0; m < modes; m++) {
    if (table(table(station + STATION_MODES) + m * MODE_WORDS + MODE_CLOCK) === CLOCK_PARTS && word(lives + m) !== NONE) {
      const left = word(lives + m) - parts;
      put(lives + m, left);
      if (left <= 0) {
        put(lives + m, NONE);
        put(own + SERVER_PENDING, word(own + SERVER_PENDING) | (1 << m));
      }
    }
  }
}

/** The condition takes so many increments, and is read. */
export function wearOn(place: number, increments: number): void {
  const own = table(place + PLACE_OWN);
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const wear = table(station + STATION_WEAR);
  const streams = table(place + PLACE_STREAMS) + 2 * table(station + STATION_MODE_COUNT) * STREAM_WORDS;
  let condition = word(own + SERVER_WEAR);
  for (let i = 0; i < increments; i++) {
    condition = satAdd(condition, satSub(sample(table(wear + WEAR_INCREMENT), streams), table(wear + WEAR_OFFSET)));
  }
  put(own + SERVER_WEAR, condition);
  const rate = table(wear + WEAR_RATE);
  if (rate !== 0) {
    let speed = FULL_SPEED;
    if (condition > 0) speed = satAdd(FULL_SPEED, Math.min(scaled(rate, Math.min(condition, TOP_SPEED), 1000), TOP_SPEED));
    setSpeed(place, own, Math.min(speed, TOP_SPEED));
  }
  if (table(wear + WEAR_FAIL_AT) <= condition) {
    put(own + SERVER_PENDING, word(own + SERVER_PENDING) | (1 << table(wear + WEAR_FAIL_MODE)));
  }
  if (table(wear + WEAR_MAINTAIN_MODE) !== NONE) {
    let reading = condition;
    if (table(wear + WEAR_NOISE) !== NONE) {
      reading = satAdd(condition, satSub(sample(table(wear + WEAR_NOISE), streams + STREAM_WORDS), table(wear + WEAR_NOISE_OFFSET)));
    }
    if (table(wear + WEAR_MAINTAIN_AT) <= reading) {
      put(own + SERVER_PENDING, word(own + SERVER_PENDING) | (1 << table(wear + WEAR_MAINTAIN_MODE)));
    }
  }
}

/** Failure clocks run so fast from now on: what is left on those that run is stretched to match. */
function setSpeed(place: number, own: number, speed: number): void {
  const old = word(own + SERVER_SPEED);
  if (speed !== old) {
    const station = table(table(place + PLACE_NODE) + NODE_MORE);
    const modes = table(station + STATION_MODE_COUNT);
    put(own + SERVER_SPEED, speed);
    for (let m = 0; m < modes; m++) {
      const slot = slotOfMode(place, m);
      const due = word(L_SLOT + slot);
      const kind = table(table(station + STATION_MODES) + m * MODE_WORDS + MODE_KIND);
      if (kind === MODE_BREAKDOWN && due !== NEVER && word(own + SERVER_DOWN) !== m) {
        schedule(slot, plus(now, scaled(minus(due, now), old, speed)));
      }
    }
  }
}
