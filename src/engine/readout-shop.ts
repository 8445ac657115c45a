/** The figures of lines in which parts wait or travel, of people, of cards, and of goods with due dates. */
import type { Product } from '../scene/scene.ts';
import {
  BELT_SINCE,
  BELT_STOOD,
  BELT_STOPPED,
  CONVEYOR_ACCUMULATES,
  CONVEYOR_OWN,
  GOODS_COUNTERS,
  GOODS_COUNTERS_CONSUMED,
  GOODS_COUNTERS_DUE,
  GOODS_COUNTERS_LATE,
  GOODS_COUNTERS_REWORKED,
  GOODS_SUMS,
  GOODS_SUMS_EARLY,
  GOODS_SUMS_LATE,
  KIND_CONVEYOR,
  LIMIT_CARDS,
  LIMIT_ROOM,
  LIMIT_SINCE,
  LIMIT_SUMS,
  LIMIT_WORDS,
  NODE_MORE,
  POOL_COUNT,
  POOL_FIRST,
  POOL_LEVEL,
  POOL_OWN,
  POOL_SINCE,
  POOL_SUMS,
  POOL_SUMS_BUSY,
  POOL_SUMS_DUTY,
  POOL_SUMS_WALKING,
  POOL_WORDS,
  PRODUCT_MORE,
  WORKER_ARRIVES,
  WORKER_OWN,
  WORKER_PLACE,
  WORKER_SINCE,
  WORKER_WORDS,
} from '../stations/shop-words.ts';
import {
  BUFFER_COUNTERS_ENTERED,
  BUFFER_COUNTERS_LEFT,
  BUFFER_SUMS_CARRY,
  BUFFER_SUMS_WAIT,
  NIL,
  NODE_KIND,
  NODE_WORDS,
  PRODUCT_COUNTERS_FINISHED,
  PRODUCT_COUNTERS_SCRAPPED,
  PRODUCT_WORDS,
} from '../stations/words.ts';
import { sumsOfNode } from './inspect.ts';
import type { Account } from './readout-account.ts';

/** A buffer, a conveyor, a way that takes time. */
export function readLine(account: Account, name: string, node: number): void {
  const { plant } = account;
  const { tables, at } = plant;
  const sums = sumsOfNode(plant, node);
  const waits = (): number => account.sum(sums + BUFFER_SUMS_WAIT);
  const left = (): number => account.counter(node, BUFFER_COUNTERS_LEFT);
  account.metric(
    `${name}.length`,
    'parts',
    () => (waits() + (account.insideNode[node] as number) - account.sum(sums + BUFFER_SUMS_CARRY)) / account.window,
  );
  account.metric(`${name}.wait`, account.timeUnit, () => (waits() / left()) * account.unit);
  account.metric(`${name}.throughput`, account.rateUnit, () => account.rate(left()));
  account.metric(`${name}.entered`, 'parts', () => account.counter(node, BUFFER_COUNTERS_ENTERED));
  const row = at.node + node * NODE_WORDS;
  if (tables[row + NODE_KIND] !== KIND_CONVEYOR) return;
  const more = tables[row + NODE_MORE] as number;
  if (tables[more + CONVEYOR_ACCUMULATES] !== 0) return;
  const belt = tables[more + CONVEYOR_OWN] as number;
  account.metric(`${name}.stopped`, '1', () => {
    const standing = account.block[belt + BELT_STOPPED] === NIL ? 0 : account.now - (account.block[belt + BELT_SINCE] as number);
    return (account.sum(belt + BELT_STOOD) + standing) / account.window;
  });
}

/** What a product of a shop plant has besides. */
export function readGoods(account: Account, { name, due }: Product, i: number): void {
  const { tables, at, features, scene } = account.plant;
  const goods = tables[at.product + i * PRODUCT_WORDS + PRODUCT_MORE] as number;
  const sums = tables[goods + GOODS_SUMS] as number;
  const counters = tables[goods + GOODS_COUNTERS] as number;
  const count = (which: number): number => account.since(counters + which);
  const scrapped = (): number => account.productCounter(i, PRODUCT_COUNTERS_SCRAPPED);
  account.metric(`${name}.scrapShare`, '1', () => scrapped() / (scrapped() + account.productCounter(i, PRODUCT_COUNTERS_FINISHED)));
  if (features.quality) account.metric(`${name}.reworked`, 'parts', () => count(GOODS_COUNTERS_REWORKED));
  if (features.assembly || features.disassembly) account.metric(`${name}.consumed`, 'parts', () => count(GOODS_COUNTERS_CONSUMED));
  const dated =
    due !== undefined ||
    features.assembly ||
    features.disassembly ||
    scene.sources.some(({ orders }) => orders?.some((order) => order.product === name));
  if (!features.due || !dated) return;
  const dues = (): number => count(GOODS_COUNTERS_DUE);
  const late = (): number => account.sum(sums + GOODS_SUMS_LATE);
  account.metric(`${name}.lateness`, account.timeUnit, () => ((late() - account.sum(sums + GOODS_SUMS_EARLY)) / dues()) * account.unit);
  account.metric(`${name}.tardiness`, account.timeUnit, () => (late() / dues()) * account.unit);
  account.metric(`${name}.onTime`, '1', () => 1 - count(GOODS_COUNTERS_LATE) / dues());
}

export function readPools(account: Account): void {
  const { tables, at, scene } = account.plant;
  scene.people.forEach(({ name }, i) => {
    const pool = at.pool + i * POOL_WORDS;
    const own = tables[pool + POOL_OWN] as number;
    const sums = tables[pool + POOL_SUMS] as number;
    const duty = (): number =>
      account.sum(sums + POOL_SUMS_DUTY) +
      (account.block[own + POOL_LEVEL] as number) * (account.now - (account.block[own + POOL_SINCE] as number));
    /** A sum, and what those add to it who are at work: their time up to a tick. */
    const spent = (address: number, until: (worker: number) => number): number => {
      let sum = account.sum(address);
      for (let n = 0; n < (tables[pool + POOL_COUNT] as number); n++) {
        const worker = tables[(tables[pool + POOL_FIRST] as number) + n * WORKER_WORDS + WORKER_OWN] as number;
        if (account.block[worker + WORKER_PLACE] !== NIL)
          sum += Math.max(0, until(worker) - (account.block[worker + WORKER_SINCE] as number));
      }
      return sum;
    };
    account.metric(`${name}.busy`, '1', () => spent(sums + POOL_SUMS_BUSY, () => account.now) / duty());
    account.metric(`${name}.onDuty`, 'people', () => duty() / account.window);
    const walked = (worker: number): number => Math.min(account.now, account.block[worker + WORKER_ARRIVES] as number);
    account.metric(`${name}.walking`, '1', () => spent(sums + POOL_SUMS_WALKING, walked) / duty());
  });
}

export function readLimits(account: Account): void {
  const { tables, at, scene } = account.plant;
  scene.limits.forEach(({ name }, i) => {
    const limit = at.limit + i * LIMIT_WORDS;
    const room = tables[limit + LIMIT_ROOM] as number;
    const since = tables[limit + LIMIT_SINCE] as number;
    const sums = tables[limit + LIMIT_SUMS] as number;
    account.metric(`${name}.cards`, 'cards', () => {
      // Of a base stock more cards may be free than there were.
      const used = Math.max(0, (tables[limit + LIMIT_CARDS] as number) - ((account.block[room] as number) | 0));
      return (account.sum(sums) + used * (account.now - (account.block[since] as number))) / account.window;
    });
  });
}
