/** Puts models on a site: what stands still, what shows states, robots beside their servers, and the models of parts and people. */
import { mat4 } from 'gl-matrix';
import type { FloorNode, FloorPlan } from '../../engine/trace.ts';
import type { Instance, Machine, Model, Models, Scenery } from '../model.ts';
import { NOBODY } from '../model.ts';
import { MARKS } from '../models/plain-stations.ts';
import { ROLLER_PITCH } from '../models/plain-floor.ts';
import { PEDESTAL, STRIDE } from '../models/plain-movers.ts';
import { PLAIN, type PlainName, plainModel } from '../models/plain.ts';
import { addAfar } from '../motion-afar.ts';
import { isWay } from '../plan.ts';
import type { Site } from '../site.ts';
import { type Paint, paint } from '../theme.ts';
import { BODY_Y, PART, PITCH, RACK } from './measures.ts';
import { lookOf } from './names.ts';
import { bufferGrid } from './shapes.ts';

type Place = { x: number; y: number; z?: number; yaw?: number; stretch?: [x: number, y: number, z: number] };

/** What belongs to one element, while it is put in place. */
class Placing {
  readonly scenery: Scenery;
  private node = NOBODY;

  constructor(scenery: Scenery) {
    this.scenery = scenery;
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
  const scenery: Scenery = { fixed: [], lit: [], machines: [], parts: [], person: { model: '', stride: STRIDE }, models };
  const placing = new Placing(scenery);
  const shelf = style === 'models' ? library : {};
  site.plan.nodes.forEach((node, n) => {
    placing.begin(n);
    if (isWay(node)) return;
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
  scenery.parts = site.plan.products.map((product) => partOf(placing, product));
  scenery.person = { model: placing.use(`${PLAIN}person`, plainModel('person')), stride: STRIDE };
  addAfar(scenery);
  void shelf;
  return scenery;
}

const BODIES = {
  machine: 'machine',
  robot: 'robotCell',
  furnace: 'furnace',
  bench: 'bench',
  inspection: 'inspection',
  press: 'press',
} as const satisfies Record<string, PlainName>;

function station(placing: Placing, site: Site, n: number, node: FloorNode): void {
  const look = lookOf('station', node.look);
  for (let server = 0; server < node.servers; server++) {
    const spot = 4 * (site.firstSlot[n]! + server);
    const [x, y] = [site.slots[spot]!, site.slots[spot + 1]!];
    const place = node.firstPlace + server;
    placing.plain(BODIES[look], { x, y });
    const marks = MARKS[look]!;
    placing.lit('statePlate', { x: x + marks.plate[0], y: y + marks.plate[1], z: marks.plate[2] }, place);
    placing.lit('stackLight', { x: x + marks.lamp[0], y: y + marks.lamp[1], z: marks.lamp[2] }, place);
    if (look !== 'robot') continue;
    const arm = placing.use(`${PLAIN}robotArm`, plainModel('robotArm'));
    placing.machine(arm, { x, y: y + BODY_Y, z: PEDESTAL }, place, site.places[n]!.flow > 0 ? 'work' : 'workWest');
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
    for (let k = 0; k < sets; k++) placing.plain('rollers', at((k + 0.5) * length, { stretch: [length / (4 * ROLLER_PITCH), 1, 1] }));
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

const PARTS = { box: 'partBox', crate: 'partCrate', gear: 'partGear', bin: 'partBin' } as const satisfies Record<string, PlainName>;

function partOf(placing: Placing, product: FloorPlan['products'][number]): Scenery['parts'][number] {
  const name = PARTS[lookOf('product', product.look)];
  return { model: placing.use(PLAIN + name, plainModel(name)), edge: PART };
}
