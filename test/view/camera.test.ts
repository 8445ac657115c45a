/** The camera of the hall, reckoned by hand: rays, projections, hands that hold the ground, and what it may never do. */
import { describe, expect, it } from 'vitest';
import { type Box, Camera } from '../../src/view/camera.ts';
import { arrange, namingOrder } from '../../src/view/label-layout.ts';
import { momentsOf, nextMoment } from '../../src/view/moments.ts';
import { pointAt } from '../../src/view/pointing.ts';
import { shadowMaps } from '../../src/view/shadows.ts';
import { setOut } from '../../src/view/site.ts';
import { GEARBOX, planOf, simulate } from './plant.ts';

const HALL: Box = { left: -20, right: 40, north: -10, south: 30, height: 3 };

function camera(width = 1280, height = 720, box = HALL): Camera {
  const made = new Camera();
  made.resize(width, height, 1);
  made.bound(box);
  made.fit(box, true);
  return made;
}

/** Lets it ease to its goal. */
const settle = (moving: Camera) => {
  for (let i = 0; i < 600 && moving.step(1 / 60); i++);
};

const VIEWS = [
  { at: [3, 4, 0], distance: 20, turn: 0, tilt: 90 },
  { at: [3, 4, 0], distance: 20, turn: 90, tilt: 30 },
  { at: [-5, 9, 1], distance: 4, turn: 200, tilt: 12 },
  { at: [10, 0, 0], distance: 60, turn: 333, tilt: 45 },
] as { at: [number, number, number]; distance: number; turn: number; tilt: number }[];

describe('the camera', () => {
  it.each(VIEWS)('sees what a pinhole with an angle of 35° sees, from $turn° and $tilt°', (view) => {
    const seen = camera();
    seen.goTo(view);
    settle(seen);
    // The eye by trigonometry: back from what is looked at, against the direction of sight (turn 0 looks north, 90 east).
    const [turn, tilt] = [(view.turn * Math.PI) / 180, (view.tilt * Math.PI) / 180];
    const sight = [Math.sin(turn) * Math.cos(tilt), -Math.cos(turn) * Math.cos(tilt), -Math.sin(tilt)];
    const eye = view.at.map((x, i) => x - view.distance * sight[i]!);
    [...seen.eye].forEach((x, i) => expect(x).toBeCloseTo(eye[i]!, 2));
    const right = [Math.cos(turn), Math.sin(turn), 0];
    const up = [Math.sin(turn) * Math.sin(tilt), -Math.cos(turn) * Math.sin(tilt), Math.cos(tilt)];
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    for (const point of [view.at, [4, 5, 0.5], [2.5, 4.5, 2]] as [number, number, number][]) {
      const from = point.map((x, i) => x - eye[i]!);
      const depth = dot(from, sight);
      if (depth < 0.2) continue;
      const focal = 360 / Math.tan((17.5 * Math.PI) / 180);
      const [x, y] = seen.screenAt(...point);
      expect(x).toBeCloseTo(640 + (focal * dot(from, right)) / depth, 0);
      expect(y).toBeCloseTo(360 - (focal * dot(from, up)) / depth, 0);
      // And back: the ray through that place on the screen meets the point.
      const ray = seen.rayAt(x, y);
      const along = dot(from, [...ray.direction]);
      point.forEach((value, i) => expect(ray.origin[i]! + along * ray.direction[i]!).toBeCloseTo(value, 2));
    }
    expect(seen.viewpoint().turn).toBeCloseTo(view.turn, 4);
    expect(seen.viewpoint().tilt).toBeCloseTo(view.tilt, 4);
  });

  it('keeps the ground under the hand while it drags, and under the pointer while it zooms', () => {
    for (const view of VIEWS) {
      const seen = camera();
      seen.goTo(view);
      settle(seen);
      const held = seen.groundAt(500, 500);
      seen.drag(500, 500, 640, 430);
      let [x, y] = seen.screenAt(...held, 0);
      expect(Math.hypot(x - 640, y - 430)).toBeLessThan(0.5);
      seen.zoom(1.7, 640, 430);
      [x, y] = seen.screenAt(...held, 0);
      // What is looked at may lie above the ground; then zooming brings it down.
      if (view.at[2] === 0) expect(Math.hypot(x - 640, y - 430)).toBeLessThan(0.5);
    }
  });

  it.each([
    [1280, 720],
    [390, 844],
    [2000, 300],
  ])('fits the whole hall on %d × %d, and no farther away than that needs', (width, height) => {
    for (const turn of [-0.4, 0, 2]) {
      const seen = camera(width, height);
      seen.orbit(turn, 0);
      seen.fit(HALL, true);
      const corners = [HALL.left, HALL.right].flatMap((x) =>
        [HALL.north, HALL.south].flatMap((y) => [0, HALL.height].map((z) => seen.screenAt(x, y, z))),
      );
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
      const margins = [Math.min(...xs), width - Math.max(...xs), Math.min(...ys), height - Math.max(...ys)];
      for (const margin of margins) expect(margin).toBeGreaterThan(10);
      // It touches the margin on both sides of one axis.
      const touching = (a: number, b: number) => Math.max(a, b) < 35;
      expect(touching(margins[0]!, margins[1]!) || touching(margins[2]!, margins[3]!)).toBe(true);
    }
  });

  it('never goes under the ground, through it, or out of sight of the hall, and keeps depths apart in a hall of two kilometres', () => {
    const wide = { left: -1000, right: 1000, north: -400, south: 400, height: 4 };
    const seen = camera(1280, 720, wide);
    for (const [dx, dy] of [
      [0, 5000],
      [900, -9000],
      [-90000, 0],
    ] as const) {
      seen.orbit(dx / 100, -Math.abs(dy));
      seen.drag(10, 10, 10 + dx, 10 + dy);
      for (const factor of [1e6, 1e-9, 40]) {
        seen.zoom(factor, 100, 700);
        settle(seen);
        expect(seen.eye[2]).toBeGreaterThan(0.3);
        expect([...seen.clip].every(Number.isFinite)).toBe(true);
        expect(Math.abs(seen.viewpoint().at[0])).toBeLessThan(4000);
      }
    }
    // Two points a centimetre apart, 500 m away: their depths differ by more than a float's grain.
    seen.goTo({ at: [0, 0, 0], distance: 500, turn: 0, tilt: 30 });
    settle(seen);
    const depth = (z: number) => {
      const m = seen.clip;
      const clip = (row: number) => m[8 + row]! * z + m[12 + row]!;
      return clip(2) / clip(3);
    };
    expect(Math.abs(depth(0.01) - depth(0)) / depth(0)).toBeGreaterThan(2 ** -23);
  });

  it('eases towards a goal, or goes there at once for those who asked for less motion', () => {
    const seen = camera();
    const goal = { at: [1, 2, 0] as [number, number, number], distance: 9, turn: 10, tilt: 60 };
    seen.goTo(goal);
    expect(seen.viewpoint().distance).toBe(9);
    expect(seen.focus.distance).not.toBeCloseTo(9, 1);
    settle(seen);
    expect(seen.focus.distance).toBeCloseTo(9, 6);
    const still = camera();
    still.still = true;
    still.goTo(goal);
    expect(still.focus.distance).toBe(9);
    expect(still.step(0.01)).toBe(false);
  });
});

describe('pointing', () => {
  it('meets the element whose box a ray through its middle crosses first', () => {
    const site = setOut(planOf(GEARBOX), 1.6);
    for (const turn of [0, 120, 250]) {
      const seen = camera(1280, 720, site.bounds);
      const view = seen.viewpoint();
      seen.goTo({ ...view, turn, tilt: 55 });
      settle(seen);
      site.boxes.forEach((box, n) => {
        const middle = [(box.left + box.right) / 2, (box.north + box.south) / 2, site.heights[n]!] as const;
        const { origin, direction } = seen.rayAt(...seen.screenAt(...middle));
        const hit = pointAt(site, origin, direction)!;
        if (hit.node !== n) expect(hit.enter).toBeLessThan(Math.hypot(...middle.map((x, i) => x - origin[i]!)));
        else expect(hit.leave).toBeGreaterThan(hit.enter);
      });
    }
  });
});

describe('names', () => {
  it('stand inside the picture and apart from each other, from wherever one looks', () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `Station number ${i}`,
        { kind: 'station' as const, to: [[`Station number ${i + 1}`, 1] as [string, number]] },
      ]),
    );
    many['Station number 300'] = { kind: 'station', to: [] };
    let count = 0;
    for (const plan of [planOf(GEARBOX), planOf(many)]) {
      const site = setOut(plan, 1.6);
      for (const [width, height, ratio] of [
        [1280, 720, 1],
        [390, 844, 2],
      ] as const) {
        for (const zoom of [1, 4, 15]) {
          const seen = camera(width, height, site.bounds);
          seen.resize(width, height, ratio);
          seen.fit(site.bounds, true);
          seen.orbit(0.7 * zoom, -0.05 * zoom);
          seen.zoom(zoom, 0.4 * width, 0.6 * height);
          const tag = { at: [0, 0, 0.3] as const, text: 'part 7' };
          const lines = arrange(
            site,
            namingOrder(site),
            seen,
            [3, 5],
            tag,
            () => 12,
            (text) => 6.3 * ratio * text.length,
          );
          count += lines.length;
          lines.forEach((a, i) => {
            expect(a.left).toBeGreaterThanOrEqual(0);
            expect(a.top).toBeGreaterThanOrEqual(0);
            expect(a.left + a.width).toBeLessThanOrEqual(width * ratio);
            expect(a.top + a.height).toBeLessThanOrEqual(height * ratio);
            for (const b of lines.slice(i + 1)) {
              const apart =
                a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top;
              expect(apart).toBe(true);
            }
          });
        }
      }
    }
    expect(count).toBeGreaterThan(100);
  });

  it('are cut where they are long, and stand at a small plant whose elements are too far apart to be seen', () => {
    const long = 'W'.repeat(60);
    const plan = planOf({ [long]: { kind: 'station', to: [['far', 1]] }, far: { kind: 'station', to: [] } });
    plan.nodes.forEach((node, i) => (node.position = [2000 * i, 0]));
    const site = setOut(plan, 1.6);
    const seen = camera(390, 844, site.bounds);
    seen.fit(site.bounds, true);
    const widthOf = (text: string) => 8 * text.length;
    const named = (chosen: number[]) =>
      arrange(site, namingOrder(site), seen, chosen, undefined, () => 0, widthOf)
        .map(({ run }) => run[0]!.text)
        .filter((text) => !text.startsWith('grid'));
    expect(named([])).toEqual(expect.arrayContaining(['far', `${'W'.repeat(26)}…`]));
    expect(named([plan.nodes.findIndex(({ name }) => name === long)])).toContain(`${'W'.repeat(46)}…`);
  });
});

describe('shadow maps', () => {
  it('lie one in the other round what is looked at, and the last holds the whole hall', () => {
    const wide = { left: -1000, right: 1000, north: -400, south: 400, height: 4 };
    const seen = camera(1280, 720, wide);
    seen.goTo({ at: [500, 100, 0], distance: 20, turn: 0, tilt: 40 });
    settle(seen);
    const maps = shadowMaps(seen, wide);
    expect(maps).toHaveLength(3);
    const inside = (m: Float32Array, x: number, y: number, z: number) =>
      [0, 1, 2].every((row) => {
        const value = m[row]! * x + m[4 + row]! * y + m[8 + row]! * z + m[12 + row]!;
        return value <= 1 && value >= (row === 2 ? 0 : -1);
      });
    for (const { matrix } of maps) expect(inside(matrix, 500, 100, 2)).toBe(true);
    for (const x of [-1000, 1000]) for (const y of [-400, 400]) for (const z of [0, 4]) expect(inside(maps[2]!.matrix, x, y, z)).toBe(true);
    // A small step of the camera needs no new ones.
    seen.drag(640, 400, 641, 400);
    expect(shadowMaps(seen, wide)).toEqual(maps);
    // A small hall has one.
    expect(shadowMaps(camera(1280, 720, { ...HALL, right: 0, south: 10 }), { ...HALL, right: 0, south: 10 })).toHaveLength(1);
  });
});

describe('steps from event to event', () => {
  it('go through every tick at which something happens, forth and back', () => {
    const { trace } = simulate(GEARBOX, 1800);
    const moments = momentsOf(trace);
    const all = new Set<number>();
    for (let i = 0; i < trace.visits.length; i += 7) for (const tick of [trace.visits[i]!, trace.visits[i + 1]!]) all.add(tick);
    for (let i = 0; i < trace.states.length; i += 3) all.add(trace.states[i]!);
    const wanted = [...all].filter((tick) => tick <= trace.end).sort((a, b) => a - b);
    const forth: number[] = [];
    for (let at = nextMoment(moments, -1, 1); at !== undefined; at = nextMoment(moments, at, 1)) forth.push(at);
    expect(forth).toEqual(wanted);
    const back: number[] = [];
    for (let at = nextMoment(moments, trace.end + 1, -1); at !== undefined; at = nextMoment(moments, at, -1)) back.push(at);
    expect(back).toEqual(wanted.toReversed());
  });
});
