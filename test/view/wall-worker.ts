/** A worker with a wall and no simulation: glances that are made up, on a device of its own. */
import { expose, proxy } from 'comlink';
import type { Glances, GlanceSource } from '../../src/engine/glance.ts';
import { WallViewer } from '../../src/view/wall/wall-viewer.ts';
import { GEARBOX, planOf } from './plant.ts';
import { END, madeUp } from './wall-glances.ts';

type Listener = Parameters<GlanceSource['watch']>[0];
const plan = planOf(GEARBOX);
const listeners = new Set<Listener>();
let glances: Glances | undefined;

async function open(twins: number): Promise<void> {
  const adapter = await navigator.gpu.requestAdapter();
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter!.limits;
  const device = await adapter!.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  device.onuncapturederror = ({ error }) => console.error(error.message);
  const words = madeUp(plan, twins);
  const buffer = device.createBuffer({ size: words.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, words);
  glances = { device, buffer, plan, replications: twins, seed: 7, warmup: 0, end: END };
  for (const listener of listeners) listener.glances(glances);
}

const source: GlanceSource = {
  watch(listener) {
    listeners.add(listener);
    if (glances) listener.glances(glances);
    return () => listeners.delete(listener);
  },
};
addEventListener('message', ({ data }: MessageEvent<{ twins?: number; lose?: true }>) => {
  if (data.lose) glances?.device.destroy();
  if (data.twins !== undefined) void open(data.twins);
});
expose({ wall: () => proxy(new WallViewer(source)) });
