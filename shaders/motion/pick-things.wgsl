// Which of many instances a ray meets first: one invocation an instance, twice: first for the least distance, then for who is that near.
#import render/instance

struct Box {
  low: vec3f,
  high: vec3f,
}

struct Ray {
  origin: vec3f,
  /// Instances; where `counted` is 1, as many as `placed` tells.
  count: u32,
  /// Of length 1.
  direction: vec3f,
  counted: u32,
  /// 0: the least distance; 1: the thing that is there.
  round: u32,
  /// Added to the thing: tells one kind from another.
  mark: u32,
}

@group(0) @binding(0) var<uniform> ray: Ray;
@group(0) @binding(1) var<storage, read> instances: array<Instance>;
@group(0) @binding(2) var<storage, read> placed: u32;
/// By `spare` of an instance; one that is beyond: the last.
@group(0) @binding(3) var<storage, read> boxes: array<Box>;
/// The bits of the least distance in metres, which grow with it; and the thing.
@group(0) @binding(4) var<storage, read_write> nearest: array<atomic<u32>, 2>;

@compute @workgroup_size(64)
fn pick_things(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * 64u + lane;
  let count = select(ray.count, placed, ray.counted == 1u);
  if (i >= count || i >= arrayLength(&instances)) { return; }
  let thing = instances[i];
  let box = boxes[min(thing.spare, arrayLength(&boxes) - 1u)];
  // Into its own frame: its columns are at right angles, and may stretch.
  let offset = ray.origin - vec3f(thing.x.w, thing.y.w, thing.z.w);
  let x = vec3f(thing.x.x, thing.y.x, thing.z.x);
  let y = vec3f(thing.x.y, thing.y.y, thing.z.y);
  let z = vec3f(thing.x.z, thing.y.z, thing.z.z);
  let squares = max(vec3f(dot(x, x), dot(y, y), dot(z, z)), vec3f(1e-12));
  let origin = vec3f(dot(x, offset), dot(y, offset), dot(z, offset)) / squares;
  var along = vec3f(dot(x, ray.direction), dot(y, ray.direction), dot(z, ray.direction)) / squares;
  // Parallel to a side: nearly so, instead of a division by nothing.
  along = select(along, vec3f(1e-9), abs(along) < vec3f(1e-9));
  let a = (box.low - origin) / along;
  let b = (box.high - origin) / along;
  let low = min(a, b);
  let high = max(a, b);
  let enter = max(max(low.x, low.y), max(low.z, 0.0));
  let leave = min(high.x, min(high.y, high.z));
  if (enter > leave) { return; }
  // Of numbers that are not negative the bits grow with the number.
  let bits = bitcast<u32>(abs(enter));
  if (ray.round == 0u) {
    atomicMin(&nearest[0], bits);
  } else if (bits == atomicLoad(&nearest[0])) {
    atomicMin(&nearest[1], thing.thing + ray.mark);
  }
}
