// The same as src/stations/station.ts.
#import shared/floor

/// A part comes in: the idle server of the lowest number takes it.
fn enterStation(node: u32, part: u32) {
  var place = table(node + NODE_FIRST_PLACE);
  while (word(table(place + PLACE_OWN) + SERVER_STATE) != STATE_STARVED) {
    place += PLACE_WORDS;
  }
  let own = table(place + PLACE_OWN);
  let leg = word(part + PART_LEG);
  fill(node);
  put(own + SERVER_PART, part);
  let time = sample(table(leg + LEG_PROCESSING), table(node + NODE_STREAM));
  enterState(place, STATE_WORKING);
  schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_FINISH, after(time));
  if (HAS_FAILURES) {
    let failure = table(node + NODE_FAILURE);
    if (failure != NIL) {
      put(own + SERVER_LEFT, select(NIL, time, table(failure + FAILURE_JOB) == JOB_RESTART));
      startLife(place, failure);
    }
  }
}

/// Processing ends: the part looks for its way on, and blocks the server until it is gone.
fn finishWork(place: u32) {
  let node = table(place + PLACE_NODE);
  let own = table(place + PLACE_OWN);
  let part = word(own + SERVER_PART);
  count(HEAD_OPERATIONS);
  count(table(node + NODE_COUNTERS) + STATION_COUNTERS_OPERATIONS);
  schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_FINISH, NEVER);
  enterState(place, STATE_BLOCKED);
  decide(part);
  hold(part, place);
  if (HAS_FAILURES) {
    let failure = table(node + NODE_FAILURE);
    if (failure != NIL) {
      put(own + SERVER_LEFT, NIL);
      stopLife(place, failure);
      if (table(failure + FAILURE_CLOCK) == CLOCK_PARTS) {
        let life = word(own + SERVER_LIFE) - 1u;
        put(own + SERVER_LIFE, life);
        if (life == 0u) {
          breakDown(place);
        }
      }
    }
  }
}

/// The part on a server has gone on: the server is free, unless it is down.
fn leaveStation(place: u32) {
  let own = table(place + PLACE_OWN);
  put(own + SERVER_PART, NIL);
  if (word(own + SERVER_STATE) != STATE_FAILED) {
    enterState(place, STATE_STARVED);
    vacate(table(place + PLACE_NODE));
  }
}

/// The server's breakdown slot fires: it fails, or, if it is down, its repair ends.
fn breakdownOrRepair(place: u32) {
  if (word(table(place + PLACE_OWN) + SERVER_STATE) == STATE_FAILED) {
    repair(place);
  } else {
    breakDown(place);
  }
}

fn breakDown(place: u32) {
  let node = table(place + PLACE_NODE);
  let failure = table(node + NODE_FAILURE);
  let slot = table(place + PLACE_SLOT);
  let own = table(place + PLACE_OWN);
  let state = word(own + SERVER_STATE);
  if (state == STATE_STARVED) {
    fill(node);
  }
  if (state == STATE_WORKING) {
    let job = table(failure + FAILURE_JOB);
    if (job == JOB_RESUME) {
      put(own + SERVER_LEFT, word(L_SLOT + slot + SLOT_OFFSET_FINISH) - now);
    }
    if (job == JOB_SCRAP) {
      scrap(place, node);
    }
    schedule(slot + SLOT_OFFSET_FINISH, NEVER);
  }
  enterState(place, STATE_FAILED);
  let repairTime = sample(table(failure + FAILURE_REPAIR), table(place + PLACE_REPAIR_STREAM));
  schedule(slot + SLOT_OFFSET_BREAKDOWN, after(repairTime));
}

fn repair(place: u32) {
  let node = table(place + PLACE_NODE);
  let failure = table(node + NODE_FAILURE);
  let slot = table(place + PLACE_SLOT);
  let own = table(place + PLACE_OWN);
  schedule(slot + SLOT_OFFSET_BREAKDOWN, NEVER);
  drawLife(place);
  let left = word(own + SERVER_LEFT);
  if (word(own + SERVER_PART) == NIL) {
    enterState(place, STATE_STARVED);
    vacate(node);
  } else if (left == NIL) {
    enterState(place, STATE_BLOCKED);
  } else {
    enterState(place, STATE_WORKING);
    schedule(slot + SLOT_OFFSET_FINISH, after(left));
    if (table(failure + FAILURE_JOB) == JOB_RESUME) {
      put(own + SERVER_LEFT, NIL);
    }
    startLife(place, failure);
  }
}

/// The part in work is lost with the failure.
fn scrap(place: u32, node: u32) {
  let own = table(place + PLACE_OWN);
  let part = word(own + SERVER_PART);
  let product = productOf(part);
  put(own + SERVER_PART, NIL);
  count(table(node + NODE_COUNTERS) + STATION_COUNTERS_SCRAPPED);
  count(table(product + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_SCRAPPED);
  add(table(product + PRODUCT_SUMS) + PRODUCT_SUMS_SCRAPPED, now - word(part + PART_BORN));
  discardPart(part);
}

/// Draws the time (or the parts) to the next failure. A calendar clock starts at once, the others wait for work.
fn drawLife(place: u32) {
  let failure = table(table(place + PLACE_NODE) + NODE_FAILURE);
  let clock = table(failure + FAILURE_CLOCK);
  let life = sample(table(failure + FAILURE_TIME_TO_FAILURE), table(place + PLACE_FAILURE_STREAM));
  if (clock == CLOCK_CALENDAR) {
    schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN, after(life));
  } else {
    put(table(place + PLACE_OWN) + SERVER_LIFE, select(life, 1u, clock == CLOCK_PARTS && life == 0u));
  }
}

/// A clock that runs only at work goes on …
fn startLife(place: u32, failure: u32) {
  let clock = table(failure + FAILURE_CLOCK);
  if (clock != CLOCK_CALENDAR && clock != CLOCK_PARTS) {
    schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN, after(word(table(place + PLACE_OWN) + SERVER_LIFE)));
  }
}

/// … and stands still. What is left is kept.
fn stopLife(place: u32, failure: u32) {
  let clock = table(failure + FAILURE_CLOCK);
  if (clock != CLOCK_CALENDAR && clock != CLOCK_PARTS) {
    let slot = table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN;
    let due = word(L_SLOT + slot);
    put(table(place + PLACE_OWN) + SERVER_LIFE, select(due - now, NEVER, due == NEVER));
    schedule(slot, NEVER);
  }
}
