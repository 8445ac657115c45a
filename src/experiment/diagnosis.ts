/** What a few recorded twins of the plant as it is show: whose active periods are the longest, and where the warm-up ends. */
import { floorPlan } from '../engine/floor-plan.ts';
import { record } from '../engine/recording.ts';
import { ReferenceEngine } from '../engine/reference.ts';
import { VISIT } from '../engine/trace.ts';
import { compile } from '../scene/compile.ts';
import type { Plant } from '../scene/plant.ts';
import { STATUS_RUNNING } from '../stations/words.ts';
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
/** Events of a twin that is recorded at most, as recording cannot be broken off; and between chances to cancel. */
const MOST_EVENTS = 2_000_000;
const GLANCE = 50_000;

/**
 * Records the twins one at a time, so that who cancels is heard between them; none of a plant whose twins are long.
 * @param cancelled ends it early, with what there is
 */
export async function diagnose({ base, seed, question }: Setting, cancelled: () => boolean): Promise<Diagnosis> {
  const plant = compile(base);
  const plan = floorPlan(plant);
  const series: Float64Array[] = [];
  const periods: ActivePeriod[][] = [];
  if (!(await isShort(plant, seed, cancelled))) return { activePeriods: [], warmup: undefined, warnings: [] };
  let visits = 0;
  let span = { warmup: 0, end: 0 };
  for (let replication = 0; replication < TWINS && visits < MOST_VISITS; replication++) {
    await breathe();
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

/** Whether the first twin ends, one way or another, within so many events. */
async function isShort(plant: Plant, seed: number, cancelled: () => boolean): Promise<boolean> {
  const engine = new ReferenceEngine(plant);
  const block = new Uint32Array(plant.layout.words);
  engine.begin(block, seed, 0);
  for (let events = 0; events < MOST_EVENTS; events += GLANCE) {
    if (engine.run(block, seed, 0, GLANCE) !== STATUS_RUNNING) return true;
    await breathe();
    if (cancelled()) return false;
  }
  return false;
}

/** Lets messages be heard. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
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
