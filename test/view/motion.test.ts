/**
 * The kernel that places parts, on a real device (Dawn), against the same sentences written once more in plain TypeScript straight
 * from the trace: no prepared tables, no windows, double precision.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FloorPlan, NEVER, type Trace, VISIT } from '../../src/engine/trace.ts';
import { prepare } from '../../src/view/kinematics.ts';
import type { Pace } from '../../src/view/motion.ts';
import { SolidMotion as Motion } from '../../src/view/motion-solids.ts';
import { entranceOf, exitOf } from '../../src/view/routing.ts';
import { LANE, PART, type Site, setOut } from '../../src/view/site.ts';
import { SOLID_WORDS } from '../../src/view/solids.ts';
import { openDevice } from '../gpu.ts';
import { GEARBOX, simulate } from './plant.ts';

type Vector = [x: number, y: number, z: number];
interface Seen {
  at: Vector;
  half: number;
  paint: number;
}

let device: GPUDevice;

beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

async function placed(site: Site, trace: Trace, moments: [tick: number, fraction: number][], pace: Pace): Promise<Seen[][]> {
  const motion = new Motion(device, site, prepare(site, trace, 0));
  const found: Seen[][] = [];
  for (const [tick, fraction] of moments) {
    const encoder = device.createCommandEncoder();
    motion.run(encoder, tick, fraction, pace, 36);
    const read = device.createBuffer({ size: motion.parts.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const counts = device.createBuffer({ size: 20, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    encoder.copyBufferToBuffer(motion.parts, 0, read, 0, read.size);
    encoder.copyBufferToBuffer(motion.draw, 0, counts, 0, 20);
    device.queue.submit([encoder.finish()]);
    await Promise.all([read.mapAsync(GPUMapMode.READ), counts.mapAsync(GPUMapMode.READ)]);
    const words = new Uint32Array(read.getMappedRange());
    const floats = new Float32Array(words.buffer);
    const count = new Uint32Array(counts.getMappedRange())[1]!;
    found.push(
      Array.from({ length: count }, (_, i) => {
        const base = i * SOLID_WORDS;
        return { at: [floats[base]!, floats[base + 1]!, floats[base + 2]!], half: floats[base + 4]!, paint: words[base + 8]! };
      }),
    );
    read.destroy();
    counts.destroy();
  }
  motion.dispose();
  return found;
}

/** Where every part is, from the trace alone. */
function expected(site: Site, trace: Trace, tick: number, fraction: number, pace: Pace): Seen[] {
  const records = Array.from({ length: trace.visits.length / VISIT.words }, (_, i) => {
    const word = (offset: number) => trace.visits[i * VISIT.words + offset]!;
    return { enter: word(0), leave: word(1), node: word(2), where: word(3), from: word(4), product: word(5), part: word(6) };
  });
  const time = tick + fraction;
  const spot = (node: number, k: number): Vector => {
    const base = 4 * (site.firstSlot[node]! + Math.min(Math.max(0, k), site.slotCount[node]! - 1));
    return [site.slots[base]!, site.slots[base + 1]!, site.slots[base + 2]!];
  };
  const ease = (u: number) => u * u * (3 - 2 * u);
  const seen: Seen[] = [];
  for (const record of records) {
    const node = site.plan.nodes[record.node]!;
    const sink = node.kind === 'sink';
    const stay = record.leave - record.enter;
    if (record.enter > tick || (!sink && (record.leave <= tick || stay === 0))) continue;
    const duration = sink || record.leave === NEVER ? pace.travel : Math.min(pace.travel, pace.share * stay);
    if (sink && tick - record.enter >= pace.travel) continue;
    const share = Math.min(1, (time - record.enter) / duration);

    let goal = spot(record.node, record.where);
    if (node.kind === 'buffer') {
      const here = records.filter((other) => other.node === record.node);
      const left = here.filter((other) => other.leave <= tick).map((other) => other.leave);
      const last = Math.max(...left);
      const next = Math.min(NEVER, ...here.filter((other) => other.leave > tick).map((other) => other.leave));
      const shuffle = Math.min(pace.travel, next - last);
      const moving =
        left.length > 0 && time - last < shuffle ? left.filter((leave) => leave === last).length * (1 - ease((time - last) / shuffle)) : 0;
      const place = record.where - left.length + moving;
      if (place > site.slotCount[record.node]! - 0.99 && share >= 1) continue;
      const low = spot(record.node, Math.floor(place));
      const high = spot(record.node, Math.floor(place) + 1);
      const rest = place >= site.slotCount[record.node]! - 1 ? 0 : place - Math.floor(place);
      goal = low.map((value, axis) => value + rest * (high[axis]! - value)) as Vector;
    }
    const half = (PART / 2) * (sink ? 1 - ease(Math.max(0, (share - 0.8) / 0.2)) : record.from === NEVER ? ease(share) : 1);
    let at = goal;
    if (record.from !== NEVER) {
      // Back over the stays of no length, to where the part was last seen.
      const history = records.filter((other) => other.part === record.part);
      let at0 = history.indexOf(record);
      const nodes = [record.node];
      do {
        at0--;
        nodes.unshift(history[at0]!.node);
      } while (history[at0]!.leave === history[at0]!.enter && history[at0]!.from !== NEVER);
      const before = history[at0]!;
      let start = spot(before.node, 0);
      if (site.plan.nodes[before.node]!.kind === 'station') start = spot(before.node, before.where);
      if (site.plan.nodes[before.node]!.kind === 'buffer') {
        const sooner = records.filter((other) => other.node === before.node && other.leave < before.leave).length;
        start = spot(before.node, before.where - sooner);
      }
      at = onLine(line(site, nodes, start, goal), ease(share));
    }
    seen.push({ at: [at[0], at[1], at[2] - (PART / 2 - half)], half, paint: record.product });
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
    const edge = site.plan.edges.findIndex(([from, to]) => from === nodes[i - 1] && to === nodes[i]);
    const way = site.ways[edge]!;
    for (let k = 0; k < way.length; k += 3) points.push([way[k]!, way[k + 1]!, z]);
  }
  points.push([last[0], goal[1], goal[2]], goal);
  return points;
}

function onLine(points: Vector[], share: number): Vector {
  const lengths = points.slice(1).map((point, i) => Math.hypot(...point.map((value, axis) => value - points[i]![axis]!)));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < lengths.length; i++) {
    if (rest <= lengths[i]! && lengths[i]! > 0) {
      return points[i]!.map((value, axis) => value + (rest / lengths[i]!) * (points[i + 1]![axis]! - value)) as Vector;
    }
    rest -= lengths[i]!;
  }
  return points[points.length - 1]!;
}

/** Pairs every part with one that was computed, and gives the largest distance. */
function furthest(seen: Seen[], wanted: Seen[]): number {
  expect(seen).toHaveLength(wanted.length);
  const rest = wanted.slice();
  let worst = 0;
  for (const part of seen) {
    let best = -1;
    let least = Infinity;
    rest.forEach((other, i) => {
      if (other.paint !== part.paint) return;
      const away = Math.hypot(...part.at.map((value, axis) => value - other.at[axis]!)) + Math.abs(part.half - other.half);
      if (away < least) [least, best] = [away, i];
    });
    expect(best).toBeGreaterThanOrEqual(0);
    rest.splice(best, 1);
    worst = Math.max(worst, least);
  }
  return worst;
}

const PACE: Pace = { travel: 24_000, share: 0.4 };

describe('placing parts', () => {
  const { plan, trace } = simulate(GEARBOX, 2 * 3600, 5);
  const site = setOut(plan, 1.5);

  it('agrees with plain TypeScript to a millimetre, at 40 moments of the gearbox line', async () => {
    const moments = Array.from({ length: 40 }, (_, i): [number, number] => [Math.floor(i * 180_137.3), (i * 0.37) % 1]);
    const seen = await placed(site, trace, moments, PACE);
    expect(Math.max(...seen.map((parts) => parts.length))).toBeGreaterThan(30);
    seen.forEach((parts, i) => expect(furthest(parts, expected(site, trace, ...moments[i]!, PACE))).toBeLessThan(1e-3));
  });

  it('holds every part of the trace once: as many as have entered and not left', async () => {
    const still: Pace = { travel: 0, share: 0.4 };
    const moments = Array.from({ length: 12 }, (_, i): [number, number] => [600_000 * (i + 0.5), 0]);
    const seen = await placed(site, trace, moments, still);
    moments.forEach(([tick], i) => {
      let inside = 0;
      let hidden = 0;
      for (let v = 0; v < trace.visits.length; v += VISIT.words) {
        if (trace.visits[v + VISIT.enter]! <= tick && trace.visits[v + VISIT.leave]! > tick) inside++;
      }
      plan.nodes.forEach((node, n) => {
        if (node.kind !== 'buffer') return;
        let length = 0;
        for (let v = 0; v < trace.visits.length; v += VISIT.words) {
          if (trace.visits[v + VISIT.node] === n && trace.visits[v + VISIT.enter]! <= tick && trace.visits[v + VISIT.leave]! > tick)
            length++;
        }
        hidden += Math.max(0, length - site.slotCount[n]!);
      });
      expect(seen[i]).toHaveLength(inside - hidden);
    });
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
      const seen = await placed(site, traceAt(t0), moments, pace);
      const near = (part: Seen | undefined, at: Vector) => part!.at.forEach((value, axis) => expect(value).toBeCloseTo(at[axis]!, 3));
      expect(seen.map((parts) => parts.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
      near(seen[0]![0], first(0));
      // It leaves the source and enters the station at one tick: there it stands where it stood, and the way leads through the lane.
      near(seen[1]![0], first(0));
      const [x0, x1] = [first(0)[0], first(2)[0]];
      expect(seen[2]![0]!.at[0]).toBeCloseTo((x0 + x1) / 2, 1);
      near(seen[3]![0], first(2));
      near(seen[4]![0], first(2));
      near(seen[5]![0], first(2));
      // All but arrived in the sink, and all but gone.
      expect(seen[6]![0]!.half).toBeLessThan(0.01);
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

  it('is gone along its way at an even pace, and takes as long as it takes', async () => {
    const source = 4 * site.firstSlot[0]!;
    const start: Vector = [site.slots[source]!, site.slots[source + 1]!, site.slots[source + 2]!];
    const [x, y] = entranceOf(site.boxes[2]!);
    const moments = [1, 1250, 2500, 5000, 9999].map((tick): [number, number] => [tick, 0]);
    const seen = await placed(site, trace, moments, pace);
    moments.forEach(([tick], i) => {
      expect(seen[i]).toHaveLength(2);
      for (const late of [0, 1]) {
        const at = onLine([start, [x, y, start[2]]], (tick - late) / 10_000);
        expect(Math.min(...seen[i]!.map((part) => Math.hypot(part.at[0] - at[0], part.at[1] - at[1])))).toBeLessThan(0.002);
      }
    });
  });

  it('ends on the server, where parts of one batch stand one on the other', async () => {
    const [parts] = await placed(site, trace, [[50_000, 0]], pace);
    expect(parts).toHaveLength(2);
    const heights = parts!.map(({ at }) => at[2]).toSorted((a, b) => a - b);
    expect(heights[1]! - heights[0]!).toBeCloseTo(0.8 * PART, 4);
    expect(parts![0]!.at.slice(0, 2)).toEqual(parts![1]!.at.slice(0, 2));
  });
});
