// The memory of the twin in hand, and the arithmetic on its words: the same as src/shop/memory.ts, to the same bits. What stands on it is written
// from src/shop/ by .tools/shop-wgsl.ts. Every number is an i32; a tick is the same 32 bits read as unsigned.
// Lines `//?…` and `//.` are for src/engine/prune.ts: what is between them stays where the plant has the features, between `//!…` and `//.` where
// it has not. HAS_TREE: there are levels over its slots.
#import shared/sampling

const NONE: i32 = -1;
const NEVER: i32 = -1;
const HIGHEST: i32 = 0x7fffffff;
const LOWEST: i32 = -0x80000000;

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
@group(0) @binding(1) var<storage, read_write> blocks: array<i32>;
@group(0) @binding(2) var<uniform> slice: Slice;

/// The twin in hand: word w of it is blocks[w * twins + column], so that neighbouring invocations touch neighbouring words.
var<private> column: u32;
var<private> now: i32;
var<private> status: i32;
/// In a batch of designs (shared/twin says how they lie): which of them the twin is of, and its replication.
var<private> design: i32;
var<private> drawnAs: u32;

/// Takes up the column of a twin, before there is anything in it.
fn takeColumn(ofColumn: u32) {
  column = ofColumn;
  //?HAS_DESIGNS
  let pair = i32(slice.first) + AT_SHAPE + 2 * i32(column);
  design = tables[pair];
  drawnAs = u32(tables[pair + 1]);
  //.
}

/// Takes up the twin in a column.
fn attach(ofColumn: u32) {
  takeColumn(ofColumn);
  now = word(HEAD_NOW);
  status = word(HEAD_STATUS);
}

/// Word i of the twin's block.
fn word(i: i32) -> i32 {
  return blocks[u32(i) * slice.twins + column];
}

/// Sets word i of the twin's block.
fn put(i: i32, value: i32) {
  blocks[u32(i) * slice.twins + column] = value;
}

/// Word i of the tables: `table` of memory.ts, which is written with an underscore …
fn table_(i: i32) -> i32 {
  //?HAS_DESIGNS
  var at = i;
  if (i < AT_SHAPE) {
    let own = tables[i32(slice.first) + i];
    at = select(own + design, i, own == NONE);
  }
  return tables[at];
  //.
  //!HAS_DESIGNS
  return tables[i];
  //.
}

/// … because sampling has the name, in its own type.
fn table(i: u32) -> u32 {
  return u32(table_(i32(i)));
}

/// Moves the clock on.
fn setNow(tick: i32) {
  now = tick;
  put(HEAD_NOW, tick);
}

/// Sets the twin's status.
fn setStatus(value: i32) {
  status = value;
  put(HEAD_STATUS, value);
}

// ── Ticks: unsigned, NEVER is the greatest ───────────────────────────────────────────────────────────────────────────

/// a < b.
fn earlier(a: i32, b: i32) -> bool {
  return u32(a) < u32(b);
}

/// Whether a random word falls below a threshold.
fn below(u: i32, threshold: i32) -> bool {
  return u32(u) < u32(threshold);
}

/// a + b; NEVER where the sum does not fit or either is NEVER.
fn plus(a: i32, b: i32) -> i32 {
  return i32(u32(a) + min(u32(b), ~u32(a)));
}

/// a − b, a not earlier than b.
fn minus(a: i32, b: i32) -> i32 {
  return a - b;
}

/// The earlier of two.
fn least(a: i32, b: i32) -> i32 {
  return i32(min(u32(a), u32(b)));
}

/// The later of two.
fn latest(a: i32, b: i32) -> i32 {
  return i32(max(u32(a), u32(b)));
}

/// ticks × num ÷ den, rounded down; num and den are 1 … 2^21. At most the last tick before NEVER.
fn scaled(ticks: i32, num: i32, den: i32) -> i32 {
  let divisor = u32(den);
  let high = mulhi(u32(ticks), u32(num));
  let low = u32(ticks) * u32(num);
  // Long division of the 64-bit product by digits of 11, 11 and 10 bits: a remainder has at most 21 bits, so it and a digit fit a word.
  let a = (high << 11u) | (low >> 21u);
  let b = ((a % divisor) << 11u) | ((low >> 10u) & 0x7ffu);
  let c = ((b % divisor) << 10u) | (low & 0x3ffu);
  let quotient = ((a / divisor) << 21u) + ((b / divisor) << 10u) + c / divisor;
  return i32(select(min(quotient, 0xfffffffeu), 0xfffffffeu, high >= divisor));
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Adds ticks to the 64-bit sum at words `at` (low) and `at + 1` (high).
fn add64(at: i32, ticks: i32) {
  let sum = word(at) + ticks;
  put(at, sum);
  if (u32(sum) < u32(ticks)) {
    put(at + 1, word(at + 1) + 1);
  }
}

/// One more at a word.
fn count(at: i32) {
  put(at, word(at) + 1);
}

// ── Signed fixed-point arithmetic that saturates ─────────────────────────────────────────────────────────────────────

/// a + b, held within an i32.
fn satAdd(a: i32, b: i32) -> i32 {
  let sum = a + b;
  // Out of range where both have the sign that the sum has not.
  return select(sum, select(HIGHEST, LOWEST, a < 0), ((a ^ sum) & (b ^ sum)) < 0);
}

/// a − b, held within an i32.
fn satSub(a: i32, b: i32) -> i32 {
  let difference = a - b;
  return select(difference, select(HIGHEST, LOWEST, a < 0), ((a ^ b) & (a ^ difference)) < 0);
}

/// a × b ÷ 2^s rounded down, s 0 … 31, held within an i32.
fn mulShift(a: i32, b: i32, s: i32) -> i32 {
  let high = i32(mulhi(u32(a), u32(b))) - select(0, b, a < 0) - select(0, a, b < 0);
  let low = a * b;
  let by = u32(s);
  let shifted = select(i32((u32(low) >> by) | (u32(high) << ((32u - by) & 31u))), low, s == 0);
  return select(select(HIGHEST, LOWEST, high < 0), shifted, (high >> by) == (shifted >> 31u));
}

/// a × 2^s ÷ b rounded toward zero, s 0 … 31, held within an i32; where b is 0 the end of the range on a's side, and 0 for 0 ÷ 0.
fn divScaled(a: i32, b: i32, s: i32) -> i32 {
  // As unsigned: the size of the lowest i32 is no i32.
  let dividend = select(u32(a), 0u - u32(a), a < 0);
  let divisor = max(select(u32(b), 0u - u32(b), b < 0), 1u);
  var quotient = dividend / divisor;
  var rest = dividend % divisor;
  for (var i = 0; i < s; i++) {
    rest = rest << 1u;
    // Beyond 2^31 the quotient is out of range for good.
    quotient = select(quotient << 1u, 0x80000001u, quotient > 0x7fffffffu);
    if (rest >= divisor) {
      rest -= divisor;
      quotient = quotient | 1u;
    }
  }
  let negative = (a < 0) != (b < 0);
  let size = select(HIGHEST, i32(quotient), quotient <= 0x7fffffffu);
  let quotientWithSign = select(size, select(LOWEST, -i32(quotient), quotient <= 0x7fffffffu), negative);
  return select(quotientWithSign, select(select(HIGHEST, LOWEST, a < 0), 0, a == 0), b == 0);
}

// ── Draws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The n-th draw of the stream with hash (lo, hi), as `draw` of shared/random. The rounds are a loop here: an emulated GPU copies this into every
/// place that draws, of which there are dozens, and ten rounds written out were a quarter of the kernel.
fn drawNumber(lo: u32, hi: u32, n: u32) -> u32 {
  var x = vec4<u32>(n >> 2u, lo, hi, 0u);
  //?HAS_DESIGNS
  var key = vec2<u32>(slice.seed, drawnAs);
  //.
  //!HAS_DESIGNS
  var key = vec2<u32>(slice.seed, slice.first + column);
  //.
  for (var round = 0; round < 10; round++) {
    x = philoxRound(x, key);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  let pair = select(x.xy, x.zw, (n & 2u) != 0u);
  return select(pair.x, pair.y, (n & 1u) != 0u);
}

/// The next random word of a stream (its address in the tables).
fn drawWord(stream: i32) -> i32 {
  // A division is slow where lanes are emulated.
  let drawn = L_DRAWN + ((stream - AT_STREAM) >> u32(firstTrailingBit(STREAM_WORDS)));
  let n = word(drawn);
  put(drawn, n + 1);
  return i32(drawNumber(table(u32(stream + STREAM_LO)), table(u32(stream + STREAM_HI)), u32(n)));
}

/// Draws ticks (or a number) from a distribution of the tables. A constant takes no draw.
fn sample(dist: i32, stream: i32) -> i32 {
  var ticks = u32(table_(dist + DIST_SCALE));
  let kind = table_(dist + DIST_KIND);
  //?HAS_OCTAVES|HAS_SEGMENTS
  if (kind != SAMPLING_CONSTANT) {
    let base = u32(table_(dist + DIST_BASE));
    let shift = u32(table_(dist + DIST_SHIFT));
    let u = u32(drawWord(stream));
    //?HAS_OCTAVES
    if (kind == SAMPLING_OCTAVES) {
      ticks = sampleOctave(base, ticks, shift, u);
    }
    //.
    //?HAS_SEGMENTS
    if (kind == SAMPLING_SEGMENTS) {
      ticks = sampleSegments(base, ticks, shift, u);
    }
    //.
  }
  //.
  return i32(ticks);
}

// ── The next event ───────────────────────────────────────────────────────────────────────────────────────────────────

/// Sets when a slot fires next.
fn schedule(slot: i32, tick: i32) {
  put(L_SLOT + slot, tick);
  //?HAS_TREE
  replay(slot);
  //.
}

/// Over more slots than a scan serves lie levels of least ticks, each of eights of the one below: brings those above a slot up to date.
fn replay(slot: i32) {
  var at = L_SLOT;
  var up = L_TREE;
  var n = L_LEAVES;
  var i = slot;
  while (n > 8) {
    let group = at + (i & ~7);
    var soonest = word(group);
    for (var k = 1; k < 8; k++) {
      soonest = least(word(group + k), soonest);
    }
    i = i >> 3u;
    n = n >> 3u;
    if (word(up + i) == soonest) {
      break;
    }
    put(up + i, soonest);
    at = up;
    up += n;
  }
}

/// The slot of the least tick; the first of equals.
fn nextSlot() -> i32 {
  //?HAS_TREE
  var at = L_TREE;
  var n = L_LEAVES >> 3u;
  while (n > 8) {
    at += n;
    n = n >> 3u;
  }
  var best = firstOfLeast(at, n);
  while (at != L_TREE) {
    n = n << 3u;
    at -= n;
    best = 8 * best + firstOfLeast(at + 8 * best, 8);
  }
  best = 8 * best + firstOfLeast(L_SLOT + 8 * best, 8);
  //.
  //!HAS_TREE
  let best = firstOfLeast(L_SLOT, N_SLOTS);
  //.
  return best;
}

/// Of n words from `at` on, which is the least tick; the first of equals.
fn firstOfLeast(at: i32, n: i32) -> i32 {
  var best = 0;
  var soonest = word(at);
  for (var k = 1; k < n; k++) {
    let tick = word(at + k);
    best = select(best, k, earlier(tick, soonest));
    soonest = least(tick, soonest);
  }
  return best;
}
