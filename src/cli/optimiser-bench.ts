/**
 * `npm run bench:optimiser [-- REPEATS [BUDGET]]`: on the default scene, the best design of CMA-ES beside the best of a plain Latin hypercube of equal
 * budget, over repeats with seeds of their own. Each choice is judged afresh, by twins that had no part in it, the same for both.
 */
import { readFileSync } from 'node:fs';
import { type Setting, prepare } from '../experiment/setting.ts';
import { interval, Tally } from '../experiment/statistics.ts';
import { PlantTrials } from '../experiment/trials-run.ts';
import { cmaEs } from '../search/cma-es.ts';
import { Dice } from '../search/dice.ts';
import { latinHypercube } from '../search/latin.ts';
import type { Outcome, Point, Search } from '../search/search.ts';
import { openNodeMachines } from './node-lab.ts';

const SCENE = 'scenes/gearbox.json';
const EXPERIMENT = 'Where to invest';
const REPLICATIONS = 8;
const JUDGES = 256;
const FRESH = 0x50000000;

/** The best mean of designs spread evenly: as many as the budget pays for, those that break a constraint drawn anew. */
function* bestOfHypercube({ space, goals }: Setting, budget: number, seed: number): Search<Point> {
  const wanted = Math.floor(budget / REPLICATIONS);
  const dice = new Dice(seed, 0x147);
  const points: Point[] = [];
  while (points.length < wanted) {
    for (const unit of latinHypercube(wanted, space.free.length, dice)) {
      const point = space.at(unit);
      if (point !== undefined && points.length < wanted) points.push(point);
    }
  }
  const outcomes = yield points.map((point) => ({ point, first: 0, count: REPLICATIONS }));
  const sense = goals[0]?.sense === 'minimise' ? -1 : 1;
  const means = outcomes.map((outcome) => (sense * outcome.reduce((sum, value) => sum + value, 0)) / outcome.length);
  return points[means.indexOf(Math.max(...means))] as Point;
}

async function main(): Promise<void> {
  const [repeats = 20, budget = 2000] = process.argv.slice(2).map(Number);
  const machines = await openNodeMachines(false);
  const text = readFileSync(SCENE, 'utf8');
  const difference = new Tally();
  const [optimiser, plain] = [new Tally(), new Tally()];
  let unit = '';
  for (let seed = 1; seed <= repeats; seed++) {
    const prepared = prepare(text, EXPERIMENT, seed);
    if (!prepared.ok) throw new Error(prepared.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    const { setting } = prepared;
    unit = setting.responses[0]?.unit ?? '';
    const { sceneAt, space, metrics, goals, limits } = setting;
    const start = setting.basePoint ?? ([...space.points()][0] as Point);
    const trials = await PlantTrials.open(
      { sceneAt, axes: space.axes, responses: metrics.map((metric) => ({ metric })), seed, engine: 'cpu', start },
      machines,
    );
    const drive = async <Result>(search: Search<Result>): Promise<Result> => {
      let step = search.next();
      while (step.done !== true) step = search.next((await trials.run(step.value)) as Outcome[]);
      return step.value;
    };
    const found = await drive(cmaEs({ space, goals, limits }, { seed, replications: REPLICATIONS, twins: budget }));
    const best = await drive(bestOfHypercube(setting, budget, seed));
    const judged = await trials.run([found.best, best].map((point) => ({ point, first: FRESH, count: JUDGES })));
    const [a, b] = judged.map((outcome) => (outcome as Outcome).reduce((sum, value) => sum + value, 0) / JUDGES) as [number, number];
    optimiser.add(a);
    plain.add(b);
    difference.add(a - b);
    console.log(`seed ${seed}: CMA-ES ${a.toFixed(5)} (${found.twins} twins), hypercube ${b.toFixed(5)} ${unit}`);
  }
  const { mean, low, high } = interval(difference);
  console.log(
    `${repeats} repeats of ${budget} twins: CMA-ES ${optimiser.mean.toFixed(5)}, best of a Latin hypercube ${plain.mean.toFixed(5)} ${unit}; difference ${mean.toFixed(5)}, 95 % interval ${low.toFixed(5)} to ${high.toFixed(5)} (${((100 * mean) / plain.mean).toFixed(2)} %)`,
  );
  await machines.close();
}

void main();
