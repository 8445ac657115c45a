/**
 * Names before their elements, and the number of parts that a lane does not show. They face the screen, keep their size, and where
 * they would cover each other the less important one is left out.
 */
import type { FloorNode } from '../engine/trace.ts';
import code from '../../shaders/render/label.wgsl?link';
import type { Camera } from './camera.ts';
import type { Site } from './site.ts';
import type { Frame, Pipelines, Stage } from './stage.ts';
import { type Paint, paint } from './theme.ts';

const LABEL_WORDS = 10;
const ATLAS = { width: 2048, height: 1024 };
/** CSS pixels. */
const FONT_SIZE = 12;
const HALO = 3;
/** CSS pixels: what is narrower than this on the screen bears no name, which would stand for half a row. */
const LEAST = 14;
/** Side of the squares by which covered screen is booked, in CSS pixels. */
const CELL = 8;
const RANK = { station: 0, source: 1, sink: 1, buffer: 2, conveyor: 2, transfer: 2 } as const;

interface Entry {
  x: number;
  y: number;
  width: number;
}

/** What bears its name in full ink. */
const FIRST_IN_RANK: FloorNode['kind'][] = ['station', 'source', 'sink'];

/** Texts of one line, each in its colour. */
type Run = { text: string; color: Paint }[];

/** What is to be said about an element besides its name: parts beyond the places drawn. */
export type Beyond = (node: number) => number;

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

  /** Device pixels of a text and its halo. */
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
    const rank = (n: number) => RANK[site.plan.nodes[n]!.kind];
    this.order = site.plan.nodes.map((_, n) => n).sort((a, b) => rank(a) - rank(b) || a - b);
  }

  /** Chooses and writes the labels for this view. */
  prepare(camera: Camera, chosen: (number | undefined)[], beyond: Beyond): void {
    const { site, atlas } = this;
    if (!site) return;
    atlas.setRatio(camera.ratio);
    let { labels, full } = this.write(site, camera, chosen, beyond);
    if (full) {
      // Texts of other views fill it: begin anew with those of this one.
      atlas.clear();
      ({ labels } = this.write(site, camera, chosen, beyond));
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

  /** The words of all labels shown, as `Label` in label.wgsl; `full` where the atlas has no room for all of them. */
  private write(site: Site, camera: Camera, chosen: (number | undefined)[], beyond: Beyond): { labels: number[]; full: boolean } {
    const { ratio } = camera;
    const labels: number[] = [];
    const covered = new Set<number>();
    const cell = CELL * ratio;
    const columns = Math.ceil(camera.width / cell) + 2;
    const reserve = (x: number, y: number, width: number, height: number): boolean => {
      if (x < 0 || y < 0 || x + width > camera.width || y + height > camera.height) return false;
      const cells: number[] = [];
      for (let row = Math.floor(y / cell); row * cell < y + height; row++) {
        for (let column = Math.floor(x / cell); column * cell < x + width; column++) cells.push(row * columns + column);
      }
      if (cells.some((key) => covered.has(key))) return false;
      for (const key of cells) covered.add(key);
      return true;
    };
    const first = chosen.filter((n) => n !== undefined);
    const order = [...first, ...this.order.filter((n) => !first.includes(n))];
    const halo = HALO * ratio;
    /** One line below a place on the screen, in the middle, with nothing of it outside; false where the atlas is full. */
    const line = ([x, y]: readonly [number, number], run: Run, opacity: number, always = false): boolean => {
      const width = run.reduce((sum, { text }) => sum + this.atlas.widthOf(text) - 2 * halo, 0);
      const height = FONT_SIZE * 1.25 * ratio;
      let left = x - width / 2 - 2 * ratio;
      let top = y + 3 * ratio;
      if (always) {
        left = Math.max(0, Math.min(left, camera.width - width - 4 * ratio));
        top = Math.max(0, Math.min(top, camera.height - height));
      }
      if (!reserve(left, top, width + 4 * ratio, height) && !always) return true;
      let at = left + 2 * ratio - halo;
      for (const { text, color } of run) {
        const entry = this.atlas.find(text);
        if (!entry) return false;
        labels.push(at, top - halo, entry.width, this.atlas.rowHeight, entry.x, entry.y, paint(color), paint('halo'), opacity, 0);
        at += entry.width - 2 * halo;
      }
      return true;
    };
    const scale = this.scaleLine(camera);
    if (scale && !line(scale.at, scale.run, 1)) return { labels, full: true };
    for (const n of order) {
      const node = site.plan.nodes[n]!;
      const box = site.boxes[n]!;
      const always = first.includes(n);
      const [x, y] = [(box.left + box.right) / 2, box.south + 0.1];
      const size = ((box.right - box.left) * camera.scaleAt(x, y, 0)) / (LEAST * ratio);
      if (size <= (always ? 0 : 1)) continue;
      const name: Paint = n === chosen[0] ? 'accent' : FIRST_IN_RANK.includes(node.kind) ? 'text' : 'quiet';
      const count = beyond(n);
      // Digit by digit, so that a number that changes needs no new texture.
      const run: { text: string; color: Paint }[] = [{ text: node.name, color: name }];
      if (count > 0) for (const text of `  +${count}`) run.push({ text, color: 'text' });
      if (!line(camera.screenAt(x, y, 0), run, always ? 1 : Math.min(1, 0.4 + (size - 1)), always)) return { labels, full: true };
    }
    for (const { name, spots } of site.crews) {
      const xs = spots.map(([x]) => x);
      const anchor: [number, number, number] = [(Math.min(...xs) + Math.max(...xs)) / 2, Math.max(...spots.map(([, y]) => y)) + 0.3, 0];
      if (spots.length === 0 || camera.scaleAt(...anchor) === 0) continue;
      if (!line(camera.screenAt(...anchor), [{ text: name, color: 'quiet' }], 1)) return { labels, full: true };
    }
    return { labels, full: false };
  }

  /** How far apart the lines of the grid are that are seen at the point looked at, in the lower left corner. */
  private scaleLine(camera: Camera): { at: [number, number]; run: Run } | undefined {
    const { ratio } = camera;
    // Lines are there from some ten pixels apart on (ground.wgsl).
    const step = [1, 10, 100].find((metres) => metres * camera.scale > 10 * ratio);
    if (step === undefined) return undefined;
    const text = `grid ${step} m`;
    const width = this.atlas.widthOf(text);
    return { at: [width / 2 + 6 * ratio, camera.height - FONT_SIZE * 1.25 * ratio - 12 * ratio], run: [{ text, color: 'quiet' }] };
  }
}
