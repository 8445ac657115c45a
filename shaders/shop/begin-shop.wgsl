// Writes the block of every fresh twin, and has the shop's behaviour (src/shop/) draw what must be known before the first event.
#import shop/memory

@compute @workgroup_size(WORKGROUP)
fn beginShop(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  takeColumn(id.x);
  for (var w = 0; w < L_WORDS; w++) {
    put(w, table_(AT_INITIAL + w));
  }
  attach(id.x);
  beginTwin();
}
