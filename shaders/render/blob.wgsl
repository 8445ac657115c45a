// A soft shadow under each thing that moves, on what it stands on: a round of dimness, drawn out away from the sun.
#import render/view
#import render/instance

@group(1) @binding(0) var<storage, read> instances: array<Instance>;
@group(1) @binding(1) var<storage, read> order: array<u32>;
/// Of the model, metres: half its plan, and its height; and 1 where it stands on the ground, wherever its link is.
@group(1) @binding(2) var<uniform> size: vec4f;

override SHADOW: u32;
override STRENGTH: f32;

struct Spot {
  @builtin(position) position: vec4f,
  @location(0) local: vec2f,
}

@vertex
fn lie(@builtin(vertex_index) vertex: u32, @builtin(instance_index) drawn: u32) -> Spot {
  let instance = instances[order[drawn]];
  let stretch = vec3f(length(instance.x.xyz), length(instance.y.xyz), length(instance.z.xyz));
  let half = size.xy * stretch.xy;
  let lean = -view.sun.xy / view.sun.z * size.z * stretch.z * 0.5;
  let sign = vec2f(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
  let base = vec3f(instance.x.w, instance.y.w, select(instance.z.w, 0.0, size.w > 0.5) + 0.012);
  let at = base + vec3f(lean * 0.5 + sign * (half * 1.45 + abs(lean) * 0.5), 0.0);
  return Spot(view.clip * vec4f(at, 1.0), sign);
}

@fragment
fn dim(spot: Spot) -> @location(0) vec4f {
  let away = length(spot.local);
  return vec4f(palette[SHADOW].rgb, STRENGTH * (1.0 - smoothstep(0.35, 1.0, away)));
}
