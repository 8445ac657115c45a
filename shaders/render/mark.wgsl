// The marks of states: shapes that tell them apart without their colours.
#import render/view
#import render/state-mark

/// A plate in the colour of a state with its mark; `p` reaches from −1 to 1, `blur` is a device pixel of that.
fn plate(state: u32, p: vec2f, blur: f32) -> vec3f {
  let colour = palette[state].rgb;
  let dark = dot(colour, vec3f(0.30, 0.59, 0.11)) < 0.55;
  let ink = select(colour * 0.30, mix(colour, vec3f(1.0), 0.92), dark);
  // Too small to read, a mark would only flicker.
  let seen = 1.0 - smoothstep(0.16, 0.45, blur);
  return mix(colour, ink, (1.0 - smoothstep(-0.5 * blur, 0.5 * blur, mark(state, p))) * seen);
}
