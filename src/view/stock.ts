/** Models on the device: vertices, indices and materials of each, and the images of all in one texture of layers. */
import { type Material, type Model, VERTEX_WORDS } from './model.ts';
import type { Stage } from './stage.ts';

/** Words of one `Material` in material.wgsl. */
const MATERIAL_WORDS = 12;
const TINTS = { none: 0, paint: 1, lamp: 2, plate: 3 } as const satisfies Record<Material['tint'], number>;
/** Images are drawn to squares of this size; layers there may be (a WebGPU limit's default), the first of which is white. */
const IMAGE = 512;
const MIPS = 8;
const LAYERS = 256;

export interface Held {
  model: Model;
  vertices: GPUBuffer;
  indices: GPUBuffer;
  /** Group 2 of body.wgsl. */
  surface: GPUBindGroup;
}

export class Stock {
  /** Of group 2. */
  readonly layout: GPUBindGroupLayout;
  static readonly VERTEX: GPUVertexBufferLayout = {
    arrayStride: 4 * VERTEX_WORDS,
    attributes: [
      { shaderLocation: 0, offset: 0, format: 'float32x3' },
      { shaderLocation: 1, offset: 12, format: 'float32x3' },
      { shaderLocation: 2, offset: 24, format: 'float32x2' },
      { shaderLocation: 3, offset: 32, format: 'uint32' },
    ],
  };
  private readonly stage: Stage;
  private readonly sampler: GPUSampler;
  private readonly held = new Map<string, Held>();
  private readonly owned: { destroy(): void }[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
    this.layout = stage.device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.FRAGMENT, buffer: { type: 'read-only-storage' } },
        { binding: 1, visibility: GPUShaderStage.FRAGMENT, texture: { viewDimension: '2d-array' } },
        { binding: 2, visibility: GPUShaderStage.FRAGMENT, sampler: {} },
      ],
    });
    this.sampler = stage.device.createSampler({
      addressModeU: 'repeat',
      addressModeV: 'repeat',
      magFilter: 'linear',
      minFilter: 'linear',
      mipmapFilter: 'linear',
    });
  }

  /** Holds these models and no others. */
  set(models: Record<string, Model>): void {
    this.dispose();
    const layers = new Map<ImageBitmap, number>();
    for (const { images } of Object.values(models)) {
      for (const image of images) if (!layers.has(image) && layers.size < LAYERS - 1) layers.set(image, layers.size + 1);
    }
    const images = this.drawImages([...layers.keys()]).createView({ dimension: '2d-array' });
    for (const [name, model] of Object.entries(models)) {
      const layer = (image: number | undefined) => (image === undefined ? 0 : (layers.get(model.images[image]!) ?? 0));
      const materials = this.upload(encodeMaterials(model.materials, layer), GPUBufferUsage.STORAGE);
      this.held.set(name, {
        model,
        vertices: this.upload(model.vertices, GPUBufferUsage.VERTEX),
        indices: this.upload(model.indices, GPUBufferUsage.INDEX),
        surface: this.stage.device.createBindGroup({
          layout: this.layout,
          entries: [
            { binding: 0, resource: { buffer: materials } },
            { binding: 1, resource: images },
            { binding: 2, resource: this.sampler },
          ],
        }),
      });
    }
  }

  get(name: string): Held | undefined {
    return this.held.get(name);
  }

  dispose(): void {
    for (const thing of this.owned.splice(0)) thing.destroy();
    this.held.clear();
  }

  private upload(words: Uint32Array<ArrayBuffer>, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.stage.device.createBuffer({ size: Math.max(16, words.byteLength), usage: usage | GPUBufferUsage.COPY_DST });
    this.stage.device.queue.writeBuffer(buffer, 0, words);
    this.owned.push(buffer);
    return buffer;
  }

  /** Layer 0 white, then the images, each with smaller ones of itself. */
  private drawImages(images: readonly ImageBitmap[]): GPUTexture {
    const { device } = this.stage;
    const size = images.length > 0 ? IMAGE : 1;
    const mipLevelCount = images.length > 0 ? MIPS : 1;
    const texture = device.createTexture({
      label: 'images',
      size: { width: size, height: size, depthOrArrayLayers: Math.max(2, images.length + 1) },
      format: 'rgba8unorm',
      mipLevelCount,
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT,
    });
    this.owned.push(texture);
    for (let mipLevel = 0; mipLevel < mipLevelCount; mipLevel++) {
      const edge = size >> mipLevel;
      const white = new Uint8Array(4 * edge * edge).fill(255);
      device.queue.writeTexture({ texture, mipLevel }, white, { bytesPerRow: 4 * edge }, { width: edge, height: edge });
    }
    images.forEach((image, i) => {
      for (let mipLevel = 0; mipLevel < mipLevelCount; mipLevel++) {
        const edge = size >> mipLevel;
        const canvas = new OffscreenCanvas(edge, edge);
        const pen = canvas.getContext('2d')!;
        pen.imageSmoothingQuality = 'high';
        pen.drawImage(image, 0, 0, edge, edge);
        device.queue.copyExternalImageToTexture(
          { source: canvas },
          { texture, mipLevel, origin: { x: 0, y: 0, z: i + 1 } },
          { width: edge, height: edge },
        );
      }
    });
    return texture;
  }
}

function encodeMaterials(materials: readonly Material[], layer: (image: number | undefined) => number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.max(1, materials.length) * MATERIAL_WORDS);
  const floats = new Float32Array(words.buffer);
  materials.forEach((material, i) => {
    const at = i * MATERIAL_WORDS;
    floats.set([...material.color, material.glow, material.metallic, material.roughness], at);
    words.set([TINTS[material.tint], material.states ?? 0, layer(material.image)], at + 6);
  });
  return words;
}
