// Writes the block of every fresh twin and draws what must be known before the first event: the same as ReferenceEngine.begin.
#import shared/floor
#import stations/station

@compute @workgroup_size(WORKGROUP)
fn beginTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  takeColumn(id.x);
  now = 0u;
  for (var w = 0u; w < L_WORDS; w++) {
    put(w, table(AT_INITIAL + w));
  }
  for (var node = AT_NODE; node < AT_NODE + N_NODES * NODE_WORDS; node += NODE_WORDS) {
    let kind = table(node + NODE_KIND);
    let first = table(node + NODE_FIRST_PLACE);
    if (HAS_TIMED && kind == KIND_SOURCE && table(node + NODE_INTERARRIVAL) != NIL) {
      schedule(table(first + PLACE_SLOT), sample(table(node + NODE_FIRST), table(node + NODE_STREAM)));
    } else if (HAS_FAILURES && kind == KIND_STATION && table(node + NODE_FAILURE) != NIL) {
      for (var i = 0u; i < table(node + NODE_PLACES); i++) {
        drawLife(first + i * PLACE_WORDS);
      }
    }
  }
}
