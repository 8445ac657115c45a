import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import memory from '../../../shaders/shop/memory.wgsl?link';
import { constants, featuresOf } from '../../../src/engine/constants.ts';
import { prune } from '../../../src/engine/prune.ts';
import behaviour from '../../../src/shop/?wgsl';
import { openDevice } from '../../gpu.ts';
import { anyExpression, anyWorld } from './any-expression.ts';
import { Bench, BLOCK_WORDS, LEG, PART, plantOf, PROGRAM, PROGRAM_END, RESULT, STATION, TABLE_WORDS } from './expression-bench.ts';

it('expressions come to the same words on the GPU', async () => {
  const cases = fc.sample(fc.tuple(anyExpression, anyWorld), { numRuns: 1000, seed: 3 });
  // The tables of all cases one after the other, with what a case has for itself reached by its own base; the nodes are those of the first.
  const twins = cases.length;
  const blocks = new Uint32Array(BLOCK_WORDS * twins);
  const expected = new Uint32Array(BLOCK_WORDS * twins);
  const tables = new Uint32Array(TABLE_WORDS * twins);
  cases.forEach(([tree, world], i) => {
    const bench = new Bench({ ...world, shift: 3 });
    bench.block.forEach((value, w) => (blocks[w * twins + i] = value));
    bench.block[RESULT] = bench.value(tree.text);
    bench.block.forEach((value, w) => (expected[w * twins + i] = value));
    tables.set(bench.tables, TABLE_WORDS * i);
  });
  const plant = plantOf(tables);
  const entry = `
@compute @workgroup_size(32)
fn evaluateAll(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= slice.twins) {
    return;
  }
  attach(id.x);
  let base = ${TABLE_WORDS} * i32(id.x);
  let end = base + table_(base + ${PROGRAM_END});
  lookForIdle(${STATION});
  put(${RESULT}, evaluate(base + ${PROGRAM}, end, ${PART}, base + ${LEG}, ${STATION}));
}
`;
  const code = prune(`${constants(plant, 'i32')}\n${memory}\n${behaviour}\n${entry}`, featuresOf(plant), 'evaluateAll');
  const device = await openDevice();
  const buffer = (size: number, usage: number): GPUBuffer => device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST });
  const held = buffer(tables.byteLength, GPUBufferUsage.STORAGE);
  const state = buffer(blocks.byteLength, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const slice = buffer(16, GPUBufferUsage.UNIFORM);
  const back = buffer(blocks.byteLength, GPUBufferUsage.MAP_READ);
  device.queue.writeBuffer(held, 0, tables);
  device.queue.writeBuffer(state, 0, blocks);
  device.queue.writeBuffer(slice, 0, new Uint32Array([twins, 0, 1, 0]));
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const entries = [held, state, slice].map((each, binding) => ({ binding, resource: { buffer: each } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(twins / 32));
  pass.end();
  encoder.copyBufferToBuffer(state, 0, back, 0, blocks.byteLength);
  device.queue.submit([encoder.finish()]);
  await back.mapAsync(GPUMapMode.READ);
  const found = new Uint32Array(back.getMappedRange().slice(0));
  device.destroy();
  const different = cases.filter((_, i) => {
    for (let w = 0; w < BLOCK_WORDS; w++) if (found[w * twins + i] !== expected[w * twins + i]) return true;
    return false;
  });
  expect(different.map(([tree]) => tree.text)).toEqual([]);
});
