// One step of a bitonic sort (Batcher 1968): partners lie `turn.last` pairs apart, in runs of `turn.first` pairs that rise and fall by turns. No
// memory of a workgroup is used: its barriers cost an emulated adapter twice what the dispatches saved by it do.
#import wall/pair

@compute @workgroup_size(256)
fn sort_pairs(@builtin(global_invocation_id) id: vec3u) {
  let apart = turn.last;
  // The lower of two partners: the number with a 0 put in at the bit by which they differ.
  let i = 2u * id.x - (id.x & (apart - 1u));
  if (i + apart >= arrayLength(&pairs)) { return; }
  let a = pairs[i];
  let b = pairs[i + apart];
  if (before(b, a) == ((i & turn.first) == 0u)) {
    pairs[i] = b;
    pairs[i + apart] = a;
  }
}
