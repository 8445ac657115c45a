// One workgroup: adds up the runs (prefix sum over the cells, second part; Hillis and Steele 1986).
#import bulk/matter

const LANES = 64u;

var<workgroup> needed: u32;
var<workgroup> sums: array<u32, LANES>;

@compute @workgroup_size(LANES)
fn turn(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) {
    needed = atomicLoad(&control.rebuild);
    control.rebuilds += needed;
  }
  if (workgroupUniformLoad(&needed) == 0u) {
    return;
  }
  let count = (setting.cellCount + RUN - 1u) / RUN;
  let share = (count + LANES - 1u) / LANES;
  let first = min(lane * share, count);
  let last = min(first + share, count);
  var sum = 0u;
  for (var r = first; r < last; r++) {
    sum += runs[r];
  }
  sums[lane] = sum;
  for (var by = 1u; by < LANES; by *= 2u) {
    workgroupBarrier();
    var before = 0u;
    if (lane >= by) {
      before = sums[lane - by];
    }
    workgroupBarrier();
    sums[lane] += before;
  }
  workgroupBarrier();
  var at = sums[lane] - sum;
  for (var r = first; r < last; r++) {
    let inside = runs[r];
    runs[r] = at;
    at += inside;
  }
  if (lane == LANES - 1u) {
    starts[setting.cellCount] = sums[lane];
  }
}
