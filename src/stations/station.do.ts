import type { Floor } from '../engine/floor.ts';
import { NEVER } from '../clock.ts';
import { CLOCK, FAILURE, HEAD, JOB, LEG, NIL, NODE, PLACE, PRODUCT, PRODUCT_COUNTERS, PRODUCT_SUMS, SLOT_OFFSET, STATE, STATION_COUNTERS } from './words.ts';

/** A part comes in: the idle server of the lowest number takes it. */
export function enterStation(f: Floor, node: number, part: number): void {
  const first = f.node(node, NODE.firstPlace);
  let place = first;
  while (f.w[f.stateAt + place] !== STATE.starved) place++;
  f.fill(node);
  f.w[f.partAt + place] = part;
  const leg = f.w[f.legOf + part] as number;
  if (f.recorder !== undefined) f.recorder.enter(f.now, part, node, place - first, f.leg(leg, LEG.product));
  const time = f.sample(f.leg(leg, LEG.processing), f.node(node, NODE.stream));
  const failure = f.node(node, NODE.failure);
  f.enterState(place, STATE.working);
  f.schedule(f.place(place, PLACE.slot) + SLOT_OFFSET.finish, f.after(time));
  if (failure !== NIL) {
    f.w[f.leftAt + place] = f.failure(failure, FAILURE.job) === JOB.restart ? time : NIL;
    startLife(f, place, failure);
  }
}

/** Processing ends: the part looks for its way on, and blocks the server until it is gone. */
export function finishWork(f: Floor, place: number): void {
  const node = f.place(place, PLACE.node);
  f.count(HEAD.operations);
  f.count(f.node(node, NODE.counters) + STATION_COUNTERS.operations);
  f.schedule(f.place(place, PLACE.slot) + SLOT_OFFSET.finish, NEVER);
  f.enterState(place, STATE.blocked);
  f.depart(f.w[f.partAt + place] as number, place);
  const failure = f.node(node, NODE.failure);
  if (failure === NIL) return;
  f.w[f.leftAt + place] = NIL;
  stopLife(f, place, failure);
  if (f.failure(failure, FAILURE.clock) !== CLOCK.parts) return;
  const life = (f.w[f.lifeAt + place] as number) - 1;
  f.w[f.lifeAt + place] = life;
  if (life === 0) breakDown(f, place);
}

/** The part on a server has gone on: the server is free, unless it is down. */
export function leaveStation(f: Floor, place: number): void {
  f.w[f.partAt + place] = NIL;
  if (f.w[f.stateAt + place] === STATE.failed) return;
  f.enterState(place, STATE.starved);
  f.vacate(f.place(place, PLACE.node));
}

/** The server's breakdown slot fires: it fails, or, if it is down, its repair ends. */
export function breakdownOrRepair(f: Floor, place: number): void {
  if (f.w[f.stateAt + place] === STATE.failed) repair(f, place);
  else breakDown(f, place);
}

function breakDown(f: Floor, place: number): void {
  const node = f.place(place, PLACE.node);
  const failure = f.node(node, NODE.failure);
  const slot = f.place(place, PLACE.slot);
  const state = f.w[f.stateAt + place] as number;
  if (state === STATE.starved) f.fill(node);
  if (state === STATE.working) {
    const job = f.failure(failure, FAILURE.job);
    if (job === JOB.scrap) scrap(f, place, node);
    else if (job === JOB.resume) f.w[f.leftAt + place] = (f.w[f.slotAt + slot + SLOT_OFFSET.finish] as number) - f.now;
    f.schedule(slot + SLOT_OFFSET.finish, NEVER);
  }
  f.enterState(place, STATE.failed);
  f.schedule(slot + SLOT_OFFSET.breakdown, f.after(f.sample(f.failure(failure, FAILURE.repair), f.place(place, PLACE.repairStream))));
}

function repair(f: Floor, place: number): void {
  const node = f.place(place, PLACE.node);
  const failure = f.node(node, NODE.failure);
  const slot = f.place(place, PLACE.slot);
  f.schedule(slot + SLOT_OFFSET.breakdown, NEVER);
  drawLife(f, place);
  const left = f.w[f.leftAt + place] as number;
  if (f.w[f.partAt + place] === NIL) {
    f.enterState(place, STATE.starved);
    f.vacate(node);
  } else if (left === NIL) {
    f.enterState(place, STATE.blocked);
  } else {
    f.enterState(place, STATE.working);
    f.schedule(slot + SLOT_OFFSET.finish, f.after(left));
    if (f.failure(failure, FAILURE.job) === JOB.resume) f.w[f.leftAt + place] = NIL;
    startLife(f, place, failure);
  }
}

/** The part in work is lost with the failure. */
function scrap(f: Floor, place: number, node: number): void {
  const part = f.w[f.partAt + place] as number;
  const product = f.leg(f.w[f.legOf + part] as number, LEG.product);
  f.w[f.partAt + place] = NIL;
  f.count(f.node(node, NODE.counters) + STATION_COUNTERS.scrapped);
  f.count(f.product(product, PRODUCT.counters) + PRODUCT_COUNTERS.scrapped);
  f.add(f.product(product, PRODUCT.sums) + PRODUCT_SUMS.scrapped, f.now - (f.w[f.bornAt + part] as number));
  f.discard(part);
}

/** Draws the time (or the parts) to the next failure. A calendar clock starts at once, the others wait for work. */
export function drawLife(f: Floor, place: number): void {
  const failure = f.node(f.place(place, PLACE.node), NODE.failure);
  const clock = f.failure(failure, FAILURE.clock);
  const life = f.sample(f.failure(failure, FAILURE.timeToFailure), f.place(place, PLACE.failureStream));
  if (clock === CLOCK.calendar) f.schedule(f.place(place, PLACE.slot) + SLOT_OFFSET.breakdown, f.after(life));
  else f.w[f.lifeAt + place] = clock === CLOCK.parts && life === 0 ? 1 : life;
}

/** A clock that runs only at work goes on. */
function startLife(f: Floor, place: number, failure: number): void {
  const clock = f.failure(failure, FAILURE.clock);
  if (clock === CLOCK.calendar || clock === CLOCK.parts) return;
  f.schedule(f.place(place, PLACE.slot) + SLOT_OFFSET.breakdown, f.after(f.w[f.lifeAt + place] as number));
}

/** …and stands still. What is left is kept. */
function stopLife(f: Floor, place: number, failure: number): void {
  const clock = f.failure(failure, FAILURE.clock);
  if (clock === CLOCK.calendar || clock === CLOCK.parts) return;
  const slot = f.place(place, PLACE.slot) + SLOT_OFFSET.breakdown;
  const due = f.w[f.slotAt + slot] as number;
  f.w[f.lifeAt + place] = due === NEVER ? NEVER : due - f.now;
  f.schedule(slot, NEVER);
}
