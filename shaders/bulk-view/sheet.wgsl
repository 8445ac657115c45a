// Walls of a vessel, cut open by how they are drawn: their far sides are solid, their near sides glass, and all their edges lines.
#import render/shadow
#import bulk-view/scale

const FAR = 0u;
const NEAR = 1u;
const EDGES = 2u;
override PART: u32;
override SHEET: u32;
override EDGE: u32;

struct Sheet {
  @builtin(position) position: vec4f,
  @location(0) at: vec3f,
  /// Away from the inside.
  @location(1) normal: vec3f,
}

@vertex
fn hang(@location(0) point: vec3f, @location(1) normal: vec3f, @location(2) wall: u32) -> Sheet {
  let swing = scale.swings[wall];
  let at = point + swing.xyz;
  var clip = view.clip * vec4f(at, 1.0);
  // Edges lie on their walls, a thousandth nearer to the eye.
  if (PART == EDGES) { clip.z *= 1.001; }
  return Sheet(select(clip, vec4f(0.0, 0.0, -2.0, 1.0), swing.w > 0.0), at, normal);
}

@fragment
fn glaze(sheet: Sheet) -> @location(0) vec4f {
  if (PART == EDGES) { return vec4f(palette[EDGE].rgb, 0.8); }
  let away = normalize(view.eye - sheet.at);
  let outward = normalize(sheet.normal);
  let towards = dot(outward, away);
  if ((towards > 0.0) != (PART == NEAR)) { discard; }
  let colour = linear_of(palette[SHEET].rgb);
  let inward = -outward;
  let lit = colour * mix(0.62, 0.92, 0.5 + 0.5 * abs(inward.z)) + colour * 0.25 * max(dot(inward, view.sun), 0.0) * sunlight(sheet.at, inward);
  // Glass is denser where one looks along it.
  let dense = pow(1.0 - abs(towards), 3.0);
  return vec4f(screen_of(lit), select(1.0, 0.06 + 0.4 * dense, PART == NEAR));
}
