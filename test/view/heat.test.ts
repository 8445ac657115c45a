/** Heat: its figures against the read-out and a count by hand, and what is laid on the floor for them. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type HeatFigure,
  heatOf,
  type HeatRow,
  meanFigures,
  quantileFigures,
  topOf,
  TwinFigures,
  TwinTraffic,
} from '../../src/app/heat-figures.ts';
import { Readout } from '../../src/engine/readout.ts';
import { floorPlan } from '../../src/engine/floor-plan.ts';
import { record } from '../../src/engine/recording.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { CHANGE, type FloorPlan, NEVER, STATES, type Trace, VISIT } from '../../src/engine/trace.ts';
import type { Summary } from '../../src/experiment/protocol.ts';
import { compile } from '../../src/scene/compile.ts';
import { read } from '../../src/scene/read.ts';
import { buildHeat, heatPaint } from '../../src/view/heat.ts';
import { setOut } from '../../src/view/site.ts';

interface Twin {
  plan: FloorPlan;
  trace: Trace;
  figures: Map<string, number>;
}

/** One twin of a shipped scene: its trace, and its figures by the read-out from a run of its own. */
function twinOf(name: string, time?: string): Twin {
  const text = readFileSync(new URL(`../../scenes/${name}.json`, import.meta.url), 'utf8');
  const found = read(time ? text.replace(/("(?:warmup|horizon)": )"[^"]*"/g, `$1"${time}"`) : text);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  const plant = compile(found.scene);
  const block = new Uint32Array(plant.layout.words);
  const engine = new ReferenceEngine(plant);
  engine.begin(block, 1, 0);
  engine.run(block, 1, 0, Number.MAX_SAFE_INTEGER);
  const readout = new Readout(plant);
  const values = new Float64Array(readout.metrics.length);
  readout.read(block, values);
  return {
    plan: floorPlan(plant),
    trace: record(plant, 1, 0),
    figures: new Map(readout.metrics.map((metric, i) => [metric.name, values[i]!])),
  };
}

let gearbox: Twin;
beforeAll(() => {
  gearbox = twinOf('gearbox');
});

describe('figures of one twin', () => {
  test.each<[scene: string, time: string | undefined, what: HeatFigure[]]>([
    ['gearbox', undefined, ['blocked', 'starved', 'failed', 'working', 'length']],
    ['people-shifts', '2 d', ['waitingForPeople', 'setup']],
    ['conveyor-loop', '1 h', ['length', 'working']],
  ])('at the end of %s are those of the read-out', (scene, time, all) => {
    const { plan, trace, figures } = scene === 'gearbox' ? gearbox : twinOf(scene, time);
    for (const what of all) {
      const rows = new TwinFigures(plan, trace, what).at(trace.end);
      expect(rows.length).toBeGreaterThan(0);
      let most = 0;
      for (const { node, value } of rows) {
        const expected = figures.get(`${plan.nodes[node]!.name}.${what}`) ?? 0;
        expect(value).toBeCloseTo(expected, 9);
        most = Math.max(most, expected);
      }
      expect(most).toBeGreaterThan(0);
    }
  });

  test('at any moment are what a count through the trace gives, forward and back; before the warm-up they count from the start', () => {
    const { plan, trace } = gearbox;
    const blocked = new TwinFigures(plan, trace, 'blocked');
    const inside = new TwinFigures(plan, trace, 'length');
    const span = trace.end - trace.warmup;
    for (const tick of [trace.warmup + Math.floor(span * 0.7), trace.warmup + Math.floor(span * 0.31), Math.floor(trace.warmup / 2)]) {
      const from = tick > trace.warmup ? trace.warmup : 0;
      const time = new Float64Array(plan.nodes.length);
      const area = new Float64Array(plan.nodes.length);
      const overlap = (begin: number, end: number) => Math.max(0, Math.min(end, tick) - Math.max(begin, from));
      plan.nodes.forEach((node, n) => {
        for (let place = node.firstPlace; place < node.firstPlace + node.servers; place++) {
          let since = 0;
          let state = STATES.indexOf('starved');
          for (let i = 0; i < trace.states.length; i += CHANGE.words) {
            if (trace.states[i + CHANGE.place] !== place) continue;
            const at = trace.states[i + CHANGE.tick]!;
            if (STATES[state] === 'blocked') time[n]! += overlap(since, at);
            since = at;
            state = trace.states[i + CHANGE.state]!;
          }
          if (STATES[state] === 'blocked') time[n]! += overlap(since, Number.POSITIVE_INFINITY);
        }
      });
      for (let i = 0; i < trace.visits.length; i += VISIT.words) {
        const leave = trace.visits[i + VISIT.leave]!;
        area[trace.visits[i + VISIT.node]!]! += overlap(trace.visits[i + VISIT.enter]!, leave === NEVER ? Number.POSITIVE_INFINITY : leave);
      }
      for (const { node, value } of blocked.at(tick)) expect(value).toBeCloseTo(time[node]! / plan.nodes[node]!.servers / (tick - from), 9);
      for (const { node, value } of inside.at(tick)) expect(value).toBeCloseTo(area[node]! / (tick - from), 9);
    }
    expect(blocked.at(0).every(({ value }) => Number.isNaN(value))).toBe(true);
  });

  test('traffic into the sink is what the read-out says was finished there, however the clock went', () => {
    const { plan, trace, figures } = gearbox;
    const traffic = new TwinTraffic(plan, trace);
    const dispatch = plan.nodes.findIndex(({ name }) => name === 'Dispatch');
    const into = (tick: number) =>
      traffic
        .at(tick)
        .filter(({ to }) => to === dispatch)
        .reduce((sum, { parts }) => sum + parts, 0);
    const middle = Math.floor((trace.warmup + trace.end) / 2);
    const half = into(middle);
    const days = ((trace.end - trace.warmup) * plan.tickSeconds) / 86_400;
    expect(into(trace.end)).toBe(Math.round(figures.get('Dispatch.throughput')! * 60 * 24 * days));
    expect(into(middle)).toBe(half);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(into(trace.end));
  });
});

describe('figures over twins', () => {
  const plan = {
    nodes: [
      { name: 'a', kind: 'station' },
      { name: 'b', kind: 'station' },
      { name: 'q', kind: 'buffer' },
    ],
  } as FloorPlan;
  // 0 … 99 in a shuffled order, and one twin in which it is not defined.
  const column = Float64Array.from([...Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) / 100), Number.NaN]);
  const summary = {
    metrics: { 'a.blocked': { mean: 0.2, low: 0.19, high: 0.21 }, 'q.length': { mean: 3, low: 2, high: 4 } },
    columns: { 'a.blocked': column },
  } as unknown as Summary;

  test('means and intervals are those of the results; what these do not know is left out', () => {
    expect(meanFigures(plan, summary, 'blocked')).toEqual([{ node: 0, value: 0.2, low: 0.19, high: 0.21 }]);
    expect(meanFigures(plan, summary, 'length')).toEqual([{ node: 2, value: 3, low: 2, high: 4 }]);
  });

  test('quantiles are ranks, their intervals ranks about them; none where no column was kept', () => {
    // Ranks 50 ± 1.96 × 5 of 100, rounded up: 41 and 60, counted from 1.
    expect(quantileFigures(plan, summary, 'blocked', 0.5)).toEqual([{ node: 0, value: 0.5, low: 0.4, high: 0.59 }]);
    expect(quantileFigures(plan, summary, 'blocked', 0.95)![0]!.value).toBe(0.94);
    expect(quantileFigures(plan, summary, 'length', 0.5)).toBeUndefined();
  });

  test.each([
    [[0.123, 0.04], true, 0.15],
    [[0.97], true, 1],
    [[0.3], true, 0.3],
    [[0, 0], true, 1],
    [[Number.NaN, 12.2], false, 15],
    [[0.0071], true, 0.008],
  ])('the scale for %j ends at a round number', (values, share, top) => {
    const rows = values.map((value, node): HeatRow => ({ node, value, low: Number.NaN, high: Number.NaN }));
    expect(topOf(rows, share)).toBeCloseTo(top, 12);
  });
});

describe('on the floor', () => {
  test('hotter elements glow wider and lie on top; what is not defined does not glow', () => {
    const site = setOut(gearbox.plan, 1.6);
    const [a, b] = ['Sawing', 'Packing'].map((name) => gearbox.plan.nodes.findIndex((node) => node.name === name)) as [number, number];
    const rows = [a, b].map((node, i): HeatRow => ({ node, value: 0.5 * (i + 1), low: Number.NaN, high: Number.NaN }));
    const heat = heatOf(gearbox.plan, rows, 1, []);
    expect(heat.nodes.filter((value) => !Number.isNaN(value))).toEqual(
      Float32Array.of(...[a, b].sort((x, y) => x - y).map((n) => (n === a ? 0.5 : 1))),
    );
    const decals = buildHeat(site, heat);
    const reach = (node: number) => {
      const { left, right, north, south } = site.boxes[node]!;
      const own = decals.filter(({ centre }) => Math.hypot(centre[0] - (left + right) / 2, centre[1] - (north + south) / 2) < 1e-9);
      expect(own.length).toBeGreaterThan(1);
      return Math.max(...own.map(({ half, blur = 0 }) => half[0] + blur - (right - left) / 2));
    };
    expect(reach(b)).toBeGreaterThan(reach(a) + 0.2);
    expect(new Set(decals.map(({ paint }) => paint))).toEqual(new Set(['heat4', 'heat8', 'text']));
    expect(decals.findLastIndex(({ paint }) => paint === 'heat4')).toBeLessThan(decals.findIndex(({ paint }) => paint === 'heat8'));
    expect([0, 0.1, 0.12, 0.999, 1, 1.2].map(heatPaint)).toEqual(['heat0', 'heat0', 'heat1', 'heat8', 'heat8', 'heat8']);
  });

  test('a busier way is a wider band along it, over transfers too', () => {
    const names = ['in', 'way', 'out'];
    const kinds = ['source', 'transfer', 'sink'];
    const plan = {
      name: '',
      tickSeconds: 1,
      nodes: names.map((name, n) => ({
        name: n === 1 ? 'in → out' : name,
        kind: kinds[n],
        position: n === 1 ? undefined : [n * 5, 0],
        servers: 0,
        firstPlace: 0,
        capacity: 0,
      })),
      edges: [
        [0, 1],
        [1, 2],
      ],
      products: [],
    } as unknown as FloorPlan;
    const site = setOut(plan, 1.6);
    const none = new Float32Array(3).fill(Number.NaN);
    const band = (share: number) =>
      buildHeat(site, {
        nodes: none,
        ways: [
          { from: 0, to: 1, share },
          { from: 1, to: 2, share },
        ],
      });
    const [thin, wide] = [band(0.2), band(1)];
    // Once along the way, though parts go over both of its ends.
    const runs = site.ways[0]!.length / 3 - 1;
    expect(wide.filter(({ paint }) => paint === 'heat8')).toHaveLength(runs);
    expect(wide).toHaveLength(2 * runs);
    expect(wide[runs]!.half[1]).toBeGreaterThan(2 * thin[runs]!.half[1]);
    const [x, y] = [(site.ways[0]![0]! + site.ways[0]![3]!) / 2, (site.ways[0]![1]! + site.ways[0]![4]!) / 2];
    expect(wide[0]!.centre[0]).toBeCloseTo(x, 5);
    expect(wide[0]!.centre[1]).toBeCloseTo(y, 5);
    expect(band(0)).toEqual([]);
  });
});
