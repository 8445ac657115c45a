/** Looking into a twin's block from outside, between slices or at its end. */
import type { Plant } from '../scene/plant.ts';
import { CONVEYOR_EXIT_SLOT, NODE_MORE, NODE_OPEN, SUPPLY_ORDERS, type ShopKind } from '../stations/shop-words.ts';
import {
  CHOICE_BIT,
  CHOICE_EDGES,
  CHOICE_FIRST_EDGE,
  EDGE_TARGET,
  EDGE_WORDS,
  HEAD_ELEMENT,
  HEAD_STATUS,
  KIND_SOURCE,
  LEG_NODE,
  LEG_PRODUCT,
  NIL,
  NODE_FIRST_PLACE,
  NODE_INTERARRIVAL,
  NODE_KIND,
  NODE_LINE,
  NODE_PLACES,
  NODE_SUMS,
  NODE_WORDS,
  PART_LEG,
  PART_NEXT,
  PLACE_WORDS,
  PRODUCT_WORDS,
  QUEUE_HEAD,
  SERVER_PART,
  SERVER_STATE,
  SERVER_TIMES,
  STATE_BLOCKED,
  STATUS_DONE,
  STATUSES,
  type Status,
} from '../stations/words.ts';

/** Whether parts stand in a line at elements of a kind. */
export function hasLine(kind: ShopKind): boolean {
  return kind === 'buffer' || kind === 'conveyor' || kind === 'transfer';
}

/** Whether what stands at the outlet of a source is not made yet: the source (given by its address) is saturated. */
export function onOffer({ tables, features }: Plant, node: number): boolean {
  if (tables[node + NODE_KIND] !== KIND_SOURCE || tables[node + NODE_INTERARRIVAL] !== NIL) return false;
  const supply = features.shop ? (tables[node + NODE_MORE] as number) : NIL;
  return supply === NIL || tables[supply + SUPPLY_ORDERS] === NIL;
}

/** Where the records of a station's servers (or a source's outlet) begin and end in a block. */
export function serversOf({ at, layout, tables }: Plant, node: number): { first: number; end: number } {
  const row = at.node + node * NODE_WORDS;
  const first = layout.place + (((tables[row + NODE_FIRST_PLACE] as number) - at.place) / PLACE_WORDS) * layout.serverWords;
  return { first, end: first + (tables[row + NODE_PLACES] as number) * layout.serverWords };
}

/** Ticks that a station's servers (or a source's outlet) have spent in a state since the warm-up, up to the last change of state of each. */
export function timeInState(plant: Plant, block: Uint32Array, node: number, state: number): number {
  const { first, end } = serversOf(plant, node);
  let sum = 0;
  for (let own = first; own < end; own += plant.layout.serverWords) sum += block[own + SERVER_TIMES + state] as number;
  return sum;
}

/** Word of the block where a line's 64-bit sums begin. */
export function sumsOfNode(plant: Plant, node: number): number {
  return plant.tables[plant.at.node + node * NODE_WORDS + NODE_SUMS] as number;
}

/** Handles of the parts in an element's line, first in line first. */
export function* partsInside(plant: Plant, block: Uint32Array, node: number): Generator<number> {
  const line = plant.tables[plant.at.node + node * NODE_WORDS + NODE_LINE] as number;
  for (let part = block[line + QUEUE_HEAD] as number; part !== NIL; part = block[part + PART_NEXT] as number) yield part;
}

/** Index of a part's product. */
export function productOfPart(plant: Plant, block: Uint32Array, part: number): number {
  const { tables, at } = plant;
  let leg = block[part + PART_LEG] as number;
  while (leg >= CHOICE_BIT) leg = tables[(tables[leg - CHOICE_BIT + CHOICE_FIRST_EDGE] as number) + EDGE_TARGET] as number;
  return ((tables[leg + LEG_PRODUCT] as number) - at.product) / PRODUCT_WORDS;
}

/** Indices of the nodes that a part which has decided may enter. */
function targets(plant: Plant, block: Uint32Array, part: number): number[] {
  const { tables, at } = plant;
  const nodeOf = (leg: number): number => ((tables[leg + LEG_NODE] as number) - at.node) / NODE_WORDS;
  const way = block[part + PART_LEG] as number;
  if (way < CHOICE_BIT) return [nodeOf(way)];
  const first = tables[way - CHOICE_BIT + CHOICE_FIRST_EDGE] as number;
  const edges = tables[way - CHOICE_BIT + CHOICE_EDGES] as number;
  return Array.from({ length: edges }, (_, i) => nodeOf(tables[first + i * EDGE_WORDS + EDGE_TARGET] as number));
}

/** How a twin ended, and the element that names ('' if none does). */
export interface Verdict {
  status: Status;
  element: string;
}

/**
 * The verdict on a final block. A twin that reached its end is a **deadlock** if some elements wait for each other in a ring: an element
 * can move if it has room, or holds a part that is still worked on (or down with its server), or one that can go to an element that can
 * move; whatever is left when no more can be added is stuck for good.
 */
export function verdict(plant: Plant, block: Uint32Array): Verdict {
  const status = STATUSES[block[HEAD_STATUS] as number] as Status;
  const element = block[HEAD_ELEMENT] as number;
  if (block[HEAD_STATUS] !== STATUS_DONE) return { status, element: element === NIL ? '' : (plant.nodes[element]?.name ?? '') };
  const ring = stuck(plant, block);
  return ring === undefined ? { status, element: '' } : { status: 'deadlock', element: ring };
}

/** The first-named element of a ring that nothing can open, if there is one. */
function stuck(plant: Plant, block: Uint32Array): string | undefined {
  const { nodes, tables, at, layout } = plant;
  // Below 0 where an interrupted job has gone back to a full buffer.
  const moves = nodes.map(
    ({ kind, index }) => kind === 'sink' || kind === 'source' || kind === 'transfer' || ((block[layout.room + index] as number) | 0) > 0,
  );
  if (moves.every(Boolean)) return undefined;
  // What each full element's parts wait for; undefined where something is still under way in it.
  const waitsFor = nodes.map(({ kind, index }): number[] | undefined => {
    if (moves[index]) return undefined;
    const node = at.node + index * NODE_WORDS;
    if (kind === 'conveyor') {
      const slot = tables[(tables[node + NODE_MORE] as number) + CONVEYOR_EXIT_SLOT] as number;
      if (block[layout.slot + slot] !== NIL) return undefined;
    }
    if (hasLine(kind)) {
      const parts = [...partsInside(plant, block, index)];
      // Of a line that keeps its order the first part alone can go.
      if (!plant.features.shop || kind === 'conveyor' || tables[node + NODE_OPEN] === 0) parts.splice(1);
      return parts.length === 0 ? undefined : parts.flatMap((part) => targets(plant, block, part));
    }
    const wanted: number[] = [];
    const { first, end } = serversOf(plant, index);
    for (let own = first; own < end; own += layout.serverWords) {
      if (block[own + SERVER_STATE] !== STATE_BLOCKED) return undefined;
      wanted.push(...targets(plant, block, block[own + SERVER_PART] as number));
    }
    return wanted;
  });
  for (let more = true; more; ) {
    more = false;
    for (let i = nodes.length - 1; i >= 0; i--) {
      if (moves[i] || (waitsFor[i] !== undefined && !waitsFor[i]?.some((target) => moves[target]))) continue;
      moves[i] = true;
      more = true;
    }
  }
  const start = moves.indexOf(false);
  if (start < 0) return undefined;
  // Every stuck element waits for stuck ones only: walking on must close a ring.
  const path: number[] = [];
  let next = start;
  while (!path.includes(next)) {
    path.push(next);
    next = (waitsFor[next] as number[])[0] as number;
  }
  const ring = path.slice(path.indexOf(next));
  return nodes[Math.min(...ring)]?.name;
}
