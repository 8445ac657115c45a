/** The constants of a kernel, written as WGSL from the same names that the TypeScript uses. */
import type { Plant } from '../scene/plant.ts';
import * as expressionWords from '../stations/expression-words.ts';
import * as shopWords from '../stations/shop-words.ts';
import * as words from '../stations/words.ts';

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/**
 * Everything that decides a kernel's shape: the vocabulary's words, where a plant's tables (`AT_…`) and the parts of its block (`L_…`)
 * begin, how many there are of everything (`N_…`), and which branches it needs (`HAS_…`). Plants that differ in numbers alone get the same text.
 * As `u32`, or, for the shop's kernels, as `i32` (the same 32 bits) with the words of the whole vocabulary.
 * @param designs for batches of many designs: behind the tables stand the words in which they differ, so that their length is open
 * @param whole with the words of the whole vocabulary
 */
export function constants(plant: Plant, type: 'u32' | 'i32' = 'u32', designs = false, whole = type === 'i32'): string {
  const number = (name: string, value: number): string => `const ${name}: ${type} = ${type === 'u32' ? `${value}u` : value | 0};`;
  const lines: string[] = [];
  const vocabulary = whole ? [words, shopWords, expressionWords] : [words];
  for (const each of vocabulary) {
    for (const [name, value] of Object.entries(each)) if (typeof value === 'number') lines.push(number(name, value));
  }
  if (!designs) lines.push(number('TABLE_WORDS', plant.tables.length));
  lines.push(`alias Tables = array<${type}${designs ? '' : ', TABLE_WORDS'}>;`, `const HAS_DESIGNS: bool = ${designs};`);
  for (const [name, value] of Object.entries(plant.at)) lines.push(number(`AT_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.layout)) lines.push(number(`L_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.counts)) lines.push(number(`N_${snake(name)}`, value));
  for (const [name, value] of Object.entries(plant.features)) lines.push(`const HAS_${snake(name)}: bool = ${value};`);
  return `${lines.join('\n')}\n`;
}

/** The names of the features that a plant has, for `prune`: those of its kernels' constants, and HAS_TREE where there are levels over its slots. */
export function featuresOf(plant: Plant, designs = false): Set<string> {
  const present = Object.entries(plant.features).filter(([, value]) => value);
  const names = present.map(([name]) => `HAS_${snake(name)}`);
  if (plant.layout.leaves > 0) names.push('HAS_TREE');
  if (designs) names.push('HAS_DESIGNS');
  return new Set(names);
}
