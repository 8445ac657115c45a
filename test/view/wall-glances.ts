/** Made-up glances of many twins: every word by a formula of the twin's number, so that a test knows what must be seen. */
import { GLANCE, GLANCE_METRICS, GLANCE_STATUS, glanceLayout, type GlanceMetric } from '../../src/engine/glance.ts';
import type { FloorPlan } from '../../src/engine/trace.ts';

export const END = 1_000_000;

/** Even noise in [0, 1) by whole numbers alone. */
export function noise(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

/** Of 16 twins one has not begun, three run, one ended badly, the others are done. */
export function statusOf(twin: number): number {
  const which = Math.floor(noise(twin, 99) * 16);
  if (which === 0) return GLANCE_STATUS.waiting;
  if (which < 4) return GLANCE_STATUS.running;
  return which === 4 ? GLANCE_STATUS['ended badly'] : GLANCE_STATUS.done;
}

/** As f32. Throughput of every 64th twin, and lateness of all, is not defined. */
export function metricOf(twin: number, metric: GlanceMetric): number {
  if (metric === 'lateness' || (metric === 'throughput' && twin % 64 === 63)) return Number.NaN;
  const base = { throughput: 0.01, wip: 40, flowTime: 9000 }[metric as string] ?? 0.2;
  return Math.fround(base * (0.7 + 0.6 * noise(twin, GLANCE_METRICS.indexOf(metric))));
}

export function nowOf(twin: number): number {
  const status = statusOf(twin);
  if (status === GLANCE_STATUS.waiting) return 0;
  return status === GLANCE_STATUS.done ? END : Math.floor(END * (0.1 + 0.8 * noise(twin, 7)));
}

export function madeUp(plan: FloorPlan, twins: number): Uint32Array<ArrayBuffer> {
  const layout = glanceLayout(plan);
  const words = new Uint32Array(layout.words * twins);
  const floats = new Float32Array(words.buffer);
  for (let twin = 0; twin < twins; twin++) {
    const status = statusOf(twin);
    if (status === GLANCE_STATUS.waiting) continue;
    words[GLANCE.status * twins + twin] = status;
    words[GLANCE.now * twins + twin] = nowOf(twin);
    GLANCE_METRICS.forEach((metric, m) => (floats[(GLANCE.metrics + m) * twins + twin] = metricOf(twin, metric)));
    plan.nodes.forEach((node, n) => {
      for (let place = node.firstPlace; place < node.firstPlace + node.servers; place++) {
        const state = Math.floor(noise(twin, 1000 + place) ** 2 * 8);
        words[(layout.states + Math.floor(place / 8)) * twins + twin]! |= state << (4 * (place % 8));
      }
      const room = Number.isFinite(node.capacity) ? node.capacity : 12;
      const inside = Math.floor(noise(twin, 2000 + n) * (room + 1));
      words[(layout.lengths + (n >> 1)) * twins + twin]! |= inside << (16 * (n & 1));
    });
  }
  return words;
}
