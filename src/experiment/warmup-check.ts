/** Whether the warm-up of a plant is long enough: MSER-5 on its work in process, as a few recorded twins show it. */
import { SECONDS, type Unit } from '../clock.ts';
import { type FloorPlan, type Trace, VISIT } from '../engine/trace.ts';
import { averaged, mser } from '../search/warmup.ts';
import type { WarmupCheck } from './study-protocol.ts';
import { figure } from './wording.ts';

/** Observations of a run, each the mean of an equal share of its time; five make a batch. */
const OBSERVATIONS = 500;
const BATCH = 5;
/** A cut that is later than the warm-up by less than this share of the run is not worth a warning. */
const SLACK = 0.02;

/** By equal shares of the time from 0 to the end: parts in the plant on average. Empty where the run broke off. */
export function workInProcess({ nodes }: FloorPlan, { visits, end, note }: Trace, shares = OBSERVATIONS): Float64Array {
  if (note !== undefined || end <= 0) return new Float64Array();
  const width = end / shares;
  const area = new Float64Array(shares);
  // Stays that last from the first instant of a share to its last, as steps up and down.
  const whole = new Float64Array(shares + 1);
  for (let i = 0; i < visits.length; i += VISIT.words) {
    const { kind } = nodes[visits[i + VISIT.node] as number] as FloorPlan['nodes'][number];
    if (kind === 'source' || kind === 'sink') continue;
    const from = visits[i + VISIT.enter] as number;
    const to = Math.min(end, visits[i + VISIT.leave] as number);
    if (!(to > from)) continue;
    const first = Math.min(shares - 1, Math.floor(from / width));
    const last = Math.min(shares - 1, Math.floor(to / width));
    if (first === last) area[first] = (area[first] as number) + to - from;
    else {
      area[first] = (area[first] as number) + (first + 1) * width - from;
      area[last] = (area[last] as number) + to - last * width;
      whole[first + 1] = (whole[first + 1] as number) + 1;
      whole[last] = (whole[last] as number) - 1;
    }
  }
  let inside = 0;
  return area.map((ticks, i) => {
    inside += whole[i] as number;
    return ticks / width + inside;
  });
}

/**
 * What MSER-5 says of the mean of several twins' work in process.
 * @param series of `workInProcess`, one a twin.
 * @param warmup what is cut, and `end` the whole run with it, both in ticks.
 * @returns undefined where no twin ran to its end.
 */
export function checkWarmup(
  series: readonly Float64Array[],
  { warmup, end }: { warmup: number; end: number },
  { tickSeconds, unit }: { tickSeconds: number; unit: Unit },
): { check: WarmupCheck; warnings: string[] } | undefined {
  const whole = series.filter(({ length }) => length > 0);
  if (whole.length === 0) return undefined;
  const { means, curve, cut, truncation, trusted } = mser(averaged(whole), BATCH);
  const observation = (end / OBSERVATIONS) * (tickSeconds / SECONDS[unit]);
  const check: WarmupCheck = {
    name: 'work in process',
    unit: '',
    means: [...means],
    curve: [...curve],
    cut: trusted ? cut : -1,
    batch: BATCH * observation,
    timeUnit: unit,
  };
  const flat = means.every((mean) => mean === means[0]);
  if (flat) return { check, warnings: [] };
  const cutNow = figure(warmup * (tickSeconds / SECONDS[unit]));
  // A plant that begins empty on purpose and ends after so many orders has no steady state to show.
  if (!trusted && warmup === 0) return { check, warnings: [] };
  if (!trusted) {
    return {
      check,
      warnings: [
        `The run may be too short to show a steady state: by the work in process of ${whole.length} twins, the plant is still changing in its second half.`,
      ],
    };
  }
  const late = truncation / OBSERVATIONS - warmup / end;
  if (late <= SLACK) return { check, warnings: [] };
  const words = `MSER-5 on the work in process of ${whole.length} twins would cut ${figure(truncation * observation)} ${unit}`;
  return {
    check,
    warnings: [
      warmup === 0
        ? `Nothing is cut as warm-up; ${words}. Heed it unless the plant is meant to begin empty.`
        : `The warm-up looks too short: ${cutNow} ${unit} are cut, ${words}.`,
    ],
  };
}
