/** Parts on the ways between elements: counted as a twin runs, read from its trace, and as the read-out's counters say. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SECONDS } from '../../src/clock.ts';
import { flowsOf } from '../../src/engine/flows.ts';
import { Readout } from '../../src/engine/readout.ts';
import { floorPlan } from '../../src/engine/floor-plan.ts';
import { record } from '../../src/engine/recording.ts';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { Lab } from '../../src/experiment/lab.ts';
import { Twins } from '../../src/experiment/twins.ts';
import { HEAD_NOW, RUN_WARMUP } from '../../src/stations/words.ts';
import { plantOf, shortScene } from '../engine/plants.ts';

const SEED = 3;
const SCENES = ['gearbox.json', 'rework.json', 'people-shifts.json', 'conveyor-loop.json', 'assembly.json', 'quality.json'];

test.each(SCENES)('%s: what goes into an element is what its counters say came there', async (file) => {
  const plant = shortScene(file, 1500);
  const plan = floorPlan(plant);
  const trace = record(plant, SEED, 2);
  const read = flowsOf(trace, plan);
  const counted = await new Twins().flows(file, plant.scene, SEED, 2, () => undefined);
  expect(new Map(read.edges.map(({ from, to, parts }) => [from * plan.nodes.length + to, parts]))).toEqual(
    new Map([...counted!.parts].sort(([a], [b]) => a - b)),
  );
  for (const { from, to, products, parts } of read.edges) {
    expect(plan.edges).toContainEqual([from, to]);
    expect(products.reduce((sum, each) => sum + each, 0)).toBe(parts);
  }

  const block = new Uint32Array(plant.layout.words);
  new ReferenceEngine(plant).runWhole(block, SEED, 2);
  const readout = new Readout(plant);
  const values = new Float64Array(readout.metrics.length);
  readout.read(block, values);
  const window = ((block[HEAD_NOW]! - plant.tables[plant.at.run + RUN_WARMUP]!) * plan.tickSeconds) / SECONDS[plant.scene.time.unit];
  expect(counted!.ticks).toBe(block[HEAD_NOW]! - plant.tables[plant.at.run + RUN_WARMUP]!);
  const figure = (name: string): number => values[readout.metrics.findIndex((each) => each.name === name)]!;
  const over = (wanted: 'from' | 'to', node: number): number =>
    read.edges.filter((edge) => edge[wanted] === node).reduce((sum, { parts }) => sum + parts, 0);
  let sunk = 0;
  plan.nodes.forEach(({ kind, name }, node) => {
    if (kind === 'sink') {
      sunk += over('to', node);
      expect(over('to', node), name).toBe(Math.round(figure(`${name}.throughput`) * window));
    } else if (kind === 'buffer' || kind === 'conveyor' || kind === 'transfer') {
      expect(over('to', node), name).toBe(figure(`${name}.entered`));
      expect(over('from', node), name).toBe(Math.round(figure(`${name}.throughput`) * window));
    }
  });
  // In a closed loop nothing ends.
  expect(sunk > 0).toBe(file !== 'conveyor-loop.json');
  expect(sunk).toBe(plant.scene.products.reduce((sum, { name }) => sum + figure(`${name}.finished`), 0));
});

const scene = JSON.parse(readFileSync('scenes/rework.json', 'utf8'));
const withRun = (run: object): string => JSON.stringify({ ...scene, run: { ...scene.run, ...run } });

test('the laboratory tells mean and standard deviation over twins', async () => {
  const text = withRun({ warmup: '1 h', horizon: '8 h' });
  const lab = new Lab({ gpu: undefined, spawn: () => new Twins(), threads: 3 });
  const shares: number[] = [];
  const { twins, edges, seconds } = await lab.flows(text, SEED, [0, 1, 2, 5, 9], (share) => shares.push(share));
  const plant = plantOf(text);
  const plan = floorPlan(plant);
  const each = [0, 1, 2, 5, 9].map((replication) => flowsOf(record(plant, SEED, replication), plan));
  expect(twins).toBe(5);
  expect(seconds).toBe(8 * 3600);
  expect(edges.map(({ from, to }) => [from, to]).sort()).toEqual([...plan.edges].sort());
  for (const { from, to, parts, sd } of edges) {
    const of = each.map((flows) => flows.edges.find((edge) => edge.from === from && edge.to === to)?.parts ?? 0);
    const mean = of.reduce((sum, x) => sum + x, 0) / 5;
    expect(parts).toBeCloseTo(mean, 10);
    expect(sd).toBeCloseTo(Math.sqrt(of.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4), 10);
  }
  expect(shares.at(-1)).toBe(1);
  expect(edges.some(({ parts }) => parts > 0)).toBe(true);
});

test('counting goes on beside a run, and cancel ends it within 200 ms with what there is', async () => {
  const long = withRun({ warmup: '1 h', horizon: '40 d' });
  const short = withRun({ warmup: '1 h', horizon: '8 h', replications: 4 });
  const lab = new Lab({ gpu: undefined, spawn: () => new Twins(), threads: 2 });
  await lab.open();
  const alone = await lab.run({ scene: short });
  const counting = lab.flows(
    long,
    SEED,
    Array.from({ length: 500 }, (_, i) => i),
  );
  await new Promise((resolve) => setTimeout(resolve, 150));
  const asked = performance.now();
  lab.cancel();
  const { twins } = await counting;
  expect(performance.now() - asked).toBeLessThan(200);
  expect(twins).toBeLessThan(500);
  const running = lab.run({ scene: short });
  await new Promise((resolve) => setTimeout(resolve, 0));
  const [both, flows] = await Promise.all([running, lab.flows(short, SEED, [0, 1])]);
  expect(both.digest).toBe(alone.digest);
  expect(flows.twins).toBe(2);
});
