import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Lab } from '../../src/experiment/lab.ts';
import { Twins } from '../../src/experiment/twins.ts';

const scene = (name: string): string => readFileSync(new URL(`../../scenes/${name}.json`, import.meta.url), 'utf8');
const lab = (): Lab => new Lab({ gpu: undefined, spawn: () => new Twins(), threads: 1 });

test('a line gives the same digest and figures by events and by recursion, and says which it took', async () => {
  const request = { scene: scene('m1-line10'), replications: 6, seed: 3 };
  const events = await lab().run({ ...request, path: 'events' });
  const recursion = await lab().run(request);
  expect(recursion.report.reason).toContain('by recursion on departure times');
  expect(events.report.reason).not.toContain('recursion');
  expect(recursion.digest).toBe(events.digest);
  expect(recursion.metrics).toEqual(events.metrics);
  expect(recursion.events).toBe(events.events);
});

test('the recursion is refused where the plant is no line, with the reason', async () => {
  await expect(lab().run({ scene: scene('gearbox'), replications: 1, path: 'recursion' })).rejects.toThrow(
    'This plant cannot run by recursion, because it has 2 products.',
  );
});
