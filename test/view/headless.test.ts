/** The hall drawn into a texture, with no canvas and no browser: full, brisk and hasty pictures show the same plant. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Camera } from '../../src/view/camera.ts';
import { prepare, statesAt } from '../../src/view/kinematics.ts';
import { buildScenery } from '../../src/view/looks/scenery.ts';
import { type Detail, Renderer } from '../../src/view/renderer.ts';
import { setOut } from '../../src/view/site.ts';
import { textureTarget } from '../../src/view/stage.ts';
import { FIRST_PRODUCT, palette } from '../../src/view/theme.ts';
import { openDevice } from '../gpu.ts';
import { GEARBOX, simulate } from './plant.ts';

const SIZE = { width: 512, height: 320 };
const TICK = 1_500_000;

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device?.destroy());

/** Red, green, blue, alpha a pixel. */
async function read(texture: GPUTexture): Promise<Uint8Array> {
  const buffer = device.createBuffer({ size: 4 * SIZE.width * SIZE.height, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow: 4 * SIZE.width }, SIZE);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(GPUMapMode.READ);
  return new Uint8Array(buffer.getMappedRange().slice(0));
}

it('draws without a canvas, in every detail, with the colours of states as they are', async () => {
  const { plan, trace } = simulate(GEARBOX, 3600);
  const camera = new Camera();
  camera.resize(SIZE.width, SIZE.height, 1);
  const site = setOut(plan, camera.floorAspect);
  camera.bound(site.bounds);
  camera.fit(site.bounds, true);
  const kinematics = prepare(site, trace, FIRST_PRODUCT);
  const errors: string[] = [];
  device.onuncapturederror = ({ error }) => errors.push(error.message);
  const renderer = new Renderer(device, 'rgba8unorm');
  renderer.show(site, buildScenery(site, {}, 'plain'), kinematics, false);
  const target = textureTarget(device);
  const pictures: Uint8Array[] = [];
  for (const detail of ['full', 'brisk', 'hasty'] satisfies Detail[]) {
    renderer.draw(target, camera, { tick: TICK, fraction: 0, pace: { travel: 10_000, share: 0.4 } }, detail);
    pictures.push(await read(target.frame(SIZE.width, SIZE.height)));
  }
  expect(errors).toEqual([]);
  const states = new Uint32Array(64);
  statesAt(kinematics, TICK, states);
  const colors = palette(false, []);
  const shown = new Set(plan.nodes.flatMap((node) => [...states.subarray(node.firstPlace, node.firstPlace + node.servers)]));
  const share = (picture: Uint8Array, state: number) => {
    let count = 0;
    for (let i = 0; i < picture.length; i += 4) {
      if ([0, 1, 2].every((channel) => Math.abs(picture[i + channel]! - 255 * colors[4 * state + channel]!) < 1.01)) count++;
    }
    return count;
  };
  for (const picture of pictures) {
    for (const state of shown) expect(share(picture, state)).toBeGreaterThan(10);
    // Nobody is being maintained in this plant: nothing has that colour.
    expect(share(picture, 5)).toBe(0);
    // Hard edges and no shade in corners: little else is different from the full picture.
    let different = 0;
    for (let i = 0; i < picture.length; i += 4) if (Math.abs(picture[i + 1]! - pictures[0]![i + 1]!) > 48) different++;
    expect(different / (picture.length / 4)).toBeLessThan(0.04);
  }
  renderer.dispose();
  target.dispose();
});
