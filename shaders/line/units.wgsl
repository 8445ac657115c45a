// What a distribution's table makes of a random word before the mean comes in: sampleOctave and sampleSegments of shared/sampling without their last
// step. The kernel that imports this defines `fn table(i: u32) -> u32`: word i of the tables.
#import shared/random

const KNOTS_A_SIDE = 865u;

fn octaveUnit(base: u32, u: u32) -> u32 {
  let upper = 0u - (u >> 31u);
  let v = max(u ^ upper, 16u);
  let zeros = countLeadingZeros(v);
  let aligned = v << zeros;
  let knot = base + ((27u - zeros) << 5u) + ((aligned << 1u) >> 27u) + (upper & KNOTS_A_SIDE);
  let a = table(knot);
  let rise = ((table(knot + 1u) - a) ^ upper) - upper;
  return a + ((mulhi(rise, aligned << 6u) ^ upper) - upper);
}

fn segmentUnit(base: u32, u: u32) -> u32 {
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
  return table(piece + 1u) + mulhi((u - table(piece)) << (table(piece + 3u) & 31u), table(piece + 2u));
}
