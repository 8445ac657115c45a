// What the wall tells the page, in words of `told` (src/view/wall/words.ts reads them).
#import wall/wall

/// Twins in which the colour's figure is defined, the ends of its scale, its least, middle and greatest value.
const TOLD_DEFINED = 0u;
const TOLD_LOW = 1u;
const TOLD_HIGH = 2u;
const TOLD_LEAST = 3u;
const TOLD_MEDIAN = 4u;
const TOLD_MOST = 5u;
/// Of the twins that pass the filter: how many; with a defined figure; their sum, least and greatest.
const TOLD_SHOWN = 8u;
const TOLD_COUNTED = 9u;
const TOLD_SUM = 10u;
const TOLD_SHOWN_LEAST = 11u;
const TOLD_SHOWN_MOST = 12u;
/// Twins by status, and a bit for every metric that is defined in any.
const TOLD_STATUSES = 13u;
const TOLD_METRICS = 17u;
/// A twin that is pointed at: its rank, its number, whether it passes, then the first words of its glance.
const TOLD_HOVERED = 32u;
const TOLD_CURSOR = 48u;

/// Where a value lies on the scale from `low` to `high`, 0 … 1; in the middle of a scale without length.
fn share_of(value: f32, low: f32, high: f32) -> f32 {
  if (high <= low) { return 0.5; }
  return clamp((value - low) / (high - low), 0.0, 1.0);
}

fn passes(twin: u32, low: f32, high: f32) -> bool {
  if (((wall.statuses >> min(glance(0u, twin), BROKEN)) & 1u) == 0u) { return false; }
  if (wall.low <= 0.0 && wall.high >= 1.0) { return true; }
  let bits = figure(wall.colour_by, twin);
  if (undefined(bits)) { return false; }
  let value = bitcast<f32>(bits);
  return (wall.low <= 0.0 || value >= mix(low, high, wall.low)) && (wall.high >= 1.0 || value <= mix(low, high, wall.high));
}
