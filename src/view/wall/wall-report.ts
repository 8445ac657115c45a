/** What crosses between the wall in its worker and the page: plain data. */
import type { TileFrame } from './wall-grid.ts';
import type { WallTold } from './words.ts';

export interface WallOpening {
  canvas: OffscreenCanvas;
  /** CSS pixels, and device pixels in one of them. */
  width: number;
  height: number;
  ratio: number;
  dark: boolean;
  reducedMotion: boolean;
}

/** The run whose twins are on the wall. */
export interface WallRun {
  plant: string;
  seed: number;
  replications: number;
  /** The first so many of them are on the wall. */
  twins: number;
  tickSeconds: number;
  /** Ticks. */
  end: number;
}

/** What the worker tells the page. */
export type WallReport =
  /** Undefined: there are no twins to be shown; `reason` says why, unless they are only a matter of time. */
  | { type: 'run'; run: WallRun | undefined; reason?: string | undefined }
  /** At most twice a second while twins run, and when somebody points at another. */
  | { type: 'told'; told: WallTold; hovered: TileFrame | undefined; cursor: TileFrame | undefined }
  /** Somebody flew into a twin, and is there. */
  | { type: 'enter'; twin: number }
  | { type: 'error'; message: string };
