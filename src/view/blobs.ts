/** Soft shadows under what moves: nothing that moves is in the shadow maps, which are kept as long as the camera rests. */
import code from '../../shaders/render/blob.wgsl?link';
import { SHADE } from './ground.ts';
import type { MovingList } from './motion.ts';
import type { Frame, Pipelines, Stage } from './stage.ts';
import type { Stock } from './stock.ts';
import { paint } from './theme.ts';

interface Blob {
  instances: GPUBuffer;
  order: GPUBuffer;
  size: GPUBuffer;
  /** Arguments of a draw of one square an instance. */
  draw: GPUBuffer;
  bindings: GPUBindGroup;
}

export class BlobPass {
  private readonly stage: Stage;
  private readonly stock: Stock;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines: Pipelines;
  private readonly blobs = new Map<number, Blob>();

  constructor(stage: Stage, stock: Stock) {
    this.stage = stage;
    this.stock = stock;
    const visibility = GPUShaderStage.VERTEX;
    this.layout = stage.device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility, buffer: { type: 'uniform' } },
      ],
    });
    this.pipelines = stage.pipelines('blobs', stage.module('blob', code), [this.layout], 'paint', {
      constants: { SHADOW: paint('shadow'), STRENGTH: SHADE },
      topology: 'triangle-strip',
    });
  }

  /** After the kernels have said how many there are of each, and before the pass. */
  prepare(encoder: GPUCommandEncoder, lists: readonly MovingList[]): void {
    lists.forEach((list, i) => {
      const model = this.stock.get(list.model)?.model;
      // One shadow a thing: under its first link that has a shape.
      if (!model || list.link !== model.links.findIndex(({ count }) => count > 0) || !(list.draw.usage & GPUBufferUsage.COPY_SRC)) return;
      let blob = this.blobs.get(i);
      if (blob?.instances !== list.instances || blob.order !== list.order) {
        this.drop(blob);
        const { device } = this.stage;
        const size = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
        const [low, high] = [model.low, model.high];
        const grounded = list.kind === 'part' ? 0 : 1;
        device.queue.writeBuffer(size, 0, Float32Array.of((high[0] - low[0]) / 2, (high[1] - low[1]) / 2, high[2] - low[2], grounded));
        const draw = device.createBuffer({ size: 16, usage: GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_DST });
        device.queue.writeBuffer(draw, 0, Uint32Array.of(4, 0, 0, 0));
        const bindings = device.createBindGroup({
          layout: this.layout,
          entries: [list.instances, list.order, size].map((buffer, binding) => ({ binding, resource: { buffer } })),
        });
        blob = { instances: list.instances, order: list.order, size, draw, bindings };
        this.blobs.set(i, blob);
      }
      encoder.copyBufferToBuffer(list.draw, list.offset + 4, blob.draw, 4, 4);
    });
  }

  run({ pass, hasty }: Frame): void {
    if (this.blobs.size === 0) return;
    pass.setPipeline(hasty ? this.pipelines.hasty : this.pipelines.full);
    for (const { bindings, draw } of this.blobs.values()) {
      pass.setBindGroup(1, bindings);
      pass.drawIndirect(draw, 0);
    }
  }

  /** The lists are others from now on. */
  forget(): void {
    for (const blob of this.blobs.values()) this.drop(blob);
    this.blobs.clear();
  }

  private drop(blob: Blob | undefined): void {
    blob?.size.destroy();
    blob?.draw.destroy();
  }
}
