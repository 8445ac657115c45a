/** What all drawing passes share: the camera's words, the palette, the servers' states, and the ground they draw on. */
import code from '../../shaders/render/ground.wgsl?link';
import { paint } from './theme.ts';

export const SAMPLES = 4;
export const DEPTH: GPUTextureFormat = 'depth24plus';

/** Group 0 of every drawing pipeline (view.wgsl). */
export class Stage {
  readonly device: GPUDevice;
  readonly format: GPUTextureFormat;
  readonly layout: GPUBindGroupLayout;
  bindings: GPUBindGroup;
  private readonly view: GPUBuffer;
  private palette: GPUBuffer;
  private states: GPUBuffer;

  constructor(device: GPUDevice, format: GPUTextureFormat) {
    this.device = device;
    this.format = format;
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    this.layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'uniform' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility, buffer: { type: 'read-only-storage' } },
      ],
    });
    this.view = device.createBuffer({ size: 28 * 4, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.palette = this.storage(16);
    this.states = this.storage(4);
    this.bindings = this.bind();
  }

  setView(words: Float32Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.view, 0, words);
  }

  setPalette(colors: Float32Array<ArrayBuffer>): void {
    this.palette.destroy();
    this.palette = this.storage(colors.byteLength);
    this.device.queue.writeBuffer(this.palette, 0, colors);
    this.bindings = this.bind();
  }

  setStates(states: Uint32Array<ArrayBuffer>): void {
    if (this.states.size !== Math.max(4, states.byteLength)) {
      this.states.destroy();
      this.states = this.storage(Math.max(4, states.byteLength));
      this.bindings = this.bind();
    }
    this.device.queue.writeBuffer(this.states, 0, states);
  }

  /** A pipeline that draws blended paint, or solids into the depth buffer. */
  pipeline(
    label: string,
    module: GPUShaderModule,
    group1: GPUBindGroupLayout | undefined,
    draws: 'paint' | 'solids',
    more: { constants?: Record<string, number>; vertex?: GPUVertexBufferLayout; topology?: GPUPrimitiveTopology },
  ): GPURenderPipeline {
    const solid = draws === 'solids';
    const blend: GPUBlendState = {
      color: { srcFactor: 'src-alpha', dstFactor: 'one-minus-src-alpha' },
      alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
    };
    return this.device.createRenderPipeline({
      label,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: group1 ? [this.layout, group1] : [this.layout] }),
      vertex: { module, buffers: more.vertex ? [more.vertex] : [] },
      fragment: { module, targets: [solid ? { format: this.format } : { format: this.format, blend }], constants: more.constants ?? {} },
      primitive: { topology: more.topology ?? 'triangle-list', cullMode: solid ? 'back' : 'none', frontFace: 'cw' },
      depthStencil: { format: DEPTH, depthWriteEnabled: solid, depthCompare: solid ? 'less' : 'always' },
      multisample: { count: SAMPLES },
    });
  }

  /** One read-only storage buffer, seen by both stages. */
  instances(): GPUBindGroupLayout {
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    return this.device.createBindGroupLayout({ entries: [{ binding: 0, visibility, buffer: { type: 'read-only-storage' } }] });
  }

  storage(size: number, extra = 0): GPUBuffer {
    return this.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | extra });
  }

  dispose(): void {
    for (const buffer of [this.view, this.palette, this.states]) buffer.destroy();
  }

  private bind(): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.layout,
      entries: [this.view, this.palette, this.states].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }
}

/** The ground and its grid. */
export class GroundPass {
  private readonly pipeline: GPURenderPipeline;

  constructor(stage: Stage) {
    const module = stage.device.createShaderModule({ label: 'ground', code });
    this.pipeline = stage.pipeline('ground', module, undefined, 'paint', { constants: { GROUND: paint('ground'), GRID: paint('grid') } });
  }

  run(pass: GPURenderPassEncoder): void {
    pass.setPipeline(this.pipeline);
    pass.draw(3);
  }
}
