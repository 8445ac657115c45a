/** Products and the steps of their routings, as written → as checked. */
import type { Distribution } from '../distributions.ts';
import { lookFrom } from '../stations/looks.ts';
import { stepNamed, stepQuality } from './normalise-quality.ts';
import type { ElementText, Values } from './normalise-values.ts';
import { didYouMean, type Findings, type Path, shown } from './problems.ts';
import type { Per, Product, Step } from './scene.ts';

type StationText = ElementText<'stations'>;
export type StepText = NonNullable<ElementText<'products'>['routing']>[number];

export function productOf(values: Values, name: string, text: ElementText<'products'>, made: ReadonlySet<string>): Product {
  const path: Path = ['products', name];
  const { color, routing, sink } = text;
  return {
    name,
    color,
    look: lookFrom(text.look),
    sink,
    routing: routing && routingOf(values, routing, [...path, 'routing'], made.has(name)),
    priority: text.priority ?? 0,
    due: values.distribution(text.due, [...path, 'due']),
    size: text.size ?? 1,
    family: text.family ?? name,
  };
}

/** The numbers of the steps that have names, and of the end. */
export function stepNumbers(steps: readonly StepText[]): Map<string, number> {
  const numbers = new Map<string, number>([['done', steps.length]]);
  steps.forEach(({ name }, i) => {
    if (name !== undefined && !numbers.has(name)) numbers.set(name, i);
  });
  return numbers;
}

/** The stations that a step can be done at, of those that there are. */
export function stationsOf(values: Values, step: StepText): string[] {
  const { stations, groups } = values.text;
  const named = step.alternatives ? step.alternatives.map(({ station }) => station) : step.station === undefined ? [] : [step.station];
  return named
    .flatMap((name) => (Object.hasOwn(groups ?? {}, name) ? (groups?.[name]?.stations ?? []) : [name]))
    .filter((name) => Object.hasOwn(stations ?? {}, name));
}

function routingOf(values: Values, steps: StepText[], path: Path, ends: boolean): Step[] {
  const { findings } = values;
  const numbers = stepNumbers(steps);
  steps.forEach(({ name }, i) => {
    if (name === 'done') findings.add([...path, i, 'name'], 'found "done", which is reserved for the end of the routing; choose another');
    else if (name !== undefined && numbers.get(name) !== i)
      findings.add([...path, i, 'name'], `found ${shown(name)} a second time; expected each name of a step once in a routing`);
  });
  const made = steps.map((step, i) => stepOf(values, step, i, numbers, [...path, i]));
  const stuck = ends ? neverDone(made) : undefined;
  if (stuck !== undefined) {
    const { name, station } = made[stuck] as Step;
    findings.add(
      [...path, stuck, 'next'],
      `from ${shown(name)} at ${shown(station)} the routing never comes to its end; expected a way to "done"`,
    );
  }
  return made;
}

/** Keys of a step that mean nothing at a station that is a pure delay. */
const NEEDS_SERVERS = ['interval', 'batch', 'yield', 'onDefect', 'within'] as const;

function stepOf(values: Values, text: StepText, i: number, numbers: Map<string, number>, path: Path): Step {
  const { findings } = values;
  const at = stationsOf(values, text).map((name) => values.text.stations?.[name] as StationText);
  if (text.station === undefined && !text.alternatives)
    findings.add([...path, 'station'], 'missing; expected the name of a station or group, or "alternatives"');
  if (text.alternatives && text.station !== undefined)
    findings.add([...path, 'alternatives'], 'found "station" and "alternatives"; expected one of the two');
  if (text.rule && !text.alternatives)
    findings.add([...path, 'rule'], `found ${shown(text.rule)} without "alternatives", where it means nothing; expected both, or neither`);
  const processing = values.distribution(text.processing, [...path, 'processing']);
  const interval = values.distribution(text.interval, [...path, 'interval']);
  if (at.some(({ servers }) => servers === 'unlimited')) {
    for (const key of NEEDS_SERVERS) {
      if (text[key] !== undefined)
        findings.add(
          [...path, key],
          'found at a station with "unlimited" servers, which is a pure delay; expected a station with a number of servers',
        );
    }
  }
  if (text.batch && (text.batch.min ?? 1) > text.batch.max)
    findings.add([...path, 'batch', 'min'], `found ${text.batch.min}; expected at most max, ${text.batch.max}`);
  if (interval && (text.batch || at.some(({ batch }) => batch)))
    findings.add([...path, 'interval'], 'found for parts that are worked on in batches; expected one of the two: an interval or a batch');
  return {
    name: text.name ?? `step ${i + 1}`,
    station: text.station ?? '',
    processing,
    alternatives: (text.alternatives ?? []).map((alternative, j) => {
      const where: Path = [...path, 'alternatives', j];
      return { station: alternative.station, processing: timeAt(values, alternative, processing, where) };
    }),
    rule: text.rule,
    family: text.family,
    per: perOf(text, at, path, findings),
    share: text.share ?? 1,
    interval,
    batch: text.batch && { min: text.batch.min ?? 1, max: text.batch.max },
    quality: stepQuality(text, numbers, path, findings),
    within: text.within && {
      since: stepNamed(text.within.since, numbers, [...path, 'within', 'since'], findings),
      limit: values.duration(text.within.limit, [...path, 'within', 'limit']),
    },
    next: nextOf(values, text.next, i, numbers, [...path, 'next']),
  };
}

/** The time that a step takes at one of its alternatives: its own there, the step's, or the station's. */
function timeAt(
  values: Values,
  { station, processing }: NonNullable<StepText['alternatives']>[number],
  ofStep: Distribution | undefined,
  path: Path,
): Distribution {
  if (processing !== undefined) return values.time(processing, [...path, 'processing']);
  if (ofStep) return ofStep;
  const own = Object.hasOwn(values.text.stations ?? {}, station) ? values.text.stations?.[station]?.processing : undefined;
  if (own !== undefined) return values.time(own, ['stations', station, 'processing']);
  values.findings.add(
    [...path, 'processing'],
    `missing; expected a duration or distribution, as neither the step nor ${shown(station)} has one`,
  );
  return { kind: 'constant', value: 1 };
}

/** A step that brings its own time says what it is the time of; otherwise the station does. */
function perOf(text: StepText, at: StationText[], path: Path, findings: Findings): Per {
  if (text.per !== undefined) return text.per === 'piece' ? 'piece' : 'part';
  if (text.processing !== undefined) return 'part';
  const pers = new Set(at.map(({ per }): Per => (per === 'piece' ? 'piece' : 'part')));
  if (pers.size > 1)
    findings.add([...path, 'per'], 'missing; expected "part" or "piece", as the stations of this step count their times differently');
  return pers.values().next().value ?? 'part';
}

function nextOf(values: Values, text: StepText['next'], at: number, numbers: Map<string, number>, path: Path): Step['next'] {
  const { findings } = values;
  const numberOf = (name: string, where: Path): number => {
    const number = numbers.get(name);
    if (number === undefined)
      findings.add(
        where,
        () => `found ${shown(name)}; expected the name of a step of this routing, or "done"${didYouMean(name, numbers.keys())}`,
      );
    return number ?? 0;
  };
  if (text === undefined) return [{ step: at + 1, weight: 1 }];
  if (typeof text === 'string') return [{ step: numberOf(text, path), weight: 1 }];
  const seen = new Set<number>();
  const shares = values.shares(
    text.map(({ weight }) => weight),
    path,
  );
  return text.map(({ step }, i) => {
    const number = numberOf(step, [...path, i, 'step']);
    if (seen.has(number)) findings.add([...path, i, 'step'], `found ${shown(step)} a second time; expected each step once`);
    seen.add(number);
    return { step: number, weight: shares[i] as number };
  });
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
