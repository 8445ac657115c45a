/** What theory claims of a plant. */
import type { SceneFile } from './simulate.ts';

export interface Experiment {
  title: string;
  scene: SceneFile;
  replications: number;
  /** Expected mean by metric. */
  claims: Record<string, number>;
}

/** A scene of one product, in minutes, from parts of scenes that have nothing to do with each other; the last argument is its `run`. */
export function plant(...pieces: [...shops: object[], run: Record<string, unknown>]): SceneFile {
  const run = pieces.at(-1) as Record<string, unknown>;
  const scene: Record<string, object> & { links: object[] } = { sources: {}, buffers: {}, stations: {}, sinks: {}, links: [] };
  for (const shop of pieces.slice(0, -1)) {
    for (const [kind, elements] of Object.entries(shop)) {
      if (kind === 'links') scene.links.push(...elements);
      else Object.assign((scene[kind] ??= {}), elements);
    }
  }
  return { millwright: 1, time: { unit: 'min', resolution: '10 ms' }, products: { part: {} }, ...scene, run };
}
