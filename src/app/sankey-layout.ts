/**
 * A Sankey diagram of flows that may go in circles: elements in columns by how far they are from where parts come in, bands as wide as the
 * flow, and bands that lead back drawn round below. Columns and crossings after Sugiyama, Tagawa and Toda (1981): links that lead back are set
 * aside, each element stands one column after the last before it, long links pass through places of their own in the columns between, and
 * sweeps by barycentre order the columns.
 */

export interface FlowLink {
  from: number;
  to: number;
  value: number;
}

export interface Options {
  width: number;
  height: number;
  nodeWidth: number;
  /** Pixels between elements of one column, kept free for labels above each. */
  gap: number;
  /** Pixels beside the outer columns, for bands that turn round. */
  margin: number;
}

export interface NodeBox {
  /** As in the links; elements without flow are not laid out. */
  node: number;
  column: number;
  x: number;
  y: number;
  width: number;
  height: number;
  into: number;
  outOf: number;
}

export interface Band {
  /** Index of the link. */
  link: number;
  /** Pixels; the same all along. */
  thickness: number;
  back: boolean;
  /** Its middle line from element to element, through the columns between: x, y. A band that leads back has the level of its way home in `lane`. */
  points: [x: number, y: number][];
  lane: number;
  /** How far, in control points, it swings out beside an element where it turns round. */
  turn: number;
}

export interface Layout {
  nodes: NodeBox[];
  bands: Band[];
  columns: number;
  width: number;
  /** Pixels for one unit of flow. */
  scale: number;
}

/** A place in a column: of an element, or of a link that passes. */
interface Slot {
  node: number;
  column: number;
  value: number;
  height: number;
  y: number;
  /** Neighbouring slots, and by how much. */
  before: { slot: Slot; value: number }[];
  after: { slot: Slot; value: number }[];
}

const SWEEPS = 12;
const PASSING = -1;
/** Pixels between bands that lead back. */
const LANE_GAP = 4;

/** `starts`: elements to begin at, in order, such as sources; others follow by number. */
export function layOut(links: readonly FlowLink[], starts: readonly number[], options: Options): Layout {
  const flowing = links.map((link, index) => ({ ...link, index })).filter(({ value }) => value > 0);
  const numbers = [...new Set(flowing.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  if (numbers.length === 0) return { nodes: [], bands: [], columns: 0, width: options.width, scale: 0 };
  const backwards = leadingBack(flowing, [...starts.filter((node) => numbers.includes(node)), ...numbers]);
  const forward = flowing.filter(({ index }) => !backwards.has(index));
  const column = columnsOf(numbers, forward);
  const columns = Math.max(...column.values()) + 1;

  // Elements and passing links as slots.
  const sum = (node: number, end: 'from' | 'to') => flowing.reduce((total, link) => total + (link[end] === node ? link.value : 0), 0);
  const slots: Slot[][] = Array.from({ length: columns }, () => []);
  const make = (node: number, at: number, value: number): Slot => {
    const slot: Slot = { node, column: at, value, height: 0, y: 0, before: [], after: [] };
    slots[at]!.push(slot);
    return slot;
  };
  const slotOf = new Map(numbers.map((node) => [node, make(node, column.get(node)!, Math.max(sum(node, 'from'), sum(node, 'to')))]));
  const chains = new Map<number, Slot[]>();
  for (const { from, to, value, index } of forward) {
    const chain = [slotOf.get(from)!];
    for (let at = column.get(from)! + 1; at < column.get(to)!; at++) chain.push(make(PASSING, at, value));
    chain.push(slotOf.get(to)!);
    chains.set(index, chain);
    for (let i = 1; i < chain.length; i++) {
      chain[i - 1]!.after.push({ slot: chain[i]!, value });
      chain[i]!.before.push({ slot: chain[i - 1]!, value });
    }
  }

  // As high as the fullest column and the ways home allow.
  const back = flowing.filter(({ index }) => backwards.has(index));
  const backValue = back.reduce((total, { value }) => total + value, 0);
  const room = options.height - (back.length > 0 ? options.gap / 2 + back.length * LANE_GAP : 0);
  const scale = Math.max(
    1e-9,
    Math.min(
      ...slots.map(
        (list) =>
          (room - list.reduce((total, slot) => total + gapAbove(slot, options.gap), 0)) /
          (list.reduce((total, slot) => total + slot.value, 0) + backValue),
      ),
    ),
  );
  for (const list of slots) for (const slot of list) slot.height = slot.value * scale;
  const floor = room - backValue * scale;
  place(slots, options.gap, floor);

  const step = columns > 1 ? (options.width - 2 * options.margin - options.nodeWidth) / (columns - 1) : 0;
  const left = (at: number) => options.margin + at * step;
  const nodes = numbers.map((node): NodeBox => {
    const { column: at, y, height } = slotOf.get(node)!;
    return {
      node,
      column: at,
      x: left(at),
      y,
      width: options.nodeWidth,
      height,
      into: sum(node, 'to'),
      outOf: sum(node, 'from'),
    };
  });
  return { nodes, bands: bandsOf(flowing, backwards, chains, slotOf, scale, floor, options, left), columns, width: options.width, scale };
}

/** Only elements have a label above them. */
const gapAbove = (slot: Slot, gap: number): number => (slot.node === PASSING ? gap / 4 : gap);

/** Links from an element to one that a walk came through on its way there, by their index. Strong links are walked first, so weak ones lead back. */
function leadingBack(links: readonly (FlowLink & { index: number })[], order: readonly number[]): Set<number> {
  const out = new Map<number, (FlowLink & { index: number })[]>();
  for (const link of [...links].sort((a, b) => b.value - a.value || a.index - b.index)) {
    const list = out.get(link.from);
    if (list) list.push(link);
    else out.set(link.from, [link]);
  }
  const back = new Set<number>();
  const done = new Set<number>();
  const open = new Set<number>();
  for (const start of order) {
    if (done.has(start)) continue;
    // Without recursion: a plant may be a line of thousands.
    const stack = [{ node: start, next: 0 }];
    open.add(start);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const link = out.get(top.node)?.[top.next++];
      if (!link) {
        open.delete(top.node);
        done.add(top.node);
        stack.pop();
      } else if (open.has(link.to)) back.add(link.index);
      else if (!done.has(link.to)) {
        open.add(link.to);
        stack.push({ node: link.to, next: 0 });
      }
    }
  }
  return back;
}

/** One after the last of those before; those that nothing comes to stand just before what they lead to. */
function columnsOf(numbers: readonly number[], links: readonly FlowLink[]): Map<number, number> {
  const column = new Map(numbers.map((node) => [node, 0]));
  const waiting = new Map(numbers.map((node) => [node, links.filter(({ to }) => to === node).length]));
  const ready = numbers.filter((node) => waiting.get(node) === 0);
  const fed = new Set(links.map(({ to }) => to));
  for (const node of ready) {
    for (const { from, to } of links) {
      if (from !== node) continue;
      column.set(to, Math.max(column.get(to)!, column.get(node)! + 1));
      waiting.set(to, waiting.get(to)! - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
  }
  for (const node of numbers) {
    if (fed.has(node)) continue;
    const next = links.filter(({ from }) => from === node).map(({ to }) => column.get(to)!);
    if (next.length > 0) column.set(node, Math.max(0, Math.min(...next) - 1));
  }
  return column;
}

/** Orders each column by where its neighbours are, and puts it as near to them as the gaps allow, between 0 and `floor`. */
function place(slots: Slot[][], gap: number, floor: number): void {
  const middle = (slot: Slot) => slot.y + slot.height / 2;
  const wish = (slot: Slot, side: 'before' | 'after') => {
    const weight = slot[side].reduce((sum, one) => sum + one.value, 0);
    return weight > 0 ? slot[side].reduce((sum, one) => sum + one.value * middle(one.slot), 0) / weight : middle(slot);
  };
  const settle = (list: Slot[]) => {
    // Down from above, then up from below; each keeps its gap above, where its label stands.
    let free = 0;
    for (const slot of list) {
      slot.y = Math.max(slot.y, free + gapAbove(slot, gap));
      free = slot.y + slot.height;
    }
    let limit = floor;
    for (const slot of [...list].reverse()) {
      slot.y = Math.min(slot.y, limit - slot.height);
      limit = slot.y - gapAbove(slot, gap);
    }
  };
  for (const list of slots) {
    let y = (floor - list.reduce((sum, slot) => sum + slot.height + gapAbove(slot, gap), 0)) / 2;
    for (const slot of list) {
      slot.y = y + gapAbove(slot, gap);
      y = slot.y + slot.height;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep % 2 === 0 ? 'before' : 'after';
    for (const list of side === 'before' ? slots : [...slots].reverse()) {
      const wishes = new Map(list.map((slot) => [slot, wish(slot, side)]));
      list.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
      for (const slot of list) slot.y = wishes.get(slot)! - slot.height / 2;
      settle(list);
    }
  }
}

function bandsOf(
  links: readonly (FlowLink & { index: number })[],
  backwards: ReadonlySet<number>,
  chains: ReadonlyMap<number, Slot[]>,
  slotOf: ReadonlyMap<number, Slot>,
  scale: number,
  floor: number,
  options: Options,
  left: (column: number) => number,
): Band[] {
  const leaving = new Map<number, number>();
  const coming = new Map<number, number>();
  const y = (slot: Slot | undefined) => (slot ? slot.y + slot.height / 2 : 0);
  // At each end bands stand in the order of where they lead; those that lead back are the lowest.
  const key = (link: (typeof links)[number], end: 'from' | 'to') => {
    if (backwards.has(link.index)) return Number.MAX_VALUE;
    const chain = chains.get(link.index)!;
    return y(end === 'from' ? chain[1] : chain.at(-2));
  };
  const stack = (end: 'from' | 'to', taken: Map<number, number>) => {
    const used = new Map<number, number>();
    for (const link of [...links].sort((a, b) => key(a, end) - key(b, end) || a.index - b.index)) {
      const top = used.get(link[end]) ?? slotOf.get(link[end])!.y;
      taken.set(link.index, top + (link.value * scale) / 2);
      used.set(link[end], top + link.value * scale);
    }
  };
  stack('from', leaving);
  stack('to', coming);
  let lane = floor + options.gap / 2;
  const span = ({ from, to }: FlowLink) => slotOf.get(from)!.column - slotOf.get(to)!.column;
  const lanes = new Map<number, number>();
  for (const link of links.filter(({ index }) => backwards.has(index)).sort((a, b) => span(a) - span(b) || a.index - b.index)) {
    const thickness = link.value * scale;
    lanes.set(link.index, lane + thickness / 2);
    lane += thickness + LANE_GAP;
  }
  return links.map((link): Band => {
    const back = backwards.has(link.index);
    const [from, to] = [slotOf.get(link.from)!, slotOf.get(link.to)!];
    const inner = back ? [] : chains.get(link.index)!.slice(1, -1);
    return {
      link: link.index,
      thickness: link.value * scale,
      back,
      points: [
        [left(from.column) + options.nodeWidth, leaving.get(link.index)!],
        ...inner.flatMap(({ column, y: top, height }): [number, number][] => [
          [left(column), top + height / 2],
          [left(column) + options.nodeWidth, top + height / 2],
        ]),
        [left(to.column), coming.get(link.index)!],
      ],
      lane: lanes.get(link.index) ?? 0,
      // Such a curve reaches three quarters as far as its control points, and its edge stays inside the margin.
      turn: Math.max(12, Math.min(72, ((options.margin - 2 - (link.value * scale) / 2) * 4) / 3)),
    };
  });
}

/** The middle line of a band as an SVG path, to be stroked as thick as the band is; `shift` pixels beside it, downwards. */
export function pathOf(band: Band, shift = 0): string {
  const number = (value: number) => Math.round(value * 100) / 100;
  const points = band.points.map(([x, y]): [number, number] => [number(x), number(y + shift)]);
  const [from, to] = [points[0]!, points.at(-1)!];
  if (band.back) {
    // What is below on the way out is above on the way home.
    const level = number(band.lane - shift);
    const turn = number(band.turn);
    return `M${from[0]} ${from[1]}C${from[0] + turn} ${from[1]} ${from[0] + turn} ${level} ${from[0]} ${level}L${to[0]} ${level}C${to[0] - turn} ${level} ${to[0] - turn} ${to[1]} ${to[0]} ${to[1]}`;
  }
  let path = `M${from[0]} ${from[1]}`;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1]!;
    const [x1, y1] = points[i]!;
    const bend = number((x0 + x1) / 2);
    path += y0 === y1 ? `L${x1} ${y1}` : `C${bend} ${y0} ${bend} ${y1} ${x1} ${y1}`;
  }
  return path;
}
