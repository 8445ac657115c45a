/** Plants for the tests of the engines: those that ship, cut short, and some that are large where the random ones are small. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReferenceEngine } from '../../src/engine/reference.ts';
import { compile } from '../../src/scene/compile.ts';
import type { Plant } from '../../src/scene/plant.ts';
import { read } from '../../src/scene/read.ts';
import type { SceneText } from '../../src/scene/schema.ts';
import { HEAD_NOW, STATUS_RUNNING } from '../../src/stations/words.ts';

const FOLDER = join(import.meta.dirname, '../../scenes');

/** Files of the scenes that ship: one that is added is tested from then on. */
export const SCENES: string[] = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

/** The plant of a scene, or an error with what is wrong with it. */
export function plantOf(scene: SceneText | string): Plant {
  const result = read(typeof scene === 'string' ? scene : JSON.stringify(scene));
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return compile(result.scene);
}

/** A scene that ships, with a run that takes a twin about so many events; a quarter of it warm-up, if it has one. */
export function shortScene(file: string, events: number): Plant {
  const whole = plantOf(readFileSync(join(FOLDER, file), 'utf8'));
  const block = new Uint32Array(whole.layout.words);
  const engine = new ReferenceEngine(whole);
  engine.begin(block, 1, 0);
  if (engine.run(block, 1, 0, events) !== STATUS_RUNNING) return whole;
  const now = block[HEAD_NOW] as number;
  const warmup = whole.scene.run.warmup > 0 ? Math.round(now / 4) : 0;
  return compile({ ...whole.scene, run: { ...whole.scene.run, warmup, horizon: now - warmup } });
}

/** A line of so many stations with a buffer before each but the first; every seventh station has servers that fail. Names run against the flow. */
export function lineScene(stations: number, parallel = 1): SceneText {
  const numbered = (letter: string, i: number): string => `${letter}${String(stations - i).padStart(3, '0')}`;
  const scene: SceneText = {
    millwright: 1,
    time: { unit: 'min', resolution: '1 s' },
    products: { part: {} },
    sources: { infeed: { interarrival: { exponential: { mean: 2 } } } },
    buffers: {},
    stations: {},
    sinks: { store: {} },
    links: [{ from: 'infeed', to: numbered('s', 0) }],
    run: { warmup: 20, horizon: 60 },
  };
  for (let i = 0; i < stations; i++) {
    const failures = [{ clock: 'calendar' as const, timeToFailure: { exponential: { mean: 20 } }, repair: { erlang: { mean: 4, k: 2 } } }];
    const processing = { exponential: { mean: 1.5 * parallel } };
    Object.assign(scene.stations as object, { [numbered('s', i)]: { servers: parallel, processing, ...(i % 7 === 0 && { failures }) } });
    if (i > 0) Object.assign(scene.buffers as object, { [numbered('b', i)]: { capacity: 2 } });
    const next = i + 1 < stations ? numbered('b', i + 1) : 'store';
    scene.links?.push({ from: numbered('s', i), to: next });
    if (i + 1 < stations) scene.links?.push({ from: next, to: numbered('s', i + 1) });
  }
  return scene;
}

/** Slow work on a fine clock: ticks pass 2^31 at the warm-up, sums of a station 2^32 behind it, and some clocks run out of ticks. */
export const LONG_SCENE: SceneText = {
  millwright: 1,
  time: { unit: 'h', resolution: '1 ms' },
  products: { part: {} },
  sources: { infeed: { interarrival: { exponential: { mean: 6 } }, first: { uniform: { min: 0, max: 400 } } } },
  buffers: { shelf: {} },
  stations: {
    oven: {
      servers: 4,
      processing: { lognormal: { mean: 20, cv: 1 } },
      failures: [
        {
          clock: 'calendar',
          timeToFailure: { exponential: { mean: 900 } },
          repair: { exponential: { mean: 600 } },
          interruptedJob: 'restart',
        },
      ],
    },
    press: {
      processing: { exponential: { mean: 4 } },
      failures: [{ clock: 'processing', timeToFailure: { exponential: { mean: 900 } }, repair: { gamma: { mean: 200, cv: 2 } } }],
    },
  },
  sinks: { store: {} },
  links: [
    { from: 'infeed', to: 'shelf' },
    { from: 'shelf', to: 'oven' },
    { from: 'oven', to: 'press' },
    { from: 'press', to: 'store' },
  ],
  run: { warmup: 600, horizon: 590, maxParts: 250 },
};
