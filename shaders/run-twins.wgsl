// Runs every twin on for a slice: the same as ReferenceEngine.run, but that the warm-up cut is left to a kernel of its own
// (cut-twins), which every slice ends with: it comes once in a twin's life, and would weigh on every event here.
//
// Twins of one group go in step: what one of them does, all wait for, and where lanes are emulated a branch that none takes is walked
// through all the same. So what is heavy stands in one place; a turn is an event where nothing is left to move, then up to two moves, then
// the clock that the last of them leaves to be set. And no function on the way returns early: lanes that have returned must be carried along.
// Measured on software WebGPU: without early returns two thirds of the time; two moves written out instead of a loop until a clock must be
// set, an eighth less; both clocks of a move in a loop instead of in two turns, half as much again.
#import shared/floor
#import stations/source
#import stations/buffer
#import stations/station
#import stations/sink

/// The tick of the next event.
var<private> least: u32;
/// Moves since the last event.
var<private> moves: u32;
/// A server that fails, or whose repair ends, in this event; or NIL. Comes before any move.
var<private> breaking: u32;
/// What the last move leaves to be done: a station that has got a part, an outlet whose part has gone, a sink that has got a part; or NIL.
var<private> starting: u32;
var<private> offering: u32;
var<private> finishing: u32;
/// The part of the last move.
var<private> moved: u32;

@compute @workgroup_size(WORKGROUP)
fn runTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < slice.twins) {
    takeColumn(id.x);
    takeUp();
    runTwin();
    layDown();
  }
}

fn runTwin() {
  status = word(HEAD_STATUS);
  now = word(HEAD_NOW);
  operations = word(HEAD_OPERATIONS);
  dirty = word(L_DIRTY);
  lowest = L_DIRTY_WORDS;
  ready = NIL;
  breaking = NIL;
  starting = NIL;
  offering = NIL;
  finishing = NIL;
  var events = word(HEAD_EVENTS);
  var steps = word(HEAD_STEPS);
  let last = events + slice.events;
  var going = status == STATUS_RUNNING;
  while (going) {
    if (offering == NIL && !unsettled()) {
      let slot = nextSlot();
      going = events != last && slot != N_SLOTS - 2u; // the cut is not made here
      if (going) {
        steps = select(0u, steps + 1u, least == now);
        now = least;
        events++;
        moves = 0u;
        if (steps > table(AT_RUN + RUN_STEP_LIMIT)) {
          stop(STATUS_LIVELOCK, nodeOf(slot));
        } else {
          step(slot);
        }
      }
    }
    if (mayMove()) {
      moveNext();
    }
    if (mayMove()) {
      moveNext();
    }
    setClock();
    if (finishing != NIL) {
      enterSink(finishing, moved);
      finishing = NIL;
    }
    going = going && status == STATUS_RUNNING;
  }
  put(HEAD_NOW, now);
  put(HEAD_STATUS, status);
  put(HEAD_EVENTS, events);
  put(HEAD_STEPS, steps);
  put(HEAD_OPERATIONS, operations);
  if (L_DIRTY_WORDS == 1u) {
    put(L_DIRTY, dirty);
  }
}

/// Whether something may move, and nothing else is to be done first.
fn mayMove() -> bool {
  return status == STATUS_RUNNING && (breaking & starting & offering & finishing) == NIL && unsettled();
}

/// Whether anything may still move.
fn unsettled() -> bool {
  return ready != NIL || anyMarked();
}

/// The slot of the next event: of the least tick, the first of equals. Its tick is `least`.
fn nextSlot() -> u32 {
  var slot = 0u;
  if (L_LEAVES > 0u) {
    slot = word(L_TREE + 1u);
    least = word(L_SLOT + slot);
  } else {
    slot = scanSlots();
  }
  return slot;
}

/// The node at which the event of a slot happens.
fn nodeOf(slot: u32) -> u32 {
  let row = AT_SLOT + slot * SLOT_WORDS;
  let kind = table(row + SLOT_KIND);
  var node = table(row + SLOT_ACTOR);
  if (kind == SLOT_KIND_FINISH || kind == SLOT_KIND_BREAKDOWN) {
    node = table(node + PLACE_NODE);
  }
  return node;
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
    let way = decide(part, HAS_CHOICES);
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
      breaking = place;
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
  if (HAS_MERGES) {
    let first = table(node + NODE_FIRST_DRAW);
    let end = first + table(node + NODE_DRAWS);
    var since = NEVER;
    for (var i = first; i < end; i++) {
      let queue = table(i);
      let part = head(queue);
      if (part != NIL) {
        let leg = legAt(word(part + PART_LEG), node);
        let waits = word(part + PART_SINCE);
        if (leg != NIL && (best.queue == NIL || waits < since)) {
          best = Taken(queue, part, leg);
          since = waits;
        }
      }
    }
  } else {
    let queue = table(node + NODE_FIRST_QUEUE);
    let part = head(queue);
    if (part != NIL) {
      let leg = legAt(word(part + PART_LEG), node);
      best = Taken(select(NIL, queue, leg != NIL), part, leg);
    }
  }
  return best;
}

/// One part goes to where there is room: the one that the event has set free, else the longest-waiting of all that want to enter the
/// marked element of the lowest number.
fn moveNext() {
  var taken = Taken(NIL, ready, NIL);
  var node = readyFor;
  if (ready == NIL) {
    node = takeMarked();
  }
  let places = room(node);
  if (ready == NIL && places != 0u) {
    taken = longestWaiting(node);
    if (taken.queue != NIL) {
      moves++;
      if (moves > table(AT_RUN + RUN_MOVE_LIMIT)) {
        stop(STATUS_LIVELOCK, node);
        taken.queue = NIL;
      }
    }
  }
  if (ready != NIL || taken.queue != NIL) {
    go(taken, node, places);
  }
}

/// A part goes into a node that has so many places: from a queue, or, where that is NIL, as the part that is ready.
fn go(taken: Taken, node: u32, placesBefore: u32) {
  let part = taken.part;
  let queue = taken.queue;
  var places = placesBefore;
  var place = readyFrom;
  var next = NIL;
  var line = NIL;
  if (queue != NIL) {
    next = shift(queue, part);
    if (HAS_OPEN) {
      put(part + PART_LEG, taken.leg);
    }
    line = table(AT_LINE + ((queue - L_QUEUE) >> QUEUE_SHIFT));
    place = word(part + PART_HOLDER);
  }
  ready = NIL;
  moved = part;

  var freed = line;
  var down = false;
  if (line != NIL) {
    leaveBuffer(line, queue, part);
  } else {
    freed = table(place + PLACE_NODE);
    down = leavePlace(place);
  }
  let first = table(freed + NODE_FIRST_QUEUE);
  if (first == NIL) {
    offering = place; // a source: it takes from nobody
  } else if (!down) {
    count(L_ROOM + indexOf(freed));
    places += select(0u, 1u, freed == node);
    wakeFrom(freed, first);
  }

  let ownLine = table(node + NODE_LINE);
  let servers = table(node + NODE_FIRST_PLACE);
  var alone = false;
  if (ownLine != NIL) {
    alone = enterBuffer(node, ownLine, part);
  } else if (servers != NIL) {
    starting = node;
  } else {
    finishing = node;
  }
  if (finishing == NIL) {
    places--;
    put(L_ROOM + indexOf(node), places);
  }

  // Whoever is at the head of a line now decides: the one that has come in, and, after it, so that "shortest queue" sees where that one
  // went, the next in the line that it has left.
  let behind = select(next, NIL, line == NIL);
  if (HAS_CHAINS) {
    var decider = select(behind, part, alone);
    while (decider != NIL) {
      decideAtHead(decider);
      decider = select(NIL, behind, alone && decider != behind);
    }
  } else {
    let decider = select(behind, part, alone);
    if (decider != NIL) {
      decideAtHead(decider);
    }
  }
  var more = next != NIL;
  if (HAS_MERGES) {
    more = more || (queue != NIL && table(node + NODE_DRAWS) > 1u);
  }
  if (more && places != 0u) {
    mark(node);
  }
}

/// The part on a server or at an outlet has gone on. Says whether the server is down, and so takes no other.
fn leavePlace(place: u32) -> bool {
  let own = ownOf(place);
  put(own + SERVER_PART, NIL);
  let down = HAS_FAILURES && word(own + SERVER_STATE) == STATE_FAILED;
  if (!down) {
    enterState(own, STATE_BLOCKED, STATE_STARVED);
  }
  return down;
}

/// Draws for one clock that the event or the last move leaves to be set, and sets it: of a server that fails or comes back, of one that gets the
/// part of the last move, of a source that has given it away. Where there are two (a source that feeds a station), the other's turn is the next.
fn setClock() {
  let breaks = HAS_FAILURES && breaking != NIL;
  let starts = starting != NIL;
  var place = offering;
  if (starts) {
    place = enterStation(table(starting + NODE_FIRST_PLACE), moved);
  } else if (breaks) {
    place = breaking;
  }
  if (place != NIL) {
    let node = table(place + PLACE_NODE);
    var dist = NIL;
    var stream = table(node + NODE_STREAM);
    if (starts) {
      dist = table(word(moved + PART_LEG) + LEG_PROCESSING);
    } else if (breaks) {
      let failure = table(node + NODE_FAILURE);
      let down = word(ownOf(place) + SERVER_STATE) == STATE_FAILED;
      dist = table(failure + select(FAILURE_REPAIR, FAILURE_TIME_TO_FAILURE, down));
      stream = table(place + select(PLACE_REPAIR_STREAM, PLACE_FAILURE_STREAM, down));
    } else if (HAS_TIMED) {
      dist = table(node + NODE_INTERARRIVAL);
    }
    var time = 0u;
    if (dist != NIL) {
      time = sample(dist, stream);
    }
    if (starts) {
      startWork(node, place, time);
      starting = NIL;
    } else if (breaks) {
      breakdownOrRepair(place, node, time);
      breaking = NIL;
    } else {
      if (HAS_SATURATED && dist == NIL) {
        leaveSaturated(node, moved);
      }
      schedule(table(place + PLACE_SLOT), after(time));
      offering = NIL;
    }
  }
}
