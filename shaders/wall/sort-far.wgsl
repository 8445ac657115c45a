// One step of a bitonic sort (Batcher 1968) whose partners lie `turn.last` pairs apart, 512 or more, in runs of `turn.first` pairs.
#import wall/pair

@compute @workgroup_size(256)
fn sort_far(@builtin(global_invocation_id) id: vec3u) {
  let apart = turn.last;
  let i = 2u * id.x - (id.x & (apart - 1u));
  if (i + apart >= arrayLength(&pairs)) { return; }
  let a = pairs[i];
  let b = pairs[i + apart];
  if (before(b, a) == ((i & turn.first) == 0u)) {
    pairs[i] = b;
    pairs[i + apart] = a;
  }
}
