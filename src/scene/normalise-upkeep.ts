/** What stops the servers of a station, and what keeps them going: failures, maintenance and wear. */
import type { Distribution } from '../distributions.ts';
import { needOf } from './normalise-people.ts';
import type { ElementText, Values } from './normalise-values.ts';
import { didYouMean, type Path, shown } from './problems.ts';
import type { Failure, Maintenance, Wear } from './scene.ts';

type Text = ElementText<'stations'>;
type FailureText = NonNullable<Text['failures']>[number];
type MaintenanceText = NonNullable<Text['maintenance']>[number];
type WearText = NonNullable<Text['wear']>;

/** Beyond so many standard deviations a normal draw does not come: the tables end sooner. */
const REACH = 6;

export function upkeepOf(
  values: Values,
  text: Text,
  path: Path,
): { failures: Failure[]; maintenance: Maintenance[]; wear: Wear | undefined } {
  const wearOut = text.wear?.failure && (text.wear.failure.name ?? 'wear-out');
  const names = namesOf(values, text, wearOut, path);
  const failures = (text.failures ?? []).map((failure, i) => failureOf(values, failure, i, names, [...path, 'failures', i]));
  const maintenance = (text.maintenance ?? []).map((each, i) => maintenanceOf(values, each, names, [...path, 'maintenance', i]));
  const wear = text.wear && wearOf(values, text.wear, maintenance, [...path, 'wear']);
  text.maintenance?.forEach(({ every, name }, i) => {
    if (!every && wear?.maintenance !== name)
      values.findings.add(
        [...path, 'maintenance', i, 'every'],
        `missing; expected { "clock": …, "interval": … }, as no condition calls ${shown(name)} (wear.maintenance)`,
      );
  });
  return { failures, maintenance, wear };
}

/** The names of everything that can stop a server, each once. */
function namesOf(values: Values, text: Text, wearOut: string | undefined, path: Path): string[] {
  const named: { name: string; where: Path }[] = [
    ...(text.failures ?? []).map(({ name }, i) => ({ name: name ?? `failure ${i + 1}`, where: [...path, 'failures', i, 'name'] })),
    ...(text.maintenance ?? []).map(({ name }, i) => ({ name, where: [...path, 'maintenance', i, 'name'] })),
    ...(wearOut === undefined ? [] : [{ name: wearOut, where: [...path, 'wear', 'failure', 'name'] }]),
  ];
  const seen = new Set<string>();
  for (const { name, where } of named) {
    if (seen.has(name))
      values.findings.add(
        where,
        `found ${shown(name)} a second time; expected each failure and maintenance of a station to have its own name`,
      );
    seen.add(name);
  }
  return [...seen];
}

/** The clocks that begin anew, besides its own; a wear-out has no clock. */
function renewed(values: Values, text: 'all' | string[], own: string, names: string[], path: Path): string[] {
  if (text === 'all') return names.filter((name) => name !== own);
  text.forEach((name, i) => {
    if (!names.includes(name))
      values.findings.add(
        [...path, i],
        () => `found ${shown(name)}; expected the name of a failure or maintenance of this station${didYouMean(name, names)}`,
      );
  });
  return [...new Set(text)].filter((name) => name !== own);
}

function failureOf(values: Values, text: FailureText, i: number, names: string[], path: Path): Failure {
  const name = text.name ?? `failure ${i + 1}`;
  const timeToFailure = values.time(text.timeToFailure, [...path, 'timeToFailure'], text.clock === 'parts' ? values.parts : values.ticks);
  values.neverZero(timeToFailure, [...path, 'timeToFailure'], 'the server would never be in order');
  return {
    name,
    clock: text.clock,
    timeToFailure,
    repair: values.time(text.repair, [...path, 'repair']),
    interruptedJob: text.interruptedJob ?? 'resume',
    people: needOf(values, text.people, [...path, 'people']),
    renews: renewed(values, text.renews ?? [], name, names, [...path, 'renews']),
  };
}

function maintenanceOf(values: Values, text: MaintenanceText, names: string[], path: Path): Maintenance {
  const measure = text.every?.clock === 'parts' ? values.parts : values.ticks;
  const interval = text.every && values.time(text.every.interval, [...path, 'every', 'interval'], measure);
  values.neverZero(interval, [...path, 'every', 'interval'], 'the server would never be in order');
  if (text.early !== undefined && !text.every)
    values.findings.add(
      [...path, 'early'],
      `found ${shown(text.early)} without "every", where it means nothing; expected both, or neither`,
    );
  return {
    name: text.name,
    clock: text.every?.clock,
    interval,
    duration: values.time(text.duration, [...path, 'duration']),
    people: needOf(values, text.people, [...path, 'people']),
    interrupts: text.interrupts ?? false,
    early: text.early === undefined ? 0 : values.duration(text.early, [...path, 'early'], measure),
    renews: renewed(values, text.renews ?? 'all', text.name, names, [...path, 'renews']),
    resetsWear: text.resetsWear ?? true,
  };
}

function wearOf(values: Values, text: WearText, maintenance: Maintenance[], path: Path): Wear {
  const { findings } = values;
  const needs = (key: 'failAt' | 'failure' | 'maintainAt' | 'maintenance', other: typeof key): void => {
    if (text[key] !== undefined && text[other] === undefined)
      findings.add([...path, other], `missing; expected it beside ${shown(key)}: ${shown(text[key])}`);
  };
  needs('failAt', 'failure');
  needs('failure', 'failAt');
  needs('maintainAt', 'maintenance');
  needs('maintenance', 'maintainAt');
  const names = maintenance.map(({ name }) => name);
  if (text.maintenance !== undefined && !names.includes(text.maintenance))
    findings.add(
      [...path, 'maintenance'],
      () =>
        `found ${shown(text.maintenance)}; expected the name of a maintenance of this station${didYouMean(text.maintenance as string, names)}`,
    );
  if (text.failAt === undefined && text.maintainAt === undefined && !text.scrap && !text.failureRate)
    findings.add([...path], 'found wear without a consequence; expected "failAt", "maintainAt", "scrap" or "failureRate"');
  const { increment, offset } = incrementOf(values, text.increment, [...path, 'increment']);
  const operating = typeof text.per === 'object' ? values.duration(text.per.operating, [...path, 'per', 'operating']) : 0;
  if (typeof text.per === 'object' && operating < 0.5)
    findings.add([...path, 'per', 'operating'], `found ${shown(text.per.operating)}; expected a duration of at least one tick`);
  const noiseOffset = text.sensor ? Math.round(REACH * text.sensor.sd * 1000) : 0;
  if (text.sensor && text.sensor.sd < 0.001)
    findings.add([...path, 'sensor', 'sd'], `found ${shown(text.sensor.sd)}; expected at least 0.001, as a condition has 3 decimals`);
  const at = (key: 'failAt' | 'maintainAt'): number | undefined => {
    const value = text[key];
    if (value !== undefined && value < 0.001)
      findings.add([...path, key], `found ${shown(value)}; expected at least 0.001, as a condition has 3 decimals`);
    return value === undefined ? undefined : Math.round(value * 1000);
  };
  const failure = text.failure && {
    name: text.failure.name ?? 'wear-out',
    repair: values.time(text.failure.repair, [...path, 'failure', 'repair']),
    people: needOf(values, text.failure.people, [...path, 'failure', 'people']),
    interruptedJob: text.failure.interruptedJob ?? ('resume' as const),
  };
  return {
    per: typeof text.per === 'object' ? { operating } : 'part',
    increment,
    offset,
    failAt: at('failAt'),
    failure,
    maintainAt: at('maintainAt'),
    maintenance: text.maintenance,
    noise: text.sensor && around(noiseOffset, text.sensor.sd * 1000),
    noiseOffset,
    scrap: text.scrap ?? 0,
    failureRate: text.failureRate ?? 0,
  };
}

/** Wiener wear is a normal moved up until it is never negative, and as much taken off again. */
function incrementOf(values: Values, text: WearText['increment'], path: Path): { increment: Distribution; offset: number } {
  if (typeof text !== 'object' || !('drift' in text)) {
    const increment = values.time(text, path, values.thousandths);
    values.neverZero(increment, path, 'the condition would never change');
    return { increment, offset: 0 };
  }
  const drift = text.drift * 1000;
  const sd = text.sd * 1000;
  if (sd < 1)
    values.findings.add(
      [...path, 'sd'],
      `found ${shown(text.sd)}; expected at least 0.001, as a condition has 3 decimals: count it in a smaller unit`,
    );
  const offset = Math.max(0, Math.ceil(REACH * sd - drift));
  return { increment: around(drift + offset, sd), offset };
}

function around(mean: number, sd: number): Distribution {
  return { kind: 'normal', mean, sd };
}
