/** Calendars, pools of people, and who is needed where. */
import { inOrder, before, type ElementText, type Values } from './normalise-values.ts';
import { didYouMean, type Path, shown } from './problems.ts';
import type { Calendar, Need, Pool, Scene } from './scene.ts';

type NeedText = NonNullable<NonNullable<NonNullable<ElementText<'stations'>['people']>['setup']>>;

/** Skills are told apart by the bits of a word. */
const MOST_SKILLS = 31;

function calendarOf(values: Values, name: string, text: ElementText<'calendars'>): Calendar {
  const path: Path = ['calendars', name];
  const cycle = values.duration(text.cycle, [...path, 'cycle']);
  if (cycle < 0.5) values.findings.add([...path, 'cycle'], `found ${shown(text.cycle)}; expected a duration of at least one tick`);
  return {
    name,
    cycle,
    open: values.stretches(text.open, [...path, 'open'], cycle, `the cycle, ${shown(text.cycle)}`),
    closed: values.stretches(text.closed ?? [], [...path, 'closed']),
  };
}

/** Refuses a calendar that is closed all through the run. */
function checkOpens(values: Values, calendar: Calendar, end: number): void {
  let at = 0;
  for (const { from, to } of [...calendar.closed, { from: end, to: end }]) {
    if (opensWithin(calendar, at, Math.min(from, end))) return;
    at = Math.max(at, to);
  }
  const why = opensWithin(calendar, 0, end) ? '"closed" covers every interval of "open"' : '"open" begins after its end';
  values.findings.add(['calendars', calendar.name], `never opens in this run: ${why}; expected some time when work is done`);
}

function opensWithin({ cycle, open }: Calendar, from: number, to: number): boolean {
  if (to <= from) return false;
  if (to - from >= cycle) return open.length > 0;
  const begin = from % cycle;
  const end = begin + (to - from);
  return open.some((each) => [0, cycle].some((shift) => Math.max(begin, each.from + shift) < Math.min(end, each.to + shift)));
}

export function poolOf(values: Values, name: string, text: ElementText<'people'>): Pool {
  const path: Path = ['people', name];
  const { shifts, count } = text;
  const list = Array.isArray(shifts);
  if (list && count !== undefined)
    values.findings.add([...path, 'count'], `found ${count} beside a list of shifts, where the numbers stand; remove one of the two`);
  if (!list && count === undefined) values.findings.add([...path, 'count'], 'missing; expected a whole number of people from 1 to 10,000');
  // Of a pace, 2^−16 of a tick is the unit: it must fit a word.
  if (text.speed !== undefined && 0.01 / (text.speed * values.tickSeconds) >= 2 ** 15)
    values.findings.add(
      [...path, 'speed'],
      `found ${text.speed}; expected more than ${Number((0.01 / 2 ** 15 / values.tickSeconds).toPrecision(3))}, in metres per second: a centimetre may take 2^15 ticks; take another time.resolution or speed`,
    );
  const skills = text.skills ?? [name];
  return {
    name,
    skills: [...new Set(skills)].sort(),
    count: list ? shifts.reduce((sum, shift) => sum + shift.count, 0) : (count ?? 1),
    shifts: list ? shifts.map((shift) => ({ ...shift })) : shifts === undefined ? [] : [{ calendar: shifts, count: count ?? 1 }],
    onShiftEnd: text.onShiftEnd ?? 'finish',
    speed: text.speed,
    home: text.home,
  };
}

/** Shifts are laid over each other as long as they have no more intervals than this. */
const MOST_INTERVALS = 3000;

/** At most so many are ever on duty at once: exactly, where every cycle goes into the longest a whole number of times; else all of them. */
function mostOnDuty(pool: Pool, calendars: readonly Calendar[]): number {
  if (pool.shifts.length < 2) return pool.count;
  const shifts = pool.shifts.flatMap(({ calendar, count }) => {
    const found = calendars.find(({ name }) => name === calendar);
    return found ? [{ ...found, count }] : [];
  });
  const longest = Math.max(...shifts.map(({ cycle }) => cycle));
  const fits = shifts.every(({ cycle }) => Math.abs(longest / cycle - Math.round(longest / cycle)) < 1e-9);
  const intervals = shifts.reduce((sum, { cycle, open }) => sum + (open.length * longest) / cycle, 0);
  if (!fits || !(intervals <= MOST_INTERVALS)) return pool.count;
  const begins = shifts.flatMap(({ cycle, open }) =>
    Array.from({ length: Math.round(longest / cycle) }, (_, k) => open.map(({ from }) => k * cycle + from)).flat(),
  );
  const onDutyAt = (tick: number): number =>
    shifts.reduce((sum, { cycle, open, count }) => {
      const at = tick % cycle;
      return sum + (open.some(({ from, to }) => from <= at && at < to) ? count : 0);
    }, 0);
  return Math.max(0, ...begins.map(onDutyAt));
}

export function needOf(values: Values, text: NeedText | undefined, path: Path): Need | undefined {
  if (text === undefined) return undefined;
  // `skills` is the longer form where an object stands under it; otherwise it is a skill of that name.
  const long =
    typeof text === 'object' && typeof text.skills === 'object'
      ? (text as { skills: Record<string, number>; priority?: number })
      : undefined;
  const skills = long ? long.skills : typeof text === 'string' ? { [text]: 1 } : (text as Record<string, number>);
  if (Object.keys(skills).length === 0) values.findings.add(path, 'found no skill; expected at least one');
  if (Object.keys(skills).length > 8) values.findings.add(path, `found ${Object.keys(skills).length} skills; expected at most 8`);
  return {
    skills: Object.entries(skills)
      .map(([skill, count]) => ({ skill, count }))
      .sort((a, b) => before(a.skill, b.skill)),
    priority: long?.priority ?? 0,
  };
}

/** Whether somebody has each skill that is needed, and enough of them can ever be on duty at once. */
export function checkNeeds(values: Values, scene: Scene): void {
  const { findings } = values;
  const pools = scene.people.map((pool) => ({ skills: new Set(pool.skills), most: mostOnDuty(pool, scene.calendars) }));
  const known = [...new Set(scene.people.flatMap(({ skills }) => skills))];
  if (known.length > MOST_SKILLS) findings.add(['people'], `found ${known.length} skills in all; the limit is ${MOST_SKILLS}`);
  const check = (need: Need | undefined, path: Path): void => {
    if (!need) return;
    const missing = need.skills.find(({ skill }) => !known.includes(skill));
    if (missing) {
      findings.add(path, () => {
        const near = known.length > 0 ? didYouMean(missing.skill, known) : '';
        return `found the skill ${shown(missing.skill)}, which nobody has; expected a skill of a pool in "people"${near}`;
      });
      return;
    }
    // Hall's condition: for every choice among the skills needed, enough people have one of them.
    for (let chosen = 1; chosen < 2 ** Math.min(need.skills.length, 8); chosen++) {
      const skills = need.skills.filter((_, i) => chosen & (1 << i));
      const needed = skills.reduce((sum, { count }) => sum + count, 0);
      const have = pools.reduce((sum, pool) => sum + (skills.some(({ skill }) => pool.skills.has(skill)) ? pool.most : 0), 0);
      if (needed <= have) continue;
      const words = skills.map(({ skill }) => shown(skill)).join(' and ');
      findings.add(path, `found a need of ${needed} with ${words}; expected at most ${have}, as many as can ever be on duty at once`);
      return;
    }
  };
  for (const station of scene.stations) {
    const path: Path = ['stations', station.name];
    for (const key of ['setup', 'loading', 'processing', 'unloading'] as const) check(station.people[key], [...path, 'people', key]);
    station.failures.forEach(({ people }, i) => check(people, [...path, 'failures', i, 'people']));
    station.maintenance.forEach(({ people }, i) => check(people, [...path, 'maintenance', i, 'people']));
    check(station.wear?.failure?.people, [...path, 'wear', 'failure', 'people']);
  }
}

export function calendarsOf(values: Values, end: number): Calendar[] {
  const before = values.findings.count;
  const calendars = inOrder(values.text.calendars, (name, text) => calendarOf(values, name, text));
  if (values.findings.count === before) for (const calendar of calendars) checkOpens(values, calendar, end);
  return calendars;
}
