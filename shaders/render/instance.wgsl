// One link of a model in its place (src/view/model.ts). Written by the page's side for what stands still, by kernels for what moves.

struct Instance {
  /// Rows of the matrix from the link to the world.
  x: vec4f,
  y: vec4f,
  z: vec4f,
  /// Index into the palette.
  paint: u32,
  /// The server whose state colours it, or NOBODY.
  place: u32,
  /// What it is, for picking: a node; in lists of parts the serial number, in lists of people their number.
  thing: u32,
  spare: u32,
}

const NOBODY = 0xffffffffu;
