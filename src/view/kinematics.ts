/**
 * A trace made ready for the kernel that places parts, and what the host looks up itself at each moment: queues and server states.
 * Independent of WebGPU. Times are ticks.
 */
import { CHANGE, NEVER, type Trace, VISIT } from '../engine/trace.ts';
import { entranceOf, exitOf } from './routing.ts';
import { LANE, PART, type Site } from './site.ts';

/** "No way", "no spot" in the words for the kernel. */
const NOWHERE = 0xffffffff;
/** Visits that one workgroup looks at. */
export const CHUNK = 64;
const KINDS = { source: 0, buffer: 1, station: 2, sink: 3 } as const;

export interface Kinematics {
  /** Seven words a visit, as `Visit` in place-parts.wgsl; visits of no length are not among them: the way runs on over them. */
  visits: Uint32Array<ArrayBuffer>;
  count: number;
  /** Three words a way, as `Way` (the third a float's bits), and its points x, y, z, metres from its beginning. */
  ways: Uint32Array<ArrayBuffer>;
  points: Float32Array<ArrayBuffer>;
  /** A chunk of visits: its first and last `enter`, and the latest `leave` but of sinks. */
  firstEnter: Uint32Array;
  lastEnter: Uint32Array;
  lastLeave: Uint32Array;
  /** Sorted entries to and departures from node n, if it is a buffer. */
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
  const { entries, departures } = queueTimes(site, source);
  const ways = new Ways(site);
  const words = new Uint32Array((source.length / VISIT.words) * 7);
  const chunkCount = Math.ceil(source.length / VISIT.words / CHUNK);
  const firstEnter = new Uint32Array(chunkCount);
  const lastEnter = new Uint32Array(chunkCount);
  const lastLeave = new Uint32Array(chunkCount);
  /** Of each part inside: the spot it was last seen at, the node it is at, and the links it has passed since it was seen. */
  const inside = new Map<number, { start: number; node: number; legs: number[] }>();
  let count = 0;
  for (let i = 0; i < source.length; i += VISIT.words) {
    const enter = source[i + VISIT.enter]!;
    const leave = source[i + VISIT.leave]!;
    const node = source[i + VISIT.node]!;
    const where = source[i + VISIT.where]!;
    const from = source[i + VISIT.from]!;
    const part = source[i + VISIT.part]!;
    const kind = site.plan.nodes[node]!.kind;
    const firstSlot = site.firstSlot[node]!;
    let start: number = NOWHERE;
    let legs: number[] = [];
    if (from !== NEVER) {
      const last = inside.get(part);
      start = last?.start ?? site.firstSlot[from]!;
      legs = [...(last?.legs ?? []), ways.leg(last?.node ?? from, node)];
    }
    if (kind !== 'sink' && leave === enter) {
      inside.set(part, { start: start === NOWHERE ? firstSlot : start, node, legs });
      continue;
    }
    const chunk = Math.floor(count / CHUNK);
    if (count % CHUNK === 0) firstEnter[chunk] = enter;
    lastEnter[chunk] = enter;
    if (kind !== 'sink') lastLeave[chunk] = Math.max(lastLeave[chunk]!, leave);
    const way = legs.length > 0 ? ways.find(legs) : NOWHERE;
    words.set([enter, leave, node, where, way, start, firstPaint + source[i + VISIT.product]!], 7 * count);
    count++;
    if (kind === 'sink') inside.delete(part);
    else {
      let spot = kind === 'station' ? where : 0;
      // Parts that leave together leave from one place after another.
      if (kind === 'buffer') spot = Math.max(0, where - before(departures[node]!, leave));
      inside.set(part, { start: firstSlot + Math.min(spot, site.slotCount[node]! - 1), node, legs: [] });
    }
  }
  const used = Math.ceil(count / CHUNK);
  return {
    visits: words.slice(0, 7 * count),
    count,
    ways: Uint32Array.from(ways.words),
    points: Float32Array.from(ways.points),
    firstEnter: firstEnter.subarray(0, used),
    lastEnter: lastEnter.subarray(0, used),
    lastLeave: lastLeave.subarray(0, used),
    entries,
    departures,
    ...changesByPlace(site, trace),
  };
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
    this.edges = new Map(site.plan.edges.map(([from, to], e) => [this.leg(from, to), e]));
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

function queueTimes(site: Site, visits: Uint32Array): Pick<Kinematics, 'entries' | 'departures'> {
  const counts = new Uint32Array(site.plan.nodes.length);
  const each = (visit: (i: number, node: number) => void) => {
    for (let i = 0; i < visits.length; i += VISIT.words) {
      const node = visits[i + VISIT.node]!;
      if (site.plan.nodes[node]!.kind === 'buffer') visit(i, node);
    }
  };
  each((_, node) => counts[node]!++);
  const lists = () => site.plan.nodes.map((node, n) => (node.kind === 'buffer' ? new Uint32Array(counts[n]!).fill(NEVER) : undefined));
  const entries = lists();
  const departures = lists();
  // First in, first out: entry number w is also departure number w.
  each((i, node) => {
    entries[node]![visits[i + VISIT.where]!] = visits[i + VISIT.enter]!;
    departures[node]![visits[i + VISIT.where]!] = visits[i + VISIT.leave]!;
  });
  return { entries, departures };
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

/** Parts inside buffer n after everything that happens at `tick`. */
export function lengthAt(kinematics: Kinematics, n: number, tick: number): number {
  return before(kinematics.entries[n]!, tick + 1) - before(kinematics.departures[n]!, tick + 1);
}

/**
 * Five words a node, as `Node` in place-parts.wgsl. `lag` are the places by which a queue has yet to move up: right after a departure
 * one (or as many as left at that tick), falling smoothly to none within `shuffle` ticks or by the next departure, so that the head stands at its place when it leaves.
 */
export class Nodes {
  readonly words: Uint32Array<ArrayBuffer>;
  private readonly lags: Float32Array;
  private readonly kinematics: Kinematics;
  static readonly WORDS = 5;

  constructor(site: Site, kinematics: Kinematics) {
    this.kinematics = kinematics;
    this.words = new Uint32Array(Math.max(1, site.plan.nodes.length) * Nodes.WORDS);
    this.lags = new Float32Array(this.words.buffer);
    site.plan.nodes.forEach((node, n) => {
      this.words.set([site.firstSlot[n]!, site.slotCount[n]!, KINDS[node.kind]], n * Nodes.WORDS);
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
