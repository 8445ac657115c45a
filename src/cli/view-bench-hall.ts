/** A hall made up for the bench of the view: lanes of a buffer, a belt and a station, with so many parts under way at once. */
import { CHANGE, type FloorNode, type FloorPlan, NEVER, type Trace, VISIT } from '../engine/trace.ts';
import { Camera } from '../view/camera.ts';
import { type Kinematics, prepare } from '../view/kinematics.ts';
import { buildScenery } from '../view/looks/scenery.ts';
import { type Detail, Renderer } from '../view/renderer.ts';
import { setOut, type Site } from '../view/site.ts';
import { textureTarget } from '../view/stage.ts';
import { FIRST_PRODUCT } from '../view/theme.ts';
import type { FrameClock, FrameTime } from './view-bench-clock.ts';

/** Parts waiting in the buffer before each belt. */
const WAITING = 12;
/** m/s of belts, and metres between lanes. */
const BELT_SPEED = 0.5;
const LANE_PITCH = 3;
/** Simulated seconds that are watched. */
const WATCHED = 20;
/** Radians that the camera turns from frame to frame: once round in 18 s at 60 frames a second. */
const TURN = 2 * Math.PI * (1 / (18 * 60));

export interface Hall {
  plan: FloorPlan;
  trace: Trace;
  /** Simulated seconds a second, at 60 frames a second. */
  speed: number;
  /** The tick from which on as many parts as were asked for are under way. */
  full: number;
}

/** Lanes in which `parts` are at once; every second belt stands as a whole where it cannot go on, on the others parts close up. */
export function madeUpHall(parts: number): Hall {
  const lanes = Math.max(4, Math.round(Math.sqrt(parts) / 2.5));
  const onBelt = Math.ceil(parts / lanes) - WAITING - 1;
  if (onBelt < 1) throw new Error(`${parts} parts are too few: a lane has ${WAITING + 1} besides those on its belt.`);
  // Long belts carry small parts, else the hall would be a strip of kilometres.
  const pitch = onBelt > 500 ? 0.1 : 0.35;
  const step = Math.round((1000 * pitch) / BELT_SPEED);
  const travel = onBelt * step;
  const length = onBelt * pitch;
  const full = (WAITING + onBelt + 1) * step;
  const end = full + WATCHED * 1000;

  const nodes: FloorNode[] = [];
  const edges: FloorPlan['edges'] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const name = `lane ${String(lane).padStart(5, '0')}`;
    const y = lane * LANE_PITCH;
    const first = nodes.length;
    const node = (kind: FloorNode['kind'], x: number, more: Partial<FloorNode> = {}): void => {
      const position: [number, number] = [x, y];
      nodes.push({ name: `${name} ${nodes.length - first}`, kind, position, servers: 0, firstPlace: lane, capacity: Infinity, ...more });
    };
    node('source', -8);
    node('buffer', -4, { capacity: WAITING });
    node('conveyor', length / 2, {
      capacity: onBelt,
      length,
      from: [0, y],
      to: [length, y],
      travel,
      spacing: step,
      accumulating: lane % 2 === 0,
    });
    node('station', length + 4, { servers: 1 });
    node('sink', length + 8);
    for (let n = first; n < first + 4; n++) edges.push([n, n + 1]);
  }
  const products = ['a', 'b', 'c'].map((name) => ({ name, color: undefined }));
  const plan: FloorPlan = { name: `${parts} parts`, tickSeconds: 0.001, nodes, edges, products };

  // In step m a lane's part m comes to the buffer, and those that came so many steps before go on: so the records are in order.
  const steps = Math.ceil(end / step);
  const kinds = [0, WAITING, WAITING + onBelt, WAITING + onBelt + 1];
  const rows = kinds.reduce((sum, late) => sum + Math.max(0, steps - late), 0) * lanes;
  const visits = new Uint32Array(rows * VISIT.words);
  let at = 0;
  for (let m = 0; m < steps; m++) {
    for (let lane = 0; lane < lanes; lane++) {
      const enter = m * step + Math.floor((lane * step) / lanes);
      for (let kind = 0; kind < 4; kind++) {
        const serial = m - kinds[kind]!;
        if (serial < 0) continue;
        const next = kinds[kind + 1];
        const leave = next === undefined ? enter : enter + (next - kinds[kind]!) * step;
        visits[at + VISIT.enter] = enter;
        visits[at + VISIT.leave] = leave > end ? NEVER : leave;
        visits[at + VISIT.node] = lane * 5 + kind + 1;
        visits[at + VISIT.where] = kind < 2 ? serial : 0;
        visits[at + VISIT.from] = lane * 5 + kind;
        visits[at + VISIT.product] = serial % products.length;
        visits[at + VISIT.part] = serial * lanes + lane;
        at += VISIT.words;
      }
    }
  }
  const states = new Uint32Array(lanes * CHANGE.words);
  for (let lane = 0; lane < lanes; lane++) states.set([full - step, lane, 0], lane * CHANGE.words);
  return { plan, trace: { seed: 1, replication: 0, warmup: full, end, visits, states }, full, speed: 1 };
}

/** The hall on a device, ready to be drawn. */
export interface DrawnHall {
  /** Seconds that preparing the trace and the site took. */
  seconds: number;
  /** Draws frame number i and waits for its end; `orbits`: the camera turns a little first. */
  draw(clock: FrameClock, i: number, orbits: boolean, detail: Detail): Promise<FrameTime>;
  dispose(): void;
}

export function openHall(device: GPUDevice, { plan, trace, full, speed }: Hall, width: number, height: number): DrawnHall {
  const camera = new Camera();
  camera.resize(width, height, 1);
  const begun = performance.now();
  const site: Site = setOut(plan, camera.floorAspect);
  const kinematics: Kinematics = prepare(site, trace, FIRST_PRODUCT);
  camera.bound(site.bounds);
  camera.fit(site.bounds, true);
  const target = textureTarget(device);
  const renderer = new Renderer(device, target.format);
  renderer.show(site, buildScenery(site, {}, 'plain'), kinematics, false);
  const seconds = (performance.now() - begun) / 1000;
  return {
    seconds,
    draw: (clock, i, orbits, detail) =>
      clock.frame(() => {
        if (orbits) camera.orbit(TURN, 0);
        const passed = ((i % (WATCHED * 60)) * speed) / (60 * plan.tickSeconds);
        const pace = { travel: (0.8 * speed) / plan.tickSeconds, share: 0.4 };
        renderer.draw(target, camera, { tick: full + Math.floor(passed), fraction: passed % 1, pace }, detail);
      }),
    dispose() {
      renderer.dispose();
      target.dispose();
    },
  };
}
