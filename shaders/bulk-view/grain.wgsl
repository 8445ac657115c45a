// Grains as true spheres: a square that just covers each, and in every pixel of it the point where its ray meets the sphere (Sigg et al. 2006).
// Edges are soft by coverage; the colour is that of the speed.
#import render/shadow
#import bulk-view/scale

/// First and last colour of the scale of speeds in the palette.
override SLOW: u32;
override FAST: u32;

struct Grain {
  @builtin(position) position: vec4f,
  @location(0) at: vec3f,
  @location(1) @interpolate(flat) sphere: vec4f,
  @location(2) @interpolate(flat) colour: vec3f,
}

@vertex
fn cover(
  @builtin(vertex_index) index: u32,
  @location(0) place: vec4f,
  @location(1) velocity: vec3f,
) -> Grain {
  let centre = world_of(place.xyz);
  let radius = place.w * scale.scale;
  let to = centre - view.eye;
  let distance = length(to);
  if (radius <= 0.0 || distance <= 1.01 * radius) { return Grain(vec4f(0.0, 0.0, -2.0, 1.0), centre, vec4f(0.0), vec3f(0.0)); }
  // What the cone of rays that touch the sphere cuts out of the plane through its middle, and a pixel more.
  let half = radius * distance / sqrt(distance * distance - radius * radius) + distance / view.focal;
  let ahead = to / distance;
  let side = normalize(cross(ahead, select(vec3f(0.0, 0.0, 1.0), vec3f(1.0, 0.0, 0.0), abs(ahead.z) > 0.9)));
  let corner = corner_of(index) * half;
  let at = centre + side * corner.x + cross(side, ahead) * corner.y;
  let share = clamp(length(velocity) / scale.fastest, 0.0, 1.0) * f32(FAST - SLOW);
  let low = min(u32(share), FAST - SLOW - 1u);
  let colour = mix(linear_of(palette[SLOW + low].rgb), linear_of(palette[SLOW + low + 1u].rgb), share - f32(low));
  return Grain(view.clip * vec4f(at, 1.0), at, vec4f(centre, radius), colour);
}

struct Seen {
  @location(0) colour: vec4f,
  @builtin(frag_depth) depth: f32,
}

@fragment
fn shine(grain: Grain) -> Seen {
  let ray = normalize(grain.at - view.eye);
  let centre = grain.sphere.xyz - view.eye;
  let radius = grain.sphere.w;
  let along = dot(centre, ray);
  let aside = length(centre - along * ray);
  let covered = clamp((radius - aside) * view.focal / max(along, 1e-6) + 0.5, 0.0, 1.0);
  if (covered <= 0.0) { discard; }
  let at = view.eye + ray * (along - sqrt(max(radius * radius - aside * aside, 0.0)));
  let normal = normalize(at - grain.sphere.xyz);
  let clip = view.clip * vec4f(at, 1.0);
  let facing = max(dot(normal, view.sun), 0.0);
  // The sky above and the ground below; a soft gloss (Blinn 1977).
  var light = grain.colour * mix(vec3f(0.30), vec3f(0.62, 0.65, 0.70), 0.5 + 0.5 * normal.z);
  if (facing > 0.0) {
    let gloss = pow(max(dot(normal, normalize(view.sun - ray)), 0.0), 40.0);
    light += sunlight(at, normal) * (grain.colour * facing * vec3f(0.85, 0.83, 0.79) + 0.16 * gloss);
  }
  return Seen(vec4f(screen_of(light), covered), clip.z / clip.w);
}
