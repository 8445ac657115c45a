/** The looks that the view has, by what they are for; the first of each is the default. The scene's schema holds the same list. */
import type { FloorNode } from '../../engine/trace.ts';

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
