/** What a ray meets among the elements of a site, each taken as the box around it. */
import type { Site } from './site.ts';

export interface Hit {
  node: number;
  /** Along the ray, in lengths of its direction: where it comes into the box, and where it leaves it. */
  enter: number;
  leave: number;
}

/** The element met first; transfers that are ways are no places and are not met. */
export function pointAt(site: Site, origin: ArrayLike<number>, direction: ArrayLike<number>): Hit | undefined {
  let nearest: Hit | undefined;
  site.boxes.forEach(({ left, right, north, south }, node) => {
    if (site.leadsTo[node]! >= 0) return;
    const sides: [number, number][] = [
      [left, right],
      [north, south],
      [0, site.heights[node]!],
    ];
    let enter = 0;
    let leave = Infinity;
    sides.forEach(([low, high], axis) => {
      if (direction[axis] === 0) {
        if (origin[axis]! < low || origin[axis]! > high) leave = -Infinity;
        return;
      }
      const a = (low - origin[axis]!) / direction[axis]!;
      const b = (high - origin[axis]!) / direction[axis]!;
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    });
    if (enter <= leave && (!nearest || enter < nearest.enter)) nearest = { node, enter, leave };
  });
  return nearest;
}
