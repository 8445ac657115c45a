/** Quality: whether a part that is about to leave a station is defective, found, and what becomes of it. */
import {
  GOODS_COUNTERS,
  GOODS_COUNTERS_REWORKED,
  LEG_QUALITY,
  MORE_DEFECTS,
  MORE_REWORKED,
  NODE_MORE,
  PART_DEFECTIVE,
  PART_FLAGS,
  PART_LOOPS,
  PRODUCT_MORE,
  QUALITY_ACTION,
  QUALITY_DEFECT,
  QUALITY_FOUND,
  QUALITY_INSPECTED,
  QUALITY_INSPECTS,
  QUALITY_LIMIT,
  QUALITY_PASSES,
  QUALITY_REWORKS,
  QUALITY_THEN,
  SERVER_WEAR,
  STATION_COUNTERS,
  STATION_QUALITY_STREAM,
  STATION_WEAR,
  WEAR_SCRAP,
} from '../stations/shop-words.ts';
import { LEG_PRODUCT, PART_LEG, PLACE_NODE, PLACE_OWN } from '../stations/words.ts';
import { HAS_WEAR, NONE, below, count, drawWord, plus, put, scaled, table, word } from './memory.ts';

/** What quality means to a part that leaves: QUALITY_PASSES, QUALITY_REWORKS or QUALITY_SCRAP. */
export function judge(place: number, part: number): number {
  const station = table(table(place + PLACE_NODE) + NODE_MORE);
  const quality = table(word(part + PART_LEG) + LEG_QUALITY);
  const stream = table(station + STATION_QUALITY_STREAM);
  const counters = table(station + STATION_COUNTERS);
  let verdict = QUALITY_PASSES;
  if (quality !== NONE) {
    // Without an inspection only a defect made here is found here.
    let suspect = table(quality + QUALITY_INSPECTS) !== 0 && (word(part + PART_FLAGS) & PART_DEFECTIVE) !== 0;
    let chance = table(quality + QUALITY_DEFECT);
    if (HAS_WEAR) {
      const condition = word(table(place + PLACE_OWN) + SERVER_WEAR);
      if (table(station + STATION_WEAR) !== NONE && condition > 0) {
        const rate = table(table(station + STATION_WEAR) + WEAR_SCRAP);
        if (rate !== 0) chance = plus(chance, scaled(rate, Math.min(condition, 2097152), 1));
      }
    }
    if (chance !== 0) {
      if (below(drawWord(stream), chance)) {
        put(part + PART_FLAGS, word(part + PART_FLAGS) | PART_DEFECTIVE);
        count(counters + MORE_DEFECTS);
        suspect = true;
      }
    }
    if (suspect && table(quality + QUALITY_ACTION) !== QUALITY_PASSES) {
      let found = happens(table(quality + QUALITY_INSPECTED), stream);
      if (found) found = happens(table(quality + QUALITY_FOUND), stream);
      if (found) verdict = sentence(part, quality, counters);
    }
  }
  return verdict;
}

/** Draws whether something of a given chance happens: NIL is certain, 0 impossible, and neither takes a draw. */
function happens(chance: number, stream: number): boolean {
  let yes = chance === NONE;
  if (chance !== NONE && chance !== 0) yes = below(drawWord(stream), chance);
  return yes;
}

/** What becomes of a part that is found to be defective. */
function sentence(part: number, quality: number, counters: number): number {
  let verdict = table(quality + QUALITY_ACTION);
  if (verdict === QUALITY_REWORKS) {
    if (word(part + PART_LOOPS) < table(quality + QUALITY_LIMIT)) {
      put(part + PART_LOOPS, word(part + PART_LOOPS) + 1);
      put(part + PART_FLAGS, word(part + PART_FLAGS) & ~PART_DEFECTIVE);
      count(counters + MORE_REWORKED);
      count(table(table(table(word(part + PART_LEG) + LEG_PRODUCT) + PRODUCT_MORE) + GOODS_COUNTERS) + GOODS_COUNTERS_REWORKED);
    } else if (table(quality + QUALITY_THEN) !== 0) {
      verdict = QUALITY_PASSES;
    } else {
      verdict = 0; // scrapped
    }
  }
  return verdict;
}
