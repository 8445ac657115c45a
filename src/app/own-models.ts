/** Models of a scene's own, as its plan names them. */
import type { FloorPlan } from '../engine/trace.ts';

/** All that tells how a plant looks, and nothing else: equal where there is nothing to show anew. */
export const looksOf = (plan: FloorPlan | undefined): string =>
  JSON.stringify([plan?.nodes.map(({ look }) => look ?? 0), plan?.products.map(({ look, color }) => [look ?? 0, color ?? 0])]);

/** What files at hand are good for, in words. */
export function aboutModels(plan: FloorPlan | undefined, names: string[]): string {
  const named = [...(plan?.nodes ?? []), ...(plan?.products ?? [])].flatMap(({ look }) => (typeof look === 'object' ? [look.model] : []));
  const used = names.filter((name) => named.some((model) => model === name || model.endsWith(`/${name}`)));
  if (used.length > 0) return `${used.join(', ')}: at hand for this scene.`;
  return `${names.join(', ')}: at hand, but nothing in this scene looks like that. Write "look": { "model": ${JSON.stringify(names[0])} } where it belongs.`;
}
