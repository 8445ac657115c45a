/** Places: how many parts an element, a server, a whole twin has room for. */
import { ENDLESS } from '../stations/words.ts';
import type { Element } from './legs.ts';
import type { Position, Scene, Station } from './scene.ts';
import type { ShopLegs } from './shop-legs.ts';
import { UNLIMITED_PARTS } from './tables.ts';

/** Most parts that orders add to the room for parts. */
const ORDERED_PARTS = 4000;

/** Where an element stands. */
export function positionOf(element: Element): Position {
  switch (element.kind) {
    case 'source':
      return element.source.position;
    case 'buffer':
      return element.buffer.position;
    case 'station':
      return element.station.position;
    case 'conveyor':
      return element.conveyor.position;
    case 'sink':
      return element.sink.position;
    case 'transfer':
      return undefined;
  }
}

/** How many parts an element can take. */
export function capacityOf(element: Element): number {
  switch (element.kind) {
    case 'source':
      return 0;
    case 'buffer':
      return element.buffer.capacity === Number.POSITIVE_INFINITY ? ENDLESS : element.buffer.capacity;
    case 'station':
      return element.station.servers;
    case 'conveyor':
      return element.conveyor.capacity;
    case 'sink':
    case 'transfer':
      return ENDLESS;
  }
}

/** Parts a twin has room for: `run.maxParts`, or every finite place and an allowance for what is without limit. */
export function roomForParts(scene: Scene, graph: ShopLegs): number {
  if (scene.run.maxParts !== undefined) return scene.run.maxParts;
  let sum = 1;
  let unlimited = false;
  for (const element of graph.elements) {
    if (element.kind === 'source') {
      sum += 1;
      const ordered = (element.source.orders ?? []).reduce((total, { quantity }) => total + quantity, 0);
      sum += Math.min(ordered, ORDERED_PARTS);
    } else if (element.kind === 'conveyor') {
      sum += element.conveyor.capacity;
    } else if (element.kind === 'transfer') {
      unlimited = true;
    } else if (element.kind === 'buffer') {
      const { capacity, initial } = element.buffer;
      if (capacity === Number.POSITIVE_INFINITY) {
        unlimited = true;
        sum += initial.reduce((total, { count }) => total + count, 0);
      } else {
        sum += capacity;
      }
    } else if (element.kind === 'station') {
      sum += element.station.servers * partsAtOnce(element.station, graph);
    }
  }
  return sum + (unlimited ? UNLIMITED_PARTS : 0);
}

/** The most parts that one server can have. */
function partsAtOnce(station: Station, graph: ShopLegs): number {
  const total = (counts: readonly { count: number }[]): number => counts.reduce((sum, { count }) => sum + count, 0);
  let most = Math.max(1, total(station.assembly?.inputs ?? []), ...station.disassembly.map(({ into }) => 1 + total(into)));
  for (const work of graph.work.values()) if (work.station === station) most = Math.max(most, work.batch?.max ?? 1);
  return most;
}
