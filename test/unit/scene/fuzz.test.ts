import { expect, test } from 'vitest';
import { read } from '../../../src/scene/read.ts';
import { everything, example } from './example.ts';
import { mutated } from './mutate.ts';
import { unsound } from './sound.ts';

/** Each message says what was expected or how to mend it. */
const TELLING =
  /expected|choose another|which is reserved|this program reads version 1|two elements of one name|add or widen a link|link one of these elements|remove one of the two|take a coarser|the limit is|a scene needs at least one|parts would arrive|never be in order|^and \d+ more$/;
/** The words of a message that was put together wrongly. */
const BROKEN = /undefined|\bnull\b|\bNaN\b|\[object|Invalid input|something else$/;

test('5,000 spoilt scenes: none throws or takes long, and what is accepted is sound', { timeout: 60_000 }, () => {
  const bases = [example(), everything()];
  let accepted = 0;
  let slowest = 0;
  const odd: string[] = [];
  for (let seed = 1; seed <= 5000; seed++) {
    const text = mutated(bases[seed % 2], seed);
    const begin = process.cpuUsage();
    const result = read(text);
    const { user, system } = process.cpuUsage(begin);
    slowest = Math.max(slowest, (user + system) / 1e6);
    if (result.ok) {
      accepted++;
      for (const what of unsound(result.scene)) odd.push(`seed ${seed}: ${what}`);
    } else {
      if (result.problems.length === 0) odd.push(`seed ${seed}: refused without a problem`);
      for (const { path, message } of result.problems) {
        if (path === '' || !TELLING.test(message) || BROKEN.test(message.replace(/found .*?;/, '')))
          odd.push(`seed ${seed}: ${path}: ${message}`);
      }
    }
  }
  expect(odd).toEqual([]);
  // Both halves must be well tried.
  expect(accepted).toBeGreaterThan(300);
  expect(accepted).toBeLessThan(3000);
  expect(slowest).toBeLessThan(1);
});
