/** What the page's session makes of what arrives late or all at once. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UndrawnFloor } from '../../src/app/playback.ts';
import { Session } from '../../src/app/session.ts';
import type { Checked, Laboratory, Progress, Summary } from '../../src/experiment/protocol.ts';

beforeAll(() => {
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterAll(() => vi.unstubAllGlobals());

const summary = (finished: number): Summary =>
  ({ finished, replications: 8, metrics: {}, columns: {}, report: { engine: 'reference', adapter: '', reason: '' } }) as unknown as Summary;

test('a report of progress that arrives after the results does not take their place', async () => {
  let report: ((progress: Progress) => void) | undefined;
  const laboratory = {
    report: summary(0).report,
    check: (): Promise<Checked> =>
      Promise.resolve({
        ok: true,
        plan: { name: 'P', tickSeconds: 1, nodes: [], edges: [], products: [] },
        run: { warmup: '0', horizon: '1', replications: 8, seed: 1 },
      } as unknown as Checked),
    run: (_: unknown, onProgress: (progress: Progress) => void) => {
      report = onProgress;
      return Promise.resolve(summary(8));
    },
    trace: () => Promise.reject(new Error('none')),
    cancel() {},
  } as unknown as Laboratory;
  const session = new Session(Promise.resolve(laboratory), false);
  await session.load('{}', 'a scene');
  await expect.poll(() => session.state.summary.value?.finished).toBe(8);
  report?.({ fraction: 0.9, secondsLeft: 1, partial: summary(7) } as unknown as Progress);
  expect(session.state.summary.value?.finished).toBe(8);
  expect(session.state.progress.value).toBeUndefined();
});

test('many sentences about the floor: those read at a glance, and the rest on demand', () => {
  const session = new Session(new Promise(() => undefined), false);
  const floor = new UndrawnFloor();
  session.player.attach(floor);
  const { notice } = session.state;
  const sentence = (i: number) => `Model ${i} cannot be shown: ${'x'.repeat(200)}.`;
  for (let i = 0; i < 5; i++) floor.onError?.(sentence(i));
  floor.onError?.(sentence(0));
  expect(notice.value?.text).toBe(`The floor: ${sentence(0)} ${sentence(1)}`);
  expect(notice.value?.action?.label).toBe('3 more');
  notice.value?.action?.run();
  for (let i = 0; i < 5; i++) expect(notice.value?.text).toContain(sentence(i));
});
