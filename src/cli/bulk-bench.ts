/**
 * `node .tools/cli.mjs bulk-bench [--seconds S] [--seed N] WHAT …`: the experiments of docs/bulk.md. WHAT is `speed` (100,000 particles; or `speed=N`),
 * `beverloo` (five round orifices; `beverloo=D` one of D diameters), `slots` (five slots in the plane), `repose`, `feeder`, `hopper`.
 */
import { parseArgs } from 'node:util';
import { create, globals } from 'webgpu';
import { Bench } from '../bulk/bench.ts';
import { type Discharge, fitBeverloo } from '../bulk/beverloo.ts';
import { bin, feeder, type Grain, heap, hopper, slopeOf } from '../bulk/vessels.ts';

Object.assign(globalThis, globals);
// Dawn's objects live no longer than what `create` returned.
const gpu = create([]);

const G = 9.81;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const budget = Number(values.seconds) * 1000;
const seed = Number(values.seed);

const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('No WebGPU adapter.');
const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
device.addEventListener('uncapturederror', ({ error }) => {
  throw new Error(error.message);
});
console.log(`${adapter.info.vendor} ${adapter.info.architecture} ${adapter.info.description}`.trim());

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Soft and in long steps, for what does not depend on it: flow rates (Beverloo runs at twice the hardness differ by less than their noise). */
const QUICK: Grain = { diameter: 0.005, spread: 0.1, hardness: 2000, stepsPerContact: 14 };

async function speed(count: number): Promise<void> {
  const width = 1.12 * 1.1 * 0.005 * Math.ceil(Math.cbrt(count));
  const setup = bin({ grain: { diameter: 0.005 }, count, width, height: 1.2 * width });
  const bench = await Bench.start(device, setup, seed);
  console.log(`${count} particles: ${(bench.bulk.bytes / 2 ** 20).toFixed(0)} MiB, steps of ${(bench.bulk.dt * 1e6).toFixed(1)} µs`);
  const begin = performance.now();
  const used = processor();
  let steps = 0;
  while (performance.now() - begin < budget) {
    const { counts } = await bench.advance(2000);
    steps = counts.step;
  }
  const seconds = (performance.now() - begin) / 1000;
  const { present, escaped, crowded, late, rebuilds } = await bench.bulk.counts();
  const rate = steps / seconds;
  console.log(
    `${steps} steps in ${seconds.toFixed(1)} s: ${rate.toFixed(2)} steps/s, ${((rate * count) / 1e6).toFixed(3)} million particle-steps/s; ` +
      `${((processor() - used) / steps / count / 1e-6).toFixed(2)} µs of processor time a particle-step; lists made ${rebuilds} times; ` +
      `present ${present}, escaped ${escaped}, crowded ${crowded}, late ${late}`,
  );
  bench.dispose();
}

/** One orifice of D diameters until so many have left, or the budget is spent. */
async function discharge(
  diameters: number,
  dimension: 2 | 3,
  count: number,
  width: number,
  wanted: number,
): Promise<Discharge | undefined> {
  const d = QUICK.diameter;
  const setup = hopper({ grain: QUICK, count, orifice: diameters * d, width: width * d, dimension });
  const bench = await Bench.start(device, setup, seed);
  const begin = performance.now();
  const used = processor();
  const unit = Math.sqrt(d / G);
  await bench.runTo(
    Infinity,
    ({ counts }) => counts.time > 12 * unit && ((counts.left[0] ?? 0) >= wanted || performance.now() - begin > budget),
    1000,
  );
  const { time, places } = await bench.bulk.snapshot();
  // Grains by volume in the lower part of the vessel, away from the walls: 2 … 6 d above the bottom.
  const inner = ((width - 4) * d) / 2;
  let inside = 0;
  for (let i = 0; i < places.length; i += 4) {
    const [x = 0, y = 0, z = 0, radius = 0] = places.subarray(i, i + 4);
    if (radius > 0 && z > 2 * d && z < 6 * d && Math.hypot(x, y) < inner) inside++;
  }
  const density = inside / (dimension === 2 ? 2 * inner * 4 * d : Math.PI * inner * inner * 4 * d);
  const measured = bench.result()?.measured;
  const { crowded, late, escaped, step } = await bench.bulk.counts();
  bench.dispose();
  if (measured === undefined) {
    console.log(`D = ${diameters} d: only ${bench.times.length} left`);
    return undefined;
  }
  const half = (measured.ci[1] - measured.ci[0]) / 2;
  console.log(
    `D = ${diameters} d: ${measured.rate.toFixed(1)} ± ${half.toFixed(1)} grains/s from ${measured.parts} grains, ${measured.from.toFixed(2)} … ${time.toFixed(2)} s` +
      `${measured.steady ? '' : ' (not steady)'}; ${density.toExponential(3)} grains/m^${dimension}; ${count} grains, ${step} steps, ` +
      `${(processor() - used).toFixed(0)} s of processor; escaped ${escaped}, crowded ${crowded}, late ${late}`,
  );
  return { orifice: diameters * d, diameter: d, rate: measured.rate, half, density };
}

async function law(orifices: readonly number[], dimension: 2 | 3, count: number, width: number, wanted: number): Promise<void> {
  const runs: Discharge[] = [];
  for (const orifice of orifices) {
    const run = await discharge(orifice, dimension, count, width, wanted);
    if (run) runs.push(run);
  }
  if (runs.length < 3) return;
  const { c, k, cInterval, kInterval, r2, exponent } = fitBeverloo(runs, dimension === 2 ? 1.5 : 2.5);
  const show = (pair: readonly number[]): string => pair.map((x) => x.toFixed(2)).join(' … ');
  console.log(
    `C = ${c.toFixed(3)} (${show(cInterval)}), k = ${k.toFixed(2)} (${show(kInterval)}), R² = ${r2.toFixed(4)}, exponent left free ${exponent.toFixed(2)}`,
  );
}

/** Heaps poured onto a rimmed plate, three for each friction: one heap's slope is chance by some degrees. */
async function repose(): Promise<void> {
  const d = 0.005;
  for (const friction of [0.05, 0.2, 0.5, 0.9]) {
    const slopes: number[] = [];
    let lie = 0;
    for (let n = 0; n < 3; n++) {
      const [count, rate] = [150, 200];
      // Grains of almost one size lie like bricks, whatever the friction.
      const grain = { ...QUICK, spread: 0.3, friction, rolling: 0.05, restitution: 0.5 };
      const bench = await Bench.start(device, heap({ grain, count, width: 18 * d, rim: d, rate }), seed + n);
      await bench.runTo(count / rate + 0.4);
      const { places } = await bench.bulk.snapshot();
      slopes.push(slopeOf(places, d));
      lie += (await bench.bulk.counts()).present / 3;
      bench.dispose();
    }
    const mean = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
    console.log(
      `friction ${friction}: ${mean.toFixed(1)}° (${slopes.map((x) => x.toFixed(1)).join(', ')}); ${lie.toFixed(0)} grains lie on the plate`,
    );
  }
}

async function vessel(name: string): Promise<void> {
  const grain: Grain = { diameter: 0.008, hardness: 2000, friction: 0.4, restitution: 0.5, stepsPerContact: 14 };
  const setup =
    name === 'feeder'
      ? feeder({ grain, count: 120, length: 0.18, width: 0.04, amplitude: 0.0006, frequency: 50, angle: 30 })
      : hopper({ grain, count: 400, orifice: 0.04, width: 0.09, halfAngle: 35 });
  const bench = await Bench.start(device, setup, seed);
  const begin = performance.now();
  await bench.runTo(Infinity, ({ counts }) => (counts.left[0] ?? 0) >= 300 || performance.now() - begin > budget, 1000);
  const result = bench.result();
  const counts = await bench.bulk.counts();
  console.log(
    name,
    JSON.stringify(counts),
    result
      ? `${result.measured.rate.toFixed(2)} parts/s, 95 % ${result.measured.ci.map((x) => x.toFixed(2)).join(' … ')}, from ${result.measured.from.toFixed(2)} s of ${result.measured.until.toFixed(2)} s`
      : 'too few parts',
  );
  bench.dispose();
}

for (const what of positionals) {
  const [name = '', number] = what.split('=');
  if (name === 'speed') await speed(Number(number ?? 100_000));
  else if (name === 'beverloo') await law(number ? [Number(number)] : [3.5, 4, 5, 6, 7], 3, 1500, 14, 500);
  else if (name === 'slots') await law(number ? [Number(number)] : [4, 5, 6, 8, 10], 2, 500, 22, 400);
  else if (name === 'repose') await repose();
  else if (name === 'feeder' || name === 'hopper') await vessel(name);
  else {
    console.error(`"${what}" is none of speed, beverloo, slots, repose, feeder, hopper`);
    process.exitCode = 2;
  }
}
device.destroy();
// Dawn would keep the process.
process.exit();
