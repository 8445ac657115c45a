// The same as src/stations/source.ts.
#import shared/floor

fn isTimed(node: u32) -> bool {
  var timed = HAS_TIMED;
  if (HAS_TIMED && HAS_SATURATED) {
    timed = table(node + NODE_INTERARRIVAL) != NIL;
  }
  return timed;
}

/// A part arrives (or, at a saturated source, is put on offer) at the outlet; NIL if there is no room for one more part.
fn arrive(node: u32, place: u32, slot: u32) -> u32 {
  schedule(slot, NEVER);
  var start = table(node + NODE_START);
  if (HAS_SOURCES_CHOOSE) {
    start = resolve(start);
  }
  let part = make(start, node);
  if (part != NIL) {
    if (isTimed(node)) {
      countMade(node, part);
    }
    let own = ownOf(place);
    put(own + SERVER_PART, part);
    enterState(own, OUTLET_EMPTY, OUTLET_HOLDING);
  }
  return part;
}

/// Nobody has room for the part that has arrived.
fn lose(node: u32, place: u32, part: u32) {
  count(countersOf(indexOf(node)) + SOURCE_COUNTERS_LOST);
  count(countersOfProduct(productOf(part)) + PRODUCT_COUNTERS_LOST);
  discardPart(part);
  let own = ownOf(place);
  put(own + SERVER_PART, NIL);
  enterState(own, OUTLET_HOLDING, OUTLET_EMPTY);
}

/// The part on offer has gone: with that it is made.
fn leaveSaturated(node: u32, part: u32) {
  put(part + PART_BORN, now);
  countMade(node, part);
}

fn countMade(node: u32, part: u32) {
  count(countersOf(indexOf(node)) + SOURCE_COUNTERS_ARRIVED);
  count(countersOfProduct(productOf(part)) + PRODUCT_COUNTERS_MADE);
}
