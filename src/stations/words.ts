/**
 * The words of the vocabulary: the records in which a plant is written down as flat `u32` tables, and the records of a twin's block.
 * Both engines use these names: `engine/constants.ts` writes each as a WGSL constant.
 * Single constants, not objects, because they are inlined when bundled, which the reference engine's speed hangs on.
 *
 * **Handles are addresses.** A reference to a node, leg, queue … is the word where its record begins, in the tables or in the block, so
 * that a field costs one addition: `t[node + NODE_KIND]`, `w[part + PART_LEG]`.
 */

export const NIL = 0xffffffff;
/** Set in an exit or edge target that is a choice and not a leg. */
export const CHOICE_BIT = 0x80000000;
/** The room of an element that always has room. */
export const ENDLESS = 0x7fffffff;

export const KIND_SOURCE = 0;
export const KIND_BUFFER = 1;
export const KIND_STATION = 2;
export const KIND_SINK = 3;
/** In the order of the constants. */
export const KINDS = ['source', 'buffer', 'station', 'sink'] as const;
export type Kind = (typeof KINDS)[number];

export const SLOT_KIND_FINISH = 0;
export const SLOT_KIND_BREAKDOWN = 1;
export const SLOT_KIND_ARRIVAL = 2;
export const SLOT_KIND_WARMUP = 3;
export const SLOT_KIND_END = 4;
export const RULE_PROBABILITY = 0;
export const RULE_ROUND_ROBIN = 1;
export const RULE_SHORTEST_QUEUE = 2;
export const RULE_FIRST_FREE = 3;
/** In the order of the constants. */
export const CLOCKS = ['calendar', 'operating', 'processing', 'parts'] as const;
export const CLOCK_CALENDAR = 0;
export const CLOCK_OPERATING = 1;
export const CLOCK_PROCESSING = 2;
export const CLOCK_PARTS = 3;
/** In the order of the constants. */
export const JOBS = ['resume', 'restart', 'scrap'] as const;
export const JOB_RESUME = 0;
export const JOB_RESTART = 1;
export const JOB_SCRAP = 2;
export const SAMPLING_CONSTANT = 0;
export const SAMPLING_OCTAVES = 1;
export const SAMPLING_SEGMENTS = 2;

// ── The tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers of the whole run, at the start of the tables. Ticks unless said otherwise. */
export const RUN_WARMUP = 0; // 0: no cut
export const RUN_END = 1;
export const RUN_GOAL = 2; // parts to finish after the warm-up; 0: no such limit
export const RUN_STEP_LIMIT = 3; // events at one tick
export const RUN_MOVE_LIMIT = 4; // moves in one settling
export const RUN_HISTOGRAM_SHIFT = 5; // flow times are binned as ticks >> shift
export const RUN_WORDS = 6;

export const NODE_INDEX = 0; // in element-name order
export const NODE_KIND = 1;
export const NODE_CAPACITY = 2; // places, servers, or ENDLESS
export const NODE_ROOM = 3; // block: how many more parts it can take
export const NODE_SUMS = 4; // buffers, block: 64-bit sums
export const NODE_COUNTERS = 5; // block: its two counters
export const NODE_FIRST_PLACE = 6; // stations: first server; sources: the outlet; else NIL
export const NODE_PLACES = 7;
export const NODE_WAITERS = 8; // queue of parts on servers or outlets bound for this node; NIL if none can be
export const NODE_LINE = 9; // buffers: the queue that is the buffer; else NIL
export const NODE_FIRST_QUEUE = 10; // the first of the queues this node takes from, or NIL
export const NODE_FIRST_DRAW = 11; // all of them: where in the draw list …
export const NODE_DRAWS = 12; // … and how many
export const NODE_FIRST_FED = 13; // stations that a buffer feeds: where in the fed list …
export const NODE_FED = 14; // … and how many
export const NODE_STREAM = 15; // stations: processing; sources: arrival; else NIL
export const NODE_FAILURE = 16; // stations: else NIL
export const NODE_START = 17; // sources: leg or choice of the part that arrives
export const NODE_INTERARRIVAL = 18; // sources: distribution, NIL if saturated
export const NODE_FIRST = 19; // sources: distribution of the first arrival
export const NODE_LOSES = 20; // sources: 1 if a part without room is lost
export const NODE_WORDS = 32; // a power of two, so that a shader gets the index by a shift

export const PLACE_NODE = 0;
export const PLACE_SLOT = 1; // number of its (first) slot
export const PLACE_OWN = 2; // block: its SERVER record
export const PLACE_FAILURE_STREAM = 3;
export const PLACE_REPAIR_STREAM = 4;
export const PLACE_WORDS = 8; // a power of two, as NODE_WORDS
export const LEG_NODE = 0;
export const LEG_EXIT = 1;
export const LEG_PROCESSING = 2;
export const LEG_PRODUCT = 3;
export const LEG_WORDS = 4;
export const CHOICE_RULE = 0;
export const CHOICE_FIRST_EDGE = 1;
export const CHOICE_EDGES = 2;
export const CHOICE_AUX = 3; // probability: stream; round robin: its word in the block; first free: queue of those who wait for it (NIL at buffers)
export const CHOICE_WORDS = 4;
export const EDGE_TARGET = 0;
export const EDGE_BELOW = 1;
export const EDGE_WORDS = 2; // `below`: taken if the draw is less than it
export const DIST_KIND = 0;
export const DIST_BASE = 1;
export const DIST_SCALE = 2;
export const DIST_SHIFT = 3;
export const DIST_WORDS = 4; // constants: the value in `scale`
export const STREAM_LO = 0;
export const STREAM_HI = 1;
export const STREAM_WORDS = 2;
export const FAILURE_CLOCK = 0;
export const FAILURE_TIME_TO_FAILURE = 1;
export const FAILURE_REPAIR = 2;
export const FAILURE_JOB = 3;
export const FAILURE_WORDS = 4;
export const PRODUCT_SUMS = 0;
export const PRODUCT_COUNTERS = 1;
export const PRODUCT_HISTOGRAM = 2;
export const PRODUCT_WORDS = 4; // all in the block; padded, as NODE_WORDS
export const SLOT_KIND = 0;
export const SLOT_ACTOR = 1;
export const SLOT_WORDS = 2; // `actor`: the place or node

/** The tables in the order in which they stand; `plant.at[name]` is the word where each begins. */
export const TABLES = {
  run: RUN_WORDS,
  node: NODE_WORDS,
  place: PLACE_WORDS,
  leg: LEG_WORDS,
  choice: CHOICE_WORDS,
  edge: EDGE_WORDS,
  dist: DIST_WORDS,
  stream: STREAM_WORDS,
  failure: FAILURE_WORDS,
  product: PRODUCT_WORDS,
  slot: SLOT_WORDS,
  /** By queue: the buffer it is the line of, or NIL. */
  line: 1,
  draw: 1,
  fed: 1,
  /** The block of a twin before its first draw. */
  initial: 1,
  shape: 1,
} as const;
export type TableName = keyof typeof TABLES;

// ── The block of a twin ───────────────────────────────────────────────────────────────────────────────────────────────

/** Words of the block's head. */
export const HEAD_STATUS = 0;
export const HEAD_ELEMENT = 1; // index of the node that a status names, or NIL
export const HEAD_NOW = 2;
export const HEAD_EVENTS = 3;
export const HEAD_OPERATIONS = 4; // finished processings, from time 0
export const HEAD_STEPS = 5; // events so far at this tick
export const HEAD_FREE = 6; // head of the list of unused parts
export const HEAD_LEFT = 7; // parts still to finish before the goal
export const HEAD_WORDS = 8;
export const SERVER_STATE = 0;
export const SERVER_SINCE = 1;
export const SERVER_PART = 2; // or NIL
export const SERVER_LEFT = 3; // work left of an interrupted job (or the whole time of one that restarts); NIL: nothing to go on with
export const SERVER_LIFE = 4; // what is left on a failure clock that stands still, or counts parts
export const SERVER_TIMES = 5; // ticks in each state; of one server, so they fit a word
export const SERVER_WORDS = 9;
export const PART_LEG = 0; // where it is; once it has decided: the leg or open choice it goes to
export const PART_BORN = 1;
export const PART_SINCE = 2; // when it began to wait in the queue it is in
export const PART_NEXT = 3; // behind it in that queue, or in the list of unused parts
export const PART_HOLDER = 4; // the place it waits at, unless that is a buffer
export const PART_WORDS = 5;
/** A queue's handle is the address of this record in the block. */
export const QUEUE_HEAD = 0;
export const QUEUE_TAIL = 1; // NIL where the queue is empty, as the head
export const QUEUE_WORDS = 2;

/** Status of a twin; `deadlock` is read off the final state (`engine/readout.ts`), the engines never write it. */
export const STATUS_RUNNING = 0;
export const STATUS_DONE = 1;
export const STATUS_OVERFLOW = 2;
export const STATUS_LIVELOCK = 3;
export const STATUS_DEADLOCK = 4;
export const STATUSES = ['running', 'done', 'overflow', 'livelock', 'deadlock'] as const;
export type Status = (typeof STATUSES)[number];

/** States of a server. */
export const STATE_WORKING = 0;
export const STATE_STARVED = 1;
export const STATE_BLOCKED = 2;
export const STATE_FAILED = 3;
export const STATE_COUNT = 4;
/** A source's outlet is a place too. It holds a part as a blocked server does, and whoever has given its part away is starved. */
export const OUTLET_HOLDING = STATE_BLOCKED;
export const OUTLET_EMPTY = STATE_STARVED;

/** A server has two slots, one after the other (the second only where it can fail). */
export const SLOT_OFFSET_FINISH = 0;
export const SLOT_OFFSET_BREAKDOWN = 1;

/** 64-bit sums of a buffer (lo, hi pairs): waits, carry. */
export const BUFFER_SUMS_WAIT = 0;
export const BUFFER_SUMS_CARRY = 2;
export const BUFFER_SUMS_WORDS = 4;
/** Sums of a product: flow time of the finished; residence of the scrapped; carry at the warm-up. */
export const PRODUCT_SUMS_FLOW = 0;
export const PRODUCT_SUMS_SCRAPPED = 2;
export const PRODUCT_SUMS_CARRY = 4;
export const PRODUCT_SUMS_WORDS = 6;
/** Two counters a node, from time 0. */
export const COUNTERS_PER_NODE = 2;
export const STATION_COUNTERS_OPERATIONS = 0;
export const STATION_COUNTERS_SCRAPPED = 1;
export const BUFFER_COUNTERS_ENTERED = 0;
export const BUFFER_COUNTERS_LEFT = 1;
export const SOURCE_COUNTERS_ARRIVED = 0;
export const SOURCE_COUNTERS_LOST = 1;
export const SINK_COUNTERS_FINISHED = 0;
export const PRODUCT_COUNTERS_MADE = 0;
export const PRODUCT_COUNTERS_FINISHED = 1;
export const PRODUCT_COUNTERS_SCRAPPED = 2;
export const PRODUCT_COUNTERS_LOST = 3;
export const PRODUCT_COUNTERS_WORDS = 4;
