/**
 * The canonical form of a plain plant's final block: equal for twins that ended in the same state of the same history, whichever way they
 * were run. All that depends on the order in which things of one tick were done is which record of the pool a part happened to get, and what
 * is left in words that mean nothing any more; both are put in order here.
 */
import type { Plant } from '../scene/plant.ts';
import {
  HEAD_FREE,
  NIL,
  PART_BORN,
  PART_HOLDER,
  PART_LEG,
  PART_NEXT,
  PART_SINCE,
  PART_WORDS,
  QUEUE_HEAD,
  QUEUE_TAIL,
  QUEUE_WORDS,
  SERVER_PART,
} from '../stations/words.ts';

/**
 * Rewrites a block of a plain plant in place, and returns it; one of a shop plant stays as it is.
 * - Parts stand in the records of the pool in this order: those on places (servers and outlets), by place; then those in lines, by
 *   queue, first in line first.
 * - A part that waits in no queue has 0 in the words of waiting (since, next, holder), one in a line in the word of its holder.
 * - Records of parts that are no more are 0, and stand in the list of unused ones in ascending order.
 *
 * It is a block as good as any: a twin can be read out from it, looked into, and run on.
 */
export function canonical(plant: Plant, block: Uint32Array): Uint32Array {
  const { layout, counts } = plant;
  if (plant.features.shop) return block;
  const first = layout.part;
  const end = first + counts.parts * PART_WORDS;
  const pool = block.slice(first, end);
  /** A word of a part by its old handle. */
  const was = (part: number, word: number): number => pool[part - first + word] as number;
  const handles = new Map<number, number>();
  let next = first;
  const place = (part: number): number => {
    const handle = next;
    next += PART_WORDS;
    handles.set(part, handle);
    block[handle + PART_LEG] = was(part, PART_LEG);
    block[handle + PART_BORN] = was(part, PART_BORN);
    block[handle + PART_SINCE] = 0;
    block[handle + PART_NEXT] = 0;
    block[handle + PART_HOLDER] = 0;
    return handle;
  };
  const places = layout.place + counts.places * layout.serverWords;
  for (let own = layout.place; own < places; own += layout.serverWords) {
    const part = block[own + SERVER_PART] as number;
    if (part !== NIL) block[own + SERVER_PART] = place(part);
  }
  for (let queue = layout.queue; queue < layout.queue + counts.queues * QUEUE_WORDS; queue += QUEUE_WORDS) {
    let behind = queue + QUEUE_HEAD;
    for (let part = block[behind] as number; part !== NIL; part = was(part, PART_NEXT)) {
      const onPlace = handles.get(part);
      const handle = onPlace ?? place(part);
      block[handle + PART_SINCE] = was(part, PART_SINCE);
      if (onPlace !== undefined) block[handle + PART_HOLDER] = was(part, PART_HOLDER);
      block[behind] = handle;
      block[queue + QUEUE_TAIL] = handle;
      behind = handle + PART_NEXT;
    }
    block[behind] = NIL;
  }
  block[HEAD_FREE] = next < end ? next : NIL;
  block.fill(0, next, end);
  for (let part = next; part < end; part += PART_WORDS) block[part + PART_NEXT] = part + PART_WORDS < end ? part + PART_WORDS : NIL;
  return block;
}
