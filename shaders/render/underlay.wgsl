// What lies on the ground, drawn once for a view and laid under every frame.

@group(1) @binding(0) var ground: texture_2d<f32>;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 1.0, 1.0);
}

@fragment
fn lay(@builtin(position) at: vec4f) -> @location(0) vec4f {
  return textureLoad(ground, vec2u(at.xy), 0);
}
