/** The states of servers as rows of pixels: each column of pixels is a span of time, in which states stand on one another as high as their shares. */
import { type FloorPlan, STATES } from '../engine/trace.ts';
import { type Chronicle, upTo } from './chronicle.ts';
import { inPlantOrder } from './plant-order.ts';
import { isInked } from './states.ts';

const ROWS_SHOWN = 300;

export interface Row {
  name: string;
  station: string;
  /** Node of the plan, the server's number there, and its number through all stations. */
  node: number;
  server: number;
  place: number;
}

/** One row a server, stations in plant order, at most 300. */
export function rowsOf(plan: FloorPlan): Row[] {
  const index = new Map(plan.nodes.map((node, at) => [node.name, at]));
  const rows = inPlantOrder(plan, 'station').flatMap((station) => {
    const node = index.get(station)!;
    const { servers, firstPlace } = plan.nodes[node]!;
    return Array.from({ length: servers }, (_, server) => ({
      name: servers > 1 ? `${station} ${server + 1}` : station,
      station,
      node,
      server,
      place: firstPlace + server,
    }));
  });
  return rows.slice(0, ROWS_SHOWN);
}

/** Ticks that a server spent in each state between two ticks, in the order of STATES. */
export function ticksByState(chronicle: Chronicle, place: number, from: number, to: number): Float64Array {
  const { ticks, states } = chronicle.changes(place);
  const sums = new Float64Array(STATES.length);
  for (let i = Math.max(0, upTo(ticks, from) - 1); i < ticks.length && ticks[i]! < to; i++) {
    sums[states[i]!]! += Math.max(0, Math.min(to, ticks[i + 1] ?? chronicle.trace.end) - Math.max(from, ticks[i]!));
  }
  return sums;
}

/** A picture's pixels, row by row, as ImageData keeps them. */
export interface Pixels {
  words: Uint32Array;
  width: number;
}

/** Time on pixels: column c is the time from (first + c) × perColumn ticks on, for perColumn ticks. */
export interface Columns {
  first: number;
  perColumn: number;
  end: number;
}

/** Paints one server from row `top` of the picture on, `height` pixels high. Patterns keep to the time, so that a chart that moves does not flicker. */
export function paintStates(
  pixels: Pixels,
  top: number,
  height: number,
  chronicle: Chronicle,
  place: number,
  { first, perColumn, end }: Columns,
  colors: { plain: number; ink: number }[],
): void {
  const { ticks, states } = chronicle.changes(place);
  const { words, width } = pixels;
  const shares = new Float64Array(STATES.length);
  let at = Math.max(0, upTo(ticks, first * perColumn) - 1);
  for (let column = 0; column < width; column++) {
    const from = (first + column) * perColumn;
    const to = Math.min(end, from + perColumn);
    if (to <= from) break;
    while (at + 1 < ticks.length && ticks[at + 1]! <= from) at++;
    const phase = first + column;
    const bottom = (top + height - 1) * width + column;
    if (at + 1 >= ticks.length || ticks[at + 1]! >= to) {
      // Whole columns of one state are painted row by row, which is how they lie in memory.
      const next = Math.min(end, ticks[at + 1] ?? end) / perColumn - first;
      const columns = Math.max(1, Math.min(width, Math.floor(next)) - column);
      block(words, width, bottom, columns, height, states[at]!, phase, colors);
      column += columns - 1;
      continue;
    }
    shares.fill(0);
    let since = from;
    for (let i = at; i < ticks.length && since < to; i++) {
      const until = Math.min(to, ticks[i + 1] ?? to);
      shares[states[i]!]! += until - since;
      since = until;
    }
    let sum = 0;
    let drawn = 0;
    for (let state = 0; state < STATES.length; state++) {
      if (shares[state] === 0) continue;
      sum += shares[state]!;
      const until = Math.round((sum / (to - from)) * height);
      fill(words, width, bottom, drawn, until, state, phase, colors);
      drawn = until;
    }
  }
}

/** `columns` columns of one state. */
function block(
  words: Uint32Array,
  width: number,
  bottom: number,
  columns: number,
  height: number,
  state: number,
  phase: number,
  colors: { plain: number; ink: number }[],
): void {
  const { plain, ink } = colors[state]!;
  const inked = INK[state]!;
  for (let y = 0; y < height; y++) {
    const left = bottom - y * width;
    words.fill(plain, left, left + columns);
    if (!PATTERNED[state]) continue;
    for (let x = 0; x < columns; x++) if (inked[((phase + x) % PERIOD) * HIGHEST + y] === 1) words[left + x] = ink;
  }
}

/** Every pattern repeats after so many columns; rows are never as high as this. */
const PERIOD = 120;
const HIGHEST = 32;
/** Where each state's pattern inks a pixel: by column, then by height above the lowest. */
const INK = STATES.map((_, state) =>
  Uint8Array.from({ length: PERIOD * HIGHEST }, (__, at) => (isInked(state, Math.floor(at / HIGHEST), at % HIGHEST) ? 1 : 0)),
);

const PATTERNED = INK.map((inked) => inked.includes(1));

/** Pixels `from` … `to` − 1 above the lowest one of a column. */
function fill(
  words: Uint32Array,
  width: number,
  bottom: number,
  from: number,
  to: number,
  state: number,
  phase: number,
  colors: { plain: number; ink: number }[],
): void {
  const { plain, ink } = colors[state]!;
  const inked = INK[state]!;
  const column = (phase % PERIOD) * HIGHEST;
  for (let y = from, at = bottom - from * width; y < to; y++, at -= width) words[at] = inked[column + y] === 1 ? ink : plain;
}
