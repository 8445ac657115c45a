/**
 * The shape of the plant in hand: where its tables (`AT_…`) and the parts of its block (`L_…`) begin, how many there are of everything
 * (`N_…`) and what it uses (`HAS_…`). In WGSL each of these is a constant of the kernel (`src/engine/constants.ts`); here each is a live
 * binding of the same name, so that behaviour written once reads the same in both. A new key of the plant's `at`, `layout`, `counts` or
 * `features` needs its line here twice; `test/unit/shop/memory.test.ts` says which is missing.
 */
import type { Plant } from '../scene/plant.ts';

export let AT_RUN = 0;
export let AT_NODE = 0;
export let AT_PLACE = 0;
export let AT_LEG = 0;
export let AT_CHOICE = 0;
export let AT_EDGE = 0;
export let AT_DIST = 0;
export let AT_STREAM = 0;
export let AT_FAILURE = 0;
export let AT_PRODUCT = 0;
export let AT_SLOT = 0;
export let AT_LINE = 0;
export let AT_DRAW = 0;
export let AT_FED = 0;
export let AT_INITIAL = 0;
export let AT_SHAPE = 0;

export let L_DIRTY = 0;
export let L_DIRTY_WORDS = 0;
export let L_SLOT = 0;
export let L_TREE = 0;
export let L_LEAVES = 0;
export let L_ROOM = 0;
export let L_QUEUE = 0;
export let L_DRAWN = 0;
export let L_TURN = 0;
export let L_PLACE = 0;
export let L_SUMS = 0;
export let L_SUMS_END = 0;
export let L_COUNTERS = 0;
export let L_COUNTERS_END = 0;
export let L_PART = 0;
export let L_BEFORE = 0;
export let L_HISTOGRAM = 0;
export let L_HISTOGRAM_BINS = 0;
export let L_WORDS = 0;

export let N_NODES = 0;
export let N_BUFFERS = 0;
export let N_PLACES = 0;
export let N_SLOTS = 0;
export let N_QUEUES = 0;
export let N_STREAMS = 0;
export let N_ROUND_ROBINS = 0;
export let N_PRODUCTS = 0;
export let N_PARTS = 0;
export let N_HISTOGRAM_SUB_BITS = 0;

export let HAS_FAILURES = false;
export let HAS_CHOICES = false;
export let HAS_LINES_CHOOSE = false;
export let HAS_SOURCES_CHOOSE = false;
export let HAS_PROBABILITY = false;
export let HAS_ROUND_ROBIN = false;
export let HAS_SHORTEST = false;
export let HAS_OPEN = false;
export let HAS_MERGES = false;
export let HAS_CHAINS = false;
export let HAS_PARALLEL = false;
export let HAS_SEGMENTS = false;
export let HAS_OCTAVES = false;
export let HAS_CONSTANTS = false;
export let HAS_TIMED = false;
export let HAS_SATURATED = false;
export let HAS_LOSING = false;
export let HAS_GOAL = false;

/** Takes the shape of a plant. */
export function takeShape({ at, layout, counts, features }: Plant): void {
  AT_RUN = at.run;
  AT_NODE = at.node;
  AT_PLACE = at.place;
  AT_LEG = at.leg;
  AT_CHOICE = at.choice;
  AT_EDGE = at.edge;
  AT_DIST = at.dist;
  AT_STREAM = at.stream;
  AT_FAILURE = at.failure;
  AT_PRODUCT = at.product;
  AT_SLOT = at.slot;
  AT_LINE = at.line;
  AT_DRAW = at.draw;
  AT_FED = at.fed;
  AT_INITIAL = at.initial;
  AT_SHAPE = at.shape;

  L_DIRTY = layout.dirty;
  L_DIRTY_WORDS = layout.dirtyWords;
  L_SLOT = layout.slot;
  L_TREE = layout.tree;
  L_LEAVES = layout.leaves;
  L_ROOM = layout.room;
  L_QUEUE = layout.queue;
  L_DRAWN = layout.drawn;
  L_TURN = layout.turn;
  L_PLACE = layout.place;
  L_SUMS = layout.sums;
  L_SUMS_END = layout.sumsEnd;
  L_COUNTERS = layout.counters;
  L_COUNTERS_END = layout.countersEnd;
  L_PART = layout.part;
  L_BEFORE = layout.before;
  L_HISTOGRAM = layout.histogram;
  L_HISTOGRAM_BINS = layout.histogramBins;
  L_WORDS = layout.words;

  N_NODES = counts.nodes;
  N_BUFFERS = counts.buffers;
  N_PLACES = counts.places;
  N_SLOTS = counts.slots;
  N_QUEUES = counts.queues;
  N_STREAMS = counts.streams;
  N_ROUND_ROBINS = counts.roundRobins;
  N_PRODUCTS = counts.products;
  N_PARTS = counts.parts;
  N_HISTOGRAM_SUB_BITS = counts.histogramSubBits;

  HAS_FAILURES = features.failures;
  HAS_CHOICES = features.choices;
  HAS_LINES_CHOOSE = features.linesChoose;
  HAS_SOURCES_CHOOSE = features.sourcesChoose;
  HAS_PROBABILITY = features.probability;
  HAS_ROUND_ROBIN = features.roundRobin;
  HAS_SHORTEST = features.shortest;
  HAS_OPEN = features.open;
  HAS_MERGES = features.merges;
  HAS_CHAINS = features.chains;
  HAS_PARALLEL = features.parallel;
  HAS_SEGMENTS = features.segments;
  HAS_OCTAVES = features.octaves;
  HAS_CONSTANTS = features.constants;
  HAS_TIMED = features.timed;
  HAS_SATURATED = features.saturated;
  HAS_LOSING = features.losing;
  HAS_GOAL = features.goal;
}
