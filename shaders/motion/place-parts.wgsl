// Where every part is at one moment: one invocation a visit that may be under way, one solid a part that is.
//
// The simulation moves parts in no time. To be seen, a move is drawn at the beginning of the stay it leads to: it takes `travel`,
// yet at most `share` of the stay, so that a part never leaves before it has arrived, and in a queue nobody overtakes.
#import render/solid-instance

struct Visit {
  enter: u32,
  leave: u32,
  node: u32,
  /// Server and, from LEVEL_BIT on, the level on it; number of the entry; or the spot on a shelf.
  place: u32,
  /// Index of its way here, or NOWHERE.
  way: u32,
  /// The spot it came from, or NOWHERE.
  start: u32,
  paint: u32,
}

struct Node {
  first_spot: u32,
  spots: u32,
  /// 0 source, 1 buffer, 2 station, 3 sink, 4 the end of a transfer's way, 5 a shelf: parts leave in any order.
  kind: u32,
  /// Parts that have left the buffer by now.
  departures: u32,
  /// Places by which the queue has yet to move up after the last departure.
  lag: f32,
}

struct Way {
  first_point: u32,
  points: u32,
  metres: f32,
}

struct Moment {
  /// A u32 and a fraction of a tick: a float alone cannot hold the tick.
  tick: u32,
  fraction: f32,
  /// Ticks.
  travel: u32,
  share: f32,
  /// Half the edge of a part, in metres.
  half: f32,
  chunks: u32,
}

const NOWHERE = 0xffffffffu;
const NEVER = 0xffffffffu;
const CHUNK = 64u;
const LEVEL_BIT = 24u;

@group(0) @binding(0) var<uniform> moment: Moment;
@group(0) @binding(1) var<storage, read> visits: array<Visit>;
/// The chunks of visits in which somebody may be under way, one a workgroup.
@group(0) @binding(2) var<storage, read> chunks: array<u32>;
@group(0) @binding(3) var<storage, read> nodes: array<Node>;
@group(0) @binding(4) var<storage, read> spots: array<vec4f>;
@group(0) @binding(5) var<storage, read> ways: array<Way>;
/// x, y, z and the metres from the beginning of the way.
@group(0) @binding(6) var<storage, read> points: array<vec4f>;
@group(1) @binding(0) var<storage, read_write> parts: array<Solid>;
/// Arguments of an indexed draw; word 1 counts the parts.
@group(1) @binding(1) var<storage, read_write> draw: array<atomic<u32>, 5>;

@compute @workgroup_size(CHUNK)
fn place_parts(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let chunk = group.x + group.y * groups.x;
  if (chunk >= moment.chunks) { return; }
  let index = chunks[chunk] * CHUNK + lane;
  if (index >= arrayLength(&visits)) { return; }
  let visit = visits[index];
  let node = nodes[visit.node];
  let is_sink = node.kind == 3u;
  if (moment.tick < visit.enter) { return; }
  let since = moment.tick - visit.enter;
  // A part that reaches its sink is gone at once; it is seen until it has been carried there.
  if (select(moment.tick >= visit.leave, since >= moment.travel, is_sink)) { return; }

  // The trip itself, at an even pace.
  let is_trip = node.kind == 4u;
  var duration = f32(moment.travel);
  if (is_trip) { duration = f32(visit.leave - visit.enter); }
  else if (!is_sink && visit.leave != NEVER) { duration = min(duration, moment.share * f32(visit.leave - visit.enter)); }
  let elapsed = f32(since) + moment.fraction;
  let share = select(1.0, min(elapsed / duration, 1.0), duration > 0.0);
  let eased = select(share * share * (3.0 - 2.0 * share), share, is_trip);

  var spot = f32(visit.place);
  var level = 0u;
  if (node.kind == 2u) {
    spot = f32(visit.place & ((1u << LEVEL_BIT) - 1u));
    level = visit.place >> LEVEL_BIT;
  }
  if (node.kind == 1u) {
    spot = f32(visit.place - node.departures) + node.lag;
  }
  // Behind the places drawn it is part of the number that the page shows.
  if ((node.kind == 1u || node.kind == 5u) && spot > f32(node.spots) - 0.99 && share >= 1.0) { return; }
  let last = f32(node.spots - 1u);
  let low = u32(clamp(floor(spot), 0.0, last));
  let high = min(low + 1u, node.spots - 1u);
  var goal = mix(spots[node.first_spot + low].xyz, spots[node.first_spot + high].xyz, clamp(spot - f32(low), 0.0, 1.0));
  goal.z += f32(level) * 1.6 * moment.half;

  var size = 1.0;
  var at = Bearing(goal, 0.0);
  if (visit.start == NOWHERE) {
    size = eased;
  } else {
    at = along(visit, goal, eased);
  }
  if (is_sink) { size = 1.0 - smoothstep(0.8, 1.0, share); }

  let half = vec3f(moment.half * size);
  let slot = atomicAdd(&draw[1], 1u);
  if (slot >= arrayLength(&parts)) { return; }
  parts[slot] = Solid(at.position - vec3f(0.0, 0.0, moment.half - half.z), at.yaw, half, 0.22 * half.x, visit.paint, NOBODY);
}

struct Bearing {
  position: vec3f,
  yaw: f32,
}

/// The point a share of the way along: from the spot it left to the way's beginning, over the way, and from its end to the goal.
/// Inside elements it goes along the axes: to the edge first, then along the edge; and in by the same rule.
fn along(visit: Visit, goal: vec3f, share: f32) -> Bearing {
  let start = spots[visit.start].xyz;
  if (visit.way == NOWHERE) { return between(start, goal, share); }
  let way = ways[visit.way];
  let entry = points[way.first_point].xyz;
  let exit = points[way.first_point + way.points - 1u].xyz;
  let out_corner = vec3f(entry.x, start.yz);
  let in_corner = vec3f(exit.x, goal.yz);
  let legs = array<f32, 5>(distance(start, out_corner), distance(out_corner, entry), way.metres, distance(exit, in_corner), distance(in_corner, goal));
  var metres = share * (legs[0] + legs[1] + legs[2] + legs[3] + legs[4]);
  if (metres < legs[0]) { return between(start, out_corner, metres / legs[0]); }
  metres -= legs[0];
  if (metres < legs[1]) { return between(out_corner, entry, metres / legs[1]); }
  metres -= legs[1];
  if (metres < legs[2]) { return on_way(way, metres); }
  metres -= legs[2];
  if (metres < legs[3]) { return between(exit, in_corner, metres / legs[3]); }
  metres -= legs[3];
  return between(in_corner, goal, select(1.0, min(metres / legs[4], 1.0), legs[4] > 0.0));
}

fn on_way(way: Way, metres: f32) -> Bearing {
  var low = 0u;
  var high = way.points - 1u;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (points[way.first_point + middle].w <= metres) { low = middle; } else { high = middle; }
  }
  let p = points[way.first_point + low];
  let q = points[way.first_point + high];
  return between(p.xyz, q.xyz, (metres - p.w) / (q.w - p.w));
}

fn between(here: vec3f, there: vec3f, share: f32) -> Bearing {
  let leg = there.xy - here.xy;
  // A cube looks the same after a quarter turn: it turns only in the arcs.
  return Bearing(mix(here, there, share), select(0.0, atan2(leg.y, leg.x), dot(leg, leg) > 1e-6 && share < 1.0));
}
