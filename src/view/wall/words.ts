/** What crosses between the wall and its shaders: the uniform of shaders/wall/wall.wgsl, and the words of told.wgsl. */
import { GLANCE_METRICS, type GlanceMetric, glanceLayout, type Glances, GLANCE_STATUS } from '../../engine/glance.ts';
import { FIGURES, type Figure, givenRange } from './figures.ts';

export const WALL_BYTES = 160;
export const TOLD_WORDS = 64;
/** Words of a tile (tile.wgsl). */
export const TILE_WORDS = 6;
const NOBODY = 0xffffffff;

export type Status = keyof typeof GLANCE_STATUS;
export const STATUSES = Object.keys(GLANCE_STATUS) as Status[];

/** What a person chooses about the wall. */
export interface Showing {
  colourBy: Figure;
  sortBy: Figure;
  descending: boolean;
  /** Twins pass whose figure lies between these shares of the scale; 0 and 1 bound nothing. */
  low: number;
  high: number;
  /** Statuses that pass. */
  statuses: Status[];
  /** Those that do not pass are not there, rather than dimmed. */
  hides: boolean;
}

export const SHOWING: Showing = {
  colourBy: 'throughput',
  sortBy: 'number',
  descending: false,
  low: 0,
  high: 1,
  statuses: STATUSES,
  hides: false,
};

/** All that the shaders are told of one frame; lengths as in wall.wgsl. */
export interface Frame {
  viewport: [width: number, height: number];
  origin: [x: number, y: number];
  scale: number;
  depth: number;
  ratio: number;
  glide: number;
  columns: number;
  twins: number;
  fresh: boolean;
  first: [column: number, row: number];
  across: number;
  items: number;
  firstItem: number;
  hovered: number | undefined;
  cursor: number | undefined;
  header: number;
  /** The colour scale is that of twins that have ended. */
  ofEnded: boolean;
  glyph: [width: number, height: number];
}

export function encodeWall(frame: Frame, showing: Showing, glances: Pick<Glances, 'plan' | 'replications' | 'end'>): ArrayBuffer {
  const buffer = new ArrayBuffer(WALL_BYTES);
  const view = new DataView(buffer);
  let at = 0;
  const f32 = (...values: number[]) => {
    for (const value of values) view.setFloat32((at += 4) - 4, value, true);
  };
  const u32 = (...values: number[]) => {
    for (const value of values) view.setUint32((at += 4) - 4, value, true);
  };
  const { states, lengths } = glanceLayout(glances.plan);
  const range = givenRange(showing.colourBy, frame.twins);
  f32(...frame.viewport, ...frame.origin, frame.scale, frame.depth, frame.ratio, frame.glide);
  u32(frame.columns, frame.twins, glances.replications, states, lengths, glances.end);
  u32(FIGURES.indexOf(showing.colourBy), FIGURES.indexOf(showing.sortBy), Number(showing.descending));
  f32(showing.low, showing.high);
  u32(
    showing.statuses.reduce((bits, status) => bits | (1 << GLANCE_STATUS[status]), 0),
    Number(showing.hides),
    Number(range !== undefined),
  );
  f32(...(range ?? [0, 0]));
  u32(...frame.first, frame.across, frame.items, frame.firstItem);
  u32(frame.hovered ?? NOBODY, frame.cursor ?? NOBODY, Number(frame.fresh));
  f32(frame.header);
  u32(Number(frame.ofEnded));
  f32(...frame.glyph);
  return buffer;
}

/** One twin in numbers. */
export interface TwinTold {
  rank: number;
  twin: number;
  passes: boolean;
  status: Status;
  /** Ticks. */
  now: number;
  /** In the units of GLANCE_METRICS; NaN where not defined. */
  metrics: Record<GlanceMetric, number>;
}

/** The wall in numbers. */
export interface WallTold {
  /** The scale's ends, and of all twins (once enough have ended, of those) in which the colour's figure is defined how many, the least, the middle and the greatest value (NaN where there are none). */
  scale: { low: number; high: number; defined: number; least: number; median: number; most: number };
  /** Twins that pass the filter: how many; of those with a defined figure how many, and their mean, least and greatest (NaN where there are none). */
  shown: { twins: number; defined: number; mean: number; least: number; most: number };
  statuses: Record<Status, number>;
  /** Metrics that are defined in at least one twin. */
  metrics: GlanceMetric[];
  hovered: TwinTold | undefined;
  cursor: TwinTold | undefined;
}

export function decodeTold(words: Uint32Array<ArrayBuffer>): WallTold {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const some = (count: number, value: number) => (count > 0 ? value : Number.NaN);
  const defined = words[0]!;
  const counted = words[9]!;
  const twin = (at: number): TwinTold | undefined => {
    if (words[at] === NOBODY) return undefined;
    const figures = GLANCE_METRICS.map((name, i) => [name, words[at + 3] === 0 ? Number.NaN : floats[at + 5 + i]!] as const);
    return {
      rank: words[at]!,
      twin: words[at + 1]!,
      passes: words[at + 2] === 1,
      status: STATUSES[Math.min(3, words[at + 3]!)]!,
      now: words[at + 4]!,
      metrics: Object.fromEntries(figures) as Record<GlanceMetric, number>,
    };
  };
  return {
    scale: {
      defined,
      low: floats[1]!,
      high: floats[2]!,
      least: some(defined, floats[3]!),
      median: some(defined, floats[4]!),
      most: some(defined, floats[5]!),
    },
    shown: {
      twins: words[8]!,
      defined: counted,
      mean: some(counted, floats[10]! / counted),
      least: some(counted, floats[11]!),
      most: some(counted, floats[12]!),
    },
    statuses: Object.fromEntries(STATUSES.map((status, i) => [status, words[13 + i]!])) as Record<Status, number>,
    metrics: GLANCE_METRICS.filter((_, i) => ((words[17]! >> i) & 1) === 1),
    hovered: twin(32),
    cursor: twin(48),
  };
}
