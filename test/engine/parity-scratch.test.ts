import { expect, test } from 'vitest';
import { compile } from '../../src/scene/compile.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { GpuEngine } from '../../src/engine/gpu.ts';
import { openDevice } from '../gpu.ts';
import { line } from './line-scratch.ts';

test('m1 parity', async () => {
  const scene = line(10, 5);
  scene.run.warmup = 6e6; scene.run.horizon = 30e6;
  const plant = compile(scene);
  const device = await openDevice();
  const t0 = performance.now();
  const gpu = await GpuEngine.open(device, plant);
  console.log('compile ms', performance.now() - t0);
  const twins = 64;
  const blocks = await gpu.run(0, twins, 7, { targetMs: () => 50, pause: () => false });
  const cpu = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  for (let r = 0; r < twins; r++) {
    cpu.runWhole(block, 7, r);
    for (let w = 0; w < block.length; w++) if (block[w] !== blocks[w * twins + r]) throw new Error(`twin ${r} word ${w}: cpu ${block[w]} gpu ${blocks[w * twins + r]} ${JSON.stringify(plant.layout)}`);
  }
  expect(block[0]).toBe(1);
  const t1 = performance.now();
  const big = 512;
  const b = await gpu.run(0, big, 7, { targetMs: () => 100, pause: () => false });
  let ops = 0; for (let r = 0; r < big; r++) ops += b[4 * big + r]!;
  console.log('gpu ops/s', ops / (performance.now() - t1) / 1000, 'M');
});
