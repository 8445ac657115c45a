// Puts the particles' numbers into their cells, in whatever order they were counted.
#import bulk/matter

@compute @workgroup_size(64)
fn scatter(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= setting.particles || atomicLoad(&control.rebuild) == 0u || particles[i].radius == 0.0) {
    return;
  }
  scattered[starts[berths[i].x] + berths[i].y] = i;
}
