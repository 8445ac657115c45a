// The warm-up cut of every twin whose next event it is: the same as ReferenceEngine.cut, and as the event that brings it about.
#import shared/floor

@compute @workgroup_size(WORKGROUP)
fn cutTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  takeColumn(id.x);
  status = word(HEAD_STATUS);
  now = word(HEAD_NOW);
  let slot = N_SLOTS - 2u;
  let tick = word(L_SLOT + slot);
  if (status != STATUS_RUNNING || tick == NEVER) {
    return;
  }
  // It stands behind all slots but the end, which never comes at its tick: it is next where no other is as early.
  for (var other = 0u; other < slot; other++) {
    if (word(L_SLOT + other) <= tick) {
      return;
    }
  }
  count(HEAD_EVENTS);
  put(HEAD_STEPS, select(0u, word(HEAD_STEPS) + 1u, tick == now));
  now = tick;
  put(HEAD_NOW, now);
  schedule(slot, NEVER);
  for (var w = L_SUMS; w < L_SUMS_END; w++) {
    put(w, 0u);
  }
  for (var w = 0u; w < N_PRODUCTS * L_HISTOGRAM_BINS; w++) {
    put(L_HISTOGRAM + w, 0u);
  }
  for (var w = 0u; w < L_COUNTERS_END - L_COUNTERS; w++) {
    put(L_BEFORE + w, word(L_COUNTERS + w));
  }
  for (var place = AT_PLACE; place < AT_PLACE + N_PLACES * PLACE_WORDS; place += PLACE_WORDS) {
    let own = ownOf(place);
    let node = table(place + PLACE_NODE);
    let part = word(own + SERVER_PART);
    put(own + SERVER_SINCE, now);
    for (var state = 0u; state < STATE_COUNT; state++) {
      put(own + SERVER_TIMES + state, 0u);
    }
    // The part on offer at a saturated source is not made yet.
    let onOffer = table(node + NODE_KIND) == KIND_SOURCE && table(node + NODE_INTERARRIVAL) == NIL;
    if (part != NIL && !onOffer) {
      carry(part);
    }
  }
  for (var node = AT_NODE; node < AT_NODE + N_NODES * NODE_WORDS; node += NODE_WORDS) {
    let line = table(node + NODE_LINE);
    if (line == NIL) {
      continue;
    }
    for (var part = head(line); part != NIL; part = word(part + PART_NEXT)) {
      add(sumsOfLine(line) + BUFFER_SUMS_CARRY, now - word(part + PART_SINCE));
      carry(part);
    }
  }
}

/// Books a part's time in the plant so far as not in the window.
fn carry(part: u32) {
  add(sumsOfProduct(productOf(part)) + PRODUCT_SUMS_CARRY, now - word(part + PART_BORN));
}
