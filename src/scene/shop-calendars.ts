/** Calendars as lists of changes of a level: stations open or not, people on duty, rates of arrivals. */
import { NEVER } from '../clock.ts';
import type { Calendar, Source } from './scene.ts';

/** A level that changes at given ticks of a period; the level at 0 is that of the start, which the last change of a period comes back to. */
export interface Timetable {
  /** Ticks; NEVER: the changes happen once. */
  period: number;
  start: number;
  /** Ascending, after 0. */
  changes: { at: number; level: number }[];
}

/** The sum of the levels of calendars while they are open. */
export function openings(shifts: readonly { calendar: Calendar; count: number }[], end: number): Timetable {
  const level = (at: number): number => shifts.reduce((sum, { calendar, count }) => sum + (isOpen(calendar, at) ? count : 0), 0);
  const cycle = shifts[0]?.calendar.cycle ?? NEVER;
  const periodic = Math.round(cycle) === cycle && shifts.every(({ calendar }) => calendar.cycle === cycle && calendar.closed.length === 0);
  const points: number[] = [];
  for (const { calendar } of shifts) {
    const edges = [...calendar.open.flatMap(({ from, to }) => [from, to]), calendar.cycle];
    for (let base = 0; base <= (periodic ? 0 : end); base += calendar.cycle) points.push(...edges.map((edge) => base + edge));
    if (!periodic) points.push(...calendar.closed.flatMap(({ from, to }) => [from, to]));
  }
  return timetable(points, level, periodic ? cycle : NEVER, end);
}

/** Factors on a source's rate, in 2^−16. */
export function rates({ cycle, periods }: NonNullable<Source['rate']>, end: number): Timetable {
  const level = (at: number): number => {
    const within = at % cycle;
    const period = periods.findLast(({ from }) => from <= within) ?? periods[0];
    return Math.round((period as { factor: number }).factor * 65536);
  };
  const points = [...periods.map(({ from }) => from), cycle];
  if (Math.round(cycle) === cycle) return timetable(points, level, cycle, end);
  const all: number[] = [];
  for (let base = 0; base <= end; base += cycle) all.push(...points.map((at) => base + at));
  return timetable(all, level, NEVER, end);
}

function isOpen({ cycle, open, closed }: Calendar, at: number): boolean {
  const within = at % cycle;
  const inside = (spans: { from: number; to: number }[], when: number): boolean => spans.some(({ from, to }) => from <= when && when < to);
  return inside(open, within) && !inside(closed, at);
}

function timetable(points: number[], level: (at: number) => number, period: number, end: number): Timetable {
  // By whole tick; of points in one tick the last says what follows.
  const levels = new Map<number, number>();
  for (const point of points.sort((a, b) => a - b)) levels.set(Math.round(point), level(point));
  const start = levels.get(0) ?? level(0);
  const last = period === NEVER ? end : period;
  let present = start;
  const changes: Timetable['changes'] = [];
  for (const [at, next] of levels) {
    if (at <= 0 || at > last || next === present) continue;
    changes.push({ at, level: next });
    present = next;
  }
  return { period: changes.length === 0 ? NEVER : period, start, changes };
}
