/** Where particles begin: on lattices with a jitter, and waiting at sources. All by addressed draws of a seed. */
import { draw } from '../random.ts';
import { sphereMass } from './contact.ts';
import { type BulkSetup, particleCount, type Region, SetupError, type Source, type Vector } from './setup.ts';

/** Words of a particle, as `Particle` in shaders/bulk/matter.wgsl: place and radius, velocity and mass, spin and size, rest and due. */
export const PARTICLE_WORDS = 16;
export const NEVER = 0xffffffff;
/** Streams of draws. */
const SIZES = 1;
const JITTERS = 2;
/** Distance of lattice places in largest diameters: what is over is jitter. */
const LOOSE = 1.1;

/** The lattice of a source's sites. */
export interface Sites {
  spacing: Vector;
  sites: Vector;
  /** Greatest distance of a particle from its site along an axis, times 2, m. */
  jitter: number;
}

export interface Packing {
  /** PARTICLE_WORDS words each. */
  particles: ArrayBuffer;
  /** By particle, kg. */
  masses: Float32Array;
  /** m. */
  diameters: Float32Array;
  sites: Sites[];
  /** Particles below the n-th number belong to source n or one before. */
  ends: number[];
}

/** A lattice of places that fills a region; in the plane, one layer at y = 0. */
function lattice(region: Region, distance: number, planar: boolean): Pick<Sites, 'spacing' | 'sites'> {
  const sites = region.min.map((low, axis) =>
    planar && axis === 1 ? 1 : Math.floor((region.max[axis] - low) / distance + 1e-9),
  ) as unknown as Vector;
  const spacing = region.min.map((low, axis) => (region.max[axis] - low) / Math.max(1, sites[axis])) as unknown as Vector;
  return { sites, spacing };
}

/** The largest diameter that may occur. */
export function largest(setup: BulkSetup): number {
  const { diameter, spread } = setup.particle;
  return Math.max(diameter * (1 + spread), ...(setup.parts ?? []).map((part) => part.diameter ?? 0));
}

/** The smallest likewise. */
export function smallest(setup: BulkSetup): number {
  const { diameter, spread } = setup.particle;
  return Math.min(diameter * (1 - spread), ...(setup.parts ?? []).map((part) => part.diameter ?? Infinity));
}

/** Lays out all particles. Throws a `SetupError` where a region has too few places. @param dt step, s. */
export function pack(setup: BulkSetup, seed: number, dt: number): Packing {
  const count = particleCount(setup);
  const planar = setup.dimension === 2;
  const top = largest(setup);
  const particles = new ArrayBuffer(count * PARTICLE_WORDS * 4);
  const numbers = new Float32Array(particles);
  const words = new Uint32Array(particles);
  const masses = new Float32Array(count);
  const diameters = new Float32Array(count);
  const problems: string[] = [];
  const chance = (stream: number, n: number): number => draw(seed, 0, stream, 0, n) / 2 ** 32;

  let i = 0;
  const put = (diameter: number, place: Vector | undefined, velocity: Vector, spin: Vector, due: number): void => {
    const at = i * PARTICLE_WORDS;
    masses[i] = sphereMass(diameter, setup.particle.density);
    diameters[i] = diameter;
    numbers.set(place ?? [0, 0, 0], at);
    numbers[at + 3] = place ? diameter / 2 : 0;
    numbers.set(velocity, at + 4);
    numbers[at + 7] = masses[i];
    numbers.set(spin, at + 8);
    numbers[at + 11] = diameter / 2;
    words[at + 15] = due;
    i++;
  };
  const still: Vector = [0, 0, 0];
  const size = (): number => setup.particle.diameter * (1 + setup.particle.spread * (2 * chance(SIZES, i) - 1));

  for (const part of setup.parts ?? [])
    put(part.diameter ?? setup.particle.diameter, part.place, part.velocity ?? still, part.spin ?? still, NEVER);
  for (const [f, { region, count: wanted, round }] of (setup.fill ?? []).entries()) {
    const { spacing, sites } = lattice(region, LOOSE * top, planar);
    const centre = region.min.map((low, axis) => (low + region.max[axis]) / 2);
    const radius = Math.min(region.max[0] - region.min[0], region.max[1] - region.min[1]) / 2 - top / 2;
    let left = wanted;
    for (let site = 0; site < sites[0] * sites[1] * sites[2] && left > 0; site++) {
      const grid = [site % sites[0], Math.floor(site / sites[0]) % sites[1], Math.floor(site / (sites[0] * sites[1]))];
      const place = grid.map((n, axis) => {
        if (planar && axis === 1) return 0;
        return region.min[axis] + (n + 0.5) * spacing[axis] + (chance(JITTERS, 3 * i + axis) - 0.5) * (spacing[axis] - top) * 0.98;
      }) as unknown as Vector;
      if (round && Math.hypot(place[0] - centre[0], planar ? 0 : place[1] - centre[1]) > radius) continue;
      put(size(), place, still, still, NEVER);
      left--;
    }
    if (left > 0) problems.push(`setup.fill[${f}].count: ${wanted - left} particles fit into the region, not ${wanted}`);
  }
  const ends: number[] = [];
  const sites = (setup.sources ?? []).map((source: Source, s): Sites => {
    const grid = lattice(source.region, LOOSE * top, planar);
    if (grid.sites.some((n) => n < 1))
      problems.push(`setup.sources[${s}].region: is too small for a particle of ${top} m with some room around it`);
    const first = (source.from ?? 0) / dt;
    for (let n = 0; n < source.count && problems.length === 0; n++)
      put(size(), undefined, still, still, Math.min(NEVER - 1, Math.round(first + n / ((source.rate ?? Infinity) * dt))));
    ends.push(i);
    return { ...grid, jitter: Math.min(...grid.spacing.filter((_, axis) => !(planar && axis === 1))) - top };
  });
  if (problems.length > 0) throw new SetupError(problems);
  return { particles, masses, diameters, sites, ends };
}
