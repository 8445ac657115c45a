// Where tiles lie on the screen.
#import wall/wall
#import wall/tile

/// Upper left and lower right corner of the tile at this place, in whole device pixels, the gap between tiles taken off.
fn frame_of(place: vec2f) -> vec4f {
  let gap = clamp(0.025 * wall.scale, min(0.5, 0.15 * wall.scale), 5.0 * wall.ratio);
  let corner = (place * vec2f(1.0, wall.depth) - wall.origin) * wall.scale;
  // Halves always up: gaps between tiles are as wide everywhere.
  return floor(vec4f(corner + gap, corner + vec2f(1.0, wall.depth) * wall.scale - gap) + 0.5);
}

fn to_clip(pixel: vec2f) -> vec4f {
  return vec4f(pixel.x / wall.viewport.x * 2.0 - 1.0, 1.0 - pixel.y / wall.viewport.y * 2.0, 0.0, 1.0);
}

/// A rank whose details are drawn, by the number of its tile among those that are to be seen; NOBODY where there is none.
fn rank_at(cell: u32) -> u32 {
  let column = wall.first.x + cell % wall.across;
  let rank = (wall.first.y + cell / wall.across) * wall.columns + column;
  return select(NOBODY, rank, column < wall.columns && rank < wall.twins);
}

/// Device pixels from which on details fade in.
fn nearness() -> f32 {
  return smoothstep(60.0, 150.0, wall.scale / wall.ratio);
}

/// Height of the strip above a floor, device pixels: near, it grows no further.
fn header_height() -> f32 {
  return min(wall.header * wall.scale, 26.0 * wall.ratio);
}

/// The corner of a quad (0 or 1 in x and y) that a vertex is, of two triangles. All quads of one kind are one draw of so many triangles, not so many
/// instances: an emulated adapter sets up each instance as if it were a draw.
fn corner_of(vertex: u32) -> vec2f {
  let corner = (3492u >> (2u * (vertex % 6u))) & 3u;
  return vec2f(f32(corner & 1u), f32(corner >> 1u));
}
