// The twin in hand: one invocation runs one twin. Word w of the twin in column c is blocks[w * twins + c], so that neighbouring
// invocations touch neighbouring words.

const NEVER: u32 = 0xffffffffu;
/// Takes the mark of an open choice off its address.
const ADDRESS: u32 = 0x7fffffffu;

struct Slice {
  /// Twins in this batch: the columns of `blocks`.
  twins: u32,
  /// Replication of column 0. In a batch of designs: where in the tables the map of their words begins.
  first: u32,
  seed: u32,
  /// Events a twin may spend in this slice.
  events: u32,
}

@group(0) @binding(0) var<storage, read> tables: Tables;
@group(0) @binding(1) var<storage, read_write> blocks: array<u32>;
@group(0) @binding(2) var<uniform> slice: Slice;

/// The words of the block before HOT_WORDS, or none of them, lie here while a slice lasts.
var<private> hot: array<u32, max(HOT_WORDS, 1u)>;
var<private> column: u32;
var<private> now: u32;
var<private> status: u32;
/// In a batch of designs: which of them the twin is of, and its replication.
var<private> design: u32;
var<private> drawnAs: u32;

/// Takes up the twin in a column. In a batch of designs there follows on the map (a word for each word of the tables before the shapes) by column
/// the number of the design and the replication.
fn takeColumn(ofColumn: u32) {
  column = ofColumn;
  if (HAS_DESIGNS) {
    let pair = slice.first + AT_SHAPE + 2u * column;
    design = tables[pair];
    drawnAs = tables[pair + 1u];
  }
}

/// The twin's replication: half of the key of its draws.
fn replication() -> u32 {
  if (HAS_DESIGNS) {
    return drawnAs;
  }
  return slice.first + column;
}

/// Word i of the tables. In a batch of designs the map says of each word that they do not share where it stands for design 0; those of the others
/// follow, so that neighbouring invocations touch neighbouring words here too.
fn table(i: u32) -> u32 {
  if (HAS_DESIGNS) {
    var at = i;
    if (i < AT_SHAPE) {
      let own = tables[slice.first + i];
      at = select(own + design, i, own == NIL);
    }
    return tables[at];
  }
  return tables[i];
}

/// Word w of the twin's block, one of the hot ones.
fn word(w: u32) -> u32 {
  if (HOT_WORDS > 0u) {
    return hot[w];
  }
  return cold(w);
}

fn put(w: u32, value: u32) {
  if (HOT_WORDS > 0u) {
    hot[w] = value;
  } else {
    putCold(w, value);
  }
}

/// Any other word of the block.
fn cold(w: u32) -> u32 {
  return blocks[w * slice.twins + column];
}

fn putCold(w: u32, value: u32) {
  blocks[w * slice.twins + column] = value;
}

/// Takes the hot words up when a slice begins …
fn takeUp() {
  for (var w = 0u; w < HOT_WORDS; w++) {
    hot[w] = cold(w);
  }
}

/// … and lays them down at its end.
fn layDown() {
  for (var w = 0u; w < HOT_WORDS; w++) {
    putCold(w, hot[w]);
  }
}
