// The ground as far as the eye sees, with a grid: a hairline every metre that fades as one draws back, firmer ones every ten and every
// hundred. Lines are never thinner than a pixel and give way before they would flicker.
#import render/view

struct Spot {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f,
}

override GRID: u32;

@vertex
fn spread(@builtin(vertex_index) index: u32) -> Spot {
  let corner = vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
  let at = view.eye.xy + corner * view.reach;
  return Spot(view.clip * vec4f(at, 0.0, 1.0), at);
}

@fragment
fn rule(spot: Spot) -> @location(0) vec4f {
  let pixel = max(fwidth(spot.at), vec2f(1e-6));
  let away = distance(spot.at, view.eye.xy) / view.reach;
  // Alpha is what is laid over the bare ground, which the picture was cleared to.
  let strength = max(0.55 * line(spot.at, pixel, 1.0), max(line(spot.at, pixel, 10.0), line(spot.at, pixel, 100.0)));
  return vec4f(palette[GRID].rgb, strength * (1.0 - smoothstep(0.35, 1.0, away)));
}

/// How much of a line every `step` metres there is in a pixel of that size.
fn line(at: vec2f, pixel: vec2f, step: f32) -> f32 {
  let distance = abs(fract(at / step + 0.5) - 0.5) * step;
  let ink = saturate(1.0 - distance / pixel) * saturate((0.13 - pixel / step) * 10.0);
  return max(ink.x, ink.y);
}
