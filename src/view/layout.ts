/**
 * A tidy floor for a plant without positions: layers by longest path (cycles broken by depth-first search), order within a layer by
 * barycentre sweeps, heights by least squares, and a long line folded into rows that run to and fro, as long lines are built.
 * Pure: the same graph gives the same floor.
 */

/** What an element occupies around its flow line, in metres. */
export interface Extent {
  width: number;
  /** From the flow line to its north and south edge. */
  above: number;
  below: number;
}

/** Where an element stands: `x` its middle, `y` its flow line (y runs south), `flow` the direction of travel: +1 east, −1 west. */
export interface Place {
  x: number;
  y: number;
  flow: 1 | -1;
}

/** Metres between neighbours along the flow, between neighbours across it, and between the rows of a folded line. */
export const GAP = { along: 1.3, across: 1.5, rows: 2.6, plants: 4 };
const SWEEPS = 6;

/**
 * Places for every element, in the order of `extents`. No two overlap. Edges are pairs of indices; loops and repeats are allowed.
 * `aspect`: width to depth that long lines are folded to.
 */
export function layOut(extents: Extent[], edges: [number, number][], aspect: number): Place[] {
  const places: Place[] = extents.map(() => ({ x: 0, y: 0, flow: 1 }));
  const blocks = components(extents.length, edges).map((members) => layOutComponent(members, extents, edges, places, aspect));
  packShelves(blocks, places, aspect);
  return places;
}

interface Block {
  members: number[];
  left: number;
  top: number;
  width: number;
  depth: number;
}

function neighbours(count: number, edges: [number, number][], end: 0 | 1): number[][] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) if (edge[0] !== edge[1]) lists[edge[end]]!.push(edge[end === 0 ? 1 : 0]);
  return lists;
}

function components(count: number, edges: [number, number][]): number[][] {
  const after = neighbours(count, edges, 0);
  const before = neighbours(count, edges, 1);
  const seen = new Uint8Array(count);
  const found: number[][] = [];
  for (let start = 0; start < count; start++) {
    if (seen[start]) continue;
    seen[start] = 1;
    const members = [start];
    for (let i = 0; i < members.length; i++) {
      for (const next of [...after[members[i]!]!, ...before[members[i]!]!]) {
        if (seen[next]) continue;
        seen[next] = 1;
        members.push(next);
      }
    }
    found.push(members.sort((a, b) => a - b));
  }
  return found;
}

/** The edges that remain when every edge that closes a cycle of the depth-first search is left out. */
function acyclic(count: number, edges: [number, number][]): [number, number][] {
  const after = neighbours(count, edges, 0);
  const entered = new Uint8Array(count);
  for (const [from, to] of edges) if (from !== to) entered[to] = 1;
  const state = new Uint8Array(count);
  const kept: [number, number][] = [];
  const order = [...Array(count).keys()].sort((a, b) => entered[a]! - entered[b]! || a - b);
  for (const root of order) {
    if (state[root]) continue;
    const stack: { node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const targets = after[top.node]!;
      if (top.next === targets.length) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      const to = targets[top.next++]!;
      if (state[to] === 1) continue;
      kept.push([top.node, to]);
      if (state[to] === 0) {
        state[to] = 1;
        stack.push({ node: to, next: 0 });
      }
    }
  }
  return kept;
}

/** Longest-path layers, with elements that nothing enters drawn up to what they feed. */
function layerOf(count: number, edges: [number, number][]): number[] {
  const after = neighbours(count, edges, 0);
  const before = neighbours(count, edges, 1);
  const waiting = before.map((list) => list.length);
  const layer = new Array<number>(count).fill(0);
  const ready = waiting.flatMap((n, node) => (n === 0 ? [node] : []));
  for (let i = 0; i < ready.length; i++) {
    const node = ready[i]!;
    for (const to of after[node]!) {
      layer[to] = Math.max(layer[to]!, layer[node]! + 1);
      if (--waiting[to]! === 0) ready.push(to);
    }
  }
  for (let node = 0; node < count; node++) {
    if (before[node]!.length > 0 || after[node]!.length === 0) continue;
    layer[node] = Math.min(...after[node]!.map((to) => layer[to]!)) - 1;
  }
  return layer;
}

/** Fills in places of one connected plant, and says how much floor it takes. */
function layOutComponent(members: number[], extents: Extent[], edges: [number, number][], places: Place[], aspect: number): Block {
  const local = new Map(members.map((node, i) => [node, i]));
  const inside: [number, number][] = [];
  for (const [from, to] of edges) if (local.has(from)) inside.push([local.get(from)!, local.get(to)!]);
  const size = members.map((node) => extents[node]!);
  const forward = acyclic(members.length, inside);
  const after = neighbours(members.length, forward, 0);
  const before = neighbours(members.length, forward, 1);
  const layer = layerOf(members.length, forward);

  const layers: number[][] = Array.from({ length: Math.max(...layer) + 1 }, () => []);
  for (let node = 0; node < members.length; node++) layers[layer[node]!]!.push(node);
  const y = new Float64Array(members.length);
  for (const row of layers) stack(row, size, y);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (let i = 0; i < layers.length; i++) {
      const row = layers[down ? i : layers.length - 1 - i]!;
      const wish = new Map(row.map((node) => [node, mean((down ? before : after)[node]!, y) ?? y[node]!]));
      row.sort((a, b) => wish.get(a)! - wish.get(b)! || a - b);
      settle(row, wish, size, y);
    }
  }

  const rows = fold(layers, size, y, inside, layer, aspect);
  let x = 0;
  let top = 0;
  let left = Infinity;
  let right = -Infinity;
  rows.forEach((row, r) => {
    const flow = r % 2 === 0 ? 1 : -1;
    let north = Infinity;
    let south = -Infinity;
    for (const nodes of row) {
      const width = Math.max(...nodes.map((node) => size[node]!.width));
      for (const node of nodes) {
        const place = places[members[node]!]!;
        place.x = x + (flow * width) / 2;
        place.flow = flow;
        north = Math.min(north, y[node]! - size[node]!.above);
        south = Math.max(south, y[node]! + size[node]!.below);
      }
      left = Math.min(left, x, x + flow * width);
      right = Math.max(right, x, x + flow * width);
      x += flow * (width + GAP.along);
    }
    x -= flow * GAP.along;
    for (const node of row.flat()) places[members[node]!]!.y = y[node]! - north + top;
    top += south - north + GAP.rows;
  });
  return { members, left, top: 0, width: right - left, depth: top - GAP.rows };
}

function mean(nodes: number[], y: Float64Array): number | undefined {
  if (nodes.length === 0) return undefined;
  let sum = 0;
  for (const node of nodes) sum += y[node]!;
  return sum / nodes.length;
}

/** One above the other, the middle of the flow lines at 0. */
function stack(row: number[], size: Extent[], y: Float64Array): void {
  const offset = offsets(row, size);
  const middle = offset[row.length - 1]! / 2;
  row.forEach((node, i) => {
    y[node] = offset[i]! - middle;
  });
}

/** Flow lines of a column packed as tightly as the gaps allow, from 0. */
function offsets(row: number[], size: Extent[]): number[] {
  const offset = [0];
  for (let i = 1; i < row.length; i++) {
    offset.push(offset[i - 1]! + size[row[i - 1]!]!.below + GAP.across + size[row[i]!]!.above);
  }
  return offset;
}

/** The least-squares heights nearest to the wishes that keep order and gaps: pool adjacent violators (isotonic regression). */
function settle(row: number[], wish: Map<number, number>, size: Extent[], y: Float64Array): void {
  const offset = offsets(row, size);
  const pools: { sum: number; count: number }[] = [];
  row.forEach((node, i) => {
    let pool = { sum: wish.get(node)! - offset[i]!, count: 1 };
    while (pools.length > 0) {
      const last = pools[pools.length - 1]!;
      if (last.sum / last.count <= pool.sum / pool.count) break;
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  let i = 0;
  for (const pool of pools) {
    for (let k = 0; k < pool.count; k++, i++) y[row[i]!] = pool.sum / pool.count + offset[i]!;
  }
}

/** Cuts the layers into as many rows as come nearest to the wished aspect. */
function fold(
  layers: number[][],
  size: Extent[],
  y: Float64Array,
  edges: [number, number][],
  layer: number[],
  aspect: number,
): number[][][] {
  const widths = layers.map((row) => Math.max(...row.map((node) => size[node]!.width)) + GAP.along);
  const norths = layers.map((row) => Math.min(...row.map((node) => y[node]! - size[node]!.above)));
  const souths = layers.map((row) => Math.max(...row.map((node) => y[node]! + size[node]!.below)));
  const crossing = crossings(layers.length, edges, layer);
  let best = [0];
  let least = Infinity;
  for (let count = 1; count <= layers.length; count++) {
    const starts = cut(widths, crossing, count);
    let width = 0;
    let depth = -GAP.rows;
    starts.forEach((start, i) => {
      const end = starts[i + 1] ?? layers.length;
      width = Math.max(width, sumOf(widths, start, end) - GAP.along);
      depth += Math.max(...souths.slice(start, end)) - Math.min(...norths.slice(start, end)) + GAP.rows;
    });
    const side = Math.max(width / aspect, depth);
    if (side < least) {
      least = side;
      best = starts;
    }
    // More rows only make it deeper.
    if (depth > width / aspect) break;
  }
  return best.map((start, i) => layers.slice(start, best[i + 1] ?? layers.length));
}

const sumOf = (list: number[], start: number, end: number) => list.slice(start, end).reduce((sum, value) => sum + value, 0);

/** The price of a cut before each layer: the links that would cross it; rework links, which then leave their row, count three times. */
function crossings(layers: number, edges: [number, number][], layer: number[]): number[] {
  const change = new Array<number>(layers + 1).fill(0);
  for (const [from, to] of edges) {
    const price = layer[from]! < layer[to]! ? 1 : 3;
    change[Math.min(layer[from]!, layer[to]!) + 1]! += price;
    change[Math.max(layer[from]!, layer[to]!) + 1]! -= price;
  }
  let price = 0;
  return change.map((step) => (price += step));
}

/** First layers of `count` rows of about the same width, each cut moved to a neighbour where that is cheaper. */
function cut(widths: number[], crossing: number[], count: number): number[] {
  const total = sumOf(widths, 0, widths.length);
  const starts = [0];
  let reached = 0;
  for (let i = 0; i < widths.length && starts.length < count; i++) {
    if (reached + widths[i]! / 2 >= (total * starts.length) / count) {
      const near = [i, i - 1, i + 1].filter((at) => at > starts[starts.length - 1]! && at < widths.length);
      near.sort((a, b) => crossing[a]! - crossing[b]! || Math.abs(a - i) - Math.abs(b - i));
      if (near.length > 0) starts.push(near[0]!);
    }
    reached += widths[i]!;
  }
  return starts;
}

/** Plants that do not touch each other stand side by side on shelves, the deepest first. */
function packShelves(blocks: Block[], places: Place[], aspect: number): void {
  const area = blocks.reduce((sum, block) => sum + (block.width + GAP.plants) * (block.depth + GAP.plants), 0);
  const limit = Math.max(Math.sqrt(area * aspect), ...blocks.map((block) => block.width));
  let x = 0;
  let y = 0;
  let shelf = 0;
  for (const block of [...blocks].sort((a, b) => b.depth - a.depth || a.members[0]! - b.members[0]!)) {
    if (x > 0 && x + block.width > limit) {
      x = 0;
      y += shelf + GAP.plants;
      shelf = 0;
    }
    for (const node of block.members) {
      places[node]!.x += x - block.left;
      places[node]!.y += y - block.top;
    }
    x += block.width + GAP.plants;
    shelf = Math.max(shelf, block.depth);
  }
}
