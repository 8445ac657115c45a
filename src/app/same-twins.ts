/** Whether a change of the scene's text changes its twins: experiments are questions to the plant and no part of it. */
import { parse } from 'jsonc-parser';

/** True where both texts differ in nothing but their experiments and spaces: then the results of one are those of the other. */
export function sameTwins(a: string, b: string): boolean {
  if (a === b) return true;
  // Nothing is parsed where no experiment stands: a difference is then one of the plant, or of spaces alone, which may as well run again.
  if (!a.includes('"experiments"') && !b.includes('"experiments"')) return false;
  return withoutExperiments(a) === withoutExperiments(b);
}

function withoutExperiments(text: string): string {
  const scene = parse(text) as Record<string, unknown>;
  delete scene['experiments'];
  return JSON.stringify(scene);
}
