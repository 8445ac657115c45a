// First of the kernels that make the lists of neighbours anew, where that is needed: lets in what has won its place, and counts particles by cell.
#import bulk/matter

fn enters(i: u32) -> bool {
  if (control.step < particles[i].due || particles[i].due == NEVER || setting.sources == 0u || berths[i].x != NONE) {
    return false;
  }
  let site = berths[i].y;
  if (site == NONE || atomicLoad(&bids[site]) != i) {
    return false;
  }
  atomicStore(&bids[site], NONE);
  return true;
}

@compute @workgroup_size(64)
fn count(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= setting.particles || atomicLoad(&control.rebuild) == 0u) {
    return;
  }
  if (particles[i].radius == 0.0) {
    if (!enters(i)) {
      berths[i] = vec2u(NONE, NONE);
      return;
    }
    var s = 0u;
    while (s + 1u < setting.sources && i >= setting.source[s].end) {
      s++;
    }
    particles[i].radius = particles[i].size;
    particles[i].velocity = setting.source[s].velocity;
    pushes[i].lastForce = vec3f();
    pushes[i].lastTorque = vec3f();
    particles[i].spin = vec3f();
    particles[i].rest = vec3f();
    particles[i].due = NEVER;
    neighbours[i] = Neighbours(0u, 0u, 0xffffffffu, 0u);
    pushes[i].origin = particles[i].place;
    atomicAdd(&control.entered, 1u);
  }
  let cell = cellIndex(cellAt(particles[i].place));
  berths[i] = vec2u(cell, atomicAdd(&tally[cell], 1u));
}
