/** The constants of a kernel, written as WGSL from the same names that the TypeScript uses. */
import type { Plant } from '../scene/plant.ts';
import * as words from '../stations/words.ts';

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const u32 = (name: string, value: number): string => `const ${name}: u32 = ${value}u;`;

/**
 * Everything that decides a kernel's shape: the vocabulary's words, where a plant's tables (`AT_…`) and the parts of its block (`L_…`)
 * begin, how many there are of everything (`N_…`), and which branches it needs (`HAS_…`). Plants that differ in numbers alone get the same text.
 */
export function constants(plant: Plant): string {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(words)) if (typeof value === 'number') lines.push(u32(name, value));
  lines.push(u32('TABLE_WORDS', plant.tables.length));
  for (const [name, value] of Object.entries(plant.at)) lines.push(u32(`AT_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.layout)) lines.push(u32(`L_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.counts)) lines.push(u32(`N_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.features)) lines.push(`const HAS_${snake(name)}: bool = ${value};`);
  return `${lines.join('\n')}\n`;
}
