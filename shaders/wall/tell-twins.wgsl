// The first words of the two twins that are pointed at, by hand (workgroup 0) and by keys (1).
#import wall/told
#import wall/tile

@group(0) @binding(3) var<storage, read_write> tiles: array<Tile>;
@group(0) @binding(4) var<storage, read_write> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> told: array<u32>;

@compute @workgroup_size(16)
fn tell_twins(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rank = select(wall.hovered, wall.cursor, group.x == 1u);
  let at = select(TOLD_HOVERED, TOLD_CURSOR, group.x == 1u);
  if (rank >= wall.twins) {
    if (lane == 0u) { told[at] = NOBODY; }
    return;
  }
  let twin = order[rank];
  switch lane {
    case 0u: { told[at] = rank; }
    case 1u: { told[at + 1u] = twin; }
    case 2u: { told[at + 2u] = tiles[twin].passes; }
    default: { if (lane < 3u + METRICS + METRIC_COUNT) { told[at + lane] = glance(lane - 3u, twin); } }
  }
}
