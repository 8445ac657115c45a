/**
 * The words of the shop engine: what the whole vocabulary of production adds to the records of `words.ts`. Records of the two files that have
 * the same name begin alike, so that what reads plain plants reads these too; strides are in `SHOP_TABLES` and in the layout.
 * Signed words: NIL is −1. Times are ticks (unsigned) unless said otherwise.
 */
import { KINDS, TABLES } from './words.ts';

// ── Kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** After those of `words.ts`. */
export const KIND_CONVEYOR = 4;
/** Parts under way, or in a station with unlimited servers: each leaves when its own time is over. */
export const KIND_TRANSFER = 5;
/** In the order of the constants. */
export const SHOP_KINDS = [...KINDS, 'conveyor', 'transfer'] as const;
export type ShopKind = (typeof SHOP_KINDS)[number];

// ── States of a server, after those of words.ts (working 0, starved 1, blocked 2, failed 3) ──────────────────────────
export const STATE_SETUP = 4;
export const STATE_MAINTAINED = 5;
/** Work could go on, but for a person. */
export const STATE_WAITING = 6;
export const STATE_OFF = 7;
export const SHOP_STATE_COUNT = 8;

/** What a server does with its part, in this order. */
export const PHASE_NONE = 0;
export const PHASE_SETUP = 1;
export const PHASE_LOADING = 2;
export const PHASE_WORK = 3;
export const PHASE_UNLOADING = 4;
export const PHASE_LEAVING = 5;

export const SLOT_KIND_MODE = 5; // actor: place; which mode: slot − the place's first slot − 1
export const SLOT_KIND_CALENDAR = 6; // actor: CALENDAR row
export const SLOT_KIND_BATCH = 7; // actor: node; the longest wait of a batch is over
export const SLOT_KIND_EXIT = 8; // actor: node (conveyor, transfer): its first part is at the end
export const SLOT_KIND_ENTRY = 9; // actor: node (conveyor): the entrance is clear

// ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** RUN, after RUN_HISTOGRAM_SHIFT. */
export const RUN_QUANTUM = 6; // expressions reckon in ticks >> this (`quantumShift`)
export const SHOP_RUN_WORDS = 7;

/** NODE, after NODE_LOSES. */
export const NODE_MORE = 21; // address of its STATION, CONVEYOR, SUPPLY (sources) row; NIL for others
export const NODE_LIMITS = 22; // where in the list of LIMIT rows …
export const NODE_LIMIT_COUNT = 23; // … are those that this element belongs to
export const NODE_PLAIN = 24; // 1: a part for which there is room goes straight in (no dispatching, batching, assembling, limits at its entrance)
export const NODE_OPEN = 25; // buffers: 1: every part decides its way when it comes in, and may leave in any order
export const NODE_X = 26; // centimetres, signed
export const NODE_Y = 27;
export const NODE_ORDERED = 28; // 1: the parts that wait for it are chosen by keys (dispatch), not by waiting time
export const NODE_SORTED = 29; // buffers: 1: its parts stand by priority, because all whom it feeds ask for that first

/** PLACE, after PLACE_REPAIR_STREAM (unused here). */
export const PLACE_LIVES = 5; // block: what is left on the clock of each mode while it stands still (NIL: it runs)
export const PLACE_STREAMS = 6; // stream of its mode 0's life; then its repair; then mode 1's …; after the modes: wear, sensor
export const PLACE_PROCESSING = 7; // stream of processing (the station's)

/** LEG, after LEG_PRODUCT. */
export const LEG_FAMILY = 4; // set-up family: its number at this station; NIL none
export const LEG_PER_PIECE = 5; // 1: times are multiplied by pieces
export const LEG_INTERVAL = 6; // distribution: time on the server where the rest is spent after it; NIL: all of it
export const LEG_BATCH_MIN = 7;
export const LEG_BATCH_MAX = 8;
export const LEG_BATCH_KEY = 9; // parts with the same key share a batch
export const LEG_QUALITY = 10; // QUALITY row or NIL
export const LEG_MEAN = 11; // mean processing time, ticks
export const LEG_REMAINING = 12; // mean work from here on, this included, ticks
export const LEG_STEPS_LEFT = 13; // steps from here on, this included
export const LEG_STARTS_LIMIT = 14; // ticks after the end of this step until which the next limited one must begin; NIL
export const LEG_CHECKS_LIMIT = 15; // 1: the queue-time limit is checked when this step begins
export const LEG_DISASSEMBLY = 16; // first BOM row of what the part becomes; NIL
export const LEG_DISASSEMBLY_ROWS = 17;
export const LEG_STEP = 18;
export const SHOP_LEG_WORDS = 20;

/** Stations. */
export const STATION_SETUP = 0; // first word of the matrix of distributions [from + 1][to]: row 0 for a server not yet set up; NIL no set-ups
export const STATION_FAMILIES = 1;
export const STATION_MINIMUM_RUN = 2;
export const STATION_KEYS = 3; // first KEY row
export const STATION_KEY_COUNT = 4; // 0: longest waiting
export const STATION_BATCHES = 5; // 1: parts are taken by batches
export const STATION_BATCH_WAIT = 6; // ticks
export const STATION_BATCH_SLOT = 7;
export const STATION_LOADING = 8; // distribution or NIL
export const STATION_UNLOADING = 9;
export const STATION_NEED_SETUP = 10; // NEED row or NIL
export const STATION_NEED_LOADING = 11;
export const STATION_NEED_WORK = 12;
export const STATION_NEED_UNLOADING = 13;
export const STATION_MODES = 14; // first MODE row
export const STATION_MODE_COUNT = 15;
export const STATION_CALENDAR = 16; // CALENDAR row or NIL
export const STATION_SUSPENDS = 17; // 1: the job waits for the next shift; 0: it is finished
export const STATION_BOM = 18; // first BOM row of what is assembled, or NIL
export const STATION_BOM_ROWS = 19;
export const STATION_MAKES = 20; // leg of the product that is assembled, at this station
export const STATION_PREEMPTS = 21;
export const STATION_WEAR = 22; // WEAR row or NIL
export const STATION_COUNTERS = 23; // block: its counters beyond the two of every node (MORE_…)
export const STATION_BLAME = 24; // first BLAME row
export const STATION_BLAME_ROWS = 25;
export const STATION_QUALITY_STREAM = 26;
export const STATION_INITIAL_FAMILY = 27; // or NIL
export const STATION_SETUP_STREAM = 28;
export const STATION_LOADING_STREAM = 29;
export const STATION_WORDS = 32;

/** Every ordering key of a station: a program of `src/scene/expression.ts`. */
export const KEY_PROGRAM = 0; // first word of the program
export const KEY_END = 1; // the word after it
export const KEY_WORDS = 2;

export const MODE_KIND = 0; // MODE_…
export const MODE_CLOCK = 1; // CLOCK_…; NIL: it is only ever called by the condition
export const MODE_LIFE = 2; // distribution
export const MODE_REPAIR = 3;
export const MODE_JOB = 4; // JOB_…
export const MODE_NEED = 5; // crew or NIL
export const MODE_RENEWS = 6; // bits of the modes whose clocks begin anew when it is over
export const MODE_EARLY = 7; // done with another stop when at most this is left on its clock (ticks or parts); 0: never
export const MODE_RESETS_WEAR = 8;
export const MODE_INCREMENT = 9; // wear steps: its distance in operating ticks is MODE_LIFE
export const MODE_WORDS = 12;
export const MODE_BREAKDOWN = 0; // interrupts the job
export const MODE_PLANNED = 1; // waits until the server has no part
export const MODE_INTERRUPTING = 2; // planned, but interrupts the job (state maintained)
export const MODE_WEAR_STEP = 3; // the condition drifts; the server goes on

export const WEAR_PER_PART = 0; // 1: an increment at each finished part
export const WEAR_INCREMENT = 1; // distribution, thousandths
export const WEAR_OFFSET = 2; // taken off each increment
export const WEAR_FAIL_AT = 3; // thousandths, signed; 0x7fffffff: never
export const WEAR_FAIL_MODE = 4; // number of the mode
export const WEAR_MAINTAIN_AT = 5;
export const WEAR_MAINTAIN_MODE = 6;
export const WEAR_NOISE = 7; // distribution or NIL
export const WEAR_NOISE_OFFSET = 8;
export const WEAR_SCRAP = 9; // added chance of a defect per thousandth, in 2^−32
export const WEAR_RATE = 10; // failure clocks run 1 + rate × condition times as fast: rate per whole unit (1000 thousandths), in 2^−16
export const WEAR_WORDS = 12;

export const QUALITY_DEFECT = 0; // a part becomes defective if a draw is less than this (0: never, no draw)
export const QUALITY_FOUND = 1; // a defective part is found if a draw is less (NIL = 0xffffffff: always, no draw; 0: never, no draw)
export const QUALITY_INSPECTED = 2; // a part is inspected at all if a draw is less (NIL: always; 0: never)
export const QUALITY_ACTION = 3; // what happens to one that is found: QUALITY_…
export const QUALITY_REWORK = 4; // way (leg or choice) of a part to be reworked
export const QUALITY_LIMIT = 5; // loops allowed
export const QUALITY_THEN = 6; // 1: passes when they are used up; 0: scrapped
export const QUALITY_INSPECTS = 7; // 1: defects that were made before and passed are looked for too; 0: only one made here
export const QUALITY_WORDS = 8;
export const QUALITY_SCRAP = 0;
export const QUALITY_REWORKS = 1;
export const QUALITY_PASSES = 2;

/** A line of a bill of materials. */
export const BOM_PRODUCT = 0; // PRODUCT row
export const BOM_COUNT = 1;
export const BOM_LEG = 2; // disassembly: the leg of what it becomes, at this station
export const BOM_WORDS = 4;

/** Conveyors; of transfers only the first fields. */
export const CONVEYOR_EXIT_SLOT = 0;
export const CONVEYOR_ENTRY_SLOT = 1;
export const CONVEYOR_OWN = 2; // block: BELT record
export const CONVEYOR_TRAVEL = 3; // ticks
export const CONVEYOR_SPACING = 4; // ticks that a part takes for the distance of one pitch
export const CONVEYOR_ACCUMULATES = 5;
export const CONVEYOR_STREAM = 6; // transfers: of their times
export const CONVEYOR_WORDS = 8;

/** Sources. */
export const SUPPLY_BATCH = 0; // distribution of parts at an arrival; NIL: one
export const SUPPLY_BATCH_STREAM = 1;
export const SUPPLY_CALENDAR = 2; // levels are rates in 2^−16; NIL: always 1
export const SUPPLY_OWN = 3; // block: SUPPLY record
export const SUPPLY_ORDERS = 4; // first ORDER row; NIL
export const SUPPLY_ORDER_COUNT = 5;
export const SUPPLY_LIMITS = 6; // list of LIMIT rows that get a card for each part made (base stock): first …
export const SUPPLY_LIMIT_COUNT = 7;
export const SUPPLY_WORDS = 8;

export const ORDER_RELEASE = 0;
export const ORDER_START = 1; // leg at the source
export const ORDER_QUANTITY = 2;
export const ORDER_DUE = 3; // NIL: by the product's lead time
export const ORDER_PRIORITY = 4;
export const ORDER_WORDS = 5;

/** PRODUCT, after PRODUCT_HISTOGRAM: */
export const PRODUCT_MORE = 3; // address of its GOODS row
export const GOODS_DUE = 0; // distribution of the lead time, or NIL
export const GOODS_DUE_STREAM = 1;
export const GOODS_PRIORITY = 2;
export const GOODS_SIZE = 3;
export const GOODS_SUMS = 4; // block: 64-bit sums: late, early
export const GOODS_COUNTERS = 5; // block: late, consumed, reworked, with a due date
export const GOODS_WORDS = 8;

/** People needed at once. */
export const NEED_PRIORITY = 0;
export const NEED_FIRST = 1; // first ITEM row
export const NEED_ITEMS = 2;
export const NEED_WORDS = 3;
export const ITEM_SKILL = 0; // bit mask of one skill
export const ITEM_COUNT = 1;
export const ITEM_WORDS = 2;
export const WORKER_SKILLS = 0; // bit mask
export const WORKER_POOL = 1; // POOL row
export const WORKER_OWN = 2; // block: WORKER record
export const WORKER_NUMBER = 3; // in its pool: on duty where less than the level
export const WORKER_WORDS = 4;
export const POOL_FIRST = 0; // first WORKER row
export const POOL_COUNT = 1;
export const POOL_CALENDAR = 2; // levels are numbers of people; NIL: all, always
export const POOL_END = 3; // END_…
export const POOL_PACE = 4; // ticks per centimetre in 2^−16; 0: no walking time
export const POOL_OWN = 5; // block: POOL record
export const POOL_X = 6;
export const POOL_Y = 7;
export const POOL_SUMS = 8; // block: 64-bit sums: busy, on duty, walking
export const POOL_WORDS = 12;
export const END_FINISH = 0;
export const END_SUSPEND = 1;
export const END_HAND_OVER = 2;

export const CALENDAR_SLOT = 0;
export const CALENDAR_OWN = 1; // block: CURSOR record
export const CALENDAR_FIRST = 2; // first CHANGE row
export const CALENDAR_CHANGES = 3;
export const CALENDAR_PERIOD = 4; // ticks; NEVER: the list is gone through once
export const CALENDAR_USE = 5; // USE_…
export const CALENDAR_USER = 6; // source node, POOL row, or the first of the list of station nodes …
export const CALENDAR_USERS = 7; // … and how many
export const CALENDAR_LEVEL = 8; // at time 0
export const CALENDAR_WORDS = 12;
export const USE_STATIONS = 0;
export const USE_POOL = 1;
export const USE_RATE = 2;
export const CHANGE_AT = 0; // ticks from the start of the period, > 0 (the level at 0 of a period is its last one, or CALENDAR_LEVEL)
export const CHANGE_LEVEL = 1;
export const CHANGE_WORDS = 2;

export const LIMIT_ROOM = 0; // block: free cards
export const LIMIT_FREES = 1; // 1: leaving frees the card; 0: base stock
export const LIMIT_FIRST = 2; // its elements (nodes) in the list …
export const LIMIT_NODES = 3;
export const LIMIT_CARDS = 4;
export const LIMIT_SUMS = 5; // block: 64-bit sum of cards × time
export const LIMIT_SINCE = 6; // block: the tick up to which that sum is kept
export const LIMIT_WORDS = 8;

export const BLAME_NODE = 0;
export const BLAME_SUMS = 1; // block: 64-bit sums: blocked by it, starved by it
export const BLAME_WORDS = 2;

/** Parts that lie somewhere at time 0. */
export const STOCK_LEG = 0; // at a buffer
export const STOCK_COUNT = 1;
export const STOCK_WORDS = 2;

/** Strides of the tables of a shop plant: those of `words.ts`, longer legs, and what is added. `list` holds addresses and distributions; `program` the words of keys. */
export const SHOP_TABLES = {
  ...TABLES,
  run: SHOP_RUN_WORDS,
  leg: SHOP_LEG_WORDS,
  station: STATION_WORDS,
  key: KEY_WORDS,
  program: 1,
  mode: MODE_WORDS,
  wear: WEAR_WORDS,
  quality: QUALITY_WORDS,
  bom: BOM_WORDS,
  conveyor: CONVEYOR_WORDS,
  supply: SUPPLY_WORDS,
  order: ORDER_WORDS,
  goods: GOODS_WORDS,
  need: NEED_WORDS,
  item: ITEM_WORDS,
  worker: WORKER_WORDS,
  pool: POOL_WORDS,
  calendar: CALENDAR_WORDS,
  change: CHANGE_WORDS,
  limit: LIMIT_WORDS,
  blame: BLAME_WORDS,
  stock: STOCK_WORDS,
  list: 1,
} as const;
export type ShopTableName = keyof typeof SHOP_TABLES;

// ── The block ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** SERVER, where `words.ts` has four state times there are eight (words 5 … 12); then: */
export const SERVER_PHASE = 13; // PHASE_…
export const SERVER_FAMILY = 14; // what it is set up for; NIL: nothing yet
export const SERVER_RUN = 15; // parts since the last changeover
export const SERVER_DOWN = 16; // number of the mode that has stopped it; NIL
export const SERVER_PENDING = 17; // bits of modes that are due
export const SERVER_HELD = 18; // NEED row of the people it has; NIL
export const SERVER_ASKS = 19; // NEED row of the people it waits for; NIL
export const SERVER_ASKED = 20; // tick since when it asks
export const SERVER_ASLEEP = 21; // POOL row: it asks again when more of that pool come on duty; NIL
export const SERVER_WALKING = 22; // 1: the people it has are on their way
export const SERVER_WEAR = 23; // condition, thousandths, signed
export const SERVER_TARGET = 24; // node that its finished part is bound for
export const SERVER_CLOSED = 25; // 1: off shift
export const SERVER_WHOLE = 26; // whole time of the phase at work, for a job that begins again
export const SERVER_SPEED = 27; // how fast its failure clocks run, in 2^−16
export const SERVER_REST = 28; // the other parts of its batch, kit or lot: a chain by PART_NEXT; NIL
export const SHOP_SERVER_WORDS = 29;

/** PART, after PART_HOLDER. */
export const PART_DUE = 5; // NEVER: none
export const PART_PRIORITY = 6; // signed
export const PART_SIZE = 7; // pieces
export const PART_FLAGS = 8; // PART_DEFECTIVE
export const PART_LOOPS = 9; // reworks so far
export const PART_READY = 10; // on a conveyor or under way: when it is at the end
export const PART_LEFT = 11; // work or travel left that is brought along; NIL
export const PART_DEADLINE = 12; // queue-time limit; NEVER: none
export const PART_FROM = 13; // node where it was last, buffers and ways left out
export const PART_LINE = 14; // queue it was taken from; NIL
export const SHOP_PART_WORDS = 15;
export const PART_DEFECTIVE = 1;

export const BELT_LAST_EXIT = 0; // tick
export const BELT_STOPPED = 1; // tick since which a belt that does not accumulate stands; NEVER: it runs
export const BELT_OFFSET = 2; // ticks for which it has stood so far
export const BELT_ENTRY_LEFT = 3; // what was left until the entrance is clear, when it stopped
export const BELT_STOOD = 4; // (and 5) 64-bit sum of the time it stood in the window
export const BELT_SINCE = 6; // tick from which the present standstill counts: the later of its start and the warm-up
export const BELT_WORDS = 7;

export const SUPPLY_NEXT_ORDER = 0;
export const SUPPLY_TO_MAKE = 1; // parts of this arrival still to come
export const SUPPLY_LEFT = 2; // gap left while the rate is 0; NIL
export const SUPPLY_RATE = 3; // present rate in 2^−16
export const SUPPLY_OWN_WORDS = 4;

export const CURSOR_NEXT = 0; // number of the next change
export const CURSOR_BASE = 1; // tick at which the present period began
export const CURSOR_LEVEL = 2;
export const CURSOR_WORDS = 3;

export const WORKER_PLACE = 0; // place it is with; NIL: free
export const WORKER_X = 1; // where it is, centimetres
export const WORKER_Y = 2;
export const WORKER_SINCE = 3; // tick from which its present work counts: the later of its setting out and the warm-up
export const WORKER_ARRIVES = 4; // tick at which it comes there
export const WORKER_OWN_WORDS = 5;

export const POOL_LEVEL = 0; // number on duty
export const POOL_SINCE = 1; // tick up to which the sums of duty are kept
export const POOL_OWN_WORDS = 2;
export const POOL_SUMS_BUSY = 0;
export const POOL_SUMS_DUTY = 2;
export const POOL_SUMS_WALKING = 4;
export const POOL_SUMS_WORDS = 6;

/** What LIMIT_ROOM and LIMIT_SINCE point to, one after the other. */
export const LIMIT_OWN_WORDS = 2;

/** A station's counters beyond those of every node. */
export const MORE_REWORKED = 0;
export const MORE_DEFECTS = 1;
export const MORE_SETUPS = 2;
export const MORE_JOBS = 3; // times it has started: parts ÷ jobs is the mean batch
export const MORE_VIOLATIONS = 4;
export const MORE_QUALITY_SCRAPPED = 5; // of the scrapped: by quality, not by failures
export const MORE_COUNTERS_WORDS = 6;
export const GOODS_SUMS_LATE = 0;
export const GOODS_SUMS_EARLY = 2;
export const GOODS_SUMS_WORDS = 4;
export const GOODS_COUNTERS_LATE = 0;
export const GOODS_COUNTERS_DUE = 1; // finished with a due date
export const GOODS_COUNTERS_CONSUMED = 2;
export const GOODS_COUNTERS_REWORKED = 3;
export const GOODS_COUNTERS_WORDS = 4;
export const BLAME_SUMS_BLOCKED = 0;
export const BLAME_SUMS_STARVED = 2;
export const BLAME_SUMS_WORDS = 4;
