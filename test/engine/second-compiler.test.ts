/** The kernels through a second WGSL compiler: naga, as Deno has it, instead of Tint. The twins end in the reference engine's words here too. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vulkanEnvironment } from '../../.tools/vulkan.mjs';
import { kernels } from '../../src/engine/gpu.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { shortScene } from './plants.ts';
import { featuresOf, type RandomPlant, randomPlants } from './random-plant.ts';
import { firstDifference, referenceBlocks } from './same-words.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');
const EXECUTABLE = process.platform === 'win32' ? 'deno.exe' : 'deno';
/** The package for this platform; where its install script ran, it stands in the package deno too. */
const DENO = existsSync(join(MODULES, '@deno'))
  ? readdirSync(join(MODULES, '@deno'))
      .map((platform) => join(MODULES, '@deno', platform, EXECUTABLE))
      .find(existsSync)
  : undefined;
const PROGRAM = join(import.meta.dirname, 'deno/run-twins.mjs');
/** What the program exits with where it finds no adapter. */
const NO_ADAPTER = 3;
const TWINS = { seed: 21, first: 5, count: 8 };

/** A random plant that has failures, and choices of at least two rules. */
function mixedPlant(): RandomPlant {
  const plant = randomPlants(60).find((each) => {
    const features = [...featuresOf(each)];
    const rules = new Set(
      features.filter((feature) => feature.startsWith('link ')).map((feature) => feature.replace(/^link (source|buffer|station) /, '')),
    );
    return features.some((feature) => feature.startsWith('failure')) && rules.size >= 3 && features.includes('next by weights');
  });
  if (plant === undefined) throw new Error('no random plant has it all');
  return plant;
}

test('naga compiles the kernels to the same words', { timeout: 240_000 }, async ({ skip }) => {
  if (DENO === undefined) return skip('the optional package deno is not installed: the kernels have met one WGSL compiler only');
  const mixed = mixedPlant();
  const plants: { name: string; plant: Plant }[] = [
    ...['m1-line10.json', 'two-lathes.json', 'rework.json'].map((name) => ({ name, plant: shortScene(name, 1000) })),
    { name: `randomPlant(${mixed.seed}): ${mixed.text}`, plant: mixed.plant },
  ];
  const folder = mkdtempSync(join(tmpdir(), 'millwright-deno-'));
  try {
    const [input, output] = [join(folder, 'plants.json'), join(folder, 'blocks')];
    const written = await Promise.all(plants.map(({ plant }) => kernels(plant)));
    const jobs = plants.map(({ plant }, i) => ({
      kernels: written[i],
      tables: [...plant.tables],
      words: plant.layout.words,
      twins: TWINS.count,
      seed: TWINS.seed,
      first: TWINS.first,
      workgroup: Number(/const WORKGROUP: u32 = (\d+)u/.exec(written[i]?.['runTwins'] ?? '')?.[1]),
      events: 300,
    }));
    writeFileSync(input, JSON.stringify({ plants: jobs }));
    const { status, stdout, stderr, error } = spawnSync(
      DENO,
      ['run', '--quiet', '--no-config', '--unstable-webgpu', `--allow-read=${folder}`, `--allow-write=${folder}`, PROGRAM, input, output],
      { encoding: 'utf8', timeout: 200_000, env: { ...process.env, ...vulkanEnvironment(), NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' } },
    );
    if (status === NO_ADAPTER) skip('Deno finds no WebGPU adapter here: the kernels have met one WGSL compiler only');
    if (status !== 0) throw new Error(`deno ended with ${status ?? error?.message}: ${stdout}${stderr}`);
    const words = new Uint32Array(new Uint8Array(readFileSync(output)).buffer);
    let at = 0;
    for (const { name, plant } of plants) {
      const blocks = words.subarray(at, (at += plant.layout.words * TWINS.count));
      expect(firstDifference(plant, TWINS, referenceBlocks(plant, TWINS), blocks), name).toBeUndefined();
    }
    expect(at).toBe(words.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
