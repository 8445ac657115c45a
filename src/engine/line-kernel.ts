/** The part of the kernel of lines that names stations one by one (`shaders/line/run-lines.wgsl` says what it defines). */
import { DIST_WORDS } from '../stations/words.ts';
import { DESIGN_ARRIVALS, DESIGN_FIRST, DESIGN_STATIONS, type Line } from './line.ts';

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
