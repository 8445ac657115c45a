/** What elements and parts look like, as far as a scene says so: by the name of a look, or a model of its own. It changes nothing that is simulated. */
import { z } from 'zod';
// First, for its settings of zod.
import { amount } from './duration.ts';

/** Names of looks, by what has them; the first of each is the default. The view draws what stands here. */
export const LOOK_NAMES = {
  station: ['machine', 'robot', 'furnace', 'bench', 'inspection', 'press'],
  buffer: ['lane', 'rack', 'bin'],
  conveyor: ['belt', 'rollers'],
  source: ['pallet', 'dock'],
  sink: ['pallet', 'dock'],
  product: ['box', 'crate', 'gear', 'bin'],
} as const;

/** A name of LOOK_NAMES; or a glTF file, turned (degrees clockwise, seen from above) and scaled. */
export type Look = string | { model: string; turn: number; scale: number };

const ADDRESS_WORDS = 'the name or address of a model, beside the scene: a text that ends in .glb or .gltf';
const TURN_WORDS = 'a number of degrees from -360 to 360';

const ownModel = z
  .strictObject({
    model: z
      .string(ADDRESS_WORDS)
      .max(1000, `${ADDRESS_WORDS}, of at most 1,000 characters`)
      .regex(/\.(?:glb|gltf)$/i, ADDRESS_WORDS)
      .meta({ description: 'Name or address of a glTF file (.glb or .gltf), beside the scene or in a folder below it.' }),
    turn: z
      .number(TURN_WORDS)
      .min(-360, TURN_WORDS)
      .max(360, TURN_WORDS)
      .optional()
      .meta({ description: 'Turned by so many degrees clockwise, seen from above; −360 to 360. Default: 0.' }),
    scale: amount('multiples of its size', { above: true, most: 1000 })
      .optional()
      .meta({ description: 'Its size is multiplied by this; above 0, at most 1000. Default: 1.' }),
  })
  .meta({ id: 'model', description: 'A glTF model that comes with the scene. Its unit is the metre.' });

const lookOf = (kind: keyof typeof LOOK_NAMES) => {
  const names = LOOK_NAMES[kind];
  const words = `${names.map((name) => JSON.stringify(name)).join(', ')}, or { "model": "….glb" }`;
  return z
    .union([z.enum(names, words), ownModel], words)
    .optional()
    .meta({
      description: `What it looks like: ${names.map((name, i) => (i === 0 ? `${name} (default)` : name)).join(', ')}, or a model of your own. Nothing simulated depends on it.`,
    });
};

/** `look` of the elements, as schemas; all may be left out. */
export const looks = {
  station: lookOf('station'),
  buffer: lookOf('buffer'),
  conveyor: lookOf('conveyor'),
  source: lookOf('source'),
  sink: lookOf('sink'),
  product: lookOf('product'),
};

/** The look with its defaults; undefined where none is given. */
export function lookFrom(
  text: string | { model: string; turn?: number | undefined; scale?: number | undefined } | undefined,
): Look | undefined {
  return typeof text === 'object' ? { model: text.model, turn: text.turn ?? 0, scale: text.scale ?? 1 } : text;
}
