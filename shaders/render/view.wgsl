// What every drawing shader knows of the camera, the sun and the theme. Written by src/view/stage.ts, field by field in this order.

struct View {
  /// World (metres; x east, y south, z up) to clip space, with depth 1 near and 0 far; and back.
  clip: mat4x4f,
  inverse: mat4x4f,
  eye: vec3f,
  /// Device pixels of a metre at one metre's distance.
  focal: f32,
  /// Device pixels.
  viewport: vec2f,
  /// Metres from the eye to where the ground is lost in the background.
  reach: f32,
  /// Shadow maps in use.
  levels: f32,
  /// Towards the sun, of length 1.
  sun: vec3f,
  /// Looks at the shadow map: 1, or a square of 4.
  taps: f32,
  /// World to each shadow map: x and y −1 … 1, z 0 near the sun and 1 away from it.
  shadows: array<mat4x4f, 3>,
  /// Of each of them: metres of a texel, and how much depth that is, for surfaces are not to shade themselves.
  texels: vec4f,
  biases: vec4f,
  /// And the piece of the ground that it is for: west, north, east, south.
  pieces: array<vec4f, 3>,
}

@group(0) @binding(0) var<uniform> view: View;
/// Colours as they are on the screen: the states of a server first, in the trace's order.
@group(0) @binding(1) var<storage, read> palette: array<vec4f>;
/// The state of every server.
@group(0) @binding(2) var<storage, read> states: array<u32>;
@group(0) @binding(3) var shadow_maps: texture_depth_2d_array;
@group(0) @binding(4) var is_nearer: sampler_comparison;

/// Device pixels of a metre at a point in clip space.
fn scale_at(clip: vec4f) -> f32 { return view.focal / max(clip.w, 1e-3); }

/// Colours of the screen (sRGB, IEC 61966-2-1) to linear light and back.
fn linear_of(colour: vec3f) -> vec3f {
  return select(pow((colour + 0.055) / 1.055, vec3f(2.4)), colour / 12.92, colour <= vec3f(0.04045));
}

fn screen_of(light: vec3f) -> vec3f {
  let c = clamp(light, vec3f(0.0), vec3f(1.0));
  return select(1.055 * pow(c, vec3f(1.0 / 2.4)) - 0.055, c * 12.92, c <= vec3f(0.0031308));
}
