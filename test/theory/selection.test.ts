/**
 * Ranking and selection on the throughput problem, simulated: how often the chosen design is good by its exact throughput. The suite does a few runs
 * of L = 20; `SELECTIONS=100 PROBLEM=50 npx vitest run test/theory/selection` does a hundred of L = 50, which takes about an hour of processor time.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { prepare } from '../../src/experiment/setting.ts';
import { PlantTrials } from '../../src/experiment/trials-run.ts';
import { Twins } from '../../src/experiment/twins.ts';
import type { Outcome } from '../../src/search/search.ts';
import { tournament } from '../../src/search/tournament.ts';
import { tandemThroughput } from '../oracles/tandem.ts';

const RUNS = Number(process.env.SELECTIONS ?? 2);
const PROBLEM = process.env.PROBLEM === '50' ? 50 : 20;
const BEST = { 20: 5.776122, 50: 15.697585 }[PROBLEM];
const INDIFFERENCE = 0.1;
/** Short runs for the suite: what start-up they leave is far below the indifference. */
const WINDOW = { 20: { 'run.warmup': '60', 'run.horizon': '140' }, 50: { 'run.warmup': '30', 'run.horizon': '120' } }[PROBLEM];

test(`L = ${PROBLEM}: a good design in ${RUNS} runs of the tournament, but for one in twenty`, { timeout: 36_000_000 }, async () => {
  const scene = JSON.parse(readFileSync(new URL('../../scenes/throughput.json', import.meta.url), 'utf8'));
  const name = `L = ${PROBLEM}`;
  Object.assign(scene.experiments[name].set, WINDOW);
  let good = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const prepared = prepare(JSON.stringify(scene), name, seed);
    if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
    const { setting } = prepared;
    const designs = [...setting.space.points()];
    const trials = await PlantTrials.open(
      {
        sceneAt: setting.sceneAt,
        axes: setting.space.axes,
        responses: [{ metric: 'total.throughput' }],
        seed,
        engine: 'cpu',
        start: designs[designs.length >> 1],
      },
      { gpu: undefined, threads: [new Twins()] },
    );
    const search = tournament({ designs, goal: setting.goals[0], luck: 'common' }, { confidence: 0.95, indifference: INDIFFERENCE });
    let step = search.next();
    while (step.done !== true) step = search.next((await trials.run(step.value)) as Outcome[]);
    const chosen = designs[step.value.selected];
    const exact = tandemThroughput(chosen.slice(0, 3) as [number, number, number], chosen.slice(3) as [number, number]);
    if (exact >= BEST - INDIFFERENCE) good++;
    if (RUNS > 2)
      console.log(
        `seed ${seed}: ${chosen.join(' ')} exact ${exact.toFixed(6)}, ${step.value.twins} twins in ${step.value.rounds} rounds; good ${good} of ${seed}`,
      );
  }
  expect(good).toBeGreaterThanOrEqual(RUNS - Math.floor(RUNS / 20));
});
