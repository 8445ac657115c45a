/** What lies somewhere at time 0 is in the recording from the beginning. */
import { expect, test } from 'vitest';
import { record } from '../../src/engine/recording.ts';
import { NEVER, VISIT } from '../../src/engine/trace.ts';
import { plantOf } from './plants.ts';

test('parts that lie in a buffer at time 0 are there at time 0, and leave it in their order', () => {
  const plant = plantOf({
    millwright: 1,
    time: { unit: 's' },
    products: { p: {}, q: {} },
    buffers: { heap: { initial: { p: 3, q: 2 } } },
    stations: { work: { processing: 10 } },
    sinks: { out: {} },
    links: [
      { from: 'heap', to: 'work' },
      { from: 'work', to: 'out' },
    ],
    run: { horizon: 35 },
  });
  const { visits } = record(plant, 1, 0);
  const of = (name: string) => {
    const found: number[][] = [];
    for (let at = 0; at < visits.length; at += VISIT.words)
      if (plant.nodes[visits[at + VISIT.node]!]!.name === name) found.push([...visits.subarray(at, at + VISIT.words)]);
    return found;
  };
  const heap = of('heap');
  // The first goes on at once, then one every ten seconds, of which the last is still there at the end.
  expect(heap.map((visit) => visit[VISIT.enter])).toEqual([0, 0, 0, 0, 0]);
  expect(heap.map((visit) => visit[VISIT.leave])).toEqual([0, 10_000, 20_000, 30_000, NEVER]);
  expect(heap.map((visit) => visit[VISIT.where])).toEqual([0, 1, 2, 3, 4]);
  expect(heap.map((visit) => visit[VISIT.from])).toEqual(Array(5).fill(NEVER));
  expect(heap.map((visit) => visit[VISIT.part])).toEqual([0, 1, 2, 3, 4]);
  const work = of('work');
  expect(new Set(work.map((visit) => plant.nodes[visit[VISIT.from]!]?.name))).toEqual(new Set(['heap']));
  expect(work.map((visit) => visit[VISIT.part])).toEqual([0, 1, 2, 3]);
});
