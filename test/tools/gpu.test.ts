import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from '../gpu.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

test('a compute shader squares 1,000 numbers modulo 2^32', async () => {
  const code = `
    @group(0) @binding(0) var<storage, read_write> words: array<u32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&words)) { words[id.x] = words[id.x] * words[id.x]; }
    }`;
  const input = Uint32Array.from({ length: 1000 }, (_, i) => i * 100_003);
  const words = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  const back = device.createBuffer({ size: input.byteLength, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(words, 0, input);
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: words } }] }),
  );
  pass.dispatchWorkgroups(Math.ceil(input.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(words, 0, back, 0, input.byteLength);
  device.queue.submit([encoder.finish()]);
  await back.mapAsync(GPUMapMode.READ);
  expect(new Uint32Array(back.getMappedRange())).toEqual(input.map((x) => Math.imul(x, x)));
});

test('a limit beyond the adapter is refused', async () => {
  await expect(openDevice({ maxBindGroups: 1_000_000 })).rejects.toThrow(/maxBindGroups/);
});
