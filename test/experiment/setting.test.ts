import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePath, scaled } from '../../src/experiment/places.ts';
import { prepare } from '../../src/experiment/setting.ts';

type Loose = any;

/** A line of two with a buffer, and an experiment to be spoilt. */
function scene(change: (experiment: Loose, scene: Loose) => void = () => {}): string {
  const plant: Loose = {
    millwright: 1,
    time: { unit: 'min' },
    products: { gear: { routing: [{ station: 'lathe', processing: { lognormal: { mean: 4, cv: 0.5 } } }, { station: 'press' }] } },
    sources: { infeed: { product: 'gear', interarrival: { exponential: { mean: '6 min' } } } },
    buffers: { b1: { capacity: 5 }, 'big store': {} },
    stations: {
      lathe: {},
      press: {
        processing: '3.5 min',
        failures: [{ clock: 'processing', timeToFailure: { exponential: { mean: '8 h' } }, repair: '20 min' }],
      },
    },
    sinks: { out: {} },
    links: [
      { from: 'infeed', to: 'big store' },
      { from: 'big store', to: 'lathe' },
      { from: 'lathe', to: 'b1' },
      { from: 'b1', to: 'press' },
      { from: 'press', to: 'out' },
    ],
    run: { warmup: '1 h', horizon: '10 h', replications: 4 },
    experiments: {
      trial: {
        question: 'best',
        factors: {
          places: { path: 'buffers.b1.capacity', from: 0, to: 8 },
          time: { path: 'stations.press.processing.mean', from: '2 min', to: '5 min' },
        },
        objectives: [{ maximise: 'total.throughput' }],
      },
    },
  };
  change(plant.experiments.trial, plant);
  return JSON.stringify(plant);
}

const problems = (change: (experiment: Loose, scene: Loose) => void) => {
  const prepared = prepare(scene(change), 'trial');
  return prepared.ok ? [] : prepared.problems.map(({ path, message }) => `${path}: ${message}`);
};

const ready = (change?: (experiment: Loose, scene: Loose) => void) => {
  const prepared = prepare(scene(change), 'trial');
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  return prepared.setting;
};

describe('factors', () => {
  test('whole numbers where the place takes no others; durations keep their unit; 0 places is no buffer', () => {
    const setting = ready();
    expect(setting.space.axes).toEqual([
      { kind: 'steps', values: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
      { kind: 'real', low: 2, high: 5 },
    ]);
    expect(setting.basePoint).toEqual([5, 3.5]);
    const at = setting.sceneText([0, 2.5]) as Loose;
    expect(at.buffers.b1.capacity).toBe('none');
    expect(at.stations.press.processing).toBe('2.5 min');
    expect(setting.sceneAt([0, 2.5]).buffers.map(({ name }) => name)).toEqual(['big store']);
    expect(setting.sceneAt([3, 2.5]).buffers[0]).toMatchObject({ name: 'b1', capacity: 3 });
  });

  test('NaN leaves a factor as the scene has it', () => {
    expect(ready().sceneText([Number.NaN, Number.NaN])).toEqual(ready().json);
  });

  test('names with spaces and lists in paths; servers that are not written; options; expressions', () => {
    const setting = ready((experiment) => {
      experiment.factors = {
        store: { path: 'buffers.big store.capacity', values: [10, 20, 'unlimited'] },
        servers: { path: 'stations.lathe.servers', from: 1, to: 3 },
        repair: { path: 'stations.press.failures[0].repair', from: '10 min', to: '30 min', step: '5 min' },
        x: { from: 1, to: 4, whole: true },
      };
      experiment.set = { 'buffers.b1.capacity': '2 * x + servers' };
      experiment.cost = '100 * servers + x';
    });
    expect(setting.space.axes.map(({ kind }) => kind)).toEqual(['choice', 'steps', 'steps', 'steps']);
    expect(setting.factors[2].shown).toMatchObject({ unit: 'min', low: 10, high: 30, now: 20 });
    const at = setting.sceneText([2, 3, 15, 4]) as Loose;
    expect(at.buffers).toEqual({ b1: { capacity: 11 }, 'big store': { capacity: 'unlimited' } });
    expect(at.stations.lathe.servers).toBe(3);
    expect(setting.cost?.([2, 3, 15, 4])).toBe(304);
  });

  test('scale multiplies the times of a station wherever they stand', () => {
    const setting = ready((experiment) => {
      experiment.factors = {
        lathe: { scale: 'stations.lathe.processing', from: 0.5, to: 2 },
        press: { scale: ['stations.press.processing'], from: 0.5, to: 2 },
      };
    });
    const at = setting.sceneText([0.5, 2]) as Loose;
    expect(at.products.gear.routing[0].processing).toEqual({ lognormal: { mean: 2, cv: 0.5 } });
    expect(at.stations.press.processing).toBe('7 min');
  });

  test('equations take a factor away: r3 follows', () => {
    const setting = ready((experiment) => {
      experiment.factors = {
        a: { path: 'buffers.b1.capacity', from: 1, to: 9 },
        b: { path: 'buffers.big store.capacity', from: 1, to: 9 },
      };
      experiment.constraints = ['a + b = 10'];
    });
    expect(setting.space.free).toEqual([0]);
    expect([...setting.space.points()]).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, 9 - i]));
  });

  test('what is not known is drawn from its distribution', () => {
    const setting = ready((experiment) => {
      experiment.uncertain = {
        repair: { path: 'stations.press.failures[0].repair', distribution: { uniform: { min: '10 min', max: '30 min' } } },
      };
    });
    const at = setting.sceneText([5, 3.5, 0.25]) as Loose;
    expect(at.stations.press.failures[0].repair).toBe('900 s');
  });
});

describe('what is refused, by its path', () => {
  const cases: [string, (experiment: Loose, scene: Loose) => void, string][] = [
    [
      'a path that does not exist',
      (e) => (e.factors.places.path = 'buffers.b7.capacity'),
      'experiments.trial.factors.places.path: found buffers.b7; expected a key of this scene (did you mean "b1"?)',
    ],
    [
      'a key that does not exist',
      (e) => (e.factors.places.path = 'buffers.b1.capasity'),
      'experiments.trial.factors.places: at 0 the scene is refused: buffers.b1.capasity: unknown key',
    ],
    [
      'an empty range',
      (e) => (e.factors.places.from = 9),
      'experiments.trial.factors.places.to: found 8, below "from": 9, so the range is empty; expected at least as much',
    ],
    [
      'a range without an end',
      (e) => delete e.factors.places.to,
      'experiments.trial.factors.places.to: missing; expected "from" and "to", or "values"',
    ],
    [
      'two units',
      (e) => (e.factors.time.to = '300 s'),
      'experiments.trial.factors.time.to: found "300 s" after "from": "2 min"; expected the same unit',
    ],
    [
      'a value that the scene refuses',
      (e) => (e.factors.time = { path: 'stations.press.processing', values: ['2 min', 'soon'] }),
      'experiments.trial.factors.time: at soon the scene is refused: stations.press.processing',
    ],
    [
      'constraints that nobody satisfies',
      (e) => (e.constraints = ['places > 8', 'time < 5']),
      'experiments.trial.constraints: found no design that meets the constraints',
    ],
    [
      'a constraint about no factor',
      (e) => (e.constraints = ['place <= 3']),
      'experiments.trial.constraints[0]: column 1: found "place"; expected one of the factors: places, time (did you mean "places"?)',
    ],
    [
      'a constraint that is a number',
      (e) => (e.constraints = ['places + 1']),
      'experiments.trial.constraints[0]: found "places + 1"; expected a comparison',
    ],
    [
      'an objective that is no metric',
      (e) => (e.objectives = [{ maximise: 'total.troughput' }]),
      'experiments.trial.objectives[0].maximise: found "total.troughput"; expected a metric of this plant, such as "total.throughput" (did you mean "total.throughput"?)',
    ],
    [
      'an objective both ways',
      (e) => (e.objectives = [{ maximise: 'total.wip', minimise: 'total.wip' }]),
      'experiments.trial.objectives[0]: ',
    ],
    ['a cost that is the same for every design', (e) => (e.cost = '100'), 'experiments.trial.cost: found "100", the same for every design'],
    [
      'cost without one',
      (e) => (e.objectives = [{ minimise: 'cost' }]),
      'experiments.trial.objectives[0].minimise: found "cost"; expected "cost" beside it',
    ],
    ['no factor', (e) => delete e.factors, 'experiments.trial.factors: missing; expected at least one factor'],
    ['a trade-off of one', (e) => (e.question = 'trade-off'), 'experiments.trial.objectives: found 1; expected two or more'],
    [
      'a limit without a bound',
      (e) => (e.limits = [{ metric: 'total.wip' }]),
      'experiments.trial.limits[0]: found neither "least" nor "most"',
    ],
    [
      'a table row outside',
      (e) => (e.design = { kind: 'table', rows: 'places,time\n3,4 min\n11,4 min' }),
      'experiments.trial.design.rows[1]: found places = 11, time = 4 min; expected values within the ranges',
    ],
    ['an unknown question', (e) => (e.question = 'why'), 'experiments.trial.question: found "why"; expected one of'],
    [
      'a sequence of nothing',
      (e) => (e.factors = { order: { path: 'sources.infeed.orders', sequence: true } }),
      'experiments.trial.factors.order.path: found nothing there; expected a list',
    ],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    const found = problems(change);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0].slice(0, expected.length)).toBe(expected);
  });

  test('an experiment that is not there', () => {
    const prepared = prepare(scene(), 'trail');
    expect(prepared).toEqual({
      ok: false,
      problems: [{ path: 'experiments', message: 'found no experiment "trail"; expected one of "trial" (did you mean "trial"?)' }],
    });
  });
});

test('every experiment that ships can be prepared', () => {
  for (const name of ['gearbox', 'throughput']) {
    const text = readFileSync(new URL(`../../scenes/${name}.json`, import.meta.url), 'utf8');
    for (const experiment of Object.keys(JSON.parse(text).experiments))
      expect(prepare(text, experiment), `${name}: ${experiment}`).toMatchObject({ ok: true });
  }
});

test('paths and scaled times', () => {
  expect(parsePath('stations["a.b"].failures[0].repair')).toEqual(['stations', 'a.b', 'failures', 0, 'repair']);
  expect(scaled({ exponential: { rate: 2 } }, 2)).toEqual({ exponential: { rate: 1 } });
  expect(scaled({ discrete: { values: ['1 s', 2], weights: [1, 1] } }, 3)).toEqual({ discrete: { values: ['3 s', 6], weights: [1, 1] } });
});
