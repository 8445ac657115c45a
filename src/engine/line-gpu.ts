/// <reference types="@webgpu/types" />
/**
 * Lines on the GPU: any number of designs of one line, one twin an invocation, by the recursion of `line-engine.ts`; what comes back is the parts
 * each twin finished in the window, equal to `LineEngine.finished`. Designs are data: a kernel is compiled once for a number of stations.
 */
import addResults from '../../shaders/line/add-results.wgsl?link';
import drawUnits from '../../shaders/line/draw-units.wgsl?link';
import runLines from '../../shaders/line/run-lines.wgsl?link';
import { wide } from '../clock.ts';
import type { Plant } from '../scene/plant.ts';
import { RUN_END, RUN_WARMUP } from '../stations/words.ts';
import { type Line, lineOf, stretchOf, whyNoLine } from './line.ts';
import { featuresOf, jobOf, kernelRows, MOST_RING, stateWords, STREAM_WORDS } from './line-kernel.ts';

const WORKGROUP = 64;
/** Workgroups along the first dimension of a dispatch; more go along the second. */
const ROW = 32_768;
/** Words of units that a slice may draw, and jobs in a slice; the first slice is short, before it is known how long one takes. */
const UNIT_WORDS = 2 ** 24;
const MOST_JOBS = 512;
const FIRST_JOBS = 32;
const SLICE_BYTES = 48;

/** Results that are no number of parts: the batch was stopped before the twin ended; only the event engine can tell (`LineEngine` does). */
export const UNFINISHED = 0xfffffffe;
export const UNTOLD = 0xffffffff;

export interface LineRound {
  /** Rows of `designWords` words (`designOf`). */
  designs: Uint32Array;
  /** Pairs: row of the design, replication. Twins of one replication share its draws. */
  twins: Uint32Array;
  seed: number;
}

export interface LineControl {
  /** Milliseconds a slice should take. */
  targetMs(): number;
  /** Called after each slice with the twins that still run; true stops the round where it is. May wait (pause). */
  pause(running: number): boolean | Promise<boolean>;
  /** Fixed number of jobs a slice (a multiple of 4), for tests; undefined: adapts to `targetMs`. */
  jobs?: number | undefined;
}

/** Dawn's binding for Node waits by polling, which takes a processor that an emulated GPU would need. */
const POLLS = 'process' in globalThis;
const doze = (ms: number): Promise<void> => (ms < 2 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms)));
/** Words of a design's sums, and twins that run at once for them. */
const SUM_WORDS = 5;
const MOST_TWINS = 2 ** 21;

/** Sums over the replications of each design; of its results and of their squares, exact up to 2^53. */
export interface LineSums {
  sum: Float64Array;
  squares: Float64Array;
  /** Twins of each design that only the event engine can tell; they are in no sum. */
  untold: Uint32Array;
  /** Replications that are in the sums: those that were asked for, or fewer where the batch was stopped. */
  replications: number;
}

interface Kernels {
  /** Of draw, run and add. */
  layouts: [GPUBindGroupLayout, GPUBindGroupLayout, GPUBindGroupLayout];
  draw: GPUComputePipeline;
  run: GPUComputePipeline;
  add: GPUComputePipeline;
  /** Words of a twin's state. */
  words: number;
}

/** Designs on the device. */
interface Work {
  kernels: Kernels;
  designs: GPUBuffer;
  streams: GPUBuffer;
  streamCount: number;
  /** By design: 1 where only the event engine can tell. */
  untold: Uint8Array;
  /** Twins that one batch can hold. */
  capacity: number;
  release(): void;
}

interface Batch {
  count: number;
  /** Every design meets every replication: the number of designs. */
  grid?: number;
  /** Else row and index of replication of each twin. */
  pairs?: Uint32Array;
  replications: Uint32Array;
  seed: number;
}

export class LineGpu {
  readonly device: GPUDevice;
  readonly plant: Plant;
  private readonly line: Line;
  private readonly shapes: GPUBuffer;
  /** By words of rings and what streams need. */
  private readonly kernels = new Map<string, Promise<Kernels>>();
  private jobs = FIRST_JOBS;
  /** Of the last slice. */
  private msAJob = 0;

  private constructor(device: GPUDevice, plant: Plant, line: Line) {
    this.device = device;
    this.plant = plant;
    this.line = line;
    this.shapes = device.createBuffer({
      label: 'shapes',
      size: plant.tables.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(this.shapes, 0, plant.tables as Uint32Array<ArrayBuffer>);
  }

  /**
   * @param plant a line; its run, names and tables of distributions hold for all designs. RangeError where it is none.
   */
  static async open(device: GPUDevice, plant: Plant): Promise<LineGpu> {
    const line = lineOf(plant);
    if (line === undefined) throw new RangeError(`the plant is no line, because ${whyNoLine(plant)}`);
    return new LineGpu(device, plant, line);
  }

  /**
   * Runs a round to its end, or until `control.pause` stops it.
   * @returns for each twin the parts finished in the window, or UNTOLD, or UNFINISHED
   * Rejects if the device is lost; then the round is to be run again, on another device, with the same result.
   */
  async run({ designs, twins, seed }: LineRound, control: LineControl): Promise<Uint32Array> {
    const count = twins.length / 2;
    const results = new Uint32Array(count).fill(UNFINISHED);
    if (count === 0) return results;
    const work = await this.prepare(designs);
    try {
      for (let from = 0; from < count; from += work.capacity) {
        const pairs = twins.slice(2 * from, 2 * Math.min(from + work.capacity, count));
        // Replications by the order in which they come.
        const indices = new Map<number, number>();
        for (let i = 1; i < pairs.length; i += 2) {
          const replication = pairs[i] as number;
          const index = indices.get(replication) ?? indices.size;
          indices.set(replication, index);
          pairs[i] = index;
        }
        const batch = { count: pairs.length / 2, pairs, replications: Uint32Array.from(indices.keys()), seed };
        const stopped = await this.batch(work, batch, control, async (state) => {
          results.set(await this.fetch(state, batch.count), from);
        });
        if (stopped) break;
      }
    } finally {
      work.release();
    }
    for (let t = 0; t < count; t++) if (work.untold[twins[2 * t] as number]) results[t] = UNTOLD;
    return results;
  }

  /**
   * Runs replications `first` … `first + count − 1` of every design and adds them up on the GPU, so that nothing comes back for each twin.
   * Where `control.pause` stops it, the sums hold whole replications only.
   * @param designs rows as in `LineRound`
   */
  async sums(designs: Uint32Array, first: number, count: number, seed: number, control: LineControl): Promise<LineSums> {
    const { device } = this;
    const work = await this.prepare(designs);
    const { untold } = work;
    const size = SUM_WORDS * untold.length * 4;
    const sums = device.createBuffer({ label: 'sums', size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    let done = 0;
    try {
      // As many replications at once as fill the device, and no fewer than one: then designs are split by the caller.
      const atOnce = Math.max(1, Math.floor(Math.min(work.capacity, MOST_TWINS) / untold.length));
      if (untold.length > work.capacity) throw new RangeError(`at most ${work.capacity} designs at a time`);
      while (done < count) {
        const now = Math.min(atOnce, count - done);
        const replications = Uint32Array.from({ length: now }, (_, i) => first + done + i);
        const batch = { count: now * untold.length, grid: untold.length, replications, seed };
        if (await this.batch(work, batch, control, undefined, sums)) break;
        done += now;
      }
      const words = await this.fetch(sums, SUM_WORDS * untold.length);
      const word = (which: number, design: number): number => words[which * untold.length + design] as number;
      const pairs = (which: number): Float64Array =>
        Float64Array.from(untold, (not, d) => (not ? 0 : wide(word(which, d), word(which + 1, d))));
      return {
        sum: pairs(0),
        squares: pairs(2),
        untold: Uint32Array.from(untold, (not, d) => (not ? done : word(4, d))),
        replications: done,
      };
    } finally {
      sums.destroy();
      work.release();
    }
  }

  destroy(): void {
    this.shapes.destroy();
  }

  private async compileKernels(ring: number, features: string): Promise<Kernels> {
    const { device } = this;
    const words = stateWords(this.line, ring);
    const entry = (binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    });
    const read = 'read-only-storage';
    const drawLayout = device.createBindGroupLayout({
      entries: [entry(0, 'uniform'), entry(1, read), entry(2, read), entry(3, read), entry(4, 'storage')],
    });
    const runLayout = device.createBindGroupLayout({
      entries: [entry(0, 'uniform'), entry(1, read), entry(2, read), entry(3, read), entry(4, 'storage'), entry(5, 'storage')],
    });
    const pipeline = (entryPoint: string, code: string, layout: GPUBindGroupLayout): Promise<GPUComputePipeline> =>
      device.createComputePipelineAsync({
        label: entryPoint,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module: device.createShaderModule({ label: entryPoint, code }), entryPoint },
      });
    const head = `const WORKGROUP: u32 = ${WORKGROUP}u;\n`;
    const addLayout = device.createBindGroupLayout({ entries: [entry(0, 'uniform'), entry(1, read), entry(2, 'storage')] });
    const [draw, run, add] = await Promise.all([
      pipeline('drawUnits', head + features + drawUnits, drawLayout),
      pipeline('runLines', head + jobOf(this.line, ring) + runLines, runLayout),
      pipeline('addResults', head + addResults, addLayout),
    ]);
    return { layouts: [drawLayout, runLayout, addLayout], draw, run, add, words };
  }

  /** Puts designs on the device, and makes sure of their kernels. */
  private async prepare(designs: Uint32Array): Promise<Work> {
    const { device } = this;
    const { rows, streams, most, untold } = kernelRows(this.plant, this.line, designs);
    const ring = Math.min(MOST_RING, 2 ** Math.ceil(Math.log2(Math.max(4, most))));
    const features = featuresOf(streams);
    const key = `${ring} ${features}`;
    let compiled = this.kernels.get(key);
    if (compiled === undefined) this.kernels.set(key, (compiled = this.compileKernels(ring, features)));
    const kernels = await compiled;
    const made = [this.filled('designs', rows), this.filled('streams', streams)] as const;
    const bytes = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    return {
      kernels,
      designs: made[0],
      streams: made[1],
      streamCount: streams.length / STREAM_WORDS,
      untold,
      capacity: Math.floor(bytes / (kernels.words * 4)),
      release: () => made.forEach((buffer) => buffer.destroy()),
    };
  }

  private filled(label: string, data: Uint32Array): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ label, size: data.byteLength, usage });
    this.device.queue.writeBuffer(buffer, 0, data as Uint32Array<ArrayBuffer>);
    return buffer;
  }

  /**
   * Runs the twins of a batch, which fit one buffer.
   * @param done reads the results, even of a batch that was stopped
   * @param sums where the results of a whole batch are added, if it has a grid
   * @returns whether it was stopped
   */
  private async batch(
    { kernels, designs, streams, streamCount }: Work,
    { count, grid = 0, pairs = new Uint32Array(2), replications, seed }: Batch,
    control: LineControl,
    done?: (state: GPUBuffer) => Promise<void>,
    sums?: GPUBuffer,
  ): Promise<boolean> {
    const { device, plant } = this;
    const { layouts, draw, run, add, words } = kernels;
    const { tables, at } = plant;
    const mostJobs = Math.max(4, Math.min(MOST_JOBS, Math.floor(UNIT_WORDS / (replications.length * streamCount) / 4) * 4));
    const made: GPUBuffer[] = [];
    const make = (label: string, bytes: number, usage: number): GPUBuffer => {
      const buffer = device.createBuffer({ label, size: bytes, usage });
      made.push(buffer);
      return buffer;
    };
    let lost = false;
    void device.lost.then(() => {
      lost = true;
    });
    try {
      device.pushErrorScope('out-of-memory');
      const slice = make('slice', SLICE_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
      const state = make('state', words * count * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
      const units = make('units', mostJobs * replications.length * streamCount * 4, GPUBufferUsage.STORAGE);
      const running = make('running', 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
      const read = make('running read', 4, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      const [luck, twins] = [this.filled('replications', replications), this.filled('twins', pairs)];
      made.push(luck, twins);
      const bind = (layout: GPUBindGroupLayout, buffers: GPUBuffer[]): GPUBindGroup =>
        device.createBindGroup({ layout, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
      const toDraw = bind(layouts[0], [slice, this.shapes, streams, luck, units]);
      const toRun = bind(layouts[1], [slice, designs, twins, units, state, running]);
      const outOfMemory = await device.popErrorScope();
      if (outOfMemory !== null) throw new Error(`the GPU has no memory for a batch of ${count} twins`);
      const dispatch = (pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, group: GPUBindGroup, items: number): void => {
        const groups = Math.ceil(items / WORKGROUP);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(Math.min(groups, ROW), Math.ceil(groups / ROW));
      };
      const warmup = tables[at.run + RUN_WARMUP] as number;
      const end = tables[at.run + RUN_END] as number;
      const stretch = stretchOf(plant, this.line.stations.length, 0);
      let stopped = false;
      for (let first = 0, left = count; left > 0 && !stopped; ) {
        const jobs = Math.min(mostJobs, control.jobs ?? this.jobs);
        const counted = warmup > 0 ? warmup + 1 : 0;
        const numbers = [count, replications.length, seed, first, jobs, end, counted, stretch, streamCount, grid];
        device.queue.writeBuffer(slice, 0, Uint32Array.from(numbers));
        const encoder = device.createCommandEncoder();
        encoder.clearBuffer(running);
        const pass = encoder.beginComputePass();
        dispatch(pass, draw, toDraw, (replications.length * streamCount * jobs) / 4);
        dispatch(pass, run, toRun, count);
        pass.end();
        encoder.copyBufferToBuffer(running, 0, read, 0, 4);
        const start = performance.now();
        device.queue.submit([encoder.finish()]);
        if (POLLS && first > 0) await doze(0.9 * jobs * this.msAJob);
        await read.mapAsync(GPUMapMode.READ);
        const elapsed = performance.now() - start;
        left = new Uint32Array(read.getMappedRange())[0] as number;
        read.unmap();
        if (lost) throw new Error('the GPU device was lost');
        first += jobs;
        this.adapt(jobs, elapsed, control.targetMs());
        if (left > 0) stopped = await control.pause(left);
      }
      if (sums !== undefined && !stopped) {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        dispatch(pass, add, bind(layouts[2], [slice, state, sums]), grid);
        pass.end();
        device.queue.submit([encoder.finish()]);
      }
      await done?.(state);
      return stopped;
    } finally {
      for (const buffer of made) buffer.destroy();
    }
  }

  /** Aims the next slice at the target time, never more than doubling at once. */
  private adapt(jobs: number, elapsed: number, target: number): void {
    this.msAJob = elapsed / jobs;
    const wanted = (jobs * target) / Math.max(elapsed, 0.1);
    this.jobs = Math.max(4, Math.min(2 * jobs, MOST_JOBS, Math.round(wanted / 4) * 4));
  }

  private async fetch(state: GPUBuffer, count: number): Promise<Uint32Array> {
    const size = count * 4;
    const read = this.device.createBuffer({ label: 'results', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(state, 0, read, 0, size);
      this.device.queue.submit([encoder.finish()]);
      await read.mapAsync(GPUMapMode.READ);
      return new Uint32Array(read.getMappedRange().slice(0));
    } finally {
      read.destroy();
    }
  }
}
