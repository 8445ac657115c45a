/** Writes names on the screen: letters from a texture in which every text is drawn once. What is written where, label-layout.ts says. */
import code from '../../shaders/render/label.wgsl?link';
import type { Camera } from './camera.ts';
import { arrange, type Beyond, FONT_SIZE, type Line, namingOrder, type Tag } from './label-layout.ts';
import type { Site } from './site.ts';
import type { Frame, Pipelines, Stage } from './stage.ts';
import { paint } from './theme.ts';

/** Words of one `Label` in label.wgsl. */
const LABEL_WORDS = 10;
const ATLAS = { width: 2048, height: 1024 };
/** CSS pixels. */
const HALO = 3;

interface Entry {
  x: number;
  y: number;
  width: number;
}

/** Texts drawn once into a texture: red holds the letters, blue letters and halo. */
class Atlas {
  readonly texture: GPUTexture;
  rowHeight = 0;
  private readonly device: GPUDevice;
  private readonly canvas = new OffscreenCanvas(ATLAS.width, ATLAS.height);
  private readonly pen = this.canvas.getContext('2d', { willReadFrequently: true })!;
  private readonly entries = new Map<string, Entry>();
  private readonly widths = new Map<string, number>();
  private cursor = { x: 0, y: 0 };
  private ratio = 0;
  /** Rows that the texture has yet to learn. */
  private fresh: { top: number; bottom: number } | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    this.texture = device.createTexture({
      size: ATLAS,
      format: 'rgba8unorm',
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT,
    });
  }

  setRatio(ratio: number): void {
    if (ratio === this.ratio) return;
    this.ratio = ratio;
    this.rowHeight = Math.ceil((FONT_SIZE * 1.35 + 2 * HALO) * ratio);
    this.widths.clear();
    this.clear();
  }

  /** Device pixels of a text and its halo on both sides. */
  widthOf(text: string): number {
    const known = this.widths.get(text);
    if (known !== undefined) return known;
    const width = Math.min(Math.ceil(this.pen.measureText(text).width + 2 * HALO * this.ratio), ATLAS.width);
    this.widths.set(text, width);
    return width;
  }

  /** The place of a text; undefined where it does not fit any more (call `clear` and begin anew). */
  find(text: string): Entry | undefined {
    const known = this.entries.get(text);
    if (known) return known;
    const { pen, ratio } = this;
    const halo = HALO * ratio;
    const width = this.widthOf(text);
    if (this.cursor.x + width > ATLAS.width) this.cursor = { x: 0, y: this.cursor.y + this.rowHeight };
    if (this.cursor.y + this.rowHeight > ATLAS.height) return undefined;
    const entry = { ...this.cursor, width };
    const baseline = entry.y + halo + FONT_SIZE * ratio;
    pen.save();
    pen.beginPath();
    pen.rect(entry.x, entry.y, width, this.rowHeight);
    pen.clip();
    pen.strokeText(text, entry.x + halo, baseline);
    pen.fillText(text, entry.x + halo, baseline);
    pen.restore();
    this.cursor.x += width + 1;
    this.entries.set(text, entry);
    const top = Math.min(this.fresh?.top ?? entry.y, entry.y);
    this.fresh = { top, bottom: Math.max(this.fresh?.bottom ?? 0, entry.y + this.rowHeight) };
    return entry;
  }

  clear(): void {
    const { pen, ratio } = this;
    this.entries.clear();
    this.cursor = { x: 0, y: 0 };
    pen.clearRect(0, 0, ATLAS.width, ATLAS.height);
    pen.font = `500 ${FONT_SIZE * ratio}px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif`;
    pen.lineJoin = 'round';
    pen.lineWidth = HALO * ratio * 1.4;
    pen.strokeStyle = '#0000ff';
    pen.fillStyle = '#ff00ff';
    this.fresh = { top: 0, bottom: ATLAS.height };
  }

  upload(): void {
    if (!this.fresh) return;
    const { top, bottom } = this.fresh;
    this.device.queue.copyExternalImageToTexture(
      { source: this.canvas, origin: { x: 0, y: top } },
      { texture: this.texture, origin: { x: 0, y: top }, premultipliedAlpha: true },
      { width: ATLAS.width, height: bottom - top },
    );
    this.fresh = undefined;
  }
}

export class LabelPass {
  private readonly stage: Stage;
  private readonly atlas: Atlas;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines: Pipelines;
  private readonly sampler: GPUSampler;
  private buffer: GPUBuffer | undefined;
  private bindings: GPUBindGroup | undefined;
  private count = 0;
  private site: Site | undefined;
  private order: number[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
    const { device } = stage;
    this.atlas = new Atlas(device);
    this.layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT, buffer: { type: 'read-only-storage' } },
        { binding: 1, visibility: GPUShaderStage.FRAGMENT, texture: {} },
        { binding: 2, visibility: GPUShaderStage.FRAGMENT, sampler: {} },
      ],
    });
    this.sampler = device.createSampler();
    this.pipelines = stage.pipelines('labels', stage.module('label', code), [this.layout], 'paint', {
      topology: 'triangle-strip',
      over: true,
    });
  }

  set(site: Site): void {
    this.site = site;
    this.order = namingOrder(site);
  }

  /** Chooses and writes the labels for this view. */
  prepare(camera: Camera, chosen: (number | undefined)[], tag: Tag | undefined, beyond: Beyond): void {
    const { site, atlas } = this;
    if (!site) return;
    atlas.setRatio(camera.ratio);
    const halo = HALO * camera.ratio;
    const lines = arrange(site, this.order, camera, chosen, tag, beyond, (text) => atlas.widthOf(text) - 2 * halo);
    let labels = this.write(lines, camera.ratio);
    if (!labels) {
      // Texts of other views fill it: begin anew with those of this one.
      atlas.clear();
      labels = this.write(lines, camera.ratio) ?? [];
    }
    atlas.upload();
    this.count = labels.length / LABEL_WORDS;
    if (this.count === 0) return;
    const words = Float32Array.from(labels);
    const integers = new Uint32Array(words.buffer);
    for (let i = 0; i < words.length; i += LABEL_WORDS) for (const at of [i + 6, i + 7]) integers[at] = words[at]!;
    if (!this.buffer || this.buffer.size < words.byteLength) {
      this.buffer?.destroy();
      this.buffer = this.stage.storage(words.byteLength * 2);
      this.bindings = this.stage.device.createBindGroup({
        layout: this.layout,
        entries: [
          { binding: 0, resource: { buffer: this.buffer } },
          { binding: 1, resource: atlas.texture.createView() },
          { binding: 2, resource: this.sampler },
        ],
      });
    }
    this.stage.device.queue.writeBuffer(this.buffer, 0, words);
  }

  run({ pass, hasty }: Frame): void {
    if (this.count === 0 || !this.bindings) return;
    pass.setPipeline(hasty ? this.pipelines.hasty : this.pipelines.full);
    pass.setBindGroup(1, this.bindings);
    pass.draw(4, this.count);
  }

  dispose(): void {
    this.buffer?.destroy();
    this.atlas.texture.destroy();
  }

  /** The words of all texts, as `Label` in label.wgsl; undefined where the atlas has no room for all of them. */
  private write(lines: readonly Line[], ratio: number): number[] | undefined {
    const halo = HALO * ratio;
    const labels: number[] = [];
    for (const { left, top, run, opacity } of lines) {
      let at = left + 2 * ratio - halo;
      for (const { text, color } of run) {
        const entry = this.atlas.find(text);
        if (!entry) return undefined;
        labels.push(at, top - halo, entry.width, this.atlas.rowHeight, entry.x, entry.y, paint(color), paint('halo'), opacity, 0);
        at += entry.width - 2 * halo;
      }
    }
    return labels;
  }
}
