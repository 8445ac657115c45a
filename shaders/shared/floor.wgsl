// The verbs of the floor: the same as src/engine/floor.ts, in the same order.
#import shared/twin
#import shared/sampling

// ── Clocks and draws ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Sets when a slot fires next.
fn schedule(slot: u32, tick: u32) {
  put(L_SLOT + slot, tick);
  if (L_LEAVES != 0u) {
    replay(slot);
  }
}

/// Plays the tournament again on the way from a slot to the top.
fn replay(slot: u32) {
  for (var i = (L_LEAVES + slot) >> 1u; i >= 1u; i = i >> 1u) {
    let left = 2u * i;
    var a = left - L_LEAVES;
    var b = a + 1u;
    if (left < L_LEAVES) {
      a = word(L_TREE + left);
      b = word(L_TREE + left + 1u);
    }
    put(L_TREE + i, select(a, b, word(L_SLOT + b) < word(L_SLOT + a)));
  }
}

/// The tick `ticks` from now, saturating at never.
fn after(ticks: u32) -> u32 {
  return now + min(ticks, NEVER - now);
}

/// The next word of a stream.
fn drawNext(stream: u32) -> u32 {
  let drawn = table(stream + STREAM_DRAWN);
  let n = word(drawn);
  put(drawn, n + 1u);
  return draw(slice.seed, slice.first + column, table(stream + STREAM_LO), table(stream + STREAM_HI), n);
}

/// Draws from a distribution, in ticks (or parts). A constant takes no draw.
fn sample(dist: u32, stream: u32) -> u32 {
  let kind = table(dist + DIST_KIND);
  let scale = table(dist + DIST_SCALE);
  if (kind == SAMPLING_CONSTANT) {
    return scale;
  }
  let base = table(dist + DIST_BASE);
  let shift = table(dist + DIST_SHIFT);
  let u = drawNext(stream);
  if (HAS_SEGMENTS && (!HAS_OCTAVES || kind == SAMPLING_SEGMENTS)) {
    return sampleSegments(base, scale, shift, u);
  }
  return sampleOctave(base, scale, shift, u);
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Adds ticks to a 64-bit sum.
fn add(w: u32, ticks: u32) {
  let sum = word(w) + ticks;
  put(w, sum);
  if (sum < ticks) {
    put(w + 1u, word(w + 1u) + 1u);
  }
}

fn count(w: u32) {
  put(w, word(w) + 1u);
}

/// A server (or outlet) changes its state; the time in the old one goes to its station's account.
fn enterState(place: u32, state: u32) {
  let own = table(place + PLACE_OWN);
  let since = word(own + SERVER_SINCE);
  if (since != now) {
    add(table(place + PLACE_SUMS) + 2u * word(own + SERVER_STATE), now - since);
    put(own + SERVER_SINCE, now);
  }
  put(own + SERVER_STATE, state);
}

/// The part is finished: its flow time goes to its product's account.
fn finish(part: u32) {
  let product = table(word(part + PART_LEG) + LEG_PRODUCT);
  let flow = now - word(part + PART_BORN);
  add(table(product + PRODUCT_SUMS) + PRODUCT_SUMS_FLOW, flow);
  count(table(product + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_FINISHED);
  count(table(product + PRODUCT_HISTOGRAM) + bin(flow));
  discardPart(part);
  if (HAS_GOAL) {
    let cut = table(AT_RUN + RUN_WARMUP);
    if (cut == 0u || now > cut) {
      let left = word(HEAD_LEFT) - 1u;
      put(HEAD_LEFT, left);
      if (left == 0u) {
        status = STATUS_DONE;
      }
    }
  }
}

/// Log-linear bin of a flow time: 2^N_HISTOGRAM_SUB_BITS bins to an octave, linear below the first.
fn bin(flow: u32) -> u32 {
  let v = flow >> table(AT_RUN + RUN_HISTOGRAM_SHIFT);
  if ((v >> N_HISTOGRAM_SUB_BITS) == 0u) {
    return v;
  }
  let e = firstLeadingBit(v);
  return ((e - N_HISTOGRAM_SUB_BITS + 1u) << N_HISTOGRAM_SUB_BITS) + ((v >> (e - N_HISTOGRAM_SUB_BITS)) & ((1u << N_HISTOGRAM_SUB_BITS) - 1u));
}

/// Ends the twin with a status that names an element.
fn stop(why: u32, node: u32) {
  status = why;
  put(HEAD_ELEMENT, table(node + NODE_INDEX));
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A new part, born now; NIL (and the twin ends) when there is no more room for parts.
fn make(leg: u32, node: u32) -> u32 {
  let part = word(HEAD_FREE);
  if (part == NIL) {
    stop(STATUS_OVERFLOW, node);
    return NIL;
  }
  put(HEAD_FREE, word(part + PART_NEXT));
  put(part + PART_LEG, leg);
  put(part + PART_BORN, now);
  return part;
}

/// Gives a part's words back.
fn discardPart(part: u32) {
  put(part + PART_NEXT, word(HEAD_FREE));
  put(HEAD_FREE, part);
}

/// The product of a part, whether or not it has decided its way.
fn productOf(part: u32) -> u32 {
  var leg = word(part + PART_LEG);
  if (HAS_CHOICES && leg >= CHOICE_BIT) {
    leg = table(table((leg & ADDRESS) + CHOICE_FIRST_EDGE) + EDGE_TARGET);
  }
  return table(leg + LEG_PRODUCT);
}

// ── Queues ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Puts a part at the end of a queue; says whether it is alone there.
fn append(queue: u32, part: u32) -> bool {
  let ends = table(queue + QUEUE_ENDS);
  put(part + PART_SINCE, now);
  put(part + PART_NEXT, NIL);
  let alone = word(ends + QUEUE_ENDS_HEAD) == NIL;
  // One store serves both cases: the head of an empty queue, or the link of the last in it.
  put(select(word(ends + QUEUE_ENDS_TAIL) + PART_NEXT, ends + QUEUE_ENDS_HEAD, alone), part);
  put(ends + QUEUE_ENDS_TAIL, part);
  return alone;
}

/// The head of a queue, or NIL.
fn head(queue: u32) -> u32 {
  return word(table(queue + QUEUE_ENDS) + QUEUE_ENDS_HEAD);
}

/// Takes the head off a queue.
fn shift(queue: u32) -> u32 {
  let ends = table(queue + QUEUE_ENDS);
  let part = word(ends + QUEUE_ENDS_HEAD);
  put(ends + QUEUE_ENDS_HEAD, word(part + PART_NEXT));
  return part;
}

// ── Room ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

fn room(node: u32) -> u32 {
  return word(table(node + NODE_ROOM));
}

/// One place less: an element that takes a part calls this, and a server that fails idle.
fn fill(node: u32) {
  let w = table(node + NODE_ROOM);
  put(w, word(w) - 1u);
}

/// One place more: whoever waits to enter may move.
fn vacate(node: u32) {
  count(table(node + NODE_ROOM));
  wake(node);
}

/// Marks an element that has room, if anybody may be waiting for it.
fn wake(node: u32) {
  let first = table(node + NODE_FIRST_QUEUE);
  if (first != NIL) {
    if (head(first) != NIL || table(node + NODE_DRAWS) > 1u) {
      mark(node);
    }
  }
}

fn mark(node: u32) {
  let index = table(node + NODE_INDEX);
  let w = L_DIRTY + (index >> 5u);
  put(w, word(w) | (1u << (index & 31u)));
}

// ── Ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Decides a part's way: its leg becomes the one it goes to, or, where the first free of several will take it, the open choice.
/// The targets with room are marked.
fn decide(part: u32) {
  var way = table(word(part + PART_LEG) + LEG_EXIT);
  if (HAS_CHOICES) {
    way = resolve(way);
  }
  put(part + PART_LEG, way);
  if (HAS_CHOICES && way >= CHOICE_BIT) {
    markOpen(way & ADDRESS);
  } else {
    let node = table(way + LEG_NODE);
    if (room(node) > 0u) {
      mark(node);
    }
  }
}

fn markOpen(choice: u32) {
  let first = table(choice + CHOICE_FIRST_EDGE);
  let end = first + table(choice + CHOICE_EDGES) * EDGE_WORDS;
  for (var edge = first; edge < end; edge += EDGE_WORDS) {
    let node = table(table(edge + EDGE_TARGET) + LEG_NODE);
    if (room(node) > 0u) {
      mark(node);
    }
  }
}

/// A part that has decided waits on a server or at an outlet, behind all who wait for the same.
fn hold(part: u32, place: u32) {
  let way = word(part + PART_LEG);
  put(part + PART_HOLDER, place);
  var queue = 0u;
  if (HAS_CHOICES && way >= CHOICE_BIT) {
    queue = table((way & ADDRESS) + CHOICE_AUX);
  } else {
    queue = table(table(way + LEG_NODE) + NODE_WAITERS);
  }
  append(queue, part);
}

/// The leg on which a part that goes by `way` enters `node`; NIL if it does not.
fn legAt(way: u32, node: u32) -> u32 {
  if (HAS_CHOICES && way >= CHOICE_BIT) {
    let choice = way & ADDRESS;
    let first = table(choice + CHOICE_FIRST_EDGE);
    let end = first + table(choice + CHOICE_EDGES) * EDGE_WORDS;
    for (var edge = first; edge < end; edge += EDGE_WORDS) {
      let leg = table(edge + EDGE_TARGET);
      if (table(leg + LEG_NODE) == node) {
        return leg;
      }
    }
    return NIL;
  }
  return select(NIL, way, table(way + LEG_NODE) == node);
}

/// Whether a way has room at its end now.
fn hasRoom(way: u32) -> bool {
  if (HAS_CHOICES && way >= CHOICE_BIT) {
    let choice = way & ADDRESS;
    let first = table(choice + CHOICE_FIRST_EDGE);
    let end = first + table(choice + CHOICE_EDGES) * EDGE_WORDS;
    for (var edge = first; edge < end; edge += EDGE_WORDS) {
      if (room(table(table(edge + EDGE_TARGET) + LEG_NODE)) > 0u) {
        return true;
      }
    }
    return false;
  }
  return room(table(way + LEG_NODE)) > 0u;
}

/// Follows choices until a leg, or a choice that stays open until somebody has room.
fn resolve(exit: u32) -> u32 {
  var way = exit;
  while (way >= CHOICE_BIT) {
    let choice = way & ADDRESS;
    let rule = table(choice + CHOICE_RULE);
    if (rule == RULE_FIRST_FREE) {
      break;
    }
    let first = table(choice + CHOICE_FIRST_EDGE);
    let edges = table(choice + CHOICE_EDGES);
    let aux = table(choice + CHOICE_AUX);
    var pick = 0u;
    if (rule == RULE_PROBABILITY) {
      let u = drawNext(aux);
      while (pick < edges - 1u && u >= table(first + pick * EDGE_WORDS + EDGE_BELOW)) {
        pick++;
      }
    } else if (rule == RULE_ROUND_ROBIN) {
      pick = word(aux);
      put(aux, select(0u, pick + 1u, pick + 1u < edges));
    } else {
      pick = shortest(first, edges);
    }
    way = table(first + pick * EDGE_WORDS + EDGE_TARGET);
  }
  return way;
}

/// The edge with the fewest parts ahead; full targets count behind every target with room; the first of equals.
fn shortest(first: u32, edges: u32) -> u32 {
  var pick = 0u;
  var best = NIL;
  for (var i = 0u; i < edges; i++) {
    let node = table(table(first + i * EDGE_WORDS + EDGE_TARGET) + LEG_NODE);
    let ahead = load(node) + select(0x80000000u, 0u, room(node) > 0u);
    if (ahead < best) {
      best = ahead;
      pick = i;
    }
  }
  return pick;
}

/// Parts at a node (servers that are not free, at a station), and on the stations that a buffer feeds.
fn load(node: u32) -> u32 {
  var ahead = table(node + NODE_CAPACITY) - room(node);
  let first = table(node + NODE_FIRST_FED);
  let end = first + table(node + NODE_FED);
  for (var i = first; i < end; i++) {
    let station = table(i);
    ahead += table(station + NODE_CAPACITY) - room(station);
  }
  return ahead;
}
