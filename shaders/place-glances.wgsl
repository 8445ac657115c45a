// Glances of twins that ran elsewhere, put in their places: one invocation a twin. A row is a replication and then its words.

override WORDS: u32;

@group(0) @binding(0) var<storage, read> rows: array<u32>;
/// Word w of replication r is glances[w * replications + r].
@group(0) @binding(1) var<storage, read_write> glances: array<u32>;

@compute @workgroup_size(64)
fn placeGlances(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.x * (WORDS + 1u);
  if (row >= arrayLength(&rows)) {
    return;
  }
  let replications = arrayLength(&glances) / WORDS;
  for (var w = 0u; w < WORDS; w++) {
    glances[w * replications + rows[row]] = rows[row + 1u + w];
  }
}
