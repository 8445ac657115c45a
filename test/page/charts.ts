/** Made-up reports for the charts: every figure is known, so that a test can say what must be drawn. */
import type { DesignRow, Known, ResponseShown, StudyReport } from '../../src/experiment/study-protocol.ts';
import type { GainRow, MserSeries, SwingRow } from '../../src/app/charts/charts.ts';
import { Dice } from '../../src/search/dice.ts';

const known = (mean: number, half: number): Known => ({ mean, low: mean - half, high: mean + half, sd: half * 4 });

/** `n` designs of five factors and three responses; base is design 0. `objectives`: 1 … 3. */
export function madeReport(n: number, objectives = 2): StudyReport {
  const dice = new Dice(7);
  const responses: ResponseShown[] = [
    { name: 'total.throughput', unit: '1/h', sense: 'maximise', of: 'mean' },
    { name: 'cost', unit: '€' },
    { name: 'total.flowTimeP95', unit: 's', most: 9000 },
  ];
  if (objectives > 1) responses[1]!.sense = 'minimise';
  if (objectives > 2) Object.assign(responses[2]!, { sense: 'minimise', of: '90 % quantile' });
  const designs = Array.from({ length: n }, (_, id): DesignRow => {
    const b2 = 1 + dice.whole(10);
    const b3 = 1 + dice.whole(10);
    const speed = id === 0 ? 30 : 20 + 20 * dice.uniform();
    const rule = dice.whole(3);
    const cost = 100 * (b2 + b3) + 40 * (40 - speed) ** 1.2;
    const throughput = 14 + 4 * (1 - 1 / (b2 + 0.5)) + 2 * (1 - 1 / b3) + 0.12 * (40 - speed) + 0.3 * rule + 0.4 * (dice.uniform() - 0.5);
    const flow = 3000 + 420 * (b2 + b3) + 60 * speed - 300 * rule;
    return {
      id,
      point: [b2, b3, speed, rule, 4],
      twins: id % 7 === 3 ? 1 : 16 + dice.whole(48),
      known: [known(throughput, 0.05 + 0.2 * dice.uniform()), known(cost, 0), known(flow, 200)],
      feasible: flow <= 9000,
      front: false,
      base: id === 0,
      chosen: false,
    };
  });
  // One twin has no interval, and a design in which no part finished has no flow time.
  for (const row of designs) if (row.twins === 1) Object.assign(row.known[0]!, { low: Number.NaN, high: Number.NaN, sd: Number.NaN });
  if (n > 5) designs[5]!.known[2] = known(Number.NaN, Number.NaN);
  const senses = responses.flatMap(({ sense }, j) => (sense ? [{ j, sign: sense === 'maximise' ? 1 : -1 }] : []));
  const able = designs
    .filter(({ feasible }) => feasible)
    .map((row) => ({ row, at: senses.map(({ j, sign }) => row.known[j]!.mean * sign) }));
  for (const { row, at } of able)
    row.front =
      senses.length > 1 &&
      !able.some((other) => other.at.every((value, k) => value >= at[k]!) && other.at.some((value, k) => value > at[k]!));
  const best = designs
    .filter(({ feasible }) => feasible)
    .toSorted((a, b) => b.known[0]!.mean - 0.002 * b.known[1]!.mean - (a.known[0]!.mean - 0.002 * a.known[1]!.mean))[0];
  if (best) best.chosen = true;
  const factor = { paths: [], options: [], now: undefined };
  return {
    engine: {} as StudyReport['engine'],
    path: { taken: 'events', reason: '' },
    experiment: 'buffers',
    question: 'trade-off',
    scene: '{}',
    seed: 1,
    digest: '0123456789abcdef',
    complete: true,
    warmup: 8,
    horizon: 40,
    timeUnit: 'h',
    twins: n * 40,
    rounds: 3,
    seconds: 12,
    recalled: 0,
    method: 'Latin hypercube',
    factors: [
      { ...factor, name: 'b2', unit: '', kind: 'steps', low: 1, high: 10 },
      { ...factor, name: 'b3', unit: '', kind: 'steps', low: 1, high: 10 },
      { ...factor, name: 'press time', unit: 's', kind: 'real', low: 20, high: 40 },
      { ...factor, name: 'rule', unit: '', kind: 'choice', low: 0, high: 2, options: ['first come', 'earliest due date', 'shortest job'] },
      { ...factor, name: 'crew', unit: '', kind: 'steps', low: 2, high: 6 },
    ],
    responses,
    designs,
    tried: n > 1000 ? n * 7 : n,
    chosen: best?.id ?? -1,
    guarantee: undefined,
    insights: [],
    interventions: [
      intervention('mill', 'one more place', 0.031, 0.004),
      intervention('lathe', 'processing 5 % faster', 0.021, 0.003),
      intervention('lathe', 'one more server', 0.012, 0.003),
      intervention('b3', 'one more place', 0.009, 0.002),
      intervention('washer', 'processing 5 % faster', 0.001, 0.003),
      intervention('inspection and packing', 'processing 5 % faster', -0.0005, 0.0022),
    ],
    activePeriods: [
      { element: 'lathe', sole: 0.52, shifting: 0.11 },
      { element: 'washer', sole: 0.15, shifting: 0.08 },
      { element: 'mill', sole: 0.09, shifting: 0.1 },
      { element: 'inspection and packing', sole: 0.02, shifting: 0.03 },
    ],
    effects: [
      effect(
        'b3',
        Array.from({ length: 10 }, (_, k) => [String(k + 1), 18 + 2 * (1 - 1 / (k + 1))]),
      ),
      effect(
        'b2',
        Array.from({ length: 10 }, (_, k) => [String(k + 1), 16 + 4 * (1 - 1 / (k + 1.5))]),
      ),
      effect('press time', [
        ['20–24', 20.1],
        ['24–28', 19.7],
        ['28–32', 19.2],
        ['32–36', 18.8],
        ['36–40', 18.2],
      ]),
      effect('rule', [
        ['first come', 18.9],
        ['earliest due date', 19.2],
        ['shortest job', 19.5],
      ]),
      effect('crew', [
        ['2', 19],
        ['4', Number.NaN],
        ['6', 19.1],
      ]),
    ],
    sensitivity: ['b2', 'b3', 'press time', 'rule', 'crew'].map((factor, k) => ({
      factor,
      muStar: [2.2, 1.1, 1.6, 0.4, 0.05][k]!,
      muStarLow: [1.9, 0.9, 1.4, 0.3, 0.02][k]!,
      muStarHigh: [2.5, 1.3, 1.8, 0.5, 0.09][k]!,
      sigma: [1.7, 0.9, 0.3, 0.2, 0.04][k]!,
      first: Number.NaN,
      firstLow: Number.NaN,
      firstHigh: Number.NaN,
      total: Number.NaN,
      totalLow: Number.NaN,
      totalHigh: Number.NaN,
    })),
    uncertainty: [
      {
        response: 'total.throughput',
        unit: '1/h',
        mean: 18.4,
        low: 18.1,
        high: 18.7,
        bySelf: { known: 0.9, chance: 0.5 },
        share: 0.764,
        shareLow: 0.68,
        shareHigh: 0.83,
        quantiles: [16.9, 18.5, 19.8],
        causes: [
          { parameter: 'press mtbf', share: 0.55 },
          { parameter: 'scrap share', share: 0.18 },
          { parameter: 'walking speed', share: Number.NaN },
        ],
        samples: 128,
        twins: 4096,
      },
    ],
    hypervolume: objectives > 1 ? 0.734 : Number.NaN,
    warnings: [],
  };
}

/** The same with Sobol' indices in the place of Morris's. */
export function sobolReport(): StudyReport {
  const report = madeReport(40, 1);
  report.sensitivity.forEach((row, k) => {
    const [first, total] = [[0.48, 0.09, 0.28, 0.02, -0.01][k]!, [0.6, 0.17, 0.3, 0.03, 0.004][k]!];
    Object.assign(row, { muStar: Number.NaN, sigma: Number.NaN, muStarLow: Number.NaN, muStarHigh: Number.NaN });
    Object.assign(row, { first, firstLow: first - 0.05, firstHigh: first + 0.05, total, totalLow: total - 0.04, totalHigh: total + 0.04 });
  });
  return report;
}

function intervention(element: string, change: string, share: number, half: number): StudyReport['interventions'][number] {
  const base = 18;
  return {
    element,
    change,
    path: `stations.${element}`,
    gain: share * base,
    low: (share - half) * base,
    high: (share + half) * base,
    share,
    shareLow: share - half,
    shareHigh: share + half,
    pairs: 512,
    blockedBefore: 20,
    blockedAfter: 15,
    starvedBefore: 5,
    starvedAfter: 6,
    design: -1,
  };
}

function effect(factor: string, means: [label: string, mean: number][]): StudyReport['effects'][number] {
  const values = means.map(([, mean]) => mean).filter(Number.isFinite);
  return {
    factor,
    levels: means.map(([label, mean], value) => ({ label, value, mean, low: mean - 0.2, high: mean + 0.2, designs: 12 + value })),
    range: Math.max(...values) - Math.min(...values),
  };
}

export const swings: SwingRow[] = [
  { label: 'crew', low: 18.3, high: 18.5, base: 18.4, unit: '1/h' },
  { label: 'b2 (places behind the press)', low: 16.2, high: 19.6, base: 18.4, unit: '1/h' },
  { label: 'press time', low: 19.7, high: 17.1, base: 18.4, unit: '1/h' },
  { label: 'not measured', low: Number.NaN, high: 18, base: 18.4, unit: '1/h' },
];

export const gains = (report: StudyReport): GainRow[] =>
  report.interventions.map(({ element, change, gain, low, high }) => ({ label: `${element}: ${change}`, gain, low, high, unit: '1/h' }));

/** Exponential run-in over noise; the statistic is computed here by its definition, which the chart takes as it is. */
export function series(batches = 120): MserSeries {
  const dice = new Dice(3);
  const means = Array.from({ length: batches }, (_, i) => 18 - 9 * 0.86 ** i + 1.6 * (dice.uniform() - 0.5));
  const curve = means.map((_, cut) => {
    const rest = means.slice(cut);
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
    return cut > batches / 2 ? Number.NaN : rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
  });
  const least = Math.min(...curve.filter(Number.isFinite));
  return { name: 'throughput', unit: '1/h', means, curve, cut: curve.indexOf(least), batch: 0.5, timeUnit: 'h' };
}
