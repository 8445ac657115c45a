/** The looks that the view has, by what they are for; the first of each is the default. The scene's schema holds the same list. */
import type { FloorNode, Look } from '../../engine/trace.ts';

export const LOOKS = {
  station: ['machine', 'robot', 'furnace', 'bench', 'inspection', 'press'],
  buffer: ['lane', 'rack', 'bin'],
  conveyor: ['belt', 'rollers'],
  source: ['pallet', 'dock'],
  sink: ['pallet', 'dock'],
  transfer: ['way'],
  product: ['box', 'crate', 'gear', 'bin'],
} as const satisfies Record<FloorNode['kind'] | 'product', readonly string[]>;

export type LookOf<Kind extends keyof typeof LOOKS> = (typeof LOOKS)[Kind][number];

/** The look of an element or product: what it names, where the view has that for its kind; else the default. */
export function lookOf<Kind extends keyof typeof LOOKS>(kind: Kind, look: unknown): LookOf<Kind> {
  const names: readonly string[] = LOOKS[kind];
  return (typeof look === 'string' && names.includes(look) ? look : names[0]) as LookOf<Kind>;
}

/** Under which a model that a scene names stands in a library, in its size and turn; and as a part, all in one piece. */
export const ownName = (look: Exclude<Look, string>): string => `own/${look.model} × ${look.scale}, ${look.turn}°`;
export const partName = (look: Exclude<Look, string>): string => `part ${ownName(look)}`;
