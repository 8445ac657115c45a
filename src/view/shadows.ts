/**
 * Where shadow maps lie: squares of the ground round what is looked at, each four times as wide as the one before, the last over the whole
 * site ("clipmaps" of shadow: Losasso and Hoppe's nesting, 2004, in place of slices of the view). Their sizes and middles go in steps, so that
 * a camera that moves a little needs no new ones, and shadows do not crawl.
 */
import { mat4, vec3 } from 'gl-matrix';
import type { Box, Camera } from './camera.ts';
import { SHADOW_LEVELS, SUN } from './stage.ts';

/** Texels of a map's edge. */
export const SHADOW_SIZE = 2048;
const NESTING = 4;

export interface ShadowMap {
  /** World to the map: x and y −1 … 1, z 0 near the sun … 1. */
  matrix: Float32Array<ArrayBuffer>;
  /** The piece of the ground that it is for: west, north, east, south. */
  ground: [number, number, number, number];
}

/** The maps for a view of a site, finest first: at least one, at most SHADOW_LEVELS. */
export function shadowMaps(camera: Camera, site: Box): ShadowMap[] {
  const { at, distance } = camera.focus;
  const middle = [(site.left + site.right) / 2, (site.north + site.south) / 2];
  const whole = 1 + Math.max(site.right - site.left, site.south - site.north) / 2;
  const maps: ShadowMap[] = [];
  // What fills the middle of the screen, in powers of two.
  let half = 2 ** Math.ceil(Math.log2(0.7 * distance));
  while (half < 0.75 * whole && maps.length < SHADOW_LEVELS - 1) {
    const step = half / 4;
    maps.push(mapOver([Math.round(at[0] / step) * step, Math.round(at[1] / step) * step], half, half, site.height));
    half *= NESTING;
  }
  maps.push(
    mapOver([middle[0]!, middle[1]!], (site.right - site.left) / 2 + site.height, (site.south - site.north) / 2 + site.height, site.height),
  );
  return maps;
}

function mapOver([x, y]: [number, number], halfX: number, halfY: number, height: number): ShadowMap {
  const sun = vec3.fromValues(...SUN);
  const across = vec3.normalize(vec3.create(), [-SUN[1], SUN[0], 0]);
  const along = vec3.cross(vec3.create(), sun, across);
  const axes = [across, along, sun];
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const dx of [-halfX, halfX]) {
    for (const dy of [-halfY, halfY]) {
      for (const z of [-0.5, height + 0.5]) {
        axes.forEach((axis, i) => {
          const value = axis[0]! * (x + dx) + axis[1]! * (y + dy) + axis[2]! * z;
          low[i] = Math.min(low[i]!, value);
          high[i] = Math.max(high[i]!, value);
        });
      }
    }
  }
  const matrix = mat4.create();
  axes.forEach((axis, row) => {
    // Depth runs from the sun: 0 at the highest, 1 at the lowest.
    const [scale, shift] =
      row < 2
        ? [2 / (high[row]! - low[row]!), -(high[row]! + low[row]!) / (high[row]! - low[row]!)]
        : [-1 / (high[row]! - low[row]!), high[row]! / (high[row]! - low[row]!)];
    for (let column = 0; column < 3; column++) matrix[4 * column + row] = axis[column]! * scale;
    matrix[12 + row] = shift;
  });
  return { matrix: Float32Array.from(matrix), ground: [x - halfX, y - halfY, x + halfX, y + halfY] };
}
