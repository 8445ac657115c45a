/** Accounts of time and of parts: states of servers, whom they blame, areas under curves. */
import {
  BLAME_NODE,
  BLAME_SUMS,
  BLAME_SUMS_BLOCKED,
  BLAME_WORDS,
  NODE_MORE,
  SERVER_TARGET,
  STATION_BLAME,
  STATION_BLAME_ROWS,
} from '../stations/shop-words.ts';
import { KIND_STATION, NODE_KIND, PLACE_NODE, PLACE_OWN, SERVER_SINCE, SERVER_STATE, SERVER_TIMES } from '../stations/words.ts';
import { add64, minus, NONE, now, put, table, word } from './memory.ts';
import { tellState } from './record.ts';

/** A server (or outlet) changes its state; the time in the old one goes to its account. */
export function enterState(place: number, state: number): void {
  const own = table(place + PLACE_OWN);
  const old = word(own + SERVER_STATE);
  const spent = minus(now, word(own + SERVER_SINCE));
  put(own + SERVER_TIMES + old, word(own + SERVER_TIMES + old) + spent);
  put(own + SERVER_SINCE, now);
  put(own + SERVER_STATE, state);
  tellState(place, state);
}

/** Books the blocked time of a server, which is about to end, as lost because of the element that its part waits for. */
export function blameForBlocking(place: number, own: number): void {
  blame(table(place + PLACE_NODE), word(own + SERVER_TARGET), minus(now, word(own + SERVER_SINCE)), BLAME_SUMS_BLOCKED);
}

/** Books time that a station has lost because of another element (a node), to which it has a row of blame. */
export function blame(node: number, culprit: number, spent: number, account: number): void {
  if (table(node + NODE_KIND) === KIND_STATION && culprit !== NONE) {
    const station = table(node + NODE_MORE);
    let row = table(station + STATION_BLAME);
    const end = row + table(station + STATION_BLAME_ROWS) * BLAME_WORDS;
    while (row < end && table(row + BLAME_NODE) !== culprit) row += BLAME_WORDS;
    if (row < end) add64(table(row + BLAME_SUMS) + account, spent);
  }
}

/** Adds n × ticks to a 64-bit sum; n below 65,536. */
export function addArea(at: number, ticks: number, n: number): void {
  add64(at, Math.imul(ticks & 0xffff, n));
  const high = Math.imul(ticks >>> 16, n);
  add64(at, high << 16);
  put(at + 1, word(at + 1) + (high >>> 16));
}
