import type { Scene } from "../../src/scene/scene.ts";
export function line(n: number, cap: number): Scene {
  const stations = [], buffers = [], links = [];
  const s = (i: number) => `s${String(i).padStart(2, '0')}`, b = (i: number) => `b${String(i).padStart(2, '0')}`;
  for (let i = 0; i < n; i++) {
    stations.push({ name: s(i), position: undefined, servers: 1, processing: { kind: 'exponential', mean: 60000 }, failures: [] });
    if (i) { buffers.push({ name: b(i), position: undefined, capacity: cap }); links.push({ from: s(i - 1), to: [b(i)], rule: 'fixed', weights: undefined, products: undefined }, { from: b(i), to: [s(i)], rule: 'fixed', weights: undefined, products: undefined }); }
  }
  links.push({ from: 'in', to: [s(0)], rule: 'fixed', weights: undefined, products: undefined }, { from: s(n - 1), to: ['out'], rule: 'fixed', weights: undefined, products: undefined });
  return { name: 'line', description: '', time: { unit: 'min', tickSeconds: 0.001 }, products: [{ name: 'part', color: undefined, routing: undefined, sink: undefined }],
    sources: [{ name: 'in', position: undefined, mix: [{ product: 'part', weight: 1 }], interarrival: undefined, first: undefined, whenFull: 'wait' }],
    buffers, stations, groups: [], sinks: [{ name: 'out', position: undefined }], links, run: { warmup: 60e6, horizon: 600e6, replications: 10, seed: 1, stopAfter: undefined, maxParts: undefined } } as Scene;
}
