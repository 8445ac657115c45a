// Paint on the ground: footprints, lanes, ways, arrows, heat and outlines, all of them soft-edged boxes or chevrons.
#import render/view

struct Decal {
  centre: vec2f,
  /// Unit vector of its length.
  axis: vec2f,
  half: vec2f,
  radius: f32,
  /// Width of the outline in metres, never thinner than a pixel; 0: filled.
  stroke: f32,
  /// Metres over which the edge fades; 0: one pixel.
  blur: f32,
  /// 0: a rounded box; 1: a chevron that points along the axis.
  shape: u32,
  paint: u32,
  opacity: f32,
}

@group(1) @binding(0) var<storage, read> decals: array<Decal>;

struct Spot {
  @builtin(position) position: vec4f,
  @location(0) local: vec2f,
  @location(1) @interpolate(flat) decal: u32,
}

@vertex
fn lay(@builtin(vertex_index) vertex: u32, @builtin(instance_index) index: u32) -> Spot {
  let decal = decals[index];
  let side = vec2f(-decal.axis.y, decal.axis.x);
  let sign = vec2f(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
  // Two pixels more around, wider where the ground is seen at a flat angle.
  let away = view.eye - vec3f(decal.centre, 0.0);
  let pixel = length(away) / view.focal * min(8.0, length(away) / max(abs(away.z), 1e-3));
  let local = sign * (decal.half + decal.stroke + decal.blur + 2.0 * pixel);
  let at = decal.centre + local.x * decal.axis + local.y * side;
  return Spot(view.clip * vec4f(at, 0.0, 1.0), local, index);
}

@fragment
fn tint(spot: Spot) -> @location(0) vec4f {
  let decal = decals[spot.decal];
  var distance = box(spot.local, decal.half, decal.radius);
  if (decal.shape == 1u) { distance = chevron(spot.local, decal.half); }
  let edge = max(fwidth(distance), 1e-5);
  var thin = 1.0;
  if (decal.stroke > 0.0) {
    distance = abs(distance) - 0.5 * max(decal.stroke, edge);
    // Thinner than a pixel: as wide as one, and paler.
    thin = clamp(decal.stroke / edge, 0.25, 1.0);
  }
  let soft = max(decal.blur, 0.5 * edge);
  let alpha = (1.0 - smoothstep(-soft, soft, distance)) * decal.opacity * thin;
  return vec4f(palette[decal.paint].rgb, alpha);
}

fn box(p: vec2f, half: vec2f, radius: f32) -> f32 {
  let d = abs(p) - half + radius;
  return length(max(d, vec2f(0.0))) + min(max(d.x, d.y), 0.0) - radius;
}

fn chevron(p: vec2f, half: vec2f) -> f32 {
  // Two strokes that meet at the tip, on the east side of the box.
  let q = vec2f(p.x, abs(p.y));
  let tip = vec2f(half.x, 0.0);
  let leg = vec2f(-half.x, half.y) - tip;
  let along = clamp(dot(q - tip, leg) / dot(leg, leg), 0.0, 1.0);
  return length(q - tip - leg * along) - 0.22 * half.y;
}
