/** What all drawing passes share: the camera's words, the palette, the servers' states, and the ground they draw on. */
import code from '../../shaders/render/ground.wgsl?link';
import type { Camera } from './camera.ts';
import { paint } from './theme.ts';

export const SAMPLES = 4;
/** Metres between lines, and metres in a pixel from which on they are not seen (ground.wgsl fades them out by then). */
const GRIDS = [
  { step: 1, widest: 0.09 },
  { step: 10, widest: 0.9 },
];

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

  /** A pipeline that covers with a picture, blends paint, or draws solids into the depth buffer. */
  pipeline(
    label: string,
    module: GPUShaderModule,
    group1: GPUBindGroupLayout | undefined,
    draws: 'picture' | 'paint' | 'solids',
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
      fragment: {
        module,
        targets: [draws === 'paint' ? { format: this.format, blend } : { format: this.format }],
        constants: more.constants ?? {},
      },
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

/** The grid of the ground; the ground itself is the colour that the picture is cleared to. */
export class GroundPass {
  private readonly stage: Stage;
  private readonly pipeline: GPURenderPipeline;
  private readonly grids: GPUBuffer;
  private readonly bindings: GPUBindGroup;
  private lines = 0;

  constructor(stage: Stage) {
    this.stage = stage;
    const layout = stage.instances();
    const module = stage.device.createShaderModule({ label: 'ground', code });
    this.pipeline = stage.pipeline('ground', module, layout, 'paint', { constants: { GRID: paint('grid') }, topology: 'triangle-strip' });
    this.grids = stage.storage(32);
    this.bindings = stage.device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: this.grids } }] });
  }

  /** Chooses the lines that the camera sees. */
  prepare(camera: Camera): void {
    const corners = [0, camera.width].flatMap((x) => [0, camera.height].map((y) => camera.groundAt(x, y)));
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    const words = new Float32Array(8);
    const counts = new Uint32Array(words.buffer);
    this.lines = 0;
    GRIDS.forEach(({ step, widest }, i) => {
      const x = Math.floor(Math.min(...xs) / step) * step;
      const y = Math.floor(Math.min(...ys) / step) * step;
      const reach = Math.max(Math.max(...xs) - x, Math.max(...ys) - y);
      const count = 1 / camera.scale > widest ? 0 : Math.ceil(reach / step) + 1;
      words.set([x, y, step], 4 * i);
      counts[4 * i + 3] = count;
      this.lines += 2 * count;
    });
    this.stage.device.queue.writeBuffer(this.grids, 0, words);
  }

  run(pass: GPURenderPassEncoder): void {
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(1, this.bindings);
    pass.draw(4, this.lines);
  }

  dispose(): void {
    this.grids.destroy();
  }
}
