// Where something that moves is at one moment: the general record of motion, and the rules by which it is read.
//
// A leg tells of one mover from one tick to another where it goes and by which rule. The simulation moves parts in no time; to be seen, such
// a move is drawn at the beginning of the stay it leads to: it takes `travel`, yet at most `share` of the stay, so that a part never leaves
// before it has arrived, and in a queue nobody overtakes. Trips, stretches and belts take their true time. src/view/place.ts says the same
// in double precision.

struct Leg {
  /// Ticks: it holds from `begin` on and before `end`; NEVER: to the end of time.
  begin: u32,
  end: u32,
  /// Index of a `Place`: where it leads, and the rule.
  goal: u32,
  /// Which spot of that place, as the rule says: a spot; a server and, from LEVEL_BIT on, the level on it; the number of the entry; metres
  /// (f32) on the path at which a stretch ends; the leg that is ridden on.
  place: u32,
  /// Index into `points` of the path's head, or NOWHERE: straight.
  path: u32,
  /// Spot (index into `points`) where it begins, or NOWHERE: it appears at its goal; of a stretch the metres (f32) at which it begins; of a ride the metres (f32) above the carrier.
  start: u32,
  /// Number among its kind.
  thing: u32,
  /// Parts: the product; people: an index into the palette.
  look: u32,
}

struct Place {
  /// Index into `points`; of a belt that of its three constants.
  first_spot: u32,
  spots: u32,
  rule: u32,
  /// Queues and belts: parts that have left by now.
  gone: u32,
  /// Queues: places by which it has yet to move up after the last departure. Belts that stand as a whole: 1 while they run, else 0.
  lag: f32,
  /// Belts: ticks that it has stood by now, and the index into `ticks` of its first stay.
  stood: u32,
  first_tick: u32,
  /// Belts on which parts close up: 1 where they come, and leave, never less than a pitch apart.
  spaced: u32,
}

struct Moment {
  /// A u32 and a fraction of a tick: a float alone cannot hold the tick.
  tick: u32,
  fraction: f32,
  /// Ticks.
  travel: u32,
  share: f32,
  /// Seconds in a tick.
  seconds: f32,
  /// Chunks of legs to look at, or movers.
  count: u32,
  first_paint: u32,
  /// Ticks of a cycle of those who stand or work.
  cadence: u32,
  /// Legs of parts; those of people are behind them.
  part_legs: u32,
}

struct Pose {
  at: vec3f,
  /// Radians from east towards south: how a part lies.
  yaw: f32,
  /// The same, of one that faces where it goes.
  heading: f32,
  /// Share of its full size.
  size: f32,
  /// Gone since the leg began.
  metres: f32,
  moves: bool,
  seen: bool,
}

const NOWHERE = 0xffffffffu;
const NEVER = 0xffffffffu;
const LEVEL_BIT = 24u;

// Rules. A spot; a place in a queue; a server with levels; a sink; the end of a trip; a shelf that parts leave in any order; a belt on which
// parts close up; one that stands as a whole; a stretch of a path; riding on what another leg moves; walking up to a spot.
const SPOT = 0u;
const QUEUE = 1u;
const SERVER = 2u;
const SINK = 3u;
const TRIP = 4u;
const SHELF = 5u;
const CLOSING = 6u;
const RUNNING = 7u;
const STRETCH = 8u;
const RIDE = 9u;
const WALK = 10u;

/// As in src/view/motion-legs.ts. Edge of a part, metres: what lies on a spot stands half of it below, and levels are so far apart.
override PART: f32;
/// m/s².
override ACCELERATION: f32;
/// Least share of its time that a move which is only drawn speeds up in.
override GENTLE: f32;
/// m/s, of people.
override WALKING: f32;

@group(0) @binding(0) var<uniform> moment: Moment;
@group(0) @binding(1) var<storage, read> legs: array<Leg>;
@group(0) @binding(2) var<storage, read> places: array<Place>;
/// Spots: x, y, z and how what stands there is turned. Constants of belts. Paths: a head (points, metres), then x, y, z and metres from the beginning.
@group(0) @binding(3) var<storage, read> points: array<vec4f>;
/// Of belts, part by part: when it came and left; of those that stand as a whole, for how long the belt had stood when it came.
@group(0) @binding(4) var<storage, read> ticks: array<u32>;

/// Share of its time in which a mover speeds up (and again slows down) over `metres` in `seconds`: with a trapezoid of speeds the top speed is
/// v = s / (t (1 − a)), and v / (a t) is ACCELERATION where a (1 − a) = s / (ACCELERATION t²). Where there is too little time, half of it: a triangle.
fn speeding(metres: f32, seconds: f32) -> f32 {
  let needed = metres / max(ACCELERATION * seconds * seconds, 1e-30);
  return select(0.5, needed / (0.5 + sqrt(0.25 - needed)), needed < 0.25);
}

/// Share of the way behind it after a share `u` of the time, where it speeds up in a share `a` of it: the integral of the trapezoid.
fn eased(u: f32, a: f32) -> f32 {
  if (u < a) { return u * u / (2.0 * a * (1.0 - a)); }
  if (u > 1.0 - a) { return 1.0 - (1.0 - u) * (1.0 - u) / (2.0 * a * (1.0 - a)); }
  return (u - 0.5 * a) / (1.0 - a);
}

fn pose_of(told: Leg) -> Pose {
  var leg = told;
  var lift = 0.0;
  if (places[leg.goal].rule == RIDE) {
    lift = bitcast<f32>(leg.start);
    leg = legs[leg.place];
  }
  let place = places[leg.goal];
  let elapsed = f32(moment.tick - leg.begin) + moment.fraction;
  let stay = f32(leg.end - leg.begin);
  let is_stretch = place.rule == STRETCH;
  let stands = leg.start == NOWHERE && !is_stretch;
  let goal = goal_of(leg, place);
  var route = route_of(leg, goal.xyz);
  var first = 0.0;
  if (is_stretch) {
    first = bitcast<f32>(leg.start);
    route.metres = bitcast<f32>(leg.place) - first;
  }
  if (stands) { route.metres = 0.0; }
  let far = abs(route.metres);

  var duration = f32(moment.travel);
  var least = GENTLE;
  switch place.rule {
    case TRIP, STRETCH: {
      duration = stay;
      least = 0.0;
    }
    case CLOSING, RUNNING: { duration = min(duration, moment.share * points[place.first_spot + 2u].z); }
    case WALK: {
      duration = max(duration, far / (WALKING * moment.seconds));
      if (leg.end != NEVER) { duration = min(duration, stay); }
    }
    // Not so slow that those behind run into it.
    case SINK: { if (leg.end != NEVER) { duration = min(duration, stay); } }
    default: { if (leg.end != NEVER) { duration = min(duration, moment.share * stay); } }
  }
  let u = select(1.0, min(elapsed / duration, 1.0), duration > 0.0);
  let gone = eased(u, max(least, speeding(far, duration * moment.seconds)));

  var pose: Pose;
  // Behind the places drawn it is part of the number that the page shows.
  pose.seen = goal.beyond == 0u || u < 1.0 || (place.rule != QUEUE && place.rule != SHELF);
  pose.at = goal.xyz;
  pose.yaw = goal.yaw;
  pose.heading = goal.yaw;
  pose.size = goal.size;
  pose.metres = gone * far;
  if (place.rule == SINK) { pose.size *= 1.0 - smoothstep(0.8, 1.0, u); }
  if (stands) {
    if (place.rule != WALK && place.rule != TRIP) { pose.size *= eased(u, GENTLE); }
  } else {
    let run = run_at(leg, route, first + gone * route.metres, is_stretch);
    let heading = atan2(run.there.y - run.here.y, run.there.x - run.here.x);
    pose.moves = u < 1.0 && far > 1e-3;
    if (u < 1.0 || is_stretch) { pose.at = mix(run.here, run.there, run.share); }
    if (pose.moves || is_stretch) { pose.heading = heading; }
    pose.yaw = select(mix(points[min(leg.start, arrayLength(&points) - 1u)].w, goal.yaw, gone), heading, is_stretch);
  }
  pose.at.z += lift;
  return pose;
}

struct Goal {
  xyz: vec3f,
  yaw: f32,
  size: f32,
  /// 1 where there is no such spot: it stands behind the last.
  beyond: u32,
}

fn goal_of(leg: Leg, place: Place) -> Goal {
  if (place.rule == CLOSING || place.rule == RUNNING) {
    let line = points[place.first_spot];
    let along = points[place.first_spot + 1u];
    let x = select(run_on(leg, place), closed_up(leg.place, place), place.rule == CLOSING);
    return Goal(vec3f(line.xy + along.xy * x, line.z), line.w, points[place.first_spot + 2u].y, 0u);
  }
  var spot = f32(leg.place);
  var level = 0u;
  if (place.rule == SERVER) {
    spot = f32(leg.place & ((1u << LEVEL_BIT) - 1u));
    level = leg.place >> LEVEL_BIT;
  }
  if (place.rule == QUEUE) { spot = f32(leg.place - place.gone) + place.lag; }
  let last = place.spots - 1u;
  let low = min(u32(max(floor(spot), 0.0)), last);
  let high = min(low + 1u, last);
  let p = points[place.first_spot + low];
  let goal = mix(p, points[place.first_spot + high], clamp(spot - f32(low), 0.0, 1.0));
  return Goal(goal.xyz + vec3f(0.0, 0.0, f32(level) * PART), goal.w, 1.0, u32(spot > f32(place.spots) - 0.99));
}

/// Metres from the start of a belt on which parts close up: a part has run freely, or stands so many pitches behind one before it that has,
/// or behind one that has left, which let it pass on from there. The least of these chains is where it is. Where parts come a pitch apart or more, none
/// that runs freely is held up by another that does; where they leave so, the last to leave has let pass on the least: one chain of each kind is enough.
fn closed_up(k: u32, place: Place) -> f32 {
  let length = points[place.first_spot + 1u].z;
  let pace = points[place.first_spot + 1u].w;
  let pitch = points[place.first_spot + 2u].x;
  let first = place.gone;
  var x = length;
  for (var j = k + 1u; j > select(first, k, place.spaced == 1u); j--) {
    let ran = f32(moment.tick - ticks[place.first_tick + 2u * (j - 1u)]) + moment.fraction;
    x = min(x, pace * ran - f32(k + 1u - j) * pitch);
  }
  x = min(x, length - f32(k - first) * pitch);
  // Those that left before the first of these came let everybody pass.
  let opened = ticks[place.first_tick + 2u * first];
  for (var j = first; j > select(0u, max(first, 1u) - 1u, place.spaced == 1u); j--) {
    let left = ticks[place.first_tick + 2u * j - 1u];
    if (left <= opened) { break; }
    x = min(x, length - f32(k + 1u - j) * pitch + pace * (f32(moment.tick - left) + moment.fraction));
  }
  return max(0.0, x);
}

/// Metres from the start of a belt that stands as a whole: as far as it has run since the part came.
fn run_on(leg: Leg, place: Place) -> f32 {
  let stood = place.stood - ticks[place.first_tick + leg.place];
  let ran = f32(moment.tick - leg.begin - stood) + moment.fraction * place.lag;
  let along = points[place.first_spot + 1u];
  return min(along.z, ran * along.w);
}

/// The corners of a way: from the spot it left to the edge of the element and along that to the path; over the path; and in by the same rule.
struct Route {
  start: vec3f,
  out: vec3f,
  entry: vec3f,
  exit: vec3f,
  inner: vec3f,
  goal: vec3f,
  /// Metres of its five runs before the last, the third of which is the path; and in all.
  runs: vec4f,
  metres: f32,
}

fn route_of(leg: Leg, goal: vec3f) -> Route {
  var route: Route;
  route.start = points[min(leg.start, arrayLength(&points) - 1u)].xyz;
  route.goal = goal;
  route.entry = route.start;
  route.exit = route.start;
  var path = 0.0;
  let straight = leg.path == NOWHERE;
  if (!straight) {
    let head = points[leg.path];
    path = head.y;
    route.entry = points[leg.path + 1u].xyz;
    route.exit = points[leg.path + u32(head.x)].xyz;
  }
  route.out = vec3f(route.entry.x, route.start.yz);
  route.inner = select(vec3f(route.exit.x, goal.yz), route.start, straight);
  route.runs = vec4f(distance(route.start, route.out), distance(route.out, route.entry), path, distance(route.exit, route.inner));
  route.metres = dot(route.runs, vec4f(1.0)) + distance(route.inner, goal);
  return route;
}

/// A straight piece, and the share of it that is behind.
struct Run {
  here: vec3f,
  there: vec3f,
  share: f32,
}

/// The piece that somebody is on after so many metres; of a stretch, metres of the path itself. One piece is reckoned, whichever it is: an emulated GPU takes every branch.
fn run_at(leg: Leg, route: Route, metres: f32, is_stretch: bool) -> Run {
  let ends = vec4f(route.runs.x, route.runs.x + route.runs.y, route.runs.x + route.runs.y + route.runs.z, dot(route.runs, vec4f(1.0)));
  var rest = metres;
  var long = route.metres - ends.w;
  var run = Run(route.inner, route.goal, 0.0);
  if (metres < ends.x) {
    run.here = route.start;
    run.there = route.out;
    long = route.runs.x;
  } else if (metres < ends.y) {
    run.here = route.out;
    run.there = route.entry;
    rest = metres - ends.x;
    long = route.runs.y;
  } else if (metres >= ends.z && metres < ends.w) {
    run.here = route.exit;
    run.there = route.inner;
    rest = metres - ends.z;
    long = route.runs.w;
  } else {
    rest = metres - ends.w;
  }
  if (is_stretch || (metres >= ends.y && metres < ends.z)) {
    rest = select(metres - ends.y, metres, is_stretch);
    var low = leg.path + 1u;
    var high = leg.path + u32(points[leg.path].x);
    while (high - low > 1u) {
      let middle = (low + high) / 2u;
      if (points[middle].w <= rest) { low = middle; } else { high = middle; }
    }
    run.here = points[low].xyz;
    run.there = points[high].xyz;
    rest -= points[low].w;
    long = points[high].w - points[low].w;
  }
  run.share = select(1.0, clamp(rest / long, 0.0, 1.0), long > 0.0);
  return run;
}
