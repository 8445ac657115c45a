/**
 * The kernels that place what moves, on a real device (Dawn), against the same sentences written once more in plain TypeScript straight from the
 * trace: no prepared tables, no windows, double precision; and against their twin on the host on traces of the real engines.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floorPlan } from '../../src/engine/floor-plan.ts';
import { record } from '../../src/engine/recording.ts';
import { type FloorPlan, MOVE, NEVER, OFF_DUTY, type Trace, VISIT } from '../../src/engine/trace.ts';
import { compile } from '../../src/scene/compile.ts';
import { read } from '../../src/scene/read.ts';
import { BENCH } from '../../src/view/looks/measures.ts';
import type { Pace } from '../../src/view/motion.ts';
import { placeOf } from '../../src/view/place.ts';
import { entranceOf, exitOf } from '../../src/view/routing.ts';
import { LANE, PART, type Site, setOut } from '../../src/view/site.ts';
import { openDevice } from '../gpu.ts';
import { placed, placedAt, type Seen, type Stage, stageOf, type Vector } from './placed.ts';
import { GEARBOX, simulate } from './plant.ts';

interface Wanted {
  part: number;
  at: Vector;
  size: number;
}

let device: GPUDevice;

beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

/**
 * Metres behind a mover after `time` of `whole` seconds on a way of `metres`: it speeds up evenly, goes on at its top speed, and slows down evenly. The time
 * it speeds up is that in which 1 m/s² would do, but at least a share of the whole, and at most half of it.
 */
function driven(time: number, whole: number, metres: number, least: number): number {
  if (time >= whole) return metres;
  // Of the top speed v: metres = v (whole − v / 1 m/s²).
  const root = whole * whole - 4 * metres;
  const natural = root >= 0 ? (whole - Math.sqrt(root)) / 2 : whole / 2;
  const ramp = Math.max(natural, least * whole);
  const speed = metres / (whole - ramp);
  const rise = speed / ramp;
  if (time < ramp) return (rise * time ** 2) / 2;
  if (time <= whole - ramp) return (rise * ramp ** 2) / 2 + speed * (time - ramp);
  return metres - (rise * (whole - time) ** 2) / 2;
}
/** A share of a move that is only drawn and has no length: as if over next to nothing. */
const gentle = (u: number): number => driven(u, 1, 1e-9, 0.25) / 1e-9;

interface Record {
  enter: number;
  leave: number;
  node: number;
  where: number;
  from: number;
  product: number;
  part: number;
}

interface Records {
  all: Record[];
  byNode: Map<number, Record[]>;
  byPart: Map<number, Record[]>;
}

function recordsOf({ visits }: Trace): Records {
  const records: Records = { all: [], byNode: new Map(), byPart: new Map() };
  for (let i = 0; i < visits.length; i += VISIT.words) {
    const word = (offset: number) => visits[i + offset]!;
    const one = { enter: word(0), leave: word(1), node: word(2), where: word(3), from: word(4), product: word(5), part: word(6) };
    records.all.push(one);
    for (const [map, key] of [
      [records.byNode, one.node],
      [records.byPart, one.part],
    ] as const) {
      if (map.has(key)) map.get(key)!.push(one);
      else map.set(key, [one]);
    }
  }
  return records;
}

/** Where every part is, from the trace alone: of plants of sources, buffers, stations and sinks. */
function expected(site: Site, { all, byNode, byPart }: Records, tick: number, fraction: number, pace: Pace): Wanted[] {
  const time = tick + fraction;
  const spot = (node: number, k: number): Vector => {
    const base = 4 * (site.firstSlot[node]! + Math.min(Math.max(0, k), site.slotCount[node]! - 1));
    return [site.slots[base]!, site.slots[base + 1]!, site.slots[base + 2]!];
  };
  const smooth = (u: number) => u * u * (3 - 2 * u);
  const seen: Wanted[] = [];
  for (const record of all) {
    const node = site.plan.nodes[record.node]!;
    const sink = node.kind === 'sink';
    const stay = record.leave - record.enter;
    if (record.enter > tick || (!sink && (record.leave <= tick || stay === 0))) continue;
    // Into a sink at most four follow each other.
    const before = sink
      ? byNode.get(record.node)!.reduce((last, { enter }) => (enter < record.enter ? Math.max(last, enter) : last), -1)
      : -1;
    const most = sink ? (before < 0 ? pace.travel : Math.min(pace.travel, 4 * (record.enter - before))) : 0;
    const duration = sink ? most : record.leave === NEVER ? pace.travel : Math.min(pace.travel, pace.share * stay);
    if (sink && tick - record.enter >= most) continue;
    const share = duration > 0 ? Math.min(1, (time - record.enter) / duration) : 1;

    let goal = spot(record.node, record.where);
    if (node.kind === 'buffer') {
      const here = byNode.get(record.node)!;
      const left = here.filter((other) => other.leave <= tick).map((other) => other.leave);
      const last = left.reduce((most, leave) => Math.max(most, leave), 0);
      const next = here.reduce((least, other) => (other.leave > tick ? Math.min(least, other.leave) : least), NEVER);
      const shuffle = Math.min(pace.travel, next - last);
      const moving =
        left.length > 0 && time - last < shuffle
          ? left.filter((leave) => leave === last).length * (1 - gentle((time - last) / shuffle))
          : 0;
      const place = record.where - left.length + moving;
      if (place > site.slotCount[record.node]! - 0.99 && share >= 1) continue;
      const low = spot(record.node, Math.floor(place));
      const high = spot(record.node, Math.floor(place) + 1);
      const rest = place >= site.slotCount[record.node]! - 1 ? 0 : place - Math.floor(place);
      goal = low.map((value, axis) => value + rest * (high[axis]! - value)) as Vector;
    }
    const size = sink ? 1 - smooth(Math.max(0, (share - 0.8) / 0.2)) : record.from === NEVER ? gentle(share) : 1;
    let at = goal;
    if (record.from !== NEVER) {
      // Back over the stays of no length, to where the part was last seen.
      const history = byPart.get(record.part)!;
      let at0 = history.indexOf(record);
      const nodes = [record.node];
      do {
        at0--;
        nodes.unshift(history[at0]!.node);
      } while (history[at0]!.leave === history[at0]!.enter && history[at0]!.from !== NEVER);
      const before = history[at0]!;
      let start = spot(before.node, 0);
      if (site.plan.nodes[before.node]!.kind === 'station') start = spot(before.node, before.where);
      if (site.plan.nodes[before.node]!.kind === 'buffer' && before.leave > before.enter) {
        const sooner = byNode.get(before.node)!.filter((other) => other.leave < before.leave).length;
        start = spot(before.node, before.where - sooner);
      }
      const points = line(site, nodes, start, goal);
      const metres = lengthOf(points);
      const seconds = duration * site.plan.tickSeconds;
      at = share >= 1 ? goal : onLine(points, driven(share * seconds, seconds, metres, 0.25));
    }
    if (size > 0) seen.push({ part: record.part, at: [at[0], at[1], at[2] - PART / 2], size });
  }
  return seen;
}

function line(site: Site, nodes: number[], start: Vector, goal: Vector): Vector[] {
  const z = LANE + PART / 2;
  const points: Vector[] = [start];
  const first = exitOf(site.boxes[nodes[0]!]!);
  const last = entranceOf(site.boxes[nodes[nodes.length - 1]!]!);
  points.push([first[0], start[1], start[2]]);
  for (let i = 1; i < nodes.length; i++) {
    const edge = site.edges.findIndex(([from, to]) => from === nodes[i - 1] && to === nodes[i]);
    const way = site.ways[edge]!;
    for (let k = 0; k < way.length; k += 3) points.push([way[k]!, way[k + 1]!, z]);
  }
  points.push([last[0], goal[1], goal[2]], goal);
  return points;
}

const stepsOf = (points: Vector[]): number[] =>
  points.slice(1).map((point, i) => Math.hypot(...point.map((value, axis) => value - points[i]![axis]!)));
const lengthOf = (points: Vector[]): number => stepsOf(points).reduce((sum, length) => sum + length, 0);

function onLine(points: Vector[], metres: number): Vector {
  const lengths = stepsOf(points);
  let rest = metres;
  for (let i = 0; i < lengths.length; i++) {
    if (rest <= lengths[i]! && lengths[i]! > 0) {
      return points[i]!.map((value, axis) => value + (rest / lengths[i]!) * (points[i + 1]![axis]! - value)) as Vector;
    }
    rest -= lengths[i]!;
  }
  return points[points.length - 1]!;
}

const partsOf = (seen: Seen[]): Seen[] => seen.filter(({ list }) => list.kind === 'part');

/** Compares every part with the one computed, and gives the largest distance. */
function furthest(seen: Seen[], wanted: Wanted[]): number {
  const rest = new Map(wanted.map((one) => [one.part, one]));
  expect(
    partsOf(seen)
      .map(({ thing }) => thing)
      .toSorted((a, b) => a - b),
  ).toEqual([...rest.keys()].toSorted((a, b) => a - b));
  let worst = 0;
  for (const { thing, at, size } of partsOf(seen)) {
    const other = rest.get(thing)!;
    worst = Math.max(worst, Math.hypot(...at.map((value, axis) => value - other.at[axis]!)), Math.abs(size - other.size));
  }
  return worst;
}

const PACE: Pace = { travel: 24_000, share: 0.4 };

describe('placing parts', () => {
  const { plan, trace } = simulate(GEARBOX, 2 * 3600, 5);
  const site = setOut(plan, 1.5);
  const records = recordsOf(trace);

  it('agrees with plain TypeScript to a millimetre, at 36 moments of the gearbox line and three paces', async () => {
    // At the first pace every move has time to spare; at the second none has, and all are triangles; at the third parts would follow each other
    // into the sink at a few centimetres.
    for (const pace of [PACE, { travel: 900, share: 0.4 }, { travel: 3_000_000, share: 0.4 }]) {
      const moments = Array.from({ length: 12 }, (_, i): [number, number] => [Math.floor(i * 590_137.3), (i * 0.37) % 1]);
      const seen = await placed(device, site, trace, moments, pace);
      expect(Math.max(...seen.map((parts) => parts.length))).toBeGreaterThan(20);
      seen.forEach((parts, i) => expect(furthest(parts, expected(site, records, ...moments[i]!, pace))).toBeLessThan(1e-3));
    }
  });

  it('holds every part of the trace once: as many as have entered and not left', async () => {
    const still: Pace = { travel: 0, share: 0.4 };
    const moments = Array.from({ length: 6 }, (_, i): [number, number] => [1_200_000 * (i + 0.5), 0]);
    const seen = await placed(device, site, trace, moments, still);
    moments.forEach(([tick], i) => {
      const inside = records.all.filter(({ enter, leave }) => enter <= tick && leave > tick);
      const hidden = plan.nodes.reduce((sum, node, n) => {
        if (node.kind !== 'buffer') return sum;
        return sum + Math.max(0, inside.filter((one) => one.node === n).length - site.slotCount[n]!);
      }, 0);
      expect(seen[i]).toHaveLength(inside.length - hidden);
      expect(new Set(seen[i]!.map(({ thing }) => thing)).size).toBe(seen[i]!.length);
    });
  });
});

/** A scene of the project, run by the real engine. */
function recorded(name: string, horizon: string, warmup = '0 h'): { site: Site; trace: Trace } {
  const scene = JSON.parse(readFileSync(`scenes/${name}.json`, 'utf8')) as { run: object };
  Object.assign(scene.run, { horizon, warmup });
  const result = read(JSON.stringify(scene));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const plant = compile(result.scene);
  return { site: setOut(floorPlan(plant), 1.5), trace: record(plant, 7, 0) };
}

/** Whether somebody's shift is over, by their last move up to `tick`. */
function isOffDuty({ people = new Uint32Array(0) }: Trace, worker: number, tick: number): boolean {
  let place: number | undefined;
  for (let i = 0; i < people.length && people[i + MOVE.tick]! <= tick; i += MOVE.words)
    if (people[i + MOVE.worker] === worker) place = people[i + MOVE.place];
  return place === OFF_DUTY;
}

describe.each([
  ['gearbox', '6 h'],
  ['kanban', '12 h'],
  ['conveyor-loop', '3 h'],
  ['people-shifts', '18 h'],
])('the trace of %s', (name, horizon) => {
  const { site, trace } = recorded(name, horizon);
  const records = recordsOf(trace);
  const second = 1 / site.plan.tickSeconds;
  const pace: Pace = { travel: Math.round(20 * second), share: 0.4 };
  const moments = Array.from({ length: 8 }, (_, i): [number, number] => [
    Math.floor(trace.end * (0.07 + 0.117 * i)),
    Math.fround((i * 0.39) % 1),
  ]);
  // And the very ticks at which something happens.
  for (let i = 1; i < 5; i++) moments.push([records.all[Math.floor((records.all.length * i) / 5)]!.enter, 0]);

  let stage: Stage;
  beforeAll(() => {
    stage = stageOf(device, site, trace);
  });
  afterAll(() => stage.motion.dispose());

  it('is placed alike by the kernels and their twin on the host', async () => {
    const { kinematics, motion } = stage;
    const people = (site.plan.people ?? []).reduce((sum, { count }) => sum + count, 0);
    for (const [tick, fraction] of moments) {
      const seen = await placedAt(device, motion, tick, fraction, pace);
      const parts = partsOf(seen);
      const inside = records.all.filter(({ enter, leave }) => enter <= tick && leave > tick && leave > enter);
      const told = inside.filter(({ part }) => placeOf(site, kinematics, { part }, tick, fraction, pace));
      expect(parts.length).toBeGreaterThanOrEqual(told.length);
      for (const { thing, at, yaw, size } of parts) {
        const pose = placeOf(site, kinematics, { part: thing }, tick, fraction, pace)!;
        expect(Math.hypot(...at.map((value, axis) => value - pose.at[axis]!)), `part ${thing} at ${tick}`).toBeLessThan(1e-3);
        expect(Math.abs(yaw - pose.yaw) + Math.abs(size - pose.size)).toBeLessThan(1e-3);
      }
      const roots = seen.filter(({ list }) => list.kind === 'person' && list.link === 1);
      expect(roots).toHaveLength(people);
      for (const { thing, at } of roots) {
        const pose = placeOf(site, kinematics, { person: thing }, tick, fraction, pace)!;
        // The trunk of somebody stands over where they stand, or, off duty, over the bench behind it.
        const apart = Math.hypot(at[0] - pose.at[0], at[1] - pose.at[1]);
        const seated = isOffDuty(trace, thing, tick) && Math.abs(apart - BENCH.behind) < 0.05;
        expect(apart, `person ${thing} at ${tick}`).toBeLessThan(seated ? BENCH.behind + 0.05 : 0.05);
      }
    }
  });

  // First in, first out, and nothing that takes a way or a belt.
  const plain = name === 'gearbox' || name === 'kanban';
  it.runIf(plain)('is placed as the trace itself says, to a millimetre', async () => {
    for (const [tick, fraction] of moments) {
      const seen = await placedAt(device, stage.motion, tick, fraction, pace);
      expect(furthest(seen, expected(site, records, tick, fraction, pace))).toBeLessThan(1e-3);
    }
  });

  it('has parts on belts and on their way from one end at the first tick to the other at the last, to a millimetre', async () => {
    const { kinematics, motion } = stage;
    const timed = records.all.filter(({ node, leave, enter }) => {
      const { kind } = site.plan.nodes[node]!;
      return (kind === 'conveyor' || site.leadsTo[node]! >= 0) && leave !== NEVER && leave > enter + 1;
    });
    expect(timed.length > 20).toBe(name === 'conveyor-loop');
    for (const one of timed.filter((_, i) => i % Math.ceil(timed.length / 12) === 0)) {
      const end = site.belts[one.node]
        ? site.belts[one.node]!.start.map((value, axis) => value + site.belts[one.node]!.axis[axis]! * site.belts[one.node]!.drawn)
        : entranceOf(site.boxes[site.leadsTo[one.node]!]!);
      // A tick before it leaves it is there but for the last tick's way.
      const seen = await placedAt(device, motion, one.leave - 1, Math.fround(0.999), pace);
      const { at } = partsOf(seen).find(({ thing }) => thing === one.part)!;
      expect(Math.hypot(at[0] - end[0]!, at[1] - end[1]!)).toBeLessThan(1e-3);
      const before = placeOf(site, kinematics, { part: one.part }, one.enter - 1, 0.999, pace);
      const first = partsOf(await placedAt(device, motion, one.enter, 0, pace)).find(({ thing }) => thing === one.part)!;
      if (before) expect(Math.hypot(first.at[0] - before.at[0], first.at[1] - before.at[1])).toBeLessThan(2e-3);
    }
  });
});

describe('ends of a stay', () => {
  // One part: source 0 … 1000, through an empty lane in no time, station 1000 … 11,000, and out.
  const node = (name: string, kind: FloorPlan['nodes'][number]['kind'], servers: number) =>
    ({ name, kind, position: undefined, servers, firstPlace: 0, capacity: 3 }) as const;
  const plan: FloorPlan = {
    name: 'one part',
    tickSeconds: 0.001,
    nodes: [node('a source', 'source', 0), node('b lane', 'buffer', 0), node('c station', 'station', 1), node('d sink', 'sink', 0)],
    edges: [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
    products: [{ name: 'part', color: undefined }],
  };
  const site = setOut(plan, 10);
  /** `t0` shifts everything: near the top of u32, where floats are 256 ticks apart. */
  const traceAt = (t0: number): Trace => ({
    seed: 1,
    replication: 0,
    warmup: 0,
    end: t0 + 20_000,
    states: new Uint32Array(),
    visits: Uint32Array.from(
      [
        [t0, t0 + 1000, 0, 0, NEVER, 0, 0],
        [t0 + 1000, t0 + 1000, 1, 0, 0, 0, 0],
        [t0 + 1000, t0 + 11_000, 2, 0, 1, 0, 0],
        [t0 + 11_000, t0 + 11_000, 3, 0, 2, 0, 0],
      ].flat(),
    ),
  });
  const pace: Pace = { travel: 2000, share: 0.4 };
  const spot = (n: number): Vector => [site.slots[4 * n]!, site.slots[4 * n + 1]!, site.slots[4 * n + 2]!];
  const first = (n: number) => spot(site.firstSlot[n]!);

  for (const t0 of [0, 4_294_900_000]) {
    it(`is exact to the tick from tick ${t0} on`, async () => {
      const moments: [number, number][] = [
        [t0 + 999, 0.999],
        [t0 + 1000, 0],
        [t0 + 2000, 0],
        [t0 + 3000, 0],
        [t0 + 10_999, 0.999],
        [t0 + 11_000, 0],
        [t0 + 12_999, 0],
        [t0 + 13_000, 0],
      ];
      const seen = await placed(device, site, traceAt(t0), moments, pace);
      const near = (part: Seen | undefined, at: Vector) =>
        part!.at.forEach((value, axis) => expect(value + (axis === 2 ? PART / 2 : 0)).toBeCloseTo(at[axis]!, 3));
      expect(seen.map((parts) => parts.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
      near(seen[0]![0], first(0));
      // It leaves the source and enters the station at one tick: there it stands where it stood, and the way leads through the lane.
      near(seen[1]![0], first(0));
      const [[x0, , z0], [x1, , z1]] = [first(0), first(2)];
      // Half the way, that up to the bed included, which is at its end.
      expect(seen[2]![0]!.at[0]).toBeCloseTo(x0 + (x1 - x0 + z1 - z0) / 2, 1);
      near(seen[3]![0], first(2));
      near(seen[4]![0], first(2));
      near(seen[5]![0], first(2));
      // All but arrived in the sink, and all but gone.
      expect(seen[6]![0]!.size).toBeLessThan(0.01);
    });
  }
});

describe('a transfer', () => {
  // A source, a trip of 10,000 ticks, and a station with two parts at a time on its one server.
  const node = (name: string, kind: FloorPlan['nodes'][number]['kind'], servers: number) =>
    ({ name, kind, position: undefined, servers, firstPlace: 0, capacity: 3 }) as const;
  const plan: FloorPlan = {
    name: 'a trip',
    tickSeconds: 0.001,
    nodes: [node('a source', 'source', 0), node('a source → b station', 'transfer', 0), node('b station', 'station', 1)],
    edges: [
      [0, 1],
      [1, 2],
    ],
    products: [{ name: 'part', color: undefined }],
  };
  const site = setOut(plan, 10);
  const visits = [0, 1].flatMap((part) => [
    [part, part, 0, 0, NEVER, 0, part],
    [part, 10_000 + part, 1, part, 0, 0, part],
    [10_001, 90_000, 2, 0, 1, 0, part],
  ]);
  visits.sort((a, b) => a[0]! - b[0]!);
  const trace: Trace = {
    seed: 1,
    replication: 0,
    warmup: 0,
    end: 90_000,
    states: new Uint32Array(),
    visits: Uint32Array.from(visits.flat()),
  };
  const pace: Pace = { travel: 2000, share: 0.4 };

  it('is gone along its way speeding up and slowing down by 1 m/s², and takes as long as it takes', async () => {
    const source = 4 * site.firstSlot[0]!;
    const start: Vector = [site.slots[source]!, site.slots[source + 1]!, site.slots[source + 2]!];
    const [x, y] = entranceOf(site.boxes[2]!);
    const moments = [1, 1250, 2500, 5000, 9999].map((tick): [number, number] => [tick, 0]);
    const seen = await placed(device, site, trace, moments, pace);
    moments.forEach(([tick], i) => {
      expect(seen[i]).toHaveLength(2);
      for (const late of [0, 1]) {
        const whole = Math.hypot(x - start[0], y - start[1]);
        const at = onLine([start, [x, y, start[2]]], driven((tick - late) / 1000, 10, whole, 0));
        expect(Math.min(...seen[i]!.map((part) => Math.hypot(part.at[0] - at[0], part.at[1] - at[1])))).toBeLessThan(0.002);
      }
    });
  });

  it('ends on the server, where parts of one batch stand one on the other', async () => {
    const [parts] = await placed(device, site, trace, [[50_000, 0]], pace);
    expect(parts).toHaveLength(2);
    const heights = parts!.map(({ at }) => at[2]).toSorted((a, b) => a - b);
    expect(heights[1]! - heights[0]!).toBeCloseTo(PART, 4);
    expect(parts![0]!.at.slice(0, 2)).toEqual(parts![1]!.at.slice(0, 2));
  });
});
