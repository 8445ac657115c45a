/**
 * Which plants are lines: one source, stations of one server in series with or without buffers between them, one sink, first in first out.
 * The times at which parts leave the elements of a line follow from each other without any list of events (`line-engine.ts`).
 */
import type { Plant } from '../scene/plant.ts';
import {
  CHOICE_BIT,
  DIST_WORDS,
  ENDLESS,
  KIND_BUFFER,
  KIND_SINK,
  KIND_STATION,
  LEG_EXIT,
  LEG_NODE,
  LEG_PROCESSING,
  NIL,
  NODE_CAPACITY,
  NODE_FIRST,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_PLACES,
  NODE_START,
  NODE_WORDS,
  RUN_END,
  RUN_STEP_LIMIT,
  SAMPLING_CONSTANT,
} from '../stations/words.ts';

/** Lines with more places than this between two stations are left to the event engine: their history would not stay in fast memory. */
const MOST_PLACES = 65_536;
/** Parts up to which no sum of times of a twin can pass 2^53. */
const MOST_PARTS = 2 ** 20;

const LONGEST_STRETCH = 64;
/** In shorter ones parts that follow each other without any time between them would be taken for a clock that stands. */
const SHORTEST_STRETCH = 8;

/** Something that parts are in, or go by: the source, a station, a buffer or the sink. */
export interface LineElement {
  /** Address of the node in the tables, and of the leg of a part there. */
  node: number;
  leg: number;
}

/**
 * A line. *Element* 0 is the source, elements 1 … stations.length are the stations in the order of the way; *gap* e lies between element e and
 * what follows it, the last one before the sink.
 */
export interface Line {
  source: LineElement;
  stations: LineElement[];
  /** The buffer in each gap; undefined: a direct link. One more than stations. */
  buffers: (LineElement | undefined)[];
  sink: LineElement;
  saturated: boolean;
}

/** The words of one design of a line: a DIST row for the time between arrivals, one for the first arrival, one a station; places of gaps 0 … m − 1. */
export const DESIGN_ARRIVALS = 0;
export const DESIGN_FIRST = DIST_WORDS;
export const DESIGN_STATIONS = 2 * DIST_WORDS;

export function designWords(stations: number): number {
  return DESIGN_STATIONS + stations * (DIST_WORDS + 1);
}

/** A plain plant as a line; undefined where it is none (`whyNoLine` says why). */
export function lineOf(plant: Plant): Line | undefined {
  const line = trace(plant);
  return typeof line === 'string' ? undefined : line;
}

/** What keeps a plant from being run as a line, as half a sentence that follows "because"; '' where nothing does. */
export function whyNoLine(plant: Plant): string {
  const line = trace(plant);
  return typeof line === 'string' ? line : '';
}

/**
 * The design that tables of the line's shape say: `designWords` words. A gap without a buffer has 0 places, an unlimited one ENDLESS.
 * Bases of distributions are addresses in `tables`.
 * @param into where to write it, for those who read many
 */
export function designOf(
  line: Line,
  tables: Uint32Array,
  into: Uint32Array = new Uint32Array(designWords(line.stations.length)),
): Uint32Array {
  const { source, stations, buffers } = line;
  const row = (at: number, dist: number): void => {
    if (dist === NIL) into.set([SAMPLING_CONSTANT, 0, 0, 0], at);
    else for (let i = 0; i < DIST_WORDS; i++) into[at + i] = tables[dist + i] as number;
  };
  row(DESIGN_ARRIVALS, tables[source.node + NODE_INTERARRIVAL] as number);
  row(DESIGN_FIRST, line.saturated ? NIL : (tables[source.node + NODE_FIRST] as number));
  const gaps = DESIGN_STATIONS + stations.length * DIST_WORDS;
  for (let i = 0; i < stations.length; i++) {
    row(DESIGN_STATIONS + i * DIST_WORDS, tables[(stations[i] as LineElement).leg + LEG_PROCESSING] as number);
    const buffer = buffers[i];
    into[gaps + i] = buffer === undefined ? 0 : (tables[buffer.node + NODE_CAPACITY] as number);
  }
  return into;
}

/**
 * Jobs in a *stretch*, a power of two: where the event engine meets more events at one tick than it allows, some station lets all parts of a whole
 * stretch but the last go at that tick, counting only parts that finish. 0 where such a promise cannot be given, or where records of the pool could
 * run out, so that it takes all accounts to know how a twin ends.
 *
 * Of e elements one has at least 1/e of a tick's events; of those, parts that are inside at the end take at most one each; and of 2s − 1 parts in
 * succession s make a stretch.
 * @param places in all gaps before the last station
 */
export function stretchOf(plant: Plant, stations: number, places: number): number {
  const { parts } = plant.counts;
  if (places + stations + 1 > parts) return 0;
  const share = Math.floor(((plant.tables[plant.at.run + RUN_STEP_LIMIT] as number) - 2) / (stations + 1)) - parts;
  let stretch = LONGEST_STRETCH;
  while (stretch >= SHORTEST_STRETCH && 2 * stretch - 1 > share) stretch /= 2;
  return stretch < SHORTEST_STRETCH ? 0 : stretch;
}

/** Follows the way from the source to the sink; words where it is no line's. */
function trace(plant: Plant): Line | string {
  const { scene, tables, at, counts, features, nodes } = plant;
  if (features.shop) return 'the plant has more than sources, buffers, stations and sinks with their plain rules';
  if (scene.sources.length !== 1) return `it has ${scene.sources.length} sources`;
  if (scene.sinks.length !== 1) return `it has ${scene.sinks.length} sinks`;
  if (counts.products !== 1) return `it has ${counts.products} products`;
  if (features.failures) return 'a station can fail';
  if (features.choices) return 'parts have a choice of ways';
  if (features.goal) return 'it ends with a number of parts and not with a time';
  if (features.losing) return 'the source loses parts';
  if (features.parallel) return 'a station has several servers';
  if (counts.parts > MOST_PARTS) return `there is room for ${counts.parts} parts`;
  if (tables[at.run + RUN_END] === 0) return 'it runs for no time';
  const start = tables[nodeAt(plant, scene.sources[0]?.name ?? '') + NODE_START] as number;
  const element = (leg: number): LineElement => ({ node: tables[leg + LEG_NODE] as number, leg });
  const source = element(start);
  const stations: LineElement[] = [];
  const buffers: (LineElement | undefined)[] = [];
  let gap: LineElement | undefined;
  const seen = new Set<number>([source.node]);
  for (let way = tables[start + LEG_EXIT] as number; ; way = tables[way + LEG_EXIT] as number) {
    if (way >= CHOICE_BIT) return 'parts have a choice of ways';
    const here = element(way);
    const kind = kindOf(plant, here.node);
    if (seen.has(here.node)) return 'parts come to an element again';
    seen.add(here.node);
    if (kind === KIND_BUFFER) {
      if (gap !== undefined) return 'a buffer feeds a buffer';
      const places = tables[here.node + NODE_CAPACITY] as number;
      if (places > MOST_PLACES && places !== ENDLESS) return `a buffer has ${places} places`;
      gap = here;
      continue;
    }
    buffers.push(gap);
    gap = undefined;
    if (kind === KIND_SINK) {
      if (stations.length === 0) return 'it has no station';
      if (seen.size !== nodes.length) return 'it has elements that no part comes to';
      const saturated = tables[source.node + NODE_INTERARRIVAL] === NIL;
      if (saturated && buffers[0] !== undefined && tables[buffers[0].node + NODE_CAPACITY] === ENDLESS) {
        return 'a saturated source fills an unlimited buffer';
      }
      return { source, stations, buffers, sink: here, saturated };
    }
    if (kind !== KIND_STATION || tables[here.node + NODE_PLACES] !== 1) return 'a station has several servers';
    stations.push(here);
  }
}

function nodeAt({ at, nodes }: Plant, name: string): number {
  return at.node + nodes.findIndex((node) => node.name === name) * NODE_WORDS;
}

function kindOf({ tables }: Plant, node: number): number {
  return tables[node + NODE_KIND] as number;
}
