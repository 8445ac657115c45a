// The ground as far as the eye sees, with a grid: a hairline every metre that fades as one draws back, firmer ones every ten and every
// hundred. Lines are never thinner than a pixel and give way before they would flicker.
#import render/view

struct Sight {
  @builtin(position) position: vec4f,
  /// From the eye through the pixel.
  @location(0) ray: vec3f,
}

override GRID: u32;

@vertex
fn spread(@builtin(vertex_index) index: u32) -> Sight {
  let corner = vec2f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0);
  let far = view.inverse * vec4f(corner, 0.5, 1.0);
  // At depth 0, farthest away: seen only where nothing stands.
  return Sight(vec4f(corner, 0.0, 1.0), (far.xyz / far.w - view.eye) * (1.0 / length(far.xyz / far.w - view.eye)));
}

@fragment
fn rule(sight: Sight) -> @location(0) vec4f {
  let away = view.eye.z / max(-sight.ray.z, 1e-4);
  let at = view.eye.xy + away * sight.ray.xy;
  let pixel = max(fwidth(at), vec2f(1e-6));
  // Alpha is what is laid over the bare ground, which the picture was cleared to.
  var strength = 0.0;
  for (var decade = 0u; decade < 3u; decade++) {
    let step = pow(10.0, f32(decade));
    let distance = abs(fract(at / step + 0.5) - 0.5) * step;
    let line = clamp(1.0 - distance / pixel, vec2f(0.0), vec2f(1.0)) * (1.0 - smoothstep(vec2f(0.03), vec2f(0.13), pixel / step));
    strength = max(strength, max(line.x, line.y) * select(1.0, 0.55, decade == 0u));
  }
  let seen = select(0.0, 1.0 - smoothstep(0.35, 1.0, away * length(sight.ray) / view.reach), sight.ray.z < 0.0);
  return vec4f(palette[GRID].rgb, strength * seen);
}
