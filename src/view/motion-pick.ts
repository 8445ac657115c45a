/** Finds what a ray meets among things that were placed. */
import code from '../../shaders/motion/pick-things.wgsl?link';
import { type Buffers, Kernel } from './motion-buffers.ts';
import type { Thing } from './things.ts';

/** Added to people's numbers, so that one word tells them from parts. */
const PERSON = 0x80000000;
const NOTHING = 0xffffffff;
const RAY_WORDS = 12;

/** Boxes, in the frames of instances. */
export interface Boxed {
  instances: GPUBuffer;
  /** By the spare word of an instance; of others the last. */
  boxes: { low: readonly number[]; high: readonly number[] }[];
  kind: 'part' | 'person';
  /** Instances; of parts at most. */
  count: number;
}

export class Picker {
  private readonly buffers: Buffers;
  private readonly kernel: Kernel;
  private readonly placed: GPUBuffer;
  private readonly nearest: GPUBuffer;
  private readonly boxes = new Map<'part' | 'person', GPUBuffer>();
  private readonly rays: GPUBuffer[];

  /** @param placed the word that counts parts. */
  constructor(buffers: Buffers, placed: GPUBuffer) {
    this.buffers = buffers;
    this.placed = placed;
    this.kernel = new Kernel(buffers.device, 'pick things', code);
    this.nearest = buffers.storage('nearest', 8);
    this.rays = Array.from({ length: 4 }, () => buffers.uniform('ray', 4 * RAY_WORDS));
  }

  async pick(
    all: Boxed[],
    origin: ArrayLike<number>,
    direction: ArrayLike<number>,
  ): Promise<{ thing: Thing; distance: number } | undefined> {
    const { device } = this.buffers;
    device.queue.writeBuffer(this.nearest, 0, Uint32Array.of(NOTHING, NOTHING));
    const encoder = device.createCommandEncoder({ label: 'pick' });
    const pass = encoder.beginComputePass({ label: 'pick' });
    for (const round of [0, 1]) {
      all.forEach((boxed, i) => {
        const ray = this.rays[2 * round + i]!;
        const floats = Float32Array.of(origin[0]!, origin[1]!, origin[2]!, 0, direction[0]!, direction[1]!, direction[2]!, 0, 0, 0, 0, 0);
        const words = new Uint32Array(floats.buffer);
        words[3] = boxed.count;
        words[7] = boxed.kind === 'part' ? 1 : 0;
        words[8] = round;
        words[9] = boxed.kind === 'person' ? PERSON : 0;
        device.queue.writeBuffer(ray, 0, words);
        const bindings = this.kernel.bind(0, [ray, boxed.instances, this.placed, this.boxesOf(boxed), this.nearest]);
        this.kernel.run(pass, [bindings], Math.ceil(boxed.count / 64));
      });
    }
    pass.end();
    const read = device.createBuffer({ size: 8, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    encoder.copyBufferToBuffer(this.nearest, 0, read, 0, 8);
    device.queue.submit([encoder.finish()]);
    try {
      await read.mapAsync(GPUMapMode.READ);
    } catch {
      // The device was lost, or this has been disposed of: nothing is there any more.
      return undefined;
    }
    const [bits, thing] = new Uint32Array(read.getMappedRange()) as unknown as [number, number];
    const distance = new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    read.destroy();
    if (bits === NOTHING) return undefined;
    return { thing: thing >= PERSON ? { person: thing - PERSON } : { part: thing }, distance };
  }

  private boxesOf({ kind, boxes }: Boxed): GPUBuffer {
    let buffer = this.boxes.get(kind);
    if (!buffer) {
      buffer = this.buffers.upload('boxes', Float32Array.from(boxes.flatMap(({ low, high }) => [...low, 0, ...high, 0])));
      this.boxes.set(kind, buffer);
    }
    return buffer;
  }
}
