/** Every colour of the wall, light and dark, for shaders/wall/colours.wgsl and for the page's legend. */
import { STATES } from '../../engine/trace.ts';
import { type Paint, paint, palette } from '../theme.ts';

/**
 * The scale: viridis at nine even steps (S. van der Walt and N. Smith, matplotlib 2.0, CC0). Even to the eye, rising in lightness, and told apart by
 * colour-blind eyes and in grey.
 */
export const SCALE = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'] as const;

/** Of statuses, in the order of GLANCE_STATUS; Okabe and Ito's colours. Twins that have not begun are hollow. */
export const STATUS_COLORS = {
  light: ['#ffffff', '#56b4e9', '#0072b2', '#d55e00'],
  dark: ['#14191d', '#56b4e9', '#2f8fce', '#d55e00'],
} as const;
/** Where a figure is not defined. */
export const UNDEFINED_COLOR = { light: '#a3abb2', dark: '#6b747c' } as const;

const PAINTS: Paint[] = ['ground', 'laneEdge', 'text', 'plinth', 'bed', 'accent'];

/** Red, green, blue, alpha (0 … 1) a colour, in the order of the constants in colours.wgsl. */
export function wallPalette(dark: boolean): Float32Array<ArrayBuffer> {
  const theme = dark ? 'dark' : 'light';
  const all = palette(dark, []);
  const named = PAINTS.flatMap((name) => [...all.subarray(4 * paint(name), 4 * paint(name) + 4)]);
  const more = [...STATUS_COLORS[theme], UNDEFINED_COLOR[theme], ...SCALE].flatMap((color) => {
    const bits = Number.parseInt(color.slice(1), 16);
    return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255, 1];
  });
  return Float32Array.from([...all.subarray(0, 4 * STATES.length), ...named, ...more]);
}

/** Red, green and blue of the ground, 0 … 1. */
export function groundOf(dark: boolean): GPUColor {
  const all = palette(dark, []);
  const [r, g, b] = all.subarray(4 * paint('ground'));
  return { r: r!, g: g!, b: b!, a: 1 };
}
