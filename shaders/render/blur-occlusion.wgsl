// Takes the pattern out of the ambient obscurance: the mean of four by four, the period of the pattern.

@group(0) @binding(0) var raw: texture_2d<f32>;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn blur(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let last = vec2i(textureDimensions(raw)) - 1;
  var sum = 0.0;
  for (var i = 0; i < 16; i++) {
    sum += textureLoad(raw, clamp(vec2i(at.xy) + vec2i(i & 3, i >> 2) - 2, vec2i(0), last), 0).r;
  }
  return vec4f(sum / 16.0);
}
