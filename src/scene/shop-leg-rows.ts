/** The rows of legs: a part at an element with a step ahead or in hand, and all that is known of it beforehand. */
import { NIL } from '../stations/words.ts';
import type { Element } from './legs.ts';
import type { Scene, Station } from './scene.ts';
import type { ShopLegs } from './shop-legs.ts';
import { batchKey, familyOf, type StationRows } from './shop-stations.ts';
import type { WorkAhead } from './shop-work.ts';
import type { Sheet } from './tables.ts';

const ticks = (mean: number): number => Math.min(0x7fffffff, Math.round(mean));

export function writeLegs(graph: ShopLegs, sheet: Sheet, rows: StationRows, ahead: WorkAhead): void {
  const { scene } = graph;
  const keys = new Map<Station, Map<string, number>>();
  const due = new Map(scene.products.map((product) => [product.name, new Map<number, number>()]));
  for (const { name, routing } of scene.products) {
    for (const step of routing ?? []) {
      if (step.within && !due.get(name)?.has(step.within.since)) due.get(name)?.set(step.within.since, Math.round(step.within.limit));
    }
  }
  for (const leg of graph.legs) {
    const product = scene.products[leg.product] as Scene['products'][number];
    const work = graph.work.get(leg);
    const fields: Record<string, number> = {
      node: sheet.address('node', leg.node),
      exit: sheet.way(leg.exit),
      processing: sheet.address('dist', leg.processing),
      product: sheet.address('product', leg.product),
      family: NIL,
      perPiece: 0,
      interval: NIL,
      batchMin: 1,
      batchMax: 1,
      quality: NIL,
      startsLimit: NIL,
      checksLimit: 0,
      disassembly: NIL,
      step: leg.step >>> 0,
    };
    const element = graph.elements[leg.node] as Element;
    if (element.kind === 'transfer' && 'unlimited' in element.transfer) {
      const step = product.routing?.[leg.step];
      fields.perPiece = (step?.per ?? element.transfer.unlimited.per) === 'piece' ? 1 : 0;
    }
    if (work) {
      const { station, step } = work;
      const { mean, remaining, steps } = ahead.of(leg);
      let batches = keys.get(station);
      if (!batches) keys.set(station, (batches = new Map()));
      const key = batchKey(product, work, leg);
      if (!batches.has(key)) batches.set(key, batches.size);
      const family = station.setup?.families.indexOf(familyOf(product, work)) ?? -1;
      Object.assign(fields, {
        family: family >>> 0,
        perPiece: (step?.per ?? station.per) === 'piece' ? 1 : 0,
        interval: sheet.address('dist', work.interval),
        batchMin: work.batch?.min ?? 1,
        batchMax: work.batch?.max ?? 1,
        batchKey: batches.get(key) as number,
        quality: rows.quality(leg),
        mean: ticks(mean),
        remaining: ticks(remaining),
        stepsLeft: Math.round(steps),
        startsLimit: product.routing ? (due.get(product.name)?.get(leg.step) ?? NIL) : NIL,
        checksLimit: step?.within ? 1 : 0,
        disassembly: rows.parts(work),
        disassemblyRows: work.into.length,
      });
    }
    sheet.record('leg', 'LEG', fields);
  }
}
