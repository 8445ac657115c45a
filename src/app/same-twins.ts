/** Whether a change of the scene's text changes its twins: experiments are questions to the plant, looks and viewpoints how it is shown, loose parts what its times were measured on, and none a part of it. */
import { parse } from 'jsonc-parser';

/** Where elements stand that have looks. */
const WITH_LOOKS = ['products', 'sources', 'buffers', 'stations', 'conveyors', 'sinks'];

/** True where both texts differ in nothing but experiments, looks, viewpoints, loose parts and spaces: then the results of one are those of the other. */
export function sameTwins(a: string, b: string): boolean {
  if (a === b) return true;
  // Nothing is parsed where none of them stands: a difference is then one of the plant, or of spaces alone, which may as well run again.
  const aside = /"(?:experiments|look|view|bulk)"/;
  if (!aside.test(a) && !aside.test(b)) return false;
  return plantIn(a) === plantIn(b);
}

function plantIn(text: string): string {
  const scene = parse(text) as Record<string, unknown>;
  delete scene['experiments'];
  delete scene['view'];
  delete scene['bulk'];
  for (const kind of WITH_LOOKS) {
    for (const element of Object.values((scene[kind] ?? {}) as Record<string, Record<string, unknown>>)) delete element['look'];
  }
  return JSON.stringify(scene);
}
