/** People: who is free, who goes to which server, and who asks next. */
import {
  ITEM_COUNT,
  ITEM_SKILL,
  ITEM_WORDS,
  NEED_FIRST,
  NEED_ITEMS,
  NEED_PRIORITY,
  NODE_X,
  NODE_Y,
  POOL_LEVEL,
  POOL_OWN,
  POOL_PACE,
  POOL_SINCE,
  POOL_SUMS,
  POOL_SUMS_BUSY,
  POOL_SUMS_DUTY,
  POOL_SUMS_WALKING,
  SERVER_ASKED,
  SERVER_ASKS,
  SERVER_ASLEEP,
  SERVER_HELD,
  WORKER_ARRIVES,
  WORKER_NUMBER,
  WORKER_OWN,
  WORKER_PLACE,
  WORKER_POOL,
  WORKER_SINCE,
  WORKER_SKILLS,
  WORKER_WORDS,
  WORKER_X,
  WORKER_Y,
} from '../stations/shop-words.ts';
import { PLACE_NODE, PLACE_OWN, PLACE_WORDS } from '../stations/words.ts';
import { addArea } from './accounts.ts';
import {
  add64,
  AT_PLACE,
  AT_WORKER,
  earlier,
  latest,
  minus,
  N_PLACES,
  N_WORKERS,
  NONE,
  now,
  plus,
  put,
  scaled,
  table,
  word,
} from './memory.ts';
import { tellWorker } from './record.ts';

/** Whether somebody has become free, or somebody asks, since the floor was last settled. */
export let calling = false;

/** Everybody who asks has been heard. */
export function hush(): void {
  calling = false;
}

/** Those who ask are to be heard. */
export function call(): void {
  calling = true;
}

/** A server asks for people; it waits from now on. */
export function ask(place: number, need: number): void {
  const own = table(place + PLACE_OWN);
  put(own + SERVER_ASKS, need);
  put(own + SERVER_ASKED, now);
  calling = true;
}

/**
 * The free person on duty with a skill who has the fewest of the `others` that are needed too (so that who can do several things is not taken for
 * what somebody else could do), of these the nearest to the place; the first of equals; NONE if there is none.
 */
function nearest(place: number, skill: number, others: number): number {
  const end = AT_WORKER + N_WORKERS * WORKER_WORDS;
  let best = NONE;
  let fewest = 0;
  let least = 0;
  for (let worker = AT_WORKER; worker < end; worker += WORKER_WORDS) {
    const own = table(worker + WORKER_OWN);
    const skills = table(worker + WORKER_SKILLS);
    if ((skills & skill) !== 0 && word(own + WORKER_PLACE) === NONE) {
      if (table(worker + WORKER_NUMBER) < word(table(table(worker + WORKER_POOL) + POOL_OWN) + POOL_LEVEL)) {
        const way = distance(own, place);
        const missed = countBits(skills & others);
        if (best === NONE || missed < fewest || (missed === fewest && way < least)) {
          best = worker;
          fewest = missed;
          least = way;
        }
      }
    }
  }
  return best;
}

/** Skills in a set. */
function countBits(set: number): number {
  let rest = set;
  let n = 0;
  while (rest !== 0) {
    rest &= rest - 1;
    n += 1;
  }
  return n;
}

/** The skills of the items of a need from one on. */
function skillsFrom(first: number, end: number): number {
  let set = 0;
  for (let item = first; item < end; item += ITEM_WORDS) set |= table(item + ITEM_SKILL);
  return set;
}

/** Centimetres from a person to a place, along the aisles (rectilinear). */
function distance(own: number, place: number): number {
  const node = table(place + PLACE_NODE);
  return Math.abs(word(own + WORKER_X) - table(node + NODE_X)) + Math.abs(word(own + WORKER_Y) - table(node + NODE_Y));
}

/** Gives a server the people it needs, if all of them are free: skill by skill the nearest of those whom the rest of the need can spare best. The longest of their ways, in ticks, or NONE. */
export function grant(place: number, need: number): number {
  const end = table(need + NEED_FIRST) + table(need + NEED_ITEMS) * ITEM_WORDS;
  let enough = true;
  for (let item = table(need + NEED_FIRST); item < end; item += ITEM_WORDS) {
    for (let i = 0; i < table(item + ITEM_COUNT); i++) {
      let worker = NONE;
      if (enough) worker = nearest(place, table(item + ITEM_SKILL), skillsFrom(item + ITEM_WORDS, end));
      if (worker === NONE) {
        enough = false;
      } else {
        put(table(worker + WORKER_OWN) + WORKER_PLACE, place);
      }
    }
  }
  return sendOrRecall(place, need, enough);
}

/** Those picked for a place set out to it, or are free again. */
function sendOrRecall(place: number, need: number, go: boolean): number {
  const node = table(place + PLACE_NODE);
  const end = AT_WORKER + N_WORKERS * WORKER_WORDS;
  let longest = NONE;
  if (go) longest = 0;
  for (let worker = AT_WORKER; worker < end; worker += WORKER_WORDS) {
    const own = table(worker + WORKER_OWN);
    if (word(own + WORKER_PLACE) === place) {
      if (go) {
        const pool = table(worker + WORKER_POOL);
        const way = distance(own, place);
        let walk = 0;
        if (way > 0 && table(pool + POOL_PACE) !== 0) walk = scaled(way, table(pool + POOL_PACE), 65536);
        longest = latest(longest, walk);
        put(own + WORKER_X, table(node + NODE_X));
        put(own + WORKER_Y, table(node + NODE_Y));
        put(own + WORKER_SINCE, now);
        put(own + WORKER_ARRIVES, plus(now, walk));
        tellWorker(worker, place);
      } else {
        put(own + WORKER_PLACE, NONE);
      }
    }
  }
  if (go) {
    const own = table(place + PLACE_OWN);
    put(own + SERVER_HELD, need);
    put(own + SERVER_ASKS, NONE);
  }
  return longest;
}

/** A server lets its people go. */
export function release(place: number): void {
  const server = table(place + PLACE_OWN);
  if (word(server + SERVER_HELD) !== NONE) {
    put(server + SERVER_HELD, NONE);
    const end = AT_WORKER + N_WORKERS * WORKER_WORDS;
    for (let worker = AT_WORKER; worker < end; worker += WORKER_WORDS) {
      const own = table(worker + WORKER_OWN);
      if (word(own + WORKER_PLACE) === place) {
        const sums = table(table(worker + WORKER_POOL) + POOL_SUMS);
        const since = word(own + WORKER_SINCE);
        add64(sums + POOL_SUMS_BUSY, minus(now, since));
        // The way may be cut short by the end of a shift.
        let until = word(own + WORKER_ARRIVES);
        if (earlier(now, until)) until = now;
        if (earlier(since, until)) add64(sums + POOL_SUMS_WALKING, minus(until, since));
        put(own + WORKER_PLACE, NONE);
        tellWorker(worker, NONE);
      }
    }
    calling = true;
  }
}

/** Whether a place asks, awake, and comes after another in the order in which they are heard: higher priority, then longer asking, then number. */
function comesAfter(place: number, other: number): boolean {
  let after = true;
  if (other !== NONE) {
    const a = table(place + PLACE_OWN);
    const b = table(other + PLACE_OWN);
    const pa = table(word(a + SERVER_ASKS) + NEED_PRIORITY);
    const pb = table(word(b + SERVER_ASKS) + NEED_PRIORITY);
    const sa = word(a + SERVER_ASKED);
    const sb = word(b + SERVER_ASKED);
    after = pa < pb || (pa === pb && (earlier(sb, sa) || (sa === sb && place > other)));
  }
  return after;
}

/** Of all who ask, the one that is heard after `last` (NONE: the first of all); NONE when all have been heard. */
export function nextAsker(last: number): number {
  let best = NONE;
  let bestPriority = 0;
  let bestAsked = 0;
  const end = AT_PLACE + N_PLACES * PLACE_WORDS;
  for (let place = AT_PLACE; place < end; place += PLACE_WORDS) {
    const own = table(place + PLACE_OWN);
    if (word(own + SERVER_ASKS) !== NONE && word(own + SERVER_ASLEEP) === NONE) {
      if (comesAfter(place, last)) {
        const priority = table(word(own + SERVER_ASKS) + NEED_PRIORITY);
        const asked = word(own + SERVER_ASKED);
        if (best === NONE || priority > bestPriority || (priority === bestPriority && earlier(asked, bestAsked))) {
          best = place;
          bestPriority = priority;
          bestAsked = asked;
        }
      }
    }
  }
  return best;
}

/** Books a pool's time on duty up to now. */
export function bookDuty(pool: number): void {
  const own = table(pool + POOL_OWN);
  addArea(table(pool + POOL_SUMS) + POOL_SUMS_DUTY, minus(now, word(own + POOL_SINCE)), word(own + POOL_LEVEL));
  put(own + POOL_SINCE, now);
}
