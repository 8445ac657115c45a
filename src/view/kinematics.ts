/**
 * A trace made ready for the kernel that places parts, and what the host looks up itself at each moment: queues and server states.
 * Independent of WebGPU. Times are ticks.
 */
import { CHANGE, NEVER, VISIT, type Trace, MOVE } from '../engine/trace.ts';
import { type BeltTrace, beltTrace } from './belts.ts';
import { isWay } from './plan.ts';
import { entranceOf, exitOf } from './routing.ts';
import { LANE, PART, type Site } from './site.ts';

/** "No way", "no spot" in the words for the kernel. */
const NOWHERE = 0xffffffff;
/** Visits that one workgroup looks at. */
export const CHUNK = 64;
const KINDS = { source: 0, buffer: 1, station: 2, sink: 3, conveyor: 2, transfer: 2 } as const;
/** Of nodes for the kernel alone: the end of a transfer's way; and a place from which parts leave in any order. */
const WAY_END = 4;
const SHELF = 5;
/** Parts on one server are drawn one on the other, up to this many; the level stands above this bit of `place`. */
const LEVELS = 6;
const LEVEL_BIT = 24;

export interface Kinematics {
  /** Seven words a visit, as `Visit` in place-parts.wgsl; visits of no length are not among them: the way runs on over them. */
  visits: Uint32Array<ArrayBuffer>;
  count: number;
  /** Three words a way, as `Way` (the third a float's bits), and its points x, y, z, metres from its beginning. */
  ways: Uint32Array<ArrayBuffer>;
  points: Float32Array<ArrayBuffer>;
  /** By node: the parts on a conveyor. They are placed by the host, not by the kernel. */
  belts: (BeltTrace | undefined)[];
  /** By node: parts leave it in any order, each from the spot where it stands. */
  shelves: boolean[];
  /** By person: when they move, and the place they are with from then on. */
  moves: { tick: number[]; place: number[] }[];
  /** A chunk of visits: its first and last `enter`, and the latest `leave` but of sinks. */
  firstEnter: Uint32Array;
  lastEnter: Uint32Array;
  lastLeave: Uint32Array;
  /** Sorted entries to and departures from node n, if parts are counted there. */
  entries: (Uint32Array | undefined)[];
  departures: (Uint32Array | undefined)[];
  /** Changes of the servers one after another: those of place p are `changes[firstChange[p]]` … `changes[firstChange[p + 1] - 1]`. */
  firstChange: Uint32Array;
  changeTick: Uint32Array;
  changeState: Uint8Array;
}

/** Prepares a trace. `firstPaint` is the palette index of product 0. Without a trace: a floor without parts, all servers starved. */
export function prepare(site: Site, trace: Trace | undefined, firstPaint: number): Kinematics {
  const source = trace?.visits ?? new Uint32Array(0);
  const { nodes } = site.plan;
  const { entries, departures, shelves } = queueTimes(site, source);
  const ways = new Ways(site);
  const words = new Uint32Array((source.length / VISIT.words) * 7);
  const chunkCount = Math.ceil(source.length / VISIT.words / CHUNK);
  const firstEnter = new Uint32Array(chunkCount);
  const lastEnter = new Uint32Array(chunkCount);
  const lastLeave = new Uint32Array(chunkCount);
  const onBelt = nodes.map((node) =>
    node.kind === 'conveyor' ? { paint: [] as number[], way: [] as number[], start: [] as number[] } : undefined,
  );
  const spots = new Spots();
  /** Of each part inside: the spot it was last seen at, the node it is at, and the links it has passed since it was seen. */
  const inside = new Map<number, { start: number; node: number; legs: number[] }>();
  let count = 0;
  for (let i = 0; i < source.length; i += VISIT.words) {
    const enter = source[i + VISIT.enter]!;
    let leave = source[i + VISIT.leave]!;
    const node = source[i + VISIT.node]!;
    const where = source[i + VISIT.where]!;
    const from = source[i + VISIT.from]!;
    const part = source[i + VISIT.part]!;
    const kind = nodes[node]!.kind;
    const firstSlot = site.firstSlot[node]!;
    const end = site.leadsTo[node]!;
    let start: number = NOWHERE;
    let legs: number[] = [];
    if (from !== NEVER) {
      const last = inside.get(part);
      const before = last?.node ?? from;
      start = last?.start ?? site.firstSlot[from]!;
      legs = last?.legs ?? [];
      // What leaves a transfer has its way behind it already.
      if (site.leadsTo[before]! < 0) legs = [...legs, ways.leg(before, end < 0 ? node : end)];
    }
    if (kind !== 'sink' && leave === enter) {
      inside.set(part, { start: start === NOWHERE ? firstSlot : start, node, legs });
      continue;
    }
    const way = legs.length > 0 ? ways.find(legs) : NOWHERE;
    const paint = firstPaint + source[i + VISIT.product]!;
    const belt = onBelt[node];
    if (belt) {
      belt.paint.push(paint);
      belt.way.push(way);
      belt.start.push(start);
      inside.set(part, { start: firstSlot + 1, node, legs: [] });
      continue;
    }
    // A way takes as long as the trip does; of one that is not over, nobody knows better than the end of the trace.
    if (end >= 0 && leave === NEVER) leave = Math.max(enter, trace!.end) + 1;
    const chunk = Math.floor(count / CHUNK);
    if (count % CHUNK === 0) firstEnter[chunk] = enter;
    lastEnter[chunk] = enter;
    if (kind !== 'sink') lastLeave[chunk] = Math.max(lastLeave[chunk]!, leave);
    let place = where;
    let spot = 0;
    if (shelves[node]) {
      place = spots.take(`${node}`, enter, leave, site.slotCount[node]! + 1);
      spot = place;
    } else if (kind === 'station') {
      spot = where;
      place = where + (spots.take(`${node} ${where}`, enter, leave, LEVELS) << LEVEL_BIT);
    }
    // Parts that leave together leave from one place after another.
    else if (kind === 'buffer') spot = Math.max(0, where - before(departures[node]!, leave));
    words.set([enter, leave, end < 0 ? node : nodes.length + end, end < 0 ? place : 0, way, start, paint], 7 * count);
    count++;
    if (kind === 'sink') inside.delete(part);
    else
      inside.set(part, {
        start: end < 0 ? firstSlot + Math.min(spot, site.slotCount[node]! - 1) : site.firstEntrance + end,
        node,
        legs: [],
      });
  }
  const used = Math.ceil(count / CHUNK);
  return {
    visits: words.slice(0, 7 * count),
    count,
    ways: Uint32Array.from(ways.words),
    points: Float32Array.from(ways.points),
    belts: onBelt.map((belt, n) => {
      if (!belt) return undefined;
      const stays = { paint: Uint32Array.from(belt.paint), way: Uint32Array.from(belt.way), start: Uint32Array.from(belt.start) };
      return beltTrace(nodes[n]!, site.belts[n]!, { ...stays, enter: entries[n]!, leave: departures[n]! });
    }),
    shelves,
    moves: movesOf(site, trace),
    firstEnter: firstEnter.subarray(0, used),
    lastEnter: lastEnter.subarray(0, used),
    lastLeave: lastLeave.subarray(0, used),
    entries,
    departures,
    ...changesByPlace(site, trace),
  };
}

/** Spots that whoever comes takes the lowest free one of, and keeps. */
class Spots {
  private readonly free = new Map<string, number[]>();

  /** The last of `most` has room for everybody. */
  take(where: string, enter: number, leave: number, most: number): number {
    let until = this.free.get(where);
    if (!until) this.free.set(where, (until = []));
    let spot = 0;
    while (spot < most - 1 && (until[spot] ?? 0) > enter) spot++;
    until[spot] = leave;
    return spot;
  }
}

function movesOf(site: Site, trace: Trace | undefined): Kinematics['moves'] {
  const people = (site.plan.people ?? []).reduce((sum, { count }) => sum + count, 0);
  const moves = Array.from({ length: people }, () => ({ tick: [] as number[], place: [] as number[] }));
  const records = trace?.people ?? new Uint32Array(0);
  for (let i = 0; i < records.length; i += MOVE.words) {
    const mover = moves[records[i + MOVE.worker]!];
    mover?.tick.push(records[i + MOVE.tick]!);
    mover?.place.push(records[i + MOVE.place]!);
  }
  return moves;
}

/** Ways by the links they are made of, each once. A leg is a pair of nodes in one number. */
class Ways {
  readonly words: number[] = [];
  readonly points: number[] = [];
  private readonly site: Site;
  private readonly found = new Map<number | string, number>();
  private readonly edges: Map<number, number>;

  constructor(site: Site) {
    this.site = site;
    this.edges = new Map(site.edges.map(([from, to], e) => [this.leg(from, to), e]));
  }

  leg(from: number, to: number): number {
    return from * this.site.plan.nodes.length + to;
  }

  find(legs: number[]): number {
    const key = legs.length === 1 ? legs[0]! : legs.join();
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const first = this.points.length / 4;
    let metres = 0;
    let at: [number, number, number] | undefined;
    for (const leg of legs) {
      const points = this.pointsOf(leg);
      for (let i = 0; i < points.length; i += 3) {
        const next: [number, number, number] = [points[i]!, points[i + 1]!, points[i + 2]!];
        const step = at ? Math.hypot(next[0] - at[0], next[1] - at[1], next[2] - at[2]) : 0;
        // Points of no distance would divide by nothing.
        if (at && step < 1e-6) continue;
        metres += step;
        this.points.push(...next, metres);
        at = next;
      }
    }
    const bits = new Uint32Array(Float32Array.of(metres).buffer)[0]!;
    const index = this.words.length / 3;
    this.words.push(first, this.points.length / 4 - first, bits);
    this.found.set(key, index);
    return index;
  }

  /** The way of one link; straight, where the plan has no such link. */
  private pointsOf(leg: number): ArrayLike<number> {
    const edge = this.edges.get(leg);
    if (edge !== undefined) return this.site.ways[edge]!;
    const to = leg % this.site.plan.nodes.length;
    const from = (leg - to) / this.site.plan.nodes.length;
    const z = LANE + PART / 2;
    return [...exitOf(this.site.boxes[from]!), z, ...entranceOf(this.site.boxes[to]!), z];
  }
}

function queueTimes(site: Site, visits: Uint32Array): Pick<Kinematics, 'entries' | 'departures' | 'shelves'> {
  const { nodes } = site.plan;
  const isCounted = nodes.map((node) => node.kind === 'buffer' || node.kind === 'conveyor' || (node.kind === 'transfer' && !isWay(node)));
  const counts = new Uint32Array(nodes.length);
  const each = (visit: (i: number, node: number) => void) => {
    for (let i = 0; i < visits.length; i += VISIT.words) {
      const node = visits[i + VISIT.node]!;
      if (isCounted[node]) visit(i, node);
    }
  };
  each((_, node) => counts[node]!++);
  const lists = () => nodes.map((_, n) => (isCounted[n] ? new Uint32Array(counts[n]!).fill(NEVER) : undefined));
  const entries = lists();
  const departures = lists();
  counts.fill(0);
  const inOrder = nodes.map((node) => node.kind !== 'transfer');
  each((i, node) => {
    const at = counts[node]!++;
    entries[node]![at] = visits[i + VISIT.enter]!;
    departures[node]![at] = visits[i + VISIT.leave]!;
    if (at > 0 && departures[node]![at]! < departures[node]![at - 1]!) inOrder[node] = false;
  });
  // Entry number w is departure number w only where nobody overtakes.
  departures.forEach((list, n) => !inOrder[n] && list?.sort());
  return { entries, departures, shelves: nodes.map((_, n) => isCounted[n]! && !inOrder[n]!) };
}

function changesByPlace(site: Site, trace: Trace | undefined): Pick<Kinematics, 'firstChange' | 'changeTick' | 'changeState'> {
  const changes = trace?.states ?? new Uint32Array(0);
  const places = placeCount(site);
  const firstChange = new Uint32Array(places + 1);
  for (let i = 0; i < changes.length; i += CHANGE.words) firstChange[changes[i + CHANGE.place]! + 1]!++;
  for (let p = 0; p < places; p++) firstChange[p + 1]! += firstChange[p]!;
  const next = firstChange.slice();
  const changeTick = new Uint32Array(changes.length / CHANGE.words);
  const changeState = new Uint8Array(changes.length / CHANGE.words);
  for (let i = 0; i < changes.length; i += CHANGE.words) {
    const at = next[changes[i + CHANGE.place]!]!++;
    changeTick[at] = changes[i + CHANGE.tick]!;
    changeState[at] = changes[i + CHANGE.state]!;
  }
  return { firstChange, changeTick, changeState };
}

/** Servers of all stations. */
export function placeCount(site: Site): number {
  return site.plan.nodes.reduce((most, node) => (node.kind === 'station' ? Math.max(most, node.firstPlace + node.servers) : most), 0);
}

/** How many of the sorted ticks are before `tick`. */
function before(ticks: Uint32Array, tick: number, low = 0, high = ticks.length): number {
  const first = low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** The states of all servers after everything that happens at `tick`. Fills `states`. */
export function statesAt(kinematics: Kinematics, tick: number, states: Uint32Array): void {
  const { firstChange, changeTick, changeState } = kinematics;
  for (let place = 0; place + 1 < firstChange.length; place++) {
    const first = firstChange[place]!;
    const done = before(changeTick, tick + 1, first, firstChange[place + 1]!);
    states[place] = done > 0 ? changeState[first + done - 1]! : 1;
  }
}

/** Chunks of visits that may be under way: `travel` is how long a part is seen on its way into a sink. Fills `chunks`, returns their number. */
export function chunksAt(kinematics: Kinematics, tick: number, travel: number, chunks: Uint32Array): number {
  const { firstEnter, lastEnter, lastLeave } = kinematics;
  const end = before(firstEnter, tick + 1);
  let count = 0;
  for (let chunk = 0; chunk < end; chunk++) {
    if (lastLeave[chunk]! > tick || lastEnter[chunk]! + travel > tick) chunks[count++] = chunk;
  }
  return count;
}

/** Parts inside node n, where they are counted, after everything that happens at `tick`. */
export function lengthAt(kinematics: Kinematics, n: number, tick: number): number {
  return before(kinematics.entries[n]!, tick + 1) - before(kinematics.departures[n]!, tick + 1);
}

/**
 * Five words a node, as `Node` in place-parts.wgsl; after all nodes, the same for their entrances, where transfers end. `lag` are the places by which a queue has yet to move up: right after a departure
 * one (or as many as left at that tick), falling smoothly to none within `shuffle` ticks or by the next departure, so that the head stands at its place when it leaves.
 */
export class Nodes {
  readonly words: Uint32Array<ArrayBuffer>;
  private readonly lags: Float32Array;
  private readonly kinematics: Kinematics;
  static readonly WORDS = 5;

  constructor(site: Site, kinematics: Kinematics) {
    this.kinematics = kinematics;
    this.words = new Uint32Array(Math.max(1, 2 * site.plan.nodes.length) * Nodes.WORDS);
    this.lags = new Float32Array(this.words.buffer);
    const { nodes } = site.plan;
    nodes.forEach((node, n) => {
      const kind = kinematics.shelves[n] ? SHELF : KINDS[node.kind];
      this.words.set([site.firstSlot[n]!, site.slotCount[n]!, kind], n * Nodes.WORDS);
      this.words.set([site.firstEntrance + n, 1, WAY_END], (nodes.length + n) * Nodes.WORDS);
    });
  }

  update(tick: number, fraction: number, shuffle: number): void {
    this.kinematics.departures.forEach((departures, n) => {
      if (!departures) return;
      const done = before(departures, tick + 1);
      let lag = 0;
      if (done > 0) {
        const last = departures[done - 1]!;
        const duration = Math.min(shuffle, (departures[done] ?? NEVER) - last);
        const elapsed = tick - last + fraction;
        if (elapsed < duration) {
          const share = elapsed / duration;
          lag = (done - before(departures, last)) * (1 - share * share * (3 - 2 * share));
        }
      }
      this.words[n * Nodes.WORDS + 3] = done;
      this.lags[n * Nodes.WORDS + 4] = lag;
    });
  }
}
