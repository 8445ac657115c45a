// How loose parts (SI units, z up) stand in the world of the drawing shaders, and how their walls swing. Written by src/view/bulk/picture.ts.

struct Scale {
  /// The point that stands in the middle of the ground.
  origin: vec3f,
  /// Units of the world in a metre.
  scale: f32,
  /// m/s that have the last colour.
  fastest: f32,
  /// Displacement of each wall, in units of the world; the fourth is 1 where it is taken away.
  swings: array<vec4f, 32>,
}

@group(1) @binding(0) var<uniform> scale: Scale;

/// The world's y runs south.
fn world_of(place: vec3f) -> vec3f { return (place - scale.origin) * vec3f(1.0, -1.0, 1.0) * scale.scale; }

/// The corners of a square as a strip of two triangles, −1 … 1.
fn corner_of(index: u32) -> vec2f { return vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0; }
