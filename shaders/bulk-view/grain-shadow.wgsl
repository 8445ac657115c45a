// Grains as the sun sees them: discs through their middles, so that no grain shades its own sunny side.
#import bulk-view/scale

/// World to the shadow map.
@group(0) @binding(0) var<uniform> from_sun: mat4x4f;

struct Disc {
  @builtin(position) position: vec4f,
  @location(0) corner: vec2f,
}

@vertex
fn shade_from(@builtin(vertex_index) index: u32, @location(0) place: vec4f) -> Disc {
  let corner = corner_of(index);
  let centre = from_sun * vec4f(world_of(place.xyz), 1.0);
  if (place.w <= 0.0) { return Disc(vec4f(0.0, 0.0, -2.0, 1.0), corner); }
  let across = vec3f(from_sun[0].x, from_sun[1].x, from_sun[2].x);
  let along = vec3f(from_sun[0].y, from_sun[1].y, from_sun[2].y);
  let reach = place.w * scale.scale * vec2f(length(across), length(along));
  return Disc(vec4f(centre.xy + corner * reach, centre.zw), corner);
}

@fragment
fn keep_round(disc: Disc) {
  if (dot(disc.corner, disc.corner) > 1.0) { discard; }
}
