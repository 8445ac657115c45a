/** Scenes to be read as they are, and to be spoilt. */
import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../../docs/scene-format.md', import.meta.url), 'utf8');

/** The example of docs/scene-format.md, as it is written there. */
export const exampleText = /```json\n([^]*?)```/.exec(page)?.[1] as string;

/** Anything at all: tests write nonsense into it. */
export type Loose = any;

/** A copy of the example, to be spoilt. */
export function example(): Loose {
  return JSON.parse(exampleText);
}

/** A scene that uses every key of the format. */
export function everything(): Loose {
  return {
    $schema: 'scene.schema.json',
    millwright: 1,
    name: 'Everything',
    description: 'Each key once',
    time: { unit: 'min', resolution: '10 ms' },
    products: {
      gear: {
        color: '#3366cc',
        sink: 'store',
        routing: [
          { station: 'saws', processing: { uniform: { min: 1, max: '90 s' } } },
          {
            station: 'mill',
            name: 'milling',
            next: [
              { step: 'done', weight: 9 },
              { step: 'rework', weight: 1 },
            ],
          },
          { station: 'bench', name: 'rework', processing: { triangular: { min: 1, mode: 2, max: 4 } }, next: 'milling' },
        ],
      },
      axle: {},
    },
    sources: {
      bar: {
        mix: { gear: 3, axle: 1 },
        interarrival: { gamma: { mean: 3, cv: 0.5 } },
        first: 0,
        whenFull: 'lose',
        position: [0, 1.5],
      },
      rods: { product: 'axle', saturated: true },
    },
    buffers: { queue: { capacity: 20, position: [1, 1] }, out: { capacity: 'unlimited' } },
    stations: {
      'saw 1': { processing: { erlang: { mean: 2, k: 3 } } },
      'saw 2': { servers: 2, processing: { discrete: { values: [1, '2 min'], weights: [1, 2] } } },
      mill: {
        processing: { weibull: { mean: 1, cv: 0.4 } },
        failures: [
          {
            clock: 'parts',
            timeToFailure: { exponential: { mean: 200 } },
            repair: { normal: { mean: 20, sd: 5 } },
            interruptedJob: 'scrap',
          },
        ],
        position: [4, 0],
      },
      bench: { processing: { empirical: { edges: [0, 1, 2], weights: [1, 3] } } },
    },
    groups: { saws: { stations: ['saw 1', 'saw 2'], rule: 'probability', weights: [1, 2] } },
    sinks: { store: { position: [9, 0] }, yard: {} },
    links: [
      { from: 'bar', to: 'queue' },
      { from: 'rods', to: ['queue'], rule: 'fixed' },
      { from: 'queue', to: ['saw 1', 'saw 2'], rule: 'round robin' },
      { from: 'saw 1', to: 'out', products: ['axle'] },
      { from: 'saw 2', to: ['out', 'yard'], rule: 'probability', weights: [3, 1], products: ['axle'] },
      { from: 'out', to: ['yard', 'store'] },
    ],
    run: { warmup: '1 h', horizon: '5 d', replications: 64, seed: 7, stopAfter: 100000, maxParts: 500 },
  };
}
