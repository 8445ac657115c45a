// Orders the particles of each cell by their numbers, so that sums over neighbours, and with them whole runs, come out the same to the bit.
#import bulk/matter

@compute @workgroup_size(64)
fn arrange(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= setting.particles || atomicLoad(&control.rebuild) == 0u || particles[i].radius == 0.0) {
    return;
  }
  let cell = berths[i].x;
  let first = starts[cell];
  let last = starts[cell + 1u];
  var at = first;
  for (var s = first; s < last; s++) {
    at += select(0u, 1u, scattered[s] < i);
  }
  sorted[at] = vec4f(particles[i].place, particles[i].radius);
  sortedNumbers[at] = i;
  let moved = distance(particles[i].place, pushes[i].origin);
  if (moved > 0.5 * setting.skin) {
    atomicAdd(&control.late, 1u);
  }
  pushes[i].origin = particles[i].place;
}
