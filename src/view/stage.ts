/** What all drawing passes share: the camera's words, the palette, the servers' states, and how pipelines are made. */
import type { Camera } from './camera.ts';

/** Samples of a pixel in a full picture; a hasty one takes one. */
export const SAMPLES = 4;
/** Floating point, reversed: 1 near, 0 far (see Camera). */
export const DEPTH: GPUTextureFormat = 'depth32float';

/** Towards the sun, in the south-west: shadows fall to the north-east, away from who looks from the south. */
export const SUN = unit([-0.46, 0.4, 0.79]);

/** Squares of the ground with a shadow map each, one in the other. */
export const SHADOW_LEVELS = 3;

/** Where draws go. The texture is of the target's format and of the size asked for, and stands until the next call. */
export interface Target {
  readonly format: GPUTextureFormat;
  frame(width: number, height: number): GPUTexture;
  dispose(): void;
}

/** A canvas; taken over once, and given back by `dispose`. */
export function canvasTarget(device: GPUDevice, canvas: OffscreenCanvas): Target {
  const context = canvas.getContext('webgpu') as GPUCanvasContext;
  const format = navigator.gpu.getPreferredCanvasFormat();
  const { RENDER_ATTACHMENT, COPY_DST } = GPUTextureUsage;
  context.configure({ device, format, alphaMode: 'opaque', usage: RENDER_ATTACHMENT | COPY_DST });
  return {
    format,
    frame(width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      return context.getCurrentTexture();
    },
    dispose: () => context.unconfigure(),
  };
}

/** A texture that can be copied from: for pictures without a canvas. */
export function textureTarget(device: GPUDevice, format: GPUTextureFormat = 'rgba8unorm'): Target {
  let texture: GPUTexture | undefined;
  return {
    format,
    frame(width, height) {
      if (texture?.width !== width || texture.height !== height) {
        texture?.destroy();
        const { RENDER_ATTACHMENT, COPY_SRC, COPY_DST } = GPUTextureUsage;
        texture = device.createTexture({ size: { width, height }, format, usage: RENDER_ATTACHMENT | COPY_SRC | COPY_DST });
      }
      return texture;
    },
    dispose: () => texture?.destroy(),
  };
}

/** How a pass draws: a picture of its own over everything, paint laid over what is there, or bodies that hide one another. */
export type Draws = 'cover' | 'paint' | 'bodies';

/** The same pipeline for full pictures and for hasty ones. */
export interface Pipelines {
  full: GPURenderPipeline;
  hasty: GPURenderPipeline;
}

/** One pass over the picture, and how it is drawn. */
export interface Frame {
  pass: GPURenderPassEncoder;
  /** One sample a pixel, and cheaper shadows. */
  hasty: boolean;
}

/** Words of `View` in view.wgsl. */
const VIEW_WORDS = 44 + 16 * SHADOW_LEVELS + 8 + 4 * SHADOW_LEVELS;

/** Group 0 of every drawing pipeline (view.wgsl). */
export class Stage {
  readonly device: GPUDevice;
  readonly format: GPUTextureFormat;
  readonly layout: GPUBindGroupLayout;
  bindings: GPUBindGroup;
  private readonly view: GPUBuffer;
  private palette: GPUBuffer;
  private states: GPUBuffer;
  private readonly compare: GPUSampler;
  private shadows: GPUTexture;

  constructor(device: GPUDevice, format: GPUTextureFormat) {
    this.device = device;
    this.format = format;
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    this.layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'uniform' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 3, visibility: GPUShaderStage.FRAGMENT, texture: { sampleType: 'depth', viewDimension: '2d-array' } },
        { binding: 4, visibility: GPUShaderStage.FRAGMENT, sampler: { type: 'comparison' } },
      ],
    });
    this.view = device.createBuffer({ size: 4 * VIEW_WORDS, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.palette = this.storage(16);
    this.states = this.storage(4);
    this.compare = device.createSampler({ compare: 'less-equal', magFilter: 'linear', minFilter: 'linear' });
    this.shadows = this.shadowMaps(1, 1);
    this.bindings = this.bind();
  }

  /** @param shadows world to each shadow map, level by level; none: nothing throws a shadow. `reach`: metres from the eye to where the ground is lost. `pieces` of the ground that lie in the maps: west, north, east, south. */
  setView(camera: Camera, shadows: readonly Float32Array[], reach: number, taps: number, pieces?: readonly (readonly number[])[]): void {
    const words = new Float32Array(VIEW_WORDS);
    words.set(camera.clip, 0);
    words.set(camera.inverse, 16);
    words.set([...camera.eye, camera.focal, camera.width, camera.height, reach, shadows.length, ...SUN, taps], 32);
    const [x, y] = camera.eye as unknown as [number, number];
    shadows.forEach((matrix, level) => {
      words.set(pieces?.[level] ?? [x - reach, y - reach, x + reach, y + reach], 52 + 16 * SHADOW_LEVELS + 4 * level);
      words.set(matrix, 44 + 16 * level);
      const texel = 2 / (this.shadows.width * Math.hypot(matrix[0]!, matrix[4]!, matrix[8]!));
      words[44 + 16 * SHADOW_LEVELS + level] = texel;
      words[48 + 16 * SHADOW_LEVELS + level] = 0.4 * texel * Math.hypot(matrix[2]!, matrix[6]!, matrix[10]!);
    });
    this.device.queue.writeBuffer(this.view, 0, words);
  }

  /** Room for so many maps; returns them. */
  shadowMaps(size: number, levels: number): GPUTexture {
    if (this.shadows?.width === size && this.shadows.depthOrArrayLayers === levels) return this.shadows;
    this.shadows?.destroy();
    this.shadows = this.device.createTexture({
      label: 'shadows',
      size: { width: size, height: size, depthOrArrayLayers: levels },
      format: 'depth32float',
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING,
    });
    if (this.bindings) this.bindings = this.bind();
    return this.shadows;
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

  module(label: string, code: string): GPUShaderModule {
    return this.device.createShaderModule({ label, code });
  }

  /** @param over paint: whether it is hidden by what stands before it, or lies over everything. */
  pipelines(
    label: string,
    module: GPUShaderModule,
    groups: readonly GPUBindGroupLayout[],
    draws: Draws,
    more: {
      constants?: Record<string, number>;
      vertex?: GPUVertexBufferLayout;
      topology?: GPUPrimitiveTopology;
      over?: boolean;
      blend?: GPUBlendState;
    } = {},
  ): Pipelines {
    const make = (count: number) =>
      this.device.createRenderPipeline({
        label,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.layout, ...groups] }),
        vertex: { module, buffers: more.vertex ? [more.vertex] : [] },
        fragment: {
          module,
          targets: [draws === 'paint' ? { format: this.format, blend: more.blend ?? OVER } : { format: this.format }],
          constants: more.constants ?? {},
        },
        // Models turn clockwise to the eye (see models/mesh.ts).
        primitive: { topology: more.topology ?? 'triangle-list', cullMode: draws === 'bodies' ? 'back' : 'none', frontFace: 'cw' },
        depthStencil: {
          format: DEPTH,
          depthWriteEnabled: draws === 'bodies',
          depthCompare: more.over ? 'always' : draws === 'bodies' ? 'greater' : 'greater-equal',
        },
        multisample: { count },
      });
    return { full: make(SAMPLES), hasty: make(1) };
  }

  /** One read-only storage buffer, seen by both stages. */
  instances(): GPUBindGroupLayout {
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    return this.device.createBindGroupLayout({ entries: [{ binding: 0, visibility, buffer: { type: 'read-only-storage' } }] });
  }

  storage(size: number, extra = 0): GPUBuffer {
    return this.device.createBuffer({ size: Math.max(16, size), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | extra });
  }

  dispose(): void {
    for (const buffer of [this.view, this.palette, this.states, this.shadows]) buffer.destroy();
  }

  private bind(): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.layout,
      entries: [
        ...[this.view, this.palette, this.states].map((buffer, binding) => ({ binding, resource: { buffer } })),
        { binding: 3, resource: this.shadows.createView({ dimension: '2d-array' }) },
        { binding: 4, resource: this.compare },
      ],
    });
  }
}

const OVER: GPUBlendState = {
  color: { srcFactor: 'src-alpha', dstFactor: 'one-minus-src-alpha' },
  alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
};

function unit([x, y, z]: [number, number, number]): [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
