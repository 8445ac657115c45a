/**
 * Draws one twin's hall with a device it is given, onto a canvas or into a texture: knows nothing of workers, playing or hands. What it was
 * told last is what it shows; after the device is lost, make another and tell it the same.
 */
import { BlobPass } from './blobs.ts';
import { BodyPass, type Standing } from './bodies.ts';
import type { Camera } from './camera.ts';
import { buildDecals, buildOutlines, type Decal, DecalPass } from './decals.ts';
import { GroundPass } from './ground.ts';
import { type Kinematics, lengthAt, placeCount, statesAt } from './kinematics.ts';
import type { Tag } from './label-layout.ts';
import { LabelPass } from './labels.ts';
import type { Scenery } from './model.ts';
import { Motion, type Pace } from './motion.ts';
import { OcclusionPass } from './occlusion.ts';
import { SHADOW_SIZE, type ShadowMap, shadowMaps } from './shadows.ts';
import type { Site } from './site.ts';
import { type Frame, Stage, type Target } from './stage.ts';
import { Still } from './still.ts';
import { paint, palette } from './theme.ts';

/**
 * How much is done for a picture: `full`; `brisk`, where what moves has hard edges, for a trace that plays on a slow device; `hasty`, which begins
 * anew with hard edges everywhere and none of the finer shade, for a view that is gone the next moment.
 */
export type Detail = 'full' | 'brisk' | 'hasty';

/** A moment of the trace, in ticks. */
export interface Moment {
  tick: number;
  /** 0 ≤ fraction < 1. */
  fraction: number;
  pace: Pace;
}

export class Renderer {
  private readonly device: GPUDevice;
  private readonly stage: Stage;
  private readonly ground: GroundPass;
  private readonly decals: DecalPass;
  private readonly heat: DecalPass;
  private readonly outlines: DecalPass;
  private readonly bodies: BodyPass;
  private readonly blobs: BlobPass;
  private readonly occlusion: OcclusionPass;
  private readonly still: Still;
  /** Absent where there is no canvas to write letters on. */
  private readonly labels: LabelPass | undefined;
  private motion: Motion | undefined;
  private fixed: Standing | undefined;
  private lit: Standing | undefined;
  private site: Site | undefined;
  private kinematics: Kinematics | undefined;
  private states = new Uint32Array(0);
  private background: number[] = [];
  private chosen: (number | undefined)[] = [];
  private tag: Tag | undefined;
  /** The matrices that the shadow maps were drawn with. */
  private cast: Float32Array<ArrayBuffer>[] = [];

  /** @param format of every target that it will draw onto. */
  constructor(device: GPUDevice, format: GPUTextureFormat) {
    this.device = device;
    this.stage = new Stage(device, format);
    this.ground = new GroundPass(this.stage);
    this.decals = new DecalPass(this.stage);
    this.heat = new DecalPass(this.stage);
    this.outlines = new DecalPass(this.stage);
    this.bodies = new BodyPass(this.stage);
    this.blobs = new BlobPass(this.stage, this.bodies.stock);
    this.occlusion = new OcclusionPass(this.stage);
    this.still = new Still(this.stage);
    if (typeof OffscreenCanvas !== 'undefined') this.labels = new LabelPass(this.stage);
    this.theme(false);
  }

  theme(dark: boolean): void {
    const colors = palette(dark, this.site?.plan.products ?? []);
    this.stage.setPalette(colors);
    this.still.discard();
    this.background = [...colors.subarray(4 * paint('ground'), 4 * paint('ground') + 4)];
  }

  /** Shows a site, what stands on it and what moves there. */
  show(site: Site, scenery: Scenery, kinematics: Kinematics, dark: boolean): void {
    this.site = site;
    this.kinematics = kinematics;
    this.states = new Uint32Array(placeCount(site));
    this.motion?.dispose();
    this.blobs.forget();
    this.bodies.forget();
    this.fixed?.dispose();
    this.lit?.dispose();
    this.bodies.stock.set(scenery.models);
    this.fixed = this.bodies.stand(scenery.fixed);
    this.lit = this.bodies.stand(scenery.lit);
    this.cast = [];
    this.motion = new Motion(this.device, site, scenery, kinematics);
    this.decals.set(buildDecals(site));
    this.labels?.set(site);
    this.theme(dark);
    this.mark(undefined, undefined);
  }

  /** Names a thing that moves at the place where it is now; undefined: none. */
  tagThing(tag: Tag | undefined): void {
    this.tag = tag;
  }

  /** Outlines the chosen element and the one under the pointer. */
  mark(selected: number | undefined, hovered: number | undefined): void {
    this.chosen = [selected, hovered];
    if (this.site) this.outlines.set(buildOutlines(this.site, selected, hovered));
  }

  /** Paint laid over the floor, under all that stands on it. */
  overlay(decals: Decal[]): void {
    this.heat.set(decals);
  }

  /** The nearest part or person that a ray meets, as drawn last. */
  pick(origin: ArrayLike<number>, direction: ArrayLike<number>): ReturnType<Motion['pick']> {
    return this.motion?.pick(origin, direction) ?? Promise.resolve(undefined);
  }

  draw(target: Target, camera: Camera, moment: Moment, detail: Detail = 'full'): void {
    const { site, kinematics, still } = this;
    const texture = target.frame(camera.width, camera.height);
    still.resize(camera.width, camera.height);
    const encoder = this.device.createCommandEncoder();
    const shadows = site ? shadowMaps(camera, site.bounds) : [];
    this.shadow(encoder, shadows);
    const matrices = shadows.map(({ matrix }) => matrix);
    const pieces = shadows.map(({ ground }) => ground);
    this.stage.setView(camera, matrices, reach(camera), detail === 'hasty' ? 1 : 4, pieces);
    if (site && kinematics) {
      statesAt(kinematics, moment.tick, this.states);
      this.stage.setStates(this.states);
      // All that is on a belt is drawn.
      const beyond = (n: number) =>
        kinematics.entries[n] && !kinematics.belts[n] ? lengthAt(kinematics, n, moment.tick) - site.slotCount[n]! : 0;
      this.labels?.prepare(camera, this.chosen, this.tag, beyond);
      const [x, y, z] = camera.eye;
      const lens = { clip: Float32Array.from(camera.clip), eye: [x, y, z] as [number, number, number], focal: camera.focal };
      this.motion!.run(encoder, moment.tick, moment.fraction, moment.pace, { ...lens, width: camera.width, height: camera.height });
      this.blobs.prepare(encoder, this.motion!.lists);
    }
    const view = texture.createView();
    if (detail !== 'hasty' && still.isStale(camera.clip as Float32Array)) this.drawStill(encoder);
    if (detail === 'full') {
      still.copy(encoder, still.kept, still.frame);
      const color = { view: still.frame.color.createView(), resolveTarget: view, loadOp: 'load', storeOp: 'discard' } as const;
      this.liven(this.begin(encoder, color, still.frame.depth, false));
    } else {
      const brisk = detail === 'brisk';
      if (brisk) still.copy(encoder, still.flat, { color: texture, depth: still.frameDepth });
      const frame = this.begin(encoder, { view, loadOp: brisk ? 'load' : 'clear', storeOp: 'store' }, still.frameDepth, true);
      if (!brisk) this.stand(frame);
      this.liven(frame);
    }
    this.device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this.motion?.dispose();
    this.blobs.forget();
    this.fixed?.dispose();
    this.lit?.dispose();
    for (const part of [this.labels, this.bodies, this.outlines, this.heat, this.decals, this.occlusion, this.still, this.stage]) {
      part?.dispose();
    }
  }

  /** What does not change while the camera rests. */
  private drawStill(encoder: GPUCommandEncoder): void {
    const { still } = this;
    const view = still.kept.color.createView();
    const frame = this.begin(encoder, { view, loadOp: 'clear', storeOp: 'store' }, still.kept.depth, false);
    this.stand(frame);
    frame.pass.end();
    this.occlusion.prepare(encoder, still.kept.depth);
    const resolveTarget = still.flat.color.createView();
    const dim = this.begin(encoder, { view, resolveTarget, loadOp: 'load', storeOp: 'store' }, still.kept.depth, false);
    this.occlusion.run(dim);
    dim.pass.end();
    still.flattenDepth(encoder);
  }

  private stand(frame: Frame): void {
    this.bodies.run(frame, [this.fixed], []);
    this.ground.run(frame);
    this.decals.run(frame);
    this.ground.veil(frame);
  }

  /** What moves, shows states or follows the pointer. */
  private liven(frame: Frame): void {
    this.heat.run(frame);
    this.outlines.run(frame);
    this.blobs.run(frame);
    this.bodies.run(frame, [this.lit], this.motion?.lists ?? []);
    this.labels?.run(frame);
    frame.pass.end();
  }

  /** Draws the shadow maps anew where they lie elsewhere than last time. */
  private shadow(encoder: GPUCommandEncoder, maps: readonly ShadowMap[]): void {
    const isCast = ({ matrix }: ShadowMap, level: number) => matrix.every((word, i) => word === this.cast[level]![i]);
    if (maps.length === this.cast.length && maps.every(isCast)) return;
    if (maps.length > 0) {
      const texture = this.stage.shadowMaps(SHADOW_SIZE, maps.length);
      maps.forEach(({ matrix }, level) => {
        const view = texture.createView({ dimension: '2d', baseArrayLayer: level, arrayLayerCount: 1 });
        this.bodies.cast(encoder, view, level, matrix, [this.fixed, this.lit]);
      });
    }
    this.cast = maps.map(({ matrix }) => matrix);
    this.still.discard();
  }

  private begin(encoder: GPUCommandEncoder, color: GPURenderPassColorAttachment, depth: GPUTexture, hasty: boolean): Frame {
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ ...color, clearValue: this.background }],
      depthStencilAttachment: {
        view: depth.createView(),
        depthClearValue: 0,
        depthLoadOp: color.loadOp,
        depthStoreOp: color.storeOp,
      },
    });
    pass.setBindGroup(0, this.stage.bindings);
    return { pass, hasty };
  }
}

/** Metres from the eye to where the ground is lost in the background. */
function reach(camera: Camera): number {
  return 40 + 5 * camera.focus.distance;
}
