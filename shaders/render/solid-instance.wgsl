// One solid: a shape of the mesh, stretched, turned about the vertical and put in its place. Fixed solids are written by
// src/view/solids.ts, parts by place-parts.wgsl.

struct Solid {
  centre: vec3f,
  /// Radians from east towards south.
  yaw: f32,
  half: vec3f,
  /// Width of the bevelled edges, in metres.
  chamfer: f32,
  /// Index into the palette.
  paint: u32,
  /// The server whose state colours and marks it, or NOBODY.
  place: u32,
}

const NOBODY = 0xffffffffu;
