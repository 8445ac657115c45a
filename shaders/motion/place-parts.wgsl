// Where every part is at one moment: one invocation a leg that may hold, one instance a part that is seen.
#import motion/legs
#import render/instance

const CHUNK = 64u;

@group(1) @binding(0) var<storage, read_write> parts: array<Instance>;
/// How many there are; more than fit in `parts` are counted and left out.
@group(1) @binding(1) var<storage, read_write> count: atomic<u32>;
/// The chunks of legs in which somebody may be on the way, one a workgroup.
@group(1) @binding(2) var<storage, read> chunks: array<u32>;
/// By product the index of its model among those of parts.
@group(1) @binding(3) var<storage, read> models: array<u32>;

@compute @workgroup_size(CHUNK)
fn place_parts(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let chunk = group.x + group.y * groups.x;
  if (chunk >= moment.count) { return; }
  let index = chunks[chunk] * CHUNK + lane;
  if (index >= moment.part_legs) { return; }
  let leg = legs[index];
  // A part that reaches its sink is gone at once; it is seen until it has been carried there.
  var holds = moment.tick >= leg.begin && moment.tick < leg.end;
  if (moment.tick >= leg.begin && places[leg.goal].rule == SINK) { holds = moment.tick - leg.begin < min(moment.travel, leg.end - leg.begin); }
  if (!holds) { return; }
  let pose = pose_of(leg);
  if (!pose.seen || pose.size <= 0.0) { return; }
  let slot = atomicAdd(&count, 1u);
  if (slot >= arrayLength(&parts)) { return; }
  let c = pose.size * cos(pose.yaw);
  let s = pose.size * sin(pose.yaw);
  let model = models[min(leg.look, arrayLength(&models) - 1u)];
  parts[slot] = Instance(
    vec4f(c, -s, 0.0, pose.at.x),
    vec4f(s, c, 0.0, pose.at.y),
    vec4f(0.0, 0.0, pose.size, pose.at.z - 0.5 * PART),
    moment.first_paint + leg.look, NOBODY, leg.thing, model,
  );
}
