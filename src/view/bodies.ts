/** Draws models in their places: those that stand, in lists of this side's, and those that move, in lists that kernels write. */
import castCode from '../../shaders/render/cast.wgsl?link';
import code from '../../shaders/render/body.wgsl?link';
import type { MovingList } from './motion.ts';
import { encodeInstances, type Instance, type Model } from './model.ts';
import { type Frame, type Pipelines, type Stage, SHADOW_LEVELS } from './stage.ts';
import { type Held, Stock } from './stock.ts';

/** Instances that stay, link by link. */
export interface Standing {
  bindings: GPUBindGroup;
  draws: { model: string; link: number; first: number; count: number }[];
  dispose(): void;
}

export class BodyPass {
  readonly stock: Stock;
  private readonly stage: Stage;
  private readonly layout: GPUBindGroupLayout;
  private readonly module: GPUShaderModule;
  /** By what materials can do (see body.wgsl). */
  private readonly pipelines = new Map<string, Pipelines>();
  private readonly caster: GPURenderPipeline;
  /** The matrices of the shadow maps, one buffer a level, for one is drawn while another waits. */
  private readonly suns: { buffer: GPUBuffer; bindings: GPUBindGroup }[];
  private readonly moving = new Map<number, { instances: GPUBuffer; order: GPUBuffer; bindings: GPUBindGroup }>();

  constructor(stage: Stage) {
    this.stage = stage;
    const { device } = stage;
    this.stock = new Stock(stage);
    const visibility = GPUShaderStage.VERTEX;
    this.layout = device.createBindGroupLayout({
      entries: [0, 1].map((binding) => ({ binding, visibility, buffer: { type: 'read-only-storage' as const } })),
    });
    this.module = stage.module('body', code);
    const sun = device.createBindGroupLayout({ entries: [{ binding: 0, visibility, buffer: { type: 'uniform' } }] });
    this.caster = device.createRenderPipeline({
      label: 'shadows',
      layout: device.createPipelineLayout({ bindGroupLayouts: [sun, this.layout] }),
      vertex: {
        module: stage.module('cast', castCode),
        buffers: [{ arrayStride: Stock.VERTEX.arrayStride, attributes: [...Stock.VERTEX.attributes].slice(0, 1) }],
      },
      depthStencil: { format: 'depth32float', depthWriteEnabled: true, depthCompare: 'less' },
    });
    this.suns = Array.from({ length: SHADOW_LEVELS }, () => {
      const buffer = device.createBuffer({ size: 64, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
      return { buffer, bindings: device.createBindGroup({ layout: sun, entries: [{ binding: 0, resource: { buffer } }] }) };
    });
  }

  /** Instances of models of the stock, one draw a link. */
  stand(instances: readonly Instance[]): Standing {
    const groups = new Map<string, Instance[]>();
    for (const instance of instances) {
      const key = `${instance.link} ${instance.model}`;
      const group = groups.get(key);
      if (group) group.push(instance);
      else groups.set(key, [instance]);
    }
    const sorted = [...groups.values()].flat();
    const words = encodeInstances(sorted);
    const buffer = this.stage.storage(words.byteLength);
    this.stage.device.queue.writeBuffer(buffer, 0, words);
    const order = this.stage.storage(4 * sorted.length);
    this.stage.device.queue.writeBuffer(
      order,
      0,
      Uint32Array.from(sorted, (_, i) => i),
    );
    let first = 0;
    const draws = [...groups.values()].map((group) => {
      const draw = { model: group[0]!.model, link: group[0]!.link, first, count: group.length };
      first += group.length;
      return draw;
    });
    return {
      bindings: this.bind(buffer, order),
      draws,
      dispose: () => {
        buffer.destroy();
        order.destroy();
      },
    };
  }

  run({ pass, hasty }: Frame, standing: readonly (Standing | undefined)[], moving: readonly MovingList[]): void {
    const shade = ({ model }: Held) => {
      const { full, hasty: flat } = this.pipelinesFor(model);
      pass.setPipeline(hasty ? flat : full);
    };
    for (const list of standing) if (list) this.draw(pass, list, shade);
    moving.forEach((list, i) => {
      const held = this.stock.get(list.model);
      if (!held) return;
      let known = this.moving.get(i);
      if (known?.instances !== list.instances || known.order !== list.order) {
        known = { instances: list.instances, order: list.order, bindings: this.bind(list.instances, list.order) };
        this.moving.set(i, known);
      }
      shade(held);
      pass.setBindGroup(1, known.bindings);
      pass.setBindGroup(2, held.surface);
      pass.setVertexBuffer(0, held.vertices);
      pass.setIndexBuffer(held.indices, 'uint32');
      pass.drawIndexedIndirect(list.draw, list.offset);
    });
  }

  /** Draws the depths that the sun sees into one level's map. */
  cast(
    encoder: GPUCommandEncoder,
    view: GPUTextureView,
    level: number,
    matrix: Float32Array<ArrayBuffer>,
    standing: readonly (Standing | undefined)[],
  ): void {
    const sun = this.suns[level]!;
    this.stage.device.queue.writeBuffer(sun.buffer, 0, matrix);
    const pass = encoder.beginRenderPass({
      label: 'shadows',
      colorAttachments: [],
      depthStencilAttachment: { view, depthClearValue: 1, depthLoadOp: 'clear', depthStoreOp: 'store' },
    });
    pass.setPipeline(this.caster);
    pass.setBindGroup(0, sun.bindings);
    for (const list of standing) if (list) this.draw(pass, list);
    pass.end();
  }

  dispose(): void {
    this.stock.dispose();
    for (const { buffer } of this.suns) buffer.destroy();
  }

  /** The lists of moving things are others from now on. */
  forget(): void {
    this.moving.clear();
  }

  /** @param shade sets the pipeline of a model; absent where depth alone is drawn. */
  private draw(pass: GPURenderPassEncoder, { bindings, draws }: Standing, shade?: (held: Held) => void): void {
    pass.setBindGroup(1, bindings);
    for (const { model, link, first, count } of draws) {
      const held = this.stock.get(model);
      const range = held?.model.links[link];
      if (!held || !range || range.count === 0) continue;
      if (shade) {
        shade(held);
        pass.setBindGroup(2, held.surface);
      }
      pass.setVertexBuffer(0, held.vertices);
      pass.setIndexBuffer(held.indices, 'uint32');
      pass.drawIndexed(range.count, count, range.first, 0, first);
    }
  }

  private pipelinesFor({ images, materials }: Model): Pipelines {
    const constants = {
      PICTURES: Number(images.length > 0),
      STATES: Number(materials.some(({ tint }) => tint === 'lamp' || tint === 'plate')),
    };
    const key = Object.values(constants).join();
    let known = this.pipelines.get(key);
    if (!known) {
      known = this.stage.pipelines('bodies', this.module, [this.layout, this.stock.layout], 'bodies', { vertex: Stock.VERTEX, constants });
      this.pipelines.set(key, known);
    }
    return known;
  }

  private bind(instances: GPUBuffer, order: GPUBuffer): GPUBindGroup {
    return this.stage.device.createBindGroup({
      layout: this.layout,
      entries: [instances, order].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }
}
