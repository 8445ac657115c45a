// The key of every twin: `turn.first` 0, of the figure that colours, for its scale; 1, of the figure that sorts.
#import wall/told
#import wall/pair

@group(0) @binding(5) var<storage, read_write> told: array<u32>;

@compute @workgroup_size(256)
fn weigh_twins(@builtin(global_invocation_id) id: vec3u) {
  let twin = id.x;
  if (twin >= arrayLength(&pairs)) { return; }
  if (twin >= wall.twins) {
    pairs[twin] = vec2u(KEY_NOBODY, twin);
    return;
  }
  let sorts = turn.first == 1u;
  let bits = figure(select(wall.colour_by, wall.sort_by, sorts), twin);
  var key = key_of(bits);
  if (sorts && wall.descending == 1u) { key = ~key; }
  // Running twins get the colours that the scale has for them, but do not make it.
  if (!sorts && wall.of_ended == 1u && glance(0u, twin) == RUNNING) { key = KEY_UNDEFINED; }
  if (undefined(bits)) { key = select(KEY_UNDEFINED, KEY_WAITING, glance(0u, twin) == WAITING); }
  if (sorts && wall.hides == 1u && !passes(twin, bitcast<f32>(told[TOLD_LOW]), bitcast<f32>(told[TOLD_HIGH]))) { key = KEY_HIDDEN; }
  pairs[twin] = vec2u(key, twin);
}
