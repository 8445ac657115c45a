/** Puts models on a site: what stands still, what shows states, robots beside their servers, and the models of parts and people. */
import { mat4, type quat, vec3 } from 'gl-matrix';
import type { FloorNode, FloorPlan, Look } from '../../engine/trace.ts';
import type { Instance, Machine, Model, Models, Scenery } from '../model.ts';
import { NOBODY } from '../model.ts';
import { MARKS } from '../models/plain-stations.ts';
import { ROLLER_PITCH } from '../models/plain-floor.ts';
import { PEDESTAL } from '../models/plain-movers.ts';
import { restOf } from '../models/mesh.ts';
import { PLAIN, type PlainName, plainModel } from '../models/plain.ts';
import { POSE_WORDS } from '../models/poses.ts';
import type { ShippedName } from '../models/shipped.ts';
import { addAfar } from '../motion-afar.ts';
import { isWay } from '../plan.ts';
import type { Site } from '../site.ts';
import { type Paint, paint } from '../theme.ts';
import { BENCH, BODY_Y, OWN_MARKS, PART, PITCH, RACK } from './measures.ts';
import { type LookOf, lookOf, ownName, partName } from './names.ts';
import { bufferGrid, ownBody } from './shapes.ts';

type Place = { x: number; y: number; z?: number; yaw?: number; stretch?: [x: number, y: number, z: number] };

/** What belongs to one element, while it is put in place. */
class Placing {
  readonly scenery: Scenery;
  private readonly library: Models;
  private node = NOBODY;

  constructor(scenery: Scenery, library: Models) {
    this.scenery = scenery;
    this.library = library;
  }

  /** The name of a shipped model, or of the plain one that stands for it where it is not there. */
  best(shipped: ShippedName, plain: PlainName): string {
    const model = this.library[shipped];
    return model ? this.use(shipped, model) : this.use(PLAIN + plain, plainModel(plain));
  }

  /** The name of the scene's own model that a look names; undefined where it names none, or where that is not there. */
  own(look: Look | undefined, nameOf = ownName): string | undefined {
    if (typeof look !== 'object') return undefined;
    const name = nameOf(look);
    const model = this.library[name];
    return model && this.use(name, model);
  }

  begin(node: number): void {
    this.node = node;
  }

  plain(name: PlainName, at: Place, color: Paint = 'laneEdge'): void {
    this.add(this.use(PLAIN + name, plainModel(name)), at, color);
  }

  /** Every link of a model, at rest. */
  add(name: string, at: Place, color: Paint = 'laneEdge', place = NOBODY): void {
    const whole = matrixOf(at);
    const model = this.scenery.models[name]!;
    const placed: mat4[] = [];
    model.links.forEach(({ parent, rest, count }, link) => {
      const transform = mat4.multiply(mat4.create(), parent < 0 ? whole : placed[parent]!, rest);
      placed.push(transform);
      if (count === 0) return;
      const instance: Instance = { model: name, link, transform, paint: paint(color), place, node: this.node };
      (place === NOBODY ? this.scenery.fixed : this.scenery.lit).push(instance);
    });
  }

  lit(name: PlainName, at: Place, place: number): void {
    this.add(this.use(PLAIN + name, plainModel(name)), at, 'laneEdge', place);
  }

  machine(name: string, at: Place, place: number, clip: string): void {
    const machine: Machine = { model: name, transform: matrixOf(at), paint: paint('laneEdge'), place, node: this.node, clip };
    this.scenery.machines.push(machine);
  }

  /** Takes a model into the scenery. */
  use(name: string, model: Model): string {
    this.scenery.models[name] ??= model;
    return name;
  }
}

function matrixOf({ x, y, z = 0, yaw = 0, stretch }: Place): mat4 {
  const matrix = mat4.fromTranslation(mat4.create(), [x, y, z]);
  mat4.rotateZ(matrix, matrix, yaw);
  return stretch ? mat4.scale(matrix, matrix, stretch) : matrix;
}

/** Everything on a site in its look. Models that the library lacks are replaced by plain ones. */
export function buildScenery(site: Site, library: Models, style: 'models' | 'plain'): Scenery {
  const models: Record<string, Model> = {};
  const scenery: Scenery = { fixed: [], lit: [], machines: [], parts: [], person: { model: '', stride: 1 }, models };
  const placing = new Placing(scenery, style === 'models' ? library : {});
  site.plan.nodes.forEach((node, n) => {
    placing.begin(n);
    if (isWay(node)) return;
    const own = placing.own(node.look);
    if (own && node.kind !== 'station') {
      const { left, right, north, south } = site.boxes[n]!;
      placing.add(own, { x: (left + right) / 2, y: (north + south) / 2 });
      return;
    }
    switch (node.kind) {
      case 'station':
        station(placing, site, n, node);
        break;
      case 'conveyor':
        conveyor(placing, site, n, node);
        break;
      case 'buffer':
      case 'transfer':
        buffer(placing, site, n, node);
        break;
      case 'source':
      case 'sink':
        end(placing, site, n, node);
        break;
    }
  });
  placing.begin(NOBODY);
  for (const { spots } of site.crews) benches(placing, spots);
  scenery.parts = site.plan.products.map((product) => partOf(placing, product));
  const person = placing.use(`${PLAIN}person`, plainModel('person'));
  scenery.person = { model: person, stride: strideOf(models[person]!) };
  addAfar(scenery);
  return scenery;
}

const BODIES = {
  machine: 'machine',
  robot: 'robotCell',
  furnace: 'furnace',
  inspection: 'inspection',
  bench: 'bench',
  press: 'press',
} as const satisfies Record<LookOf<'station'>, PlainName>;

function station(placing: Placing, site: Site, n: number, node: FloorNode): void {
  const look = lookOf('station', node.look);
  const own = placing.own(node.look);
  for (let server = 0; server < node.servers; server++) {
    const spot = 4 * (site.firstSlot[n]! + server);
    const [x, y] = [site.slots[spot]!, site.slots[spot + 1]!];
    const place = node.firstPlace + server;
    let marks = MARKS[look];
    if (own) {
      const model = placing.scenery.models[own]!;
      const body = ownBody(model);
      marks = { plate: [OWN_MARKS.plate, body.post, body.arm], lamp: [OWN_MARKS.lamp, body.post, body.arm] };
      placing.plain('statePost', { x, y: y + body.post, stretch: [1, 1, body.arm] });
      placing.plain('stateArm', { x, y: y + body.post, z: body.arm });
      const at = { x, y: y + body.y };
      const clip = model.clips['work'] ? 'work' : Object.keys(model.clips)[0];
      if (clip === undefined) placing.add(own, at);
      else placing.machine(own, at, place, clip);
    } else {
      placing.plain(BODIES[look], { x, y });
      // What they do with parts begins where these come in.
      const { flow } = site.places[n]!;
      const clip = flow > 0 ? 'work' : 'workWest';
      if (look === 'inspection') placing.add(placing.best('scanner', 'portal'), { x: x - 0.46 * flow, y });
      if (look === 'robot') placing.machine(placing.best('robotArm', 'robotArm'), { x, y: y + BODY_Y, z: PEDESTAL }, place, clip);
    }
    placing.lit('statePlate', { x: x + marks.plate[0], y: y + marks.plate[1], z: marks.plate[2] }, place);
    placing.lit('stackLight', { x: x + marks.lamp[0], y: y + marks.lamp[1], z: marks.lamp[2] }, place);
  }
}

/** A bench behind every row of a pool's places: who is off duty sits there, and where nobody does, it shows where they belong. */
function benches(placing: Placing, spots: Site['crews'][number]['spots']): void {
  for (const north of new Set(spots.map(([, y]) => y))) {
    const row = spots.filter(([, y]) => y === north).map(([x]) => x);
    const [left, right] = [Math.min(...row) - 0.25, Math.max(...row) + 0.25];
    const y = north - BENCH.behind;
    placing.plain('restSeat', { x: (left + right) / 2, y, stretch: [right - left, 1, 1] });
    const legs = Math.max(2, Math.round((right - left) / 1.4) + 1);
    for (let k = 0; k < legs; k++) placing.plain('restLegs', { x: left + 0.1 + ((right - left - 0.2) * k) / (legs - 1), y });
  }
}

function buffer(placing: Placing, site: Site, n: number, node: FloorNode): void {
  const look = node.kind === 'buffer' ? lookOf('buffer', node.look) : 'lane';
  const { x, y } = site.places[n]!;
  const { columns, levels } = bufferGrid(node.kind === 'buffer' ? node.capacity : Infinity, look);
  const box = site.boxes[n]!;
  if (look === 'bin') return placing.plain('bin', { x, y });
  if (look === 'rack') {
    const shelves = Math.min(levels, RACK.shelves) as 1 | 2 | 3 | 4;
    for (let k = 0; k < columns; k++) placing.plain(`rackBay${shelves}`, { x: x + (k - (columns - 1) / 2) * PITCH, y });
    // Posts every three places, and at the ends.
    const posts = new Set([0, columns, ...Array.from({ length: Math.floor(columns / 3) }, (_, k) => 3 * (k + 1))]);
    for (const k of posts) placing.plain(`rackPosts${shelves}`, { x: x + (k - columns / 2) * PITCH, y });
    return;
  }
  for (const edge of [box.north + 0.03, box.south - 0.03]) placing.plain('laneEdge', { x, y: edge, stretch: [box.right - box.left, 1, 1] });
  for (let k = 0; k < site.slotCount[n]!; k++) {
    const spot = 4 * (site.firstSlot[n]! + k);
    placing.plain('laneSeat', { x: site.slots[spot]!, y: site.slots[spot + 1]! }, 'bed');
  }
}

function conveyor(placing: Placing, site: Site, n: number, node: FloorNode): void {
  const { start, axis, drawn } = site.belts[n]!;
  const yaw = Math.atan2(axis[1], axis[0]);
  const at = (along: number, rest: Partial<Place> = {}): Place => ({
    x: start[0] + axis[0] * along,
    y: start[1] + axis[1] * along,
    yaw,
    ...rest,
  });
  const rollers = lookOf('conveyor', node.look) === 'rollers';
  placing.plain(rollers ? 'rollerRun' : 'beltRun', at(drawn / 2, { stretch: [drawn, 1, 1] }));
  const legs = Math.max(2, Math.round(drawn / 1.5) + 1);
  for (let k = 0; k < legs; k++) placing.plain('trestle', at(0.12 + ((drawn - 0.24) * k) / (legs - 1)));
  if (rollers) {
    // Sets of four, drawn together or apart a little so that they come out even.
    const sets = Math.max(1, Math.round(drawn / (4 * ROLLER_PITCH)));
    const length = drawn / sets;
    const set = placing.best('rollers', 'rollers');
    for (let k = 0; k < sets; k++) placing.add(set, at((k + 0.5) * length, { stretch: [length / (4 * ROLLER_PITCH), 1, 1] }));
    return;
  }
  for (const along of [0, drawn]) placing.plain('beltEnd', at(along));
  const arrows = Math.max(1, Math.floor(drawn / 1.2));
  for (let k = 0; k < arrows; k++) placing.plain('chevron', at((drawn * (k + 0.5)) / arrows), 'arrow');
}

function end(placing: Placing, site: Site, n: number, node: FloorNode): void {
  const { x, y, flow } = site.places[n]!;
  const kind = node.kind === 'source' ? 'source' : 'sink';
  if (lookOf(kind, node.look) === 'dock') {
    // The gate is at the end of the hall: behind what comes from it, before what goes to it.
    const turned = (kind === 'source') === flow > 0;
    return placing.plain('dock', { x, y, yaw: turned ? 0 : Math.PI });
  }
  placing.plain(kind === 'source' ? 'sourcePallet' : 'sinkPallet', { x, y, yaw: flow > 0 ? 0 : Math.PI });
}

const PARTS = { crate: 'partCrate', gear: 'partGear', bin: 'partBin' } as const satisfies Record<string, PlainName>;

function partOf(placing: Placing, product: FloorPlan['products'][number]): Scenery['parts'][number] {
  const own = placing.own(product.look, partName);
  if (own) {
    const { low, high } = placing.scenery.models[own]!;
    return { model: own, edge: Math.max(...high.map((value, axis) => value - low[axis]!)) };
  }
  const look = lookOf('product', product.look);
  if (look === 'box') return { model: placing.best('box', 'partBox'), edge: PART };
  return { model: placing.use(PLAIN + PARTS[look], plainModel(PARTS[look])), edge: PART };
}

/** Metres that a walk cycle covers: twice those between the feet where they are farthest apart, for the foot on the ground stays where it is. */
function strideOf(model: Model): number {
  const walk = model.clips['walk'];
  const legs = model.links.flatMap(({ name }, l) => (name.startsWith('leg') ? [l] : []));
  if (!walk || legs.length === 0) return 1;
  let farthest = 0;
  for (const leg of legs) {
    const hip = restOf(model.links)[leg]![14]!;
    for (let frame = 0; frame < walk.frames; frame++) {
      const at = (leg * walk.frames + frame) * POSE_WORDS;
      const foot = vec3.transformQuat(vec3.create(), [0, 0, -hip], walk.poses.subarray(at, at + 4) as unknown as quat);
      farthest = Math.max(farthest, Math.hypot(foot[0], foot[1]));
    }
  }
  return 4 * farthest;
}
