// The shadows on the ground, laid over what is painted on it.
#import render/shadow

struct Sight {
  @builtin(position) position: vec4f,
  @location(0) ray: vec3f,
}

override SHADOW: u32;
override STRENGTH: f32;

@vertex
fn spread(@builtin(vertex_index) index: u32) -> Sight {
  let corner = vec2f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0);
  let far = view.inverse * vec4f(corner, 0.5, 1.0);
  return Sight(vec4f(corner, 0.0, 1.0), far.xyz / far.w - view.eye);
}

@fragment
fn dim(sight: Sight) -> @location(0) vec4f {
  let at = view.eye + sight.ray * (view.eye.z / max(-sight.ray.z, 1e-4));
  if (sight.ray.z >= 0.0) { return vec4f(0.0); }
  return vec4f(palette[SHADOW].rgb, STRENGTH * (1.0 - sunlight(at, vec3f(0.0, 0.0, 1.0))));
}
