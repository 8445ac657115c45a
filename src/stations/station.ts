/** Stations: parallel servers that work on parts, and fail; groups of stations that can do the same step. */
import { z } from 'zod';
import { NEVER } from '../clock.ts';
import type { Floor } from '../engine/floor.ts';
import { counts, distribution, duration, fraction, name, position, reference, rule, weight, whole } from './duration.ts';
import { looks } from './looks.ts';
import { clock, maintenance, renews, wear } from './maintenance.ts';
import { crew, need } from './people.ts';
import { inspection, onDefect } from './quality.ts';
import { setup } from './setup.ts';
import {
  CLOCK_CALENDAR,
  CLOCK_PARTS,
  FAILURE_CLOCK,
  FAILURE_JOB,
  FAILURE_REPAIR,
  FAILURE_TIME_TO_FAILURE,
  HEAD_OPERATIONS,
  JOB_RESTART,
  JOB_RESUME,
  JOB_SCRAP,
  LEG_PROCESSING,
  LEG_PRODUCT,
  NODE_COUNTERS,
  NODE_FAILURE,
  NODE_FIRST_PLACE,
  NODE_INDEX,
  NODE_STREAM,
  PART_BORN,
  PART_LEG,
  PLACE_FAILURE_STREAM,
  PLACE_NODE,
  PLACE_OWN,
  PLACE_REPAIR_STREAM,
  PLACE_SLOT,
  PLACE_WORDS,
  PRODUCT_COUNTERS,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_SUMS,
  PRODUCT_SUMS_SCRAPPED,
  SERVER_LEFT,
  SERVER_LIFE,
  SERVER_PART,
  SERVER_STATE,
  SLOT_OFFSET_BREAKDOWN,
  SLOT_OFFSET_FINISH,
  STATE_BLOCKED,
  STATE_FAILED,
  STATE_STARVED,
  STATE_WORKING,
  STATION_COUNTERS_OPERATIONS,
  STATION_COUNTERS_SCRAPPED,
} from './words.ts';

const failure = z
  .strictObject({
    clock,
    timeToFailure: distribution.meta({
      description:
        'Time from the end of a repair to the next failure (MTTF), on the clock: a duration or distribution; in parts where clock is "parts".',
    }),
    repair: distribution.meta({ description: 'Time to repair (MTTR), a duration or distribution.' }),
    interruptedJob: z
      .enum(['resume', 'restart', 'scrap'])
      .optional()
      .meta({ description: 'The part in work. resume (default): goes on with what remained. restart: begins again. scrap: is removed.' }),
    name: name.optional().meta({ description: 'What it is called; once in a station. Default: "failure 1", "failure 2" …' }),
    people: need.optional().meta({ description: 'Who is needed for the repair.' }),
    renews: renews.optional().meta({ description: 'Clocks that begin anew after the repair. Default: its own only.' }),
  })
  .meta({ id: 'failure', description: 'Every server of the station fails on its own.' });

const SERVERS_WORDS = 'a whole number from 1 to 10,000, or "unlimited"';

const batch = z
  .strictObject({
    min: whole(1, 10_000).optional().meta({ description: 'It starts with so many parts at least, 1 to 10,000. Default: 1.' }),
    max: whole(1, 10_000).meta({ description: 'It starts at once when so many are there, 1 to 10,000; at least min.' }),
    wait: duration.optional().meta({
      description: 'With min parts it starts when the longest-waiting of them has waited so long, a duration. Default: at once.',
    }),
    same: z.enum(['product', 'family', 'step', 'any']).optional().meta({
      description: 'What the parts of a batch have in common. Default: step for products with a routing, product for others.',
    }),
  })
  .meta({ id: 'batch', description: 'Parts that are worked on together.' });

const assembly = z
  .strictObject({
    inputs: counts('a product').meta({
      description: 'Product → how many of it go in. The first is the main part: its due date, priority and order go over to what is made.',
    }),
    makes: reference('a product').meta({ description: 'The product that is made.' }),
  })
  .meta({ id: 'assembly', description: 'Several parts become one: a bill of materials.' });

const disassembly = z
  .record(
    name,
    z.strictObject({ into: counts('a product').meta({ description: 'Product → how many of it come out.' }) }),
    'an object: name of a product → { "into": … }',
  )
  .meta({ description: 'Product → what a part of it becomes. Others stay as they are.' });

const KEY_WORDS = 'the name of a rule, or { "expression": … }';
const key = z.union(
  [
    z.string(KEY_WORDS),
    z.strictObject({
      expression: z.string('an expression in quotes').meta({ description: 'A time or a number to order by, such as "due - now".' }),
    }),
  ],
  KEY_WORDS,
);
const DISPATCH_WORDS = 'the name of a rule, { "expression": … }, or a list of these';

export const station = z
  .strictObject({
    servers: z
      .union([z.int(SERVERS_WORDS).min(1, SERVERS_WORDS).max(10_000, SERVERS_WORDS), z.literal('unlimited', SERVERS_WORDS)], SERVERS_WORDS)
      .optional()
      .meta({
        description: 'Parallel servers, each with at most one part: 1 (default) to 10,000; or "unlimited": nobody waits, a pure delay.',
      }),
    processing: distribution.optional().meta({
      description:
        'Processing time of one part, a duration or distribution. May be left out where every step that comes here gives its own.',
    }),
    per: z.enum(['part', 'piece', 'batch']).optional().meta({
      description:
        'What processing is the time of. part (default): of a part, or of all parts of a batch. piece: of each piece. batch: as part.',
    }),
    loading: distribution.optional().meta({ description: 'Before each job, a duration or distribution. Default: none.' }),
    unloading: distribution.optional().meta({ description: 'After each job, a duration or distribution. Default: none.' }),
    batch: batch.optional(),
    assembly: assembly.optional(),
    disassembly: disassembly.optional(),
    setup: setup.optional(),
    dispatch: z
      .union(
        [...key.options, z.array(key, DISPATCH_WORDS).min(1, 'a list with at least one rule').max(8, 'at most 8 rules')],
        DISPATCH_WORDS,
      )
      .optional()
      .meta({
        description:
          'Which waiting part is taken: a rule, { "expression": … }, or a list of these; the least first, ties by the next, then by waiting time. Default: first in first out.',
      }),
    preemptive: z.boolean('true or false').optional().meta({
      description: 'True: a part of higher priority interrupts the lowest in work, which goes back to its buffer. Default: false.',
    }),
    yield: z
      .union(
        [fraction, z.record(name, fraction, 'a number from 0 to 1, or an object: product → number')],
        'a number from 0 to 1, or an object: product → number',
      )
      .optional()
      .meta({ description: 'Share of parts that are given no defect here, 0 to 1; or product → share. Default: 1.' }),
    onDefect: onDefect.optional(),
    inspection: inspection.optional(),
    failures: z.array(failure, 'a list of failures').max(8, 'at most 8 failures').optional().meta({ description: 'At most 8.' }),
    maintenance: z.array(maintenance, 'a list of maintenance').max(8, 'at most 8 of them').optional().meta({ description: 'At most 8.' }),
    wear: wear.optional(),
    people: crew.optional(),
    shifts: reference('a calendar').optional().meta({ description: 'When the station works: a calendar. Default: always.' }),
    onShiftEnd: z
      .enum(['finish', 'suspend'])
      .optional()
      .meta({ description: 'The job in work when it closes. finish (default): is finished first. suspend: goes on when it opens.' }),
    position: position.optional(),
    look: looks.station,
  })
  .meta({ id: 'station', description: 'One or more equal servers.' });

export const group = z
  .strictObject({
    stations: z
      .array(reference('a station'), 'a list of station names')
      .min(1, 'a list with at least one station')
      .meta({ description: 'Stations that can do the same step.' }),
    rule: rule.optional().meta({ description: 'Which station takes the part. Default: "shortest queue".' }),
    weights: z
      .array(weight, 'a list of weights')
      .optional()
      .meta({ description: 'One a station; where rule is "probability", and only there.' }),
  })
  .meta({ id: 'group', description: 'Stations that a step may name together.' });

// ── What it does ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** NIL as a signed word. */
const NONE = -1;

/** A part comes in: the idle server of the lowest number takes it. */
export function enterStation(f: Floor, node: number, part: number): void {
  const { t, w } = f;
  let place = t[node + NODE_FIRST_PLACE] as number;
  while (w[(t[place + PLACE_OWN] as number) + SERVER_STATE] !== STATE_STARVED) place += PLACE_WORDS;
  const own = t[place + PLACE_OWN] as number;
  const leg = w[part + PART_LEG] as number;
  f.fill(node);
  w[own + SERVER_PART] = part;
  if (f.recorder !== undefined) {
    const server = (place - (t[node + NODE_FIRST_PLACE] as number)) / PLACE_WORDS;
    f.recorder.enter(f.now, part, t[node + NODE_INDEX] as number, server, t[leg + LEG_PRODUCT] as number);
  }
  const time = f.sample(t[leg + LEG_PROCESSING] as number, t[node + NODE_STREAM] as number);
  f.enterState(place, STATE_WORKING);
  f.schedule((t[place + PLACE_SLOT] as number) + SLOT_OFFSET_FINISH, f.after(time));
  const failure = t[node + NODE_FAILURE] as number;
  if (failure === NONE) return;
  w[own + SERVER_LEFT] = t[failure + FAILURE_JOB] === JOB_RESTART ? time : NONE;
  startLife(f, place, failure);
}

/** Processing ends: the part looks for its way on, and blocks the server until it is gone. */
export function finishWork(f: Floor, place: number): void {
  const { t, w } = f;
  const node = t[place + PLACE_NODE] as number;
  const own = t[place + PLACE_OWN] as number;
  const part = w[own + SERVER_PART] as number;
  f.count(HEAD_OPERATIONS);
  f.count((t[node + NODE_COUNTERS] as number) + STATION_COUNTERS_OPERATIONS);
  f.schedule((t[place + PLACE_SLOT] as number) + SLOT_OFFSET_FINISH, NEVER);
  f.enterState(place, STATE_BLOCKED);
  f.depart(part, f.decide(part), place);
  const failure = t[node + NODE_FAILURE] as number;
  if (failure === NONE) return;
  w[own + SERVER_LEFT] = NONE;
  stopLife(f, place, failure);
  if (t[failure + FAILURE_CLOCK] !== CLOCK_PARTS) return;
  const life = (w[own + SERVER_LIFE] as number) - 1;
  w[own + SERVER_LIFE] = life;
  if (life === 0) breakDown(f, place);
}

/** The part on a server has gone on: the server is free, unless it is down. */
export function leaveStation(f: Floor, place: number): void {
  const own = f.t[place + PLACE_OWN] as number;
  f.w[own + SERVER_PART] = NONE;
  if (f.w[own + SERVER_STATE] === STATE_FAILED) return;
  f.enterState(place, STATE_STARVED);
  f.vacate(f.t[place + PLACE_NODE] as number);
}

/** The server's breakdown slot fires: it fails, or, if it is down, its repair ends. */
export function breakdownOrRepair(f: Floor, place: number): void {
  if (f.w[(f.t[place + PLACE_OWN] as number) + SERVER_STATE] === STATE_FAILED) repair(f, place);
  else breakDown(f, place);
}

function breakDown(f: Floor, place: number): void {
  const { t, w } = f;
  const node = t[place + PLACE_NODE] as number;
  const failure = t[node + NODE_FAILURE] as number;
  const slot = t[place + PLACE_SLOT] as number;
  const own = t[place + PLACE_OWN] as number;
  const state = w[own + SERVER_STATE] as number;
  if (state === STATE_STARVED) f.fill(node);
  if (state === STATE_WORKING) {
    const job = t[failure + FAILURE_JOB] as number;
    if (job === JOB_RESUME) w[own + SERVER_LEFT] = (f.ticks[f.slotAt + slot + SLOT_OFFSET_FINISH] as number) - f.now;
    if (job === JOB_SCRAP) scrap(f, place, node);
    f.schedule(slot + SLOT_OFFSET_FINISH, NEVER);
  }
  f.enterState(place, STATE_FAILED);
  const repairTime = f.sample(t[failure + FAILURE_REPAIR] as number, t[place + PLACE_REPAIR_STREAM] as number);
  f.schedule(slot + SLOT_OFFSET_BREAKDOWN, f.after(repairTime));
}

function repair(f: Floor, place: number): void {
  const { t, w } = f;
  const node = t[place + PLACE_NODE] as number;
  const failure = t[node + NODE_FAILURE] as number;
  const slot = t[place + PLACE_SLOT] as number;
  const own = t[place + PLACE_OWN] as number;
  f.schedule(slot + SLOT_OFFSET_BREAKDOWN, NEVER);
  drawLife(f, place);
  if (w[own + SERVER_PART] === NONE) {
    f.enterState(place, STATE_STARVED);
    f.vacate(node);
  } else if (w[own + SERVER_LEFT] === NONE) {
    f.enterState(place, STATE_BLOCKED);
  } else {
    f.enterState(place, STATE_WORKING);
    f.schedule(slot + SLOT_OFFSET_FINISH, f.after(f.ticks[own + SERVER_LEFT] as number));
    if (t[failure + FAILURE_JOB] === JOB_RESUME) w[own + SERVER_LEFT] = NONE;
    startLife(f, place, failure);
  }
}

/** The part in work is lost with the failure. */
function scrap(f: Floor, place: number, node: number): void {
  const { t, w } = f;
  const own = t[place + PLACE_OWN] as number;
  const part = w[own + SERVER_PART] as number;
  const product = f.productOf(part);
  w[own + SERVER_PART] = NONE;
  f.count((t[node + NODE_COUNTERS] as number) + STATION_COUNTERS_SCRAPPED);
  f.count((t[product + PRODUCT_COUNTERS] as number) + PRODUCT_COUNTERS_SCRAPPED);
  f.add((t[product + PRODUCT_SUMS] as number) + PRODUCT_SUMS_SCRAPPED, f.now - (f.ticks[part + PART_BORN] as number));
  f.discard(part);
}

/** Draws the time (or the parts) to the next failure. A calendar clock starts at once, the others wait for work. */
export function drawLife(f: Floor, place: number): void {
  const { t } = f;
  const failure = t[(t[place + PLACE_NODE] as number) + NODE_FAILURE] as number;
  const clock = t[failure + FAILURE_CLOCK] as number;
  const life = f.sample(t[failure + FAILURE_TIME_TO_FAILURE] as number, t[place + PLACE_FAILURE_STREAM] as number);
  if (clock === CLOCK_CALENDAR) f.schedule((t[place + PLACE_SLOT] as number) + SLOT_OFFSET_BREAKDOWN, f.after(life));
  else f.w[(t[place + PLACE_OWN] as number) + SERVER_LIFE] = clock === CLOCK_PARTS && life === 0 ? 1 : life;
}

/** A clock that runs only at work goes on … */
function startLife(f: Floor, place: number, failure: number): void {
  const { t } = f;
  const clock = t[failure + FAILURE_CLOCK] as number;
  if (clock === CLOCK_CALENDAR || clock === CLOCK_PARTS) return;
  const life = f.ticks[(t[place + PLACE_OWN] as number) + SERVER_LIFE] as number;
  f.schedule((t[place + PLACE_SLOT] as number) + SLOT_OFFSET_BREAKDOWN, f.after(life));
}

/** … and stands still. What is left is kept. */
function stopLife(f: Floor, place: number, failure: number): void {
  const { t } = f;
  const clock = t[failure + FAILURE_CLOCK] as number;
  if (clock === CLOCK_CALENDAR || clock === CLOCK_PARTS) return;
  const slot = (t[place + PLACE_SLOT] as number) + SLOT_OFFSET_BREAKDOWN;
  const due = f.ticks[f.slotAt + slot] as number;
  f.w[(t[place + PLACE_OWN] as number) + SERVER_LIFE] = due === NEVER ? NEVER : due - f.now;
  f.schedule(slot, NEVER);
}
