/** The kernels of every scene compile without a word of complaint, in Tint and with no driver: where there is no GPU at all, this still tells. */
import { expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { glanceKernel } from '../../src/engine/glance-kernel.ts';
import { GpuEngine, kernels } from '../../src/engine/gpu.ts';
import { SCENES, shortScene } from './plants.ts';
import { randomPlants } from './random-plant.ts';

Object.assign(globalThis, globals);
const gpu = create(['backend=null']);

async function openNullDevice(): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('Dawn has no null backend');
  return await adapter.requestDevice();
}

const PLANTS = [
  ...SCENES.map((file) => ({ name: file, plant: shortScene(file, 1) })),
  ...randomPlants(10).map(({ seed, plant }) => ({ name: `randomPlant(${seed})`, plant })),
];

test.for(PLANTS)('$name', async ({ plant }) => {
  const device = await openNullDevice();
  for (const [name, code] of Object.entries({ ...(await kernels(plant)), glanceTwins: glanceKernel(plant, 32) })) {
    const { messages } = await device.createShaderModule({ label: name, code }).getCompilationInfo();
    const told = messages.map(({ type, lineNum, linePos, message }) => `${name}:${lineNum}:${linePos}: ${type}: ${message}`);
    expect(told).toEqual([]);
  }
  // And the pipelines fit their layout.
  (await GpuEngine.open(device, plant)).destroy();
  device.destroy();
});

test('a mistake would be told', async () => {
  const device = await openNullDevice();
  device.pushErrorScope('validation');
  const { messages } = await device.createShaderModule({ code: 'fn f() -> u32 { return 1.5; }' }).getCompilationInfo();
  expect(messages.map(({ type, lineNum }) => `${type} in line ${lineNum}`)).toContain('error in line 1');
  expect(await device.popErrorScope()).not.toBeNull();
  device.destroy();
});
