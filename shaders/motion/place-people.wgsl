// Where everybody is at one moment, which way they face, and what they do: one invocation a person, one figure each.
#import motion/legs
#import render/instance

struct Gait {
  /// Indices of clips: standing, walking, working, sitting.
  idle: u32,
  walk: u32,
  work: u32,
  sit: u32,
  /// Metres that a cycle of walking covers.
  stride: f32,
  /// Index into the palette of who works, who is free, and who is off duty.
  working: u32,
  free: u32,
  away: u32,
}

/// What somebody does who does not walk, in `look` of their legs.
const AT_WORK = 0u;
const AT_HOME = 1u;
const OFF_DUTY = 2u;
/// The clip stands above this bit of a figure's `spare`, its phase below, as a fraction of 2^24.
const CLIP_BIT = 24u;

@group(1) @binding(0) var<storage, read_write> figures: array<Instance>;
/// By person the index of their first leg; one more at the end.
@group(1) @binding(1) var<storage, read> first_leg: array<u32>;
@group(1) @binding(2) var<uniform> gait: Gait;

@compute @workgroup_size(64)
fn place_people(@builtin(global_invocation_id) id: vec3u) {
  let person = id.x;
  if (person >= moment.count) { return; }
  // The last leg that has begun.
  var low = first_leg[person];
  var high = first_leg[person + 1u];
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (legs[middle].begin <= moment.tick) { low = middle; } else { high = middle; }
  }
  let leg = legs[low];
  let pose = pose_of(leg);
  var paint = array<u32, 3>(gait.working, gait.free, gait.away)[min(leg.look, 2u)];
  var clip = array<u32, 3>(gait.work, gait.idle, gait.sit)[min(leg.look, 2u)];
  // Nobody breathes in step with his neighbour.
  var phase = fract(f32(moment.tick % moment.cadence) / f32(moment.cadence) + f32((person * 2654435769u) >> 8u) / 16777216.0);
  if (pose.moves) {
    clip = gait.walk;
    phase = fract(pose.metres / gait.stride);
  }
  let c = cos(pose.heading);
  let s = sin(pose.heading);
  figures[person] = Instance(
    vec4f(c, -s, 0.0, pose.at.x),
    vec4f(s, c, 0.0, pose.at.y),
    vec4f(0.0, 0.0, 1.0, pose.at.z),
    paint, NOBODY, person, (clip << CLIP_BIT) | u32(phase * 16777215.0),
  );
}
