// The same as src/stations/station.ts.
#import shared/floor

/// Finished processings.
var<private> operations: u32;

/// A part comes in: the idle server of the lowest number takes it. Its clock is not set yet.
fn enterStation(first: u32, part: u32) -> u32 {
  var place = first;
  if (HAS_PARALLEL) {
    while (word(ownOf(place) + SERVER_STATE) != STATE_STARVED) {
      place += PLACE_WORDS;
    }
  }
  let own = ownOf(place);
  put(own + SERVER_PART, part);
  enterState(own, STATE_STARVED, STATE_WORKING);
  return place;
}

/// Sets the clock of a server that has begun to work.
fn startWork(node: u32, place: u32, time: u32) {
  schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_FINISH, after(time));
  if (HAS_FAILURES) {
    let failure = table(node + NODE_FAILURE);
    if (failure != NIL) {
      put(ownOf(place) + SERVER_LEFT, select(NIL, time, table(failure + FAILURE_JOB) == JOB_RESTART));
      startLife(place, failure);
    }
  }
}

/// Processing ends: the part on the server looks for its way on, and blocks the server until it is gone.
fn finishWork(place: u32, slot: u32) -> u32 {
  let own = ownOf(place);
  operations++;
  count(countersOf(indexOf(table(place + PLACE_NODE))) + STATION_COUNTERS_OPERATIONS);
  schedule(slot, NEVER);
  enterState(own, STATE_WORKING, STATE_BLOCKED);
  return word(own + SERVER_PART);
}

/// What the end of processing means to a server that can fail; says whether it fails now.
fn wearOut(place: u32) -> bool {
  let failure = table(table(place + PLACE_NODE) + NODE_FAILURE);
  var fails = false;
  if (failure != NIL) {
    let own = ownOf(place);
    put(own + SERVER_LEFT, NIL);
    let clock = table(failure + FAILURE_CLOCK);
    if (clock == CLOCK_PARTS) {
      let life = word(own + SERVER_LIFE) - 1u;
      put(own + SERVER_LIFE, life);
      fails = life == 0u;
    } else if (clock != CLOCK_CALENDAR) {
      // The clock stands still. What is left is kept.
      let slot = table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN;
      let due = word(L_SLOT + slot);
      put(own + SERVER_LIFE, select(due - now, NEVER, due == NEVER));
      schedule(slot, NEVER);
    }
  }
  return fails;
}

/// The server fails, or, if it is down, its repair ends. `time` says how long it is down, or how long (or how many parts) it lasts then.
fn breakdownOrRepair(place: u32, node: u32, time: u32) {
  let failure = table(node + NODE_FAILURE);
  let own = ownOf(place);
  let state = word(own + SERVER_STATE);
  var next = STATE_FAILED;
  if (state == STATE_FAILED) {
    next = repair(place, own, failure, time);
  } else {
    breakDown(place, own, node, failure, state, time);
  }
  enterState(own, state, next);
  if (next == STATE_STARVED) {
    vacate(node);
  }
}

fn breakDown(place: u32, own: u32, node: u32, failure: u32, state: u32, repairTime: u32) {
  let slot = table(place + PLACE_SLOT);
  if (state == STATE_STARVED) {
    fill(node);
  }
  if (state == STATE_WORKING) {
    let job = table(failure + FAILURE_JOB);
    if (job == JOB_RESUME) {
      put(own + SERVER_LEFT, word(L_SLOT + slot + SLOT_OFFSET_FINISH) - now);
    }
    if (job == JOB_SCRAP) {
      scrap(own, node);
    }
    schedule(slot + SLOT_OFFSET_FINISH, NEVER);
  }
  schedule(slot + SLOT_OFFSET_BREAKDOWN, after(repairTime));
}

/// Gives the state that the server comes back in.
fn repair(place: u32, own: u32, failure: u32, life: u32) -> u32 {
  let slot = table(place + PLACE_SLOT);
  schedule(slot + SLOT_OFFSET_BREAKDOWN, NEVER);
  keepLife(place, failure, life);
  let left = word(own + SERVER_LEFT);
  var state = STATE_STARVED;
  if (word(own + SERVER_PART) != NIL) {
    state = STATE_BLOCKED;
    if (left != NIL) {
      state = STATE_WORKING;
      schedule(slot + SLOT_OFFSET_FINISH, after(left));
      if (table(failure + FAILURE_JOB) == JOB_RESUME) {
        put(own + SERVER_LEFT, NIL);
      }
      startLife(place, failure);
    }
  }
  return state;
}

/// The part in work is lost with the failure.
fn scrap(own: u32, node: u32) {
  let part = word(own + SERVER_PART);
  let product = productOf(part);
  put(own + SERVER_PART, NIL);
  count(countersOf(indexOf(node)) + STATION_COUNTERS_SCRAPPED);
  count(countersOfProduct(product) + PRODUCT_COUNTERS_SCRAPPED);
  add(sumsOfProduct(product) + PRODUCT_SUMS_SCRAPPED, now - word(part + PART_BORN));
  discardPart(part);
}

/// Draws the time (or the parts) to the first failure.
fn drawLife(place: u32) {
  let failure = table(table(place + PLACE_NODE) + NODE_FAILURE);
  keepLife(place, failure, sample(table(failure + FAILURE_TIME_TO_FAILURE), table(place + PLACE_FAILURE_STREAM)));
}

/// A new time to failure: a calendar clock starts at once, the others wait for work.
fn keepLife(place: u32, failure: u32, life: u32) {
  let clock = table(failure + FAILURE_CLOCK);
  if (clock == CLOCK_CALENDAR) {
    schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN, after(life));
  } else {
    put(ownOf(place) + SERVER_LIFE, select(life, 1u, clock == CLOCK_PARTS && life == 0u));
  }
}

/// A clock that runs only at work goes on.
fn startLife(place: u32, failure: u32) {
  let clock = table(failure + FAILURE_CLOCK);
  if (clock != CLOCK_CALENDAR && clock != CLOCK_PARTS) {
    schedule(table(place + PLACE_SLOT) + SLOT_OFFSET_BREAKDOWN, after(word(ownOf(place) + SERVER_LIFE)));
  }
}
