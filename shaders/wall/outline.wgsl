// Round the tile under the pointer a plain frame, round that of the keyboard's cursor a broken one.
#import wall/colours
#import wall/slot

struct Frame {
  @builtin(position) position: vec4f,
  /// Device pixels from the upper left corner.
  @location(0) local: vec2f,
  @location(1) @interpolate(flat) size: vec2f,
  @location(2) @interpolate(flat) is_cursor: u32,
}

@vertex
fn surround(@builtin(vertex_index) vertex: u32) -> Frame {
  let which = vertex / 6u;
  let rank = select(wall.hovered, wall.cursor, which == 1u);
  var frame: Frame;
  frame.position = vec4f(2.0, 2.0, 0.0, 1.0);
  if (rank >= wall.twins) { return frame; }
  let tile = frame_of(vec2f(f32(rank % wall.columns), f32(rank / wall.columns)));
  let reach = 3.0 * wall.ratio;
  let corner = corner_of(vertex);
  frame.size = tile.zw - tile.xy + 2.0 * reach;
  frame.local = corner * frame.size;
  frame.position = to_clip(tile.xy - reach + frame.local);
  frame.is_cursor = which;
  return frame;
}

@fragment
fn ink(frame: Frame) -> @location(0) vec4f {
  let room = min(frame.local, frame.size - frame.local);
  let inside = min(room.x, room.y);
  let width = 3.0 * wall.ratio;
  if (inside > width) { discard; }
  let dash = 4.0 * wall.ratio;
  let is_gap = (frame.local.x + frame.local.y) % (2.0 * dash) > dash;
  let seen = select(colour(INK), select(colour(ACCENT), colour(GROUND), is_gap), frame.is_cursor == 1u);
  // A thin edge of the ground's colour on both sides sets it off from any tile.
  return vec4f(select(seen, colour(GROUND), inside < 0.7 * wall.ratio), 1.0);
}
