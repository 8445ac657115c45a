// Forward kinematics: one invocation a figure goes along the links of its model, parents first, and puts each where its clip has it.
#import render/instance

struct Clip {
  /// Index into `poses` of the first float; NOBODY: the links as they rest.
  first: u32,
  frames: u32,
}

struct Chain {
  links: u32,
  count: u32,
  /// Index of the first figure, and of the first instance.
  first_figure: u32,
  first_instance: u32,
}

const CLIP_BIT = 24u;

@group(0) @binding(0) var<uniform> chain: Chain;
/// Of each link the one it hangs on; NOBODY: the figure itself.
@group(0) @binding(1) var<storage, read> parents: array<u32>;
@group(0) @binding(2) var<storage, read> clips: array<Clip>;
/// Of each clip, link and frame: rotation quaternion and translation, seven floats.
@group(0) @binding(3) var<storage, read> poses: array<f32>;
/// Of each link three rows.
@group(0) @binding(4) var<storage, read> rests: array<vec4f>;
@group(0) @binding(5) var<storage, read> figures: array<Instance>;
@group(0) @binding(6) var<storage, read_write> instances: array<Instance>;

/// Three rows of an affine map.
struct Rows {
  x: vec4f,
  y: vec4f,
  z: vec4f,
}

@compute @workgroup_size(64)
fn place_chains(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= chain.count) { return; }
  let figure = figures[chain.first_figure + id.x];
  let clip = clips[figure.spare >> CLIP_BIT];
  let phase = f32(figure.spare & 0xffffffu) / 16777216.0;
  let root = Rows(figure.x, figure.y, figure.z);
  let base = chain.first_instance + id.x * chain.links;
  for (var l = 0u; l < chain.links; l++) {
    var local = Rows(rests[3u * l], rests[3u * l + 1u], rests[3u * l + 2u]);
    if (clip.first != NOBODY) { local = posed(clip, l, phase); }
    var parent = root;
    if (parents[l] != NOBODY) {
      let on = instances[base + parents[l]];
      parent = Rows(on.x, on.y, on.z);
    }
    let world = compose(parent, local);
    instances[base + l] = Instance(world.x, world.y, world.z, figure.paint, figure.place, figure.thing, l);
  }
}

/// The pose between the two frames about a phase; the cycle closes. Quaternions by normalised linear interpolation, the shorter way round.
fn posed(clip: Clip, link: u32, phase: f32) -> Rows {
  let frame = phase * f32(clip.frames);
  let before = min(u32(frame), clip.frames - 1u);
  let after = select(before + 1u, 0u, before + 1u >= clip.frames);
  let share = frame - f32(before);
  let a = clip.first + (link * clip.frames + before) * 7u;
  let b = clip.first + (link * clip.frames + after) * 7u;
  let p = vec4f(poses[a], poses[a + 1u], poses[a + 2u], poses[a + 3u]);
  let q = vec4f(poses[b], poses[b + 1u], poses[b + 2u], poses[b + 3u]);
  let r = normalize(mix(p, select(q, -q, dot(p, q) < 0.0), share));
  let at = mix(vec3f(poses[a + 4u], poses[a + 5u], poses[a + 6u]), vec3f(poses[b + 4u], poses[b + 5u], poses[b + 6u]), share);
  return Rows(
    vec4f(1.0 - 2.0 * (r.y * r.y + r.z * r.z), 2.0 * (r.x * r.y - r.z * r.w), 2.0 * (r.x * r.z + r.y * r.w), at.x),
    vec4f(2.0 * (r.x * r.y + r.z * r.w), 1.0 - 2.0 * (r.x * r.x + r.z * r.z), 2.0 * (r.y * r.z - r.x * r.w), at.y),
    vec4f(2.0 * (r.x * r.z - r.y * r.w), 2.0 * (r.y * r.z + r.x * r.w), 1.0 - 2.0 * (r.x * r.x + r.y * r.y), at.z),
  );
}

fn compose(a: Rows, b: Rows) -> Rows { return Rows(row(a.x, b), row(a.y, b), row(a.z, b)); }

fn row(r: vec4f, b: Rows) -> vec4f { return r.x * b.x + r.y * b.y + r.z * b.z + vec4f(0.0, 0.0, 0.0, r.w); }
