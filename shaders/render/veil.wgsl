// The shadows on the ground, laid over what is painted on it: of each map the piece of the ground that lies in it.
#import render/shadow

struct Piece {
  @builtin(position) position: vec4f,
  @location(0) at: vec2f,
  @location(1) lit: vec3f,
  @location(2) @interpolate(flat) level: u32,
}

override SHADOW: u32;
override STRENGTH: f32;

@vertex
fn spread(@builtin(vertex_index) vertex: u32, @builtin(instance_index) level: u32) -> Piece {
  // Maps that are not in use have pieces of no size.
  let box = view.pieces[level];
  let at = select(box.xy, box.zw, vec2<bool>((vertex & 1u) == 1u, vertex > 1u));
  let lit = view.shadows[level] * vec4f(at, 1.6 * view.texels[level], 1.0);
  return Piece(view.clip * vec4f(at, 0.0, 1.0), at, lit.xyz, level);
}

@fragment
fn dim(piece: Piece) -> @location(0) vec4f {
  if (!covers(piece.lit)) { return vec4f(0.0); }
  // What lies in a finer map is that one's.
  for (var finer = 0u; finer < piece.level; finer++) {
    if (covers((view.shadows[finer] * vec4f(piece.at, 1.6 * view.texels[finer], 1.0)).xyz)) { return vec4f(0.0); }
  }
  return vec4f(palette[SHADOW].rgb, STRENGTH * (1.0 - sun_in(piece.level, piece.lit)));
}
