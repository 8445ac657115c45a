/** What frames cost: the wall clock from submission to end, and what the passes take on the device where it can tell. */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of one frame. */
export interface FrameTime {
  /** From the first command to the end of the last. */
  wall: number;
  /** Of compute passes, of render passes; undefined where the device has no timestamps. */
  placing: number | undefined;
  drawing: number | undefined;
  /** Processor time of all threads but this one, which waits: on an emulated GPU what a frame costs, whoever else uses the machine. */
  processor: number | undefined;
  /** By label of the pass. */
  passes: Record<string, number>;
}

/** Passes of one frame that are timed. */
const MOST_PASSES = 64;
/** Of the time that the last frame took the host sleeps so much before it asks: to ask again and again takes a processor that an emulated GPU needs. */
const PATIENCE = 0.7;

/** Times the passes of a device by giving each of them a pair of timestamps, without the knowledge of who encodes them. */
export class FrameClock {
  private readonly device: GPUDevice;
  private readonly stamps: { set: GPUQuerySet; resolved: GPUBuffer; read: GPUBuffer } | undefined;
  private labels: string[] = [];
  private expected = 0;

  constructor(device: GPUDevice) {
    this.device = device;
    if (!device.features.has('timestamp-query')) return;
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const size = 16 * MOST_PASSES;
    this.stamps = {
      set: device.createQuerySet({ type: 'timestamp', count: 2 * MOST_PASSES }),
      resolved: device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC }),
      read: device.createBuffer({ size, usage: COPY_DST | MAP_READ }),
    };
    const make = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => this.timed(make(descriptor));
  }

  /** Runs one frame to its end. */
  async frame(encodeAndSubmit: () => void): Promise<FrameTime> {
    const { stamps, device } = this;
    this.labels = [];
    const used = processorTime();
    const begun = performance.now();
    encodeAndSubmit();
    if (this.expected > 4) await new Promise((resolve) => setTimeout(resolve, PATIENCE * this.expected));
    await device.queue.onSubmittedWorkDone();
    const wall = performance.now() - begun;
    const after = processorTime();
    const processor = used === undefined || after === undefined ? undefined : after - used;
    this.expected = wall < this.expected ? wall / 2 : wall;
    const passes: Record<string, number> = {};
    if (!stamps || this.labels.length === 0) return { wall, placing: undefined, drawing: undefined, processor, passes };
    const { labels } = this;
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(stamps.set, 0, 2 * labels.length, stamps.resolved, 0);
    encoder.copyBufferToBuffer(stamps.resolved, 0, stamps.read, 0, 16 * labels.length);
    device.queue.submit([encoder.finish()]);
    await stamps.read.mapAsync(GPUMapMode.READ);
    const ticks = new BigUint64Array(stamps.read.getMappedRange().slice(0));
    stamps.read.unmap();
    let [placing, drawing] = [0, 0];
    labels.forEach((label, i) => {
      const ms = Number(ticks[2 * i + 1]! - ticks[2 * i]!) / 1e6;
      passes[label] = (passes[label] ?? 0) + ms;
      if (label.startsWith('compute')) placing += ms;
      else drawing += ms;
    });
    return { wall, placing, drawing, processor, passes };
  }

  private timed(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const { beginComputePass, beginRenderPass } = encoder;
    encoder.beginComputePass = (descriptor = {}) =>
      beginComputePass.call(encoder, { ...descriptor, ...this.stamp('compute', descriptor.label) });
    encoder.beginRenderPass = (descriptor) => beginRenderPass.call(encoder, { ...descriptor, ...this.stamp('render', descriptor.label) });
    return encoder;
  }

  /** Passes without a name go by their number. */
  private stamp(kind: 'compute' | 'render', label: string | undefined): { timestampWrites?: GPURenderPassTimestampWrites } {
    const pass = this.labels.length;
    if (!this.stamps || pass >= MOST_PASSES) return {};
    this.labels.push(`${kind} ${label || pass}`);
    return {
      timestampWrites: { querySet: this.stamps.set, beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 },
    };
  }
}

/** Milliseconds that this process's threads but the first have used; undefined where the system does not tell (it does on Linux: proc(5)). */
function processorTime(): number | undefined {
  try {
    const tasks = '/proc/self/task';
    const others = readdirSync(tasks).filter((id) => id !== String(process.pid));
    return others.reduce((sum, id) => sum + Number(readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
  } catch {
    return undefined;
  }
}

/** Mean and 95th percentile (nearest rank); NaN of nothing. */
export function spread(values: readonly number[]): { mean: number; p95: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p95: sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? Number.NaN,
  };
}
