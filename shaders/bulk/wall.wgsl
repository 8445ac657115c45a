// Walls: how far they are, and how they move.
#import bulk/matter

const PLANE = 0u;
const PANEL = 1u;
const REVOLVED = 2u;

const TURN = 6.283185307179586;

fn stands(w: u32, step: u32) -> bool {
  return step < setting.wall[w].until;
}

/// Share of the swing (x) and of its greatest speed (y) at a step; the turn is counted in whole numbers, so that it stays exact for days.
fn swingAt(w: u32, step: u32) -> vec2f {
  let angle = f32(step * setting.wall[w].turn + setting.wall[w].phase) * (TURN / 4294967296.0);
  return vec2f(sin(angle), cos(angle));
}

/// The point's displacement inside −half … half along an axis that is given by its half length, as a share of it.
fn within(d: vec3f, half: vec3f) -> f32 {
  return clamp(dot(d, half) / max(dot(half, half), 1e-30), -1.0, 1.0);
}

/// Direction from a point to the nearest point of a wall at rest, and the distance. A plane has an inside: distances behind it are negative.
fn toWall(w: u32, place: vec3f) -> vec4f {
  // Field by field: a wall taken whole is copied whole.
  let d = place - setting.wall[w].point;
  let shape = setting.wall[w].shape;
  let axis = setting.wall[w].axis;
  if (shape == PLANE) {
    return vec4f(-axis, dot(d, axis));
  }
  var near: vec3f;
  if (shape == REVOLVED) {
    // In the half plane through the axis and the point, the wall is a line from (radius, height) to (radius, height).
    let height = dot(d, axis);
    let out = d - height * axis;
    let radius = length(out);
    let begin = setting.wall[w].u.xy;
    let line = vec2f(setting.wall[w].u.z, setting.wall[w].v.x) - begin;
    let share = clamp(dot(vec2f(radius, height) - begin, line) / max(dot(line, line), 1e-30), 0.0, 1.0);
    let at = begin + share * line;
    near = at.y * axis + out * (at.x / max(radius, 1e-12));
  } else {
    near = within(d, setting.wall[w].u) * setting.wall[w].u + within(d, setting.wall[w].v) * setting.wall[w].v;
    if (shape != PANEL) {
      near += within(d, axis) * axis;
    }
  }
  let to = near - d;
  let distance = length(to);
  return vec4f(to / max(distance, 1e-12), distance);
}
