// Moves every particle by a step (leapfrog: Verlet 1967), takes out what has reached a sink or left the bounds, and lets what waits bid for a place to come in.
#import bulk/matter
#import shared/random

/// The source that a particle belongs to.
fn sourceOf(i: u32) -> u32 {
  var s = 0u;
  while (s + 1u < setting.sources && i >= setting.source[s].end) {
    s++;
  }
  return s;
}

fn unit(word: u32) -> f32 {
  return f32(word >> 8u) * (1.0 / 16777216.0);
}

/// Whether a ball of so much room fits among the particles as they lay when the lists were made; they have moved by half a skin at most since.
fn isClear(place: vec3f, radius: f32) -> bool {
  let cell = cellAt(place);
  let low = vec3u(max(vec3i(cell) - 1, vec3i(0)));
  let high = min(cell + 1u, setting.cells - 1u);
  for (var z = low.z; z <= high.z; z++) {
    for (var y = low.y; y <= high.y; y++) {
      let last = starts[cellIndex(vec3u(high.x, y, z)) + 1u];
      for (var s = starts[cellIndex(vec3u(low.x, y, z))]; s < last; s++) {
        let other = sorted[s];
        let apart = other.xyz - place;
        let reach = radius + other.w + 0.5 * setting.skin;
        if (dot(apart, apart) < reach * reach) {
          return false;
        }
      }
    }
  }
  return true;
}

@compute @workgroup_size(64)
fn advance(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let step = control.ended - 1u;
  if (i == 0u) {
    control.step = step + 1u;
  }
  if (i >= setting.particles) {
    return;
  }
  var me = particles[i];
  let dt = setting.dt;
  if (me.radius == 0.0) {
    if (step < me.due || me.due == NEVER || setting.sources == 0u) {
      return;
    }
    // It has a bid already, which is looked at with the lists.
    if (berths[i].x == NONE && berths[i].y != NONE) {
      return;
    }
    // Every time a waiting particle tries another site, and another place at it.
    let s = sourceOf(i);
    let grid = setting.source[s].sites;
    let dice = philox(vec4u(step, i, 0u, 0u), vec2u(setting.seed, 1u));
    let site = mulhi(dice.x, grid.x * grid.y * grid.z);
    let at = vec3f(vec3u(site % grid.x, (site / grid.x) % grid.y, site / (grid.x * grid.y))) + 0.5;
    var shift = (vec3f(unit(dice.y), unit(dice.z), unit(dice.w)) - 0.5) * setting.source[s].jitter;
    if (setting.planar != 0u) {
      shift.y = 0.0;
    }
    let place = setting.source[s].low + at * setting.source[s].spacing + shift;
    if (isClear(place, me.size)) {
      particles[i].place = place;
      // Which site it bids for is kept where `count` finds it.
      berths[i] = vec2u(NONE, setting.source[s].firstSite + site);
      atomicMin(&bids[setting.source[s].firstSite + site], i);
      atomicStore(&control.rebuild, 1u);
    }
    return;
  }

  let got = pushes[i];
  // Velocities are kept at the time of the place, half a step further than is known, because dashpots and friction ask for them there. Taken back by
  // half a step with the last forces and forward by a whole one with the new, they are those of a leapfrog.
  let mass = 1.0 / me.mass;
  let inertia = 2.5 * mass / (me.radius * me.radius);
  me.velocity += (got.force - 0.5 * got.lastForce) * (mass * dt) + 0.5 * dt * setting.gravity;
  me.spin += (got.torque - 0.5 * got.lastTorque) * (inertia * dt);
  if (setting.planar != 0u) {
    me.velocity.y = 0.0;
    me.spin = vec3f(0.0, me.spin.y, 0.0);
  }
  let by = me.velocity * dt + me.rest;
  let to = me.place + by;
  me.rest = by - (to - me.place);
  me.place = to;
  me.velocity += (0.5 * dt) * (got.force * mass + setting.gravity);
  me.spin += (0.5 * dt * inertia) * got.torque;
  if (setting.planar != 0u) {
    me.velocity.y = 0.0;
    me.spin = vec3f(0.0, me.spin.y, 0.0);
  }
  pushes[i].lastForce = got.force;
  pushes[i].lastTorque = got.torque;

  var out = any(to < setting.low) || any(to > setting.high);
  me.due = NEVER;
  if (out) {
    atomicAdd(&control.escaped, 1u);
  }
  for (var s = 0u; s < setting.sinks && !out; s++) {
    if (all(to >= setting.sink[s].low) && all(to <= setting.sink[s].high)) {
      out = true;
      atomicAdd(&control.left[s], 1u);
      departures[atomicAdd(&control.logged, 1u) % setting.log] = vec2u(step, i | (s << 24u));
      if (setting.sink[s].returns != 0u) {
        me.due = step + 1u;
      }
    }
  }
  if (out) {
    me.radius = 0.0;
  } else {
    let apart = to - got.origin;
    // It may move so far until the lists are looked at again; half as much more where it is pushed.
    if (length(apart) + (1.5 * f32(EVERY) * dt) * length(me.velocity) > 0.5 * setting.skin) {
      atomicStore(&control.rebuild, 1u);
    }
  }
  particles[i] = me;
}
