/**
 * Experiments for tests of the page alone: designs spread over the factors that the scene's text ticks, with responses that a formula makes from
 * their values. It obeys the protocol (plans, progress, partial reports, cancel) and simulates nothing.
 */
import { findNodeAtLocation, getNodeValue, modify, applyEdits, parse, parseTree } from 'jsonc-parser';
import { pathOf } from '../../src/app/scene-text.ts';
import type {
  DesignRow,
  FactorShown,
  Insight,
  Known,
  ResponseShown,
  StudyLaboratory,
  StudyReport,
  StudyRequest,
} from '../../src/experiment/study-protocol.ts';
import type { ExperimentText } from '../../src/scene/experiment-schema.ts';

export interface FakeStudies extends Omit<StudyLaboratory, 'cancel'> {
  studies: StudyRequest[];
  millisecondsPerStudy: number;
  /** What `kept` answers. */
  broken: Awaited<ReturnType<StudyLaboratory['kept']>>;
  /** A plan of more designs than this is asked about first. */
  asksAbove: number;
}

const DURATION = /^([\d.]+) (ms|s|min|h|d)$/;

function experimentOf(text: string, name: string): ExperimentText | undefined {
  return (parse(text) as { experiments?: Record<string, ExperimentText> }).experiments?.[name];
}

function quantity(level: unknown): { value: number; unit: string } {
  const match = typeof level === 'string' ? DURATION.exec(level) : undefined;
  return match ? { value: Number(match[1]), unit: match[2]! } : { value: Number(level), unit: '' };
}

function factorsOf(text: string, experiment: ExperimentText): FactorShown[] {
  const tree = parseTree(text)!;
  return Object.entries(experiment.factors ?? {}).map(([name, factor]) => {
    const paths = [factor.path ?? []].flat();
    const node = paths[0] === undefined ? undefined : findNodeAtLocation(tree, pathOf(paths[0]));
    const now: unknown = node && getNodeValue(node);
    if (factor.values) {
      const options = factor.values.map(String);
      const at = options.indexOf(String(now));
      return { name, paths, unit: '', kind: 'choice', low: 0, high: options.length - 1, options, now: at < 0 ? undefined : at };
    }
    const [low, high] = [quantity(factor.from), quantity(factor.to)];
    const base = { name, paths, unit: low.unit, low: low.value, high: high.value, options: [] };
    return { ...base, kind: factor.step === undefined ? 'real' : 'steps', now: now === undefined ? undefined : quantity(now).value };
  });
}

const MINUTES: Record<string, number> = { s: 1 / 60, min: 1, h: 60, d: 1440 };
const UNITS: Record<string, string> = { throughput: '1/min', flowTime: 'min', flowTimeP95: 'min', wip: 'parts' };

function responsesOf(experiment: ExperimentText): ResponseShown[] {
  const objectives = experiment.objectives ?? [{ maximise: 'total.throughput' }];
  const shown = objectives.map(({ maximise, minimise }): ResponseShown => {
    const name = maximise ?? minimise ?? '';
    return { name, unit: UNITS[name.split('.').at(-1)!] ?? '', sense: maximise === undefined ? 'minimise' : 'maximise', of: 'mean' };
  });
  for (const { metric, most } of experiment.limits ?? [])
    if (!shown.some(({ name }) => name === metric))
      shown.push({
        name: metric,
        unit: UNITS[metric.split('.').at(-1)!] ?? '',
        ...(most === undefined ? {} : { most: quantity(most).value * (MINUTES[quantity(most).unit] ?? 1) }),
      });
  if (experiment.cost !== undefined && !shown.some(({ name }) => name === 'cost')) shown.push({ name: 'cost', unit: '' });
  return shown;
}

/** In [0, 1), from its arguments alone. */
function noise(a: number, b: number): number {
  const x = Math.imul(a * 7919 + b * 104_729 + 13, 0x9e3779b1);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

/** More of everything is better, the first factor most, with falling returns; and it costs. */
function known(response: ResponseShown, factors: FactorShown[], point: number[], twins: number): Known {
  const shares = factors.map(({ low, high }, i) => ((point[i] as number) - low) / (high - low || 1));
  const good = shares.reduce((sum, share, i) => sum + Math.sqrt(Math.max(0, share)) / (i + 1), 0) / Math.max(1, factors.length);
  const metric = response.name.split('.').at(-1);
  if (response.name === 'cost') {
    const mean = 100 * shares.reduce((sum, share) => sum + 10 * share, 0);
    return { mean, low: mean, high: mean, sd: 0 };
  }
  const [mean, sd] = metric === 'wip' ? [30 + 20 * good, 3] : metric === 'throughput' ? [0.27 + 0.03 * good, 0.004] : [140 + 60 * good, 11];
  const off = mean + ((noise(Math.round(1000 * good), twins) - 0.5) * sd) / Math.sqrt(twins);
  const half = (1.96 * sd) / Math.sqrt(twins);
  return twins < 2
    ? { mean: off, low: Number.NaN, high: Number.NaN, sd: Number.NaN }
    : { mean: off, low: off - half, high: off + half, sd };
}

const MOST_DESIGNS = 130;

function reportOf(request: StudyRequest, share: number, complete: boolean): StudyReport {
  const experiment = experimentOf(request.scene, request.experiment)!;
  const factors = factorsOf(request.scene, experiment);
  const responses = responsesOf(experiment);
  const { question } = experiment;
  const twinsEach = experiment.replications ?? 16;
  const wanted = factors.length === 0 ? 1 : Math.max(4, Math.floor(MOST_DESIGNS * share));
  const base = factors.map(({ now, low }) => now ?? low);
  const pointAt = (id: number) =>
    id === 0
      ? base
      : factors.map(({ low, high, kind }, i) =>
          kind === 'real' ? low + noise(id, i) * (high - low) : Math.round(low + noise(id, i) * (high - low)),
        );
  const designs = Array.from({ length: wanted }, (_, id): DesignRow => {
    const point = pointAt(id);
    // The last one has had too little for an interval, and one response is not defined there.
    const few = id === wanted - 1 && id > 0;
    const rows = responses.map((response) => known(response, factors, point, few ? 1 : twinsEach));
    if (few && rows.length > 1) rows[1] = { mean: Number.NaN, low: Number.NaN, high: Number.NaN, sd: Number.NaN };
    const feasible = rows.every(({ mean }, i) => !(mean > (responses[i]!.most ?? Number.POSITIVE_INFINITY)));
    return { id, point, twins: few ? 1 : twinsEach, known: rows, feasible, front: false, base: id === 0, chosen: false };
  });
  const sign = responses.map(({ sense }) => (sense === 'minimise' ? -1 : sense === 'maximise' ? 1 : 0));
  const beats = (a: DesignRow, b: DesignRow) =>
    sign.every((one, i) => one === 0 || one * a.known[i]!.mean >= one * b.known[i]!.mean) &&
    sign.some((one, i) => one !== 0 && one * a.known[i]!.mean > one * b.known[i]!.mean);
  const objectives = sign.filter((one) => one !== 0).length;
  if (objectives > 1) for (const row of designs) row.front = row.feasible && !designs.some((other) => other.feasible && beats(other, row));
  const seeks = ['best', 'trade-off', 'compare'].includes(question) && factors.length > 0;
  const best = seeks
    ? designs
        .filter((row) => row.feasible && row.twins > 1)
        .reduce((a, b) => (sign[0]! * b.known[0]!.mean > sign[0]! * a.known[0]!.mean ? b : a))
    : undefined;
  if (best) best.chosen = true;
  const interventions = question === 'what limits' ? interventionsOf(request.scene) : [];
  return {
    engine: {
      engine: 'cpu',
      adapter: 'fake laboratory, 1 worker',
      software: false,
      reason: 'A test of the page alone: nothing is simulated.',
    },
    path: { taken: 'events', reason: 'nothing is simulated.' },
    experiment: request.experiment,
    question,
    scene: request.scene,
    seed: request.seed ?? 1,
    digest: 'feedfacecafebeef',
    complete,
    warmup: 480,
    horizon: 7200,
    timeUnit: 'min',
    twins: designs.reduce((sum, row) => sum + row.twins, 0),
    rounds: Math.ceil(8 * share),
    seconds: 3.2 * share,
    recalled: 0,
    method: 'Every design with common random numbers',
    factors,
    responses,
    designs,
    tried: designs.length,
    chosen: best?.id ?? -1,
    guarantee: best
      ? {
          text: 'With probability at least 0.95 its throughput is within 1 a day of the best of all designs (KN, common random numbers).',
          procedure: 'KN',
          confidence: 0.95,
          indifference: 0.0007,
        }
      : undefined,
    insights: share < 0.4 ? [] : insightsOf(request, best, interventions),
    interventions,
    activePeriods: interventions.map(({ element }, i) => ({ element, sole: 0.5 / (i + 2), shifting: 0.2 / (i + 1) })),
    effects: question === 'what limits' ? [] : factors.map((factor) => effectOf(factor, factors, responses[0]!)),
    sensitivity:
      question === 'sensitivity'
        ? factors.map(({ name }, i) => ({
            factor: name,
            muStar: 0.02 / (i + 1),
            muStarLow: 0.015 / (i + 1),
            muStarHigh: 0.025 / (i + 1),
            sigma: 0.004,
            first: Number.NaN,
            firstLow: Number.NaN,
            firstHigh: Number.NaN,
            total: Number.NaN,
            totalLow: Number.NaN,
            totalHigh: Number.NaN,
          }))
        : [],
    uncertainty:
      question === 'uncertainty'
        ? [
            {
              response: 'total.throughput',
              unit: '1/min',
              mean: 0.28,
              low: 0.26,
              high: 0.3,
              bySelf: { known: 0.006, chance: 0.004 },
              share: 0.69,
              shareLow: 0.6,
              shareHigh: 0.77,
              quantiles: [0.268, 0.28, 0.291],
              causes: [{ parameter: 'repair', share: 0.8 }],
              samples: 64,
              twins: 1024,
            },
          ]
        : [],
    hypervolume: objectives > 1 ? 0.731 : Number.NaN,
    warnings: [],
  };
}

function effectOf(factor: FactorShown, factors: FactorShown[], response: ResponseShown): StudyReport['effects'][number] {
  const at = factors.indexOf(factor);
  const values =
    factor.kind === 'choice'
      ? factor.options.map((_, i) => i)
      : [0, 0.25, 0.5, 0.75, 1].map((share) => factor.low + share * (factor.high - factor.low));
  const levels = values.map((value) => {
    const { mean, low, high } = known(
      response,
      factors,
      factors.map((one, i) => (i === at ? value : (one.low + one.high) / 2)),
      64,
    );
    return { label: factor.options[value] ?? String(Number(value.toPrecision(3))), value, mean, low, high, designs: 20 };
  });
  const means = levels.map(({ mean }) => mean);
  return { factor: factor.name, levels, range: Math.max(...means) - Math.min(...means) };
}

function interventionsOf(scene: string): StudyReport['interventions'] {
  const buffers = Object.keys((parse(scene) as { buffers?: object }).buffers ?? {});
  return buffers.map((element, i) => ({
    element,
    change: 'one more place',
    path: `buffers.${element}.capacity`,
    gain: 0.006 / (i + 1) - 0.0012,
    low: 0.006 / (i + 1) - 0.0019,
    high: 0.006 / (i + 1) - 0.0005,
    share: 0.021 / (i + 1),
    shareLow: 0.018 / (i + 1),
    shareHigh: 0.024 / (i + 1),
    pairs: 512,
    blockedBefore: 8,
    blockedAfter: 5,
    starvedBefore: 3,
    starvedAfter: 3.4,
    design: -1,
  }));
}

function insightsOf(request: StudyRequest, best: DesignRow | undefined, interventions: StudyReport['interventions']): Insight[] {
  const { scene, seed = 1 } = request;
  const first = interventions[0];
  const after = first
    ? applyEdits(scene, modify(scene, ['buffers', first.element, 'capacity'], 6, {}))
    : best && applied(request.scene, request.experiment, best.point).scene;
  if (after === undefined) return [];
  const element = first?.element ?? 'b3';
  return [
    {
      text: first
        ? `One more place in ${element} gives +2.1 % ± 0.3 % output; it removes 38 % of lathe’s blocked time.`
        : `Design ${best!.id} gives +4.2 % ± 0.3 % output over the scene as it is.`,
      evidence: '512 pairs of twins with common random numbers, 95 % interval, all comparisons together.',
      mean: 2.1,
      low: 1.8,
      high: 2.4,
      unit: '%',
      pairs: 512,
      replay: [
        { label: 'Watch the worst twin before', scene: undefined, seed, replication: 41 },
        { label: 'and after', scene: after, seed, replication: 42 },
      ],
      elements: [element],
      design: best?.id ?? -1,
    },
  ];
}

function applied(
  scene: string,
  name: string,
  point: readonly number[],
): { scene: string; changes: { path: string; from: string; to: string }[] } {
  const factors = factorsOf(scene, experimentOf(scene, name)!);
  const texts = experimentOf(scene, name)!.factors ?? {};
  let text = scene;
  const changes = factors.flatMap((factor, i) => {
    const value = point[i] as number;
    const to = texts[factor.name]!.values?.[value] ?? (factor.unit ? `${Number(value.toPrecision(5))} ${factor.unit}` : value);
    return factor.paths.flatMap((path) => {
      const node = findNodeAtLocation(parseTree(text)!, pathOf(path));
      const from: unknown = node && getNodeValue(node);
      if (from === to) return [];
      text = applyEdits(text, modify(text, pathOf(path), to, {}));
      return [{ path, from: from === undefined ? 'not set' : String(from), to: String(to) }];
    });
  });
  return { scene: text, changes };
}

/** `wish.cancelled` is set by the laboratory's one `cancel`. */
export function fakeStudies(wish: { cancelled: boolean }): FakeStudies {
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  return {
    studies: [],
    millisecondsPerStudy: 900,
    broken: [],
    asksAbove: 100_000,
    async plan(request) {
      const experiment = experimentOf(request.scene, request.experiment);
      const at = `experiments.${request.experiment}`;
      if (!experiment) return { ok: false, problems: [{ path: at, message: 'there is no experiment of this name' }] };
      const { question, method = 'auto' } = experiment;
      const factors = factorsOf(request.scene, experiment);
      if (factors.length === 0 && question !== 'what limits' && question !== 'uncertainty')
        return { ok: false, problems: [{ path: `${at}.factors`, message: 'found none; expected at least one factor' }] };
      const empty = factors.find(({ low, high }) => low > high);
      if (empty) return { ok: false, problems: [{ path: `${at}.factors.${empty.name}.to`, message: 'the range is empty' }] };
      const designs = factors.reduce(
        (product, { kind, low, high }) => (kind === 'real' ? Number.POSITIVE_INFINITY : product * (high - low + 1)),
        1,
      );
      const twins = Math.min(designs, MOST_DESIGNS) * (experiment.replications ?? 16);
      return {
        ok: true,
        question,
        method: method === 'auto' ? 'Every design with common random numbers' : method,
        factors,
        responses: responsesOf(experiment),
        designs: factors.length === 0 ? 0 : designs,
        twins,
        seconds: this.millisecondsPerStudy / 1000,
        ask:
          Number.isFinite(designs) && designs > this.asksAbove
            ? `It would run ${designs.toLocaleString('en')} designs, about 3 hours. Run it?`
            : '',
        recalled: 0,
        warnings: [],
      };
    },
    async explore(request, onProgress) {
      this.studies.push(request);
      wish.cancelled = false;
      const steps = 5;
      const total = reportOf(request, 1, true).twins;
      for (let step = 1; step < steps; step++) {
        await pause(this.millisecondsPerStudy / steps);
        const partial = reportOf(request, step / steps, false);
        if (wish.cancelled) return partial;
        const seconds = (this.millisecondsPerStudy / 1000) * (step / steps);
        onProgress({
          twins: partial.twins,
          total,
          round: step,
          seconds,
          secondsLeft: seconds * (steps / step - 1),
          stage: 'Screening designs',
          partial,
        });
      }
      await pause(this.millisecondsPerStudy / steps);
      return wish.cancelled ? reportOf(request, 0.8, false) : reportOf(request, 1, true);
    },
    async apply(scene, experiment, point) {
      return applied(scene, experiment, point);
    },
    async exportStudy(report, format) {
      return new Blob([`${format} of ${report.experiment}: ${report.designs.length} designs, digest ${report.digest}\n`]);
    },
    async kept() {
      return this.broken;
    },
  };
}
