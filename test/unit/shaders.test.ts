/** The shared shaders against their TypeScript twins: every word equal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { draw, mulhi, philox } from '../../src/random.ts';
import code from '../../shaders/shared/sampling.wgsl?link';
import { openDevice } from '../gpu.ts';
import { DRAWS, drawn, SAMPLERS } from './vectors.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(() => device.destroy());

/** Runs `body`, which sets `result[i]` for i below `count`, over the input words. */
async function compute(body: string, input: Uint32Array, count: number): Promise<Uint32Array> {
  const module = device.createShaderModule({
    code: `${code}
      @group(0) @binding(0) var<storage, read> words: array<u32>;
      @group(0) @binding(1) var<storage, read_write> result: array<u32>;
      fn table(i: u32) -> u32 { return words[i]; }
      @compute @workgroup_size(64) fn run(@builtin(global_invocation_id) id: vec3<u32>) {
        let i = id.x;
        if (i >= ${count}u) { return; }
        ${body}
      }`,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const buffer = (size: number, usage: number): GPUBuffer => device.createBuffer({ size, usage });
  const words = buffer(Math.max(16, input.byteLength), GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  const result = buffer(count * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const copy = buffer(count * 4, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
  device.queue.writeBuffer(words, 0, input as Uint32Array<ArrayBuffer>);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [words, result].map((it, binding) => ({ binding, resource: { buffer: it } })),
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(count / 64));
  pass.end();
  encoder.copyBufferToBuffer(result, 0, copy, 0, count * 4);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const answer = new Uint32Array(copy.getMappedRange().slice(0));
  for (const it of [words, result, copy]) it.destroy();
  return answer;
}

it('mulhi', async () => {
  const n = DRAWS.length;
  const result = await compute(`result[i] = mulhi(table(i), table(${n - 1}u - i));`, DRAWS, n);
  expect(result).toEqual(DRAWS.map((a, i) => mulhi(a, DRAWS[n - 1 - i]!)));
});

it('philox and draw', async () => {
  const blocks = 500;
  const expected = new Uint32Array(8 * blocks);
  for (let i = 0; i < blocks; i++) {
    const [a, b, c, d] = [DRAWS[6 * i]!, DRAWS[6 * i + 1]!, DRAWS[6 * i + 2]!, DRAWS[6 * i + 3]!];
    philox(a, b, c, d, DRAWS[6 * i + 4]!, DRAWS[6 * i + 5]!, expected, 8 * i);
    for (let n = 0; n < 4; n++) expected[8 * i + 4 + n] = draw(a, b, c, d, 4 * i + n);
  }
  const body = `
    let b = (i / 8u) * 6u;
    let w = philox(vec4<u32>(table(b), table(b + 1u), table(b + 2u), table(b + 3u)), vec2<u32>(table(b + 4u), table(b + 5u)));
    let n = i % 8u;
    result[i] = select(draw(table(b), table(b + 1u), table(b + 2u), table(b + 3u), 4u * (i / 8u) + (n & 3u)), w[n & 3u], n < 4u);`;
  expect(await compute(body, DRAWS, 8 * blocks)).toEqual(expected);
});

it.each(SAMPLERS.filter(({ sampler }) => sampler.kind !== 0))('sampling: $name', async ({ sampler }) => {
  const { kind, shape, scale, shift } = sampler;
  const input = new Uint32Array([...DRAWS, ...shape]);
  const result = await compute(
    `result[i] = ${kind === 1 ? 'sampleOctave' : 'sampleSegments'}(${DRAWS.length}u, ${scale}u, ${shift}u, table(i));`,
    input,
    DRAWS.length,
  );
  expect(result).toEqual(DRAWS.map((u) => drawn(sampler, u)));
});
