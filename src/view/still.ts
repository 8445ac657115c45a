/**
 * The picture of all that does not move, with its depth, kept for as long as the camera rests: each frame begins as a copy of it, and draws
 * only what moves and what shows states.
 */
import { DEPTH, SAMPLES, type Stage } from './stage.ts';

export class Still {
  /** The kept picture, and the one that a frame is drawn into. */
  color!: GPUTexture;
  depth!: GPUTexture;
  frameColor!: GPUTexture;
  frameDepth!: GPUTexture;
  /** Of hasty frames: one sample. */
  hastyDepth!: GPUTexture;
  private readonly stage: Stage;
  private shown: Float32Array | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** What stands has changed. */
  discard(): void {
    this.shown = undefined;
  }

  /** Whether the picture shows this view; else it is to be drawn, and counts as drawn from now on. */
  isStale(view: Float32Array): boolean {
    if (this.shown?.every((word, i) => word === view[i])) return false;
    this.shown = Float32Array.from(view);
    return true;
  }

  resize(width: number, height: number): void {
    if (this.color?.width === width && this.color.height === height) return;
    this.dispose();
    const make = (format: GPUTextureFormat, usage: GPUTextureUsageFlags, sampleCount = SAMPLES) =>
      this.stage.device.createTexture({
        size: { width, height },
        sampleCount,
        format,
        usage: GPUTextureUsage.RENDER_ATTACHMENT | usage,
      });
    const kept = GPUTextureUsage.COPY_SRC | GPUTextureUsage.TEXTURE_BINDING;
    this.color = make(this.stage.format, kept);
    this.depth = make(DEPTH, kept);
    this.frameColor = make(this.stage.format, GPUTextureUsage.COPY_DST);
    this.frameDepth = make(DEPTH, GPUTextureUsage.COPY_DST);
    this.hastyDepth = make(DEPTH, 0, 1);
    this.shown = undefined;
  }

  copy(encoder: GPUCommandEncoder): void {
    const size = { width: this.color.width, height: this.color.height };
    encoder.copyTextureToTexture({ texture: this.color }, { texture: this.frameColor }, size);
    encoder.copyTextureToTexture({ texture: this.depth }, { texture: this.frameDepth }, size);
  }

  dispose(): void {
    for (const texture of [this.color, this.depth, this.frameColor, this.frameDepth, this.hastyDepth]) texture?.destroy();
  }
}
