/** The figures by which the wall colours, sorts and filters twins: those of a glance, how far a twin is, how it stands, and its number. */
import { GLANCE_METRICS, type GlanceMetric } from '../../engine/glance.ts';

/** In the order of their numbers in shaders/wall/wall.wgsl. */
export const FIGURES = [...GLANCE_METRICS, 'progress', 'status', 'number'] as const;
export type Figure = (typeof FIGURES)[number];

/** How a figure is told: its name, its unit as the page's scales know it ('1': a share), and what it means. */
export const FIGURE_WORDS: Record<Figure, { name: string; unit: string; means: string }> = {
  throughput: { name: 'Throughput', unit: '1/s', means: 'parts finished since the warm-up, divided by the time since then' },
  wip: { name: 'WIP', unit: 'parts', means: 'parts inside the plant, mean over the time since the warm-up' },
  flowTime: { name: 'Flow time', unit: 's', means: 'time from making to finish, mean over the parts finished since the warm-up' },
  working: { name: 'Working', unit: '1', means: 'share of the time of all servers spent working' },
  starved: { name: 'Starved', unit: '1', means: 'share of the time of all servers spent in order but without a part' },
  blocked: { name: 'Blocked', unit: '1', means: 'share of the time of all servers spent with a finished part that cannot leave' },
  failed: { name: 'Failed', unit: '1', means: 'share of the time of all servers spent down' },
  other: { name: 'Other states', unit: '1', means: 'share of the time of all servers set up, maintained, waiting for people or off shift' },
  lateness: { name: 'Lateness', unit: 's', means: 'finish less due date, mean over the parts that had one; negative is early' },
  progress: { name: 'Progress', unit: '1', means: 'simulated time so far, as a share of the run' },
  status: { name: 'Status', unit: '', means: 'not begun, running, done or ended badly' },
  number: { name: 'Number', unit: '', means: 'the number of the twin: its replication' },
};

/** Ends of the scale where they do not depend on the twins. */
export function givenRange(figure: Figure, twins: number): [low: number, high: number] | undefined {
  if (figure === 'progress') return [0, 1];
  if (figure === 'status') return [0, 3];
  return figure === 'number' ? [0, Math.max(1, twins - 1)] : undefined;
}

export const isMetric = (figure: Figure): figure is GlanceMetric => (GLANCE_METRICS as readonly string[]).includes(figure);
