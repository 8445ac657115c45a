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

/// The place of a contact that begins; CONTACTS where none is free.
fn freePlace(taken: u32) -> u32 {
  return min(firstTrailingBit(~taken), CONTACTS);
}

@compute @workgroup_size(64)
fn push(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let step = control.step;
  if (i == 0u) {
    control.ended = step + 1u;
    // The lists were made anew just now, if at all.
    if (step % EVERY == 0u) {
      atomicStore(&control.rebuild, 0u);
    }
  }
  if (i >= setting.particles || particles[i].radius == 0.0) {
    return;
  }
  let me = particles[i];
  let stride = setting.particles;
  var force = vec3f();
  var torque = vec3f();
  var crowded = 0u;
  let count = neighbours[i].count;
  let lasting = neighbours[i].contacts;
  var taken = lasting;
  // Who touches is found first and reckoned after it: invocations that go in step then wait for one another at few neighbours.
  var touching = 0u;
  for (var k = 0u; k < count; k++) {
    let entry = partners[k * stride + i];
    let j = entry & NUMBER;
    let apart = particles[j].place - me.place;
    let radius = particles[j].radius;
    let reach = me.radius + radius;
    let distance2 = dot(apart, apart);
    if (distance2 < reach * reach && radius > 0.0 && distance2 > 0.0) {
      touching |= 1u << k;
    } else if (entry > NUMBER) {
      taken &= ~(1u << ((entry >> CONTACT_SHIFT) - 1u));
      partners[k * stride + i] = j;
    }
  }
  for (; touching != 0u; touching &= touching - 1u) {
    let k = firstTrailingBit(touching);
    let entry = partners[k * stride + i];
    let j = entry & NUMBER;
    var place = entry >> CONTACT_SHIFT;
    let otherRadius = particles[j].radius;
    let apart = particles[j].place - me.place;
    let reach = me.radius + otherRadius;
    var before = vec3f();
    if (place != 0u) {
      before = contacts[(place - 1u) * stride + i].slip;
    } else {
      place = freePlace(taken) + 1u;
      if (place > CONTACTS) {
        crowded++;
      } else {
        taken |= 1u << (place - 1u);
        partners[k * stride + i] = j | (place << CONTACT_SHIFT);
      }
    }
    // Both sides reckon from the lower number's.
    let first = i < j;
    let other = particles[j];
    let sign = select(-1.0, 1.0, first);
    let distance = length(apart);
    let n = apart * (sign / distance);
    let overlap = reach - distance;
    let arm = me.radius - 0.5 * overlap;
    let mine = arm * me.spin;
    let its = (otherRadius - 0.5 * overlap) * other.spin;
    // Sums of two are the same in either order.
    let v = sign * (me.velocity - other.velocity) + cross(mine + its, n);
    let mass = me.mass * other.mass / (me.mass + other.mass);
    let t = touch(n, overlap, v, mass, setting.damping, setting.friction, before);
    if (place <= CONTACTS) {
      contacts[(place - 1u) * stride + i] = Contact(t.slip, j);
    }
    force += sign * (t.tangent - t.normal * n);
    torque += arm * cross(n, t.tangent);
    if (setting.rolling > 0.0) {
      let inertia = inertiaOf(me.mass, me.radius);
      let inertiaOther = inertiaOf(other.mass, otherRadius);
      let most = setting.rolling * t.normal * me.radius * otherRadius / reach;
      torque += resist(me.spin - other.spin, most, inertia * inertiaOther / (inertia + inertiaOther));
    }
  }

  let walls = neighbours[i].walls;
  let lastingWalls = neighbours[i].wallContacts;
  var wallContacts = lastingWalls;
  for (var shift = 0u; shift < 32u; shift += 8u) {
    let w = (walls >> shift) & 0xffu;
    if (w == NO_WALL) {
      break;
    }
    var place = (lastingWalls >> shift) & 0xffu;
    let swing = swingAt(w, step);
    let to = toWall(w, me.place - swing.x * setting.wall[w].swing);
    let overlap = me.radius - to.w;
    if (overlap <= 0.0 || !stands(w, step)) {
      if (place != 0u) {
        taken &= ~(1u << (place - 1u));
        wallContacts &= ~(0xffu << shift);
      }
      continue;
    }
    var before = vec3f();
    if (place != 0u) {
      before = contacts[(place - 1u) * stride + i].slip;
    } else {
      place = freePlace(taken) + 1u;
      if (place > CONTACTS) {
        crowded++;
      } else {
        taken |= 1u << (place - 1u);
        wallContacts |= place << shift;
      }
    }
    let n = to.xyz;
    let wallVelocity = setting.wall[w].drift + (swing.y * setting.wall[w].pace) * setting.wall[w].swing;
    let v = me.velocity + cross(to.w * me.spin, n) - wallVelocity;
    let t = touch(n, overlap, v, me.mass, setting.wall[w].damping, setting.wall[w].friction, before);
    if (place <= CONTACTS) {
      contacts[(place - 1u) * stride + i] = Contact(t.slip, NONE);
    }
    force += t.tangent - t.normal * n;
    torque += to.w * cross(n, t.tangent);
    if (setting.wall[w].rolling > 0.0) {
      torque += resist(me.spin, setting.wall[w].rolling * t.normal * me.radius, inertiaOf(me.mass, me.radius));
    }
  }
  pushes[i].force = force;
  pushes[i].torque = torque;
  if (taken != lasting) {
    neighbours[i].contacts = taken;
  }
  if (wallContacts != lastingWalls) {
    neighbours[i].wallContacts = wallContacts;
  }
  if (crowded > 0u) {
    atomicAdd(&control.crowded, crowded);
  }
}
