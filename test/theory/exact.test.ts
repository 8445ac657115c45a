/** Plants without chance, against arithmetic. */
import { describe, expect, test } from 'vitest';
import { EDGES, ZERO_LOOP } from './edges.ts';
import { EXACT } from './exact.ts';
import type { Experiment } from './experiment.ts';
import { metric, simulate } from './simulate.ts';

function figures({ title, scene, replications, claims }: Experiment): void {
  test(`${title}: ${Object.keys(claims).length} figures`, async () => {
    const result = await simulate(scene, replications);
    expect(result.status).toEqual({ done: replications });
    const found = Object.fromEntries(Object.keys(claims).map((name) => [name, metric(result, name).mean]));
    expect(found).toEqual(Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, expect.closeTo(value, 9)])));
  });
}

describe('plants without chance', () => EXACT.forEach(figures));

describe('things that fall on one tick', () => {
  EDGES.forEach(figures);

  test('a loop of steps that take no time ends in a livelock that is told', async () => {
    const { status } = await simulate(ZERO_LOOP, 1);
    expect(Object.keys(status)).toEqual([expect.stringMatching(/^livelock at (mirror|glass)$/)]);
  });
});
