// Counts twins by status, and adds up the figure that colours over those that pass the filter. One workgroup: each lane takes every 256th twin, then
// they add up pairwise.
#import wall/told
#import wall/tile

@group(0) @binding(3) var<storage, read_write> tiles: array<Tile>;
@group(0) @binding(5) var<storage, read_write> told: array<u32>;

const LANES = 256u;

struct Sums {
  statuses: vec4u,
  shown: u32,
  counted: u32,
  metrics: u32,
  sum: f32,
  least: f32,
  most: f32,
}

var<workgroup> sums: array<Sums, LANES>;

@compute @workgroup_size(LANES)
fn sum_shown(@builtin(local_invocation_index) lane: u32) {
  var mine: Sums;
  mine.least = 3.4e38;
  mine.most = -3.4e38;
  for (var twin = lane; twin < wall.twins; twin += LANES) {
    let status = min(glance(0u, twin), BROKEN);
    mine.statuses[status] += 1u;
    if (status != WAITING) {
      for (var metric = 0u; metric < METRIC_COUNT; metric++) {
        if (!undefined(glance(METRICS + metric, twin))) { mine.metrics |= 1u << metric; }
      }
    }
    if (tiles[twin].passes == 1u) {
      mine.shown += 1u;
      let bits = figure(wall.colour_by, twin);
      if (!undefined(bits)) {
        let value = bitcast<f32>(bits);
        mine.counted += 1u;
        mine.sum += value;
        mine.least = min(mine.least, value);
        mine.most = max(mine.most, value);
      }
    }
  }
  sums[lane] = mine;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      let other = sums[lane + half];
      sums[lane].statuses += other.statuses;
      sums[lane].shown += other.shown;
      sums[lane].counted += other.counted;
      sums[lane].metrics |= other.metrics;
      sums[lane].sum += other.sum;
      sums[lane].least = min(sums[lane].least, other.least);
      sums[lane].most = max(sums[lane].most, other.most);
    }
    workgroupBarrier();
  }
  if (lane > 0u) { return; }
  let all = sums[0];
  told[TOLD_SHOWN] = all.shown;
  told[TOLD_COUNTED] = all.counted;
  told[TOLD_SUM] = bitcast<u32>(all.sum);
  told[TOLD_SHOWN_LEAST] = bitcast<u32>(all.least);
  told[TOLD_SHOWN_MOST] = bitcast<u32>(all.most);
  for (var status = 0u; status < 4u; status++) { told[TOLD_STATUSES + status] = all.statuses[status]; }
  told[TOLD_METRICS] = all.metrics;
}
