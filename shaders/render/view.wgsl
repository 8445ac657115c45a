// What every drawing shader knows of the camera and the theme. Written by src/view/passes.ts, field by field in this order.

struct View {
  /// World (metres; x east, y south, z up) to clip space.
  clip: mat4x4f,
  /// Where on the ground a point of the screen lies: origin + x * across + y * up, with x and y in −1 … 1.
  ground_origin: vec2f,
  ground_across: vec2f,
  ground_up: vec2f,
  /// Device pixels.
  viewport: vec2f,
  /// Towards the viewer.
  eye: vec3f,
  /// Metres in one device pixel.
  pixel: f32,
}

@group(0) @binding(0) var<uniform> view: View;
/// Colours as they are on the screen: the states of a server first, in the trace's order.
@group(0) @binding(1) var<storage, read> palette: array<vec4f>;
/// The state of every server.
@group(0) @binding(2) var<storage, read> states: array<u32>;
