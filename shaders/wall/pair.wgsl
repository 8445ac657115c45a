// Twins to be sorted: pairs of a key and the twin's number, a power of two of them. All pairs differ, so that any order by (key, number) is stable.

@group(1) @binding(0) var<storage, read_write> pairs: array<vec2u>;

/// Of one dispatch; what the words mean, each kernel says.
struct Turn {
  first: u32,
  last: u32,
}
@group(1) @binding(1) var<uniform> turn: Turn;

/// Keys after those of all numbers: figures that are not defined, of twins that have not begun, of twins that are not shown, and of nobody.
const KEY_UNDEFINED = 0xfffffff0u;
const KEY_WAITING = 0xfffffff1u;
const KEY_HIDDEN = 0xfffffff2u;
const KEY_NOBODY = 0xffffffffu;

/// Orders as the numbers do (IEEE 754: sign and magnitude): below 0 all bits turned over, else the sign alone. −0 counts as 0.
fn key_of(bits: u32) -> u32 {
  if ((bits & 0x7fffffffu) == 0u) { return 0x80000000u; }
  return select(bits ^ 0x80000000u, ~bits, (bits >> 31u) == 1u);
}

fn bits_of(key: u32) -> u32 {
  return select(~key, key ^ 0x80000000u, (key >> 31u) == 1u);
}

fn before(a: vec2u, b: vec2u) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}
