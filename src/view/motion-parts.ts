/** Places parts: one instance each, in any order. */
import code from '../../shaders/motion/place-parts.wgsl?link';
import { type Kinematics, chunksAt } from './kinematics.ts';
import { INSTANCE_WORDS } from './model.ts';
import { type Buffers, Kernel } from './motion-buffers.ts';
import { ACCELERATION, CHUNK, GENTLE, LEG, WALKING } from './motion-legs.ts';
import { PART } from './site.ts';

/** Of kernels that read legs. */
export const LEG_CONSTANTS = { PART, ACCELERATION, GENTLE, WALKING };

export class PartsPass {
  /** Grows: ask anew after each `prepare`. */
  instances: GPUBuffer;
  /** One word: how many there are. */
  readonly count: GPUBuffer;
  /** In instances. */
  capacity = 256;
  /** What does not fit on this device, in words. */
  note: string | undefined;
  private readonly buffers: Buffers;
  private readonly kinematics: Kinematics;
  private readonly kernel: Kernel;
  private readonly timeline: GPUBindGroup;
  private readonly chunks: Uint32Array<ArrayBuffer>;
  private readonly chunkBuffer: GPUBuffer;
  private readonly models: GPUBuffer;
  private output: GPUBindGroup;
  private groups = 0;

  /** @param timeline moment, legs, places, points, ticks; @param models by product the number of its model among those of parts. */
  constructor(buffers: Buffers, kinematics: Kinematics, timeline: GPUBuffer[], models: number[]) {
    this.buffers = buffers;
    this.kinematics = kinematics;
    this.kernel = new Kernel(buffers.device, 'place parts', code, LEG_CONSTANTS);
    this.timeline = this.kernel.bind(0, timeline);
    this.chunks = new Uint32Array(Math.max(1, kinematics.firstBegin.length));
    this.chunkBuffer = buffers.storage('chunks', this.chunks.byteLength);
    this.models = buffers.upload('models of products', Uint32Array.from(models.length > 0 ? models : [0]));
    this.count = buffers.storage('parts placed', 4);
    this.instances = this.make();
    this.output = this.bind();
    const kept = legsKept(buffers, kinematics);
    if (kept < kinematics.legs.length / LEG.words) {
      const share = Math.floor((100 * kept) / (kinematics.legs.length / LEG.words));
      this.note = `The graphics device has no room for the whole trace: the first ${share} % of its moves are drawn.`;
    }
  }

  /** Looks up which legs hold at a tick, and makes room for them. Returns how many parts there are at most; whether `instances` is another is up to the caller. */
  prepare(tick: number, travel: number): number {
    const count = chunksAt(this.kinematics, tick, travel, this.chunks);
    const most = Math.floor(this.buffers.most / (4 * INSTANCE_WORDS));
    const wanted = Math.min(most, count * CHUNK);
    if (count * CHUNK > most)
      this.note = `The graphics device has room for ${most.toLocaleString('en')} moving parts; the rest is not drawn.`;
    if (wanted > this.capacity) {
      this.capacity = Math.min(most, Math.max(wanted, 2 * this.capacity));
      this.buffers.free(this.instances);
      this.instances = this.make();
      this.output = this.bind();
    }
    this.groups = count;
    this.buffers.device.queue.writeBuffer(this.chunkBuffer, 0, this.chunks, 0, count);
    return Math.min(wanted, this.capacity);
  }

  run(pass: GPUComputePassEncoder): void {
    this.kernel.run(pass, [this.timeline, this.output], this.groups);
  }

  /** Chunks to look at, for the moment's words. */
  get chunkCount(): number {
    return this.groups;
  }

  private make(): GPUBuffer {
    return this.buffers.storage('parts', 4 * INSTANCE_WORDS * this.capacity);
  }

  private bind(): GPUBindGroup {
    return this.kernel.bind(1, [this.instances, this.count, this.chunkBuffer, this.models]);
  }
}

/** Legs for which a device has room. */
export function legsKept(buffers: Buffers, { legs }: Kinematics): number {
  return Math.min(legs.length / LEG.words, Math.floor(buffers.most / (4 * LEG.words)));
}
