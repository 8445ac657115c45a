// Gives every twin the place of its rank; its tile sets out from where it is now.
#import wall/told
#import wall/pair
#import wall/tile

@group(0) @binding(3) var<storage, read_write> tiles: array<Tile>;
@group(0) @binding(4) var<storage, read_write> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> told: array<u32>;

@compute @workgroup_size(256)
fn rank_twins(@builtin(global_invocation_id) id: vec3u) {
  let rank = id.x;
  if (rank >= wall.twins) { return; }
  let twin = pairs[rank].y;
  let place = vec2f(f32(rank % wall.columns), f32(rank / wall.columns));
  let tile = tiles[twin];
  let here = select(mix(tile.was, tile.place, wall.glide), place, wall.fresh == 1u);
  let shown = passes(twin, bitcast<f32>(told[TOLD_LOW]), bitcast<f32>(told[TOLD_HIGH]));
  tiles[twin] = Tile(here, place, rank, select(0u, 1u, shown));
  order[rank] = twin;
}
