/** Viewpoints and style as they stand in the scene's text. */
import type { Viewpoint } from '../view/things.ts';
import { withAny } from './experiment-writing.ts';

/** The text with a viewpoint under a name: added, or in place of the one that had it. Millimetres and thousandths of a degree. */
export function keepViewpoint(text: string, name: string, { at, distance, turn, tilt }: Viewpoint): string {
  // From −180 to 180, however often the hand went round.
  const around = ((((turn + 180) % 360) + 360) % 360) - 180;
  return withAny(text, ['view', 'viewpoints', name], {
    at: at.map(rounded),
    distance: Math.max(0.001, rounded(distance)),
    turn: rounded(around),
    tilt: rounded(Math.min(90, Math.max(0, tilt))),
  });
}

/** The text without it. */
export const dropViewpoint = (text: string, name: string): string => withAny(text, ['view', 'viewpoints', name], undefined);

export const renameViewpoint = (text: string, name: string, to: string, viewpoint: Viewpoint): string =>
  keepViewpoint(dropViewpoint(text, name), to, viewpoint);

export const keepStyle = (text: string, style: 'models' | 'plain'): string => withAny(text, ['view', 'style'], style);

/** Never −0. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;
