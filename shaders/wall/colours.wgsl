// Colours of the wall, as they are on the screen; the states of a server first. Written by src/view/wall/colours.ts.
#import wall/told

const GROUND = 8u;
const LINE = 9u;
const INK = 10u;
const FLOOR = 11u;
const LANE = 12u;
const ACCENT = 13u;
/// Of statuses: begin at 14 with that of twins that have not begun.
const STATUSES = 14u;
const UNDEFINED = 18u;
const SCALE = 19u;
const STOPS = 9u;

@group(0) @binding(2) var<uniform> colours: array<vec4f, 28>;

fn colour(which: u32) -> vec3f {
  return colours[which].rgb;
}

/// Along the scale, 0 … 1.
fn on_scale(share: f32) -> vec3f {
  let at = share * f32(STOPS - 1u);
  let stop = min(u32(at), STOPS - 2u);
  return mix(colour(SCALE + stop), colour(SCALE + stop + 1u), at - f32(stop));
}

/// The colour of a twin by the figure that colours.
fn colour_of(twin: u32, low: f32, high: f32) -> vec3f {
  if (wall.colour_by == STATUS) { return colour(STATUSES + min(glance(0u, twin), BROKEN)); }
  let bits = figure(wall.colour_by, twin);
  if (undefined(bits)) { return colour(UNDEFINED); }
  return on_scale(share_of(bitcast<f32>(bits), low, high));
}

/// Black or white, whichever is read better on a colour.
fn inked(on: vec3f) -> vec3f {
  return select(vec3f(1.0), vec3f(0.05), dot(on, vec3f(0.30, 0.59, 0.11)) > 0.45);
}
