// Prefix sum over the cells, third part: where each cell begins; the counts are zero again.
#import bulk/matter

@compute @workgroup_size(64)
fn spread(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * RUN;
  if (first >= setting.cellCount || atomicLoad(&control.rebuild) == 0u) {
    return;
  }
  var at = runs[id.x];
  for (var c = first; c < min(first + RUN, setting.cellCount); c++) {
    starts[c] = at;
    at += atomicExchange(&tally[c], 0u);
  }
}
