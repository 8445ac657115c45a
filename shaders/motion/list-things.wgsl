// What of many instances is seen, and how much of it is needed: one invocation an instance, whose index goes into one of two lists to be
// drawn: that of its model, or, where it covers a few pixels, that of a box in its place. Where even that is less than half a pixel, fewer and
// fewer are drawn, so that a million of them far away cost what they cover.
#import render/instance

struct Lens {
  /// Half-spaces of the frustum: inside where dot(plane, (p, 1)) ≥ 0; normals of length 1.
  planes: array<vec4f, 6>,
  eye: vec3f,
  /// Device pixels of a metre at one metre's distance.
  focal: f32,
}

struct Listing {
  /// Ball about the shape, in its own frame.
  centre: vec3f,
  radius: f32,
  /// Instances first, first + stride, …
  first: u32,
  stride: u32,
  /// Those that are of this kind alone; NOBODY: all of `count`. Else as many as `placed` tells.
  kind: u32,
  count: u32,
  /// Words of `draws` that count the instances of the two draws.
  near: u32,
  far: u32,
  /// Device pixels across, below which a thing goes into the far list; 0: never.
  small: f32,
}

@group(0) @binding(0) var<uniform> lens: Lens;
@group(0) @binding(1) var<uniform> listing: Listing;
@group(0) @binding(2) var<storage, read> instances: array<Instance>;
@group(0) @binding(3) var<storage, read> placed: u32;
@group(0) @binding(4) var<storage, read_write> draws: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> near: array<u32>;
@group(0) @binding(6) var<storage, read_write> far: array<u32>;

@compute @workgroup_size(64)
fn list_things(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * 64u + lane;
  let index = listing.first + i * listing.stride;
  let count = select(placed, listing.count, listing.kind == NOBODY);
  if (i >= count || index >= arrayLength(&instances)) { return; }
  let thing = instances[index];
  if (listing.kind != NOBODY && thing.spare != listing.kind) { return; }
  let middle = vec4f(listing.centre, 1.0);
  let at = vec4f(dot(thing.x, middle), dot(thing.y, middle), dot(thing.z, middle), 1.0);
  let squares = max(norm(thing.x.x, thing.y.x, thing.z.x), max(norm(thing.x.y, thing.y.y, thing.z.y), norm(thing.x.z, thing.y.z, thing.z.z)));
  let radius = listing.radius * sqrt(squares);
  var inside = radius > 0.0;
  for (var p = 0u; p < 6u; p++) { inside = inside && dot(lens.planes[p], at) >= -radius; }
  let across = 2.0 * radius * lens.focal / max(distance(at.xyz, lens.eye), radius);
  // As many of them as the pixels they cover.
  let kept = listing.small == 0.0 || across >= 0.5 || f32((thing.thing * 2654435769u) >> 8u) < 16777216.0 * 4.0 * across * across;
  if (!inside || !kept) { return; }
  if (across < listing.small) { far[atomicAdd(&draws[listing.far], 1u)] = index; } else { near[atomicAdd(&draws[listing.near], 1u)] = index; }
}

fn norm(a: f32, b: f32, c: f32) -> f32 { return a * a + b * b + c * c; }
