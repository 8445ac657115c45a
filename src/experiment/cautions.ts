/** Where a study's intervals may say more than they know: said beside its results. */
import type { Point } from '../search/search.ts';
import { cautionsOfReplications } from '../search/honesty.ts';
import { asTheScene } from './questions/answer.ts';
import { AS_IS } from './questions/what-limits.ts';
import type { Register } from './register.ts';
import type { Setting } from './setting.ts';
import { called } from './wording.ts';

/** Of the objectives of the plant as it is and of the chosen design; of all designs, how many had twins that broke off. */
export function cautionsOf(setting: Setting, register: Register, chosen: Point | undefined): string[] {
  if (setting.question === 'uncertainty' || setting.question === 'sensitivity') return brokenOff(setting, register);
  const base = setting.question === 'what limits' ? [AS_IS] : asTheScene(setting);
  const of: [Point | undefined, string][] = [
    [chosen, 'the chosen design'],
    [base, 'the plant as it is'],
  ];
  const said = new Set<string>();
  for (const { response } of setting.goals) {
    const shown = setting.responses[response];
    if (shown === undefined || shown.name === 'cost') continue;
    for (const [point, words] of of) {
      const id = point === undefined ? undefined : register.idOf(point);
      const values = id === undefined ? undefined : register.series(id, response);
      if (values === undefined) continue;
      for (const { text } of cautionsOfReplications([...values.values()], setting.confidence))
        said.add(`${called(shown)} of ${words}: ${text}`);
    }
  }
  return [...said, ...brokenOff(setting, register)];
}

function brokenOff(setting: Setting, register: Register): string[] {
  return setting.goals.flatMap(({ response }): string[] => {
    let designs = 0;
    let twins = 0;
    for (let id = 0; id < register.size; id++) {
      const lost = register.count(id) - register.n(id, response);
      if (lost > 0) designs++;
      twins += lost;
    }
    const shown = setting.responses[response];
    if (designs === 0 || shown === undefined) return [];
    return [
      `${twins} of ${register.twins} twins, of ${designs} of ${register.size} designs, gave no figure for ${called(shown)} (they broke off, or had nothing to count): their designs are judged by the others.`,
    ];
  });
}
