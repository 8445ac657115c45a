// Where the tile of a twin is: on its way between two places of the grid, in columns and rows.
struct Tile {
  was: vec2f,
  place: vec2f,
  rank: u32,
  /// Whether it passes the filter.
  passes: u32,
}
