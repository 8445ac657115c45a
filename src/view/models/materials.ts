/** What plain models are made of: linear colours after measured reflectances, rounded; metals carry theirs in the colour. */
import type { Material } from '../model.ts';
import { material, type Vector } from './mesh.ts';

export const MATERIALS = {
  /** Light grey machine paint. */
  enamel: material([0.66, 0.68, 0.7], { roughness: 0.42 }),
  /** Its darker companion: doors, bases, hoods. */
  slate: material([0.16, 0.19, 0.22], { roughness: 0.5 }),
  frame: material([0.32, 0.35, 0.38], { roughness: 0.5 }),
  steel: material([0.56, 0.57, 0.58], { metallic: 1, roughness: 0.38 }),
  iron: material([0.27, 0.28, 0.29], { metallic: 0.8, roughness: 0.55 }),
  rubber: material([0.035, 0.036, 0.038], { roughness: 0.85 }),
  /** Seen from outside a lit hall: nearly black, and smooth. */
  glass: material([0.03, 0.045, 0.055], { roughness: 0.08 }),
  screen: material([0.1, 0.3, 0.42], { roughness: 0.3, glow: 0.7 }),
  wood: material([0.5, 0.33, 0.17], { roughness: 0.8 }),
  beech: material([0.6, 0.43, 0.26], { roughness: 0.65 }),
  cardboard: material([0.48, 0.31, 0.17], { roughness: 0.9 }),
  orange: material([0.75, 0.2, 0.025], { roughness: 0.4 }),
  yellow: material([0.78, 0.46, 0.02], { roughness: 0.5 }),
  blue: material([0.05, 0.16, 0.42], { roughness: 0.6 }),
  ember: material([1, 0.28, 0.04], { roughness: 0.8, glow: 0.9 }),
  light: material([1, 0.93, 0.8], { roughness: 0.5, glow: 0.9 }),
  skin: material([0.55, 0.33, 0.22], { roughness: 0.7 }),
  /** Of the colour that the instance is painted. */
  paint: material([1, 1, 1], { roughness: 0.5, tint: 'paint' }),
  shade: material([0.62, 0.62, 0.62], { roughness: 0.6, tint: 'paint' }),
} satisfies Record<string, Material>;

/** A segment of a stack light: dull where it is not lit. States by their numbers in `STATES`. */
export const lamp = (color: Vector, states: number[]): Material =>
  material(color, { roughness: 0.35, tint: 'lamp', states: states.reduce((bits, state) => bits | (1 << state), 0) });

/** A board that carries the mark of a state; the texture coordinate runs over it from 0 to 1, east and south as it is read. */
export const PLATE = material([1, 1, 1], { roughness: 0.6, tint: 'plate' });
