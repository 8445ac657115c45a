// One depth a pixel of several: that of its first sample.
#import render/view

@group(1) @binding(0) var depths: texture_depth_multisampled_2d;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn flatten(@builtin(position) at: vec4f) -> @builtin(frag_depth) f32 {
  return textureLoad(depths, vec2i(at.xy), 0);
}
