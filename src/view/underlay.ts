/**
 * A picture of the ground, kept for as long as the camera rests: grid and paint are most of the pixels, and while a trace plays
 * they do not change.
 */
import code from '../../shaders/render/underlay.wgsl?link';
import type { Stage } from './stage.ts';

export class Underlay {
  texture: GPUTexture | undefined;
  private readonly stage: Stage;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipeline: GPURenderPipeline;
  private bindings: GPUBindGroup | undefined;
  /** The view that the picture shows; undefined: none. */
  private shown: Float32Array | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    this.layout = stage.device.createBindGroupLayout({ entries: [{ binding: 0, visibility: GPUShaderStage.FRAGMENT, texture: {} }] });
    const module = stage.device.createShaderModule({ label: 'underlay', code });
    this.pipeline = stage.pipeline('underlay', module, this.layout, 'picture', {});
  }

  /** The ground has changed. */
  discard(): void {
    this.shown = undefined;
  }

  /** The texture to draw the ground of this view into, of the size given; undefined where it is there already. */
  stale(view: Float32Array, width: number, height: number): GPUTexture | undefined {
    if (this.texture?.width !== width || this.texture.height !== height) {
      this.texture?.destroy();
      this.texture = this.stage.device.createTexture({
        size: { width, height },
        format: this.stage.format,
        usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING,
      });
      this.bindings = this.stage.device.createBindGroup({
        layout: this.layout,
        entries: [{ binding: 0, resource: this.texture.createView() }],
      });
      this.shown = undefined;
    }
    if (this.shown?.every((word, i) => word === view[i])) return undefined;
    this.shown = view;
    return this.texture;
  }

  run(pass: GPURenderPassEncoder): void {
    if (!this.bindings) return;
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(1, this.bindings);
    pass.draw(3);
  }

  dispose(): void {
    this.texture?.destroy();
  }
}
