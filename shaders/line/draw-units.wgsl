// The draws of a slice of a line's jobs, as units (what a distribution's table makes of a random word before the mean comes in), once for each
// replication: designs that differ in means and places alone share them. src/engine/line-draws.ts is the same in TypeScript.
#import line/slice
#import line/units

/// A stream of draws with the table they go through. `lag`: its job n has draw n − lag.
struct Stream {
  lo: u32,
  hi: u32,
  kind: u32,
  base: u32,
  lag: u32,
}

@group(0) @binding(1) var<storage, read> shapes: array<u32>;
@group(0) @binding(2) var<storage, read> streams: array<Stream>;
@group(0) @binding(3) var<storage, read> replications: array<u32>;
@group(0) @binding(4) var<storage, read_write> units: array<u32>;

// Put before this: which kinds of streams there are at all, HAS_CONSTANTS, HAS_OCTAVES, HAS_SEGMENTS, HAS_LAG. Where lanes are emulated, what
// no stream needs costs its time all the same.
const CONSTANT = 0u;
const OCTAVES = 1u;

fn table(i: u32) -> u32 {
  return shapes[i];
}

fn unit(stream: Stream, u: u32) -> u32 {
  if (HAS_OCTAVES && (!HAS_SEGMENTS || stream.kind == OCTAVES)) {
    return octaveUnit(stream.base, u);
  }
  if (HAS_SEGMENTS) {
    return segmentUnit(stream.base, u);
  }
  return u;
}

// Four jobs of one stream in one replication.
@compute @workgroup_size(WORKGROUP)
fn drawUnits(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = slice.jobs >> 2u;
  let count = slice.streams;
  let item = itemOf(id, groups);
  if (item >= slice.replications * count * quads) {
    return;
  }
  let quad = item % quads;
  let stream = streams[(item / quads) % count];
  let replication = item / quads / count;
  var words = vec4<u32>(0xffffffffu);
  if (!HAS_CONSTANTS || stream.kind != CONSTANT) {
    let key = vec2<u32>(slice.seed, replications[replication]);
    let block = (slice.first >> 2u) + quad;
    words = philox(vec4<u32>(block, stream.lo, stream.hi, 0u), key);
    if (HAS_LAG && stream.lag != 0u) {
      let before = philox(vec4<u32>(block - 1u, stream.lo, stream.hi, 0u), key);
      words = vec4<u32>(before.w, words.xyz);
    }
    words = vec4<u32>(unit(stream, words.x), unit(stream, words.y), unit(stream, words.z), unit(stream, words.w));
  }
  let at = item * 4u;
  units[at] = words.x;
  units[at + 1u] = words.y;
  units[at + 2u] = words.z;
  units[at + 3u] = words.w;
}
