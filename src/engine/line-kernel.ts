/** What the kernels of lines are made for: designs as they read them, and the part that names stations one by one (`shaders/line/run-lines.wgsl` says what it defines). */
import type { Plant } from '../scene/plant.ts';
import {
  DIST_BASE,
  DIST_KIND,
  DIST_SCALE,
  DIST_SHIFT,
  DIST_WORDS,
  NODE_STREAM,
  SAMPLING_CONSTANT,
  SAMPLING_OCTAVES,
  SAMPLING_SEGMENTS,
  STREAM_HI,
  STREAM_LO,
} from '../stations/words.ts';
import { DESIGN_ARRIVALS, DESIGN_FIRST, DESIGN_STATIONS, designWords, type Line, stretchOf } from './line.ts';

/** Words of a Stream record of the kernel, and two of them. */
export const STREAM_WORDS = 5;
const STREAM_KIND = 2;
const STREAM_LAG = 4;
/** Words of rings that fit private memory, of which WGSL allows 8 KiB. */
export const MOST_RING = 1920;

interface DrawingElement {
  /** Where its DIST row stands in a design. */
  at: number;
  /** Whose stream it draws from. */
  node: number;
  /** The first arrival, which is drawn by itself. */
  isFirst: boolean;
}

interface LineShape {
  timed: boolean;
  stations: number;
  elements: DrawingElement[];
  /** Gaps that can hold anybody up: behind each element but the last station, and not behind a source that always has a part. */
  gaps: number[];
  /** Words of a design as the kernel reads it: three an element, one a gap. */
  rowWords: number;
}

export function shapeOf(line: Line): LineShape {
  const stations = line.stations.length;
  const timed = !line.saturated;
  const elements = [
    ...(timed
      ? [
          { at: DESIGN_ARRIVALS, node: line.source.node, isFirst: false },
          { at: DESIGN_FIRST, node: line.source.node, isFirst: true },
        ]
      : []),
    ...line.stations.map(({ node }, i) => ({ at: DESIGN_STATIONS + i * DIST_WORDS, node, isFirst: false })),
  ];
  const gaps = line.stations.map((_, i) => i).slice(timed ? 0 : 1);
  return { timed, stations, elements, gaps, rowWords: 3 * elements.length + gaps.length };
}

/** Words of a twin's state: its result, the parts before the window, when the source and each station last let go, where each ring stands, the rings. */
export function stateWords(line: Line, ring: number): number {
  const { stations, gaps } = shapeOf(line);
  return 3 + stations + gaps.length + ring;
}

/**
 * WGSL of a job's way through the stations. The ring of gap g has one word more than the gap has places, and where it stands is the departure
 * from station g that lies so many parts back; the departure of the part in hand takes its place.
 * @param ring words of all rings of a twin, at most
 */
export function jobOf(line: Line, ring: number): string {
  const { timed, stations, elements, gaps, rowWords } = shapeOf(line);
  const all = Array.from({ length: stations }, (_, i) => i);
  /** Number of the element that draws for a station. */
  const drawing = (station: number): number => station + (timed ? 2 : 0);
  const ticks = (e: number): string => `ticks(units[unit${e} + k], low${e}, high${e}, shift${e})`;
  const hold = (gap: number): string[] => (gaps.includes(gap) ? [`  go = max(go, ring[at${gap}]);`] : []);
  const numbers = elements.flatMap((_, e) => [`unit${e}`, `low${e}`, `high${e}`, `shift${e}`]);
  const places = gaps.flatMap((g) => [`base${g}`, `end${g}`]);
  const moving = ['begun', ...all.map((i) => `last${i}`), ...gaps.map((g) => `at${g}`)];
  const marks = all.map((i) => `mark${i}`);
  const lines = [
    `const DESIGN_WORDS: u32 = ${rowWords}u;`,
    `const RING: u32 = ${ring}u;`,
    'var<private> ring: array<u32, RING>;',
    ...[...numbers, ...places, ...moving, ...marks].map((name) => `var<private> ${name}: u32;`),
    'fn take(design: u32, replication: u32) {',
    '  let first = replication * slice.streams;',
    ...elements.flatMap((_, e) => [
      `  unit${e} = (first + designs[design + ${3 * e}u]) * slice.jobs;`,
      `  low${e} = designs[design + ${3 * e + 1}u] & 0xffffu;`,
      `  high${e} = designs[design + ${3 * e + 1}u] >> 16u;`,
      `  shift${e} = designs[design + ${3 * e + 2}u];`,
    ]),
    '  var next = 0u;',
    ...gaps.flatMap((g, i) => [
      `  base${g} = next;`,
      `  at${g} = next;`,
      `  next += designs[design + ${3 * elements.length + i}u];`,
      `  end${g} = next;`,
    ]),
    '}',
    'fn takeUp() {',
    ...moving.map((name, i) => `  ${name} = kept(${i + 2}u);`),
    `  for (var w = 0u; w < end${gaps.at(-1)}; w++) { ring[w] = kept(${moving.length + 2}u + w); }`,
    '}',
    'fn layDown() {',
    ...moving.map((name, i) => `  keep(${i + 2}u, ${name});`),
    `  for (var w = 0u; w < end${gaps.at(-1)}; w++) { keep(${moving.length + 2}u + w, ring[w]); }`,
    '}',
    'fn job(n: u32, k: u32) -> u32 {',
    '  var go = 0u;',
    ...(timed ? ['  if (n == 0u) {', `    go = ${ticks(1)};`, '  } else {', `    go = later(begun, ${ticks(0)});`, '  }'] : []),
    ...(timed ? [...hold(0), '  begun = go;'] : []),
    ...all.flatMap((i) => [
      `  go = later(max(go, last${i}), ${ticks(drawing(i))});`,
      ...(i + 1 < stations ? hold(i + 1) : []),
      ...(gaps.includes(i) ? [`  ring[at${i}] = go;`, `  at${i} = select(at${i} + 1u, base${i}, at${i} + 1u == end${i});`] : []),
      `  last${i} = go;`,
    ]),
    '  return go;',
    '}',
    'fn mark() {',
    ...all.map((i) => `  mark${i} = last${i};`),
    '}',
    'fn stood() -> bool {',
    `  return ${all.map((i) => `mark${i} == last${i}`).join(' || ')};`,
    '}',
    '',
  ];
  return (gaps.length > 0 ? lines : lines.filter((text) => !text.includes('endundefined'))).join('\n');
}

/**
 * Designs (rows of `designWords`) as the kernel reads them: for each element its stream of units, scale and shift; then words of each ring. Streams are told apart by element
 * and table. `untold`: by row, 1 where only the event engine can tell. `most`: words of all rings of a twin.
 */
export function kernelRows(
  plant: Plant,
  line: Line,
  designs: Uint32Array,
): { rows: Uint32Array; streams: Uint32Array; most: number; untold: Uint8Array } {
  const stations = line.stations.length;
  const words = designWords(stations);
  const count = designs.length / words;
  const { elements, gaps, rowWords } = shapeOf(line);
  const rows = new Uint32Array(count * rowWords);
  const untold = new Uint8Array(count);
  const ids = new Map<string, number>();
  const streams: number[] = [];
  let most = 0;
  for (let row = 0; row < count; row++) {
    const from = row * words;
    let to = row * rowWords;
    for (const { at, node, isFirst } of elements) {
      const kind = designs[from + at + DIST_KIND] as number;
      const base = designs[from + at + DIST_BASE] as number;
      const constant = kind === SAMPLING_CONSTANT;
      // The draw of a first arrival that is constant is left to the second.
      const lag = at === DESIGN_ARRIVALS && designs[from + DESIGN_FIRST + DIST_KIND] === SAMPLING_CONSTANT ? 1 : 0;
      const key = constant ? 'constant' : `${node} ${isFirst ? 0 : lag} ${kind} ${base}`;
      let id = ids.get(key);
      if (id === undefined) {
        ids.set(key, (id = ids.size));
        const stream = plant.tables[node + NODE_STREAM] as number;
        streams.push(plant.tables[stream + STREAM_LO] as number, plant.tables[stream + STREAM_HI] as number, kind, base, lag);
      }
      rows[to++] = id;
      // See the unit of a constant in `LineDraws`.
      rows[to++] = (designs[from + at + DIST_SCALE] as number) + (constant ? 1 : 0);
      rows[to++] = constant ? 0 : (designs[from + at + DIST_SHIFT] as number);
    }
    let sum = 0;
    let inside = 0;
    for (let gap = 0; gap < stations; gap++) {
      const places = designs[from + DESIGN_STATIONS + stations * DIST_WORDS + gap] as number;
      inside += places;
      if (!gaps.includes(gap)) continue;
      rows[to++] = places + 1;
      sum += places + 1;
    }
    if (sum > MOST_RING || stretchOf(plant, stations, inside) === 0) {
      untold[row] = 1;
      rows.fill(1, to - gaps.length, to);
    } else most = Math.max(most, sum);
  }
  return { rows, streams: Uint32Array.from(streams), most, untold };
}

/** What streams need of the kernel that draws, as its constants. */
export function featuresOf(streams: Uint32Array): string {
  const rows = Array.from({ length: streams.length / STREAM_WORDS }, (_, i) => streams.subarray(i * STREAM_WORDS));
  const has = (name: string, test: (row: Uint32Array) => boolean): string => `const HAS_${name}: bool = ${rows.some(test)};\n`;
  return (
    has('CONSTANTS', (row) => row[STREAM_KIND] === SAMPLING_CONSTANT) +
    has('OCTAVES', (row) => row[STREAM_KIND] === SAMPLING_OCTAVES) +
    has('SEGMENTS', (row) => row[STREAM_KIND] === SAMPLING_SEGMENTS) +
    has('LAG', (row) => row[STREAM_KIND] !== SAMPLING_CONSTANT && row[STREAM_LAG] !== 0)
  );
}
