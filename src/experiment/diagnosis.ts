/** What a few recorded twins of the plant as it is show: whose active periods are the longest, and where the warm-up ends. */
import { floorPlan, record } from '../engine/recording.ts';
import { VISIT } from '../engine/trace.ts';
import { compile } from '../scene/compile.ts';
import { activePeriods } from './active-period.ts';
import type { Setting } from './setting.ts';
import type { ActivePeriod, WarmupCheck } from './study-protocol.ts';
import { checkWarmup, workInProcess } from './warmup-check.ts';

export interface Diagnosis {
  /** Of all twins together; empty where the question does not ask. */
  activePeriods: ActivePeriod[];
  warmup: WarmupCheck | undefined;
  warnings: string[];
}

const TWINS = 4;
/** Visits recorded, beyond which no more twins are. */
const MOST_VISITS = 1_000_000;

/** Records the twins one at a time, so that who cancels is heard between them. @param cancelled ends it early, with what there is */
export async function diagnose({ base, seed, question }: Setting, cancelled: () => boolean): Promise<Diagnosis> {
  const plant = compile(base);
  const plan = floorPlan(plant);
  const series: Float64Array[] = [];
  const periods: ActivePeriod[][] = [];
  let visits = 0;
  let span = { warmup: 0, end: 0 };
  for (let replication = 0; replication < TWINS && visits < MOST_VISITS; replication++) {
    await new Promise((resolve) => setTimeout(resolve));
    if (cancelled()) break;
    const trace = record(plant, seed, replication);
    visits += trace.visits.length / VISIT.words;
    span = trace;
    series.push(workInProcess(plan, trace));
    if (question === 'what limits') periods.push(activePeriods(plan, [trace]));
  }
  // Under calendars the work in process goes up and down for good: there is no level that it settles at.
  const settles = base.calendars.length === 0;
  const checked = checkWarmup(settles ? series : [], span, { tickSeconds: base.time.tickSeconds, unit: base.time.unit });
  return { activePeriods: together(periods), warmup: checked?.check, warnings: checked?.warnings ?? [] };
}

/** Means of the twins' shares: all last equally long. */
function together(periods: readonly ActivePeriod[][]): ActivePeriod[] {
  const mean = (pick: (one: ActivePeriod) => number, i: number): number =>
    periods.reduce((sum, twin) => sum + pick(twin[i] as ActivePeriod), 0) / periods.length;
  return (periods[0] ?? []).map(({ element }, i) => ({
    element,
    sole: mean(({ sole }) => sole, i),
    shifting: mean(({ shifting }) => shifting, i),
  }));
}
