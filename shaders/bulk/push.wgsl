// Forces of contact on every particle: soft spheres (Cundall and Strack 1979, "A discrete numerical model for granular assemblies"), linear springs.
// Normal: stiffness × overlap + dashpot, never pulling. Tangential: a spring that remembers its slip, with a dashpot, no more than friction ×
// normal force. Rolling: a torque against the relative spin (Ai, Chen, Rotter and Ooi 2011, "Assessment of rolling resistance models in discrete
// element simulations", model A), softened where it would turn a spin round within some steps.
// Both particles of a contact reckon it from the side of the lower number, in the same words: their forces are opposite to the bit.
#import bulk/matter
#import bulk/wall

/// Tangential over normal stiffness: normal and tangential swings of a sphere then last equally long (Schäfer, Dippel and Wolf 1996).
const TANGENTIAL = 2.0 / 7.0;
/// Share of a spin that rolling resistance may take in one step.
const SOFT = 0.1;

struct Touch {
  normal: f32,
  tangent: vec3f,
  slip: vec3f,
}

/// n: from a to b; v: velocity of a's surface relative to b's; mass: reduced.
fn touch(n: vec3f, overlap: f32, v: vec3f, mass: f32, damping: f32, friction: f32, before: vec3f) -> Touch {
  let k = setting.stiffness;
  let dashpot = 2.0 * damping * sqrt(k * mass);
  let approach = dot(v, n);
  let normal = max(0.0, k * overlap + dashpot * approach);
  let glide = v - approach * n;
  // The spring turns with the plane of contact and keeps its length.
  let turned = before - dot(before, n) * n;
  let length2 = dot(turned, turned);
  var slip = turned * select(1.0, sqrt(dot(before, before) / max(length2, 1e-30)), length2 > 1e-30) + glide * setting.dt;
  var tangent = -TANGENTIAL * (k * slip + dashpot * glide);
  let size = length(tangent);
  let most = friction * normal;
  if (size > most) {
    tangent *= most / size;
    slip = -(tangent / TANGENTIAL + dashpot * glide) / k;
  }
  return Touch(normal, tangent, slip);
}

/// Torque against a relative spin; `most` in N m, inertia in kg m².
fn resist(spin: vec3f, most: f32, inertia: f32) -> vec3f {
  let speed = length(spin);
  return -spin * (min(most, SOFT * inertia * speed / setting.dt) / max(speed, 1e-20));
}

fn inertiaOf(mass: f32, radius: f32) -> f32 {
  return 0.4 * mass * radius * radius;
}

@compute @workgroup_size(64)
fn push(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i == 0u) {
    atomicStore(&control.rebuild, 0u);
  }
  if (i >= setting.particles) {
    return;
  }
  let me = particles[i];
  if (me.radius == 0.0) {
    return;
  }
  var force = vec3f();
  var torque = vec3f();
  let known = neighbours[i];
  var touching = 0u;
  for (var k = 0u; k < known.count; k++) {
    let slot = k * setting.particles + i;
    let j = partners[slot];
    let apart = particles[j].place - me.place;
    let reach = me.radius + particles[j].radius;
    let distance2 = dot(apart, apart);
    if (distance2 >= reach * reach || particles[j].radius == 0.0 || distance2 == 0.0) {
      continue;
    }
    let first = i < j;
    var a = me;
    var b = particles[j];
    if (!first) {
      b = a;
      a = particles[j];
    }
    let d = b.place - a.place;
    let distance = sqrt(dot(d, d));
    let n = d / distance;
    let overlap = a.radius + b.radius - distance;
    let armA = a.radius - 0.5 * overlap;
    let armB = b.radius - 0.5 * overlap;
    let v = a.velocity - b.velocity + cross(armA * a.spin + armB * b.spin, n);
    let mass = a.mass * b.mass / (a.mass + b.mass);
    var before = vec3f();
    if ((known.touching & (1u << k)) != 0u) {
      before = slips[slot].xyz;
    }
    let t = touch(n, overlap, v, mass, setting.damping, setting.friction, before);
    slips[slot] = vec4f(t.slip, 0.0);
    touching |= 1u << k;
    let onA = t.tangent - t.normal * n;
    force += select(-onA, onA, first);
    torque += select(armB, armA, first) * cross(n, t.tangent);
    if (setting.rolling > 0.0) {
      let inertia = inertiaOf(a.mass, a.radius);
      let other = inertiaOf(b.mass, b.radius);
      let most = setting.rolling * t.normal * a.radius * b.radius / (a.radius + b.radius);
      let against = resist(a.spin - b.spin, most, inertia * other / (inertia + other));
      torque += select(-against, against, first);
    }
  }

  var touchingWalls = 0u;
  var near = known.walls;
  var slot = setting.slots * setting.particles + i;
  for (; near != 0u; slot += setting.particles) {
    let w = firstTrailingBit(near);
    near &= near - 1u;
    if (!stands(w, control.step)) {
      continue;
    }
    let swing = swingAt(w, control.step);
    let to = toWall(w, me.place - swing.x * setting.wall[w].swing);
    let overlap = me.radius - to.w;
    if (overlap <= 0.0) {
      continue;
    }
    let n = to.xyz;
    let wallVelocity = setting.wall[w].drift + (swing.y * setting.wall[w].pace) * setting.wall[w].swing;
    let v = me.velocity + cross(to.w * me.spin, n) - wallVelocity;
    var before = vec3f();
    if ((known.touchingWalls & (1u << w)) != 0u) {
      before = slips[slot].xyz;
    }
    let t = touch(n, overlap, v, me.mass, setting.wall[w].damping, setting.wall[w].friction, before);
    slips[slot] = vec4f(t.slip, 0.0);
    touchingWalls |= 1u << w;
    force += t.tangent - t.normal * n;
    torque += to.w * cross(n, t.tangent);
    if (setting.wall[w].rolling > 0.0) {
      torque += resist(me.spin, setting.wall[w].rolling * t.normal * me.radius, inertiaOf(me.mass, me.radius));
    }
  }
  pushes[i].force = force;
  pushes[i].torque = torque;
  if (touching != known.touching || touchingWalls != known.touchingWalls) {
    neighbours[i].touching = touching;
    neighbours[i].touchingWalls = touchingWalls;
  }
}
