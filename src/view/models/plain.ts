/** Every plain model by its name; each is built when it is first asked for. */
import type { Model } from '../model.ts';
import * as floor from './plain-floor.ts';
import * as movers from './plain-movers.ts';
import * as stations from './plain-stations.ts';

const BUILDERS = {
  machine: stations.machine,
  robotCell: stations.robotCell,
  furnace: stations.furnace,
  bench: stations.bench,
  inspection: stations.inspection,
  portal: stations.portal,
  press: stations.press,
  stackLight: stations.stackLight,
  statePlate: stations.statePlate,
  statePost: stations.statePost,
  stateArm: stations.stateArm,
  laneEdge: floor.laneEdge,
  laneSeat: floor.laneSeat,
  bin: floor.bin,
  beltRun: floor.beltRun,
  rollerRun: floor.rollerRun,
  rollers: floor.rollers,
  trestle: floor.trestle,
  beltEnd: floor.beltEnd,
  chevron: floor.chevron,
  sourcePallet: floor.sourcePallet,
  sinkPallet: floor.sinkPallet,
  dock: floor.dock,
  partBox: floor.partBox,
  partCrate: floor.partCrate,
  partGear: floor.partGear,
  partBin: floor.partBin,
  robotArm: movers.robotArm,
  person: movers.person,
  restSeat: floor.restSeat,
  restLegs: floor.restLegs,
  rackBay1: () => floor.rackBay(1),
  rackBay2: () => floor.rackBay(2),
  rackBay3: () => floor.rackBay(3),
  rackBay4: () => floor.rackBay(4),
  rackPosts1: () => floor.rackPosts(1),
  rackPosts2: () => floor.rackPosts(2),
  rackPosts3: () => floor.rackPosts(3),
  rackPosts4: () => floor.rackPosts(4),
} satisfies Record<string, () => Model>;

export type PlainName = keyof typeof BUILDERS;

/** Begins the names of plain models in a scenery, so that no file's name can be one. */
export const PLAIN = 'plain/';

const built = new Map<PlainName, Model>();

export function plainModel(name: PlainName): Model {
  let model = built.get(name);
  if (!model) built.set(name, (model = BUILDERS[name]()));
  return model;
}
