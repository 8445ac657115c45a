/** The rows of people: who there is, and who is needed for what. */
import { END_FINISH, END_HAND_OVER, END_SUSPEND, POOL_OWN_WORDS, POOL_SUMS_WORDS, WORKER_OWN_WORDS } from '../stations/shop-words.ts';
import { NIL } from '../stations/words.ts';
import type { Need, Pool, Position, Scene } from './scene.ts';
import type { Timetable } from './shop-calendars.ts';
import type { Sheet } from './tables.ts';

const ENDS: Record<Pool['onShiftEnd'], number> = { finish: END_FINISH, suspend: END_SUSPEND, 'hand over': END_HAND_OVER };

/** Metres to whole centimetres. */
export function centimetres(position: Position): [x: number, y: number] {
  return [Math.round((position?.[0] ?? 0) * 100) | 0, Math.round((position?.[1] ?? 0) * 100) | 0];
}

/** How many people a pool has: all that its shifts ever bring. */
export function headcount(pool: Pool, shifts: Timetable | undefined): number {
  if (shifts === undefined) return pool.count;
  return Math.max(pool.count, shifts.start, ...shifts.changes.map(({ level }) => level));
}

/** Rows of needs, each written once. */
export class Needs {
  private readonly rows = new Map<string, number>();
  private readonly skills: readonly string[];
  private readonly sheet: Sheet;

  constructor(scene: Scene, sheet: Sheet) {
    this.skills = skillsOf(scene);
    this.sheet = sheet;
  }

  /** The bit of a skill. */
  bit(skill: string): number {
    return 2 ** this.skills.indexOf(skill);
  }

  /** The address of a need's row; NIL for none. */
  row(need: Need | undefined): number {
    if (need === undefined) return NIL;
    const key = JSON.stringify(need);
    let row = this.rows.get(key);
    if (row === undefined) {
      const first = this.sheet.next('item');
      for (const { skill, count } of need.skills) this.sheet.push('item', [this.bit(skill), count]);
      row = this.sheet.push('need', [need.priority, first, need.skills.length]);
      this.rows.set(key, row);
    }
    return row;
  }
}

function skillsOf({ people }: Scene): string[] {
  const skills = [...new Set(people.flatMap((pool) => pool.skills))].sort();
  if (skills.length > 32) throw new Error(`${skills.length} skills; at most 32`);
  return skills;
}

/**
 * Writes pools and their people.
 * .param shifts by pool, in order; undefined: all on duty, always.
 * .param sums block: where the pools' sums begin.
 */
export function writePeople(
  scene: Scene,
  sheet: Sheet,
  needs: Needs,
  shifts: readonly { row: number; times: Timetable | undefined }[],
  sums: number,
): void {
  const { layout } = sheet;
  // Ticks to walk a centimetre.
  const ticks = (speed: number): number => 0.01 / (speed * scene.time.tickSeconds);
  scene.people.forEach((pool, i) => {
    const { row, times } = shifts[i] as { row: number; times: Timetable | undefined };
    const count = headcount(pool, times);
    const [x, y] = centimetres(pool.home);
    const address = sheet.next('pool');
    const first = sheet.next('worker');
    const skills = pool.skills.reduce((bits, skill) => bits | needs.bit(skill), 0);
    for (let number = 0; number < count; number++) {
      const own = layout.worker + sheet.rows.worker.length * WORKER_OWN_WORDS;
      sheet.record('worker', 'WORKER', { skills, pool: address, own, number });
    }
    sheet.record('pool', 'POOL', {
      first,
      count,
      calendar: row,
      end: ENDS[pool.onShiftEnd],
      pace: pool.speed === undefined ? 0 : Math.max(1, Math.round(ticks(pool.speed) * 65536)),
      own: layout.pool + i * POOL_OWN_WORDS,
      x,
      y,
      sums: sums + i * POOL_SUMS_WORDS,
    });
  });
}
