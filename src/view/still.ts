/**
 * The picture of all that does not move, with its depth, kept for as long as the camera rests: each frame begins as a copy of it, and draws
 * only what moves and what shows states. It is kept with all its samples, and once more with one a pixel: on a slow device what moves is drawn
 * over that while it moves.
 */
import code from '../../shaders/render/flatten-depth.wgsl?link';
import { DEPTH, SAMPLES, type Stage } from './stage.ts';

/** A picture and its depth. */
export interface Sheet {
  color: GPUTexture;
  depth: GPUTexture;
}

export class Still {
  /** The kept picture, and what a frame is drawn into. */
  kept!: Sheet;
  frame!: Sheet;
  /** The same with one sample a pixel; a frame's own picture is then that of the target. */
  flat!: Sheet;
  frameDepth!: GPUTexture;
  private readonly stage: Stage;
  private readonly layout: GPUBindGroupLayout;
  private readonly flatten: GPURenderPipeline;
  private bindings: GPUBindGroup | undefined;
  private shown: Float32Array | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    const { device } = stage;
    this.layout = device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: GPUShaderStage.FRAGMENT, texture: { sampleType: 'depth', multisampled: true } }],
    });
    const module = stage.module('flatten-depth', code);
    this.flatten = device.createRenderPipeline({
      label: 'flatten-depth',
      layout: device.createPipelineLayout({ bindGroupLayouts: [stage.layout, this.layout] }),
      vertex: { module },
      fragment: { module, targets: [] },
      depthStencil: { format: DEPTH, depthWriteEnabled: true, depthCompare: 'always' },
    });
  }

  /** What stands has changed. */
  discard(): void {
    this.shown = undefined;
  }

  /** Whether the picture shows this view; else it is to be drawn, and counts as drawn from now on. */
  isStale(view: ArrayLike<number>): boolean {
    if (this.shown?.every((word, i) => word === view[i])) return false;
    this.shown = Float32Array.from(view);
    return true;
  }

  resize(width: number, height: number): void {
    if (this.kept?.color.width === width && this.kept.color.height === height) return;
    this.dispose();
    const make = (format: GPUTextureFormat, sampleCount: number, usage: GPUTextureUsageFlags) =>
      this.stage.device.createTexture({
        size: { width, height },
        sampleCount,
        format,
        usage: GPUTextureUsage.RENDER_ATTACHMENT | usage,
      });
    const { COPY_SRC, COPY_DST, TEXTURE_BINDING } = GPUTextureUsage;
    const { format } = this.stage;
    this.kept = { color: make(format, SAMPLES, COPY_SRC), depth: make(DEPTH, SAMPLES, COPY_SRC | TEXTURE_BINDING) };
    this.frame = { color: make(format, SAMPLES, COPY_DST), depth: make(DEPTH, SAMPLES, COPY_DST) };
    this.flat = { color: make(format, 1, COPY_SRC), depth: make(DEPTH, 1, COPY_SRC) };
    this.frameDepth = make(DEPTH, 1, COPY_DST);
    this.bindings = this.stage.device.createBindGroup({
      layout: this.layout,
      entries: [{ binding: 0, resource: this.kept.depth.createView() }],
    });
    this.shown = undefined;
  }

  /** Takes the flat picture's depths from the kept ones. */
  flattenDepth(encoder: GPUCommandEncoder): void {
    const view = this.flat.depth.createView();
    const pass = encoder.beginRenderPass({
      colorAttachments: [],
      depthStencilAttachment: { view, depthClearValue: 0, depthLoadOp: 'clear', depthStoreOp: 'store' },
    });
    pass.setPipeline(this.flatten);
    pass.setBindGroup(0, this.stage.bindings);
    pass.setBindGroup(1, this.bindings!);
    pass.draw(3);
    pass.end();
  }

  copy(encoder: GPUCommandEncoder, from: Sheet, to: Sheet): void {
    const size = { width: from.color.width, height: from.color.height };
    encoder.copyTextureToTexture({ texture: from.color }, { texture: to.color }, size);
    encoder.copyTextureToTexture({ texture: from.depth }, { texture: to.depth }, size);
  }

  dispose(): void {
    for (const sheet of [this.kept, this.frame, this.flat]) {
      sheet?.color.destroy();
      sheet?.depth.destroy();
    }
    this.frameDepth?.destroy();
  }
}
