/**
 * The words of the vocabulary: the records in which a plant is written down as flat `u32` tables, and the words of a twin's block that
 * do not depend on the plant. Both engines use these names: the WGSL constants are generated from here (`engine/constants.ts`).
 */

export const NIL = 0xffffffff;
/** Set in an exit or edge target that is a choice and not a leg. */
export const CHOICE_BIT = 0x80000000;
/** The room of an element that always has room. */
export const ENDLESS = 0x7fffffff;

export const KIND = { source: 0, buffer: 1, station: 2, sink: 3 } as const;
export const SLOT_KIND = { finish: 0, breakdown: 1, arrival: 2, warmup: 3, end: 4 } as const;
export const RULE = { probability: 0, roundRobin: 1, shortestQueue: 2, firstFree: 3 } as const;
export const CLOCK = { calendar: 0, operating: 1, processing: 2, parts: 3 } as const;
export const JOB = { resume: 0, restart: 1, scrap: 2 } as const;

/** A record of words: field names to offsets, plus `words`, its size. */
function record<const F extends readonly string[]>(...fields: F): { readonly [K in F[number] | 'words']: number } {
  return Object.fromEntries([...fields.map((field, i) => [field, i]), ['words', fields.length]]) as never;
}

/** Numbers of the whole run, at the start of the tables. Ticks unless said otherwise. */
export const RUN = record(
  'warmup', // 0: no cut
  'end',
  'goal', // parts to finish after the warm-up; 0: no such limit
  'stepLimit', // events at one tick
  'moveLimit', // moves in one settling
  'histogramShift', // flow times are binned as ticks >> shift
);

export const NODE = record(
  'kind',
  'room', // places, servers, or ENDLESS
  'firstPlace', // stations: first server; sources: the outlet
  'places',
  'waiters', // queue of parts on servers or outlets bound for this node; NIL if none can be
  'line', // buffers: the queue that is the buffer; else NIL
  'firstDraw', // queues this node takes from: index into the draw list …
  'draws', // … and how many
  'firstQueue', // the first of them, or NIL
  'firstFed', // stations that a buffer feeds: index into the fed list …
  'fed', // … and how many
  'stream', // stations: processing; sources: arrival; else NIL
  'failure', // stations: failure record; else NIL
  'start', // sources: leg or choice of the part that arrives
  'interarrival', // sources: distribution, NIL if saturated
  'first', // sources: distribution of the first arrival
  'loses', // sources: 1 if a part without room is lost
  'sums', // word in the block of the node's 64-bit sums
  'counters', // word in the block of the node's two counters
);

export const PLACE = record(
  'node',
  'slot',
  'sums', // the node's, here to spare a step on every change of state
  'failureStream',
  'repairStream',
);
export const LEG = record('node', 'exit', 'processing', 'product');
export const CHOICE = record(
  'rule',
  'firstEdge',
  'edges',
  'aux', // probability: stream; round robin: counter; first free: queue of those who wait for it (NIL at buffers)
);
export const EDGE = record('target', 'below'); // `below`: taken if the draw is less than it
export const DIST = record('kind', 'base', 'scale', 'shift'); // constants: the value in `scale`
export const STREAM = record('lo', 'hi');
export const FAILURE = record('clock', 'timeToFailure', 'repair', 'job');
export const PRODUCT = record('sums', 'counters', 'histogram');

/** The tables in the order in which they stand; `at[name]` is the word where each begins. */
export const TABLES = {
  run: RUN,
  node: NODE,
  place: PLACE,
  leg: LEG,
  choice: CHOICE,
  edge: EDGE,
  dist: DIST,
  stream: STREAM,
  failure: FAILURE,
  product: PRODUCT,
  /** One word a slot: kind << 24 | place or node. */
  slot: record('what'),
  /** One word a queue: the buffer it is the line of, or NIL. */
  queue: record('buffer'),
  draw: record('queue'),
  fed: record('node'),
  /** One word each: the block of a twin before its first event. */
  initial: record('word'),
  shape: record('word'),
} as const;
export type TableName = keyof typeof TABLES;

/** Words of the block's head. */
export const HEAD = record(
  'status',
  'element', // the node a status names
  'now',
  'events',
  'operations', // finished processings, from time 0
  'steps', // events so far at this tick
  'free', // head of the list of unused parts
  'left', // parts still to finish before the goal
);

/** Status of a twin; `deadlock` is read off the final state (`engine/readout.ts`), the engines never write it. */
export const STATUS = { running: 0, done: 1, overflow: 2, livelock: 3, deadlock: 4 } as const;
export type Status = keyof typeof STATUS;

export const STATE = { working: 0, starved: 1, blocked: 2, failed: 3 } as const;
export const STATE_COUNT = 4;

/** A source's outlet is a place too; these are its states. */
export const OUTLET = { holding: 0, empty: 1 } as const;

/** A server has two slots, one after the other (the second only where it can fail). */
export const SLOT_OFFSET = { finish: 0, breakdown: 1 } as const;

/** Words of 64-bit sums a node has (lo, hi pairs). Station: time in each state, at twice the state. Buffer: waits, carry. */
export const STATION_SUMS = 2 * STATE_COUNT;
export const BUFFER_SUMS = { wait: 0, carry: 2, words: 4 } as const;
/** Time in each state of the outlet, at twice the state. */
export const SOURCE_SUMS = { holding: 0, empty: 2, words: 4 } as const;
/** Sums of a product: flow time of the finished; residence of the scrapped; carry at the warm-up. */
export const PRODUCT_SUMS = { flow: 0, scrapped: 2, carry: 4, words: 6 } as const;
/** Two counters a node, from time 0. */
export const NODE_COUNTERS = 2;
export const STATION_COUNTERS = { operations: 0, scrapped: 1 } as const;
export const BUFFER_COUNTERS = { entered: 0, left: 1 } as const;
export const SOURCE_COUNTERS = { arrived: 0, lost: 1 } as const;
export const SINK_COUNTERS = { finished: 0 } as const;
export const PRODUCT_COUNTERS = { made: 0, finished: 1, scrapped: 2, lost: 3, words: 4 } as const;
