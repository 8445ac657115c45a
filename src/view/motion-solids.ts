/** The pass that places every part: uploads a prepared trace once, then one small dispatch a frame. */
import code from '../../shaders/motion/place-parts.wgsl?link';
import { CHUNK, type Kinematics, Nodes, chunksAt } from './kinematics.ts';
import type { Pace } from './motion.ts';
import { PART, type Site } from './site.ts';
import { SOLID_WORDS } from './solids.ts';


/** Workgroups that fit in one dimension of a dispatch (a WebGPU limit's default). */
const ROW = 65_535;

/** The kernel's parts and the arguments of the draw that shows them. Drawn in fives: see `draw` in place-parts.wgsl. */
export class SolidMotion {
  /** Instances of solids; grows, so ask anew each frame. */
  parts: GPUBuffer;
  readonly draw: GPUBuffer;
  private readonly device: GPUDevice;
  private readonly pipeline: GPUComputePipeline;
  private readonly moment: GPUBuffer;
  private readonly nodes: Nodes;
  private readonly nodeBuffer: GPUBuffer;
  private readonly chunkBuffer: GPUBuffer;
  private readonly chunks: Uint32Array<ArrayBuffer>;
  private readonly trace: GPUBindGroup;
  private output: GPUBindGroup;
  private readonly owned: GPUBuffer[] = [];
  private readonly kinematics: Kinematics;
  private capacity = 256;

  constructor(device: GPUDevice, site: Site, kinematics: Kinematics) {
    this.device = device;
    this.kinematics = kinematics;
    this.nodes = new Nodes(site, kinematics);
    this.chunks = new Uint32Array(Math.max(1, kinematics.firstEnter.length));
    this.pipeline = device.createComputePipeline({
      label: 'place parts',
      layout: 'auto',
      compute: { module: device.createShaderModule({ label: 'place-parts', code }) },
    });
    this.moment = this.own(32, GPUBufferUsage.UNIFORM);
    this.nodeBuffer = this.own(this.nodes.words.byteLength, GPUBufferUsage.STORAGE);
    this.chunkBuffer = this.own(this.chunks.byteLength, GPUBufferUsage.STORAGE);
    this.draw = this.own(20, GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_SRC);
    const buffers = [
      this.moment,
      this.upload(kinematics.visits),
      this.chunkBuffer,
      this.nodeBuffer,
      this.upload(site.slots),
      this.upload(kinematics.ways),
      this.upload(kinematics.points),
    ];
    this.trace = device.createBindGroup({
      layout: this.pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    this.parts = this.makeParts();
    this.output = this.bindOutput();
  }

  /** Encodes the placing of all parts at `tick` + `fraction` (0 ≤ fraction < 1), to be drawn with `indexCount` indices a part. */
  run(encoder: GPUCommandEncoder, tick: number, fraction: number, pace: Pace, indexCount: number): void {
    const travel = Math.max(0, Math.round(pace.travel));
    const count = chunksAt(this.kinematics, tick, travel, this.chunks);
    if (count * CHUNK > this.capacity) {
      this.capacity = Math.max(count * CHUNK, this.capacity * 2);
      this.parts.destroy();
      this.parts = this.makeParts();
      this.output = this.bindOutput();
    }
    const { queue } = this.device;
    queue.writeBuffer(this.draw, 0, Uint32Array.of(indexCount, 0, 0, 0, 0));
    if (count === 0) return;
    this.nodes.update(tick, fraction, travel);
    queue.writeBuffer(this.nodeBuffer, 0, this.nodes.words);
    queue.writeBuffer(this.chunkBuffer, 0, this.chunks, 0, count);
    const words = Uint32Array.of(tick, 0, travel, 0, 0, count, 0, 0);
    const floats = new Float32Array(words.buffer);
    floats[1] = fraction;
    floats[3] = pace.share;
    floats[4] = PART / 2;
    queue.writeBuffer(this.moment, 0, words);
    const pass = encoder.beginComputePass({ label: 'place parts' });
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.trace);
    pass.setBindGroup(1, this.output);
    pass.dispatchWorkgroups(Math.min(count, ROW), Math.ceil(count / ROW));
    pass.end();
  }

  dispose(): void {
    this.parts.destroy();
    for (const buffer of this.owned) buffer.destroy();
  }

  private own(size: number, usage: number): GPUBuffer {
    const buffer = this.device.createBuffer({ size: Math.max(32, size), usage: usage | GPUBufferUsage.COPY_DST });
    this.owned.push(buffer);
    return buffer;
  }

  private upload(data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.own(data.byteLength, GPUBufferUsage.STORAGE);
    this.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  private makeParts(): GPUBuffer {
    return this.device.createBuffer({
      label: 'parts',
      size: this.capacity * SOLID_WORDS * 4,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    });
  }

  private bindOutput(): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.pipeline.getBindGroupLayout(1),
      entries: [this.parts, this.draw].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }
}
