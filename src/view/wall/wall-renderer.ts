/** Draws the wall from the glances and the order of the twins: tiles, what stands on them, numbers, and frames round what is pointed at. */
import item from '../../../shaders/wall/item.wgsl?link';
import number from '../../../shaders/wall/number.wgsl?link';
import outline from '../../../shaders/wall/outline.wgsl?link';
import plate from '../../../shaders/wall/plate.wgsl?link';
import { groundOf, wallPalette } from './colours.ts';
import type { Miniature } from './miniature.ts';
import type { WallOrder } from './wall-order.ts';

const PALETTE_COLOURS = 28;
/** Characters drawn of each tile's number (number.wgsl). */
const CHARACTERS = 7;
const DIGITS = '0123456789,';
/** CSS pixels of the letters. */
const LETTER = 11;

/** What is to be seen of the tiles besides their colours. */
export interface Details {
  /** Tiles of which details are drawn. */
  tiles: number;
  /** Items of each. */
  items: number;
  numbers: boolean;
}

export class WallRenderer {
  /** Device pixels of one character of the numbers. */
  glyph: [width: number, height: number] = [0, 0];
  private readonly device: GPUDevice;
  private readonly context: GPUCanvasContext;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines: { plate: GPURenderPipeline; item: GPURenderPipeline; number: GPURenderPipeline; outline: GPURenderPipeline };
  private readonly palette: GPUBuffer;
  private items: GPUBuffer | undefined;
  private strip: GPUTexture;
  private lettered = 0;
  private group: GPUBindGroup | undefined;
  private ground: GPUColor = groundOf(false);

  constructor(device: GPUDevice, canvas: OffscreenCanvas) {
    this.device = device;
    const format = navigator.gpu.getPreferredCanvasFormat();
    this.context = canvas.getContext('webgpu')!;
    this.context.configure({ device, format, alphaMode: 'opaque' });
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    const read = (binding: number): GPUBindGroupLayoutEntry => ({ binding, visibility, buffer: { type: 'read-only-storage' } });
    const uniform = (binding: number): GPUBindGroupLayoutEntry => ({ binding, visibility, buffer: { type: 'uniform' } });
    this.layout = device.createBindGroupLayout({
      entries: [uniform(0), read(1), uniform(2), read(3), read(4), read(5), read(6), { binding: 7, visibility, texture: {} }],
    });
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layout] });
    const pipeline = (label: string, code: string, blends: boolean) => {
      const module = device.createShaderModule({ label, code });
      const over: GPUBlendComponent = { srcFactor: 'src-alpha', dstFactor: 'one-minus-src-alpha' };
      const blend: GPUBlendState = { color: over, alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' } };
      return device.createRenderPipeline({
        label,
        layout,
        vertex: { module },
        fragment: { module, targets: [{ format, ...(blends ? { blend } : {}) }] },
        primitive: { topology: 'triangle-list' },
      });
    };
    this.pipelines = {
      plate: pipeline('plates', plate, false),
      item: pipeline('items', item, true),
      number: pipeline('numbers', number, true),
      outline: pipeline('outlines', outline, false),
    };
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.palette = device.createBuffer({ label: 'palette', size: PALETTE_COLOURS * 16, usage });
    this.strip = this.letters(1);
    this.theme(false);
  }

  theme(dark: boolean): void {
    this.device.queue.writeBuffer(this.palette, 0, wallPalette(dark));
    this.ground = groundOf(dark);
  }

  /** Takes the glances, the order and the miniature of other twins; `ratio`: device pixels in a CSS pixel. */
  show(glances: GPUBuffer, order: WallOrder, miniature: Miniature, ratio: number): void {
    const { device } = this;
    this.items?.destroy();
    const { words } = miniature;
    this.items = device.createBuffer({ label: 'items', size: words.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(this.items, 0, words);
    if (ratio !== this.lettered) {
      this.strip.destroy();
      this.strip = this.letters(ratio);
    }
    const buffers = [order.wall, glances, this.palette, order.tiles, order.order, order.told, this.items];
    this.group = device.createBindGroup({
      layout: this.layout,
      entries: [
        ...buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
        { binding: buffers.length, resource: this.strip.createView() },
      ],
    });
  }

  draw(encoder: GPUCommandEncoder, twins: number, details: Details): void {
    const view = this.context.getCurrentTexture().createView();
    const pass = encoder.beginRenderPass({ colorAttachments: [{ view, clearValue: this.ground, loadOp: 'clear', storeOp: 'store' }] });
    const { pipelines } = this;
    const draw = (pipeline: GPURenderPipeline, quads: number) => {
      if (quads === 0) return;
      pass.setPipeline(pipeline);
      pass.draw(6 * quads);
    };
    if (this.group) {
      pass.setBindGroup(0, this.group);
      draw(pipelines.plate, twins);
      draw(pipelines.item, details.tiles * details.items);
      draw(pipelines.number, details.numbers ? details.tiles * CHARACTERS : 0);
      draw(pipelines.outline, 2);
    }
    pass.end();
  }

  resize(canvas: OffscreenCanvas, width: number, height: number): void {
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
  }

  dispose(): void {
    this.items?.destroy();
    this.palette.destroy();
    this.strip.destroy();
    this.context.unconfigure();
  }

  /** The digits side by side, as white letters whose alpha is their ink. */
  private letters(ratio: number): GPUTexture {
    this.lettered = ratio;
    const size = Math.max(8, Math.round(LETTER * ratio));
    const canvas = new OffscreenCanvas(1, 1);
    let pen = canvas.getContext('2d')!;
    const font = `600 ${size}px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif`;
    pen.font = font;
    const width = Math.ceil(Math.max(...[...DIGITS].map((digit) => pen.measureText(digit).width)) + 0.5);
    const height = Math.ceil(1.3 * size);
    [canvas.width, canvas.height] = [width * DIGITS.length, height];
    pen = canvas.getContext('2d')!;
    pen.font = font;
    pen.fillStyle = '#fff';
    pen.textBaseline = 'middle';
    [...DIGITS].forEach((digit, i) => pen.fillText(digit, i * width, height / 2));
    this.glyph = [width, height];
    const { COPY_DST, RENDER_ATTACHMENT, TEXTURE_BINDING } = GPUTextureUsage;
    const texture = this.device.createTexture({
      size: [canvas.width, canvas.height],
      format: 'rgba8unorm',
      usage: COPY_DST | RENDER_ATTACHMENT | TEXTURE_BINDING,
    });
    this.device.queue.copyExternalImageToTexture({ source: canvas }, { texture }, [canvas.width, canvas.height]);
    return texture;
  }
}
