/** Looks: every one keeps to its footprint, leaves room for its parts, shows states, and robots reach what they grip for. All from the models' own vertices. */
import { readFileSync } from 'node:fs';
import { mat4, type quat, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import type { FloorNode, FloorPlan } from '../../src/engine/trace.ts';
import { BED, BENCH, BODY_Y, LANE, MACHINE, PART } from '../../src/view/looks/measures.ts';
import { LOOKS } from '../../src/view/looks/names.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { type Instance, type Model, NOBODY, type Scenery, VERTEX_WORDS } from '../../src/view/model.ts';
import { Library } from '../../src/view/models/library.ts';
import { restOf } from '../../src/view/models/mesh.ts';
import { plainModel } from '../../src/view/models/plain.ts';
import { POSE_WORDS } from '../../src/view/models/poses.ts';
import { setOut, type Site } from '../../src/view/site.ts';

type Point = [x: number, y: number, z: number];

/** One element of each look of each kind, buffers and stations in several sizes; and a product of each look. */
function everyLook(): FloorPlan {
  const nodes: FloorNode[] = [];
  const add = (kind: FloorNode['kind'], look: string, more: Partial<FloorNode> = {}) =>
    nodes.push({
      name: `${kind} ${look} ${nodes.length}`,
      kind,
      look,
      position: undefined,
      servers: 0,
      firstPlace: 0,
      capacity: 1,
      ...more,
    });
  for (const look of LOOKS.station) for (const servers of [1, 6]) add('station', look, { servers, firstPlace: nodes.length * 10 });
  for (const look of LOOKS.buffer) for (const capacity of [1, 4, 9, 24, Infinity]) add('buffer', look, { capacity });
  for (const look of LOOKS.conveyor) {
    add('conveyor', look, { length: 5 });
    add('conveyor', look, { length: 5, from: [200, 200], to: [204, 203] });
  }
  for (const kind of ['source', 'sink'] as const) for (const look of LOOKS[kind]) add(kind, look);
  add('transfer', 'way');
  return {
    name: 'looks',
    tickSeconds: 1,
    nodes,
    edges: [],
    products: LOOKS.product.map((look) => ({ name: look, color: undefined, look })),
    people: [{ name: 'crew', home: undefined, count: 2 }],
  };
}

const PLAN = everyLook();
const SITE = setOut(PLAN, 1.5);
const library = new Library('https://page.example/models/', ((address: URL) =>
  Promise.resolve(new Response(readFileSync(new URL(`../../public${address.pathname}`, import.meta.url))))) as typeof fetch);
const LOADED = await library.load(PLAN, { base: undefined, files: {} });

function trianglesOf(scenery: Scenery, { model, link, transform }: Instance): [Point, Point, Point][] {
  const { vertices, indices, links } = scenery.models[model]!;
  const floats = new Float32Array(vertices.buffer);
  const { first, count } = links[link]!;
  const at = (i: number) => {
    const from = indices[i]! * VERTEX_WORDS;
    return [...vec3.transformMat4(vec3.create(), [floats[from]!, floats[from + 1]!, floats[from + 2]!], transform)] as Point;
  };
  return Array.from({ length: count / 3 }, (_, t) => [at(first + 3 * t), at(first + 3 * t + 1), at(first + 3 * t + 2)]);
}

/** Whether a triangle and an upright cube touch: no axis separates them (Akenine-Möller, "Fast 3D triangle-box overlap testing", 2001). */
function meets(triangle: Point[], middle: Point, half: number): boolean {
  if ([0, 1, 2].some((a) => triangle.every((p) => p[a]! < middle[a]! - half) || triangle.every((p) => p[a]! > middle[a]! + half)))
    return false;
  const corners = triangle.map((p) => p.map((value, a) => value - middle[a]!) as Point);
  const edges = corners.map((p, i) => p.map((value, a) => corners[(i + 1) % 3]![a]! - value) as Point);
  const cross = (p: Point, q: Point): Point => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
  const units: Point[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const axes = [...units, cross(edges[0]!, edges[1]!), ...edges.flatMap((edge) => units.map((unit) => cross(unit, edge)))];
  return axes.every((axis) => {
    const reach = half * axis.reduce((sum, value) => sum + Math.abs(value), 0);
    const along = corners.map((p) => p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2]);
    return reach === 0 || (Math.min(...along) <= reach && Math.max(...along) >= -reach);
  });
}

const slotOf = (site: Site, n: number, k: number): Point => {
  const at = 4 * (site.firstSlot[n]! + k);
  return [site.slots[at]!, site.slots[at + 1]!, site.slots[at + 2]!];
};

it('every shipped model is there', () => {
  expect(LOADED.problems).toEqual([]);
  expect(Object.keys(LOADED.models).sort()).toEqual(['box', 'robotArm', 'rollers', 'scanner']);
});

describe.each(['plain', 'models'] as const)('%s looks', (style) => {
  const scenery = buildScenery(SITE, LOADED.models, style);
  const standing = [...scenery.fixed, ...scenery.lit].map((instance) => ({ instance, triangles: trianglesOf(scenery, instance) }));

  const around = (n: number) => standing.filter(({ instance }) => instance.node === n).flatMap(({ triangles }) => triangles);

  it('stand inside their footprints, on the ground, no higher than the element is said to be', () => {
    const seen = new Set<number>();
    for (const { instance, triangles } of standing) {
      const { node } = instance;
      // Benches belong to nobody's element.
      if (node === NOBODY) continue;
      seen.add(node);
      const box = SITE.boxes[node]!;
      const name = `${PLAN.nodes[node]!.name}: ${instance.model}`;
      const points = triangles.flat();
      const outside = points.find(
        ([x, y, z]) =>
          !(
            x > box.left - 0.06 &&
            x < box.right + 0.06 &&
            y > box.north - 0.06 &&
            y < box.south + 0.06 &&
            z > -0.002 &&
            z < SITE.heights[node]! + 0.05
          ),
      );
      expect(outside && { name, box, height: SITE.heights[node], outside }).toBeUndefined();
    }
    expect(seen.size).toBe(PLAN.nodes.length);
  });

  it('leave the spots of parts free', () => {
    PLAN.nodes.forEach(({ kind, name }, n) => {
      const mine = around(n);
      // On a belt parts lie between its ends.
      const spots = Array.from({ length: SITE.slotCount[n]! }, (_, k) => slotOf(SITE, n, k));
      if (kind === 'conveyor') spots.push(spots[0]!.map((value, a) => (value + spots[1]![a]!) / 2) as Point);
      for (const [k, spot] of spots.entries()) {
        const hit = mine.some((triangle) => meets(triangle, spot, PART / 2 - 0.012));
        expect(hit, `${name}, spot ${k}`).toBe(false);
      }
    });
  });

  it('rest parts on something, not in the air', () => {
    PLAN.nodes.forEach(({ name }, n) => {
      const mine = around(n);
      for (let k = 0; k < SITE.slotCount[n]!; k++) {
        const [x, y, z] = slotOf(SITE, n, k);
        const below = mine.some((triangle) => meets(triangle, [x, y, z - PART / 2 - 0.012], 0.03));
        // In a bin a part may lie on parts.
        const onPart =
          k > 0 &&
          Array.from({ length: k }, (_, j) => slotOf(SITE, n, j)).some(
            ([a, b, c]) => Math.hypot(a - x, b - y) < 0.02 && Math.abs(z - c - PART) < 0.02,
          );
        expect(below || onPart, `${name}, spot ${k}`).toBe(true);
      }
    });
  });

  it('show the state of each server by a plate and a stack light that carry its number', () => {
    for (const node of PLAN.nodes) {
      for (let server = 0; server < node.servers; server++) {
        const lit = scenery.lit.filter(({ place }) => place === node.firstPlace + server).map(({ model }) => model);
        expect(lit.sort()).toEqual(['plain/stackLight', 'plain/statePlate']);
      }
    }
    expect(scenery.fixed.every(({ place }) => place === NOBODY)).toBe(true);
  });

  it('have parts of one link that stand on the ground in the cube of a part', () => {
    expect(scenery.parts).toHaveLength(LOOKS.product.length);
    for (const { model, edge } of scenery.parts) {
      const { low, high, links, materials } = scenery.models[model]!;
      expect(links).toHaveLength(1);
      expect(edge).toBe(PART);
      expect(low[2]).toBeCloseTo(0, 3);
      for (const axis of [0, 1]) expect(Math.abs(low[axis]! + high[axis]!)).toBeLessThan(0.005);
      expect(Math.max(...high.map((value, axis) => value - low[axis]!))).toBeGreaterThan(0.9 * PART);
      expect(Math.max(...high.map((value, axis) => value - low[axis]!))).toBeLessThan(PART + 0.005);
      expect(materials.some(({ tint }) => tint === 'paint')).toBe(true);
    }
  });

  /** Where a point of a link is at a frame of a clip. */
  const posed = (model: Model, clip: string, frame: number): mat4[] => {
    const { frames, poses } = model.clips[clip]!;
    const all: mat4[] = [];
    model.links.forEach(({ parent }, l) => {
      const at = (l * frames + frame) * POSE_WORDS;
      const turn = poses.subarray(at, at + 4) as unknown as quat;
      const own = mat4.fromRotationTranslation(mat4.create(), turn, poses.subarray(at + 4, at + 7) as unknown as vec3);
      all.push(parent < 0 ? own : mat4.multiply(own, all[parent]!, own));
    });
    return all;
  };

  it('let a robot grip at the top of the part that comes in, and put it on the bed', () => {
    const { model: name, transform } = scenery.machines[0]!;
    const model = scenery.models[name]!;
    const claws = model.links.flatMap(({ name: link }, l) => (link.startsWith('claw') ? [l] : []));
    expect(claws).toHaveLength(2);
    const spot = slotOf(SITE, scenery.machines[0]!.node, 0);
    const floats = new Float32Array(model.vertices.buffer);
    /** The middle between the ends of the claws. */
    const tip = (clip: string, phase: number): Point => {
      const { frames } = model.clips[clip]!;
      const places = posed(model, clip, Math.round(phase * frames));
      const ends = claws.map((l) => {
        const { first, count } = model.links[l]!;
        const points = [...model.indices.subarray(first, first + count)].map(
          (i) => [...floats.subarray(i * VERTEX_WORDS, i * VERTEX_WORDS + 3)] as Point,
        );
        const far = Math.max(...points.map(([, , z]) => z));
        return vec3.transformMat4(vec3.create(), [0, 0, far], places[l]!);
      });
      const middle = vec3.lerp(vec3.create(), ends[0]!, ends[1]!, 0.5);
      return [...vec3.transformMat4(middle, middle, transform)] as Point;
    };
    const near = (found: Point, wanted: Point) => expect(Math.hypot(...found.map((value, a) => value - wanted[a]!))).toBeLessThan(0.09);
    // A frame of 96 is not quite the key's phase: a few centimetres of leeway, and the claws reach over the part's edge.
    near(tip('work', 0.09), [spot[0] - MACHINE.width / 2 + 0.1, spot[1], LANE + PART]);
    near(tip('workWest', 0.09), [spot[0] + MACHINE.width / 2 - 0.1, spot[1], LANE + PART]);
    near(tip('work', 0.41), [spot[0], spot[1], BED + PART]);
    expect(tip('work', 0.25)[2]).toBeGreaterThan(BED + PART + 0.15);
    // No joint leaps: a cycle of a few seconds has no frame in which the tip goes more than a palm's width.
    for (let frame = 1; frame < 96; frame++) {
      const [a, b] = [tip('work', (frame - 1) / 96), tip('work', frame / 96)];
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(0.16);
    }
  });

  it('let people walk with a foot on the ground, as far as their steps reach', () => {
    const model = scenery.models[scenery.person.model]!;
    expect(model.high[2]).toBeGreaterThan(1.6);
    expect(model.high[2]).toBeLessThan(1.9);
    const floats = new Float32Array(model.vertices.buffer);
    const { frames } = model.clips['walk']!;
    for (const clip of ['idle', 'work']) expect(model.clips[clip]!.frames).toBeGreaterThan(1);
    let reach = 0;
    for (let frame = 0; frame < frames; frame++) {
      const places = posed(model, 'walk', frame);
      const feet = model.links.flatMap((link, l) => {
        if (!link.name.startsWith('shin')) return [];
        const points = [...new Set(model.indices.subarray(link.first, link.first + link.count))].map((i) =>
          vec3.transformMat4(vec3.create(), [...floats.subarray(i * VERTEX_WORDS, i * VERTEX_WORDS + 3)] as Point, places[l]!),
        );
        return [
          {
            low: Math.min(...points.map((p) => p[2])),
            ankle: vec3.transformMat4(vec3.create(), [0, 0, -restOf(model.links)[l]![14]!], places[l]!)[0],
          },
        ];
      });
      expect(Math.abs(Math.min(...feet.map(({ low }) => low)))).toBeLessThan(0.06);
      reach = Math.max(reach, Math.abs(feet[0]!.ankle - feet[1]!.ankle));
    }
    expect(scenery.person.stride).toBeGreaterThan(2 * reach * 0.9);
    expect(scenery.person.stride).toBeLessThan(2 * reach * 1.1);
  });

  it('let people sit on a bench, their feet on the ground before it', () => {
    const model = scenery.models[scenery.person.model]!;
    const floats = new Float32Array(model.vertices.buffer);
    const places = posed(model, 'sit', 0);
    const pointsOf = (name: string) =>
      model.links.flatMap((link, l) =>
        link.name.startsWith(name)
          ? [...model.indices.subarray(link.first, link.first + link.count)].map(
              (i) =>
                [
                  ...vec3.transformMat4(vec3.create(), [...floats.subarray(i * VERTEX_WORDS, i * VERTEX_WORDS + 3)] as Point, places[l]!),
                ] as Point,
            )
          : [],
      );
    const low = (points: Point[]) => Math.min(...points.map((p) => p[2]));
    const [seat, hips, shins] = [plainModel('restSeat'), pointsOf('hips'), pointsOf('shin')];
    expect(low(hips)).toBeCloseTo(seat.high[2], 2);
    expect(Math.abs(low(shins))).toBeLessThan(0.03);
    for (const [x, , z] of shins) expect(x < -BENCH.behind + seat.high[1] && z < seat.high[2]).toBe(false);
    expect(Math.max(...pointsOf('head').map((p) => p[2]))).toBeGreaterThan(1.2);
  });
});

it('a stack light has a segment of its own for faults, attention, work and what needs a person', () => {
  const segments = plainModel('stackLight').materials.flatMap(({ states }) => (states === undefined ? [] : [states]));
  expect(segments).toHaveLength(4);
  // States by number: working 0, starved 1, blocked 2, failed 3, set-up 4, maintained 5, waiting for people 6, off shift 7.
  for (let state = 0; state < 8; state++) {
    const lit = segments.flatMap((states, k) => ((states >> state) & 1 ? [k] : []));
    expect(lit).toEqual([[1], [2], [2], [3], [0], [0], [0], []][state]);
  }
});

it('a plate is tilted up to the south, and its texture coordinate runs east and south', () => {
  const { vertices, materials, indices } = plainModel('statePlate');
  const floats = new Float32Array(vertices.buffer);
  const corners = [...new Set(indices)]
    .filter((i) => materials[vertices[i * VERTEX_WORDS + 8]!]!.tint === 'plate')
    .map((i) => [...floats.subarray(i * VERTEX_WORDS, i * VERTEX_WORDS + 8)]);
  expect(corners).toHaveLength(4);
  for (const [x, y, , , south, up, u, v] of corners) {
    expect([u, v]).toEqual([x! > 0 ? 1 : 0, y! > 0 ? 1 : 0]);
    expect(south).toBeGreaterThan(0.4);
    expect(up).toBeGreaterThan(0.7);
  }
});

it("stands a scene's own model in the middle of its element, with its state behind it, and plain where it is missing", async () => {
  const look = { model: 'press.glb', turn: 0, scale: 0.2 };
  const node: FloorNode = { name: 'Press', kind: 'station', position: [5, 5], servers: 1, firstPlace: 0, capacity: 1, look };
  const plan: FloorPlan = {
    name: 'own',
    tickSeconds: 1,
    nodes: [node],
    edges: [],
    products: [{ name: 'p', color: undefined, look: { ...look, scale: 0.1 } }],
  };
  const file = new Blob([readFileSync(new URL('../../public/models/kenney/scanner-high.glb', import.meta.url))]);
  const { models, problems } = await library.load(plan, { base: undefined, files: { 'press.glb': file } });
  expect(problems).toEqual([]);
  const site = setOut(plan, 1.5);
  const scenery = buildScenery(site, models, 'models');
  const own = scenery.fixed
    .filter(({ model }) => model.startsWith('own/'))
    .map((instance) => trianglesOf(scenery, instance))
    .flat(2);
  const range = [0, 1, 2].map((a) => [Math.min(...own.map((p) => p[a]!)), Math.max(...own.map((p) => p[a]!))]);
  // 0.7 × 1.6 × 1.2 in its file.
  const middle = 5 + (BODY_Y - MACHINE.body / 2 + MACHINE.bed / 2) / 2;
  expect(range.map((ends) => ends.map((value) => Math.round(value * 1000) / 1000))).toEqual([
    [4.93, 5.07],
    [Math.round((middle - 0.16) * 1000) / 1000, Math.round((middle + 0.16) * 1000) / 1000],
    [0, 0.24],
  ]);
  // Its state: a plate and a stack light on the arm of a post behind it, which stands on the ground.
  expect(scenery.lit.map(({ model, place }) => [model, place])).toEqual([
    ['plain/statePlate', 0],
    ['plain/stackLight', 0],
  ]);
  const [post, arm] = ['plain/statePost', 'plain/stateArm'].map((name) => {
    const points = trianglesOf(scenery, scenery.fixed.find(({ model }) => model === name)!).flat();
    return [0, 1, 2].map((a) => [Math.min(...points.map((p) => p[a]!)), Math.max(...points.map((p) => p[a]!))] as const);
  });
  expect(post![2]![0]).toBeCloseTo(0, 5);
  expect(post![2]![1]).toBeGreaterThan(range[2]![1]!);
  expect(post![1]![1]).toBeLessThan(range[1]![0]!);
  for (const { transform } of scenery.lit) {
    expect(transform[14]).toBeCloseTo(arm![2]![1], 5);
    expect(transform[12]).toBeGreaterThan(arm![0]![0]);
    expect(transform[12]).toBeLessThan(arm![0]![1]);
  }
  expect(scenery.parts[0]!.edge).toBeCloseTo(0.16, 5);
  const without = buildScenery(site, {}, 'models');
  expect(without.fixed.map(({ model }) => model)).toEqual(['plain/machine']);
  expect(buildScenery(site, models, 'plain').fixed.map(({ model }) => model)).toEqual(['plain/machine']);
});

it("gives a scene's own model all the floor that it covers, and keeps its neighbours and people clear of it", () => {
  const look = { model: 'hall.glb', turn: 0, scale: 1 };
  const station = (name: string, own: boolean): FloorNode => ({
    name,
    kind: 'station',
    position: undefined,
    servers: 3,
    firstPlace: 0,
    capacity: 1,
    look: own ? look : 'machine',
  });
  const plan: FloorPlan = {
    name: 'large',
    tickSeconds: 1,
    nodes: [
      station('Mill', false),
      station('Hall', true),
      station('Press', false),
      { ...station('Store', true), kind: 'buffer', capacity: 2 },
    ],
    edges: [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
    products: [{ name: 'p', color: undefined }],
  };
  const box = { low: [-3, -2.5, 0] as Point, high: [2, 1.5, 3.2] as Point };
  const site = setOut(plan, 4, () => box);
  const models = { 'own/hall.glb × 1, 0°': { ...plainModel('machine'), ...box } };
  const scenery = buildScenery(site, models, 'models');
  const stands = scenery.fixed.filter(({ model }) => model.startsWith('own/'));
  expect(stands).toHaveLength(4);
  const taken = stands.map(({ transform, node }) => ({
    node,
    left: transform[12]! + box.low[0],
    right: transform[12]! + box.high[0],
    north: transform[13]! + box.low[1],
    south: transform[13]! + box.high[1],
  }));
  taken.forEach((one, i) => {
    const own = site.boxes[one.node]!;
    expect(own.left).toBeLessThanOrEqual(one.left);
    expect(own.right).toBeGreaterThanOrEqual(one.right);
    expect(own.north).toBeLessThanOrEqual(one.north);
    expect(own.south).toBeGreaterThanOrEqual(one.south);
    expect(site.heights[one.node]).toBeGreaterThanOrEqual(box.high[2]);
    const meet = (other: { left: number; right: number; north: number; south: number }) =>
      one.left < other.right && one.right > other.left && one.north < other.south && one.south > other.north;
    expect(taken.some((other, k) => k !== i && meet(other))).toBe(false);
    expect(site.boxes.some((other, n) => n !== one.node && meet(other))).toBe(false);
  });
});
