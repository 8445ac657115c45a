// Runs twins of lines on for a slice of jobs, by the recursion on departure times of src/engine/line-engine.ts: one invocation runs one twin and
// counts the parts it finishes. Times are ticks that saturate at NEVER; what is behind the end need not be exact.
//
// What a twin keeps lies in private memory while a slice lasts, not in that of the workgroup: a twin's rings hold as many words as its buffers have places,
// so that memory for a whole group of them would leave room for few groups, and no two twins share a word.
//
// The text that is put before this names the stations one by one, since words at addresses that are known when the kernel is compiled cost a
// tenth of others where lanes are emulated. It defines STATIONS, WORDS (of a twin's state), RING and
//   takeUp(), layDown()   the twin's state, from and to `state`
//   take(design)          its numbers, and where its units lie
//   fn job(n, k) -> u32   a part's way through all stations; the tick at which it is finished
//   mark(), stood()       when each station let go of the part that begins a stretch; whether one let go of this one at the same tick
#import line/slice

const NEVER: u32 = 0xffffffffu;
/// Results of twins that have none yet, and of those that only the event engine can tell.
const UNFINISHED: u32 = 0xfffffffeu;
const UNTOLD: u32 = 0xffffffffu;

@group(0) @binding(1) var<storage, read> designs: array<u32>;
/// Row of the design and index of the replication, of each twin; one pair that means nothing where there is a grid.
@group(0) @binding(2) var<storage, read> twins: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> units: array<u32>;
/// Word w of twin t at w × twins + t; word 0 is the result, word 1 the parts that were finished before the window.
@group(0) @binding(4) var<storage, read_write> state: array<u32>;
@group(0) @binding(5) var<storage, read_write> running: atomic<u32>;

var<private> twin: u32;

fn kept(w: u32) -> u32 {
  return state[w * slice.twins + twin];
}

fn keep(w: u32, value: u32) {
  state[w * slice.twins + twin] = value;
}

// A unit in ticks: × scale / 2^32 / 2^shift, rounded to nearest where shift > 0. The scale comes in halves.
fn ticks(x: u32, low: u32, high: u32, shift: u32) -> u32 {
  let xl = x & 0xffffu;
  let xh = x >> 16u;
  let middle = xh * low + ((xl * low) >> 16u);
  let other = xl * high + (middle & 0xffffu);
  let y = xh * high + (middle >> 16u) + (other >> 16u);
  return select(y, ((y >> ((shift - 1u) & 31u)) + 1u) >> 1u, shift > 0u);
}

// A tick so much later, saturating at NEVER.
fn later(tick: u32, by: u32) -> u32 {
  let sum = tick + by;
  return select(sum, NEVER, sum < by);
}

@compute @workgroup_size(WORKGROUP)
fn runLines(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  twin = itemOf(id, groups);
  if (twin >= slice.twins) {
    return;
  }
  if (slice.first > 0u && kept(0u) != UNFINISHED) {
    return;
  }
  var pair = twins[select(twin, 0u, slice.grid > 0u)];
  if (slice.grid > 0u) {
    pair = vec2<u32>(twin % slice.grid, twin / slice.grid);
  }
  take(pair.x * DESIGN_WORDS, pair.y);
  var early = 0u;
  if (slice.first > 0u) {
    early = kept(1u);
    takeUp();
  }
  var result = UNFINISHED;
  let inStretch = slice.stretch - 1u;
  for (var k = 0u; k < slice.jobs; k++) {
    let n = slice.first + k;
    let tick = job(n, k);
    if (tick > slice.end) {
      result = n - early;
      break;
    }
    early += select(0u, 1u, tick < slice.counted);
    if ((n & inStretch) == 0u) {
      mark();
    } else if ((n & inStretch) == inStretch - 1u && stood()) {
      result = UNTOLD;
      break;
    }
  }
  keep(0u, result);
  if (result == UNFINISHED) {
    keep(1u, early);
    layDown();
    atomicAdd(&running, 1u);
  }
}
