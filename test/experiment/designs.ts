/** Experiments for tests: scenes with numbers set by their path. */
import { readFileSync } from 'node:fs';
import { read } from '../../src/scene/read.ts';
import type { Scene } from '../../src/scene/scene.ts';
import type { Point } from '../../src/search/search.ts';
import type { Axis } from '../../src/search/space.ts';

/** What stands at the end of a path (keys and indices with dots), made from the level. */
export interface Setting {
  path: string;
  axis: Axis;
  value?: (level: number) => unknown;
}

export interface Experiment {
  name: string;
  text: Record<string, unknown>;
  settings: Setting[];
}

export const steps = (...values: number[]): Axis => ({ kind: 'steps', values });

export function shipped(file: string, run: object): Record<string, unknown> {
  return { ...JSON.parse(readFileSync(`scenes/${file}.json`, 'utf8')), run };
}

export function sceneAt({ text, settings }: Experiment): (point: Point) => Scene {
  return (point) => {
    const scene = structuredClone(text);
    settings.forEach(({ path, value }, i) => {
      const keys = path.split('.');
      let at = scene as Record<string, unknown>;
      for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
      const level = point[i] as number;
      at[keys.at(-1) as string] = value === undefined ? level : value(level);
    });
    const result = read(JSON.stringify(scene));
    if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    return result.scene;
  };
}

/** Three saturated exponential stations with buffers between them: the throughput problem in small. */
export function line(run: object): Record<string, unknown> {
  return {
    millwright: 1,
    time: { unit: 'min', resolution: '1 s' },
    products: { part: {} },
    sources: { infeed: { saturated: true } },
    buffers: { B2: { capacity: 2 }, B3: { capacity: 2 } },
    stations: Object.fromEntries(['S1', 'S2', 'S3'].map((name) => [name, { processing: { exponential: { mean: 1 } } }])),
    sinks: { out: {} },
    links: [
      { from: 'infeed', to: 'S1' },
      { from: 'S1', to: 'B2' },
      { from: 'B2', to: 'S2' },
      { from: 'S2', to: 'B3' },
      { from: 'B3', to: 'S3' },
      { from: 'S3', to: 'out' },
    ],
    run,
  };
}
