// The twin in hand: one invocation runs one twin. Word w of the twin in column c is blocks[w * twins + c], so that neighbouring
// invocations touch neighbouring words.

const NEVER: u32 = 0xffffffffu;
/// Takes the mark of an open choice off its address.
const ADDRESS: u32 = 0x7fffffffu;

struct Slice {
  /// Twins in this batch: the columns of `blocks`.
  twins: u32,
  /// Replication of column 0.
  first: u32,
  seed: u32,
  /// Events a twin may spend in this slice.
  events: u32,
}

@group(0) @binding(0) var<storage, read> tables: array<u32>;
@group(0) @binding(1) var<storage, read_write> blocks: array<u32>;
@group(0) @binding(2) var<uniform> slice: Slice;

var<private> column: u32;
var<private> now: u32;
var<private> status: u32;

/// Word i of the tables.
fn table(i: u32) -> u32 {
  return tables[i];
}

/// Word w of the twin's block.
fn word(w: u32) -> u32 {
  return blocks[w * slice.twins + column];
}

fn put(w: u32, value: u32) {
  blocks[w * slice.twins + column] = value;
}
