/** Simulated throughputs of the throughput problem against exact ones, design by design. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prepare } from '../../src/experiment/setting.ts';
import { studentT } from '../../src/experiment/statistics.ts';
import { PlantTrials } from '../../src/experiment/trials-run.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { throughputProblem } from '../oracles/tandem.ts';

const N = 8;

test('all 3,249 designs of L = 20: no more outside their 99 % intervals than chance allows', async () => {
  const scene = JSON.parse(readFileSync(new URL('../../scenes/throughput.json', import.meta.url), 'utf8'));
  scene.run = { ...scene.run, warmup: 300, horizon: 400 };
  const prepared = prepare(JSON.stringify(scene), 'L = 20, all');
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  const { setting } = prepared;
  const { axes } = setting.space;
  const designs = [...throughputProblem(20)];
  expect(designs).toHaveLength(3249);
  const points = designs.map(({ rates, places }) => [...rates, ...places]);
  expect(points.every((point) => setting.space.admits(point))).toBe(true);
  const trials = await PlantTrials.open(
    { sceneAt: setting.sceneAt, axes, responses: [{ metric: 'total.throughput' }], seed: 1, engine: 'cpu', start: points[0] },
    { gpu: undefined, threads: [new Twins()] },
  );
  // No two designs share their luck, so that they miss one by one.
  const outcomes = await trials.run(points.map((point, i) => ({ point, first: i * N, count: N })));
  expect(trials.taken.taken).toBe('recursion');
  const t = studentT(0.995, N - 1);
  let outside = 0;
  let error = 0;
  outcomes.forEach((outcome, i) => {
    const values = [...(outcome as Float64Array)];
    const mean = values.reduce((sum, value) => sum + value, 0) / N;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (N - 1));
    const off = mean - designs[i].throughput;
    error += off / designs[i].throughput;
    if (Math.abs(off) > (t * sd) / Math.sqrt(N)) outside++;
  });
  // Binomial of 3,249 at 1 %: mean 32.5, standard deviation 5.7; beyond 50 once in a thousand.
  expect(outside).toBeLessThanOrEqual(50);
  expect(outside).toBeGreaterThanOrEqual(16);
  // And no bias: the mean relative error of all is a tenth of a thousandth.
  expect(Math.abs(error / designs.length)).toBeLessThan(2e-3);
  console.log(`${outside} of 3249 outside, mean relative error ${(error / designs.length).toExponential(2)}`);
}, 120_000);
