// The verbs of the floor: the same as src/engine/floor.ts, in the same order.
#import shared/twin
#import shared/sampling

// A branch that no lane takes costs as much as one that is taken where all lanes go in step through masks, and every call is a copy
// of what is called. So what is heavy is called from one place, even where src/engine/ calls it from several: the words are the same.

/// The part that the event in hand has set free to go (NIL if there is none), the place it goes from and the node it goes to.
var<private> ready: u32;
var<private> readyFrom: u32;
var<private> readyFor: u32;
/// Marks of up to 32 elements; of more, the words of the block below this number hold none.
var<private> dirty: u32;
var<private> lowest: u32;

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
  let drawn = L_DRAWN + ((stream - AT_STREAM) >> STREAM_SHIFT);
  let n = word(drawn);
  put(drawn, n + 1u);
  return draw(slice.seed, replication(), table(stream + STREAM_LO), table(stream + STREAM_HI), n);
}

/// Draws from a distribution, in ticks (or parts). A constant takes no draw.
fn sample(dist: u32, stream: u32) -> u32 {
  var ticks = table(dist + DIST_SCALE);
  if (HAS_OCTAVES || HAS_SEGMENTS) {
    var kind = select(SAMPLING_SEGMENTS, SAMPLING_OCTAVES, HAS_OCTAVES);
    if (HAS_CONSTANTS || (HAS_OCTAVES && HAS_SEGMENTS)) {
      kind = table(dist + DIST_KIND);
    }
    if (kind != SAMPLING_CONSTANT) {
      let base = table(dist + DIST_BASE);
      let shift = table(dist + DIST_SHIFT);
      let u = drawNext(stream);
      if (HAS_OCTAVES && kind == SAMPLING_OCTAVES) {
        ticks = sampleOctave(base, ticks, shift, u);
      } else if (HAS_SEGMENTS) {
        ticks = sampleSegments(base, ticks, shift, u);
      }
    }
  }
  return ticks;
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

/// Word of the block where a place's SERVER record begins.
fn ownOf(place: u32) -> u32 {
  return L_PLACE + ((place - AT_PLACE) >> PLACE_SHIFT) * SERVER_WORDS;
}

/// A server (or outlet) changes its state; the time in the old one goes to its account.
fn enterState(own: u32, old: u32, state: u32) {
  let time = own + SERVER_TIMES + old;
  put(time, word(time) + now - word(own + SERVER_SINCE));
  put(own + SERVER_SINCE, now);
  put(own + SERVER_STATE, state);
}

fn indexOfProduct(product: u32) -> u32 {
  return (product - AT_PRODUCT) >> PRODUCT_SHIFT;
}

/// Words of the block where the accounts of element or product number `index` begin; of buffers only, in the order of their lines, for sums.
fn countersOf(index: u32) -> u32 {
  return L_COUNTERS + index * COUNTERS_PER_NODE;
}

fn countersOfProduct(index: u32) -> u32 {
  return L_COUNTERS + N_NODES * COUNTERS_PER_NODE + index * PRODUCT_COUNTERS_WORDS;
}

fn sumsOfLine(line: u32) -> u32 {
  return L_SUMS + ((line - L_QUEUE) >> QUEUE_SHIFT) * BUFFER_SUMS_WORDS;
}

fn sumsOfProduct(index: u32) -> u32 {
  return L_SUMS + N_BUFFERS * BUFFER_SUMS_WORDS + index * PRODUCT_SUMS_WORDS;
}

/// The part is finished: its flow time goes to its product's account.
fn finish(part: u32) {
  let product = indexOfProduct(table(word(part + PART_LEG) + LEG_PRODUCT));
  let flow = now - word(part + PART_BORN);
  add(sumsOfProduct(product) + PRODUCT_SUMS_FLOW, flow);
  count(countersOfProduct(product) + PRODUCT_COUNTERS_FINISHED);
  let tally = L_HISTOGRAM + product * L_HISTOGRAM_BINS + bin(flow);
  putCold(tally, cold(tally) + 1u);
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
  let e = max(firstLeadingBit(v | 1u), N_HISTOGRAM_SUB_BITS);
  let octaves = ((e - N_HISTOGRAM_SUB_BITS + 1u) << N_HISTOGRAM_SUB_BITS) + ((v >> (e - N_HISTOGRAM_SUB_BITS)) & ((1u << N_HISTOGRAM_SUB_BITS) - 1u));
  return select(octaves, v, (v >> N_HISTOGRAM_SUB_BITS) == 0u);
}

/// Ends the twin with a status that names an element.
fn stop(why: u32, node: u32) {
  status = why;
  put(HEAD_ELEMENT, indexOf(node));
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A new part, born now; NIL (and the twin ends) when there is no more room for parts.
fn make(leg: u32, node: u32) -> u32 {
  let part = word(HEAD_FREE);
  if (part == NIL) {
    stop(STATUS_OVERFLOW, node);
  } else {
    put(HEAD_FREE, word(part + PART_NEXT));
    put(part + PART_LEG, leg);
    put(part + PART_BORN, now);
  }
  return part;
}

/// Gives a part's words back.
fn discardPart(part: u32) {
  put(part + PART_NEXT, word(HEAD_FREE));
  put(HEAD_FREE, part);
}

/// Number of the product of a part, whether or not it has decided its way.
fn productOf(part: u32) -> u32 {
  var leg = word(part + PART_LEG);
  if (HAS_OPEN && leg >= CHOICE_BIT) {
    leg = table(table((leg & ADDRESS) + CHOICE_FIRST_EDGE) + EDGE_TARGET);
  }
  return indexOfProduct(table(leg + LEG_PRODUCT));
}

// ── Queues ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Puts a part at the end of a queue; says whether it is alone there.
fn append(queue: u32, part: u32) -> bool {
  put(part + PART_SINCE, now);
  put(part + PART_NEXT, NIL);
  // One store serves both cases: the head of an empty queue, or the link of the last in it.
  let last = word(queue + QUEUE_TAIL);
  put(select(last + PART_NEXT, queue + QUEUE_HEAD, last == NIL), part);
  put(queue + QUEUE_TAIL, part);
  return last == NIL;
}

/// Takes a part off the head of a queue; gives the one behind it.
fn shift(queue: u32, part: u32) -> u32 {
  let next = word(part + PART_NEXT);
  put(queue + QUEUE_HEAD, next);
  if (next == NIL) {
    put(queue + QUEUE_TAIL, NIL);
  }
  return next;
}

/// The head of a queue, or NIL.
fn head(queue: u32) -> u32 {
  return word(queue + QUEUE_HEAD);
}

// ── Room ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

// Records whose size is a power of two are numbered by a shift: a division is slow where lanes are emulated.
const NODE_SHIFT = firstTrailingBit(NODE_WORDS);
const PLACE_SHIFT = firstTrailingBit(PLACE_WORDS);
const STREAM_SHIFT = firstTrailingBit(STREAM_WORDS);
const QUEUE_SHIFT = firstTrailingBit(QUEUE_WORDS);
const PRODUCT_SHIFT = firstTrailingBit(PRODUCT_WORDS);

/// Number of an element, in the order of the names.
fn indexOf(node: u32) -> u32 {
  return (node - AT_NODE) >> NODE_SHIFT;
}

fn room(node: u32) -> u32 {
  return word(L_ROOM + indexOf(node));
}

/// One place less, as for a server that fails idle.
fn fill(node: u32) {
  put(L_ROOM + indexOf(node), room(node) - 1u);
}

/// One place more: whoever waits to enter may move.
fn vacate(node: u32) {
  count(L_ROOM + indexOf(node));
  wake(node);
}

/// Marks an element that has room, if anybody may be waiting for it.
fn wake(node: u32) {
  let first = table(node + NODE_FIRST_QUEUE);
  if (first != NIL) {
    wakeFrom(node, first);
  }
}

/// The same where the first of the queues that the element takes from is at hand.
fn wakeFrom(node: u32, first: u32) {
  var waiting = head(first) != NIL;
  if (HAS_MERGES) {
    waiting = waiting || table(node + NODE_DRAWS) > 1u;
  }
  if (waiting) {
    mark(node);
  }
}

fn mark(node: u32) {
  let index = indexOf(node);
  let bit = 1u << (index & 31u);
  if (L_DIRTY_WORDS == 1u) {
    dirty |= bit;
  } else {
    let w = index >> 5u;
    put(L_DIRTY + w, word(L_DIRTY + w) | bit);
    lowest = min(lowest, w);
  }
}

/// Whether any element is marked.
fn anyMarked() -> bool {
  if (L_DIRTY_WORDS > 1u) {
    while (lowest < L_DIRTY_WORDS && word(L_DIRTY + lowest) == 0u) {
      lowest++;
    }
    return lowest < L_DIRTY_WORDS;
  } else {
    return dirty != 0u;
  }
}

/// Takes the mark off the lowest of the marked elements, of which there is one.
fn takeMarked() -> u32 {
  var bits = dirty;
  var first = 0u;
  if (L_DIRTY_WORDS > 1u) {
    bits = word(L_DIRTY + lowest);
    first = lowest * 32u;
    put(L_DIRTY + lowest, bits & (bits - 1u));
  } else {
    dirty = bits & (bits - 1u);
  }
  return AT_NODE + (first + firstTrailingBit(bits)) * NODE_WORDS;
}

// ── Ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Decides a part's way: its leg becomes the one it goes to, or, where the first free of several will take it, the open choice.
/// `chooses`: whether there are choices where the part is.
fn decide(part: u32, chooses: bool) -> u32 {
  var way = table(word(part + PART_LEG) + LEG_EXIT);
  if (chooses) {
    way = resolve(way);
  }
  put(part + PART_LEG, way);
  return way;
}

/// A part that has come to the head of a line decides its way; the targets with room are marked.
fn decideAtHead(part: u32) {
  let way = decide(part, HAS_LINES_CHOOSE);
  if (HAS_LINES_CHOOSE && HAS_OPEN && way >= CHOICE_BIT) {
    markOpen(way & ADDRESS);
  } else {
    let node = table(way + LEG_NODE);
    if (room(node) > 0u) {
      mark(node);
    }
  }
}

/// A part that has decided is free to leave its server or outlet. Where its way has room it goes first of all when the event is over:
/// nobody can be waiting for that room, or it would have been taken. Else it waits, behind all who wait for the same.
fn depart(part: u32, way: u32, place: u32) {
  var queue = NIL;
  if (HAS_OPEN && way >= CHOICE_BIT) {
    markOpen(way & ADDRESS);
    queue = table((way & ADDRESS) + CHOICE_AUX);
  } else {
    let node = table(way + LEG_NODE);
    if (room(node) > 0u) {
      ready = part;
      readyFrom = place;
      readyFor = node;
    } else {
      queue = table(node + NODE_WAITERS);
    }
  }
  if (queue != NIL) {
    put(part + PART_HOLDER, place);
    append(queue, part);
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

/// The leg on which a part that goes by `way` enters `node`; NIL if it does not.
fn legAt(way: u32, node: u32) -> u32 {
  var found = NIL;
  if (HAS_OPEN && way >= CHOICE_BIT) {
    let choice = way & ADDRESS;
    let first = table(choice + CHOICE_FIRST_EDGE);
    let end = first + table(choice + CHOICE_EDGES) * EDGE_WORDS;
    for (var edge = first; edge < end && found == NIL; edge += EDGE_WORDS) {
      let leg = table(edge + EDGE_TARGET);
      found = select(NIL, leg, table(leg + LEG_NODE) == node);
    }
  } else {
    found = select(NIL, way, table(way + LEG_NODE) == node);
  }
  return found;
}

/// Whether a way has room at its end now.
fn hasRoom(way: u32) -> bool {
  var found = false;
  if (HAS_OPEN && way >= CHOICE_BIT) {
    let choice = way & ADDRESS;
    let first = table(choice + CHOICE_FIRST_EDGE);
    let end = first + table(choice + CHOICE_EDGES) * EDGE_WORDS;
    for (var edge = first; edge < end; edge += EDGE_WORDS) {
      found = found || room(table(table(edge + EDGE_TARGET) + LEG_NODE)) > 0u;
    }
  } else {
    found = room(table(way + LEG_NODE)) > 0u;
  }
  return found;
}

/// Follows choices until a leg, or a choice that stays open until somebody has room.
fn resolve(exit: u32) -> u32 {
  var way = exit;
  var closed = way >= CHOICE_BIT;
  if (HAS_OPEN && closed) {
    closed = table((way & ADDRESS) + CHOICE_RULE) != RULE_FIRST_FREE;
  }
  while (closed) {
    let choice = way & ADDRESS;
    let rule = table(choice + CHOICE_RULE);
    let first = table(choice + CHOICE_FIRST_EDGE);
    let edges = table(choice + CHOICE_EDGES);
    let aux = table(choice + CHOICE_AUX);
    var pick = 0u;
    if (HAS_PROBABILITY && rule == RULE_PROBABILITY) {
      let u = drawNext(aux);
      while (pick < edges - 1u && u >= table(first + pick * EDGE_WORDS + EDGE_BELOW)) {
        pick++;
      }
    } else if (HAS_ROUND_ROBIN && rule == RULE_ROUND_ROBIN) {
      pick = word(aux);
      put(aux, select(0u, pick + 1u, pick + 1u < edges));
    } else if (HAS_SHORTEST) {
      pick = shortest(first, edges);
    }
    way = table(first + pick * EDGE_WORDS + EDGE_TARGET);
    closed = way >= CHOICE_BIT;
    if (HAS_OPEN && closed) {
      closed = table((way & ADDRESS) + CHOICE_RULE) != RULE_FIRST_FREE;
    }
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
