import { describe, expect, it } from 'vitest';
import type { FloorNode, FloorPlan } from '../../src/engine/trace.ts';
import { type Extent, layOut } from '../../src/view/layout.ts';
import { LOOKS } from '../../src/view/looks/names.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { type Footprint, route } from '../../src/view/routing.ts';
import { setOut } from '../../src/view/site.ts';
import { GEARBOX, planOf } from './plant.ts';

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function extentsOf(count: number, uniform: () => number): Extent[] {
  return Array.from({ length: count }, () => ({ width: 1 + 3 * uniform(), above: 0.4 + uniform(), below: 0.4 + uniform() }));
}

function footprints(extents: Extent[], edges: [number, number][], aspect = 1.5): Footprint[] {
  return layOut(extents, edges, aspect).map(({ x, y, flow }, n) => {
    const { width, above, below } = extents[n]!;
    return { left: x - width / 2, right: x + width / 2, north: y - above, south: y + below, y, flow };
  });
}

function overlaps(boxes: Footprint[]): number {
  const sorted = boxes.slice().sort((a, b) => a.left - b.left);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    for (let k = i + 1; k < sorted.length && sorted[k]!.left < sorted[i]!.right - 1e-9; k++) {
      if (sorted[k]!.north < sorted[i]!.south - 1e-9 && sorted[i]!.north < sorted[k]!.south - 1e-9) count++;
    }
  }
  return count;
}

const CASES: Record<string, { count: number; edges: [number, number][] }> = {
  nothing: { count: 0, edges: [] },
  'one element that feeds itself': { count: 1, edges: [[0, 0]] },
  'a line': { count: 30, edges: Array.from({ length: 29 }, (_, i): [number, number] => [i, i + 1]) },
  'a ring without a beginning': { count: 12, edges: Array.from({ length: 12 }, (_, i): [number, number] => [i, (i + 1) % 12]) },
  'two plants and three lone elements': {
    count: 11,
    edges: [
      [0, 1],
      [1, 2],
      [2, 0],
      [3, 4],
      [4, 5],
      [4, 6],
      [6, 7],
      [5, 7],
    ],
  },
  'everything to everything': { count: 9, edges: Array.from({ length: 81 }, (_, i): [number, number] => [Math.floor(i / 9), i % 9]) },
  'one to a hundred': { count: 101, edges: Array.from({ length: 100 }, (_, i): [number, number] => [0, i + 1]) },
};

describe('layout', () => {
  for (const [name, { count, edges }] of Object.entries(CASES)) {
    it(`keeps elements apart: ${name}`, () => {
      const extents = extentsOf(count, random(7));
      for (const aspect of [0.4, 1.5, 2.5]) {
        const boxes = footprints(extents, edges, aspect);
        expect(boxes.every((box) => Number.isFinite(box.left + box.y))).toBe(true);
        expect(overlaps(boxes)).toBe(0);
      }
    });
  }

  it('lays out and routes 2,000 elements in under a second, none overlapping', () => {
    const uniform = random(3);
    const extents = extentsOf(2000, uniform);
    const edges: [number, number][] = [];
    for (let n = 0; n < 2000; n++) {
      for (let k = 0; k < 2; k++) edges.push([n, Math.min(1999, Math.floor(n + 1 + 20 * uniform()))]);
      if (uniform() < 0.05) edges.push([n, Math.floor(uniform() * n)]);
    }
    // Of the processor: others may be at work on it too.
    const begin = process.cpuUsage();
    const boxes = footprints(extents, edges);
    const ways = route(boxes, edges);
    const { user, system } = process.cpuUsage(begin);
    const seconds = (user + system) / 1e6;
    expect(overlaps(boxes)).toBe(0);
    expect(ways).toHaveLength(edges.length);
    expect(seconds).toBeLessThan(1);
  });

  it('draws a line straight: what follows stands on the same flow line, in the direction of travel', () => {
    const edges = Array.from({ length: 5 }, (_, i): [number, number] => [i, i + 1]);
    const places = layOut(extentsOf(6, random(1)), edges, 100);
    for (let i = 1; i < 6; i++) {
      expect(places[i]!.x).toBeGreaterThan(places[i - 1]!.x);
      expect(places[i]!.y).toBeCloseTo(places[0]!.y, 9);
      expect(places[i]!.flow).toBe(1);
    }
  });

  it('folds a long line to the wished aspect, its rows to and fro', () => {
    const edges = Array.from({ length: 59 }, (_, i): [number, number] => [i, i + 1]);
    const boxes = footprints(extentsOf(60, random(5)), edges, 1.5);
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const depth = Math.max(...boxes.map((box) => box.south)) - Math.min(...boxes.map((box) => box.north));
    expect(width / depth).toBeGreaterThan(0.9);
    expect(width / depth).toBeLessThan(2.4);
    expect(new Set(boxes.map((box) => box.flow))).toEqual(new Set([1, -1]));
  });
});

describe('ways', () => {
  it('lead from exit to entrance without crossing an element, on the gearbox line', () => {
    const site = setOut(planOf(GEARBOX), 1.5);
    site.plan.edges.forEach(([from, to], e) => {
      const way = site.ways[e]!;
      const a = site.boxes[from]!;
      const b = site.boxes[to]!;
      expect(way[0]).toBeCloseTo(a.flow > 0 ? a.right : a.left, 5);
      expect(way[1]).toBeCloseTo(a.y, 5);
      expect(way[way.length - 3]).toBeCloseTo(b.flow > 0 ? b.left : b.right, 5);
      expect(way[way.length - 2]).toBeCloseTo(b.y, 5);
      for (let i = 0; i < way.length; i += 3) {
        const inside = site.boxes.some(
          (box, n) =>
            n !== from && n !== to && way[i]! > box.left && way[i]! < box.right && way[i + 1]! > box.north && way[i + 1]! < box.south,
        );
        expect(inside).toBe(false);
      }
    });
  });

  it('are free of sharp turns: every corner is an arc', () => {
    const site = setOut(planOf(GEARBOX), 1.5);
    for (const way of site.ways) {
      for (let i = 3; i + 3 < way.length; i += 3) {
        const before = Math.atan2(way[i + 1]! - way[i - 2]!, way[i]! - way[i - 3]!);
        const after = Math.atan2(way[i + 4]! - way[i + 1]!, way[i + 3]! - way[i]!);
        const turn = Math.abs(((after - before + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
        expect(turn).toBeLessThan(0.5);
      }
    }
  });
});

describe('positions of the scene', () => {
  it('are kept, and the rest stands clear of them', () => {
    const plan = planOf(GEARBOX);
    const saw = plan.nodes.findIndex(({ name }) => name === 'Saw');
    const lathe = plan.nodes.findIndex(({ name }) => name === 'Lathe');
    plan.nodes[saw]!.position = [20, 5];
    plan.nodes[lathe]!.position = [10, 5];
    const site = setOut(plan, 1.5);
    expect([site.places[saw]!.x, site.places[saw]!.y]).toEqual([20, 5]);
    expect([site.places[lathe]!.x, site.places[lathe]!.y]).toEqual([10, 5]);
    expect(overlaps(site.boxes)).toBe(0);
  });
});

describe('people', () => {
  it('have a place each, whatever the pool, and none is in the way of another', () => {
    const plan = planOf(GEARBOX);
    const pool = (name: string, count: number, home?: [number, number]) => ({ name, count, home });
    plan.people = [
      pool('day', 130),
      pool('few', 3),
      pool('hall', 60, [6, 30]),
      pool('next', 20, [8, 32]),
      pool('night', 49),
      pool('one', 1, [6, 30]),
    ];
    const site = setOut(plan, 1.5);
    const spots = site.crews.flatMap(({ spots }) => spots);
    expect(site.crews.map(({ first }) => first)).toEqual([0, 130, 133, 193, 213, 262]);
    expect(spots).toHaveLength(263);
    spots.forEach(([x, y], i) => {
      const nearest = Math.min(...spots.map(([u, v], k) => (k === i ? Infinity : Math.hypot(u - x, v - y))));
      expect(nearest).toBeGreaterThan(0.69);
      expect(x > site.bounds.left && x < site.bounds.right && y < site.bounds.south).toBe(true);
    });
    // Who has a home stands about it.
    expect(Math.abs(mean(site.crews[2]!.spots.map(([x]) => x)) - 6)).toBeLessThan(0.5);
    expect(site.crews[2]!.spots[0]![1]).toBe(30);
  });
});

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a large plant', () => {
  it('of 2,000 elements in all looks is set out in under a second, and furnished in another', () => {
    const uniform = random(11);
    const kinds = ['station', 'buffer', 'station', 'buffer', 'conveyor', 'source', 'sink'] as const;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]!;
    const nodes = Array.from({ length: 2000 }, (_, n): FloorNode => {
      const kind = pick(kinds);
      const servers = kind === 'station' ? 1 + Math.floor(3 * uniform() ** 3) : 0;
      const length = kind === 'conveyor' ? 2 + 6 * uniform() : undefined;
      return {
        name: `${kind} ${n}`,
        kind,
        position: undefined,
        servers,
        firstPlace: 3 * n,
        capacity: 1 + Math.floor(20 * uniform()),
        length,
        look: pick<string>(LOOKS[kind]),
      };
    });
    const edges: [number, number][] = [];
    for (let n = 0; n < 1999; n++) edges.push([n, Math.min(1999, Math.floor(n + 1 + 12 * uniform()))]);
    const plan: FloorPlan = { name: 'large', tickSeconds: 1, nodes, edges, products: [{ name: 'part', color: undefined }] };
    const seconds = (work: () => void) => {
      const begin = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1e6;
    };
    // Of the processor, and once warm: a page has laid out a plant before.
    let site = setOut(planOf(GEARBOX), 1.5);
    buildScenery(site, {}, 'plain');
    expect(seconds(() => (site = setOut(plan, 1.5)))).toBeLessThan(1);
    expect(overlaps(site.boxes)).toBe(0);
    let count = 0;
    expect(seconds(() => (count = buildScenery(site, {}, 'models').fixed.length))).toBeLessThan(1);
    expect(count).toBeGreaterThan(2000);
  });
});
