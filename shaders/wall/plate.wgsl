// The tile of a twin: its figure as a colour, and its status as a shape. Not begun: hollow. Running: an edge below that grows. Ended badly: a
// corner cut off, and from near a cross. Done: a whole plate, and from near a tick. A figure that is not defined: hatched.
#import wall/colours
#import wall/slot

@group(0) @binding(3) var<storage, read> tiles: array<Tile>;
@group(0) @binding(5) var<storage, read> told: array<u32>;

struct Plate {
  @builtin(position) position: vec4f,
  /// Device pixels from the upper left corner.
  @location(0) local: vec2f,
  @location(1) @interpolate(flat) size: vec2f,
  @location(2) @interpolate(flat) strip: vec3f,
  @location(3) @interpolate(flat) floor: vec3f,
  /// Status; 4 is added where the figure is not defined.
  @location(4) @interpolate(flat) looks: u32,
  @location(5) @interpolate(flat) progress: f32,
  /// Share of its own colours that a twin keeps that does not pass the filter.
  @location(6) @interpolate(flat) strength: f32,
}

@vertex
fn stand(@builtin(vertex_index) vertex: u32) -> Plate {
  let twin = vertex / 6u;
  let tile = tiles[twin];
  let frame = frame_of(mix(tile.was, tile.place, wall.glide));
  let corner = corner_of(vertex);
  let status = min(glance(0u, twin), BROKEN);
  let strip = colour_of(twin, bitcast<f32>(told[TOLD_LOW]), bitcast<f32>(told[TOLD_HIGH]));
  var plate: Plate;
  plate.size = frame.zw - frame.xy;
  plate.local = corner * plate.size;
  plate.position = to_clip(frame.xy + plate.local);
  // Near enough to see machines, the floor they stand on is only tinged, so that their own colours can be read.
  plate.strip = strip;
  plate.floor = mix(strip, mix(colour(FLOOR), strip, 0.18), nearness());
  let is_undefined = wall.colour_by < METRIC_COUNT && undefined(figure(wall.colour_by, twin));
  plate.looks = select(status, status + 4u, is_undefined);
  plate.progress = f32(glance(NOW, twin)) / f32(max(1u, wall.end));
  plate.strength = select(0.16, 1.0, tile.passes == 1u);
  if (tile.passes == 0u && wall.hides == 1u) { plate.position = vec4f(2.0, 2.0, 0.0, 1.0); }
  return plate;
}

@fragment
fn tint(plate: Plate) -> @location(0) vec4f {
  let p = plate.local;
  let size = plate.size;
  let least = min(size.x, size.y);
  let status = plate.looks & 3u;
  let ground = colour(GROUND);
  if (status == WAITING) {
    let edge = clamp(floor(0.03 * least), 1.0, 2.0 * wall.ratio);
    let inside = all(p > vec2f(edge)) && all(p < size - edge);
    return vec4f(mix(ground, select(colour(LINE), ground, inside), plate.strength), 1.0);
  }
  let header = header_height();
  var seen = select(plate.floor, plate.strip, p.y < header);
  if (plate.looks > 3u) {
    let stripe = (p.x + p.y) % 6.0 < 2.0;
    if (stripe && (p.y < header || wall.scale < 60.0 * wall.ratio)) { seen = mix(seen, ground, 0.6); }
  }
  if (status == RUNNING && least >= 5.0) {
    let edge = clamp(round(0.09 * size.y), 1.0, 4.0 * wall.ratio);
    if (p.y > size.y - edge) { seen = mix(ground, colour(INK), select(0.18, 1.0, p.x < plate.progress * size.x)); }
  }
  if (status == BROKEN) {
    let cut = clamp(0.42 * least, 2.0, 26.0 * wall.ratio);
    let along = (size.x - p.x) + p.y;
    if (along < cut) { seen = colour(STATUSES + BROKEN); }
    else if (along < cut + 1.5) { seen = ground; }
    if (cut > 11.0) {
      let q = abs(vec2f(size.x - p.x, p.y) - 0.3 * cut);
      if (max(q.x, q.y) < 0.17 * cut && abs(q.x - q.y) < 0.06 * cut) { seen = vec3f(1.0); }
    }
  }
  if (status == DONE && header > 9.0) {
    // A tick: a short stroke down, a long one up.
    let q = (p - vec2f(size.x - 0.55 * header, 0.5 * header)) / header;
    let down = segment(q, vec2f(-0.22, 0.02), vec2f(-0.06, 0.18));
    let up = segment(q, vec2f(-0.06, 0.18), vec2f(0.24, -0.18));
    if (min(down, up) < 0.055) { seen = inked(plate.strip); }
  }
  return vec4f(mix(ground, seen, plate.strength), 1.0);
}

fn segment(p: vec2f, a: vec2f, b: vec2f) -> f32 {
  let leg = b - a;
  return length(p - a - leg * clamp(dot(p - a, leg) / dot(leg, leg), 0.0, 1.0));
}
