// Runs every twin on for a slice: the same as ReferenceEngine.run, but that the warm-up cut is left to a kernel of its own
// (cut-twins), which every slice ends with: it comes once in a twin's life, and would weigh on every event here.
//
// Twins of one group go in step: what one of them does, all wait for. So a turn of the loop is short: an event where nothing is left to
// move, moves until a clock must be set, the clock. Draws and the farewell of finished parts, the heaviest of it all, come once a turn.
#import shared/floor
#import stations/source
#import stations/buffer
#import stations/station
#import stations/sink

/// Moves since the last event.
var<private> moves: u32;
/// What the last move leaves to be done: a server that starts to work, an outlet whose part has gone, a sink that has got a part; or NIL.
var<private> starting: u32;
var<private> offering: u32;
var<private> finishing: u32;
/// The part of the last move.
var<private> moved: u32;

@compute @workgroup_size(WORKGROUP)
fn runTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  column = id.x;
  takeUp();
  status = word(HEAD_STATUS);
  now = word(HEAD_NOW);
  operations = word(HEAD_OPERATIONS);
  var events = word(HEAD_EVENTS);
  var steps = word(HEAD_STEPS);
  let last = events + slice.events;
  ready = NIL;
  starting = NIL;
  offering = NIL;
  finishing = NIL;
  dirty = word(L_DIRTY);
  lowest = L_DIRTY_WORDS;
  while (status == STATUS_RUNNING) {
    if (!unsettled()) {
      let slot = nextSlot();
      if (events == last || slot == N_SLOTS - 2u) {
        break; // the cut is not made here
      }
      let tick = word(L_SLOT + slot);
      steps = select(0u, steps + 1u, tick == now);
      now = tick;
      events++;
      moves = 0u;
      if (steps > table(AT_RUN + RUN_STEP_LIMIT)) {
        stop(STATUS_LIVELOCK, nodeOf(slot));
      } else {
        step(slot);
      }
    }
    while (status == STATUS_RUNNING && starting == NIL && offering == NIL && finishing == NIL && unsettled()) {
      moveNext();
    }
    setClocks();
    if (finishing != NIL) {
      enterSink(finishing, moved);
      finishing = NIL;
    }
  }
  put(HEAD_NOW, now);
  put(HEAD_STATUS, status);
  put(HEAD_EVENTS, events);
  put(HEAD_STEPS, steps);
  put(HEAD_OPERATIONS, operations);
  if (L_DIRTY_WORDS == 1u) {
    put(L_DIRTY, dirty);
  }
  layDown();
}

/// Whether anything may still move.
fn unsettled() -> bool {
  return ready != NIL || anyMarked();
}

/// The slot of the least tick; the first of equals.
fn nextSlot() -> u32 {
  if (L_LEAVES > 0u) {
    return word(L_TREE + 1u);
  }
  var best = 0u;
  var least = word(L_SLOT);
  for (var slot = 1u; slot < N_SLOTS; slot++) {
    let tick = word(L_SLOT + slot);
    if (tick < least) {
      least = tick;
      best = slot;
    }
  }
  return best;
}

/// The node at which the event of a slot happens.
fn nodeOf(slot: u32) -> u32 {
  let row = AT_SLOT + slot * SLOT_WORDS;
  let kind = table(row + SLOT_KIND);
  let actor = table(row + SLOT_ACTOR);
  if (kind == SLOT_KIND_FINISH || kind == SLOT_KIND_BREAKDOWN) {
    return table(actor + PLACE_NODE);
  }
  return actor;
}

/// The event of a slot.
fn step(slot: u32) {
  let row = AT_SLOT + slot * SLOT_WORDS;
  let kind = table(row + SLOT_KIND);
  let actor = table(row + SLOT_ACTOR);
  var place = actor;
  var part = NIL;
  if (kind == SLOT_KIND_FINISH) {
    part = finishWork(place, slot);
  } else if (kind == SLOT_KIND_ARRIVAL) {
    place = table(actor + NODE_FIRST_PLACE);
    part = arrive(actor, place, slot);
  } else if (kind == SLOT_KIND_END) {
    status = STATUS_DONE;
  }
  if (part != NIL) {
    let way = decide(part);
    var lost = false;
    if (HAS_LOSING && kind == SLOT_KIND_ARRIVAL) {
      lost = table(actor + NODE_LOSES) != 0u && !hasRoom(way);
      if (lost) {
        lose(actor, place, part);
        offering = place;
      }
    }
    if (!lost) {
      depart(part, way, place);
    }
  }
  if (HAS_FAILURES) {
    var breaks = kind == SLOT_KIND_BREAKDOWN;
    if (kind == SLOT_KIND_FINISH) {
      breaks = wearOut(place);
    }
    if (breaks) {
      breakdownOrRepair(place);
    }
  }
}

/// The queue an element takes from next, with its head and the leg on which that comes in; the queue is NIL if nobody wants in.
struct Taken {
  queue: u32,
  part: u32,
  leg: u32,
}

/// Of the queues a node takes from, the one whose head wants in and has waited longest; the first of equals.
fn longestWaiting(node: u32) -> Taken {
  var best = Taken(NIL, NIL, NIL);
  if (!HAS_MERGES) {
    let queue = table(node + NODE_FIRST_QUEUE);
    let part = head(queue);
    if (part != NIL) {
      let leg = legAt(word(part + PART_LEG), node);
      if (leg != NIL) {
        best = Taken(queue, part, leg);
      }
    }
    return best;
  }
  let first = table(node + NODE_FIRST_DRAW);
  let end = first + table(node + NODE_DRAWS);
  var least = NEVER;
  for (var i = first; i < end; i++) {
    let queue = table(i);
    let part = head(queue);
    if (part != NIL) {
      let leg = legAt(word(part + PART_LEG), node);
      if (leg != NIL) {
        let since = word(part + PART_SINCE);
        if (best.queue == NIL || since < least) {
          best = Taken(queue, part, leg);
          least = since;
        }
      }
    }
  }
  return best;
}

/// One part goes to where there is room: the one that the event has set free, else the longest-waiting of all that want to enter the
/// marked element of the lowest number.
fn moveNext() {
  var part = ready;
  var place = readyFrom;
  var buffer = NIL;
  var next = NIL;
  var node = NIL;
  let goes = part != NIL;
  if (goes) {
    ready = NIL;
    node = table(word(part + PART_LEG) + LEG_NODE);
  } else {
    node = takeMarked();
    if (room(node) == 0u) {
      return;
    }
    let taken = longestWaiting(node);
    if (taken.queue == NIL) {
      return;
    }
    moves++;
    if (moves > table(AT_RUN + RUN_MOVE_LIMIT)) {
      stop(STATUS_LIVELOCK, node);
      return;
    }
    part = taken.part;
    next = word(part + PART_NEXT);
    put(taken.queue + QUEUE_HEAD, next);
    if (HAS_OPEN) {
      put(part + PART_LEG, taken.leg);
    }
    buffer = table(AT_LINE + (taken.queue - L_QUEUE) / QUEUE_WORDS);
    place = word(part + PART_HOLDER);
  }
  moved = part;

  var freed = buffer;
  if (buffer != NIL) {
    leaveBuffer(buffer, part);
  } else {
    freed = leavePlace(place);
    next = NIL;
  }
  if (freed != NIL) {
    vacate(freed);
  }

  let kind = table(node + NODE_KIND);
  var alone = false;
  if (kind == KIND_STATION) {
    starting = enterStation(node, part);
  } else if (kind == KIND_BUFFER) {
    alone = enterBuffer(node, part);
  } else {
    finishing = node;
  }

  // Whoever is at the head of a line now decides: the one that has come in, and, after it, so that "shortest queue" sees where that one
  // went, the next in the line that it has left.
  var decider = select(next, part, alone);
  while (decider != NIL) {
    decideAtHead(decider);
    decider = select(NIL, next, alone && decider != next);
  }
  if (!goes && room(node) != 0u) {
    wake(node);
  }
}

/// The part on a server or at an outlet has gone on. Gives the station where a place is free now; NIL at a source and where the server is down.
fn leavePlace(place: u32) -> u32 {
  let own = ownOf(place);
  let node = table(place + PLACE_NODE);
  put(own + SERVER_PART, NIL);
  let down = HAS_FAILURES && word(own + SERVER_STATE) == STATE_FAILED;
  if (!down) {
    enterState(own, STATE_STARVED);
  }
  if (table(node + NODE_KIND) == KIND_SOURCE) {
    offering = place;
    return NIL;
  }
  return select(node, NIL, down);
}

/// Sets the clocks of a server that starts to work and of a source that has given its part away.
fn setClocks() {
  var place = select(starting, offering, starting == NIL);
  while (place != NIL) {
    let node = table(place + PLACE_NODE);
    let starts = place == starting;
    var time = 0u;
    if (starts || isTimed(node)) {
      var dist = NIL;
      if (starts) {
        dist = table(word(moved + PART_LEG) + LEG_PROCESSING);
      } else {
        dist = table(node + NODE_INTERARRIVAL);
      }
      time = sample(dist, table(node + NODE_STREAM));
    } else {
      leaveSaturated(node, moved);
    }
    if (starts) {
      startWork(node, place, time);
    } else {
      schedule(table(place + PLACE_SLOT), after(time));
    }
    place = select(NIL, offering, starts);
  }
  starting = NIL;
  offering = NIL;
}
