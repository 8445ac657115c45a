// Prefix sum over the cells, first part: the particles in each run of cells.
#import bulk/matter

@compute @workgroup_size(64)
fn addRuns(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * RUN;
  if (first >= setting.cellCount || atomicLoad(&control.rebuild) == 0u) {
    return;
  }
  var sum = 0u;
  for (var c = first; c < min(first + RUN, setting.cellCount); c++) {
    sum += atomicLoad(&tally[c]);
  }
  runs[id.x] = sum;
}
