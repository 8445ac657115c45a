// Runs every twin on for a slice: the same as ReferenceEngine.run, but that the warm-up cut is left to a kernel of its own
// (cut-twins), which every slice ends with: it comes once in a twin's life, and would weigh on every event here.
#import shared/floor
#import stations/source
#import stations/buffer
#import stations/station
#import stations/sink

@compute @workgroup_size(WORKGROUP)
fn runTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  column = id.x;
  status = word(HEAD_STATUS);
  now = word(HEAD_NOW);
  for (var events = 0u; events < slice.events && status == STATUS_RUNNING; events++) {
    let slot = nextSlot();
    if (slot == N_SLOTS - 2u) {
      break; // the cut
    }
    step(slot);
    settle();
  }
  put(HEAD_NOW, now);
  put(HEAD_STATUS, status);
}

/// The next event.
fn step(slot: u32) {
  let tick = word(L_SLOT + slot);
  let row = AT_SLOT + slot * SLOT_WORDS;
  let kind = table(row + SLOT_KIND);
  let actor = table(row + SLOT_ACTOR);
  count(HEAD_EVENTS);
  var steps = 0u;
  if (tick == now) {
    steps = word(HEAD_STEPS) + 1u;
  }
  put(HEAD_STEPS, steps);
  now = tick;
  if (steps > table(AT_RUN + RUN_STEP_LIMIT)) {
    var node = actor;
    if (kind == SLOT_KIND_FINISH || kind == SLOT_KIND_BREAKDOWN) {
      node = table(actor + PLACE_NODE);
    }
    stop(STATUS_LIVELOCK, node);
    return;
  }
  if (kind == SLOT_KIND_FINISH) {
    finishWork(actor);
  } else if (kind == SLOT_KIND_ARRIVAL) {
    arrive(actor);
  } else if (kind == SLOT_KIND_END) {
    status = STATUS_DONE;
  } else if (HAS_FAILURES) {
    breakdownOrRepair(actor);
  }
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

/// Moves every part that can move: the marked element of the lowest number takes the longest-waiting part, until none is marked.
fn settle() {
  var moves = 0u;
  var w = 0u;
  while (w < L_DIRTY_WORDS && status == STATUS_RUNNING) {
    let bits = word(L_DIRTY + w);
    if (bits == 0u) {
      w++;
      continue;
    }
    put(L_DIRTY + w, bits & (bits - 1u));
    let node = AT_NODE + (w * 32u + firstTrailingBit(bits)) * NODE_WORDS;
    w = 0u; // a move may mark any element
    if (room(node) == 0u) {
      continue;
    }
    let queue = longestWaiting(node);
    if (queue == NIL) {
      continue;
    }
    movePart(queue, node);
    if (status != STATUS_RUNNING) {
      break;
    }
    moves++;
    if (moves > table(AT_RUN + RUN_MOVE_LIMIT)) {
      stop(STATUS_LIVELOCK, node);
      break;
    }
    if (room(node) != 0u) {
      wake(node);
    }
  }
}

/// Of the queues a node takes from, the one whose head wants in and has waited longest; the first of equals; NIL if there is none.
fn longestWaiting(node: u32) -> u32 {
  let first = table(node + NODE_FIRST_DRAW);
  let end = first + table(node + NODE_DRAWS);
  var best = NIL;
  var least = NEVER;
  for (var i = first; i < end; i++) {
    let queue = table(i);
    let part = head(queue);
    if (part == NIL) {
      continue;
    }
    if (legAt(word(part + PART_LEG), node) == NIL) {
      continue;
    }
    let since = word(part + PART_SINCE);
    if (best == NIL || since < least) {
      best = queue;
      least = since;
    }
  }
  return best;
}

/// One part goes from the head of a queue into a node.
fn movePart(queue: u32, node: u32) {
  let part = shift(queue);
  put(part + PART_LEG, legAt(word(part + PART_LEG), node));
  let buffer = table(queue + QUEUE_BUFFER);
  if (buffer != NIL) {
    leaveBuffer(buffer, part);
  } else {
    let place = word(part + PART_HOLDER);
    let origin = table(place + PLACE_NODE);
    if (table(origin + NODE_KIND) == KIND_STATION) {
      leaveStation(place);
    } else {
      leaveSource(origin, place, part);
    }
  }
  let kind = table(node + NODE_KIND);
  if (kind == KIND_STATION) {
    enterStation(node, part);
  } else if (kind == KIND_BUFFER) {
    enterBuffer(node, part);
  } else {
    enterSink(node, part);
  }
  if (buffer != NIL) {
    nextInLine(buffer);
  }
}
