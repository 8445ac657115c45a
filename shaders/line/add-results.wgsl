// Adds the results of a batch of twins to the sums of their designs: twin t is of design t mod designs, so one invocation reads all twins of a design.
#import line/slice
#import shared/random

/// As in run-lines.
const UNTOLD: u32 = 0xffffffffu;

@group(0) @binding(1) var<storage, read> state: array<u32>;
/// Word w of design d at w × designs + d: the sum of its results (low, high), of their squares (low, high), and how many were untold.
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

fn add(word: u32, low: u32, high: u32) {
  let sum = sums[word] + low;
  sums[word] = sum;
  sums[word + slice.grid] += high + select(0u, 1u, sum < low);
}

@compute @workgroup_size(WORKGROUP)
fn addResults(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let design = itemOf(id, groups);
  if (design >= slice.grid) {
    return;
  }
  for (var twin = design; twin < slice.twins; twin += slice.grid) {
    let parts = state[twin];
    if (parts == UNTOLD) {
      sums[4u * slice.grid + design] += 1u;
      continue;
    }
    add(design, parts, 0u);
    add(2u * slice.grid + design, parts * parts, mulhi(parts, parts));
  }
}
