/** Draws loose parts with the device that moves them, straight from their buffer: grains, the vessel cut open, shadows, and a ground with a grid. */
import grainCode from '../../../shaders/bulk-view/grain.wgsl?link';
import shadowCode from '../../../shaders/bulk-view/grain-shadow.wgsl?link';
import sheetCode from '../../../shaders/bulk-view/sheet.wgsl?link';
import type { Box, Camera } from '../camera.ts';
import { GroundPass } from '../ground.ts';
import { shadowMaps } from '../shadows.ts';
import { DEPTH, SAMPLES, Stage, type Target } from '../stage.ts';
import { paint, palette } from '../theme.ts';
import { hang, SHEET_STRIDE, type Sheet, unit } from './sheets.ts';

type Vector = readonly [x: number, y: number, z: number];

/** What is drawn, in metres and seconds. */
export interface Matter {
  /** `stride` bytes a grain: place and radius at 0 (f32; radius 0: not there), velocity at 16. */
  grains: GPUBuffer;
  stride: number;
  count: number;
  sheets: readonly Sheet[];
  /** All that is to be seen, and the height of the ground. */
  bounds: { min: Vector; max: Vector };
  ground: number;
  /** m/s that have the last colour. */
  fastest: number;
}

/** Walls that can swing, as in scale.wgsl. */
const WALLS = 32;
const SCALE_WORDS = 8 + 4 * WALLS;
const SHADOW_SIZE = 1024;
/** A unit of the world is a power of ten of metres, such that what is drawn is more than so many units wide. */
const LEAST_UNITS = 4;

/** Metres of a unit of the world: that of a square of the grid. */
export function unitOf({ min, max }: Matter['bounds']): number {
  const extent = Math.max(...max.map((high, axis) => high - min[axis]!));
  return 10 ** Math.floor(Math.log10(extent / LEAST_UNITS));
}

export class BulkPicture {
  /** What is drawn, in units of the world. */
  box: Box = { left: -5, right: 5, north: -5, south: 5, height: 5 };
  private readonly device: GPUDevice;
  private readonly stage: Stage;
  private readonly ground: GroundPass;
  private readonly scale: GPUBuffer;
  private readonly sun: GPUBuffer;
  private readonly group: GPUBindGroup;
  private readonly sunGroup: GPUBindGroup;
  private readonly pipelines: Record<'grain' | 'far' | 'near' | 'edges' | 'shadow', GPURenderPipeline>;
  private matter: Matter | undefined;
  private triangles: GPUBuffer | undefined;
  private edges: GPUBuffer | undefined;
  private frame: { color: GPUTexture; depth: GPUTexture } | undefined;
  private background: number[] = [];

  constructor(device: GPUDevice, format: GPUTextureFormat) {
    this.device = device;
    this.stage = new Stage(device, format);
    this.ground = new GroundPass(this.stage);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.scale = device.createBuffer({ label: 'scale', size: 4 * SCALE_WORDS, usage });
    this.sun = device.createBuffer({ label: 'from sun', size: 64, usage });
    const visibility = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
    const uniform = device.createBindGroupLayout({ entries: [{ binding: 0, visibility, buffer: { type: 'uniform' } }] });
    const bound = (buffer: GPUBuffer) => device.createBindGroup({ layout: uniform, entries: [{ binding: 0, resource: { buffer } }] });
    this.group = bound(this.scale);
    this.sunGroup = bound(this.sun);
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.stage.layout, uniform] });
    const place: GPUVertexAttribute = { shaderLocation: 0, offset: 0, format: 'float32x4' };
    const grains = (attributes: GPUVertexAttribute[]): GPUVertexBufferLayout => ({ arrayStride: 64, stepMode: 'instance', attributes });
    const grain = this.stage.module('grains', grainCode);
    const depth = (depthWriteEnabled: boolean, depthCompare: GPUCompareFunction): GPUDepthStencilState => ({
      format: DEPTH,
      depthWriteEnabled,
      depthCompare,
    });
    const sheet = this.stage.module('sheets', sheetCode);
    const vertex: GPUVertexState = {
      module: sheet,
      buffers: [
        {
          arrayStride: SHEET_STRIDE,
          attributes: [
            { shaderLocation: 0, offset: 0, format: 'float32x3' },
            { shaderLocation: 1, offset: 12, format: 'float32x3' },
            { shaderLocation: 2, offset: 24, format: 'uint32' },
          ],
        },
      ],
    };
    const over: GPUBlendState = {
      color: { srcFactor: 'src-alpha', dstFactor: 'one-minus-src-alpha' },
      alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
    };
    const sheets = (part: number, topology: GPUPrimitiveTopology) =>
      device.createRenderPipeline({
        label: `sheets ${part}`,
        layout,
        vertex: { ...vertex, constants: { PART: part } },
        fragment: {
          module: sheet,
          targets: [part === 0 ? { format } : { format, blend: over }],
          constants: { PART: part, SHEET: paint('bed'), EDGE: paint('arrow') },
        },
        primitive: { topology },
        depthStencil: depth(part === 0, part === 2 ? 'greater-equal' : 'greater'),
        multisample: { count: SAMPLES },
      });
    // The first two colours of the scale are too dark to stand out by night.
    const scaleOfSpeeds = { SLOW: paint('heat2'), FAST: paint('heat8') };
    const dark = this.stage.module('shadows of grains', shadowCode);
    this.pipelines = {
      grain: device.createRenderPipeline({
        label: 'grains',
        layout,
        vertex: {
          module: grain,
          buffers: [grains([place, { shaderLocation: 1, offset: 16, format: 'float32x3' }])],
          constants: scaleOfSpeeds,
        },
        fragment: { module: grain, targets: [{ format }] },
        primitive: { topology: 'triangle-strip' },
        depthStencil: depth(true, 'greater'),
        multisample: { count: SAMPLES, alphaToCoverageEnabled: true },
      }),
      far: sheets(0, 'triangle-list'),
      near: sheets(1, 'triangle-list'),
      edges: sheets(2, 'line-list'),
      shadow: device.createRenderPipeline({
        label: 'shadows of grains',
        layout: device.createPipelineLayout({ bindGroupLayouts: [uniform, uniform] }),
        vertex: { module: dark, buffers: [grains([place])] },
        fragment: { module: dark, targets: [] },
        primitive: { topology: 'triangle-strip' },
        depthStencil: depth(true, 'less'),
      }),
    };
    this.theme(false);
  }

  theme(dark: boolean): void {
    const colors = palette(dark, []);
    this.stage.setPalette(colors);
    this.background = [...colors.subarray(4 * paint('ground'), 4 * paint('ground') + 4)];
  }

  show(matter: Matter): void {
    const { min, max } = matter.bounds;
    this.matter = matter;
    const size = 1 / unitOf(matter.bounds);
    const origin: Vector = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, matter.ground];
    const worldOf = (place: Vector): Vector => [
      (place[0] - origin[0]) * size,
      -(place[1] - origin[1]) * size,
      (place[2] - origin[2]) * size,
    ];
    const [right, , height] = worldOf(max);
    const [left, south] = worldOf(min);
    this.box = { left, right, north: -south, south, height };
    const { triangles, edges } = hang(matter.sheets, worldOf);
    const buffer = (bytes: ArrayBuffer): GPUBuffer => {
      const made = this.device.createBuffer({
        size: Math.max(16, bytes.byteLength),
        usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST,
      });
      this.device.queue.writeBuffer(made, 0, bytes);
      return made;
    };
    this.triangles?.destroy();
    this.edges?.destroy();
    this.triangles = buffer(triangles);
    this.edges = buffer(edges);
    this.device.queue.writeBuffer(this.scale, 0, Float32Array.of(...origin, size, matter.fastest));
  }

  /** @param time simulated, s: where the walls that swing are. */
  draw(target: Target, camera: Camera, time: number): void {
    const { device, stage, matter, pipelines } = this;
    const texture = target.frame(camera.width, camera.height);
    const encoder = device.createCommandEncoder();
    const maps = matter
      ? shadowMaps(camera, this.box)
          .slice(-1)
          .map(({ matrix }) => matrix)
      : [];
    const shadow = maps[0] && stage.shadowMaps(SHADOW_SIZE, 1);
    stage.setView(camera, maps, 40 + 5 * camera.focus.distance, 4);
    if (matter && shadow) {
      this.swing(matter, time);
      device.queue.writeBuffer(this.sun, 0, maps[0]!);
      const pass = encoder.beginRenderPass({
        colorAttachments: [],
        depthStencilAttachment: {
          view: shadow.createView({ dimension: '2d' }),
          depthClearValue: 1,
          depthLoadOp: 'clear',
          depthStoreOp: 'store',
        },
      });
      pass.setPipeline(pipelines.shadow);
      pass.setBindGroup(0, this.sunGroup);
      pass.setBindGroup(1, this.group);
      pass.setVertexBuffer(0, matter.grains);
      pass.draw(4, matter.count);
      pass.end();
    }
    const { color, depth } = this.targets(camera.width, camera.height);
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        { view: color.createView(), resolveTarget: texture.createView(), clearValue: this.background, loadOp: 'clear', storeOp: 'discard' },
      ],
      depthStencilAttachment: { view: depth.createView(), depthClearValue: 0, depthLoadOp: 'clear', depthStoreOp: 'discard' },
    });
    pass.setBindGroup(0, stage.bindings);
    if (matter && this.triangles && this.edges) {
      const sheets = (pipeline: GPURenderPipeline, vertices: GPUBuffer) => {
        pass.setPipeline(pipeline);
        pass.setVertexBuffer(0, vertices);
        pass.draw(Math.floor(vertices.size / SHEET_STRIDE));
      };
      pass.setBindGroup(1, this.group);
      sheets(pipelines.far, this.triangles);
      pass.setPipeline(pipelines.grain);
      pass.setVertexBuffer(0, matter.grains);
      pass.draw(4, matter.count);
      this.ground.run({ pass, hasty: false });
      this.ground.veil({ pass, hasty: false });
      sheets(pipelines.near, this.triangles);
      sheets(pipelines.edges, this.edges);
    } else this.ground.run({ pass, hasty: false });
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const one of [this.scale, this.sun, this.triangles, this.edges, this.frame?.color, this.frame?.depth]) one?.destroy();
    this.stage.dispose();
  }

  private swing({ sheets, bounds }: Matter, time: number): void {
    const words = new Float32Array(4 * WALLS);
    const size = 1 / unitOf(bounds);
    sheets.slice(0, WALLS).forEach(({ vibration, until = Infinity }, wall) => {
      if (vibration) {
        const [x, y, z] = unit(vibration.direction);
        const out = size * vibration.amplitude * Math.sin(2 * Math.PI * (vibration.frequency * time + (vibration.phase ?? 0)));
        words.set([x * out, -y * out, z * out], 4 * wall);
      }
      words[4 * wall + 3] = time >= until ? 1 : 0;
    });
    this.device.queue.writeBuffer(this.scale, 32, words);
  }

  private targets(width: number, height: number): { color: GPUTexture; depth: GPUTexture } {
    if (this.frame?.color.width !== width || this.frame.color.height !== height) {
      this.frame?.color.destroy();
      this.frame?.depth.destroy();
      const texture = (format: GPUTextureFormat) =>
        this.device.createTexture({ size: { width, height }, format, sampleCount: SAMPLES, usage: GPUTextureUsage.RENDER_ATTACHMENT });
      this.frame = { color: texture(this.stage.format), depth: texture(DEPTH) };
    }
    return this.frame;
  }
}
