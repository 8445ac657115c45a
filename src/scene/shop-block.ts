/** The block of a shop twin before its first draw. */
import { NEVER } from '../clock.ts';
import {
  BELT_SINCE,
  BELT_STOPPED,
  BELT_WORDS,
  CALENDAR_CHANGES,
  CALENDAR_FIRST,
  CALENDAR_LEVEL,
  CALENDAR_OWN,
  CALENDAR_SLOT,
  CALENDAR_USE,
  CALENDAR_USER,
  CALENDAR_USERS,
  CALENDAR_WORDS,
  CHANGE_AT,
  CURSOR_LEVEL,
  KIND_CONVEYOR,
  LIMIT_CARDS,
  LIMIT_ROOM,
  LIMIT_WORDS,
  NODE_MORE,
  ORDER_RELEASE,
  POOL_COUNT,
  POOL_LEVEL,
  POOL_OWN,
  POOL_WORDS,
  POOL_X,
  POOL_Y,
  SERVER_ASKS,
  SERVER_ASLEEP,
  SERVER_CLOSED,
  SERVER_DOWN,
  SERVER_FAMILY,
  SERVER_HELD,
  SERVER_REST,
  SERVER_SPEED,
  SERVER_TARGET,
  STATE_OFF,
  STATION_INITIAL_FAMILY,
  SUPPLY_LEFT,
  SUPPLY_ORDERS,
  SUPPLY_OWN,
  SUPPLY_RATE,
  USE_POOL,
  USE_RATE,
  WORKER_OWN,
  WORKER_PLACE,
  WORKER_POOL,
  WORKER_WORDS,
  WORKER_X,
  WORKER_Y,
} from '../stations/shop-words.ts';
import {
  KIND_SOURCE,
  KIND_STATION,
  NIL,
  NODE_FIRST_PLACE,
  NODE_KIND,
  NODE_PLACES,
  NODE_ROOM,
  NODE_WORDS,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_SLOT,
  PLACE_WORDS,
  SERVER_STATE,
} from '../stations/words.ts';
import type { Plant } from './plant.ts';
import { initialBlock } from './tables.ts';

/** Clocks run as fast, rates are as high, as they are given. */
const FULL = 65536;

export function initialShopBlock(plant: Omit<Plant, 'features'>): Uint32Array {
  const { tables, at, layout, counts } = plant;
  const block = initialBlock(tables, at, layout, counts);
  const t = (word: number): number => tables[word] as number;
  block.fill(NIL, layout.lives, layout.lives + counts.modes);

  for (let place = at.place; place < at.place + counts.places * PLACE_WORDS; place += PLACE_WORDS) {
    const own = t(place + PLACE_OWN);
    const node = t(place + PLACE_NODE);
    for (const word of [SERVER_FAMILY, SERVER_DOWN, SERVER_HELD, SERVER_ASKS, SERVER_ASLEEP, SERVER_TARGET, SERVER_REST])
      block[own + word] = NIL;
    block[own + SERVER_SPEED] = FULL;
    if (t(node + NODE_KIND) === KIND_STATION) block[own + SERVER_FAMILY] = t(t(node + NODE_MORE) + STATION_INITIAL_FAMILY);
  }
  for (let node = at.node; node < at.node + counts.nodes * NODE_WORDS; node += NODE_WORDS) {
    const kind = t(node + NODE_KIND);
    // Of a conveyor the room says whether its entrance is clear.
    if (kind === KIND_CONVEYOR) block[t(node + NODE_ROOM)] = 1;
    const more = t(node + NODE_MORE);
    if (kind !== KIND_SOURCE || more === NIL) continue;
    const supply = t(more + SUPPLY_OWN);
    block[supply + SUPPLY_LEFT] = NIL;
    block[supply + SUPPLY_RATE] = FULL;
    const orders = t(more + SUPPLY_ORDERS);
    if (orders !== NIL) block[layout.slot + t(t(node + NODE_FIRST_PLACE) + PLACE_SLOT)] = t(orders + ORDER_RELEASE);
  }
  for (let i = 0; i < counts.belts; i++) {
    block[layout.belt + i * BELT_WORDS + BELT_STOPPED] = NEVER;
    block[layout.belt + i * BELT_WORDS + BELT_SINCE] = NEVER;
  }
  for (let pool = at.pool; pool < at.pool + counts.pools * POOL_WORDS; pool += POOL_WORDS)
    block[t(pool + POOL_OWN) + POOL_LEVEL] = t(pool + POOL_COUNT);
  for (let worker = at.worker; worker < at.worker + counts.workers * WORKER_WORDS; worker += WORKER_WORDS) {
    const own = t(worker + WORKER_OWN);
    block[own + WORKER_PLACE] = NIL;
    block[own + WORKER_X] = t(t(worker + WORKER_POOL) + POOL_X);
    block[own + WORKER_Y] = t(t(worker + WORKER_POOL) + POOL_Y);
  }
  for (let limit = at.limit; limit < at.limit + counts.limits * LIMIT_WORDS; limit += LIMIT_WORDS)
    block[t(limit + LIMIT_ROOM)] = t(limit + LIMIT_CARDS);
  for (let calendar = at.calendar; calendar < at.calendar + counts.calendars * CALENDAR_WORDS; calendar += CALENDAR_WORDS) begin(calendar);
  layLevels(block, layout);
  return block;

  /** A calendar's level at 0 reaches those it is for. */
  function begin(calendar: number): void {
    const level = t(calendar + CALENDAR_LEVEL);
    const user = t(calendar + CALENDAR_USER);
    const changes = t(calendar + CALENDAR_FIRST);
    block[t(calendar + CALENDAR_OWN) + CURSOR_LEVEL] = level;
    block[layout.slot + t(calendar + CALENDAR_SLOT)] = t(calendar + CALENDAR_CHANGES) === 0 ? NIL : t(changes + CHANGE_AT);
    const use = t(calendar + CALENDAR_USE);
    if (use === USE_POOL) {
      block[t(user + POOL_OWN) + POOL_LEVEL] = level;
    } else if (use === USE_RATE) {
      block[t(t(user + NODE_MORE) + SUPPLY_OWN) + SUPPLY_RATE] = level;
    } else if (level === 0) {
      for (let i = 0; i < t(calendar + CALENDAR_USERS); i++) close(t(user + i));
    }
  }

  function close(node: number): void {
    block[t(node + NODE_ROOM)] = 0;
    const first = t(node + NODE_FIRST_PLACE);
    for (let place = first; place < first + t(node + NODE_PLACES) * PLACE_WORDS; place += PLACE_WORDS) {
      block[t(place + PLACE_OWN) + SERVER_STATE] = STATE_OFF;
      block[t(place + PLACE_OWN) + SERVER_CLOSED] = 1;
    }
  }
}

/** The levels over the slots: each word the least tick of eight of the level below. The shop engine finds its next event in them. */
function layLevels(block: Uint32Array, { slot, tree, leaves }: Plant['layout']): void {
  block.fill(0, tree, tree + leaves);
  let at = slot;
  for (let n = leaves, up = tree; n > 8; n /= 8) {
    for (let i = 0; i < n / 8; i++) block[up + i] = Math.min(...block.subarray(at + 8 * i, at + 8 * i + 8));
    at = up;
    up += n / 8;
  }
}
