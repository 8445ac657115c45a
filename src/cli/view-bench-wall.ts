/** The wall of twins for the bench of the view: drawn by the page's own viewer, onto a stand-in for its canvas. */
import { GLANCE, GLANCE_METRICS, GLANCE_STATUS, glanceLayout } from '../engine/glance.ts';
import type { FloorPlan } from '../engine/trace.ts';
import { SHOWING } from '../view/wall/words.ts';
import { WallViewer } from '../view/wall/wall-viewer.ts';

/** A canvas that gives a texture, and a pen that writes nothing: there are no fonts without a browser. */
class BlankCanvas {
  width: number;
  height: number;
  private texture: GPUTexture | undefined;
  private device: GPUDevice | undefined;
  private format: GPUTextureFormat = 'rgba8unorm';

  constructor(width: number, height: number) {
    [this.width, this.height] = [width, height];
  }

  getContext(kind: string): unknown {
    if (kind === '2d') return { measureText: (text: string) => ({ width: 7 * text.length }), fillText: () => undefined };
    return {
      configure: ({ device, format }: GPUCanvasConfiguration) => {
        [this.device, this.format] = [device, format];
      },
      unconfigure: () => this.texture?.destroy(),
      getCurrentTexture: () => {
        const { width, height, format } = this;
        if (this.texture?.width !== width || this.texture.height !== height) {
          this.texture?.destroy();
          this.texture = this.device!.createTexture({ size: [width, height], format, usage: GPUTextureUsage.RENDER_ATTACHMENT });
        }
        return this.texture;
      },
    };
  }
}

/** Lends the wall what a worker of a page has; gives back what takes it away. */
function lendPage(device: GPUDevice): () => void {
  const had = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: { getPreferredCanvasFormat: () => 'bgra8unorm' } }, configurable: true });
  Object.defineProperty(globalThis, 'OffscreenCanvas', { value: BlankCanvas, configurable: true });
  device.queue.copyExternalImageToTexture = () => undefined;
  return () => {
    Reflect.deleteProperty(globalThis, 'OffscreenCanvas');
    if (had) Object.defineProperty(globalThis, 'navigator', had);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}

/** Even noise in [0, 1) by whole numbers alone (a round of Murmur's finish). */
function noise(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** Glances of twins that run: every figure, state and length made up. */
function madeUpGlances(plan: FloorPlan, twins: number): Uint32Array<ArrayBuffer> {
  const layout = glanceLayout(plan);
  const words = new Uint32Array(layout.words * twins);
  const floats = new Float32Array(words.buffer);
  for (let twin = 0; twin < twins; twin++) {
    words[GLANCE.status * twins + twin] = noise(twin, 0) < 0.5 ? GLANCE_STATUS.running : GLANCE_STATUS.done;
    words[GLANCE.now * twins + twin] = Math.floor(1e6 * noise(twin, 1));
    for (let m = 0; m < GLANCE_METRICS.length; m++) floats[(GLANCE.metrics + m) * twins + twin] = noise(twin, 2 + m);
    for (let word = layout.states; word < layout.lengths; word++) {
      let bits = 0;
      for (let i = 0; i < 8; i++) bits |= Math.floor(8 * noise(twin, 100 * word + i)) << (4 * i);
      words[word * twins + twin] = bits;
    }
    for (let word = layout.lengths; word < layout.words; word++) {
      words[word * twins + twin] = Math.floor(6 * noise(twin, 100 * word)) | (Math.floor(6 * noise(twin, 100 * word + 1)) << 16);
    }
  }
  return words;
}

/** Milliseconds of each frame: drawn where nothing has changed, and with the twins put in order anew before, as while a batch runs. */
export async function measureWall(
  device: GPUDevice,
  plan: FloorPlan,
  twins: number,
  frames: number,
  size: { width: number; height: number },
): Promise<{ drawn: number[]; arranged: number[] }> {
  const giveBack = lendPage(device);
  const words = madeUpGlances(plan, twins);
  const buffer = device.createBuffer({ label: 'glances', size: words.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, words);
  const glances = { device, buffer, plan, replications: twins, seed: 1, warmup: 0, end: 1e6 };
  const viewer = new WallViewer({
    watch(listener) {
      listener.glances(glances);
      return () => undefined;
    },
  });
  try {
    const errors: string[] = [];
    const canvas = new BlankCanvas(size.width, size.height) as unknown as OffscreenCanvas;
    viewer.open({ canvas, ...size, ratio: 1, dark: false, reducedMotion: true }, (report) => {
      if (report.type === 'error') errors.push(report.message);
    });
    viewer.show({ ...SHOWING, sortBy: 'throughput' });
    // It draws when it is told to alone.
    viewer.setVisible(false);
    await device.queue.onSubmittedWorkDone();
    const drawn: number[] = [];
    const arranged: number[] = [];
    for (let i = 0; i < frames; i++) {
      const { draw, arrange } = await viewer.measure(1);
      drawn.push(draw);
      arranged.push(draw + arrange);
    }
    if (errors.length > 0) throw new Error(errors.join('; '));
    return { drawn, arranged };
  } finally {
    viewer.dispose();
    buffer.destroy();
    giveBack();
  }
}
