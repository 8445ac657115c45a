/** Ambient occlusion of the still picture, from its depths: drawn once a view, at half the size, and multiplied in. */
import blurCode from '../../shaders/render/blur-occlusion.wgsl?link';
import dimCode from '../../shaders/render/dim-occlusion.wgsl?link';
import code from '../../shaders/render/occlusion.wgsl?link';
import { type Frame, type Pipelines, type Stage } from './stage.ts';

const FORMAT: GPUTextureFormat = 'r8unorm';

export class OcclusionPass {
  private readonly stage: Stage;
  private readonly deep: GPUBindGroupLayout;
  private readonly flat: GPUBindGroupLayout;
  private readonly obscure: GPURenderPipeline;
  private readonly blur: GPURenderPipeline;
  private readonly dim: Pipelines;
  private readonly sampler: GPUSampler;
  private sized: { depth: GPUTexture; raw: GPUTexture; smooth: GPUTexture; groups: [GPUBindGroup, GPUBindGroup, GPUBindGroup] } | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    const { device } = stage;
    const visibility = GPUShaderStage.FRAGMENT;
    this.deep = device.createBindGroupLayout({
      entries: [{ binding: 0, visibility, texture: { sampleType: 'depth', multisampled: true } }],
    });
    const plain = device.createBindGroupLayout({ entries: [{ binding: 0, visibility, texture: {} }] });
    this.flat = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, texture: {} },
        { binding: 1, visibility, sampler: {} },
      ],
    });
    const make = (label: string, text: string, bindGroupLayouts: GPUBindGroupLayout[]) => {
      const module = stage.module(label, text);
      return device.createRenderPipeline({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts }),
        vertex: { module },
        fragment: { module, targets: [{ format: FORMAT }] },
      });
    };
    this.obscure = make('occlusion', code, [stage.layout, this.deep]);
    this.blur = make('blur-occlusion', blurCode, [plain]);
    this.dim = stage.pipelines('dim-occlusion', stage.module('dim-occlusion', dimCode), [this.flat], 'paint', {
      over: true,
      blend: { color: { srcFactor: 'dst', dstFactor: 'zero' }, alpha: { srcFactor: 'zero', dstFactor: 'one' } },
    });
    this.sampler = device.createSampler({ magFilter: 'linear', minFilter: 'linear' });
  }

  /** Looks at the still picture's depths. */
  prepare(encoder: GPUCommandEncoder, depth: GPUTexture): void {
    const { raw, smooth, groups } = this.size(depth);
    const draw = (view: GPUTextureView, pipeline: GPURenderPipeline, bind: (pass: GPURenderPassEncoder) => void) => {
      const pass = encoder.beginRenderPass({ colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }] });
      pass.setPipeline(pipeline);
      bind(pass);
      pass.draw(3);
      pass.end();
    };
    draw(raw.createView(), this.obscure, (pass) => {
      pass.setBindGroup(0, this.stage.bindings);
      pass.setBindGroup(1, groups[0]);
    });
    draw(smooth.createView(), this.blur, (pass) => pass.setBindGroup(0, groups[1]));
  }

  /** Dims what the pass has drawn. */
  run({ pass, hasty }: Frame): void {
    if (!this.sized) return;
    pass.setPipeline(hasty ? this.dim.hasty : this.dim.full);
    pass.setBindGroup(1, this.sized.groups[2]);
    pass.draw(3);
  }

  dispose(): void {
    this.sized?.raw.destroy();
    this.sized?.smooth.destroy();
  }

  private size(depth: GPUTexture): NonNullable<typeof this.sized> {
    if (this.sized?.depth === depth) return this.sized;
    this.dispose();
    const { device } = this.stage;
    const size = { width: Math.ceil(depth.width / 2), height: Math.ceil(depth.height / 2) };
    const make = () =>
      device.createTexture({ size, format: FORMAT, usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING });
    const [raw, smooth] = [make(), make()];
    const group = (layout: GPUBindGroupLayout, view: GPUTextureView, sampler?: GPUSampler) =>
      device.createBindGroup({
        layout,
        entries: [{ binding: 0, resource: view }, ...(sampler ? [{ binding: 1, resource: sampler }] : [])],
      });
    this.sized = {
      depth,
      raw,
      smooth,
      groups: [
        group(this.deep, depth.createView()),
        group(this.blur.getBindGroupLayout(0), raw.createView()),
        group(this.flat, smooth.createView(), this.sampler),
      ],
    };
    return this.sized;
  }
}
