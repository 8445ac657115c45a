// How much of the sun reaches a point: percentage-closer filtering (Reeves, Salesin and Cook, 1987) of the finest map that covers it.
#import render/view

/// 0 in the shade, 1 in the sun; `normal` of the surface, of length 1.
fn sunlight(at: vec3f, normal: vec3f) -> f32 {
  let size = f32(textureDimensions(shadow_maps).x);
  for (var level = 0u; level < u32(view.levels); level++) {
    let matrix = view.shadows[level];
    // Metres of a texel: surfaces ask from that far off, else they would shade themselves.
    let texel = 2.0 / (size * length(vec3f(matrix[0].x, matrix[1].x, matrix[2].x)));
    let lit = matrix * vec4f(at + normal * (1.6 * texel), 1.0);
    if (any(abs(lit.xy) > vec2f(0.985)) || lit.z > 1.0) { continue; }
    let place = lit.xy * vec2f(0.5, -0.5) + 0.5;
    let depth = lit.z - 0.4 * texel * abs(length(vec3f(matrix[0].z, matrix[1].z, matrix[2].z)));
    if (view.taps < 2.0) { return textureSampleCompareLevel(shadow_maps, is_nearer, place, level, depth); }
    var sum = 0.0;
    for (var i = 0u; i < 4u; i++) {
      let offset = (vec2f(f32(i & 1u), f32(i >> 1u)) * 2.0 - 1.0) * (0.9 / size);
      sum += textureSampleCompareLevel(shadow_maps, is_nearer, place + offset, level, depth);
    }
    return 0.25 * sum;
  }
  return 1.0;
}
