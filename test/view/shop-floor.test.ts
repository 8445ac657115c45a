/**
 * Belts, transfers, shelves and people on the floor: where things are, against a belt played in small steps and against the trace itself.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FloorNode, type FloorPlan, NEVER, type Trace, VISIT } from '../../src/engine/trace.ts';
import { beltTrace, placeOnBelt } from '../../src/view/belts.ts';
import { lengthAt, prepare } from '../../src/view/kinematics.ts';
import { LEG } from '../../src/view/motion-legs.ts';
import { AT_HOME } from '../../src/engine/trace.ts';
import { BENCH } from '../../src/view/looks/measures.ts';
import { setOut } from '../../src/view/site.ts';
import { openDevice } from '../gpu.ts';
import { BELT, shopPlan, shopTrace, TRAVEL } from '../page/fake-shop.ts';
import { placed, placedAt, type Seen, stageOf } from './placed.ts';

const SITE = setOut(shopPlan(), 2);
const node = (name: string) => SITE.plan.nodes.findIndex((one) => one.name === name);
const TRACE = shopTrace(1, 3);

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

function records(trace: Trace) {
  return Array.from({ length: trace.visits.length / VISIT.words }, (_, i) => {
    const word = (offset: number) => trace.visits[i * VISIT.words + offset]!;
    return { enter: word(0), leave: word(1), node: word(2), where: word(3), from: word(4), product: word(5), part: word(6) };
  });
}

/** A congested belt: parts come in bursts, and what takes them is at times slow. 10 places, 100 ticks from end to end, 8 between two. */
function congested(accumulating: boolean): { enter: number[]; leave: number[] } {
  const enter: number[] = [];
  const leave: number[] = [];
  let at = 0;
  /** Ticks for which the belt has stood, and the standstills themselves. */
  const stands: [from: number, to: number][] = [];
  const arrival = (since: number) => {
    let rest = 100;
    let now = since;
    for (const [from, to] of stands) {
      if (to <= now) continue;
      if (from - now >= rest) break;
      rest -= Math.max(0, from - now);
      now = to;
    }
    return now + rest;
  };
  for (let k = 0; k < 60; k++) {
    at = Math.max(at + 8 + (k % 9 === 0 ? 70 : (k * 7) % 5), leave[k - 10] ?? 0);
    // Nothing comes onto a belt that stands.
    if (!accumulating) for (const [from, to] of stands) if (at >= from && at < to) at = to + 8;
    enter.push(at);
    const arrive = accumulating ? Math.max(at + 100, (leave[k - 1] ?? -8) + 8) : arrival(at);
    const go = Math.max(arrive, (leave[k - 1] ?? 0) + (k % 4 === 0 ? 37 : 3));
    leave.push(go);
    if (!accumulating && go > arrive) stands.push([arrive, go]);
  }
  return { enter, leave };
}

describe.each([true, false])('a belt (accumulating: %s)', (accumulating) => {
  it('has its parts where a belt played in steps of a hundredth of a tick has them: on the host and on the device', async () => {
    const { enter, leave } = congested(accumulating);
    // A plant of this belt alone, which all parts come onto out of nothing.
    const node: FloorNode = { name: 'belt', kind: 'conveyor', position: undefined, servers: 0, firstPlace: 0, capacity: 10 };
    const conveyor: FloorNode = { ...node, from: [0, 0], to: [4, 3], length: 5, travel: 100, spacing: 8, accumulating };
    const plan: FloorPlan = {
      name: 'a belt',
      tickSeconds: 1,
      nodes: [conveyor],
      edges: [],
      products: [{ name: 'part', color: undefined }],
    };
    const site = setOut(plan, 1);
    const belt = site.belts[0]!;
    expect(belt.drawn).toBeCloseTo(5, 9);
    const trace = beltTrace(conveyor, belt, { enter: Uint32Array.from(enter), leave: Uint32Array.from(leave) });
    const visits = Uint32Array.from(enter.flatMap((tick, k) => [tick, leave[k]!, 0, k, NEVER, 0, k]));
    const { motion } = stageOf(device, site, {
      seed: 1,
      replication: 0,
      warmup: 0,
      end: leave.at(-1)! + 1,
      states: new Uint32Array(),
      visits,
    });
    const step = 0.01;
    const x = new Map<number, number>();
    let compared = 0;
    let onDevice = 0;
    let closed = 0;
    for (let i = 0; i * step < leave.at(-1)!; i++) {
      const now = i * step;
      const inside = enter.flatMap((tick, k) => (tick <= now && leave[k]! > now ? [k] : []));
      const stands = !accumulating && inside.some((k) => (x.get(k) ?? 0) >= 5 - 1e-9);
      let before = Infinity;
      for (const k of inside) {
        const was = x.get(k);
        let next = was === undefined ? 0 : stands ? was : was + 0.05 * step;
        if (accumulating) next = Math.min(next, before - 0.4);
        next = Math.min(next, 5);
        // One that found no room runs on no less than it did.
        x.set(k, Math.max(next, was ?? next));
        before = x.get(k)!;
      }
      if (i % 997 !== 0 || inside.length === 0) continue;
      const tick = Math.floor(now);
      const gone = leave.filter((time) => time <= tick).length;
      const places = inside.map((k) => placeOnBelt(trace, k, gone, tick, now - tick));
      inside.forEach((k, place) => expect(Math.abs(places[place]! - x.get(k)!), `part ${k} at ${now}`).toBeLessThan(0.02));
      compared += inside.length;
      if (inside.length > 1 && places[0]! > 4.99 && places[0]! - places[1]! < 0.41) closed++;
      if (i % (997 * 8) !== 0) continue;
      const seen = await placedAt(device, motion, tick, Math.fround(now - tick), { travel: 0, share: 0.4 });
      expect(seen.map(({ thing }) => thing).toSorted((a, b) => a - b)).toEqual(inside);
      for (const { thing, at } of seen) {
        expect(at[0] * 0.8 + at[1] * 0.6, `part ${thing} at ${now}`).toBeCloseTo(places[inside.indexOf(thing)]!, 4);
        expect(at[0] * 0.6 - at[1] * 0.8).toBeCloseTo(0, 5);
        onDevice++;
      }
    }
    motion.dispose();
    expect(compared).toBeGreaterThan(300);
    expect(onDevice).toBeGreaterThan(40);
    if (accumulating) expect(closed).toBeGreaterThan(20);
  });
});

describe('a site with belts and transfers', () => {
  it('draws a transfer as a way between what it joins, not as an element', () => {
    const transfer = node('infeed → shelf');
    expect(SITE.leadsTo[transfer]).toBe(node('shelf'));
    expect(SITE.edges).toContainEqual([node('infeed'), node('shelf')]);
    expect(SITE.edges.flat()).not.toContain(transfer);
    expect(SITE.ways).toHaveLength(SITE.edges.length);
  });

  it('lays a belt from end to end where the scene says, and ways meet its ends', () => {
    const plan: FloorPlan = shopPlan();
    plan.nodes = plan.nodes.map((one, i) => ({ ...one, position: [12 * i, 4 * (i % 3)] }));
    Object.assign(plan.nodes[node('belt')]!, { from: [30, 30], to: [33, 34] });
    const site = setOut(plan, 2);
    const belt = site.belts[node('belt')]!;
    expect(belt.drawn).toBeCloseTo(5, 9);
    expect(belt.start).toEqual([30, 30]);
    expect(belt.axis[0]).toBeCloseTo(0.6, 9);
    const into = site.ways[site.edges.findIndex(([, to]) => to === node('belt'))]!;
    const outOf = site.ways[site.edges.findIndex(([from]) => from === node('belt'))]!;
    expect([into.at(-3), into.at(-2)].map((value) => Math.round(value! * 1e4) / 1e4)).toEqual([30, 30]);
    expect([outOf[0], outOf[1]].map((value) => Math.round(value! * 1e4) / 1e4)).toEqual([33, 34]);
  });

  it('counts the parts of a shelf where they leave in any order', () => {
    const trace: Trace = { ...TRACE, visits: Uint32Array.from(TRACE.visits) };
    // Later parts overtake: of two neighbours the first leaves last.
    const stays = records(trace).flatMap((one, i) => (one.node === node('shelf') ? [i] : []));
    for (let i = 0; i + 1 < stays.length; i += 2) {
      const [a, b] = [stays[i]! * VISIT.words + VISIT.leave, stays[i + 1]! * VISIT.words + VISIT.leave];
      [trace.visits[a], trace.visits[b]] = [trace.visits[b]! + 1, trace.visits[a]! + 90_000];
    }
    const kinematics = prepare(SITE, trace, 0);
    expect(kinematics.shelves[node('shelf')]).toBe(true);
    for (const tick of [0, 5_000_000, 9_000_000, 20_000_001]) {
      const inside = records(trace).filter((one) => one.node === node('shelf') && one.enter <= tick && one.leave > tick).length;
      expect(lengthAt(kinematics, node('shelf'), tick)).toBe(inside);
    }
  });
});

describe('belts, people and transfers of a shop', () => {
  const still = { travel: 0, share: 0.4 };
  const at = async (ticks: number[]) =>
    placed(
      device,
      SITE,
      TRACE,
      ticks.map((tick) => [tick, 0]),
      still,
    );
  const trunks = (seen: Seen[]) => seen.filter(({ list }) => list.kind === 'person' && list.link === 1);

  it('has every part on the belt, the first as far as it has run, and everybody on the floor', async () => {
    const ticks = Array.from({ length: 8 }, (_, i) => 1_000_000 + i * 3_934_567);
    const all = await at(ticks);
    ticks.forEach((tick, i) => {
      const onBelt = records(TRACE).filter((one) => one.node === node('belt') && one.enter <= tick && one.leave > tick);
      const serials = new Set(onBelt.map(({ part }) => part));
      const parts = all[i]!.filter(({ list, thing }) => list.kind === 'part' && serials.has(thing));
      expect(parts).toHaveLength(onBelt.length);
      expect(trunks(all[i]!)).toHaveLength(6);
      const { start, axis, drawn } = SITE.belts[node('belt')]!;
      const reached = parts.map(({ at: [x, y] }) => (x - start[0]) * axis[0] + (y - start[1]) * axis[1]);
      // Nothing holds the first part up before the end.
      const wanted = Math.min(drawn, (drawn * (tick - (onBelt[0]?.enter ?? tick))) / BELT.travel);
      if (onBelt.length > 0) expect(Math.max(...reached)).toBeCloseTo(wanted, 4);
    });
  });

  it('has people at the server they are with, at home when free, and on the bench behind it when off duty', async () => {
    const people = TRACE.people!;
    const checks: { tick: number; worker: number; place: number }[] = [];
    for (let i = 0; i < people.length; i += 3 * 37) {
      const [tick, worker, place] = [people[i]!, people[i + 1]!, people[i + 2]!];
      // At the next record of his he may have gone on, at the same tick.
      if (place < 0xfffffffe && worker <= 3 && people[i + 3] !== tick) checks.push({ tick, worker, place });
    }
    expect(checks.length).toBeGreaterThan(5);
    // An hour's stay is long enough to walk up to anything: seen just before he goes again.
    const nextOf = ({ tick, worker }: { tick: number; worker: number }) => {
      for (let i = 0; i < people.length; i += 3) if (people[i]! > tick && people[i + 1] === worker) return people[i]!;
      return TRACE.end;
    };
    const chosen = checks.slice(0, 6);
    const all = await at(chosen.map((check) => nextOf(check) - 1));
    chosen.forEach(({ worker, place }, i) => {
      const body = trunks(all[i]!).find(({ thing }) => thing === worker)!;
      const slot = 4 * (SITE.firstSlot[node('assemble')]! + place);
      expect(Math.hypot(body.at[0] - SITE.slots[slot]!, body.at[1] - SITE.slots[slot + 1]!)).toBeLessThan(1.6);
    });
    const [early, late] = await at([60_000, 5 * 3_600_000]);
    const hips = (seen: Seen[]) => trunks(seen).find(({ thing }) => thing === 5)!.at[2];
    expect(hips(early!)).toBeGreaterThan(BENCH.height);
    expect(hips(early!)).toBeLessThan(BENCH.height + 0.15);
    expect(hips(late!)).toBeGreaterThan(0.75);
    const home = SITE.crews[1]!.spots[1]!;
    const away = trunks(early!).find(({ thing }) => thing === 5)!;
    expect(Math.hypot(away.at[0] - home[0], away.at[1] - (home[1] - BENCH.behind))).toBeLessThan(0.05);
    expect(AT_HOME).toBe(NEVER);
  });

  it('gives a transfer the time of its trip: the kernel is told the very ticks', () => {
    const kinematics = prepare(SITE, TRACE, 0);
    const trips = records(TRACE).filter((one) => one.node === node('infeed → shelf'));
    const end = SITE.plan.nodes.length + node('shelf');
    const told: number[][] = [];
    for (let i = 0; i < kinematics.partLegs; i++) {
      const [begin, finish, goal] = kinematics.legs.subarray(i * LEG.words, (i + 1) * LEG.words) as unknown as [number, number, number];
      if (goal === end) told.push([begin, finish]);
    }
    expect(told).toHaveLength(trips.length);
    trips.forEach(({ enter, leave }, i) => {
      expect(told[i]![0]).toBe(enter);
      if (leave !== NEVER) expect(told[i]![1]).toBe(enter + TRAVEL);
    });
  });
});
