// The same as src/stations/source.ts.
#import shared/floor

/// A part arrives (or, at a saturated source, is put on offer). It waits at the outlet until the next element takes it, or is lost.
fn arrive(node: u32) {
  let place = table(node + NODE_FIRST_PLACE);
  let own = table(place + PLACE_OWN);
  schedule(table(place + PLACE_SLOT), NEVER);
  var start = table(node + NODE_START);
  if (HAS_CHOICES) {
    start = resolve(start);
  }
  let part = make(start, node);
  if (part != NIL) {
    if (HAS_SOURCES_TIMED && table(node + NODE_INTERARRIVAL) != NIL) {
      countMade(node, part);
    }
    put(own + SERVER_PART, part);
    enterState(place, OUTLET_HOLDING);
    decide(part);
    if (table(node + NODE_LOSES) == 0u || hasRoom(word(part + PART_LEG))) {
      hold(part, place);
    } else {
      lose(node, place, part);
    }
  }
}

fn lose(node: u32, place: u32, part: u32) {
  count(table(node + NODE_COUNTERS) + SOURCE_COUNTERS_LOST);
  count(table(productOf(part) + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_LOST);
  discardPart(part);
  put(table(place + PLACE_OWN) + SERVER_PART, NIL);
  enterState(place, OUTLET_EMPTY);
  nextArrival(node, place);
}

/// The part at the outlet has gone: a timed source's clock runs again; a saturated one has made a part, and offers the next in the same tick.
fn leaveSource(node: u32, place: u32, part: u32) {
  put(table(place + PLACE_OWN) + SERVER_PART, NIL);
  enterState(place, OUTLET_EMPTY);
  if (HAS_SOURCES_TIMED && table(node + NODE_INTERARRIVAL) != NIL) {
    nextArrival(node, place);
  } else {
    put(part + PART_BORN, now);
    countMade(node, part);
    schedule(table(place + PLACE_SLOT), now);
  }
}

fn nextArrival(node: u32, place: u32) {
  let gap = sample(table(node + NODE_INTERARRIVAL), table(node + NODE_STREAM));
  schedule(table(place + PLACE_SLOT), after(gap));
}

fn countMade(node: u32, part: u32) {
  count(table(node + NODE_COUNTERS) + SOURCE_COUNTERS_ARRIVED);
  count(table(productOf(part) + PRODUCT_COUNTERS) + PRODUCT_COUNTERS_MADE);
}
