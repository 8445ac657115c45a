/** SMT2020's failures and maintenance: what downcal.txt and pmcal.txt say happens, attached by attach.txt. */
import { distribution, minutes, type Row, type Spread, type Table } from './autosched.ts';

type Json = Record<string, unknown>;

export interface Stops {
  /** By station group. */
  failures: Map<string, Json[]>;
  /** By tool family. */
  maintenance: Map<string, Json[]>;
  notes: string[];
}

const ATTACH = ['CALNAME', 'CALTYPE', 'RESTYPE', 'RESNAME', 'FOADIST', 'FOA', 'FOAUNITS'];
const DOWN = ['DOWNCALNAME', 'DOWNCALTYPE', 'MTTFDIST', 'MTTF', 'MTTFUNITS', 'MTTRDIST', 'MTTR', 'MTTRUNITS'];
const PM = ['PMCALNAME', 'PMCALTYPE', 'MTBPM', 'MTBPMUNITS', 'MTTRDIST', 'MTTR', 'MTTR2', 'MTTRUNITS'];

/** @param pieces in a lot: maintenance by pieces falls due after so many lots, the last one begun counted */
export function stopsOf(table: Table, pieces: number, spread: Spread): Stops {
  const downs = new Map(table('downcal.txt', DOWN).map((row) => [row.name('DOWNCALNAME'), row]));
  const pms = new Map(table('pmcal.txt', PM).map((row) => [row.name('PMCALNAME'), row]));
  const stops: Stops = { failures: new Map(), maintenance: new Map(), notes: [] };
  let otherFirsts = 0;
  const add = (map: Map<string, Json[]>, key: string, value: Json): unknown => map.set(key, [...(map.get(key) ?? []), value]);

  for (const row of table('attach.txt', ATTACH)) {
    const [name, resource] = [row.name('CALNAME'), row.name('RESNAME')];
    if (row.oneOf('CALTYPE', ['down', 'pm']) === 'down') {
      row.oneOf('RESTYPE', ['stngrp']);
      const down = downs.get(name) ?? row.refuse('CALNAME', 'a calendar of downcal.txt');
      down.oneOf('DOWNCALTYPE', ['mttf_by_cal']);
      if (row.text('FOADIST') !== down.text('MTTFDIST') || row.text('FOA') !== down.text('MTTF')) otherFirsts++;
      add(stops.failures, resource, {
        name: 'breakdown',
        clock: 'calendar',
        timeToFailure: distribution(down, 'MTTFDIST', 'MTTF', undefined, 'MTTFUNITS', spread),
        repair: distribution(down, 'MTTRDIST', 'MTTR', undefined, 'MTTRUNITS', spread),
        interruptedJob: 'resume',
      });
    } else {
      row.oneOf('RESTYPE', ['stnfam']);
      const pm = pms.get(name) ?? row.refuse('CALNAME', 'a calendar of pmcal.txt');
      if (row.text('FOA') !== pm.text('MTBPM')) otherFirsts++;
      add(stops.maintenance, resource, {
        // "Litho_FE_92_MN": monthly.
        name: KINDS[name.slice(name.lastIndexOf('_') + 1)] ?? name,
        every: every(pm, pieces),
        duration: distribution(pm, 'MTTRDIST', 'MTTR', 'MTTR2', 'MTTRUNITS', spread),
        // Each calendar runs by itself: the weekly service does not put off the monthly one.
        renews: [],
      });
    }
  }
  if (otherFirsts > 0) {
    stops.notes.push(
      `${otherFirsts} calendars have a first time of their own (FOA), which is left out: they begin with a whole interval, like all others`,
    );
  }
  return stops;
}

const KINDS: Record<string, string> = { WK: 'weekly', MN: 'monthly', QT: 'quarterly' };

function every(pm: Row, pieces: number): Json {
  if (pm.oneOf('PMCALTYPE', ['mtbpm_by_cal', 'mtbpm_by_pieces']) === 'mtbpm_by_cal') {
    return { clock: 'calendar', interval: minutes(pm.minutes('MTBPM', 'MTBPMUNITS')) };
  }
  pm.oneOf('MTBPMUNITS', ['pieces']);
  return { clock: 'parts', interval: Math.ceil(pm.number('MTBPM') / pieces) };
}
