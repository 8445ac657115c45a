/** Setups of loose parts as the scene has them: their numbers as fields, what a new one holds, and what is put on the bench. */
import { findNodeAtLocation, getNodeValue, type JSONPath, type Node } from 'jsonc-parser';
import type { BulkSetup } from '../bulk/setup.ts';
import { bin, chute, feeder, type Grain, heap, hopper } from '../bulk/vessels.ts';
import type { SceneText } from '../scene/schema.ts';
import type { Account, Specimen } from './bulk-words.ts';

export type BulkText = NonNullable<SceneText['bulk']>[string];
export type Vessel = 'hopper' | 'chute' | 'feeder' | 'bin' | 'heap';

export const VESSEL_WORDS: Record<Vessel, { name: string; account: string }> = {
  hopper: { name: 'Hopper', account: 'Grains flow out of an orifice: its discharge rate.' },
  feeder: { name: 'Vibrating feeder', account: 'A track that shakes parts along, or that of a bowl, unrolled: its feed rate.' },
  chute: { name: 'Chute', account: 'Grains slide down a straight sheet.' },
  bin: { name: 'Bin', account: 'Grains fall into a box: how they lie, and what spills over.' },
  heap: { name: 'Heap', account: 'Grains on a plate: the slope of what lies there.' },
};

/** A number that can be edited; shown = written × factor. */
export interface Field {
  path: JSONPath;
  label: string;
  unit: string;
  factor: number;
  /** As it is without being written; undefined: it always is. */
  initial: number | undefined;
  whole?: true;
  account: string;
}

const mm = (path: JSONPath, label: string, account: string, initial?: number): Field => ({
  path,
  label,
  unit: 'mm',
  factor: 1000,
  initial,
  account,
});
const plain = (path: JSONPath, label: string, unit: string, account: string, initial?: number): Field => ({
  path,
  label,
  unit,
  factor: 1,
  initial,
  account,
});

const FIELDS: Record<Vessel, Field[]> = {
  hopper: [
    mm(['hopper', 'orifice'], 'orifice', 'Diameter of the orifice; in the plane, the width of the slot'),
    mm(['hopper', 'width'], 'width', 'Diameter inside'),
    plain(['hopper', 'halfAngle'], 'half angle', '°', 'Of the cone against the vertical; 90 is a flat bottom', 90),
    { ...plain(['hopper', 'dimension'], 'dimensions', '', '3, or 2: everything moves in one upright plane', 3), whole: true },
  ],
  chute: [
    mm(['chute', 'length'], 'length', 'Of the sheet'),
    mm(['chute', 'width'], 'width', 'Between its sides'),
    plain(['chute', 'slope'], 'slope', '°', 'Against the horizontal'),
    plain(['chute', 'rate'], 'rate in', '1/s', 'Grains a second that come in at its upper end'),
  ],
  feeder: [
    mm(['feeder', 'length'], 'length', 'Of the track'),
    mm(['feeder', 'width'], 'width', 'Between its sides'),
    mm(['feeder', 'amplitude'], 'amplitude', 'Of the vibration, from the middle'),
    plain(['feeder', 'frequency'], 'frequency', 'Hz', 'Of the vibration'),
    plain(['feeder', 'angle'], 'throw angle', '°', 'Of the vibration against the track; 20 to 30 as a rule'),
    plain(['feeder', 'climb'], 'climb', '°', 'Of the track upwards', 0),
  ],
  bin: [
    mm(['bin', 'width'], 'width', 'Inside'),
    mm(['bin', 'height'], 'height', 'Of its sides'),
    { ...plain(['bin', 'dimension'], 'dimensions', '', '3, or 2: everything moves in one upright plane', 3), whole: true },
  ],
  heap: [mm(['heap', 'width'], 'width', 'Of the plate'), mm(['heap', 'rim'], 'rim', 'Height of a rim at both ends', 0)],
};

const GRAIN: Field[] = [
  { ...plain(['count'], 'grains', '', 'How many there are'), whole: true },
  mm(['grain', 'diameter'], 'diameter', 'Mean diameter of a grain'),
  plain(['grain', 'spread'], 'spread', '', 'Half width of the uniform spread of diameters, as a share of the mean', 0.1),
  plain(['grain', 'density'], 'density', 'kg/m³', 'Of the solid', 2500),
  plain(['grain', 'friction'], 'friction', '', 'Coulomb’s coefficient', 0.5),
  plain(['grain', 'restitution'], 'restitution', '', 'Speed after an impact over that before', 0.7),
  plain(['grain', 'rolling'], 'rolling friction', '', 'As a share of the radius', 0),
  plain(
    ['grain', 'hardness'],
    'hardness',
    '',
    'Force that would press two grains one diameter together, in weights of a grain; soft ones take longer steps',
    10_000,
  ),
];

const MEASUREMENT: Field[] = [
  { ...plain(['lot'], 'grains of a lot', '', 'An interval is from one lot to the next: a tray or a box of so many', 1), whole: true },
  { ...plain(['within'], 'until within', '%', 'Half of the 95 % interval, as a share of the rate', 0.02), factor: 100 },
];
const SEED: Field = { ...plain(['seed'], 'seed', '', 'Of sizes and places', 1), whole: true };

export const vesselOf = (text: BulkText): Vessel => (Object.keys(FIELDS) as Vessel[]).find((key) => text[key] !== undefined) ?? 'hopper';

/** Whether a stream is measured: of what lies there is none. */
export const isStream = (text: BulkText): boolean => !['bin', 'heap'].includes(vesselOf(text));

export function fieldGroups(text: BulkText): { title: string; fields: Field[] }[] {
  return [
    { title: VESSEL_WORDS[vesselOf(text)].name, fields: FIELDS[vesselOf(text)] },
    { title: 'Grains', fields: GRAIN },
    { title: 'Measurement', fields: isStream(text) ? [...MEASUREMENT, SEED] : [SEED] },
  ];
}

/** What a field shows. */
export function shownOf(text: BulkText, { path, factor, initial }: Field): number | undefined {
  const value = path.reduce<unknown>((held, key) => (held as Record<string, unknown> | undefined)?.[key], text);
  const number = typeof value === 'number' ? value : initial;
  return number === undefined ? undefined : Number((number * factor).toPrecision(9));
}

export function setupsIn(tree: Node | undefined): [name: string, text: BulkText][] {
  const node = tree && findNodeAtLocation(tree, ['bulk']);
  return node ? (Object.entries(getNodeValue(node) as Record<string, BulkText>) as [string, BulkText][]) : [];
}

const METAL = { density: 7800, friction: 0.4, restitution: 0.5, hardness: 2000 };

/** A setup to begin with: some hundred grains of 8 mm. */
export const PROPOSALS: Record<Vessel, BulkText> = {
  hopper: { hopper: { orifice: 0.044, width: 0.09, halfAngle: 35 }, grain: { diameter: 0.008, ...METAL }, count: 400, lot: 10 },
  feeder: {
    feeder: { length: 0.18, width: 0.04, amplitude: 0.0006, frequency: 50, angle: 30 },
    grain: { diameter: 0.008, ...METAL },
    count: 120,
  },
  chute: { chute: { length: 0.3, width: 0.05, slope: 32, rate: 150 }, grain: { diameter: 0.008, ...METAL }, count: 200 },
  bin: { bin: { width: 0.09, height: 0.06 }, grain: { diameter: 0.008, ...METAL }, count: 500 },
  heap: { heap: { width: 0.2, rate: 120 }, grain: { diameter: 0.008, ...METAL, rolling: 0.02 }, count: 200 },
};

/** Simulated s at which a stream ends at the latest. */
const LONGEST = 3600;
const STEPS_A_CONTACT = 20;

/** What is put on the bench. */
export function specimenOf(text: BulkText): Specimen {
  const grain = { ...text.grain, stepsPerContact: STEPS_A_CONTACT } as Grain;
  const setup = setupOf(text, grain);
  const stream = isStream(text);
  return {
    setup,
    seed: text.seed ?? 1,
    lot: text.lot ?? 1,
    within: stream ? (text.within ?? 0.02) : undefined,
    until: stream ? LONGEST : restOf(text, setup),
    slope: text.heap !== undefined,
  };
}

/** The text has passed the check of its shape, so that nothing in it is undefined but what is left out. */
type Numbers<F extends (numbers: never) => BulkSetup> = Omit<Parameters<F>[0], 'grain' | 'count'>;

function setupOf(text: BulkText, grain: Grain): BulkSetup {
  const { count } = text;
  if (text.chute) return chute({ grain, count, ...text.chute });
  if (text.feeder) return feeder({ grain, count, ...(text.feeder as Numbers<typeof feeder>) });
  if (text.bin) return bin({ grain, count, ...(text.bin as Numbers<typeof bin>) });
  if (text.heap) return heap({ grain, count, ...(text.heap as Numbers<typeof heap>) });
  if (text.hopper) return hopper({ grain, count, ...(text.hopper as Numbers<typeof hopper>) });
  throw new Error('The setup holds no vessel.');
}

/** Simulated s by which what falls or is poured lies still. */
function restOf(text: BulkText, { bounds }: BulkSetup): number {
  const fall = Math.sqrt((2 * (bounds.max[2] - bounds.min[2])) / 9.81);
  return 2 * fall + 0.5 + (text.heap?.rate === undefined ? 0 : text.count / text.heap.rate);
}

/** A time in the scene that a measured one can be written to. */
export interface Place {
  path: JSONPath;
  words: string;
}

export function placesIn(tree: Node | undefined): Place[] {
  const list = (map: string, key: string, words: string): Place[] =>
    ((tree && findNodeAtLocation(tree, [map]))?.children ?? []).flatMap((property): Place[] => {
      const [name, element] = property.children ?? [];
      if (!name || !element || !findNodeAtLocation(element, [key])) return [];
      return [{ path: [map, String(name.value), key], words: `${words} ${String(name.value)}` }];
    });
  return [...list('sources', 'interarrival', 'arrivals at'), ...list('stations', 'processing', 'processing at')];
}

/** What is kept of a measurement in the scene. */
export function noteOf(account: Account, seed: number, steps: number, into: string): NonNullable<BulkText['measured']> {
  const digits = (value: number) => Number(value.toPrecision(6));
  return {
    rate: digits(account.rate),
    low: digits(account.ci[0]),
    high: digits(account.ci[1]),
    parts: account.parts,
    from: digits(account.from),
    until: digits(account.until),
    intervals: account.intervals,
    lot: account.lot,
    seed,
    steps,
    into,
  };
}
