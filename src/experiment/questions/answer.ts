/** What a question brings to light besides the designs themselves. */
import type { Point } from '../../search/search.ts';
import type { Setting } from '../setting.ts';
import type { Guarantee, SensitivityRow, UncertaintySplit } from '../study-protocol.ts';

export interface Answer {
  /** In words. */
  method: string;
  chosen?: Point | undefined;
  guarantee?: Guarantee | undefined;
  /** Of several objectives, the designs of the front. */
  front?: Point[] | undefined;
  /** Of the front, the best by the first objective and the best by the second. */
  ends?: readonly [Point, Point] | undefined;
  sensitivity?: SensitivityRow[] | undefined;
  uncertainty?: UncertaintySplit[] | undefined;
  /** Pairs of the chosen design and the plant as it is, or of the ends of the front, by replications that had no part in the choice: from this one on. */
  fresh?: number | undefined;
  warnings: string[];
}

/** Replications from here on are left for the last comparison: no search uses them, so what they show is free of the luck of being chosen. */
export const FRESH = 0x40000000;

/** The scene as it is, whether or not it is a point of the space: no factor is set. */
export function asTheScene({ basePoint, factors }: Pick<Setting, 'basePoint' | 'factors'>): Point {
  return basePoint ?? factors.map(() => Number.NaN);
}

/** Whether a point sets every factor: a design that may be chosen. */
export function isDesign(point: Point): boolean {
  return !point.some(Number.isNaN);
}
