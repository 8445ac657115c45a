/** Calendars: stations open and close, people come on duty and leave, rates of arrival change. */
import {
  CALENDAR_CHANGES,
  CALENDAR_FIRST,
  CALENDAR_OWN,
  CALENDAR_PERIOD,
  CALENDAR_SLOT,
  CALENDAR_USE,
  CALENDAR_USER,
  CALENDAR_USERS,
  CHANGE_AT,
  CHANGE_LEVEL,
  CHANGE_WORDS,
  CURSOR_BASE,
  CURSOR_LEVEL,
  CURSOR_NEXT,
  END_FINISH,
  END_SUSPEND,
  NODE_MORE,
  PHASE_LEAVING,
  PHASE_SETUP,
  POOL_COUNT,
  POOL_END,
  POOL_FIRST,
  POOL_LEVEL,
  POOL_OWN,
  SERVER_ASLEEP,
  SERVER_CLOSED,
  SERVER_DOWN,
  SERVER_HELD,
  SERVER_PHASE,
  SERVER_WALKING,
  STATE_OFF,
  STATE_WAITING,
  STATION_NEED_SETUP,
  STATION_SUSPENDS,
  USE_POOL,
  USE_STATIONS,
  WORKER_NUMBER,
  WORKER_OWN,
  WORKER_PLACE,
  WORKER_WORDS,
} from '../stations/shop-words.ts';
import {
  JOB_RESUME,
  NODE_FIRST_PLACE,
  NODE_PLACES,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  PLACE_WORDS,
  SERVER_PART,
  SERVER_STATE,
  STATE_STARVED,
} from '../stations/words.ts';
import { enterState } from './accounts.ts';
import { AT_PLACE, HAS_PEOPLE, HAS_RATES, N_PLACES, NEVER, NONE, now, plus, put, schedule, table, word } from './memory.ts';
import { interrupt, WALKING_HERE } from './modes.ts';
import { ask, bookDuty, call } from './people.ts';
import { tellDuty } from './record.ts';
import { changeRate } from './supply.ts';
import { fill } from './ways.ts';

/** The event of a calendar's slot: its level changes. */
export function turnPage(calendar: number): void {
  const own = table(calendar + CALENDAR_OWN);
  const next = word(own + CURSOR_NEXT);
  const level = table(table(calendar + CALENDAR_FIRST) + next * CHANGE_WORDS + CHANGE_LEVEL);
  const old = word(own + CURSOR_LEVEL);
  put(own + CURSOR_LEVEL, level);
  setNextChange(calendar, own, next + 1);
  if (level !== old) {
    const use = table(calendar + CALENDAR_USE);
    if (use === USE_STATIONS) {
      const end = table(calendar + CALENDAR_USER) + table(calendar + CALENDAR_USERS);
      for (let i = table(calendar + CALENDAR_USER); i < end; i++) openOrClose(table(i), level);
    } else if (use === USE_POOL) {
      if (HAS_PEOPLE) changeShift(table(calendar + CALENDAR_USER), level);
    } else if (HAS_RATES) {
      changeRate(table(calendar + CALENDAR_USER), level);
    }
  }
}

/** Sets the calendar's slot to its next change; after the last of a period the next period begins. */
function setNextChange(calendar: number, own: number, number: number): void {
  let next = number;
  if (next === table(calendar + CALENDAR_CHANGES)) {
    next = 0;
    if (table(calendar + CALENDAR_PERIOD) === NEVER) {
      put(own + CURSOR_BASE, NEVER);
    } else {
      put(own + CURSOR_BASE, plus(word(own + CURSOR_BASE), table(calendar + CALENDAR_PERIOD)));
    }
  }
  put(own + CURSOR_NEXT, next);
  schedule(
    table(calendar + CALENDAR_SLOT),
    plus(word(own + CURSOR_BASE), table(table(calendar + CALENDAR_FIRST) + next * CHANGE_WORDS + CHANGE_AT)),
  );
}

/** The servers of a station open or close. A job in hand is finished first, or waits for the next shift. */
function openOrClose(node: number, level: number): void {
  const suspends = table(table(node + NODE_MORE) + STATION_SUSPENDS) !== 0;
  const end = table(node + NODE_FIRST_PLACE) + table(node + NODE_PLACES) * PLACE_WORDS;
  for (let place = table(node + NODE_FIRST_PLACE); place < end; place += PLACE_WORDS) {
    const own = table(place + PLACE_OWN);
    const state = word(own + SERVER_STATE);
    if (level !== 0) {
      put(own + SERVER_CLOSED, 0);
      if (state === STATE_OFF) {
        // It goes on with an event of its own, in this tick.
        put(own + SERVER_WALKING, WALKING_HERE);
        schedule(table(place + PLACE_SLOT), now);
      }
    } else {
      put(own + SERVER_CLOSED, 1);
      if (state === STATE_STARVED) {
        fill(node);
        enterState(place, STATE_OFF);
      } else if (state === STATE_OFF) {
        // Opened and closed in one tick.
        put(own + SERVER_WALKING, 0);
        schedule(table(place + PLACE_SLOT), NEVER);
      } else if (suspends && word(own + SERVER_DOWN) === NONE && word(own + SERVER_PHASE) !== PHASE_LEAVING) {
        interrupt(place, own, JOB_RESUME);
        enterState(place, STATE_OFF);
      }
    }
  }
}

/** More or fewer of a pool are on duty. Who leaves finishes what he does, or the work waits for him or goes to another. */
function changeShift(pool: number, level: number): void {
  const own = table(pool + POOL_OWN);
  const old = word(own + POOL_LEVEL);
  bookDuty(pool);
  put(own + POOL_LEVEL, level);
  tellDuty(pool, level);
  if (level > old) {
    const end = AT_PLACE + N_PLACES * PLACE_WORDS;
    for (let place = AT_PLACE; place < end; place += PLACE_WORDS) {
      if (word(table(place + PLACE_OWN) + SERVER_ASLEEP) === pool) put(table(place + PLACE_OWN) + SERVER_ASLEEP, NONE);
    }
  } else if (table(pool + POOL_END) !== END_FINISH) {
    const end = table(pool + POOL_FIRST) + table(pool + POOL_COUNT) * WORKER_WORDS;
    for (let worker = table(pool + POOL_FIRST); worker < end; worker += WORKER_WORDS) {
      const place = word(table(worker + WORKER_OWN) + WORKER_PLACE);
      if (table(worker + WORKER_NUMBER) >= level && place !== NONE) breakOff(place, pool);
    }
  }
  call();
}

/** A server loses its people at the end of their shift; repairs and maintenance are finished all the same. */
function breakOff(place: number, pool: number): void {
  const own = table(place + PLACE_OWN);
  const phase = word(own + SERVER_PHASE);
  if (word(own + SERVER_DOWN) === NONE && word(own + SERVER_HELD) !== NONE && word(own + SERVER_PART) !== NONE) {
    interrupt(place, own, JOB_RESUME);
    ask(place, table(table(table(place + PLACE_NODE) + NODE_MORE) + STATION_NEED_SETUP + phase - PHASE_SETUP));
    if (table(pool + POOL_END) === END_SUSPEND) put(own + SERVER_ASLEEP, pool);
    enterState(place, STATE_WAITING);
  }
}
