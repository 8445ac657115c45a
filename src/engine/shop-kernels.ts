/** The kernels of a shop plant: the behaviour in src/shop, as WGSL. */
import beginShop from '../../shaders/shop/begin-shop.wgsl?link';
import runShop from '../../shaders/shop/run-shop.wgsl?link';
import surveyTwins from '../../shaders/survey-twins.wgsl?link';
import type { Plant } from '../scene/plant.ts';
import behaviour from '../shop/?wgsl';
import { constants, featuresOf } from './constants.ts';
import { prune } from './prune.ts';

/**
 * Their WGSL by entry point, in the order of their dispatch. The warm-up cut is an event; how far a batch is, is read as in any plant.
 * @param designs for batches of twins of many designs
 * @param workgroup invocations
 */
export function shopKernels(plant: Plant, designs: boolean, workgroup: number): Record<string, string> {
  const head = (type: 'i32' | 'u32'): string => `${constants(plant, type, designs)}const WORKGROUP: u32 = ${workgroup}u;\n`;
  const features = featuresOf(plant, designs);
  const shop = (entry: string, code: string): string => prune(`${head('i32')}${code}\n${behaviour}`, features, entry);
  return {
    beginShop: shop('beginShop', beginShop),
    runShop: shop('runShop', runShop),
    surveyTwins: `${head('u32')}const HOT_WORDS: u32 = 0u;\n${surveyTwins}`,
  };
}
