// The glance of every twin of a batch, as far as it is: the same as src/engine/glance-of.ts. A twin that has ended is looked at once.
#import shared/twin

/// Word w of replication r is glances[w * replications + r]; all zero before its first slice.
@group(0) @binding(3) var<storage, read_write> glances: array<u32>;

const UNDEFINED: u32 = 0x7fc00000u; // NaN
const OTHER: u32 = STATE_FAILED + 1u;

/// Nodes that can move (see `stuck`), a bit each.
var<private> moves: array<u32, (N_NODES + 31u) / 32u>;

// ── 64-bit sums: lo, hi ──────────────────────────────────────────────────────────────────────────────────────────────

fn more(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn less(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

/// Of a sum that may be below 0.
fn asFloat(a: vec2<u32>) -> f32 {
  let negative = (a.y >> 31u) == 1u;
  let size = select(a, less(vec2<u32>(0u), a), negative);
  return select(1.0, -1.0, negative) * (f32(size.y) * 4294967296.0 + f32(size.x));
}

fn sumAt(w: u32) -> vec2<u32> {
  return vec2<u32>(word(w), word(w + 1u));
}

/// A counter less what it was at the warm-up.
fn since(w: u32) -> u32 {
  return word(w) - word(w - L_COUNTERS + L_BEFORE);
}

// ── Whether elements wait for each other in a ring: src/engine/inspect.ts says how ───────────────────────────────────

fn hasLine(kind: u32) -> bool {
  return kind == KIND_BUFFER || kind == KIND_CONVEYOR || kind == KIND_TRANSFER;
}

fn canMove(leg: u32) -> bool {
  let index = (table(leg + LEG_NODE) - AT_NODE) / NODE_WORDS;
  return ((moves[index >> 5u] >> (index & 31u)) & 1u) == 1u;
}

/// Whether a part may enter any element that can move.
fn finds(part: u32) -> bool {
  let way = word(part + PART_LEG);
  if (way < CHOICE_BIT) {
    return canMove(way);
  }
  let first = table(way - CHOICE_BIT + CHOICE_FIRST_EDGE);
  let edges = table(way - CHOICE_BIT + CHOICE_EDGES);
  for (var i = 0u; i < edges; i++) {
    if (canMove(table(first + i * EDGE_WORDS + EDGE_TARGET))) {
      return true;
    }
  }
  return false;
}

/// Whether a full element can come to move: something is under way in it, or one of its parts can go.
fn opens(node: u32) -> bool {
  let kind = table(node + NODE_KIND);
  if (kind == KIND_CONVEYOR && word(L_SLOT + table(table(node + NODE_MORE) + CONVEYOR_EXIT_SLOT)) != NIL) {
    return true;
  }
  if (hasLine(kind)) {
    var part = word(table(node + NODE_LINE) + QUEUE_HEAD);
    if (part == NIL) {
      return true;
    }
    let inOrder = !HAS_SHOP || kind == KIND_CONVEYOR || table(node + NODE_OPEN) == 0u;
    for (var n = 0u; n < select(N_PARTS, 1u, inOrder) && part != NIL; n++) {
      if (finds(part)) {
        return true;
      }
      part = word(part + PART_NEXT);
    }
    return false;
  }
  let first = ownOfPlace(table(node + NODE_FIRST_PLACE));
  for (var i = 0u; i < table(node + NODE_PLACES); i++) {
    let own = first + i * L_SERVER_WORDS;
    if (word(own + SERVER_STATE) != STATE_BLOCKED || finds(word(own + SERVER_PART))) {
      return true;
    }
  }
  return false;
}

fn stuck() -> bool {
  var still = 0u;
  for (var i = 0u; i < N_NODES; i++) {
    let kind = table(AT_NODE + i * NODE_WORDS + NODE_KIND);
    let free = kind == KIND_SINK || kind == KIND_SOURCE || kind == KIND_TRANSFER || bitcast<i32>(word(L_ROOM + i)) > 0;
    if ((i & 31u) == 0u) {
      moves[i >> 5u] = 0u;
    }
    moves[i >> 5u] |= select(0u, 1u, free) << (i & 31u);
    still += select(1u, 0u, free);
  }
  for (var any = still > 0u; any;) {
    any = false;
    for (var i = N_NODES; i > 0u; i--) {
      let index = i - 1u;
      let bit = 1u << (index & 31u);
      if ((moves[index >> 5u] & bit) == 0u && opens(AT_NODE + index * NODE_WORDS)) {
        moves[index >> 5u] |= bit;
        still -= 1u;
        any = still > 0u;
      }
    }
  }
  return still > 0u;
}

// ── The glance ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn ownOfPlace(place: u32) -> u32 {
  return L_PLACE + ((place - AT_PLACE) / PLACE_WORDS) * L_SERVER_WORDS;
}

@compute @workgroup_size(WORKGROUP)
fn glanceTwins(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  takeColumn(id.x);
  let replications = arrayLength(&glances) / GLANCE_WORDS;
  let at = replication();
  if (at >= replications || glances[GLANCE_STATUS * replications + at] >= GLANCE_STATUS_DONE) {
    return;
  }
  now = word(HEAD_NOW);
  status = word(HEAD_STATUS);

  var ages = vec2<u32>(0u);
  var times: array<vec2<u32>, OTHER + 1u>;
  var servers = 0u;
  var lengths = 0u;
  for (var index = 0u; index < N_NODES; index++) {
    let node = AT_NODE + index * NODE_WORDS;
    let kind = table(node + NODE_KIND);
    var inside = 0u;
    let line = hasLine(kind);
    let station = kind == KIND_STATION;
    // What a saturated source offers is not made yet.
    var offers = kind == KIND_SOURCE && table(node + NODE_INTERARRIVAL) == NIL;
    if (HAS_SUPPLIES && offers) {
      let supply = table(node + NODE_MORE);
      offers = supply == NIL || table(supply + SUPPLY_ORDERS) == NIL;
    }
    // A line is one chain of parts; a place is the part on it, and in shops the chain of those with it.
    let places = select(select(0u, table(node + NODE_PLACES), station || kind == KIND_SOURCE), 1u, line);
    for (var i = 0u; i < places; i++) {
      var chain = NIL;
      if (line) {
        chain = word(table(node + NODE_LINE) + QUEUE_HEAD);
      } else {
        let own = ownOfPlace(table(node + NODE_FIRST_PLACE)) + i * L_SERVER_WORDS;
        let part = word(own + SERVER_PART);
        if (part != NIL && !offers) {
          ages = more(ages, vec2<u32>(now - word(part + PART_BORN), 0u));
          inside++;
        }
        if (station) {
          if (HAS_SHOP) {
            chain = word(own + SERVER_REST);
          }
          servers++;
          let state = word(own + SERVER_STATE);
          for (var s = 0u; s < L_STATES; s++) {
            let running = select(0u, now - word(own + SERVER_SINCE), s == state);
            times[min(s, OTHER)] = more(times[min(s, OTHER)], more(vec2<u32>(word(own + SERVER_TIMES + s), 0u), vec2<u32>(running, 0u)));
          }
        }
      }
      for (var n = 0u; n < N_PARTS && chain != NIL; n++) {
        ages = more(ages, vec2<u32>(now - word(chain + PART_BORN), 0u));
        inside++;
        chain = word(chain + PART_NEXT);
      }
    }
    let half = (index & 1u) * 16u;
    lengths = select(lengths, 0u, half == 0u) | (min(inside, 0xffffu) << half);
    if (half != 0u || index + 1u == N_NODES) {
      glances[(GLANCE_LENGTHS + index / 2u) * replications + at] = lengths;
    }
  }
  for (var w = 0u; w < GLANCE_LENGTHS - GLANCE_STATES; w++) {
    var states = 0u;
    for (var i = 0u; i < 8u && w * 8u + i < N_PLACES; i++) {
      states |= word(L_PLACE + (w * 8u + i) * L_SERVER_WORDS + SERVER_STATE) << (i * 4u);
    }
    glances[(GLANCE_STATES + w) * replications + at] = states;
  }

  var finished = 0u;
  var flow = vec2<u32>(0u);
  var residence = ages;
  var dues = 0u;
  var late = vec2<u32>(0u);
  for (var i = 0u; i < N_PRODUCTS; i++) {
    let product = AT_PRODUCT + i * PRODUCT_WORDS;
    let sums = table(product + PRODUCT_SUMS);
    finished += since(L_COUNTERS + N_NODES * COUNTERS_PER_NODE + i * PRODUCT_COUNTERS_WORDS + PRODUCT_COUNTERS_FINISHED);
    flow = more(flow, sumAt(sums + PRODUCT_SUMS_FLOW));
    residence = less(more(residence, sumAt(sums + PRODUCT_SUMS_SCRAPPED)), sumAt(sums + PRODUCT_SUMS_CARRY));
    if (HAS_DUE) {
      let goods = table(product + PRODUCT_MORE);
      dues += since(table(goods + GOODS_COUNTERS) + GOODS_COUNTERS_DUE);
      late = less(more(late, sumAt(table(goods + GOODS_SUMS) + GOODS_SUMS_LATE)), sumAt(table(goods + GOODS_SUMS) + GOODS_SUMS_EARLY));
    }
  }
  residence = more(residence, flow);

  // The slot of the warm-up is empty once it is over, and where there is none.
  let window = now - select(0u, table(AT_RUN + RUN_WARMUP), word(L_SLOT + N_SLOTS - 2u) == NIL);
  let ticks = f32(window);
  var above: array<f32, GLANCE_STATES - GLANCE_METRICS>;
  var below: array<f32, GLANCE_STATES - GLANCE_METRICS>;
  above[0] = f32(finished);
  below[0] = ticks * TICK_SECONDS;
  above[1] = asFloat(residence);
  below[1] = ticks;
  above[2] = asFloat(flow) * TICK_SECONDS;
  below[2] = f32(finished);
  for (var s = 0u; s <= OTHER; s++) {
    above[3u + s] = asFloat(times[s]);
    below[3u + s] = f32(servers) * ticks;
  }
  above[4u + OTHER] = asFloat(late) * TICK_SECONDS;
  below[4u + OTHER] = f32(dues);
  for (var i = 0u; i < GLANCE_STATES - GLANCE_METRICS; i++) {
    let defined = window > 0u && below[i] > 0.0;
    glances[(GLANCE_METRICS + i) * replications + at] = select(UNDEFINED, bitcast<u32>(above[i] / below[i]), defined);
  }

  glances[GLANCE_NOW * replications + at] = now;
  var ended = GLANCE_STATUS_RUNNING;
  if (status != STATUS_RUNNING) {
    ended = select(GLANCE_STATUS_BAD, GLANCE_STATUS_DONE, status == STATUS_DONE);
    if (HAS_RINGS && status == STATUS_DONE && stuck()) {
      ended = GLANCE_STATUS_BAD;
    }
  }
  glances[GLANCE_STATUS * replications + at] = ended;
}
