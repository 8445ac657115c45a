/// <reference types="@webgpu/types" />
/**
 * Loose parts on the GPU: spheres with friction, by the discrete element method, in fixed steps. docs/bulk.md says what is computed and how well.
 * The device comes from outside and stays its owner's.
 */
import addRuns from '../../shaders/bulk/add-runs.wgsl?link';
import arrange from '../../shaders/bulk/arrange.wgsl?link';
import count from '../../shaders/bulk/count.wgsl?link';
import link from '../../shaders/bulk/link.wgsl?link';
import advance from '../../shaders/bulk/advance.wgsl?link';
import push from '../../shaders/bulk/push.wgsl?link';
import scatter from '../../shaders/bulk/scatter.wgsl?link';
import spread from '../../shaders/bulk/spread.wgsl?link';
import turn from '../../shaders/bulk/turn.wgsl?link';
import { contactTime, sphereMass } from './contact.ts';
import { largest, pack, type Packing, PARTICLE_WORDS, smallest } from './packing.ts';
import { type BulkSetup, checkSetup, MOST, particleCount, SetupError, type Vector } from './setup.ts';
import { settingBytes } from './uniform.ts';

/** Share of the mean diameter that neighbours may be apart: more makes lists longer, less makes them anew more often. */
const SKIN = 0.25;
/** Places for lasting contacts of a particle, as CONTACTS in shaders/bulk/matter.wgsl. */
const CONTACTS = 16;
/** Steps from one look at the lists of neighbours to the next, as EVERY there. */
const EVERY = 4;
/** Cells that one invocation adds up, as RUN there. */
const RUN = 64;
const WORKGROUP = 64;
/** Entries of the ring of departures: read them before so many more have left. */
const LOG = 65_536;
const CONTROL_WORDS = 20;

/** Buffers by their binding in shaders/bulk/matter.wgsl, and kernels by the bindings they use. */
const BINDINGS = {
  setting: 0,
  particles: 1,
  neighbours: 2,
  partners: 3,
  contacts: 4,
  pushes: 5,
  control: 6,
  departures: 7,
  bids: 8,
  tally: 9,
  berths: 10,
  starts: 11,
  scattered: 12,
  sorted: 13,
  sortedNumbers: 14,
  runs: 15,
} as const;
type Bound = keyof typeof BINDINGS;
type Over = 'particles' | 'runs' | 'one';

const PUSH: Kernel = ['push', push, 'particles', ['setting', 'particles', 'neighbours', 'partners', 'contacts', 'pushes', 'control']];
const ADVANCE: Kernel = [
  'advance',
  advance,
  'particles',
  ['setting', 'particles', 'control', 'pushes', 'departures', 'bids', 'berths', 'starts', 'sorted'],
];
/** In their order; they do nothing where no list is out of date. */
const REBUILD: Kernel[] = [
  ['count', count, 'particles', ['setting', 'particles', 'control', 'berths', 'bids', 'neighbours', 'tally', 'pushes']],
  ['addRuns', addRuns, 'runs', ['setting', 'control', 'tally', 'runs']],
  ['turn', turn, 'one', ['setting', 'control', 'runs', 'starts']],
  ['spread', spread, 'runs', ['setting', 'control', 'tally', 'runs', 'starts']],
  ['scatter', scatter, 'particles', ['setting', 'particles', 'control', 'starts', 'berths', 'scattered']],
  [
    'arrange',
    arrange,
    'particles',
    ['setting', 'particles', 'control', 'berths', 'starts', 'scattered', 'sorted', 'sortedNumbers', 'pushes'],
  ],
  [
    'link',
    link,
    'particles',
    ['setting', 'particles', 'neighbours', 'partners', 'contacts', 'control', 'starts', 'sorted', 'sortedNumbers'],
  ],
];
type Kernel = [name: string, code: string, over: Over, bound: Bound[]];

interface Work {
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: number;
}

/** How many of the kernels run in every step; the others where the lists are looked at. */
const STEP = 2;

const KERNELS = [PUSH, ADVANCE, ...REBUILD];
/** Compiled once a device: all that differs between setups is data. */
const compiled = new WeakMap<GPUDevice, Promise<GPUComputePipeline[]>>();

function pipelinesOf(device: GPUDevice): Promise<GPUComputePipeline[]> {
  const known = compiled.get(device);
  if (known) return known;
  const pipelines = Promise.all(
    KERNELS.map(([entryPoint, code]) => {
      const module = device.createShaderModule({ label: `bulk ${entryPoint}`, code });
      return device.createComputePipelineAsync({ label: entryPoint, layout: 'auto', compute: { module, entryPoint } });
    }),
  );
  compiled.set(device, pipelines);
  return pipelines;
}

function dispatch(pass: GPUComputePassEncoder, work: readonly Work[]): void {
  for (const { pipeline, group, workgroups } of work) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
  }
}

/** What has happened so far. */
export interface Counts {
  step: number;
  /** Simulated, s. */
  time: number;
  /** Particles that are there now. */
  present: number;
  /** Times that a particle came in at a source. */
  entered: number;
  /** By sink. */
  left: number[];
  /** Particles that left the bounds elsewhere than at a sink: they are lost. */
  escaped: number;
  /** Neighbours, contacts or walls that found no slot, added up over the lists that were made: contacts may be missing where it is not 0. */
  crowded: number;
  /** Departures that were overwritten before they were read. */
  missed: number;
  /** Particles that had moved too far when the lists of neighbours were made: a contact may have begun a step or two late. Added up likewise. */
  late: number;
  /** Times that the lists of neighbours were made. */
  rebuilds: number;
}

/** A particle that went into a sink. */
export interface Departure {
  /** At the end of the step, s. */
  time: number;
  sink: number;
  particle: number;
}

/** All particles at a moment; SI units. */
export interface Snapshot {
  time: number;
  /** x, y, z and radius each; a radius of 0 where the particle is not there. */
  places: Float32Array;
  /** m/s. */
  velocities: Float32Array;
  /** rad/s. */
  spins: Float32Array;
}

export class Bulk {
  /** Bytes from one particle to the next in `particles`. */
  static readonly stride = PARTICLE_WORDS * 4;

  readonly device: GPUDevice;
  readonly setup: BulkSetup;
  /** Step, s. */
  readonly dt: number;
  readonly count: number;
  /**
   * `stride` bytes a particle, f32: place x, y, z and radius (0: not there), at 16 velocity and mass, at 32 spin and the radius it has when it is
   * there. Storage and vertex; the same buffer all along. Places are those of the last step that was submitted.
   */
  readonly particles: GPUBuffer;
  /** By particle: kg, m. */
  readonly masses: Float32Array;
  readonly diameters: Float32Array;
  /** Of all buffers. */
  readonly bytes: number;
  private readonly buffers: Record<Bound, GPUBuffer>;
  private readonly work: Work[];
  /** Steps submitted. */
  private steps = 0;
  private taken = 0;
  private missed = 0;

  private constructor(device: GPUDevice, setup: BulkSetup, dt: number, packing: Packing, buffers: Record<Bound, GPUBuffer>, work: Work[]) {
    this.device = device;
    this.setup = setup;
    this.dt = dt;
    this.count = packing.masses.length;
    this.masses = packing.masses;
    this.diameters = packing.diameters;
    this.particles = buffers.particles;
    this.buffers = buffers;
    this.bytes = Object.values(buffers).reduce((sum, buffer) => sum + buffer.size, 0);
    this.work = work;
  }

  /**
   * Compiles the kernels and lays out the particles. Throws a `SetupError` where the setup cannot be run on this device.
   * @param seed of sizes, jitters and the places where particles come in: u32
   */
  static async open(device: GPUDevice, given: BulkSetup, seed = 1): Promise<Bulk> {
    const setup = checkSetup(given);
    const dt = stepOf(setup);
    const packing = pack(setup, seed, dt);
    const particles = packing.masses.length;
    const slots = setup.slots ?? 24;
    const skin = SKIN * setup.particle.diameter;
    const cell = largest(setup) + skin;
    const { min, max } = setup.bounds;
    const cells = min.map((low, axis) =>
      setup.dimension === 2 && axis === 1 ? 1 : Math.max(1, Math.ceil((max[axis] - low) / cell)),
    ) as unknown as Vector;
    const cellCount = cells[0] * cells[1] * cells[2];
    if (cellCount > MOST.cells) throw new SetupError([`setup.bounds: ${cellCount} cells of ${cell} m, more than ${MOST.cells}`]);
    const siteCount = packing.sites.reduce((sum, { sites }) => sum + sites[0] * sites[1] * sites[2], 0);
    const runs = Math.ceil(cellCount / RUN);
    const setting = settingBytes(setup, packing, { dt, cell, skin, cells, slots, log: LOG, seed });

    const sizes: Record<Bound, number> = {
      setting: setting.byteLength,
      particles: packing.particles.byteLength,
      neighbours: particles * 16,
      partners: particles * slots * 4,
      contacts: particles * CONTACTS * 16,
      pushes: particles * 80,
      control: CONTROL_WORDS * 4,
      departures: LOG * 8,
      bids: Math.max(1, siteCount) * 4,
      tally: cellCount * 4,
      berths: particles * 8,
      starts: (cellCount + 1) * 4,
      scattered: particles * 4,
      sorted: particles * 16,
      sortedNumbers: particles * 4,
      runs: runs * 4,
    };
    const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    if (Math.max(sizes.contacts, sizes.partners) > most) {
      const fit = Math.floor(most / (CONTACTS * 16));
      throw new SetupError([`setup: this device has room for ${fit} particles, not ${particles}`]);
    }
    const buffer = (name: Bound): GPUBuffer => {
      const usage = name === 'setting' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
      const drawn = name === 'particles' ? GPUBufferUsage.VERTEX : 0;
      return device.createBuffer({ label: `bulk ${name}`, size: sizes[name], usage: usage | drawn | GPUBufferUsage.COPY_DST });
    };
    const names = Object.keys(BINDINGS) as Bound[];
    const buffers = Object.fromEntries(names.map((name) => [name, buffer(name)])) as Record<Bound, GPUBuffer>;
    device.queue.writeBuffer(buffers.setting, 0, setting);
    device.queue.writeBuffer(buffers.particles, 0, packing.particles);
    device.queue.writeBuffer(buffers.bids, 0, new Uint32Array(sizes.bids / 4).fill(0xffffffff));
    // The first lists are made before the first step.
    device.queue.writeBuffer(buffers.control, 0, new Uint32Array([1]));

    const groups: Record<Over, number> = { particles: Math.ceil(particles / WORKGROUP), runs: Math.ceil(runs / WORKGROUP), one: 1 };
    const pipelines = await pipelinesOf(device);
    const work = KERNELS.map(([, , over, bound], n): Work => {
      const pipeline = pipelines[n];
      const entries = bound.map((name) => ({ binding: BINDINGS[name], resource: { buffer: buffers[name] } }));
      return { pipeline, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }), workgroups: groups[over] };
    });
    const bulk = new Bulk(device, setup, dt, packing, buffers, work);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass({ label: 'bulk' });
    dispatch(pass, work.slice(STEP));
    pass.end();
    device.queue.submit([encoder.finish()]);
    // Nothing has moved or entered by that.
    device.queue.writeBuffer(buffers.control, 0, new Uint32Array(CONTROL_WORDS));
    return bulk;
  }

  /** Adds so many steps to the encoder. It is to be submitted, and before any other. */
  encode(encoder: GPUCommandEncoder, steps: number): void {
    const pass = encoder.beginComputePass({ label: 'bulk' });
    for (let n = 0; n < steps; n++) {
      this.steps++;
      dispatch(pass, this.steps % EVERY === 0 ? this.work : this.work.slice(0, STEP));
    }
    pass.end();
  }

  /** Submits so many steps. */
  step(steps: number): void {
    const encoder = this.device.createCommandEncoder();
    this.encode(encoder, steps);
    this.device.queue.submit([encoder.finish()]);
  }

  /** The first `bytes` of each buffer, when all that was submitted is done. */
  private async copy(wanted: { buffer: GPUBuffer; at: number; bytes: number }[]): Promise<ArrayBuffer> {
    const size = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    const back = this.device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.device.createCommandEncoder();
    let to = 0;
    for (const { buffer, at, bytes } of wanted) {
      encoder.copyBufferToBuffer(buffer, at, back, to, bytes);
      to += bytes;
    }
    this.device.queue.submit([encoder.finish()]);
    try {
      await back.mapAsync(GPUMapMode.READ);
      return back.getMappedRange().slice(0);
    } finally {
      back.destroy();
    }
  }

  private async control(): Promise<Uint32Array> {
    return new Uint32Array(await this.copy([{ buffer: this.buffers.control, at: 0, bytes: CONTROL_WORDS * 4 }]));
  }

  /** What has happened by the steps submitted so far. A read-back: a few times a second at most. */
  async counts(): Promise<Counts> {
    return this.countsOf(await this.control());
  }

  private countsOf(words: Uint32Array): Counts {
    const [, step, entered, , escaped, crowded, rebuilds] = words;
    const left = [...words.subarray(8, 8 + (this.setup.sinks?.length ?? 0))];
    const outside = left.reduce((sum, n) => sum + n, escaped);
    const waiting = (this.setup.sources ?? []).reduce((sum, source) => sum + source.count, 0);
    const present = particleCount(this.setup) - waiting + entered - outside;
    return { step, time: step * this.dt, present, entered, left, escaped, crowded, late: words[16], rebuilds, missed: this.missed };
  }

  /** Who has left through sinks since the last call, by time, then by number. */
  async departures(): Promise<{ departures: Departure[]; counts: Counts }> {
    const words = await this.control();
    const logged = words[3];
    const first = Math.max(this.taken, logged - LOG);
    this.missed += first - this.taken;
    this.taken = logged;
    const departures: Departure[] = [];
    if (logged > first) {
      const begin = first % LOG;
      const pieces = [{ buffer: this.buffers.departures, at: begin * 8, bytes: Math.min(logged - first, LOG - begin) * 8 }];
      const rest = logged - first - (LOG - begin);
      if (rest > 0) pieces.push({ buffer: this.buffers.departures, at: 0, bytes: rest * 8 });
      const pairs = new Uint32Array(await this.copy(pieces));
      for (let i = 0; i < pairs.length; i += 2)
        departures.push({ time: (pairs[i] + 1) * this.dt, particle: pairs[i + 1] & 0xffffff, sink: pairs[i + 1] >>> 24 });
      departures.sort((a, b) => a.time - b.time || a.particle - b.particle);
    }
    return { departures, counts: this.countsOf(words) };
  }

  /** All particles; a large read-back. */
  async snapshot(): Promise<Snapshot> {
    const { particles, control } = this.buffers;
    const bytes = await this.copy([
      { buffer: particles, at: 0, bytes: particles.size },
      { buffer: control, at: 0, bytes: CONTROL_WORDS * 4 },
    ]);
    const numbers = new Float32Array(bytes);
    const places = new Float32Array(this.count * 4);
    const velocities = new Float32Array(this.count * 3);
    const spins = new Float32Array(this.count * 3);
    for (let i = 0; i < this.count; i++) {
      const at = i * PARTICLE_WORDS;
      places.set(numbers.subarray(at, at + 4), i * 4);
      velocities.set(numbers.subarray(at + 4, at + 7), i * 3);
      spins.set(numbers.subarray(at + 8, at + 11), i * 3);
    }
    const step = new Uint32Array(bytes, particles.size)[1];
    return { time: step * this.dt, places, velocities, spins };
  }

  /** Frees the buffers; the device stays. */
  dispose(): void {
    for (const buffer of Object.values(this.buffers)) buffer.destroy();
  }
}

/** The time step of a setup, s, equal to an f32: the contact of its two lightest particles has `stepsPerContact` steps. */
export function stepOf(setup: BulkSetup): number {
  const lightest = sphereMass(smallest(setup), setup.particle.density);
  return Math.fround(contactTime(setup.contact.stiffness, lightest / 2) / (setup.stepsPerContact ?? 20));
}
