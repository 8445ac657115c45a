// One slice of a batch of twins of lines: so many jobs of each.

struct Slice {
  /// Twins of the batch, and replications among them.
  twins: u32,
  replications: u32,
  seed: u32,
  /// The first job of this slice, and how many; both multiples of 4.
  first: u32,
  jobs: u32,
  /// Tick of the end, and the tick behind the warm-up cut (0 without one).
  end: u32,
  counted: u32,
  /// Jobs in a stretch, a power of two (see src/engine/line-engine.ts).
  stretch: u32,
  /// Streams of units in each replication.
  streams: u32,
  /// Where every design meets every replication: how many designs there are (twin t is of design t mod grid); else 0.
  grid: u32,
}

@group(0) @binding(0) var<uniform> slice: Slice;

// Which invocation of a dispatch in two dimensions this is.
fn itemOf(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.x + id.y * groups.x * WORKGROUP;
}
