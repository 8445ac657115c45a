// Runs every twin on by the shop's behaviour (src/shop/), for at most the slice's events. The warm-up cut is one of them.
#import shop/memory

@compute @workgroup_size(WORKGROUP)
fn runShop(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  attach(id.x);
  if (status == STATUS_RUNNING) {
    runTwin(i32(slice.events));
  }
}
