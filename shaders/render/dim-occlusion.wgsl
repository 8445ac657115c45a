// Dims the still picture by its ambient obscurance.
#import render/view

@group(1) @binding(0) var obscurance: texture_2d<f32>;
@group(1) @binding(1) var smooth_image: sampler;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn dim(@builtin(position) at: vec4f) -> @location(0) vec4f {
  return vec4f(textureSampleLevel(obscurance, smooth_image, at.xy / view.viewport, 0.0).rrr, 1.0);
}
