// The ground: a hairline every metre that fades as one draws back, a firmer one every ten.
#import render/view

struct Spot {
  @builtin(position) position: vec4f,
  @location(0) metres: vec2f,
}

@vertex
fn cover(@builtin(vertex_index) index: u32) -> Spot {
  let corner = vec2f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0);
  return Spot(vec4f(corner, 1.0, 1.0), view.ground_origin + corner.x * view.ground_across + corner.y * view.ground_up);
}

override GROUND: u32;
override GRID: u32;

@fragment
fn rule(spot: Spot) -> @location(0) vec4f {
  // The ground is a plane seen without perspective: the width of a pixel is the same everywhere.
  let width = abs(view.ground_across) * 2.0 / view.viewport.x + abs(view.ground_up) * 2.0 / view.viewport.y;
  let fine = lines(spot.metres, width) * (1.0 - smoothstep(0.02, 0.09, view.pixel)) * 0.45;
  let firm = lines(spot.metres * 0.1, width * 0.1) * (1.0 - smoothstep(0.3, 0.9, view.pixel));
  return mix(palette[GROUND], palette[GRID], max(fine, firm));
}

fn lines(at: vec2f, width: vec2f) -> f32 {
  let away = abs(fract(at + 0.5) - 0.5) / width;
  return 1.0 - clamp(min(away.x, away.y), 0.0, 1.0);
}
