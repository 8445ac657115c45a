// How far every machine with joints has come in its cycle: one invocation a machine. The cycle goes from the beginning of a job on its server to
// the end of its work, and stands while the server does not work.
#import render/instance

struct Cycle {
  /// Ticks between which the server works.
  begin: u32,
  end: u32,
  /// Share of the job's work that is done at the beginning and at the end.
  before: f32,
  after: f32,
}

struct Machine {
  /// Indices into `cycles`: of the first of its server, and after the last.
  first: u32,
  past: u32,
  /// Clips of the cycle, and of how it stands between two.
  clip: u32,
  rest: u32,
}

struct Moment {
  tick: u32,
  fraction: f32,
  count: u32,
}

const CLIP_BIT = 24u;

@group(0) @binding(0) var<uniform> moment: Moment;
@group(0) @binding(1) var<storage, read> cycles: array<Cycle>;
@group(0) @binding(2) var<storage, read> machines: array<Machine>;
@group(0) @binding(3) var<storage, read_write> figures: array<Instance>;

@compute @workgroup_size(64)
fn step_machines(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= moment.count) { return; }
  let machine = machines[id.x];
  var low = machine.first;
  var high = machine.past;
  var clip = machine.rest;
  var phase = 0.0;
  if (low < high && cycles[low].begin <= moment.tick) {
    while (high - low > 1u) {
      let middle = (low + high) / 2u;
      if (cycles[middle].begin <= moment.tick) { low = middle; } else { high = middle; }
    }
    let cycle = cycles[low];
    let ran = f32(moment.tick - cycle.begin) + moment.fraction;
    let share = min(ran / f32(cycle.end - cycle.begin), 1.0);
    if (share < 1.0 || cycle.after < 1.0) {
      clip = machine.clip;
      phase = mix(cycle.before, cycle.after, share);
    }
  }
  figures[id.x].spare = (clip << CLIP_BIT) | u32(clamp(phase, 0.0, 1.0) * 16777215.0);
}
