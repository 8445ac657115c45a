/// <reference types="@webgpu/types" />
/**
 * The GPU engine: thousands of twins of one plant, one invocation each, in slices of bounded events. A batch's blocks lie in one
 * storage buffer, replication-minor; begin, run, cut and survey are kernels of their own. A plain plant runs by kernels tuned by hand,
 * a shop plant by those written from `src/shop`.
 */
import beginTwins from '../../shaders/begin-twins.wgsl?link';
import cutTwins from '../../shaders/cut-twins.wgsl?link';
import runTwins from '../../shaders/run-twins.wgsl?link';
import surveyTwins from '../../shaders/survey-twins.wgsl?link';
import type { Plant } from '../scene/plant.ts';
import { NIL } from '../stations/words.ts';
import { constants } from './constants.ts';
import { glanceKernel } from './glance-kernel.ts';

/** Invocations a workgroup. One warp: twins of one group wait for each other, so small groups waste less; more would not be faster on what was measured. */
const WORKGROUP = 32;
/** Blocks whose hot part has at most so many words lie in private memory while a slice lasts. WGSL allows 8 KiB, of which other variables take a little. */
const PRIVATE_WORDS = 1920;
/** Slice uniform: twins, first replication, seed, events. */
const SLICE_BYTES = 16;
/** Events a slice begins with, before it is known how long they take. */
const FIRST_EVENTS = 16;

/**
 * A scan of all slots for the least tick (`least`), written out slot by slot: a word at an address that is known when the kernel is compiled costs
 * a tenth of one that is not, where lanes are emulated. A plant with a tournament needs none.
 */
function scanSlots(plant: Plant): string {
  const lines = ['fn scanSlots() -> u32 {', '  var best = 0u;', '  least = word(L_SLOT);', '  var tick: u32;'];
  for (let slot = 1; slot < (plant.layout.leaves > 0 ? 0 : plant.counts.slots); slot++) {
    lines.push(`  tick = word(L_SLOT + ${slot}u);`, `  best = select(best, ${slot}u, tick < least);`, '  least = min(least, tick);');
  }
  lines.push('  return best;', '}', '');
  return lines.join('\n');
}

/**
 * The WGSL of the kernels of a plant by entry point, in the order of their dispatch (the first when a batch begins, the others in every slice).
 * Those of the shop are long, and are loaded for the first plant that needs them.
 * @param designs for batches of twins of many designs
 */
export async function kernels(plant: Plant, designs = false): Promise<Record<string, string>> {
  if (plant.features.shop) return (await import('./shop-kernels.ts')).shopKernels(plant, designs, WORKGROUP);
  const head = (hotWords: number): string =>
    `${constants(plant, 'u32', designs)}const WORKGROUP: u32 = ${WORKGROUP}u;\nconst HOT_WORDS: u32 = ${hotWords}u;\n`;
  const hot = plant.layout.before;
  return {
    beginTwins: head(0) + beginTwins,
    runTwins: head(hot <= PRIVATE_WORDS ? hot : 0) + scanSlots(plant) + runTwins,
    cutTwins: head(0) + cutTwins,
    surveyTwins: head(0) + surveyTwins,
  };
}

/** Dawn's binding for Node waits by polling, which takes a processor that an emulated GPU would need. */
const POLLS = 'process' in globalThis;
const doze = (ms: number): Promise<void> => (ms < 2 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms)));

/** What a batch may be asked between slices. */
export interface SliceControl {
  /** Milliseconds a slice should take. */
  targetMs(): number;
  /** Called after each slice; true stops the batch where it is. May wait (pause). */
  pause(running: number, fraction: number): boolean | Promise<boolean>;
  /** Fixed number of events a slice, for tests; undefined: adapts to `targetMs`. */
  events?: number | undefined;
  /**
   * Where glances of the twins are to be kept (`glance.ts`: the words of all replications of the run), if there is such a buffer on this device.
   * Asked before every slice, and none is destroyed before that slice is submitted; not in batches of designs.
   */
  glances?(device: GPUDevice): GPUBuffer | undefined;
}

/**
 * Twins of designs: plants of one shape, which differ in some words of their tables. Of column c the design is `designs[c]`, the replication
 * `replications[c]`.
 */
export interface DesignBatch {
  /** The words that all share, shapes included, of any plant of that shape; as long as is in use. */
  tables: Uint32Array;
  /** The words that differ, by their place in the tables, before the shapes. */
  words: ArrayLike<number>;
  /** By design what stands in those words: value k of design d at `[k × count + d]`. */
  values: Uint32Array;
  count: number;
  designs: Uint32Array;
  replications: Uint32Array;
}

export class GpuEngine {
  readonly device: GPUDevice;
  readonly plant: Plant;
  private readonly pipelines: GPUComputePipeline[];
  private readonly layout: GPUBindGroupLayout;
  /** Of the plant; none where every batch brings its designs. */
  private readonly tables: GPUBuffer | undefined;
  private events = FIRST_EVENTS;
  /** Of the last slice. */
  private msAnEvent = 0;
  /** Compiled when the first glance is wanted. */
  private glancing: Promise<GPUComputePipeline> | undefined;

  private constructor(device: GPUDevice, plant: Plant, layout: GPUBindGroupLayout, pipelines: GPUComputePipeline[], designs: boolean) {
    this.device = device;
    this.plant = plant;
    this.layout = layout;
    this.pipelines = pipelines;
    if (designs) return;
    this.tables = device.createBuffer({
      label: 'tables',
      size: plant.tables.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(this.tables, 0, plant.tables as Uint32Array<ArrayBuffer>);
  }

  /**
   * Compiles the kernels of a plant. Rejects with the compiler's message if one does not compile.
   * @param designs for `runDesigns` in place of `run`: of the plant only its shape matters
   */
  static async open(device: GPUDevice, plant: Plant, designs = false): Promise<GpuEngine> {
    const buffer = (binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    });
    const layout = device.createBindGroupLayout({
      entries: [buffer(0, 'read-only-storage'), buffer(1, 'storage'), buffer(2, 'uniform'), buffer(3, 'storage')],
    });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    const pipelines = await Promise.all(
      Object.entries(await kernels(plant, designs)).map(([entryPoint, code]) =>
        device.createComputePipelineAsync({
          label: entryPoint,
          layout: pipelineLayout,
          compute: { module: device.createShaderModule({ label: entryPoint, code }), entryPoint },
        }),
      ),
    );
    return new GpuEngine(device, plant, layout, pipelines, designs);
  }

  /** The kernel of glances: it has their buffer where the others have the survey. */
  private glancePipeline(): Promise<GPUComputePipeline> {
    const { device, plant, layout } = this;
    this.glancing ??= device.createComputePipelineAsync({
      label: 'glanceTwins',
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module: device.createShaderModule({ label: 'glanceTwins', code: glanceKernel(plant, WORKGROUP) }),
        entryPoint: 'glanceTwins',
      },
    });
    return this.glancing;
  }

  /** Twins of this plant that one batch can hold on this device, given also the memory to be spent. */
  static capacity(limits: GPUSupportedLimits, plant: Plant, memoryBytes: number): number {
    const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, memoryBytes);
    const byMemory = Math.floor(bytes / (plant.layout.words * 4));
    const byDispatch = limits.maxComputeWorkgroupsPerDimension * WORKGROUP;
    return Math.min(byMemory, byDispatch);
  }

  /**
   * Runs replications `first` … `first + twins − 1` to their ends, or until `control.pause` stops them.
   * @returns the blocks, replication-minor: word w of replication first + c is at [w × twins + c].
   * Rejects if the device is lost; then the batch is to be run again, on another device, with the same result.
   */
  async run(first: number, twins: number, seed: number, control: SliceControl): Promise<Uint32Array> {
    if (this.tables === undefined) throw new Error('this engine runs designs');
    return this.batch(this.tables, first, twins, seed, control);
  }

  /** As `run`, for twins of designs: word w of column c is at [w × twins + c]. */
  async runDesigns(batch: DesignBatch, seed: number, control: SliceControl): Promise<Uint32Array> {
    const { tables, words, values, count, designs, replications } = batch;
    const { shape } = this.plant.at;
    const twins = designs.length;
    const map = tables.length;
    const columns = map + shape + 2 * twins;
    const all = new Uint32Array(columns + values.length);
    all.set(tables);
    all.fill(NIL, map, map + shape);
    for (let k = 0; k < words.length; k++) all[map + (words[k] as number)] = columns + k * count;
    for (let c = 0; c < twins; c++) {
      all[map + shape + 2 * c] = designs[c] as number;
      all[map + shape + 2 * c + 1] = replications[c] as number;
    }
    all.set(values, columns);
    if (all.byteLength > this.device.limits.maxStorageBufferBindingSize) {
      throw new Error(`${count} designs take ${all.byteLength} bytes, more than this GPU gives a buffer`);
    }
    const buffer = this.device.createBuffer({
      label: 'designs',
      size: all.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    try {
      this.device.queue.writeBuffer(buffer, 0, all);
      return await this.batch(buffer, map, twins, seed, control);
    } finally {
      buffer.destroy();
    }
  }

  private async batch(tables: GPUBuffer, first: number, twins: number, seed: number, control: SliceControl): Promise<Uint32Array> {
    const { device, plant } = this;
    const size = plant.layout.words * twins * 4;
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
      const blocks = make('blocks', size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
      const slice = make('slice', SLICE_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
      const survey = make('survey', 8, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
      const read = make('survey read', 8, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      const outOfMemory = await device.popErrorScope();
      if (outOfMemory !== null) throw new Error(`the GPU has no memory for a batch of ${twins} twins (${size} bytes)`);
      const bindTo = (last: GPUBuffer): GPUBindGroup =>
        device.createBindGroup({
          layout: this.layout,
          entries: [tables, blocks, slice, last].map((buffer, binding) => ({ binding, resource: { buffer } })),
        });
      const bind = bindTo(survey);
      let glance: { into: GPUBuffer; bind: GPUBindGroup } | undefined;
      const groups = Math.ceil(twins / WORKGROUP);
      const [begin, ...sliceKernels] = this.pipelines as [GPUComputePipeline, ...GPUComputePipeline[]];
      for (let fresh = true, running = twins; running > 0; fresh = false) {
        const events = control.events ?? this.events;
        const glancing = control.glances?.(device) === undefined ? undefined : await this.glancePipeline();
        // Asked again: compiling may have taken long.
        const into = glancing && control.glances?.(device);
        if (glance?.into !== into) glance = into && { into, bind: bindTo(into) };
        device.queue.writeBuffer(slice, 0, new Uint32Array([twins, first, seed, events]));
        const encoder = device.createCommandEncoder();
        encoder.clearBuffer(survey);
        const pass = encoder.beginComputePass();
        pass.setBindGroup(0, bind);
        for (const pipeline of fresh ? [begin, ...sliceKernels] : sliceKernels) {
          pass.setPipeline(pipeline);
          pass.dispatchWorkgroups(groups);
        }
        if (glancing !== undefined && glance !== undefined) {
          pass.setPipeline(glancing);
          pass.setBindGroup(0, glance.bind);
          pass.dispatchWorkgroups(groups);
        }
        pass.end();
        encoder.copyBufferToBuffer(survey, 0, read, 0, 8);
        const start = performance.now();
        device.queue.submit([encoder.finish()]);
        if (POLLS && !fresh) await doze(0.9 * events * this.msAnEvent);
        await read.mapAsync(GPUMapMode.READ);
        const elapsed = performance.now() - start;
        const [stillRunning, progress] = new Uint32Array(read.getMappedRange().slice(0)) as unknown as [number, number];
        read.unmap();
        if (lost) throw new Error('the GPU device was lost');
        running = stillRunning;
        if (!fresh) this.adapt(events, elapsed, control.targetMs());
        if (running > 0 && (await control.pause(running, progress / (1024 * twins)))) break;
      }
      return await this.fetch(blocks, size);
    } finally {
      for (const buffer of made) buffer.destroy();
    }
  }

  /** Aims the next slice at the target time, never more than doubling at once. */
  private adapt(events: number, elapsed: number, target: number): void {
    this.msAnEvent = elapsed / events;
    const wanted = (events * target) / Math.max(elapsed, 0.1);
    this.events = Math.max(8, Math.min(2 * events, Math.round(wanted)));
  }

  private async fetch(blocks: GPUBuffer, size: number): Promise<Uint32Array> {
    const read = this.device.createBuffer({ label: 'blocks read', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(blocks, 0, read, 0, size);
      this.device.queue.submit([encoder.finish()]);
      await read.mapAsync(GPUMapMode.READ);
      return new Uint32Array(read.getMappedRange().slice(0));
    } finally {
      read.destroy();
    }
  }

  destroy(): void {
    this.tables?.destroy();
  }
}
