// The ends of the colour scale from the twins in order of their figure: the 1st and the 99th percentile of those that have one
// (nearest rank), so that a stray twin does not take the colours from the others; or what is given.
#import wall/told
#import wall/pair

@group(0) @binding(5) var<storage, read_write> told: array<u32>;

@compute @workgroup_size(1)
fn read_scale() {
  var count = 0u;
  var above = wall.twins;
  while (count < above) {
    let middle = (count + above) / 2u;
    if (pairs[middle].x < KEY_UNDEFINED) { count = middle + 1u; } else { above = middle; }
  }
  told[TOLD_DEFINED] = count;
  let last = max(count, 1u) - 1u;
  let ranks = array(u32(round(0.01 * f32(last))), u32(round(0.99 * f32(last))), 0u, last / 2u, last);
  for (var i = 0u; i < 5u; i++) {
    told[TOLD_LOW + i] = select(0u, bits_of(pairs[ranks[i]].x), count > 0u);
  }
  if (wall.given == 1u) {
    told[TOLD_LOW] = bitcast<u32>(wall.range.x);
    told[TOLD_HIGH] = bitcast<u32>(wall.range.y);
  }
}
