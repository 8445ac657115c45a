/**
 * Draws one twin's floor with a device it is given: knows nothing of workers, playing or hands. What it was told last is what it
 * shows; after the device is lost, make another and tell it the same.
 */
import type { Camera } from './camera.ts';
import { buildDecals, buildOutlines, DecalPass } from './decals.ts';
import { type Kinematics, lengthAt, placeCount, statesAt } from './kinematics.ts';
import { LabelPass } from './labels.ts';
import type { Pace } from './motion.ts';
import { SolidMotion as Motion } from './motion-solids.ts';
import { Movers } from './movers.ts';
import type { Site } from './site.ts';
import { buildSolids, SolidPass } from './solids.ts';
import { DEPTH, GroundPass, SAMPLES, Stage } from './stage.ts';
import { paint, palette } from './theme.ts';
import { Underlay } from './underlay.ts';

export class Renderer {
  private readonly device: GPUDevice;
  private readonly context: GPUCanvasContext;
  private readonly stage: Stage;
  private readonly ground: GroundPass;
  private readonly underlay: Underlay;
  private readonly decals: DecalPass;
  private readonly outlines: DecalPass;
  private readonly solids: SolidPass;
  private readonly labels: LabelPass;
  private motion: Motion | undefined;
  private movers: Movers | undefined;
  private site: Site | undefined;
  private kinematics: Kinematics | undefined;
  private states = new Uint32Array(0);
  private background: number[] = [];
  private chosen: (number | undefined)[] = [];
  private color: GPUTexture | undefined;
  private depth: GPUTexture | undefined;

  /** Takes over the canvas. Its size is set by `draw` from the camera. */
  constructor(device: GPUDevice, canvas: OffscreenCanvas) {
    this.device = device;
    const format = navigator.gpu.getPreferredCanvasFormat();
    this.context = canvas.getContext('webgpu') as GPUCanvasContext;
    this.context.configure({ device, format, alphaMode: 'opaque' });
    this.stage = new Stage(device, format);
    this.ground = new GroundPass(this.stage);
    this.underlay = new Underlay(this.stage);
    this.decals = new DecalPass(this.stage);
    this.outlines = new DecalPass(this.stage);
    this.solids = new SolidPass(this.stage);
    this.labels = new LabelPass(this.stage);
    this.theme(false);
  }

  theme(dark: boolean): void {
    const colors = palette(dark, this.site?.plan.products ?? []);
    this.stage.setPalette(colors);
    this.underlay.discard();
    this.background = [...colors.subarray(4 * paint('ground'), 4 * paint('ground') + 4)];
  }

  /** Shows a site and what moves on it. */
  show(site: Site, kinematics: Kinematics, dark: boolean): void {
    this.site = site;
    this.kinematics = kinematics;
    this.states = new Uint32Array(placeCount(site));
    this.motion?.dispose();
    this.motion = new Motion(this.device, site, kinematics);
    this.movers = new Movers(site, kinematics);
    this.decals.set(buildDecals(site));
    this.solids.set(buildSolids(site));
    this.labels.set(site);
    this.theme(dark);
    this.mark(undefined, undefined);
  }

  /** Outlines the chosen element and the one under the pointer. */
  mark(selected: number | undefined, hovered: number | undefined): void {
    this.chosen = [selected, hovered];
    if (this.site) this.outlines.set(buildOutlines(this.site, selected, hovered));
  }

  /** Draws the moment `tick` + `fraction`. */
  draw(camera: Camera, tick: number, fraction: number, pace: Pace): void {
    const { site, kinematics, motion } = this;
    const [color, depth] = this.targets(camera);
    const view = camera.words();
    this.stage.setView(view);
    if (site && kinematics) {
      statesAt(kinematics, tick, this.states);
      this.stage.setStates(this.states);
      // All that is on a belt is drawn.
      const beyond = (n: number) =>
        kinematics.entries[n] && !kinematics.belts[n] ? lengthAt(kinematics, n, tick) - site.slotCount[n]! : 0;
      this.solids.move(this.movers?.any ? this.movers.at(tick, fraction, pace) : undefined);
      this.labels.prepare(camera, this.chosen, beyond);
    }
    const encoder = this.device.createCommandEncoder();
    motion?.run(encoder, tick, fraction, pace, this.solids.partIndices);
    const ground = this.underlay.stale(view, camera.width, camera.height);
    if (ground) {
      this.ground.prepare(camera);
      const pass = this.begin(encoder, color, depth, ground);
      this.ground.run(pass);
      this.decals.run(pass);
      pass.end();
    }
    const pass = this.begin(encoder, color, depth, this.context.getCurrentTexture());
    this.underlay.run(pass);
    this.outlines.run(pass);
    this.solids.run(pass, motion);
    this.labels.run(pass);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** A pass that begins with bare ground, and ends in `resolveTarget`. */
  private begin(encoder: GPUCommandEncoder, color: GPUTexture, depth: GPUTexture, resolveTarget: GPUTexture): GPURenderPassEncoder {
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: color.createView(),
          resolveTarget: resolveTarget.createView(),
          loadOp: 'clear',
          storeOp: 'discard',
          clearValue: this.background,
        },
      ],
      depthStencilAttachment: { view: depth.createView(), depthClearValue: 1, depthLoadOp: 'clear', depthStoreOp: 'discard' },
    });
    pass.setBindGroup(0, this.stage.bindings);
    return pass;
  }

  dispose(): void {
    this.motion?.dispose();
    for (const part of [this.labels, this.solids, this.outlines, this.decals, this.underlay, this.ground, this.stage]) part.dispose();
    this.color?.destroy();
    this.depth?.destroy();
    this.context.unconfigure();
  }

  /** The multisampled picture and its depth, of the camera's size. */
  private targets({ width, height }: Camera): [GPUTexture, GPUTexture] {
    if (this.color && this.depth && this.color.width === width && this.color.height === height) return [this.color, this.depth];
    this.color?.destroy();
    this.depth?.destroy();
    this.context.canvas.width = width;
    this.context.canvas.height = height;
    const make = (format: GPUTextureFormat) =>
      this.device.createTexture({ size: { width, height }, sampleCount: SAMPLES, format, usage: GPUTextureUsage.RENDER_ATTACHMENT });
    this.color = make(this.stage.format);
    this.depth = make(DEPTH);
    return [this.color, this.depth];
  }
}
