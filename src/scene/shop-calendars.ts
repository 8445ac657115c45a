/** Calendars as lists of changes of a level: stations open or not, people on duty, rates of arrivals. */
import { NEVER } from '../clock.ts';
import { CURSOR_WORDS, SLOT_KIND_CALENDAR, USE_POOL, USE_RATE, USE_STATIONS } from '../stations/shop-words.ts';
import type { Calendar, Scene, Source } from './scene.ts';
import type { ShopLegs } from './shop-legs.ts';
import type { Sheet } from './tables.ts';

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

/** Somebody whose level changes with time: a CALENDAR row. */
export interface Rota {
  use: number;
  /** Names of stations, or of one pool or source. */
  users: readonly string[];
  times: Timetable;
}

/** Stations by the calendars they share, pools, and sources whose rate changes, each in the order of names. */
export function rotasOf(scene: Scene, end: number): Rota[] {
  const calendars = new Map(scene.calendars.map((calendar) => [calendar.name, calendar]));
  const shift = (name: string, count: number) => ({ calendar: calendars.get(name) as Scene['calendars'][number], count });
  return [
    ...scene.calendars.flatMap(({ name }): Rota[] => {
      const users = scene.stations.filter((station) => station.shifts === name && station.servers !== Number.POSITIVE_INFINITY);
      return users.length === 0
        ? []
        : [{ use: USE_STATIONS, users: users.map((user) => user.name), times: openings([shift(name, 1)], end) }];
    }),
    ...scene.people.flatMap(({ name, shifts }): Rota[] =>
      shifts.length === 0
        ? []
        : [
            {
              use: USE_POOL,
              users: [name],
              times: openings(
                shifts.map(({ calendar, count }) => shift(calendar, count)),
                end,
              ),
            },
          ],
    ),
    ...scene.sources.flatMap(({ name, rate }): Rota[] => (rate ? [{ use: USE_RATE, users: [name], times: rates(rate, end) }] : [])),
  ];
}

/** Writes the rows of calendars, their changes, and their slots. */
export function writeCalendars(graph: ShopLegs, sheet: Sheet, rotas: readonly Rota[]): void {
  const { scene } = graph;
  rotas.forEach(({ use, users, times }, i) => {
    const node = (name: string): number => sheet.address('node', graph.index.get(name) as number);
    const user =
      use === USE_STATIONS
        ? sheet.push('list', users.map(node))
        : use === USE_POOL
          ? sheet.address(
              'pool',
              scene.people.findIndex(({ name }) => name === users[0]),
            )
          : node(users[0] as string);
    const first = sheet.next('change');
    for (const { at, level } of times.changes) sheet.push('change', [at, level]);
    const row = sheet.record('calendar', 'CALENDAR', {
      slot: sheet.rows.slot.length,
      own: sheet.layout.cursor + i * CURSOR_WORDS,
      first,
      changes: times.changes.length,
      period: times.period,
      use,
      user,
      users: users.length,
      level: times.start,
    });
    sheet.push('slot', [SLOT_KIND_CALENDAR, row]);
  });
}
