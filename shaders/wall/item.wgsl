// What stands on the floor of a twin, in miniature: machines in the colour and with the mark of their state, buffers and belts filled as
// far as they are full, ways, and the ends of the plant. Of every tile that is to be seen, all items.
#import wall/colours
#import wall/slot
#import render/state-mark

struct Item {
  /// In widths of a tile, from its upper left corner.
  centre: vec2f,
  half: vec2f,
  /// Unit vector of its length, along the flow.
  axis: vec2f,
  kind: u32,
  /// Of a machine its place, of a lane its node.
  index: u32,
  /// Parts that fill it.
  capacity: f32,
  spare: u32,
}

const WAY = 0u;
const STORE = 1u;
const MACHINE = 2u;
const ENTRY = 3u;
const EXIT = 4u;

@group(0) @binding(3) var<storage, read> tiles: array<Tile>;
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(6) var<storage, read> items: array<Item>;

struct Shape {
  @builtin(position) position: vec4f,
  /// Device pixels from the middle, along the axis and across.
  @location(0) local: vec2f,
  @location(1) @interpolate(flat) half: vec2f,
  @location(2) @interpolate(flat) kind: u32,
  /// The state of a machine.
  @location(3) @interpolate(flat) state: u32,
  /// Share of a store that is full.
  @location(4) @interpolate(flat) fill: f32,
  @location(5) @interpolate(flat) strength: f32,
}

@vertex
fn stand(@builtin(vertex_index) vertex: u32) -> Shape {
  let index = vertex / 6u;
  var shape: Shape;
  shape.position = vec4f(2.0, 2.0, 0.0, 1.0);
  let rank = rank_at(index / wall.items);
  if (rank == NOBODY) { return shape; }
  let twin = order[rank];
  let tile = tiles[twin];
  if (glance(0u, twin) == WAITING || (tile.passes == 0u && wall.hides == 1u)) { return shape; }
  let item = items[wall.first_item + index % wall.items];
  shape.kind = item.kind;
  // Never thinner than a pixel.
  shape.half = max(item.half * wall.scale, vec2f(0.5));
  shape.strength = select(0.16, 1.0, tile.passes == 1u);
  if (item.kind == MACHINE) { shape.state = (glance(wall.states + item.index / 8u, twin) >> (4u * (item.index % 8u))) & 15u; }
  if (item.kind == STORE) {
    let inside = (glance(wall.lengths + item.index / 2u, twin) >> (16u * (item.index % 2u))) & 0xffffu;
    shape.fill = min(1.0, f32(inside) / item.capacity);
  }
  let sign = corner_of(vertex) * 2.0 - 1.0;
  shape.local = sign * (shape.half + 0.5);
  let side = vec2f(-item.axis.y, item.axis.x);
  let corner = mix(tile.was, tile.place, wall.glide) * vec2f(1.0, wall.depth);
  let middle = (corner + item.centre - wall.origin) * wall.scale;
  shape.position = to_clip(middle + shape.local.x * item.axis + shape.local.y * side);
  return shape;
}

@fragment
fn tint(shape: Shape) -> @location(0) vec4f {
  let p = shape.local;
  let room = shape.half - abs(p);
  let inside = min(room.x, room.y);
  // Coverage of the pixel: edges stay soft where items lie between pixels.
  var alpha = clamp(inside + 0.5, 0.0, 1.0);
  var seen = colour(LINE);
  switch shape.kind {
    case WAY: { alpha *= 0.8; }
    case STORE: {
      // What waits stands at the end that it will leave by.
      let is_full = p.x > shape.half.x * (1.0 - 2.0 * shape.fill);
      seen = select(colour(LANE), colour(INK), is_full && shape.fill > 0.0);
      if (inside < 1.0 && shape.half.y > 1.5) { seen = mix(colour(LANE), colour(INK), 0.6); }
    }
    case MACHINE: {
      seen = colour(min(shape.state, 7u));
      let span = min(shape.half.x, shape.half.y);
      let blur = 1.0 / span;
      // Too small to read, a mark would only flicker.
      if (span > 4.0) {
        let ink = mark(shape.state, p / span);
        let inked = select(mix(seen, vec3f(1.0), 0.92), seen * 0.25, dot(seen, vec3f(0.30, 0.59, 0.11)) >= 0.55);
        seen = mix(seen, inked, (1.0 - smoothstep(-blur, blur, ink)) * smoothstep(4.0, 6.0, span));
      }
      if (inside < 1.0 && span > 3.0) { seen = mix(seen, colour(INK), 0.45); }
    }
    // An arrow head along the flow.
    case ENTRY: {
      seen = mix(colour(LINE), colour(INK), 0.45);
      alpha = clamp(0.5 * (shape.half.x - p.x) * shape.half.y / shape.half.x - abs(p.y) + 0.5, 0.0, 1.0);
    }
    // A box with a hole.
    default: {
      seen = mix(colour(LINE), colour(INK), 0.45);
      if (inside > 0.35 * min(shape.half.x, shape.half.y) + 0.5) { alpha = 0.0; }
    }
  }
  return vec4f(seen, alpha * shape.strength);
}
