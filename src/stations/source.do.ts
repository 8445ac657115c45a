import { NEVER } from '../clock.ts';
import type { Floor } from '../engine/floor.ts';
import { LEG, NIL, NODE, PLACE, PRODUCT, PRODUCT_COUNTERS, SOURCE_COUNTERS, OUTLET } from './words.ts';

/** A part arrives (or, at a saturated source, is put on offer). It waits at the outlet until the next element takes it, or is lost. */
export function arrive(f: Floor, node: number): void {
  const place = f.node(node, NODE.firstPlace);
  f.schedule(f.place(place, PLACE.slot), NEVER);
  const part = f.make(f.resolve(f.node(node, NODE.start)), node);
  if (part === NIL) return;
  const timed = f.node(node, NODE.interarrival) !== NIL;
  const product = f.leg(f.w[f.legOf + part] as number, LEG.product);
  if (timed) countMade(f, node, product);
  f.w[f.partAt + place] = part;
  f.enterState(place, OUTLET.holding);
  if (f.recorder !== undefined) f.recorder.enter(f.now, part, node, 0, product);
  if (f.node(node, NODE.loses) === 0) {
    f.depart(part, place);
    return;
  }
  f.decide(part);
  if (f.hasRoom(f.w[f.legOf + part] as number)) {
    f.hold(part, place);
    return;
  }
  f.count(f.node(node, NODE.counters) + SOURCE_COUNTERS.lost);
  f.count(f.product(product, PRODUCT.counters) + PRODUCT_COUNTERS.lost);
  f.discard(part);
  f.w[f.partAt + place] = NIL;
  f.enterState(place, OUTLET.empty);
  nextArrival(f, node, place);
}

/** The part at the outlet has gone: a timed source's clock runs again, a saturated one offers the next part in the same tick. */
export function leaveSource(f: Floor, node: number, place: number, part: number): void {
  f.w[f.partAt + place] = NIL;
  f.enterState(place, OUTLET.empty);
  if (f.node(node, NODE.interarrival) !== NIL) {
    nextArrival(f, node, place);
    return;
  }
  f.w[f.bornAt + part] = f.now;
  countMade(f, node, f.leg(f.w[f.legOf + part] as number, LEG.product));
  f.schedule(f.place(place, PLACE.slot), f.now);
}

function nextArrival(f: Floor, node: number, place: number): void {
  const gap = f.sample(f.node(node, NODE.interarrival), f.node(node, NODE.stream));
  f.schedule(f.place(place, PLACE.slot), f.after(gap));
}

function countMade(f: Floor, node: number, product: number): void {
  f.count(f.node(node, NODE.counters) + SOURCE_COUNTERS.arrived);
  f.count(f.product(product, PRODUCT.counters) + PRODUCT_COUNTERS.made);
}
