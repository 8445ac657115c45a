/** What the page reads from a trace for charts and cards, the layout of flows, and the WebM file: each against a plain count of its own. */
import { expect, test } from 'vitest';
import { CHANGE, type FloorPlan, NEVER, STATES, type Trace, VISIT } from '../../src/engine/trace.ts';
import { flowsOf } from '../../src/engine/flows.ts';
import { Chronicle, nextEvent, spent } from '../../src/app/chronicle.ts';
import { type Band, layOut, pathOf } from '../../src/app/sankey-layout.ts';
import { paintStates, rowsOf, ticksByState } from '../../src/app/state-rows.ts';
import { following, moments, panned, zoomed } from '../../src/app/time-window.ts';
import { webm } from '../../src/view/webm.ts';
import { shopPlan, shopTrace } from '../page/fake-shop.ts';
import { readWebm } from '../page/read-webm.ts';

const plan: FloorPlan = shopPlan();
const trace: Trace = shopTrace(1, 3);
const chronicle = Chronicle.of(plan, trace);
const visits = Array.from({ length: trace.visits.length / VISIT.words }, (_, i) => chronicle.visit(i));

/** A plain walk through all state changes. */
function stateBefore(place: number, tick: number): string {
  let state = 1;
  for (let i = 0; i < trace.states.length; i += CHANGE.words)
    if (trace.states[i + CHANGE.place] === place && trace.states[i + CHANGE.tick]! <= tick) state = trace.states[i + CHANGE.state]!;
  return STATES[state]!;
}

test('a chronicle tells states, contents and history as plain walks through the trace do', () => {
  for (let i = 0; i < 200; i++) {
    const tick = Math.floor(((i + 0.37) / 200) * trace.end);
    for (let place = 0; place < chronicle.places; place++) {
      const { state, since, until } = chronicle.stateAt(place, tick);
      expect(state).toBe(stateBefore(place, tick));
      expect(since <= tick && tick < until).toBe(true);
    }
    for (const node of [...plan.nodes.keys()].filter((one) => plan.nodes[one]!.kind !== 'sink')) {
      const there = visits.filter((visit) => visit.node === node && visit.enter <= tick && visit.leave > tick);
      expect(chronicle.inside(node, tick)).toBe(there.length);
      expect(chronicle.staying(node, tick, 1000).map(({ part }) => part)).toEqual(there.map(({ part }) => part));
    }
  }
  const shelf = plan.nodes.findIndex(({ name }) => name === 'shelf');
  const tick = trace.end / 2;
  const events = visits
    .filter((visit) => visit.node === shelf)
    .flatMap((visit) => [visit.enter, ...(visit.leave > visit.enter ? [visit.leave] : [])])
    .filter((at) => at <= tick)
    .sort((a, b) => b - a);
  expect(chronicle.trafficOf(shelf, tick, 20).map((event) => event.tick)).toEqual(events.slice(0, 20));
});

test('steps visit every tick at which anything happens, each once, both ways', () => {
  const ticks = new Set<number>();
  for (const visit of visits) for (const at of [visit.enter, visit.leave]) if (at !== NEVER && at <= trace.end) ticks.add(at);
  for (let i = 0; i < trace.states.length; i += CHANGE.words) ticks.add(trace.states[i + CHANGE.tick]!);
  for (let i = 0; i < trace.people!.length; i += 3) ticks.add(trace.people![i]!);
  const sorted = [...ticks].sort((a, b) => a - b);
  let at = sorted[500]!;
  for (let i = 501; i < 540; i++) expect((at = nextEvent(trace, at, 1)!)).toBe(sorted[i]);
  for (let i = 538; i >= 500; i--) expect((at = nextEvent(trace, at, -1)!)).toBe(sorted[i]);
  expect(nextEvent(trace, sorted.at(-1)!, 1)).toBeUndefined();
});

test("a part's time is what it was worked on, carried and kept waiting, and nothing else", () => {
  const part = 100;
  const stays = visits.filter((visit) => visit.part === part);
  const { worked, moved, waited, total } = spent(plan, chronicle, part, trace.end);
  expect(total).toBe(stays.at(-1)!.leave - stays[0]!.enter);
  expect(worked + moved + waited).toBe(total);
  // Worked: tick by tick of seconds, from the states of its servers.
  let seconds = 0;
  for (const { node, where, enter, leave } of stays) {
    if (plan.nodes[node]!.kind !== 'station') continue;
    for (let tick = enter; tick < leave; tick += 1000)
      if (['working', 'setup'].includes(stateBefore(plan.nodes[node]!.firstPlace + where, tick))) seconds++;
  }
  expect(Math.abs(worked / 1000 - seconds)).toBeLessThan(4);
  const way = stays.find(({ node }) => plan.nodes[node]!.kind === 'transfer')!;
  expect(moved).toBe(way.leave - way.enter + plan.nodes.find(({ kind }) => kind === 'conveyor')!.travel!);
});

test('rows of states paint as much of each colour as there is of each state', () => {
  const [width, height] = [160, 10];
  const words = new Uint32Array(width * height);
  const colors = STATES.map((_, state) => ({ plain: state + 1, ink: state + 1 }));
  for (const [from, to] of [
    [0, trace.end],
    [trace.end / 3, trace.end / 3 + 600_000],
  ] as const) {
    const perColumn = (to - from) / width;
    const first = Math.round(from / perColumn);
    for (const { place } of rowsOf(plan)) {
      words.fill(0);
      paintStates({ words, width }, 0, height, chronicle, place, { first, perColumn, end: trace.end }, colors);
      const ticks = ticksByState(chronicle, place, first * perColumn, (first + width) * perColumn);
      STATES.forEach((_, state) => {
        const painted = words.filter((word) => word === state + 1).length / words.length;
        // A column rounds each state to a tenth of itself.
        expect(Math.abs(painted - ticks[state]! / (to - from))).toBeLessThan(0.05);
      });
    }
  }
});

test('a window of time zooms about a moment, stays inside the twin and goes with the clock', () => {
  const [end, tickSeconds] = [1_000_000, 0.1];
  const half = zoomed(undefined, end, tickSeconds, 0.5, 250_000)!;
  expect((250_000 - half.from) / (half.to - half.from)).toBeCloseTo(0.25, 12);
  expect(zoomed(half, end, tickSeconds, 2, 250_000)).toBeUndefined();
  const least = zoomed(half, end, tickSeconds, 1e-9, 300_000)!;
  expect((least.to - least.from) * tickSeconds).toBeCloseTo(30, 9);
  expect(panned(half, end, 1e9)).toEqual({ from: 500_000, to: 1_000_000 });
  expect(following(half, end, half.from + 10)).toBe(half);
  for (const tick of [half.to - 1, half.to + 100, 999_999, 3]) {
    const moved = following(half, end, tick);
    expect(moved.to - moved.from).toBeCloseTo(half.to - half.from, 6);
    expect(moved.from >= 0 && moved.to <= end && moved.from <= tick && tick <= moved.to).toBe(true);
  }
  const { step, at } = moments(36_000, 50_000, 0.1);
  expect(step).toBe(1800);
  expect(at).toEqual([36_000, 37_800, 39_600, 41_400, 43_200, 45_000, 46_800, 48_600]);
});

test('flows count each coming once, with or without what is passed through', () => {
  const flows = flowsOf(trace, plan);
  const since = visits.filter(({ enter, from }) => enter > trace.warmup && from !== NEVER);
  expect(flows.edges.reduce((sum, { parts }) => sum + parts, 0)).toBe(since.length);
  for (const { from, to, parts, products } of flows.edges) {
    expect(parts).toBe(since.filter((visit) => visit.from === from && visit.node === to).length);
    expect(products.reduce((sum, count) => sum + count, 0)).toBe(parts);
  }
  const kept = flowsOf(trace, plan, (node) => ['source', 'station', 'sink'].includes(plan.nodes[node]!.kind));
  expect(kept.edges.map(({ from, to }) => `${plan.nodes[from]!.name} ${plan.nodes[to]!.name}`).sort()).toEqual([
    'assemble store',
    'infeed wash',
    'wash assemble',
  ]);
});

const OPTIONS = { width: 900, height: 400, nodeWidth: 12, gap: 30, margin: 44 };

test('bands are as wide as their flow, stand side by side at their ends, and elements do not overlap', () => {
  // Two sources, a by-pass over two columns, rework from 4 to 2 and again at 3 itself.
  const links = [
    [0, 2, 60],
    [1, 2, 30],
    [2, 3, 100],
    [3, 4, 95],
    [4, 2, 10],
    [4, 5, 80],
    [0, 5, 15],
    [3, 3, 4],
    [4, 6, 5],
  ].map(([from, to, value]) => ({ from: from!, to: to!, value: value! }));
  const { nodes, bands, scale } = layOut(links, [0, 1], OPTIONS);
  expect(nodes.map(({ node }) => node)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const band of bands) expect(band.thickness).toBeCloseTo(links[band.link]!.value * scale, 9);
  expect(bands.filter(({ back }) => back).map(({ link }) => link)).toEqual([4, 7]);
  const box = new Map(nodes.map((one) => [one.node, one]));
  for (const { node, y, height, into, outOf } of nodes) {
    expect(height).toBeCloseTo(Math.max(into, outOf) * scale, 9);
    for (const end of ['from', 'to'] as const) {
      // Middles and halves: from the top of the element down without a gap, and not beyond it.
      const ends = bands
        .filter(({ link }) => links[link]![end] === node)
        .map((band) => ({ middle: (end === 'from' ? band.points[0]! : band.points.at(-1)!)[1], half: band.thickness / 2 }));
      ends.sort((a, b) => a.middle - b.middle);
      let edge = y;
      for (const { middle, half } of ends) {
        expect(middle - half).toBeCloseTo(edge, 6);
        edge = middle + half;
      }
      expect(edge).toBeLessThanOrEqual(y + height + 1e-6);
    }
  }
  for (const a of nodes)
    for (const b of nodes) if (a.node < b.node && a.column === b.column) expect(a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
  for (const band of bands) {
    const { from, to } = links[band.link]!;
    expect(band.points[0]![0]).toBe(box.get(from)!.x + OPTIONS.nodeWidth);
    expect(band.points.at(-1)![0]).toBe(box.get(to)!.x);
    if (!band.back) expect(box.get(from)!.column).toBeLessThan(box.get(to)!.column);
  }
  // The by-pass has room of its own in each column between.
  const bypass = bands.find(({ link }) => link === 6)!;
  for (let i = 1; i + 1 < bypass.points.length; i += 2) {
    const [x, y] = bypass.points[i]!;
    for (const one of nodes.filter((other) => other.x === x))
      expect(y + bypass.thickness / 2 <= one.y || y - bypass.thickness / 2 >= one.y + one.height).toBe(true);
  }
  // Ways home are below all elements and inside the picture.
  const lowest = Math.max(...nodes.map(({ y, height }) => y + height));
  for (const band of bands.filter(({ back }) => back)) {
    expect(band.lane - band.thickness / 2).toBeGreaterThanOrEqual(lowest);
    expect(band.lane + band.thickness / 2).toBeLessThanOrEqual(OPTIONS.height);
    expect(pathOf(band)).toMatch(/^M[\d.]+ [\d.]+C.*L.*C/);
  }
});

test('a Sankey diagram of nothing, of a ring, and of a thousand elements in a row', () => {
  expect(layOut([], [], OPTIONS).nodes).toEqual([]);
  const ring = layOut(
    [0, 1, 2].map((from) => ({ from, to: (from + 1) % 3, value: 1 })),
    [],
    OPTIONS,
  );
  expect(ring.bands.filter(({ back }: Band) => back).length).toBe(1);
  const line = layOut(
    Array.from({ length: 1000 }, (_, from) => ({ from, to: from + 1, value: 5 })),
    [0],
    OPTIONS,
  );
  expect(line.columns).toBe(1001);
});

test('a WebM file holds its frames, their times, and cues that lead to them', async () => {
  const frames = Array.from({ length: 100 }, (_, i) => ({
    data: Uint8Array.from({ length: 40 + i }, () => i),
    at: (i * 1000) / 24,
    key: i % 48 === 0,
  }));
  const file = webm({ codec: 'V_VP9', width: 642, height: 360, duration: 100_000 / 24, frameDuration: 1000 / 24 }, frames);
  const read = readWebm(new Uint8Array(await file.arrayBuffer()));
  expect(read).toMatchObject({ docType: 'webm', codec: 'V_VP9', width: 642, height: 360, duration: 100_000 / 24 });
  expect(read.frames.map(({ at }) => at)).toEqual(frames.map(({ at }) => Math.round(at)));
  expect(read.frames.map(({ key }) => key)).toEqual(frames.map(({ key }) => key));
  expect(read.frames.map(({ data }) => data.length)).toEqual(frames.map(({ data }) => data.length));
  expect(read.cues).toEqual([0, 2000, 4000].map((at) => ({ at, clusterAt: at })));
});
