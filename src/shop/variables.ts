/** What a dispatch expression can ask about a part and the plant: times in quanta, numbers with `FRACTION_BITS`. */
import {
  FRACTION_BITS,
  MOST,
  MOST_WHOLE,
  VARIABLE_ARRIVAL,
  VARIABLE_DUE,
  VARIABLE_NOW,
  VARIABLE_PRIORITY,
  VARIABLE_PROCESSING,
  VARIABLE_RELEASE,
  VARIABLE_REMAINING_STEPS,
  VARIABLE_REMAINING_WORK,
  VARIABLE_REWORKS,
  VARIABLE_SETUP,
  VARIABLE_SIZE,
  VARIABLE_WAITING,
} from '../stations/expression-words.ts';
import {
  LEG_FAMILY,
  LEG_MEAN,
  LEG_REMAINING,
  LEG_STEPS_LEFT,
  NODE_MORE,
  PART_DUE,
  PART_LOOPS,
  PART_PRIORITY,
  PART_SIZE,
  RUN_QUANTUM,
  SERVER_FAMILY,
  STATION_FAMILIES,
  STATION_SETUP,
} from '../stations/shop-words.ts';
import {
  NODE_FIRST_PLACE,
  NODE_PLACES,
  PART_BORN,
  PART_SINCE,
  PLACE_OWN,
  PLACE_WORDS,
  SERVER_STATE,
  STATE_STARVED,
} from '../stations/words.ts';
import { AT_RUN, least, NEVER, NONE, now, satSub, table, word } from './memory.ts';

/** Ticks as quanta. */
function quanta(ticks: number): number {
  const shifted = (ticks >>> table(AT_RUN + RUN_QUANTUM)) | 0;
  return shifted < 0 ? MOST : shifted;
}

/** A whole number in fixed point. */
export function whole(n: number): number {
  return Math.max(-MOST_WHOLE, Math.min(MOST_WHOLE, n)) << FRACTION_BITS;
}

/** The value of a variable for a part that waits at a node, `leg` being its step there. */
export function variable(code: number, part: number, leg: number, node: number): number {
  let value = 0;
  switch (code) {
    case VARIABLE_NOW:
      value = quanta(now);
      break;
    case VARIABLE_DUE:
      value = word(part + PART_DUE) === NEVER ? MOST : quanta(word(part + PART_DUE));
      break;
    case VARIABLE_RELEASE:
      value = quanta(word(part + PART_BORN));
      break;
    case VARIABLE_ARRIVAL:
      value = quanta(word(part + PART_SINCE));
      break;
    case VARIABLE_WAITING:
      value = satSub(quanta(now), quanta(word(part + PART_SINCE)));
      break;
    case VARIABLE_PROCESSING:
      value = quanta(table(leg + LEG_MEAN));
      break;
    case VARIABLE_REMAINING_WORK:
      value = quanta(table(leg + LEG_REMAINING));
      break;
    case VARIABLE_REMAINING_STEPS:
      value = whole(table(leg + LEG_STEPS_LEFT));
      break;
    case VARIABLE_PRIORITY:
      value = whole(word(part + PART_PRIORITY));
      break;
    case VARIABLE_SIZE:
      value = whole(word(part + PART_SIZE));
      break;
    case VARIABLE_SETUP:
      value = quanta(leastSetup(leg, node));
      break;
    case VARIABLE_REWORKS:
      value = whole(word(part + PART_LOOPS));
      break;
  }
  return value;
}

/**
 * The mean time, in ticks, of the set-up that a server would need for a step; 0 for none.
 * The means stand behind the matrix of distributions, in the same order.
 */
export function meanSetup(server: number, leg: number, node: number): number {
  const station = table(node + NODE_MORE);
  const matrix = table(station + STATION_SETUP);
  const from = word(server + SERVER_FAMILY);
  const to = table(leg + LEG_FAMILY);
  let mean = 0;
  if (matrix !== NONE && to !== NONE && from !== to) {
    const families = table(station + STATION_FAMILIES);
    mean = table(matrix + (families + 1) * families + (from + 1) * families + to);
  }
  return mean;
}

/** The least such time of the servers that stand idle; the longest of times where none does. */
function leastSetup(leg: number, node: number): number {
  let mean = 0;
  if (table(table(node + NODE_MORE) + STATION_SETUP) !== NONE) mean = leastOf(leg, node);
  return mean;
}

function leastOf(leg: number, node: number): number {
  let idle = NEVER;
  for (let place = idleFirst; place < idleEnd; place += PLACE_WORDS) {
    const server = table(place + PLACE_OWN);
    if (word(server + SERVER_STATE) === STATE_STARVED) idle = least(idle, meanSetup(server, leg, node));
  }
  return idle;
}

/** From the first idle server of a station to behind its last; nothing where none is idle. */
export let idleFirst = 0;
export let idleEnd = 0;

/** Looks for a station's idle servers, before the parts that wait for it are compared. */
export function lookForIdle(node: number): void {
  const first = table(node + NODE_FIRST_PLACE);
  const end = first + table(node + NODE_PLACES) * PLACE_WORDS;
  idleFirst = end;
  idleEnd = end;
  for (let place = first; place < end; place += PLACE_WORDS) {
    if (word(table(place + PLACE_OWN) + SERVER_STATE) === STATE_STARVED) {
      if (idleFirst === end) idleFirst = place;
      idleEnd = place + PLACE_WORDS;
    }
  }
}
