// The numbers of the twins, character by character from a strip of the digits and a comma: up to seven characters of every tile to be seen.
#import wall/colours
#import wall/slot

const CHARACTERS = 7u;
const COMMA = 10u;

@group(0) @binding(3) var<storage, read> tiles: array<Tile>;
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(5) var<storage, read> told: array<u32>;
@group(0) @binding(7) var strip: texture_2d<f32>;

struct Glyph {
  @builtin(position) position: vec4f,
  @location(0) texel: vec2f,
  @location(1) @interpolate(flat) ink: vec3f,
  @location(2) @interpolate(flat) strength: f32,
}

@vertex
fn face(@builtin(vertex_index) vertex: u32) -> Glyph {
  let index = vertex / 6u;
  var glyph: Glyph;
  glyph.position = vec4f(2.0, 2.0, 0.0, 1.0);
  let rank = rank_at(index / CHARACTERS);
  if (rank == NOBODY) { return glyph; }
  let twin = order[rank];
  let tile = tiles[twin];
  if (tile.passes == 0u && wall.hides == 1u) { return glyph; }
  var digits = 1u;
  for (var rest = twin / 10u; rest > 0u; rest /= 10u) { digits++; }
  let count = digits + (digits - 1u) / 3u;
  let which = index % CHARACTERS;
  if (which >= count) { return glyph; }
  // From the right: three digits, a comma, three digits …
  let back = count - 1u - which;
  var character = COMMA;
  if (back % 4u != 3u) {
    var rest = twin;
    for (var i = back - back / 4u; i > 0u; i--) { rest /= 10u; }
    character = rest % 10u;
  }
  let corner = corner_of(vertex);
  let frame = frame_of(mix(tile.was, tile.place, wall.glide));
  // A comma takes half the width: those before this character draw it nearer.
  let commas = (digits - 1u) / 3u - back / 4u - select(0u, 1u, character == COMMA);
  let start = vec2f((f32(which) - 0.45 * f32(commas)) * wall.glyph.x + 0.35 * wall.glyph.x, 0.5 * (header_height() - wall.glyph.y));
  glyph.position = to_clip(round(frame.xy + start) + corner * wall.glyph);
  glyph.texel = vec2f(f32(character) * wall.glyph.x, 0.0) + corner * wall.glyph;
  let on = colour_of(twin, bitcast<f32>(told[TOLD_LOW]), bitcast<f32>(told[TOLD_HIGH]));
  glyph.ink = select(inked(on), colour(INK), glance(0u, twin) == WAITING);
  glyph.strength = select(0.3, 1.0, tile.passes == 1u);
  return glyph;
}

@fragment
fn print(glyph: Glyph) -> @location(0) vec4f {
  return vec4f(glyph.ink, textureLoad(strip, vec2u(glyph.texel), 0).a * glyph.strength);
}
