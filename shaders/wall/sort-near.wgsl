// Steps of a bitonic sort (Batcher 1968) whose partners lie within one block of 512 pairs: of runs of `turn.first` up to runs of
// `turn.last` pairs. Sorts blocks from the beginning (2 … 512), or ends what sort-far has begun on longer runs.
#import wall/pair

const BLOCK = 512u;

var<workgroup> block: array<vec2u, BLOCK>;

@compute @workgroup_size(256)
fn sort_near(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let base = group.x * BLOCK;
  block[lane] = pairs[base + lane];
  block[lane + 256u] = pairs[base + lane + 256u];
  workgroupBarrier();
  for (var run = turn.first; run <= turn.last; run *= 2u) {
    for (var apart = min(run, BLOCK) / 2u; apart > 0u; apart /= 2u) {
      // The lower of two partners: the lane with a 0 put in at the bit by which they differ.
      let i = 2u * lane - (lane & (apart - 1u));
      let a = block[i];
      let b = block[i + apart];
      let rises = ((base + i) & run) == 0u;
      if (before(b, a) == rises) {
        block[i] = b;
        block[i + apart] = a;
      }
      workgroupBarrier();
    }
  }
  pairs[base + lane] = block[lane];
  pairs[base + lane + 256u] = block[lane + 256u];
}
