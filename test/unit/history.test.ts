import { expect, it } from 'vitest';
import { SceneHistory } from '../../src/app/state.ts';

const from = (base: string) => ({ models: { base, files: {} } });

it('goes back and forth between scenes of several addresses, each with where its models are', () => {
  const history = new SceneHistory();
  history.push('a', '', 0, from('https://one/'));
  history.push('a, edited', '', 1);
  history.push('b', '', 2, from('https://two/'));
  history.push('b, dragged', 'length', 3);
  history.push('b, dragged on', 'length', 4);
  expect(history.origin?.models.base).toBe('https://two/');
  const back: [string | undefined, string | undefined][] = [];
  while (history.canUndo) back.push([history.move(-1), history.origin?.models.base]);
  expect(back).toEqual([
    ['b', 'https://two/'],
    ['a, edited', 'https://one/'],
    ['a', 'https://one/'],
  ]);
  // What is added to a scene is there at each of its texts.
  history.origin!.models = { base: 'https://one/', files: { 'press.glb': new Blob() } };
  expect(history.move(1)).toBe('a, edited');
  expect(Object.keys(history.origin!.models.files)).toEqual(['press.glb']);
  history.push('a, again', '', 9);
  expect([history.canRedo, history.origin?.models.base]).toEqual([false, 'https://one/']);
});

it('keeps the newer origin where the same text is opened from elsewhere', () => {
  const history = new SceneHistory();
  history.push('a', '', 0, from('https://one/'));
  history.push('a', '', 1, from('https://two/'));
  expect([history.canUndo, history.origin?.models.base]).toEqual([false, 'https://two/']);
});
