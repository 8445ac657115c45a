// Bodies as the sun sees them: depth alone.
#import render/instance

/// World to a shadow map.
@group(0) @binding(0) var<uniform> from_sun: mat4x4f;
@group(1) @binding(0) var<storage, read> instances: array<Instance>;
@group(1) @binding(1) var<storage, read> order: array<u32>;

@vertex
fn cast_shadow(@builtin(instance_index) drawn: u32, @location(0) point: vec3f) -> @builtin(position) vec4f {
  let instance = instances[order[drawn]];
  let p = vec4f(point, 1.0);
  return from_sun * vec4f(dot(instance.x, p), dot(instance.y, p), dot(instance.z, p), 1.0);
}
