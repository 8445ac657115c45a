/** The scene as written → the checked scene: defaults filled in, durations in ticks, lists in the order of names, weights that sum to 1. */
import { NEVER, parseDuration, type Unit } from '../clock.ts';
import type { Distribution } from '../distributions.ts';
import type { DistributionText } from '../stations/duration.ts';
import { ALL_ZERO, distributionOf, type Measure, partsMeasure, roundly, ticksMeasure } from './durations.ts';
import { didYouMean, type Findings, type Path, shown } from './problems.ts';
import type { Group, Link, Product, Rule, Run, Scene, Source, Station, Step } from './scene.ts';
import type { SceneText } from './schema.ts';

type ElementText<K extends 'products' | 'sources' | 'buffers' | 'stations' | 'groups' | 'sinks'> = NonNullable<SceneText[K]>[string];
type StepText = NonNullable<ElementText<'products'>['routing']>[number];

const MOST_SERVERS = 1_000_000;

/** Undefined where the clock itself makes no sense. Where findings were added, the scene is not to be used. */
export function normalise(text: SceneText, findings: Findings): Scene | undefined {
  const unit = text.time?.unit ?? 's';
  const tickSeconds = parseDuration(text.time?.resolution ?? '1 ms', unit) ?? 0;
  if (!(tickSeconds > 0)) {
    findings.add(['time', 'resolution'], `found ${shown(text.time?.resolution)}; expected a duration above 0, the length of one tick`);
    return undefined;
  }
  return new Normaliser(text, unit, tickSeconds, findings).scene();
}

class Normaliser {
  readonly text: SceneText;
  readonly unit: Unit;
  readonly tickSeconds: number;
  readonly findings: Findings;
  readonly ticks: Measure;
  readonly parts: Measure;

  constructor(text: SceneText, unit: Unit, tickSeconds: number, findings: Findings) {
    this.text = text;
    this.unit = unit;
    this.tickSeconds = tickSeconds;
    this.findings = findings;
    this.ticks = ticksMeasure(unit, tickSeconds, findings);
    this.parts = partsMeasure(findings);
  }

  scene(): Scene {
    const { text } = this;
    const stations = inOrder(text.stations, (name, station) => this.station(name, station));
    const servers = stations.reduce((sum, station) => sum + station.servers, 0);
    if (servers > MOST_SERVERS)
      this.findings.add(['stations'], `found ${roundly(servers)} servers in all; the limit is ${roundly(MOST_SERVERS)}`);
    return {
      name: text.name ?? 'Untitled',
      description: text.description ?? '',
      time: { unit: this.unit, tickSeconds: this.tickSeconds },
      products: inOrder(text.products, (name, product) => this.product(name, product)),
      sources: inOrder(text.sources, (name, source) => this.source(name, source)),
      buffers: inOrder(text.buffers, (name, { capacity, position }) => ({
        name,
        position,
        capacity: typeof capacity === 'number' ? capacity : Number.POSITIVE_INFINITY,
        initial: [],
      })),
      stations,
      groups: inOrder(text.groups, (name, group) => this.group(name, group)),
      conveyors: [],
      people: [],
      calendars: [],
      limits: [],
      transfers: [],
      sinks: inOrder(text.sinks, (name, { position }) => ({ name, position })),
      links: (text.links ?? []).map((link, i) => this.link(link, ['links', i])).sort(byFromThenProduct),
      run: this.run(),
    };
  }

  distribution(text: DistributionText | undefined, path: Path, measure = this.ticks): Distribution | undefined {
    return text === undefined ? undefined : distributionOf(text, path, measure, this.findings);
  }

  product(name: string, { color, routing, sink }: ElementText<'products'>): Product {
    return {
      name,
      color,
      sink,
      routing: routing && this.routing(routing, ['products', name, 'routing']),
      priority: 0,
      due: undefined,
      size: 1,
      family: name,
    };
  }

  routing(steps: StepText[], path: Path): Step[] {
    const numbers = new Map<string, number>([['done', steps.length]]);
    steps.forEach((step, i) => {
      if (step.name === undefined) return;
      if (step.name === 'done')
        this.findings.add([...path, i, 'name'], 'found "done", which is reserved for the end of the routing; choose another');
      else if (numbers.has(step.name))
        this.findings.add([...path, i, 'name'], `found ${shown(step.name)} a second time; expected each name of a step once in a routing`);
      else numbers.set(step.name, i);
    });
    const made = steps.map(
      (step, i): Step => ({
        name: step.name ?? `step ${i + 1}`,
        station: step.station,
        processing: this.distribution(step.processing, [...path, i, 'processing']),
        alternatives: [],
        rule: undefined,
        family: undefined,
        per: 'part',
        share: 1,
        interval: undefined,
        batch: undefined,
        quality: undefined,
        within: undefined,
        next: this.next(step.next, i, numbers, [...path, i, 'next']),
      }),
    );
    const stuck = neverDone(made);
    if (stuck !== undefined) {
      const { name, station } = made[stuck] as Step;
      this.findings.add(
        [...path, stuck, 'next'],
        `from ${shown(name)} at ${shown(station)} the routing never comes to its end; expected a way to "done"`,
      );
    }
    return made;
  }

  next(text: StepText['next'], at: number, numbers: Map<string, number>, path: Path): Step['next'] {
    const numberOf = (name: string, where: Path): number => {
      const number = numbers.get(name);
      if (number === undefined)
        this.findings.add(
          where,
          () => `found ${shown(name)}; expected the name of a step of this routing, or "done"${didYouMean(name, numbers.keys())}`,
        );
      return number ?? 0;
    };
    if (text === undefined) return [{ step: at + 1, weight: 1 }];
    if (typeof text === 'string') return [{ step: numberOf(text, path), weight: 1 }];
    const seen = new Set<number>();
    const shares = this.shares(
      text.map(({ weight }) => weight),
      path,
    );
    return text.map(({ step }, i) => {
      const number = numberOf(step, [...path, i, 'step']);
      if (seen.has(number)) this.findings.add([...path, i, 'step'], `found ${shown(step)} a second time; expected each step once`);
      seen.add(number);
      return { step: number, weight: shares[i] as number };
    });
  }

  /** Weights that sum to 1. */
  shares(weights: number[], path: Path): number[] {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!(sum > 0)) this.findings.add(path, ALL_ZERO);
    return weights.map((weight) => weight / sum);
  }

  source(name: string, text: ElementText<'sources'>): Source {
    const path: Path = ['sources', name];
    const { product, mix, saturated = false } = text;
    if (product !== undefined && mix) this.findings.add([...path, 'mix'], 'found "product" and "mix"; expected one of the two');
    if (mix && Object.keys(mix).length === 0) this.findings.add([...path, 'mix'], 'found no product; expected at least one with a weight');
    const mixed = mix ? Object.keys(mix).sort() : [product ?? (Object.keys(this.text.products)[0] as string)];
    const weights =
      mix && mixed.length > 0
        ? this.shares(
            mixed.map((each) => mix[each] as number),
            [...path, 'mix'],
          )
        : [1];
    if (saturated) {
      for (const key of ['interarrival', 'first', 'whenFull'] as const) {
        if (text[key] !== undefined)
          this.findings.add(
            [...path, key],
            `found ${shown(text[key])} beside "saturated": true, where it means nothing; remove one of the two`,
          );
      }
    } else if (text.interarrival === undefined) {
      this.findings.add(
        [...path, 'interarrival'],
        'missing; expected the time between arrivals, a duration or distribution, or "saturated": true',
      );
    }
    const interarrival = this.distribution(text.interarrival, [...path, 'interarrival']);
    this.neverZero(
      interarrival,
      [...path, 'interarrival'],
      'parts would arrive without end at one moment; for a source that never starves what follows, write "saturated": true',
    );
    return {
      name,
      position: text.position,
      mix: mixed.map((each, i) => ({ product: each, weight: weights[i] as number })),
      interarrival,
      first: this.distribution(text.first, [...path, 'first']),
      whenFull: text.whenFull ?? 'wait',
      batch: undefined,
      rate: undefined,
      orders: undefined,
    };
  }

  neverZero(distribution: Distribution | undefined, path: Path, why: string): void {
    const zero =
      distribution?.kind === 'constant'
        ? distribution.value === 0
        : distribution?.kind === 'discrete' && distribution.values.every((value, i) => value === 0 || distribution.weights[i] === 0);
    if (zero) this.findings.add(path, `found a time that is always 0; ${why}`);
  }

  station(name: string, text: ElementText<'stations'>): Station {
    const path: Path = ['stations', name];
    return {
      name,
      position: text.position,
      servers: text.servers ?? 1,
      processing: this.distribution(text.processing, [...path, 'processing']),
      failures: (text.failures ?? []).flatMap((failure, i) => {
        const at: Path = [...path, 'failures', i];
        const timeToFailure = this.distribution(
          failure.timeToFailure,
          [...at, 'timeToFailure'],
          failure.clock === 'parts' ? this.parts : this.ticks,
        );
        const repair = this.distribution(failure.repair, [...at, 'repair']);
        this.neverZero(timeToFailure, [...at, 'timeToFailure'], 'the server would never be in order');
        return timeToFailure && repair
          ? [
              {
                name: `failure ${i + 1}`,
                clock: failure.clock,
                timeToFailure,
                repair,
                interruptedJob: failure.interruptedJob ?? 'resume',
                people: undefined,
                renews: [],
              },
            ]
          : [];
      }),
      per: 'part',
      loading: undefined,
      unloading: undefined,
      batch: undefined,
      assembly: undefined,
      disassembly: [],
      setup: undefined,
      dispatch: [],
      preemptive: false,
      quality: [],
      maintenance: [],
      wear: undefined,
      people: { setup: undefined, loading: undefined, processing: undefined, unloading: undefined },
      shifts: undefined,
      onShiftEnd: 'finish',
    };
  }

  group(name: string, text: ElementText<'groups'>): Group {
    const { rule, weights } = this.ruleOf(text, text.stations.length, 'shortest queue', ['groups', name]);
    return { name, stations: text.stations, rule, weights };
  }

  link(text: NonNullable<SceneText['links']>[number], path: Path): Link {
    const to = typeof text.to === 'string' ? [text.to] : text.to;
    const { rule, weights } = this.ruleOf(text, to.length, to.length === 1 ? 'fixed' : 'first free', path);
    return { from: text.from, to, rule, weights, products: text.products && [...new Set(text.products)].sort() };
  }

  ruleOf(
    text: { rule?: Rule | undefined; weights?: number[] | undefined },
    targets: number,
    byDefault: Rule,
    path: Path,
  ): { rule: Rule; weights: number[] | undefined } {
    const { rule = byDefault, weights } = text;
    if (rule === 'fixed' && targets > 1) {
      this.findings.add(
        [...path, 'rule'],
        `found "fixed" with ${targets} targets; expected one target, or another rule: "probability", "round robin", "shortest queue" or "first free"`,
      );
    }
    if (rule === 'probability') {
      if (!weights)
        this.findings.add(
          [...path, 'weights'],
          `missing; expected a list of weights, one for each of ${targets} targets, as the rule is "probability"`,
        );
      else if (weights.length !== targets)
        this.findings.add([...path, 'weights'], `found a list of ${weights.length} for ${targets} targets; expected one weight a target`);
      else return { rule, weights: this.shares(weights, [...path, 'weights']) };
    } else if (weights) {
      this.findings.add([...path, 'weights'], `found weights with the rule ${shown(rule)}; expected none, or "rule": "probability"`);
    }
    return { rule, weights: undefined };
  }

  run(): Run {
    const { run } = this.text;
    const seconds = (key: 'warmup' | 'horizon'): number => {
      const value = parseDuration(run[key] ?? 0, this.unit);
      if (value === undefined) this.findings.add(['run', key], `found ${shown(run[key])}; expected a duration that ends`);
      return value ?? Number.NaN;
    };
    const warmup = seconds('warmup') / this.tickSeconds;
    const horizon = seconds('horizon') / this.tickSeconds;
    const all = Math.round(warmup) + Math.round(horizon);
    if (all >= NEVER) {
      const coarser = readable((all * this.tickSeconds) / (NEVER - 2));
      this.findings.add(
        ['run', 'horizon'],
        `warm-up and horizon together do not fit 2^32 ticks: ${roundly(all)} ticks; take a coarser time.resolution, at least ${coarser}, or a shorter horizon`,
      );
    } else if (horizon < 0.5) {
      this.findings.add(['run', 'horizon'], `found ${shown(run.horizon)}, which is 0 ticks; expected a duration above 0`);
    }
    return {
      warmup,
      horizon,
      replications: run.replications ?? 1024,
      seed: run.seed ?? 1,
      stopAfter: run.stopAfter,
      maxParts: run.maxParts,
    };
  }
}

function inOrder<T, N extends { name: string }>(elements: Record<string, T> | undefined, make: (name: string, element: T) => N): N[] {
  return Object.entries(elements ?? {})
    .map(([name, element]) => make(name, element))
    .sort((a, b) => before(a.name, b.name));
}

/** UTF-16 code-unit order. */
function before(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byFromThenProduct(a: Link, b: Link): number {
  return before(a.from, b.from) || before(a.products?.[0] ?? '', b.products?.[0] ?? '');
}

/** The first step from which the end cannot be reached, by ways that have a weight above 0. */
function neverDone(steps: Step[]): number | undefined {
  const before: number[][] = Array.from({ length: steps.length + 1 }, () => []);
  steps.forEach(({ next }, i) => {
    for (const { step, weight } of next) if (weight > 0) before[step]?.push(i);
  });
  const ends = new Set([steps.length]);
  for (const step of ends) for (const earlier of before[step] as number[]) ends.add(earlier);
  const stuck = steps.findIndex((_, i) => !ends.has(i));
  return stuck === -1 ? undefined : stuck;
}

/** The least 1, 2 or 5 × 10^n seconds that is not below this, as a duration. */
function readable(seconds: number): string {
  for (let n = -12; n < 300; n++) {
    for (const digit of [1, 2, 5]) {
      const candidate = Number(`${digit}e${n}`);
      if (candidate >= seconds) return candidate < 1 ? `"${Number(`${digit}e${n + 3}`)} ms"` : `"${candidate} s"`;
    }
  }
  return 'more than can be written';
}
