// How much of the sun reaches a point: percentage-closer filtering (Reeves, Salesin and Cook, 1987) of the finest map that covers it.
#import render/view

/// 0 in the shade, 1 in the sun; `normal` of the surface, of length 1.
fn sunlight(at: vec3f, normal: vec3f) -> f32 {
  for (var level = 0u; level < u32(view.levels); level++) {
    let lit = (view.shadows[level] * vec4f(at + normal * (1.6 * view.texels[level]), 1.0)).xyz;
    if (covers(lit)) { return sun_in(level, lit); }
  }
  return 1.0;
}

/// Whether a map reaches as far as a point in it.
fn covers(lit: vec3f) -> bool { return max(abs(lit.x), abs(lit.y)) <= 0.985 && lit.z <= 1.0; }

/// The same of a point in a map.
fn sun_in(level: u32, lit: vec3f) -> f32 {
  let place = lit.xy * vec2f(0.5, -0.5) + 0.5;
  let depth = lit.z - view.biases[level];
  if (view.taps < 2.0) { return textureSampleCompareLevel(shadow_maps, is_nearer, place, level, depth); }
  let texel = 0.9 / f32(textureDimensions(shadow_maps).x);
  var sum = 0.0;
  for (var i = 0u; i < 4u; i++) {
    let offset = (vec2f(f32(i & 1u), f32(i >> 1u)) * 2.0 - 1.0) * texel;
    sum += textureSampleCompareLevel(shadow_maps, is_nearer, place + offset, level, depth);
  }
  return 0.25 * sum;
}
