/** What every part of the normaliser reads with: durations and distributions in ticks, parts or numbers, weights, stretches of time. */
import type { Unit } from '../clock.ts';
import type { Distribution } from '../distributions.ts';
import type { DistributionText, DurationText } from '../stations/duration.ts';
import { ALL_ZERO, distributionOf, type Measure, partsMeasure, thousandthsMeasure, ticksMeasure } from './durations.ts';
import { type Findings, type Path, shown } from './problems.ts';
import type { SceneText } from './schema.ts';

export type ElementText<
  K extends 'products' | 'sources' | 'buffers' | 'stations' | 'groups' | 'conveyors' | 'sinks' | 'people' | 'calendars' | 'limits',
> = NonNullable<SceneText[K]>[string];

export interface Stretch {
  from: number;
  to: number;
}

export class Values {
  readonly text: SceneText;
  readonly unit: Unit;
  readonly tickSeconds: number;
  readonly findings: Findings;
  readonly ticks: Measure;
  readonly parts: Measure;
  /** Thousandths of a unit without a name: conditions. */
  readonly thousandths: Measure;
  /** The elements that parts can be in, and be sent to. */
  readonly countable: ReadonlySet<string>;

  constructor(text: SceneText, unit: Unit, tickSeconds: number, findings: Findings) {
    this.text = text;
    this.unit = unit;
    this.tickSeconds = tickSeconds;
    this.findings = findings;
    this.ticks = ticksMeasure(unit, tickSeconds, findings);
    this.parts = partsMeasure(findings);
    this.thousandths = thousandthsMeasure(findings);
    this.countable = new Set([text.buffers, text.stations, text.conveyors].flatMap((elements) => Object.keys(elements ?? {})));
  }

  distribution(text: DistributionText, path: Path, measure?: Measure): Distribution | undefined;
  distribution(text: DistributionText | undefined, path: Path, measure?: Measure): Distribution | undefined;
  distribution(text: DistributionText | undefined, path: Path, measure = this.ticks): Distribution | undefined {
    return text === undefined ? undefined : distributionOf(text, path, measure, this.findings);
  }

  #coming: Map<string, string[]> | undefined;
  /** The products that have a step at a station; found out once for all stations. */
  comingTo(station: string, find: () => Map<string, string[]>): string[] {
    this.#coming ??= find();
    return this.#coming.get(station) ?? [];
  }

  /** A distribution that must be there: after a finding, one that stands in for it. */
  time(text: DistributionText, path: Path, measure = this.ticks): Distribution {
    return this.distribution(text, path, measure) ?? { kind: 'constant', value: 1 };
  }

  /** A single duration in ticks; 0 after a finding. */
  duration(text: DurationText, path: Path, measure = this.ticks): number {
    return measure.amount(text, path) ?? 0;
  }

  /** Weights that sum to 1. */
  shares(weights: number[], path: Path): number[] {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!(sum > 0)) this.findings.add(path, ALL_ZERO);
    return weights.map((weight) => weight / sum);
  }

  neverZero(distribution: Distribution | undefined, path: Path, why: string): void {
    const zero =
      distribution?.kind === 'constant'
        ? distribution.value === 0
        : distribution?.kind === 'discrete' && distribution.values.every((value, i) => value === 0 || distribution.weights[i] === 0);
    if (zero) this.findings.add(path, `found a time that is always 0; ${why}`);
  }

  /** Stretches of at least one tick, sorted, those that touch made one. */
  stretches(texts: { from: DurationText; to: DurationText }[], path: Path, end = Number.POSITIVE_INFINITY, ending = ''): Stretch[] {
    const stretches = texts.map((text, i) => {
      const from = this.duration(text.from, [...path, i, 'from']);
      const to = this.duration(text.to, [...path, i, 'to']);
      if (Math.round(to) <= Math.round(from))
        this.findings.add([...path, i, 'to'], `found ${shown(text.to)} after "from": ${shown(text.from)}; expected a later time`);
      else if (to > end * (1 + 1e-9)) this.findings.add([...path, i, 'to'], `found ${shown(text.to)}; expected at most ${ending}`);
      return { from, to: Math.min(to, end) };
    });
    const merged: Stretch[] = [];
    for (const stretch of stretches.sort((a, b) => a.from - b.from)) {
      const last = merged.at(-1);
      if (last && Math.round(stretch.from) <= Math.round(last.to)) last.to = Math.max(last.to, stretch.to);
      else merged.push({ ...stretch });
    }
    return merged;
  }
}

/** Every element under its name, in the order of names (UTF-16 code units). */
export function inOrder<T, N extends { name: string }>(
  elements: Record<string, T> | undefined,
  make: (name: string, element: T) => N,
): N[] {
  return Object.entries(elements ?? {})
    .map(([name, element]) => make(name, element))
    .sort((a, b) => before(a.name, b.name));
}

/** UTF-16 code-unit order. */
export function before(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
