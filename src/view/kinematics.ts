/**
 * A trace made ready for the kernels that place what moves (motion.ts), and what the host looks up itself at each moment: queues and server
 * states. Independent of WebGPU. Times are ticks.
 */
import { CHANGE, NEVER, VISIT, type Trace } from '../engine/trace.ts';
import { type BeltTrace, beltTrace, partEdge } from './belts.ts';
import { before } from './motion-places.ts';
import { type Cycles, cyclesOf } from './motion-cycles.ts';
import { CHUNK, FOLLOWERS, LEG, LEVEL_BIT, LEVELS, NOWHERE } from './motion-legs.ts';
import { peopleLegs } from './motion-people.ts';
import { Points, Spots, Ways } from './motion-ways.ts';
import { isWay } from './plan.ts';
import { PART, type Site } from './site.ts';

export interface Kinematics extends Cycles {
  /** Eight words a leg (LEG): those of parts, ordered by `begin`, and after these those of people, one person after the other. */
  legs: Uint32Array<ArrayBuffer>;
  /** Legs of parts. A stay of no length has none: the way runs on over it. */
  partLegs: number;
  /** Of people through all pools: the index of their first leg; one more at the end. */
  firstLeg: Uint32Array<ArrayBuffer>;
  /** Four floats a point: the site's spots, those of people, constants of belts, and paths (see Points). */
  points: Float32Array<ArrayBuffer>;
  /** Of belts, see `ticks` in legs.wgsl. */
  ticks: Uint32Array<ArrayBuffer>;
  /** By node: the parts on a conveyor; the index of its three points, and of its first word in `ticks`. */
  belts: (BeltTrace | undefined)[];
  firstConstant: Uint32Array;
  firstTick: Uint32Array;
  /** By node: parts leave it in any order, each from the spot where it stands. */
  shelves: boolean[];
  /** A chunk of part legs: its first and last `begin`, and the latest `end` but of sinks. */
  firstBegin: Uint32Array;
  lastBegin: Uint32Array;
  lastEnd: Uint32Array;
  /** Sorted entries to and departures from node n, if parts are counted there. */
  entries: (Uint32Array | undefined)[];
  departures: (Uint32Array | undefined)[];
  /** Changes of the servers one after another: those of place p are `changes[firstChange[p]]` … `changes[firstChange[p + 1] - 1]`. */
  firstChange: Uint32Array;
  changeTick: Uint32Array;
  changeState: Uint8Array;
  /** Palette index of product 0. */
  firstPaint: number;
}

/** Prepares a trace. `firstPaint` is the palette index of product 0. Without a trace: a floor without parts, all servers starved. */
export function prepare(site: Site, trace: Trace | undefined, firstPaint: number): Kinematics {
  const visits = trace?.visits ?? new Uint32Array(0);
  const points = new Points();
  points.addAll(site.slots);
  const queues = queueTimes(site, visits);
  const changes = changesByPlace(site, trace);
  const belts = site.plan.nodes.map((node, n) => {
    const belt = site.belts[n];
    return belt && node.kind === 'conveyor'
      ? beltTrace(node, belt, { enter: queues.entries[n]!, leave: queues.departures[n]! })
      : undefined;
  });
  const parts = partLegs(site, trace, queues, points);
  const people = peopleLegs(site, trace, changes, points, parts.count);
  const legs = new Uint32Array(LEG.words * (parts.count + people.count));
  legs.set(parts.legs.subarray(0, LEG.words * parts.count));
  legs.set(people.legs, LEG.words * parts.count);
  return {
    legs,
    partLegs: parts.count,
    firstLeg: people.firstLeg,
    ...layBelts(site, belts, points),
    points: points.whole(),
    belts,
    firstBegin: parts.firstBegin,
    lastBegin: parts.lastBegin,
    lastEnd: parts.lastEnd,
    ...queues,
    ...changes,
    ...cyclesOf(site, trace, changes),
    firstPaint,
  };
}

type PartLegs = Pick<Kinematics, 'legs' | 'firstBegin' | 'lastBegin' | 'lastEnd'> & { count: number };

function partLegs(site: Site, trace: Trace | undefined, { departures, shelves }: Queues, points: Points): PartLegs {
  const visits = trace?.visits ?? new Uint32Array(0);
  const { nodes } = site.plan;
  const ways = new Ways(site, points);
  const stays = visits.length / VISIT.words;
  const legs = new Uint32Array(stays * LEG.words);
  const chunks = Math.ceil(stays / CHUNK);
  const [firstBegin, lastBegin, lastEnd] = [new Uint32Array(chunks), new Uint32Array(chunks), new Uint32Array(chunks)];
  let serials = 0;
  for (let i = VISIT.part; i < visits.length; i += VISIT.words) serials = Math.max(serials, visits[i]! + 1);
  // Of each part: the spot it was last seen at, the node it is at, and the links it has passed since it was seen.
  const lastSpot = new Uint32Array(serials).fill(NOWHERE);
  const lastNode = new Uint32Array(serials).fill(NOWHERE);
  const passed = new Map<number, number[]>();
  const spots = new Spots();
  // Of each sink: the last tick at which parts came, and how long after those before.
  const lastInto = nodes.map(() => ({ at: Number.NEGATIVE_INFINITY, gap: Number.POSITIVE_INFINITY }));
  let count = 0;
  for (let i = 0; i < visits.length; i += VISIT.words) {
    const begin = visits[i + VISIT.enter]!;
    let finish = visits[i + VISIT.leave]!;
    const node = visits[i + VISIT.node]!;
    const where = visits[i + VISIT.where]!;
    const from = visits[i + VISIT.from]!;
    const part = visits[i + VISIT.part]!;
    const { kind } = nodes[node]!;
    const firstSlot = site.firstSlot[node]!;
    const end = site.leadsTo[node]!;
    let start: number = NOWHERE;
    let links: number[] | undefined;
    if (from !== NEVER) {
      const last = lastNode[part] === NOWHERE ? from : lastNode[part]!;
      start = lastSpot[part] === NOWHERE ? site.firstSlot[from]! : lastSpot[part]!;
      links = passed.get(part);
      if (links) passed.delete(part);
      // What leaves a transfer has its way behind it already.
      if (site.leadsTo[last]! < 0) links = [...(links ?? []), ways.leg(last, end < 0 ? node : end)];
    }
    if (kind !== 'sink' && finish === begin) {
      lastSpot[part] = start === NOWHERE ? firstSlot : start;
      lastNode[part] = node;
      if (links) passed.set(part, links);
      continue;
    }
    // A way takes as long as the trip does; of one that is not over, nobody knows better than the end of the trace.
    if (end >= 0 && finish === NEVER) finish = Math.max(begin, trace!.end) + 1;
    const chunk = Math.floor(count / CHUNK);
    if (count % CHUNK === 0) firstBegin[chunk] = begin;
    lastBegin[chunk] = begin;
    if (kind === 'sink') {
      // The way into a sink is only drawn: never so slowly that more than a few of those that come one after the other are on it.
      if (lastInto[node]!.at < begin) lastInto[node] = { at: begin, gap: begin - lastInto[node]!.at };
      finish = Math.min(NEVER, begin + FOLLOWERS * lastInto[node]!.gap);
    } else lastEnd[chunk] = Math.max(lastEnd[chunk]!, finish);
    let place = where;
    let spot = 0;
    if (shelves[node]) {
      spot = place = spots.take(~node, begin, finish, site.slotCount[node]! + 1);
    } else if (kind === 'station') {
      spot = where;
      place = where + spots.take(nodes[node]!.firstPlace + where, begin, finish, LEVELS) * 2 ** LEVEL_BIT;
    }
    // Parts that leave together leave from one place after another.
    else if (kind === 'buffer') spot = Math.max(0, where - before(departures[node]!, finish));
    else if (kind === 'conveyor') spot = 1;
    const at = LEG.words * count++;
    legs[at + LEG.begin] = begin;
    legs[at + LEG.end] = finish;
    legs[at + LEG.goal] = end < 0 ? node : nodes.length + end;
    legs[at + LEG.place] = end < 0 ? place : 0;
    legs[at + LEG.path] = links && links.length > 0 ? ways.find(links) : NOWHERE;
    legs[at + LEG.start] = start;
    legs[at + LEG.thing] = part;
    legs[at + LEG.look] = visits[i + VISIT.product]!;
    lastSpot[part] = end < 0 ? firstSlot + Math.min(spot, site.slotCount[node]! - 1) : site.firstEntrance + end;
    lastNode[part] = node;
  }
  const used = Math.ceil(count / CHUNK);
  return {
    legs,
    count,
    firstBegin: firstBegin.subarray(0, used),
    lastBegin: lastBegin.subarray(0, used),
    lastEnd: lastEnd.subarray(0, used),
  };
}

/** The constants of belts among the points, and when their parts came and left. */
function layBelts(site: Site, belts: Kinematics['belts'], points: Points): Pick<Kinematics, 'ticks' | 'firstConstant' | 'firstTick'> {
  const firstConstant = new Uint32Array(belts.length);
  const firstTick = new Uint32Array(belts.length);
  const words = belts.reduce((sum, belt) => sum + (belt ? belt.enter.length * (belt.accumulating ? 2 : 1) : 0), 0);
  const ticks = new Uint32Array(Math.max(1, words));
  let next = 0;
  belts.forEach((belt, n) => {
    if (!belt) return;
    const { start, axis } = site.belts[n]!;
    firstConstant[n] = points.add(start[0], start[1], site.slots[4 * site.firstSlot[n]! + 2]!, belt.yaw);
    points.add(axis[0], axis[1], belt.travel * belt.pace, belt.pace);
    points.add(belt.pitch, partEdge(belt) / PART, belt.travel, 0);
    firstTick[n] = next;
    belt.enter.forEach((tick, k) => {
      ticks[next++] = belt.accumulating ? tick : belt.stoodAtEntry[k]!;
      if (belt.accumulating) ticks[next++] = belt.leave[k]!;
    });
  });
  return { ticks, firstConstant, firstTick };
}

type Queues = Pick<Kinematics, 'entries' | 'departures' | 'shelves'>;

function queueTimes(site: Site, visits: Uint32Array): Queues {
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

export type Changes = Pick<Kinematics, 'firstChange' | 'changeTick' | 'changeState'>;

function changesByPlace(site: Site, trace: Trace | undefined): Changes {
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

/** The states of all servers after everything that happens at `tick`. Fills `states`. */
export function statesAt(kinematics: Kinematics, tick: number, states: Uint32Array): void {
  const { firstChange, changeTick, changeState } = kinematics;
  for (let place = 0; place + 1 < firstChange.length; place++) {
    const first = firstChange[place]!;
    const done = before(changeTick, tick + 1, first, firstChange[place + 1]!);
    states[place] = done > 0 ? changeState[first + done - 1]! : 1;
  }
}

/** Chunks of part legs that may hold: `travel` is how long a part is seen on its way into a sink. Fills `chunks`, returns their number. */
export function chunksAt(kinematics: Kinematics, tick: number, travel: number, chunks: Uint32Array): number {
  const { firstBegin, lastBegin, lastEnd } = kinematics;
  const end = before(firstBegin, tick + 1);
  let count = 0;
  for (let chunk = 0; chunk < end; chunk++) {
    if (lastEnd[chunk]! > tick || lastBegin[chunk]! + travel > tick) chunks[count++] = chunk;
  }
  return count;
}

/** Parts inside node n, where they are counted, after everything that happens at `tick`. */
export function lengthAt(kinematics: Kinematics, n: number, tick: number): number {
  return before(kinematics.entries[n]!, tick + 1) - before(kinematics.departures[n]!, tick + 1);
}
