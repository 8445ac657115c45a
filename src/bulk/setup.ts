/**
 * What a run of loose parts is made of, as plain data in SI units (m, kg, s, rad); z is up. `checkSetup` reads it from text or a message, with
 * errors by path.
 */

export type Vector = readonly [x: number, y: number, z: number];

/** A box along the axes. */
export interface Region {
  min: Vector;
  max: Vector;
}

interface WallKind {
  name?: string;
  /** Coefficients against particles; where left out, those of `contact`. */
  friction?: number;
  restitution?: number;
  rolling?: number;
  /** Velocity of the surface, m/s: a belt. */
  drift?: Vector;
  /** A sine: displacement amplitude (m) along the direction, Hz; phase in turns. */
  vibration?: { amplitude: number; frequency: number; direction: Vector; phase?: number };
  /** The wall is taken away at this time, s: a gate. */
  until?: number;
}

/**
 * Walls have no thickness (but the block) and act on both sides; the plane alone has an inside, to which its normal points, and no end.
 * `panel`: a rectangle of a centre and two half edges at right angles. `disc`: round, with a round orifice where `inner` > 0. `cone`: the lateral
 * surface of a cylinder or a truncated cone, radii at the base and at `height` above it. `block`: a solid box of three half edges at right angles.
 */
export type Wall = WallKind &
  (
    | { shape: 'plane'; point: Vector; normal: Vector }
    | { shape: 'panel'; centre: Vector; u: Vector; v: Vector }
    | { shape: 'disc'; centre: Vector; axis: Vector; inner: number; outer: number }
    | { shape: 'cone'; base: Vector; axis: Vector; radii: readonly [number, number]; height: number }
    | { shape: 'block'; centre: Vector; u: Vector; v: Vector; w: Vector }
  );

/** Where particles come in: so many a second until all of its own have; and those that a sink sends back, as soon as there is room. */
export interface Source {
  region: Region;
  /** How many particles are its own. */
  count: number;
  /** A second; as fast as there is room if left out. */
  rate?: number;
  /** s; 0 if left out. */
  from?: number;
  /** m/s. */
  velocity?: Vector;
}

/** What comes into the region leaves and is counted with its time. */
export interface Sink {
  name: string;
  region: Region;
  /** Whether it comes in again at its source; particles of `fill` and `parts` belong to the first. */
  recirculate?: boolean;
}

/** A particle that is there from the beginning. */
export interface Part {
  place: Vector;
  diameter?: number;
  /** m/s and rad/s. */
  velocity?: Vector;
  spin?: Vector;
}

export interface Fill {
  region: Region;
  count: number;
  /** Only inside the upright cylinder that the region holds. */
  round?: boolean;
}

export interface BulkSetup {
  name: string;
  /** 2: everything moves in the plane y = 0, spheres in one layer. */
  dimension: 2 | 3;
  /** Diameters are uniform within mean × (1 ± spread). kg/m³ of the solid. */
  particle: { diameter: number; spread: number; density: number };
  /**
   * stiffness: of the normal spring, N/m, for all contacts. restitution: rebound over impact speed, 0.1 … 1. friction: Coulomb's coefficient.
   * rolling: resistance to rolling, as a share of the (reduced) radius.
   */
  contact: { stiffness: number; restitution: number; friction: number; rolling: number };
  /** m/s². */
  gravity: Vector;
  /** What leaves it is lost, and counted. Its size is the memory of the grid. */
  bounds: Region;
  walls: Wall[];
  parts?: Part[];
  /** So many particles each on a loose lattice from the bottom of its region up, at the beginning. */
  fill?: Fill[];
  sources?: Source[];
  sinks?: Sink[];
  /** Steps that the shortest contact lasts; 20 if left out. */
  stepsPerContact?: number;
  /** Places for neighbours of one particle, 4 … 32; 24 if left out. */
  slots?: number;
}

/** Most of each that a setup may have. */
export const MOST = { walls: 32, sources: 4, sinks: 8, particles: 1_000_000, cells: 4_000_000 } as const;

/** A setup that cannot be run; `problems` are `path: what is wrong`, at least one. */
export class SetupError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SetupError';
    this.problems = problems;
  }
}

/** How many particles there are, in all. */
export function particleCount(setup: BulkSetup): number {
  const sum = (list: readonly { count: number }[] | undefined): number => (list ?? []).reduce((total, { count }) => total + count, 0);
  return (setup.parts?.length ?? 0) + sum(setup.fill) + sum(setup.sources);
}

type Fields = Record<string, unknown>;

/** Collects what is wrong with a value, by path. */
class Check {
  readonly problems: string[] = [];

  say(path: string, problem: string): false {
    this.problems.push(`${path}: ${problem}`);
    return false;
  }

  fields(path: string, value: unknown, known: readonly string[]): value is Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.say(path, 'expected an object');
    for (const name of Object.keys(value)) if (!known.includes(name)) this.say(`${path}.${name}`, 'is not known here');
    return true;
  }

  number(path: string, value: unknown, min: number, max = Number.MAX_VALUE): boolean {
    if (typeof value !== 'number' || Number.isNaN(value)) return this.say(path, 'expected a number');
    return (value >= min && value <= max) || this.say(path, `${value} is not in ${min} … ${max}`);
  }

  positive(path: string, value: unknown): boolean {
    return this.number(path, value, 0) && (value !== 0 || this.say(path, 'must be more than 0'));
  }

  whole(path: string, value: unknown, min: number, max: number): boolean {
    return this.number(path, value, min, max) && (Number.isInteger(value) || this.say(path, 'expected a whole number'));
  }

  vector(path: string, value: unknown): value is Vector {
    const good = Array.isArray(value) && value.length === 3 && value.every((x) => typeof x === 'number' && Number.isFinite(x));
    return good || this.say(path, 'expected three numbers');
  }

  direction(path: string, value: unknown): value is Vector {
    return this.vector(path, value) && (Math.hypot(...value) > 1e-12 || this.say(path, 'has no length'));
  }

  region(path: string, value: unknown): value is Region {
    if (!this.fields(path, value, ['min', 'max'])) return false;
    const { min, max } = value;
    // Not by &&: both are looked at.
    const good = [this.vector(`${path}.min`, min), this.vector(`${path}.max`, max)].every(Boolean);
    return good && ((min as Vector).every((low, i) => low < (max as Vector)[i]) || this.say(path, 'min must lie below max everywhere'));
  }

  list(path: string, value: unknown, most: number, each: (path: string, value: unknown) => void): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) this.say(path, 'expected a list');
    else if (value.length > most) this.say(path, `holds ${value.length}, more than ${most}`);
    else value.forEach((item, i) => each(`${path}[${i}]`, item));
  }

  optional(value: unknown, check: () => void): void {
    if (value !== undefined) check();
  }
}

const WALL_FIELDS = ['name', 'shape', 'friction', 'restitution', 'rolling', 'drift', 'vibration', 'until'];
const SHAPES: Record<string, readonly string[]> = {
  plane: ['point', 'normal'],
  panel: ['centre', 'u', 'v'],
  disc: ['centre', 'axis', 'inner', 'outer'],
  cone: ['base', 'axis', 'radii', 'height'],
  block: ['centre', 'u', 'v', 'w'],
};

function checkCoefficients(check: Check, path: string, { friction, restitution, rolling }: Fields): void {
  check.number(`${path}.friction`, friction, 0, 100);
  check.number(`${path}.restitution`, restitution, 0.1, 1);
  check.number(`${path}.rolling`, rolling, 0, 10);
}

function checkWall(check: Check, path: string, wall: unknown, ofParticles: Fields): void {
  const shape = String((wall as Fields | null)?.['shape']);
  const own = Object.hasOwn(SHAPES, shape) ? SHAPES[shape] : undefined;
  if (own === undefined) return void check.say(`${path}.shape`, `expected one of ${Object.keys(SHAPES).join(', ')}`);
  if (!check.fields(path, wall, [...WALL_FIELDS, ...own])) return;
  checkCoefficients(check, path, { ...ofParticles, ...wall });
  for (const name of own) {
    const at = `${path}.${name}`;
    const value = wall[name];
    if (name === 'radii') {
      const pair = Array.isArray(value) && value.length === 2;
      if (!pair) check.say(at, 'expected two numbers');
      else value.forEach((radius, i) => check.number(`${at}[${i}]`, radius, 0));
    } else if (name === 'inner') check.number(at, value, 0);
    else if (name === 'outer') check.positive(at, value);
    else if (name === 'height') check.positive(at, value);
    else if (name === 'point' || name === 'centre' || name === 'base') check.vector(at, value);
    else check.direction(at, value);
  }
  if (shape === 'disc' && Number(wall['inner']) >= Number(wall['outer'])) check.say(`${path}.inner`, 'must be less than outer');
  const edges = ['u', 'v', 'w'].filter((name) => own.includes(name));
  for (const [i, a] of edges.entries()) {
    for (const b of edges.slice(i + 1)) {
      const [p, q] = [wall[a], wall[b]] as [Vector, Vector];
      if (!Array.isArray(p) || !Array.isArray(q)) continue;
      const dot = p.reduce((sum, x, axis) => sum + x * q[axis], 0);
      if (Math.abs(dot) > 1e-6 * Math.hypot(...p) * Math.hypot(...q)) check.say(`${path}.${b}`, `is not at right angles to ${a}`);
    }
  }
  check.optional(wall['drift'], () => check.vector(`${path}.drift`, wall['drift']));
  check.optional(wall['until'], () => check.number(`${path}.until`, wall['until'], 0));
  const shake = wall['vibration'];
  check.optional(shake, () => {
    if (!check.fields(`${path}.vibration`, shake, ['amplitude', 'frequency', 'direction', 'phase'])) return;
    check.number(`${path}.vibration.amplitude`, shake['amplitude'], 0);
    check.positive(`${path}.vibration.frequency`, shake['frequency']);
    check.direction(`${path}.vibration.direction`, shake['direction']);
    check.optional(shake['phase'], () => check.number(`${path}.vibration.phase`, shake['phase'], -1e6, 1e6));
  });
}

/** A setup as it should be. Throws a `SetupError` with everything that is wrong with its form; what only its numbers tell, `Bulk.open` does. */
export function checkSetup(value: unknown): BulkSetup {
  const check = new Check();
  const names = ['name', 'dimension', 'particle', 'contact', 'gravity', 'bounds', 'walls', 'parts', 'fill', 'sources', 'sinks'];
  if (!check.fields('setup', value, [...names, 'stepsPerContact', 'slots'])) throw new SetupError(check.problems);
  if (typeof value['name'] !== 'string') check.say('setup.name', 'expected a text');
  if (value['dimension'] !== 2 && value['dimension'] !== 3) check.say('setup.dimension', 'expected 2 or 3');
  const { particle, contact } = value;
  if (check.fields('setup.particle', particle, ['diameter', 'spread', 'density'])) {
    check.positive('setup.particle.diameter', particle['diameter']);
    check.number('setup.particle.spread', particle['spread'], 0, 0.5);
    check.positive('setup.particle.density', particle['density']);
  }
  if (check.fields('setup.contact', contact, ['stiffness', 'restitution', 'friction', 'rolling'])) {
    check.positive('setup.contact.stiffness', contact['stiffness']);
    checkCoefficients(check, 'setup.contact', contact);
  }
  check.vector('setup.gravity', value['gravity']);
  check.region('setup.bounds', value['bounds']);
  if (!Array.isArray(value['walls'])) check.say('setup.walls', 'expected a list');
  const coefficients = { ...(contact as Fields | undefined), stiffness: undefined };
  check.list('setup.walls', value['walls'], MOST.walls, (path, wall) => checkWall(check, path, wall, coefficients));
  check.list('setup.parts', value['parts'], MOST.particles, (path, part) => {
    if (!check.fields(path, part, ['place', 'diameter', 'velocity', 'spin'])) return;
    check.vector(`${path}.place`, part['place']);
    check.optional(part['diameter'], () => check.positive(`${path}.diameter`, part['diameter']));
    for (const name of ['velocity', 'spin']) check.optional(part[name], () => check.vector(`${path}.${name}`, part[name]));
  });
  check.list('setup.fill', value['fill'], 64, (path, fill) => {
    if (!check.fields(path, fill, ['region', 'count', 'round'])) return;
    check.region(`${path}.region`, fill['region']);
    check.whole(`${path}.count`, fill['count'], 0, MOST.particles);
  });
  check.list('setup.sources', value['sources'], MOST.sources, (path, source) => {
    if (!check.fields(path, source, ['region', 'count', 'rate', 'from', 'velocity'])) return;
    check.region(`${path}.region`, source['region']);
    check.whole(`${path}.count`, source['count'], 0, MOST.particles);
    check.optional(source['rate'], () => check.positive(`${path}.rate`, source['rate']));
    check.optional(source['from'], () => check.number(`${path}.from`, source['from'], 0));
    check.optional(source['velocity'], () => check.vector(`${path}.velocity`, source['velocity']));
  });
  check.list('setup.sinks', value['sinks'], MOST.sinks, (path, sink) => {
    if (!check.fields(path, sink, ['name', 'region', 'recirculate'])) return;
    if (typeof sink['name'] !== 'string') check.say(`${path}.name`, 'expected a text');
    check.region(`${path}.region`, sink['region']);
    if (sink['recirculate'] === true && !(Array.isArray(value['sources']) && value['sources'].length > 0))
      check.say(`${path}.recirculate`, 'there is no source to go back to');
  });
  check.optional(value['stepsPerContact'], () => check.number('setup.stepsPerContact', value['stepsPerContact'], 8, 1000));
  check.optional(value['slots'], () => check.whole('setup.slots', value['slots'], 4, 32));
  if (check.problems.length > 0) throw new SetupError(check.problems);
  const setup = value as unknown as BulkSetup;
  const count = particleCount(setup);
  if (count < 1 || count > MOST.particles) throw new SetupError([`setup: ${count} particles, not 1 … ${MOST.particles}`]);
  return setup;
}
