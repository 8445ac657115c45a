// What every shader of the wall knows: how it is shown, and the glances of the twins (src/engine/glance.ts). Written by
// src/view/wall/words.ts, field by field in this order.

struct Wall {
  /// Device pixels.
  viewport: vec2f,
  /// The point of the wall in the upper left corner of the screen. Lengths on the wall are in widths of a tile; y runs down.
  origin: vec2f,
  /// Device pixels in the width of a tile.
  scale: f32,
  /// Height of a tile.
  depth: f32,
  /// Device pixels in a CSS pixel.
  ratio: f32,
  /// How far tiles are on the way from their last place to the present one, 0 … 1.
  glide: f32,
  columns: u32,
  /// Twins on the wall: the first so many of the replications.
  twins: u32,
  replications: u32,
  /// Words of a glance at which states and lengths begin.
  states: u32,
  lengths: u32,
  /// Ticks.
  end: u32,
  colour_by: u32,
  sort_by: u32,
  descending: u32,
  /// Bounds of what passes the filter, as shares of the scale; 0 and 1 bound nothing.
  low: f32,
  high: f32,
  /// Bit s: twins of status s pass.
  statuses: u32,
  /// Twins that do not pass are not shown at all, rather than dimmed.
  hides: u32,
  /// Whether the ends of the scale are given, and which they are.
  given: u32,
  range: vec2f,
  /// The columns and rows of which details are drawn: the first, and how many columns.
  first: vec2u,
  across: u32,
  /// Items drawn in each tile, and the first of them.
  items: u32,
  first_item: u32,
  /// Ranks of the tiles pointed at, by hand and by keys.
  hovered: u32,
  cursor: u32,
  /// Tiles take their places at once.
  fresh: u32,
  /// Height of the strip above the floor.
  header: f32,
  /// The colour scale is that of twins that have ended: what a twin shows early in its run would take the colours from them.
  of_ended: u32,
  /// The characters of numbers: the size of one in device pixels.
  glyph: vec2f,
}

const NOBODY = 0xffffffffu;
const WAITING = 0u;
const RUNNING = 1u;
const DONE = 2u;
const BROKEN = 3u;
const NOW = 1u;
const METRICS = 2u;
const METRIC_COUNT = 9u;
/// Figures besides the metrics.
const PROGRESS = 9u;
const STATUS = 10u;
const NUMBER = 11u;
const NOT_A_NUMBER = 0x7fc00000u;

@group(0) @binding(0) var<uniform> wall: Wall;
@group(0) @binding(1) var<storage, read> glances: array<u32>;

fn glance(word: u32, twin: u32) -> u32 {
  return glances[word * wall.replications + twin];
}

/// By its bits: a compiler may take it that there are no NaNs.
fn undefined(bits: u32) -> bool {
  return (bits & 0x7fffffffu) > 0x7f800000u;
}

/// The bits of a figure of a twin, an f32.
fn figure(which: u32, twin: u32) -> u32 {
  if (which == NUMBER) { return bitcast<u32>(f32(twin)); }
  let status = glance(0u, twin);
  if (which == STATUS) { return bitcast<u32>(f32(status)); }
  if (status == WAITING) { return NOT_A_NUMBER; }
  if (which == PROGRESS) { return bitcast<u32>(f32(glance(NOW, twin)) / f32(max(1u, wall.end))); }
  return glance(METRICS + which, twin);
}
