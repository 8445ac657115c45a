#import shared/random
// From a random word to ticks through a table of the plant. The same as sampleOctave and sampleSegments of src/distributions.ts, word for
// word; the layout of a table is written there. The kernel that imports this defines `fn table(i: u32) -> u32`: word i of the tables.

const KNOTS_A_SIDE = 865u;

// x × scale / 2^32 / 2^shift, rounded to nearest where shift > 0.
fn toTicks(x: u32, scale: u32, shift: u32) -> u32 {
  let y = mulhi(x, scale);
  return select(y, ((y >> ((shift - 1u) & 31u)) + 1u) >> 1u, shift > 0u);
}

// Draws from an octave table that begins at `base`.
fn sampleOctave(base: u32, scale: u32, shift: u32, u: u32) -> u32 {
  let upper = 0u - (u >> 31u); // 0 in the lower half, all ones in the upper
  let v = max(u ^ upper, 16u);
  let zeros = countLeadingZeros(v);
  let aligned = v << zeros;
  let knot = base + ((27u - zeros) << 5u) + ((aligned << 1u) >> 27u) + (upper & KNOTS_A_SIDE);
  let a = table(knot);
  // Knots fall with distance in the upper half; (x ^ ones) + 1 is −x. So the product sees no negative number.
  let rise = ((table(knot + 1u) - a) ^ upper) - upper;
  return toTicks(a + ((mulhi(rise, aligned << 6u) ^ upper) - upper), scale, shift);
}

// Draws from a table of pieces that begins at `base`: the last piece that begins at or below u.
fn sampleSegments(base: u32, scale: u32, shift: u32, u: u32) -> u32 {
  var low = 0u;
  var high = table(base);
  while (high - low > 1u) {
    let middle = (low + high) >> 1u;
    if (table(base + 1u + middle * 4u) <= u) {
      low = middle;
    } else {
      high = middle;
    }
  }
  let piece = base + 1u + low * 4u;
  let x = table(piece + 1u) + mulhi((u - table(piece)) << (table(piece + 3u) & 31u), table(piece + 2u));
  return toTicks(x, scale, shift);
}
